//! Writes the outcome of a call. This is the only place that turns an outcome into a state of the line, whether the worker
//! that made the call reports it or a read-back.

use std::time::Duration;

use chrono::TimeDelta;
use store::Stored;
use store::key::ScheduledEventId;
use store::lines::{Line, LineError, LineKind};
use store::states::{AttemptEnd, Cause, Step};
use store::submission::{CountsAsAttempt, Reporter, Requeue};

use crate::line::{TurnResult, Unavailable, Worker};
use crate::words;

/// Maximum number of attempts of a step, without those that do not count ([`CountsAsAttempt::No`]).
const MAX_TRIES: u32 = 5;

/// The outcome of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallOutcome {
    /// The call took effect.
    Done {
        /// Crossmark's id of the schedule; `None` after a delete.
        id: Option<ScheduledEventId>,
    },
    /// Crossmark refused the call, and would refuse it again.
    Refused {
        /// Crossmark's words.
        words: String,
    },
    /// The call had no effect, and may be tried again.
    NotTaken {
        /// The reason.
        words: String,
        /// The wait before the next try.
        wait: Wait,
    },
    /// Nothing was sent, because the latest time for the call has passed: the invocation ends soon, the check of the event
    /// is too old, or the start is too near. The line is due again at once.
    TooLate {
        /// The reason.
        words: String,
    },
    /// Nothing was sent, because Crossmark cannot be reached or refuses the login.
    Unavailable(Unavailable),
    /// It is unknown whether the call took effect.
    Unknown {
        /// What was observed.
        words: String,
    },
    /// The read-back cannot tell whether the call took effect: a person must decide.
    Conflict {
        /// What the read-back shows, or why it failed.
        words: String,
    },
}

/// The wait before another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// No wait, because the read-back came after one.
    None,
    /// A wait that grows with each try, and is no shorter than Crossmark asked for.
    Growing {
        /// The wait that Crossmark asked for.
        asked: Option<Duration>,
    },
}

/// Whether a line is a move whose old placement is taken back and may be restored: its step is past the delete, and it
/// still has the number of its old placement. That number is cleared when the old placement is lost for good.
pub(crate) fn has_lost_its_place(line: &Line) -> bool {
    let past_delete = line.submission.as_ref().is_some_and(|s| s.step != Step::Delete);
    past_delete && line.placement_to_delete().is_some_and(|from| from.scheduled_event_id.is_some())
}

/// Writes the outcome of the call of the line's step.
pub(crate) async fn record(
    worker: &Worker<'_>,
    reporter: Reporter<'_>,
    line: &Line,
    outcome: CallOutcome,
) -> Result<TurnResult, LineError> {
    let submission = line.submission.as_ref().ok_or(LineError::NotForThisWorker)?;
    let step = submission.step;
    let written = match outcome {
        CallOutcome::Done { id } => record_done(worker, reporter, line, id).await,
        CallOutcome::Refused { words } => {
            let ended = AttemptEnd::Refused { words: words.clone() };
            give_up(worker, reporter, line, Cause::Refused, ended, &words::refused(step, &words)).await
        }
        CallOutcome::NotTaken { words, wait } => {
            let tries = submission.tries + 1;
            let ended = AttemptEnd::NotTaken { words: words.clone() };
            if tries >= MAX_TRIES {
                let text = words::exhausted(tries, &words);
                give_up(worker, reporter, line, Cause::Exhausted, ended, &text).await
            } else {
                let wait = match wait {
                    Wait::None => TimeDelta::zero(),
                    Wait::Growing { asked } => worker.backoff.after(tries - 1, asked),
                };
                let because = worker.because(&words);
                let requeue =
                    Requeue { next_attempt_at: because.at.plus(wait), ended, step, counts: CountsAsAttempt::Yes };
                worker.club.requeue_line(reporter, &requeue, &because).await
            }
        }
        CallOutcome::TooLate { words } => {
            let because = worker.because(&words);
            let ended = AttemptEnd::NotTaken { words };
            let requeue = Requeue { next_attempt_at: because.at, ended, step, counts: CountsAsAttempt::No };
            worker.club.requeue_line(reporter, &requeue, &because).await
        }
        CallOutcome::Unavailable(why) => {
            let pause = worker.pause(&why).await?;
            let because = worker.because(&why.words);
            let ended = AttemptEnd::NotTaken { words: why.words };
            let requeue = Requeue { next_attempt_at: pause.until, ended, step, counts: CountsAsAttempt::No };
            let line = worker.club.requeue_line(reporter, &requeue, &because).await?;
            return Ok(TurnResult { line, pause: Some(pause) });
        }
        CallOutcome::Unknown { words } => {
            let Reporter::Worker(taken) = reporter else { return Err(LineError::NotForThisWorker) };
            let because = worker.because(&words);
            worker.club.doubt_line(taken, &words, because.at.plus(worker.settle_time), &because).await
        }
        CallOutcome::Conflict { words } => fail_as_conflict(worker, reporter, line, &words).await,
    };
    written.map(TurnResult::of)
}

