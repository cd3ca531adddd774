//! People: their data, availability and affinity, and how many Core events the club owes them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::events::yes;
use super::{EmployeeId, EventRef};
use crate::calendar::{Day, Hours};
use crate::event_type::{EventType, JobTitle};

/// A person of the club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// Muster's id.
    pub id: EmployeeId,
    /// The person's name; for display, never for logs.
    pub name: String,
    /// The person's job title.
    pub job_title: JobTitle,
    /// Whether the person may work juicer events with any title.
    #[serde(default)]
    pub juicer_trained: bool,
    /// Whether the person is employed here.
    #[serde(default = "yes")]
    pub active: bool,
    /// The first day on which the person no longer works here.
    #[serde(default)]
    pub termination_date: Option<NaiveDate>,
    /// The person's number at Crossmark. Stored and passed on; the rules do not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep_id: Option<u64>,
}

/// The availability on a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Allowance {
    /// The whole day, or not at all.
    Whole(bool),
    /// Within these hours.
    Within(Hours),
}

impl Allowance {
    /// The allowed hours; `None` for a day off.
    pub fn hours(self) -> Option<Hours> {
        match self {
            Allowance::Whole(works) => works.then_some(Hours::WHOLE_DAY),
            Allowance::Within(hours) => Some(hours),
        }
    }
}

/// Availability by weekday. Weekdays that are not listed are available in a weekly availability, and unchanged in an
/// override.
pub type Week = BTreeMap<Day, Allowance>;

/// A person's weekly availability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyAvailability {
    /// The person.
    pub employee_id: EmployeeId,
    /// The availability.
    pub days: Week,
}

/// A temporary change of the weekly availability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityOverride {
    /// The person.
    pub employee_id: EmployeeId,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// The availability, for the weekdays that it changes.
    pub days: Week,
}

/// Days off. The first and the last day are days off too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOff {
    /// The person.
    pub employee_id: EmployeeId,
    /// The first day.
    pub start: NaiveDate,
    /// The last day.
    pub end: NaiveDate,
}

/// A person's affinity for an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AffinityRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The affinity, 0 to 1.
    pub score: f64,
}

/// A person's affinity for a type of event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeAffinityRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The affinity, 0 to 1.
    pub score: f64,
}

/// How many Core events the club owes a person from earlier weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Debt {
    /// The person.
    pub employee_id: EmployeeId,
    /// The number of Core events, -3 to 3; positive if the person had too few.
    pub debt: f64,
}
