//! The sweep sends a message for overdue lines whose own message was lost.

use chrono::TimeDelta;
use runtime::messages::SubmitMessage;
use serde_json::json;
use store::key::Owner;
use store::states::LineStatus;
use testkit::key;

use crate::setup::SweepTest;

#[tokio::test]
async fn each_group_with_overdue_lines_gets_one_message() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101, 102, 103]).await;
    let id = test.approve_directly(&proposal, &[101, 102, 103]).await;
    test.advance(69);
    assert_eq!(test.sweep().await["groups_woken"], 0, "their own messages are on the way");
    test.advance(1);
    assert_eq!(test.sweep().await["groups_woken"], 3);
    let mut messages = test.messages::<SubmitMessage>().await;
    messages.sort_by_key(|m| m.group);
    let found: Vec<_> = messages.iter().map(|m| (&m.approval, m.group, m.generations.clone())).collect();
    assert_eq!(found, [(&id, 0, [(101, 1)].into()), (&id, 1, [(102, 1)].into()), (&id, 2, [(103, 1)].into())]);
    assert_eq!(test.sweep_twice_at_once("groups_woken").await, 6, "each sweep sends its own messages");
    for event in [101, 102, 103] {
        assert_eq!(test.status(&key(&proposal, event)).await, LineStatus::Approved);
    }
}

#[tokio::test]
async fn lines_of_a_lost_worker_and_lines_in_doubt_get_a_message_when_they_are_due() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101, 102]).await;
    test.approve_directly(&proposal, &[101, 102]).await;
    test.advance(10);
    let (club, because) = (test.club(), test.because());
    let owner = Owner::parse("lost").expect("an id");
    let until = test.now().plus(TimeDelta::seconds(180));
    for event in [101, 102] {
        club.take_line(&key(&proposal, event), Some(1), &owner, until, &because).await.expect("taken");
    }
    test.advance(120);
    assert_eq!(test.sweep().await["groups_woken"], 0, "the lease of the worker has not expired");
    test.advance(120);
    assert_eq!(test.sweep().await["groups_woken"], 2);
    let until = test.now().plus(TimeDelta::seconds(60));
    club.lapse_line(&key(&proposal, 101), until, &test.because()).await.expect("lapsed");
    test.advance(120);
    assert_eq!(test.sweep().await["groups_woken"], 2);
}

#[tokio::test]
async fn no_message_is_sent_during_a_pause_or_for_a_failed_line() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101, 102]).await;
    test.approve_directly(&proposal, &[101, 102]).await;
    test.advance(600);
    let owner = Owner::parse("w").expect("an id");
    let cause = store::states::Cause::Refused;
    let club = test.club();
    let words = "Crossmark said no";
    club.fail_unsent(&key(&proposal, 102), 1, cause, words, &owner, &test.because()).await.expect("failed");
    let pause = club
        .pause_submissions(store::submission::PauseReason::Unreachable, None, &test.because())
        .await
        .expect("a pause");
    assert_eq!(test.sweep().await["groups_woken"], 0);
    test.advance((pause.until.0 - test.now().0) / 1_000);
    let swept = test.sweep().await;
    assert_eq!((&swept["groups_woken"], &swept["failed"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn lines_that_are_too_late_get_a_message_during_a_pause() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101, 102]).await;
    test.approve_directly(&proposal, &[101, 102]).await;
    // The lines start at 10:15 on the 28th and on the 29th. It is 09:14 on the 28th, and 09:16 after the first sweep.
    test.advance((5 * 24 + 7) * 3_600 + 14 * 60);
    test.club()
        .pause_submissions(store::submission::PauseReason::Unreachable, None, &test.because())
        .await
        .expect("a pause");
    assert_eq!(test.sweep().await["groups_woken"], 0);
    test.advance(120);
    test.club()
        .pause_submissions(store::submission::PauseReason::Unreachable, None, &test.because())
        .await
        .expect("a pause");
    assert_eq!(test.sweep().await["groups_woken"], 1);
    let messages = test.messages::<SubmitMessage>().await;
    assert_eq!(messages[0].generations, [(101, 1)].into(), "{messages:?}");
}
