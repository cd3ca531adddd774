//! Finds the best legal schedule of a club, with the bound that proves it.
//!
//! The solver is deterministic as long as no time limit ends a search. Besides the club it reads only the clock, for
//! its time limits. Every schedule that it returns has passed the checker.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use domain::answer::{Kept, Status};
use domain::checker::{self, Terms};
use domain::club::{Club, DayIx};
use domain::previous::count_kept;
use domain::rules::{HardName, Scope};
use domain::schedule::{Decision, Schedule};

mod engine;
mod extract;
mod familiar;
mod formulate;
mod greedy;
mod model;
mod permit;
pub mod reasons;
mod report;
mod search;

pub use engine::{ENGINE_VERSION, EngineError, SEED, THREADS};
use engine::{Limits, SolveResult};
use formulate::Formulation;
pub use permit::Permit;
pub use report::{Detail, answer};

/// The search stops once the bound is at most this many points above the score of the best schedule. Another schedule
/// that keeps more of what people last saw is preferred if it scores at most this many points less (rulebook section 5),
/// so a gap of up to twice this counts as proven.
pub const PROVEN_GAP: f64 = 0.001;
/// Maximum sum of the engine's tolerances, as a share of the score.
const ROUNDING: f64 = 1e-8;
/// How long the engine may exceed its time limit before the run continues without it.
const GRACE: Duration = Duration::from_secs(2);

/// Limits of a run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Maximum wall time for the solve.
    pub time_limit: Duration,
    /// The gap in points between score and bound at which to stop. 0 requires a proof.
    pub gap: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { time_limit: Duration::from_secs(45), gap: 0.0 }
    }
}

/// The current phase of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Building the model.
    Building,
    /// Solving the model.
    Solving {
        /// Columns of the model.
        columns: usize,
        /// Rows of the model.
        rows: usize,
    },
    /// Extracting the schedule and checking it.
    Checking,
}

/// A schedule with its proof.
#[derive(Debug)]
pub struct Proposal<'c> {
    /// The schedule; it breaks no rule.
    pub schedule: Schedule<'c>,
    /// The points of the schedule by term, as the checker counts them.
    pub terms: Terms,
    /// Upper bound of the score of every legal schedule.
    pub bound: f64,
    /// Why the run ended.
    pub status: Status,
    /// How much the schedule keeps of what people last saw; `None` if the snapshot has no previous placements.
    pub kept: Option<Kept>,
    /// Time that building the model took.
    pub build: Duration,
    /// Time that solving the model took.
    pub solve: Duration,
    /// Size of the model: columns and rows.
    pub size: (usize, usize),
}

/// Why there is no proposal: always a bug of the program, never a fault in the club's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SolveError {
    /// The engine refused the model or failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The checker found that the schedule breaks a rule, or that its score is above the proven bound.
    #[error("the schedule did not pass the checker: {0}")]
    Illegal(String),
}

/// Finds the best legal schedule of a club.
///
/// # Errors
/// [`SolveError::Engine`] if the engine fails, [`SolveError::Illegal`] if the schedule breaks a rule or its score is
/// above the proven bound.
pub fn solve<'c>(club: &'c Club, options: &Options, progress: &dyn Fn(Phase)) -> Result<Proposal<'c>, SolveError> {
    solve_under(&Permit::none(), club, options, progress)
}

