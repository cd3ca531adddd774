//! Trials: what-if changes of a club's snapshot, and how the plan would change.
//!
//! [`Change::apply`] makes a changed snapshot, which is solved and checked like any other. [`Comparison`] lists the
//! lines, people and points in which two plans differ.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Deserializer, Serialize};

use crate::calendar::{Day, minute_of, read_moment};
use crate::json::{Fault, RefusedDocument};
use crate::rules::SoftName;
use crate::snapshot::{
    Allowance, AvailabilityOverride, CalloutRow, Employee, EmployeeId, EventRef, Moves, PlacementRow,
    RotationException, Snapshot, TimeOff, Week, WeeklyAvailability,
};

mod comparison;
#[cfg(test)]
mod tests;

pub use comparison::{Comparison, Difference, DifferenceKind, PersonDifference, Plan, Spot, Totals};

/// Maximum number of entries in each list of a change.
pub const MAX_ENTRIES: usize = 50;

/// What is different in a trial. Lists have the rows of a snapshot (rulebook section 8). Members that are missing
/// change nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// Weights of soft rules by name, 0 to 5.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, f64>,
    /// Core events that a shift block serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_capacity: Option<u32>,
    /// Days before the first planned day; 0 for an emergency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_days: Option<u32>,
    /// Additional time off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time_off: Vec<TimeOff>,
    /// Additional overrides of the weekly availability.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub availability_overrides: Vec<AvailabilityOverride>,
    /// Weekly availability that replaces that of the person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekly_availability: Vec<WeeklyAvailability>,
    /// People who are made available for a whole date, whatever time off and availability they have then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub working: Vec<OneDay>,
    /// Additional people. One with a known id replaces that person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub employees: Vec<Employee>,
    /// Rotation exceptions. They replace those of the same date and rotation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<RotationException>,
    /// Days to lock.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub lock: BTreeSet<NaiveDate>,
    /// Days to unlock.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unlock: BTreeSet<NaiveDate>,
    /// Wished placements (S16).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<PlacementRow>,
    /// Unwanted placements (S16).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbidden: Vec<PlacementRow>,
    /// A call-out (section 9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callout: Option<CalloutChange>,
}

/// A person on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneDay {
    /// The person.
    pub employee_id: EmployeeId,
    /// The date.
    pub date: NaiveDate,
}

/// A call-out. Without `now` the trial's own moment is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalloutChange {
    /// Who cannot come.
    pub employee_id: EmployeeId,
    /// First date of the absence.
    pub from: NaiveDate,
    /// Last date of the absence.
    pub to: NaiveDate,
    /// When it is requested, club-local.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_moment")]
    pub now: Option<NaiveDateTime>,
    /// Minutes until somebody else can be there; 60 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_minutes: Option<u32>,
    /// Whether schedules of others may be moved.
    pub moves: Moves,
    /// Whether the person did not come to schedules that should have begun today.
    #[serde(default)]
    pub no_show: bool,
}

fn optional_moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDateTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let expected = || serde::de::Error::custom("expected a local date and time like 2026-11-24T10:15:00");
    read_moment(&text).map(Some).ok_or_else(expected)
}

impl Change {
    /// Reads a change document.
    ///
    /// # Errors
    /// The faults of the document.
    pub fn parse(bytes: &[u8]) -> Result<Change, RefusedDocument> {
        serde_json::from_slice(bytes).map_err(|e| RefusedDocument::whole(e.to_string(), "a change"))
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Change::default()
    }

