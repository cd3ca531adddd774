//! Handles one message: whether there is a run to work on, under which lease, and how it ends.
//!
//! The message only names the run; the table decides. A busy club is tried again later, which is no failure.

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
use store::lease::{Held, LeaseError};
use store::meter::Meter;
use store::runs::{Origin, Run, RunError, Summary};
use store::states::RunState;

use crate::Solve;
use crate::attempt::Attempt;
use crate::failure::RunFailure;

/// Duration of the club's lease: longer than the function's time limit.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(180);
/// Delay of a message while another worker has the lease.
const WAIT: Duration = Duration::from_secs(30);
/// Minimum time of an invocation to begin a run.
const LEAST: Duration = Duration::from_secs(30);

/// What a message leads to.
enum JobStep {
    /// Work on this run, under this lease.
    Work(Held, Box<Run>),
    /// Nothing, or nothing yet.
    Rest(Outcome),
}

/// Handles one message.
pub(crate) async fn work(service: &Solve, message: RunMessage, deadline: Deadline) -> Outcome {
    let turn = Arc::clone(&service.turn).lock_owned();
    let permit = match tokio::time::timeout(deadline.left().saturating_sub(LEAST), turn).await {
        Ok(turn) if deadline.left() >= LEAST => Permit::of(turn),
        _ => return Outcome::Again { after: Duration::ZERO },
    };
    let started = Instant::now();
    let meter = Meter::new();
    let club = service.table.club(&message.club, &meter);
    let outcome = match begin(service, club, &message).await {
        Ok(JobStep::Work(held, run)) => {
            let is_automatic = matches!(run.origin, Origin::Automatic { .. });
            let emergency = run.emergency;
            let attempt =
                Attempt { service, club, meter: &meter, held: &held, emergency, is_automatic, deadline, permit };
            let ended = attempt.run().await;
            let outcome = match &ended {
                Ok(_) => Outcome::Done,
                Err(trouble) => fail(service, club, &held, trouble).await,
            };
            if ended.is_ok() {
                supersede(service, club, deadline).await;
            }
            note(&ended, started.elapsed());
            outcome
        }
        Ok(JobStep::Rest(outcome)) => outcome,
        Err(error) => not_begun(error),
    };
    telemetry::table(&meter);
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
            club.end_queued(&message.run, &service.because(why)).await?;
            return Ok(JobStep::Rest(Outcome::Done));
        }
        RunState::Queued { .. } => {}
        // Another worker has it, or this message was delivered before and its worker was lost: the check finds that
        // out.
        RunState::Running { .. } => {
            club.check_run_liveness(&message.run, &service.because("its solver was lost")).await?;
            return Ok(JobStep::Rest(Outcome::Done));
        }
        _ => return Ok(JobStep::Rest(Outcome::Done)),
    }
    let held = match club.take_lease(&owner(), &message.run, now, now.plus(LEASE)).await {
        Err(LeaseError::Taken { .. }) => return Ok(JobStep::Rest(Outcome::Again { after: WAIT })),
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

/// An owner id that is unique to one invocation; from the system's random source, not the seed.
fn owner() -> Owner {
    let name = uuid::Uuid::new_v4().to_string();
    Owner::parse(&name).unwrap_or_else(|_| unreachable!("a UUID has hexadecimal digits and dashes alone"))
}

fn not_begun(error: RunError) -> Outcome {
    match error {
        RunError::NoRun => Outcome::GiveUp { reason: "there is no such run".into() },
        RunError::Lease(_) => Outcome::Again { after: WAIT },
        RunError::Table(error) => Outcome::Failed { why: error.to_string() },
        // Another worker was faster.
        RunError::NotAllowed(_) | RunError::Open { .. } | RunError::NotSettled | RunError::Decided => Outcome::Done,
    }
}

/// Ends a run without a proposal. If the table fails again, the message is delivered again and finds the run without a
/// solver.
async fn fail(service: &Solve, club: Club<'_>, held: &Held, trouble: &RunFailure) -> Outcome {
    if trouble.is_ours() {
        tracing::error!(
            alarm = "solver_failed", run.id = %held.run, club.id = %club.id(), cause = %trouble,
            "run {} failed: {trouble}", held.run
        );
    } else {
        tracing::warn!(run.id = %held.run, club.id = %club.id(), cause = %trouble, "run {} has no proposal", held.run);
    }
    match club.fail_run(held, &service.because(trouble.words())).await {
        Ok(()) => Outcome::Done,
        Err(RunError::Table(error)) => Outcome::Failed { why: error.to_string() },
        // The run is not ours to end any more; release the lease if it is still ours, so that the club need not wait
        // for it.
        Err(_) => {
            _ = club.release_lease(held).await;
            Outcome::Done
        }
    }
}

/// Supersedes the undecided lines of older runs; the sweep does what is left.
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
        if deadline.left() < LEAST {
            return;
        }
        if let Err(error) = club.supersede_run(&run, &why).await {
            tracing::warn!(run.id = %run, club.id = %club.id(), error = %error, "run {run} is not superseded yet");
        }
    }
}

/// Adds the result of a run to the summary.
fn note(ended: &Result<Summary, RunFailure>, took: Duration) {
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
