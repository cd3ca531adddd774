//! The outcomes of a submission: accepted, restored, requeued or failed. Each is written in one transaction over the
//! line, its event with the claim, the posted schedule, and the audit trail.

use domain::snapshot::Posted;

use super::{DecisionEffect, LineAndEventChange, PlanChange, Posting, TakenLine, submission_held_by};
use crate::audit::Because;
use crate::events::Place;
use crate::item::Stored;
use crate::key::{LineKey, Owner, ScheduledEventId};
use crate::lines::{Line, LineAndEvent, LineError, LineKind, OldPlace};
use crate::stamp::Timestamp;
use crate::states::{AttemptEnd, Cause, LineAction, LineState, LineStatus, Step, Submission};
use crate::table::Club;

/// The worker that reports the outcome of a submission.
#[derive(Debug, Clone, Copy)]
pub enum Reporter<'a> {
    /// The worker that took the line and made the call.
    Worker(&'a TakenLine),
    /// The worker that read back a line in doubt.
    Reader {
        /// The line.
        key: &'a LineKey,
        /// The generation that was read back.
        generation: u32,
    },
}

impl Reporter<'_> {
    fn key(&self) -> &LineKey {
        match self {
            Reporter::Worker(taken) => &taken.key,
            Reporter::Reader { key, .. } => key,
        }
    }

    /// The line's submission, if this reporter may record its outcome.
    fn submission_of<'l>(&self, line: &'l mut Line) -> Result<&'l mut Submission, LineError> {
        match self {
            Reporter::Worker(taken) => submission_held_by(line, taken),
            Reporter::Reader { generation, .. } => {
                let in_doubt = line.state.status() == LineStatus::InDoubt;
                line.submission
                    .as_mut()
                    .filter(|s| in_doubt && s.generation == *generation)
                    .ok_or(LineError::NotForThisWorker)
            }
        }
    }
}

/// The return of a line to its group's queue: its call had no effect, another step is left after the call, or the old
/// placement must be restored first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requeue {
    /// Earliest time of the next attempt.
    pub next_attempt_at: Timestamp,
    /// How the call ended, as far as known.
    pub ended: AttemptEnd,
    /// The next step.
    pub step: Step,
    /// Whether the call counts towards the limit of attempts.
    pub counts: CountsAsAttempt,
}

/// Whether a call counts towards the limit of attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsAsAttempt {
    /// It counts: it had no effect, and the same step is tried again.
    Yes,
    /// It does not count: it was not sent in time, Crossmark could not be reached or refused the login, or the next
    /// step is another one.
    No,
}

impl Club<'_> {
    /// Records that the call took effect. The posted schedule is stored with Crossmark's number, or deleted for a
    /// dropped line, which has no number. The line becomes `api_submitted`, and the claim is released.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the reporter may not record the outcome, [`NoPlace`](LineError::NoPlace) if
    /// the line places nothing, another [`LineError`] if the line or its claim is gone, or [`Table`](LineError::Table).
    pub async fn accept_line(
        &self,
        reporter: Reporter<'_>,
        id: Option<ScheduledEventId>,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            reporter.submission_of(&mut line)?.end(because.at, AttemptEnd::Done { scheduled_event_id: id });
            change_to_accepted(pair, line, id, None, because)
        })
        .await
    }

    /// Fails a move whose new placement failed for good, and whose old placement was restored under a new number.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the reporter may not record the outcome,
    /// [`EventChanged`](LineError::EventChanged) if the line has no old placement, another [`LineError`] if the line or
    /// its claim is gone, or [`Table`](LineError::Table).
    pub async fn restore_line(
        &self,
        reporter: Reporter<'_>,
        id: ScheduledEventId,
        words: &str,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            let submission = reporter.submission_of(&mut line)?;
            submission.end(because.at, AttemptEnd::Done { scheduled_event_id: Some(id) });
            submission.step = Step::Delete;
            let old = line.from.as_mut().ok_or(LineError::EventChanged)?;
            old.scheduled_event_id = Some(id);
            let posted = posted_at(pair, &old.place, Some(id));
            let mut change = change_to_failed(pair, line, Cause::Restored, words, because)?;
            change.posting = Posting::Put(posted);
            Ok(change)
        })
        .await
    }

    /// Fails a move whose new placement failed for good, and whose old placement is not restored. Muster has no posted
    /// schedule of the event afterwards. The words name both failures. The cause is
    ///
    /// - [`Cause::NotRestored`] if the restore failed too, or if its read-back shows something else,
    /// - [`Cause::ChangedUpstream`] or [`Cause::TooLate`] if the restore was not sent, because the event changed at
    ///   Crossmark or the old start is past,
    /// - [`Cause::Conflict`] if the restore was not tried, because something else may be posted there.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the reporter may not record the outcome, another [`LineError`] if the line or
    /// its claim is gone, or [`Table`](LineError::Table).
    pub async fn fail_line_unrestored(
        &self,
        reporter: Reporter<'_>,
        cause: Cause,
        ended: AttemptEnd,
        words: &str,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            let submission = reporter.submission_of(&mut line)?;
            submission.end(because.at, ended.clone());
            submission.step = Step::Schedule;
            if let Some(old) = &mut line.from {
                old.scheduled_event_id = None;
            }
            let mut change = change_to_failed(pair, line, cause, words, because)?;
            change.posting = Posting::Gone;
            Ok(change)
        })
        .await
    }

    /// Returns a line to its group's queue, for another attempt or for its next step. A restore has its own count of
    /// attempts, because those of the new placement may be used up.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the reporter may not record the outcome, another [`LineError`] if the line or
    /// its claim is gone, or [`Table`](LineError::Table).
    pub async fn requeue_line(
        &self,
        reporter: Reporter<'_>,
        requeue: &Requeue,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            let submission = reporter.submission_of(&mut line)?;
            submission.end(because.at, requeue.ended.clone());
            if requeue.step == Step::Restore && submission.step != Step::Restore {
                (submission.tries, submission.failed_reads) = (0, 0);
            }
            submission.step = requeue.step;
            submission.tries += u32::from(requeue.counts == CountsAsAttempt::Yes);
            let approved = LineState::Approved { next_attempt_at: requeue.next_attempt_at };
            let entry = line.transition(LineAction::Requeue, approved, pair.line.version + 1, because)?;
            Ok(LineAndEventChange::of_line(line, vec![entry]))
        })
        .await
    }

    /// Fails a line; a person must decide what to do. A move whose old placement is deleted must be restored instead.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] if the reporter may not record the outcome, another [`LineError`] if the line or
    /// its claim is gone, or [`Table`](LineError::Table).
    pub async fn fail_line(
        &self,
        reporter: Reporter<'_>,
        cause: Cause,
        ended: AttemptEnd,
        words: &str,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            reporter.submission_of(&mut line)?.end(because.at, ended.clone());
            change_to_failed(pair, line, cause, words, because)
        })
        .await
    }

    /// Fails an approved line without a call: a line that it depends on failed ([`Cause::DependencyFailed`]), the event
    /// changed at Crossmark ([`Cause::ChangedUpstream`]), its start is too near or past ([`Cause::TooLate`]), a number
    /// that the call needs is not known ([`Cause::NotLegal`]), or too many reads of its event from Crossmark failed
    /// ([`Cause::Exhausted`]).
    ///
    /// It changes the state twice in one transaction, to `submitting` and to `api_failed`, and both changes are in the
    /// audit trail.
    ///
    /// # Errors
    /// [`LineError::NotForThisWorker`] for another generation, [`NotAllowed`](LineError::NotAllowed) if the line is not
    /// approved, another [`LineError`] if the line or its claim is gone, or [`Table`](LineError::Table).
    pub async fn fail_unsent(
        &self,
        key: &LineKey,
        generation: u32,
        cause: Cause,
        words: &str,
        owner: &Owner,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            let mut line = pair.line.body.clone();
            if line.submission.as_ref().is_some_and(|s| s.generation != generation) {
                return Err(LineError::NotForThisWorker);
            }
            let submitting = LineState::Submitting { owner: owner.clone(), lease_until: because.at };
            let taken = line.transition(LineAction::Take, submitting, pair.line.version + 1, because)?;
            let mut change = change_to_failed(pair, line, cause, words, because)?;
            change.entries.insert(0, taken);
            Ok(change)
        })
        .await
    }
}

