//! Changes at Crossmark are read within the hour and shown where they matter.

use serde_json::{Value, json};

use crate::faults::exact::single;
use crate::world::{World, id, lines};

#[tokio::test]
async fn what_changed_at_crossmark_comes_in_by_the_hour_and_makes_a_proposal_stale() {
    let world = World::tight().await;
    // The night's run, and the first refresh after it.
    world.advance(5_400).await;
    let look = async || world.get("/api/auto-schedule/pending").await.is(200);
    let pending = look().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    assert_eq!(pending["stale"]["plan_moved"], false, "Crossmark says nothing new");
    let refreshed = async || world.get("/api/dashboard").await.is(200)["refreshed_at"].as_str().unwrap().to_owned();
    let before = refreshed().await;

    let cancelled = single(&lines(&pending))[0].clone();
    let line = world.line(&cancelled).await;
    let change = json!([{"mPlanID": line["event_ref_num"], "condition": "Canceled"}]);
    world.post("/_sim/events", change).await.is(200);
    world.advance(3_600).await;
    assert!(refreshed().await > before);
    assert_eq!(look().await["stale"]["plan_moved"], true);
    let events = world.get("/api/events?limit=500").await.is(200);
    let is_it = |event: &&Value| event["event_ref_num"] == line["event_ref_num"];
    let event = events["items"].as_array().unwrap().iter().find(is_it).unwrap();
    assert_eq!(event["condition"], "Canceled");

    let approved = world.approve(run, Some(std::slice::from_ref(&cancelled))).await;
    assert_eq!((&approved["queued"], &approved["refused"][0]["line"]), (&json!(0), &json!(cancelled)), "{approved}");
    let again = world.proposal().await;
    assert!(lines(&again).iter().all(|other| other["event_ref_num"] != line["event_ref_num"]), "nobody is sent there");
    assert_ne!(id(&lines(&again)[0]), cancelled);
}
