//! Makes a seed from a club snapshot (rulebook, section 8). Missing Crossmark numbers are generated, always the same ones for
//! the same snapshot: people from 150001, the location 160001, posted schedules from 55000001, in the order of the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::seed::{Condition, Event, Person, PostedSchedule, Seed, SeedError};

const FIRST_REP: u64 = 150_001;
const FIRST_LOCATION: u64 = 160_001;
const FIRST_POSTED: u64 = 55_000_001;
/// Length of a posted schedule whose event has no length, in minutes.
const DEFAULT_MINUTES: u32 = 60;

/// Why a snapshot cannot be made into a seed.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The JSON is not a snapshot.
    #[error("the snapshot cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// The club's time zone is unknown.
    #[error("the snapshot's time zone {0:?} is not a known one")]
    Zone(String),
    /// A date or time cannot be read.
    #[error("{0:?} in the snapshot is neither a date nor a date and time")]
    Date(String),
    /// A posted schedule has a person who is not among the employees.
    #[error("the snapshot schedules employee {0:?}, who is not in it")]
    Employee(String),
    /// The numbers are inconsistent.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

#[derive(Deserialize)]
struct Snapshot {
    club: SnapshotClub,
    employees: Vec<SnapshotEmployee>,
    events: Vec<SnapshotEvent>,
    #[serde(default)]
    posted: Vec<SnapshotPosted>,
}

#[derive(Deserialize)]
struct SnapshotClub {
    id: String,
    name: Option<String>,
    time_zone: String,
    #[serde(default)]
    location_id: Option<Number>,
}

#[derive(Deserialize)]
struct SnapshotEmployee {
    id: String,
    name: String,
    #[serde(default)]
    rep_id: Option<Number>,
}

#[derive(Deserialize)]
struct SnapshotEvent {
    #[serde(rename = "ref")]
    plan_id: u64,
    name: String,
    start: String,
    due: String,
    estimated_minutes: Option<u32>,
    condition: Option<String>,
}

#[derive(Deserialize)]
struct SnapshotPosted {
    event: SnapshotEvent,
    employee_id: String,
    start: String,
    #[serde(default)]
    scheduled_event_id: Option<Number>,
}

/// A Crossmark number. A snapshot may contain it as a number or as a string of digits.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(u64),
    Digits(String),
}

impl Number {
    fn value(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Digits(digits) => digits.trim().parse().ok(),
        }
        .filter(|number| *number > 0)
    }
}

/// Generates missing numbers that differ from those that the snapshot has.
struct NumberGenerator {
    next: u64,
    taken: BTreeSet<u64>,
}

impl NumberGenerator {
    fn new(first: u64, taken: impl Iterator<Item = u64>) -> Self {
        Self { next: first, taken: taken.collect() }
    }

    fn given_or_next(&mut self, given: Option<u64>) -> u64 {
        given.unwrap_or_else(|| {
            while !self.taken.insert(self.next) {
                self.next += 1;
            }
            self.next
        })
    }
}

impl Seed {
    /// The seed of a club snapshot. An event that is both open and posted counts as posted.
    ///
    /// # Errors
    /// [`SnapshotError`] if the snapshot cannot be read or its numbers are inconsistent.
    pub fn from_snapshot(snapshot: &Value) -> Result<Self, SnapshotError> {
        let snapshot = Snapshot::deserialize(snapshot)?;
        let time_zone =
            snapshot.club.time_zone.parse().map_err(|_| SnapshotError::Zone(snapshot.club.time_zone.clone()))?;
        let people = people_of(&snapshot.employees);
        let posted = posted_schedules(&snapshot.posted, &people)?;

        let mut events = BTreeMap::new();
        for event in &snapshot.events {
            events.insert(event.plan_id, event.to_event(condition(event.condition.as_deref()))?);
        }
        for posted in &snapshot.posted {
            events.insert(posted.event.plan_id, posted.event.to_event(Condition::Scheduled)?);
        }
        let seed = Self {
            location_id: snapshot.club.location_id.as_ref().and_then(Number::value).unwrap_or(FIRST_LOCATION),
            store_name: snapshot.club.name.unwrap_or_else(|| format!("Club {}", snapshot.club.id)),
            store_number: snapshot.club.id,
            time_zone,
            people,
            events: events.into_values().collect(),
            posted,
        };
        seed.check()?;
        Ok(seed)
    }

