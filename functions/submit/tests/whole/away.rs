//! Crossmark asks to wait, is away, or refuses the login.

use serde_json::json;
use store::states::{Cause, LineStatus};

use crate::house::{House, moved, new};

#[tokio::test]
async fn a_wait_that_crossmark_asks_for_is_kept() {
    let house = House::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    let fault = json!({"call": "schedule", "kind": "429", "ms": 300_000});
    house.tell("/_sim/faults", &json!({"next": [fault]})).await;
    house.run_dry().await;
    let submission = house.line(101).await.submission.expect("one");
    let [first, second] = &submission.attempts[..] else { panic!("{:?}", submission.attempts) };
    assert!(second.started_at.0 - first.started_at.0 >= 300_000);
    assert_eq!((house.status(101).await, submission.tries), (LineStatus::ApiSubmitted, 1));
}

#[tokio::test]
async fn while_crossmark_is_away_submissions_pause_and_no_attempt_counts() {
    let mut house =
        House::with(&[moved(201, "E03", "2026-12-03T10:15:00"), new(101, "E02", "2026-11-28T10:15:00").in_group(1)])
            .await;
    house.unplug().await;
    // An hour in steps, with what is due delivered at each.
    for _ in 0..360 {
        house.advance(10);
        while let Some(event) = house.receive().await {
            let deadline = runtime::Deadline::after(crate::house::PLENTY);
            let answer = house.submit.handle(event.clone(), deadline).await.expect("an answer");
            house.settle(&event, &answer).await;
        }
    }
    let pause = house.club().submissions_pause(house.now()).await.expect("read");
    assert!(pause.is_some_and(|p| p.row >= 5 && p.words.contains("could not be reached")));
    for event in [101, 201] {
        let line = house.line(event).await;
        assert_eq!((line.state.status(), line.submission.expect("one").tries), (LineStatus::Approved, 0));
    }
    house.plug_in().await;
    house.run_dry().await;
    for event in [101, 201] {
        assert_eq!(house.status(event).await, LineStatus::ApiSubmitted);
    }
    let pause = house.club().pause_submissions(&house.because()).await.expect("a pause");
    assert_eq!(pause.row, 1, "Crossmark answered, so the next pause is a short one");
}

#[tokio::test]
async fn a_refused_login_pauses_all_and_counts_nothing() {
    let house = House::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    house.plan("login", &["bad_credentials", "bad_credentials"]).await;
    house.run_dry().await;
    assert_eq!(house.status(101).await, LineStatus::ApiSubmitted);
    assert_eq!(house.line(101).await.submission.expect("one").tries, 0);
}

#[tokio::test]
async fn five_attempts_in_vain_are_enough() {
    let house =
        House::with(&[new(101, "E02", "2026-11-28T10:15:00"), moved(201, "E03", "2026-12-03T10:15:00").in_group(1)])
            .await;
    let always = vec!["429"; 10];
    house.plan("schedule", &always).await;
    house.run_dry().await;
    let (cause, words) = house.failure(101).await;
    assert_eq!(cause, Cause::Exhausted);
    assert!(words.starts_with("5 attempts were in vain") && words.contains("busy"), "{words}");
    assert_eq!(house.line(101).await.submission.expect("one").attempts.len(), 5);
    let (cause, words) = house.failure(201).await;
    assert_eq!(cause, Cause::Restored, "{words}");
}

#[tokio::test]
async fn a_line_that_nobody_can_read_back_ends_with_a_person() {
    let house = House::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    house.plan("schedule", &["reset_after"]).await;
    let always = vec!["not_ok"; 30];
    house.plan("condition", &always).await;
    house.run_dry().await;
    let (cause, words) = house.failure(101).await;
    assert_eq!(cause, Cause::Conflict);
    assert!(words.contains("20 readings failed"), "{words}");
}
