//! `POST /api/trials`, `GET …/{id}`, `POST …/{id}/adopt`: starts a trial of a change, shows its result, adopts its plan.

use api::identity::{ClubCaller, Manager, Viewer};
use api::shapes::{RunId, VersionChange};
use api::{ApiError, Body, Code, RouteError, Segment};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use desk::trials::{self, AdoptionResult};
use domain::calendar::write_moment;
use domain::snapshot::{EmployeeId, EventRef};
use domain::trial::{Change, Comparison, Totals};
use serde::{Deserialize, Serialize};
use store::key::TrialId;
use store::provenance::{ReplayResult, ReplayVerdict};
use store::trials::{FitsIf, Trial, TrialResult, TrialStart, TrialState};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok};
use crate::app::AppState;
use crate::errors::api_error;
use crate::posted_changes;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(begin)).routes(routes!(show)).routes(routes!(adopt))
}

/// Maximum number of faults of a change that a message names. The others are counted.
const MAX_FAULTS_NAMED: usize = 3;

/// What to try, and on which base.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TrialRequest {
    /// The base of the trial; the current club by default.
    #[serde(default)]
    base: TrialBase,
    /// The changes of the club; `{}` for a replay. The rows of its lists are those of a snapshot.
    #[schema(value_type = Object)]
    change: Change,
}

/// The base of a trial: what its change applies to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TrialBase {
    /// The current club and its plan.
    #[default]
    Now,
    /// The club as a run read it.
    Run(RunId),
    /// No change: the run is solved again as it was.
    Replay(RunId),
}

#[derive(Serialize, ToSchema)]
struct TrialBegun {
    trial_id: String,
}

api::errors! {
    /// Why a trial is not begun.
    BeginErrors: InvalidChange, TooManyTrials;
}

/// Starts a trial: solves the current club, or the club as a run read it, with a change; or solves a run again without
/// one. The plan is not changed.
///
/// A trial takes seconds; a replay may take as long as its run. The result is kept for a day.
#[utoipa::path(
    post,
    path = "/api/trials",
    operation_id = "beginTrial",
    tag = "trials",
    request_body = TrialRequest,
    responses(
        (status = 202, body = Success<TrialBegun>),
        RouteError<BeginErrors>,
    ),
)]
async fn begin(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<TrialRequest>,
) -> Result<Response, RouteError<BeginErrors>> {
    let base = match body.base {
        TrialBase::Now => TrialStart::Now,
        TrialBase::Run(run) => TrialStart::Run { run: run.0 },
        TrialBase::Replay(_) if body.change != Change::default() => {
            let message = "a replay of a run takes no change";
            return Err(ApiError::new(Code::InvalidChange, message).into());
        }
        TrialBase::Replay(run) => TrialStart::Replay { run: run.0 },
    };
    let faults = body.change.shape_faults();
    if !faults.is_empty() {
        let mut named: Vec<String> = faults.iter().take(MAX_FAULTS_NAMED).map(ToString::to_string).collect();
        if faults.len() > MAX_FAULTS_NAMED {
            named.push(format!("and {} more", faults.len() - MAX_FAULTS_NAMED));
        }
        let message = named.join("; ");
        return Err(ApiError::new(Code::InvalidChange, message).into());
    }
    let id = TrialId::new(club_caller.now, &mut app.rng());
    let because = club_caller.because("tried a change");
    let id = trials::start_trial(club_caller.of(&app.table), &app.trials, id, base, body.change, &because)
        .await
        .map_err(api_error)?;
    Ok(accepted(TrialBegun { trial_id: id.to_string() }))
}

/// The trial that a path names.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneTrial {
    /// The trial's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    trial_id: String,
}

impl OneTrial {
    fn id(&self) -> Result<TrialId, ApiError> {
        let message = "a trial's id has 1 to 64 letters, digits, - and _";
        TrialId::parse(&self.trial_id).map_err(|_| ApiError::new(Code::InvalidId, message))
    }
}

/// The state of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TrialStatus {
    /// The trial waits for a solver.
    Queued,
    /// A solver works on the trial.
    Running,
    /// The trial has a result.
    Done,
    /// The trial ended without a result.
    Failed,
}

/// A trial with its result.
#[derive(Serialize, ToSchema)]
#[schema(as = Trial)]
struct TrialView {
    trial_id: String,
    status: TrialStatus,
    /// The run whose snapshot was changed, or that is solved again; `null` if the trial changes the current club.
    base_run_id: Option<RunId>,
    created_at: String,
    /// When the trial is deleted, in UTC.
    kept_until: String,
    /// Why the trial failed; `null` if it did not.
    error: Option<String>,
    /// The run that the trial became; `null` if nobody adopted it.
    adopted_run_id: Option<RunId>,
    /// The change that the trial tries.
    #[schema(value_type = Object)]
    change: Change,
    result: Option<ResultView>,
}

