//! Calendar feeds, to which a person subscribes at an address that contains a secret.
//!
//! Only the digest of the secret is stored. A feed stores what it published, so that later responses keep the id of an
//! entry, count its changes, and still contain a cancellation after the schedule itself is gone.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{moment, plus_days};
use domain::event_type::EventType;
use domain::snapshot::{EmployeeId, EventRef, Posted};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::audit::{Actor, Because};
use crate::changes::Changes;
use crate::documents::DocumentError;
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// A calendar feed: the schedules of one person or of the whole club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The digest of its secret, in hexadecimal digits.
    pub digest: String,
    /// The person whose schedules it has; `None` for the whole club.
    pub employee_id: Option<EmployeeId>,
    /// Who made the feed, and when.
    pub because: Because,
    /// The entries that the feed published, by event and person.
    #[serde(default)]
    pub published: Vec<PublishedEntry>,
}

/// An entry as a feed last published it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedEntry {
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The person who works the event.
    pub employee_id: EmployeeId,
    /// The project's name.
    pub name: String,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The start of the schedule, club-local.
    #[serde(with = "moment")]
    pub start: NaiveDateTime,
    /// The length of the event in minutes.
    pub minutes: u32,
    /// Number of changes of the entry, as iCalendar's `SEQUENCE`.
    pub sequence: u32,
    /// Whether the schedule no longer takes place, or no longer for this person.
    pub cancelled: bool,
    /// When this version of the entry was first published.
    pub at: Timestamp,
}

/// Days before today that a feed shows.
pub const DAYS_BACK: i64 = 14;
/// Days from today that a feed shows.
pub const DAYS_AHEAD: i64 = 366;
/// Maximum number of entries. They share one item of the table, which holds at most 400 KB. If there are more, the
/// earliest ones are published.
const MAX_ENTRIES: usize = 1_200;

impl Record for Feed {
    fn key(&self, club: &ClubId) -> Key {
        feed_key(club, &self.digest)
    }
}

fn feed_key(club: &ClubId, digest: &str) -> Key {
    Part::Feeds.key(club, digest)
}

