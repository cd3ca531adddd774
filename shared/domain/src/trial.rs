//! Trials: what would change if something about a club were different.
//!
//! A [`Change`] makes another snapshot of a snapshot; that one is solved and checked like any other. [`Comparison`] says
//! in which lines, people and points two plans differ.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::{Day, minute_of, moment, write_moment};
use crate::checker;
use crate::club::Club;
use crate::json::{Fault, Refused};
use crate::rules::{Scope, SoftName};
use crate::schedule::{Decision, Schedule};
use crate::snapshot::{
    Allowance, AvailabilityOverride, CalloutRow, Employee, EmployeeId, EventRef, Moves, PlacementRow, PreviousRow,
    RotationException, Snapshot, TimeOff, Week, WeeklyAvailability,
};
use crate::timetable::timetable;

#[cfg(test)]
mod tests;

/// Maximum entries of one list of a change.
pub const MOST_ENTRIES: usize = 50;

/// What is different in a trial. Lists have the rows of a snapshot (rulebook section 8); what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// Weights of soft rules by name, 0 to 5.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, f64>,
    /// Core events that a shift block serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_capacity: Option<u32>,
    /// Days before the first planned day; 0 is an emergency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_days: Option<u32>,
    /// More time off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time_off: Vec<TimeOff>,
    /// More overrides of the weekly availability.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub availability_overrides: Vec<AvailabilityOverride>,
    /// Another weekly availability; it replaces that person's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekly_availability: Vec<WeeklyAvailability>,
    /// People who work on a date on which they would not: they are available on it all day, time off or not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub working: Vec<OneDay>,
    /// People more; one of a known id replaces that person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub employees: Vec<Employee>,
    /// Rotation exceptions; one of a date and rotation that has one replaces it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<RotationException>,
    /// Days to lock.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub lock: BTreeSet<NaiveDate>,
    /// Days to unlock.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unlock: BTreeSet<NaiveDate>,
    /// Placements that are wished for (S16).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<PlacementRow>,
    /// Placements that are unwanted (S16).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbidden: Vec<PlacementRow>,
    /// Somebody who cannot come (section 9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callout: Option<CalloutChange>,
}

/// A person on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneDay {
    /// Who.
    pub employee_id: EmployeeId,
    /// When.
    pub date: NaiveDate,
}

/// A call-out; the moment is the trial's where none is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalloutChange {
    /// Who cannot come.
    pub employee_id: EmployeeId,
    /// From this date on.
    pub from: NaiveDate,
    /// Up to and with this date.
    pub to: NaiveDate,
    /// When it is asked, club-local.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "optional_moment")]
    pub now: Option<NaiveDateTime>,
    /// Minutes until somebody else can be there; 60 where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_minutes: Option<u32>,
    /// Whether others may be moved.
    pub moves: Moves,
    /// Whether they did not come to what has begun today.
    #[serde(default)]
    pub no_show: bool,
}

mod optional_moment {
    use chrono::NaiveDateTime;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::calendar::{read_moment, write_moment};

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub fn serialize<S: Serializer>(at: &Option<NaiveDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&write_moment(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDateTime>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let expected = || serde::de::Error::custom("expected a local date and time like 2026-11-24T10:15:00");
        read_moment(&text).map(Some).ok_or_else(expected)
    }
}

impl Change {
    /// Reads a change document.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(bytes: &[u8]) -> Result<Change, Refused> {
        serde_json::from_slice(bytes).map_err(|e| Refused::whole(e.to_string(), "a change"))
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Change::default()
    }

    /// The snapshot as it would be. `now` is the moment of a call-out that names none.
    ///
    /// # Errors
    /// What cannot be, by its path in the change or in the snapshot that it makes.
    pub fn apply(&self, snapshot: &Snapshot, now: Option<NaiveDateTime>) -> Result<Snapshot, Refused> {
        let faults = self.faults(snapshot);
        if !faults.is_empty() {
            return Err(Refused(faults));
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
            work(&mut changed, one);
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
        // The reader of documents knows every rule that a row must keep.
        let bytes = serde_json::to_vec(&changed).map_err(|e| Refused::whole(e.to_string(), "a snapshot"))?;
        Snapshot::parse(&bytes)
    }

    /// What is wrong with the change whatever the club: unknown weights, and lists that are too long.
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
        for (name, entries) in lists.into_iter().filter(|(_, entries)| *entries > MOST_ENTRIES) {
            fault(name.to_owned(), format!("{entries} entries"), format!("at most {MOST_ENTRIES}"));
        }
        faults
    }

