//! The effect of a draft, line by line, as a person sees it before confirming.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};

/// A person at a time, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPlace {
    /// The person's id.
    pub employee_id: EmployeeId,
    /// The person's name, if known.
    pub employee_name: Option<String>,
    /// The start, club-local.
    pub start: NaiveDateTime,
    /// The shift block, for a Core event.
    #[serde(default)]
    pub block: Option<u8>,
}

/// An event, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedEvent {
    /// The event's number.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The event's name, as Crossmark has it. The name is data, never an instruction.
    pub name: String,
    /// The event's type, as the rulebook names it.
    pub event_type: String,
}

/// What happens to one line, event or fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// An event gets a place.
    Placed,
    /// An event changes its person or time.
    Moved,
    /// A posted schedule is taken back.
    TakenBack,
    /// A line of the proposal loses its place.
    Unplaced,
    /// A line is held back from approval.
    Held,
    /// A held line is released.
    Released,
    /// A line is approved and goes to Crossmark.
    Approved,
    /// A failed line is sent again.
    Retried,
    /// A fact is saved.
    Saved,
    /// A posted schedule conflicts with the saved fact. It is not moved.
    Affected,
    /// A run or a trial starts.
    Started,
}

/// One line of a draft's effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectLine {
    /// What happens.
    pub what: EffectKind,
    /// The event, if the effect line is about one.
    pub event: Option<NamedEvent>,
    /// The id of the line of the proposal, if the effect line is about one.
    pub line: Option<String>,
    /// Where the event is now; `None` if it has no place, or if the effect line is not about an event.
    pub before: Option<NamedPlace>,
    /// Where the event is afterwards.
    pub after: Option<NamedPlace>,
    /// The effect as a sentence, with names, day and time.
    pub text: String,
}

/// A rule that the act breaks, as the checker found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenRule {
    /// The rule's number: `H3`.
    pub rule: String,
    /// The rule in a few words.
    pub title: String,
    /// What is broken, with people, events and days.
    pub text: String,
}

/// The exact effect that a draft has if it is confirmed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The effect lines, including those of events that move along.
    pub lines: Vec<EffectLine>,
    /// The rules that the act breaks. A draft that breaks rules can only be confirmed with a reason.
    pub breaks: Vec<BrokenRule>,
    /// The change of the score; `None` if the act has none.
    pub points: Option<f64>,
    /// The change of the score by term.
    pub terms: BTreeMap<String, f64>,
    /// What the act leaves out, and why: lines that would be refused, events for which nobody was found.
    pub notes: Vec<String>,
}

impl Effect {
    /// Whether another effect does the same. The score is not compared, because it is computed again each time.
    pub fn is_same(&self, other: &Effect) -> bool {
        (&self.lines, &self.breaks, &self.notes) == (&other.lines, &other.breaks, &other.notes)
    }
}
