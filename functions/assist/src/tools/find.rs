//! The tool `find`: the people and events that some words could mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schedule::encoded;
use super::shapes::with_noun;
use crate::names::Unclear;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Finds people and events by words.
pub struct Find;

/// Arguments of `find`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// A name, a number, or words of an event.
    text: String,
}

/// The answer of `find`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    people: Vec<PersonOrEvent>,
    /// Number of people that are not in `people`.
    more_people: usize,
    events: Vec<PersonOrEvent>,
    /// Number of events that are not in `events`.
    more_events: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PersonOrEvent {
    id: String,
    name: String,
    /// An event's type, and its person and day or its due date; `null` for a person.
    detail: Option<String>,
}

/// Maximum events in an answer.
const MAX_EVENTS: usize = 10;

impl Tool for Find {
    const SPEC: Spec =
        Spec::reads("find", "Find people and events", "Which people and events some words or a number could mean.");
    type Arguments = Arguments;
    type Answer = Found;

    async fn answer(context: Context<'_>, Arguments { text }: Arguments) -> Result<ToolReply<Found>, ToolError> {
        let facts = context.facts().await?;
        let directory = &facts.directory;
        let (people, more_people): (Vec<PersonOrEvent>, usize) = match directory.person(&text) {
            Ok(person) => {
                (vec![PersonOrEvent { id: person.id.0.clone(), name: person.distinct_name.clone(), detail: None }], 0)
            }
            Err(Unclear { candidates, more, .. }) => {
                let found =
                    candidates.into_iter().map(|one| PersonOrEvent { id: one.id, name: one.name, detail: None });
                (found.collect(), more)
            }
        };
        let found = directory.events_like(&text, facts.today);
        let more_events = found.len().saturating_sub(MAX_EVENTS);
        let events = found.into_iter().take(MAX_EVENTS).map(|event| {
            let candidate = directory.candidate(event);
            PersonOrEvent { id: candidate.id, name: candidate.name, detail: candidate.detail }
        });
        let answer = Found { people, more_people, events: events.collect(), more_events };
        let summary = format!(
            "{}, {}.{}",
            with_noun(answer.people.len() + more_people, "person", "people"),
            with_noun(answer.events.len() + more_events, "event", "events"),
            if more_people + more_events > 0 { " Not all are listed." } else { "" }
        );
        let address = format!("#/events?cond=all&q={}", encoded(&text));
        Ok(ToolReply { answer, text: summary, address })
    }
}
