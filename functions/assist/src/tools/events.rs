//! The tool `events`: events that are due soon, lost, or open.

use domain::calendar::plus_days;
use domain::snapshot::EventFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schedule::encoded;
use super::shapes::{Event, page, with_noun};
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
    /// Past due and worked by nobody, until 90 days after the due date.
    Lost,
    /// All open events that nobody has, due tomorrow or later.
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
pub struct EventList {
    total: usize,
    events: Vec<DueEvent>,
    next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DueEvent {
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
const SOON_DAYS: i64 = 7;
/// Number of days after its due date during which a lost event is listed.
const LOST_DAYS: i64 = 90;
/// Number of events per page.
const PAGE: usize = 25;

impl Tool for ListEvents {
    const SPEC: Spec = Spec::reads(
        "events",
        "Events that nobody works",
        "Events without anybody: due within a week, lost (past due, for 90 days), or all open ones, by due date.",
    );
    type Arguments = Arguments;
    type Answer = EventList;

    async fn answer(context: Context<'_>, arguments: Arguments) -> Result<ToolReply<EventList>, ToolError> {
        let facts = context.facts().await?;
        let (club, today) = (context.club(), facts.today.0);
        let found: Vec<EventFacts> = match arguments.which {
            Which::DueSoon => club.events_due_within(today, SOON_DAYS).await?,
            Which::Lost => {
                let due = club.open_events_due(plus_days(today, -LOST_DAYS), today).await?.into_iter();
                due.filter(|event| event.body.is_lost(today)).map(|event| event.body.facts).collect()
            }
            Which::Open => {
                let open = club.all_open_events(plus_days(today, 1)).await?.into_iter();
                open.filter(|event| event.body.wants_somebody()).map(|event| event.body.facts).collect()
            }
        };
        let words: Vec<String> = arguments.words.as_deref().map(crate::dates::words).unwrap_or_default();
        let wanted = |facts: &&EventFacts| {
            let text = format!("{} {} {}", facts.event_ref, facts.name, facts.event_type()).to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let mut open: Vec<&EventFacts> = found.iter().filter(wanted).collect();
        open.sort_by_key(|facts| (facts.due, facts.event_ref));
        let total = open.len();
        let (open, next) = page(open, arguments.cursor.as_deref(), PAGE);
        let due = |facts: &EventFacts| DueEvent {
            event: Event::of(facts),
            from: facts.start.date().to_string(),
            due: facts.due.date().to_string(),
            days_left: (facts.due.date() - today).num_days(),
            minutes: facts.minutes(),
        };
        let answer = EventList { total, events: open.into_iter().map(due).collect(), next };
        let (which, only) = match arguments.which {
            Which::DueSoon => ("due within a week", "&only=due_soon"),
            Which::Lost => ("lost", "&only=lost"),
            Which::Open => ("open", ""),
        };
        let (one, many) = if words.is_empty() {
            ("event is", "events are")
        } else {
            ("event that matches the words is", "events that match the words are")
        };
        let text = format!("{} {which}.", with_noun(total, one, many));
        let said = arguments.words.as_deref().map(str::trim).filter(|_| !words.is_empty());
        let search = said.map(|said| format!("&q={}", encoded(said))).unwrap_or_default();
        Ok(ToolReply { answer, text, address: format!("#/events?cond=open{only}{search}") })
    }
}
