//! Drift: a contradiction between Muster and Crossmark about an event. Crossmark shows something other than the
//! schedule that people here sent and Crossmark accepted, or it calls off or no longer lists an event that is posted
//! here.
//!
//! Muster's schedule stays until a person decides: either Crossmark's schedule is taken over, or Muster's is sent
//! again. The drift is stored in the event. A mirror of it is stored with the club's documents, so that reading the
//! club needs no further request. A posted schedule that was never sent from here does not drift if Crossmark shows
//! another one: a refresh takes over Crossmark's schedule and reports it.

use chrono::{NaiveDateTime, TimeDelta};
use domain::calendar::moment;
use domain::snapshot::{EmployeeId, EventFacts, EventRef, Posted, ScheduledEventId};
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::events::{Event, Place, place_of, repost};
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part, ref_sort};
use crate::outcomes::{AfterAcceptance, SentLine};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;
use crate::upstream::WITHDRAWN;

/// How long the mirror of a drift that nobody decides is kept.
const KEPT: TimeDelta = TimeDelta::days(60);

/// The last schedule of an event that was sent from here and accepted by Crossmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentSchedule {
    /// Who works the event, and when; `None` if the schedule was taken back.
    pub place: Option<Place>,
    /// The line that was accepted; `None` if the schedule was taken back, or was sent before this field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<SentLine>,
}

impl SentSchedule {
    /// The audit entry for the line of a schedule that was taken back or called out. `None` if the line is not known,
    /// or if the day of the schedule had passed by then.
    pub(crate) fn end_entry(&self, what: AfterAcceptance, because: &Because) -> Option<Entry> {
        let (line, place) = self.line.as_ref().zip(self.place.as_ref())?;
        // A club-local day ends at most one day after the UTC day.
        let is_past = place.start.date() < because.at.plus(TimeDelta::days(-1)).utc().date_naive();
        (!is_past).then(|| line.entry(what, because))
    }
}

/// What Crossmark shows for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum UpstreamState {
    /// Crossmark does not list the event.
    Unlisted,
    /// Crossmark lists the event, and nobody has it.
    Nobody,
    /// Crossmark lists the event, and somebody has it.
    Schedule {
        /// The person who has the event.
        employee_id: EmployeeId,
        /// The start, club-local.
        #[serde(with = "moment")]
        start: NaiveDateTime,
        /// Crossmark's number of the schedule, if it shows one.
        #[serde(default)]
        id: Option<ScheduledEventId>,
    },
}

impl UpstreamState {
    /// What a listed row shows: the posted schedule, if it has one.
    pub(crate) fn of(posted: Option<&Posted>) -> UpstreamState {
        posted.map_or(UpstreamState::Nobody, |posted| UpstreamState::Schedule {
            employee_id: posted.employee_id.clone(),
            start: posted.start,
            id: posted.scheduled_event_id,
        })
    }

    /// Whether Crossmark shows this place.
    fn matches(&self, place: Option<&Place>) -> bool {
        match (self, place) {
            (UpstreamState::Nobody, None) => true,
            (UpstreamState::Schedule { employee_id, start, .. }, Some(place)) => {
                place.employee_id == *employee_id && place.start == *start
            }
            _ => false,
        }
    }
}

/// A contradiction between Muster and Crossmark about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// The event.
    #[serde(rename = "ref")]
    pub event: EventRef,
    /// The schedule that people here decided on; `None` if they took it back.
    pub ours: Option<Place>,
    /// What Crossmark shows.
    pub shows: UpstreamState,
    /// When a refresh first found it.
    pub since: Timestamp,
}

impl Drift {
    /// The schedule that was decided here for an event, and what the event's row in Crossmark's list shows instead;
    /// `None` if they agree, or if nothing was decided here.
    ///
    /// Two schedules count as decided here: one that people sent, and a posted one whose event Crossmark calls off.
    pub(crate) fn of_row(
        event: &Event,
        old: Option<&Posted>,
        row: &EventFacts,
        theirs: Option<&Posted>,
    ) -> Option<(Option<Place>, UpstreamState)> {
        let called_off = || old.filter(|_| row.condition().is_off()).map(|old| Some(place_of(old)));
        let ours = event.sent.as_ref().map(|sent| sent.place.clone()).or_else(called_off)?;
        let shows = UpstreamState::of(theirs);
        (!shows.matches(ours.as_ref())).then_some((ours, shows))
    }

    /// Whether Muster's schedule can be sent again: the event is listed, is not called off, and its start is ahead.
    pub fn can_be_sent(&self, facts: &EventFacts, now: NaiveDateTime) -> bool {
        let is_ahead = self.ours.as_ref().is_none_or(|ours| now < ours.start);
        self.shows != UpstreamState::Unlisted && is_ahead && !facts.condition().is_off()
    }
}

