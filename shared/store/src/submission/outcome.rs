//! The outcomes of a submission: accepted, restored, put back or failed. Each is written in one transaction over the
//! line, its event with the claim, the posted schedule, and the audit trail.

use super::{DecisionEffect, PlanChange, Posting, Settled, Taken, held_by};
use crate::audit::Because;
use domain::snapshot::Posted;

use crate::events::Place;
use crate::item::Stored;
use crate::key::{LineKey, Owner, ScheduledEventId};
use crate::lines::{Line, LineError, LineKind, OldPlace, Pair};
use crate::stamp::Timestamp;
use crate::states::{Act, AttemptEnd, Cause, LineState, LineStatus, Step, Submission};
use crate::table::Club;

/// The worker that reports the outcome of a submission.
#[derive(Debug, Clone, Copy)]
pub enum Reporter<'a> {
    /// The worker that took the line and made the call.
    Worker(&'a Taken),
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

    /// The line's submission, if this reporter may end it.
    fn open<'l>(&self, line: &'l mut Line) -> Result<&'l mut Submission, LineError> {
        match self {
            Reporter::Worker(taken) => held_by(line, taken),
            Reporter::Reader { generation, .. } => {
                let in_doubt = line.state.status() == LineStatus::InDoubt;
                line.submission.as_mut().filter(|s| in_doubt && s.generation == *generation).ok_or(LineError::NotHeld)
            }
        }
    }
}

/// A submission that will be tried again, because its call had no effect, or because a step succeeded and another one
/// is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBack {
    /// Earliest time of the next attempt.
    pub next_attempt_at: Timestamp,
    /// How the call ended, as far as known.
    pub ended: AttemptEnd,
    /// The next step.
    pub step: Step,
    /// Whether it counts towards the limit of attempts; it does not while Crossmark cannot be reached.
    pub counts: Counts,
}

/// Whether an attempt counts towards the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// It counts.
    Yes,
    /// It does not count.
    No,
}

impl Club<'_> {
    /// Records that the call took effect. The posted schedule is stored with its id, or deleted for a dropped line. The
    /// line becomes `api_submitted`, and the claim is released.
    ///
    /// # Errors
    /// [`LineError::NotHeld`] if the reporter may not end the submission, [`NoPlace`](LineError::NoPlace) if the line
    /// places nothing, another [`LineError`] if the line or its claim is gone, or [`Table`](LineError::Table).
    pub async fn accept_line(
        &self,
        reporter: Reporter<'_>,
        id: Option<ScheduledEventId>,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.settle(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            note_end(reporter.open(&mut line)?, because.at, &AttemptEnd::Done { scheduled_event_id: id });
            let submitted = LineState::ApiSubmitted { at: because.at, scheduled_event_id: id, by_hand: None };
            accepted(pair, line, Act::Accept, submitted, id, because)
        })
        .await
    }

    /// Records that the new placement of a move failed for good and the old one was restored, under a new id.
    ///
    /// # Errors
    /// [`LineError::NotHeld`] if the reporter may not end the submission, [`EventChanged`](LineError::EventChanged) if
    /// the line has no old placement, another [`LineError`] if the line or its claim is gone, or
    /// [`Table`](LineError::Table).
    pub async fn restore_line(
        &self,
        reporter: Reporter<'_>,
        id: ScheduledEventId,
        words: &str,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.settle(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            let submission = reporter.open(&mut line)?;
            note_end(submission, because.at, &AttemptEnd::Done { scheduled_event_id: Some(id) });
            submission.step = Step::Delete;
            let old = line.from.as_mut().ok_or(LineError::EventChanged)?;
            old.scheduled_event_id = Some(id);
            let posted = posted_at(pair, &old.place, Some(id));
            let mut settled = failed(pair, line, Cause::Restored, words, because)?;
            settled.posting = Posting::Put(posted);
            Ok(settled)
        })
        .await
    }

    /// Records that the new placement of a move failed for good and the old one is not restored. No schedule of Muster
    /// is posted then, and the words say both. The cause is [`Cause::NotRestored`] if the restore failed too, and
    /// [`Cause::Conflict`] if its effect is unknown, or if it was not tried because something else may be posted there.
    ///
    /// # Errors
    /// [`LineError::NotHeld`] if the reporter may not end the submission, another [`LineError`] if the line or its
    /// claim is gone, or [`Table`](LineError::Table).
    pub async fn lose_line(
        &self,
        reporter: Reporter<'_>,
        cause: Cause,
        ended: AttemptEnd,
        words: &str,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.settle(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            let submission = reporter.open(&mut line)?;
            note_end(submission, because.at, &ended);
            submission.step = Step::Schedule;
            if let Some(old) = &mut line.from {
                old.scheduled_event_id = None;
            }
            let mut settled = failed(pair, line, cause, words, because)?;
            settled.posting = Posting::Gone;
            Ok(settled)
        })
        .await
    }

    /// Puts a line back for another attempt, because its call is known to have had no effect, or because it is known
    /// which step is left. A restore has its own count of attempts, because those of the new placement may be used up.
    ///
    /// # Errors
    /// [`LineError::NotHeld`] if the reporter may not end the submission, another [`LineError`] if the line or its
    /// claim is gone, or [`Table`](LineError::Table).
    pub async fn put_line_back(
        &self,
        reporter: Reporter<'_>,
        back: &PutBack,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.settle(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            let submission = reporter.open(&mut line)?;
            note_end(submission, because.at, &back.ended);
            if back.step == Step::Restore && submission.step != Step::Restore {
                (submission.tries, submission.unread) = (0, 0);
            }
            submission.step = back.step;
            submission.tries += u32::from(back.counts == Counts::Yes);
            let approved = LineState::Approved { next_attempt_at: back.next_attempt_at };
            let entry = line.turn(Act::PutBack, approved, pair.line.version + 1, because)?;
            Ok(Settled::mirrored(line, vec![entry]))
        })
        .await
    }

    /// Fails a line; a person must decide what to do. It is not for a move whose old placement is deleted, which must
    /// be restored instead.
    ///
    /// # Errors
    /// [`LineError::NotHeld`] if the reporter may not end the submission, another [`LineError`] if the line or its
    /// claim is gone, or [`Table`](LineError::Table).
    pub async fn fail_line(
        &self,
        reporter: Reporter<'_>,
        cause: Cause,
        ended: AttemptEnd,
        words: &str,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.settle(reporter.key(), |pair| {
            let mut line = pair.line.body.clone();
            note_end(reporter.open(&mut line)?, because.at, &ended);
            failed(pair, line, cause, words, because)
        })
        .await
    }

    /// Fails an approved line without a call: a line that it depends on failed, the event changed at Crossmark, or it
    /// is too late. It makes two changes of state in one transaction, and both are in the audit trail. Refused for
    /// another generation.
    ///
    /// # Errors
    /// [`LineError::NotHeld`] for another generation, [`NotAllowed`](LineError::NotAllowed) if the line is not
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
        self.settle(key, |pair| {
            let mut line = pair.line.body.clone();
            if line.submission.as_ref().is_some_and(|s| s.generation != generation) {
                return Err(LineError::NotHeld);
            }
            let submitting = LineState::Submitting { owner: owner.clone(), lease_until: because.at };
            let taken = line.turn(Act::Take, submitting, pair.line.version + 1, because)?;
            let mut settled = failed(pair, line, cause, words, because)?;
            settled.entries.insert(0, taken);
            Ok(settled)
        })
        .await
    }
}

