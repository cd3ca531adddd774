//! Files of events and posted schedules, in the format of the exports of the program that Muster replaces.

use std::collections::{BTreeMap, BTreeSet};

use api::ApiError;
use chrono::NaiveDate;
use domain::snapshot::{EmployeeId, EventFacts, EventRef, Posted};
use files::import::Imported;
use files::records::{EventRow, ScheduleRow, TypeFinding};
use store::documents::ClubDocuments;
use store::events::{Claim, Event};
use store::upstream::{EventUpdate, KnownEvent, Source};
use store::{Club, Stored};

use super::{LoadPlan, RowFault, unknown_employee, without_faulty_rows};
use crate::exports::all_events;

/// The events and the posted schedules of a club.
struct KnownEvents {
    events: BTreeMap<EventRef, Stored<Event>>,
    posted: BTreeMap<EventRef, Stored<Posted>>,
}

impl KnownEvents {
    async fn read(club: &Club<'_>) -> Result<KnownEvents, ApiError> {
        let events = all_events(club).await?;
        let events = events.into_iter().map(|event| (event.body.facts.event_ref, event)).collect();
        let (first, last) = (NaiveDate::from_yo_opt(1, 1), NaiveDate::from_ymd_opt(9999, 12, 31));
        let posted = club.all_posted_between(first.unwrap_or_default(), last.unwrap_or_default()).await?;
        let posted = posted.into_iter().map(|posted| (posted.body.event.event_ref, posted)).collect();
        Ok(KnownEvents { events, posted })
    }

    /// An event with its posted schedule; `None` if the club does not have the event.
    fn get(&self, event: EventRef) -> Option<KnownEvent> {
        let event = self.events.get(&event)?.clone();
        let posted = self.posted.get(&event.body.facts.event_ref).cloned();
        Some(KnownEvent { posted: posted.filter(|_| event.body.posted_at.is_some()), event })
    }

    /// The fault of a row whose event is claimed by a line for which `blocks` returns true. Crossmark's answer to that
    /// line decides about the event; the file does not. `expected` says which events the file may have.
    fn claim_fault(&self, event: EventRef, expected: &str, blocks: impl Fn(&Claim) -> bool) -> Option<RowFault> {
        let claim = self.events.get(&event)?.body.claim.as_ref()?;
        blocks(claim).then(|| ("Project Reference Number", event.to_string(), expected.to_owned()))
    }

    /// Applies the corrected type and length of a row's event to the row. A file does not change them.
    fn apply_correction(&self, row: &mut EventRow) {
        let Some(event) = self.events.get(&row.event_ref) else { return };
        if let Some(kind) = event.body.correction.kind {
            row.kind = TypeFinding::Given(kind);
        }
        row.estimated_minutes = event.body.correction.minutes.or(row.estimated_minutes);
    }

    /// The version of an event; 0 if the club does not have the event.
    fn version(&self, event: EventRef) -> u64 {
        self.events.get(&event).map_or(0, |event| event.version)
    }
}

/// The plan of a file of events.
///
/// # Errors
/// The club's events or posted schedules cannot be read.
pub async fn plan_of_events(
    imported: Imported<EventRow>,
    club_documents: &ClubDocuments,
    club: &Club<'_>,
) -> Result<LoadPlan, ApiError> {
    let known = KnownEvents::read(club).await?;
    let mut imported = without_faulty_rows(imported, |row| {
        let expected = "an event that is not being submitted";
        location_fault(row, club_documents).or_else(|| known.claim_fault(row.event_ref, expected, Claim::is_in_flight))
    });
    for (_, row) in &mut imported.rows {
        clear_location_columns(row);
        known.apply_correction(row);
    }
    let preview = imported.preview(known.events.values().map(|event| EventRow::from(&event.body.facts)));
    let updates = preview.to_store().map(|row| {
        let read = known.get(row.event_ref);
        let facts = facts(row, read.as_ref());
        let posted = read.as_ref().and_then(|read| read.posted.as_ref()).map(|posted| posted.body.clone());
        EventUpdate { facts, posted, read, source: Source::Overriding }
    });
    let updates: Vec<EventUpdate> = updates.collect();
    let versions = preview.to_store().map(|row| known.version(row.event_ref)).collect();
    Ok(LoadPlan { updates, versions, ..LoadPlan::new(&preview, |row| row.event_ref.to_string()) })
}

