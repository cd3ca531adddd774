//! Files of events and posted schedules, as the predecessor exported them.

use std::collections::BTreeMap;

use api::ApiError;
use chrono::NaiveDate;
use domain::snapshot::{EmployeeId, EventFacts, EventRef, Posted};
use files::import::Imported;
use files::records::{ScheduleRow, TypeFinding, VisitRow};
use store::cursor::LARGEST_PAGE;
use store::documents::ClubDocuments;
use store::events::{Claim, Event};
use store::upstream::{EventUpdate, KnownEvent, Source};
use store::{Club, Stored};

use super::{Plan, judged, unknown_person};

/// The events of a club, each with what is posted for it.
struct Known {
    events: BTreeMap<EventRef, Stored<Event>>,
    posted: BTreeMap<EventRef, Stored<Posted>>,
}

impl Known {
    async fn read(club: &Club<'_>) -> Result<Known, ApiError> {
        let mut events = BTreeMap::new();
        let mut cursor = None;
        loop {
            let page = club.events(cursor.as_ref(), LARGEST_PAGE).await?;
            events.extend(page.items.into_iter().map(|event| (event.body.facts.event_ref, event)));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let (first, last) = (NaiveDate::from_yo_opt(1, 1), NaiveDate::from_ymd_opt(9999, 12, 31));
        let posted = club.all_posted_between(first.unwrap_or_default(), last.unwrap_or_default()).await?;
        let posted = posted.into_iter().map(|posted| (posted.body.event.event_ref, posted)).collect();
        Ok(Known { events, posted })
    }

    fn standing(&self, event: EventRef) -> Option<KnownEvent> {
        let event = self.events.get(&event)?.clone();
        let posted = self.posted.get(&event.body.facts.event_ref).cloned();
        Some(KnownEvent { posted: posted.filter(|_| event.body.posted_at.is_some()), event })
    }

    /// The fault of a row whose event a line claims: Crossmark's answer to that line decides, not the file.
    fn claimed(&self, event: EventRef, counts: impl Fn(&Claim) -> bool) -> Option<(&'static str, String, String)> {
        let claim = self.events.get(&event)?.body.claim.as_ref()?;
        let expected = "an event that no line is submitting, and whose failed line is settled".to_owned();
        counts(claim).then(|| ("Project Reference Number", event.to_string(), expected))
    }

    fn version(&self, event: EventRef) -> u64 {
        self.events.get(&event).map_or(0, |event| event.version)
    }
}

/// The plan of a file of events.
///
/// # Errors
/// The club's events or posted schedules cannot be read.
pub async fn visits(
    imported: Imported<VisitRow>,
    club_documents: &ClubDocuments,
    club: &Club<'_>,
) -> Result<Plan, ApiError> {
    let known = Known::read(club).await?;
    let mut imported = judged(imported, |row| {
        of_another_club(row, club_documents).or_else(|| known.claimed(row.event_ref, Claim::is_in_flight))
    });
    imported.rows.iter_mut().for_each(|(_, row)| forget_place(row));
    let preview = imported.preview(known.events.values().map(|event| VisitRow::from(&event.body.facts)));
    let updates = preview.to_store().map(|row| {
        let read = known.standing(row.event_ref);
        let facts = facts(row, read.as_ref());
        let posted = read.as_ref().and_then(|read| read.posted.as_ref()).map(|posted| posted.body.clone());
        EventUpdate { facts, posted, read, source: Source::Overriding }
    });
    let updates: Vec<EventUpdate> = updates.collect();
    let versions = preview.to_store().map(|row| known.version(row.event_ref)).collect();
    Ok(Plan { updates, versions, ..Plan::of(&preview, |row| row.event_ref.to_string()) })
}

/// The plan of a file of posted schedules: events, each with who works it and when.
///
/// # Errors
/// The club's events or posted schedules cannot be read.
pub async fn schedules(
    imported: Imported<ScheduleRow>,
    club_documents: &ClubDocuments,
    club: &Club<'_>,
) -> Result<Plan, ApiError> {
    let known = Known::read(club).await?;
    let people = People::of(club_documents);
    let mut imported = judged(imported, |row| {
        let fault = of_another_club(&row.visit, club_documents).or_else(|| people.fault(row));
        fault.or_else(|| known.claimed(row.visit.event_ref, |_| true))
    });
    for (_, row) in &mut imported.rows {
        forget_place(&mut row.visit);
        // The id says who; a name may be written in several ways.
        row.employee_id = people.of_row(row);
        row.rep_name = None;
    }
    let standing = known.posted.values().map(|posted| ScheduleRow {
        visit: VisitRow::from(&posted.body.event),
        rep_name: None,
        employee_id: Some(posted.body.employee_id.clone()),
        scheduled: posted.body.start,
    });
    let preview = imported.preview(standing);
    let mut updates = Vec::new();
    for row in preview.to_store() {
        let Some(employee_id) = row.employee_id.clone() else { continue };
        let read = known.standing(row.visit.event_ref);
        let facts = facts(&row.visit, read.as_ref());
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
    let versions = preview.to_store().map(|row| known.version(row.visit.event_ref)).collect();
    Ok(Plan { updates, versions, ..Plan::of(&preview, |row| row.visit.event_ref.to_string()) })
}

/// Clears the columns of the store. They describe the club, not the event.
fn forget_place(row: &mut VisitRow) {
    (row.location_id, row.store_number, row.store_name) = (None, None, None);
}

/// The fault of a row whose location is not the club's.
fn of_another_club(row: &VisitRow, club_documents: &ClubDocuments) -> Option<(&'static str, String, String)> {
    let (said, ours) = (row.location_id?, club_documents.club.as_ref()?.location_id?);
    (said != ours).then(|| ("Location MVID", said.to_string(), format!("the club's own location, {ours}")))
}

/// The facts of a row. A type that only follows from the name is not stored: the known one stays.
fn facts(row: &VisitRow, read: Option<&KnownEvent>) -> EventFacts {
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

/// The people of a club by id, and by name where the name is unique.
struct People {
    ids: std::collections::BTreeSet<EmployeeId>,
    names: BTreeMap<String, Vec<EmployeeId>>,
}

impl People {
    fn of(club_documents: &ClubDocuments) -> People {
        let mut people = People { ids: std::collections::BTreeSet::new(), names: BTreeMap::new() };
        for employee in &club_documents.employees {
            people.ids.insert(employee.body.id.clone());
            people.names.entry(spelled(&employee.body.name)).or_default().push(employee.body.id.clone());
        }
        people
    }

    fn of_name(&self, name: &str) -> Option<&EmployeeId> {
        match self.names.get(&spelled(name)).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        }
    }

    fn of_row(&self, row: &ScheduleRow) -> Option<EmployeeId> {
        let by_id = row.employee_id.as_ref().filter(|id| self.ids.contains(*id));
        by_id.or_else(|| self.of_name(row.rep_name.as_deref()?)).cloned()
    }

    fn fault(&self, row: &ScheduleRow) -> Option<(&'static str, String, String)> {
        if self.of_row(row).is_some() {
            return None;
        }
        Some(match (&row.employee_id, &row.rep_name) {
            (Some(id), _) => unknown_person(id),
            (None, name) => {
                let found = name.clone().unwrap_or_default();
                ("Rep Name", found, "the name of exactly one of the club's people".to_owned())
            }
        })
    }
}

/// A name as it is compared: in lower case, with single spaces.
fn spelled(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
