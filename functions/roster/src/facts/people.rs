//! People and their usual week.

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

use super::absences::week;
use super::{Change, Dry, Saved, name_of};
use crate::employees::Allowed;

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 100;

api::errors! {
    /// Why a person is not saved.
    EmployeeErrors: DateOutOfBounds, InvalidEmployeeRole, InvalidFact, InvalidText, InvalidVersion, StaleVersion;
    /// Why a usual week is not saved.
    AvailabilityErrors: InvalidFact, InvalidText, InvalidVersion, StaleVersion, UnknownEmployee;
}

/// Which person.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Who {
    #[param(value_type = String, min_length = 1, max_length = 64)]
    employee_id: EmployeeId,
}

impl Who {
    /// Their id.
    pub fn id(&self) -> &EmployeeId {
        &self.employee_id
    }
}

fn yes() -> bool {
    true
}

/// The whole record of a person. Members that are left out take their defaults.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmployeeRequest)]
pub struct EmployeeWanted {
    #[schema(max_length = 100)]
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
/// The answer lists the posted schedules and proposed lines that the person can no longer work. `dry=true` saves
/// nothing.
#[utoipa::path(
    put,
    path = "/api/employees/{employee_id}",
    operation_id = "saveEmployee",
    tag = "facts",
    params(Dry, IfMatch, Who),
    request_body = EmployeeWanted,
    responses((status = 200, body = Saved), RouteError<EmployeeErrors>),
)]
pub async fn save_employee(
    change: Change,
    Segment(Who { employee_id }): Segment<Who>,
    Body(wanted): Body<EmployeeWanted>,
) -> Result<Json<Saved>, RouteError<EmployeeErrors>> {
    let terms = change.terms(wanted.version, wanted.why.as_deref(), "person saved")?;
    let employee = Employee {
        id: employee_id.clone(),
        name: words("$.name", &wanted.name, LONGEST_NAME)?,
        job_title: wanted.job_title,
        juicer_trained: wanted.juicer_trained,
        active: wanted.active,
        termination_date: wanted
            .termination_date
            .map(|date| date.near(change.club_caller.now, "$.termination_date"))
            .transpose()?,
        rep_id: wanted.rep_id.map(Number::get),
    };
    let saved = change
        .save(&terms, &employee_id.0, |club_documents, today, _: Option<&Employee>| {
            number_is_free(club_documents, &employee)?;
            may_hold_their_rotations(club_documents, today, &employee)?;
            Ok(Some(employee.clone()))
        })
        .await?;
    Ok(saved)
}

/// Refuses a Crossmark number that somebody else has.
fn number_is_free(club_documents: &ClubDocuments, employee: &Employee) -> Result<(), ApiError> {
    let Some((rep_id, other)) = has_number(club_documents, employee) else { return Ok(()) };
    let message = format!("$.rep_id is {rep_id}: that is the Crossmark number of {}", other.name);
    Err(ApiError::new(Code::InvalidFact, message).with(json!({"employee_id": other.id})))
}

/// Who else has a person's Crossmark number.
pub fn has_number<'b>(club_documents: &'b ClubDocuments, employee: &Employee) -> Option<(u64, &'b Employee)> {
    let rep_id = employee.rep_id?;
    let has_it = |other: &&Employee| other.rep_id == Some(rep_id) && other.id != employee.id;
    Some((rep_id, club_documents.employees.iter().map(|e| &e.body).find(has_it)?))
}

/// Refuses a title or training with which somebody could not hold the rotations that name them (rulebook section 3).
fn may_hold_their_rotations(
    club_documents: &ClubDocuments,
    today: NaiveDate,
    employee: &Employee,
) -> Result<(), ApiError> {
    let may_hold = |rotation: Rotation| rotation.may_hold(employee.job_title, employee.juicer_trained);
    let dates = club_documents.exceptions.iter().map(|row| &row.body).filter(|row| !may_hold(row.rotation));
    let dates = dates
        .filter(|row| row.employee_id == employee.id && row.date >= today)
        .map(|row| format!("{} on {}", row.rotation.name(), row.date));
    let named: Vec<String> = holds_rotations(club_documents, employee).into_iter().chain(dates).collect();
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

/// The weekdays on which a person is named for a rotation that they may not hold as they are here.
pub fn holds_rotations(club_documents: &ClubDocuments, employee: &Employee) -> Vec<String> {
    let may_hold = |rotation: Rotation| rotation.may_hold(employee.job_title, employee.juicer_trained);
    let is = |id: &EmployeeId| *id == employee.id;
    let rows = club_documents.rotations.iter().map(|row| &row.body).filter(|row| !may_hold(row.rotation));
    rows.filter(|row| is(&row.employee_id) || row.backup_employee_id.as_ref().is_some_and(is))
        .map(|row| format!("{} on {}", row.rotation.name(), row.day.name()))
        .collect()
}

/// A person's usual week.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WeeklyAvailabilityRequest)]
pub struct AvailabilityWanted {
    /// Availability by weekday. Weekdays that are left out are available. An empty object deletes the week.
    days: BTreeMap<Day, Allowed>,
    /// The version that the request replaces; 0 if nothing is saved yet. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// Saves the usual week of a person as a whole.
#[utoipa::path(
    put,
    path = "/api/employees/{employee_id}/availability",
    operation_id = "saveAvailability",
    tag = "facts",
    params(Dry, IfMatch, Who),
    request_body = AvailabilityWanted,
    responses((status = 200, body = Saved), RouteError<AvailabilityErrors>),
)]
pub async fn save_availability(
    change: Change,
    Segment(Who { employee_id }): Segment<Who>,
    Body(AvailabilityWanted { days, version, why }): Body<AvailabilityWanted>,
) -> Result<Json<Saved>, RouteError<AvailabilityErrors>> {
    let terms = change.terms(version, why.as_deref(), "usual week saved")?;
    let row = WeeklyAvailability { employee_id: employee_id.clone(), days: week(days)? };
    let saved = change
        .save(&terms, &employee_id.0, |club_documents, _, _: Option<&WeeklyAvailability>| {
            name_of(club_documents, &row.employee_id)?;
            Ok((!row.days.is_empty()).then(|| row.clone()))
        })
        .await?;
    Ok(saved)
}
