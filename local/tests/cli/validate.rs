//! Tests of `muster validate`: the findings about posted schedules, and their report.

use serde_json::{Value, json};

use super::{muster, small_club, text};

/// The small club with two Core events of one person on one day. At Crossmark, another person has one of them.
fn broken_club() -> Value {
    let mut club = small_club();
    let core = |event_ref: u64, name: &str| {
        json!({"event": {"ref": event_ref, "name": name, "start": "2026-11-20T00:00:00", "due": "2026-11-30T00:00:00"},
               "employee_id": "E2", "start": "2026-11-23T10:15:00"})
    };
    club["posted"] = json!([core(11, "619011-LKD-Oat - V2-CORE"), core(12, "619012-LKD-Salad - V2-CORE")]);
    club["crossmark"] = json!([
        {"ref": 11, "employee_id": "E2", "start": "2026-11-23T10:15:00"},
        {"ref": 12, "employee_id": "E1", "start": "2026-11-23T10:15:00"},
    ]);
    club
}

fn validate(club: &Value, options: &[&str]) -> std::process::Output {
    muster(&[&["validate", "-"], options].concat(), club.to_string().as_bytes())
}

#[test]
fn findings_are_printed_by_week_with_names_and_exit_code_0() {
    let output = validate(&broken_club(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    let core = ["Core 11 \"619011-LKD-Oat - V2-CORE\"", "Core 12 \"619012-LKD-Salad - V2-CORE\""];
    let expected = format!(
        "What is posted at club 9001 on Thu 19 Nov\n\
         Health 90 of 100: 1 critical, 1 warning, 0 for information\n\n\
         Week of Sun 22 Nov\n  \
         Mon 23 Nov  critical H3   Blake works 2 Core on Mon 23 Nov, more than 1: {} and {} (Blake Marsh, E2)\n  \
         Mon 23 Nov  warning W12   {} is with Blake on Mon 23 Nov at 10:15 am in Muster and with Avery on Mon 23 Nov \
         at 10:15 am at Crossmark (Blake Marsh, E2)\n",
        core[0], core[1], core[1]
    );
    assert_eq!(text(&output.stdout), expected);
    let good = validate(&small_club(), &["--week", "2026-11-22"]);
    let printed = text(&good.stdout);
    assert_eq!(good.status.code(), Some(0));
    assert!(
        printed.contains("on Thu 19 Nov, week of Sun 22 Nov\n") && printed.contains("Nothing is wrong"),
        "{printed}"
    );
}

#[test]
fn the_findings_are_json_on_request() {
    let read = |options: &[&str]| -> Value {
        let output = validate(&broken_club(), options);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("only JSON")
    };
    let all = read(&["--json"]);
    assert_eq!(all["health"], 90);
    let short = |finding: &Value| json!([finding["rule"], finding["date"], finding["employee_id"], finding["refs"]]);
    let findings: Vec<Value> = all["findings"].as_array().expect("a list").iter().map(short).collect();
    assert_eq!(findings, [json!(["H3", "2026-11-23", "E2", [11, 12]]), json!(["W12", "2026-11-23", "E2", [12]])]);
    assert_eq!(read(&["--json", "--week", "2026-11-22"]), all);
    assert_eq!(read(&["--json", "--week", "2026-11-15"]), json!({"health": 100, "findings": []}));
}

#[test]
fn a_week_that_begins_on_another_day_than_sunday_and_an_invalid_snapshot_are_refused() {
    for (week, words) in [("2026-11-23", "2026-11-22"), ("soon", "a date"), ("2026-02-30", "a date")] {
        let output = validate(&broken_club(), &["--week", week]);
        assert_eq!(output.status.code(), Some(2), "{week}");
        assert!(text(&output.stderr).contains(words) && output.stdout.is_empty(), "{}", text(&output.stderr));
    }
    let mut club = broken_club();
    club["crossmark"][0]["start"] = json!("noon");
    club["listed"] = json!([-1]);
    let output = validate(&club, &[]);
    let printed = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    for words in ["$.crossmark[0].start: found \"noon\", expected a local date and time", "$.listed[0]: found -1"] {
        assert!(printed.contains(words), "should say {words:?}:\n{printed}");
    }
}
