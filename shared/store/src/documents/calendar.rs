//! Days on which nothing is planned.

use chrono::NaiveDate;
use domain::holidays::HolidayRule;
use serde::{Deserialize, Serialize};

use super::Dated;

/// A company holiday on one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// The holiday's name, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Holiday {
    /// A holiday without a name.
    pub fn on(date: NaiveDate) -> Holiday {
        Holiday { date, name: None }
    }
}

document!(Holiday, "HOLIDAY#", |holiday| holiday.date);

impl Dated for Holiday {}

/// A company holiday of every year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearlyHoliday {
    /// The day of the year on which it falls.
    pub rule: HolidayRule,
    /// The holiday's name, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

document!(YearlyHoliday, "YEARLY#", |holiday| holiday.rule.key());

/// A day whose schedule is locked: nothing is planned on it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedDay {
    /// The day.
    pub date: NaiveDate,
    /// Why, in a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl LockedDay {
    /// A locked day without a reason.
    pub fn on(date: NaiveDate) -> LockedDay {
        LockedDay { date, reason: None }
    }
}

document!(LockedDay, "LOCK#", |locked| locked.date);

impl Dated for LockedDay {}