/// The result of a trial.
#[derive(Serialize, ToSchema)]
#[schema(as = TrialResult)]
struct ResultView {
    /// The plan version that the trial read. The trial can be adopted only at this version.
    plan_version: u64,
    /// Why the solver stopped: `optimal`, `gap`, `time_limit` or `nothing_to_do`.
    status: &'static str,
    score: f64,
    /// Upper bound of the score of every legal schedule; `null` if it is not known.
    bound: Option<f64>,
    /// Points between score and bound; `null` if the bound is not known.
    gap: Option<f64>,
    /// The solving time, in milliseconds.
    solve_ms: u64,
    #[serde(flatten)]
    comparison: Comparison,
    /// The totals of a run without the change, which tell how much of the difference is due to the change; `null` for a
    /// trial of a past run, of a call-out, and for a replay.
    without_change: Option<Totals>,
    /// Whether the plan of `without_change` is proven to be the best. If not, its solver reached the time limit, and a
    /// run without the change may differ from these totals. `false` without such a plan.
    without_change_proven: bool,
    /// Events that a call-out leaves without a person.
    open: Vec<OpenView>,
    /// Sentences about the absent person's schedules that a call-out leaves as they are, because an earlier change is on
    /// its way to Crossmark.
    under_way: Vec<String>,
    /// The result of a replay; `null` for other trials.
    replay: Option<ReplayView>,
}

/// The result of solving a past run again.
#[derive(Serialize, ToSchema)]
#[schema(as = Replay)]
struct ReplayView {
    verdict: VerdictView,
    /// The verdict in a sentence, with the versions that changed.
    text: String,
    /// Whether the replay confirms the run.
    confirms: bool,
    /// The score of the run.
    score_then: f64,
    /// The score of the replay; `null` if the checker judged the run's answer instead.
    score_now: Option<f64>,
    /// Number of lines that differ.
    lines_differ: usize,
    /// The versions that differ from those of the run.
    versions: Vec<VersionChange>,
    /// Number of erasures of people that changed the archived documents of the run.
    erasures: usize,
    /// The violations that the checker finds in the answer of a run that stopped at its time limit.
    breaches: Vec<String>,
}

/// How an answer and its replay compare.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReplayVerdict)]
enum VerdictView {
    /// Every line is the same.
    Identical,
    /// The score is the same, but some lines differ.
    OtherLines,
    /// The score differs.
    Different,
    /// The run stopped at its time limit and cannot be repeated exactly. The checker judged its answer again.
    Rejudged,
    /// The replay reached its time limit before it proved anything.
    Unfinished,
}

impl ReplayView {
    fn of(replayed: &ReplayResult) -> ReplayView {
        let (verdict, breaches) = match &replayed.verdict {
            ReplayVerdict::Identical => (VerdictView::Identical, Vec::new()),
            ReplayVerdict::OtherLines => (VerdictView::OtherLines, Vec::new()),
            ReplayVerdict::Different => (VerdictView::Different, Vec::new()),
            ReplayVerdict::Rejudged { breaches } => (VerdictView::Rejudged, breaches.clone()),
            ReplayVerdict::Unfinished => (VerdictView::Unfinished, Vec::new()),
        };
        ReplayView {
            verdict,
            text: replayed.words(),
            confirms: replayed.verdict.confirms(),
            score_then: replayed.score_then,
            score_now: replayed.score_now,
            lines_differ: replayed.lines_differ,
            versions: replayed.versions.iter().cloned().map(Into::into).collect(),
            erasures: replayed.erasures,
            breaches,
        }
    }
}

/// An event that a call-out leaves without a person.
#[derive(Serialize, ToSchema)]
#[schema(as = StaysOpen)]
struct OpenView {
    event_ref_num: EventRef,
    /// The reason in plain words.
    reason: String,
    rules: Vec<String>,
    /// What would have to change so that somebody could take the event, the smallest change first; at most 3.
    fits_if: Vec<FitsIfView>,
}

/// What would have to change so that somebody could take an event.
#[derive(Serialize, ToSchema)]
#[schema(as = FitsIf)]
struct FitsIfView {
    /// The person who would take it.
    employee_id: EmployeeId,
    date: NaiveDate,
    /// The rule that would be broken; `null` if another start is enough.
    rule: Option<String>,
    /// The other start time; `null` if the start stays.
    schedule_datetime: Option<String>,
    /// The change in a sentence.
    text: String,
}

impl TrialView {
    fn of(trial: Trial) -> TrialView {
        let (status, error, result) = match trial.state {
            TrialState::Queued => (TrialStatus::Queued, None, None),
            TrialState::Running { .. } => (TrialStatus::Running, None, None),
            TrialState::Done { ref result, .. } => (TrialStatus::Done, None, Some(ResultView::of(result))),
            TrialState::Failed { ref words, .. } => (TrialStatus::Failed, Some(words.clone()), None),
        };
        TrialView {
            kept_until: trial.kept_until().to_string(),
            created_at: trial.because.at.to_string(),
            trial_id: trial.id.to_string(),
            status,
            base_run_id: match trial.base {
                TrialStart::Now => None,
                TrialStart::Run { run } | TrialStart::Replay { run } => Some(run.into()),
            },
            error,
            adopted_run_id: trial.adopted.map(Into::into),
            change: trial.change,
            result,
        }
    }
}

