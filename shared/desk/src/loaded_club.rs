//! The club as the rules see it: the basis of a plan. It does not depend on people's decisions about lines, because wishes
//! and refused placements count in the next run, not in checks of the current proposal.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::club::Club;
use domain::person_names::names_by_id;
use domain::snapshot::{EmployeeId, Snapshot};
use store::proposals::CurrentProposal;
use store::snapshot::ClubLinks;

/// A club on one day, as the rules see it.
#[derive(Debug)]
pub struct LoadedClub {
    /// The club's data, as the rules read it.
    pub club: Club,
    /// People's names, each of one person.
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
    /// From which day the buffer before the first planned day is counted.
    pub buffer: BufferStart,
}

/// From which day the buffer before the first planned day is counted: a proposal is judged with the days for which it was
/// planned, also on a later day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BufferStart {
    /// There is no buffer: the proposal was planned without one.
    None,
    /// From the day on which the proposal was made.
    From(NaiveDate),
}

impl BufferStart {
    /// That of the current proposal; today without one.
    pub(crate) fn of(current: Option<&CurrentProposal>, zone: Tz, today: NaiveDate) -> BufferStart {
        match current {
            Some(current) if current.emergency => BufferStart::None,
            Some(current) => BufferStart::From(current.at.date_in(zone).min(today)),
            None => BufferStart::From(today),
        }
    }

    /// The snapshot with this buffer.
    pub(crate) fn apply_to(self, snapshot: Snapshot) -> Snapshot {
        match self {
            BufferStart::None => snapshot.from_today(),
            BufferStart::From(date) => snapshot.buffered_from(date),
        }
    }
}

impl LoadedClub {
    pub(crate) fn of(snapshot: Snapshot, links: ClubLinks) -> LoadedClub {
        LoadedClub {
            names: names_by_id(snapshot.employees.iter()),
            time_zone: snapshot.club.time_zone,
            club: Club::new(snapshot),
            links,
        }
    }
}
