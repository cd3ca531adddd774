//! The look at what is posted: the hard rules, health, ids, order, and properties over broken weeks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Findings, Health, Weeks, check};
use crate::calendar::read_date;
use crate::fixture::{self, finding_texts, findings_in_short, in_short};
use crate::snapshot::Snapshot;

mod always;
pub(super) mod broken;
mod hard;
pub(super) mod naive;

/// The findings of all weeks of a document.
fn look(document: &Value) -> Findings {
    look_at(document, Weeks::ToLastPosted)
}

fn look_at(document: &Value, weeks: Weeks) -> Findings {
    let snapshot = Snapshot::parse(document.to_string().as_bytes()).expect("a legal snapshot");
    check(&snapshot, &snapshot.outside, weeks)
}

fn health(lines: &str) -> u8 {
    look(&fixture::snapshot(lines)).health.points()
}

#[test]
fn each_fault_reduces_health_by_its_share() {
    let people = "person A specialist
        person B specialist
        person C supervisor
        off A 24..24\n";
    for (posted, expected) in [
        ("", 100),
        ("posted 1 Core 20..30 A 23", 100),
        // One warning, 97; one critical, 90; both, 87.3.
        ("posted 1 Core 20..30 C 23", 97),
        ("posted 1 Core 20..30 A 24", 90),
        ("posted 1 Core 20..30 A 24\n posted 2 Core 20..30 C 23", 87),
        // Two findings of one person on one day are one fault with the worst severity: outside the window, and off.
        ("posted 1 Core 25..30 A 24", 90),
        ("posted 1 Core 24..30 C 23", 90),
        // On two days they are two faults: 81. The same for two people on one day.
        ("posted 1 Core 25..30 A 24\n posted 2 Core 25..30 A 23", 81),
        ("posted 1 Core 25..30 B 23\n posted 2 Core 25..30 A 23", 81),
        // A finding without a person is a fault of its own: two H14 and one H7 give 72.9.
        (
            "person D barista\n person E barista
            posted 1 Core 20..30 A 23 block=1\n posted 2 Core 20..30 B 23 block=1
            posted 3 JuicerProduction 23..24 D 23\n posted 4 JuicerDeepClean 20..30 E 23
            posted 5 Core 20..30 A 25 block=1\n posted 6 Core 20..30 B 25 block=1",
            73,
        ),
        // A week and one of its days are two faults.
        ("weekly B mon=no\n posted 1 Core 24..30 B 23", 87),
        ("weekly B mon=no\n posted 1 Core 20..30 B 23", 97),
    ] {
        assert_eq!(health(&format!("{people}{posted}")), expected, "{posted}");
    }
}

#[test]
fn info_and_ignored_findings_do_not_reduce_health() {
    let five: String = (22..=26).map(|day| format!("posted {day} Core 10..30 A {day}\n")).collect();
    let findings = look(&fixture::snapshot(&format!("person A specialist\n{five}")));
    assert_eq!(findings.findings.iter().map(in_short).collect::<Vec<_>>(), ["W14 w22 A 22+23+24+25+26"]);
    assert_eq!(findings.health.points(), 100);
    let findings = look(&fixture::snapshot("person C supervisor\n posted 1 Core 24..30 C 23\n holiday 23"));
    assert_eq!(findings.findings.iter().map(in_short).collect::<Vec<_>>(), ["W1 23 C 1", "W3 23 1", "W9 23 C 1"]);
    let without =
        |rules: &[&str]| Health::of(findings.findings.iter().filter(|f| !rules.contains(&f.rule.id()))).points();
    assert_eq!([without(&[]), without(&["W3"]), without(&["W1"]), without(&["W1", "W3"])], [81, 90, 87, 97]);
    assert_eq!(without(&["W1", "W3", "W9"]), 100);
}

