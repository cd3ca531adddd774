//! Rotation exceptions: who holds a rotation on one date instead of the usual person.

use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{
    ApiError, Body, Code, DatedListErrors, IfMatch, Paging, Params, RequestDate, RouteError, Segment, TimeZone,
    expected_version, words,
};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{Datelike, NaiveDate};
use domain::calendar::Day;
use domain::snapshot::{EmployeeId, Rotation, RotationException};
use serde::{Deserialize, Serialize};
use store::documents::{ClubDocuments, DocumentError};
use store::facts::FactSaved;
use store::stamp::Timestamp;
use store::{Stored, Table};
use utoipa::{IntoParams, ToSchema};

use crate::check::{self, People};

/// Maximum length of a reason, in characters.
const LONGEST_REASON: usize = 500;

/// The first day of the list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExceptionsQuery {
    /// The first day; without it, the list starts at the first entry.
    #[param(value_type = Option<NaiveDate>)]
    from: Option<RequestDate>,
}

/// A page of exceptions, in order of date.
#[derive(Serialize, ToSchema)]
pub struct ExceptionList {
    items: Vec<ExceptionView>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    time_zone: TimeZone,
}

/// An exception to a rotation on one date.
#[derive(Serialize, ToSchema)]
#[schema(as = RotationException)]
struct ExceptionView {
    exception_id: String,
    date: NaiveDate,
    rotation_type: Rotation,
    employee_id: EmployeeId,
    employee_name: Option<String>,
    reason: Option<String>,
    version: u64,
}

impl ExceptionView {
    fn of(stored: Stored<RotationException>, people: &People<'_>) -> ExceptionView {
        let RotationException { date, rotation, employee_id, reason } = stored.body;
        ExceptionView {
            exception_id: exception_id(date, rotation),
            date,
            rotation_type: rotation,
            employee_name: people.name(&employee_id),
            employee_id,
            reason,
            version: stored.version,
        }
    }
}

fn exception_id(date: NaiveDate, rotation: Rotation) -> String {
    format!("{date}.{}", rotation.name())
}

/// The exceptions of rotations: who holds a rotation on one date instead of the usual person.
#[utoipa::path(
    get,
    path = "/api/rotation-exception",
    operation_id = "listRotationExceptions",
    tag = "rotations",
    params(Paging, ExceptionsQuery),
    responses(
        (status = 200, body = ExceptionList),
        RouteError<DatedListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(ExceptionsQuery { from }): Params<ExceptionsQuery>,
) -> Result<Json<ExceptionList>, RouteError<DatedListErrors>> {
    let club = club_caller.of(&table);
    let place = paging.page_request()?;
    let from = from.map(|from| from.near(club_caller.now, "from")).transpose()?.unwrap_or(NaiveDate::MIN);
    let page = async { Ok::<_, ApiError>(club.documents_from(from, place.cursor.as_ref(), place.limit).await?) };
    let club_documents = async { Ok(club.club_documents().await?) };
    let count = club.count_documents_from::<RotationException>(from);
    let (page, total, club_documents) = tokio::try_join!(page, place.total.of(count), club_documents)?;
    let people = People::new(&club_documents.employees);
    let time_zone = club_documents.zone()?;
    let items = page.items.into_iter().map(|e| ExceptionView::of(e, &people)).collect();
    Ok(Json(ExceptionList { items, next: page.next.map(|c| c.0), total, time_zone: time_zone.into() }))
}

/// An exception to save.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionRequest {
    #[schema(value_type = NaiveDate)]
    date: RequestDate,
    rotation_type: Rotation,
    employee_id: EmployeeId,
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// The version that the request replaces; 0 if nothing is saved yet. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
}

/// The saved exception.
#[derive(Serialize, ToSchema)]
pub struct ExceptionSaved {
    success: bool,
    exception_id: String,
    version: u64,
    /// What the exception replaces; `null` if nobody would hold the rotation on that date.
    replaces: Option<ExceptionReplaced>,
}

/// Who would hold the rotation on the date without the saved exception.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ExceptionReplaced {
    /// The person of the exception that was stored before.
    Exception { employee_id: EmployeeId, employee_name: Option<String>, reason: Option<String> },
    /// The holder and the backup of the rotation on the weekday.
    Rotation {
        employee_id: EmployeeId,
        employee_name: Option<String>,
        backup_employee_id: Option<EmployeeId>,
        backup_employee_name: Option<String>,
    },
}

/// Maximum number of optimistic-concurrency attempts of a writer that names no version.
const MAX_ATTEMPTS: u32 = 5;

api::errors! {
    /// Errors of saving an exception.
    SaveErrors: InvalidVersion, DateOutOfBounds, InvalidText, InvalidEmployeeRole, UnknownEmployee, StaleVersion;
}

