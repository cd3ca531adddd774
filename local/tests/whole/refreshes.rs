//! Tests that the hourly refresh imports changes and marks the proposal stale.

use serde_json::{Value, json};

use crate::faults::exact::independent_lines;
use crate::world::{World, id, lines};

#[tokio::test]
async fn the_hourly_refresh_imports_changes_and_marks_the_proposal_stale() {
    let world = World::with_tight_club().await;
    // The nightly run, and the first refresh after it.
    world.advance(5_400).await;
    let read_pending = async || world.get("/api/auto-schedule/pending").await.assert_status(200);
    let pending = read_pending().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    assert_eq!(pending["stale"]["plan_moved"], false, "the proposal is stale without a change");
    let refreshed_at =
        async || world.get("/api/dashboard").await.assert_status(200)["refreshed_at"].as_str().unwrap().to_owned();
    let before = refreshed_at().await;

    let cancelled = independent_lines(&lines(&pending))[0].clone();
    let line = world.line(&cancelled).await;
    let change = json!([{"mPlanID": line["event_ref_num"], "condition": "Canceled"}]);
    world.post("/_sim/events", change).await.assert_status(200);
    world.advance(3_600).await;
    assert!(refreshed_at().await > before);
    assert_eq!(read_pending().await["stale"]["plan_moved"], true);
    let events = world.get("/api/events?limit=500").await.assert_status(200);
    let is_cancelled = |event: &&Value| event["event_ref_num"] == line["event_ref_num"];
    let event = events["items"].as_array().unwrap().iter().find(is_cancelled).unwrap();
    assert_eq!(event["condition"], "Canceled");

    let approved = world.approve(run, Some(std::slice::from_ref(&cancelled))).await;
    assert_eq!((&approved["queued"], &approved["refused"][0]["line"]), (&json!(0), &json!(cancelled)), "{approved}");
    let again = world.proposal().await;
    assert!(
        lines(&again).iter().all(|other| other["event_ref_num"] != line["event_ref_num"]),
        "the cancelled event is proposed again"
    );
    assert_ne!(id(&lines(&again)[0]), cancelled);
}
