//! Applies Crossmark's state of events to the table. Each write is conditioned on what was read before Crossmark was
//! asked, so a concurrent change wins. An event that a line in flight claims is not changed.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry};
use crate::changes::{Changes, MAX_ACTIONS};
use crate::drift::{Drift, UpstreamState};
use crate::events::{Event, place_of, repost};
use crate::item::{Single, Stored};
use crate::outcomes::AfterAcceptance;
use crate::refreshes::{ChangedField, EventNews, FieldChange, LONGEST_CHANGE, NewsKind, Refresh};
use crate::reports::{FaultReason, FaultyField, ReportedFault};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;
use domain::snapshot::rows::is_moment;
use domain::snapshot::{Condition, EventFacts, EventRef, Posted};

/// An event with its posted schedule, as they were read.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownEvent {
    /// The event.
    pub event: Stored<Event>,
    /// The event's posted schedule, if it has one.
    pub posted: Option<Stored<Posted>>,
}

impl KnownEvent {
    /// The update for an open event that Crossmark no longer lists.
    pub fn into_withdrawal(self) -> EventUpdate {
        let facts = EventFacts { condition: Some(WITHDRAWN.to_owned()), ..self.event.body.facts.clone() };
        EventUpdate { read: Some(self), facts, posted: None, source: Source::Overriding }
    }

    /// The update for a posted event that Crossmark no longer lists. The event stays posted as a drift until a person
    /// decides, because somebody may be on their way there.
    pub fn into_unlisted_update(self, at: Timestamp) -> EventUpdate {
        let facts = self.event.body.facts.clone();
        let posted = self.posted.as_ref().map(|posted| posted.body.clone());
        EventUpdate { read: Some(self), facts, posted, source: Source::Missing { at } }
    }
}

/// The condition of a withdrawn event, as Crossmark would write it.
pub(crate) const WITHDRAWN: &str = "Canceled";

/// Where an update comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A row of Crossmark's list.
    Row {
        /// When the list was read.
        at: Timestamp,
    },
    /// Crossmark's list lacks the event.
    Missing {
        /// When the list was read.
        at: Timestamp,
    },
    /// A person's file, or the withdrawal of an event. It overrides the schedule that was sent before.
    Overriding,
}

/// Crossmark's state of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventUpdate {
    /// The table's state before Crossmark was asked; `None` for a new event.
    pub read: Option<KnownEvent>,
    /// The data of the event that a run reads.
    pub facts: EventFacts,
    /// Who works the event, and when; `None` if nobody does.
    pub posted: Option<Posted>,
    /// Where the update comes from.
    pub source: Source,
}

/// The actor of audit entries about what Crossmark reports for a line.
const REFRESH_ACTOR: &str = "muster refresh";

/// A condition at Crossmark that shows how an event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventEnd {
    Submitted,
    Expired,
}

impl EventEnd {
    fn of(facts: &EventFacts) -> Option<EventEnd> {
        match facts.condition() {
            Condition::Expired => Some(EventEnd::Expired),
            Condition::Closed => {
                let word = facts.condition.as_deref().unwrap_or_default();
                word.trim().eq_ignore_ascii_case("submitted").then_some(EventEnd::Submitted)
            }
            Condition::Open | Condition::Cancelled => None,
        }
    }
}

/// An update with what it writes.
struct EventWrite<'a> {
    update: &'a EventUpdate,
    event: Event,
    posted: Option<Posted>,
    news: Option<EventNews>,
}

impl EventUpdate {
    /// Why the update must not be written: no run could read the event. `None` if it may be written.
    pub fn why_unusable(&self) -> Option<ReportedFault> {
        let start = self.posted.as_ref().map(|posted| posted.start);
        let unusable_start = start.filter(|at| !is_moment(*at));
        let unusable_start =
            unusable_start.map(|_| ReportedFault::new(FaultyField::ScheduledTime, FaultReason::OutOfBounds));
        let correction = self.read.as_ref().map(|read| &read.event.body.correction);
        let facts = correction
            .map_or_else(|| self.facts.clone(), |correction| correction.facts_with_correction(self.facts.clone()));
        facts.fault().map(ReportedFault::from).or(unusable_start)
    }

    fn old(&self) -> Option<&Stored<Posted>> {
        self.read.as_ref().and_then(|read| read.posted.as_ref())
    }

