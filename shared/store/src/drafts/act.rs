//! Acts: what a draft does when a person confirms it, as it was requested.

use chrono::{NaiveDate, NaiveDateTime};
use domain::snapshot::{EmployeeId, EventRef, Moves, Rotation};
use domain::standing::FindingId;
use domain::trial::Change;
use serde::{Deserialize, Serialize};

use crate::key::RunId;

/// The requested start of an event, club-local.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// On this date, at the time that the rulebook determines.
    Date(NaiveDate),
    /// At exactly this time.
    Moment(NaiveDateTime),
}

/// The requested place of an event. `None` keeps what is planned or posted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The person.
    pub employee_id: Option<EmployeeId>,
    /// The start.
    pub at: Option<At>,
}

/// A change of one event by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleChange {
    /// The event, posted or open.
    pub event: EventRef,
    /// Where it goes; `None` takes its posted schedule back.
    pub to: Option<Target>,
}

/// What a draft does when a person confirms it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// Places, moves, swaps or takes back events by hand, all of them or none, and sends the changes to Crossmark. A
    /// swap is two changes, each to the place of the other event.
    Schedules {
        /// The events, each once.
        changes: Vec<ScheduleChange>,
    },
    /// Another place for a line of the current proposal. Nothing is sent to Crossmark.
    EditLine {
        /// The line's id.
        line: String,
        /// Where it goes.
        to: Target,
    },
    /// Holds a line of the current proposal back from approval, or releases it.
    HoldLine {
        /// The line's id.
        line: String,
        /// `true` holds it, `false` releases it.
        held: bool,
    },
    /// Somebody cannot come: their posted schedules go to others, as a trial computes it (rulebook section 9).
    CallOut {
        /// The person who cannot come.
        employee_id: EmployeeId,
        /// First date of the absence.
        from: NaiveDate,
        /// Last date of the absence.
        to: NaiveDate,
        /// Whether others may be moved.
        moves: Moves,
        /// Whether the person also missed the schedules that have begun today.
        no_show: bool,
    },
    /// Days off, both ends included.
    TimeOff {
        /// The person.
        employee_id: EmployeeId,
        /// First date.
        start: NaiveDate,
        /// Last date.
        end: NaiveDate,
    },
    /// Somebody holds a rotation on one date.
    RotationException {
        /// The date.
        date: NaiveDate,
        /// The rotation.
        rotation: Rotation,
        /// The person who holds it.
        employee_id: EmployeeId,
        /// Why, for a person.
        reason: Option<String>,
    },
    /// A finding is ignored until a date.
    IgnoreFinding {
        /// The finding.
        finding: FindingId,
        /// The last day; `None` for the end of the finding's week.
        until: Option<NaiveDate>,
        /// Why, for a person.
        reason: String,
    },
    /// A run of the solver starts.
    RunNow {
        /// Whether days inside the buffer are planned too.
        emergency: bool,
    },
    /// A trial begins: other weights, or anything else that a trial may change.
    Try {
        /// The change to try.
        change: Box<Change>,
    },
    /// Lines of the current proposal are approved and go to Crossmark.
    Approve {
        /// The run of the proposal.
        run: RunId,
        /// The lines by id.
        lines: Vec<String>,
    },
    /// Failed lines are sent again.
    Retry {
        /// The lines by id.
        lines: Vec<String>,
    },
}

impl Act {
    /// The act in a few words, for the audit trail and for lists.
    pub fn title(&self) -> &'static str {
        match self {
            Act::Schedules { changes } if changes.iter().all(|change| change.to.is_none()) => "take back schedules",
            Act::Schedules { .. } => "change schedules by hand",
            Act::EditLine { .. } => "change a line of the proposal",
            Act::HoldLine { held: true, .. } => "hold a line",
            Act::HoldLine { held: false, .. } => "release a line",
            Act::CallOut { .. } => "cover for somebody who cannot come",
            Act::TimeOff { .. } => "add time off",
            Act::RotationException { .. } => "change a rotation for a day",
            Act::IgnoreFinding { .. } => "ignore a finding",
            Act::RunNow { .. } => "start a run",
            Act::Try { .. } => "begin a trial",
            Act::Approve { .. } => "approve lines",
            Act::Retry { .. } => "send failed lines again",
        }
    }
}
