//! Refreshes of a club from Crossmark: the progress of each, and the changes that it brought in. They expire after a
//! week.
//!
//! Each transaction that writes events also updates the counts in the refresh's record. A refresh that is interrupted
//! and retried therefore counts each change once.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};

use crate::audit::Because;
use crate::changes::Changes;
use crate::events::Place;
use crate::item::{self, Record, Single, Stored};
use crate::key::{ClubId, Key, Part, RefreshId};
use crate::reports::MAX_NAMED;
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// How long a refresh is kept.
pub const KEPT: TimeDelta = TimeDelta::days(7);
/// Time after which an unfinished refresh counts as lost. It is longer than the function may run.
pub const LOST_AFTER: TimeDelta = TimeDelta::minutes(6);

/// A refresh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refresh {
    /// The refresh's id.
    pub id: RefreshId,
    /// Who asked for the refresh; `None` for the hourly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Because>,
    /// When it was asked for or began.
    pub at: Timestamp,
    /// The refresh's progress.
    pub state: RefreshState,
    /// The changes that it has brought in so far.
    #[serde(default)]
    pub news: News,
}

/// The progress of a refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum RefreshState {
    /// The refresh waits for a worker.
    Queued,
    /// A worker processes it.
    Running {
        /// The current phase.
        phase: RefreshPhase,
    },
    /// The refresh succeeded.
    Done {
        /// When it ended.
        at: Timestamp,
    },
    /// The refresh failed. Events that it had already written keep what it wrote; all others are unchanged.
    Failed {
        /// When it failed.
        at: Timestamp,
        /// The reason.
        reason: RefreshFailure,
        /// The reason in words.
        words: String,
    },
}

/// The phases of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshPhase {
    /// Crossmark's list of events is read.
    Events,
    /// The lengths of events and the people are read.
    People,
    /// The differences are written.
    Writing,
}

/// Why a refresh failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshFailure {
    /// Crossmark refuses the login.
    LoginRefused,
    /// Crossmark does not answer, or its answer cannot be used.
    CrossmarkUnreadable,
    /// The club's location belongs to another club, is not a Crossmark number, or is not known.
    Location,
    /// The refresh took too long.
    OutOfTime,
    /// An error within Muster.
    Internal,
}

/// The kind of change of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// Muster did not know the event before.
    New,
    /// The event is canceled or expired now.
    Canceled,
    /// Crossmark no longer lists the event.
    Withdrawn,
    /// Somebody was scheduled for the event at Crossmark.
    Booked,
    /// The event's schedule was moved, or given to another person, at Crossmark.
    Moved,
    /// The event's schedule was taken back at Crossmark.
    TakenBack,
    /// The event's name, type, window, length or condition changed.
    Changed,
    /// Crossmark contradicts what people here decided. Muster's schedule stays until a person decides.
    Drifted,
    /// Crossmark and Muster agree about the event again.
    Agreed,
}

/// A field of an event that may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the fields")]
pub enum ChangedField {
    Name,
    Type,
    Window,
    Length,
    Condition,
}

/// The old and the new value of a field of an event.
///
/// Both are texts: a name (its first characters), the name of a type, a window as an ISO 8601 interval of two
/// club-local moments, a length in minutes, or Crossmark's condition. `None` if the event has no such value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: ChangedField,
    /// The old value.
    pub before: Option<String>,
    /// The new value.
    pub after: Option<String>,
}

/// Maximum number of characters of a text in a [`FieldChange`]: all events of a report share one item of the table.
pub const LONGEST_CHANGE: usize = 160;

/// The change of one event by a refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventNews {
    /// The event.
    #[serde(rename = "ref")]
    pub event: EventRef,
    /// The event's name.
    pub name: String,
    /// The kind of change.
    pub kind: NewsKind,
    /// Where the event was posted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Place>,
    /// Where Crossmark has the event; `None` if nobody is scheduled there, or if Crossmark no longer lists the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Place>,
    /// The fields that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ChangedField>,
    /// The changed fields with their values; empty in records from before this field existed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
}

/// A person at Crossmark who is not known in the club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownPerson {
    /// Crossmark's number.
    pub rep_id: u64,
    /// The employee id, if Crossmark has it.
    pub employee_id: Option<String>,
    /// The name.
    pub name: String,
}

