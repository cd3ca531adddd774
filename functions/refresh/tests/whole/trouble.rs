//! Crossmark answers in part, late or not at all, and others write meanwhile.

use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn a_partial_answer_changes_nothing() {
    let house = House::small().await;
    let cancel = json!([{"mPlanID": 101, "condition": "Canceled"}]);
    house.upstream("events", cancel.clone()).await;
    let before = house.snapshot().await;
    for kind in ["500", "503", "login_page", "reset_before"] {
        for call in ["planning", "people", "visits"] {
            // More often than it is tried.
            let next: Vec<_> = (0..90).map(|_| json!({"call": call, "kind": kind})).collect();
            house.upstream("faults", json!({"next": next})).await;
            house.refresh().await;
            assert_eq!(house.snapshot().await, before, "{call} {kind}");
            assert!(!house.is_fresh().await, "{call} {kind}");
            house.upstream("reset", json!({})).await;
            house.upstream("events", cancel.clone()).await;
            // After a refused login nobody tries again for a while.
            house.hands.advance(chrono::TimeDelta::minutes(6));
        }
    }
    house.refresh().await;
    assert!(house.is_fresh().await);
    assert_eq!(house.standing(101).await.event.body.facts.condition.as_deref(), Some("Canceled"));
}

#[tokio::test]
async fn faults_that_pass_are_outlasted() {
    let house = House::small().await;
    house.upstream("events", json!([{"mPlanID": 101, "condition": "Canceled"}])).await;
    house
        .upstream(
            "faults",
            json!({"seed": 3, "rate": 0.2, "kinds": ["500", "502", "429", "reset_after", "login_page"], "max_ms": 5}),
        )
        .await;
    for _ in 0..20 {
        house.refresh().await;
        if house.is_fresh().await {
            break;
        }
        house.hands.advance(chrono::TimeDelta::hours(1));
    }
    assert!(house.is_fresh().await);
    assert_eq!(house.standing(101).await.event.body.facts.condition.as_deref(), Some("Canceled"));
}

#[tokio::test]
async fn what_changed_here_while_crossmark_was_asked_stays() {
    let house = House::small().await;
    house
        .upstream("events", json!([{"mPlanID": 101, "condition": "Paused"}, {"mPlanID": 102, "condition": "Paused"}]))
        .await;
    house.upstream("faults", json!({"next": [{"call": "people", "kind": "hold_after"}]})).await;
    let refreshing = house.refreshing();
    house.until_held().await;
    // As a submission would that was accepted just now.
    let mut word = house.standing(101).await.as_is();
    word.facts.condition = Some("Scheduled".into());
    assert_eq!(house.club().follow(&[word]).await.expect("written").written, 1);
    house.upstream("release", json!({})).await;
    refreshing.await.expect("no panic").expect("an answer");
    assert_eq!(house.standing(101).await.event.body.facts.condition.as_deref(), Some("Scheduled"));
    assert_eq!(house.standing(102).await.event.body.facts.condition.as_deref(), Some("Paused"));
    house.refresh().await;
    assert_eq!(house.standing(101).await.event.body.facts.condition.as_deref(), Some("Paused"), "the next one knows");
}

#[tokio::test]
async fn a_message_that_nobody_can_work_on_is_set_aside() {
    let house = House::small().await;
    for body in
        ["no JSON", r#"{"version": 1}"#, r#"{"version": 9, "club": "8135"}"#, r#"{"version": 1, "club": "9001"}"#]
    {
        assert!(house.deliver(body).await, "{body} must not come back");
    }
    let dead = house.cloud.queues().outlook().await.expect("an outlook");
    let dead = dead.iter().find(|queue| queue.queue == "muster-refresh-dlq").expect("a queue");
    assert_eq!(dead.visible, 4);
}
