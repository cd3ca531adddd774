//! The initial state of a simulator: one club's location, people, events and posted schedules, by their Crossmark
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
    /// The zone whose offset a schedule's times must carry.
    pub time_zone: Tz,
    /// People who can be scheduled.
    pub people: Vec<Person>,
    /// Events, scheduled or not.
    pub events: Vec<Event>,
    /// The initial schedules.
    pub posted: Vec<Posted>,
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
    /// The whole name; the planning list truncates it to 100 characters.
    pub name: String,
    /// First day of its window.
    pub start: NaiveDate,
    /// The day by which it must have taken place.
    pub due: NaiveDate,
    /// Its condition at Crossmark; `Unstaffed` and `Scheduled` follow the ledger instead.
    pub condition: Condition,
    /// The length; an event without one is missing from the lists of lengths.
    pub estimated_minutes: Option<u32>,
    /// Names that are shown as staffed if the ledger has no schedule.
    #[serde(default)]
    pub staffed_reps: String,
    /// Whether the planning list still says `Unstaffed` after the event is scheduled, as Crossmark's sometimes does.
    #[serde(default)]
    pub stale_condition: bool,
}

/// An initial schedule, in club-local time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The scheduled event's `ID`.
    pub id: u64,
    /// Its event.
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
    /// It was cancelled.
    Canceled,
    /// It is being worked.
    #[serde(rename = "In Progress")]
    InProgress,
    /// It is on hold.
    Paused,
    /// It was issued again.
    Reissued,
    /// Its window has passed.
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
        /// The schedule.
        id: u64,
        /// The unknown event.
        plan_id: u64,
    },
    /// A schedule has an unknown person.
    #[error("the posted schedule {id} is for RepID {rep_id}, who is not among the people")]
    UnknownPerson {
        /// The schedule.
        id: u64,
        /// The unknown person.
        rep_id: u64,
    },
}

impl Seed {
    /// Checks that the seed is consistent.
    ///
    /// # Errors
    /// The first inconsistency.
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

    /// The `RepID` of the person with this `employee_id`.
    pub fn rep_of(&self, employee_id: &str) -> Option<u64> {
        self.people.iter().find(|person| person.employee_id == employee_id).map(|person| person.rep_id)
    }

    /// The id of an event's initial schedule.
    pub fn posted_id_of(&self, plan_id: u64) -> Option<u64> {
        self.posted.iter().find(|posted| posted.plan_id == plan_id).map(|posted| posted.id)
    }
}
