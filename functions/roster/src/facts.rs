//! Facts that people keep by hand: how every one is saved, and what it is answered with.
//!
//! A save says what it hits: posted schedules and lines of the proposal that were fit for their place before it and no
//! longer are. With `dry=true` it says so and saves nothing.

pub mod absences;
pub mod days;
mod effect;
pub mod event;
pub mod history;
pub mod people;
pub mod settings;
pub mod words;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Code, words};
use chrono::NaiveDate;
use domain::snapshot::{AvailabilityOverride, Employee, TimeOff, WeeklyAvailability};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::documents::{ClubDocuments, DocumentError, Holiday, LockedDay, YearlyHoliday};
use store::facts::{FactId, FactSaved, KeptFact};
use store::{Stored, Table};
use utoipa::{IntoParams, ToSchema};

use effect::{Effect, Placements};

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
/// How often a change is made anew where another was faster and its writer names no version.
const ROUNDS: u32 = 5;

/// A document of the book.
pub trait InBook: KeptFact + PartialEq {
    /// The documents of its kind.
    fn rows(club_documents: &mut ClubDocuments) -> &mut Vec<Stored<Self>>;
}

macro_rules! in_book {
    ($($document:ident $rows:ident,)+) => {
        $(impl InBook for $document {
            fn rows(club_documents: &mut ClubDocuments) -> &mut Vec<Stored<Self>> {
                &mut club_documents.$rows
            }
        })+
    };
}

in_book! {
    Employee employees,
    WeeklyAvailability weekly,
    AvailabilityOverride overrides,
    TimeOff time_off,
    Holiday holidays,
    YearlyHoliday yearly_holidays,
    LockedDay locked_days,
}

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
    let club = club_caller.of(table);
    let because = wish.because(club_caller, usual)?;
    let mut rounds = 0;
    loop {
        rounds += 1;
        let placements = Placements::read(&club, club_caller.now).await?;
        let mut club_documents = placements.club_documents.clone();
        let rows = D::rows(&mut club_documents);
        let at = rows.iter().position(|row| row.body.id() == id);
        let before = at.map(|at| rows.remove(at));
        let found = before.as_ref().map_or(0, |before| before.version);
        if let Some(known) = wish.version
            && known != found
        {
            return Err(stale(found));
        }
        let wanted = after(&placements.club_documents, placements.today, before.as_ref().map(|before| &before.body))?;
        let name = FactId { kind: D::KIND, id: id.to_owned() };
        let same = before.as_ref().map(|before| &before.body) == wanted.as_ref();
        if let Some(wanted) = &wanted {
            D::rows(&mut club_documents).push(Stored { version: found + 1, body: wanted.clone() });
        }
        let effect = placements.effect(&club_documents)?;
        if same || wish.dry.dry {
            return Ok(Saved::new(&name, found, false, effect));
        }
        match club.change_document(before.as_ref(), wanted.as_ref(), &because).await {
            Ok(FactSaved { id, version }) => {
                let version = if wanted.is_some() { version } else { 0 };
                return Ok(Saved::new(&id, version, true, effect));
            }
            Err(DocumentError::Stale { .. }) if wish.version.is_none() && rounds < ROUNDS => {}
            Err(error) => return Err(error.into()),
        }
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