    /// The writes of the update; `None` if nothing changes, or if a line in flight claims the event.
    fn write(&self) -> Option<EventWrite<'_>> {
        let before = self.read.as_ref().map(|read| &read.event.body);
        let old = self.old().map(|old| &old.body);
        let claim = before.and_then(|event| event.claim.as_ref());
        if claim.is_some_and(|claim| claim.status.is_in_flight()) {
            return None;
        }
        let correction = before.map(|event| event.correction.clone()).unwrap_or_default();
        let facts = correction.facts_with_correction(self.facts.clone());
        let drift = match claim {
            Some(_) => before.and_then(|event| event.drift.clone()),
            None => self.drift(),
        };
        // The schedule of a claimed event is decided by its line, and the schedule of a drifted event by a person.
        // Neither changes here.
        let posted = if claim.is_some() || drift.is_some() { old } else { self.posted.as_ref() };
        let posted = posted.map(|posted| Posted { event: facts.clone(), ..posted.clone() });
        let is_overridden = self.source == Source::Overriding && old != posted.as_ref();
        let event = Event {
            facts,
            posted_at: posted.as_ref().map(|posted| posted.start.date()),
            claim: claim.cloned(),
            correction,
            sent: before.and_then(|event| event.sent.clone()).filter(|_| !is_overridden),
            drift,
        };
        let same = before == Some(&event) && old == posted.as_ref();
        let news = (!same).then(|| self.news(&event)).flatten();
        (!same).then_some(EventWrite { update: self, event, posted, news })
    }

    /// The contradiction between Muster and Crossmark, if there is one. A contradiction that was known before keeps its
    /// time.
    fn drift(&self) -> Option<Drift> {
        let event = self.read.as_ref().map(|read| &read.event.body)?;
        let old = self.old().map(|old| &old.body);
        let (at, ours, shows) = match self.source {
            Source::Overriding if old == self.posted.as_ref() => return event.drift.clone(),
            Source::Overriding => return None,
            Source::Missing { at } => (at, Some(place_of(old?)), UpstreamState::Unlisted),
            Source::Row { at } => {
                let (ours, shows) = Drift::of_row(event, old, &self.facts, self.posted.as_ref())?;
                (at, ours, shows)
            }
        };
        let same = event.drift.as_ref().filter(|drift| drift.shows == shows && drift.ours == ours);
        let since = same.map_or(at, |drift| drift.since);
        Some(Drift { event: self.facts.event_ref, ours, shows, since })
    }

    /// The audit entry for the outcome of the event's line, if Crossmark now shows that the event was worked, or that
    /// it expired while it was scheduled.
    fn after_acceptance(&self, after: &Event, posted: Option<&Posted>) -> Option<Entry> {
        let Source::Row { at } = self.source else { return None };
        let before = &self.read.as_ref()?.event.body;
        let line = before.sent.as_ref()?.line.as_ref()?;
        let (was, is) = (EventEnd::of(&before.facts), EventEnd::of(&after.facts));
        let what = match is.filter(|_| is != was && posted.is_some())? {
            EventEnd::Submitted => AfterAcceptance::Completed,
            EventEnd::Expired => AfterAcceptance::NoShow,
        };
        let why = format!("Crossmark says {}", after.facts.condition.as_deref().unwrap_or_default());
        Some(line.entry(what, &Because::new(REFRESH_ACTOR, at, why)))
    }

    /// The change for the report; `None` if the update changes nothing that a report names, such as only Crossmark's
    /// number of a schedule.
    fn news(&self, after: &Event) -> Option<EventNews> {
        let place = |posted: &Posted| (posted.employee_id.clone(), posted.start);
        let is_listed = !matches!(self.source, Source::Missing { .. });
        let (old, new) = (self.old().map(|old| &old.body), self.posted.as_ref().filter(|_| is_listed));
        let before = self.read.as_ref().map(|read| &read.event.body);
        let drift = before.and_then(|event| event.drift.as_ref());
        let changes = before.map(|event| field_changes(&event.facts, &after.facts)).unwrap_or_default();
        let was_off = before.is_some_and(|event| event.facts.condition().is_off());
        let kind = if before.is_none() {
            NewsKind::New
        } else if after.drift.is_some() && after.drift.as_ref() != drift {
            NewsKind::Drifted
        } else if after.facts.condition().is_off() && !was_off {
            if self.source == Source::Overriding { NewsKind::Withdrawn } else { NewsKind::Canceled }
        } else if drift.is_some() && after.drift.is_none() {
            NewsKind::Agreed
        } else if after.drift.is_none() && after.claim.is_none() && old.map(place) != new.map(place) {
            match (old, new) {
                (None, _) => NewsKind::Booked,
                (Some(_), None) => NewsKind::TakenBack,
                (Some(_), Some(_)) => NewsKind::Moved,
            }
        } else if changes.is_empty() {
            return None;
        } else {
            NewsKind::Changed
        };
        Some(EventNews {
            event: after.facts.event_ref,
            name: after.facts.name.clone(),
            kind,
            before: old.map(place_of),
            after: new.map(place_of),
            fields: changes.iter().map(|change| change.field).collect(),
            changes,
        })
    }
}

