//! Days off, and other hours for a while.

use std::collections::BTreeMap;

use api::{ApiError, Body, Code, IfMatch, RequestDate, RouteError, Segment};
use axum::Json;
use chrono::NaiveDate;
use domain::calendar::{Day, Hours};
use domain::snapshot::{Allowance, AvailabilityOverride, EmployeeId, TimeOff};
use serde::Deserialize;
use store::facts::KeptFact;
use utoipa::{IntoParams, ToSchema};

use super::{Change, Dry, Saved, name_of};
use crate::employees::Allowed;

api::errors! {
    /// Why an absence is not saved.
    AbsenceErrors: DateOutOfBounds, FactNotFound, InvalidFact, InvalidText, InvalidVersion, StaleVersion,
        UnknownEmployee;
}

/// Days off, both ends included.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TimeOffRequest)]
pub struct TimeOffWanted {
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
/// The answer lists the posted schedules and proposed lines on those days. `dry=true` saves nothing.
#[utoipa::path(
    post,
    path = "/api/time-off",
    operation_id = "addTimeOff",
    tag = "facts",
    params(Dry),
    request_body = TimeOffWanted,
    responses((status = 200, body = Saved), RouteError<AbsenceErrors>),
)]
pub async fn add_time_off(
    change: Change,
    Body(wanted): Body<TimeOffWanted>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    let TimeOffWanted { employee_id, start, end, why } = wanted;
    let (start, end) = span(&change, start, end)?;
    let off = TimeOff { employee_id, start, end };
    let terms = change.terms(None, why.as_deref(), "time off added")?;
    let saved = change
        .save(&terms, &off.id(), |club_documents, _, _: Option<&TimeOff>| {
            name_of(club_documents, &off.employee_id)?;
            Ok(Some(off.clone()))
        })
        .await?;
    Ok(saved)
}

/// Which absence.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WhichAbsence {
    /// The `id` of the span, from the list of employees.
    #[param(max_length = 200)]
    id: String,
}

/// Deletes days off.
#[utoipa::path(
    delete,
    path = "/api/time-off/{id}",
    operation_id = "removeTimeOff",
    tag = "facts",
    params(Dry, IfMatch, WhichAbsence),
    responses((status = 200, body = Saved), RouteError<AbsenceErrors>),
)]
pub async fn remove_time_off(
    change: Change,
    Segment(WhichAbsence { id }): Segment<WhichAbsence>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    Ok(change.remove::<TimeOff>(&id, "time off", "time off taken back").await?)
}

/// Other weekly availability for a span of days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AvailabilityOverrideRequest)]
pub struct OverrideWanted {
    employee_id: EmployeeId,
    #[schema(value_type = NaiveDate)]
    start: RequestDate,
    /// The last day, not before the start.
    #[schema(value_type = NaiveDate)]
    end: RequestDate,
    /// Availability by weekday. Weekdays that are left out stay as in the usual week.
    days: BTreeMap<Day, Allowed>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Saves other hours for a person, for a span of days.
#[utoipa::path(
    post,
    path = "/api/availability-overrides",
    operation_id = "addAvailabilityOverride",
    tag = "facts",
    params(Dry),
    request_body = OverrideWanted,
    responses((status = 200, body = Saved), RouteError<AbsenceErrors>),
)]
pub async fn add_override(
    change: Change,
    Body(wanted): Body<OverrideWanted>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    let OverrideWanted { employee_id, start, end, days, why } = wanted;
    let (start, end) = span(&change, start, end)?;
    if days.is_empty() {
        return Err(ApiError::new(Code::InvalidFact, "$.days names no weekday: expected at least one").into());
    }
    let row = AvailabilityOverride { employee_id, start, end, days: week(days)? };
    let terms = change.terms(None, why.as_deref(), "other hours added")?;
    let saved = change
        .save(&terms, &row.id(), |club_documents, _, _: Option<&AvailabilityOverride>| {
            name_of(club_documents, &row.employee_id)?;
            Ok(Some(row.clone()))
        })
        .await?;
    Ok(saved)
}

/// Deletes a person's other hours.
#[utoipa::path(
    delete,
    path = "/api/availability-overrides/{id}",
    operation_id = "removeAvailabilityOverride",
    tag = "facts",
    params(Dry, IfMatch, WhichAbsence),
    responses((status = 200, body = Saved), RouteError<AbsenceErrors>),
)]
pub async fn remove_override(
    change: Change,
    Segment(WhichAbsence { id }): Segment<WhichAbsence>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    Ok(change.remove::<AvailabilityOverride>(&id, "change of hours", "other hours taken back").await?)
}

fn span(change: &Change, start: RequestDate, end: RequestDate) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let now = change.club_caller.now;
    let (start, end) = (start.near(now, "$.start")?, end.near(now, "$.end")?);
    if end < start {
        let message = format!("$.end is {end}: expected a date not before the start, {start}");
        return Err(ApiError::new(Code::InvalidFact, message));
    }
    Ok((start, end))
}

/// A week as the rules read it.
///
/// # Errors
/// 422 for hours that end before they begin, with the day.
pub fn week(days: BTreeMap<Day, Allowed>) -> Result<domain::snapshot::Week, ApiError> {
    let read = |(day, allowed): (Day, Allowed)| {
        let allowance = match allowed {
            Allowed::Whole(works) => Allowance::Whole(works),
            Allowed::Within { from, to } if from.0 < to.0 => Allowance::Within(Hours { from: from.0, to: to.0 }),
            Allowed::Within { from, to } => {
                let (from, to) = (domain::calendar::clock(from.0), domain::calendar::clock(to.0));
                let message = format!("$.days.{}.to is {to}: expected a time after {from}", day.name());
                return Err(ApiError::new(Code::InvalidFact, message));
            }
        };
        Ok((day, allowance))
    };
    days.into_iter().map(read).collect()
}
