//! `POST /api/auto-schedule/run`, `DELETE …/run/{id}`, `POST …/dismiss-crash`.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{delete, post};
use desk::runs::{Buffer, dismiss_crash, end, start};
use runtime::ApiError;
use runtime::http::{Body, Segment};
use runtime::identity::{Manager, Seat};
use serde::{Deserialize, Serialize};
use store::key::RunId;

use crate::answer::{accepted, ok};
use crate::app::AppState;
use crate::told::told;

/// The routes of this module.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/auto-schedule/run", post(start_run))
        .route("/api/auto-schedule/run/{id}", delete(end_run))
        .route("/api/auto-schedule/dismiss-crash", post(dismiss))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    #[expect(dead_code, reason = "there is one kind of run that a person starts")]
    #[serde(default)]
    run_type: RunType,
    #[serde(default)]
    emergency: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RunType {
    #[default]
    Manual,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct OfRun {
    run_id: RunId,
}

async fn start_run(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<Start>,
) -> Result<Response, ApiError> {
    let id = RunId::new(seat.now, &mut app.dice());
    let buffer = if body.emergency { Buffer::Dropped } else { Buffer::Kept };
    let because = seat.because("asked for");
    let run_id = start(seat.of(&app.table), &app.runs, id, buffer, &because).await.map_err(told)?;
    Ok(accepted(OfRun { run_id }))
}

async fn end_run(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(run_id): Segment<RunId>,
) -> Result<Response, ApiError> {
    end(seat.of(&app.table), &run_id, &seat.because("ended while it waited")).await.map_err(told)?;
    Ok(ok(OfRun { run_id }))
}

async fn dismiss(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(OfRun { run_id }): Body<OfRun>,
) -> Result<Response, ApiError> {
    dismiss_crash(seat.of(&app.table), &run_id, &seat.because("seen")).await.map_err(told)?;
    Ok(ok(OfRun { run_id }))
}
