//! A message that an operator moves back from the dead-letter queue retries a line only if the line failed because its
//! attempts were used up, and before the message was sent.

use serde_json::json;
use store::states::{Cause, LineStatus};

use crate::setup::{SubmitTest, new_line};

/// A club with one line, which failed as exhausted.
async fn test_with_exhausted_line() -> SubmitTest {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    let always = vec!["429"; 5];
    test.plan_faults("schedule", &always).await;
    test.run_to_completion().await;
    assert_eq!(test.failure(101).await.0, Cause::Exhausted);
    test
}

#[tokio::test]
async fn a_redriven_message_retries_only_an_exhausted_line_of_the_generation_that_it_names() {
    let test = test_with_exhausted_line().await;
    let message = test.message(0).await;
    test.advance(1);
    for generations in [json!({}), json!({"101": 7}), json!({"102": 1})] {
        let mut other = serde_json::to_value(&message).expect("JSON");
        other["generations"] = generations;
        test.send(&serde_json::from_value(other).expect("a message"), 0).await;
        test.run_to_completion().await;
        assert_eq!(test.failure(101).await.0, Cause::Exhausted);
    }
    test.send(&message, 0).await;
    test.send(&message, 0).await;
    test.run_to_completion().await;
    assert_eq!((test.status(101).await, test.changes().await.len()), (LineStatus::ApiSubmitted, 6));
    let trail = test.club().trail(&store::audit::Subject::Line(test.key(101)), None, 50).await.expect("a trail").items;
    let retried = trail.iter().filter(|e| e.body.because.who.id == "redrive").count();
    assert_eq!(retried, 1);
}

#[tokio::test]
async fn a_message_that_was_sent_before_the_last_attempt_retries_no_line() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    // A message that is sent before the first attempt and delivered after the last one.
    test.send(&test.message(0).await, 900).await;
    let always = vec!["429"; 5];
    test.plan_faults("schedule", &always).await;
    test.run_to_completion().await;
    assert_eq!((test.failure(101).await.0, test.changes().await.len()), (Cause::Exhausted, 5));
}

#[tokio::test]
async fn a_redriven_message_does_not_retry_a_refused_line() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("schedule", &["not_ok"]).await;
    test.run_to_completion().await;
    test.advance(1);
    test.send(&test.message(0).await, 0).await;
    test.run_to_completion().await;
    assert_eq!((test.failure(101).await.0, test.changes().await.len()), (Cause::Refused, 1));
}
