//! Rotation exceptions: who holds a rotation on one date instead.

use domain::calendar::Day;
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
use domain::snapshot::{EmployeeId, Rotation, RotationException};
use serde::{Deserialize, Serialize};
use store::documents::{ClubDocuments, DocumentError};
use store::facts::FactSaved;
use store::stamp::Timestamp;
use store::{Stored, Table};
use utoipa::{IntoParams, ToSchema};

use crate::check::{self, People};

/// Maximum length of a reason.
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
#[schema(as = ExceptionList)]
pub struct Page {
    items: Vec<ExceptionView>,
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
            exception_id: id(date, rotation),
            date,
            rotation_type: rotation,
            employee_name: people.name(&employee_id),
            employee_id,
            reason,
            version: stored.version,
        }
    }
}

fn id(date: NaiveDate, rotation: Rotation) -> String {
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
        (status = 200, body = Page),
        RouteError<DatedListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(wanted): Params<ExceptionsQuery>,
) -> Result<Json<Page>, RouteError<DatedListErrors>> {
    let club = club_caller.of(&table);
    let place = paging.place()?;
    let from = wanted.from.map(|from| from.near(club_caller.now, "from")).transpose()?.unwrap_or(NaiveDate::MIN);
    let page = async { Ok::<_, ApiError>(club.documents_from(from, place.cursor.as_ref(), place.limit).await?) };
    let club_documents = async { Ok(club.club_documents().await?) };
    let count = club.count_documents_from::<RotationException>(from);
    let (page, total, club_documents) = tokio::try_join!(page, place.total.of(count), club_documents)?;
    let people = People::new(&club_documents.employees);
    let time_zone = club_documents.zone()?;
    let items = page.items.into_iter().map(|e| ExceptionView::of(e, &people)).collect();
    Ok(Json(Page { items, next: page.next.map(|c| c.0), total, time_zone: time_zone.into() }))
}

/// An exception to save.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExceptionRequest)]
pub struct Written {
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
#[schema(as = ExceptionSaved)]
pub struct Saved {
    success: bool,
    exception_id: String,
    version: u64,
    replaces: Option<Replaced>,
}

/// Who would hold the rotation on that day without this exception.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = ExceptionReplaced)]
enum Replaced {
    /// Another exception names the person.
    Exception { employee_id: EmployeeId, employee_name: Option<String>, reason: Option<String> },
    /// The rotation of the weekday names the person.
    Rotation {
        employee_id: EmployeeId,
        employee_name: Option<String>,
        backup_employee_id: Option<EmployeeId>,
        backup_employee_name: Option<String>,
    },
}

/// Maximum optimistic-concurrency attempts for a writer that names no version.
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
    request_body = Written,
    responses(
        (status = 200, body = Saved),
        RouteError<SaveErrors>,
    ),
)]
pub async fn save(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Body(written): Body<Written>,
) -> Result<Json<Saved>, RouteError<SaveErrors>> {
    let version = expected_version(&headers, written.version)?;
    let exception = read(written, club_caller.now)?;
    let (date, rotation) = (exception.date, exception.rotation);
    let because =
        club_caller.because(exception.reason.clone().unwrap_or_else(|| "rotation exception saved".to_owned()));
    let club = club_caller.of(&table);
    let mut rounds = 0;
    loop {
        rounds += 1;
        let club_documents = club.club_documents().await?;
        club_documents.zone()?;
        let people = People::new(&club_documents.employees);
        let faults: Vec<_> = people.fault("$.employee_id", &exception.employee_id, rotation).into_iter().collect();
        check::refuse(&faults)?;
        let found = club_documents.exceptions.iter().find(|e| (e.body.date, e.body.rotation) == (date, rotation));
        let known = found.map_or(0, |found| found.version);
        if version.is_some_and(|version| version != known) {
            return Err(DocumentError::Stale { found: Some(known) }.into());
        }
        // The write is conditional on the exception that the answer says is replaced.
        match club.change_document(found, Some(&exception), &because).await {
            Ok(FactSaved { version, .. }) => {
                let replaces = replaced(&club_documents, &people, &exception);
                return Ok(Json(Saved { success: true, exception_id: id(date, rotation), version, replaces }));
            }
            Err(DocumentError::Stale { .. }) if version.is_none() && rounds < MAX_ATTEMPTS => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn read(written: Written, now: Timestamp) -> Result<RotationException, ApiError> {
    let Written { date, rotation_type, employee_id, reason, version: _ } = written;
    let date = date.near(now, "$.date")?;
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let reason = reason.map(|reason| words("$.reason", &reason, LONGEST_REASON)).transpose()?;
    Ok(RotationException { date, rotation: rotation_type, employee_id, reason })
}

fn replaced(club_documents: &ClubDocuments, people: &People<'_>, new: &RotationException) -> Option<Replaced> {
    let same = |e: &&Stored<RotationException>| (e.body.date, e.body.rotation) == (new.date, new.rotation);
    if let Some(Stored { body: old, .. }) = club_documents.exceptions.iter().find(same) {
        return Some(Replaced::Exception {
            employee_id: old.employee_id.clone(),
            employee_name: people.name(&old.employee_id),
            reason: old.reason.clone(),
        });
    }
    let day = weekday(new.date);
    let row = &club_documents.rotations.iter().find(|r| (r.body.day, r.body.rotation) == (day, new.rotation))?.body;
    Some(Replaced::Rotation {
        employee_id: row.employee_id.clone(),
        employee_name: people.name(&row.employee_id),
        backup_employee_name: row.backup_employee_id.as_ref().and_then(|b| people.name(b)),
        backup_employee_id: row.backup_employee_id.clone(),
    })
}

fn weekday(date: NaiveDate) -> Day {
    crate::wire::DAYS[date.weekday().num_days_from_monday() as usize].0
}

/// The exception to remove.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Which {
    #[param(value_type = NaiveDate)]
    date: RequestDate,
    rotation_type: Rotation,
}

/// The exception that was removed.
#[derive(Serialize, ToSchema)]
#[schema(as = ExceptionRemoved)]
pub struct Deleted {
    success: bool,
    exception_id: String,
    removed: Undo,
}

/// The request that restores the exception when it is posted.
#[derive(Serialize, ToSchema)]
#[schema(as = ExceptionUndo)]
struct Undo {
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
    params(IfMatch, Which),
    responses(
        (status = 200, body = Deleted),
        RouteError<RemoveErrors>,
    ),
)]
pub async fn remove(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Segment(Which { date, rotation_type: rotation }): Segment<Which>,
) -> Result<Json<Deleted>, RouteError<RemoveErrors>> {
    let version = expected_version(&headers, None)?;
    let date = date.any();
    let club = club_caller.of(&table);
    let like = RotationException { date, rotation, employee_id: EmployeeId(String::new()), reason: None };
    let none = || ApiError::new(Code::ExceptionNotFound, format!("there is no exception on {date}"));
    let found = club.document(&like).await?.ok_or_else(none)?;
    if version.is_some_and(|version| version != found.version) {
        return Err(DocumentError::Stale { found: Some(found.version) }.into());
    }
    club.change_document(Some(&found), None, &club_caller.because("rotation exception taken back")).await?;
    let RotationException { employee_id, reason, .. } = found.body;
    let removed = Undo { date, rotation_type: rotation, employee_id, reason };
    Ok(Json(Deleted { success: true, exception_id: id(date, rotation), removed }))
}
