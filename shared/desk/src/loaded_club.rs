//! The club as the rules see it: the basis of a plan. It does not depend on people's decisions about lines, because wishes
//! and refused placements count in the next run, not in checks of the current proposal.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::club::Club;
use domain::snapshot::{EmployeeId, Snapshot};
use store::snapshot::ClubLinks;

/// A club on one day, as the rules see it.
#[derive(Debug)]
pub struct LoadedClub {
    /// The club's data, as the rules read it.
    pub club: Club,
    /// People's names.
    pub names: BTreeMap<EmployeeId, String>,
    /// The time zone of all times.
    pub time_zone: Tz,
    /// The numbers that Crossmark has for the club, its people and its schedules.
    pub(crate) links: ClubLinks,
}

/// Cache key of the loaded club.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClubCacheKey {
    pub time_zone: Tz,
    pub today: NaiveDate,
    /// `plan_version` without decisions ([`PlanVersion::of_facts`]).
    pub facts_version: u64,
    /// Whether the proposal was planned without a buffer, so that it is also checked without one.
    pub emergency: bool,
}

impl LoadedClub {
    pub(crate) fn of(snapshot: Snapshot, links: ClubLinks) -> LoadedClub {
        LoadedClub {
            names: snapshot.employees.iter().map(|e| (e.id.clone(), e.name.clone())).collect(),
            time_zone: snapshot.club.time_zone,
            club: Club::new(snapshot),
            links,
        }
    }
}