impl EventWrite<'_> {
    /// Maximum number of its actions in a transaction. A new event that has no schedule and is not called off takes
    /// two: the event and the mirror of its drift. Any other event also takes the old and the new schedule, people's
    /// decisions, and an audit entry.
    fn most_actions(&self) -> usize {
        let is_as_posted = self.update.old().map(|old| &old.body) == self.posted.as_ref();
        let is_simple = is_as_posted && self.update.read.is_none() && !self.event.facts.condition().is_off();
        if is_simple { 2 } else { 6 }
    }
}

/// How many of these writes fit into one transaction; at least one.
fn count_that_fit(writes: &[EventWrite<'_>]) -> usize {
    let mut left = EVENT_ACTIONS;
    let fits = |write: &&EventWrite<'_>| {
        let actions = write.most_actions();
        let fits = actions <= left;
        left = left.saturating_sub(actions);
        fits
    };
    writes.iter().take_while(fits).count().max(1)
}

fn field_changes(before: &EventFacts, after: &EventFacts) -> Vec<FieldChange> {
    let cut = |text: &str| Some(text.chars().take(LONGEST_CHANGE).collect());
    let moment = |at: NaiveDateTime| at.format("%Y-%m-%dT%H:%M:%S").to_string();
    let window = |facts: &EventFacts| Some(format!("{}/{}", moment(facts.start), moment(facts.due)));
    let length = |facts: &EventFacts| facts.estimated_minutes.map(|minutes| minutes.to_string());
    let condition = |facts: &EventFacts| facts.condition.as_deref().and_then(cut);
    let all = [
        (ChangedField::Name, before.name != after.name, cut(&before.name), cut(&after.name)),
        (
            ChangedField::Type,
            before.event_type() != after.event_type(),
            Some(before.event_type().name().to_owned()),
            Some(after.event_type().name().to_owned()),
        ),
        (ChangedField::Window, (before.start, before.due) != (after.start, after.due), window(before), window(after)),
        (ChangedField::Length, before.estimated_minutes != after.estimated_minutes, length(before), length(after)),
        (ChangedField::Condition, before.condition() != after.condition(), condition(before), condition(after)),
    ];
    let changed = all.into_iter().filter(|(_, differs, ..)| *differs);
    changed.map(|(field, _, before, after)| FieldChange { field, before, after }).collect()
}

/// The result of applying updates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppliedUpdates {
    /// Number of events that were written.
    pub written: usize,
    /// Number of events that were not written because they changed concurrently.
    pub overtaken: usize,
    /// Events that were not written because no run could read them afterwards.
    pub unusable: Vec<(EventRef, ReportedFault)>,
}

/// Maximum number of actions for events in a transaction. `plan_version` and the refresh take one more each.
const EVENT_ACTIONS: usize = MAX_ACTIONS - 2;

/// Whether Crossmark's state makes people's decisions about an event obsolete: somebody was scheduled, the schedule
/// changed, or the event is called off.
fn overtakes_decisions(old: Option<&Posted>, new: Option<&Posted>, facts: &EventFacts) -> bool {
    let place = |posted: &Posted| (posted.employee_id.clone(), posted.start);
    let booked = new.is_some() && old.map(place) != new.map(place);
    booked || facts.condition().is_off()
}

/// The last refresh of a club's events from Crossmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRefresh {
    /// When the table was read for that refresh.
    pub at: Timestamp,
}

impl Single for LastRefresh {
    const SORT: &'static str = "REFRESHED";
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

