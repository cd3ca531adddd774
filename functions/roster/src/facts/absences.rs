//! Days off, and other hours for a while.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Body, Code, IfMatch, Params, RequestDate, RouteError, Segment, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use domain::calendar::{Day, Hours};
use domain::snapshot::{Allowance, AvailabilityOverride, EmployeeId, TimeOff};
use serde::Deserialize;
use store::Table;
use store::facts::KeptFact;
use utoipa::{IntoParams, ToSchema};

use super::{Dry, Saved, Wish, name_of, save};
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
    /// Not before the start.
    #[schema(value_type = NaiveDate)]
    end: RequestDate,
    /// Why the record changes; who is away and for which illness does not belong here.
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Somebody is away from one day to another.
///
/// The answer says which posted schedules and proposed lines are on those days; with `dry=true` nothing is saved.
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
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    Params(dry): Params<Dry>,
    Body(wanted): Body<TimeOffWanted>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    let TimeOffWanted { employee_id, start, end, why } = wanted;
    let (start, end) = span(&club_caller, start, end)?;
    let off = TimeOff { employee_id, start, end };
    let id = off.id();
    let wish = Wish { dry, version: None, why };
    let saved = save(&club_caller, &table, &wish, &id, "time off added", |club_documents, _, _: Option<&TimeOff>| {
        name_of(club_documents, &off.employee_id)?;
        Ok(Some(off.clone()))
    });
    Ok(Json(saved.await?))
}

/// Which absence.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WhichAbsence {
    /// Its `id`, as the list of employees says it.
    #[param(max_length = 200)]
    id: String,
}

/// Days off are taken back.
#[utoipa::path(
    delete,
    path = "/api/time-off/{id}",
    operation_id = "removeTimeOff",
    tag = "facts",
    params(Dry, IfMatch, WhichAbsence),
    responses((status = 200, body = Saved), RouteError<AbsenceErrors>),
)]
pub async fn remove_time_off(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Params(dry): Params<Dry>,
    Segment(WhichAbsence { id }): Segment<WhichAbsence>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    let wish = Wish { dry, version: expected_version(&headers, None)?, why: None };
    let saved = save(&club_caller, &table, &wish, &id, "time off taken back", |_, _, found: Option<&TimeOff>| {
        found.map_or_else(|| Err(not_found("time off")), |_| Ok(None))
    });
    Ok(Json(saved.await?))
}

/// Another week for a while.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AvailabilityOverrideRequest)]
pub struct OverrideWanted {
    employee_id: EmployeeId,
    #[schema(value_type = NaiveDate)]
    start: RequestDate,
    /// Not before the start.
    #[schema(value_type = NaiveDate)]
    end: RequestDate,
    /// What it says of weekdays; one that it leaves out stays as the usual week has it.
    days: BTreeMap<Day, Allowed>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Somebody works other hours from one day to another.
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
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    Params(dry): Params<Dry>,
    Body(wanted): Body<OverrideWanted>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    let OverrideWanted { employee_id, start, end, days, why } = wanted;
    let (start, end) = span(&club_caller, start, end)?;
    if days.is_empty() {
        return Err(ApiError::new(Code::InvalidFact, "$.days names no weekday: expected at least one").into());
    }
    let row = AvailabilityOverride { employee_id, start, end, days: week(days)? };
    let id = row.id();
    let wish = Wish { dry, version: None, why };
    let saved = save(
        &club_caller,
        &table,
        &wish,
        &id,
        "other hours added",
        |club_documents, _, _: Option<&AvailabilityOverride>| {
            name_of(club_documents, &row.employee_id)?;
            Ok(Some(row.clone()))
        },
    );
    Ok(Json(saved.await?))
}

/// Other hours are taken back.
#[utoipa::path(
    delete,
    path = "/api/availability-overrides/{id}",
    operation_id = "removeAvailabilityOverride",
    tag = "facts",
    params(Dry, IfMatch, WhichAbsence),
    responses((status = 200, body = Saved), RouteError<AbsenceErrors>),
)]
pub async fn remove_override(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Params(dry): Params<Dry>,
    Segment(WhichAbsence { id }): Segment<WhichAbsence>,
) -> Result<Json<Saved>, RouteError<AbsenceErrors>> {
    let wish = Wish { dry, version: expected_version(&headers, None)?, why: None };
    let saved = save(
        &club_caller,
        &table,
        &wish,
        &id,
        "other hours taken back",
        |_, _, found: Option<&AvailabilityOverride>| {
            found.map_or_else(|| Err(not_found("change of hours")), |_| Ok(None))
        },
    );
    Ok(Json(saved.await?))
}

fn span(
    club_caller: &ClubCaller<Manager>,
    start: RequestDate,
    end: RequestDate,
) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let (start, end) = (start.near(club_caller.now, "$.start")?, end.near(club_caller.now, "$.end")?);
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

/// 404 for a fact that is not there.
pub fn not_found(what: &str) -> ApiError {
    ApiError::new(Code::FactNotFound, format!("there is no such {what}"))
}
