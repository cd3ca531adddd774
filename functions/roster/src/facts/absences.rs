//! Days off, and other weekly availability for a span of days.

use std::collections::BTreeMap;

use api::{ApiError, Body, Code, IfMatch, RequestDate, RouteError, Segment};
use axum::Json;
use chrono::NaiveDate;
use domain::calendar::{Day, Hours, clock};
use domain::snapshot::{Allowance, AvailabilityOverride, EmployeeId, TimeOff, Week};
use serde::Deserialize;
use store::facts::KeptFact;
use utoipa::{IntoParams, ToSchema};

use super::{ChangeRequest, DryRun, FactSavedView, RemovalErrors, require_employee};
use crate::employees::AllowanceView;

api::errors! {
    /// Why an absence is not saved.
    AbsenceErrors: DateOutOfBounds, InvalidFact, InvalidText, InvalidVersion, StaleVersion, UnknownEmployee;
}

/// Days off, both ends included.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOffRequest {
    employee_id: EmployeeId,
    #[schema(value_type = NaiveDate)]
    start: RequestDate,
    /// The last day, not before the start.
    #[schema(value_type = NaiveDate)]
    end: RequestDate,
    /// The reason of the change. Do not write who is away or for which illness.
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Saves days off for a person.
///
/// The answer lists the person's posted schedules and lines on those days. `dry=true` saves nothing.
#[utoipa::path(
    post,
    path = "/api/time-off",
    operation_id = "addTimeOff",
    tag = "facts",
    params(DryRun, IfMatch),
    request_body = TimeOffRequest,
    responses((status = 200, body = FactSavedView), RouteError<AbsenceErrors>),
)]
pub async fn add_time_off(
    change: ChangeRequest,
    Body(request): Body<TimeOffRequest>,
) -> Result<Json<FactSavedView>, RouteError<AbsenceErrors>> {
    let TimeOffRequest { employee_id, start, end, why } = request;
    let (start, end) = read_span(&change, start, end)?;
    let off = TimeOff { employee_id, start, end };
    let terms = change.terms(None, why.as_deref(), "time off added")?;
    let saved = change
        .save(&terms, &off.id(), |club_documents, _, _: Option<&TimeOff>| {
            require_employee(club_documents, &off.employee_id)?;
            Ok(Some(off.clone()))
        })
        .await?;
    Ok(saved)
}

/// The absence in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AbsencePath {
    /// The `id` of the absence, from the list of employees.
    #[param(max_length = 200)]
    id: String,
}

/// Deletes days off.
#[utoipa::path(
    delete,
    path = "/api/time-off/{id}",
    operation_id = "removeTimeOff",
    tag = "facts",
    params(DryRun, IfMatch, AbsencePath),
    responses((status = 200, body = FactSavedView), RouteError<RemovalErrors>),
)]
pub async fn remove_time_off(
    change: ChangeRequest,
    Segment(AbsencePath { id }): Segment<AbsencePath>,
) -> Result<Json<FactSavedView>, RouteError<RemovalErrors>> {
    Ok(change.remove::<TimeOff>(&id, "time off", "time off taken back").await?)
}

/// Other weekly availability for a span of days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityOverrideRequest {
    employee_id: EmployeeId,
    #[schema(value_type = NaiveDate)]
    start: RequestDate,
    /// The last day, not before the start.
    #[schema(value_type = NaiveDate)]
    end: RequestDate,
    /// Availability by weekday. Weekdays that are left out stay as in the usual week.
    days: BTreeMap<Day, AllowanceView>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Saves other weekly availability of a person, for a span of days.
#[utoipa::path(
    post,
    path = "/api/availability-overrides",
    operation_id = "addAvailabilityOverride",
    tag = "facts",
    params(DryRun, IfMatch),
    request_body = AvailabilityOverrideRequest,
    responses((status = 200, body = FactSavedView), RouteError<AbsenceErrors>),
)]
pub async fn add_override(
    change: ChangeRequest,
    Body(request): Body<AvailabilityOverrideRequest>,
) -> Result<Json<FactSavedView>, RouteError<AbsenceErrors>> {
    let AvailabilityOverrideRequest { employee_id, start, end, days, why } = request;
    let (start, end) = read_span(&change, start, end)?;
    if days.is_empty() {
        return Err(ApiError::new(Code::InvalidFact, "$.days names no weekday: expected at least one").into());
    }
    let row = AvailabilityOverride { employee_id, start, end, days: read_week(days)? };
    let terms = change.terms(None, why.as_deref(), "other hours added")?;
    let saved = change
        .save(&terms, &row.id(), |club_documents, _, _: Option<&AvailabilityOverride>| {
            require_employee(club_documents, &row.employee_id)?;
            Ok(Some(row.clone()))
        })
        .await?;
    Ok(saved)
}

/// Deletes an availability override of a person.
#[utoipa::path(
    delete,
    path = "/api/availability-overrides/{id}",
    operation_id = "removeAvailabilityOverride",
    tag = "facts",
    params(DryRun, IfMatch, AbsencePath),
    responses((status = 200, body = FactSavedView), RouteError<RemovalErrors>),
)]
pub async fn remove_override(
    change: ChangeRequest,
    Segment(AbsencePath { id }): Segment<AbsencePath>,
) -> Result<Json<FactSavedView>, RouteError<RemovalErrors>> {
    Ok(change.remove::<AvailabilityOverride>(&id, "change of hours", "other hours taken back").await?)
}

fn read_span(change: &ChangeRequest, start: RequestDate, end: RequestDate) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let now = change.club_caller.now;
    let (start, end) = (start.near(now, "$.start")?, end.near(now, "$.end")?);
    if end < start {
        let message = format!("$.end is {end}: expected a date not before the start, {start}");
        return Err(ApiError::new(Code::InvalidFact, message));
    }
    Ok((start, end))
}

/// Reads the availability by weekday from the API's representation.
///
/// # Errors
/// 422 with the weekday, for hours that do not end after they begin.
pub fn read_week(days: BTreeMap<Day, AllowanceView>) -> Result<Week, ApiError> {
    let read = |(day, allowance): (Day, AllowanceView)| {
        let allowance = match allowance {
            AllowanceView::Whole(works) => Allowance::Whole(works),
            AllowanceView::Within { from, to } if from.0 < to.0 => Allowance::Within(Hours { from: from.0, to: to.0 }),
            AllowanceView::Within { from, to } => {
                let (from, to) = (clock(from.0), clock(to.0));
                let message = format!("$.days.{}.to is {to}: expected a time after {from}", day.name());
                return Err(ApiError::new(Code::InvalidFact, message));
            }
        };
        Ok((day, allowance))
    };
    days.into_iter().map(read).collect()
}
