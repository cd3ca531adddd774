//! Runs: a solver that is killed, two at once, a message that is lost.

use serde_json::{Value, json};

use crate::world::World;

const RUN: &str = "/api/auto-schedule/run";

async fn status(world: &World, run: &str) -> Value {
    world.get(&format!("/api/auto-schedule/status/{run}")).await.is(200)["status"].take()
}

#[tokio::test]
async fn a_solver_killed_in_the_middle_leaves_a_crashed_run_and_the_way_free() {
    let mut world = World::large().await;
    let run = world.post(RUN, json!({})).await.is(202)["run_id"].as_str().unwrap().to_owned();
    world.until("it runs", async || (status(&world, &run).await == "running").then_some(())).await;
    world.restart().await;
    assert_eq!(status(&world, &run).await, "running", "nobody knows better yet");
    world.advance(600).await;
    assert_eq!(status(&world, &run).await, "crashed");
    world.post("/api/auto-schedule/dismiss-crash", json!({"run_id": run})).await.is(200);
    let pending = world.proposal().await;
    assert_ne!(pending["run"]["run_id"], json!(run));
}

#[tokio::test]
async fn two_runs_at_once_are_one_and_the_second_caller_is_told_which() {
    let world = World::tight().await;
    world.queues_suffer(json!({"delay": 1.0, "delay_s": 30})).await;
    let (one, two) = tokio::join!(world.post(RUN, json!({})), world.post(RUN, json!({})));
    let (begun, refused) = if one.status == 202 { (one, two) } else { (two, one) };
    let run = begun.is(202)["run_id"].as_str().unwrap().to_owned();
    let refused = refused.is(409);
    assert!(refused.to_string().contains(&run), "{refused:#}");
    world.advance(60).await;
    assert_eq!(status(&world, &run).await, "completed");
}

#[tokio::test]
async fn a_run_whose_message_was_lost_is_woken_by_the_sweep() {
    let world = World::tight().await;
    world.queues_suffer(json!({"lose": 1.0})).await;
    let run = world.post(RUN, json!({})).await.is(202)["run_id"].as_str().unwrap().to_owned();
    world.advance(60).await;
    assert_eq!(status(&world, &run).await, "queued");
    world.queues_suffer(json!({})).await;
    world.advance(600).await;
    assert_eq!(status(&world, &run).await, "completed");
}
