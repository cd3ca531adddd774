//! `GET /api/drafts`, `GET …/{draft_id}`, `POST …/{draft_id}/confirm`, `POST …/{draft_id}/discard`: a person looks at
//! drafts that an assistant or *Find* made, and confirms or discards them. No route here makes a draft.

use api::identity::{ClubCaller, Manager, Viewer};
use api::{ApiError, Body, Code, Object, RouteError, Segment};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;
use desk::drafts::{self, DraftError, Queues, ShownDraft};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Club;
use store::audit::Because;
use store::drafts::{Outcome, State as DraftState};
use store::key::DraftId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok, words};
use crate::app::{App, AppState};
use crate::errors::api_error;
use crate::posted_changes::RulesOverride;

mod views;

pub use views::DraftSummary;
use views::{DraftOutcome, DraftView};

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(confirm)).routes(routes!(discard))
}

/// The draft that a path names.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneDraft {
    /// The draft's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    draft_id: String,
}

impl OneDraft {
    fn id(&self) -> Result<DraftId, ApiError> {
        let message = "a draft's id has 1 to 64 letters, digits, - and _";
        DraftId::parse(&self.draft_id).map_err(|_| ApiError::new(Code::InvalidId, message))
    }
}

/// The club's plan version and time zone.
async fn plan_version_and_zone(club: Club<'_>) -> Result<(u64, Tz), ApiError> {
    let header = club.plan_header().await?;
    let info = header.info.ok_or(store::snapshot::SnapshotError::NoClub)?;
    Ok((header.plan_version.version, info.time_zone))
}

/// The drafts on which nobody has decided.
#[derive(Serialize, ToSchema)]
struct DraftList {
    /// The drafts, oldest first.
    items: Vec<DraftSummary>,
}

/// The drafts that are neither confirmed, discarded nor expired, oldest first.
///
/// 1 request, and 1 or 2 more for each call-out.
#[utoipa::path(
    get,
    path = "/api/drafts",
    operation_id = "listDrafts",
    tag = "drafts",
    responses(
        (status = 200, body = DraftList),
        RouteError<()>,
    ),
)]
async fn list(State(app): State<AppState>, club_caller: ClubCaller<Viewer>) -> Result<Response, RouteError<()>> {
    let club = club_caller.of(&app.table);
    let open = drafts::list(club, club_caller.now).await.map_err(draft_error)?;
    Ok(Json(DraftList { items: open.iter().map(DraftSummary::of).collect() }).into_response())
}

api::errors! {
    /// Why a draft is not shown.
    ShowErrors: InvalidId, DraftNotFound;
}

/// A draft with its exact effect. A draft can be read for a day after it ended.
#[utoipa::path(
    get,
    path = "/api/drafts/{draft_id}",
    operation_id = "getDraft",
    tag = "drafts",
    params(OneDraft),
    responses(
        (status = 200, body = DraftView),
        RouteError<ShowErrors>,
    ),
)]
async fn show(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Segment(one): Segment<OneDraft>,
) -> Result<Response, RouteError<ShowErrors>> {
    let club = club_caller.of(&app.table);
    let shown = drafts::get(club, &one.id()?, club_caller.now).await.map_err(draft_error)?;
    Ok(Json(DraftView::of(&shown, plan_version_and_zone(club).await?)).into_response())
}

/// The confirmation of a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DraftConfirmation {
    /// The reason for the rules that the draft breaks. It is required if the draft breaks any.
    #[serde(rename = "override")]
    #[schema(value_type = Option<RulesOverride>)]
    overriding: Option<Object<RulesOverride>>,
}

api::errors! {
    /// Why a draft is not confirmed.
    ConfirmErrors:
        InvalidId, InvalidText, DraftNotFound, DraftNotReady, DraftStale, DraftExpired, DraftDiscarded, DraftInHand,
        DraftSpent, InvalidDraft, RulesBroken, UnknownEmployee, EventNotFound, FindingNotFound, LineNotFound,
        LinesOfAnotherRun, NoProposal, ProposalSuperseded, IncompletePlace, StartNotLegal, DayOutsidePlan, DayLocked,
        PairCannotFollow, NotPosted, SameAsPosted, LineHasNoPlace, TooLate, StaleVersion, NotAllowedNow, PlanMoved,
        TooManyLines, RunOpen, TooManyRuns, InvalidChange, TooManyTrials, TrialNotFound, NothingToAdopt;
}

