//! Who or what some words could mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schedule::encoded;
use crate::names::Unclear;
use crate::tool::{Context, Spec, Told, Tool, ToolError};

/// Finds people and events by words.
pub struct Find;

/// Which words.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// A name, a number, or words of an event.
    text: String,
}

/// What could be meant.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    people: Vec<Meant>,
    events: Vec<Meant>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Meant {
    id: String,
    name: String,
    /// Type, person and day of an event.
    detail: Option<String>,
}

/// Maximum events in an answer.
const MOST: usize = 10;

impl Tool for Find {
    const SPEC: Spec =
        Spec::reads("find", "Find people and events", "Which people and events some words or a number could mean.");
    type Arguments = Arguments;
    type Answer = Found;

    async fn answer(context: Context<'_>, Arguments { text }: Arguments) -> Result<Told<Found>, ToolError> {
        let facts = context.facts().await?;
        let directory = &facts.directory;
        let people = match directory.person(&text) {
            Ok(person) => vec![Meant { id: person.id.0.clone(), name: person.name.clone(), detail: None }],
            Err(Unclear { candidates, .. }) => {
                candidates.into_iter().map(|one| Meant { id: one.id, name: one.name, detail: None }).collect()
            }
        };
        let events = directory.events_like(&text, facts.today).into_iter().take(MOST).map(|event| {
            let candidate = directory.candidate(event);
            Meant { id: candidate.id, name: candidate.name, detail: candidate.detail }
        });
        let answer = Found { people, events: events.collect() };
        let said = format!("{} people, {} events.", answer.people.len(), answer.events.len());
        let address = format!("#/events?cond=all&q={}", encoded(&text));
        Ok(Told { answer, text: said, address })
    }
}
