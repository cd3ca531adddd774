//! From a snapshot to lines: validated, solved, checked, explained. It blocks, and does no I/O.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::answer::{Answer, Timing, UnplacedKind};
use domain::club::Club;
use domain::snapshot::{EventRef, Snapshot};
use runtime::Clock;
use solver::{Detail, Options, Permit, Phase, Proposal};
use store::answer::{AnswerSummary, ModelSize};
use store::decisions::DecisionsByEvent;
use store::documents::PlanVersion;
use store::key::{ProposalKey, ScheduledEventId};
use store::lines::{Line, LineKind, Reasons};
use store::meter::Costs;
use store::runs::{PhaseName, Summary};

use crate::carry::Carried;
use crate::failure::RunFailure;
use crate::lines::Draft;

/// The input of a solve, with what its lines need.
pub(crate) struct Task {
    /// The club's data.
    pub snapshot: Snapshot,
    /// The key under which the lines are stored.
    pub proposal: ProposalKey,
    /// Crossmark's ids of posted schedules.
    pub scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
    /// Rows of the club that no run can use, in words.
    pub left_out: Vec<String>,
    /// People's decisions about events.
    pub decisions: DecisionsByEvent,
    /// Limits of the solver.
    pub options: Options,
    /// Time that it took to read the club.
    pub load: Duration,
    /// Requests that it took to read the club.
    pub load_requests: u64,
    /// The clock for the time of the lines.
    pub clock: Clock,
    /// The lock for one solve at a time; the solver's engine keeps it until it ends.
    pub permit: Permit,
}

/// The result of a solve.
pub(crate) struct Solved {
    /// The lines, in order of ref.
    pub lines: Vec<Line>,
    /// Their long reasons.
    pub reasons: Vec<Reasons>,
    /// The decisions that they carry.
    pub carried: Carried,
    /// The summary without `plan_version` and costs, which the writer adds.
    pub summary: Summary,
}

/// Maximum left-out rows that are named.
const LEFT_OUT_NAMED: usize = 20;

/// Solves a task; reports each phase as it begins.
pub(crate) fn solve(task: &Task, say: &dyn Fn(PhaseName, Option<String>)) -> Result<Solved, RunFailure> {
    let started = Instant::now();
    let club = Club::new(task.snapshot.clone());
    let load = task.load + started.elapsed();
    let proposal = solver::solve_under(&task.permit, &club, &task.options, &|phase| match phase {
        Phase::Building => say(PhaseName::Building, None),
        Phase::Solving { columns, rows } => say(PhaseName::Solving, Some(format!("{columns} columns, {rows} rows"))),
        Phase::Checking => say(PhaseName::Checking, None),
    })?;
    let started = Instant::now();
    let mut answer = solver::answer(&proposal, Detail::Explained);
    let draft = Draft::new(task, proposal.schedule.clone());
    let (mut lines, reasons) = draft.lines(&answer);
    let carried = Carried::new(task.decisions.clone(), &mut proposal.schedule.clone());
    for line in &mut lines {
        carried.onto(line);
    }
    let millis = |time: Duration| time.as_millis() as u64;
    answer.timing_ms = Timing {
        load: millis(load),
        build: millis(proposal.build),
        solve: millis(proposal.solve),
        extract: millis(started.elapsed()),
    };
    let summary = summary(&lines, answer_summary(&proposal, answer, task));
    Ok(Solved { lines, reasons, carried, summary })
}

fn answer_summary(proposal: &Proposal, answer: Answer, task: &Task) -> AnswerSummary {
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
        model: ModelSize { columns: proposal.size.0, rows: proposal.size.1 },
        load_requests: task.load_requests,
        left_out: task.left_out.iter().take(LEFT_OUT_NAMED).cloned().collect(),
    }
}

fn summary(lines: &[Line], answer: AnswerSummary) -> Summary {
    let count = |kinds: &[LineKind]| lines.iter().filter(|l| kinds.contains(&l.kind)).count() as u32;
    Summary {
        plan_version: PlanVersion::default(),
        events_scheduled: count(&[LineKind::New]),
        events_requiring_swaps: count(&[LineKind::Moved, LineKind::Dropped]),
        events_failed: count(&[LineKind::NotPlaced]),
        total_events_processed: lines.len() as u32,
        costs: Costs::new(),
        answer: Some(answer),
    }
}
