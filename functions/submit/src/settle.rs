//! What came of a call is written: the one place where a verdict becomes a state. It does not matter whether the worker
//! that made the call says it, or the one that read it back.

use std::time::Duration;

use chrono::TimeDelta;
use store::Stored;
use store::key::ScheduledEventId;
use store::lines::{Line, LineError, LineKind};
use store::states::{AttemptEnd, Cause, Step};
use store::submission::{Counts, Hand, PutBack};

use crate::line::{Turned, Worker};
use crate::words;

/// Attempts that count, at most.
const MOST_TRIES: u32 = 5;

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Crossmark did it.
    Done {
        /// The id that it gave.
        id: Option<ScheduledEventId>,
    },
    /// Crossmark refused, and would again.
    Refused {
        /// What it said.
        words: String,
    },
    /// It is known that nothing happened, and it is worth another try.
    NotTaken {
        /// Why.
        words: String,
        /// How long before that.
        wait: Wait,
    },
    /// Nothing was sent: this invocation is over. Another goes on at once.
    TooLate {
        /// Why.
        words: String,
    },
    /// Nothing was sent: Crossmark cannot be reached or refuses the login.
    Away {
        /// Which.
        words: String,
    },
    /// Nobody knows.
    Unknown {
        /// What was seen.
        words: String,
    },
    /// What was read back is neither the old nor the new: a person must look.
    Conflict {
        /// What is there.
        words: String,
    },
}

/// The wait before another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// There was one already.
    None,
    /// It grows with each try, and is no shorter than what Crossmark asked for.
    Growing {
        /// What it asked for.
        asked: Option<Duration>,
    },
}

/// Whether a line is a move whose old placement is known to be gone: its step passes on only with that, and an old
/// placement that was lost for good has no number any more.
pub(crate) fn has_lost_its_place(line: &Line) -> bool {
    let past_delete = line.submission.as_ref().is_some_and(|s| s.step != Step::Delete);
    past_delete && line.takes_back().is_some_and(|from| from.scheduled_event_id.is_some())
}

/// Writes a verdict on the call of the line's step.
pub(crate) async fn record(
    worker: &Worker<'_>,
    hand: Hand<'_>,
    line: &Line,
    verdict: Verdict,
) -> Result<Turned, LineError> {
    let submission = line.submission.as_ref().ok_or(LineError::NotHeld)?;
    let step = submission.step;
    let written = match verdict {
        Verdict::Done { id } => done(worker, hand, line, id).await,
        Verdict::Refused { words } => {
            let ended = AttemptEnd::Refused { words: words.clone() };
            give_up(worker, hand, line, Cause::Refused, ended, &words::refused(step, &words)).await
        }
        Verdict::NotTaken { words, wait } => {
            let tries = submission.tries + 1;
            let ended = AttemptEnd::NotTaken { words: words.clone() };
            if tries >= MOST_TRIES {
                let text = words::exhausted(tries, &words);
                give_up(worker, hand, line, Cause::Exhausted, ended, &text).await
            } else {
                let wait = match wait {
                    Wait::None => TimeDelta::zero(),
                    Wait::Growing { asked } => worker.backoff.after(tries - 1, asked),
                };
                let because = worker.because(&words);
                let back = PutBack { next_attempt_at: because.at.plus(wait), ended, step, counts: Counts::Yes };
                worker.club.put_line_back(hand, &back, &because).await
            }
        }
        Verdict::TooLate { words } => {
            let because = worker.because(&words);
            let ended = AttemptEnd::NotTaken { words };
            let back = PutBack { next_attempt_at: because.at, ended, step, counts: Counts::No };
            worker.club.put_line_back(hand, &back, &because).await
        }
        Verdict::Away { words } => {
            let pause = worker.pause(&words).await?;
            let because = worker.because(&words);
            let ended = AttemptEnd::NotTaken { words };
            let back = PutBack { next_attempt_at: pause.until, ended, step, counts: Counts::No };
            let line = worker.club.put_line_back(hand, &back, &because).await?;
            return Ok(Turned { line, pause: Some(pause) });
        }
        Verdict::Unknown { words } => {
            let Hand::Worker(taken) = hand else { return Err(LineError::NotHeld) };
            let because = worker.because(&words);
            worker.club.doubt_line(taken, &words, because.at.plus(worker.settle), &because).await
        }
        Verdict::Conflict { words } => conflict(worker, hand, line, &words).await,
    };
    written.map(Turned::of)
}

