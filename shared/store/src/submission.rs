//! A line's submission to Crossmark, as the table stores it. This module makes no call. A step is written before its
//! call and the outcome after it, so that the next worker knows what may have happened.
//!
//! While a line is being submitted, only the worker that took it writes the outcome of its calls. A line whose worker
//! was lost is in doubt, and is never approved again without a read-back.

mod outcome;
mod people;
mod queue;

pub use outcome::{CountsAsAttempt, Reporter, Requeue};
pub use people::{LineToRetry, RetryResult};
pub use queue::{GroupLease, Pause, PauseReason};

use crate::audit::{Because, Entry};
use crate::changes::Changes;
use crate::decisions::{EventDecisions, decisions_key};
use crate::drift::SentSchedule;
use crate::events::{Claim, Event, Place, place_of, repost};
use crate::item::Stored;
use crate::key::{LineKey, Owner, ScheduledEventId};
use crate::lines::{LeavingCause, Line, LineAndEvent, LineError, change_line};
use crate::outcomes::{AfterAcceptance, SentLine};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::states::{AttemptEnd, LineAction, LineState, Submission};
use crate::table::Club;
use domain::snapshot::{EventRef, Posted};

/// The proof that a worker took a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenLine {
    /// The line.
    pub key: LineKey,
    /// The worker that took it.
    pub owner: Owner,
    /// The generation of the submission.
    pub generation: u32,
}

/// The effect of a line's change on the posted schedule.
pub(crate) enum Posting {
    /// No change.
    Same,
    /// This schedule is posted now.
    Put(Posted),
    /// No schedule is posted any more.
    Gone,
}

impl Posting {
    /// The schedule that the change sent: `None` if nothing was sent, `Some(None)` if the schedule was taken back.
    fn sent(&self) -> Option<Option<Place>> {
        match self {
            Posting::Same => None,
            Posting::Put(posted) => Some(Some(place_of(posted))),
            Posting::Gone => Some(None),
        }
    }
}

/// The last sent schedule of an event after `line` put the event at `place` or, if that is `None`, took its schedule
/// back. `before` is the last sent schedule until then. The result names `line` if `place` is the line's own place. If
/// `line` restored the schedule of `before`, the result names the line that `before` names.
fn last_sent_schedule(before: Option<&SentSchedule>, place: Option<Place>, line: &Line, version: u64) -> SentSchedule {
    let kept = before.filter(|sent| place.is_some() && sent.place == place).and_then(|sent| sent.line.clone());
    let is_lines_own = place.is_some() && place == line.place;
    let this_line = || SentLine {
        key: line.key.clone(),
        generation: line.submission.as_ref().map_or(0, |submission| submission.generation),
        version,
    };
    SentSchedule { line: is_lines_own.then(this_line).or(kept), place }
}

/// A change of a line and its event, as [`Club::change_line_and_event`] writes it.
pub(crate) struct LineAndEventChange {
    pub line: Line,
    pub entries: Vec<Entry>,
    pub posting: Posting,
    /// The event's claim afterwards.
    pub claim: Option<Claim>,
    /// The effect on `plan_version`.
    pub plan: PlanChange,
    /// The effect on the decisions about the event.
    pub decisions: DecisionEffect,
}

/// The effect of a line's change on what a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanChange {
    /// No change.
    None,
    /// Crossmark accepted the schedule. Runs counted it as posted before, so nothing changes for them.
    Confirmed,
    /// The line occupies another place, or none any more.
    Followed,
}

/// The effect on the decisions about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecisionEffect {
    /// The decisions stay.
    Keep,
    /// The decisions were carried out and are deleted.
    Forget,
    /// The line is given up, and a wish for its place is deleted.
    DeleteWish,
    /// The decisions stay, and the change is refused if the event is held.
    RequireNotHeld,
}

impl LineAndEventChange {
    /// A changed line with the claim that mirrors it, and no other effect.
    pub fn of_line(line: Line, entries: Vec<Entry>) -> LineAndEventChange {
        let claim = line.claim();
        LineAndEventChange {
            line,
            entries,
            posting: Posting::Same,
            claim,
            plan: PlanChange::None,
            decisions: DecisionEffect::Keep,
        }
    }
}

