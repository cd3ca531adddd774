//! Rotations and their exceptions (rulebook section 3).

use domain::snapshot::{RotationException, RotationRow};
use serde::{Deserialize, Serialize};

use super::{Dated, Document};
use crate::audit::Because;
use crate::item::Record;
use crate::key::{ClubId, Key, Part};

impl Record for RotationRow {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}#{}", Self::PREFIX, self.rotation.name(), self.day.name()))
    }
}

impl Document for RotationRow {
    const PREFIX: &'static str = "ROT#";
}

/// Both rotations as they were saved last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotations {
    /// How often they were saved; 0 where they never were, but came with the club.
    pub version: u64,
    /// Who saved them, when and why.
    pub saved: Option<Because>,
    /// At most one row for each weekday and rotation.
    pub rows: Vec<RotationRow>,
}

/// Counts how often the rotations were saved, so that a row that is added is noticed as well as one that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RotationsSaved {
    pub because: Because,
}

impl RotationsSaved {
    /// What the sort keys of the rows and of this item begin with.
    pub const PREFIX: &'static str = "ROT";
    /// Its own sort key.
    pub const SORT: &'static str = "ROTATIONS";
}

impl Record for RotationsSaved {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, Self::SORT)
    }
}

impl Record for RotationException {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}#{}", Self::PREFIX, self.date, self.rotation.name()))
    }
}

impl Document for RotationException {
    const PREFIX: &'static str = "EXC#";
}

impl Dated for RotationException {}
