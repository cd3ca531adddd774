//! The tool `rotations`: who holds the rotations on some days.

use chrono::NaiveDate;
use domain::club::{Club, PersonIx};
use domain::snapshot::Rotation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roster::without_events;
use super::shapes::days_not_listed;
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};

/// Shows who holds the rotations on some days.
pub struct ShowRotations;

/// Arguments of `rotations`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// Days, such as `next week`; this week by default. At most 14 are listed.
    when: Option<String>,
}

/// The answer of `rotations`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rotations {
    /// The first day asked for.
    from: String,
    /// The last day asked for.
    to: String,
    /// The first days asked for, at most `MAX_DAYS`.
    days: Vec<DayOfRotations>,
    /// Number of days asked for that are not in `days`.
    more_days: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DayOfRotations {
    date: String,
    juicer: RotationDuty,
    primary_lead: RotationDuty,
}

/// One rotation on one day.
#[derive(Debug, Serialize, JsonSchema)]
struct RotationDuty {
    /// The person of the exception for that date; without an exception, the holder on that weekday. `null` if there is
    /// none.
    named: Option<Who>,
    /// The holder's backup on that weekday; `null` if there is none, or if the date has an exception.
    backup: Option<Who>,
    /// `named` if available that day, otherwise `backup` if available; otherwise `null`.
    on_duty: Option<Who>,
    /// Whether the date has an exception for this rotation.
    exception: bool,
}

/// Maximum days listed.
const MAX_DAYS: usize = 14;

impl Tool for ShowRotations {
    const SPEC: Spec = Spec::reads(
        "rotations",
        "Rotations",
        "Juicer and primary lead of each day: who is named (an exception's person or the weekday's holder), the backup, who \
is on duty.",
    );
    type Arguments = Arguments;
    type Answer = Rotations;

    async fn answer(context: Context<'_>, Arguments { when }: Arguments) -> Result<ToolReply<Rotations>, ToolError> {
        let facts = context.facts().await?;
        let days = facts.today.days(when.as_deref(), Days::week_of(facts.today.0))?;
        let people = without_events(&facts.posted.snapshot);
        let listed = days.first(MAX_DAYS);
        let of_day = |date: NaiveDate| DayOfRotations {
            date: date.to_string(),
            juicer: rotation_duty(facts, &people, Rotation::Juicer, date),
            primary_lead: rotation_duty(facts, &people, Rotation::PrimaryLead, date),
        };
        let answer = Rotations {
            from: days.from.to_string(),
            to: days.to.to_string(),
            days: listed.each().map(of_day).collect(),
            more_days: days.count() - listed.count(),
        };
        let text = format!("Rotations of {listed}.{}", days_not_listed(answer.more_days));
        Ok(ToolReply { answer, text, address: format!("#/rotations?date={}", days.from) })
    }
}

fn rotation_duty(facts: &Facts, people: &Club, rotation: Rotation, date: NaiveDate) -> RotationDuty {
    let duty = people.duty(rotation, date);
    let who = |person: Option<PersonIx>| person.map(|person| facts.directory.who(&people.person(person).id));
    let exceptions = &facts.posted.snapshot.exceptions;
    RotationDuty {
        named: who(duty.named),
        backup: who(duty.backup),
        on_duty: who(duty.on_duty),
        exception: exceptions.iter().any(|one| (one.date, one.rotation) == (date, rotation)),
    }
}
