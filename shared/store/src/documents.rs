//! The documents of a club: the facts that people set up and that a run reads. Each document is one item of the club's
//! partition. Most are a row of the club snapshot (rulebook section 8), as [`domain::snapshot`] defines it.
//!
//! Reads are consistent. Each write is conditioned on the version that was read, and increments [`PlanVersion`].

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

/// A kind of document of which a club has many, each listed and written on its own.
#[expect(private_bounds, reason = "keys are the store's own affair")]
pub trait Document: Record {
    /// Prefix of the sort keys of its kind.
    const PREFIX: &'static str;
}

/// A document whose sort key begins with its date.
pub trait Dated: Document {}