impl FitsIfView {
    fn of(fits: &FitsIf) -> FitsIfView {
        FitsIfView {
            employee_id: fits.employee_id.clone(),
            date: fits.date,
            rule: fits.rule.clone(),
            schedule_datetime: fits.start.map(write_moment),
            text: fits.text.clone(),
        }
    }
}

impl ResultView {
    fn of(result: &TrialResult) -> ResultView {
        let open = result.open.iter().map(|open| OpenView {
            event_ref_num: open.event,
            reason: open.text.clone(),
            rules: open.rules.clone(),
            fits_if: open.fits_if.iter().map(FitsIfView::of).collect(),
        });
        ResultView {
            plan_version: result.plan_version.version,
            status: result.answer.status.name(),
            score: result.answer.score,
            bound: result.answer.bound,
            gap: result.answer.gap,
            solve_ms: result.answer.timing_ms.solve,
            comparison: result.comparison.clone(),
            without_change: result.without_change.clone(),
            without_change_proven: result.is_unchanged_proven,
            open: open.collect(),
            under_way: result.under_way.clone(),
            replay: result.replayed.as_ref().map(ReplayView::of),
        }
    }
}

api::errors! {
    /// Why a trial is not shown.
    ShowErrors: InvalidId, TrialNotFound;
}

/// The state of a trial, and its result.
#[utoipa::path(
    get,
    path = "/api/trials/{trial_id}",
    operation_id = "getTrial",
    tag = "trials",
    params(OneTrial),
    responses(
        (status = 200, body = TrialView),
        RouteError<ShowErrors>,
    ),
)]
async fn show(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Segment(one): Segment<OneTrial>,
) -> Result<Response, RouteError<ShowErrors>> {
    let trial = trials::show(club_caller.of(&app.table), &one.id()?, club_caller.now).await.map_err(api_error)?;
    Ok(Json(TrialView::of(trial)).into_response())
}

/// The effect of an adoption: the run that now has the current proposal, or the moves of a call-out.
#[derive(Serialize, ToSchema)]
struct TrialAdopted {
    /// The run that now has the current proposal; `null` for a call-out.
    run_id: Option<RunId>,
    /// Number of lines that differ from the earlier proposal in more than their start; `null` for a call-out.
    differ: Option<usize>,
    /// The moves of a call-out, as changes by hand; `null` if the trial has no call-out.
    changes: Option<posted_changes::ScheduleChanges>,
}

api::errors! {
    /// Why a trial is not adopted.
    AdoptErrors:
        InvalidId, TrialNotFound, NotAllowedNow, TrialOfRun, TrialAdopted, PlanMoved, NotOnRealFacts, NothingToAdopt,
        RunOpen, TooManyLines, UnknownEmployee, EventNotFound, RulesBroken, StartNotLegal, DayOutsidePlan, DayLocked,
        NotPosted, TooLate, SameAsPosted;
}

/// Adopts a trial: its plan becomes the current proposal. For a call-out, its moves are approved.
///
/// The plan version that the trial read must still be current. Lines that differ count as edited by the caller.
#[utoipa::path(
    post,
    path = "/api/trials/{trial_id}/adopt",
    operation_id = "adoptTrial",
    tag = "trials",
    params(OneTrial),
    responses(
        (
            status = 200, body = Success<TrialAdopted>,
            description = "The trial's plan is the current proposal, or every move of a call-out was refused: nothing is sent"
        ),
        (status = 202, body = Success<TrialAdopted>, description = "The moves of a call-out are approved, except refused ones"),
        RouteError<AdoptErrors>,
    ),
)]
async fn adopt(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneTrial>,
) -> Result<Response, RouteError<AdoptErrors>> {
    let ids = posted_changes::new_ids(&app, club_caller.now);
    let run = ids.0.clone();
    let because = club_caller.because("adopted a trial");
    let adopted = trials::adopt(app.desk(&club_caller), &app.submissions, &one.id()?, ids, &because).await;
    Ok(match adopted.map_err(api_error)? {
        AdoptionResult::Proposal { run, differ } => {
            ok(TrialAdopted { run_id: Some(run.into()), differ: Some(differ), changes: None })
        }
        AdoptionResult::Callout(changed) => {
            let changes = posted_changes::ScheduleChanges::of(*changed, run);
            let is_recorded = changes.is_recorded();
            let answer = TrialAdopted { run_id: None, differ: None, changes: Some(changes) };
            if is_recorded { accepted(answer) } else { ok(answer) }
        }
    })
}