impl Record for Drift {
    fn key(&self, club: &ClubId) -> Key {
        drift_key(club, self.event)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.since.plus(KEPT))
    }
}

impl Drift {
    /// Prefix of the sort keys of drifts in the club's own partition.
    pub(crate) const PREFIX: &'static str = "DRIFT#";
}

pub(crate) fn drift_key(club: &ClubId, event: EventRef) -> Key {
    Part::Club.key(club, format!("{}{}", Drift::PREFIX, ref_sort(event)))
}

impl Changes<'_> {
    /// Writes or deletes the mirror of an event's drift. The event is written in the same transaction.
    pub(crate) fn mirror_drift(
        &mut self,
        club: &ClubId,
        before: Option<&Drift>,
        after: Option<&Drift>,
    ) -> Result<(), TableError> {
        match (before, after) {
            (before, Some(after)) if before != Some(after) => self.mirror(after),
            (Some(before), None) => {
                self.unmirror(drift_key(club, before.event));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// Why a drift was not decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DriftError {
    /// Crossmark and Muster agree by now, or another refresh found something else.
    #[error("Crossmark and Muster do not differ, or no longer differ, about the event in this way")]
    NoDrift,
    /// A line of the event is on its way to Crossmark.
    #[error("a line of the event is on its way to Crossmark")]
    OnItsWay,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// What happens to a drift after Crossmark's schedule was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftOutcome {
    /// The drift is settled: Crossmark's schedule is right.
    Settled,
    /// The drift stays until Muster's schedule is sent again.
    SendOurs,
}

impl Club<'_> {
    /// Replaces the posted schedule of a drifted event by what Crossmark shows, and returns the drift. A repeated call
    /// with [`DriftOutcome::SendOurs`] changes nothing.
    ///
    /// # Errors
    /// [`DriftError::NoDrift`], [`OnItsWay`](DriftError::OnItsWay), or [`Table`](DriftError::Table) if the table cannot
    /// be read or written.
    pub async fn adopt_crossmark_schedule(
        &self,
        event: EventRef,
        since: Timestamp,
        then: DriftOutcome,
        because: &Because,
    ) -> Result<Drift, DriftError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.event(event).await?.ok_or(DriftError::NoDrift)?;
            let drift = read.body.drift.clone().filter(|drift| drift.since == since).ok_or(DriftError::NoDrift)?;
            if read.body.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight()) {
                return Err(DriftError::OnItsWay);
            }
            let old = self.posted_of(&read.body).await?;
            let new = crossmark_schedule(&read.body, &drift, old.as_ref());
            let place = |posted: &Posted| (posted.employee_id.clone(), posted.start);
            let is_unchanged = old.as_ref().map(|old| place(&old.body)) == new.as_ref().map(place);
            if then == DriftOutcome::SendOurs && is_unchanged {
                return Ok(drift);
            }
            let mut changes = Changes::new(self.id);
            repost(&mut changes, read.body.posted_at, old.as_ref(), new.as_ref())?;
            let mut facts = read.body.facts.clone();
            match &drift.shows {
                UpstreamState::Unlisted => facts.condition = Some(WITHDRAWN.to_owned()),
                UpstreamState::Nobody => facts.reopen(),
                UpstreamState::Schedule { .. } => {}
            }
            let (sent, kept) = match then {
                DriftOutcome::Settled => (None, None),
                DriftOutcome::SendOurs => (read.body.sent.clone(), Some(drift.clone())),
            };
            let gone = read.body.sent.as_ref().filter(|_| then == DriftOutcome::Settled && !is_unchanged);
            if let Some(entry) = gone.and_then(|sent| sent.end_entry(AfterAcceptance::TakenBack, because)) {
                changes.note(&entry)?;
            }
            changes.mirror_drift(self.id, Some(&drift), kept.as_ref())?;
            let posted_at = new.as_ref().map(|posted| posted.start.date());
            changes.replace(Some(read.version), &Event { facts, posted_at, sent, drift: kept, ..read.body })?;
            changes.forget_decisions(event);
            let to = if then == DriftOutcome::Settled { "crossmarks_taken" } else { "ours_sent_again" };
            let states = (Some("differs"), to);
            changes.note(&Entry::new(Subject::Event(event), read.version + 1, states, because))?;
            changes.count_plan_change();
            if self.try_commit(changes).await? {
                return Ok(drift);
            }
        }
    }
}

/// The schedule that Crossmark shows, in the form of a posted schedule.
fn crossmark_schedule(event: &Event, drift: &Drift, old: Option<&Stored<Posted>>) -> Option<Posted> {
    let UpstreamState::Schedule { employee_id, start, id } = &drift.shows else { return None };
    let block = old.filter(|old| old.body.start == *start).and_then(|old| old.body.block);
    Some(Posted {
        event: event.facts.clone(),
        employee_id: employee_id.clone(),
        start: *start,
        block,
        scheduled_event_id: *id,
    })
}
