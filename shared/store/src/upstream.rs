//! Applies Crossmark's state of events to the table. Each write is conditioned on what was read before Crossmark was
//! asked: a concurrent change wins. Events that a line is submitting are left to that line.

use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::events::{Event, repost};
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part};
use crate::reports::{FaultReason, FaultyField, RowTrouble};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;
use domain::snapshot::rows::is_moment;
use domain::snapshot::{EventFacts, EventRef, Posted};

/// An event with its posted schedule, as they were read.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownEvent {
    /// The event.
    pub event: Stored<Event>,
    /// Its posted schedule.
    pub posted: Option<Stored<Posted>>,
}

impl KnownEvent {
    /// The word for an event that Crossmark no longer lists.
    pub fn withdrawn(self) -> EventUpdate {
        let facts = EventFacts { condition: Some(WITHDRAWN.to_owned()), ..self.event.body.facts.clone() };
        EventUpdate { read: Some(self), facts, posted: None }
    }
}

/// The condition of an event that Crossmark no longer lists.
const WITHDRAWN: &str = "Canceled";

/// Crossmark's state of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventUpdate {
    /// The table's state before Crossmark was asked; `None` for a new event.
    pub read: Option<KnownEvent>,
    /// What a run reads of the event.
    pub facts: EventFacts,
    /// Who works it, and when.
    pub posted: Option<Posted>,
}

impl EventUpdate {
    /// Why it must not be written, if no run could read it.
    pub fn trouble(&self) -> Option<RowTrouble> {
        let start = self.posted.as_ref().map(|posted| posted.start);
        let odd_start = start.filter(|at| !is_moment(*at));
        let odd_start = odd_start.map(|_| RowTrouble::new(FaultyField::ScheduledTime, FaultReason::OutOfBounds));
        self.facts.fault().map(RowTrouble::from).or(odd_start)
    }

    /// The same with what people corrected of the event.
    fn corrected(&self) -> EventUpdate {
        let correction = self.read.as_ref().map(|read| &read.event.body.correction);
        let facts = correction.map_or_else(|| self.facts.clone(), |correction| correction.over(self.facts.clone()));
        EventUpdate { facts, ..self.clone() }
    }

    /// What of it is to be written; nothing where all is said already, or a line is submitting the event.
    fn news(&self) -> Option<EventUpdate> {
        let event = self.read.as_ref().map(|read| &read.event.body);
        let old = self.read.as_ref().and_then(|read| read.posted.as_ref()).map(|old| &old.body);
        let posted = match event.and_then(|event| event.claim.as_ref()) {
            None => self.posted.as_ref(),
            Some(claim) if claim.status.is_in_flight() => return None,
            Some(_) => old,
        };
        let posted = posted.map(|posted| Posted { event: self.facts.clone(), ..posted.clone() });
        let same = event.is_some_and(|event| event.facts == self.facts) && old == posted.as_ref();
        (!same).then(|| EventUpdate { posted, ..self.clone() })
    }
}

/// The result of applying Crossmark's states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppliedUpdates {
    /// Events that were written.
    pub written: usize,
    /// Events that changed concurrently, so that they were not written.
    pub overtaken: usize,
    /// Events that were not written, because no run could read them afterwards.
    pub unusable: Vec<(EventRef, RowTrouble)>,
}

/// Maximum events in one transaction; each takes up to four actions.
const UPDATES_AT_ONCE: usize = 24;

/// Whether Crossmark's state makes people's decisions about an event obsolete: somebody was booked, the booking
/// changed, or the event is off.
fn overtakes_decisions(old: Option<&Posted>, new: Option<&Posted>, facts: &EventFacts) -> bool {
    let place = |posted: &Posted| (posted.employee_id.clone(), posted.start);
    let booked = new.is_some() && old.map(place) != new.map(place);
    booked || facts.condition().is_off()
}

/// When a club's events were last refreshed from Crossmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refreshed {
    /// When the table was read for that refresh.
    pub at: Timestamp,
}

impl Record for Refreshed {
    fn key(&self, club: &ClubId) -> Key {
        refreshed_key(club)
    }
}

fn refreshed_key(club: &ClubId) -> Key {
    Part::Club.key(club, "REFRESHED")
}

impl Club<'_> {
    /// An event with its posted schedule.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn known_event(&self, event: EventRef) -> Result<Option<KnownEvent>, TableError> {
        let Some(event) = self.event(event).await? else { return Ok(None) };
        Ok(Some(KnownEvent { posted: self.posted_of(&event.body).await?, event }))
    }

    /// Withdraws open events that Crossmark no longer lists: cancels them here, unless somebody has them by now.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn withdraw(&self, refs: &[EventRef]) -> Result<AppliedUpdates, TableError> {
        let open = self.events_by_ref(refs).await?.into_iter().filter(|event| event.body.posted_at.is_none());
        let updates: Vec<EventUpdate> = open.map(|event| KnownEvent { event, posted: None }.withdrawn()).collect();
        self.apply_updates(&updates).await
    }

    /// Applies Crossmark's states to events, as many in one transaction as fit. An event that changed since it was read
    /// is left alone, and so is one that a line is submitting. The posted schedule of an event that a line claims stays
    /// too: the line's submission decides it.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn apply_updates(&self, updates: &[EventUpdate]) -> Result<AppliedUpdates, TableError> {
        let mut followed = AppliedUpdates::default();
        let mut news = Vec::new();
        for update in updates {
            match update.trouble() {
                Some(trouble) => followed.unusable.push((update.facts.event_ref, trouble)),
                None => news.extend(update.corrected().news()),
            }
        }
        for chunk in news.chunks(UPDATES_AT_ONCE) {
            if self.write_updates(chunk).await? {
                followed.written += chunk.len();
                continue;
            }
            for update in chunk {
                match self.write_updates(std::slice::from_ref(update)).await? {
                    true => followed.written += 1,
                    false => followed.overtaken += 1,
                }
            }
        }
        Ok(followed)
    }

    async fn write_updates(&self, updates: &[EventUpdate]) -> Result<bool, TableError> {
        let mut changes = Changes::new(self.id);
        for EventUpdate { read, facts, posted } in updates {
            let (posted_at, claim) = match read {
                Some(KnownEvent { event, .. }) => (event.body.posted_at, event.body.claim.clone()),
                None => (None, None),
            };
            let old = read.as_ref().and_then(|read| read.posted.as_ref());
            if old.map(|old| &old.body) != posted.as_ref() {
                repost(&mut changes, posted_at, old, posted.as_ref())?;
            }
            let posted_at = posted.as_ref().map(|posted| posted.start.date());
            if overtakes_decisions(old.map(|old| &old.body), posted.as_ref(), facts) {
                changes.forget_decisions(facts.event_ref);
            }
            let correction = read.as_ref().map(|read| read.event.body.correction.clone()).unwrap_or_default();
            let event = Event { facts: facts.clone(), posted_at, claim, correction };
            changes.replace(read.as_ref().map(|read| read.event.version), &event)?;
        }
        changes.plan_moved();
        self.try_commit(changes).await
    }

    /// Records that the club's events were refreshed as of this moment.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn refreshed(&self, at: Timestamp) -> Result<(), TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.fetch::<Refreshed>(&refreshed_key(self.id)).await?;
            let at = read.as_ref().map_or(at, |read| read.body.at.max(at));
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|read| read.version), &Refreshed { at })?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }
}
