//! What a simulator starts from: one club's location, people, events and posted schedules, by their Crossmark numbers.

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
    /// The zone whose offset a schedule's times must carry.
    pub time_zone: Tz,
    /// Who can be scheduled.
    pub people: Vec<Person>,
    /// What can be scheduled, whether it is or not.
    pub events: Vec<Event>,
    /// The schedules that stand when the simulator starts.
    pub posted: Vec<Posted>,
}

/// Somebody who can be scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `RepID`.
    pub rep_id: u64,
    /// `employeeId`, as the product knows the person.
    pub employee_id: String,
    /// The full name.
    pub name: String,
}

/// An event upstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `mPlanID`.
    pub plan_id: u64,
    /// The whole name; the planning list cuts it at 100 characters.
    pub name: String,
    /// The first day on which it may take place.
    pub start: NaiveDate,
    /// The day by which it must have.
    pub due: NaiveDate,
    /// What upstream says of it; `Unstaffed` and `Scheduled` follow the ledger instead.
    pub condition: Condition,
    /// The length; an event without one is missing from the lists of lengths.
    pub estimated_minutes: Option<u32>,
    /// Names that upstream shows as staffed where the ledger has none.
    #[serde(default)]
    pub staffed_reps: String,
    /// Whether the planning list goes on saying `Unstaffed` once the event is scheduled, as it does in life at times.
    #[serde(default)]
    pub stale_condition: bool,
}

/// A schedule that stands when the simulator starts, in club-local time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The scheduled event's `ID`.
    pub id: u64,
    /// Whose event it is.
    pub plan_id: u64,
    /// Who works it.
    pub rep_id: u64,
    /// When it starts.
    pub start: NaiveDateTime,
    /// When it ends.
    pub end: NaiveDateTime,
}

/// The nine conditions of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Nobody has it.
    Unstaffed,
    /// Somebody has it at a time.
    Scheduled,
    /// Somebody has it.
    Staffed,
    /// It will not take place.
    Canceled,
    /// It is being worked.
    #[serde(rename = "In Progress")]
    InProgress,
    /// It is on hold.
    Paused,
    /// It was given out again.
    Reissued,
    /// Its time is over.
    Expired,
    /// It was worked and reported.
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

    /// The word on the wire.
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

/// How a seed contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// One number, two people.
    #[error("two people have the RepID {0}")]
    PersonTwice(u64),
    /// One number, two events.
    #[error("two events have the mPlanID {0}")]
    EventTwice(u64),
    /// One number, two schedules.
    #[error("two posted schedules have the id {0}")]
    PostedTwice(u64),
    /// A schedule of an event that is not there.
    #[error("the posted schedule {id} is of event {plan_id}, which is not among the events")]
    UnknownEvent {
        /// The schedule.
        id: u64,
        /// The event that is missing.
        plan_id: u64,
    },
    /// A schedule of a person who is not there.
    #[error("the posted schedule {id} is for RepID {rep_id}, who is not among the people")]
    UnknownPerson {
        /// The schedule.
        id: u64,
        /// The person who is missing.
        rep_id: u64,
    },
}

impl Seed {
    /// Says how the seed contradicts itself, if it does.
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
        for &Posted { id, plan_id, rep_id, .. } in &self.posted {
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

    /// The `RepID` of the person whom the product knows by `employee_id`.
    pub fn rep_of(&self, employee_id: &str) -> Option<u64> {
        self.people.iter().find(|person| person.employee_id == employee_id).map(|person| person.rep_id)
    }

    /// The id of the schedule that stands for an event when the simulator starts.
    pub fn posted_id_of(&self, plan_id: u64) -> Option<u64> {
        self.posted.iter().find(|posted| posted.plan_id == plan_id).map(|posted| posted.id)
    }
}
