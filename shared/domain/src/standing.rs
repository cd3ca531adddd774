//! The standing schedule: what is wrong with what is posted (rulebook section 10).
//!
//! A *look* judges every posted schedule as if it were new, by the hard rules and the watch rules. It solves nothing and
//! changes nothing. To judge an edit, call [`check`] with a snapshot whose `posted` contains the edit.

use chrono::NaiveDate;
use serde::Serialize;

use crate::calendar::{plus_days, week_start};
use crate::club::Club;
use crate::snapshot::{Posted, Snapshot};

mod breaches;
mod finding;
mod health;
mod issue;
pub mod options;
#[cfg(test)]
mod tests;
mod view;

pub use crate::snapshot::{Outside, UpstreamSchedule};
pub use finding::{Finding, FindingDate, FindingId, Rule};
pub use health::{Faults, Health};
pub use issue::{Issue, IssueDate, Severity};
pub use view::StandingSchedule;

/// Which weeks a look covers, Sunday to Saturday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weeks {
    /// From today's week to the last one with a posted schedule.
    ToLastPosted,
    /// The week of this date.
    Of(NaiveDate),
    /// Every week from today's week on.
    All,
}

/// The result of a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// The health of the schedule, 0 to 100.
    pub health: Health,
    /// The findings, in order of date, severity, rule, person and refs. Ids are unique.
    pub findings: Vec<Finding>,
}

/// Looks at what is posted. `outside` is passed separately because documents have it in the snapshot, but the table has
/// it elsewhere.
pub fn check(snapshot: &Snapshot, outside: &Outside, weeks: Weeks) -> Findings {
    let (first, last) = weeks.span(snapshot);
    let findings = look(snapshot, outside, |when| when.date().is_none_or(|date| first <= date && date <= last));
    Findings { health: Health::of(&findings), findings }
}

/// The findings for which `looked_at` is true, in order.
fn look(snapshot: &Snapshot, outside: &Outside, looked_at: impl Fn(FindingDate) -> bool) -> Vec<Finding> {
    let club = Club::standing(snapshot, |posted| is_gone(posted, snapshot.today, outside));
    let standing = StandingSchedule::new(&club, outside);
    let mut findings = finding::all_findings(&standing, looked_at);
    findings.sort_by(Finding::compare);
    findings
}

/// Whether a posted schedule is gone: its event is canceled or expired, or it is today or later and no longer listed.
fn is_gone(posted: &Posted, today: NaiveDate, outside: &Outside) -> bool {
    let is_listed = || outside.listed.as_ref().is_none_or(|listed| listed.contains(&posted.event.event_ref));
    posted.event.condition().is_off() || (today <= posted.start.date() && !is_listed())
}

impl Weeks {
    /// The first Sunday and the last Saturday of the weeks.
    fn span(self, snapshot: &Snapshot) -> (NaiveDate, NaiveDate) {
        let (first, last) = match self {
            Weeks::Of(date) => (date, date),
            Weeks::All => return (week_start(snapshot.today), NaiveDate::MAX),
            Weeks::ToLastPosted => {
                let last = snapshot.posted.iter().map(|p| p.start.date()).max();
                (snapshot.today, last.map_or(snapshot.today, |last| last.max(snapshot.today)))
            }
        };
        (week_start(first), plus_days(week_start(last), 6))
    }
}
