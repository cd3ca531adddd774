//! The documents of a club: what people set up and a run reads. Each is one item of the club's partition, in the words
//! of the club snapshot (rulebook section 8).
//!
//! Reading is consistent; each write is conditioned on the version read and moves [`PlanVersion`] along.

mod book;
mod calendar;
mod club;
mod named;
mod people;
pub(crate) mod plan;
mod rotation;
mod rotations;
mod write;

pub use book::Book;
pub use calendar::{Holiday, LockedDay};
pub(crate) use club::info_key;
pub use club::{ClubInfo, ClubListing, PlanningSettings, Settings, Zone};
pub use people::{Affinity, Allowance, ClockTime, Debt, Employee, JobTitleName, Override, TimeOff, Week, Weekly};
pub use plan::PlanVersion;
pub use rotation::{Day, Exception, RotationName, RotationRow, Rotations};
pub use write::{DocumentError, Expect};

use crate::item::Record;
use named::named_schema;

/// A document of a club that people list and write one by one.
#[expect(private_bounds, reason = "keys are the store's own affair")]
pub trait Document: Record {
    /// What the sort keys of its kind begin with.
    const PREFIX: &'static str;
}

/// A document whose key begins with its date.
pub trait Dated: Document {}

/// `null` where a list or object may be missing.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de> + Default,
{
    Ok(<Option<T> as serde::Deserialize>::deserialize(deserializer)?.unwrap_or_default())
}

/// Club-local moments as snapshots write them; seconds may be missing when read.
pub(crate) mod moment {
    use chrono::NaiveDateTime;
    use domain::calendar::{read_moment, write_moment};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&write_moment(*at))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        read_moment(&text).ok_or_else(|| D::Error::custom("no local date and time"))
    }
}
