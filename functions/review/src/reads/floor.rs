//! The people of today: who is not available, who holds the rotations, and who works which event.

use std::collections::BTreeMap;

use api::ApiError;
use api::line::Names;
use chrono::NaiveDate;
use domain::calendar::write_moment;
use domain::club::{Away, Club, PersonIx};
use domain::snapshot::{EmployeeId, EventFacts, EventRef, Posted, Rotation};
use serde::Serialize;
use store::documents::ClubDocuments;
use store::events::{Claim, Place};
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Person {
    employee_id: EmployeeId,
    employee_name: String,
}

/// A person who is not available today.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonOff {
    #[serde(flatten)]
    person: Person,
    reason: OffReason,
}

/// Why the person is not available.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OffReason {
    TimeOff,
    Override,
    Weekday,
}

/// The people of a rotation today.
#[derive(Debug, Serialize, ToSchema)]
pub struct RotationToday {
    /// The person whom the rotation or an exception names; `null` if there is none.
    named: Option<Person>,
    /// The backup; `null` if there is none.
    backup: Option<Person>,
    /// The person who is on duty; `null` if there is none.
    on_duty: Option<Person>,
    /// Whether an exception applies to the date.
    exception: bool,
}

/// People who are not available, and the rotations, of a date.
pub struct Staff {
    /// People who are not available.
    pub off: Vec<PersonOff>,
    /// The day's juicer.
    pub juicer: RotationToday,
    /// The day's lead.
    pub primary_lead: RotationToday,
}

impl Staff {
    /// The people and rotations of a date.
    ///
    /// # Errors
    /// 500 if the club's documents lack the club itself, or its planned days lack the date.
    pub fn on(club_documents: &ClubDocuments, today: NaiveDate) -> Result<Staff, ApiError> {
        let snapshot = club_documents
            .people_on(today)
            .ok_or_else(|| ApiError::internal("the club's documents lack the club itself"))?
            .snapshot;
        // The planned days begin today, so that today is one of them.
        let club = Club::new(snapshot.from_today());
        let day = club.day_of(today).ok_or_else(|| ApiError::internal("the club's planned days lack today"))?;
        let off = club.person_ixs().filter_map(|person| {
            let reason = match club.why_away(person, day)? {
                Away::NotEmployed => return None,
                Away::TimeOff => OffReason::TimeOff,
                Away::Override => OffReason::Override,
                Away::Weekday => OffReason::Weekday,
            };
            Some(PersonOff { person: person_of(&club, person), reason })
        });
        let duty = |rotation| rotation_today(&club, club_documents, rotation, today);
        Ok(Staff { off: off.collect(), juicer: duty(Rotation::Juicer), primary_lead: duty(Rotation::PrimaryLead) })
    }
}

fn person_of(club: &Club, person: PersonIx) -> Person {
    let person = club.person(person);
    Person { employee_id: person.id.clone(), employee_name: person.distinct_name.clone() }
}

fn rotation_today(club: &Club, club_documents: &ClubDocuments, rotation: Rotation, today: NaiveDate) -> RotationToday {
    let duty = club.duty(rotation, today);
    let person = |person: Option<PersonIx>| person.map(|person| person_of(club, person));
    RotationToday {
        named: person(duty.named),
        backup: person(duty.backup),
        on_duty: person(duty.on_duty),
        exception: club_documents.exceptions.iter().any(|e| (e.body.date, e.body.rotation) == (today, rotation)),
    }
}

/// A person who works today, with their events.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnFloor {
    employee_id: EmployeeId,
    employee_name: Option<String>,
    shifts: Vec<Shift>,
}

/// An event that the person works today.
#[derive(Debug, Serialize, ToSchema)]
struct Shift {
    event_ref_num: EventRef,
    project_name: String,
    event_type: &'static str,
    estimated_minutes: u32,
    schedule_datetime: String,
    block: Option<u8>,
}

/// Who works which event on a date: the posted schedules, changed by the lines that are being submitted. Nobody works an
/// event that is canceled or expired.
pub fn on_floor(posted: Vec<Posted>, claims: &[(EventFacts, Claim)], date: NaiveDate, names: &Names) -> Vec<OnFloor> {
    let mut works: BTreeMap<EventRef, (EventFacts, Place)> = posted
        .into_iter()
        .map(|p| {
            let place = Place { employee_id: p.employee_id, start: p.start, block: p.block };
            (p.event.event_ref, (p.event, place))
        })
        .collect();
    for (facts, claim) in claims.iter().filter(|(_, claim)| claim.status.is_in_flight()) {
        works.remove(&facts.event_ref);
        if let Some(place) = claim.place.as_ref().filter(|place| place.start.date() == date) {
            works.insert(facts.event_ref, (facts.clone(), place.clone()));
        }
    }
    works.retain(|_, (facts, _)| !facts.condition().is_off());
    let mut people: BTreeMap<EmployeeId, Vec<Shift>> = BTreeMap::new();
    for (event_ref, (facts, place)) in works {
        people.entry(place.employee_id).or_default().push(Shift {
            event_ref_num: event_ref,
            event_type: facts.event_type().name(),
            estimated_minutes: facts.minutes(),
            project_name: facts.name,
            schedule_datetime: write_moment(place.start),
            block: place.block,
        });
    }
    let by_start = |mut shifts: Vec<Shift>| {
        shifts.sort_by(|a, b| a.schedule_datetime.cmp(&b.schedule_datetime));
        shifts
    };
    let on_floor = people.into_iter().map(|(employee_id, shifts)| OnFloor {
        employee_name: names.get(&employee_id).cloned(),
        employee_id,
        shifts: by_start(shifts),
    });
    on_floor.collect()
}
