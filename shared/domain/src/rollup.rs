//! The daily roll-up: what was proposed, decided and worked, in counts that add up to weeks.
//!
//! [`days`] folds facts, keyed by line and generation, into one roll-up for each day. Order and repetition do not
//! matter. A recount of a past day must give the same bytes.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::week_start;
use crate::event_type::EventType;
use crate::outcome::{Cause, LineGeneration};
use crate::snapshot::EmployeeId;

mod fold;
mod interval;
mod utilisation;
mod workload;

pub use fold::{days, facts_of};
pub use interval::{Interval, MIN_RELIABLE, interval};
pub use utilisation::{Utilisation, utilisation};
pub use workload::{Level, Thresholds, worked_days};

/// Something that is counted. Each kind of fact counts once per line and generation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CountedFact {
    /// The line. A repeated fact of a line and generation counts once, on the earliest of its days.
    #[serde(flatten)]
    pub line: LineGeneration,
    /// What is counted.
    pub what: Counted,
    /// The club's day on which the fact counts, such as the day of the decision or the day of the work.
    pub day: NaiveDate,
    /// The type of the event.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The person; `None` if nothing is placed.
    pub employee_id: Option<EmployeeId>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Counted {
    /// Proposed with a place.
    Placed,
    /// Proposed without a place.
    NotPlaced {
        /// The code of the reason.
        reason: String,
    },
    /// The event's window closed before it was scheduled.
    Lost,
    /// A manager kept, changed or rejected the line.
    Decided {
        /// Whether the line was kept as proposed.
        kept: bool,
    },
    /// A manager gave the line to another person or day.
    Edited {
        /// The cause of the edit.
        reason: Cause,
    },
    /// Approved again after a failure.
    Retried,
    /// Taken from a person who already knew of the schedule, or moved to another of their days.
    ToldMoved,
    /// The person called out.
    CallOut,
    /// Given to somebody else after a call-out.
    Refilled,
    /// Worked.
    Completed,
    /// The person did not come.
    NoShow,
}

/// When the lines of a run were proposed, first approved and last accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTimes {
    /// The run. If a run is given several times, the earliest proposal and approval and the latest acceptance count.
    pub run_id: String,
    /// The club's day of the run.
    pub day: NaiveDate,
    /// When its lines were proposed.
    pub proposed_at: DateTime<Utc>,
    /// When one of its lines was first approved. Approvals before a line's last recall do not count.
    pub first_approval: Option<DateTime<Utc>>,
    /// When its last line was accepted.
    pub last_acceptance: Option<DateTime<Utc>>,
}

/// The counts of a day, or of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollUp {
    /// The day; for a week its Sunday.
    pub from: NaiveDate,
    /// All counts.
    pub all: Counts,
    /// The counts of each type.
    pub by_type: BTreeMap<EventType, Counts>,
    /// The counts of each person. Facts without a person are left out.
    pub by_person: BTreeMap<EmployeeId, Counts>,
    /// Minutes from the proposal of a run to its first approval, rounded for each run.
    pub to_first_approval: Minutes,
    /// Minutes from the proposal of a run to its last acceptance, rounded for each run.
    pub to_last_acceptance: Minutes,
}

/// Numbers of lines, events and schedules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Lines that were proposed with a place.
    pub placed: u32,
    /// Lines that were proposed without a place, by the code of the reason.
    pub not_placed: BTreeMap<String, u32>,
    /// Events whose window closed before they were scheduled.
    pub lost: u32,
    /// Lines that managers gave to another person or day, by cause.
    pub edits: BTreeMap<Cause, u32>,
    /// Lines that were kept as proposed.
    pub kept: u32,
    /// Lines that were kept, changed or rejected.
    pub decided: u32,
    /// Lines that were approved again after a failure.
    pub retries: u32,
    /// Schedules that were taken from a person who already knew of them, or moved to another of the person's days.
    pub told_moves: u32,
    /// Lines that ended in a call-out.
    pub call_outs: u32,
    /// Events that were given to somebody else after a call-out.
    pub refilled: u32,
    /// Lines that were worked.
    pub completed: u32,
    /// Lines that were not worked, because the person did not come.
    pub no_shows: u32,
}

/// Durations of several runs, in minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// Number of runs.
    pub n: u32,
    /// Sum of their minutes.
    pub sum: u64,
}

impl Minutes {
    /// The mean; `None` without runs.
    pub fn mean(self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / f64::from(self.n))
    }

    fn add(&mut self, other: Minutes) {
        self.n += other.n;
        self.sum += other.sum;
    }
}

impl Counts {
    /// The rate of kept lines with its interval; `None` while nothing is decided.
    pub fn kept_rate(&self) -> Option<Interval> {
        interval(self.kept, self.decided)
    }

    /// Adds other counts to these.
    pub fn add(&mut self, other: &Counts) {
        let sums = [
            (&mut self.placed, other.placed),
            (&mut self.lost, other.lost),
            (&mut self.kept, other.kept),
            (&mut self.decided, other.decided),
            (&mut self.retries, other.retries),
            (&mut self.told_moves, other.told_moves),
            (&mut self.call_outs, other.call_outs),
            (&mut self.refilled, other.refilled),
            (&mut self.completed, other.completed),
            (&mut self.no_shows, other.no_shows),
        ];
        for (sum, more) in sums {
            *sum += more;
        }
        for (reason, n) in &other.not_placed {
            *self.not_placed.entry(reason.clone()).or_default() += n;
        }
        for (cause, n) in &other.edits {
            *self.edits.entry(*cause).or_default() += n;
        }
    }
}

impl RollUp {
    /// A day or week without counts.
    pub fn empty(from: NaiveDate) -> RollUp {
        RollUp {
            from,
            all: Counts::default(),
            by_type: BTreeMap::new(),
            by_person: BTreeMap::new(),
            to_first_approval: Minutes::default(),
            to_last_acceptance: Minutes::default(),
        }
    }

    /// Adds another roll-up to this one.
    pub fn add(&mut self, other: &RollUp) {
        self.all.add(&other.all);
        for (kind, counts) in &other.by_type {
            self.by_type.entry(*kind).or_default().add(counts);
        }
        for (employee, counts) in &other.by_person {
            self.by_person.entry(employee.clone()).or_default().add(counts);
        }
        self.to_first_approval.add(other.to_first_approval);
        self.to_last_acceptance.add(other.to_last_acceptance);
    }
}

/// Adds days up to weeks, Sunday to Saturday, in order. Each day must be given once.
pub fn weeks(days: &[RollUp]) -> Vec<RollUp> {
    let mut weeks: BTreeMap<NaiveDate, RollUp> = BTreeMap::new();
    for day in days {
        let sunday = week_start(day.from);
        weeks.entry(sunday).or_insert_with(|| RollUp::empty(sunday)).add(day);
    }
    weeks.into_values().collect()
}

#[cfg(test)]
mod tests;