/// The changes that a refresh brought in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Number of events of each kind.
    pub counts: BTreeMap<NewsKind, usize>,
    /// The changed events, in the order in which they were written; the first [`MAX_NAMED`].
    pub events: Vec<EventNews>,
    /// Number of events on Crossmark's list.
    pub listed: usize,
    /// Number of events that were not written because somebody changed them concurrently.
    pub overtaken: usize,
    /// People at Crossmark who are not known in the club; the first [`MAX_NAMED`] by name.
    #[serde(default)]
    pub people: Vec<UnknownPerson>,
    /// Total number of such people; 0 in records from before this number existed.
    #[serde(default)]
    pub people_total: usize,
}

impl News {
    /// Adds what happened to an event.
    pub(crate) fn add(&mut self, news: EventNews) {
        *self.counts.entry(news.kind).or_default() += 1;
        if self.events.len() < MAX_NAMED {
            self.events.push(news);
        }
    }
}

impl Refresh {
    /// A refresh that waits for a worker.
    pub fn queued(id: RefreshId, asked: Option<Because>, at: Timestamp) -> Refresh {
        Refresh { id, asked, at, state: RefreshState::Queued, news: News::default() }
    }

    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        matches!(self.state, RefreshState::Done { .. } | RefreshState::Failed { .. })
    }

    /// Whether it is queued or running, and not lost.
    pub fn is_under_way(&self, now: Timestamp) -> bool {
        !self.is_over() && now < self.at.plus(LOST_AFTER)
    }
}

impl Record for Refresh {
    fn key(&self, club: &ClubId) -> Key {
        refresh_key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.at.plus(KEPT))
    }
}

fn refresh_key(club: &ClubId, refresh: &RefreshId) -> Key {
    Part::Refreshes.key(club, refresh.as_str())
}

/// The refresh that a person asked for last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AskedRefresh {
    id: RefreshId,
}

impl Single for AskedRefresh {
    const SORT: &'static str = "REFRESHING";
}

impl Club<'_> {
    /// One refresh.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn refresh(&self, id: &RefreshId) -> Result<Option<Stored<Refresh>>, TableError> {
        self.fetch(&refresh_key(self.id, id)).await
    }

    /// The refreshes since a moment, oldest first; one that cannot be read is left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn refreshes_since(&self, since: Timestamp) -> Result<Vec<Refresh>, TableError> {
        let from = since.utc().format("%Y%m%dT%H%M%S%3f").to_string();
        let items = self.query(Slice { from, ..Slice::whole(Part::Refreshes.of(self.id)) }).await?;
        Ok(item::read_usable::<Refresh>(items).0.into_iter().map(|stored| stored.body).collect())
    }

    /// Queues a refresh that a person asks for. If the last one that a person asked for is still under way, that one is
    /// returned instead.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn ask_refresh(&self, refresh: &Refresh) -> Result<Refresh, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let asked = self.single::<AskedRefresh>().await?;
            if let Some(asked) = &asked
                && let Some(last) = self.refresh(&asked.body.id).await?
                && last.body.is_under_way(refresh.at)
            {
                return Ok(last.body);
            }
            let mut changes = Changes::new(self.id);
            changes.replace(asked.map(|asked| asked.version), &AskedRefresh { id: refresh.id.clone() })?;
            changes.create(refresh)?;
            if self.try_commit(changes).await? {
                return Ok(refresh.clone());
            }
        }
    }

    /// The refresh with this id. It is created if nobody asked for it.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn begin_refresh(&self, id: &RefreshId, now: Timestamp) -> Result<Stored<Refresh>, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            if let Some(known) = self.refresh(id).await? {
                return Ok(known);
            }
            let refresh = Refresh::queued(id.clone(), None, now);
            let mut changes = Changes::new(self.id);
            changes.create(&refresh)?;
            if self.try_commit(changes).await? {
                return Ok(Stored { version: 1, body: refresh });
            }
        }
    }

    /// Changes the state of a refresh, and updates `read` to the new version; `false` if somebody else changed it
    /// concurrently.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn change_refresh(&self, read: &mut Stored<Refresh>, state: RefreshState) -> Result<bool, TableError> {
        let body = Refresh { state, ..read.body.clone() };
        let mut changes = Changes::new(self.id);
        changes.replace(Some(read.version), &body)?;
        let written = self.try_commit(changes).await?;
        if written {
            *read = Stored { version: read.version + 1, body };
        }
        Ok(written)
    }
}
