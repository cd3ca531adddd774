//! Development routes below `/_local`: the clock, the settings, the queues, the notices, and faults of queues and
//! table. They do not exist in the cloud.

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
use std::collections::BTreeMap;

use super::clock::Pace;
use super::schedules::Schedules;
use crate::commands::Failure;

/// Maximum step of the clock: one year.
const FARTHEST_S: u64 = 366 * 24 * 3_600;

/// What the routes work on.
#[derive(Clone)]
pub struct Steered {
    /// The clock and the work that follows it.
    pub schedules: Schedules,
    /// The queues.
    pub queues: Queues,
    /// The notices that were published.
    pub notices: Notices,
    /// The fault injector of the table, if there is one.
    pub fault_injector: Option<FaultInjector>,
    /// The settings by name, as a stack's outputs would have them.
    pub outputs: BTreeMap<String, String>,
}

impl Steered {
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

/// The state of the clock.
#[derive(Debug, Serialize, Deserialize)]
pub struct Shown {
    /// Its mode.
    pub pace: Pace,
    /// The time.
    pub now: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_s: u64,
}

/// Why one of these routes failed.
struct Refusal(StatusCode, &'static str, String);

fn bad(message: String) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, "INVALID_BODY", message)
}

fn probabilities(shares: &[f64]) -> Result<(), Refusal> {
    let all = shares.iter().all(|share| (0.0..=1.0).contains(share));
    if all { Ok(()) } else { Err(bad("expected probabilities, from 0 to 1".to_owned())) }
}

#[derive(Serialize)]
struct Refused {
    success: bool,
    error: Why,
}

#[derive(Serialize)]
struct Why {
    code: &'static str,
    message: String,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Refusal(status, code, message) = self;
        (status, Json(Refused { success: false, error: Why { code, message } })).into_response()
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        Refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", failure.to_string())
    }
}

async fn clock(State(steered): State<Steered>) -> Json<Shown> {
    Json(Shown { pace: steered.schedules.timepiece().pace(), now: steered.schedules.now() })
}

async fn move_clock(
    State(steered): State<Steered>,
    body: Result<Json<Move>, JsonRejection>,
) -> Result<Json<Shown>, Refusal> {
    let Json(Move { advance_s }) = body.map_err(|e| bad(e.body_text()))?;
    if advance_s > FARTHEST_S {
        return Err(bad(format!("advance_s is {advance_s}: expected at most {FARTHEST_S}")));
    }
    let pace = steered.schedules.timepiece().pace();
    if pace == Pace::Real {
        let message = "this clock runs by itself; start with --clock manual to move it";
        return Err(Refusal(StatusCode::CONFLICT, "CLOCK_IS_REAL", message.to_owned()));
    }
    // A caller who hangs up must not stop the clock half way.
    let advancing = tokio::spawn(async move { steered.schedules.advance(TimeDelta::seconds(advance_s as i64)).await });
    let now = advancing.await.map_err(|e| Failure::Ours(e.to_string()))??;
    Ok(Json(Shown { pace, now }))
}

async fn outputs(State(steered): State<Steered>) -> Json<BTreeMap<String, String>> {
    Json(steered.outputs)
}

async fn depths(State(steered): State<Steered>) -> Result<Json<Vec<Depth>>, Refusal> {
    let depths = steered.queues.depths().await;
    depths.map(Json).map_err(|e| Failure::Ours(e.to_string()).into())
}

/// The notices, which are the morning messages, oldest first.
async fn notices(State(steered): State<Steered>) -> Json<Vec<Notice>> {
    Json(steered.notices.published())
}

/// The current faults of deliveries; all probabilities are 0 if there are none.
async fn faults(State(steered): State<Steered>) -> Json<Faults> {
    Json(steered.queues.faults().unwrap_or_default())
}

/// Sets the faults of deliveries (duplicate, late, out of order, lost), until they are changed or the process ends.
async fn set_faults(
    State(steered): State<Steered>,
    body: Result<Json<Faults>, JsonRejection>,
) -> Result<Json<Faults>, Refusal> {
    let Json(faults) = body.map_err(|e| bad(e.body_text()))?;
    let shares = [faults.duplicate, faults.delay, faults.reorder, faults.drop, faults.lose];
    probabilities(&shares)?;
    let none = shares.iter().all(|share| *share == 0.0);
    steered.queues.set_faults((!none).then(|| faults.clone()));
    Ok(Json(faults))
}

/// Makes the table reject requests or ends the process at one of them, until the faults are changed.
async fn set_table_faults(
    State(steered): State<Steered>,
    body: Result<Json<TableFaults>, JsonRejection>,
) -> Result<Json<TableFaults>, Refusal> {
    let Json(faults) = body.map_err(|e| bad(e.body_text()))?;
    probabilities(&[faults.throttle])?;
    let Some(fault_injector) = steered.fault_injector else {
        let message = "this table does not fail; start with --faulty-table to make it";
        return Err(Refusal(StatusCode::CONFLICT, "TABLE_IS_SOUND", message.to_owned()));
    };
    fault_injector.set_faults(faults);
    Ok(Json(faults))
}
