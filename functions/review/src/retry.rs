//! `POST /api/auto-schedule/retry`, `…/drop`: for one line in the path, or for lines, a cause or all.

use api::identity::{Manager, Seat};
use api::{ApiError, Body, Code, Segment};
use axum::extract::State;
use axum::response::Response;
use desk::approve::Refused;
use desk::decide::LeftAlone;
use desk::failed::{Settled, Verdict, Which, retry, settle};
use serde::{Deserialize, Serialize};
use store::states::Cause;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok, some_lines};
use crate::app::AppState;
use crate::named::{LineId, OneLine};
use crate::told::told;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(retry_some))
        .routes(routes!(retry_one))
        .routes(routes!(drop_some))
        .routes(routes!(drop_one))
}

/// `{"lines"}`, `{"cause"}` or `{"all": true}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineChoice)]
struct Chosen {
    #[schema(min_items = 1, max_items = 1000)]
    lines: Option<Vec<LineId>>,
    cause: Option<Cause>,
    all: Option<bool>,
}

impl Chosen {
    fn which(self) -> Result<Which, ApiError> {
        match (self.lines, self.cause, self.all) {
            (Some(lines), None, None | Some(false)) => Ok(Which::Lines(some_lines(lines)?)),
            (None, Some(cause), None | Some(false)) => Ok(Which::Because(cause)),
            (None, None, Some(true)) => Ok(Which::All),
            _ => Err(ApiError::bad_request(Code::InvalidChoice, "name one: lines, or a cause, or all: true")),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Retried)]
struct AfterRetry {
    retried: Vec<String>,
    refused: Vec<Refused>,
    not_failed: Vec<LeftAlone>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DroppedLines)]
struct AfterDrop {
    dropped: Vec<String>,
    refused: Vec<Refused>,
    not_failed: Vec<LeftAlone>,
}

/// Failed lines are tried again.
///
/// Each is checked again as at approval, and with it the failed ones that it needs.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/retry",
    operation_id = "retrySome",
    tag = "submissions",
    request_body = Chosen,
    responses(
        (status = 202, body = Success<AfterRetry>),
        (status = 400, description = "INVALID_CHOICE, NO_LINES, TOO_MANY_LINES"),
        (status = 404, description = "LINE_NOT_FOUND"),
    ),
)]
async fn retry_some(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<Chosen>,
) -> Result<Response, ApiError> {
    again(&app, &seat, &body.which()?).await
}

/// A failed line is tried again, and with it the failed ones that it needs.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/retry/{id}",
    operation_id = "retryOne",
    tag = "submissions",
    params(OneLine),
    responses(
        (status = 202, body = Success<AfterRetry>),
        (status = 404, description = "LINE_NOT_FOUND"),
    ),
)]
async fn retry_one(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
) -> Result<Response, ApiError> {
    again(&app, &seat, &Which::Lines(vec![line])).await
}

async fn again(app: &AppState, seat: &Seat<Manager>, which: &Which) -> Result<Response, ApiError> {
    let Settled { done, refused, not_failed } =
        retry(app.desk(seat), &app.submissions, which, &seat.because("retried")).await.map_err(told)?;
    Ok(accepted(AfterRetry { retried: done, refused, not_failed }))
}

/// Failed lines are given up.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/drop",
    operation_id = "dropSome",
    tag = "submissions",
    request_body = Chosen,
    responses(
        (status = 200, body = Success<AfterDrop>),
        (status = 400, description = "INVALID_CHOICE, NO_LINES, TOO_MANY_LINES"),
        (status = 404, description = "LINE_NOT_FOUND"),
    ),
)]
async fn drop_some(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<Chosen>,
) -> Result<Response, ApiError> {
    dropping(&app, &seat, &body.which()?).await
}

/// A failed line is given up.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/drop/{id}",
    operation_id = "dropOne",
    tag = "submissions",
    params(OneLine),
    responses(
        (status = 200, body = Success<AfterDrop>),
        (status = 404, description = "LINE_NOT_FOUND"),
    ),
)]
async fn drop_one(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
) -> Result<Response, ApiError> {
    dropping(&app, &seat, &Which::Lines(vec![line])).await
}

async fn dropping(app: &AppState, seat: &Seat<Manager>, which: &Which) -> Result<Response, ApiError> {
    let Settled { done, refused, not_failed } =
        settle(seat.of(&app.table), which, &Verdict::Drop, &seat.because("dropped")).await.map_err(told)?;
    Ok(ok(AfterDrop { dropped: done, refused, not_failed }))
}