#[test]
fn an_id_is_derived_from_rule_days_person_and_refs_and_never_changes() {
    let id = |lines: &str| {
        let findings = look(&fixture::snapshot(lines)).findings;
        findings.iter().map(|f| f.id.to_string()).collect::<Vec<_>>().join(" ")
    };
    // Written out, because an ignored finding is stored by its id.
    let rows = [
        ("holiday 24\n person A specialist\n posted 1 Core 20..30 A 24", "W3-2026-11-24-08549307b5086904"),
        ("person C supervisor\n posted 1 Core 20..30 C 24", "W9-2026-11-24-0c69e219ab087f5b"),
        (
            "person L lead\n person A specialist\n rotation lead tue L\n off L 24..24\n posted 1 Core 20..30 A 24",
            "W11-2026-11-24-primary-lead",
        ),
        ("as_of 1\n now 19", "W13"),
        ("person A specialist\n weekly A tue=no\n posted 1 Core 20..30 A 24", "W15-w2026-11-22-faee0419a115a5b9"),
    ];
    for (lines, expected) in rows {
        assert_eq!(id(lines), expected, "{lines}");
    }
    let pair = "person A specialist\n person C supervisor
        posted 1 Core 20..30 A 24 number=619001
        posted 2 Supervisor 20..30 C 26 number=619001";
    assert!(id(pair).starts_with("H10-2026-11-26-2026-11-24-"), "{}", id(pair));
    // The day that it belongs to moves on, but the id does not.
    for (today, belongs) in [(19, "H10 24 C 1+2"), (24, "H10 24 C 1+2"), (25, "H10 26 C 1+2"), (26, "H10 26 C 1+2")] {
        let later = format!("today {today}\n{pair}");
        let ids = id(&later);
        assert!(ids.split(' ').any(|one| one == id(pair)), "{ids}");
        assert_eq!(findings_in_short(&later, "H10"), belongs);
    }
}

#[test]
fn a_look_covers_one_week_or_all_to_the_last_posted_one() {
    let club = fixture::snapshot(
        "person C supervisor
        as_of 1\n now 19
        posted 1 Core 10..40 C 18
        posted 2 Core 10..40 C 20
        posted 3 Core 10..40 C 28
        posted 4 Core 10..40 C 39
        event 5 Core 10..20",
    );
    let all = |weeks| look_at(&club, weeks).findings.iter().map(in_short).collect::<Vec<_>>().join(", ");
    let of = |date: &str| all(Weeks::Of(read_date(date).expect("a date")));
    assert_eq!(all(Weeks::ToLastPosted), "W13, W4 19 5, W9 20 C 2, W9 28 C 3, W9 39 C 4");
    assert_eq!(of("2026-11-15"), "W13, W4 19 5, W9 20 C 2");
    assert_eq!(of("2026-11-21"), "W13, W4 19 5, W9 20 C 2");
    assert_eq!(of("2026-11-22"), "W13, W9 28 C 3");
    assert_eq!(of("2026-11-29"), "W13");
    assert_eq!(of("2026-12-06"), "W13, W9 39 C 4");
    assert_eq!(of("2026-11-08"), "W13");
}

#[test]
fn findings_are_written_with_a_date_or_a_week() {
    let club = "person C supervisor\n weekly C mon=no\n posted 1 Core 20..30 C 23\n as_of 1\n now 19";
    let document = serde_json::to_value(look(&fixture::snapshot(club))).expect("JSON");
    let expected = json!({"health": 91, "findings": [
        {"id": "W13", "rule": "W13", "severity": "warning", "employee_id": null, "refs": [],
         "text": "the club's events were last read from Crossmark on Sun 1 Nov at 7:00 am, more than 24 hours ago"},
        {"id": document["findings"][1]["id"], "rule": "W15", "severity": "warning", "week": "2026-11-22",
         "employee_id": "C", "refs": [1],
         "text": "C works outside their weekly availability in the week of Sun 22 Nov: \
                  Core 1 \"600001-LKD-P1 - V2\" on Mon 23 Nov at 10:15 am"},
        {"id": document["findings"][2]["id"], "rule": "W9", "severity": "warning", "date": "2026-11-23",
         "employee_id": "C", "refs": [1],
         "text": "C is a Club Supervisor and works Core 1 \"600001-LKD-P1 - V2\" on Mon 23 Nov"},
    ]});
    assert_eq!(document, expected);
}