    /// The changed snapshot. `now` is the moment of a call-out that names none; without it, that moment is the start of
    /// the snapshot's day.
    ///
    /// # Errors
    /// Every fault, by its path in the change or in the resulting snapshot.
    pub fn apply(&self, snapshot: &Snapshot, now: Option<NaiveDateTime>) -> Result<Snapshot, RefusedDocument> {
        let faults = self.faults(snapshot);
        if !faults.is_empty() {
            return Err(RefusedDocument(faults));
        }
        let mut changed = snapshot.clone();
        for (name, weight) in &self.weights {
            if let Some(name) = SoftName::named(name) {
                changed.settings.weights = changed.settings.weights.with(name, *weight);
            }
        }
        let settings = &mut changed.settings;
        settings.block_capacity = self.block_capacity.or(settings.block_capacity);
        settings.buffer_days = self.buffer_days.or(settings.buffer_days);
        changed.time_off.extend(self.time_off.iter().cloned());
        changed.availability_overrides.extend(self.availability_overrides.iter().cloned());
        replace(&mut changed.weekly_availability, &self.weekly_availability, |row| row.employee_id.clone());
        replace(&mut changed.employees, &self.employees, |row| row.id.clone());
        replace(&mut changed.exceptions, &self.exceptions, |row| (row.date, row.rotation));
        for one in &self.working {
            make_available(&mut changed, one);
        }
        changed.locked_days.extend(&self.lock);
        changed.locked_days.retain(|day| !self.unlock.contains(day));
        replace(&mut changed.wishes, &self.fixed, |row| row.event_ref);
        replace(&mut changed.unwanted, &self.forbidden, |row| (row.event_ref, row.employee_id.clone(), row.date));
        if let Some(callout) = &self.callout {
            let now = callout.now.or(now).unwrap_or_else(|| snapshot.today.and_time(chrono::NaiveTime::MIN));
            changed.callout = Some(CalloutRow {
                employee_id: callout.employee_id.clone(),
                from: callout.from,
                to: callout.to,
                now: crate::calendar::at_minute(now.date(), minute_of(now)),
                lead_minutes: callout.lead_minutes.unwrap_or(60),
                moves: callout.moves,
                no_show: callout.no_show,
            });
        }
        // The document reader validates every rule about rows, so the result is written and read again.
        let bytes = serde_json::to_vec(&changed).map_err(|e| RefusedDocument::whole(e.to_string(), "a snapshot"))?;
        Snapshot::parse(&bytes)
    }

    /// The faults that do not depend on the club: unknown weights, weights out of range, and lists that are too long.
    pub fn shape_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |path: String, found: String, expected: String| faults.push(Fault { path, found, expected });
        for (name, weight) in &self.weights {
            let path = format!("weights.{name}");
            if SoftName::named(name).is_none() {
                let names = SoftName::ALL.map(SoftName::name).join(", ");
                fault(path, "an unknown name".to_owned(), format!("one of {names}"));
            } else if !(0.0..=5.0).contains(weight) {
                fault(path, weight.to_string(), "a weight, 0 to 5".to_owned());
            }
        }
        let lists = [
            ("time_off", self.time_off.len()),
            ("availability_overrides", self.availability_overrides.len()),
            ("weekly_availability", self.weekly_availability.len()),
            ("working", self.working.len()),
            ("employees", self.employees.len()),
            ("exceptions", self.exceptions.len()),
            ("lock", self.lock.len()),
            ("unlock", self.unlock.len()),
            ("fixed", self.fixed.len()),
            ("forbidden", self.forbidden.len()),
        ];
        for (name, entries) in lists.into_iter().filter(|(_, entries)| *entries > MAX_ENTRIES) {
            fault(name.to_owned(), format!("{entries} entries"), format!("at most {MAX_ENTRIES}"));
        }
        faults
    }

    /// The faults of the change for this club; [`Change::shape_faults`] are among them. A change
    /// that the club already has is not a fault, so that a trial can be repeated after its change was saved.
    fn faults(&self, snapshot: &Snapshot) -> Vec<Fault> {
        let mut faults = self.shape_faults();
        let mut fault = |path: String, found: String, expected: String| faults.push(Fault { path, found, expected });
        let more = self.employees.iter().map(|e| &e.id);
        let people: BTreeSet<&EmployeeId> = snapshot.employees.iter().map(|e| &e.id).chain(more).collect();
        let named = (self.time_off.iter().map(|row| &row.employee_id).enumerate().map(|(i, id)| ("time_off", i, id)))
            .chain(
                self.availability_overrides
                    .iter()
                    .enumerate()
                    .map(|(i, r)| ("availability_overrides", i, &r.employee_id)),
            )
            .chain(self.weekly_availability.iter().enumerate().map(|(i, r)| ("weekly_availability", i, &r.employee_id)))
            .chain(self.working.iter().enumerate().map(|(i, r)| ("working", i, &r.employee_id)))
            .chain(self.exceptions.iter().enumerate().map(|(i, r)| ("exceptions", i, &r.employee_id)))
            .chain(self.fixed.iter().enumerate().map(|(i, r)| ("fixed", i, &r.employee_id)))
            .chain(self.forbidden.iter().enumerate().map(|(i, r)| ("forbidden", i, &r.employee_id)));
        for (list, i, id) in named.filter(|(_, _, id)| !people.contains(id)) {
            fault(format!("{list}[{i}].employee_id"), id.to_string(), "the id of an employee of the club".to_owned());
        }
        if let Some(callout) = self.callout.as_ref().filter(|callout| !people.contains(&callout.employee_id)) {
            let (found, expected) = (callout.employee_id.to_string(), "the id of an employee of the club".to_owned());
            fault("callout.employee_id".to_owned(), found, expected);
        }
        let posted = snapshot.posted.iter().map(|p| p.event.event_ref);
        let events: BTreeSet<EventRef> = snapshot.events.iter().map(|e| e.event_ref).chain(posted).collect();
        for (list, rows) in [("fixed", &self.fixed), ("forbidden", &self.forbidden)] {
            for (i, row) in rows.iter().enumerate().filter(|(_, row)| !events.contains(&row.event_ref)) {
                let expected = "an event of the club, open or posted".to_owned();
                fault(format!("{list}[{i}].ref"), row.event_ref.to_string(), expected);
            }
        }
        faults
    }
}