    /// Writes the numbers of the location, the people and the posted schedules into the snapshot from which the seed was made.
    pub fn write_numbers(&self, snapshot: &mut Value) {
        snapshot["club"]["location_id"] = json!(self.location_id);
        let lists = [
            ("employees", "rep_id", self.people.iter().map(|person| person.rep_id).collect::<Vec<_>>()),
            ("posted", "scheduled_event_id", self.posted.iter().map(|posted| posted.id).collect()),
        ];
        for (list, member, numbers) in lists {
            let rows = snapshot.get_mut(list).and_then(Value::as_array_mut);
            for (row, number) in rows.into_iter().flatten().zip(numbers) {
                row[member] = json!(number);
            }
        }
    }
}

fn people_of(employees: &[SnapshotEmployee]) -> Vec<Person> {
    let given = |employee: &SnapshotEmployee| employee.rep_id.as_ref().and_then(Number::value);
    let mut numbers = NumberGenerator::new(FIRST_REP, employees.iter().filter_map(given));
    employees
        .iter()
        .map(|employee| Person {
            rep_id: numbers.given_or_next(given(employee)),
            employee_id: employee.id.clone(),
            name: employee.name.clone(),
        })
        .collect()
}

fn posted_schedules(posted: &[SnapshotPosted], people: &[Person]) -> Result<Vec<PostedSchedule>, SnapshotError> {
    let given = |posted: &SnapshotPosted| posted.scheduled_event_id.as_ref().and_then(Number::value);
    let mut numbers = NumberGenerator::new(FIRST_POSTED, posted.iter().filter_map(given));
    posted
        .iter()
        .map(|posted| {
            let person = people
                .iter()
                .find(|person| person.employee_id == posted.employee_id)
                .ok_or_else(|| SnapshotError::Employee(posted.employee_id.clone()))?;
            let start = date_time(&posted.start)?;
            let minutes = posted.event.estimated_minutes.unwrap_or(DEFAULT_MINUTES);
            Ok(PostedSchedule {
                id: numbers.given_or_next(given(posted)),
                plan_id: posted.event.plan_id,
                rep_id: person.rep_id,
                start,
                end: start + TimeDelta::minutes(minutes.into()),
            })
        })
        .collect()
}

/// The condition that a word names, in any case and either spelling (`Canceled`, `Cancelled`). An unknown word means
/// `Unstaffed`.
fn condition(word: Option<&str>) -> Condition {
    let word = word.map(|word| if word.eq_ignore_ascii_case("cancelled") { "Canceled" } else { word });
    let condition = Condition::ALL.into_iter().find(|c| word.is_some_and(|word| c.word().eq_ignore_ascii_case(word)));
    condition.unwrap_or(Condition::Unstaffed)
}

impl SnapshotEvent {
    fn to_event(&self, condition: Condition) -> Result<Event, SnapshotError> {
        Ok(Event {
            plan_id: self.plan_id,
            name: self.name.clone(),
            start: date_time(&self.start)?.date(),
            due: date_time(&self.due)?.date(),
            condition,
            estimated_minutes: self.estimated_minutes,
            staffed_reps: String::new(),
            stale_condition: false,
        })
    }
}

