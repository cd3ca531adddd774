//! Messages that come twice, late, out of order or not at all, and one that cannot be read.

use serde_json::json;

use super::exact::single;
use crate::world::{World, id};

#[tokio::test]
async fn a_message_that_comes_twice_late_out_of_order_or_not_at_all_changes_nothing() {
    let world = World::tight().await;
    let (run, lines, seeded) = world.begun().await;
    let faults = [
        json!({"duplicate": 1.0, "reorder": 1.0}),
        json!({"delay": 1.0, "delay_s": 90, "duplicate": 0.5}),
        json!({"drop": 0.7, "seed": 5}),
        json!({"lose": 1.0}),
    ];
    let single = single(&lines);
    let each = single.len() / faults.len();
    assert!(each >= 1, "too few lines: {single:?}");
    for (part, faults) in single.chunks(each).zip(faults) {
        world.queues_suffer(faults).await;
        world.approve(&run, Some(part)).await;
        world.advance(60).await;
    }
    // The last faults lose every message, so only the table knows that these lines are due.
    let lost = &single[3 * each..4 * each];
    for line in world.lines_of(&run).await.iter().filter(|l| lost.contains(&id(l))) {
        assert_eq!(line["status"], "approved", "what was lost is known to be due: {line:#}");
    }
    world.queues_suffer(json!({})).await;
    world.approve(&run, None).await;
    world.all_went_out(&run, &seeded).await;
}

#[tokio::test]
async fn a_message_that_nobody_can_read_ends_dead_with_its_reason_and_holds_nobody_up() {
    let world = World::tight().await;
    let (run, _, seeded) = world.begun().await;
    for text in ["{\"version\": 1}", "no JSON", "{\"version\": 9, \"club\": \"1\", \"approval\": \"a\", \"group\": 0}"]
    {
        world.send_to("MUSTER_SUBMIT_QUEUE", text).await;
    }
    world.approve(&run, None).await;
    world.all_went_out(&run, &seeded).await;
    let listed = world.command(&["dlq", "list"]).await;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!(
        listed.lines().filter(|l| l.contains("cannot be read") || l.contains("version 9")).count(),
        3,
        "{listed}"
    );
}
