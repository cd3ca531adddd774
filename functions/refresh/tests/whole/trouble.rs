//! A refresh changes nothing if Crossmark's answer is partial or missing, and keeps what somebody else writes while
//! Crossmark is read.

use serde_json::json;
use testkit::unchanged;

use crate::setup::RefreshTest;

#[tokio::test]
async fn a_partial_answer_changes_nothing() {
    let test = RefreshTest::small().await;
    let cancel = json!([{"mPlanID": 101, "condition": "Canceled"}]);
    test.control_simulator("events", cancel.clone()).await;
    let before = test.snapshot().await;
    for kind in ["500", "503", "login_page", "reset_before"] {
        for call in ["planning", "people", "visits"] {
            // More faults than the client makes attempts.
            let next: Vec<_> = (0..90).map(|_| json!({"call": call, "kind": kind})).collect();
            test.control_simulator("faults", json!({"next": next})).await;
            test.refresh().await;
            assert_eq!(test.snapshot().await, before, "{call} {kind}");
            assert!(!test.is_fresh().await, "{call} {kind}");
            test.control_simulator("reset", json!({})).await;
            test.control_simulator("events", cancel.clone()).await;
            // After a refused login, the client does not try again for a while.
            test.clock.advance(chrono::TimeDelta::minutes(6));
        }
    }
    test.refresh().await;
    assert!(test.is_fresh().await);
    assert_eq!(test.stored_event(101).await.event.body.facts.condition.as_deref(), Some("Canceled"));
}

#[tokio::test]
async fn a_refresh_succeeds_after_temporary_faults() {
    let test = RefreshTest::small().await;
    test.control_simulator("events", json!([{"mPlanID": 101, "condition": "Canceled"}])).await;
    test.control_simulator(
        "faults",
        json!({"seed": 3, "rate": 0.2, "kinds": ["500", "502", "429", "reset_after", "login_page"], "max_ms": 5}),
    )
    .await;
    for _ in 0..20 {
        test.refresh().await;
        if test.is_fresh().await {
            break;
        }
        test.clock.advance(chrono::TimeDelta::hours(1));
    }
    assert!(test.is_fresh().await);
    assert_eq!(test.stored_event(101).await.event.body.facts.condition.as_deref(), Some("Canceled"));
}

#[tokio::test]
async fn a_change_that_was_made_while_crossmark_was_read_stays() {
    let test = RefreshTest::small().await;
    test.control_simulator(
        "events",
        json!([{"mPlanID": 101, "condition": "Paused"}, {"mPlanID": 102, "condition": "Paused"}]),
    )
    .await;
    test.control_simulator("faults", json!({"next": [{"call": "people", "kind": "hold_after"}]})).await;
    let refreshing = test.spawn_refresh();
    test.wait_until_held().await;
    // Like a submission that is accepted at this moment.
    let mut update = unchanged(test.stored_event(101).await);
    update.facts.condition = Some("Scheduled".into());
    assert_eq!(test.club().apply_updates(&[update]).await.expect("written").written, 1);
    test.control_simulator("release", json!({})).await;
    refreshing.await.expect("no panic").expect("an answer");
    assert_eq!(test.stored_event(101).await.event.body.facts.condition.as_deref(), Some("Scheduled"));
    assert_eq!(test.stored_event(102).await.event.body.facts.condition.as_deref(), Some("Paused"));
    test.refresh().await;
    assert_eq!(
        test.stored_event(101).await.event.body.facts.condition.as_deref(),
        Some("Paused"),
        "the next refresh applies the change"
    );
}

#[tokio::test]
async fn a_message_that_cannot_be_handled_goes_to_the_dead_letter_queue() {
    let test = RefreshTest::small().await;
    for body in
        ["no JSON", r#"{"version": 1}"#, r#"{"version": 9, "club": "8135"}"#, r#"{"version": 1, "club": "9001"}"#]
    {
        assert!(test.deliver(body).await, "{body} is not delivered again");
    }
    let dead = test.cloud.queues().outlook().await.expect("an outlook");
    let dead = dead.iter().find(|queue| queue.queue == "muster-refresh-dlq").expect("a queue");
    assert_eq!(dead.visible, 4);
}
