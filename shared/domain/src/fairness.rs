//! The fairness ledger: what people were given week by week, and how many Core events the club therefore owes them
//! (S15).
//!
//! [`recount()`] computes rows from all accepted lines and their outcomes. Order and repetition do not matter: the same
//! facts give the same rows. [`debts`] compares the rows of a window with a fair share.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{minute_of, moment};
use crate::event_type::EventType;
use crate::outcome::LineGeneration;
use crate::snapshot::{Arrivals, EmployeeId, EventRef};

mod owed;
mod possible;
mod recount;

pub use owed::{DebtCalculation, LARGEST_DEBT, LedgerCorrection, Window, debts, snapshot_rows};
pub use possible::possible_days;
pub use recount::{SHORT_NOTICE_DAYS, counted_shifts, recount};

/// The days on which people could have worked a Core.
pub type PossibleDays = BTreeMap<EmployeeId, BTreeSet<NaiveDate>>;

/// What one person was given in one week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The week, by its Sunday.
    pub week: NaiveDate,
    /// The person.
    pub employee_id: EmployeeId,
    /// Number of Core events. One that the person did not come to counts, because it was given to them.
    pub core: u32,
    /// Number of Saturdays and Sundays with a shift.
    pub weekend_days: u32,
    /// Number of Core at the first of the club's arrivals, or earlier.
    pub first_arrivals: u32,
    /// Number of Core at the last of the club's arrivals, or later.
    pub last_arrivals: u32,
    /// Number of days with a shift that was accepted fewer than [`SHORT_NOTICE_DAYS`] days before.
    pub short_notice: u32,
    /// Number of events that the club took from the person or moved to another day after acceptance. They count in the
    /// week that they left, whatever day they went to. Events that left because the person could not come do not count,
    /// nor do Supervisor and Survey events, which follow others.
    pub moved_on_them: u32,
    /// Minutes worked, all events counted. Events that the person did not come to have 0 minutes.
    pub minutes: u32,
    /// Number of days on which the person could have worked a Core.
    pub possible_days: u32,
}

impl LedgerRow {
    /// A week in which a person was given nothing.
    pub fn empty(week: NaiveDate, employee_id: EmployeeId) -> LedgerRow {
        LedgerRow {
            week,
            employee_id,
            core: 0,
            weekend_days: 0,
            first_arrivals: 0,
            last_arrivals: 0,
            short_notice: 0,
            moved_on_them: 0,
            minutes: 0,
            possible_days: 0,
        }
    }
}

/// A line that Crossmark accepted: the place of an event from then on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Acceptance {
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
    /// The line and its generation. Repeated acceptances of the same line and generation count once.
    #[serde(flatten)]
    pub line: LineGeneration,
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Where the event was posted before; `None` if it was not posted.
    pub from: Option<LeftPlace>,
    /// Where the event is posted from then on; `None` if it was dropped.
    pub to: Option<Shift>,
}

/// The place that an event left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeftPlace {
    /// Who was to work it.
    pub employee_id: EmployeeId,
    /// The day.
    pub date: NaiveDate,
    /// Why it left.
    pub reason: LeavingReason,
}

/// Why an event left its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeavingReason {
    /// The club changed its plan.
    Plan,
    /// The person could not come.
    Absence,
}

/// Who works an event, and when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shift {
    /// The person.
    pub employee_id: EmployeeId,
    /// The start, club-local.
    #[serde(with = "moment")]
    pub start: NaiveDateTime,
    /// The event's length.
    pub minutes: u32,
    /// Which arrival, for a Core that starts at the first of the club's arrivals or earlier, or at the last one or
    /// later.
    pub arrival: Option<Arrival>,
}

/// A shift after all acceptances and outcomes of its event were applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedShift {
    /// The event.
    pub event_ref: EventRef,
    /// The event's type.
    pub kind: EventType,
    /// Who worked it, or is going to.
    pub employee_id: EmployeeId,
    /// The start, club-local.
    pub start: NaiveDateTime,
    /// The event's length; 0 if the person did not come.
    pub minutes: u32,
    /// Which arrival, for a Core that starts at the first of the club's arrivals or earlier, or at the last one or
    /// later.
    pub arrival: Option<Arrival>,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
}

/// An early or late arrival; the ledger counts how often each person has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// At the first of the club's arrivals, or earlier.
    First,
    /// At the last of the club's arrivals, or later.
    Last,
}

impl Arrival {
    /// Whether a Core starts at the first of a club's arrivals or earlier, or at the last one or later. `None` for
    /// starts between them, for other types, and if all arrivals are the same.
    pub fn of(kind: EventType, start: NaiveDateTime, arrivals: &Arrivals) -> Option<Arrival> {
        let [first, .., last] = *arrivals.all();
        match minute_of(start) {
            _ if kind != EventType::Core || first == last => None,
            minute if minute <= first => Some(Arrival::First),
            minute if minute >= last => Some(Arrival::Last),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
