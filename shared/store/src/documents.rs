//! The documents of a club: the facts that people set up and that a run reads. Each document is one item of the club's
//! partition. Most are a row of the club snapshot (rulebook section 8), as [`domain::snapshot`] defines it.
//!
//! Reads are consistent. Each write is conditioned on the version that was read, and increments [`PlanVersion`].

use crate::item::Record;

/// Makes a type a document: its prefix, and an expression for the rest of its sort key.
macro_rules! document {
    ($document:ty, $prefix:literal, |$row:ident| $rest:expr) => {
        impl crate::item::Record for $document {
            fn key(&self, club: &crate::key::ClubId) -> crate::key::Key {
                let $row = self;
                crate::key::Part::Club.key(club, [<Self as super::Document>::PREFIX, &$rest.to_string()].concat())
            }
        }

        impl super::Document for $document {
            const PREFIX: &'static str = $prefix;
        }
    };
}

mod calendar;
mod club;
mod club_documents;
mod people;
pub(crate) mod plan;
mod rotation;
mod rotations;
mod write;

pub use calendar::{Holiday, LockedDay, YearlyHoliday};
pub use club::{ClubListing, ClubSettings, Settings};
pub use club_documents::{ClubDocuments, NotLoaded};
pub use people::Affinity;
pub use plan::PlanVersion;
pub use rotation::Rotations;
pub use write::{DocumentError, Expect};

/// A kind of document that a club can have many of. Each one is listed and written on its own.
#[expect(private_bounds, reason = "only the store knows keys")]
pub trait Document: Record {
    /// Prefix of the sort keys of its kind.
    const PREFIX: &'static str;
}

/// A document whose sort key has its date directly after the prefix.
pub trait Dated: Document {}
