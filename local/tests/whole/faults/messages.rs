//! Tests that messages which are duplicated, delayed, reordered, lost or unreadable lose and double no line.

use serde_json::json;

use super::exact::independent_lines;
use crate::world::{World, id};

#[tokio::test]
async fn duplicated_delayed_reordered_and_lost_messages_lose_and_double_no_line() {
    let world = World::with_tight_club().await;
    let (run, lines, ledger_before) = world.proposal_and_ledger().await;
    let faults = [
        json!({"duplicate": 1.0, "reorder": 1.0}),
        json!({"delay": 1.0, "delay_s": 90, "duplicate": 0.5}),
        json!({"drop": 0.7, "seed": 5}),
        json!({"lose": 1.0}),
    ];
    let independent = independent_lines(&lines);
    let lines_per_fault = independent.len() / faults.len();
    assert!(lines_per_fault >= 1, "too few lines: {independent:?}");
    for (part, faults) in independent.chunks(lines_per_fault).zip(faults) {
        world.set_queue_faults(faults).await;
        world.approve(&run, Some(part)).await;
        world.advance(60).await;
    }
    // The last faults lose every message. So only the table shows that these lines are due.
    let lost = &independent[3 * lines_per_fault..4 * lines_per_fault];
    for line in world.lines_of(&run).await.iter().filter(|l| lost.contains(&id(l))) {
        assert_eq!(line["status"], "approved", "the line of a lost message is not approved: {line:#}");
    }
    world.set_queue_faults(json!({})).await;
    world.approve(&run, None).await;
    world.assert_all_accepted(&run, &ledger_before).await;
}

#[tokio::test]
async fn an_unreadable_message_becomes_a_dead_letter_with_its_reason_and_delays_nothing() {
    let world = World::with_tight_club().await;
    let (run, _, ledger_before) = world.proposal_and_ledger().await;
    for text in ["{\"version\": 1}", "no JSON", "{\"version\": 9, \"club\": \"1\", \"approval\": \"a\", \"group\": 0}"]
    {
        world.send_to_queue("MUSTER_SUBMIT_QUEUE", text).await;
    }
    world.approve(&run, None).await;
    world.assert_all_accepted(&run, &ledger_before).await;
    let listed = world.command(&["dlq", "list"]).await;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!(
        listed.lines().filter(|l| l.contains("cannot be read") || l.contains("version 9")).count(),
        3,
        "{listed}"
    );
}
