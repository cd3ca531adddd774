//! `POST /api/auto-schedule/retry`, `…/drop`: retries or drops failed lines: the one in the path, or those with given ids
//! or a given cause, or all.

use api::identity::{ClubCaller, Manager};
use api::shapes::Cause;
use api::{ApiError, Body, Code, RouteError, Segment};
use axum::extract::State;
use axum::response::Response;
use desk::approve::RefusedLine;
use desk::failed::{FailedLines, SettledLines, Settlement, retry, settle};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, UnchangedLine, accepted, line_ids, ok, unchanged_lines};
use crate::app::AppState;
use crate::errors::api_error;
use crate::request_ids::{LineId, OneLine};

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(retry_some))
        .routes(routes!(retry_one))
        .routes(routes!(drop_some))
        .routes(routes!(drop_one))
}

/// The failed lines to use: `{"lines"}`, `{"cause"}` or `{"all": true}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LineChoice {
    #[schema(min_items = 1, max_items = 1000)]
    lines: Option<Vec<LineId>>,
    cause: Option<Cause>,
    all: Option<bool>,
}

impl LineChoice {
    fn which(self) -> Result<FailedLines, ApiError> {
        match (self.lines, self.cause, self.all) {
            (Some(lines), None, None | Some(false)) => Ok(FailedLines::Lines(line_ids(lines)?)),
            (None, Some(cause), None | Some(false)) => Ok(FailedLines::Because(cause.into())),
            (None, None, Some(true)) => Ok(FailedLines::All),
            _ => Err(ApiError::new(Code::InvalidChoice, "name one: lines, or a cause, or all: true")),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Retried)]
struct RetriedLines {
    retried: Vec<String>,
    refused: Vec<RefusedLine>,
    not_failed: Vec<UnchangedLine>,
}

#[derive(Serialize, ToSchema)]
struct DroppedLines {
    dropped: Vec<String>,
    refused: Vec<RefusedLine>,
    not_failed: Vec<UnchangedLine>,
}

api::errors! {
    /// Why several lines are not retried or dropped.
    ChoiceErrors: InvalidChoice, NoLines, TooManyLines, LineNotFound;
}

/// Retries failed lines.
///
/// Each line is checked again as at approval. Failed lines that it depends on are retried with it.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/retry",
    operation_id = "retrySome",
    tag = "submissions",
    request_body = LineChoice,
    responses(
        (status = 202, body = Success<RetriedLines>),
        RouteError<ChoiceErrors>,
    ),
)]
async fn retry_some(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<LineChoice>,
) -> Result<Response, RouteError<ChoiceErrors>> {
    Ok(retry_lines(&app, &club_caller, &body.which()?).await?)
}

api::errors! {
    /// Why one line is not retried or dropped.
    OneLineErrors: LineNotFound;
}

/// Retries a failed line, and the failed lines that it depends on.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/retry/{id}",
    operation_id = "retryOne",
    tag = "submissions",
    params(OneLine),
    responses(
        (status = 202, body = Success<RetriedLines>),
        RouteError<OneLineErrors>,
    ),
)]
async fn retry_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
) -> Result<Response, RouteError<OneLineErrors>> {
    Ok(retry_lines(&app, &club_caller, &FailedLines::Lines(vec![line])).await?)
}

async fn retry_lines(
    app: &AppState,
    club_caller: &ClubCaller<Manager>,
    which: &FailedLines,
) -> Result<Response, ApiError> {
    let SettledLines { done, refused, not_failed } =
        retry(app.desk(club_caller), &app.submissions, which, &club_caller.because("retried"))
            .await
            .map_err(api_error)?;
    Ok(accepted(RetriedLines { retried: done, refused, not_failed: unchanged_lines(not_failed) }))
}

/// Gives failed lines up.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/drop",
    operation_id = "dropSome",
    tag = "submissions",
    request_body = LineChoice,
    responses(
        (status = 200, body = Success<DroppedLines>),
        RouteError<ChoiceErrors>,
    ),
)]
async fn drop_some(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<LineChoice>,
) -> Result<Response, RouteError<ChoiceErrors>> {
    Ok(drop_lines(&app, &club_caller, &body.which()?).await?)
}

/// Gives a failed line up.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/drop/{id}",
    operation_id = "dropOne",
    tag = "submissions",
    params(OneLine),
    responses(
        (status = 200, body = Success<DroppedLines>),
        RouteError<OneLineErrors>,
    ),
)]
async fn drop_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
) -> Result<Response, RouteError<OneLineErrors>> {
    Ok(drop_lines(&app, &club_caller, &FailedLines::Lines(vec![line])).await?)
}

async fn drop_lines(
    app: &AppState,
    club_caller: &ClubCaller<Manager>,
    which: &FailedLines,
) -> Result<Response, ApiError> {
    let SettledLines { done, refused, not_failed } =
        settle(club_caller.of(&app.table), which, &Settlement::Drop, &club_caller.because("dropped"))
            .await
            .map_err(api_error)?;
    Ok(ok(DroppedLines { dropped: done, refused, not_failed: unchanged_lines(not_failed) }))
}
