//! `POST /api/auto-schedule/check`: what one change would break, earn and cost; or who could work a line when.

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, Body, Code, RouteError, near};
use axum::extract::State;
use axum::response::Response;
use desk::check::{CheckTarget, Checked, DayChoice, check, rank};
use desk::evaluate::{RequestedPlace, When};
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};
use store::stamp::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, ok};
use crate::app::AppState;
use crate::errors::api_error;
use crate::request_ids::LineId;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(evaluate_change))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckRequest {
    /// A line of the current proposal. Name either a line or an event.
    line: Option<LineId>,
    event_ref_num: Option<EventRef>,
    /// Whether the event would be changed by hand: it is judged by what is posted alone, without the proposal, as
    /// `POST /api/schedules/changes` does. That request allows more starts: any for an event that is no Core event, and
    /// the posted one. Only with `event_ref_num`.
    #[serde(default)]
    by_hand: bool,
    employee_id: Option<EmployeeId>,
    /// A date, or a club-local time without an offset.
    schedule_datetime: Option<String>,
}

/// The result of a check, and the plan version on which the change was checked.
#[derive(Serialize, ToSchema)]
struct CheckAnswer {
    time_zone: &'static str,
    plan_version: u64,
    #[serde(flatten)]
    result: CheckResult,
}

/// The effect of one change. Without a change, the people who could work the line, by day.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum CheckResult {
    Change(Checked),
    Choices(Ranked),
}

#[derive(Serialize, ToSchema)]
struct Ranked {
    days: Vec<DayChoice>,
}

api::errors! {
    /// Why a change is not checked.
    CheckErrors:
        InvalidCheck, InvalidTime, DateOutOfBounds, UnknownEmployee, IncompletePlace, LineNotFound, EventNotFound,
        ProposalSuperseded, StartNotLegal, DayOutsidePlan, PairCannotFollow, SameAsPosted;
}

/// Checks one change: the rules that it breaks, and its points. Without a change, lists who could work the line, by
/// day.
///
/// The check changes nothing.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/check",
    operation_id = "checkChange",
    tag = "proposals",
    request_body = CheckRequest,
    responses(
        (status = 200, body = Success<CheckAnswer>),
        RouteError<CheckErrors>,
    ),
)]
async fn evaluate_change(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Body(body): Body<CheckRequest>,
) -> Result<Response, RouteError<CheckErrors>> {
    let target = match (body.line, body.event_ref_num) {
        (Some(line), None) if !body.by_hand => CheckTarget::Line(line.into_text()),
        (None, Some(event)) if body.by_hand => CheckTarget::ByHand(event),
        (None, Some(event)) => CheckTarget::Event(event),
        _ => {
            let message = "name a line, or an event_ref_num, and by_hand only with an event_ref_num";
            return Err(ApiError::new(Code::InvalidCheck, message).into());
        }
    };
    let place = RequestedPlace {
        employee: body.employee_id,
        when: body.schedule_datetime.as_deref().map(|text| when(text, club_caller.now)).transpose()?,
    };
    let desk = app.desk(&club_caller);
    if place == RequestedPlace::default() {
        let (plan, days) = rank(desk, &target, club_caller.now).await.map_err(api_error)?;
        return Ok(ok(CheckAnswer {
            time_zone: plan.time_zone.name(),
            plan_version: plan.plan_version.version,
            result: CheckResult::Choices(Ranked { days }),
        }));
    }
    let (plan, checked) = check(desk, &target, &place, club_caller.now).await.map_err(api_error)?;
    Ok(ok(CheckAnswer {
        time_zone: plan.time_zone.name(),
        plan_version: plan.plan_version.version,
        result: CheckResult::Change(checked),
    }))
}

/// A date, or a club-local time, at most two years from now.
///
/// # Errors
/// 400 for anything else.
pub fn when(text: &str, now: Timestamp) -> Result<When, ApiError> {
    let message = "schedule_datetime is a club-local 2026-11-24T10:15:00 without an offset, or a date alone";
    let when = When::read(text).ok_or_else(|| ApiError::new(Code::InvalidTime, message))?;
    near(when.date(), now, "schedule_datetime")?;
    Ok(when)
}