/// Gives a line up for good; a move that has lost its old placement gets that back first.
pub(crate) async fn give_up(
    worker: &Worker<'_>,
    hand: Hand<'_>,
    line: &Line,
    cause: Cause,
    ended: AttemptEnd,
    text: &str,
) -> Result<Stored<Line>, LineError> {
    let because = worker.because(text);
    match step(line)? {
        Step::Restore if matches!(cause, Cause::ChangedUpstream | Cause::TooLate) => {
            let text = words::not_sent_back(line, text);
            worker.club.lose_line(hand, cause, ended, &text, &because).await
        }
        Step::Restore => {
            let text = words::lost(line, text);
            worker.club.lose_line(hand, Cause::NotRestored, ended, &text, &because).await
        }
        Step::Schedule if has_lost_its_place(line) => {
            let back = PutBack { next_attempt_at: because.at, ended, step: Step::Restore, counts: Counts::No };
            worker.club.put_line_back(hand, &back, &because).await
        }
        Step::Delete | Step::Schedule => worker.club.fail_line(hand, cause, ended, text, &because).await,
    }
}

/// The call had its effect.
async fn done(
    worker: &Worker<'_>,
    hand: Hand<'_>,
    line: &Line,
    id: Option<ScheduledEventId>,
) -> Result<Stored<Line>, LineError> {
    match (step(line)?, id) {
        (Step::Delete, _) if line.kind == LineKind::Dropped => {
            worker.club.accept_line(hand, None, &worker.because("Crossmark no longer has it")).await
        }
        (Step::Delete, _) => {
            let because = worker.because("the old schedule is taken back; the new one comes next");
            let ended = AttemptEnd::Done { scheduled_event_id: None };
            let back = PutBack { next_attempt_at: because.at, ended, step: Step::Schedule, counts: Counts::No };
            worker.club.put_line_back(hand, &back, &because).await
        }
        (Step::Schedule, Some(_)) => worker.club.accept_line(hand, id, &worker.because("Crossmark has it")).await,
        (Step::Restore, Some(id)) => {
            let text = words::restored(line);
            worker.club.restore_line(hand, id, &text, &worker.because(&text)).await
        }
        // A schedule that is there always has its number; without one nothing is known.
        (Step::Schedule | Step::Restore, None) => conflict(worker, hand, line, "its number is missing").await,
    }
}

/// A person must look. What a move took back is gone, and nothing may be scheduled over what may be there.
async fn conflict(worker: &Worker<'_>, hand: Hand<'_>, line: &Line, found: &str) -> Result<Stored<Line>, LineError> {
    let step = step(line)?;
    let ended = AttemptEnd::Unknown { words: found.to_owned() };
    let text = words::conflict(step, found);
    let because = worker.because(&text);
    match step {
        Step::Restore => {
            let text = words::lost(line, &text);
            worker.club.lose_line(hand, Cause::NotRestored, ended, &text, &because).await
        }
        Step::Schedule if has_lost_its_place(line) => {
            let text = words::lost_to_conflict(&text);
            worker.club.lose_line(hand, Cause::Conflict, ended, &text, &because).await
        }
        Step::Delete | Step::Schedule => worker.club.fail_line(hand, Cause::Conflict, ended, &text, &because).await,
    }
}

fn step(line: &Line) -> Result<Step, LineError> {
    line.submission.as_ref().map(|s| s.step).ok_or(LineError::NotHeld)
}