/// Confirms a draft: carries out its effect, once, in the name of the caller.
///
/// A draft is refused at another plan version, after ten minutes, and if somebody has decided on it. Any manager of the
/// club may confirm it, and is responsible for it. The next confirmation finishes one that was interrupted.
#[utoipa::path(
    post,
    path = "/api/drafts/{draft_id}/confirm",
    operation_id = "confirmDraft",
    tag = "drafts",
    params(OneDraft),
    request_body = DraftConfirmation,
    responses(
        (status = 200, body = Success<DraftView>, description = "The draft is carried out"),
        (status = 202, body = Success<DraftView>, description = "The draft is approved or started, and the service continues with it"),
        RouteError<ConfirmErrors>,
    ),
)]
async fn confirm(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneDraft>,
    Body(body): Body<DraftConfirmation>,
) -> Result<Response, RouteError<ConfirmErrors>> {
    let overriding = body.overriding.as_ref().map(|o| words("override.reason", &o.0.reason)).transpose()?;
    let (desk, by) = (app.desk(&club_caller), club_caller.because("confirmed"));
    let confirmed = drafts::confirm(desk, queues(&app), &one.id()?, overriding.as_deref(), &by).await;
    let shown = confirmed.map_err(draft_error)?;
    let view = DraftView::of(&shown, plan_version_and_zone(club_caller.of(&app.table)).await?);
    Ok(if continues(&shown) { accepted(view) } else { ok(view) })
}

/// Whether the service continues with a confirmed draft: it submits lines, or a solver works.
fn continues(shown: &ShownDraft) -> bool {
    let DraftState::Confirmed { outcome, .. } = &shown.draft.state else { return false };
    match outcome {
        Outcome::Approved { .. } | Outcome::Run { .. } | Outcome::Trial { .. } | Outcome::Retried { .. } => true,
        Outcome::Edited { .. } | Outcome::Saved { .. } | Outcome::Ignored { .. } => false,
    }
}

fn queues(app: &App) -> Queues<'_> {
    Queues { runs: &app.runs, trials: &app.trials, submissions: &app.submissions }
}

api::errors! {
    /// Why a draft is not discarded.
    DiscardErrors: InvalidId, DraftInHand, DraftNotFound, DraftSpent;
}

/// Discards a draft. Nothing is done, and nobody can confirm the draft any more. The request is idempotent.
#[utoipa::path(
    post,
    path = "/api/drafts/{draft_id}/discard",
    operation_id = "discardDraft",
    tag = "drafts",
    params(OneDraft),
    responses(
        (status = 200, body = Success<DraftView>),
        RouteError<DiscardErrors>,
    ),
)]
async fn discard(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneDraft>,
) -> Result<Response, RouteError<DiscardErrors>> {
    let club = club_caller.of(&app.table);
    let by = club_caller.because("discarded");
    let shown = drafts::discard(club, &one.id()?, &by).await.map_err(draft_error)?;
    Ok(ok(DraftView::of(&shown, plan_version_and_zone(club).await?)))
}

/// The HTTP error for an error of a draft.
pub fn draft_error(error: DraftError) -> ApiError {
    let message = error.to_string();
    let details = |by: &Because| json!({"by": by.who.display_name(), "at": by.at.to_string()});
    match error {
        DraftError::NoDraft => ApiError::new(Code::DraftNotFound, message),
        DraftError::Invalid { .. } | DraftError::Failed { .. } => ApiError::new(Code::InvalidDraft, message),
        // Only making a draft fails with this error, and no route here makes one.
        DraftError::TooMany { next_at, .. } => ApiError::new(Code::NotAllowedNow, message).until(next_at),
        DraftError::Preparing => ApiError::new(Code::DraftNotReady, message),
        DraftError::Stale { found } => ApiError::new(Code::DraftStale, message).with(json!({"plan_version": found})),
        DraftError::Expired { at } => ApiError::new(Code::DraftExpired, message).with(json!({"at": at.to_string()})),
        DraftError::Discarded { by } => ApiError::new(Code::DraftDiscarded, message).with(details(&by)),
        DraftError::AlreadyConfirmed { by, outcome } => {
            let mut details = details(&by);
            details["outcome"] = json!(DraftOutcome::of(&outcome));
            ApiError::new(Code::DraftSpent, message).with(details)
        }
        DraftError::InProgress { by } => ApiError::new(Code::DraftInHand, message).with(details(&by)),
        DraftError::Desk(error) => api_error(error),
    }
}
