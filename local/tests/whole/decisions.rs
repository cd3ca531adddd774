//! A manager's decisions of the evening still hold in the morning: held lines, edits and rejections outlive the nightly
//! run.

use serde_json::{Value, json};

use crate::world::{World, id, lines};

/// Another person or day that keeps every rule, for a line.
async fn other_place(world: &World, line: &Value) -> Option<Value> {
    let choices = world.post("/api/auto-schedule/check", json!({"line": id(line)})).await.is(200);
    let days = choices["days"].as_array().unwrap().iter();
    days.flat_map(|day| day["people"].as_array().unwrap().iter().map(move |person| (day, person)))
        .find(|(_, person)| person["employee_id"] != line["employee_id"])
        .map(|(day, person)| json!({"employee_id": person["employee_id"], "schedule_datetime": day["date"]}))
}

/// The line of an event in a proposal.
fn of<'p>(pending: &'p [Value], line: &Value) -> &'p Value {
    pending.iter().find(|one| one["event_ref_num"] == line["event_ref_num"]).unwrap_or(&Value::Null)
}

/// Waits for the night's run and its proposal.
async fn night(world: &World, before: &str) -> Value {
    for _ in 0..26 {
        world.advance(3_600).await;
        let pending = world.get("/api/auto-schedule/pending").await.is(200);
        if pending["run"]["run_id"] != before && pending["run"]["run_type"] == "automatic" {
            return pending;
        }
    }
    panic!("no night came");
}

#[tokio::test]
async fn what_was_held_edited_and_rejected_in_the_evening_is_so_in_the_morning_until_it_is_put_back() {
    let mut world = World::begin().await;
    let evening = world.proposal().await;
    let run = evening["run"]["run_id"].as_str().unwrap().to_owned();
    let all = lines(&evening);
    let single = |line: &&Value| line["kind"] == "new" && line["pair"].is_null() && line["depends_on"] == json!([]);
    let mut single = all.iter().filter(single);
    let held = single.next().unwrap();
    let refused = single.next().unwrap();
    let mut edited = None;
    for line in single {
        if let Some(place) = other_place(&world, line).await {
            edited = Some((line, place));
            break;
        }
    }
    let (edited, place) = edited.expect("a line that somebody else could work");
    let put = async |line: &str, body: Value| world.put(&format!("/api/pending-schedule/{line}"), body).await.is(200);
    put(&id(held), json!({"held": true})).await;
    put(&id(edited), place.clone()).await;
    let reject = json!({"run_id": run, "lines": [id(refused)], "reasons": ["Wrong people"]});
    world.post("/api/auto-schedule/reject", reject).await.is(200);
    world.restart().await;

    let morning = night(&world, &run).await;
    let found = lines(&morning);
    let kept = of(&found, held);
    assert_eq!((&kept["held"], &kept["status"]), (&json!(true), &json!("proposed")), "{kept:#}");
    assert!(kept["decision"]["held"]["by"].is_string() && kept["decision"]["held"]["at"].is_string(), "{kept:#}");
    let wished = of(&found, edited);
    assert_eq!(wished["employee_id"], place["employee_id"], "{wished:#}");
    assert!(wished["schedule_datetime"].as_str().unwrap().starts_with(place["schedule_datetime"].as_str().unwrap()));
    assert_eq!(wished["decision"]["wish"]["met"], true, "{wished:#}");
    let other = of(&found, refused);
    let same = |member: &str| other[member] == refused[member];
    assert!(!(same("employee_id") && same("schedule_datetime")), "{other:#}");

    // Approves the whole proposal of the night. Held lines are not approved.
    let morning_run = morning["run"]["run_id"].as_str().unwrap().to_owned();
    let approved = world.post("/api/auto-schedule/approve", json!({"run_id": morning_run})).await.is(202);
    assert!(approved["queued"].as_u64().unwrap() > 0, "{approved:#}");
    world.advance(120).await;
    assert_eq!(world.line(&id(kept)).await["status"], "proposed");
    assert_eq!(world.line(&id(wished)).await["status"], "api_submitted");

    // A decision ends when its line is accepted or when a person takes it back.
    let put = async |line: &str, body: Value| world.put(&format!("/api/pending-schedule/{line}"), body).await.is(200);
    put(&id(kept), json!({"held": false})).await;
    let last = world.proposal().await;
    let found = lines(&last);
    let free = of(&found, held);
    assert_eq!((&free["held"], &free["decision"]), (&json!(false), &Value::Null), "{free:#}");
    assert!(of(&found, edited).is_null(), "it stands at Crossmark");
    world.end().await;
}
