//! `PUT /api/pending-schedule/{id}`: a person changes a line.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::put;
use desk::Broken;
use desk::bonds::HeldWith;
use desk::check::Wish;
use desk::edit::{Request, Wanted, edit};
use desk::view::LineView;
use domain::snapshot::EmployeeId;
use runtime::ApiError;
use runtime::http::{Body, Segment, expected_version};
use runtime::identity::{Manager, Seat};
use serde::{Deserialize, Serialize};
use store::edits::Mark;

use crate::answer::{ok, words};
use crate::app::AppState;
use crate::check::when;
use crate::told::told;

/// The routes of this module.
pub fn routes() -> Router<AppState> {
    Router::new().route("/api/pending-schedule/{id}", put(change))
}

/// `{"employee_id", "schedule_datetime"}` (either may be left out), or `{"held"}`, or `{"revert": true}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    employee_id: Option<EmployeeId>,
    schedule_datetime: Option<String>,
    held: Option<bool>,
    revert: Option<bool>,
    version: Option<u64>,
    #[serde(rename = "override")]
    overriding: Option<Override>,
}

/// A manager's word that broken rules are meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    reason: String,
}

#[derive(Serialize)]
struct Edited {
    time_zone: &'static str,
    updated_schedule: LineView,
    also_changed: Vec<LineView>,
    held_with: Vec<HeldWith>,
    overridden: Vec<Broken>,
}

async fn change(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Segment(line): Segment<String>,
    headers: HeaderMap,
    Body(body): Body<Edit>,
) -> Result<Response, ApiError> {
    let version = expected_version(&headers, body.version)?;
    let overriding = body.overriding.as_ref().map(|o| words("override.reason", &o.reason)).transpose()?;
    let why = overriding.clone().unwrap_or_else(|| "edited".to_owned());
    let request = Request { line, version, wanted: wanted(body)?, overriding };
    let done = edit(seat.of(&app.table), &request, &seat.because(why)).await.map_err(told)?;
    Ok(ok(Edited {
        time_zone: done.plan.time_zone.name(),
        updated_schedule: done.line,
        also_changed: done.others,
        held_with: done.held_with,
        overridden: done.overridden,
    }))
}

fn wanted(body: Edit) -> Result<Wanted, ApiError> {
    let places = body.employee_id.is_some() || body.schedule_datetime.is_some();
    match (places, body.held, body.revert) {
        (true, None, None | Some(false)) => {
            let when = body.schedule_datetime.as_deref().map(when).transpose()?;
            Ok(Wanted::Place(Wish { employee: body.employee_id, when }))
        }
        (false, Some(held), None | Some(false)) => Ok(Wanted::Mark(if held { Mark::Held } else { Mark::Free })),
        (false, None, Some(true)) => Ok(Wanted::Revert),
        _ => {
            let message = "name one change: employee_id and schedule_datetime, or held, or revert: true";
            Err(ApiError::bad_request("INVALID_EDIT", message))
        }
    }
}