/// Saves who holds a rotation on one date. The answer names the person whom they replace.
#[utoipa::path(
    post,
    path = "/api/rotation-exception",
    operation_id = "saveRotationException",
    tag = "rotations",
    params(IfMatch),
    request_body = ExceptionRequest,
    responses(
        (status = 200, body = ExceptionSaved),
        RouteError<SaveErrors>,
    ),
)]
pub async fn save(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Body(request): Body<ExceptionRequest>,
) -> Result<Json<ExceptionSaved>, RouteError<SaveErrors>> {
    let version = expected_version(&headers, request.version)?;
    let exception = read(request, club_caller.now)?;
    let (date, rotation) = (exception.date, exception.rotation);
    let because =
        club_caller.because(exception.reason.clone().unwrap_or_else(|| "rotation exception saved".to_owned()));
    let club = club_caller.of(&table);
    let mut attempts = 0;
    loop {
        attempts += 1;
        let club_documents = club.club_documents().await?;
        club_documents.zone()?;
        let people = People::new(&club_documents.employees);
        let fault = people.fault("$.employee_id", &exception.employee_id, rotation);
        check::refuse_faults(fault.as_slice())?;
        let found = club_documents.exceptions.iter().find(|e| (e.body.date, e.body.rotation) == (date, rotation));
        let stored_version = found.map_or(0, |found| found.version);
        if version.is_some_and(|version| version != stored_version) {
            return Err(DocumentError::Stale { found: Some(stored_version) }.into());
        }
        // The write is conditional on the exception that the answer names as replaced.
        match club.change_document(found, Some(&exception), &because).await {
            Ok(FactSaved { version, .. }) => {
                let replaces = replaced(&club_documents, &people, &exception);
                let exception_id = exception_id(date, rotation);
                return Ok(Json(ExceptionSaved { success: true, exception_id, version, replaces }));
            }
            Err(DocumentError::Stale { .. }) if version.is_none() && attempts < MAX_ATTEMPTS => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn read(request: ExceptionRequest, now: Timestamp) -> Result<RotationException, ApiError> {
    let ExceptionRequest { date, rotation_type, employee_id, reason, version: _ } = request;
    let date = date.near(now, "$.date")?;
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let reason = reason.map(|reason| words("$.reason", &reason, LONGEST_REASON)).transpose()?;
    Ok(RotationException { date, rotation: rotation_type, employee_id, reason })
}

/// What an exception replaces.
fn replaced(club_documents: &ClubDocuments, people: &People<'_>, new: &RotationException) -> Option<ExceptionReplaced> {
    let is_same_day_and_rotation =
        |e: &&Stored<RotationException>| (e.body.date, e.body.rotation) == (new.date, new.rotation);
    if let Some(Stored { body: old, .. }) = club_documents.exceptions.iter().find(is_same_day_and_rotation) {
        return Some(ExceptionReplaced::Exception {
            employee_id: old.employee_id.clone(),
            employee_name: people.name(&old.employee_id),
            reason: old.reason.clone(),
        });
    }
    let day = weekday(new.date);
    let row = &club_documents.rotations.iter().find(|r| (r.body.day, r.body.rotation) == (day, new.rotation))?.body;
    Some(ExceptionReplaced::Rotation {
        employee_id: row.employee_id.clone(),
        employee_name: people.name(&row.employee_id),
        backup_employee_name: row.backup_employee_id.as_ref().and_then(|b| people.name(b)),
        backup_employee_id: row.backup_employee_id.clone(),
    })
}

fn weekday(date: NaiveDate) -> Day {
    crate::wire::DAYS[date.weekday().num_days_from_monday() as usize].0
}

/// The exception in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ExceptionPath {
    #[param(value_type = NaiveDate)]
    date: RequestDate,
    rotation_type: Rotation,
}

/// The exception that was removed.
#[derive(Serialize, ToSchema)]
pub struct ExceptionRemoved {
    success: bool,
    exception_id: String,
    removed: ExceptionUndo,
}

/// The body of the `POST` request that restores the removed exception.
#[derive(Serialize, ToSchema)]
struct ExceptionUndo {
    date: NaiveDate,
    rotation_type: Rotation,
    employee_id: EmployeeId,
    reason: Option<String>,
}

api::errors! {
    /// Errors of removing an exception.
    RemoveErrors: InvalidVersion, ExceptionNotFound, StaleVersion;
}

/// Deletes an exception. The answer has the request that restores it.
#[utoipa::path(
    delete,
    path = "/api/rotation-exception/{date}/{rotation_type}",
    operation_id = "removeRotationException",
    tag = "rotations",
    params(IfMatch, ExceptionPath),
    responses(
        (status = 200, body = ExceptionRemoved),
        RouteError<RemoveErrors>,
    ),
)]
pub async fn remove(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Segment(ExceptionPath { date, rotation_type: rotation }): Segment<ExceptionPath>,
) -> Result<Json<ExceptionRemoved>, RouteError<RemoveErrors>> {
    let version = expected_version(&headers, None)?;
    let date = date.any();
    let club = club_caller.of(&table);
    // Only the date and the rotation determine the key.
    let key = RotationException { date, rotation, employee_id: EmployeeId(String::new()), reason: None };
    let none = || ApiError::new(Code::ExceptionNotFound, format!("there is no exception on {date}"));
    let found = club.document(&key).await?.ok_or_else(none)?;
    if version.is_some_and(|version| version != found.version) {
        return Err(DocumentError::Stale { found: Some(found.version) }.into());
    }
    club.change_document(Some(&found), None, &club_caller.because("rotation exception taken back")).await?;
    let RotationException { employee_id, reason, .. } = found.body;
    let removed = ExceptionUndo { date, rotation_type: rotation, employee_id, reason };
    Ok(Json(ExceptionRemoved { success: true, exception_id: exception_id(date, rotation), removed }))
}