impl Club<'_> {
    /// Takes a line for submission: writes its step, and leases it to the worker. Refused if it is not approved, not
    /// due, or of another generation than the caller asks for.
    ///
    /// # Errors
    /// [`LineError::NotAllowed`] if the line is not approved, [`NotForThisWorker`](LineError::NotForThisWorker) if it
    /// is not due or of another generation, another [`LineError`] if the line or its claim is gone, or
    /// [`Table`](LineError::Table).
    pub async fn take_line(
        &self,
        key: &LineKey,
        generation: Option<u32>,
        owner: &Owner,
        lease_until: Timestamp,
        because: &Because,
    ) -> Result<(TakenLine, Stored<Line>), LineError> {
        let now = because.at;
        let line = self
            .change_line_and_event(key, |pair| {
                let mut line = pair.line.body.clone();
                let submitting = LineState::Submitting { owner: owner.clone(), lease_until };
                let entry = line.transition(LineAction::Take, submitting, pair.line.version + 1, because)?;
                let due = pair.line.body.state.look_at().is_some_and(|at| at <= now);
                let submission = line.submission.as_mut().filter(|s| generation.is_none_or(|g| g == s.generation));
                let submission = submission.filter(|_| due).ok_or(LineError::NotForThisWorker)?;
                // The worker has read the event from Crossmark, or gives up a move after its delete. In both cases the
                // failed reads that follow are counted anew.
                submission.failed_reads = 0;
                submission.begin(submission.step, now);
                Ok(LineAndEventChange::of_line(line, vec![entry]))
            })
            .await?;
        let generation = line.body.submission.as_ref().map_or(0, |s| s.generation);
        Ok((TakenLine { key: key.clone(), owner: owner.clone(), generation }, line))
    }

    /// Marks the line as in doubt because the outcome of its call is unknown. `read_at` is the earliest time of its
    /// read-back.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the worker no longer holds the line, another [`LineError`] if the line or its
    /// claim is gone, or [`Table`](LineError::Table).
    pub async fn doubt_line(
        &self,
        taken: &TakenLine,
        words: &str,
        read_at: Timestamp,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(&taken.key, |pair| {
            let mut line = pair.line.body.clone();
            submission_held_by(&mut line, taken)?.end(because.at, AttemptEnd::Unknown { words: words.to_owned() });
            let doubt = LineState::InDoubt { since: because.at, read_at, reads: 0 };
            let entry = line.transition(LineAction::Doubt, doubt, pair.line.version + 1, because)?;
            Ok(LineAndEventChange::of_line(line, vec![entry]))
        })
        .await
    }

    /// Marks a line as in doubt because its worker's lease expired. Refused before that.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] before the lease expires, [`NotAllowed`](LineError::NotAllowed) if the line is
    /// not being submitted, another [`LineError`] if the line or its claim is gone, or [`Table`](LineError::Table).
    pub async fn lapse_line(
        &self,
        key: &LineKey,
        read_at: Timestamp,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            let mut line = pair.line.body.clone();
            match *line.state {
                LineState::Submitting { lease_until, .. } if lease_until > because.at => {
                    return Err(LineError::NotForThisWorker);
                }
                _ => {}
            }
            let doubt = LineState::InDoubt { since: because.at, read_at, reads: 0 };
            let entry = line.transition(LineAction::Doubt, doubt, pair.line.version + 1, because)?;
            if let Some(submission) = &mut line.submission {
                submission.end(because.at, AttemptEnd::Unknown { words: "the worker was lost".to_owned() });
            }
            Ok(LineAndEventChange::of_line(line, vec![entry]))
        })
        .await
    }

    /// Postpones the next read-back of a line in doubt after an inconclusive one.
    ///
    /// # Errors
    /// [`LineError::NotAllowed`] if the line is not in doubt, another [`LineError`] if the line or its claim is gone,
    /// or [`Table`](LineError::Table).
    pub async fn postpone_read_back(
        &self,
        key: &LineKey,
        next_read_at: Timestamp,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            let mut line = pair.line.body.clone();
            let (since, reads) = match *line.state {
                LineState::InDoubt { since, reads, .. } => (since, reads + 1),
                _ => (because.at, 0),
            };
            let doubt = LineState::InDoubt { since, read_at: next_read_at, reads };
            let entry = line.transition(LineAction::PostponeReadBack, doubt, pair.line.version + 1, because)?;
            Ok(LineAndEventChange::of_line(line, vec![entry]))
        })
        .await
    }

    /// Postpones an approved line whose event could not be read from Crossmark. Nothing was sent, so this does not
    /// count as an attempt.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the line is not approved in this generation, another [`LineError`] if the
    /// line or its claim is gone, or [`Table`](LineError::Table).
    pub async fn postpone_line(
        &self,
        key: &LineKey,
        generation: u32,
        next_attempt_at: Timestamp,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            let mut line = pair.line.body.clone();
            submission_approved_in(&mut line, generation)?.failed_reads += 1;
            let approved = LineState::Approved { next_attempt_at };
            let entry = line.transition(LineAction::Postpone, approved, pair.line.version + 1, because)?;
            Ok(LineAndEventChange::of_line(line, vec![entry]))
        })
        .await
    }

    /// Stores Crossmark's number of the placement that an approved line takes back, if it was not known.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the line is not approved in this generation,
    /// [`EventChanged`](LineError::EventChanged) if it has no old placement, another [`LineError`] if the line or its
    /// claim is gone, or [`Table`](LineError::Table).
    pub async fn learn_old_id(
        &self,
        key: &LineKey,
        generation: u32,
        id: ScheduledEventId,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            let mut line = pair.line.body.clone();
            submission_approved_in(&mut line, generation)?;
            line.from.as_mut().ok_or(LineError::EventChanged)?.scheduled_event_id = Some(id);
            Ok(LineAndEventChange::of_line(line, Vec::new()))
        })
        .await
    }

    /// Reads a line with its event, applies the caller's change to both, and writes it in one transaction. Repeats from
    /// the read if another writer was faster. The line must claim its event.
    pub(crate) async fn change_line_and_event(
        &self,
        key: &LineKey,
        change: impl Fn(&LineAndEvent) -> Result<LineAndEventChange, LineError>,
    ) -> Result<Stored<Line>, LineError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let pair = self.line_and_event(key).await?;
            let change_made = change(&pair)?;
            pair.require_claim()?;
            let mut changes = Changes::new(self.id);
            change_line(&mut changes, &pair.line, &change_made.line, &change_made.entries)?;
            let event = &pair.event.body;
            let mut body = Event { claim: change_made.claim, ..event.clone() };
            if let Some(place) = change_made.posting.sent() {
                let sent = last_sent_schedule(event.sent.as_ref(), place, &change_made.line, pair.line.version + 1);
                let gone = event.sent.as_ref().filter(|before| before.line != sent.line);
                let called_out = change_made.line.left == LeavingCause::CallOut;
                let what = if called_out { AfterAcceptance::CalledOut } else { AfterAcceptance::TakenBack };
                let ended =
                    gone.zip(change_made.entries.last()).and_then(|(gone, last)| gone.end_entry(what, &last.because));
                if let Some(entry) = ended {
                    changes.note(&entry)?;
                }
                // What people sent last is their decision, so an earlier drift is settled.
                changes.mirror_drift(self.id, event.drift.as_ref(), None)?;
                (body.sent, body.drift) = (Some(sent), None);
            }
            let posted_at = self.post(&mut changes, event, change_made.posting).await?;
            body.posted_at = posted_at;
            if event.posted_at.is_some() && posted_at.is_none() {
                body.facts.reopen();
            }
            changes.replace(Some(pair.event.version), &body)?;
            match change_made.decisions {
                DecisionEffect::Keep => {}
                DecisionEffect::Forget => changes.forget_decisions(key.event),
                DecisionEffect::DeleteWish => self.delete_wish(&mut changes, &pair.line.body).await?,
                DecisionEffect::RequireNotHeld => self.require_not_held(&mut changes, key.event).await?,
            }
            match change_made.plan {
                PlanChange::None => {}
                PlanChange::Confirmed => changes.count_acceptance(),
                PlanChange::Followed => changes.count_followed_change(),
            }
            if self.try_commit(changes).await? {
                return Ok(Stored { version: pair.line.version + 1, body: change_made.line });
            }
        }
    }

    /// Deletes the wish for the place of a line.
    async fn delete_wish(&self, changes: &mut Changes<'_>, line: &Line) -> Result<(), LineError> {
        let read = self.fetch::<EventDecisions>(&decisions_key(self.id, line.key.event)).await?;
        let Some((read, place)) = read.as_ref().zip(line.place.as_ref()) else { return Ok(()) };
        let mut decisions = read.body.decisions.clone();
        decisions.wish = decisions.wish.filter(|wish| !wish.is_for(place));
        if changes.put_decisions(line.key.event, Some(read), &decisions)? {
            changes.count_decision();
        }
        Ok(())
    }

    /// Refuses a change of a line whose event a person holds, also if the hold is made concurrently.
    pub(super) async fn require_not_held(&self, changes: &mut Changes<'_>, event: EventRef) -> Result<(), LineError> {
        let key = decisions_key(self.id, event);
        match self.fetch::<EventDecisions>(&key).await? {
            Some(found) if found.body.decisions.held_by.is_some() => return Err(LineError::Held),
            Some(found) => changes.require_unchanged(&found),
            None => changes.require_absent(key),
        }
        Ok(())
    }

    /// Changes the posted schedule of an event, and returns its new date.
    async fn post(
        &self,
        changes: &mut Changes<'_>,
        event: &Event,
        posting: Posting,
    ) -> Result<Option<chrono::NaiveDate>, TableError> {
        let new = match posting {
            Posting::Same => return Ok(event.posted_at),
            Posting::Put(posted) => Some(posted),
            Posting::Gone => None,
        };
        let old = self.posted_of(event).await?;
        repost(changes, event.posted_at, old.as_ref(), new.as_ref())?;
        Ok(new.map(|p| p.start.date()))
    }
}

/// The submission of a line that this worker holds.
pub(crate) fn submission_held_by<'a>(line: &'a mut Line, taken: &TakenLine) -> Result<&'a mut Submission, LineError> {
    let holds = matches!(&*line.state, LineState::Submitting { owner, .. } if *owner == taken.owner);
    line.submission.as_mut().filter(|s| holds && s.generation == taken.generation).ok_or(LineError::NotForThisWorker)
}

/// The submission of a line that is approved, and therefore not taken, in this generation.
fn submission_approved_in(line: &mut Line, generation: u32) -> Result<&mut Submission, LineError> {
    let approved = matches!(*line.state, LineState::Approved { .. });
    line.submission.as_mut().filter(|s| approved && s.generation == generation).ok_or(LineError::NotForThisWorker)
}
