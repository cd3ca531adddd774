//! Who is available when (rulebook section 2). A date is checked in this order: employment, time off, overrides, weekly
//! availability.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Day, DayIx, PersonIx};
use crate::calendar::{Day as Weekday, Hours, MIDNIGHT};
use crate::snapshot::{Allowance, AvailabilityOverride, Employee, EmployeeId, Snapshot, Week};

/// Why a person is not available on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Away {
    /// Not employed on that day, or inactive.
    NotEmployed,
    /// Time off covers the day.
    TimeOff,
    /// An override excludes the day.
    Override,
    /// The weekly availability excludes the day.
    Weekday,
}

/// The kind of an objection to an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// Only the weekly availability rules it out (W15).
    WeeklyAlone,
    /// Something else rules it out, whatever the weekly availability says (H2).
    Firm,
}

/// What a snapshot says about when one person works.
#[derive(Debug, Default, Clone)]
struct Rows {
    active: bool,
    termination: Option<NaiveDate>,
    off: Vec<(NaiveDate, NaiveDate)>,
    overrides: Vec<AvailabilityOverride>,
    weekly: Week,
}

/// The availability of all people: on any date, and on each day of the grid.
#[derive(Debug)]
pub(super) struct Availability {
    rows: Vec<Rows>,
    /// The hours of each person on each day of the grid; `None` if the person is not available.
    hours: Vec<Vec<Option<Hours>>>,
}

impl Availability {
    pub(super) fn new(
        snapshot: &Snapshot,
        employees: &[Employee],
        days: &[Day],
        index: &HashMap<EmployeeId, PersonIx>,
    ) -> Self {
        let mut rows: Vec<Rows> = employees
            .iter()
            .map(|e| Rows { active: e.active, termination: e.termination_date, ..Rows::default() })
            .collect();
        // A valid snapshot has no row of an unknown person. If there is one, it must not apply to anybody else.
        let of = |id: &EmployeeId| index.get(id).map(|person| person.0);
        for off in &snapshot.time_off {
            if let Some(person) = of(&off.employee_id) {
                rows[person].off.push((off.start, off.end));
            }
        }
        for over in &snapshot.availability_overrides {
            if let Some(person) = of(&over.employee_id) {
                rows[person].overrides.push(over.clone());
            }
        }
        for weekly in &snapshot.weekly_availability {
            if let Some(person) = of(&weekly.employee_id) {
                rows[person].weekly.clone_from(&weekly.days);
            }
        }
        let hours = rows.iter().map(|r| days.iter().map(|d| r.on(d.date).ok()).collect()).collect();
        Availability { rows, hours }
    }

    pub(super) fn on(&self, person: PersonIx, day: DayIx) -> Option<Hours> {
        self.hours[person.0][day.0]
    }

    /// The hours on any date, or why the person is not available.
    pub(super) fn hours_on(&self, person: PersonIx, date: NaiveDate) -> Result<Hours, Away> {
        self.rows[person.0].on(date)
    }

    /// Whether a person is available on a date, whatever the hours (rulebook section 3): windows that leave no common
    /// hour do not make them unavailable.
    pub(super) fn is_available(&self, person: PersonIx, date: NaiveDate) -> bool {
        self.rows[person.0].on(date).is_ok()
    }

    /// The objection to an assignment of that start and length, both in minutes.
    pub(super) fn objection(&self, person: PersonIx, date: NaiveDate, start: u32, minutes: u32) -> Option<Objection> {
        let rows = &self.rows[person.0];
        let weekly = || if rows.has_override(date) { Objection::Firm } else { Objection::WeeklyAlone };
        match rows.on(date) {
            _ if start.saturating_add(minutes) > MIDNIGHT => Some(Objection::Firm),
            Ok(hours) if hours.hold(start, minutes) => None,
            Ok(_) | Err(Away::Weekday) => Some(weekly()),
            Err(_) => Some(Objection::Firm),
        }
    }

    pub(super) fn why_away(&self, person: PersonIx, date: NaiveDate) -> Option<Away> {
        self.rows[person.0].on(date).err()
    }
}

impl Rows {
    /// The hours of a date. Several windows are intersected; the result may be empty, and no assignment fits it.
    fn on(&self, date: NaiveDate) -> Result<Hours, Away> {
        if !self.active || self.termination.is_some_and(|end| end <= date) {
            return Err(Away::NotEmployed);
        }
        if self.off.iter().any(|(start, end)| *start <= date && date <= *end) {
            return Err(Away::TimeOff);
        }
        let overrides: Vec<_> = self.overrides_on(date).collect();
        let (allowances, away) = match overrides.is_empty() {
            true => (self.weekly.get(&Weekday::of(date)).into_iter().collect(), Away::Weekday),
            false => (overrides, Away::Override),
        };
        allowances.into_iter().try_fold(Hours::WHOLE_DAY, |hours, allowance| match allowance.hours() {
            None => Err(away),
            Some(window) => Ok(hours.and(window)),
        })
    }

    /// The allowances of the overrides that cover a date and change its weekday.
    fn overrides_on(&self, date: NaiveDate) -> impl Iterator<Item = &Allowance> {
        let day = Weekday::of(date);
        let covering = self.overrides.iter().filter(move |o| o.start <= date && date <= o.end);
        covering.filter_map(move |o| o.days.get(&day))
    }

    /// Whether an override decides for a date instead of the weekly availability.
    fn has_override(&self, date: NaiveDate) -> bool {
        self.overrides_on(date).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use crate::club::Club;
    use crate::fixture;
    use crate::snapshot::{EmployeeId, Rotation, Snapshot};

    fn snapshot(lines: &str) -> Snapshot {
        Snapshot::parse(fixture::snapshot(lines).to_string().as_bytes()).expect("a snapshot")
    }

    #[test]
    fn rows_of_an_unknown_person_apply_to_nobody() {
        let mut snapshot = snapshot(
            "person A specialist
            person Z specialist
            off Z 24..24
            override Z 25..25 wed=no
            weekly Z thu=no",
        );
        snapshot.employees.retain(|employee| employee.id != EmployeeId("Z".to_owned()));
        let club = Club::new(snapshot);
        let person = club.find_person("A").expect("a person");
        assert!(club.day_ixs().all(|day| club.why_away(person, day).is_none()));
    }

    #[test]
    fn windows_without_a_common_hour_hold_no_event_and_leave_a_rotation_to_its_person() {
        let lines = "person L lead
            person M lead
            rotation lead tue L backup=M
            override L 24..24 tue=08:00-12:00
            override L 22..28 tue=13:00-20:00
            event 1 Core 24..25 minutes=15";
        let club = Club::new(snapshot(lines));
        let [lead, backup] = ["L", "M"].map(|id| club.find_person(id).expect("a person"));
        let event = &club.events[0];
        assert_eq!(club.duty_on(Rotation::PrimaryLead, event.valid[0].day).on_duty, Some(lead));
        assert!(!club.can_work(lead, event, event.valid[0]) && club.can_work(backup, event, event.valid[0]));
        assert_eq!(fixture::breaks(lines, "1 L 24"), "H2");
    }
}
