//! Who is available when (rulebook section 2). Checked in this order: employment, time off, overrides, weekly
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

#[derive(Debug, Default, Clone)]
struct Rows {
    active: bool,
    termination: Option<NaiveDate>,
    off: Vec<(NaiveDate, NaiveDate)>,
    overrides: Vec<AvailabilityOverride>,
    weekly: Week,
}

#[derive(Debug)]
pub(super) struct Availability {
    rows: Vec<Rows>,
    /// By person and day of the grid.
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
        let of = |id: &EmployeeId| index.get(id).map_or(0, |p| p.0);
        for off in &snapshot.time_off {
            rows[of(&off.employee_id)].off.push((off.start, off.end));
        }
        for over in &snapshot.availability_overrides {
            rows[of(&over.employee_id)].overrides.push(over.clone());
        }
        for weekly in &snapshot.weekly_availability {
            rows[of(&weekly.employee_id)].weekly.clone_from(&weekly.days);
        }
        let hours = rows.iter().map(|r| days.iter().map(|d| r.on(d.date).ok()).collect()).collect();
        Availability { rows, hours }
    }

    pub(super) fn on(&self, person: PersonIx, day: DayIx) -> Option<Hours> {
        self.hours[person.0][day.0]
    }

    /// The hours on any date, or why there are none.
    pub(super) fn hours_on(&self, person: PersonIx, date: NaiveDate) -> Result<Hours, Away> {
        self.rows[person.0].on(date)
    }

    pub(super) fn is_available(&self, person: PersonIx, date: NaiveDate) -> bool {
        self.rows[person.0].on(date).is_ok()
    }

    /// The objection to an assignment of that start and length, both in minutes.
    pub(super) fn objection(&self, person: PersonIx, date: NaiveDate, start: u32, minutes: u32) -> Option<Objection> {
        let rows = &self.rows[person.0];
        let weekly = || if rows.overrides_speak(date) { Objection::Firm } else { Objection::WeeklyAlone };
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
    /// The hours of a date. Several windows are intersected; the result may be empty.
    fn on(&self, date: NaiveDate) -> Result<Hours, Away> {
        if !self.active || self.termination.is_some_and(|end| end <= date) {
            return Err(Away::NotEmployed);
        }
        if self.off.iter().any(|(start, end)| *start <= date && date <= *end) {
            return Err(Away::TimeOff);
        }
        let spoken: Vec<_> = self.overrides_on(date).collect();
        let day = Weekday::of(date);
        let (spoken, away) = match spoken.is_empty() {
            true => (self.weekly.get(&day).into_iter().collect(), Away::Weekday),
            false => (spoken, Away::Override),
        };
        spoken.into_iter().try_fold(Hours::WHOLE_DAY, |hours, said| match said.hours() {
            None => Err(away),
            Some(window) => Ok(hours.and(window)),
        })
    }

    /// What the overrides that cover a date say about its weekday.
    fn overrides_on(&self, date: NaiveDate) -> impl Iterator<Item = &Allowance> {
        let day = Weekday::of(date);
        let covering = self.overrides.iter().filter(move |o| o.start <= date && date <= o.end);
        covering.filter_map(move |o| o.days.get(&day))
    }

    /// Whether an override decides for a date instead of the weekly availability.
    fn overrides_speak(&self, date: NaiveDate) -> bool {
        self.overrides_on(date).next().is_some()
    }
}
