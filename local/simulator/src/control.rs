//! The simulator's own calls, under `/_sim`: to inspect it, to inject faults, and to reset it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::events::Changes;
use crate::faults::{Faults, FaultsRequest};
use crate::journal::JournalError;
use crate::ledger::Effect;
use crate::seed::Event;
use crate::sim::{Sim, lock};

/// Why a call under `/_sim` failed.
pub(crate) struct ControlError(StatusCode, String);

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<JsonRejection> for ControlError {
    fn from(rejection: JsonRejection) -> Self {
        Self(StatusCode::BAD_REQUEST, rejection.body_text())
    }
}

impl From<JournalError> for ControlError {
    fn from(error: JournalError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

fn bad_request(words: String) -> ControlError {
    ControlError(StatusCode::BAD_REQUEST, words)
}

/// `GET /_sim/ledger`
pub(crate) async fn ledger(State(sim): State<Arc<Sim>>) -> Json<Vec<Effect>> {
    Json(sim.world().ledger().cloned().collect())
}

/// The names of the simulator's club, with which its ledger is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedClub {
    /// The club's name.
    pub name: String,
    /// The club's time zone.
    pub time_zone: Tz,
    /// The people's names by `RepID`.
    pub people: BTreeMap<u64, String>,
    /// The events' names by `mPlanID`.
    pub events: BTreeMap<u64, String>,
}

/// `GET /_sim/club`
pub(crate) async fn club(State(sim): State<Arc<Sim>>) -> Json<SimulatedClub> {
    let world = sim.world();
    let seed = world.seed();
    Json(SimulatedClub {
        name: seed.store_name.clone(),
        time_zone: seed.time_zone,
        people: seed.people.iter().map(|person| (person.rep_id, person.name.clone())).collect(),
        events: world.events().map(|event| (event.plan_id, event.name.clone())).collect(),
    })
}

/// `GET /_sim/calls`
pub(crate) async fn calls(State(sim): State<Arc<Sim>>) -> Json<Value> {
    Json(json!(lock(&sim.calls).list()))
}

/// `GET /_sim/faults`
pub(crate) async fn faults(State(sim): State<Arc<Sim>>) -> Json<Faults> {
    Json(lock(&sim.faults).clone())
}

/// `POST /_sim/faults`
pub(crate) async fn set_faults(
    State(sim): State<Arc<Sim>>,
    request: Result<Json<FaultsRequest>, JsonRejection>,
) -> Result<Json<Faults>, ControlError> {
    let Json(request) = request?;
    let mut faults = lock(&sim.faults);
    faults.apply_request(request).map_err(bad_request)?;
    Ok(Json(faults.clone()))
}

/// `POST /_sim/release`
pub(crate) async fn release(State(sim): State<Arc<Sim>>) -> Json<Value> {
    Json(json!({"released": sim.release()}))
}

/// `POST /_sim/reset`: resets the ledger and the events to the seed, and removes all faults and the log of calls. Held calls
/// stay held, and sessions stay open.
pub(crate) async fn reset(State(sim): State<Arc<Sim>>) -> Result<Json<Value>, ControlError> {
    let now = sim.now();
    sim.world().reset(now)?;
    *lock(&sim.faults) = Faults::default();
    lock(&sim.calls).clear();
    Ok(Json(json!({"ok": 1})))
}

/// `GET /_sim/events`
pub(crate) async fn events(State(sim): State<Arc<Sim>>) -> Json<Vec<Event>> {
    Json(sim.world().events().cloned().collect())
}

/// `POST /_sim/events`
pub(crate) async fn change_events(
    State(sim): State<Arc<Sim>>,
    changes: Result<Json<Changes>, JsonRejection>,
) -> Result<Json<Value>, ControlError> {
    let Json(changes) = changes?;
    let mut world = sim.world();
    let events = changes.events(&world).map_err(bad_request)?;
    let count = events.len();
    world.put_events(events)?;
    Ok(Json(json!({"changed": count})))
}

/// The last year to which the clock can be moved.
const LAST_YEAR: i32 = 9_998;

/// The time that the clock shows, or that it is requested to show.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockReading {
    now: DateTime<Utc>,
}

/// `GET /_sim/clock`
pub(crate) async fn clock(State(sim): State<Arc<Sim>>) -> Json<ClockReading> {
    Json(ClockReading { now: sim.now() })
}

/// `POST /_sim/clock`: moves a manual clock forward. An earlier time than the clock's changes nothing.
pub(crate) async fn move_clock(
    State(sim): State<Arc<Sim>>,
    to: Result<Json<ClockReading>, JsonRejection>,
) -> Result<Json<ClockReading>, ControlError> {
    let Json(ClockReading { now }) = to?;
    if now.year() > LAST_YEAR {
        return Err(bad_request(format!("now is {now}: expected a moment not after the year {LAST_YEAR}")));
    }
    if !sim.move_clock(now) {
        return Err(ControlError(StatusCode::CONFLICT, "this clock runs by itself".to_owned()));
    }
    Ok(Json(ClockReading { now: sim.now() }))
}
