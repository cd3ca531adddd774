//! The fairness ledger: what people were given week by week, and what the club owes them for it (S15).
//!
//! [`recount()`] adds up rows from accepted lines and their outcomes, always from all of them: the same facts in any
//! order, once or twice, make the same rows. [`debts`] compares the rows of a window with a fair share.

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

pub use owed::{LARGEST_DEBT, LedgerCorrection, Owed, Window, debts, snapshot_rows};
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
    /// Core events. One that the person did not come to is counted: it was given to them.
    pub core: u32,
    /// Saturdays and Sundays with a shift.
    pub weekend_days: u32,
    /// Core at the day's first arrival.
    pub first_arrivals: u32,
    /// Core at the day's last arrival.
    pub last_arrivals: u32,
    /// Days with a shift that was accepted fewer than [`SHORT_NOTICE_DAYS`] days before.
    pub short_notice: u32,
    /// Events that were taken from them or moved to another day after they were accepted, whatever day they went to.
    /// They belong to the week that they were taken from. Supervisor and Survey events follow others and do not count.
    pub moved_on_them: u32,
    /// Minutes worked, every event counted; none for what the person did not come to.
    pub minutes: u32,
    /// Days on which they could have worked a Core.
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

/// A line that Crossmark accepted: where an event stands since then.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Acceptance {
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
    /// The line; a line and generation that is given twice counts once.
    #[serde(flatten)]
    pub line: LineGeneration,
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Where it stood before, if it was posted.
    pub from: Option<Left>,
    /// Where it stands now; `None` if it was dropped.
    pub to: Option<Shift>,
}

/// The place that an event left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Left {
    /// Who was to work it.
    pub employee_id: EmployeeId,
    /// On which day.
    pub date: NaiveDate,
    /// Whose doing it was.
    pub reason: Leaving,
}

/// Why an event left its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// The club planned otherwise.
    Plan,
    /// The person could not come.
    Absence,
}

/// Who works an event, and when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shift {
    /// Who.
    pub employee_id: EmployeeId,
    /// From when, club-local.
    #[serde(with = "moment")]
    pub start: NaiveDateTime,
    /// The event's length.
    pub minutes: u32,
    /// For a Core at the first or the last arrival of its day: which.
    pub arrival: Option<Arrival>,
}

/// A shift as it counts after all acceptances and outcomes of its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedShift {
    /// The event.
    pub event_ref: EventRef,
    /// Its type.
    pub kind: EventType,
    /// Who worked it, or is to.
    pub employee_id: EmployeeId,
    /// From when, club-local.
    pub start: NaiveDateTime,
    /// The event's length; 0 if the person did not come.
    pub minutes: u32,
    /// For a Core at the first or the last arrival of its day: which.
    pub arrival: Option<Arrival>,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
}

/// An arrival that nobody should always have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// The first of the day.
    First,
    /// The last of the day.
    Last,
}

impl Arrival {
    /// Whether a Core starts at the first or the last of a club's arrivals. `None` for other types, and where all
    /// arrivals are the same.
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
