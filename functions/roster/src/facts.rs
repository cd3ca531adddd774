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
use api::{ApiError, Code, words};
use chrono::NaiveDate;
use desk::facts::{Effect, InBook, NotSaved, Saving};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Table;
use store::documents::ClubDocuments;
use store::facts::FactId;
use utoipa::{IntoParams, ToSchema};

/// Whether a change is only tried.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Dry {
    /// `true` says what the change would hit, and saves nothing.
    #[serde(default)]
    #[param(required = false)]
    dry: bool,
}

/// What a change came to.
#[derive(Serialize, ToSchema)]
#[schema(as = FactSaved)]
#[expect(clippy::struct_field_names, reason = "the wire's name")]
pub struct Saved {
    success: bool,
    /// Whether it was saved; `false` where it was only tried, or all stood so already.
    saved: bool,
    /// Which fact: its kind and its id. `POST /api/facts/put-back` takes it to undo the change.
    fact: String,
    /// The fact's version, to be named by the next change of it. 0 where it does not exist.
    version: u64,
    /// What the change hits.
    effect: Effect,
}

/// The longest reason of a change, in characters.
const LONGEST_WHY: usize = 500;
/// How a caller wants a change to be made.
pub struct Wish {
    /// Tried or saved.
    pub dry: Dry,
    /// The version that they know; none lets the last writer win.
    pub version: Option<u64>,
    /// Why, in their words.
    pub why: Option<String>,
}

impl Wish {
    /// The reason as the audit trail keeps it.
    ///
    /// # Errors
    /// 400 for a text that is too long or not printable.
    fn because(&self, club_caller: &ClubCaller<Manager>, usual: &str) -> Result<store::audit::Because, ApiError> {
        let why = self.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
        let why = why.map(|why| words("$.why", why, LONGEST_WHY)).transpose()?;
        Ok(club_caller.because(why.unwrap_or_else(|| usual.to_owned())))
    }
}

/// Saves the document with this id, or takes it away where `after` gives none.
///
/// `after` judges what the caller wants against the club's book, with the document as it stands.
///
/// # Errors
/// What `after` refuses; 409 where the document is not at the version that the caller names; or the table's.
pub async fn save<D: InBook>(
    club_caller: &ClubCaller<Manager>,
    table: &Table,
    wish: &Wish,
    id: &str,
    usual: &str,
    after: impl Fn(&ClubDocuments, NaiveDate, Option<&D>) -> Result<Option<D>, ApiError>,
) -> Result<Saved, ApiError> {
    let because = wish.because(club_caller, usual)?;
    let saving = if wish.dry.dry { Saving::Tried } else { Saving::Saved };
    let saved = desk::facts::save(club_caller.of(table), saving, wish.version, id, &because, after).await;
    match saved {
        Ok(saved) => Ok(Saved::new(&saved.fact, saved.version, saved.saved, saved.effect)),
        Err(NotSaved::Stale { found }) => Err(stale(found)),
        Err(NotSaved::Other(error)) => Err(error),
    }
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
