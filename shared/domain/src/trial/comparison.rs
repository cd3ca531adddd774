//! Compares two plans: the events that differ, the people concerned, and points by term.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::moment;
use crate::checker;
use crate::club::{Club, EventIx};
use crate::rules::Scope;
use crate::schedule::{Decision, Schedule};
use crate::snapshot::{EmployeeId, EventRef, PreviousRow};
use crate::timetable::timetable;

/// The place of an event: person and start time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanSpot)]
pub struct Spot {
    /// The person who works the event.
    pub employee_id: EmployeeId,
    /// The start time, club-local.
    #[serde(with = "moment")]
    #[schema(value_type = String)]
    pub start: NaiveDateTime,
    /// The shift block of a Core event; `null` for other events, and for a posted Core event without a recorded block.
    pub block: Option<u8>,
}

/// A plan's score and counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanTotals)]
pub struct Totals {
    /// The score with the plan's own weights.
    pub score: f64,
    /// Points by term with every weight at 1. Terms with 0 points are left out.
    pub terms: BTreeMap<String, f64>,
    /// Number of candidates that are placed.
    pub placed: u32,
    /// Number of candidates that are not placed.
    pub not_placed: u32,
    /// Number of posted schedules that move.
    pub moved: u32,
    /// Number of posted schedules that are taken back.
    pub dropped: u32,
}

/// A plan: the place of every event, its score and its counts.
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
    /// The plan of a schedule, with the starts that the rulebook gives (section 6).
    pub fn proposed(schedule: &Schedule) -> Plan {
        let club = schedule.club();
        let slots = timetable(schedule).into_iter();
        Plan::of(schedule, &slots.map(|s| (club.event(s.event).event_ref, (s.start, s.block))).collect())
    }

    /// Its score and counts.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The new and moved events of the plan as previous placements (section 5).
    pub fn as_previous(&self) -> Vec<PreviousRow> {
        let row = |event: &EventRef| {
            let spot = self.spots.get(event)?;
            Some(PreviousRow { event_ref: *event, employee_id: spot.employee_id.clone(), start: spot.start })
        };
        self.changed.iter().filter_map(row).collect()
    }

    /// The plan of a schedule. `starts` has the start and the block of each event that it places or moves; one that is
    /// missing there has no place in the plan.
    pub fn of(schedule: &Schedule, starts: &BTreeMap<EventRef, (NaiveDateTime, Option<u8>)>) -> Plan {
        let club = schedule.club();
        let scope = Scope::whole(club);
        let mut plan = Plan {
            people: club.people.iter().map(|p| (p.id.clone(), p.distinct_name.clone())).collect(),
            totals: Totals {
                score: checker::terms(schedule, &scope).score(),
                terms: checker::unweighted_terms(schedule, &scope).by_name(),
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
    e: EventIx,
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

/// How two plans treat an event differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LineDifference)]
pub enum DifferenceKind {
    /// The event has a place, and had none.
    Placed,
    /// The event has no place, and had one.
    LeftOut,
    /// The event has another person on another day.
    PersonAndDay,
    /// The event has another person on the same day.
    Person,
    /// The event has the same person on another day.
    Day,
    /// Only the start differs. A difference of the block alone is not listed.
    Start,
}

/// An event that two plans treat differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanDifference)]
pub struct Difference {
    /// The number of the event.
    pub event_ref_num: EventRef,
    /// The name of the event.
    pub project_name: String,
    /// The type of the event.
    pub event_type: String,
    /// The kind of the difference.
    pub what: DifferenceKind,
    /// The place in the first plan; `null` if it has none.
    pub before: Option<Spot>,
    /// The place in the second plan; `null` if it has none.
    pub after: Option<Spot>,
}

/// The difference between two plans for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PersonDifference)]
pub struct PersonDifference {
    /// The person.
    pub employee_id: EmployeeId,
    /// The name of the person.
    pub employee_name: String,
    /// Number of the person's events in the first plan and in the second. Posted events count too.
    pub events: [u32; 2],
    /// Minutes of these events, in the first plan and in the second.
    pub minutes: [u32; 2],
    /// Number of days on which the person works, in the first plan and in the second.
    pub days: [u32; 2],
    /// Number of the person's events that differ in more than their start.
    pub differ: u32,
}

/// The differences between two plans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanComparison)]
pub struct Comparison {
    /// The difference in a sentence.
    pub summary: String,
    /// Totals of the first plan.
    pub before: Totals,
    /// Totals of the second plan.
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
            let Some(what) = difference_kind(was, is) else { continue };
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
            people: person_differences(before, after, &lines),
            lines,
        }
    }

    /// Number of lines that differ in more than their start.
    pub fn differing_lines(&self) -> usize {
        self.lines.iter().filter(|line| line.what != DifferenceKind::Start).count()
    }
}

fn difference_kind(was: Option<&Spot>, is: Option<&Spot>) -> Option<DifferenceKind> {
    match (was, is) {
        (None, None) => None,
        (None, Some(_)) => Some(DifferenceKind::Placed),
        (Some(_), None) => Some(DifferenceKind::LeftOut),
        (Some(was), Some(is)) => {
            let (person, day) = (was.employee_id != is.employee_id, was.start.date() != is.start.date());
            match (person, day) {
                (true, true) => Some(DifferenceKind::PersonAndDay),
                (true, false) => Some(DifferenceKind::Person),
                (false, true) => Some(DifferenceKind::Day),
                // A posted schedule may have no block.
                (false, false) => (was.start != is.start).then_some(DifferenceKind::Start),
            }
        }
    }
}

/// The differences in one sentence.
fn summary(lines: &[Difference]) -> String {
    let count = |wanted: &[DifferenceKind]| lines.iter().filter(|line| wanted.contains(&line.what)).count();
    let words = [
        (count(&[DifferenceKind::Placed]), "more event placed", "more events placed"),
        (count(&[DifferenceKind::LeftOut]), "event loses its place", "events lose their place"),
        (
            count(&[DifferenceKind::Person, DifferenceKind::Day, DifferenceKind::PersonAndDay]),
            "event moves",
            "events move",
        ),
        (count(&[DifferenceKind::Start]), "start changes alone", "starts change alone"),
    ];
    let clauses: Vec<String> = words
        .into_iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
    if clauses.is_empty() { "Nothing differs".to_owned() } else { clauses.join(", ") }
}

fn person_differences(before: &Plan, after: &Plan, lines: &[Difference]) -> Vec<PersonDifference> {
    let mut differ: BTreeMap<&EmployeeId, u32> = BTreeMap::new();
    for line in lines {
        let who: BTreeSet<&EmployeeId> =
            [&line.before, &line.after].into_iter().flatten().map(|s| &s.employee_id).collect();
        for person in who {
            *differ.entry(person).or_default() += u32::from(line.what != DifferenceKind::Start);
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
