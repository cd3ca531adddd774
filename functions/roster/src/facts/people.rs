//! People and their weekly availability.

use std::collections::BTreeMap;

use api::{ApiError, Body, Code, IfMatch, Number, RequestDate, RouteError, Segment, words};
use axum::Json;
use chrono::NaiveDate;
use domain::calendar::Day;
use domain::event_type::JobTitle;
use domain::snapshot::{Employee, EmployeeId, Rotation, WeeklyAvailability};
use serde::Deserialize;
use serde_json::json;
use store::documents::ClubDocuments;
use utoipa::{IntoParams, ToSchema};

use super::absences::read_week;
use super::{ChangeRequest, DryRun, FactSavedView, require_employee};
use crate::employees::AllowanceView;

/// Maximum length of a person's name, in characters.
const LONGEST_NAME: usize = 100;

api::errors! {
    /// Why a person is not saved.
    EmployeeErrors: DateOutOfBounds, InvalidEmployeeRole, InvalidFact, InvalidText, InvalidVersion, StaleVersion;
    /// Why a weekly availability is not saved.
    AvailabilityErrors: InvalidFact, InvalidText, InvalidVersion, StaleVersion, UnknownEmployee;
}

/// The person in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct EmployeePath {
    /// The id of the person.
    #[param(value_type = String, min_length = 1, max_length = 64)]
    pub employee_id: EmployeeId,
}

fn yes() -> bool {
    true
}

/// The whole record of a person. Members that are left out take their defaults.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmployeeRequest {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    job_title: JobTitle,
    /// Whether the person may work juicer events regardless of their title.
    #[serde(default)]
    juicer_trained: bool,
    /// Whether the person works here.
    #[serde(default = "yes")]
    active: bool,
    /// The first day on which the person no longer works here.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    termination_date: Option<RequestDate>,
    /// The person's representative number at Crossmark.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    rep_id: Option<Number>,
    /// The version that the request replaces; 0 for a new person. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Saves a person as a whole: a new one, or changes of title, training, number or last day.
///
/// The answer lists the posted schedules and lines that the person can no longer work. `dry=true` saves nothing.
#[utoipa::path(
    put,
    path = "/api/employees/{employee_id}",
    operation_id = "saveEmployee",
    tag = "facts",
    params(DryRun, IfMatch, EmployeePath),
    request_body = EmployeeRequest,
    responses((status = 200, body = FactSavedView), RouteError<EmployeeErrors>),
)]
pub async fn save_employee(
    change: ChangeRequest,
    Segment(EmployeePath { employee_id }): Segment<EmployeePath>,
    Body(request): Body<EmployeeRequest>,
) -> Result<Json<FactSavedView>, RouteError<EmployeeErrors>> {
    let terms = change.terms(request.version, request.why.as_deref(), "person saved")?;
    let employee = Employee {
        id: employee_id.clone(),
        name: words("$.name", &request.name, LONGEST_NAME)?,
        job_title: request.job_title,
        juicer_trained: request.juicer_trained,
        active: request.active,
        termination_date: request
            .termination_date
            .map(|date| date.near(change.club_caller.now, "$.termination_date"))
            .transpose()?,
        rep_id: request.rep_id.map(Number::get),
    };
    let saved = change
        .save(&terms, &employee_id.0, |club_documents, today, _: Option<&Employee>| {
            check_number_is_free(club_documents, &employee)?;
            check_rotations(club_documents, today, &employee)?;
            Ok(Some(employee.clone()))
        })
        .await?;
    Ok(saved)
}

/// Refuses a Crossmark number that another person has.
fn check_number_is_free(club_documents: &ClubDocuments, employee: &Employee) -> Result<(), ApiError> {
    let Some((rep_id, other)) = other_with_number(club_documents, employee) else { return Ok(()) };
    let message = format!("$.rep_id is {rep_id}: that is the Crossmark number of {}", other.name);
    Err(ApiError::new(Code::InvalidFact, message).with(json!({"employee_id": other.id})))
}

/// A person's Crossmark number and another person who has the same number, if there is one.
pub fn other_with_number<'b>(club_documents: &'b ClubDocuments, employee: &Employee) -> Option<(u64, &'b Employee)> {
    let rep_id = employee.rep_id?;
    let has_it = |other: &&Employee| other.rep_id == Some(rep_id) && other.id != employee.id;
    Some((rep_id, club_documents.employees.iter().map(|e| &e.body).find(has_it)?))
}

/// Refuses a title or training with which a person could not hold the rotations that name them (rulebook section 3),
/// exceptions from today on included.
fn check_rotations(club_documents: &ClubDocuments, today: NaiveDate, employee: &Employee) -> Result<(), ApiError> {
    let may_hold = |rotation: Rotation| rotation.may_hold(employee.job_title, employee.juicer_trained);
    let dates = club_documents.exceptions.iter().map(|row| &row.body).filter(|row| !may_hold(row.rotation));
    let dates = dates
        .filter(|row| row.employee_id == employee.id && row.date >= today)
        .map(|row| format!("{} on {}", row.rotation.name(), row.date));
    let named: Vec<String> = forbidden_rotations(club_documents, employee).into_iter().chain(dates).collect();
    if named.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} is named for {} and could no longer hold it as {}: name somebody else there first",
        employee.name,
        named.join(", "),
        employee.job_title.name()
    );
    Err(ApiError::new(Code::InvalidEmployeeRole, message).with(json!({"rotations": named})))
}

/// The weekdays on which a rotation names a person, as holder or backup, who may not hold it with this title and
/// training.
pub fn forbidden_rotations(club_documents: &ClubDocuments, employee: &Employee) -> Vec<String> {
    let may_hold = |rotation: Rotation| rotation.may_hold(employee.job_title, employee.juicer_trained);
    let is = |id: &EmployeeId| *id == employee.id;
    let rows = club_documents.rotations.iter().map(|row| &row.body).filter(|row| !may_hold(row.rotation));
    rows.filter(|row| is(&row.employee_id) || row.backup_employee_id.as_ref().is_some_and(is))
        .map(|row| format!("{} on {}", row.rotation.name(), row.day.name()))
        .collect()
}

/// A person's weekly availability.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeeklyAvailabilityRequest {
    /// Availability by weekday. Weekdays that are left out are available. An empty object deletes the weekly
    /// availability.
    days: BTreeMap<Day, AllowanceView>,
    /// The version that the request replaces; 0 if nothing is saved yet. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Saves the weekly availability of a person as a whole.
#[utoipa::path(
    put,
    path = "/api/employees/{employee_id}/availability",
    operation_id = "saveAvailability",
    tag = "facts",
    params(DryRun, IfMatch, EmployeePath),
    request_body = WeeklyAvailabilityRequest,
    responses((status = 200, body = FactSavedView), RouteError<AvailabilityErrors>),
)]
pub async fn save_availability(
    change: ChangeRequest,
    Segment(EmployeePath { employee_id }): Segment<EmployeePath>,
    Body(WeeklyAvailabilityRequest { days, version, why }): Body<WeeklyAvailabilityRequest>,
) -> Result<Json<FactSavedView>, RouteError<AvailabilityErrors>> {
    let terms = change.terms(version, why.as_deref(), "usual week saved")?;
    let row = WeeklyAvailability { employee_id: employee_id.clone(), days: read_week(days)? };
    let saved = change
        .save(&terms, &employee_id.0, |club_documents, _, _: Option<&WeeklyAvailability>| {
            require_employee(club_documents, &row.employee_id)?;
            Ok((!row.days.is_empty()).then(|| row.clone()))
        })
        .await?;
    Ok(saved)
}
