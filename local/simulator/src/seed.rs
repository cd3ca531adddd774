//! The initial state of a simulator: the location, people, events and posted schedules of a club, with their Crossmark
//! numbers.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A club as Crossmark knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed {
    /// `LocationID` and `storeID`.
    pub location_id: u64,
    /// `storeNumber`.
    pub store_number: String,
    /// `storeName`.
    pub store_name: String,
    /// The time zone of the store. The times of a schedule must have its offset.
    pub time_zone: Tz,
    /// People who can be scheduled.
    pub people: Vec<Person>,
    /// Events, scheduled or not.
    pub events: Vec<Event>,
    /// The initial schedules.
    pub posted: Vec<PostedSchedule>,
}

/// A person who can be scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `RepID`.
    pub rep_id: u64,
    /// `employeeId`, the person's id in Muster.
    pub employee_id: String,
    /// The full name.
    pub name: String,
}

/// An event at Crossmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `mPlanID`.
    pub plan_id: u64,
    /// The complete name. The planning list truncates it to 100 characters.
    pub name: String,
    /// First day of the event's window.
    pub start: NaiveDate,
    /// The day by which the event must have been worked.
    pub due: NaiveDate,
    /// The event's condition at Crossmark. For `Unstaffed` and `Scheduled`, the ledger decides which of the two is shown.
    pub condition: Condition,
    /// The length. An event without a length is missing from the lists of lengths.
    pub estimated_minutes: Option<u32>,
    /// Names that are shown as staffed if the ledger has no schedule of the event.
    #[serde(default)]
    pub staffed_reps: String,
    /// Whether the planning list shows `Unstaffed` even while the event is scheduled, as Crossmark's list sometimes does.
    #[serde(default)]
    pub stale_condition: bool,
}

/// An initial schedule, in club-local time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedSchedule {
    /// The scheduled event's `ID`.
    pub id: u64,
    /// The number of the event.
    pub plan_id: u64,
    /// The person who works the event.
    pub rep_id: u64,
    /// The start.
    pub start: NaiveDateTime,
    /// The end.
    pub end: NaiveDateTime,
}

/// The nine conditions of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Nobody has the event.
    Unstaffed,
    /// A person has the event at a time.
    Scheduled,
    /// A person has the event.
    Staffed,
    /// The event was cancelled.
    Canceled,
    /// The event is being worked.
    #[serde(rename = "In Progress")]
    InProgress,
    /// The event is on hold.
    Paused,
    /// The event was issued again.
    Reissued,
    /// The event's window has passed.
    Expired,
    /// The event was worked and reported.
    Submitted,
}

impl Condition {
    pub(crate) const ALL: [Self; 9] = [
        Self::Unstaffed,
        Self::Scheduled,
        Self::Staffed,
        Self::Canceled,
        Self::InProgress,
        Self::Paused,
        Self::Reissued,
        Self::Expired,
        Self::Submitted,
    ];

    /// The word in Crossmark's spelling.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unstaffed => "Unstaffed",
            Self::Scheduled => "Scheduled",
            Self::Staffed => "Staffed",
            Self::Canceled => "Canceled",
            Self::InProgress => "In Progress",
            Self::Paused => "Paused",
            Self::Reissued => "Reissued",
            Self::Expired => "Expired",
            Self::Submitted => "Submitted",
        }
    }
}

/// Why a seed is inconsistent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// Two people have the same number.
    #[error("two people have the RepID {0}")]
    PersonTwice(u64),
    /// Two events have the same number.
    #[error("two events have the mPlanID {0}")]
    EventTwice(u64),
    /// Two schedules have the same number.
    #[error("two posted schedules have the id {0}")]
    PostedTwice(u64),
    /// A schedule has an unknown event.
    #[error("the posted schedule {id} is of event {plan_id}, which is not among the events")]
    UnknownEvent {
        /// The number of the schedule.
        id: u64,
        /// The number of the unknown event.
        plan_id: u64,
    },
    /// A schedule has an unknown person.
    #[error("the posted schedule {id} is for RepID {rep_id}, who is not among the people")]
    UnknownPerson {
        /// The number of the schedule.
        id: u64,
        /// The number of the unknown person.
        rep_id: u64,
    },
}

impl Seed {
    /// Checks that numbers are unique and that schedules have known events and people.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), SeedError> {
        let mut people = BTreeSet::new();
        let mut events = BTreeSet::new();
        let mut posted = BTreeSet::new();
        for person in &self.people {
            if !people.insert(person.rep_id) {
                return Err(SeedError::PersonTwice(person.rep_id));
            }
        }
        for event in &self.events {
            if !events.insert(event.plan_id) {
                return Err(SeedError::EventTwice(event.plan_id));
            }
        }
        for &PostedSchedule { id, plan_id, rep_id, .. } in &self.posted {
            if !posted.insert(id) {
                return Err(SeedError::PostedTwice(id));
            }
            if !events.contains(&plan_id) {
                return Err(SeedError::UnknownEvent { id, plan_id });
            }
            if !people.contains(&rep_id) {
                return Err(SeedError::UnknownPerson { id, rep_id });
            }
        }
        Ok(())
    }
}
