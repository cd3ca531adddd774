//! From a snapshot document to lines: parsed, solved, checked, explained. It blocks, and does no I/O.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::answer::{Answer, Status, Timing};
use domain::club::Club;
use domain::snapshot::{EventRef, Snapshot};
use runtime::Clock;
use serde::Serialize;
use solver::{Detail, Options, Permit, Phase, Proposal};
use store::decisions::DecisionsByEvent;
use store::documents::PlanVersion;
use store::key::{ProposalKey, ScheduledEventId};
use store::lines::{Line, LineKind, Reasons};
use store::meter::Costs;
use store::runs::{PhaseName, Summary};

use crate::carry::Carried;
use crate::lines::Draft;
use crate::trouble::Trouble;

/// What is to be solved, and what its lines need beside the answer.
pub(crate) struct Task {
    /// What the club is.
    pub snapshot: Snapshot,
    /// Under which key the lines will stand.
    pub proposal: ProposalKey,
    /// Crossmark's ids of what is posted.
    pub scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
    /// What the table has of the club that no run can use, in words.
    pub left_out: Vec<String>,
    /// What people decided about events before.
    pub decisions: DecisionsByEvent,
    /// How far to go.
    pub options: Options,
    /// Time that reading it took.
    pub load: Duration,
    /// Requests that reading it took.
    pub load_requests: u64,
    /// When lines are written.
    pub clock: Clock,
    /// This run's turn, which the solver's engine keeps until it ends.
    pub permit: Permit,
}

/// What came of it.
pub(crate) struct Solved {
    /// The lines, in order of ref.
    pub lines: Vec<Line>,
    /// Their long reasons.
    pub reasons: Vec<Reasons>,
    /// What of people's decisions they carry.
    pub carried: Carried,
    /// The summary, but for what only the writer knows: `plan_version` and costs.
    pub summary: Summary,
}

/// What a run's summary says of its answer.
#[derive(Debug, Serialize)]
struct Told {
    status: Status,
    score: f64,
    bound: f64,
    gap: f64,
    terms: BTreeMap<String, f64>,
    timing_ms: Timing,
    /// Events without a place, by the code of the reason.
    failures: BTreeMap<&'static str, u32>,
    model: ModelSize,
    load_requests: u64,
    /// What the table has of the club that no run can use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

/// So much of what is left out is named.
const LEFT_OUT_NAMED: usize = 20;

#[derive(Debug, Serialize)]
struct ModelSize {
    columns: usize,
    rows: usize,
}

/// Solves a task; says each phase as it begins.
pub(crate) fn solve(task: &Task, say: &dyn Fn(PhaseName, Option<String>)) -> Result<Solved, Trouble> {
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
    let (mut lines, reasons) = draft.lines(&answer)?;
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
    let summary = summary(&lines, told(&proposal, answer, task.load_requests, task.left_out.clone()))?;
    Ok(Solved { lines, reasons, carried, summary })
}

fn told(proposal: &Proposal, answer: Answer, load_requests: u64, mut left_out: Vec<String>) -> Told {
    left_out.truncate(LEFT_OUT_NAMED);
    let mut failures = BTreeMap::new();
    for left_out in answer.unplaced.iter().filter(|u| u.kind == domain::answer::UnplacedKind::NotPlaced) {
        *failures.entry(left_out.reason.code).or_default() += 1;
    }
    Told {
        status: answer.status,
        score: answer.score,
        bound: answer.bound,
        gap: (answer.bound - answer.score).max(0.0),
        terms: answer.terms,
        timing_ms: answer.timing_ms,
        failures,
        model: ModelSize { columns: proposal.size.0, rows: proposal.size.1 },
        load_requests,
        left_out,
    }
}

fn summary(lines: &[Line], told: Told) -> Result<Summary, Trouble> {
    let count = |kinds: &[LineKind]| lines.iter().filter(|l| kinds.contains(&l.kind)).count() as u32;
    Ok(Summary {
        plan_version: PlanVersion::default(),
        events_scheduled: count(&[LineKind::New]),
        events_requiring_swaps: count(&[LineKind::Moved, LineKind::Dropped]),
        events_failed: count(&[LineKind::NotPlaced]),
        total_events_processed: lines.len() as u32,
        costs: Costs::new(),
        answer: serde_json::to_value(told)?,
    })
}
