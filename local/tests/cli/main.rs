//! Tests of the command line: output, error messages and exit codes.
#![allow(clippy::expect_used)]

mod help;
mod reach;
mod replays;
mod terminal;
mod try_change;
mod validate;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn muster(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("muster starts");
    // The pipe may be closed, because a command that fails early does not read its input.
    _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("muster ends")
}

/// The path of a file or folder for the tests' own use.
fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// A club of two people and three events, one of which cannot be placed.
fn small_club() -> Value {
    json!({
        "club": {"id": "9001", "name": "Club 9001", "time_zone": "America/Indiana/Indianapolis"},
        "today": "2026-11-19",
        "settings": {"horizon_days": 9},
        "employees": [
            {"id": "E1", "name": "Avery Quill", "job_title": "Lead Event Specialist"},
            {"id": "E2", "name": "Blake Marsh", "job_title": "Event Specialist"}
        ],
        "weekly_availability": [{"employee_id": "E2", "days": {"tue": {"from": "08:00", "to": "17:30"}, "wed": false}}],
        "time_off": [{"employee_id": "E1", "start": "2026-11-25", "end": "2026-11-26"}],
        "holidays": ["2026-11-26"],
        "rotations": [{"day": "tue", "rotation": "primary_lead", "employee_id": "E1"}],
        "exceptions": [{"date": "2026-11-27", "rotation": "primary_lead", "employee_id": "E1"}],
        "events": [
            {"ref": 1, "name": "619001-LKD-Salad (251200500001) - V2-CORE", "start": "2026-11-24T00:00:00",
             "due": "2026-11-26T00:01:00", "estimated_minutes": 390},
            {"ref": 2, "name": "Freeosk", "start": "2026-11-24T00:00:00", "due": "2026-11-25T00:01:00"},
            {"ref": 3, "name": "619003-LKD-Oat (251200500003) - V2-CORE", "start": "2026-11-26T00:00:00",
             "due": "2026-11-27T00:01:00"}
        ],
        "posted": [{"event": {"ref": 4, "name": "x core", "start": "2026-11-01T00:00:00", "due": "2026-11-08T00:00:00"},
                    "employee_id": "E2", "start": "2026-11-05T10:15:00", "block": 1}],
        "affinity": [{"employee_id": "E1", "ref": 1, "score": 0.5}]
    })
}

fn solve(snapshot: &Value) -> Output {
    muster(&["solve", "-"], snapshot.to_string().as_bytes())
}

/// Asserts that `muster solve` refuses a snapshot with these words, and writes no answer.
#[track_caller]
fn assert_refused(snapshot: &[u8], words: &[&str]) {
    let answer = scratch(&format!("never-{}.json", std::panic::Location::caller().line()));
    _ = std::fs::remove_file(&answer);
    let output = muster(&["solve", "-", "--answer", &answer.display().to_string()], snapshot);
    let printed = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    assert!(!answer.exists(), "an answer to a refused snapshot");
    assert!(printed.len() < 12_000, "a message of {} bytes", printed.len());
    for word in words {
        assert!(printed.contains(word), "should say {word:?}:\n{printed}");
    }
}

/// Asserts that the small club is refused with these words if this value is at the pointer.
#[track_caller]
fn assert_refused_with(pointer: &str, value: Value, words: &[&str]) {
    let mut snapshot = small_club();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match snapshot.pointer_mut(parent).expect("a place") {
        Value::Object(members) => _ = members.insert(key.into(), value),
        Value::Array(items) => match key {
            "-" => items.push(value),
            at => items[at.parse::<usize>().expect("an index")] = value,
        },
        other => unreachable!("{other}"),
    }
    assert_refused(snapshot.to_string().as_bytes(), words);
}

#[test]
fn a_schedule_is_printed_with_its_proof_and_its_unplaced_events() {
    let output = solve(&small_club());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "progress in a pipe: {}", text(&output.stderr));
    let printed = text(&output.stdout);
    for words in [
        "2 of 3 events placed",
        "the best schedule there can be",
        "Tue 24 Nov",
        "Avery Quill",
        "block 1",
        "no valid day: Thu 26 Nov is a holiday",
        "H1",
        "scheduled",
    ] {
        assert!(printed.contains(words), "should say {words:?}:\n{printed}");
    }
    assert!(!printed.contains('\x1b'), "colours in a pipe:\n{printed}");
}