/// The change by which a line fails; the line keeps its claim.
fn change_to_failed(
    pair: &LineAndEvent,
    mut line: Line,
    cause: Cause,
    words: &str,
    because: &Because,
) -> Result<LineAndEventChange, LineError> {
    let state = LineState::ApiFailed { at: because.at, cause, words: words.to_owned() };
    let entry = line.transition(LineAction::Fail, state, pair.line.version + 1, because)?;
    let mut change = LineAndEventChange::of_line(line, vec![entry]);
    change.plan = PlanChange::Followed;
    Ok(change)
}

/// The change by which a line is accepted, with the schedule that is posted afterwards. `by_hand` is the note of a
/// person who did at Crossmark what a failed line should have done.
///
/// Runs counted the schedule of a line in flight as posted already, so its acceptance changes nothing for them. They
/// did not count the schedule of a failed line.
pub(super) fn change_to_accepted(
    pair: &LineAndEvent,
    mut line: Line,
    id: Option<ScheduledEventId>,
    by_hand: Option<String>,
    because: &Because,
) -> Result<LineAndEventChange, LineError> {
    // A schedule that was taken back has no number any more, whatever the caller passes.
    let id = id.filter(|_| line.kind != LineKind::Dropped);
    let (by, plan) = match by_hand {
        None => (LineAction::Accept, PlanChange::Confirmed),
        Some(_) => (LineAction::ByHand, PlanChange::Followed),
    };
    let submitted = LineState::ApiSubmitted { at: because.at, scheduled_event_id: id, by_hand };
    let entry = line.transition(by, submitted, pair.line.version + 1, because)?;
    let posting = match (&line.place, line.kind) {
        (_, LineKind::Dropped) => Posting::Gone,
        (Some(place), _) => Posting::Put(posted_at(pair, place, id)),
        (None, _) => return Err(LineError::NoPlace),
    };
    let decisions = DecisionEffect::Forget;
    Ok(LineAndEventChange { line, entries: vec![entry], posting, claim: None, plan, decisions })
}

/// The posted schedule of the line's event at a place.
fn posted_at(pair: &LineAndEvent, place: &Place, id: Option<ScheduledEventId>) -> Posted {
    Posted {
        event: pair.event.body.facts.clone(),
        employee_id: place.employee_id.clone(),
        start: place.start,
        block: place.block,
        scheduled_event_id: id,
    }
}

impl Line {
    /// The placement that this line deletes first, with Crossmark's id.
    pub fn placement_to_delete(&self) -> Option<&OldPlace> {
        self.from.as_ref().filter(|_| self.kind.is_swap())
    }
}
