//! Holidays and locked days.

use std::sync::Arc;

use api::identity::{Seat, Viewer};
use api::{DatedListErrors, Paging, Params, RequestDate, RouteError};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::Table;
use store::documents::{Dated, Holiday, LockedDay};
use utoipa::{IntoParams, ToSchema};

use crate::paging::{List, Read};

/// From which day on; from the first where it is left out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct From {
    /// The first day; from the first there is where it is left out.
    #[param(value_type = Option<NaiveDate>)]
    from: Option<RequestDate>,
}

/// A day on which nothing is planned.
#[derive(Serialize, ToSchema)]
#[schema(as = ClosedDay)]
pub struct DayView {
    date: NaiveDate,
    version: u64,
}

/// A document that consists only of its date.
trait Closed: Dated + Send {
    /// The date.
    fn date(&self) -> NaiveDate;
}

impl Closed for Holiday {
    fn date(&self) -> NaiveDate {
        self.date
    }
}

impl Closed for LockedDay {
    fn date(&self) -> NaiveDate {
        self.date
    }
}

/// Company holidays.
#[utoipa::path(
    get,
    path = "/api/holidays",
    operation_id = "listHolidays",
    tag = "club",
    params(Paging, From),
    responses((status = 200, body = List<DayView>), RouteError<DatedListErrors>)
)]
pub async fn holidays(
    seat: Seat<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(from): Params<From>,
) -> Result<Json<List<DayView>>, RouteError<DatedListErrors>> {
    list::<Holiday>(&seat, &table, paging, from).await
}

/// Days that nobody plans any more.
#[utoipa::path(
    get,
    path = "/api/locked-days",
    operation_id = "listLockedDays",
    tag = "club",
    params(Paging, From),
    responses((status = 200, body = List<DayView>), RouteError<DatedListErrors>)
)]
pub async fn locked_days(
    seat: Seat<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(from): Params<From>,
) -> Result<Json<List<DayView>>, RouteError<DatedListErrors>> {
    list::<LockedDay>(&seat, &table, paging, from).await
}

async fn list<D: Closed + 'static>(
    seat: &Seat<Viewer>,
    table: &Table,
    paging: Paging,
    From { from }: From,
) -> Result<Json<List<DayView>>, RouteError<DatedListErrors>> {
    let place = paging.place()?;
    let club = seat.of(table);
    let from = from.map(|from| from.near(seat.now, "from")).transpose()?.unwrap_or(NaiveDate::MIN);
    let page = club.documents_from::<D>(from, place.cursor.as_ref(), place.limit);
    let read = Read::of(&club, place.total, page, club.count_documents_from::<D>(from)).await?;
    Ok(Json(read.list(|_, day| DayView { date: day.body.date(), version: day.version })))
}
