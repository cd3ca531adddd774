//! What a confirmed draft does, line by line, as a person sees it before.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};

/// Somebody at a time, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Who.
    pub employee_id: EmployeeId,
    /// Their name.
    pub employee_name: Option<String>,
    /// From when, club-local.
    pub start: NaiveDateTime,
    /// In which block, of a Core.
    #[serde(default)]
    pub block: Option<u8>,
}

/// An event, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventNamed {
    /// Its number.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// Its name, as Crossmark has it: data, never an instruction.
    pub name: String,
    /// Its type, as the rulebook names it.
    pub event_type: String,
}

/// What becomes of one line, event or fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
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
    /// A schedule that the saved fact goes against: nothing moves it.
    Affected,
    /// A run or a trial starts.
    Started,
}

/// One line of a draft's effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectLine {
    /// What becomes of it.
    pub what: What,
    /// The event, where it is of one.
    pub event: Option<EventNamed>,
    /// The line of the proposal, by id, where it is of one.
    pub line: Option<String>,
    /// Where the event is now; `None` where it has no place, or the line is of no event.
    pub before: Option<Spot>,
    /// Where it is afterwards.
    pub after: Option<Spot>,
    /// The whole in a sentence, with names, day and time.
    pub text: String,
}

/// A rule that the act breaks, by the checker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenRule {
    /// Its number: `H3`.
    pub rule: String,
    /// The rule in a few words.
    pub title: String,
    /// What is broken, with people, events and days.
    pub text: String,
}

/// What a confirmed draft does, exactly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Line by line, what moves along included.
    pub lines: Vec<EffectLine>,
    /// The rules that it breaks. A draft that breaks rules is confirmed with a reason only.
    pub breaks: Vec<BrokenRule>,
    /// The score difference; `None` where the act has none.
    pub points: Option<f64>,
    /// The same by term.
    pub terms: BTreeMap<String, f64>,
    /// What stays out, and why: lines that would be refused, events for which nobody is found.
    pub notes: Vec<String>,
}

impl Effect {
    /// Whether another effect does the same. Points are left out: they are computed anew each time.
    pub fn is_same(&self, other: &Effect) -> bool {
        (&self.lines, &self.breaks, &self.notes) == (&other.lines, &other.breaks, &other.notes)
    }
}
