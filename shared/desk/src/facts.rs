//! Facts that people enter by hand: checked, saved, and which schedules each change affects.

use chrono::NaiveDate;
use domain::snapshot::{AvailabilityOverride, Employee, RotationException, TimeOff, WeeklyAvailability};
use store::audit::Because;
use store::documents::{ClubDocuments, DocumentError, Holiday, LockedDay, NotLoaded, YearlyHoliday};
use store::facts::{FactId, FactSaved, KeptFact};
use store::{Stored, TableError};

use crate::plan::Desk;

mod effect;

pub use effect::{Days, Effect, Hit, Placements, Standing};

/// Maximum optimistic-concurrency attempts of a writer that names no version.
pub const ROUNDS: u32 = 5;

/// A document of the book.
pub trait InBook: KeptFact + PartialEq {
    /// The documents of its kind.
    fn rows(club_documents: &mut ClubDocuments) -> &mut Vec<Stored<Self>>;

    /// The days whose schedules depend on it.
    fn days(&self) -> Days;
}

macro_rules! in_book {
    ($($document:ident $rows:ident $days:expr,)+) => {
        $(impl InBook for $document {
            fn rows(club_documents: &mut ClubDocuments) -> &mut Vec<Stored<Self>> {
                &mut club_documents.$rows
            }

            fn days(&self) -> Days {
                let days: fn(&$document) -> Days = $days;
                days(self)
            }
        })+
    };
}

in_book! {
    Employee employees |_| Days::ALL,
    WeeklyAvailability weekly |_| Days::ALL,
    AvailabilityOverride overrides |other| Days { from: other.start, to: other.end },
    TimeOff time_off |off| Days { from: off.start, to: off.end },
    Holiday holidays |holiday| Days::of(holiday.date),
    YearlyHoliday yearly_holidays |_| Days::ALL,
    LockedDay locked_days |locked| Days::of(locked.date),
    RotationException exceptions |exception| Days::of(exception.date),
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
    desk: Desk<'_>,
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
        let club_documents = desk.club.club_documents().await.map_err(|error| other(error.into()))?;
        let today = because.at.date_in(club_documents.zone().map_err(|error| other(error.into()))?);
        let mut changed = club_documents.clone();
        let rows = D::rows(&mut changed);
        let at = rows.iter().position(|row| row.body.id() == id);
        let before = at.map(|at| rows.remove(at));
        let found = before.as_ref().map_or(0, |before| before.version);
        if version.is_some_and(|known| known != found) {
            return Err(NotSaved::Stale { found });
        }
        let standing = before.as_ref().map(|before| &before.body);
        let wanted = after(&club_documents, today, standing).map_err(other)?;
        let fact = FactId { kind: D::KIND, id: id.to_owned() };
        let stands = standing == wanted.as_ref();
        if let Some(wanted) = &wanted {
            rows.push(Stored { version: found + 1, body: wanted.clone() });
        }
        let effect = match standing.into_iter().chain(&wanted).map(D::days).reduce(Days::and) {
            Some(days) => {
                let placements = Placements::read::<E>(desk, club_documents, days, because.at).await.map_err(other)?;
                placements.effect(&changed).map_err(|error| other(error.into()))?
            }
            None => Effect::none(&club_documents),
        };
        if stands || saving == Saving::Tried {
            return Ok(Saved { fact, version: found, saved: false, stands, effect });
        }
        match desk.club.change_document(before.as_ref(), wanted.as_ref(), because).await {
            Ok(FactSaved { id: fact, version }) => {
                let version = if wanted.is_some() { version } else { 0 };
                return Ok(Saved { fact, version, saved: true, stands, effect });
            }
            Err(DocumentError::Stale { .. }) if version.is_none() && rounds < ROUNDS => {}
            Err(error) => return Err(other(error.into())),
        }
    }
}
