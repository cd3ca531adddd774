//! Days on which nothing is planned.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Dated, Document};
use crate::item::Record;
use crate::key::{ClubId, Key, Part};

/// A company holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
}

impl Record for Holiday {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.date))
    }
}

impl Document for Holiday {
    const PREFIX: &'static str = "HOLIDAY#";
}

impl Dated for Holiday {}

/// A day that nobody plans any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedDay {
    /// The day.
    pub date: NaiveDate,
}

impl Record for LockedDay {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}", Self::PREFIX, self.date))
    }
}

impl Document for LockedDay {
    const PREFIX: &'static str = "LOCK#";
}

impl Dated for LockedDay {}
