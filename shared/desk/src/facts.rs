//! Facts that people enter by hand: checks and saves them, and says which schedules a change affects.

use chrono::NaiveDate;
use domain::snapshot::{AvailabilityOverride, Employee, RotationException, TimeOff, WeeklyAvailability};
use store::audit::Because;
use store::documents::{ClubDocuments, DocumentError, Holiday, LockedDay, NotLoaded, YearlyHoliday};
use store::facts::{FactId, FactSaved, KeptFact};
use store::{Stored, TableError};

use crate::plan::Desk;

mod effect;

pub use effect::{AffectedSchedule, Days, Effect, Placements, ScheduleStage};

/// Maximum optimistic-concurrency attempts of a writer that names no version.
pub const MAX_ATTEMPTS: u32 = 5;

/// A fact that is one of the club's documents.
pub trait FactDocument: KeptFact + PartialEq {
    /// All facts of this kind.
    fn rows(club_documents: &mut ClubDocuments) -> &mut Vec<Stored<Self>>;

    /// The days whose schedules depend on the fact.
    fn days(&self) -> Days;
}

macro_rules! fact_documents {
    ($($document:ident $rows:ident $days:expr,)+) => {
        $(impl FactDocument for $document {
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

fact_documents! {
    Employee employees |_| Days::ALL,
    WeeklyAvailability weekly |_| Days::ALL,
    AvailabilityOverride overrides |availability| Days { from: availability.start, to: availability.end },
    TimeOff time_off |off| Days { from: off.start, to: off.end },
    Holiday holidays |holiday| Days::of(holiday.date),
    YearlyHoliday yearly_holidays |_| Days::ALL,
    LockedDay locked_days |locked| Days::of(locked.date),
    RotationException exceptions |exception| Days::of(exception.date),
}

/// Whether a change is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveMode {
    /// Computes the effect of the change, and saves nothing.
    DryRun,
    /// Saves the change.
    Execute,
}

/// The result of a change.
#[derive(Debug)]
pub struct SaveResult {
    /// The fact.
    pub fact: FactId,
    /// The version of the fact; 0 if it does not exist.
    pub version: u64,
    /// Whether the change was saved; `false` for a dry run, or if nothing differed.
    pub saved: bool,
    /// Whether nothing differed.
    pub is_unchanged: bool,
    /// The effect of the change on schedules.
    pub effect: Effect,
}

/// Why a change was not saved.
#[derive(Debug)]
pub enum NotSaved<E> {
    /// The fact is not at the version that the caller names.
    Stale {
        /// The current version of the fact.
        found: u64,
    },
    /// The caller's check refused the change, somebody else changed the fact concurrently, or the table failed.
    Other(E),
}

/// Saves the fact with this id, or removes it if `after` returns none.
///
/// `after` gets the club's documents, its date and the current fact, checks the change, and returns the fact to save. It may
/// be called several times. `version` is the version that the caller saw; with `None` the last writer wins.
///
/// # Errors
/// [`NotSaved::Stale`] if the fact is not at `version`; [`NotSaved::Other`] for a refusal by `after`, a concurrent
/// change of the fact, or a failed request to the table.
pub async fn save<D: FactDocument, E>(
    desk: Desk<'_>,
    mode: SaveMode,
    version: Option<u64>,
    id: &str,
    because: &Because,
    after: impl Fn(&ClubDocuments, NaiveDate, Option<&D>) -> Result<Option<D>, E>,
) -> Result<SaveResult, NotSaved<E>>
where
    E: From<NotLoaded> + From<TableError> + From<DocumentError>,
{
    let other = NotSaved::Other;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let club_documents = desk.club.club_documents().await.map_err(|error| other(error.into()))?;
        let today = because.at.date_in(club_documents.zone().map_err(|error| other(error.into()))?);
        let mut changed = club_documents.clone();
        let rows = D::rows(&mut changed);
        let index = rows.iter().position(|row| row.body.id() == id);
        let before = index.map(|index| rows.remove(index));
        let found = before.as_ref().map_or(0, |before| before.version);
        if version.is_some_and(|seen| seen != found) {
            return Err(NotSaved::Stale { found });
        }
        let current = before.as_ref().map(|before| &before.body);
        let wanted = after(&club_documents, today, current).map_err(other)?;
        let fact = FactId { kind: D::KIND, id: id.to_owned() };
        let is_unchanged = current == wanted.as_ref();
        if let Some(wanted) = &wanted {
            rows.push(Stored { version: found + 1, body: wanted.clone() });
        }
        let effect = match current.into_iter().chain(&wanted).map(D::days).reduce(Days::and) {
            Some(days) => {
                let placements = Placements::read::<E>(desk, club_documents, days, because.at).await.map_err(other)?;
                placements.effect(&changed).map_err(|error| other(error.into()))?
            }
            None => Effect::none(&club_documents),
        };
        if is_unchanged || mode == SaveMode::DryRun {
            return Ok(SaveResult { fact, version: found, saved: false, is_unchanged, effect });
        }
        match desk.club.change_document(before.as_ref(), wanted.as_ref(), because).await {
            Ok(FactSaved { id: fact, version }) => {
                let version = if wanted.is_some() { version } else { 0 };
                return Ok(SaveResult { fact, version, saved: true, is_unchanged, effect });
            }
            Err(DocumentError::Stale { .. }) if version.is_none() && attempts < MAX_ATTEMPTS => {}
            Err(error) => return Err(other(error.into())),
        }
    }
}
