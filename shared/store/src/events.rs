//! Events and posted schedules: an event item for every ref, a posted item for each event that has a person and a
//! start.
//!
//! There is at most one posted item per ref. It changes only together with its event item, conditioned on that item's
//! version. At most one line claims an event. The claim mirrors that line's state, and both change in the same
//! transaction.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{moment, plus_days, write_moment};
use domain::event_type::EventType;
use domain::snapshot::{Condition, EmployeeId, EventFacts, EventRef, Posted};
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::cursor::{Cursor, ListError, Page};
use crate::drift::{Drift, SentSchedule};
use crate::item::{self, Record, Stored};
use crate::key::{ClubId, Index, Key, LineKey, Part, posted_sort, ref_sort};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::states::{Cause, GroupKey, LineStatus};
use crate::table::Club;

/// Who works an event, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The person who works the event.
    pub employee_id: EmployeeId,
    /// The start, club-local.
    #[serde(with = "moment")]
    pub start: NaiveDateTime,
    /// The shift block of a Core event.
    pub block: Option<u8>,
}

/// An event and its claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The data of the event that a run reads.
    pub facts: EventFacts,
    /// The day of the event's posted schedule, if it has one.
    pub posted_at: Option<NaiveDate>,
    /// The claim of the line that claims the event, if one does.
    pub claim: Option<Claim>,
    /// People's corrections, which `facts` already includes.
    #[serde(default, skip_serializing_if = "Correction::is_none")]
    pub correction: Correction,
    /// The last schedule that was sent from here and accepted; `None` if there was none, or if Crossmark's schedule was
    /// taken over since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<SentSchedule>,
    /// The contradiction between Muster and Crossmark, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// Values that people set for an event in place of Crossmark's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The event's type; `None` to keep the type that its name gives.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EventType>,
    /// The event's length in minutes; `None` to keep Crossmark's length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// The original type and length; `None` if neither is corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<OriginalValues>,
    /// Values for members that Crossmark's row lacks, or whose value there cannot be used.
    #[serde(rename = "mend", default, skip_serializing_if = "EnteredValues::is_none")]
    pub entered: EnteredValues,
}

/// Values that a person entered for an event whose row at Crossmark cannot be used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredValues {
    /// The event's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The first day of its window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<NaiveDate>,
    /// The day before which the event must be worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
}

impl EnteredValues {
    /// Whether no value is given.
    pub fn is_none(&self) -> bool {
        *self == EnteredValues::default()
    }

    /// The facts with these values in place of their own.
    fn facts_with_entered(&self, facts: EventFacts) -> EventFacts {
        let day = |day: Option<NaiveDate>, known| day.map_or(known, |day| day.and_time(chrono::NaiveTime::MIN));
        EventFacts {
            name: self.name.clone().unwrap_or(facts.name),
            start: day(self.start, facts.start),
            due: day(self.due, facts.due),
            ..facts
        }
    }
}

/// The values of an event before its correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalValues {
    /// The event's type, if Crossmark or a file gave one.
    #[serde(rename = "type")]
    pub kind: Option<EventType>,
    /// The event's length, if Crossmark or a file gave one.
    pub minutes: Option<u32>,
}

impl Correction {
    /// Whether nothing is corrected.
    pub fn is_none(&self) -> bool {
        *self == Correction::default()
    }

    /// The correction that replaces this one, for an event with these facts.
    #[must_use]
    pub fn replacement(
        &self,
        facts: &EventFacts,
        kind: Option<EventType>,
        minutes: Option<u32>,
        entered: EnteredValues,
    ) -> Correction {
        let original = (kind.is_some() || minutes.is_some()).then(|| self.original_of(facts));
        Correction { kind, minutes, original, entered }
    }

    /// The facts of an event after this correction replaced `before`.
    pub(crate) fn facts_after(&self, before: &Correction, facts: EventFacts) -> EventFacts {
        let original = before.original_of(&facts);
        let (kind, estimated_minutes) = (self.kind.or(original.kind), self.minutes.or(original.minutes));
        let facts = EventFacts { kind, estimated_minutes, ..facts };
        if self.entered == before.entered { facts } else { self.entered.facts_with_entered(facts) }
    }

    /// Crossmark's facts with the corrected type and length. The entered values are not used here: a refresh uses them
    /// when it reads a row that lacks values.
    pub(crate) fn facts_with_correction(&self, facts: EventFacts) -> EventFacts {
        let minutes = self.minutes.or(facts.estimated_minutes);
        EventFacts { kind: self.kind.or(facts.kind), estimated_minutes: minutes, ..facts }
    }

    fn original_of(&self, facts: &EventFacts) -> OriginalValues {
        let given = || OriginalValues { kind: facts.kind, minutes: facts.estimated_minutes };
        self.original.clone().unwrap_or_else(given)
    }
}

impl Event {
    /// An event that nobody has.
    pub fn open(facts: EventFacts) -> Event {
        Event { facts, posted_at: None, claim: None, correction: Correction::default(), sent: None, drift: None }
    }

