//! Holidays and locked days.

use api::{ApiError, Body, Code, IfMatch, RequestDate, RouteError, Segment, words};
use axum::Json;
use domain::holidays::HolidayRule;
use serde::Deserialize;
use store::documents::{Holiday, LockedDay, YearlyHoliday};
use store::facts::KeptFact;
use utoipa::{IntoParams, ToSchema};

use super::{Change, Dry, Saved};

/// The longest name of a holiday and the longest reason of a lock, in characters.
const LONGEST_TEXT: usize = 200;

api::errors! {
    /// Why a closed day is not saved.
    DayErrors: DateOutOfBounds, FactNotFound, InvalidFact, InvalidText, InvalidVersion, StaleVersion;
}

/// A holiday: on one date, or by a rule of every year.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HolidayRequest)]
pub struct HolidayWanted {
    /// The date of one that does not come back.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    date: Option<RequestDate>,
    /// The rule of one that comes every year.
    #[serde(default)]
    rule: Option<HolidayRule>,
    /// What it is called.
    #[serde(default)]
    #[schema(max_length = 200)]
    name: Option<String>,
}

/// A company holiday: once, on a date of every year, or on the n-th weekday of a month.
#[utoipa::path(
    post,
    path = "/api/holidays",
    operation_id = "addHoliday",
    tag = "facts",
    params(Dry),
    request_body = HolidayWanted,
    responses((status = 200, body = Saved), RouteError<DayErrors>),
)]
pub async fn add_holiday(
    change: Change,
    Body(HolidayWanted { date, rule, name }): Body<HolidayWanted>,
) -> Result<Json<Saved>, RouteError<DayErrors>> {
    let name = optional("$.name", name)?;
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
            let message = "expected either $.date, for one that does not come back, or $.rule";
            return Err(ApiError::new(Code::InvalidFact, message).into());
        }
    };
    Ok(saved)
}

/// Which holiday.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WhichHoliday {
    /// Its date, or the `id` of one of every year, as the list of holidays says it.
    #[param(max_length = 40)]
    id: String,
}

/// A holiday is taken away.
#[utoipa::path(
    delete,
    path = "/api/holidays/{id}",
    operation_id = "removeHoliday",
    tag = "facts",
    params(Dry, IfMatch, WhichHoliday),
    responses((status = 200, body = Saved), RouteError<DayErrors>),
)]
pub async fn remove_holiday(
    change: Change,
    Segment(WhichHoliday { id }): Segment<WhichHoliday>,
) -> Result<Json<Saved>, RouteError<DayErrors>> {
    let (what, usual) = ("holiday", "holiday taken away");
    Ok(match domain::calendar::read_date(&id) {
        Some(_) => change.remove::<Holiday>(&id, what, usual).await?,
        None => change.remove::<YearlyHoliday>(&id, what, usual).await?,
    })
}

/// A day that nobody plans any more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LockedDayRequest)]
pub struct LockWanted {
    #[schema(value_type = NaiveDate)]
    date: RequestDate,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 200)]
    reason: Option<String>,
}

/// A day is locked: nothing is planned on it, moved to it or moved away from it, by hand or by a run.
#[utoipa::path(
    post,
    path = "/api/locked-days",
    operation_id = "lockDay",
    tag = "facts",
    params(Dry),
    request_body = LockWanted,
    responses((status = 200, body = Saved), RouteError<DayErrors>),
)]
pub async fn add_locked_day(
    change: Change,
    Body(LockWanted { date, reason }): Body<LockWanted>,
) -> Result<Json<Saved>, RouteError<DayErrors>> {
    let day = LockedDay { date: date.near(change.club_caller.now, "$.date")?, reason: optional("$.reason", reason)? };
    let terms = change.terms(None, day.reason.as_deref(), "day locked")?;
    Ok(change.save(&terms, &day.id(), |_, _, _: Option<&LockedDay>| Ok(Some(day.clone()))).await?)
}

/// Which day.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WhichDay {
    #[param(value_type = NaiveDate)]
    date: RequestDate,
}

/// A day is unlocked.
#[utoipa::path(
    delete,
    path = "/api/locked-days/{date}",
    operation_id = "unlockDay",
    tag = "facts",
    params(Dry, IfMatch, WhichDay),
    responses((status = 200, body = Saved), RouteError<DayErrors>),
)]
pub async fn remove_locked_day(
    change: Change,
    Segment(WhichDay { date }): Segment<WhichDay>,
) -> Result<Json<Saved>, RouteError<DayErrors>> {
    Ok(change.remove::<LockedDay>(&date.any().to_string(), "locked day", "day unlocked").await?)
}

fn optional(name: &str, text: Option<String>) -> Result<Option<String>, ApiError> {
    text.filter(|text| !text.trim().is_empty()).map(|text| words(name, &text, LONGEST_TEXT)).transpose()
}
