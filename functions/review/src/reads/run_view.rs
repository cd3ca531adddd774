//! The API's representation of a run, the same in every answer.

use std::collections::BTreeMap;

use api::shapes::{Cost, Operation, PhaseName, RunId, RunStatus, costs};
use chrono::{NaiveDate, TimeDelta};
use domain::answer::{Status, Timing};
use serde::Serialize;
use store::Stored;
use store::provenance::{ArchiveErasure, ArchivedDocument, Provenance};
use store::runs::{Run, RunOrigin, RunSummary};
use store::stamp::Timestamp;
use store::states::RunState;
use utoipa::ToSchema;

/// A run of the solver, an adopted trial, or the record of changes by hand.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunView {
    run_id: RunId,
    status: RunStatus,
    run_type: RunType,
    /// The night of an automatic run; `null` for other runs.
    date: Option<NaiveDate>,
    /// Who started the run; `null` for an automatic one.
    by: Option<String>,
    emergency: bool,
    created_at: String,
    /// When the run entered its state, in UTC; `null` while it is queued.
    status_since: Option<String>,
    /// When the run first had its proposal, in UTC; `null` if it has none.
    completed_at: Option<String>,
    /// When a line of the run was first approved, in UTC; `null` if none was.
    approved_at: Option<String>,
    phase: Option<PhaseView>,
    /// Whether the solver has not reported for so long that it counts as lost.
    silent: bool,
    /// Why the run failed, crashed or was rejected; `null` otherwise.
    error: Option<String>,
    superseded_by: Option<RunId>,
    /// Who acknowledged the crash of the run; `null` if nobody did.
    dismissed_by: Option<String>,
    /// When the lines of the run expire, in UTC; `null` if no time is set.
    retired_at: Option<String>,
    events_scheduled: Option<u32>,
    events_requiring_swaps: Option<u32>,
    /// Number of the events of `events_requiring_swaps` whose posted schedule is taken back; 0 for runs from before
    /// this field existed.
    events_dropped: Option<u32>,
    events_failed: Option<u32>,
    total_events_processed: Option<u32>,
    plan_version: Option<u64>,
    /// Data of the club that no run can use, and that this run left out; the first 20.
    left_out: Vec<String>,
    /// Total number of such data.
    left_out_total: usize,
    /// What decided the answer; `null` if no solver made the lines, or if the run is older than this record.
    provenance: Option<ProvenanceView>,
}

/// Everything that decides a run's answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Provenance)]
struct ProvenanceView {
    snapshot: ArchivedView,
    /// The answer in canonical form.
    answer: ArchivedView,
    /// The weights of soft rules that are not 1.
    weights: BTreeMap<String, f64>,
    /// The solver's time limit, in milliseconds of wall time.
    time_limit_ms: u64,
    /// The gap in points at which the solver stops; 0 requires a proof.
    gap_points: f64,
    seed: u32,
    threads: u32,
    /// The version of Muster.
    program: String,
    /// The version of the rulebook.
    rulebook: String,
    /// The version of the solver engine.
    highs: String,
    /// The erasures of people that changed the archived documents, oldest first.
    erasures: Vec<ErasureView>,
}

/// An archived document of a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ArchivedDocument)]
struct ArchivedView {
    /// The SHA-256 digest of the document, in hexadecimal digits.
    sha256: String,
    /// The location of the document in the table.
    place: String,
    kept_until: String,
}

/// How the erasure of a person changed the archived documents of a run: their digests before and after.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ArchiveErasure)]
struct ErasureView {
    at: String,
    snapshot_before: String,
    snapshot_after: String,
    answer_before: String,
    answer_after: String,
}

impl ProvenanceView {
    fn of(provenance: &Provenance) -> ProvenanceView {
        let archived = |archived: &ArchivedDocument| ArchivedView {
            sha256: archived.digest.to_string(),
            place: archived.place.clone(),
            kept_until: archived.kept_until.to_string(),
        };
        let erasure = |erasure: &ArchiveErasure| ErasureView {
            at: erasure.at.to_string(),
            snapshot_before: erasure.snapshot_before.to_string(),
            snapshot_after: erasure.snapshot_after.to_string(),
            answer_before: erasure.answer_before.to_string(),
            answer_after: erasure.answer_after.to_string(),
        };
        ProvenanceView {
            snapshot: archived(&provenance.snapshot),
            answer: archived(&provenance.answer),
            weights: provenance.weights.clone(),
            time_limit_ms: provenance.limits.time_ms,
            gap_points: provenance.limits.gap_points,
            seed: provenance.seed,
            threads: provenance.threads,
            program: provenance.versions.program.clone(),
            rulebook: provenance.versions.rulebook.clone(),
            highs: provenance.versions.highs.clone(),
            erasures: provenance.erasures.iter().map(erasure).collect(),
        }
    }
}

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunType {
    /// The nightly schedule.
    Automatic,
    /// A person.
    Manual,
    /// A person wrote its lines by hand.
    ByHand,
    /// A person adopted a trial.
    Trial,
}

/// The current phase of a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RunPhase)]
struct PhaseView {
    name: PhaseName,
    since: String,
    detail: Option<String>,
}

/// Time without a report of the current phase after which a run's solver counts as lost.
const SILENT_AFTER: TimeDelta = TimeDelta::seconds(120);

