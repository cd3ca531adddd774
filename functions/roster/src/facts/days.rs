//! Holidays and locked days.

use api::{ApiError, Body, Code, IfMatch, RequestDate, RouteError, Segment, words};
use axum::Json;
use domain::holidays::HolidayRule;
use serde::Deserialize;
use store::documents::{Holiday, LockedDay, YearlyHoliday};
use store::facts::KeptFact;
use utoipa::{IntoParams, ToSchema};

use super::{ChangeRequest, DryRun, FactSavedView, RemovalErrors};

/// Maximum length of the name of a holiday and of the reason of a lock, in characters.
const LONGEST_TEXT: usize = 200;

api::errors! {
    /// Why a holiday is not saved.
    HolidayErrors: DateOutOfBounds, InvalidFact, InvalidText, InvalidVersion, StaleVersion;
    /// Why a day is not locked.
    LockErrors: DateOutOfBounds, InvalidText, InvalidVersion, StaleVersion;
}

/// A holiday, either on one date or by a rule for every year.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayRequest {
    /// The date of a holiday that does not return.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    date: Option<RequestDate>,
    /// The rule of a holiday that returns every year.
    #[serde(default)]
    rule: Option<HolidayRule>,
    /// The name of the holiday.
    #[serde(default)]
    #[schema(max_length = 200)]
    name: Option<String>,
}

/// Saves a company holiday: on one date, on a date of every year, or on the n-th or last weekday of a month.
#[utoipa::path(
    post,
    path = "/api/holidays",
    operation_id = "addHoliday",
    tag = "facts",
    params(DryRun, IfMatch),
    request_body = HolidayRequest,
    responses((status = 200, body = FactSavedView), RouteError<HolidayErrors>),
)]
pub async fn add_holiday(
    change: ChangeRequest,
    Body(HolidayRequest { date, rule, name }): Body<HolidayRequest>,
) -> Result<Json<FactSavedView>, RouteError<HolidayErrors>> {
    let name = optional_text("$.name", name)?;
    let terms = change.terms(None, None, "holiday added")?;
    let saved = match (date, rule) {
        (Some(date), None) => {
            let holiday = Holiday { date: date.near(change.club_caller.now, "$.date")?, name };
            change.save(&terms, &holiday.id(), |_, _, _: Option<&Holiday>| Ok(Some(holiday.clone()))).await?
        }
        (None, Some(rule)) if rule.is_possible() => {
            let holiday = YearlyHoliday { rule, name };
            change.save(&terms, &holiday.id(), |_, _, _: Option<&YearlyHoliday>| Ok(Some(holiday.clone()))).await?
        }
        (None, Some(_)) => {
            let message = "$.rule names a day that no year has: expected a month from 1 to 12 and a day of it";
            return Err(ApiError::new(Code::InvalidFact, message).into());
        }
        _ => {
            let message = "expected either $.date, for a holiday on one date, or $.rule, for one of every year";
            return Err(ApiError::new(Code::InvalidFact, message).into());
        }
    };
    Ok(saved)
}

/// The holiday in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct HolidayPath {
    /// The date of the holiday; for a holiday of every year, its `id` from the list of holidays.
    #[param(max_length = 40)]
    id: String,
}

/// Deletes a holiday.
#[utoipa::path(
    delete,
    path = "/api/holidays/{id}",
    operation_id = "removeHoliday",
    tag = "facts",
    params(DryRun, IfMatch, HolidayPath),
    responses((status = 200, body = FactSavedView), RouteError<RemovalErrors>),
)]
pub async fn remove_holiday(
    change: ChangeRequest,
    Segment(HolidayPath { id }): Segment<HolidayPath>,
) -> Result<Json<FactSavedView>, RouteError<RemovalErrors>> {
    let (what, reason) = ("holiday", "holiday taken away");
    Ok(match domain::calendar::read_date(&id) {
        Some(_) => change.remove::<Holiday>(&id, what, reason).await?,
        None => change.remove::<YearlyHoliday>(&id, what, reason).await?,
    })
}

/// A locked day, on which nothing is planned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LockedDayRequest {
    #[schema(value_type = NaiveDate)]
    date: RequestDate,
    /// The reason of the lock.
    #[serde(default)]
    #[schema(max_length = 200)]
    reason: Option<String>,
}

/// Locks a day: neither a person nor a run can plan on it, move to it or move away from it.
#[utoipa::path(
    post,
    path = "/api/locked-days",
    operation_id = "lockDay",
    tag = "facts",
    params(DryRun, IfMatch),
    request_body = LockedDayRequest,
    responses((status = 200, body = FactSavedView), RouteError<LockErrors>),
)]
pub async fn add_locked_day(
    change: ChangeRequest,
    Body(LockedDayRequest { date, reason }): Body<LockedDayRequest>,
) -> Result<Json<FactSavedView>, RouteError<LockErrors>> {
    let date = date.near(change.club_caller.now, "$.date")?;
    let day = LockedDay { date, reason: optional_text("$.reason", reason)? };
    let terms = change.terms(None, day.reason.as_deref(), "day locked")?;
    Ok(change.save(&terms, &day.id(), |_, _, _: Option<&LockedDay>| Ok(Some(day.clone()))).await?)
}

/// The locked day in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LockedDayPath {
    #[param(value_type = NaiveDate)]
    date: RequestDate,
}

/// Unlocks a day.
#[utoipa::path(
    delete,
    path = "/api/locked-days/{date}",
    operation_id = "unlockDay",
    tag = "facts",
    params(DryRun, IfMatch, LockedDayPath),
    responses((status = 200, body = FactSavedView), RouteError<RemovalErrors>),
)]
pub async fn remove_locked_day(
    change: ChangeRequest,
    Segment(LockedDayPath { date }): Segment<LockedDayPath>,
) -> Result<Json<FactSavedView>, RouteError<RemovalErrors>> {
    Ok(change.remove::<LockedDay>(&date.any().to_string(), "locked day", "day unlocked").await?)
}

fn optional_text(name: &str, text: Option<String>) -> Result<Option<String>, ApiError> {
    text.filter(|text| !text.trim().is_empty()).map(|text| words(name, &text, LONGEST_TEXT)).transpose()
}
