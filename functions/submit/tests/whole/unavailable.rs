//! Lines wait while Crossmark asks to wait, is unreachable or refuses the login, and fail only after their attempts or
//! read-backs are used up.

use std::collections::BTreeSet;

use serde_json::json;
use store::states::{Cause, LineStatus};

use crate::setup::{SubmitTest, moved_line, new_line};

#[tokio::test]
async fn a_line_is_not_sent_again_before_the_end_of_the_wait_that_crossmark_asked_for() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    let fault = json!({"call": "schedule", "kind": "429", "ms": 300_000});
    test.post("/_sim/faults", &json!({"next": [fault]})).await;
    test.run_to_completion().await;
    let submission = test.line(101).await.submission.expect("one");
    let [first, second] = &submission.attempts[..] else { panic!("{:?}", submission.attempts) };
    assert!(second.started_at.0 - first.started_at.0 >= 300_000);
    assert_eq!((test.status(101).await, submission.tries), (LineStatus::ApiSubmitted, 1));
}

#[tokio::test]
async fn while_crossmark_is_unreachable_submissions_pause_and_no_attempt_counts() {
    let mut test = SubmitTest::with(&[
        moved_line(201, "E03", "2026-12-03T10:15:00"),
        new_line(101, "E02", "2026-11-28T10:15:00").in_group(1),
    ])
    .await;
    test.stop_crossmark().await;
    // An hour in steps of 10 seconds; messages that are due are delivered at each.
    for _ in 0..360 {
        test.advance(10);
        test.deliver_due_messages().await;
    }
    let pause = test.club().submissions_pause(test.now()).await.expect("read");
    assert!(pause.is_some_and(|p| p.consecutive >= 5 && p.words.contains("could not be reached")));
    for event in [101, 201] {
        let line = test.line(event).await;
        assert_eq!((line.state.status(), line.submission.expect("one").tries), (LineStatus::Approved, 0));
    }
    test.start_crossmark().await;
    test.run_to_completion().await;
    for event in [101, 201] {
        assert_eq!(test.status(event).await, LineStatus::ApiSubmitted);
    }
    let pause = test
        .club()
        .pause_submissions(store::submission::PauseReason::Unreachable, None, &test.because())
        .await
        .expect("a pause");
    assert_eq!(pause.consecutive, 1, "Crossmark has answered, so the next pause is a short one");
}

#[tokio::test]
async fn a_refused_login_pauses_submissions_and_no_attempt_counts() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("login", &["bad_credentials", "bad_credentials"]).await;
    test.run_to_completion().await;
    assert_eq!(test.status(101).await, LineStatus::ApiSubmitted);
    assert_eq!(test.line(101).await.submission.expect("one").tries, 0);
}

#[tokio::test]
async fn a_pause_lasts_until_a_refused_login_may_be_tried_again() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("login", &["bad_credentials", "bad_credentials"]).await;
    let mut pauses = BTreeSet::new();
    // A quarter of an hour in steps of 10 seconds; messages that are due are delivered at each.
    for _ in 0..90 {
        test.advance(10);
        test.deliver_due_messages().await;
        let pause = test.club().submissions_pause(test.now()).await.expect("read");
        pauses.extend(pause.map(|pause| (pause.consecutive, pause.until)));
    }
    assert_eq!(test.status(101).await, LineStatus::ApiSubmitted);
    assert_eq!(pauses.len(), 2, "one for each login that Crossmark refused: {pauses:?}");
}

#[tokio::test]
async fn a_line_fails_after_five_attempts_without_effect() {
    let test = SubmitTest::with(&[
        new_line(101, "E02", "2026-11-28T10:15:00"),
        moved_line(201, "E03", "2026-12-03T10:15:00").in_group(1),
    ])
    .await;
    let always = vec!["429"; 10];
    test.plan_faults("schedule", &always).await;
    test.run_to_completion().await;
    let (cause, words) = test.failure(101).await;
    assert_eq!(cause, Cause::Exhausted);
    assert!(words.starts_with("5 attempts failed") && words.contains("busy"), "{words}");
    assert_eq!(test.line(101).await.submission.expect("one").attempts.len(), 5);
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::Restored, "{words}");
}

#[tokio::test]
async fn a_line_that_cannot_be_read_back_fails_as_a_conflict() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("schedule", &["reset_after"]).await;
    let always = vec!["not_ok"; 30];
    test.plan_faults("condition", &always).await;
    test.run_to_completion().await;
    let (cause, words) = test.failure(101).await;
    assert_eq!(cause, Cause::Conflict);
    assert!(words.contains("20 read-backs failed"), "{words}");
}

#[tokio::test]
async fn a_move_whose_restore_cannot_be_read_back_fails_as_a_conflict_and_does_not_say_that_the_restore_failed() {
    for fault in ["reset_before", "reset_after"] {
        let test = SubmitTest::with(&[moved_line(201, "E03", "2026-12-03T10:15:00")]).await;
        test.plan_faults("schedule", &["not_ok", fault]).await;
        let always = vec!["not_ok"; 30];
        test.plan_faults("condition", &always).await;
        test.run_to_completion().await;
        let (cause, words) = test.failure(201).await;
        assert_eq!(cause, Cause::Conflict, "{fault}: {words}");
        assert!(
            words.contains("It is unknown whether the old one was scheduled again: 20 read-backs failed"),
            "{fault}: {words}"
        );
        assert!(!words.contains("failed too"), "{fault}: {words}");
    }
}
