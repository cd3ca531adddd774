//! From a snapshot document to lines: parsed, solved, checked, explained. It blocks, and does no I/O.

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

/// So much of what is left out is named.
const LEFT_OUT_NAMED: usize = 20;

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
