//! How well what is posted stood each morning: a record a day, kept as long as runs are.

use chrono::NaiveDate;
use domain::standing::FindingId;
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::item::{self, Record};
use crate::key::{ClubId, Key, Part};
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::Club;

/// How well one week stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekHealth {
    /// Its Sunday.
    pub sunday: NaiveDate,
    /// 0 to 100.
    pub points: u8,
    /// Critical faults that nobody ignores.
    pub critical: u32,
    /// Warnings that nobody ignores.
    pub warnings: u32,
    /// Posted schedules.
    pub schedules: u32,
}

/// How well a club stood on a morning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MorningHealth {
    /// The club-local date.
    pub date: NaiveDate,
    /// When it was judged.
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
    /// Records how the club stood on a morning, in the place of what was recorded of it before.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn put_health(&self, health: &MorningHealth) -> Result<(), TableError> {
        let mut changes = Changes::new(self.id);
        changes.mirror(health)?;
        if self.try_commit(changes).await? { Ok(()) } else { Err(TableError::Contended) }
    }

    /// How the club stood on the mornings of these dates, both included, oldest first; one that cannot be read is left
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