#[test]
fn the_members_about_crossmark_are_read_strictly_and_written_as_they_were_read() {
    let good = fixture::snapshot("person A specialist\n listed 2 1\n crossmark 3 Z 24\n as_of 18\n now 19 at=07:30");
    let snapshot = Snapshot::parse(good.to_string().as_bytes()).expect("a legal snapshot");
    assert_eq!(snapshot.unread, [""; 0]);
    let written = serde_json::to_value(&snapshot).expect("JSON");
    let expected = json!({
        "listed": [1, 2], "crossmark": [{"ref": 3, "employee_id": "Z", "start": "2026-11-24T10:15:00"}],
        "events_as_of": "2026-11-18T07:00:00", "now": "2026-11-19T07:30:00",
    });
    for (member, value) in expected.as_object().expect("members") {
        assert_eq!(&written[member], value, "{member}");
    }
    let without = fixture::snapshot("person A specialist");
    let written = Snapshot::parse(without.to_string().as_bytes()).map(|s| serde_json::to_value(s).expect("JSON"));
    assert!(expected.as_object().expect("members").keys().all(|k| written.as_ref().is_ok_and(|w| w.get(k).is_none())));

    let row = |row: Value| json!([row]);
    for (member, value, path) in [
        ("listed", json!(1), "$.listed"),
        ("listed", json!(["1"]), "$.listed[0]"),
        ("listed", json!([-1]), "$.listed[0]"),
        ("crossmark", json!({}), "$.crossmark"),
        ("crossmark", row(json!(1)), "$.crossmark[0]"),
        ("crossmark", row(json!({"employee_id": "A", "start": "2026-11-24T10:15:00"})), "$.crossmark[0].ref"),
        ("crossmark", row(json!({"ref": 1, "start": "2026-11-24T10:15:00"})), "$.crossmark[0].employee_id"),
        ("crossmark", row(json!({"ref": 1, "employee_id": "A", "start": "24.11."})), "$.crossmark[0].start"),
        (
            "crossmark",
            json!([{"ref": 1, "employee_id": "A", "start": "2026-11-24T10:15"},
                   {"ref": 1, "employee_id": "A", "start": "2026-11-24T10:15"}]),
            "$.crossmark[1].ref",
        ),
        ("events_as_of", json!("2026-11-18"), "$.events_as_of"),
        ("events_as_of", json!("2026-11-18T07:00:00Z"), "$.events_as_of"),
        ("now", json!(7), "$.now"),
    ] {
        let mut bad = without.clone();
        bad[member] = value.clone();
        let refused = Snapshot::parse(bad.to_string().as_bytes()).expect_err("a fault");
        let paths: BTreeSet<&str> = refused.0.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, BTreeSet::from([path]), "{member}: {value}");
    }
    // Null is the same as missing.
    let mut none = without.clone();
    for member in ["listed", "crossmark", "events_as_of", "now"] {
        none[member] = Value::Null;
    }
    assert!(Snapshot::parse(none.to_string().as_bytes()).is_ok());
}

#[test]
fn a_finding_names_people_by_name_and_not_by_id() {
    let club = "person A specialist\n person A-lead lead\n posted 1 Core 20..30 A 24\n posted 2 Core 20..30 A 24";
    let words = finding_texts(club, "H3");
    assert_eq!(words.len(), 1);
    assert!(words[0].starts_with("A works 2 Core on Tue 24 Nov, more than 1: Core 1 "), "{words:?}");
}
