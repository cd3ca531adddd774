//! The health of the posted schedules each morning: one record a day, kept as long as runs are.

use chrono::NaiveDate;
use domain::standing::FindingId;
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::item::{self, Record};
use crate::key::{ClubId, Key, Part};
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::Club;

/// The health of one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekHealth {
    /// The week's Sunday.
    pub sunday: NaiveDate,
    /// Health, 0 to 100.
    pub points: u8,
    /// Number of critical faults, without ignored findings.
    pub critical: u32,
    /// Number of warning faults, without ignored findings.
    pub warnings: u32,
    /// Number of posted schedules.
    pub schedules: u32,
}

/// The health of a club on one morning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MorningHealth {
    /// The club-local date.
    pub date: NaiveDate,
    /// When it was computed.
    pub at: Timestamp,
    /// This week, and the next one.
    pub weeks: Vec<WeekHealth>,
    /// The critical findings of these weeks that nobody ignored.
    pub critical: Vec<FindingId>,
}

impl Record for MorningHealth {
    fn key(&self, club: &ClubId) -> Key {
        Part::Health.key(club, self.date.to_string())
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.at.plus(RECORDS_KEPT))
    }
}

impl Club<'_> {
    /// Stores the health of one morning, and replaces an earlier record of that morning.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn put_health(&self, health: &MorningHealth) -> Result<(), TableError> {
        let mut changes = Changes::new(self.id);
        changes.mirror(health)?;
        if self.try_commit(changes).await? { Ok(()) } else { Err(TableError::Contended) }
    }

    /// The health of the mornings of these dates, both included, oldest first; a record that cannot be read is left
    /// out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn health_between(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<MorningHealth>, TableError> {
        let slice = Slice::between(Part::Health.of(self.id), from.to_string(), to.to_string());
        let items = self.query(slice).await?;
        Ok(item::read_usable::<MorningHealth>(items).0.into_iter().map(|stored| stored.body).collect())
    }
}
