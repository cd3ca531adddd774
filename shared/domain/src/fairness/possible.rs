//! The days of a week on which people could have worked a Core.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::PossibleDays;
use crate::calendar::{plus_days, week_start};
use crate::club::Presence;
use crate::event_type::{EventType, JobTitle};
use crate::snapshot::{Condition, EmployeeId, EventFacts, Snapshot};

/// The days of the week of a date on which each person could have worked a Core. People without such a day are listed
/// too.
///
/// A day counts for a person when
/// - it is not a company holiday, and a Core that is not cancelled could be worked on it: the Core's window covers the
///   day, or it is posted there. A locked day counts, because what is posted on it is worked;
/// - the person is available for the shortest of these Core at some arrival (H2), which excludes time off and days
///   outside their availability;
/// - no Juicer base event (H6) and no full-day event (H13) of theirs is posted on it.
///
/// A Club Supervisor has no possible days, because Core are not shared with them (S5, S9).
pub fn possible_days(snapshot: &Snapshot, date: NaiveDate) -> PossibleDays {
    let sunday = week_start(date);
    let presence = Presence::new(snapshot);
    let blocked_days = blocked_days(snapshot);
    let core_days: Vec<(NaiveDate, u32)> = (0..7)
        .map(|day| plus_days(sunday, day))
        .filter(|date| !snapshot.holidays.contains(date))
        .filter_map(|date| Some((date, shortest_core(snapshot, date)?)))
        .collect();
    let arrivals = snapshot.settings.arrivals.all();
    let could = |id: &EmployeeId, date: NaiveDate, minutes: u32| {
        let hours = presence.hours(id, date).ok().filter(|_| !blocked_days.contains(&(id, date)));
        hours.is_some_and(|hours| arrivals.iter().any(|arrival| hours.hold(*arrival, minutes)))
    };
    let of = |employee: &crate::snapshot::Employee| {
        let takes_part = employee.job_title != JobTitle::ClubSupervisor;
        let days = core_days.iter().filter(|(date, minutes)| takes_part && could(&employee.id, *date, *minutes));
        (employee.id.clone(), days.map(|(date, _)| *date).collect())
    };
    snapshot.employees.iter().map(of).collect()
}

/// The days on which a posted event keeps a person from working a Core.
fn blocked_days(snapshot: &Snapshot) -> BTreeSet<(&EmployeeId, NaiveDate)> {
    let blocks_the_day = |event: &EventFacts| event.event_type().is_juicer_unit() || event.is_full_day();
    let posted = snapshot.posted.iter().filter(|p| blocks_the_day(&p.event) && !p.event.condition().is_off());
    posted.map(|p| (&p.employee_id, p.start.date())).collect()
}

/// The length in minutes of the shortest Core that could be worked on a day.
fn shortest_core(snapshot: &Snapshot, date: NaiveDate) -> Option<u32> {
    let is_core =
        |event: &EventFacts| event.event_type() == EventType::Core && event.condition() != Condition::Cancelled;
    let covers = |event: &EventFacts| event.start.date() <= date && date < event.due.date();
    let open = snapshot.events.iter().filter(|e| covers(e));
    let posted = snapshot.posted.iter().filter(|p| covers(&p.event) || p.start.date() == date).map(|p| &p.event);
    open.chain(posted).filter(|e| is_core(e)).map(EventFacts::minutes).min()
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;
    use crate::fixture;

    /// Checks on which days of the week of the 22nd each person could work a Core: `A 22 23, B`.
    fn check(lines: &str, expected: &str) {
        let document = fixture::snapshot(lines);
        let snapshot = Snapshot::parse(document.to_string().as_bytes()).expect("a snapshot");
        let date = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a date");
        let days = possible_days(&snapshot, date).into_iter().map(|(id, days)| {
            let days = days.iter().map(|date| format!(" {}", date.day())).collect::<String>();
            format!("{id}{days}")
        });
        assert_eq!(days.collect::<Vec<_>>().join(", "), expected, "{lines}");
    }

    #[test]
    fn a_day_counts_if_a_core_could_be_worked_on_it_by_a_person_who_shares_core() {
        for (lines, expected) in [
            ("person A specialist", "A"),
            ("person A specialist\n event 1 Core 22..25", "A 22 23 24"),
            ("person A specialist\n event 1 Core 22..25 condition=Cancelled", "A"),
            ("person A specialist\n event 1 Freeosk 22..25", "A"),
            ("person A specialist\n person B barista\n posted 1 Core 22..23 A 25", "A 22 25, B 22 25"),
            ("person A specialist\n event 1 Core 22..26\n holiday 23\n locked 24", "A 22 24 25"),
            ("person S supervisor\n event 1 Core 22..26", "S"),
        ] {
            check(lines, expected);
        }
    }

    #[test]
    fn a_day_does_not_count_if_absence_hours_or_other_work_of_the_day_exclude_a_core() {
        let core = "person A specialist trained\n event 1 Core 22..29\n";
        for (lines, expected) in [
            ("off A 24..25", "A 22 23 26 27 28"),
            ("weekly A mon=no tue=08:00-14:00 wed=11:00-19:00", "A 22 25 26 27 28"),
            ("weekly A mon=no\n override A 22..28 mon=yes sun=no", "A 23 24 25 26 27 28"),
            ("posted 2 JuicerProduction 22..23 A 22", "A 23 24 25 26 27 28"),
            ("posted 2 JuicerProduction 22..23 A 22 condition=Cancelled", "A 22 23 24 25 26 27 28"),
            ("posted 2 Other 22..23 A 22 minutes=480", "A 23 24 25 26 27 28"),
            ("posted 2 Core 22..29 A 22", "A 22 23 24 25 26 27 28"),
        ] {
            check(&format!("{core}{lines}"), expected);
        }
    }
}