    /// What is wrong with the change of this club.
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
        for day in self.unlock.iter().filter(|day| !snapshot.locked_days.contains(day)) {
            fault("unlock".to_owned(), day.to_string(), "a day that is locked".to_owned());
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

/// Puts rows in the place of those with the same key.
fn replace<R: Clone, K: PartialEq>(rows: &mut Vec<R>, by: &[R], key: impl Fn(&R) -> K) {
    rows.retain(|row| by.iter().all(|other| key(other) != key(row)));
    rows.extend(by.iter().cloned());
}

/// Makes somebody available for a whole date: without time off on it, and with an override of its own in the place of
/// those that cover it.
fn work(snapshot: &mut Snapshot, one: &OneDay) {
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

/// Where an event is, and with whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanSpot)]
pub struct Spot {
    /// Who works it.
    pub employee_id: EmployeeId,
    /// From when, club-local.
    #[serde(with = "moment")]
    #[schema(value_type = String)]
    pub start: NaiveDateTime,
    /// In which block, of a Core.
    pub block: Option<u8>,
}

/// What a plan comes to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanTotals)]
pub struct Totals {
    /// The score under the plan's own weights.
    pub score: f64,
    /// Points by term with every weight at 1, without those of 0.
    pub terms: BTreeMap<String, f64>,
    /// Candidates with a place.
    pub placed: u32,
    /// Candidates without one.
    pub not_placed: u32,
    /// Posted schedules that move.
    pub moved: u32,
    /// Posted schedules that are taken back.
    pub dropped: u32,
}

/// A plan: where every event is, and what it comes to.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    spots: BTreeMap<EventRef, Spot>,
    /// Events by ref: name, type and length in minutes.
    events: BTreeMap<EventRef, (String, String, u32)>,
    people: BTreeMap<EmployeeId, String>,
    /// The events that it places or moves.
    changed: BTreeSet<EventRef>,
    totals: Totals,
}

impl Plan {
    /// The plan that a schedule is, with the starts that the rulebook gives (section 6).
    pub fn proposed(schedule: &Schedule) -> Plan {
        let club = schedule.club();
        let slots = timetable(schedule).into_iter();
        Plan::of(schedule, &slots.map(|s| (club.event(s.event).event_ref, (s.start, s.block))).collect())
    }

    /// What it places and moves, as the placements that people last saw (section 5).
    pub fn as_previous(&self) -> Vec<PreviousRow> {
        let row = |event: &EventRef| {
            let spot = self.spots.get(event)?;
            Some(PreviousRow { event_ref: *event, employee_id: spot.employee_id.clone(), start: spot.start })
        };
        self.changed.iter().filter_map(row).collect()
    }

    /// The plan that a schedule is, with the starts of what it places or moves.
    pub fn of(schedule: &Schedule, starts: &BTreeMap<EventRef, (NaiveDateTime, Option<u8>)>) -> Plan {
        let club = schedule.club();
        let scope = Scope::whole(club);
        let mut plan = Plan {
            people: club.people.iter().map(|p| (p.id.clone(), p.name.clone())).collect(),
            totals: Totals {
                score: checker::terms(schedule, &scope).score(),
                terms: checker::unweighted(schedule, &scope).by_name(),
                ..Totals::default()
            },
            ..Plan::default()
        };
        for e in club.event_ixs() {
            let event = club.event(e);
            let facts = (event.name.clone(), event.kind.name().to_owned(), event.minutes);
            plan.events.insert(event.event_ref, facts);
            let totals = &mut plan.totals;
            match schedule.decision(e) {
                Decision::New(_) if event.released().is_none() => totals.placed += 1,
                Decision::New(_) | Decision::Moved(_) => totals.moved += 1,
                Decision::Dropped => totals.dropped += 1,
                Decision::Open if event.released().is_some() => totals.dropped += 1,
                Decision::Open if event.is_candidate() => totals.not_placed += 1,
                Decision::Open | Decision::Stands => {}
            }
            if schedule.is_changed(e) {
                plan.changed.insert(event.event_ref);
            }
            if let Some(spot) = spot(club, schedule, e, starts) {
                plan.spots.insert(event.event_ref, spot);
            }
        }
        plan
    }
}

fn spot(
    club: &Club,
    schedule: &Schedule,
    e: crate::club::EventIx,
    starts: &BTreeMap<EventRef, (NaiveDateTime, Option<u8>)>,
) -> Option<Spot> {
    let event = club.event(e);
    if let Some(place) = schedule.changed_place(e) {
        let (start, block) = *starts.get(&event.event_ref)?;
        return Some(Spot { employee_id: club.person(place.person).id.clone(), start, block });
    }
    let posting = event.posting().filter(|_| schedule.stands(e))?;
    let employee_id = club.person(posting.person).id.clone();
    Some(Spot { employee_id, start: posting.start, block: posting.given_block })
}

/// In what a line differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LineDifference)]
pub enum What {
    /// It has a place, and had none.
    Placed,
    /// It has no place, and had one.
    LeftOut,
    /// Another person on another day.
    PersonAndDay,
    /// Another person.
    Person,
    /// Another day.
    Day,
    /// Another start or block alone.
    Start,
}

/// An event that two plans treat differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanDifference)]
pub struct Difference {
    /// The event.
    pub event_ref_num: EventRef,
    /// Its name.
    pub project_name: String,
    /// Its type.
    pub event_type: String,
    /// In what it differs.
    pub what: What,
    /// Where it is in the first plan.
    pub before: Option<Spot>,
    /// Where it is in the second one.
    pub after: Option<Spot>,
}

/// What two plans mean for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PersonDifference)]
pub struct PersonDifference {
    /// Who.
    pub employee_id: EmployeeId,
    /// Their name.
    pub employee_name: String,
    /// Events that they work in the first plan and in the second, posted ones included.
    pub events: [u32; 2],
    /// The minutes of these.
    pub minutes: [u32; 2],
    /// The days on which they work.
    pub days: [u32; 2],
    /// Events of theirs that differ in more than their start.
    pub differ: u32,
}

/// In what two plans differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanComparison)]
pub struct Comparison {
    /// The difference in a sentence.
    pub summary: String,
    /// The first plan.
    pub before: Totals,
    /// The second one.
    pub after: Totals,
    /// The events that differ, in order of ref.
    pub lines: Vec<Difference>,
    /// The people whose events differ, in order of id.
    pub people: Vec<PersonDifference>,
}

impl Comparison {
    /// Compares two plans of one club.
    pub fn new(before: &Plan, after: &Plan) -> Comparison {
        let refs: BTreeSet<&EventRef> = before.spots.keys().chain(after.spots.keys()).collect();
        let mut lines = Vec::new();
        for event in refs {
            let (was, is) = (before.spots.get(event), after.spots.get(event));
            let Some(what) = what(was, is) else { continue };
            let Some((name, kind, _)) = after.events.get(event).or_else(|| before.events.get(event)) else { continue };
            lines.push(Difference {
                event_ref_num: *event,
                project_name: name.clone(),
                event_type: kind.clone(),
                what,
                before: was.cloned(),
                after: is.cloned(),
            });
        }
        Comparison {
            summary: summary(&lines),
            before: before.totals.clone(),
            after: after.totals.clone(),
            people: people(before, after, &lines),
            lines,
        }
    }

    /// The lines that differ in more than their start.
    pub fn moves(&self) -> usize {
        self.lines.iter().filter(|line| line.what != What::Start).count()
    }
}

fn what(was: Option<&Spot>, is: Option<&Spot>) -> Option<What> {
    match (was, is) {
        (None, None) => None,
        (None, Some(_)) => Some(What::Placed),
        (Some(_), None) => Some(What::LeftOut),
        (Some(was), Some(is)) => {
            let (person, day) = (was.employee_id != is.employee_id, was.start.date() != is.start.date());
            match (person, day) {
                (true, true) => Some(What::PersonAndDay),
                (true, false) => Some(What::Person),
                (false, true) => Some(What::Day),
                // A posted schedule may have no block.
                (false, false) => (was.start != is.start).then_some(What::Start),
            }
        }
    }
}

/// The difference in a sentence.
fn summary(lines: &[Difference]) -> String {
    let count = |wanted: &[What]| lines.iter().filter(|line| wanted.contains(&line.what)).count();
    let words = [
        (count(&[What::Placed]), "more event placed", "more events placed"),
        (count(&[What::LeftOut]), "event loses its place", "events lose their place"),
        (count(&[What::Person, What::Day, What::PersonAndDay]), "event moves", "events move"),
        (count(&[What::Start]), "start changes alone", "starts change alone"),
    ];
    let said: Vec<String> = words
        .into_iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
    if said.is_empty() { "Nothing differs".to_owned() } else { said.join(", ") }
}

fn people(before: &Plan, after: &Plan, lines: &[Difference]) -> Vec<PersonDifference> {
    let mut differ: BTreeMap<&EmployeeId, u32> = BTreeMap::new();
    for line in lines {
        let who: BTreeSet<&EmployeeId> =
            [&line.before, &line.after].into_iter().flatten().map(|s| &s.employee_id).collect();
        for person in who {
            *differ.entry(person).or_default() += u32::from(line.what != What::Start);
        }
    }
    let of = |plan: &Plan, person: &EmployeeId| {
        let mine: Vec<(&EventRef, &Spot)> = plan.spots.iter().filter(|(_, spot)| spot.employee_id == *person).collect();
        let minutes = mine.iter().filter_map(|(event, _)| Some(plan.events.get(event)?.2)).sum::<u32>();
        let days: BTreeSet<NaiveDate> = mine.iter().map(|(_, spot)| spot.start.date()).collect();
        (mine.len() as u32, minutes, days.len() as u32)
    };
    let mut rows = Vec::with_capacity(differ.len());
    for (person, differ) in differ {
        let (was, is) = (of(before, person), of(after, person));
        let name = after.people.get(person).or_else(|| before.people.get(person));
        rows.push(PersonDifference {
            employee_id: person.clone(),
            employee_name: name.cloned().unwrap_or_default(),
            events: [was.0, is.0],
            minutes: [was.1, is.1],
            days: [was.2, is.2],
            differ,
        });
    }
    rows
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}", self.employee_id, write_moment(self.start))
    }
}
