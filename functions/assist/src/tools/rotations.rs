//! The tool `rotations`: who holds the rotations.

use domain::club::{Club, PersonIx};
use domain::snapshot::Rotation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roster::without_events;
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};

/// Shows who holds the rotations on some days.
pub struct ShowRotations;

/// Arguments of `rotations`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// Days as said; this week by default.
    when: Option<String>,
}

/// The answer of `rotations`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rotations {
    days: Vec<DayOfRotations>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DayOfRotations {
    date: String,
    juicer: Held,
    primary_lead: Held,
}

/// One rotation on one day.
#[derive(Debug, Serialize, JsonSchema)]
struct Held {
    /// The person whom an exception or the week names.
    named: Option<Who>,
    /// The backup of that person in the week.
    backup: Option<Who>,
    /// The named person if available, otherwise the backup if available.
    on_duty: Option<Who>,
    /// Whether `named` comes from an exception.
    exception: bool,
}

/// Maximum days listed.
const MAX_DAYS: usize = 14;

impl Tool for ShowRotations {
    const SPEC: Spec = Spec::reads(
        "rotations",
        "Rotations",
        "Who is juicer and primary lead on each day: named, backup, and who it really is; exceptions included.",
    );
    type Arguments = Arguments;
    type Answer = Rotations;

    async fn answer(context: Context<'_>, Arguments { when }: Arguments) -> Result<ToolReply<Rotations>, ToolError> {
        let facts = context.facts().await?;
        let days = facts.today.days(when.as_deref(), Days::week_of(facts.today.0))?;
        let people = without_events(&facts.posted.snapshot);
        let listed = days.each().take(MAX_DAYS).map(|date| DayOfRotations {
            date: date.to_string(),
            juicer: held(facts, &people, Rotation::Juicer, date),
            primary_lead: held(facts, &people, Rotation::PrimaryLead, date),
        });
        let answer = Rotations { days: listed.collect() };
        let text = format!("Rotations of {days}.");
        Ok(ToolReply { answer, text, address: format!("#/rotations?date={}", days.from) })
    }
}

fn held(facts: &Facts, people: &Club, rotation: Rotation, date: chrono::NaiveDate) -> Held {
    let duty = people.duty(rotation, date);
    let who = |person: Option<PersonIx>| person.map(|person| facts.directory.who(&people.person(person).id));
    let exceptions = &facts.posted.snapshot.exceptions;
    Held {
        named: who(duty.named),
        backup: who(duty.backup),
        on_duty: who(duty.on_duty),
        exception: exceptions.iter().any(|one| (one.date, one.rotation) == (date, rotation)),
    }
}