fn date_time(text: &str) -> Result<NaiveDateTime, SnapshotError> {
    text.parse::<NaiveDateTime>()
        .ok()
        .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok())
        .or_else(|| text.parse::<NaiveDate>().ok().map(|date| date.and_time(NaiveTime::MIN)))
        .ok_or_else(|| SnapshotError::Date(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Value {
        json!({
            "club": {"id": "8135", "time_zone": "America/Indiana/Indianapolis"},
            "today": "2026-11-23",
            "employees": [
                {"id": "E01", "name": "Avery Quill"},
                {"id": "E02", "name": "Sage Fenn", "rep_id": "150001"},
                {"id": "E03", "name": "Drew Moss"}
            ],
            "events": [
                {"ref": 40_000_123, "name": "One", "start": "2026-11-24T00:00:00", "due": "2026-12-04T00:01:00",
                 "estimated_minutes": 390, "condition": "In Progress"},
                {"ref": 40_000_124, "name": "Two", "start": "2026-11-24", "due": "2026-12-04"}
            ],
            "posted": [
                {"event": {"ref": 40_000_124, "name": "Two", "start": "2026-11-24", "due": "2026-12-04",
                           "estimated_minutes": 120},
                 "employee_id": "E03", "start": "2026-11-27T10:15:00"}
            ]
        })
    }

    #[test]
    fn missing_numbers_are_generated_and_given_ones_are_kept() {
        let seed = Seed::from_snapshot(&snapshot()).unwrap();

        assert_eq!(seed.location_id, 160_001);
        let people: Vec<_> = seed.people.iter().map(|person| (person.employee_id.as_str(), person.rep_id)).collect();
        assert_eq!(people, [("E01", 150_002), ("E02", 150_001), ("E03", 150_003)]);
        let posted: Vec<_> = seed.posted.iter().map(|posted| (posted.plan_id, posted.id)).collect();
        assert_eq!(posted, [(40_000_124, 55_000_001)]);
        assert_eq!(seed, Seed::from_snapshot(&snapshot()).unwrap());
    }

    #[test]
    fn a_snapshot_with_the_numbers_of_its_seed_has_the_same_seed() {
        let seed = Seed::from_snapshot(&snapshot()).unwrap();
        let mut numbered = snapshot();
        seed.write_numbers(&mut numbered);
        assert_eq!(numbered["employees"][0]["rep_id"], 150_002);
        assert_eq!(numbered["posted"][0]["scheduled_event_id"], 55_000_001);
        // Now E03 comes first. If its number were not in the snapshot, it would get the number of E01.
        numbered["employees"].as_array_mut().unwrap().swap(0, 2);
        let mut again = Seed::from_snapshot(&numbered).unwrap();
        again.people.swap(0, 2);
        assert_eq!(again, seed);
    }

    #[test]
    fn an_event_that_is_open_and_posted_is_scheduled_for_its_length() {
        let seed = Seed::from_snapshot(&snapshot()).unwrap();

        let conditions: Vec<_> = seed.events.iter().map(|event| (event.plan_id, event.condition)).collect();
        assert_eq!(conditions, [(40_000_123, Condition::InProgress), (40_000_124, Condition::Scheduled)]);
        assert_eq!(seed.posted[0].end.to_string(), "2026-11-27 12:15:00");
    }

    #[test]
    fn a_condition_is_known_by_either_spelling_and_in_any_case() {
        for (word, expected) in [
            (Some("Cancelled"), Condition::Canceled),
            (Some("canceled"), Condition::Canceled),
            (Some("in progress"), Condition::InProgress),
            (Some("Active"), Condition::Unstaffed),
            (None, Condition::Unstaffed),
        ] {
            assert_eq!(condition(word), expected, "{word:?}");
        }
    }

    #[test]
    fn an_invalid_snapshot_is_refused_with_its_fault() {
        let assert_refused = |pointer: &str, value: Value, expect: &str| {
            let mut snapshot = snapshot();
            *snapshot.pointer_mut(pointer).unwrap() = value;
            let error = Seed::from_snapshot(&snapshot).unwrap_err().to_string();
            assert!(error.contains(expect), "{pointer}: {error}");
        };
        assert_refused("/club/time_zone", json!("Mars/Base"), "Mars/Base");
        assert_refused("/events/0/start", json!("soon"), "soon");
        assert_refused("/posted/0/employee_id", json!("E99"), "E99");
        assert_refused("/employees/0", json!({"id": "E01"}), "name");
        assert_refused("/employees/2", json!({"id": "E03", "name": "X", "rep_id": 150_001}), "RepID 150001");
    }
}