/// Like [`solve`], with a [`Permit`], so that one run at a time uses the engine. The engine's thread keeps the permit
/// until it ends, even if the run has continued without it.
///
/// # Errors
/// [`SolveError::Engine`] if the engine fails, [`SolveError::Illegal`] if the schedule breaks a rule or its score is
/// above the proven bound.
pub fn solve_under<'c>(
    permit: &Permit,
    club: &'c Club,
    options: &Options,
    progress: &dyn Fn(Phase),
) -> Result<Proposal<'c>, SolveError> {
    let started = Instant::now();
    progress(Phase::Building);
    let mut formulation = Formulation::new(club);
    let size = (formulation.model.columns.len(), formulation.model.rows.len());
    let build = started.elapsed();
    progress(Phase::Solving { columns: size.0, rows: size.1 });
    let scope = Scope::whole(club);
    let deadline = Instant::now() + options.time_limit;
    let (best, bound) = search_legal(permit, &mut formulation, options, deadline, &scope)?;
    let found = match best {
        Some(best) if club.previous().of > 0 => {
            Some(familiar::most_familiar(permit, &mut formulation, best, deadline, &scope))
        }
        best => best.map(|best| best.schedule),
    };
    let solve = started.elapsed().saturating_sub(build);
    progress(Phase::Checking);
    // If no legal schedule was found in time, use the greedy schedule. If the posted schedule scores more, without the
    // Supervisors whose Core a call-out takes away, use that.
    let mut as_posted = Schedule::as_posted(club);
    extract::drop_stranded_supervisors(&mut as_posted);
    let mut schedule = found.unwrap_or_else(|| greedy::schedule(club));
    if checker::terms(&as_posted, &scope).score() > checker::terms(&schedule, &scope).score() {
        schedule = as_posted;
    }
    if let Some(first) = checker::violations(&schedule, &scope).first() {
        return Err(SolveError::Illegal(format!("{}: {}", first.rule, first.words(club))));
    }
    let terms = checker::terms(&schedule, &scope);
    let score = terms.score();
    if score > bound + PROVEN_GAP + ROUNDING * score.abs() {
        return Err(SolveError::Illegal(format!("its score {score} is above the proven bound {bound}")));
    }
    let bound = bound.max(score);
    let gap = bound - score;
    let untouched = club.event_ixs().all(|e| matches!(schedule.decision(e), Decision::Open | Decision::Stands));
    let status = match status(gap, options.gap) {
        Status::Optimal if untouched && club.candidates().next().is_none() => Status::NothingToDo,
        status => status,
    };
    let kept = count_kept(&schedule);
    Ok(Proposal { schedule, terms, bound, status, kept, build, solve, size })
}

/// Why a run ended, from its gap between score and bound and the gap `wanted` at which it was told to stop. Keeping
/// more of what people last saw may have added up to [`PROVEN_GAP`] to the gap at which the search stopped.
fn status(gap: f64, wanted: f64) -> Status {
    match () {
        () if gap > wanted.max(PROVEN_GAP) + PROVEN_GAP => Status::TimeLimit,
        () if gap > 2.0 * PROVEN_GAP => Status::Gap,
        () => Status::Optimal,
    }
}

/// The best schedule found, with its solution of the model and that of the relaxation.
struct BestSchedule<'c> {
    schedule: Schedule<'c>,
    values: Vec<f64>,
    relaxed: Option<engine::RelaxedSolution>,
}

/// The best schedule in which every Core has a block, if one was found in time, and the bound on all schedules.
fn search_legal<'c>(
    permit: &Permit,
    formulation: &mut Formulation<'c>,
    options: &Options,
    deadline: Instant,
    scope: &Scope,
) -> Result<(Option<BestSchedule<'c>>, f64), SolveError> {
    let mut bound = f64::INFINITY;
    loop {
        let time = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let (model, limits) = (formulation.model.clone(), Limits { time, gap: options.gap.max(PROVEN_GAP) });
        let (counts, ceiling) = (formulation.counts.clone(), model.ceiling());
        let found =
            run_with_timeout(permit, limits.time + GRACE, move || search::best_solution(&model, &counts, &limits))?;
        // Without a result of the engine, only the model's ceiling is known.
        let nothing = search::SearchResult { found: SolveResult { values: None, bound: ceiling }, relaxed: None };
        let search::SearchResult { found, relaxed } = found.unwrap_or(nothing);
        bound = bound.min(found.bound);
        let Some(values) = found.values else { return Ok((None, bound)) };
        let schedule = formulation.schedule(&values);
        let crowded = crowded_days(&schedule, scope);
        let corrected = formulation.club.callout().is_some() && {
            let earned = |day| checker::terms(&schedule, &Scope { days: [day].into(), ..Scope::default() });
            formulation.correct_lead_points(&values, earned)
        };
        if corrected && crowded.is_empty() && Instant::now() < deadline {
            continue;
        }
        if crowded.is_empty() {
            return Ok((Some(BestSchedule { schedule, values, relaxed }), bound));
        }
        if Instant::now() >= deadline {
            return Ok((None, bound));
        }
        for day in crowded {
            formulation.cut_day(&schedule, day);
        }
    }
}