#[test]
fn the_complete_answer_is_written_and_passes_the_check() {
    let (snapshot, answer) = (scratch("small.json"), scratch("answer.json"));
    std::fs::write(&snapshot, small_club().to_string()).expect("written");
    let (snapshot, answer) = (snapshot.display().to_string(), answer.display().to_string());
    let solved = muster(&["solve", &snapshot, "--answer", &answer, "--explain"], b"");
    assert_eq!(solved.status.code(), Some(0), "{}", text(&solved.stderr));
    let written: Value = serde_json::from_slice(&std::fs::read(&answer).expect("an answer")).expect("JSON");
    assert_eq!(written["status"], "optimal");
    assert_eq!(written["score"], written["bound"]);
    let sum: f64 = written["terms"].as_object().expect("terms").values().filter_map(Value::as_f64).sum();
    assert!((sum - written["score"].as_f64().expect("a score")).abs() < 1e-9);
    assert_eq!(written["placements"][0]["why"]["terms"]["scheduled"], 1000.0);
    let checked = muster(&["check", &snapshot, &answer], b"");
    assert_eq!(checked.status.code(), Some(0), "{}{}", text(&checked.stdout), text(&checked.stderr));

    let mut wrong = written.clone();
    wrong["placements"][0]["employee_id"] = json!("E2");
    wrong["score"] = json!(1.0);
    let judged = muster(&["check", &snapshot, "-"], wrong.to_string().as_bytes());
    assert_eq!(judged.status.code(), Some(2));
    let printed = text(&judged.stdout);
    assert!(printed.contains("the score is claimed as 1"), "{printed}");
}