impl RunView {
    /// The representation of a run at a moment.
    pub fn of(run: &Run, now: Timestamp) -> RunView {
        let (date, by) = match &run.origin {
            RunOrigin::Automatic { date } => (Some(*date), None),
            RunOrigin::Manual { by } | RunOrigin::ByHand { by } | RunOrigin::Trial { by, .. } => {
                (None, Some(by.clone()))
            }
        };
        let summary = run.summary.as_ref();
        let answer = summary.and_then(|summary| summary.answer.as_ref());
        RunView {
            run_id: run.id.clone().into(),
            status: run.state.status().into(),
            run_type: run_type(run),
            date,
            by,
            emergency: run.emergency,
            created_at: run.created_at.to_string(),
            status_since: state_since(&run.state).map(|at| at.to_string()),
            completed_at: run.completed_at.map(|at| at.to_string()),
            approved_at: run.approved_at.map(|at| at.to_string()),
            phase: run.phase.as_ref().map(|phase| PhaseView {
                name: phase.name.into(),
                since: phase.since.to_string(),
                detail: phase.detail.clone(),
            }),
            silent: is_silent(run, now),
            error: match &*run.state {
                RunState::Failed { words, .. } | RunState::Rejected { words, .. } => Some(words.clone()),
                RunState::Crashed { .. } => Some("its solver was lost".to_owned()),
                _ => None,
            },
            superseded_by: match &*run.state {
                RunState::Superseded { by, .. } => Some(by.clone().into()),
                _ => None,
            },
            dismissed_by: run.dismissed.as_ref().map(|because| because.who.display_name().to_owned()),
            retired_at: run.retired_at.map(|at| at.to_string()),
            events_scheduled: summary.map(|s| s.events_scheduled),
            events_requiring_swaps: summary.map(|s| s.events_requiring_swaps),
            events_dropped: summary.map(|s| s.events_dropped),
            events_failed: summary.map(|s| s.events_failed),
            total_events_processed: summary.map(|s| s.total_events_processed),
            plan_version: summary.map(|s| s.plan_version.version),
            left_out: answer.map(|answer| answer.left_out.clone()).unwrap_or_default(),
            left_out_total: answer.map_or(0, |answer| answer.left_out_total.max(answer.left_out.len())),
            provenance: summary.and_then(|s| s.provenance.as_deref()).map(ProvenanceView::of),
        }
    }
}

/// What started the run.
pub fn run_type(run: &Run) -> RunType {
    match run.origin {
        RunOrigin::Automatic { .. } => RunType::Automatic,
        RunOrigin::Manual { .. } => RunType::Manual,
        RunOrigin::ByHand { .. } => RunType::ByHand,
        RunOrigin::Trial { .. } => RunType::Trial,
    }
}

/// Whether the run's solver counts as lost.
pub fn is_silent(run: &Run, now: Timestamp) -> bool {
    let RunState::Running { started_at, .. } = *run.state else { return false };
    let last_sign = run.phase.as_ref().map_or(started_at, |phase| phase.since);
    last_sign.plus(SILENT_AFTER) <= now
}

fn state_since(state: &RunState) -> Option<Timestamp> {
    match state {
        RunState::Queued { .. } => None,
        RunState::Running { started_at, .. } => Some(*started_at),
        RunState::Completed { at }
        | RunState::Failed { at, .. }
        | RunState::Crashed { at }
        | RunState::Approved { at }
        | RunState::Rejected { at, .. }
        | RunState::Superseded { at, .. } => Some(*at),
    }
}

/// The quality of a proposal, and the cost of finding it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Quality {
    /// Why the solver stopped: `optimal`, `gap`, `time_limit` or `nothing_to_do`; `null` if it did not answer.
    stopped_on: Option<String>,
    /// Whether the proposal is proven to be optimal.
    proven: bool,
    score: Option<f64>,
    bound: Option<f64>,
    gap_points: Option<f64>,
    gap_percent: Option<f64>,
    /// Points by soft rule.
    pub terms: BTreeMap<String, f64>,
    /// Number of events that are not placed, by reason.
    pub failures: BTreeMap<String, u32>,
    timing_ms: BTreeMap<String, u64>,
    /// Number of requests to the table.
    requests: u64,
    costs: BTreeMap<Operation, Cost>,
}

impl Quality {
    /// The quality of a run's proposal, from its summary.
    pub fn of(summary: &RunSummary) -> Quality {
        let answer = summary.answer.as_ref();
        let bound = answer.and_then(|answer| answer.bound);
        let gap = answer.zip(bound).map(|(answer, bound)| (bound - answer.score).max(0.0));
        Quality {
            proven: answer.is_some_and(|a| matches!(a.status, Status::Optimal | Status::NothingToDo)),
            stopped_on: answer.map(|answer| answer.status.name().to_owned()),
            score: answer.map(|answer| answer.score),
            bound,
            gap_points: gap,
            gap_percent: gap.zip(bound).filter(|(_, bound)| *bound > 0.0).map(|(gap, bound)| gap / bound * 100.0),
            terms: answer.map(|answer| answer.terms.clone()).unwrap_or_default(),
            failures: answer.map(|answer| answer.failures.clone()).unwrap_or_default(),
            timing_ms: answer.map(|answer| timings(answer.timing_ms)).unwrap_or_default(),
            requests: summary.costs.values().map(|cost| cost.requests).sum(),
            costs: costs(&summary.costs),
        }
    }
}

fn timings(Timing { load, build, solve, extract }: Timing) -> BTreeMap<String, u64> {
    [("load", load), ("build", build), ("solve", solve), ("extract", extract)]
        .map(|(part, ms)| (part.to_owned(), ms))
        .into()
}

/// A run and the quality of its proposal.
pub fn with_quality(run: &Stored<Run>, now: Timestamp) -> (RunView, Option<Quality>) {
    (RunView::of(&run.body, now), run.body.summary.as_ref().map(Quality::of))
}
