//! Employees with their availability.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{ListErrors, Paging, Params, RouteError, Total};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use domain::calendar::{ClockTime, Day};
use domain::event_type::JobTitle;
use domain::snapshot::{self, Employee, EmployeeId};
use serde::{Deserialize, Serialize};
use store::documents::ClubDocuments;
use store::facts::KeptFact;
use store::{Stored, Table};
use utoipa::ToSchema;

use crate::paging::{List, Read};

/// A person of the club.
#[derive(Serialize, ToSchema)]
#[schema(as = Employee)]
pub struct EmployeeView {
    id: EmployeeId,
    name: String,
    job_title: JobTitle,
    juicer_trained: bool,
    active: bool,
    termination_date: Option<NaiveDate>,
    rep_id: Option<u64>,
    version: u64,
    /// The weekly availability of a person. Weekdays that are not listed are available.
    weekly_availability: BTreeMap<Day, Allowed>,
    /// The version of the weekly availability, to be sent when it is saved; 0 if none is saved.
    availability_version: u64,
    availability_overrides: Vec<OverrideView>,
    time_off: Vec<SpanView>,
}

/// A person's availability on a weekday.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Allowance)]
pub enum Allowed {
    /// The whole day (`true`), or not at all (`false`).
    Whole(bool),
    /// Only within these hours.
    Within {
        /// The start of the hours.
        from: ClockTime,
        /// The end of the hours.
        to: ClockTime,
    },
}

impl From<snapshot::Allowance> for Allowed {
    fn from(allowance: snapshot::Allowance) -> Allowed {
        match allowance {
            snapshot::Allowance::Whole(works) => Allowed::Whole(works),
            snapshot::Allowance::Within(hours) => {
                Allowed::Within { from: ClockTime(hours.from), to: ClockTime(hours.to) }
            }
        }
    }
}

/// A week, day by day.
pub fn week(days: &snapshot::Week) -> BTreeMap<Day, Allowed> {
    days.iter().map(|(day, allowance)| (*day, (*allowance).into())).collect()
}

/// Other weekly availability for a span of days.
#[derive(Serialize, ToSchema)]
#[schema(as = AvailabilityOverride)]
struct OverrideView {
    /// The id that deletes it.
    id: String,
    start: NaiveDate,
    end: NaiveDate,
    days: BTreeMap<Day, Allowed>,
}

/// Days off, both ends included.
#[derive(Serialize, ToSchema)]
#[schema(as = TimeOff)]
struct SpanView {
    /// The id that deletes it.
    id: String,
    start: NaiveDate,
    end: NaiveDate,
}

/// The people of the club, each with availability and days off.
#[utoipa::path(
    get,
    path = "/api/employees",
    operation_id = "listEmployees",
    tag = "club",
    params(Paging),
    responses(
        (status = 200, body = List<EmployeeView>),
        RouteError<ListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<EmployeeView>>, RouteError<ListErrors>> {
    let place = paging.place()?;
    let club = club_caller.of(&table);
    let page = club.documents::<Employee>(place.cursor.as_ref(), place.limit);
    // The club's documents include all employees, so no separate count is needed.
    let read = Read::of(&club, Total::LeftOut, page, async { Ok(0) }).await?;
    let total = (place.total == Total::Counted).then_some(read.club_documents.employees.len() as u64);
    Ok(Json(read.with_total(total).list(view)))
}

fn view(club_documents: &ClubDocuments, stored: Stored<Employee>) -> EmployeeView {
    let Stored { version, body: employee } = stored;
    let id = &employee.id;
    let weekly = club_documents.weekly.iter().find(|w| w.body.employee_id == *id);
    let overrides = club_documents.overrides.iter().map(|o| &o.body).filter(|o| o.employee_id == *id);
    let time_off = club_documents.time_off.iter().map(|o| &o.body).filter(|o| o.employee_id == *id);
    EmployeeView {
        weekly_availability: weekly.map(|w| week(&w.body.days)).unwrap_or_default(),
        availability_version: weekly.map_or(0, |w| w.version),
        availability_overrides: overrides
            .map(|o| OverrideView { id: o.id(), start: o.start, end: o.end, days: week(&o.days) })
            .collect(),
        time_off: time_off.map(|o| SpanView { id: o.id(), start: o.start, end: o.end }).collect(),
        id: employee.id,
        name: employee.name,
        job_title: employee.job_title,
        juicer_trained: employee.juicer_trained,
        active: employee.active,
        termination_date: employee.termination_date,
        rep_id: employee.rep_id,
        version,
    }
}
