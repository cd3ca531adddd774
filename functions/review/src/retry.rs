//! `POST /api/auto-schedule/retry`, `…/drop`, `…/done-by-hand`: for one line in the path, or for lines, a cause or all.

use axum::extract::State;
use axum::response::Response;
use desk::approve::Refused;
use desk::decide::LeftAlone;
use desk::failed::{Settled, Verdict, Which, retry, settle};
use runtime::http::{Body, Number, Segment};
use runtime::identity::{Manager, Seat};
use runtime::{ApiError, Code};
use serde::{Deserialize, Serialize};
use store::key::ScheduledEventId;
use store::states::Cause;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok, some_lines, words};
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
        .routes(routes!(by_hand_some))
        .routes(routes!(by_hand_one))
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

#[derive(Serialize, ToSchema)]
#[schema(as = DoneByHand)]
struct AfterHand {
    done_by_hand: Vec<String>,
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

/// A note, and the id that Crossmark gave one line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DoneByHandOneRequest)]
struct NoteOfOne {
    /// Who entered it, and how.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
    #[schema(value_type = Option<ScheduledEventId>)]
    scheduled_event_id: Option<Number>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DoneByHandRequest)]
struct NoteOfSome {
    /// Who entered it, and how.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
    #[schema(min_items = 1, max_items = 1000)]
    lines: Vec<LineId>,
}

/// Failed lines that a person entered at Crossmark by hand.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/done-by-hand",
    operation_id = "doneByHandSome",
    tag = "submissions",
    request_body = NoteOfSome,
    responses(
        (status = 200, body = Success<AfterHand>),
        (status = 400, description = "INVALID_TEXT, NO_LINES, TOO_MANY_LINES"),
        (status = 404, description = "LINE_NOT_FOUND"),
    ),
)]
async fn by_hand_some(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<NoteOfSome>,
) -> Result<Response, ApiError> {
    by_hand(&app, &seat, some_lines(body.lines)?, &body.note, None).await
}

/// A failed line that a person entered at Crossmark by hand.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/done-by-hand/{id}",
    operation_id = "doneByHandOne",
    tag = "submissions",
    params(OneLine),
    request_body = NoteOfOne,
    responses(
        (status = 200, body = Success<AfterHand>),
        (status = 400, description = "INVALID_TEXT"),
        (status = 404, description = "LINE_NOT_FOUND"),
    ),
)]
async fn by_hand_one(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
    Body(body): Body<NoteOfOne>,
) -> Result<Response, ApiError> {
    let id = body.scheduled_event_id.map(|id| ScheduledEventId(id.get()));
    by_hand(&app, &seat, vec![line], &body.note, id).await
}

async fn by_hand(
    app: &AppState,
    seat: &Seat<Manager>,
    lines: Vec<String>,
    note: &str,
    id: Option<ScheduledEventId>,
) -> Result<Response, ApiError> {
    let because = seat.because(words("note", note)?);
    let verdict = Verdict::DoneByHand(id);
    let Settled { done, refused, not_failed } =
        settle(seat.of(&app.table), &Which::Lines(lines), &verdict, &because).await.map_err(told)?;
    Ok(ok(AfterHand { done_by_hand: done, refused, not_failed }))
}
