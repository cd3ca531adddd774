//! Who holds the rotations.

use domain::club::{Club, PersonIx};
use domain::snapshot::Rotation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roster::people_alone;
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};

/// Who holds the rotations on some days.
pub struct ShowRotations;

/// Which days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// Days as said; this week by default.
    when: Option<String>,
}

/// The rotations.
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
    named: Option<Who>,
    backup: Option<Who>,
    /// Who is on duty.
    on_duty: Option<Who>,
    /// Whether an exception names them.
    exception: bool,
}

/// Maximum days listed.
const MOST_DAYS: usize = 14;

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
        let people = people_alone(&facts.posted.snapshot);
        let listed = days.each().take(MOST_DAYS).map(|date| DayOfRotations {
            date: date.to_string(),
            juicer: held(&facts, &people, Rotation::Juicer, date),
            primary_lead: held(&facts, &people, Rotation::PrimaryLead, date),
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
