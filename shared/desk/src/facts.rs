//! Facts that people enter by hand: checked, saved, and which schedules each change affects.

use chrono::NaiveDate;
use domain::snapshot::{AvailabilityOverride, Employee, RotationException, TimeOff, WeeklyAvailability};
use store::audit::Because;
use store::documents::{ClubDocuments, DocumentError, Holiday, LockedDay, NotLoaded, YearlyHoliday};
use store::facts::{FactId, FactSaved, KeptFact};
use store::{Club, Stored, TableError};

mod effect;

pub use effect::{Effect, Hit, Placements, Standing};

/// Maximum optimistic-concurrency attempts of a writer that names no version.
pub const ROUNDS: u32 = 5;

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
    RotationException exceptions,
}

/// Whether a change is only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saving {
    /// Says what the change would hit, and saves nothing.
    Tried,
    /// Saves it.
    Saved,
}

/// What a change came to.
#[derive(Debug)]
pub struct Saved {
    /// Which fact.
    pub fact: FactId,
    /// Its version; 0 where it does not exist.
    pub version: u64,
    /// Whether it was saved; `false` where it was only tried, or all stood so already.
    pub saved: bool,
    /// Whether all stood so already.
    pub stands: bool,
    /// What the change hits.
    pub effect: Effect,
}

/// Why a change is not saved.
#[derive(Debug)]
pub enum NotSaved<E> {
    /// The fact is not at the version that the caller names.
    Stale {
        /// Its version.
        found: u64,
    },
    /// What the caller's judgement refuses, or the table's.
    Other(E),
}

/// Saves the document with this id, or takes it away where `after` gives none.
///
/// `after` judges what the caller wants against the club's book, with the document as it stands. `version` is the one that
/// the caller knows; `None` lets the last writer win.
///
/// # Errors
/// [`NotSaved`].
pub async fn save<D: InBook, E>(
    club: Club<'_>,
    saving: Saving,
    version: Option<u64>,
    id: &str,
    because: &Because,
    after: impl Fn(&ClubDocuments, NaiveDate, Option<&D>) -> Result<Option<D>, E>,
) -> Result<Saved, NotSaved<E>>
where
    E: From<NotLoaded> + From<TableError> + From<DocumentError>,
{
    let other = NotSaved::Other;
    let mut rounds = 0;
    loop {
        rounds += 1;
        let placements = Placements::read::<E>(&club, because.at).await.map_err(other)?;
        let mut club_documents = placements.club_documents.clone();
        let rows = D::rows(&mut club_documents);
        let at = rows.iter().position(|row| row.body.id() == id);
        let before = at.map(|at| rows.remove(at));
        let found = before.as_ref().map_or(0, |before| before.version);
        if version.is_some_and(|known| known != found) {
            return Err(NotSaved::Stale { found });
        }
        let standing = before.as_ref().map(|before| &before.body);
        let wanted = after(&placements.club_documents, placements.today, standing).map_err(other)?;
        let fact = FactId { kind: D::KIND, id: id.to_owned() };
        let stands = standing == wanted.as_ref();
        if let Some(wanted) = &wanted {
            D::rows(&mut club_documents).push(Stored { version: found + 1, body: wanted.clone() });
        }
        let effect = placements.effect(&club_documents).map_err(|error| other(error.into()))?;
        if stands || saving == Saving::Tried {
            return Ok(Saved { fact, version: found, saved: false, stands, effect });
        }
        match club.change_document(before.as_ref(), wanted.as_ref(), because).await {
            Ok(FactSaved { id: fact, version }) => {
                let version = if wanted.is_some() { version } else { 0 };
                return Ok(Saved { fact, version, saved: true, stands, effect });
            }
            Err(DocumentError::Stale { .. }) if version.is_none() && rounds < ROUNDS => {}
            Err(error) => return Err(other(error.into())),
        }
    }
}
