//! A manager's morning: a run, its proposal, an edit, a hold, an approval in parts, a recall, and the resulting schedules
//! at Crossmark.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{World, id, lines};

#[tokio::test]
async fn a_manager_reviews_edits_and_approves_and_crossmark_has_each_line_once() {
    // The planned days are before and after the night in which the clocks go back.
    let world = World::with_clock_change().await;
    let seeded = world.ledger().await;
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap().to_owned();
    let approve = async |lines: Option<Vec<String>>| {
        world.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": lines})).await
    };
    let mut independent: Vec<Value> = lines(&pending)
        .into_iter()
        .filter(|l| l["kind"] == "new" && l["pair"].is_null() && l["depends_on"] == json!([]))
        .collect();

    // An edit to another person that breaks no rule.
    let mut other = None;
    for (n, line) in independent.iter().enumerate() {
        let choices = world.post("/api/auto-schedule/check", json!({"line": id(line)})).await.assert_status(200);
        other = legal_edit(&choices, line).map(|edit| (n, edit));
        if other.is_some() {
            break;
        }
    }
    let (n, edit) = other.expect("a line that somebody else could work");
    let edited = independent.remove(n);
    let [first, held] = [independent.remove(0), independent.remove(0)];
    let checked =
        world.post("/api/auto-schedule/check", with_member(&edit, "line", &edited["id"])).await.assert_status(200);
    assert_eq!(checked["violations"], json!([]), "{checked:#}");
    let changed = world.put(&format!("/api/pending-schedule/{}", id(&edited)), edit.clone()).await.assert_status(200);
    assert_eq!(changed["updated_schedule"]["status"], "user_edited");
    let stale = with_member(&edit, "version", &edited["version"]);
    let stale = world.put(&format!("/api/pending-schedule/{}", id(&edited)), stale).await;
    assert_eq!(stale.assert_refused(409), "STALE_VERSION");
    world.put(&format!("/api/pending-schedule/{}", id(&held)), json!({"held": true})).await.assert_status(200);

    // Approves one line.
    let part = approve(Some(vec![id(&first)])).await.assert_status(202);
    assert_eq!((&part["queued"], &part["refused"]), (&json!(1), &json!([])), "{part:#}");
    world.advance(15).await;
    assert_eq!(world.line(&id(&first)).await["status"], "api_submitted");

    // Approves the rest, twice.
    let rest = approve(None).await.assert_status(202);
    assert_eq!(rest["refused"], json!([]), "{rest:#}");
    let again = approve(None).await.assert_status(202);
    assert_eq!(again["queued"], 0, "{again:#}");
    world.advance(120).await;
    let counts = world.counts(&run).await;
    assert!(counts["approved"].is_null() && counts["submitting"].is_null(), "{counts:#}");
    assert_eq!(world.line(&id(&held)).await["status"], "proposed", "a held line was approved");

    // The held line is released, approved, recalled in time, and approved again.
    world.put(&format!("/api/pending-schedule/{}", id(&held)), json!({"held": false})).await.assert_status(200);
    approve(Some(vec![id(&held)])).await.assert_status(202);
    world.advance(5).await;
    let recalled = world.post("/api/auto-schedule/recall", json!({"lines": [id(&held)]})).await.assert_status(200);
    assert_eq!(recalled["recalled"], json!([id(&held)]));
    world.advance(60).await;
    assert_eq!(world.line(&id(&held)).await["status"], "proposed", "a recalled line was sent");
    approve(Some(vec![id(&held)])).await.assert_status(202);
    world.advance(60).await;

    let pending = world.get("/api/auto-schedule/pending").await.assert_status(200);
    assert_ledger_has_lines(&world, &seeded, &lines(&pending)).await;
    world.assert_drained().await;
}

/// A copy of an object with another value of one member.
fn with_member(value: &Value, member: &str, other: &Value) -> Value {
    let mut value = value.clone();
    value[member] = other.clone();
    value
}

/// The request for an edit of a line to another person, if one is possible. `choices` is the answer of the check of the
/// line.
fn legal_edit(choices: &Value, line: &Value) -> Option<Value> {
    for day in choices["days"].as_array().unwrap() {
        for person in day["people"].as_array().unwrap().iter().filter(|person| person["is_present"] == false) {
            if person["employee_id"] != line["employee_id"] {
                return Some(json!({"employee_id": person["employee_id"], "schedule_datetime": day["date"]}));
            }
        }
    }
    None
}

/// Asserts that all lines are accepted, and that Crossmark's ledger has their schedules with the UTC offset of each date,
/// the unchanged schedules of `seeded`, and nothing else.
async fn assert_ledger_has_lines(world: &World, seeded: &[Value], lines: &[Value]) {
    let ledger = world.ledger().await;
    let numbers = world.crossmark_numbers();
    let mut expected: BTreeMap<u64, Value> =
        seeded.iter().map(|effect| (effect["mPlanID"].as_u64().unwrap(), effect.clone())).collect();
    let mut made = 0;
    for line in lines {
        assert_eq!(line["status"], "api_submitted", "{line:#}");
        let event = line["event_ref_num"].as_u64().unwrap();
        let old = expected.remove(&event);
        assert_eq!(old.is_some(), line["kind"] != "new", "{line:#}");
        if line["kind"] == "dropped" {
            continue;
        }
        made += 1;
        let effects: Vec<_> = ledger.iter().filter(|e| e["mPlanID"] == event && e["deleted_at"].is_null()).collect();
        let [effect] = effects[..] else { panic!("{} effects of {line:#}", effects.len()) };
        assert_eq!(effect["id"], line["scheduled_event_id"]);
        assert_eq!(effect["RepID"], numbers[line["employee_id"].as_str().unwrap()]);
        let local = line["schedule_datetime"].as_str().unwrap();
        assert_eq!(effect["Start"], format!("{local}{}", offset(local)), "{line:#}");
        expected.insert(event, effect.clone());
    }
    let current: BTreeMap<u64, Value> = ledger
        .iter()
        .filter(|e| e["deleted_at"].is_null())
        .map(|e| (e["mPlanID"].as_u64().unwrap(), e.clone()))
        .collect();
    assert_eq!(current, expected);
    assert_eq!(ledger.len(), seeded.len() + made, "a schedule was created twice");
}

/// The UTC offset of Indianapolis at a local time.
fn offset(local: &str) -> &'static str {
    if local < "2026-11-01T02:00:00" { "-04:00" } else { "-05:00" }
}
