//! Posted schedules of a range of days.

use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{DatedListErrors, Paging, Params, RequestDate, RouteError, invalid_query};
use axum::Json;
use axum::extract::State;
use domain::calendar::write_moment;
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};
use store::Table;
use store::key::ScheduledEventId;
use utoipa::{IntoParams, ToSchema};

use crate::paging::{List, StoredPage};

/// The range of days, both ends included.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// The first day.
    #[param(value_type = NaiveDate)]
    from: RequestDate,
    /// The last day, not before the first.
    #[param(value_type = NaiveDate)]
    to: RequestDate,
}

/// A posted schedule.
#[derive(Serialize, ToSchema)]
#[schema(as = Schedule)]
pub struct ScheduleView {
    event_ref_num: EventRef,
    project_name: String,
    event_type: &'static str,
    estimated_minutes: u32,
    start_date: String,
    due_date: String,
    condition: Option<String>,
    employee_id: EmployeeId,
    employee_name: Option<String>,
    schedule_datetime: String,
    block: Option<u8>,
    scheduled_event_id: Option<ScheduledEventId>,
    version: u64,
}

/// The posted schedules of a range of days, which people already know.
#[utoipa::path(
    get,
    path = "/api/schedules",
    operation_id = "listSchedules",
    tag = "club",
    params(Paging, DaysQuery),
    responses(
        (status = 200, body = List<ScheduleView>),
        RouteError<DatedListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(DaysQuery { from, to }): Params<DaysQuery>,
) -> Result<Json<List<ScheduleView>>, RouteError<DatedListErrors>> {
    let place = paging.page_request()?;
    let (from, to) = (from.near(club_caller.now, "from")?, to.near(club_caller.now, "to")?);
    if to < from {
        return Err(invalid_query(format!("the days end before they begin: from={from}, to={to}")).into());
    }
    let club = club_caller.of(&table);
    let page = club.posted_between(from, to, place.cursor.as_ref(), place.limit);
    let page = StoredPage::read(&club, place.total, page, club.count_posted_between(from, to)).await?;
    let names = page.club_documents.names();
    Ok(Json(page.into_list(|_, stored| {
        let (version, posted) = (stored.version, stored.body);
        ScheduleView {
            event_ref_num: posted.event.event_ref,
            event_type: posted.event.event_type().name(),
            estimated_minutes: posted.event.minutes(),
            project_name: posted.event.name,
            start_date: write_moment(posted.event.start),
            due_date: write_moment(posted.event.due),
            condition: posted.event.condition,
            employee_name: names.get(&posted.employee_id).cloned(),
            employee_id: posted.employee_id,
            schedule_datetime: write_moment(posted.start),
            block: posted.block,
            scheduled_event_id: posted.scheduled_event_id,
            version,
        }
    })))
}
