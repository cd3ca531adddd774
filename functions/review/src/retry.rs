//! `POST /api/auto-schedule/retry`, `…/drop`, `…/done-by-hand`: for one line in the path, or for lines, a cause or all.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use desk::approve::Refused;
use desk::decide::LeftAlone;
use desk::failed::{Settled, Verdict, Which, retry, settle};
use runtime::ApiError;
use runtime::http::{Body, Segment};
use runtime::identity::{Manager, Seat};
use serde::{Deserialize, Serialize};
use store::key::ScheduledEventId;
use store::states::Cause;

use crate::answer::{accepted, ok, some_lines, words};
use crate::app::AppState;
use crate::told::told;

/// The routes of this module.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/auto-schedule/retry", post(retry_some))
        .route("/api/auto-schedule/retry/{id}", post(retry_one))
        .route("/api/auto-schedule/drop", post(drop_some))
        .route("/api/auto-schedule/drop/{id}", post(drop_one))
        .route("/api/auto-schedule/done-by-hand", post(by_hand_some))
        .route("/api/auto-schedule/done-by-hand/{id}", post(by_hand_one))
}

/// `{"lines"}`, `{"cause"}` or `{"all": true}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    lines: Option<Vec<String>>,
    cause: Option<Cause>,
    all: Option<bool>,
}

impl Chosen {
    fn which(self) -> Result<Which, ApiError> {
        match (self.lines, self.cause, self.all) {
            (Some(lines), None, None | Some(false)) => Ok(Which::Lines(some_lines(lines)?)),
            (None, Some(cause), None | Some(false)) => Ok(Which::Because(cause)),
            (None, None, Some(true)) => Ok(Which::All),
            _ => Err(ApiError::bad_request("INVALID_CHOICE", "name one: lines, or a cause, or all: true")),
        }
    }
}

#[derive(Serialize)]
struct AfterRetry {
    retried: Vec<String>,
    refused: Vec<Refused>,
    not_failed: Vec<LeftAlone>,
}

#[derive(Serialize)]
struct AfterDrop {
    dropped: Vec<String>,
    refused: Vec<Refused>,
    not_failed: Vec<LeftAlone>,
}

#[derive(Serialize)]
struct AfterHand {
    done_by_hand: Vec<String>,
    refused: Vec<Refused>,
    not_failed: Vec<LeftAlone>,
}

async fn retry_some(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<Chosen>,
) -> Result<Response, ApiError> {
    again(&app, &seat, &body.which()?).await
}

async fn retry_one(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(line): Segment<String>,
) -> Result<Response, ApiError> {
    again(&app, &seat, &Which::Lines(vec![line])).await
}

async fn again(app: &AppState, seat: &Seat<Manager>, which: &Which) -> Result<Response, ApiError> {
    let Settled { done, refused, not_failed } =
        retry(seat.of(&app.table), &app.submissions, which, &seat.because("retried")).await.map_err(told)?;
    Ok(accepted(AfterRetry { retried: done, refused, not_failed }))
}

async fn drop_some(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<Chosen>,
) -> Result<Response, ApiError> {
    dropping(&app, &seat, &body.which()?).await
}

async fn drop_one(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(line): Segment<String>,
) -> Result<Response, ApiError> {
    dropping(&app, &seat, &Which::Lines(vec![line])).await
}

async fn dropping(app: &AppState, seat: &Seat<Manager>, which: &Which) -> Result<Response, ApiError> {
    let Settled { done, refused, not_failed } =
        settle(seat.of(&app.table), which, &Verdict::Drop, &seat.because("dropped")).await.map_err(told)?;
    Ok(ok(AfterDrop { dropped: done, refused, not_failed }))
}

/// A note, and the id that Crossmark gave one line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteOfOne {
    note: String,
    scheduled_event_id: Option<ScheduledEventId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteOfSome {
    note: String,
    lines: Vec<String>,
}

async fn by_hand_some(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<NoteOfSome>,
) -> Result<Response, ApiError> {
    by_hand(&app, &seat, some_lines(body.lines)?, &body.note, None).await
}

async fn by_hand_one(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(line): Segment<String>,
    Body(body): Body<NoteOfOne>,
) -> Result<Response, ApiError> {
    by_hand(&app, &seat, vec![line], &body.note, body.scheduled_event_id).await
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