/// Records how a call ended. After a read-back, this replaces the unknown end.
fn note_end(submission: &mut Submission, at: Timestamp, ended: &AttemptEnd) {
    match submission.attempts.last_mut() {
        Some(last) if matches!(last.end, None | Some((_, AttemptEnd::Unknown { .. }))) => {
            last.end = Some((at, ended.clone()));
        }
        _ => {}
    }
}

/// The failed line; it keeps its claim.
fn failed(pair: &Pair, mut line: Line, cause: Cause, words: &str, because: &Because) -> Result<Settled, LineError> {
    let state = LineState::ApiFailed { at: because.at, cause, words: words.to_owned() };
    let entry = line.turn(Act::Fail, state, pair.line.version + 1, because)?;
    let mut settled = Settled::mirrored(line, vec![entry]);
    settled.plan = PlanChange::Followed;
    Ok(settled)
}

/// The accepted line and its posted schedule. A line in flight already counted as posted for runs; a failed line that a
/// person did by hand did not.
pub(super) fn accepted(
    pair: &Pair,
    mut line: Line,
    by: Act,
    state: LineState,
    id: Option<ScheduledEventId>,
    because: &Because,
) -> Result<Settled, LineError> {
    let entry = line.turn(by, state, pair.line.version + 1, because)?;
    let plan = if by == Act::Accept { PlanChange::Confirmed } else { PlanChange::Followed };
    let posting = match (&line.place, line.kind) {
        (_, LineKind::Dropped) => Posting::Gone,
        (Some(place), _) => Posting::Put(posted_at(pair, place, id)),
        (None, _) => return Err(LineError::NoPlace),
    };
    let decisions = DecisionEffect::Forget;
    Ok(Settled { line, entries: vec![entry], posting, claim: None, plan, decisions })
}

fn posted_at(pair: &Pair, place: &Place, id: Option<ScheduledEventId>) -> Posted {
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
    pub fn takes_back(&self) -> Option<&OldPlace> {
        self.from.as_ref().filter(|_| self.kind.is_swap())
    }
}