/// Gives up the current step of a line. If it is the new schedule of a move whose old placement is taken back, the next
/// step is the restore. Otherwise the line fails for good.
pub(crate) async fn give_up(
    worker: &Worker<'_>,
    reporter: Reporter<'_>,
    line: &Line,
    cause: Cause,
    ended: AttemptEnd,
    text: &str,
) -> Result<Stored<Line>, LineError> {
    let because = worker.because(text);
    match step(line)? {
        Step::Restore if matches!(cause, Cause::ChangedUpstream | Cause::TooLate) => {
            let text = words::restore_not_tried(line, text);
            worker.club.fail_line_unrestored(reporter, cause, ended, &text, &because).await
        }
        Step::Restore => {
            let text = words::restore_failed(line, text);
            worker.club.fail_line_unrestored(reporter, Cause::NotRestored, ended, &text, &because).await
        }
        Step::Schedule if has_lost_its_place(line) => {
            let requeue =
                Requeue { next_attempt_at: because.at, ended, step: Step::Restore, counts: CountsAsAttempt::No };
            worker.club.requeue_line(reporter, &requeue, &because).await
        }
        Step::Delete | Step::Schedule => worker.club.fail_line(reporter, cause, ended, text, &because).await,
    }
}

/// Writes that the call of the line's step took effect.
async fn record_done(
    worker: &Worker<'_>,
    reporter: Reporter<'_>,
    line: &Line,
    id: Option<ScheduledEventId>,
) -> Result<Stored<Line>, LineError> {
    match (step(line)?, id) {
        (Step::Delete, _) if line.kind == LineKind::Dropped => {
            worker.club.accept_line(reporter, None, &worker.because("Crossmark no longer has it")).await
        }
        (Step::Delete, _) => {
            let because = worker.because("the old schedule is taken back; the new one comes next");
            let ended = AttemptEnd::Done { scheduled_event_id: None };
            let requeue =
                Requeue { next_attempt_at: because.at, ended, step: Step::Schedule, counts: CountsAsAttempt::No };
            worker.club.requeue_line(reporter, &requeue, &because).await
        }
        (Step::Schedule, Some(_)) => worker.club.accept_line(reporter, id, &worker.because("Crossmark has it")).await,
        (Step::Restore, Some(id)) => {
            let text = words::restored(line);
            worker.club.restore_line(reporter, id, &text, &worker.because(&text)).await
        }
        // A schedule always has a number. Without one it is not proven that the schedule exists.
        (Step::Schedule | Step::Restore, None) => {
            fail_as_conflict(worker, reporter, line, "the number of the schedule is missing").await
        }
    }
}

/// Fails a line because it is unknown whether its call took effect: a person must decide. The old placement of a move is
/// not restored, because nothing may be scheduled over a schedule that may be there.
async fn fail_as_conflict(
    worker: &Worker<'_>,
    reporter: Reporter<'_>,
    line: &Line,
    found: &str,
) -> Result<Stored<Line>, LineError> {
    let step = step(line)?;
    let ended = AttemptEnd::Unknown { words: found.to_owned() };
    let text = words::conflict(step, found);
    let because = worker.because(&text);
    match step {
        Step::Restore => {
            let text = words::restore_unknown(line, found);
            worker.club.fail_line_unrestored(reporter, Cause::Conflict, ended, &text, &because).await
        }
        Step::Schedule if has_lost_its_place(line) => {
            let text = words::move_unknown(&text);
            worker.club.fail_line_unrestored(reporter, Cause::Conflict, ended, &text, &because).await
        }
        Step::Delete | Step::Schedule => worker.club.fail_line(reporter, Cause::Conflict, ended, &text, &because).await,
    }
}

fn step(line: &Line) -> Result<Step, LineError> {
    line.submission.as_ref().map(|s| s.step).ok_or(LineError::NotForThisWorker)
}
