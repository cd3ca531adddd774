//! Reading what a table holds of a club: a row that no run can use is left out and named, everything else goes on. A
//! document that a person loads is read by [`Snapshot::parse`], which refuses it whole.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::{Snapshot, read};
use crate::json::{Cursor, Fault, Json, Refused};

/// A snapshot and what had to be left out of it.
#[derive(Debug, Clone)]
pub struct Usable {
    /// What can be used.
    pub snapshot: Snapshot,
    /// The rows and settings that were left out, one entry for each fault.
    pub left_out: Vec<LeftOut>,
}

/// A fault for which a row or setting was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The list that the row is of, or `settings`.
    pub list: String,
    /// The event or person that it is of, or the setting.
    pub of: Option<String>,
    /// What is wrong with it, by its path in the document as it was.
    pub fault: Fault,
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = self.of.as_deref().unwrap_or("-");
        write!(f, "{} {of}: found {}, expected {}", self.list, self.fault.found, self.fault.expected)
    }
}

/// Leaving out a person makes other rows unusable, and those others again: a few rounds are enough.
const ROUNDS: usize = 8;

/// Lists that say when somebody cannot work. Without such a row it is not known when, so nothing new is given to them.
const ABSENCES: [&str; 3] = ["weekly_availability", "availability_overrides", "time_off"];

impl Snapshot {
    /// Reads a snapshot document without the rows that no run can use. A setting that cannot be read has its default;
    /// who has an availability or time off that cannot be read is given nothing new.
    ///
    /// # Errors
    /// All that is wrong where no row explains it: the document is no snapshot at all.
    pub fn parse_usable(bytes: &[u8]) -> Result<Usable, Refused> {
        let mut json = Json::parse(bytes)?;
        let mut left_out = Vec::new();
        for _ in 0..ROUNDS {
            let faults = RefCell::default();
            let snapshot = read::read(&Cursor::root(&json, &faults));
            let faults = faults.into_inner();
            if let (Some(snapshot), true) = (snapshot, faults.is_empty()) {
                return Ok(Usable { snapshot, left_out });
            }
            let places: Option<Vec<Place>> = faults.iter().map(|fault| Place::of(&fault.path)).collect();
            let Some(places) = places.filter(|places| !places.is_empty()) else { return Err(Refused(faults)) };
            left_out.extend(places.iter().zip(faults).map(|(place, fault)| {
                let (list, of) = place.named(&json);
                LeftOut { list, of, fault }
            }));
            let places: BTreeSet<Place> = places.into_iter().collect();
            // From the end, so that the rows before keep their places.
            for place in places.iter().rev() {
                place.leave_out(&mut json);
            }
        }
        Err(Refused(left_out.into_iter().map(|left_out| left_out.fault).collect()))
    }
}

/// What can be left out of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Row { list: String, index: usize },
    Setting(String),
}

impl Place {
    /// The row or setting that a path lies in.
    fn of(path: &str) -> Option<Place> {
        let path = path.strip_prefix("$.")?;
        if let Some(member) = path.strip_prefix("settings.") {
            let end = member.find(['.', '[']).unwrap_or(member.len());
            return Some(Place::Setting(member[..end].to_owned()));
        }
        let (list, rest) = path.split_once('[')?;
        let (index, _) = rest.split_once(']')?;
        Some(Place::Row { list: list.to_owned(), index: index.parse().ok()? })
    }

    /// The list, and what the row is of.
    fn named(&self, json: &Json) -> (String, Option<String>) {
        match self {
            Place::Setting(name) => ("settings".to_owned(), Some(name.clone())),
            Place::Row { list, index } => {
                let row = match get(json, list) {
                    Some(Json::List(rows)) => rows.get(*index),
                    _ => None,
                };
                let event = row.and_then(|row| get(row, "event"));
                let of = [row.and_then(|row| get(row, "ref")), event.and_then(|event| get(event, "ref"))];
                let who = [row.and_then(|row| get(row, "employee_id")), row.and_then(|row| get(row, "id"))];
                let of = of.into_iter().chain(who).flatten().find_map(|value| match value {
                    Json::Number(number) => Some(number.to_string()),
                    Json::Text(text) => Some(text.chars().take(64).collect()),
                    _ => None,
                });
                (list.clone(), of)
            }
        }
    }

    fn leave_out(&self, json: &mut Json) {
        match self {
            Place::Setting(name) => {
                if let Some(Json::Object(settings)) = member(json, "settings") {
                    settings.retain(|(key, _)| key != name);
                }
            }
            Place::Row { list, index } => {
                let Some(Json::List(rows)) = member(json, list) else { return };
                if *index >= rows.len() {
                    return;
                }
                let mut row = rows.remove(*index);
                if ABSENCES.contains(&list.as_str())
                    && let Some(Json::Text(id)) = member(&mut row, "employee_id")
                {
                    let id = id.clone();
                    set_inactive(json, &id);
                }
            }
        }
    }
}

fn get<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    match json {
        Json::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
        _ => None,
    }
}

fn member<'a>(json: &'a mut Json, name: &str) -> Option<&'a mut Json> {
    match json {
        Json::Object(members) => members.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value),
        _ => None,
    }
}

