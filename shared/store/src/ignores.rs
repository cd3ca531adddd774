//! Findings about posted schedules that people ignore, each with a reason and an end date.

use chrono::NaiveDate;
use domain::standing::{Finding, FindingId};
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::documents::{Document, DocumentError};
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part};
use crate::stamp::Timestamp;
use crate::table::Club;

/// Days after its end for which an ignore is kept.
const GRACE_DAYS: i64 = 2;

/// A finding that somebody ignores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredFinding {
    /// The finding.
    pub id: FindingId,
    /// The finding's text when it was ignored. A finding whose text has changed is no longer ignored, because its facts
    /// have changed.
    pub text: String,
    /// The last club-local date on which it is ignored.
    pub until: NaiveDate,
    /// Who ignores it, since when, and why.
    pub because: Because,
}

impl IgnoredFinding {
    /// Whether it applies to a finding on a date.
    pub fn covers(&self, finding: &Finding, today: NaiveDate) -> bool {
        self.id == finding.id && self.text == finding.text && today <= self.until
    }
}

impl Record for IgnoredFinding {
    fn key(&self, club: &ClubId) -> Key {
        ignored_key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        let end = self.until + chrono::TimeDelta::days(GRACE_DAYS);
        Some(Timestamp::from(end.and_time(chrono::NaiveTime::MIN).and_utc()))
    }
}

impl Document for IgnoredFinding {
    const PREFIX: &'static str = "IGNORED#";
}

fn ignored_key(club: &ClubId, finding: &FindingId) -> Key {
    Part::Club.key(club, format!("{}{finding}", IgnoredFinding::PREFIX))
}

impl Club<'_> {
    /// Ignores a finding, and replaces an earlier ignore of it.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if somebody else changed it concurrently, [`DocumentError::Table`] if the table cannot
    /// be read or written.
    pub async fn ignore_finding(&self, ignored: &IgnoredFinding) -> Result<(), DocumentError> {
        let read: Option<Stored<IgnoredFinding>> = self.fetch(&ignored_key(self.id, &ignored.id)).await?;
        let version = read.map(|read| read.version);
        let mut changes = Changes::new(self.id);
        changes.replace(version, ignored)?;
        changes.note(&entry(&ignored.id, version.unwrap_or(0) + 1, "ignored", &ignored.because))?;
        if self.try_commit(changes).await? { Ok(()) } else { Err(DocumentError::Stale { found: None }) }
    }

    /// Takes an ignore back; `false` if there is none.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if somebody else changed it concurrently, [`DocumentError::Table`] if the table cannot
    /// be read or written.
    pub async fn stop_ignoring_finding(&self, finding: &FindingId, because: &Because) -> Result<bool, DocumentError> {
        let read: Option<Stored<IgnoredFinding>> = self.fetch(&ignored_key(self.id, finding)).await?;
        let Some(read) = read else { return Ok(false) };
        let mut changes = Changes::new(self.id);
        changes.remove(&read);
        changes.note(&entry(finding, read.version + 1, "heeded", because))?;
        if self.try_commit(changes).await? { Ok(true) } else { Err(DocumentError::Stale { found: None }) }
    }
}

fn entry(finding: &FindingId, version: u64, to: &str, because: &Because) -> Entry {
    Entry::new(Subject::Finding(finding.clone()), version, (None, to), because)
}
