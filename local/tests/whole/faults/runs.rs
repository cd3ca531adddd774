//! Tests of runs whose solver is killed, that are requested simultaneously, or whose message is lost.

use serde_json::{Value, json};

use crate::world::World;

const RUN: &str = "/api/auto-schedule/run";

async fn status(world: &World, run: &str) -> Value {
    world.get(&format!("/api/auto-schedule/status/{run}")).await.assert_status(200)["status"].take()
}

#[tokio::test]
async fn a_run_whose_solver_is_killed_is_marked_crashed_and_another_run_can_start() {
    let mut world = World::with_large_club().await;
    let run = world.post(RUN, json!({})).await.assert_status(202)["run_id"].as_str().unwrap().to_owned();
    world.until("the run is running", async || (status(&world, &run).await == "running").then_some(())).await;
    world.restart().await;
    assert_eq!(status(&world, &run).await, "running", "the state changed before the sweep");
    world.advance(600).await;
    assert_eq!(status(&world, &run).await, "crashed");
    world.post("/api/auto-schedule/dismiss-crash", json!({"run_id": run})).await.assert_status(200);
    let pending = world.proposal().await;
    assert_ne!(pending["run"]["run_id"], json!(run));
}

#[tokio::test]
async fn a_second_simultaneous_run_is_refused_with_the_id_of_the_first() {
    let world = World::with_tight_club().await;
    world.set_queue_faults(json!({"delay": 1.0, "delay_s": 30})).await;
    let (one, two) = tokio::join!(world.post(RUN, json!({})), world.post(RUN, json!({})));
    let (started, refused) = if one.status == 202 { (one, two) } else { (two, one) };
    let run = started.assert_status(202)["run_id"].as_str().unwrap().to_owned();
    let refused = refused.assert_status(409);
    assert!(refused.to_string().contains(&run), "{refused:#}");
    world.advance(60).await;
    assert_eq!(status(&world, &run).await, "completed");
}

#[tokio::test]
async fn the_sweep_starts_a_run_whose_message_was_lost() {
    let world = World::with_tight_club().await;
    world.set_queue_faults(json!({"lose": 1.0})).await;
    let run = world.post(RUN, json!({})).await.assert_status(202)["run_id"].as_str().unwrap().to_owned();
    world.advance(60).await;
    assert_eq!(status(&world, &run).await, "queued");
    world.set_queue_faults(json!({})).await;
    world.advance(600).await;
    assert_eq!(status(&world, &run).await, "completed");
}