fn set_inactive(json: &mut Json, id: &str) {
    let Some(Json::List(employees)) = member(json, "employees") else { return };
    for employee in employees {
        if !matches!(member(employee, "id"), Some(Json::Text(found)) if found == id) {
            continue;
        }
        if let Json::Object(members) = employee {
            members.retain(|(key, _)| key != "active");
            members.push(("active".to_owned(), Json::Bool(false)));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn club() -> Value {
        json!({
            "club": {"id": "1", "time_zone": "UTC"}, "today": "2026-11-23",
            "employees": [
                {"id": "A", "name": "Avery", "job_title": "Club Supervisor"},
                {"id": "B", "name": "Blake", "job_title": "Event Specialist"},
            ],
            "weekly_availability": [{"employee_id": "A", "days": {"mon": true}}],
            "time_off": [{"employee_id": "B", "start": "2026-12-01", "end": "2026-12-02"}],
            "holidays": ["2026-11-26"],
            "rotations": [{"day": "mon", "rotation": "primary_lead", "employee_id": "A"}],
            "events": [
                {"ref": 1, "name": "V2-CORE", "start": "2026-11-24T00:00", "due": "2026-12-04T00:00"},
                {"ref": 2, "name": "V2-CORE", "start": "2026-11-24T00:00", "due": "2026-12-04T00:00"},
            ],
            "posted": [{
                "event": {"ref": 3, "name": "V2-CORE", "start": "2026-11-24T00:00", "due": "2026-12-04T00:00"},
                "employee_id": "B", "start": "2026-11-25T10:15",
            }],
        })
    }

    /// What is left out when the member at a pointer is something else.
    #[track_caller]
    fn check(pointer: &str, odd: Value, expected: &[&str]) -> Snapshot {
        let mut document = club();
        let (above, name) = pointer.rsplit_once('/').expect("a pointer");
        document.pointer_mut(above).expect("there")[name] = odd;
        let usable = Snapshot::parse_usable(document.to_string().as_bytes()).expect("usable");
        let paths: Vec<&str> = usable.left_out.iter().map(|left| left.fault.path.as_str()).collect();
        assert_eq!(paths, expected, "{pointer}");
        usable.snapshot
    }

    #[test]
    fn a_row_that_cannot_be_used_is_left_out_and_named() {
        let whole = Snapshot::parse_usable(club().to_string().as_bytes()).expect("usable");
        assert!(whole.left_out.is_empty());
        let read = check("/events/0/estimated_minutes", json!(20_000), &["$.events[0].estimated_minutes"]);
        assert_eq!(read.events.iter().map(|event| event.event_ref.0).collect::<Vec<_>>(), [2]);
        let mut document = club();
        document["events"][1]["estimated_minutes"] = json!(20_000);
        document["time_off"][0]["end"] = json!("2026-11-01");
        let usable = Snapshot::parse_usable(document.to_string().as_bytes()).expect("usable");
        let words: Vec<String> = usable.left_out.iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "events 2: found 20000, expected minutes, a whole number from 1 to 10080",
                "time_off B: found \"2026-11-01\", expected a date not before the start, 2026-12-01",
            ]
        );
        let read = check("/events/1/due", json!("2026-11-01T00:00"), &["$.events[1].due"]);
        assert_eq!(read.events.iter().map(|event| event.event_ref.0).collect::<Vec<_>>(), [1]);
        check("/events/1/ref", json!(1), &["$.events[1].ref"]);
        check("/holidays", json!(["2026-11-26", "+262142-01-01"]), &["$.holidays[1]"]);
        check("/posted/0/block", json!(9), &["$.posted[0].block"]);
        let read = check("/settings", json!({"buffer_days": -1, "horizon_days": 14}), &["$.settings.buffer_days"]);
        assert_eq!((read.settings.buffer_days, read.settings.horizon_days), (3, 14));
        check("/settings", json!({"weights": {"scheduled": 9}}), &["$.settings.weights.scheduled"]);
    }

    #[test]
    fn what_speaks_of_somebody_who_is_left_out_goes_too() {
        let paths = ["$.employees[1].name", "$.posted[0].employee_id", "$.time_off[0].employee_id"];
        let read = check("/employees/1/name", json!("x".repeat(2_000)), &paths);
        assert_eq!(read.employees.len(), 1);
    }

    #[test]
    fn who_has_an_absence_that_cannot_be_read_is_given_nothing_new() {
        let path = ["$.time_off[0].end"];
        let read = check("/time_off/0/end", json!("2026-11-01"), &path);
        assert_eq!(read.employees.iter().map(|e| e.active).collect::<Vec<_>>(), [true, false]);
        let read = check("/weekly_availability/0/days", json!({"mon": 7}), &["$.weekly_availability[0].days.mon"]);
        assert_eq!(read.employees.iter().map(|e| e.active).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn what_is_no_snapshot_at_all_is_refused() {
        for (pointer, odd) in [("/today", json!("soon")), ("/events", json!(7)), ("/club", json!(null))] {
            let mut document = club();
            document[&pointer[1..]] = odd;
            assert!(Snapshot::parse_usable(document.to_string().as_bytes()).is_err(), "{pointer}");
        }
        assert!(Snapshot::parse_usable(b"{").is_err());
    }
}
