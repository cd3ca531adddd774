//! `plan_version`: counts the changes of a run's input.

use serde::{Deserialize, Serialize};

use crate::changes::plan_key;
use crate::item::{self, Attributes};
use crate::request::TableError;
use crate::table::Club;

/// The attribute that counts the changes that make no proposal outdated ([`PlanVersion::followed`]).
pub(crate) const FOLLOWED: &str = "followed";
/// The attribute that counts the changes that may make a checked approval illegal.
pub(crate) const BASIS: &str = "basis";

/// The attribute that counts the changes by people's decisions about lines.
pub(crate) const DECIDED: &str = "decided";

/// Counts the changes of a run's input. Those that make no proposal outdated are also counted separately: the approval,
/// submission and recall of lines, people's decisions about lines, and the debts that the nightly count computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanVersion {
    /// All changes.
    pub version: u64,
    /// Changes that make no proposal outdated.
    pub followed: u64,
    /// Changes of anything that a check of the rules depends on. These are all changes except acceptances, which post a
    /// schedule whose line already counted as posted, and decisions about lines.
    #[serde(default)]
    pub basis: u64,
    /// Changes by people's decisions about lines.
    #[serde(default)]
    pub decided: u64,
}

impl PlanVersion {
    /// Number of changes that make a proposal outdated.
    pub fn outdating_changes(self) -> u64 {
        self.version.saturating_sub(self.followed)
    }

    /// Number of changes that were not decisions. As long as it stays the same, the rules see the same club.
    pub fn of_facts(self) -> u64 {
        self.version.saturating_sub(self.decided)
    }

    pub(crate) fn of(item: &Attributes) -> PlanVersion {
        PlanVersion {
            version: item::version_of(item),
            followed: item::number(item, FOLLOWED),
            basis: item::number(item, BASIS),
            decided: item::number(item, DECIDED),
        }
    }
}

impl Club<'_> {
    /// Reads the club's `plan_version`.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn plan_version(&self) -> Result<PlanVersion, TableError> {
        Ok(self.get(&plan_key(self.id)).await?.map_or_else(PlanVersion::default, |item| PlanVersion::of(&item)))
    }
}
