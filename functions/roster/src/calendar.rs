//! Holidays and locked days.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use runtime::ApiError;
use runtime::http::{Paging, Params};
use runtime::identity::{Seat, Viewer};
use serde::{Deserialize, Serialize};
use store::Table;
use store::documents::{Dated, Holiday, LockedDay};

use crate::paging::{List, Read};

/// From which day on; from the first where it is left out.
#[derive(Deserialize)]
pub struct From {
    from: Option<NaiveDate>,
}

/// A day on which nothing is planned.
#[derive(Serialize)]
pub struct DayView {
    date: NaiveDate,
    version: u64,
}

/// A document that says no more than its date.
pub trait Closed: Dated + Send {
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

/// `GET /api/holidays`, `GET /api/locked-days`
pub async fn list<D: Closed + 'static>(
    seat: Seat<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(From { from }): Params<From>,
) -> Result<Json<List<DayView>>, ApiError> {
    let place = paging.place()?;
    let club = seat.of(&table);
    let from = from.unwrap_or(NaiveDate::MIN);
    let page = club.documents_from::<D>(from, place.cursor.as_ref(), place.limit);
    let read = Read::of(&club, place.total, page, club.count_documents_from::<D>(from)).await?;
    Ok(Json(read.list(|_, day| DayView { date: day.body.date(), version: day.version })))
}
