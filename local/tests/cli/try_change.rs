//! Tests of `muster try`: the effect of a change, and its report.

use serde_json::{Value, json};

use super::{muster, scratch, small_club};

/// The small club with a Core posted in its horizon.
fn club() -> Value {
    let mut club = small_club();
    let core = json!({
        "event": {"ref": 5, "name": "619005-LKD-Pear - V2-CORE", "start": "2026-11-20T00:00:00", "due": "2026-11-30T00:00:00"},
        "employee_id": "E2", "start": "2026-11-27T10:15:00", "block": 1,
    });
    club["posted"].as_array_mut().expect("posted").push(core);
    club
}

fn try_change(change: &Value, options: &[&str]) -> std::process::Output {
    let snapshot = scratch("try.json");
    std::fs::write(&snapshot, club().to_string()).expect("written");
    muster(&[&["try", &snapshot.display().to_string(), "-"], options].concat(), change.to_string().as_bytes())
}

/// The comparison that `muster try --json` prints for a change.
fn comparison(change: &Value) -> Value {
    let output = try_change(change, &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn nothing_differs_without_a_change_or_with_a_weight_that_changes_nothing() {
    for change in [json!({}), json!({"weights": {"fairness": 2}})] {
        let found = comparison(&change);
        assert_eq!((&found["summary"], &found["lines"]), (&json!("Nothing differs"), &json!([])), "{change}");
        assert_eq!((&found["status"], &found["before"]), (&json!("optimal"), &found["after"]));
    }
}

#[test]
fn the_comparison_with_locked_days_lists_the_events_that_are_left_out() {
    let before = comparison(&json!({}));
    let all: Vec<String> = (23..=30).map(|day| format!("2026-11-{day}")).collect();
    let found = comparison(&json!({"lock": all}));
    let lost =
        found["before"]["placed"].as_u64().expect("a number") - found["after"]["placed"].as_u64().expect("a number");
    assert!(lost > 0, "{found}");
    let left_out = found["lines"].as_array().expect("lines").iter().filter(|line| line["what"] == "left_out");
    assert_eq!(left_out.count() as u64, lost);
    assert_eq!(found["before"], before["before"]);
    let words = String::from_utf8(try_change(&json!({"lock": all}), &[]).stdout).expect("text");
    assert!(words.contains("lose") && words.contains("scheduled"), "{words}");
}

#[test]
fn a_callout_is_compared_with_what_is_posted() {
    let (day, now) = ("2026-11-27", "2026-11-19T07:00:00");
    let callout = json!({"employee_id": "E2", "from": day, "to": day, "now": now, "moves": "none"});
    let found = comparison(&json!({"callout": callout}));
    let refs: Vec<&Value> = found["lines"].as_array().expect("lines").iter().map(|l| &l["event_ref_num"]).collect();
    assert_eq!(refs, [&json!(5)], "expected the event of the absent person on that day: {found}");
    assert_eq!(found["before"]["moved"], 0);
}

#[test]
fn a_time_limit_of_more_than_a_day_is_refused() {
    for limit in ["86401", "18446744073709551615"] {
        let output = try_change(&json!({}), &["--time-limit", limit]);
        assert_eq!(output.status.code(), Some(2), "{limit}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn an_invalid_change_is_refused_with_its_path() {
    for (change, path) in [
        (json!({"weights": {"fairnes": 1}}), "weights.fairnes"),
        (
            json!({"time_off": [{"employee_id": "E99", "start": "2026-11-24", "end": "2026-11-24"}]}),
            "time_off[0].employee_id",
        ),
        (json!({"lockk": []}), "lockk"),
    ] {
        let output = try_change(&change, &[]);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), words.contains(path)), (Some(2), true), "{change}: {words}");
    }
}