    /// Whether nobody has it: it is neither posted nor on its way to Crossmark.
    pub fn has_nobody(&self) -> bool {
        let in_flight = self.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight());
        self.posted_at.is_none() && !in_flight
    }

    /// Whether it is open and nobody has it.
    pub fn wants_somebody(&self) -> bool {
        self.has_nobody() && self.facts.condition() == Condition::Open
    }

    /// Whether the event [wants somebody](Self::wants_somebody) and is due within this many days, but not today: its
    /// window does not include its due date.
    pub fn is_due_within(&self, days: i64, today: NaiveDate) -> bool {
        self.wants_somebody() && (1..=days).contains(&(self.facts.due.date() - today).num_days())
    }

    /// Whether its last day has passed and nobody had it. An event that Crossmark shows as expired is lost too; a
    /// canceled one is not.
    pub fn is_lost(&self, today: NaiveDate) -> bool {
        let was_wanted = matches!(self.facts.condition(), Condition::Open | Condition::Expired);
        self.facts.due.date() <= today && self.has_nobody() && was_wanted
    }
}

/// The event's mirror of the line that claims it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The claiming line.
    pub line: LineKey,
    /// The line's state.
    pub status: LineStatus,
    /// Why the line failed, if it did.
    pub cause: Option<Cause>,
    /// The group that the line is submitted with.
    pub group: GroupKey,
    /// Where the line places the event; `None` for a dropped line.
    pub place: Option<Place>,
    /// When a worker must look at the line; `None` if only a person can continue.
    pub look_at: Option<Timestamp>,
}

impl Claim {
    /// Whether the claiming line is on its way to Crossmark.
    pub fn is_in_flight(&self) -> bool {
        self.status.is_in_flight()
    }
}

impl Record for Event {
    fn key(&self, club: &ClubId) -> Key {
        Part::Events.key(club, ref_sort(self.facts.event_ref))
    }

    fn indexes(&self, _version: u64) -> Vec<(Index, String)> {
        let sort = ref_sort(self.facts.event_ref);
        let mut indexes = Vec::new();
        if self.posted_at.is_none() || self.claim.is_some() {
            indexes.push((Index::Open, format!("{}#{sort}", write_moment(self.facts.due))));
        }
        if let Some(claim) = &self.claim {
            let look_at = claim.look_at.map_or_else(|| "RESTS".to_owned(), |at| format!("DUE#{at}"));
            indexes.push((Index::Claimed, format!("{look_at}#{sort}")));
        }
        indexes
    }
}

impl Record for Posted {
    fn key(&self, club: &ClubId) -> Key {
        posted_key(club, self.start.date(), self.event.event_ref)
    }
}

pub(crate) fn posted_key(club: &ClubId, date: NaiveDate, event: EventRef) -> Key {
    Part::Posted.key(club, posted_sort(date, event))
}

/// The place of a posted schedule.
pub(crate) fn place_of(posted: &Posted) -> Place {
    Place { employee_id: posted.employee_id.clone(), start: posted.start, block: posted.block }
}

/// Key of an event's item.
pub(crate) fn event_key(club: &ClubId, event: EventRef) -> Key {
    Part::Events.key(club, ref_sort(event))
}

