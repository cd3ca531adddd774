//! Tests in which the process is killed during work, and started again on the same data.

use serde_json::json;

use crate::world::{World, id, lines};

#[tokio::test]
async fn a_call_interrupted_by_a_kill_is_settled_after_the_restart() {
    for hold in ["hold_before", "hold_after"] {
        let mut world = World::in_november().await;
        let pending = world.proposal().await;
        let run = pending["run"]["run_id"].as_str().unwrap();
        let chosen = lines(&pending).into_iter().find(|l| l["kind"] == "new" && l["depends_on"] == json!([])).unwrap();
        let event = chosen["event_ref_num"].clone();
        let line = id(&chosen);
        world.post("/_sim/faults", json!({"next": [{"call": "schedule", "kind": hold}]})).await.assert_status(200);
        world.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": [line]})).await.assert_status(202);
        tokio::select! {
            // The request to move the clock waits for the call, which is held until the kill.
            () = world.advance(11) => panic!("no call was held"),
            () = world.until("the call is held", async || {
                let calls = world.get("/_sim/calls").await.assert_status(200);
                calls.as_array().unwrap().iter().any(|call| call["progress"] == "held").then_some(())
            }) => {}
        }
        world.restart().await;
        assert_eq!(world.line(&line).await["status"], "submitting", "the state changed before the sweep");
        world.advance(15 * 60).await;
        assert_eq!(world.line(&line).await["status"], "api_submitted", "{hold}");
        let ledger = world.ledger().await;
        assert_eq!(ledger.iter().filter(|effect| effect["mPlanID"] == event).count(), 1, "{hold}: {ledger:#?}");
        world.assert_drained().await;
    }
}

#[tokio::test]
async fn approved_lines_are_sent_after_a_restart() {
    let mut world = World::in_november().await;
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    let approved = world.post("/api/auto-schedule/approve", json!({"run_id": run})).await.assert_status(202);
    let before = world.now().await;
    world.restart().await;
    assert_eq!(world.now().await, before, "the restart changed the clock");
    world.advance(120).await;
    assert_eq!(world.counts(run).await["api_submitted"], approved["queued"]);
    world.assert_drained().await;
}

#[tokio::test]
async fn a_restart_at_the_same_clock_time_repeats_no_id() {
    let mut world = World::in_november().await;
    let first = world.proposal().await;
    let before = world.now().await;
    world.restart().await;
    assert_eq!(world.now().await, before);
    let second = world.proposal().await;
    assert_ne!(first["run"]["run_id"], second["run"]["run_id"]);
    world.assert_drained().await;
}

#[tokio::test]
async fn a_second_process_cannot_use_the_folder_of_the_first() {
    let world = World::on("2026-11-19").await;
    let second = world.command_in_folder(&["serve", "--port", "0", "--simulator-port", "0"]).await;
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another muster"), "{second:?}");
    world.assert_drained().await;
}

#[tokio::test]
async fn the_clock_can_be_moved_while_a_call_is_held() {
    let world = World::in_november().await;
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    let chosen = lines(&pending).into_iter().find(|l| l["kind"] == "new" && l["depends_on"] == json!([])).unwrap();
    world.post("/_sim/faults", json!({"next": [{"call": "schedule", "kind": "hold_after"}]})).await.assert_status(200);
    world.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": [id(&chosen)]})).await.assert_status(202);
    world.advance(20).await;
    assert_eq!(world.line(&id(&chosen)).await["status"], "submitting");
    world.post("/_sim/release", json!({})).await.assert_status(200);
    world.advance(1).await;
    assert_eq!(world.line(&id(&chosen)).await["status"], "api_submitted");
    world.assert_drained().await;
}
