//! `POST /api/trials`, `GET …/{id}`, `POST …/{id}/adopt`: what would change if something were different.

use api::identity::{ClubCaller, Manager, Viewer};
use api::shapes::RunId;
use api::{ApiError, Body, Code, RouteError, Segment};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use desk::trials::{self, Adopted};
use domain::calendar::write_moment;
use domain::snapshot::{EmployeeId, EventRef};
use domain::trial::{Change, Comparison};
use serde::{Deserialize, Serialize};
use store::key::TrialId;
use store::provenance::{ReplayVerdict, Replayed, Versioned};
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

/// What is tried, and on what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TrialRequest)]
struct Request {
    /// What is changed: the club as it is where it is left out.
    #[serde(default)]
    base: RequestedBase,
    /// What is different; lists have the rows of a snapshot.
    ///
    /// Any of `weights`, `block_capacity`, `buffer_days`, `time_off`, `availability_overrides`, `weekly_availability`,
    /// `working`, `employees`, `exceptions`, `lock`, `unlock`, `fixed`, `forbidden`, `callout`.
    #[schema(value_type = Object)]
    change: Change,
}

/// What is changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TrialBase)]
enum RequestedBase {
    /// The club and its plan as they are.
    #[default]
    Now,
    /// The club as a run read it.
    Run(RunId),
    /// Nothing: this run is run again as it was.
    Replay(RunId),
}

#[derive(Serialize, ToSchema)]
#[schema(as = TrialBegun)]
struct Begun {
    trial_id: String,
}

api::errors! {
    /// Why a trial is not begun.
    BeginErrors: InvalidChange, TooManyTrials;
}

/// A trial is begun: the club, or what a run read of it, is solved with a change, and nothing of it is stored in the plan.
///
/// It takes seconds; its result is kept for a day.
#[utoipa::path(
    post,
    path = "/api/trials",
    operation_id = "beginTrial",
    tag = "trials",
    request_body = Request,
    responses(
        (status = 202, body = Success<Begun>),
        RouteError<BeginErrors>,
    ),
)]
async fn begin(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<Request>,
) -> Result<Response, RouteError<BeginErrors>> {
    let base = match body.base {
        RequestedBase::Now => TrialStart::Now,
        RequestedBase::Run(run) => TrialStart::Run { run: run.0 },
        RequestedBase::Replay(_) if body.change != Change::default() => {
            let message = "a run that is run again as it was takes no change";
            return Err(ApiError::new(Code::InvalidChange, message).into());
        }
        RequestedBase::Replay(run) => TrialStart::Replay { run: run.0 },
    };
    let faults = body.change.shape_faults();
    if !faults.is_empty() {
        let message = faults.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; ");
        return Err(ApiError::new(Code::InvalidChange, message).into());
    }
    let id = TrialId::new(club_caller.now, &mut app.rng());
    let because = club_caller.because("tried a change");
    let id = trials::begin(club_caller.of(&app.table), &app.trials, id, base, body.change, &because)
        .await
        .map_err(api_error)?;
    Ok(accepted(Begun { trial_id: id.to_string() }))
}

/// A trial.
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

/// How far a trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TrialStatus {
    /// It waits for a solver.
    Queued,
    /// A solver works on it.
    Running,
    /// It has a result.
    Done,
    /// It ended without one.
    Failed,
}

/// A trial with its result.
#[derive(Serialize, ToSchema)]
#[schema(as = Trial)]
struct TrialView {
    trial_id: String,
    status: TrialStatus,
    /// The run whose snapshot was changed, or that is run again; none where the club as it is was changed.
    base_run_id: Option<RunId>,
    created_at: String,
    /// Until when it is kept.
    kept_until: String,
    /// Why it failed.
    error: Option<String>,
    /// The run that it became where somebody adopted it.
    adopted_run_id: Option<RunId>,
    /// What is different in it.
    #[schema(value_type = Object)]
    change: Change,
    result: Option<ResultView>,
}

/// What a trial found.
#[derive(Serialize, ToSchema)]
#[schema(as = TrialResult)]
struct ResultView {
    /// The plan version that it read; only on this one can it be adopted.
    plan_version: u64,
    /// `optimal`, `gap`, `time_limit` or `nothing_to_do`.
    status: &'static str,
    score: f64,
    /// Upper bound of the score of every legal schedule.
    bound: Option<f64>,
    /// Points between score and bound.
    gap: Option<f64>,
    /// Milliseconds that solving took.
    solve_ms: u64,
    #[serde(flatten)]
    comparison: Comparison,
    /// Events for which a call-out finds nobody.
    open: Vec<OpenView>,
    /// What came of running a run again; none of every other trial.
    replay: Option<ReplayView>,
}

/// What came of running a run again as it was.
#[derive(Serialize, ToSchema)]
#[schema(as = Replay)]
struct ReplayView {
    verdict: Verdict,
    /// The verdict as a sentence, with the versions that changed.
    text: String,
    /// Whether the replay confirms the run.
    confirms: bool,
    /// The score of the run.
    score_then: f64,
    /// The score of the replay; none where the run's answer was judged again instead.
    score_now: Option<f64>,
    /// Lines that differ.
    lines_differ: usize,
    /// What has another version than it had for the run.
    versions: Vec<VersionView>,
    /// How many erasures of people changed what is kept of the run.
    erasures: usize,
    /// What the checker finds wrong with the answer of a run that stopped on time.
    breaches: Vec<String>,
}