/// Replaces rows with the same key.
fn replace<R: Clone, K: PartialEq>(rows: &mut Vec<R>, by: &[R], key: impl Fn(&R) -> K) {
    rows.retain(|row| by.iter().all(|other| key(other) != key(row)));
    rows.extend(by.iter().cloned());
}

/// Makes somebody available for a whole date: removes time off and overrides on that date, and adds an override for it.
fn make_available(snapshot: &mut Snapshot, one: &OneDay) {
    let OneDay { employee_id, date } = one;
    let mine = |id: &EmployeeId, start: NaiveDate, end: NaiveDate| id == employee_id && start <= *date && *date <= end;
    let around = |start: NaiveDate, end: NaiveDate| {
        let before = date.pred_opt().filter(|last| start <= *last).map(|last| (start, last));
        let after = date.succ_opt().filter(|first| *first <= end).map(|first| (first, end));
        before.into_iter().chain(after)
    };
    let (covering, others): (Vec<TimeOff>, Vec<TimeOff>) =
        std::mem::take(&mut snapshot.time_off).into_iter().partition(|off| mine(&off.employee_id, off.start, off.end));
    snapshot.time_off = others;
    for off in covering {
        let parts = around(off.start, off.end);
        snapshot.time_off.extend(parts.map(|(start, end)| TimeOff { start, end, ..off.clone() }));
    }
    let (covering, others): (Vec<AvailabilityOverride>, Vec<_>) = std::mem::take(&mut snapshot.availability_overrides)
        .into_iter()
        .partition(|row| mine(&row.employee_id, row.start, row.end));
    snapshot.availability_overrides = others;
    for row in covering {
        let parts = around(row.start, row.end);
        let parts = parts.map(|(start, end)| AvailabilityOverride { start, end, ..row.clone() });
        snapshot.availability_overrides.extend(parts);
    }
    let days: Week = [(Day::of(*date), Allowance::Whole(true))].into();
    let row = AvailabilityOverride { employee_id: employee_id.clone(), start: *date, end: *date, days };
    snapshot.availability_overrides.push(row);
}
