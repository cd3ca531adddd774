//! How often what a run reads has changed.

use serde::{Deserialize, Serialize};

use crate::changes::plan_key;
use crate::item::{self, Attributes};
use crate::request::TableError;
use crate::table::Club;

/// The attribute that counts the changes which lines on their way to Crossmark made.
pub(crate) const FOLLOWED: &str = "followed";
/// The attribute that counts the changes which may make a checked approval illegal.
pub(crate) const BASIS: &str = "basis";

/// The attribute that counts the changes which people made by deciding on lines.
pub(crate) const DECIDED: &str = "decided";

/// How often what a run reads has changed, in all, and of that by the lines of a proposal: on their way to Crossmark or
/// back, or by what people decided about them. That part is no news to whoever looks at the proposal that the lines are
/// of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanVersion {
    /// In all.
    pub version: u64,
    /// By the lines, decisions included.
    pub followed: u64,
    /// By anything that a check of the rules rests on: all but acceptances, which put what is on its way where it already
    /// counts.
    #[serde(default)]
    pub basis: u64,
    /// By what people decided about them.
    #[serde(default)]
    pub decided: u64,
}

impl PlanVersion {
    /// How often it has changed by anything but the lines.
    pub fn by_others(self) -> u64 {
        self.version.saturating_sub(self.followed)
    }

    /// How often it has changed by anything but decisions: what the rules see of the club is the same until then.
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
    /// What every transaction adds to that changes what a run reads.
    pub async fn plan_version(&self) -> Result<PlanVersion, TableError> {
        Ok(self.get(&plan_key(self.id)).await?.map_or_else(PlanVersion::default, |item| PlanVersion::of(&item)))
    }
}