/// What an answer and its replay have in common.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReplayVerdict)]
enum Verdict {
    /// Every line is the same.
    Identical,
    /// The score is the same, some lines are others.
    OtherLines,
    /// The score is another.
    Different,
    /// The run stopped on time and cannot be repeated exactly; its answer was judged again.
    Rejudged,
    /// The replay ended on time before it proved anything.
    Unfinished,
}

/// What has another version than it had for a run.
#[derive(Serialize, ToSchema)]
#[schema(as = VersionChange)]
struct VersionView {
    what: VersionedName,
    then: String,
    now: String,
}

/// What has a version.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Versioned)]
enum VersionedName {
    /// This program.
    Program,
    /// The rulebook.
    Rulebook,
    /// The solver engine.
    Highs,
}

impl ReplayView {
    fn of(replayed: &Replayed) -> ReplayView {
        let (verdict, breaches) = match &replayed.verdict {
            ReplayVerdict::Identical => (Verdict::Identical, Vec::new()),
            ReplayVerdict::OtherLines => (Verdict::OtherLines, Vec::new()),
            ReplayVerdict::Different => (Verdict::Different, Vec::new()),
            ReplayVerdict::Rejudged { breaches } => (Verdict::Rejudged, breaches.clone()),
            ReplayVerdict::Unfinished => (Verdict::Unfinished, Vec::new()),
        };
        let versions = replayed.versions.iter().map(|change| VersionView {
            what: match change.what {
                Versioned::Program => VersionedName::Program,
                Versioned::Rulebook => VersionedName::Rulebook,
                Versioned::Highs => VersionedName::Highs,
            },
            then: change.then.clone(),
            now: change.now.clone(),
        });
        ReplayView {
            verdict,
            text: replayed.words(),
            confirms: replayed.verdict.confirms(),
            score_then: replayed.score_then,
            score_now: replayed.score_now,
            lines_differ: replayed.lines_differ,
            versions: versions.collect(),
            erasures: replayed.erasures,
            breaches,
        }
    }
}

/// An event for which a call-out finds nobody.
#[derive(Serialize, ToSchema)]
#[schema(as = StaysOpen)]
struct OpenView {
    event_ref_num: EventRef,
    /// Why, in plain words.
    reason: String,
    rules: Vec<String>,
    /// What would have to give for somebody to take it, the smallest first, at most 3.
    fits_if: Vec<FitsIfView>,
}

/// What would have to give for somebody to take an event.
#[derive(Serialize, ToSchema)]
#[schema(as = FitsIf)]
struct FitsIfView {
    /// Who would take it.
    employee_id: EmployeeId,
    date: NaiveDate,
    /// The rule that would be broken; none where another start is enough.
    rule: Option<String>,
    /// The other start.
    schedule_datetime: Option<String>,
    /// The whole in a sentence.
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
            open: open.collect(),
            replay: result.replayed.as_ref().map(ReplayView::of),
        }
    }
}

api::errors! {
    /// Why a trial is not shown.
    ShowErrors: InvalidId, TrialNotFound;
}

/// How far a trial is, and what it found.
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

/// What an adoption did: the run that is the current proposal now, or the approved moves of a call-out.
#[derive(Serialize, ToSchema)]
#[schema(as = TrialAdopted)]
struct AdoptedView {
    /// The run that is the current proposal now; none for a call-out.
    run_id: Option<RunId>,
    /// Lines of it that differ from the proposal before.
    differ: Option<usize>,
    /// The approved moves of a call-out.
    changes: Option<posted_changes::Changed>,
}

api::errors! {
    /// Why a trial is not adopted.
    AdoptErrors:
        InvalidId, TrialNotFound, NotAllowedNow, TrialOfRun, TrialAdopted, PlanMoved, NotOnRealFacts, NothingToAdopt,
        RunOpen, TooManyLines, UnknownEmployee, EventNotFound, RulesBroken, StartNotLegal, DayOutsidePlan, DayLocked,
        NotPosted, TooLate, SameAsPosted;
}

/// The plan of a trial becomes the current proposal; the moves of a call-out are approved.
///
/// Only while the plan version that it read stands. What differs counts as edited by the caller.
#[utoipa::path(
    post,
    path = "/api/trials/{trial_id}/adopt",
    operation_id = "adoptTrial",
    tag = "trials",
    params(OneTrial),
    responses(
        (status = 200, body = Success<AdoptedView>, description = "The plan is the current proposal"),
        (status = 202, body = Success<AdoptedView>, description = "The moves of a call-out go to Crossmark"),
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
        Adopted::Proposal { run, differ } => {
            ok(AdoptedView { run_id: Some(run.into()), differ: Some(differ), changes: None })
        }
        Adopted::Callout(changed) => {
            let changes = posted_changes::Changed::of(*changed, run);
            accepted(AdoptedView { run_id: None, differ: None, changes: Some(changes) })
        }
    })
}
