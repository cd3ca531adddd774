//! Tests of `muster solve --record` and `muster replay`: a replayed solve, a record that was tampered with, and other
//! weights.

use serde_json::{Value, json};

use super::{muster, scratch, small_club, text};

/// Solves the small club with `--record`. Returns the path and the content of the record.
fn record(name: &str) -> (std::path::PathBuf, Value) {
    let path = scratch(name);
    let arguments = ["solve", "-", "--record", path.to_str().expect("a path")];
    let solved = muster(&arguments, small_club().to_string().as_bytes());
    assert_eq!(solved.status.code(), Some(0), "{}", text(&solved.stderr));
    let written = std::fs::read(&path).expect("a record");
    (path, serde_json::from_slice(&written).expect("JSON"))
}

fn replay(record: &Value, options: &[&str]) -> std::process::Output {
    muster(&[&["replay", "-"], options].concat(), record.to_string().as_bytes())
}

#[test]
fn the_replay_of_a_recorded_solve_is_identical_and_the_record_has_its_provenance() {
    let (path, record) = record("replayed.json");
    let output = muster(&["replay", path.to_str().expect("a path")], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("Identical: every line and the score are the same."));
    let provenance = &record["provenance"];
    assert_eq!((&provenance["threads"], &provenance["versions"]["rulebook"]), (&json!(1), &json!("3")));
    assert_eq!(provenance["snapshot"]["digest"].as_str().map(str::len), Some(64));
}

#[test]
fn a_changed_version_is_named_and_another_score_is_exit_code_1() {
    let (_, mut record) = record("versions.json");
    record["provenance"]["versions"]["highs"] = json!("1.2.3");
    let output = replay(&record, &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("HiGHS changed from 1.2.3 to"), "{}", text(&output.stdout));
    // A record with another answer than the solver gives, and with the digest of that answer.
    let answer = record["answer"].as_str().expect("a text");
    let score = serde_json::from_str::<Value>(answer).expect("JSON")["score"].to_string();
    let answer = answer.replacen(&format!("\"score\":{score}"), "\"score\":1.0", 1);
    record["provenance"]["answer"]["digest"] = json!(store::provenance::ContentDigest::of(answer.as_bytes()));
    record["answer"] = json!(answer);
    let output = replay(&record, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("Different: "), "{}", text(&output.stdout));
}

#[test]
fn tampered_records_and_other_documents_are_refused() {
    let (_, record) = record("tampered.json");
    for document in ["snapshot", "answer"] {
        let mut other = record.clone();
        let changed = other[document].as_str().expect("a text").replacen("2026-11-24", "2026-11-25", 1);
        other[document] = json!(changed);
        let output = replay(&other, &[]);
        assert_eq!(output.status.code(), Some(2), "{document}");
        assert!(text(&output.stderr).contains("is not the one of the run: its digest is"), "{}", text(&output.stderr));
    }
    let output = replay(&small_club(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is not the record of a run"), "{}", text(&output.stderr));
}

#[test]
fn other_weights_are_compared_and_unknown_ones_refused() {
    let (_, record) = record("weights.json");
    let output = replay(&record, &["--weights", "scheduled=0,urgency=0"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("placed before"), "{}", text(&output.stdout));
    for wrong in ["justice=2", "fairness", "fairness=9"] {
        assert_eq!(replay(&record, &["--weights", wrong]).status.code(), Some(2), "{wrong}");
    }
}
