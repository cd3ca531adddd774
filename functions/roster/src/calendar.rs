//! Holidays and locked days.

use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{DatedListErrors, Paging, Params, RequestDate, RouteError};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use domain::holidays::HolidayRule;
use serde::{Deserialize, Serialize};
use store::Table;
use store::documents::{ClubDocuments, Dated, Holiday, LockedDay};
use store::facts::KeptFact;
use utoipa::{IntoParams, ToSchema};

use crate::paging::{List, StoredPage};

/// The first day of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FirstDayQuery {
    /// The first day; without it, the list starts at the first entry.
    #[param(value_type = Option<NaiveDate>)]
    from: Option<RequestDate>,
}

/// A day on which nothing is planned.
#[derive(Serialize, ToSchema)]
#[schema(as = ClosedDay)]
pub struct DayView {
    date: NaiveDate,
    /// The name of the holiday, or the reason of the lock.
    name: Option<String>,
    version: u64,
}

/// Company holidays: a page of the holidays that happen once, and all holidays that return every year.
#[derive(Serialize, ToSchema)]
pub struct HolidayList {
    #[serde(flatten)]
    days: List<DayView>,
    yearly: Vec<YearlyView>,
}

/// A holiday that returns every year.
#[derive(Serialize, ToSchema)]
#[schema(as = YearlyHoliday)]
struct YearlyView {
    /// The id by which the holiday is deleted.
    id: String,
    rule: HolidayRule,
    name: Option<String>,
    /// The first date of the holiday from today on.
    next: Option<NaiveDate>,
    version: u64,
}

/// A document about one closed day.
trait ClosedDay: Dated + Send {
    /// The API's representation of the day.
    fn view(self, version: u64) -> DayView;
}

impl ClosedDay for Holiday {
    fn view(self, version: u64) -> DayView {
        DayView { date: self.date, name: self.name, version }
    }
}

impl ClosedDay for LockedDay {
    fn view(self, version: u64) -> DayView {
        DayView { date: self.date, name: self.reason, version }
    }
}

/// Company holidays.
#[utoipa::path(
    get,
    path = "/api/holidays",
    operation_id = "listHolidays",
    tag = "club",
    params(Paging, FirstDayQuery),
    responses((status = 200, body = HolidayList), RouteError<DatedListErrors>)
)]
pub async fn holidays(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(from): Params<FirstDayQuery>,
) -> Result<Json<HolidayList>, RouteError<DatedListErrors>> {
    let (club_documents, days) = list::<Holiday>(&club_caller, &table, paging, from).await?;
    let today = club_caller.now.date_in(club_documents.zone()?);
    let yearly = club_documents.yearly_holidays.into_iter().map(|stored| YearlyView {
        id: stored.body.id(),
        next: stored.body.rule.next_from(today),
        rule: stored.body.rule,
        name: stored.body.name,
        version: stored.version,
    });
    Ok(Json(HolidayList { days, yearly: yearly.collect() }))
}

/// Locked days, on which nothing is planned.
#[utoipa::path(
    get,
    path = "/api/locked-days",
    operation_id = "listLockedDays",
    tag = "club",
    params(Paging, FirstDayQuery),
    responses((status = 200, body = List<DayView>), RouteError<DatedListErrors>)
)]
pub async fn locked_days(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(from): Params<FirstDayQuery>,
) -> Result<Json<List<DayView>>, RouteError<DatedListErrors>> {
    Ok(Json(list::<LockedDay>(&club_caller, &table, paging, from).await?.1))
}

async fn list<D: ClosedDay + 'static>(
    club_caller: &ClubCaller<Viewer>,
    table: &Table,
    paging: Paging,
    FirstDayQuery { from }: FirstDayQuery,
) -> Result<(ClubDocuments, List<DayView>), RouteError<DatedListErrors>> {
    let place = paging.page_request()?;
    let club = club_caller.of(table);
    let from = from.map(|from| from.near(club_caller.now, "from")).transpose()?.unwrap_or(NaiveDate::MIN);
    let page = club.documents_from::<D>(from, place.cursor.as_ref(), place.limit);
    let page = StoredPage::read(&club, place.total, page, club.count_documents_from::<D>(from)).await?;
    let club_documents = page.club_documents.clone();
    Ok((club_documents, page.into_list(|_, day| day.body.view(day.version))))
}
