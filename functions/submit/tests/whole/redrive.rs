//! A message that an operator moves back from the dead-letter queue.

use serde_json::json;
use store::states::{Cause, LineStatus};

use crate::setup::{SubmitTest, new};

async fn exhausted() -> SubmitTest {
    let test = SubmitTest::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    let always = vec!["429"; 5];
    test.plan_faults("schedule", &always).await;
    test.run_dry().await;
    assert_eq!(test.failure(101).await.0, Cause::Exhausted);
    test
}

#[tokio::test]
async fn a_redriven_message_wakes_an_exhausted_line_of_its_generation_alone() {
    let test = exhausted().await;
    let message = test.message(0).await;
    test.advance(1);
    for generations in [json!({}), json!({"101": 7}), json!({"102": 1})] {
        let mut other = serde_json::to_value(&message).expect("JSON");
        other["generations"] = generations;
        test.send(&serde_json::from_value(other).expect("a message"), 0).await;
        test.run_dry().await;
        assert_eq!(test.failure(101).await.0, Cause::Exhausted);
    }
    test.send(&message, 0).await;
    test.send(&message, 0).await;
    test.run_dry().await;
    assert_eq!((test.status(101).await, test.changes().await.len()), (LineStatus::ApiSubmitted, 6));
    let trail = test.club().trail(&store::audit::Subject::Line(test.key(101)), None, 50).await.expect("a trail").items;
    let woken = trail.iter().filter(|e| e.body.because.who.id == "redrive").count();
    assert_eq!(woken, 1);
}

#[tokio::test]
async fn a_message_from_before_the_last_attempt_wakes_nothing() {
    let test = SubmitTest::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    // A message that is delivered late.
    test.send(&test.message(0).await, 900).await;
    let always = vec!["429"; 5];
    test.plan_faults("schedule", &always).await;
    test.run_dry().await;
    assert_eq!((test.failure(101).await.0, test.changes().await.len()), (Cause::Exhausted, 5));
}

#[tokio::test]
async fn a_redriven_message_wakes_nothing_that_failed_otherwise() {
    let test = SubmitTest::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("schedule", &["not_ok"]).await;
    test.run_dry().await;
    test.advance(1);
    test.send(&test.message(0).await, 0).await;
    test.run_dry().await;
    assert_eq!((test.failure(101).await.0, test.changes().await.len()), (Cause::Refused, 1));
}
