//! Facts that people keep by hand: what the routes that change them have in common.
//!
//! The answer to a change lists the schedules that it conflicts with: posted schedules, and lines that are proposed,
//! approved or failed, that were possible before the change and are not possible after it. With `dry=true`, nothing is saved.

pub mod absences;
pub mod days;
pub mod event;
pub mod history;
pub mod people;
pub mod settings;
pub mod words;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Code, Params, expected_version};
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chrono::NaiveDate;
use desk::Desk;
use desk::facts::{Effect, FactDocument, NotSaved, SaveMode};
use domain::json::quoted;
use domain::snapshot::EmployeeId;
use serde::{Deserialize, Serialize};
use store::Club;
use store::audit::Because;
use store::documents::ClubDocuments;
use store::facts::FactId;
use utoipa::{IntoParams, ToSchema};

use crate::App;

api::errors! {
    /// Why a fact is not deleted.
    RemovalErrors: FactNotFound, InvalidVersion, StaleVersion;
}

/// Whether to change a fact, or only to return the effect.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// `true` returns the effect of the change and saves nothing.
    #[serde(default)]
    #[param(required = false)]
    dry: bool,
}

/// The result of a change of a fact.
#[derive(Serialize, ToSchema)]
#[schema(as = FactSaved)]
pub struct FactSavedView {
    success: bool,
    /// Whether the change was saved; `false` for a dry run, and if nothing differed from what is stored.
    saved: bool,
    /// The fact, by its kind and id. `POST /api/facts/put-back` takes it to undo the change.
    fact: String,
    /// The version of the fact, to be sent with its next change; 0 if the fact does not exist.
    version: u64,
    /// The schedules that the change conflicts with.
    effect: Effect,
}

impl FactSavedView {
    fn new(fact: &FactId, version: u64, saved: bool, effect: Effect) -> FactSavedView {
        FactSavedView { success: true, saved, fact: format!("{}:{}", fact.kind.name(), fact.id), version, effect }
    }
}

/// Maximum length of the reason of a change, in characters.
const LONGEST_REASON: usize = 500;

/// A request to change a fact: the caller, and whether it is a dry run.
pub struct ChangeRequest {
    /// The caller, with the club.
    pub club_caller: ClubCaller<Manager>,
    /// Whether nothing is to be saved.
    pub dry: bool,
    app: App,
    headers: HeaderMap,
}

impl FromRequestParts<App> for ChangeRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<ChangeRequest, ApiError> {
        let club_caller = ClubCaller::from_request_parts(parts, app).await?;
        let Params(DryRun { dry }) = Params::from_request_parts(parts, app).await?;
        Ok(ChangeRequest { club_caller, dry, app: app.clone(), headers: parts.headers.clone() })
    }
}

/// The version that a change expects, and its entry in the audit trail.
pub struct ChangeTerms {
    /// The version that the change replaces; `None` lets the last writer win.
    pub version: Option<u64>,
    /// Who makes the change, when and why.
    pub because: Because,
}

impl ChangeRequest {
    /// The club's part of the table.
    pub fn club(&self) -> Club<'_> {
        self.club_caller.of(&self.app.table)
    }

    /// The terms of the change, from `version` and `why` of the request's body.
    ///
    /// # Errors
    /// 400 for an invalid version, and for a reason that is too long or not printable.
    pub fn terms(
        &self,
        version: Option<u64>,
        why: Option<&str>,
        default_reason: &str,
    ) -> Result<ChangeTerms, ApiError> {
        let version = expected_version(&self.headers, version)?;
        Ok(ChangeTerms { version, because: because(&self.club_caller, why, default_reason)? })
    }

    /// Saves the document with this id, or deletes it if `after` returns `None`.
    ///
    /// `after` gets the documents of the club, the club's date and the stored document, checks the change, and returns
    /// the document to store.
    ///
    /// # Errors
    /// Errors of `after`; 409 if the stored document does not have the expected version; errors of the table.
    pub async fn save<D: FactDocument>(
        &self,
        terms: &ChangeTerms,
        id: &str,
        after: impl Fn(&ClubDocuments, NaiveDate, Option<&D>) -> Result<Option<D>, ApiError>,
    ) -> Result<Json<FactSavedView>, ApiError> {
        let mode = if self.dry { SaveMode::DryRun } else { SaveMode::Execute };
        let desk = Desk { club: self.club(), cache: &self.app.cache };
        match desk::facts::save(desk, mode, terms.version, id, &terms.because, after).await {
            Ok(saved) => Ok(Json(FactSavedView::new(&saved.fact, saved.version, saved.saved, saved.effect))),
            Err(NotSaved::Stale { found }) => Err(ApiError::stale(found)),
            Err(NotSaved::Other(error)) => Err(error),
        }
    }

    /// Deletes the document with this id. `what` names its kind in the message if there is none.
    ///
    /// # Errors
    /// Those of [`save`](ChangeRequest::save); 404 if there is no such document.
    pub async fn remove<D: FactDocument>(
        &self,
        id: &str,
        what: &str,
        default_reason: &str,
    ) -> Result<Json<FactSavedView>, ApiError> {
        let terms = self.terms(None, None, default_reason)?;
        let after = |_: &_, _, found: Option<&D>| found.map_or_else(|| Err(not_found(what)), |_| Ok(None));
        self.save(&terms, id, after).await
    }
}

/// The audit trail's record of who makes a change, when and why.
///
/// # Errors
/// 400 for a reason that is too long or not printable.
pub fn because(
    club_caller: &ClubCaller<Manager>,
    why: Option<&str>,
    default_reason: &str,
) -> Result<Because, ApiError> {
    let why = why.filter(|why| !why.trim().is_empty());
    let why = why.map(|why| api::words("$.why", why, LONGEST_REASON)).transpose()?;
    Ok(club_caller.because(why.unwrap_or_else(|| default_reason.to_owned())))
}

/// 404 for a fact that does not exist.
pub fn not_found(what: &str) -> ApiError {
    ApiError::new(Code::FactNotFound, format!("there is no such {what}"))
}

/// Whether the club has an employee with this id.
pub fn has_employee(club_documents: &ClubDocuments, id: &EmployeeId) -> bool {
    club_documents.employees.iter().any(|employee| employee.body.id == *id)
}

/// Checks that the club has an employee with this id.
///
/// # Errors
/// 400 if it has none.
pub fn require_employee(club_documents: &ClubDocuments, id: &EmployeeId) -> Result<(), ApiError> {
    if has_employee(club_documents, id) { Ok(()) } else { Err(unknown_employee(id)) }
}

/// 400 for an id that no employee of the club has.
pub fn unknown_employee(id: &EmployeeId) -> ApiError {
    ApiError::new(Code::UnknownEmployee, format!("the club has nobody with the id {}", quoted(&id.0)))
}
