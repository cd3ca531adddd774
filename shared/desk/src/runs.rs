//! Manual runs: begun, ended while they wait, and a crash acknowledged. What a run does is the solver's affair.

use chrono::TimeDelta;
use runtime::messages::RunMessage;
use runtime::queue::Queue;
use std::time::Duration;
use store::Club;
use store::audit::Because;
use store::key::RunId;
use store::runs::{Origin, Run, RunError};
use store::stamp::Timestamp;
use store::states::RunStatus;

use crate::error::DeskError;

/// So many manual runs may be started for a club within an hour.
pub const MOST_AN_HOUR: usize = 6;
/// So long a run waits for a solver before it is ended.
pub const WAITS_MINUTES: i64 = 15;
/// So many runs are looked at to find those of the last hour.
const LOOKED_AT: u16 = 50;

/// Whether the buffer before the first planned day is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffer {
    /// As the club has set it.
    Kept,
    /// Not: an emergency.
    Dropped,
}

/// Starts a manual run.
///
/// # Errors
/// One that is open, with its id; too many within the hour; a queue that does not answer.
pub async fn start(
    club: Club<'_>,
    queue: &Queue<RunMessage>,
    id: RunId,
    buffer: Buffer,
    because: &Because,
) -> Result<RunId, DeskError> {
    refuse_too_many(club, because.at).await?;
    let deadline = because.at.plus(TimeDelta::minutes(WAITS_MINUTES));
    let origin = Origin::Manual { by: because.who.shown().to_owned() };
    let run = Run::queued(id, origin, buffer == Buffer::Dropped, because.at, deadline);
    club.queue_run(&run, because).await?;
    let message = RunMessage::new(club.id().clone(), run.id.clone());
    if let Err(unsent) = queue.send(&[message], Duration::ZERO).await {
        // Nobody would look at it, so that it must not hold the next one up until its deadline.
        let because = Because { why: "the queue did not take it".to_owned(), ..because.clone() };
        _ = club.end_queued(&run.id, &because).await;
        return Err(DeskError::NotQueued { why: unsent.to_string() });
    }
    Ok(run.id)
}

async fn refuse_too_many(club: Club<'_>, now: Timestamp) -> Result<(), DeskError> {
    let hour_ago = now.plus(TimeDelta::hours(-1));
    let runs = club.runs(None, LOOKED_AT).await?.items;
    let manual = runs.iter().filter(|r| matches!(r.body.origin, Origin::Manual { .. }));
    let recent: Vec<Timestamp> = manual.map(|r| r.body.created_at).filter(|at| *at > hour_ago).collect();
    match recent.get(MOST_AN_HOUR - 1) {
        Some(oldest) => Err(DeskError::TooManyRuns { most: MOST_AN_HOUR, next_at: oldest.plus(TimeDelta::hours(1)) }),
        None => Ok(()),
    }
}

/// Ends a run that still waits. One that ended already stays as it is.
///
/// # Errors
/// Where there is no such run, or a solver works on it.
pub async fn end(club: Club<'_>, run: &RunId, because: &Because) -> Result<(), DeskError> {
    let ended = club.end_queued(run, because).await;
    match ended {
        Err(RunError::NotAllowed(error)) if error.from == RunStatus::Failed.name() => Ok(()),
        done => Ok(done?),
    }
}

/// Notes that a person has seen that a run crashed; again is no news.
///
/// # Errors
/// Where there is no such run, or it did not crash.
pub async fn dismiss_crash(club: Club<'_>, run: &RunId, because: &Because) -> Result<(), DeskError> {
    let read = club.run(run).await?.ok_or(RunError::NoRun)?;
    if read.body.dismissed.is_some() {
        return Ok(());
    }
    Ok(club.dismiss_crash(run, because).await?)
}
