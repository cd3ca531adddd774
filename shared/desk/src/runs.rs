//! Manual runs: start one, end a queued one, acknowledge a crash. `functions/solve` executes them.

use chrono::TimeDelta;
use runtime::messages::RunMessage;
use runtime::queue::Queue;
use std::time::Duration;
use store::Club;
use store::audit::Because;
use store::key::RunId;
use store::runs::{Run, RunError, RunOrigin};
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;
use store::states::RunStatus;

use crate::error::DeskError;

/// Maximum number of manual runs of a club within an hour.
pub const MAX_AN_HOUR: usize = 6;
/// Minutes that a manual run waits for a solver before it is ended.
pub const MAX_WAIT_MINUTES: i64 = 15;
/// Number of newest runs among which the manual runs of the last hour are counted.
const READ_RUNS: u16 = 50;

/// Whether to keep the buffer before the first planned day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffer {
    /// Keeps the buffer of the club's settings.
    Kept,
    /// Plans without a buffer, in an emergency.
    Dropped,
}

/// Starts a manual run.
///
/// # Errors
/// There is no such club, a manual run is open already, too many were started within the hour, or the queue or the table
/// cannot be reached.
pub async fn start_manual(
    club: Club<'_>,
    queue: &Queue<RunMessage>,
    id: RunId,
    buffer: Buffer,
    because: &Because,
) -> Result<RunId, DeskError> {
    club.info().await?.ok_or(SnapshotError::NoClub)?;
    refuse_too_many(club, because.at).await?;
    let deadline = because.at.plus(TimeDelta::minutes(MAX_WAIT_MINUTES));
    let origin = RunOrigin::Manual { by: because.who.display_name().to_owned() };
    let run = Run::queued(id, origin, buffer == Buffer::Dropped, because.at, deadline);
    club.queue_run(&run, because).await?;
    let message = RunMessage::new(club.id().clone(), run.id.clone());
    if let Err(unsent) = queue.send(&[message], Duration::ZERO).await {
        // The run is ended, because it has no message and would block the next run until its deadline.
        let because = Because { why: "the queue did not accept its message".to_owned(), ..because.clone() };
        _ = club.end_queued_run(&run.id, &because).await;
        return Err(DeskError::NotQueued { why: unsent.to_string() });
    }
    Ok(run.id)
}

/// Refuses a manual run if the hourly limit is reached.
async fn refuse_too_many(club: Club<'_>, now: Timestamp) -> Result<(), DeskError> {
    let hour_ago = now.plus(TimeDelta::hours(-1));
    let runs = club.runs(None, READ_RUNS).await?.items;
    let manual = runs.iter().filter(|r| matches!(r.body.origin, RunOrigin::Manual { .. }));
    let recent: Vec<Timestamp> = manual.map(|r| r.body.created_at).filter(|at| *at > hour_ago).collect();
    match recent.get(MAX_AN_HOUR - 1) {
        Some(oldest) => Err(DeskError::TooManyRuns { most: MAX_AN_HOUR, next_at: oldest.plus(TimeDelta::hours(1)) }),
        None => Ok(()),
    }
}

/// Ends a queued run. A run that has failed already stays as it is.
///
/// # Errors
/// There is no such run, it is running, or a request to the table failed.
pub async fn end(club: Club<'_>, run: &RunId, because: &Because) -> Result<(), DeskError> {
    match club.end_queued_run(run, because).await {
        Err(RunError::NotAllowed(error)) if error.from == RunStatus::Failed.name() => Ok(()),
        done => Ok(done?),
    }
}

/// Records that a person acknowledged a crash. It is idempotent.
///
/// # Errors
/// There is no such run, it did not crash, or a request to the table failed.
pub async fn dismiss_crash(club: Club<'_>, run: &RunId, because: &Because) -> Result<(), DeskError> {
    let read = club.run(run).await?.ok_or(RunError::NoRun)?;
    if read.body.dismissed.is_some() {
        return Ok(());
    }
    Ok(club.dismiss_crash(run, because).await?)
}
