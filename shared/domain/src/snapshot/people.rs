//! People: who they are, when they work, how well they fit an event, and what the club owes them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{EmployeeId, EventRef};
use crate::calendar::{Day, Hours};
use crate::event_type::{EventType, JobTitle};

fn yes() -> bool {
    true
}

/// A person of the club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// Our id.
    pub id: EmployeeId,
    /// The person's name; for people, never for logs.
    pub name: String,
    /// What they are employed as.
    pub job_title: JobTitle,
    /// Whether they may work juicer events whatever their title.
    #[serde(default)]
    pub juicer_trained: bool,
    /// Whether they work here at all.
    #[serde(default = "yes")]
    pub active: bool,
    /// The first day on which they no longer do.
    #[serde(default)]
    pub termination_date: Option<NaiveDate>,
    /// Their number at Crossmark. Stored and passed on; the rules do not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep_id: Option<u64>,
}

/// What availability says of a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Allowance {
    /// The whole day, or not at all.
    Whole(bool),
    /// Within these hours.
    Within(Hours),
}

impl Allowance {
    /// The hours that it allows; none of a day off.
    pub fn hours(self) -> Option<Hours> {
        match self {
            Allowance::Whole(works) => works.then_some(Hours::WHOLE_DAY),
            Allowance::Within(hours) => Some(hours),
        }
    }
}

/// Availability by weekday; it says nothing about the days that it leaves out.
pub type Week = BTreeMap<Day, Allowance>;

/// A person's usual week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyAvailability {
    /// Whose.
    pub employee_id: EmployeeId,
    /// What it says.
    pub days: Week,
}

/// Another week for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityOverride {
    /// Whose.
    pub employee_id: EmployeeId,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// What it says.
    pub days: Week,
}

/// Days off, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOff {
    /// Whose.
    pub employee_id: EmployeeId,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
}

/// How well one person fits one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AffinityRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// 0 to 1.
    pub score: f64,
}

/// How well one person fits one type of event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeAffinityRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// 0 to 1.
    pub score: f64,
}

/// How many Core the club owes a person from earlier weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Debt {
    /// The person.
    pub employee_id: EmployeeId,
    /// -3 to 3; above 0 they had too few.
    pub debt: f64,
}
