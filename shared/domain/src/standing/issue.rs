//! Issues: what a rule finds wrong with what is posted, before past issues are filtered out.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{FindingDate, StandingSchedule};
use crate::club::{Event, PersonIx, Posting};
use crate::snapshot::{EmployeeId, EventRef, Rotation};

/// The severity of a finding.
// The order of the variants is the order of severities: the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Somebody must change the schedule.
    Critical,
    /// Somebody should look at the schedule.
    Warning,
    /// Worth knowing. Health does not count it.
    Info,
}

/// The day or week of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueDate {
    /// The look as a whole.
    Look,
    /// One day.
    Day(NaiveDate),
    /// The days of the two sides of a pair (H10, H11) or of a difference (W12); the second is `None` if only one side
    /// has a place.
    Days(NaiveDate, Option<NaiveDate>),
    /// The week that begins on this Sunday.
    Week(NaiveDate),
}

impl IssueDate {
    /// The first day, or the Sunday of the week.
    pub(crate) fn date(self) -> Option<NaiveDate> {
        match self {
            IssueDate::Day(date) | IssueDate::Days(date, _) | IssueDate::Week(date) => Some(date),
            IssueDate::Look => None,
        }
    }
}

/// What is wrong, where, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issue {
    /// The day or week of the issue.
    pub on: IssueDate,
    /// The person; `None` for an issue about nobody. May be known only to Crossmark.
    pub person: Option<EmployeeId>,
    /// The events that the issue names, in order of ref.
    pub refs: Vec<EventRef>,
    /// The rotation that nobody holds (W11).
    pub rotation: Option<Rotation>,
}

impl Issue {
    /// An issue that names these events, about a person or about nobody.
    pub(crate) fn new<'e>(
        standing: &StandingSchedule,
        on: IssueDate,
        person: Option<PersonIx>,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Issue {
        let person = person.map(|p| standing.club().person(p).id.clone());
        let mut refs: Vec<EventRef> = events.into_iter().map(|e| e.event_ref).collect();
        refs.sort_unstable();
        Issue { on, person, refs, rotation: None }
    }

    /// An issue of one posted schedule, and possibly of its partner, on its day.
    pub(crate) fn of<'e>(
        standing: &StandingSchedule,
        posting: &Posting,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Issue {
        Issue::new(standing, IssueDate::Day(posting.start.date()), Some(posting.person), events)
    }

    /// The day or week that the issue belongs to; `None` if it is past.
    pub(super) fn when(&self, standing: &StandingSchedule) -> Option<FindingDate> {
        let today = standing.club().today;
        match self.on {
            IssueDate::Look => Some(FindingDate::Look),
            IssueDate::Day(date) => (today <= date).then_some(FindingDate::Date(date)),
            IssueDate::Days(one, other) => {
                let to_come = [Some(one), other].into_iter().flatten().filter(|date| today <= *date);
                to_come.min().map(FindingDate::Date)
            }
            IssueDate::Week(sunday) => {
                let to_come = |event_ref: &EventRef| standing.date_of(*event_ref).is_some_and(|date| today <= date);
                self.refs.iter().any(to_come).then_some(FindingDate::Week(sunday))
            }
        }
    }
}
