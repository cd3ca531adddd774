//! How much people work in a week.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::week_start;
use crate::fairness::CountedShift;
use crate::snapshot::EmployeeId;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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

/// High begins at 90 % of the weekly minutes (H8) and at the last allowed day (H9). Too much begins at 100 %
/// of the minutes, and at one day more than allowed.
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

/// The number of days with a shift, by week (its Sunday) and person.
pub fn worked_days(shifts: &[CountedShift]) -> BTreeMap<(NaiveDate, EmployeeId), u32> {
    let worked: BTreeSet<(&EmployeeId, NaiveDate)> =
        shifts.iter().map(|shift| (&shift.employee_id, shift.start.date())).collect();
    let mut days: BTreeMap<(NaiveDate, EmployeeId), u32> = BTreeMap::new();
    for (employee, date) in worked {
        *days.entry((week_start(date), employee.clone())).or_default() += 1;
    }
    days
}
