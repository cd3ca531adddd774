//! Facts that people keep by hand: how every one is saved, and what it is answered with.
//!
//! A save says what it hits: posted schedules and lines of the proposal that were fit for their place before it and no
//! longer are. With `dry=true` it says so and saves nothing.

pub mod absences;
pub mod days;
pub mod event;
pub mod history;
pub mod people;
pub mod settings;
pub mod words;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Code, Params, expected_version, words};
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chrono::NaiveDate;
use desk::Desk;
use desk::facts::{Effect, FactDocument, NotSaved, SaveMode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Club;
use store::audit::Because;
use store::documents::ClubDocuments;
use store::facts::FactId;
use utoipa::{IntoParams, ToSchema};

use crate::App;

/// Whether to change a fact, or only to return the effect.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Dry {
    /// `true` returns the effect of the change and saves nothing.
    #[serde(default)]
    #[param(required = false)]
    dry: bool,
}

/// The result of a change of a fact.
#[derive(Serialize, ToSchema)]
#[schema(as = FactSaved)]
#[expect(clippy::struct_field_names, reason = "the wire's name")]
pub struct Saved {
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

/// The longest reason of a change, in characters.
const LONGEST_WHY: usize = 500;

/// A request to change a fact: who asks, whether the change is only tried, and which version it may replace.
pub struct Change {
    /// Who asks, and of which club.
    pub club_caller: ClubCaller<Manager>,
    /// Whether it is only tried.
    pub dry: bool,
    app: App,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Change {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Change, ApiError> {
        let club_caller = ClubCaller::from_request_parts(parts, app).await?;
        let Params(Dry { dry }) = Params::from_request_parts(parts, app).await?;
        Ok(Change { club_caller, dry, app: app.clone(), headers: parts.headers.clone() })
    }
}

/// The version that a change expects, and its reason for the audit trail.
pub struct Terms {
    /// The version that the caller knows; none lets the last writer win.
    pub version: Option<u64>,
    /// Who changes it, when and why.
    pub because: Because,
}

impl Change {
    /// The club's part of the table.
    pub fn club(&self) -> Club<'_> {
        self.club_caller.of(&self.app.table)
    }

    /// The terms of the change: `version` and `why` as the body has them, `usual` for a change that says no reason.
    ///
    /// # Errors
    /// 400 for a version that is none, or a reason that is too long or not printable.
    pub fn terms(&self, version: Option<u64>, why: Option<&str>, usual: &str) -> Result<Terms, ApiError> {
        let version = expected_version(&self.headers, version)?;
        let why = why.map(str::trim).filter(|why| !why.is_empty());
        let why = why.map(|why| words("$.why", why, LONGEST_WHY)).transpose()?;
        Ok(Terms { version, because: self.club_caller.because(why.unwrap_or_else(|| usual.to_owned())) })
    }

    /// Saves the document with this id, or takes it away where `after` gives none.
    ///
    /// `after` judges what the caller wants against the club's book, with the document as it stands.
    ///
    /// # Errors
    /// What `after` refuses; 409 where the document is not at the version that the caller names; or the table's.
    pub async fn save<D: FactDocument>(
        &self,
        terms: &Terms,
        id: &str,
        after: impl Fn(&ClubDocuments, NaiveDate, Option<&D>) -> Result<Option<D>, ApiError>,
    ) -> Result<Json<Saved>, ApiError> {
        let mode = if self.dry { SaveMode::DryRun } else { SaveMode::Execute };
        let desk = Desk { club: self.club(), cache: &self.app.cache };
        match desk::facts::save(desk, mode, terms.version, id, &terms.because, after).await {
            Ok(saved) => Ok(Json(Saved::new(&saved.fact, saved.version, saved.saved, saved.effect))),
            Err(NotSaved::Stale { found }) => Err(stale(found)),
            Err(NotSaved::Other(error)) => Err(error),
        }
    }

    /// Takes the document with this id away; `what` is what it is called.
    ///
    /// # Errors
    /// As of [`save`](Change::save); 404 where there is none.
    pub async fn remove<D: FactDocument>(&self, id: &str, what: &str, usual: &str) -> Result<Json<Saved>, ApiError> {
        let terms = self.terms(None, None, usual)?;
        let after = |_: &_, _, found: Option<&D>| found.map_or_else(|| Err(not_found(what)), |_| Ok(None));
        self.save(&terms, id, after).await
    }
}

/// 404 for a fact that is not there.
pub fn not_found(what: &str) -> ApiError {
    ApiError::new(Code::FactNotFound, format!("there is no such {what}"))
}

impl Saved {
    fn new(fact: &FactId, version: u64, saved: bool, effect: Effect) -> Saved {
        Saved { success: true, saved, fact: format!("{}:{}", fact.kind.name(), fact.id), version, effect }
    }
}

/// 409 with the version that a fact is at.
fn stale(found: u64) -> ApiError {
    let message = format!("it was changed meanwhile: it is at version {found}");
    ApiError::new(Code::StaleVersion, message).with(json!({"version": found}))
}

/// A person's name, for messages.
pub fn name_of(club_documents: &ClubDocuments, employee: &domain::snapshot::EmployeeId) -> Result<String, ApiError> {
    let found = club_documents.employees.iter().find(|e| e.body.id == *employee);
    found.map(|e| e.body.name.clone()).ok_or_else(|| {
        ApiError::new(Code::UnknownEmployee, format!("the club has nobody with the id {:?}", shortened(&employee.0)))
    })
}

/// What a caller wrote, cut to a readable length.
pub fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}