/// The days on which a Core has no block.
fn crowded_days(schedule: &Schedule, scope: &Scope) -> Vec<DayIx> {
    let violations = checker::violations(schedule, scope);
    let mut crowded: Vec<_> = violations.iter().filter(|v| v.rule == HardName::H14).filter_map(|v| v.day).collect();
    crowded.dedup();
    crowded
}

/// Runs `work` on a thread of its own. If it takes longer than `timeout`, returns `None` without waiting for it. The
/// thread keeps the permit until it ends.
fn run_with_timeout<T: Send + 'static>(
    permit: &Permit,
    timeout: Duration,
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<Option<T>, EngineError> {
    let (send, receive) = mpsc::channel();
    let permit = permit.clone();
    std::thread::spawn(move || {
        let found = work();
        drop(permit);
        // The receiver is gone if the run has continued without the engine.
        _ = send.send(found);
    });
    match receive.recv_timeout(timeout) {
        Ok(found) => found.map(Some),
        Err(mpsc::RecvTimeoutError::Timeout) => Ok(None),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(EngineError("its thread panicked".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_allows_for_the_points_given_up_to_keep_more_of_what_people_last_saw() {
        for (gap, wanted, expected) in [
            (0.0, 0.0, Status::Optimal),
            (0.0019, 0.0, Status::Optimal),
            (0.003, 0.0, Status::TimeLimit),
            (0.0019, 5.0, Status::Optimal),
            (4.9, 5.0, Status::Gap),
            (5.0009, 5.0, Status::Gap),
            (5.01, 5.0, Status::TimeLimit),
            (f64::INFINITY, 5.0, Status::TimeLimit),
        ] {
            assert_eq!(status(gap, wanted), expected, "{gap} of {wanted}");
        }
    }

    /// Sends a message when it is dropped.
    struct Guard(mpsc::Sender<()>);

    impl Drop for Guard {
        fn drop(&mut self) {
            _ = self.0.send(());
        }
    }

    #[test]
    fn an_engine_that_exceeds_its_timeout_keeps_its_permit_until_it_ends() {
        let (dropped, released) = mpsc::channel();
        let (end, ends) = mpsc::channel::<()>();
        let permit = Permit::of(Guard(dropped));
        let found = run_with_timeout(&permit, Duration::ZERO, move || {
            _ = ends.recv();
            Ok(())
        });
        assert_eq!(found, Ok(None), "the run continues without it");
        drop(permit);
        assert_eq!(released.try_recv(), Err(mpsc::TryRecvError::Empty), "the next run waits");
        end.send(()).expect("the engine is still running");
        assert_eq!(released.recv(), Ok(()), "the engine has ended");
    }

    #[test]
    fn an_engine_that_ends_or_panics_releases_its_permit() {
        for panics in [false, true] {
            let (dropped, released) = mpsc::channel();
            let permit = Permit::of(Guard(dropped));
            let found = run_with_timeout(&permit, Duration::MAX, move || if panics { panic!("broken") } else { Ok(7) });
            drop(permit);
            assert_eq!(found.is_err(), panics);
            assert_eq!(released.recv(), Ok(()));
        }
    }
}
