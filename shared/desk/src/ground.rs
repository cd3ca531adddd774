//! What a plan rests on: the club as the rules see it. It changes with `plan_version` and the day alone, and not by what
//! people decide about lines: wishes and refusals weigh in the next run, not against the person who has them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::club::Club as Rules;
use domain::snapshot::{EmployeeId, Snapshot};
use store::snapshot::ClubLinks;

/// A club as it stands on one day.
#[derive(Debug)]
pub struct Ground {
    /// The club as the rules see it.
    pub rules: Rules,
    /// People's names.
    pub names: BTreeMap<EmployeeId, String>,
    /// The zone of all times.
    pub time_zone: Tz,
    /// Crossmark's numbers.
    pub(crate) links: ClubLinks,
}

/// Cache key of the loaded club.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub time_zone: Tz,
    pub today: NaiveDate,
    /// How often the club has changed by anything but decisions.
    pub facts: u64,
    /// What was planned without a buffer is judged without one.
    pub emergency: bool,
}

impl Ground {
    pub(crate) fn of(snapshot: Snapshot, links: ClubLinks) -> Ground {
        Ground {
            names: snapshot.employees.iter().map(|e| (e.id.clone(), e.name.clone())).collect(),
            time_zone: snapshot.club.time_zone,
            rules: Rules::new(snapshot),
            links,
        }
    }
}