impl Club<'_> {
    /// One event.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn event(&self, event: EventRef) -> Result<Option<Stored<Event>>, TableError> {
        self.fetch(&event_key(self.id, event)).await
    }

    /// Events by ref, 100 a request; missing and unreadable ones are left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn events_by_ref(&self, refs: &[EventRef]) -> Result<Vec<Stored<Event>>, TableError> {
        let keys: Vec<Key> = refs.iter().map(|r| event_key(self.id, *r)).collect();
        Ok(item::read_usable(self.get_all(&keys).await?.into_values().collect()).0)
    }

    /// All events in order of ref, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn events(&self, cursor: Option<&Cursor>, limit: u16) -> Result<Page<Stored<Event>>, ListError> {
        self.list(Slice::whole(Part::Events.of(self.id)), cursor, limit).await
    }

    /// Events that are unposted or claimed, in order of due date from this day on, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn open_events(
        &self,
        due_from: NaiveDate,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Event>>, ListError> {
        self.list(open_slice(self.id, due_from), cursor, limit).await
    }

    /// Events that match, in order of ref, a page at a time, and the number of matches from the cursor on.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn search_events(
        &self,
        cursor: Option<&Cursor>,
        limit: u16,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<(Page<Stored<Event>>, u64), ListError> {
        self.search(Slice::whole(Part::Events.of(self.id)), cursor, limit, wanted).await
    }

    /// Like [`search_events`](Self::search_events), for events that are unposted or claimed, in order of due date from
    /// this day on.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn search_open_events(
        &self,
        due_from: NaiveDate,
        cursor: Option<&Cursor>,
        limit: u16,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<(Page<Stored<Event>>, u64), ListError> {
        self.search(open_slice(self.id, due_from), cursor, limit, wanted).await
    }

    /// The posted schedules of some events, 100 a request; one that cannot be read is left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn posted_of_all(
        &self,
        events: impl IntoIterator<Item = &Event>,
    ) -> Result<BTreeMap<EventRef, Posted>, TableError> {
        let key = |event: &Event| Some(posted_key(self.id, event.posted_at?, event.facts.event_ref));
        let keys: Vec<Key> = events.into_iter().filter_map(key).collect();
        let (posted, _) = item::read_usable::<Posted>(self.get_all(&keys).await?.into_values().collect());
        Ok(posted.into_iter().map(|posted| (posted.body.event.event_ref, posted.body)).collect())
    }

    /// Every posted schedule by event; one that cannot be read is left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn all_posted(&self) -> Result<BTreeMap<EventRef, Posted>, TableError> {
        let (posted, _) = item::read_usable::<Posted>(self.query(Slice::whole(Part::Posted.of(self.id))).await?);
        Ok(posted.into_iter().map(|posted| (posted.body.event.event_ref, posted.body)).collect())
    }

    /// Events that are unposted or claimed, and due between these days, both included; unreadable ones are left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn open_events_due(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Stored<Event>>, TableError> {
        let slice = Slice { to: format!("{to}~"), ..open_slice(self.id, from) };
        Ok(item::read_usable(self.query(slice).await?).0)
    }

    /// Posted schedules of these days, both included, in order of date, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn posted_between(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Posted>>, ListError> {
        self.list(posted_slice(self.id, from, to), cursor, limit).await
    }

    /// Number of events.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn count_events(&self) -> Result<u64, TableError> {
        self.count(Slice::whole(Part::Events.of(self.id))).await
    }

    /// Number of events that are unposted or claimed, and due from this day on.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn count_open_events(&self, due_from: NaiveDate) -> Result<u64, TableError> {
        self.count(open_slice(self.id, due_from)).await
    }

    /// Number of posted schedules between these days, both included.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn count_posted_between(&self, from: NaiveDate, to: NaiveDate) -> Result<u64, TableError> {
        self.count(posted_slice(self.id, from, to)).await
    }

    /// The posted schedule of an event.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn posted_of(&self, event: &Event) -> Result<Option<Stored<Posted>>, TableError> {
        match event.posted_at {
            Some(date) => self.fetch(&posted_key(self.id, date, event.facts.event_ref)).await,
            None => Ok(None),
        }
    }

    /// The events that [want somebody and are due within](Event::is_due_within) this many days, in order of due date.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn events_due_within(&self, today: NaiveDate, days: i64) -> Result<Vec<EventFacts>, TableError> {
        let open = self.open_events_due(today, plus_days(today, days)).await?.into_iter().map(|event| event.body);
        Ok(open.filter(|event| event.is_due_within(days, today)).map(|event| event.facts).collect())
    }

    /// Every event that is unposted or claimed, and due from this day on; unreadable ones are left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn all_open_events(&self, due_from: NaiveDate) -> Result<Vec<Stored<Event>>, TableError> {
        Ok(item::read_usable(self.query(open_slice(self.id, due_from)).await?).0)
    }

    /// Every posted schedule between these days, both included; unreadable ones are left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn all_posted_between(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Stored<Posted>>, TableError> {
        Ok(item::read_usable(self.query(posted_slice(self.id, from, to)).await?).0)
    }

    /// Every posted schedule from this day on; unreadable ones are left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn all_posted_from(&self, from: NaiveDate) -> Result<Vec<Stored<Posted>>, TableError> {
        let slice = Slice { from: from.to_string(), ..Slice::whole(Part::Posted.of(self.id)) };
        Ok(item::read_usable(self.query(slice).await?).0)
    }
}

/// Replaces a posted schedule by another one; the caller writes the event item in the same transaction.
pub(crate) fn repost(
    changes: &mut Changes<'_>,
    posted_at: Option<NaiveDate>,
    old: Option<&Stored<Posted>>,
    new: Option<&Posted>,
) -> Result<(), TableError> {
    if let Some(new) = new
        && posted_at == Some(new.start.date())
    {
        return changes.replace(old.map(|o| o.version), new);
    }
    if let Some(old) = old {
        changes.remove(old);
    }
    new.map_or(Ok(()), |new| changes.create(new))
}

/// Events that are unposted or claimed: those that a run may have to place, and those that a line claims.
pub(crate) fn open_slice(club: &ClubId, due_from: NaiveDate) -> Slice {
    Slice { from: due_from.to_string(), ..Slice::whole(Part::Events.of(club)) }.through(Index::Open)
}

/// Posted schedules of these days.
pub(crate) fn posted_slice(club: &ClubId, from: NaiveDate, to: NaiveDate) -> Slice {
    Slice::between(Part::Posted.of(club), from.to_string(), format!("{to}#~"))
}
