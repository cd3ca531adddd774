//! The documents of a club: what people set up and a run reads. Each is one item of the club's partition, and most are
//! a row of the club snapshot (rulebook section 8), as [`domain::snapshot`] defines it.
//!
//! Reads are consistent. Each write is conditioned on the version read and increments [`PlanVersion`].

mod calendar;
mod club;
mod club_documents;
mod people;
pub(crate) mod plan;
mod rotation;
mod rotations;
mod write;

pub use calendar::{Holiday, LockedDay, YearlyHoliday};
pub(crate) use club::info_key;
pub use club::{ClubListing, ClubSettings, Settings};
pub use club_documents::{ClubDocuments, NotLoaded};
pub use people::Affinity;
pub use plan::PlanVersion;
pub use rotation::Rotations;
pub use write::{DocumentError, Expect};

use crate::item::Record;

/// A document of a club that people list and write one by one.
#[expect(private_bounds, reason = "keys are the store's own affair")]
pub trait Document: Record {
    /// Prefix of the sort keys of its kind.
    const PREFIX: &'static str;
}

/// A document whose sort key begins with its date.
pub trait Dated: Document {}
