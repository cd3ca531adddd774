//! Refreshes of a club from Crossmark: how far each is, and what it brought in. They expire after a week.
//!
//! Each transaction that writes events also updates the counts in the refresh's record. A refresh that is interrupted and
//! retried therefore counts each change once.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};

use crate::audit::Because;
use crate::changes::Changes;
use crate::events::Place;
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part, RefreshId};
use crate::reports::MOST_NAMED;
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// How long a refresh is kept.
pub const KEPT: TimeDelta = TimeDelta::days(7);
/// Time without an end after which a refresh counts as lost: longer than the function may take.
pub const LOST_AFTER: TimeDelta = TimeDelta::minutes(6);

/// A refresh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refresh {
    /// Its id.
    pub id: RefreshId,
    /// Who asked for it; `None` for the hourly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Because>,
    /// When it was asked for.
    pub at: Timestamp,
    /// How far it is.
    pub state: RefreshState,
    /// What it brought in so far.
    #[serde(default)]
    pub news: News,
}

/// How far a refresh is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum RefreshState {
    /// It waits for a worker.
    Queued,
    /// A worker is at it.
    Running {
        /// At what.
        phase: RefreshPhase,
    },
    /// It is through.
    Done {
        /// When it ended.
        at: Timestamp,
    },
    /// It could not be made; what is known stays.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: RefreshFailure,
        /// The same in words.
        words: String,
    },
}

/// What a refresh is at.
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

/// Why a refresh was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshFailure {
    /// Crossmark refuses the login.
    LoginRefused,
    /// Crossmark does not answer as it should.
    CrossmarkUnreadable,
    /// The club's location is another club's, or it is not known which is its own.
    Location,
    /// It took too long.
    OutOfTime,
    /// Muster's own fault.
    Internal,
}

/// What a refresh does with one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// Nobody here knew it.
    New,
    /// It is canceled or expired by now.
    Canceled,
    /// Crossmark does not list it any more.
    Withdrawn,
    /// Somebody was scheduled at Crossmark.
    Booked,
    /// Its schedule was moved or given away at Crossmark.
    Moved,
    /// Its schedule was taken back at Crossmark.
    TakenBack,
    /// Its name, window, length or condition changed.
    Changed,
    /// Crossmark contradicts what people here decided; what stands here stays.
    Drifted,
    /// Crossmark and Muster agree about it again.
    Agreed,
}

/// What of an event changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each says it")]
pub enum ChangedField {
    Name,
    Type,
    Window,
    Length,
    Condition,
}

/// What a field of an event was, and what it is.
///
/// Both are texts: a name (its first characters), the name of a type, a window as an ISO 8601 interval of two club-local
/// moments, a length in minutes, Crossmark's word for a condition. `None` where the event has no such value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which.
    pub field: ChangedField,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// Maximum number of characters of a text in a [`FieldChange`]: all events of a report share one item of the table.
pub const LONGEST_CHANGE: usize = 160;

/// What a refresh did with one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventNews {
    /// The event.
    #[serde(rename = "ref")]
    pub event: EventRef,
    /// Its name.
    pub name: String,
    /// What happened.
    pub kind: NewsKind,
    /// Where it was posted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Place>,
    /// Where Crossmark has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Place>,
    /// What of it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ChangedField>,
    /// The same with their values; empty in a report that was written without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
}

/// A person at Crossmark who is nobody of the club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownPerson {
    /// Crossmark's number.
    pub rep_id: u64,
    /// The employee id, if Crossmark says it.
    pub employee_id: Option<String>,
    /// The name.
    pub name: String,
}

/// What a refresh brought in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Number of events of each kind.
    pub counts: BTreeMap<NewsKind, usize>,
    /// The first events, in the order in which they were written.
    pub events: Vec<EventNews>,
    /// Events on Crossmark's list.
    pub listed: usize,
    /// Events that were left because somebody here was faster.
    pub overtaken: usize,
    /// People at Crossmark whom nobody here knows.
    #[serde(default)]
    pub people: Vec<UnknownPerson>,
}

impl News {
    /// Adds what happened to an event.
    pub(crate) fn add(&mut self, news: EventNews) {
        *self.counts.entry(news.kind).or_default() += 1;
        if self.events.len() < MOST_NAMED {
            self.events.push(news);
        }
    }
}

impl Refresh {
    /// A refresh that waits for a worker.
    pub fn queued(id: RefreshId, asked: Option<Because>, at: Timestamp) -> Refresh {
        Refresh { id, asked, at, state: RefreshState::Queued, news: News::default() }
    }

    /// Whether it has an end.
    pub fn is_over(&self) -> bool {
        matches!(self.state, RefreshState::Done { .. } | RefreshState::Failed { .. })
    }

    /// Whether it waits or is worked at, and is not lost.
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

impl Record for AskedRefresh {
    fn key(&self, club: &ClubId) -> Key {
        asked_key(club)
    }
}

fn asked_key(club: &ClubId) -> Key {
    Part::Club.key(club, "REFRESHING")
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
        Ok(crate::item::read_usable::<Refresh>(items).0.into_iter().map(|stored| stored.body).collect())
    }

    /// Writes a refresh that a person asks for, unless one is under way: returns that one then.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn ask_refresh(&self, refresh: &Refresh) -> Result<Refresh, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let asked: Option<Stored<AskedRefresh>> = self.fetch(&asked_key(self.id)).await?;
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

    /// The refresh of this id, begun; written where nobody asked for it.
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

    /// Writes a refresh over the version that was read, which becomes the new one; `false` if somebody else changed it.
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
