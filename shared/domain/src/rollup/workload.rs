//! How much people work in a week.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::week_start;
use crate::event_type::EventType;
use crate::fairness::CountedShift;
use crate::snapshot::EmployeeId;

/// What one person works in one week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// The week, by its Sunday.
    pub week: NaiveDate,
    /// The person.
    pub employee_id: EmployeeId,
    /// Minutes, every event counted.
    pub minutes: u32,
    /// Core events.
    pub core: u32,
    /// Days with an event.
    pub days: u32,
    /// How heavy that is.
    pub level: Level,
}

/// How much a person works in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WorkloadLevel)]
pub enum Level {
    /// Below every threshold.
    Normal,
    /// At or above a threshold for high.
    High,
    /// At or above a threshold for too much.
    TooMuch,
}

/// A club's thresholds of a person's weekly workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = WorkloadThresholds)]
pub struct Thresholds {
    /// Number of minutes from which a week counts as high.
    pub high_minutes: u32,
    /// Number of minutes from which a week counts as too much.
    pub too_much_minutes: u32,
    /// Number of days from which a week counts as high.
    pub high_days: u32,
    /// Number of days from which a week counts as too much.
    pub too_much_days: u32,
}

/// High begins at 90 % of the weekly minutes (H8) and at the last allowed day (H9). Too much begins at all of the
/// minutes, and above the allowed days.
impl Default for Thresholds {
    fn default() -> Self {
        Thresholds { high_minutes: 2_160, too_much_minutes: 2_400, high_days: 6, too_much_days: 7 }
    }
}

impl Thresholds {
    /// The level of a week with that many minutes and days.
    pub fn level(&self, minutes: u32, days: u32) -> Level {
        if minutes >= self.too_much_minutes || days >= self.too_much_days {
            Level::TooMuch
        } else if minutes >= self.high_minutes || days >= self.high_days {
            Level::High
        } else {
            Level::Normal
        }
    }
}

/// The workload of each person and week, in order of week and person.
pub fn workloads(shifts: &[CountedShift], thresholds: &Thresholds) -> Vec<Workload> {
    type Sums = (u32, u32, BTreeSet<NaiveDate>);
    let mut weeks: BTreeMap<(NaiveDate, &EmployeeId), Sums> = BTreeMap::new();
    for shift in shifts {
        let date = shift.start.date();
        let (minutes, core, days) = weeks.entry((week_start(date), &shift.employee_id)).or_default();
        *minutes += shift.minutes;
        *core += u32::from(shift.kind == EventType::Core);
        days.insert(date);
    }
    let row = |((week, employee), (minutes, core, days)): ((NaiveDate, &EmployeeId), Sums)| {
        let days = u32::try_from(days.len()).unwrap_or(u32::MAX);
        let level = thresholds.level(minutes, days);
        Workload { week, employee_id: employee.clone(), minutes, core, days, level }
    };
    weeks.into_iter().map(row).collect()
}
