//! Employees with their availability.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, ListErrors, Paging, Params, RouteError, Total};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use domain::calendar::{ClockTime, Day, EndTime};
use domain::event_type::JobTitle;
use domain::snapshot::{self, Employee, EmployeeId};
use serde::{Deserialize, Serialize};
use store::documents::ClubDocuments;
use store::facts::KeptFact;
use store::{Stored, Table};
use utoipa::ToSchema;

use crate::paging::{List, StoredPage};

/// A person of the club, with availability and days off.
#[derive(Serialize, ToSchema)]
#[schema(as = Employee)]
pub struct EmployeeView {
    #[serde(flatten)]
    employee: EmployeeFact,
    version: u64,
    /// The weekly availability of the person. Weekdays that are not listed are available.
    weekly_availability: BTreeMap<Day, AllowanceView>,
    /// The version of the weekly availability, to be sent when it is saved; 0 if none is saved.
    availability_version: u64,
    availability_overrides: Vec<OverrideView>,
    time_off: Vec<TimeOffView>,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub struct EmployeeFact {
    id: EmployeeId,
    name: String,
    job_title: JobTitle,
    /// Whether the person may work juicer events regardless of their title.
    juicer_trained: bool,
    /// Whether the person works here.
    active: bool,
    /// The first day on which the person no longer works here.
    termination_date: Option<NaiveDate>,
    /// The person's representative number at Crossmark.
    rep_id: Option<u64>,
}

impl From<Employee> for EmployeeFact {
    fn from(employee: Employee) -> EmployeeFact {
        let Employee { id, name, job_title, juicer_trained, active, termination_date, rep_id } = employee;
        EmployeeFact { id, name, job_title, juicer_trained, active, termination_date, rep_id }
    }
}

/// A person's availability on a weekday.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Allowance)]
pub enum AllowanceView {
    /// The whole day (`true`), or not at all (`false`).
    Whole(bool),
    /// Only within these hours.
    Within {
        /// The start of the hours.
        from: ClockTime,
        /// The end of the hours, at most `24:00`.
        #[schema(value_type = ClockTime)]
        to: EndTime,
    },
}

impl From<snapshot::Allowance> for AllowanceView {
    fn from(allowance: snapshot::Allowance) -> AllowanceView {
        match allowance {
            snapshot::Allowance::Whole(works) => AllowanceView::Whole(works),
            snapshot::Allowance::Within(hours) => {
                AllowanceView::Within { from: ClockTime(hours.from), to: EndTime(hours.to) }
            }
        }
    }
}

/// The API's representation of the availability by weekday.
pub fn week_view(days: &snapshot::Week) -> BTreeMap<Day, AllowanceView> {
    days.iter().map(|(day, allowance)| (*day, (*allowance).into())).collect()
}

/// Other weekly availability for a span of days.
#[derive(Serialize, ToSchema)]
#[schema(as = AvailabilityOverride)]
struct OverrideView {
    /// The id by which the override is deleted.
    id: String,
    start: NaiveDate,
    end: NaiveDate,
    days: BTreeMap<Day, AllowanceView>,
}

/// Days off, both ends included.
#[derive(Serialize, ToSchema)]
#[schema(as = TimeOff)]
struct TimeOffView {
    /// The id by which the days off are deleted.
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
    let place = paging.page_request()?;
    let club = club_caller.of(&table);
    let page = async { Ok::<_, ApiError>(club.documents::<Employee>(place.cursor.as_ref(), place.limit).await?) };
    let club_documents = async { Ok(club.club_documents().await?) };
    let (page, club_documents) = tokio::try_join!(page, club_documents)?;
    // The club's documents include all employees, so no separate count is needed.
    let total = (place.total == Total::Counted).then_some(club_documents.employees.len() as u64);
    Ok(Json(StoredPage::new(page, total, club_documents)?.into_list(view)))
}

fn view(club_documents: &ClubDocuments, stored: Stored<Employee>) -> EmployeeView {
    let Stored { version, body: employee } = stored;
    let id = &employee.id;
    let weekly = club_documents.weekly.iter().find(|w| w.body.employee_id == *id);
    let overrides = club_documents.overrides.iter().map(|o| &o.body).filter(|o| o.employee_id == *id);
    let time_off = club_documents.time_off.iter().map(|o| &o.body).filter(|o| o.employee_id == *id);
    EmployeeView {
        weekly_availability: weekly.map(|w| week_view(&w.body.days)).unwrap_or_default(),
        availability_version: weekly.map_or(0, |w| w.version),
        availability_overrides: overrides
            .map(|o| OverrideView { id: o.id(), start: o.start, end: o.end, days: week_view(&o.days) })
            .collect(),
        time_off: time_off.map(|o| TimeOffView { id: o.id(), start: o.start, end: o.end }).collect(),
        employee: employee.into(),
        version,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::AllowanceView;

    #[test]
    fn hours_are_read_as_they_are_written_up_to_the_end_of_the_day() {
        for to in ["14:00", "23:59", "24:00"] {
            let hours = json!({"from": "09:00", "to": to});
            let read: AllowanceView = serde_json::from_value(hours.clone()).expect("hours");
            assert_eq!(serde_json::to_value(read).expect("JSON"), hours);
        }
        for wrong in [json!({"from": "24:00", "to": "24:00"}), json!({"from": "09:00", "to": "24:01"})] {
            assert!(serde_json::from_value::<AllowanceView>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
