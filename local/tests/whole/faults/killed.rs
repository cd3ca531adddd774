//! The process is killed while a group is submitted: before a call, during it, after it, and after its outcome is
//! stored.

use serde_json::Value;

use super::exact::independent_lines;
use crate::world::{World, id};

#[tokio::test]
async fn a_kill_before_during_or_after_a_call_of_a_move_loses_and_doubles_nothing() {
    for (call, hold) in [
        ("planning", "hold_before"),
        ("delete", "hold_before"),
        ("delete", "hold_after"),
        ("schedule", "hold_before"),
        ("schedule", "hold_after"),
    ] {
        let mut world = World::with_tight_club().await;
        let (run, lines, seeded) = world.proposal_and_ledger().await;
        let moved = lines.iter().find(|l| l["kind"] == "moved").expect("a posted schedule that moves");
        world.plan_faults(&[(call, hold)]).await;
        // All lines are approved, because a move depends on other lines.
        let all: Vec<String> = lines.iter().map(id).collect();
        world.approve(&run, Some(&all)).await;
        world.advance_until_held(call).await;
        world.restart().await;
        world.assert_all_accepted(&run, &seeded).await;
        let made = world.ledger().await.iter().filter(|e| e["mPlanID"] == moved["event_ref_num"]).count();
        assert_eq!(made, 2, "{call} {hold}: expected the old schedule and one new schedule");
    }
}

#[tokio::test]
async fn a_kill_after_the_outcome_is_stored_and_before_the_message_is_deleted_sends_nothing_again() {
    let mut world = World::with_tight_club().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let two = independent_lines(&lines)[..2].to_vec();
    // The second call of the batch is held. So the first line is accepted, but its message is still in the queue.
    world.plan_faults(&[("schedule", "latency"), ("schedule", "hold_after")]).await;
    world.approve(&run, Some(&two)).await;
    world.advance_until_held("schedule").await;
    world
        .until("the other line is accepted", async || {
            let lines: Vec<Value> = world.lines_of(&run).await;
            lines.iter().any(|l| l["status"] == "api_submitted").then_some(())
        })
        .await;
    world.restart().await;
    let lines = world.advance_until_settled(&run).await;
    assert_eq!(lines.iter().filter(|l| l["status"] == "api_submitted").count(), 2);
    world.assert_ledger_exact(&lines, &seeded).await;
    assert_eq!(world.ledger().await.len(), seeded.len() + 2);
}
