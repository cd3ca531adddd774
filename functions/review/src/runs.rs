//! `POST /api/auto-schedule/run`, `DELETE …/run/{id}`, `POST …/dismiss-crash`: starts a run, cancels a queued one,
//! acknowledges a crash.

use api::identity::{ClubCaller, Manager};
use api::shapes::RunId;
use api::{Body, RouteError, Segment};
use axum::extract::State;
use axum::response::Response;
use desk::runs::{Buffer, dismiss_crash, end, start_manual};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok};
use crate::app::AppState;
use crate::errors::api_error;
use crate::request_ids::OneRun;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(start_run)).routes(routes!(end_run)).routes(routes!(dismiss))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunRequest {
    #[expect(dead_code, reason = "a person can start only one kind of run")]
    #[serde(default)]
    run_type: RequestedRunType,
    /// Whether days inside the buffer are also planned.
    #[serde(default)]
    emergency: bool,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RequestedRunType {
    #[default]
    Manual,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DismissRequest {
    run_id: RunId,
}

#[derive(Serialize, ToSchema)]
struct RunNamed {
    run_id: RunId,
}

api::errors! {
    /// Why no run is started.
    StartErrors: RunOpen, TooManyRuns;
}

/// Requests a run, which a solver then starts.
///
/// At most 6 requested runs an hour for a club.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/run",
    operation_id = "startRun",
    tag = "runs",
    request_body = RunRequest,
    responses(
        (status = 202, body = Success<RunNamed>),
        RouteError<StartErrors>,
    ),
)]
async fn start_run(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<RunRequest>,
) -> Result<Response, RouteError<StartErrors>> {
    let id = store::key::RunId::new(club_caller.now, &mut app.rng());
    let buffer = if body.emergency { Buffer::Dropped } else { Buffer::Kept };
    let because = club_caller.because("asked for");
    let run_id = start_manual(club_caller.of(&app.table), &app.runs, id, buffer, &because).await.map_err(api_error)?;
    Ok(accepted(RunNamed { run_id: run_id.into() }))
}

api::errors! {
    /// Why a run is not ended, or its crash is not acknowledged.
    RunErrors: RunNotFound, NotAllowedNow;
}

/// Cancels a run that is still queued.
#[utoipa::path(
    delete,
    path = "/api/auto-schedule/run/{run_id}",
    operation_id = "endRun",
    tag = "runs",
    params(OneRun),
    responses(
        (status = 200, body = Success<RunNamed>),
        RouteError<RunErrors>,
    ),
)]
async fn end_run(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(OneRun { run_id }): Segment<OneRun>,
) -> Result<Response, RouteError<RunErrors>> {
    let run_id = store::key::RunId::parse(&run_id)?;
    end(club_caller.of(&app.table), &run_id, &club_caller.because("ended while it waited")).await.map_err(api_error)?;
    Ok(ok(RunNamed { run_id: run_id.into() }))
}

/// Acknowledges that a run crashed.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/dismiss-crash",
    operation_id = "dismissCrash",
    tag = "runs",
    request_body = DismissRequest,
    responses(
        (status = 200, body = Success<RunNamed>),
        RouteError<RunErrors>,
    ),
)]
async fn dismiss(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(DismissRequest { run_id }): Body<DismissRequest>,
) -> Result<Response, RouteError<RunErrors>> {
    dismiss_crash(club_caller.of(&app.table), &run_id.0, &club_caller.because("seen")).await.map_err(api_error)?;
    Ok(ok(RunNamed { run_id }))
}
