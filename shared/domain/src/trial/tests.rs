//! Tests of trials: how a change is applied to a snapshot or refused, and how two plans are compared.

use serde_json::{Value, json};

use super::*;
use crate::club::Club;
use crate::fixture;

const CLUB: &str = "person A specialist
    person B specialist
    weekly B mon=no
    off A 24..26
    override A 27..29 fri=no
    posted 1 Core 20..28 A 23 block=1
    event 10 Core 22..28
    event 11 Core 22..28
    locked 25";

fn snapshot() -> Snapshot {
    Snapshot::parse(fixture::snapshot(CLUB).to_string().as_bytes()).expect("a snapshot")
}

fn change(document: &Value) -> Change {
    Change::parse(document.to_string().as_bytes()).expect("a change")
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a date")
}

/// Whether somebody is available on a day of November.
fn is_available(snapshot: &Snapshot, who: &str, day: u32) -> bool {
    let club = Club::new(snapshot.clone());
    let person = club.find_person(who).expect("a person");
    club.hours(person, club.day_of(date(day)).expect("a day")).is_some()
}

#[test]
fn an_empty_change_leaves_the_snapshot_as_it_is() {
    let snapshot = snapshot();
    assert!(Change::default().is_empty());
    assert_eq!(change(&json!({})).apply(&snapshot, None).expect("fits"), snapshot);
}

#[test]
fn the_members_of_a_change_are_applied_together() {
    let before = snapshot();
    let all = json!({
        "weights": {"fairness": 2.5}, "block_capacity": 3, "buffer_days": 0,
        "time_off": [{"employee_id": "B", "start": "2026-11-26", "end": "2026-11-26"}],
        "working": [
            {"employee_id": "A", "date": "2026-11-25"},
            {"employee_id": "A", "date": "2026-11-27"},
            {"employee_id": "B", "date": "2026-11-23"},
        ],
        "employees": [{"id": "C", "name": "Cam", "job_title": "Lead Event Specialist"}],
        "exceptions": [{"date": "2026-11-24", "rotation": "primary_lead", "employee_id": "C"}],
        "lock": ["2026-11-27"], "unlock": ["2026-11-25"],
        "fixed": [{"ref": 10, "employee_id": "A", "date": "2026-11-24"}],
        "forbidden": [{"ref": 11, "employee_id": "B", "date": "2026-11-24"}],
    });
    let after = change(&all).apply(&before, None).expect("fits");
    assert!((after.settings.weights.of(SoftName::Fairness) - 2.5).abs() < 1e-9);
    assert_eq!((after.settings.block_capacity(), after.settings.buffer_days()), (3, 0));
    assert_eq!(after.locked_days, [date(27)].into());
    assert_eq!((after.wishes.len(), after.unwanted.len(), after.exceptions.len(), after.employees.len()), (1, 1, 1, 3));
    for (who, day, was, is) in [
        ("B", 26, true, false),
        ("A", 24, false, false),
        ("A", 25, false, true),
        ("A", 26, false, false),
        ("A", 27, false, true),
        ("B", 23, false, true),
        ("B", 24, true, true),
    ] {
        assert_eq!((is_available(&before, who, day), is_available(&after, who, day)), (was, is), "{who} on {day}");
    }
    // Somebody saves the change, and asks for the same trial again.
    let again = change(&all).apply(&after, None).expect("the change can be applied again");
    assert_eq!((&again.locked_days, again.employees.len()), (&after.locked_days, after.employees.len()));
}

#[test]
fn every_change_can_be_applied_again_to_a_snapshot_that_has_it() {
    let before = snapshot();
    let cam = json!([{"id": "C", "name": "Cam", "job_title": "Lead Event Specialist"}]);
    let row = json!({"ref": 10, "employee_id": "A", "date": "2026-11-24"});
    for document in [
        json!({"weights": {"fairness": 2.5}}),
        json!({"block_capacity": 3, "buffer_days": 0}),
        json!({"time_off": [{"employee_id": "B", "start": "2026-11-26", "end": "2026-11-27"}]}),
        json!({"availability_overrides": [
            {"employee_id": "B", "start": "2026-11-27", "end": "2026-11-27", "days": {"fri": false}},
        ]}),
        json!({"weekly_availability": [{"employee_id": "B", "days": {"tue": false}}]}),
        json!({"working": [{"employee_id": "A", "date": "2026-11-25"}]}),
        json!({"employees": cam}),
        json!({"employees": cam, "exceptions": [
            {"date": "2026-11-24", "rotation": "primary_lead", "employee_id": "C"},
        ]}),
        json!({"lock": ["2026-11-27"]}),
        json!({"unlock": ["2026-11-25"]}),
        json!({"fixed": [row]}),
        json!({"forbidden": [row]}),
        json!({"callout": {"employee_id": "A", "from": "2026-11-23", "to": "2026-11-23", "moves": "few"}}),
    ] {
        let change = change(&document);
        let apply = |to: &Snapshot| change.apply(to, None).map_err(|refused| format!("{document}: {refused}"));
        let saved = apply(&before).expect("fits");
        assert_ne!(saved, before, "{document}");
        let again = apply(&saved).expect("the change can be applied again");
        // Time off and overrides may then be there twice, which changes nobody's availability.
        let once = |mut snapshot: Snapshot| {
            snapshot.time_off.dedup();
            snapshot.availability_overrides.dedup();
            snapshot
        };
        assert_eq!(once(again), once(saved), "{document}");
    }
}

