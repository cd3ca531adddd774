//! What people last saw proposed: the undecided lines of the current proposal, with their edits.

use std::collections::{BTreeMap, HashSet};

use domain::club::{Club, Place as PersonDay};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::{EmployeeId, EventRef, PreviousRow, Snapshot};
use store::Stored;
use store::events::Place;
use store::lines::{Line, LineKind};

/// A line as people saw it.
#[derive(Debug, Clone)]
pub struct SeenLine {
    event: EventRef,
    kind: LineKind,
    place: Option<Place>,
    /// The posted schedule that it moves or drops.
    from: Option<Place>,
}

impl SeenLine {
    fn of(line: &Line, place: Option<&Place>) -> SeenLine {
        SeenLine {
            event: line.key.event,
            kind: line.kind,
            place: place.filter(|_| line.kind != LineKind::Dropped).cloned(),
            from: line.from.as_ref().map(|from| from.place.clone()),
        }
    }

    /// The line as the solver made it.
    pub fn original(line: &Line) -> SeenLine {
        SeenLine::of(line, line.original.as_ref())
    }
}

/// The undecided lines, as people see them now.
pub fn undecided(lines: &[Stored<Line>]) -> Vec<SeenLine> {
    let open = lines.iter().map(|line| &line.body).filter(|line| line.state.status().is_open());
    open.map(|line| SeenLine::of(line, line.place.as_ref())).collect()
}

/// The places of the events, by event.
pub fn places(lines: &[SeenLine]) -> BTreeMap<EventRef, Place> {
    lines.iter().filter_map(|line| Some((line.event, line.place.clone()?))).collect()
}

/// These places as rows of a snapshot, without people who are no longer in the club.
pub fn as_previous(seen: &BTreeMap<EventRef, Place>, snapshot: &Snapshot) -> Vec<PreviousRow> {
    let people: HashSet<&EmployeeId> = snapshot.employees.iter().map(|e| &e.id).collect();
    let still_here = seen.iter().filter(|(_, place)| people.contains(&place.employee_id));
    still_here
        .map(|(event, place)| PreviousRow {
            event_ref: *event,
            employee_id: place.employee_id.clone(),
            start: place.start,
        })
        .collect()
}

/// The schedule of what is posted, with the lines that still fit the club.
pub fn as_schedule<'c>(club: &'c Club, lines: &[SeenLine]) -> Schedule<'c> {
    let mut schedule = Schedule::as_posted(club);
    for line in lines {
        let Some(event) = club.find(line.event) else { continue };
        let posting = club.event(event).posting();
        let found = posting.map(|p| (&club.person(p.person).id, p.start));
        if found != line.from.as_ref().map(|from| (&from.employee_id, from.start)) {
            continue;
        }
        if line.kind == LineKind::Dropped {
            schedule.decide(event, Decision::Dropped);
            continue;
        }
        let person_day = line.place.as_ref().and_then(|place| {
            let person = club.find_person(&place.employee_id.0)?;
            Some(PersonDay { person, day: club.day_of(place.start.date())? })
        });
        if let Some(person_day) = person_day {
            let decision = if posting.is_some() { Decision::Moved(person_day) } else { Decision::New(person_day) };
            schedule.decide(event, decision);
        }
    }
    schedule
}
