//! Handles one message: whether there is a run to work on, under which lease, and how it ends.
//!
//! The message only names the run; the table decides. A message for a busy club is delivered again later, which is no
//! failure.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use runtime::Deadline;
use runtime::messages::RunMessage;
use runtime::records::Outcome;
use runtime::telemetry::{self, Metric};
use solver::Permit;
use store::Club;
use store::key::Owner;
use store::lease::{HeldLease, LeaseError};
use store::meter::Meter;
use store::runs::{Run, RunError, RunOrigin, RunSummary};
use store::states::RunState;

use crate::Solve;
use crate::attempt::Attempt;
use crate::failure::RunFailure;

/// Duration of the club's lease: longer than the function's time limit.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(180);
/// Delay of a message while another worker has the lease.
const RETRY_DELAY: Duration = Duration::from_secs(30);
/// Minimum remaining time of an invocation to begin a run, or to supersede another one.
const MIN_TIME: Duration = Duration::from_secs(30);

/// What a message leads to.
enum JobStep {
    /// Work on this run under this lease.
    Work(HeldLease, Box<Run>),
    /// There is nothing to work on, now or at all.
    Skip(Outcome),
}

/// Handles one message.
pub(crate) async fn work(service: &Solve, message: RunMessage, deadline: Deadline) -> Outcome {
    let lock = Arc::clone(&service.one_at_a_time).lock_owned();
    let permit = match tokio::time::timeout(deadline.left().saturating_sub(MIN_TIME), lock).await {
        Ok(locked) if deadline.left() >= MIN_TIME => Permit::of(locked),
        _ => return Outcome::Again { after: Duration::ZERO },
    };
    let started = Instant::now();
    let meter = Meter::new();
    let club = service.table.club(&message.club, &meter);
    let outcome = match begin(service, club, &message).await {
        Ok(JobStep::Work(held, run)) => {
            let is_automatic = matches!(run.origin, RunOrigin::Automatic { .. });
            let is_emergency = run.emergency;
            let attempt =
                Attempt { service, club, meter: &meter, held: &held, is_emergency, is_automatic, deadline, permit };
            let ended = attempt.run().await;
            let outcome = match &ended {
                Ok(_) => Outcome::Done,
                Err(failure) => fail(service, club, &held, failure).await,
            };
            if ended.is_ok() {
                supersede(service, club, deadline).await;
            }
            measure_run(&ended, started.elapsed());
            outcome
        }
        Ok(JobStep::Skip(outcome)) => outcome,
        Err(error) => outcome_of(error),
    };
    telemetry::note_table_cost(&meter);
    outcome
}

/// Checks whether there is something to do, takes the lease and starts the run.
async fn begin(service: &Solve, club: Club<'_>, message: &RunMessage) -> Result<JobStep, RunError> {
    let now = service.clock.now();
    let run = club.run(&message.run).await?.ok_or(RunError::NoRun)?;
    match *run.body.state {
        RunState::Queued { deadline } if deadline <= now => {
            let why = "It waited for a solver past its deadline: the club was busy with another run, or no solver came. \
                       Start a new run.";
            club.end_queued_run(&message.run, &service.because(why)).await?;
            return Ok(JobStep::Skip(Outcome::Done));
        }
        RunState::Queued { .. } => {}
        // Another worker has the run, or this message was delivered before and its worker was lost. In the second case
        // the check ends the run as crashed.
        RunState::Running { .. } => {
            club.check_run_liveness(&message.run, &service.because("its solver was lost")).await?;
            return Ok(JobStep::Skip(Outcome::Done));
        }
        _ => return Ok(JobStep::Skip(Outcome::Done)),
    }
    let held = match club.take_lease(&Owner::unique(), &message.run, now, now.plus(LEASE)).await {
        Err(LeaseError::Taken { .. }) => return Ok(JobStep::Skip(Outcome::Again { after: RETRY_DELAY })),
        taken => taken?,
    };
    match club.start_run(&held, &service.because("a solver took it")).await {
        Ok(run) => Ok(JobStep::Work(held, Box::new(run.body))),
        Err(error) => {
            // If this fails too, the lease expires by itself.
            _ = club.release_lease(&held).await;
            Err(error)
        }
    }
}

/// The outcome of a message whose run could not be begun.
fn outcome_of(error: RunError) -> Outcome {
    match error {
        RunError::NoRun => Outcome::GiveUp { reason: "there is no such run".into() },
        RunError::Lease(_) => Outcome::Again { after: RETRY_DELAY },
        RunError::Table(error) => Outcome::Failed { why: error.to_string() },
        // Another worker was faster.
        RunError::NotAllowed(_) | RunError::Open { .. } | RunError::NotSettled | RunError::PlanChanged => Outcome::Done,
    }
}

/// Ends a run without a proposal. If the table fails again, the message is delivered again, and the run is then ended as
/// crashed.
async fn fail(service: &Solve, club: Club<'_>, held: &HeldLease, failure: &RunFailure) -> Outcome {
    if failure.is_fault_of_the_program() {
        tracing::error!(
            alarm = "solver_failed", run.id = %held.run, club.id = %club.id(), cause = %failure,
            "run {} failed: {failure}", held.run
        );
    } else {
        tracing::warn!(run.id = %held.run, club.id = %club.id(), cause = %failure, "run {} has no proposal", held.run);
    }
    match club.fail_run(held, &service.because(failure.words())).await {
        Ok(()) => Outcome::Done,
        Err(RunError::Table(error)) => Outcome::Failed { why: error.to_string() },
        // This worker can no longer end the run. It releases the lease if it still holds it, so that the next run need
        // not wait for the lease to expire.
        Err(_) => {
            _ = club.release_lease(held).await;
            Outcome::Done
        }
    }
}

/// Supersedes the undecided lines of older runs. The sweep supersedes those that remain.
async fn supersede(service: &Solve, club: Club<'_>, deadline: Deadline) {
    let why = service.because("a newer proposal took its place");
    let runs = match club.runs_to_supersede().await {
        Ok(runs) => runs,
        Err(error) => {
            tracing::warn!(club.id = %club.id(), error = %error, "older runs of the club are not superseded yet: {error}");
            return;
        }
    };
    for run in runs {
        if deadline.left() < MIN_TIME {
            return;
        }
        if let Err(error) = club.supersede_run(&run, &why).await {
            tracing::warn!(run.id = %run, club.id = %club.id(), error = %error, "run {run} is not superseded yet");
        }
    }
}

/// Adds the result and the duration of a run to the telemetry of the invocation.
fn measure_run(ended: &Result<RunSummary, RunFailure>, took: Duration) {
    telemetry::measure(Metric::RunDuration, took.as_secs_f64() * 1_000.0);
    match ended {
        Ok(summary) => {
            telemetry::count("runs.completed", 1);
            telemetry::measure(Metric::Unplaced, f64::from(summary.events_failed));
            // There is no bound if the solver was abandoned.
            if let Some(gap) = summary.answer.as_ref().and_then(|answer| answer.gap) {
                telemetry::measure(Metric::Gap, gap);
            }
        }
        Err(RunFailure::Lost) => telemetry::count("runs.lost", 1),
        Err(_) => telemetry::count("runs.failed", 1),
    }
}
