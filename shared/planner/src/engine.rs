//! Makes lines from a snapshot: solved, checked and explained. The functions block, and do no I/O.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::answer::{Answer, Timing, UnplacedKind};
use domain::club::Club;
use domain::snapshot::{EventRef, Snapshot};
use runtime::Clock;
use solver::{Detail, Options, Permit, Phase, Proposal, SolveError};
use store::answer::{AnswerSummary, ModelSize};
use store::decisions::DecisionsByEvent;
use store::events::Place;
use store::key::{ProposalKey, ScheduledEventId};
use store::lines::{Line, Reasons};
use store::runs::PhaseName;

use crate::canonical::canonical_bytes;
use crate::carry::{CarriedDecisions, note_differences};
use crate::lines::LineBuilder;

/// The input of a solve, with the data that the lines of its proposal need.
pub struct Task {
    /// The club's data.
    pub snapshot: Snapshot,
    /// The key under which the lines are stored.
    pub proposal: ProposalKey,
    /// Crossmark's ids of posted schedules.
    pub scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
    /// The rows of the club that no run can use, as text.
    pub left_out: Vec<String>,
    /// People's decisions about events.
    pub decisions: DecisionsByEvent,
    /// Where people last saw events proposed.
    pub seen: BTreeMap<EventRef, Place>,
    /// Limits of the solver.
    pub options: Options,
    /// Time that reading the club took.
    pub load: Duration,
    /// Number of requests that reading the club took.
    pub load_requests: u64,
    /// The clock for the timestamp of the lines.
    pub clock: Clock,
    /// The permit for one solve at a time. The solver's engine keeps the permit until it ends.
    pub permit: Permit,
}

/// The result of a solve.
pub struct Solved {
    /// The lines, in order of ref.
    pub lines: Vec<Line>,
    /// The long reasons of the lines.
    pub reasons: Vec<Reasons>,
    /// The decisions that the lines carry.
    pub carried: CarriedDecisions,
    /// The summary of the answer.
    pub answer: AnswerSummary,
    /// The answer in canonical form.
    pub canonical: Result<Vec<u8>, serde_json::Error>,
}

/// Maximum number of left-out rows that the summary describes; it counts all of them.
const LEFT_OUT_NAMED: usize = 20;

/// Solves a task and reports each phase when it begins.
///
/// # Errors
/// The solver failed, or its schedule did not pass the checker.
pub fn solve(task: &Task, report: &dyn Fn(PhaseName, Option<String>)) -> Result<Solved, SolveError> {
    solve_with(task, report, |_, _| ()).map(|(solved, ())| solved)
}

/// Like [`solve`]. `inspect` gets the schedule and the answer, and its result is returned too.
///
/// # Errors
/// The solver failed, or its schedule did not pass the checker.
pub fn solve_with<T>(
    task: &Task,
    report: &dyn Fn(PhaseName, Option<String>),
    inspect: impl FnOnce(&Proposal, &Answer) -> T,
) -> Result<(Solved, T), SolveError> {
    let started = Instant::now();
    let club = Club::new(task.snapshot.clone());
    let load = task.load + started.elapsed();
    let proposal = solver::solve_under(&task.permit, &club, &task.options, &|phase| match phase {
        Phase::Building => report(PhaseName::Building, None),
        Phase::Solving { columns, rows } => report(PhaseName::Solving, Some(format!("{columns} columns, {rows} rows"))),
        Phase::Checking => report(PhaseName::Checking, None),
    })?;
    let started = Instant::now();
    let mut answer = solver::answer(&proposal, Detail::Explained);
    let inspected = inspect(&proposal, &answer);
    let builder = LineBuilder::new(task, proposal.schedule.clone());
    let (mut lines, reasons) = builder.lines(&answer);
    let carried = CarriedDecisions::new(task.decisions.clone(), &mut proposal.schedule.clone());
    for line in &mut lines {
        carried.apply_to(line);
    }
    note_differences(&mut proposal.schedule.clone(), &task.seen, &mut lines);
    let millis = |time: Duration| time.as_millis() as u64;
    answer.timing_ms = Timing {
        load: millis(load),
        build: millis(proposal.build),
        solve: millis(proposal.solve),
        extract: millis(started.elapsed()),
    };
    let canonical = canonical_bytes(&answer);
    let answer = answer_summary(&proposal, answer, task.load_requests, &task.left_out);
    Ok((Solved { lines, reasons, carried, answer, canonical }, inspected))
}

/// The summary of an answer, with the number of requests that reading the club took and the rows that were left out.
pub(crate) fn answer_summary(
    proposal: &Proposal,
    answer: Answer,
    load_requests: u64,
    left_out: &[String],
) -> AnswerSummary {
    let mut failures = BTreeMap::new();
    for unplaced in answer.unplaced.iter().filter(|u| u.kind == UnplacedKind::NotPlaced) {
        *failures.entry(unplaced.reason.code.to_owned()).or_default() += 1;
    }
    let bound = Some(answer.bound).filter(|bound| bound.is_finite());
    AnswerSummary {
        status: answer.status,
        score: answer.score,
        bound,
        gap: bound.map(|bound| (bound - answer.score).max(0.0)),
        terms: answer.terms,
        timing_ms: answer.timing_ms,
        failures,
        kept: answer.kept,
        model: ModelSize { columns: proposal.size.0, rows: proposal.size.1 },
        load_requests,
        left_out: left_out.iter().take(LEFT_OUT_NAMED).cloned().collect(),
        left_out_total: left_out.len(),
    }
}
