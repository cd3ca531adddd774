//! Rotations and their exceptions (rulebook section 3).

use chrono::NaiveDate;
use domain::snapshot::{EmployeeId, Rotation};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Dated, Document, named_schema};
use crate::audit::Because;
use crate::item::Record;
use crate::key::{ClubId, Key, Part};

/// A weekday by the key that snapshots use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "weekdays")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// `mon` … `sun`.
    pub fn name(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }
}

/// A rotation by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RotationName(pub Rotation);

named_schema!(RotationName, "RotationType", [Rotation::Juicer, Rotation::PrimaryLead].map(Rotation::name));

impl TryFrom<String> for RotationName {
    type Error = &'static str;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Rotation::named(&name).map(RotationName).ok_or("no rotation: \"juicer\" or \"primary_lead\"")
    }
}

impl From<RotationName> for String {
    fn from(name: RotationName) -> String {
        name.0.name().to_owned()
    }
}

/// Who holds a rotation on a weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationRow {
    /// The weekday.
    pub day: Day,
    /// Which rotation.
    pub rotation: RotationName,
    /// Who.
    pub employee_id: EmployeeId,
    /// Who when that person is not available.
    #[serde(default)]
    pub backup_employee_id: Option<EmployeeId>,
}

impl Record for RotationRow {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}#{}", Self::PREFIX, self.rotation.0.name(), self.day.name()))
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

/// Who holds a rotation on one date instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The date.
    pub date: NaiveDate,
    /// Which rotation.
    pub rotation: RotationName,
    /// Who.
    pub employee_id: EmployeeId,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Record for Exception {
    fn key(&self, club: &ClubId) -> Key {
        Part::Club.key(club, format!("{}{}#{}", Self::PREFIX, self.date, self.rotation.0.name()))
    }
}

impl Document for Exception {
    const PREFIX: &'static str = "EXC#";
}

impl Dated for Exception {}
