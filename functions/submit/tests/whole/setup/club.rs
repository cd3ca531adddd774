//! The club of every test, in the table and at the simulator, and short forms of lines.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::America::Indiana::Indianapolis;
use serde_json::{Value, json};
use simulator::{Condition, Event, Person, PostedSchedule, Seed};
use store::lines::LineKind;

/// A line in short: kind, event, place (person and start), group, and the events of its dependencies.
#[derive(Debug, Clone)]
pub struct LinePlan {
    pub kind: LineKind,
    pub event: u64,
    pub place: Option<(&'static str, &'static str)>,
    pub group: u32,
    pub depends_on: Vec<u64>,
}

pub fn new_line(event: u64, who: &'static str, start: &'static str) -> LinePlan {
    LinePlan { kind: LineKind::New, event, place: Some((who, start)), group: 0, depends_on: Vec::new() }
}

pub fn moved_line(event: u64, who: &'static str, start: &'static str) -> LinePlan {
    LinePlan { kind: LineKind::Moved, ..new_line(event, who, start) }
}

pub fn dropped_line(event: u64) -> LinePlan {
    LinePlan { kind: LineKind::Dropped, event, place: None, group: 0, depends_on: Vec::new() }
}

/// A line with one that depends on it, two moves that depend on each other, and a dropped schedule.
pub fn chained_lines() -> Vec<LinePlan> {
    vec![
        new_line(101, "E02", "2026-11-28T10:15:00"),
        new_line(102, "E02", "2026-11-28T10:30:00").after(&[101]),
        moved_line(201, "E01", "2026-12-01T10:15:00").after(&[202]),
        moved_line(202, "E03", "2026-11-30T10:15:00").after(&[201]),
        dropped_line(203),
    ]
}

impl LinePlan {
    pub fn after(self, dependencies: &[u64]) -> LinePlan {
        LinePlan { depends_on: dependencies.to_vec(), ..self }
    }

    pub fn in_group(self, group: u32) -> LinePlan {
        LinePlan { group, ..self }
    }
}

pub fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a start")
}

fn facts(event: u64) -> Value {
    json!({
        "ref": event, "name": format!("619{event:03}-LKD-AF-Salad (2512{event:05}) - V2-CORE"), "type": "Core",
        "start": "2026-10-25T00:00:00", "due": "2026-12-10T00:01:00", "estimated_minutes": 390, "auto": true
    })
}

const POSTED: [(u64, &str, &str); 3] =
    [(201, "E01", "2026-11-30T10:15:00"), (202, "E03", "2026-12-01T10:15:00"), (203, "E02", "2026-12-02T10:15:00")];

pub fn rep(employee: &str) -> u64 {
    150_000 + employee[1..].parse::<u64>().expect("a number")
}

pub fn club() -> Value {
    let posted = POSTED.map(|(event, who, start)| {
        json!({"event": facts(event), "employee_id": who, "start": start, "block": 1,
               "scheduled_event_id": 55_000_000 + event})
    });
    let employees = ["E01", "E02", "E03", "E04"]
        .map(|id| json!({"id": id, "name": id, "job_title": "Lead Event Specialist", "rep_id": rep(id)}));
    let events = [101, 102, 103, 104, 105, 106].map(facts);
    json!({
        "club": {"id": "8135", "name": "Club 8135", "time_zone": "America/Indiana/Indianapolis", "location_id": 160_001},
        "today": "2026-11-23", "employees": employees, "events": events, "posted": posted,
    })
}

pub fn seed() -> Seed {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let event = |plan_id: u64| Event {
        plan_id,
        name: format!("event {plan_id}"),
        start: day("2026-10-25"),
        due: day("2026-12-10"),
        condition: Condition::Unstaffed,
        estimated_minutes: Some(390),
        staffed_reps: String::new(),
        stale_condition: plan_id.is_multiple_of(2),
    };
    let person = |id: &str| Person { rep_id: rep(id), employee_id: id.to_owned(), name: format!("Name of {id}") };
    Seed {
        location_id: 160_001,
        store_number: "8135".to_owned(),
        store_name: "Club 8135".to_owned(),
        time_zone: Indianapolis,
        people: ["E01", "E02", "E03", "E04"].map(person).to_vec(),
        events: [101, 102, 103, 104, 105, 106, 201, 202, 203].map(event).to_vec(),
        posted: POSTED
            .map(|(plan_id, who, start)| PostedSchedule {
                id: 55_000_000 + plan_id,
                plan_id,
                rep_id: rep(who),
                start: at(start),
                end: at(start) + TimeDelta::minutes(390),
            })
            .to_vec(),
    }
}
