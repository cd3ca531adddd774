//! The process is killed during work, and started again on the same data.

use serde_json::json;

use crate::world::{World, id, lines};

#[tokio::test]
async fn a_call_that_a_kill_cut_off_is_settled_once_the_process_is_back() {
    for hold in ["hold_before", "hold_after"] {
        let mut world = World::begin().await;
        let pending = world.proposal().await;
        let run = pending["run"]["run_id"].as_str().unwrap();
        let chosen = lines(&pending).into_iter().find(|l| l["kind"] == "new" && l["depends_on"] == json!([])).unwrap();
        let event = chosen["event_ref_num"].clone();
        let line = id(&chosen);
        world.post("/_sim/faults", json!({"next": [{"call": "schedule", "kind": hold}]})).await.is(200);
        world.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": [line]})).await.is(202);
        tokio::select! {
            // The clock waits for the call, and the call is held until the kill.
            () = world.advance(11) => panic!("nothing was held"),
            () = world.until("the call is held", async || {
                let calls = world.get("/_sim/calls").await.is(200);
                calls.as_array().unwrap().iter().any(|call| call["progress"] == "held").then_some(())
            }) => {}
        }
        world.restart().await;
        assert_eq!(world.line(&line).await["status"], "submitting", "nobody knows better yet");
        world.advance(15 * 60).await;
        assert_eq!(world.line(&line).await["status"], "api_submitted", "{hold}");
        let ledger = world.ledger().await;
        assert_eq!(ledger.iter().filter(|effect| effect["mPlanID"] == event).count(), 1, "{hold}: {ledger:#?}");
        world.end().await;
    }
}

#[tokio::test]
async fn what_was_approved_goes_out_after_a_restart() {
    let mut world = World::begin().await;
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    let approved = world.post("/api/auto-schedule/approve", json!({"run_id": run})).await.is(202);
    let before = world.now().await;
    world.restart().await;
    assert_eq!(world.now().await, before, "the clock goes on where it was");
    world.advance(120).await;
    assert_eq!(world.counts(run).await["api_submitted"], approved["queued"]);
    world.end().await;
}

#[tokio::test]
async fn a_start_draws_no_id_again_where_the_clock_stood_still() {
    let mut world = World::begin().await;
    let first = world.proposal().await;
    let before = world.now().await;
    world.restart().await;
    assert_eq!(world.now().await, before);
    let second = world.proposal().await;
    assert_ne!(first["run"]["run_id"], second["run"]["run_id"]);
    world.end().await;
}

#[tokio::test]
async fn a_folder_is_one_processs_own_and_one_clubs() {
    let world = World::on("2026-11-19").await;
    let second = world.command_in_folder(&["serve", "--port", "0", "--simulator-port", "0"]).await;
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another muster"), "{second:?}");
    world.end().await;
}

#[tokio::test]
async fn a_held_call_does_not_hold_the_clock() {
    let world = World::begin().await;
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    let chosen = lines(&pending).into_iter().find(|l| l["kind"] == "new" && l["depends_on"] == json!([])).unwrap();
    world.post("/_sim/faults", json!({"next": [{"call": "schedule", "kind": "hold_after"}]})).await.is(200);
    world.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": [id(&chosen)]})).await.is(202);
    world.advance(20).await;
    assert_eq!(world.line(&id(&chosen)).await["status"], "submitting");
    world.post("/_sim/release", json!({})).await.is(200);
    world.advance(1).await;
    assert_eq!(world.line(&id(&chosen)).await["status"], "api_submitted");
    world.end().await;
}
