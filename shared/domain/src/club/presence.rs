//! Who may work an event at a moment: rule H2 for any date, without the grid of days.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::availability::Availability;
use super::{Away, PersonIx};
use crate::calendar::{Hours, date_in_words, minute_of, time_in_words};
use crate::snapshot::{Employee, EmployeeId, EventFacts, Snapshot};

/// The people of a club and their availability.
#[derive(Debug)]
pub struct Presence {
    employees: Vec<Employee>,
    index: HashMap<EmployeeId, PersonIx>,
    availability: Availability,
}

/// Why somebody may not work an event at a moment (H2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotWork {
    /// The club has nobody with that id.
    Unknown,
    /// The person may not work this kind of event, in the words of
    /// [`EventType::kind_in_words`](crate::event_type::EventType::kind_in_words).
    Type(&'static str),
    /// The person is not available on that day.
    Away(Away),
    /// The event does not fit the person's hours of that day.
    Hours(Hours),
}

impl Presence {
    /// Reads the people of a snapshot.
    pub fn new(snapshot: &Snapshot) -> Presence {
        let employees = snapshot.employees.clone();
        let index: HashMap<_, _> = employees.iter().enumerate().map(|(ix, e)| (e.id.clone(), PersonIx(ix))).collect();
        let availability = Availability::new(snapshot, &employees, &[], &index);
        Presence { employees, index, availability }
    }

    /// The hours of somebody on a date.
    ///
    /// # Errors
    /// The reason why the person is not available; [`Away::NotEmployed`] for an unknown id.
    pub fn hours(&self, employee: &EmployeeId, date: NaiveDate) -> Result<Hours, Away> {
        let person = self.index.get(employee).ok_or(Away::NotEmployed)?;
        self.availability.hours_on(*person, date)
    }

    /// The reasons why a person may not work an event at a start time; none if they may. A start at midnight means that
    /// only the day is known.
    pub fn obstacles(&self, employee: &EmployeeId, event: &EventFacts, start: NaiveDateTime) -> Vec<CannotWork> {
        let Some(person) = self.index.get(employee) else { return vec![CannotWork::Unknown] };
        let Employee { job_title, juicer_trained, .. } = &self.employees[person.0];
        let kind = event.event_type();
        let full_day = event.is_full_day();
        let of_type = (!job_title.may_work(*juicer_trained, kind, full_day))
            .then(|| CannotWork::Type(kind.kind_in_words(full_day)));
        let of_day = match self.availability.hours_on(*person, start.date()) {
            Err(away) => Some(CannotWork::Away(away)),
            Ok(hours) => {
                let minute = minute_of(start);
                let fits = minute == 0 || hours.hold(minute, event.minutes());
                (!fits).then_some(CannotWork::Hours(hours))
            }
        };
        of_type.into_iter().chain(of_day).collect()
    }
}

impl CannotWork {
    /// Whether this reason comes on top of those of before. Of the reasons of one day, only the strongest is known: it
    /// covers the weaker ones.
    pub fn is_new(self, before: &[CannotWork]) -> bool {
        let covers = |known: &CannotWork| match (*known, self) {
            (CannotWork::Unknown, _) => true,
            (CannotWork::Type(known), CannotWork::Type(kind)) => known == kind,
            (CannotWork::Away(known), CannotWork::Away(away)) => known <= away,
            (CannotWork::Away(_) | CannotWork::Hours(_), CannotWork::Hours(_)) => true,
            (known, CannotWork::Unknown) => known == CannotWork::Away(Away::NotEmployed),
            _ => false,
        };
        !before.iter().any(covers)
    }

    /// The reason as a sentence about a person on a date.
    pub fn words(self, who: &str, date: NaiveDate) -> String {
        let when = date_in_words(date);
        match self {
            CannotWork::Unknown => format!("nobody here has the id {who}"),
            CannotWork::Type(kind) => format!("{who} may not work {kind}"),
            CannotWork::Away(Away::NotEmployed) => format!("{who} does not work here on {when}"),
            CannotWork::Away(Away::TimeOff) => format!("{who} has time off on {when}"),
            CannotWork::Away(Away::Override) => format!("{who} is not available on {when} (temporary change of hours)"),
            CannotWork::Away(Away::Weekday) => format!("{who} does not work on that weekday ({when})"),
            CannotWork::Hours(hours) if hours.from < hours.to => {
                format!(
                    "it does not fit the hours of {who} on {when}, {} to {}",
                    time_in_words(hours.from),
                    time_in_words(hours.to)
                )
            }
            CannotWork::Hours(_) => format!("{who} has no hours on {when}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::read_moment;
    use crate::fixture;

    #[test]
    fn a_person_may_work_an_event_by_type_day_and_hours() {
        let document = fixture::snapshot(
            "person A specialist
            person L lead
            off A 24..25
            weekly A thu=08:00-14:00
            event 1 Core 22..30 minutes=300
            event 2 Freeosk 22..30
            person C supervisor
            event 3 Other 22..30 minutes=480",
        );
        let club = Snapshot::parse(document.to_string().as_bytes()).expect("a snapshot");
        let presence = Presence::new(&club);
        let unfit = |who: &str, event: usize, start: &str| {
            let at = read_moment(start).expect("a moment");
            let who = EmployeeId(who.to_owned());
            let obstacles = presence.obstacles(&who, &club.events[event], at).into_iter();
            obstacles.map(|unfit| unfit.words(&who.0, at.date())).collect::<Vec<_>>().join("; ")
        };
        for (who, event, start, expected) in [
            ("A", 0, "2026-11-23T10:15:00", ""),
            ("A", 0, "2026-11-24T10:15:00", "A has time off on Tue 24 Nov"),
            ("A", 0, "2026-11-26T08:30:00", ""),
            ("A", 0, "2026-11-26T10:15:00", "it does not fit the hours of A on Thu 26 Nov, 8:00 am to 2:00 pm"),
            ("A", 0, "2026-11-26T00:00:00", ""),
            ("A", 1, "2026-11-23T10:15:00", "A may not work Freeosk"),
            ("L", 1, "2026-11-23T10:15:00", ""),
            ("C", 2, "2026-11-23T09:00:00", "C may not work full-day events"),
            ("Z", 1, "2026-11-23T10:15:00", "nobody here has the id Z"),
        ] {
            assert_eq!(unfit(who, event, start), expected, "{who} {event} {start}");
        }
    }

    #[test]
    fn a_reason_is_new_unless_one_of_before_covers_it() {
        let hours = CannotWork::Hours(Hours::WHOLE_DAY);
        let [left, off, weekday] = [Away::NotEmployed, Away::TimeOff, Away::Weekday].map(CannotWork::Away);
        let [core, freeosk] = ["Core", "Freeosk"].map(CannotWork::Type);
        for (before, after, expected) in [
            (vec![], weekday, true),
            (vec![weekday], left, true),
            (vec![weekday], off, true),
            (vec![weekday], core, true),
            (vec![core], weekday, true),
            (vec![core], freeosk, true),
            (vec![hours], off, true),
            (vec![weekday], weekday, false),
            (vec![left], off, false),
            (vec![off], hours, false),
            (vec![hours], hours, false),
            (vec![core, left], core, false),
            (vec![CannotWork::Unknown], off, false),
            (vec![left], CannotWork::Unknown, false),
        ] {
            assert_eq!(after.is_new(&before), expected, "{before:?}, then {after:?}");
        }
    }
}