#[test]
fn standard_input_and_output_take_documents_too() {
    let output = muster(&["solve", "-", "--answer", "-"], small_club().to_string().as_bytes());
    let answer: Value = serde_json::from_slice(&output.stdout).expect("only JSON");
    assert_eq!(answer["unplaced"][0]["reason"]["code"], "no_valid_day");
    let both = muster(&["check", "-", "-"], b"{}");
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn two_solves_give_the_same_bytes_except_for_the_time() {
    let answer = || {
        let output = muster(&["solve", "-", "--answer", "-", "--explain"], small_club().to_string().as_bytes());
        let mut answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        answer["timing_ms"] = Value::Null;
        answer.to_string()
    };
    assert_eq!(answer(), answer());
}

#[test]
fn a_generated_club_can_be_solved_and_is_the_same_for_the_same_seed() {
    let one = muster(&["generate", "--seed", "3", "--events", "40", "--employees", "8", "--tight", "--hours"], b"");
    let again = muster(&["generate", "--seed", "3", "--events", "40", "--employees", "8", "--tight", "--hours"], b"");
    assert_eq!(one.status.code(), Some(0));
    assert_eq!(one.stdout, again.stdout);
    let solved = muster(&["solve", "-", "--time-limit", "20"], &one.stdout);
    assert_eq!(solved.status.code(), Some(0), "{}", text(&solved.stderr));
}

#[test]
fn wrong_usage_is_reported_with_exit_code_2() {
    let rows: [&[&str]; 11] = [
        &[],
        &["solve"],
        &["solve", "/no/such/file"],
        &["solve", "."],
        &["dance"],
        &["solve", "x", "--gap", "-1"],
        &["solve", "x", "--time-limit", "soon"],
        &["generate", "--events", "many"],
        &["generate", "--today", "2026-02-30"],
        &["generate", "--today", "9999-12-31"],
        &["bench", "--ledger", "--files"],
    ];
    for arguments in rows {
        let output = muster(arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
    }
    let nowhere = muster(&["solve", "-", "--answer", "/no/such/folder/a.json"], small_club().to_string().as_bytes());
    assert_eq!(nowhere.status.code(), Some(2), "{}", text(&nowhere.stderr));
}

#[test]
fn a_bench_that_finds_no_snapshot_is_refused() {
    let folder = scratch("without-snapshots");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("other.json"), "{}").expect("a file");
    std::fs::write(folder.join("club.json"), small_club().to_string()).expect("a file");
    let folder = folder.to_str().expect("UTF-8");
    let assert_refused = |arguments: &[&str], words: &str| {
        let output = muster(arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && text(&output.stderr).contains(words), "{}", text(&output.stderr));
    };
    assert_refused(&["bench", folder, "--below", "0"], "found no snapshot of at most 0 kB");
    std::fs::remove_file(Path::new(folder).join("club.json")).expect("a file");
    assert_refused(&["bench", folder], "found no snapshot to measure");
}

#[test]
fn input_that_is_no_snapshot_is_refused() {
    assert_refused(b"", &["standard input", "found nothing", "expected JSON"]);
    assert_refused(b"{\"club\": ", &["EOF", "line 1"]);
    assert_refused(b"[]", &["$: found a list of 0, expected a snapshot"]);
    assert_refused(b"null", &["$: found null"]);
    assert_refused(b"{}", &["$.club", "$.today", "$.employees", "$.events"]);
    assert_refused(b"\xff\xfe{}", &["UTF-8"]);
    assert_refused("[".repeat(50_000).as_bytes(), &["recursion limit"]);
    assert_refused(b"{\"today\": NaN}", &["line 1 column"]);
    let twice = small_club().to_string().replacen("\"today\":", "\"today\":\"2026-11-18\",\"today\":", 1);
    assert_refused(twice.as_bytes(), &["$.today: found the same key twice"]);
}

/// A JSON pointer into a snapshot, an invalid value for it, and words that the error message must contain.
type InvalidValue = (&'static str, Value, &'static [&'static str]);

fn assert_each_refused(rows: Vec<InvalidValue>) {
    for (pointer, value, words) in rows {
        assert_refused_with(pointer, value, words);
    }
}

#[test]
fn every_wrong_member_of_a_club_its_people_and_days_is_named_with_its_path() {
    assert_each_refused(vec![
        ("/club", json!(null), &["$.club: found null"]),
        ("/club/id", json!(9001), &["$.club.id: found 9001"]),
        ("/club/id", json!(""), &["1 to 64 characters"]),
        ("/club/time_zone", json!("Mars/Olympus"), &["$.club.time_zone: found \"Mars/Olympus\"", "IANA"]),
        ("/today", json!("19.11.2026"), &["$.today: found \"19.11.2026\", expected a date"]),
        ("/today", json!("2026-02-30"), &["$.today"]),
        ("/today", json!("9997-01-01"), &["$.today: found \"9997-01-01\"", "not after 9996-12-31"]),
        ("/today", json!("+262142-12-31"), &["$.today"]),
        ("/employees/0/id", json!("x".repeat(65)), &["$.employees[0].id", "1 to 64 characters"]),
        ("/employees/0/id", json!("E#1"), &["$.employees[0].id"]),
        ("/employees", json!({}), &["$.employees: found an object, expected a list"]),
        (
            "/employees/-",
            json!({"id": "E1", "name": "A", "job_title": "Event Specialist"}),
            &["$.employees[2].id", "once"],
        ),
        ("/employees/0/job_title", json!("Boss"), &["$.employees[0].job_title", "Lead Event Specialist"]),
        ("/employees/0/active", json!("yes"), &["$.employees[0].active", "true or false"]),
        ("/employees/0/name", json!("x".repeat(1_001)), &["1001 characters", "at most 1000"]),
        ("/employees/0/termination_date", json!("soon"), &["$.employees[0].termination_date"]),
        (
            "/weekly_availability/-",
            json!({"employee_id": "E2", "days": {}}),
            &["$.weekly_availability[1]", "a second one"],
        ),
        ("/weekly_availability/0/days", json!({"tues": true}), &["weekday"]),
        (
            "/weekly_availability/0/days",
            json!({"tue": "8-14"}),
            &["$.weekly_availability[0].days.tue", "true, false or hours"],
        ),
        (
            "/weekly_availability/0/days",
            json!({"tue": {"from": "14:00", "to": "08:00"}}),
            &["days.tue.to", "a time after 14:00"],
        ),
        (
            "/weekly_availability/0/days",
            json!({"tue": {"from": "00:00", "to": "00:00"}}),
            &["days.tue.to", "a time after 00:00"],
        ),
        ("/weekly_availability/0/days", json!({"tue": {"from": "24:00", "to": "24:00"}}), &["days.tue.from"]),
        ("/weekly_availability/0/days", json!({"tue": {"from": "08:00", "to": "24:01"}}), &["days.tue.to"]),
        ("/weekly_availability/0/days", json!({"tue": {"from": "8:00", "to": "14:00"}}), &["days.tue.from"]),
        (
            "/availability_overrides",
            json!([{"employee_id": "E9", "start": "2026-11-24", "end": "2026-11-23", "days": {}}]),
            &["$.availability_overrides[0].employee_id: found \"E9\"", "$.availability_overrides[0].end"],
        ),
        ("/time_off/0/end", json!("2026-11-24"), &["$.time_off[0].end", "not before"]),
        ("/time_off/0/employee_id", json!("E9"), &["$.time_off[0].employee_id: found \"E9\""]),
        ("/holidays/0", json!("Christmas"), &["$.holidays[0]: found \"Christmas\""]),
        ("/locked_days", json!("2026-11-26"), &["$.locked_days"]),
        ("/rotations/0/day", json!("tuesday"), &["$.rotations[0].day: found \"tuesday\""]),
        ("/rotations/0/rotation", json!("night"), &["$.rotations[0].rotation", "juicer"]),
        ("/rotations/0/employee_id", json!("E2"), &["$.rotations[0].employee_id", "Club Supervisor"]),
        (
            "/rotations/-",
            json!({"day": "tue", "rotation": "primary_lead", "employee_id": "E1"}),
            &["$.rotations[1]", "a second one"],
        ),
        (
            "/rotations/-",
            json!({"day": "mon", "rotation": "juicer", "employee_id": "E1"}),
            &["$.rotations[1].employee_id", "Juicer Production"],
        ),
        (
            "/exceptions/-",
            json!({"date": "2026-11-27", "rotation": "primary_lead", "employee_id": "E1"}),
            &["$.exceptions[1]"],
        ),
    ]);
}

#[test]
fn every_wrong_setting_is_named_with_its_path() {
    assert_each_refused(vec![
        ("/settings/horizon_days", json!(0), &["$.settings.horizon_days: found 0", "from 1"]),
        ("/settings/horizon_days", json!(1e12), &["$.settings.horizon_days"]),
        ("/settings/buffer_days", json!(-1), &["$.settings.buffer_days"]),
        ("/settings/block_capacity", json!(1.5), &["$.settings.block_capacity: found 1.5"]),
        ("/settings/weights", json!({"luck": 1}), &["$.settings.weights.luck", "fairness"]),
        ("/settings/weights", json!({"fairness": 6}), &["$.settings.weights.fairness: found 6", "from 0 to 5"]),
        ("/settings/fixed_day_types", json!(["Corey"]), &["$.settings.fixed_day_types[0]: found \"Corey\""]),
        ("/settings/arrivals", json!(["10:15"]), &["$.settings.arrivals: found a list of 1", "eight blocks"]),
        (
            "/settings/arrivals",
            json!(["10:15", "10:14", "11:00", "11:00", "11:00", "11:00", "11:00", "11:00"]),
            &["$.settings.arrivals", "none earlier than the one before"],
        ),
        (
            "/settings/arrivals",
            json!(["25:15", "10:14", "11:00", "11:00", "11:00", "11:00", "11:00", "11:00"]),
            &["$.settings.arrivals[0]: found \"25:15\""],
        ),
        ("/settings/starts", json!({"Core": "09:00"}), &["$.settings.starts.Core", "Full-day Other"]),
        ("/settings/starts", json!({"Supervisor": "noon"}), &["$.settings.starts.Supervisor: found \"noon\""]),
        ("/settings/closing", json!(20), &["$.settings.closing: found 20"]),
    ]);
}

#[test]
fn every_wrong_member_of_events_schedules_affinity_and_wishes_is_named_with_its_path() {
    assert_each_refused(vec![
        ("/events/0/ref", json!("1"), &["$.events[0].ref: found \"1\""]),
        ("/events/0/ref", json!(2), &["$.events[1].ref: found a second one"]),
        ("/events/0/ref", json!(-4), &["$.events[0].ref: found -4"]),
        ("/events/0/type", json!("Cores"), &["$.events[0].type", "Juicer Production"]),
        ("/events/0/start", json!("2026-11-24"), &["$.events[0].start"]),
        ("/events/0/start", json!("2026-11-24T00:00:00Z"), &["$.events[0].start"]),
        ("/events/0/due", json!("2026-11-23T00:00:00"), &["$.events[0].due", "not before the start"]),
        ("/events/0/estimated_minutes", json!(0), &["$.events[0].estimated_minutes: found 0"]),
        ("/events/0/estimated_minutes", json!("390"), &["$.events[0].estimated_minutes"]),
        ("/events/0/auto", json!(1), &["$.events[0].auto"]),
        ("/events/0/name", json!(null), &["$.events[0].name"]),
        ("/events/-", json!(7), &["$.events[3]: found 7"]),
        ("/posted/0/employee_id", json!("E9"), &["$.posted[0].employee_id"]),
        ("/posted/0/block", json!(9), &["$.posted[0].block: found 9"]),
        ("/posted/0/start", json!("2026-11-05T25:15:00"), &["$.posted[0].start"]),
        ("/posted/0/event", json!([]), &["$.posted[0].event"]),
        ("/affinity/0/score", json!(1.5), &["$.affinity[0].score: found 1.5"]),
        ("/affinity/-", json!({"employee_id": "E1", "ref": 1, "score": 0.1}), &["$.affinity[1]", "a second one"]),
        ("/affinity/0/employee_id", json!("E9"), &["$.affinity[0].employee_id"]),
        (
            "/affinity_by_type",
            json!([{"employee_id": "E1", "type": "Corey", "score": 1}]),
            &["$.affinity_by_type[0].type: found \"Corey\""],
        ),
        (
            "/affinity_by_type",
            json!([{"employee_id": "E1", "type": "Core", "score": 1}, {"employee_id": "E1", "type": "Core", "score": 0}]),
            &["$.affinity_by_type[1]", "a second one"],
        ),
        ("/ledger", json!([{"employee_id": "E1", "debt": 3.5}]), &["$.ledger[0].debt: found 3.5", "from -3 to 3"]),
        (
            "/ledger",
            json!([{"employee_id": "E1", "debt": 1}, {"employee_id": "E1", "debt": 1}]),
            &["$.ledger[1]", "a second one"],
        ),
        (
            "/wishes",
            json!([{"ref": 1, "employee_id": "E9", "date": "2026-11-24"}]),
            &["$.wishes[0].employee_id: found \"E9\""],
        ),
        (
            "/wishes",
            json!([{"ref": 1, "employee_id": "E1", "date": "2026-11-24"}, {"ref": 1, "employee_id": "E2", "date": "2026-11-25"}]),
            &["$.wishes[1].ref: found a second one"],
        ),
        ("/unwanted", json!([{"ref": 1, "employee_id": "E1", "date": "24"}]), &["$.unwanted[0].date: found \"24\""]),
        (
            "/unwanted",
            json!([{"ref": 1, "employee_id": "E1", "date": "2026-11-24"}, {"ref": 1, "employee_id": "E1", "date": "2026-11-24"}]),
            &["$.unwanted[1]", "a second one"],
        ),
    ]);
}

#[test]
fn all_errors_of_a_snapshot_are_listed_together() {
    let mut snapshot = small_club();
    snapshot["today"] = json!("never");
    snapshot["events"][0]["due"] = json!(5);
    snapshot["rotations"][0]["day"] = json!("xyz");
    assert_refused(snapshot.to_string().as_bytes(), &["$.today", "$.events[0].due", "$.rotations[0].day"]);
}

#[test]
fn an_unknown_member_is_noted_and_not_refused() {
    let mut snapshot = small_club();
    snapshot["time_of"] = json!([]);
    snapshot["settings"]["horizon"] = json!(7);
    let output = solve(&snapshot);
    assert_eq!(output.status.code(), Some(0));
    let printed = text(&output.stderr);
    assert!(printed.contains("note: $.time_of (and 1 more)"), "{printed}");
}

#[test]
fn degenerate_clubs_have_answers() {
    let changed_club = |change: &dyn Fn(&mut Value)| {
        let mut snapshot = small_club();
        change(&mut snapshot);
        snapshot
    };
    let rows: [(Value, &str); 6] = [
        (changed_club(&|s| s["events"] = json!([])), "nothing to do"),
        (
            changed_club(&|s| (s["today"], s["settings"]["horizon_days"]) = (json!("9996-12-31"), json!(1000))),
            "of 0 events",
        ),
        (changed_club(&|s| s["settings"]["buffer_days"] = json!(30)), "0 of 0 events placed"),
        (changed_club(&|s| s["events"][0]["due"] = json!("9999-12-31T23:59:59")), "2 of 3 events placed"),
        (changed_club(&|s| s["employees"][0]["active"] = json!(false)), "left out"),
        (changed_club(&|s| s["today"] = json!("0001-01-01")), "of 0 events placed"),
    ];
    for (snapshot, words) in rows {
        let output = solve(&snapshot);
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{words}: {}", text(&output.stderr));
        assert!(printed.to_lowercase().contains(words), "should say {words:?}:\n{printed}");
    }
    let alone = json!({
        "club": {"id": "1", "time_zone": "UTC"}, "today": "2026-11-19", "employees": [],
        "events": [{"ref": 1, "name": "core", "start": "2026-11-24T00:00:00", "due": "2026-11-26T00:01:00"}]
    });
    let printed = text(&solve(&alone).stdout);
    assert!(printed.contains("nobody in the club may work Core"), "{printed}");
}

#[test]
fn the_sample_clubs_can_be_solved() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let samples: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder events")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("club-")))
        .collect();
    assert!(!samples.is_empty(), "events/ has no sample clubs");
    for sample in samples {
        let output = muster(&["solve", &sample.display().to_string()], b"");
        assert_eq!(output.status.code(), Some(0), "{}: {}", sample.display(), text(&output.stderr));
    }
}
