//! Lines that are due, the leases of groups, and the pause of a club's submissions.

use chrono::TimeDelta;
use domain::snapshot::EventFacts;
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::cursor::{Cursor, ListError, Page};
use crate::events::{Claim, Event};
use crate::item::{self, Record, Single, Stored};
use crate::key::{ClubId, Index, Key, Owner, Part};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::states::GroupKey;
use crate::table::Club;

/// The lease of a group of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLease {
    /// The group.
    pub key: GroupKey,
    /// The worker that holds the lease; `None` after a release.
    pub owner: Option<Owner>,
    /// When the lease expires.
    pub until: Timestamp,
}

impl Record for GroupLease {
    fn key(&self, club: &ClubId) -> Key {
        group_key(club, &self.key)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.until.plus(TimeDelta::days(KEPT_DAYS)))
    }
}

fn group_key(club: &ClubId, group: &GroupKey) -> Key {
    Part::Groups.key(club, format!("{}#{:06}", group.approval, group.number))
}

/// Days after which the unused lease of a group expires. It is created again if needed.
const KEPT_DAYS: i64 = 30;

/// The pause of the club's submissions: Crossmark cannot be reached, or refuses the login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The end of the pause; in the past if submissions are not paused.
    pub until: Timestamp,
    /// Number of consecutive pauses, this one included; 0 once Crossmark has answered again.
    #[serde(rename = "row")]
    pub consecutive: u32,
    /// Why, for a person.
    pub words: String,
    /// The reason for programs; `None` in pauses from before this field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PauseReason>,
    /// When the first of these pauses began; `None` once Crossmark has answered again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// Why submissions pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Crossmark refuses the login.
    LoginRefused,
    /// Crossmark cannot be reached.
    Unreachable,
}

impl Single for Pause {
    const SORT: &'static str = "PAUSE";
}

/// Maximum pause in minutes, unless the next possible try is later; consecutive pauses are 1, 2, 4, 8, 15.
const LONGEST_MINUTES: i64 = 15;

impl Club<'_> {
    /// Events whose lines are due for a worker, longest overdue first, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn due_claims(
        &self,
        now: Timestamp,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Event>>, ListError> {
        let slice = Slice::between(Part::Events.of(self.id), "DUE#".to_owned(), format!("DUE#{now}#~"));
        self.list(slice.through(Index::Claimed), cursor, limit).await
    }

    /// Every claimed event with its claim: one for each line of any run that is approved, being submitted, in doubt or
    /// failed, or that was edited after it failed. One request for each MB of them.
    ///
    /// # Errors
    /// [`TableError`] if the table or a claim cannot be read.
    pub async fn claims(&self) -> Result<Vec<(EventFacts, Claim)>, TableError> {
        let mut claims = Vec::new();
        for row in self.query(Slice::whole(Part::Events.of(self.id)).through(Index::Claimed)).await? {
            let event = item::read::<Event>(row)?.body;
            claims.extend(event.claim.map(|claim| (event.facts, claim)));
        }
        Ok(claims)
    }

    /// Takes the lease of a group; `false` while another worker has it.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn take_group(
        &self,
        group: &GroupKey,
        owner: &Owner,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.fetch::<GroupLease>(&group_key(self.id, group)).await?;
            let other = |g: &GroupLease| g.until > now && g.owner.as_ref().is_some_and(|o| o != owner);
            if read.as_ref().is_some_and(|g| other(&g.body)) {
                return Ok(false);
            }
            let mut changes = Changes::new(self.id);
            let taken = GroupLease { key: group.clone(), owner: Some(owner.clone()), until };
            changes.replace(read.map(|r| r.version), &taken)?;
            if self.try_commit(changes).await? {
                return Ok(true);
            }
        }
    }

    /// Releases a group; does nothing if another worker has taken it.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn release_group(&self, group: &GroupKey, owner: &Owner) -> Result<(), TableError> {
        if let Some(read) = self.fetch::<GroupLease>(&group_key(self.id, group)).await?
            && read.body.owner.as_ref() == Some(owner)
        {
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &GroupLease { owner: None, ..read.body })?;
            self.try_commit(changes).await?;
        }
        Ok(())
    }

    /// The pause of the club's submissions at this moment, if there is one.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn submissions_pause(&self, now: Timestamp) -> Result<Option<Pause>, TableError> {
        let read = self.single::<Pause>().await?;
        Ok(read.map(|r| r.body).filter(|p| now < p.until))
    }

    /// Pauses the club's submissions, longer with each consecutive pause, and at least until `not_before`, the time of
    /// the next possible try if it is known. A pause that is in effect is not extended.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn pause_submissions(
        &self,
        reason: PauseReason,
        not_before: Option<Timestamp>,
        because: &Because,
    ) -> Result<Pause, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.single::<Pause>().await?;
            if let Some(lasting) = read.as_ref().filter(|r| because.at < r.body.until) {
                return Ok(lasting.body.clone());
            }
            let earlier = read.as_ref().map_or(0, |r| r.body.consecutive);
            let minutes = (1 << earlier.min(4)).min(LONGEST_MINUTES);
            let until = because.at.plus(TimeDelta::minutes(minutes)).max(not_before.unwrap_or(because.at));
            let since = read.as_ref().and_then(|read| read.body.since).unwrap_or(because.at);
            let (reason, since) = (Some(reason), Some(since));
            let pause = Pause { until, consecutive: earlier + 1, words: because.why.clone(), reason, since };
            let version = read.as_ref().map_or(0, |r| r.version) + 1;
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|r| r.version), &pause)?;
            changes.note(&submissions_entry(version, "paused", because))?;
            if self.try_commit(changes).await? {
                return Ok(pause);
            }
        }
    }

    /// Ends the pause because Crossmark answers again, and resets the count of consecutive pauses.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn resume_submissions(&self, because: &Because) -> Result<(), TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let Some(read) = self.single::<Pause>().await?.filter(|r| r.body.consecutive > 0) else {
                return Ok(());
            };
            let mut changes = Changes::new(self.id);
            changes.replace(
                Some(read.version),
                &Pause { until: because.at, consecutive: 0, words: String::new(), reason: None, since: None },
            )?;
            changes.note(&submissions_entry(read.version + 1, "resumed", because))?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }
}

fn submissions_entry(version: u64, to: &str, because: &Because) -> Entry {
    Entry::new(Subject::Submissions, version, (None, to), because)
}
