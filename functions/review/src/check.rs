//! `POST /api/auto-schedule/check`: what one change would break, earn and cost; or who could work a line when.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use desk::check::{Asked, Checked, DayChoice, When, Wish, check, rank};
use domain::snapshot::{EmployeeId, EventRef};
use runtime::ApiError;
use runtime::http::Body;
use runtime::identity::{Seat, Viewer};
use serde::{Deserialize, Serialize};

use crate::answer::ok;
use crate::app::AppState;
use crate::told::told;

/// The routes of this module.
pub fn routes() -> Router<AppState> {
    Router::new().route("/api/auto-schedule/check", post(imagine))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    line: Option<String>,
    event_ref_num: Option<EventRef>,
    employee_id: Option<EmployeeId>,
    schedule_datetime: Option<String>,
}

#[derive(Serialize)]
struct OfPlan<T> {
    time_zone: &'static str,
    plan_version: u64,
    #[serde(flatten)]
    answer: T,
}

#[derive(Serialize)]
struct Ranked {
    days: Vec<DayChoice>,
}

async fn imagine(
    State(app): State<AppState>,
    seat: Seat<Viewer>,
    Body(body): Body<Change>,
) -> Result<Response, ApiError> {
    let asked = match (body.line, body.event_ref_num) {
        (Some(line), None) => Asked::Line(line),
        (None, Some(event)) => Asked::Event(event),
        _ => return Err(ApiError::bad_request("INVALID_CHECK", "name a line, or an event_ref_num")),
    };
    let wish = Wish { employee: body.employee_id, when: body.schedule_datetime.as_deref().map(when).transpose()? };
    let club = seat.of(&app.table);
    if wish == Wish::default() {
        let (plan, days) = rank(club, &asked, seat.now).await.map_err(told)?;
        return Ok(ok(OfPlan {
            time_zone: plan.time_zone.name(),
            plan_version: plan.plan_version.version,
            answer: Ranked { days },
        }));
    }
    let (plan, checked): (_, Checked) = check(club, &asked, &wish, seat.now).await.map_err(told)?;
    Ok(ok(OfPlan { time_zone: plan.time_zone.name(), plan_version: plan.plan_version.version, answer: checked }))
}

/// A date, or a club-local time.
///
/// # Errors
/// 400.
pub fn when(text: &str) -> Result<When, ApiError> {
    let message = "schedule_datetime is a club-local 2026-11-24T10:15:00 without an offset, or a date alone";
    When::read(text).ok_or_else(|| ApiError::bad_request("INVALID_TIME", message))
}