/// The digest under which a secret is stored.
pub fn digest_of(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Feed {
    /// Updates the published entries to what is posted now. Returns whether an entry changed.
    ///
    /// An entry whose schedule is gone becomes cancelled and stays until it is [`DAYS_BACK`] days past.
    pub fn publish(&mut self, posted: impl IntoIterator<Item = Posted>, today: NaiveDate, now: Timestamp) -> bool {
        let first = plus_days(today, -DAYS_BACK);
        let is_shown = |posted: &Posted| {
            let is_of_person = self.employee_id.as_ref().is_none_or(|id| *id == posted.employee_id);
            is_of_person && posted.start.date() >= first && !posted.event.condition().is_off()
        };
        let mut current: BTreeMap<(EventRef, EmployeeId), Posted> = posted
            .into_iter()
            .filter(is_shown)
            .map(|posted| ((posted.event.event_ref, posted.employee_id.clone()), posted))
            .collect();
        let kept =
            self.published.iter().filter(|entry| entry.start.date() >= first || current.contains_key(&entry.key()));
        let kept: Vec<PublishedEntry> = kept.cloned().collect();
        let mut entries: Vec<PublishedEntry> = kept
            .into_iter()
            .map(|entry| match current.remove(&entry.key()) {
                Some(posted) => entry.as_posted(&posted, now),
                None => entry.as_cancelled(now),
            })
            .collect();
        entries.extend(current.into_values().map(|posted| PublishedEntry::first(&posted, now)));
        entries.sort_by(|a, b| (a.start, a.event_ref, &a.employee_id).cmp(&(b.start, b.event_ref, &b.employee_id)));
        entries.truncate(MAX_ENTRIES);
        let changed = entries != self.published;
        self.published = entries;
        changed
    }

    /// Whether this person made the feed.
    pub fn is_of(&self, who: &Actor) -> bool {
        self.because.who.id == who.id
    }
}

impl PublishedEntry {
    fn key(&self) -> (EventRef, EmployeeId) {
        (self.event_ref, self.employee_id.clone())
    }

    fn first(posted: &Posted, at: Timestamp) -> PublishedEntry {
        PublishedEntry {
            event_ref: posted.event.event_ref,
            employee_id: posted.employee_id.clone(),
            name: posted.event.name.clone(),
            kind: posted.event.event_type(),
            start: posted.start,
            minutes: posted.event.minutes(),
            sequence: 0,
            cancelled: false,
            at,
        }
    }

    fn as_posted(&self, posted: &Posted, at: Timestamp) -> PublishedEntry {
        let now = PublishedEntry { sequence: self.sequence, at: self.at, ..PublishedEntry::first(posted, at) };
        if now == *self { now } else { PublishedEntry { sequence: self.sequence + 1, at, ..now } }
    }

    fn as_cancelled(&self, at: Timestamp) -> PublishedEntry {
        if self.cancelled {
            return self.clone();
        }
        PublishedEntry { cancelled: true, sequence: self.sequence + 1, at, ..self.clone() }
    }
}

impl Club<'_> {
    /// The feeds of the club.
    ///
    /// # Errors
    /// [`TableError`] if the table or a feed cannot be read.
    pub async fn feeds(&self) -> Result<Vec<Stored<Feed>>, TableError> {
        let rows = self.query(Slice::whole(Part::Feeds.of(self.id))).await?;
        rows.into_iter().map(crate::item::read).collect()
    }

    /// The feed of a secret, by its digest.
    ///
    /// # Errors
    /// [`TableError`] if the table or the feed cannot be read.
    pub async fn feed(&self, digest: &str) -> Result<Option<Stored<Feed>>, TableError> {
        self.fetch(&feed_key(self.id, digest)).await
    }

    /// Replaces the version of a feed that was read, or creates it. `false` if it was changed concurrently.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn put_feed(&self, read: Option<u64>, feed: &Feed) -> Result<bool, TableError> {
        let mut changes = Changes::new(self.id);
        changes.replace(read, feed)?;
        self.try_commit(changes).await
    }

    /// Revokes a feed, so that its address stops working, and creates `renewed` in its place if given.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if it was changed concurrently, [`DocumentError::Table`] if the table cannot be
    /// written.
    pub async fn replace_feed(&self, read: &Stored<Feed>, renewed: Option<&Feed>) -> Result<(), DocumentError> {
        let mut changes = Changes::new(self.id);
        changes.remove(read);
        if let Some(renewed) = renewed {
            changes.create(renewed)?;
        }
        if self.try_commit(changes).await? { Ok(()) } else { Err(DocumentError::Stale { found: None }) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    fn posted(event: u64, who: &str, start: &str) -> Posted {
        let document = serde_json::json!({
            "event": {"ref": event, "name": "619044-LKD-AF-Cherry Salad - V2-CORE", "start": "2026-11-20T00:00:00",
                      "due": "2026-12-04T00:01:00", "estimated_minutes": 390},
            "employee_id": who, "start": start, "block": 1,
        });
        serde_json::from_value(document).expect("a posted schedule")
    }

    fn feed(of: Option<&str>) -> Feed {
        Feed {
            digest: "d".to_owned(),
            employee_id: of.map(|id| EmployeeId(id.to_owned())),
            because: Because::new("pat", Timestamp(1), "made"),
            published: Vec::new(),
        }
    }

    fn shown(feed: &Feed) -> Vec<String> {
        let one = |p: &PublishedEntry| {
            let off = if p.cancelled { " cancelled" } else { "" };
            format!("{} {} {} seq {} at {}{off}", p.event_ref, p.employee_id, p.start, p.sequence, p.at.0)
        };
        feed.published.iter().map(one).collect()
    }

    #[test]
    fn an_entry_keeps_its_id_counts_its_changes_and_is_cancelled_when_its_schedule_is_gone() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        let mut feed = feed(Some("E01"));
        let two = || vec![posted(1, "E01", "2026-11-24T10:15:00"), posted(2, "E02", "2026-11-24T10:15:00")];
        assert!(feed.publish(two(), today, Timestamp(10)));
        assert_eq!(shown(&feed), ["1 E01 2026-11-24 10:15:00 seq 0 at 10"]);
        assert!(!feed.publish(two(), today, Timestamp(20)), "the same schedules again changed the feed");
        assert!(feed.publish(vec![posted(1, "E01", "2026-11-25T10:45:00")], today, Timestamp(30)));
        assert_eq!(shown(&feed), ["1 E01 2026-11-25 10:45:00 seq 1 at 30"]);
        assert!(feed.publish(vec![posted(1, "E02", "2026-11-25T10:45:00")], today, Timestamp(40)));
        assert_eq!(shown(&feed), ["1 E01 2026-11-25 10:45:00 seq 2 at 40 cancelled"]);
        assert!(!feed.publish(vec![], today, Timestamp(50)), "a cancellation was published again");
        assert!(feed.publish(vec![posted(1, "E01", "2026-11-25T10:45:00")], today, Timestamp(60)));
        assert_eq!(shown(&feed), ["1 E01 2026-11-25 10:45:00 seq 3 at 60"]);
        assert!(feed.publish(vec![], plus_days(today, 40), Timestamp(70)), "an entry long past was kept");
        assert!(feed.published.is_empty());
    }

    #[test]
    fn a_feed_with_too_many_entries_publishes_the_earliest_and_does_not_change_by_itself() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        let mut feed = feed(None);
        let many = || (0..1_300).map(|n| posted(n, "E01", "2026-11-24T10:15:00"));
        assert!(feed.publish(many(), today, Timestamp(10)));
        assert_eq!(feed.published.len(), MAX_ENTRIES);
        assert!(!feed.publish(many(), today, Timestamp(20)));
        let days = [plus_days(today, -DAYS_BACK - 1), plus_days(today, -DAYS_BACK)];
        let old = || days.map(|day| posted(day.ordinal().into(), "E01", &format!("{day}T10:15:00")));
        assert!(feed.publish(old(), today, Timestamp(30)));
        assert!(!feed.publish(old(), today, Timestamp(40)), "entries that are too old to be shown changed the feed");
    }

    #[test]
    fn the_feed_of_a_club_has_an_entry_for_each_person() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        let mut feed = feed(None);
        assert!(feed.publish(vec![posted(1, "E01", "2026-11-24T10:15:00")], today, Timestamp(10)));
        assert!(feed.publish(vec![posted(1, "E02", "2026-11-24T10:15:00")], today, Timestamp(20)));
        assert_eq!(
            shown(&feed),
            ["1 E01 2026-11-24 10:15:00 seq 1 at 20 cancelled", "1 E02 2026-11-24 10:15:00 seq 0 at 20"]
        );
    }
}
