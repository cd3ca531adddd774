//! What a rule finds wrong with what is posted, before it is known whether it is past.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Standing, When};
use crate::club::{Event, PersonIx, Posting};
use crate::snapshot::{EmployeeId, EventRef, Rotation};

/// How bad a finding is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Somebody must change the schedule.
    Critical,
    /// Somebody should look at it.
    Warning,
    /// Worth knowing; it costs no health.
    Info,
}

/// Whether a hard rule is broken by a person's day (or the club's) or by a person's week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// A day.
    Day,
    /// A week.
    Week,
}

/// Of which day or week an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// Of the look as a whole.
    Look,
    /// Of one day.
    Day(NaiveDate),
    /// Of two days, where two places are spoken of; of one where the other place is none.
    Days(NaiveDate, Option<NaiveDate>),
    /// Of the week that begins on this Sunday.
    Week(NaiveDate),
}

/// What is wrong where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issue {
    /// Of which day or week it is.
    pub on: On,
    /// Whose it is; maybe somebody whom only Crossmark knows.
    pub person: Option<EmployeeId>,
    /// The events that it names, in order of ref.
    pub refs: Vec<EventRef>,
    /// Which rotation has nobody (W11).
    pub rotation: Option<Rotation>,
}

impl Issue {
    /// An issue of a person, or of nobody, that names these events.
    pub(crate) fn new<'e>(
        standing: &Standing,
        on: On,
        person: Option<PersonIx>,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Issue {
        let person = person.map(|p| standing.club().person(p).id.clone());
        let mut refs: Vec<EventRef> = events.into_iter().map(|e| e.event_ref).collect();
        refs.sort_unstable();
        Issue { on, person, refs, rotation: None }
    }

    /// An issue of one posted schedule, and maybe of the other half of its pair, on its day.
    pub(crate) fn of<'e>(standing: &Standing, posting: &Posting, events: impl IntoIterator<Item = &'e Event>) -> Issue {
        Issue::new(standing, On::Day(posting.start.date()), Some(posting.person), events)
    }

    /// The day or week that it belongs to; none where it is past.
    pub(super) fn belongs(&self, standing: &Standing) -> Option<When> {
        let today = standing.club().today;
        match self.on {
            On::Look => Some(When::Look),
            On::Day(date) => (today <= date).then_some(When::Date(date)),
            On::Days(one, other) => {
                let to_come = [Some(one), other].into_iter().flatten().filter(|date| today <= *date);
                to_come.min().map(When::Date)
            }
            On::Week(sunday) => {
                let to_come = |event_ref: &EventRef| standing.date_of(*event_ref).is_some_and(|date| today <= date);
                self.refs.iter().any(to_come).then_some(When::Week(sunday))
            }
        }
    }
}