/// The plan of a file of posted schedules: events, each with its person and start.
///
/// # Errors
/// The club's events or posted schedules cannot be read.
pub async fn plan_of_schedules(
    imported: Imported<ScheduleRow>,
    club_documents: &ClubDocuments,
    club: &Club<'_>,
) -> Result<LoadPlan, ApiError> {
    let known = KnownEvents::read(club).await?;
    let people = People::of(club_documents);
    let mut imported = without_faulty_rows(imported, |row| {
        let fault = location_fault(&row.event, club_documents).or_else(|| people.fault(row));
        let expected = "an event that is not being submitted and has no failed line that still waits for a decision";
        fault.or_else(|| known.claim_fault(row.event.event_ref, expected, |_| true))
    });
    for (_, row) in &mut imported.rows {
        clear_location_columns(&mut row.event);
        known.apply_correction(&mut row.event);
        // Rows are compared by the person's id, because a name may be spelled in several ways.
        row.employee_id = people.employee_of_row(row);
        row.rep_name = None;
    }
    let posted = known.posted.values().map(|posted| ScheduleRow {
        event: EventRow::from(&posted.body.event),
        rep_name: None,
        employee_id: Some(posted.body.employee_id.clone()),
        scheduled: posted.body.start,
    });
    let preview = imported.preview(posted);
    let mut updates = Vec::new();
    for row in preview.to_store() {
        let Some(employee_id) = row.employee_id.clone() else { continue };
        let read = known.get(row.event.event_ref);
        let facts = facts(&row.event, read.as_ref());
        let old = read.as_ref().and_then(|read| read.posted.as_ref()).map(|posted| &posted.body);
        let same_day = old.filter(|old| old.start.date() == row.scheduled.date());
        let posted = Posted {
            event: facts.clone(),
            employee_id,
            start: row.scheduled,
            block: same_day.and_then(|old| old.block),
            scheduled_event_id: old.and_then(|old| old.scheduled_event_id),
        };
        updates.push(EventUpdate { facts, posted: Some(posted), read, source: Source::Overriding });
    }
    let versions = preview.to_store().map(|row| known.version(row.event.event_ref)).collect();
    Ok(LoadPlan { updates, versions, ..LoadPlan::new(&preview, |row| row.event.event_ref.to_string()) })
}

/// Clears location id, store number and store name: they describe the club, not the event.
fn clear_location_columns(row: &mut EventRow) {
    (row.location_id, row.store_number, row.store_name) = (None, None, None);
}

/// The fault of a row whose location is not the club's.
fn location_fault(row: &EventRow, club_documents: &ClubDocuments) -> Option<RowFault> {
    let (found, own) = (row.location_id?, club_documents.club.as_ref()?.location_id?);
    (found != own).then(|| ("Location MVID", found.to_string(), format!("the club's own location, {own}")))
}

/// The facts of a row's event. A type that only follows from the name is not stored; the known type stays.
fn facts(row: &EventRow, read: Option<&KnownEvent>) -> EventFacts {
    let known = read.map(|read| &read.event.body.facts);
    let kind = match row.kind {
        TypeFinding::Given(kind) | TypeFinding::Recovered(kind, _) => Some(kind),
        TypeFinding::Detected(_) | TypeFinding::Unsure(_) => known.and_then(|known| known.kind),
    };
    EventFacts {
        event_ref: row.event_ref,
        name: row.name.clone(),
        kind,
        start: row.start,
        due: row.due,
        estimated_minutes: row.estimated_minutes,
        condition: row.condition.clone(),
        auto: known.is_none_or(|known| known.auto),
        parent_ref: known.and_then(|known| known.parent_ref),
    }
}

/// The employees of a club by id and by name.
struct People {
    ids: BTreeSet<EmployeeId>,
    /// The ids of the employees with each name, as [`normalised`] gives it. Somebody whose name others have too is
    /// found by the name in exports as well.
    names: BTreeMap<String, Vec<EmployeeId>>,
}

impl People {
    fn of(club_documents: &ClubDocuments) -> People {
        let mut people = People { ids: BTreeSet::new(), names: BTreeMap::new() };
        for employee in &club_documents.employees {
            people.ids.insert(employee.body.id.clone());
            people.names.entry(normalised(&employee.body.name)).or_default().push(employee.body.id.clone());
        }
        for (id, name) in club_documents.names() {
            let ids = people.names.entry(normalised(&name)).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        people
    }

    /// The employee with this name; `None` if there is none, or more than one.
    fn find_by_name(&self, name: &str) -> Option<&EmployeeId> {
        match self.names.get(&normalised(name)).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        }
    }

    /// The employee of a row: by id, otherwise by name.
    fn employee_of_row(&self, row: &ScheduleRow) -> Option<EmployeeId> {
        let by_id = row.employee_id.as_ref().filter(|id| self.ids.contains(*id));
        by_id.or_else(|| self.find_by_name(row.rep_name.as_deref()?)).cloned()
    }

    /// The fault of a row that names no employee.
    fn fault(&self, row: &ScheduleRow) -> Option<RowFault> {
        if self.employee_of_row(row).is_some() {
            return None;
        }
        Some(match (&row.employee_id, &row.rep_name) {
            (Some(id), _) => unknown_employee(id),
            (None, name) => {
                let found = name.clone().unwrap_or_default();
                ("Rep Name", found, "the name of exactly one of the club's people".to_owned())
            }
        })
    }
}

/// A name normalised for comparison: in lower case, with single spaces.
fn normalised(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
