//! Development routes below `/_local`: the clock, the settings, the queues, the notices, and faults of queues and
//! table. They do not exist in the cloud.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use cloud::{FaultInjector, Notice, Notices, TableFaults};
use queues::{Depth, Faults, Queues};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::clock::Pace;
use super::schedules::Schedules;
use crate::commands::Failure;

/// Maximum step of the clock in seconds: 366 days.
const MAX_STEP_S: u64 = 366 * 24 * 3_600;

/// The development routes, with the state that they read and change.
#[derive(Clone)]
pub struct LocalRoutes {
    /// The clock and the timed work.
    pub schedules: Schedules,
    /// The queues.
    pub queues: Queues,
    /// The notices that were published.
    pub notices: Notices,
    /// The fault injector of the table; `None` if faults of the table cannot be injected.
    pub fault_injector: Option<FaultInjector>,
    /// The settings by name, as a stack's outputs would have them.
    pub outputs: BTreeMap<String, String>,
}

impl LocalRoutes {
    /// The routes.
    pub fn router(self) -> Router {
        Router::new()
            .route("/_local/clock", get(clock).post(move_clock))
            .route("/_local/outputs", get(outputs))
            .route("/_local/queues", get(depths))
            .route("/_local/queues/faults", get(faults).post(set_faults))
            .route("/_local/notices", get(notices))
            .route("/_local/table/faults", post(set_table_faults))
            .with_state(self)
    }
}

/// The pace of the clock, and the time that it shows.
#[derive(Debug, Serialize, Deserialize)]
pub struct ClockReading {
    /// The pace.
    pub pace: Pace,
    /// The time.
    pub now: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    advance_s: u64,
}

/// Why a development route failed: the status, the code and the message.
struct Refusal(StatusCode, &'static str, String);

fn invalid_body(message: String) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, "INVALID_BODY", message)
}

fn check_probabilities(probabilities: &[f64]) -> Result<(), Refusal> {
    let are_valid = probabilities.iter().all(|probability| (0.0..=1.0).contains(probability));
    if are_valid { Ok(()) } else { Err(invalid_body("expected probabilities, from 0 to 1".to_owned())) }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Refusal(status, code, message) = self;
        (status, Json(json!({"success": false, "error": {"code": code, "message": message}}))).into_response()
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        Refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", failure.to_string())
    }
}

async fn clock(State(routes): State<LocalRoutes>) -> Json<ClockReading> {
    Json(ClockReading { pace: routes.schedules.clock().pace(), now: routes.schedules.now() })
}

async fn move_clock(
    State(routes): State<LocalRoutes>,
    body: Result<Json<ClockMove>, JsonRejection>,
) -> Result<Json<ClockReading>, Refusal> {
    let Json(ClockMove { advance_s }) = body.map_err(|e| invalid_body(e.body_text()))?;
    if advance_s > MAX_STEP_S {
        return Err(invalid_body(format!("advance_s is {advance_s}: expected at most {MAX_STEP_S}")));
    }
    let pace = routes.schedules.clock().pace();
    if pace == Pace::Real {
        let message = "this clock runs by itself; start with --clock manual to move it";
        return Err(Refusal(StatusCode::CONFLICT, "CLOCK_IS_REAL", message.to_owned()));
    }
    // In its own task, so that a caller who hangs up does not stop the clock half way.
    let advancing = tokio::spawn(async move { routes.schedules.advance(TimeDelta::seconds(advance_s as i64)).await });
    let now = advancing.await.map_err(Failure::internal)??;
    Ok(Json(ClockReading { pace, now }))
}

async fn outputs(State(routes): State<LocalRoutes>) -> Json<BTreeMap<String, String>> {
    Json(routes.outputs)
}

async fn depths(State(routes): State<LocalRoutes>) -> Result<Json<Vec<Depth>>, Refusal> {
    let depths = routes.queues.depths().await;
    depths.map(Json).map_err(|e| Failure::Internal(e.to_string()).into())
}

/// The notices, which are the morning messages, oldest first.
async fn notices(State(routes): State<LocalRoutes>) -> Json<Vec<Notice>> {
    Json(routes.notices.published())
}

/// The current faults of deliveries; all probabilities are 0 if there are none.
async fn faults(State(routes): State<LocalRoutes>) -> Json<Faults> {
    Json(routes.queues.faults().unwrap_or_default())
}

/// Sets the faults of deliveries, until they are changed or the process ends.
async fn set_faults(
    State(routes): State<LocalRoutes>,
    body: Result<Json<Faults>, JsonRejection>,
) -> Result<Json<Faults>, Refusal> {
    let Json(faults) = body.map_err(|e| invalid_body(e.body_text()))?;
    let probabilities = [faults.duplicate, faults.delay, faults.reorder, faults.drop, faults.lose];
    check_probabilities(&probabilities)?;
    let is_without_faults = probabilities.iter().all(|probability| *probability == 0.0);
    routes.queues.set_faults((!is_without_faults).then(|| faults.clone()));
    Ok(Json(faults))
}

/// Sets the faults of requests to the table, until they are changed or the process ends.
async fn set_table_faults(
    State(routes): State<LocalRoutes>,
    body: Result<Json<TableFaults>, JsonRejection>,
) -> Result<Json<TableFaults>, Refusal> {
    let Json(faults) = body.map_err(|e| invalid_body(e.body_text()))?;
    check_probabilities(&[faults.throttle])?;
    let Some(fault_injector) = routes.fault_injector else {
        let message = "this table does not fail; start with --faulty-table to make it";
        return Err(Refusal(StatusCode::CONFLICT, "TABLE_IS_SOUND", message.to_owned()));
    };
    fault_injector.set_faults(faults);
    Ok(Json(faults))
}
