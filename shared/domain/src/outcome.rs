//! Outcomes: what happened to the lines of a proposal, from the manager's decision to the day itself.
//!
//! An [`Entry`] is one thing that happened; [`outcome()`] combines all entries of a line into one row. The enums are
//! closed: code that counts outcomes matches on all their variants.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::week_start;

use crate::event_type::EventType;
use crate::snapshot::{EmployeeId, EventRef};

mod history;

pub use history::outcome;

/// A line and the generation of its submission: the key by which everything counts once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineGeneration {
    /// The line: `run.ref`.
    pub line_id: String,
    /// The generation of its submission; 0 before the first submission.
    pub generation: u32,
}

/// A line as the run proposed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedLine {
    /// The line.
    pub line_id: String,
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Who was proposed to work it.
    pub employee_id: EmployeeId,
    /// The proposed day.
    pub date: NaiveDate,
}

/// One thing that happened to a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The id of the entry in the audit trail. A repeated id counts once.
    pub id: String,
    /// The line.
    #[serde(flatten)]
    pub line: LineGeneration,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub what: Happened,
}

/// What can happen to a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// A manager approved the line.
    Approved {
        /// Alone or in bulk.
        approval: Approval,
    },
    /// A manager gave the line to another person or day.
    Changed {
        /// The new person.
        employee_id: EmployeeId,
        /// The new day.
        date: NaiveDate,
        /// Why.
        cause: Cause,
        /// The alternatives that the run offered at the time of the change, best first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alternatives: Vec<Alternative>,
    },
    /// A manager rejected the line.
    Rejected {
        /// The reason, in the manager's words; for display, never for logs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Crossmark accepted the line.
    Accepted,
    /// Crossmark says that the event was worked.
    Completed,
    /// Crossmark says that the event expired while it had a schedule.
    NoShow,
    /// The line's schedule was taken back before the day.
    TakenBack,
    /// The person called out.
    CallOut,
    /// Somebody corrected the end of the line by hand.
    Corrected {
        /// The correction.
        correction: Correction,
    },
}

/// How a line was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeApproval)]
pub enum Approval {
    /// The line was approved alone.
    Alone,
    /// The line was approved together with others, so less attentively.
    InBulk,
}

/// Why a manager changed a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeCause)]
pub enum Cause {
    /// The manager chose to, although the line could have been kept.
    Choice,
    /// A rule no longer allowed the line as proposed.
    Rule,
    /// The person was no longer available.
    Absence,
}

/// A place that a run offered instead of the proposed one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Who would work it.
    pub employee_id: EmployeeId,
    /// The day.
    pub date: NaiveDate,
    /// Points of the score lost by taking this place.
    pub points_lost: f64,
}

/// A manual correction of how a line ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Correction {
    /// The person worked it.
    Completed,
    /// The person did not come.
    DidNotCome,
    /// Somebody else did it.
    SomebodyElse {
        /// Who.
        employee_id: EmployeeId,
    },
    /// Withdraws an earlier correction.
    Withdrawn,
}

/// The outcome of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The line, with the latest generation that has an entry.
    #[serde(flatten)]
    pub line: LineGeneration,
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The proposed person.
    pub employee_id: EmployeeId,
    /// The proposed day.
    pub date: NaiveDate,
    /// The Sunday of the week of that day.
    pub week: NaiveDate,
    /// What the manager decided; `None` while nothing is decided.
    pub decision: Option<Decision>,
    /// How the line was approved; `None` if it was not.
    pub approval: Option<Approval>,
    /// How the line ended; `None` while Crossmark has not accepted it.
    pub end: Option<End>,
    /// Who did it instead of the [holder](Outcome::holder), by a correction by hand.
    pub done_by: Option<EmployeeId>,
    /// Whether `end` is a correction by hand.
    pub corrected_by_hand: bool,
}

/// What a manager decided about a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decision {
    /// The line stays as proposed.
    Kept,
    /// The line goes to another person or day.
    Changed(ManagerChange),
    /// The line is rejected.
    Rejected {
        /// The reason, in the manager's words; for display, never for logs.
        reason: Option<String>,
    },
}

/// How a manager changed a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagerChange {
    /// What is different from the proposal.
    pub what: ChangedPart,
    /// Who works it now.
    pub employee_id: EmployeeId,
    /// The day now.
    pub date: NaiveDate,
    /// Why the line was changed. If the line has another person, this is the cause of the change that took it from the
    /// proposed person, otherwise that of the last change.
    pub cause: Cause,
    /// The alternatives that the run offered at the time of that change, best first.
    pub alternatives: Vec<Alternative>,
}

/// What a manager changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedPart {
    /// The person.
    Person,
    /// The day.
    Day,
    /// The person and the day.
    Both,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeEnd)]
pub enum End {
    /// Crossmark accepted the line. Its day has not come, or nothing is known about that day.
    Accepted,
    /// The event was worked.
    Completed,
    /// The person did not come.
    NoShow,
    /// The schedule was taken back before its day.
    TakenBack,
    /// The person called out.
    CallOut,
}

/// The outcome of a line in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeLabel)]
#[expect(missing_docs, reason = "the names of decisions and ends")]
pub enum Label {
    Kept,
    ChangedPerson,
    ChangedDay,
    ChangedBoth,
    Rejected,
    Accepted,
    Completed,
    NoShow,
    TakenBack,
    CallOut,
}

impl Outcome {
    /// The outcome of a line to which nothing has happened yet.
    pub fn open(proposed: &ProposedLine) -> Outcome {
        Outcome {
            line: LineGeneration { line_id: proposed.line_id.clone(), generation: 0 },
            event_ref: proposed.event_ref,
            kind: proposed.kind,
            employee_id: proposed.employee_id.clone(),
            date: proposed.date,
            week: week_start(proposed.date),
            decision: None,
            approval: None,
            end: None,
            done_by: None,
            corrected_by_hand: false,
        }
    }

    /// How the line ended, otherwise what was decided; `None` if neither is known.
    pub fn label(&self) -> Option<Label> {
        let ended = self.end.map(|end| match end {
            End::Accepted => Label::Accepted,
            End::Completed => Label::Completed,
            End::NoShow => Label::NoShow,
            End::TakenBack => Label::TakenBack,
            End::CallOut => Label::CallOut,
        });
        let decided = self.decision.as_ref().map(|decision| match decision {
            Decision::Kept => Label::Kept,
            Decision::Changed(ManagerChange { what: ChangedPart::Person, .. }) => Label::ChangedPerson,
            Decision::Changed(ManagerChange { what: ChangedPart::Day, .. }) => Label::ChangedDay,
            Decision::Changed(ManagerChange { what: ChangedPart::Both, .. }) => Label::ChangedBoth,
            Decision::Rejected { .. } => Label::Rejected,
        });
        ended.or(decided)
    }

    /// The change that a manager made, if the line was changed.
    pub fn change(&self) -> Option<&ManagerChange> {
        match &self.decision {
            Some(Decision::Changed(change)) => Some(change),
            _ => None,
        }
    }

    /// The person who has the line now: the person of the change, otherwise the proposed person.
    pub fn holder(&self) -> &EmployeeId {
        self.change().map_or(&self.employee_id, |change| &change.employee_id)
    }
}