#[test]
fn a_callout_without_a_moment_has_the_moment_of_the_trial() {
    let before = snapshot();
    let callout = |more: Value| {
        let mut callout = json!({"employee_id": "A", "from": "2026-11-23", "to": "2026-11-23", "moves": "few"});
        callout.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        change(&json!({"callout": callout}))
    };
    let now = before.today.and_hms_opt(9, 41, 30).expect("a time");
    let row = callout(json!({})).apply(&before, Some(now)).expect("fits").callout.expect("a call-out");
    assert_eq!(
        (row.now, row.lead_minutes, row.no_show),
        (before.today.and_hms_opt(9, 41, 0).expect("a time"), 60, false)
    );
    let row = callout(json!({"now": "2026-11-19T07:00:00", "lead_minutes": 0, "no_show": true}));
    let row = row.apply(&before, Some(now)).expect("fits").callout.expect("a call-out");
    assert_eq!((row.now, row.lead_minutes, row.no_show), (before.today.and_hms_opt(7, 0, 0).expect("a time"), 0, true));
}

#[test]
fn an_invalid_change_is_refused_with_its_path() {
    let before = snapshot();
    for (document, path) in [
        (json!({"weights": {"fairnes": 1}}), "weights.fairnes"),
        (json!({"weights": {"fairness": 5.1}}), "weights.fairness"),
        (
            json!({"time_off": [{"employee_id": "Z", "start": "2026-11-26", "end": "2026-11-26"}]}),
            "time_off[0].employee_id",
        ),
        (json!({"time_off": [{"employee_id": "A", "start": "2026-11-26", "end": "2026-11-25"}]}), "time_off[1]"),
        (json!({"fixed": [{"ref": 99, "employee_id": "A", "date": "2026-11-24"}]}), "fixed[0].ref"),
        (
            json!({"callout": {"employee_id": "Z", "from": "2026-11-23", "to": "2026-11-23", "moves": "none"}}),
            "callout.employee_id",
        ),
        (
            json!({"callout": {"employee_id": "A", "from": "2026-11-23", "to": "2026-11-22", "moves": "none"}}),
            "callout.to",
        ),
        (json!({"block_capacity": 0}), "settings.block_capacity"),
        (json!({"working": vec![json!({"employee_id": "A", "date": "2026-11-24"}); 51]}), "working"),
    ] {
        let refused = change(&document).apply(&before, None).expect_err(path);
        let paths: Vec<&str> = refused.0.iter().map(|fault| fault.path.trim_start_matches("$.")).collect();
        assert!(paths.iter().any(|found| found.starts_with(path)), "{path}: {paths:?}");
    }
    assert!(Change::parse(br#"{"weigths": {}}"#).is_err(), "a change with an unknown member is accepted");
    assert!(Change::parse(br#"{"callout": {"employee_id": "A", "from": "2026-11-23", "to": "2026-11-23"}}"#).is_err());
}

#[test]
fn a_comparison_lists_the_lines_and_people_that_differ_and_both_totals() {
    let club = fixture::club(CLUB);
    let plan = |text: &str| Plan::proposed(&fixture::plan(&club, text));
    let (before, after) = (plan("10 B 24, 11 B 27"), plan("10 A 27, 1 drop"));
    let compared = Comparison::new(&before, &after);
    let lines: Vec<(u64, DifferenceKind)> =
        compared.lines.iter().map(|line| (line.event_ref_num.0, line.what)).collect();
    assert_eq!(
        lines,
        [(1, DifferenceKind::LeftOut), (10, DifferenceKind::PersonAndDay), (11, DifferenceKind::LeftOut)]
    );
    assert_eq!(compared.summary, "2 events lose their place, 1 event moves");
    assert_eq!(compared.differing_lines(), 3);
    let people: Vec<_> =
        compared.people.iter().map(|p| (p.employee_id.0.as_str(), p.events, p.days, p.differ)).collect();
    assert_eq!(people, [("A", [1, 1], [1, 1], 2), ("B", [2, 0], [2, 0], 2)]);
    assert_eq!((compared.before.placed, compared.before.not_placed, compared.before.dropped), (2, 0, 0));
    assert_eq!((compared.after.placed, compared.after.not_placed, compared.after.dropped), (1, 1, 1));
    assert_eq!(Comparison::new(&before, &before).summary, "Nothing differs");
    // A heavier weight changes the score but no term.
    let mut heavy = snapshot();
    heavy.settings.weights = heavy.settings.weights.with(SoftName::Scheduled, 2.0);
    let heavy = Club::new(heavy);
    let heavier = Comparison::new(&before, &Plan::proposed(&fixture::plan(&heavy, "10 B 24, 11 B 27")));
    assert_eq!((heavier.lines.len(), heavier.before.terms == heavier.after.terms), (0, true));
    assert!(heavier.before.score < heavier.after.score);
}
