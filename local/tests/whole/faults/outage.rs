//! Outages of Crossmark: the simulator is a process of its own, which is killed and later started again on its ledger.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn after_an_outage_of_an_hour_all_lines_are_sent_in_order_without_a_person() {
    let mut world = World::with_separate_simulator().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let port = world.kill_simulator();
    let approved = world.approve(&run, None).await;
    assert_eq!(approved["refused"], json!([]), "{approved:#}");
    world.advance(3_600).await;
    let waiting = world.lines_of(&run).await;
    assert!(waiting.iter().all(|l| l["status"] == "approved"), "{waiting:#?}");
    let dashboard = world.get("/api/dashboard").await.assert_status(200).to_string();
    assert!(
        dashboard.contains("\"paused_until\":\"2026"),
        "the dashboard does not say that submissions pause: {dashboard}"
    );
    world.start_simulator(&port);
    world.assert_all_accepted(&run, &seeded).await;
    assert!(world.lines_of(&run).await.iter().all(|l| l["attempts"].as_array().unwrap().len() <= 4));
    // Base events are scheduled first.
    let calls = world.get("/_sim/calls").await.assert_status(200);
    let scheduled = calls.as_array().unwrap().iter().filter(|c| c["call"] == "schedule");
    let order: BTreeMap<u64, usize> = scheduled.zip(0..).map(|(c, n)| (c["mPlanID"].as_u64().unwrap(), n)).collect();
    for line in lines {
        let at = |event: &serde_json::Value| order.get(&event.as_u64().unwrap());
        for base in line["depends_on"].as_array().unwrap() {
            let is_swap = lines_depend_on_each_other(&world, &run, base, &line["event_ref_num"]).await;
            assert!(is_swap || at(base) < at(&line["event_ref_num"]), "{base} was not scheduled before {line:#}");
        }
    }
}

#[tokio::test]
async fn after_an_outage_of_28_hours_no_event_is_sent_that_has_begun_or_begins_within_an_hour() {
    let mut world = World::with_events_from_today().await;
    // An emergency run has no buffer. So some of its lines start during the outage.
    let started = world.post("/api/auto-schedule/run", json!({"emergency": true})).await.assert_status(202);
    let run = started["run_id"].as_str().unwrap().to_owned();
    world
        .until("the run ends", async || {
            let found = world.get(&format!("/api/auto-schedule/status/{run}")).await.assert_status(200);
            (found["status"] == "completed").then_some(())
        })
        .await;
    let port = world.kill_simulator();
    world.approve(&run, None).await;
    for _ in 0..28 {
        world.advance(3_600).await;
    }
    world.start_simulator(&port);
    let lines = world.advance_until_settled(&run).await;
    let late: Vec<_> = lines.iter().filter(|l| l["api_error_details"]["cause"] == "too_late").collect();
    assert!(!late.is_empty(), "no line started during the outage: {lines:#?}");
    for line in &late {
        let words = line["api_error_details"]["words"].as_str().unwrap();
        assert!(words.starts_with("too late to "), "{line:#}");
    }
    for effect in world.ledger().await {
        let at = |member: &str| effect[member].as_str().unwrap().parse::<DateTime<FixedOffset>>().unwrap();
        let is_seeded = lines.iter().all(|l| l["scheduled_event_id"] != effect["id"]);
        assert!(is_seeded || at("Start") - at("created_at") >= TimeDelta::hours(1), "{effect:#}");
    }
    let dashboard = world.get("/api/dashboard").await.assert_status(200);
    assert_eq!(dashboard["submissions"]["too_late"], json!(late.len()));
    // A line that is too late cannot be retried with the same start.
    let id = late[0]["id"].as_str().unwrap();
    let retried = world.post("/api/auto-schedule/retry", json!({"lines": [id]})).await.assert_status(202);
    assert_eq!((&retried["retried"], &retried["refused"][0]["code"]), (&json!([]), &json!("TOO_LATE")), "{retried:#}");
}

/// Whether the line of `base` also depends on `dependent`, as if two lines swap their days. Also `true` if the run has
/// no line of `base`.
async fn lines_depend_on_each_other(
    world: &World,
    run: &str,
    base: &serde_json::Value,
    dependent: &serde_json::Value,
) -> bool {
    let lines = world.lines_of(run).await;
    let base = lines.iter().find(|l| l["event_ref_num"] == *base);
    base.is_none_or(|base| base["depends_on"].as_array().unwrap().contains(dependent))
}
