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

/// Both rotations as they were last saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotations {
    /// Number of saves; 0 if they were imported with the club and never saved.
    pub version: u64,
    /// Who saved them, when and why.
    pub saved: Option<Because>,
    /// At most one row for each weekday and rotation.
    pub rows: Vec<RotationRow>,
}

/// Counts the saves of the rotations. With it, the optimistic concurrency check detects added rows too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RotationsSaved {
    pub because: Because,
}

impl RotationsSaved {
    /// Prefix of the sort keys of the rows and of this item.
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
