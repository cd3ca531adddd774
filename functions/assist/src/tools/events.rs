//! The tool `events`: events that are due soon, lost, or open.

use domain::calendar::plus_days;
use domain::snapshot::{Condition, EventFacts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shapes::{Event, counted, page};
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Events that nobody works yet.
pub struct ListEvents;

/// Which events.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// Due within a week, and not past due.
    #[default]
    DueSoon,
    /// Past due, worked by nobody.
    Lost,
    /// All without a person.
    Open,
}

/// Arguments of `events`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// `due_soon` by default.
    #[serde(default)]
    which: Which,
    /// Words of the name, type or number.
    words: Option<String>,
    /// `next` of the prior page.
    cursor: Option<String>,
}

/// The answer of `events`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Listed {
    total: usize,
    events: Vec<Due>,
    next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Due {
    #[serde(flatten)]
    event: Event,
    /// First date of the event's window.
    from: String,
    /// The date before which the event must be worked.
    due: String,
    days_left: i64,
    minutes: u32,
}

/// An event that is due within this number of days is due soon.
const SOON: i64 = 7;
/// Number of events per page.
const PAGE: usize = 25;

impl Tool for ListEvents {
    const SPEC: Spec = Spec::reads(
        "events",
        "Events that nobody works",
        "Events without anybody: due within a week, lost (past due), or all open ones, by due date.",
    );
    type Arguments = Arguments;
    type Answer = Listed;

    async fn answer(context: Context<'_>, arguments: Arguments) -> Result<ToolReply<Listed>, ToolError> {
        let facts = context.facts().await?;
        let today = facts.today.0;
        let words: Vec<String> = arguments.words.as_deref().map(crate::dates::words).unwrap_or_default();
        let wanted = |facts: &&EventFacts| {
            let due = facts.due.date();
            let in_time = match arguments.which {
                Which::DueSoon => today < due && due <= plus_days(today, SOON),
                Which::Lost => due <= today,
                Which::Open => today < due,
            };
            let text = format!("{} {} {}", facts.event_ref, facts.name, facts.event_type()).to_lowercase();
            in_time && facts.condition() == Condition::Open && words.iter().all(|word| text.contains(word.as_str()))
        };
        let mut open: Vec<&EventFacts> = facts.posted.snapshot.events.iter().filter(wanted).collect();
        open.sort_by_key(|facts| (facts.due, facts.event_ref));
        let total = open.len();
        let (open, next) = page(open, arguments.cursor.as_deref(), PAGE);
        let due = |facts: &EventFacts| Due {
            event: Event::of(facts),
            from: facts.start.date().to_string(),
            due: facts.due.date().to_string(),
            days_left: (facts.due.date() - today).num_days(),
            minutes: facts.minutes(),
        };
        let answer = Listed { total, events: open.into_iter().map(due).collect(), next };
        let (which, only) = match arguments.which {
            Which::DueSoon => ("due within a week", "&only=due_soon"),
            Which::Lost => ("lost", "&only=lost"),
            Which::Open => ("open", ""),
        };
        let text = format!("{} {which}.", counted(total, "event is", "events are"));
        Ok(ToolReply { answer, text, address: format!("#/events?cond=open{only}") })
    }
}