    /// Withdraws open events that Crossmark no longer lists: cancels them in the table, unless they are posted by now.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn withdraw(&self, refs: &[EventRef]) -> Result<AppliedUpdates, TableError> {
        let open = self.events_by_ref(refs).await?.into_iter().filter(|event| event.body.posted_at.is_none());
        let updates: Vec<EventUpdate> =
            open.map(|event| KnownEvent { event, posted: None }.into_withdrawal()).collect();
        self.apply_updates(&updates).await
    }

    /// Applies Crossmark's state to events, as many in one transaction as fit. An event that changed since it was read
    /// is not written, nor is one that a line in flight claims. The posted schedule of an event with another claim
    /// stays too, because the claiming line decides it. A schedule that people sent stays until a person decides, also
    /// if Crossmark's schedule contradicts it.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn apply_updates(&self, updates: &[EventUpdate]) -> Result<AppliedUpdates, TableError> {
        self.apply_and_count(updates, &mut None).await
    }

    /// Like [`apply_updates`](Self::apply_updates), but each transaction also adds its changes to the record of the
    /// refresh. If somebody else changes that record concurrently, nothing more is written.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn apply_refresh(
        &self,
        updates: &[EventUpdate],
        refresh: &mut Stored<Refresh>,
    ) -> Result<AppliedUpdates, TableError> {
        let mut updated = Some(refresh.clone());
        let applied = self.apply_and_count(updates, &mut updated).await?;
        if let Some(updated) = updated {
            *refresh = updated;
        }
        Ok(applied)
    }

    async fn apply_and_count(
        &self,
        updates: &[EventUpdate],
        refresh: &mut Option<Stored<Refresh>>,
    ) -> Result<AppliedUpdates, TableError> {
        let mut applied = AppliedUpdates::default();
        let mut writes = Vec::new();
        for update in updates {
            match update.why_unusable() {
                Some(fault) => applied.unusable.push((update.facts.event_ref, fault)),
                None => writes.extend(update.write()),
            }
        }
        let mut rest = writes.as_slice();
        while !rest.is_empty() {
            let (chunk, later) = rest.split_at(count_that_fit(rest));
            rest = later;
            if self.write_updates(chunk, refresh).await? {
                applied.written += chunk.len();
                continue;
            }
            for write in chunk {
                match self.write_updates(std::slice::from_ref(write), refresh).await? {
                    true => applied.written += 1,
                    false => applied.overtaken += 1,
                }
            }
        }
        Ok(applied)
    }

    async fn write_updates(
        &self,
        writes: &[EventWrite<'_>],
        refresh: &mut Option<Stored<Refresh>>,
    ) -> Result<bool, TableError> {
        let mut changes = Changes::new(self.id);
        for EventWrite { update, event, posted, .. } in writes {
            let read = update.read.as_ref().map(|read| &read.event);
            let old = update.old();
            if old.map(|old| &old.body) != posted.as_ref() {
                repost(&mut changes, read.and_then(|read| read.body.posted_at), old, posted.as_ref())?;
            }
            if overtakes_decisions(old.map(|old| &old.body), posted.as_ref(), &event.facts) {
                changes.forget_decisions(event.facts.event_ref);
            }
            if let Some(entry) = update.after_acceptance(event, posted.as_ref()) {
                changes.note(&entry)?;
            }
            changes.mirror_drift(self.id, read.and_then(|read| read.body.drift.as_ref()), event.drift.as_ref())?;
            changes.replace(read.map(|read| read.version), event)?;
        }
        changes.count_plan_change();
        let updated = refresh.as_ref().map(|read| {
            let mut body = read.body.clone();
            writes.iter().filter_map(|write| write.news.clone()).for_each(|news| body.news.add(news));
            Stored { version: read.version + 1, body }
        });
        if let (Some(read), Some(updated)) = (refresh.as_ref(), &updated) {
            changes.replace(Some(read.version), &updated.body)?;
        }
        let written = self.try_commit(changes).await?;
        if written {
            *refresh = updated;
        }
        Ok(written)
    }

    /// Records that the club's events were refreshed as of this moment.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn record_refreshed(&self, at: Timestamp) -> Result<(), TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.single::<LastRefresh>().await?;
            let at = read.as_ref().map_or(at, |read| read.body.at.max(at));
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|read| read.version), &LastRefresh { at })?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }
}
