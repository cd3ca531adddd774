//! Overdue lines whose message was lost.

use chrono::TimeDelta;
use runtime::messages::SubmitMessage;
use serde_json::json;
use store::key::Owner;
use store::states::LineStatus;
use testkit::key;

use crate::setup::SweepTest;

#[tokio::test]
async fn lines_that_are_due_and_not_woken_are_woken_group_by_group() {
    let test = SweepTest::new().await;
    let proposal = test.proposed("run-1", &[101, 102, 103]).await;
    let id = test.approved(&proposal, &[101, 102, 103]).await;
    test.advance(69);
    assert_eq!(test.sweep().await["groups_woken"], 0, "their own messages are on the way");
    test.advance(1);
    assert_eq!(test.sweep().await["groups_woken"], 3);
    let mut messages = test.messages::<SubmitMessage>().await;
    messages.sort_by_key(|m| m.group);
    let found: Vec<_> = messages.iter().map(|m| (&m.approval, m.group, m.generations.clone())).collect();
    assert_eq!(found, [(&id, 0, [(101, 1)].into()), (&id, 1, [(102, 1)].into()), (&id, 2, [(103, 1)].into())]);
    assert_eq!(test.sweep_twice_at_once("groups_woken").await, 6, "a message more changes nothing");
    for event in [101, 102, 103] {
        assert_eq!(test.status(&key(&proposal, event)).await, LineStatus::Approved);
    }
}

#[tokio::test]
async fn a_lost_worker_and_a_doubt_are_woken_when_they_must_be_looked_at() {
    let test = SweepTest::new().await;
    let proposal = test.proposed("run-1", &[101, 102]).await;
    test.approved(&proposal, &[101, 102]).await;
    test.advance(10);
    let (club, because) = (test.club(), test.because());
    let owner = Owner::parse("lost").expect("an id");
    let until = test.now().plus(TimeDelta::seconds(180));
    for event in [101, 102] {
        club.take_line(&key(&proposal, event), Some(1), &owner, until, &because).await.expect("taken");
    }
    test.advance(120);
    assert_eq!(test.sweep().await["groups_woken"], 0, "the worker may still be at it");
    test.advance(120);
    assert_eq!(test.sweep().await["groups_woken"], 2);
    let until = test.now().plus(TimeDelta::seconds(60));
    club.lapse_line(&key(&proposal, 101), until, &test.because()).await.expect("lapsed");
    test.advance(120);
    assert_eq!(test.sweep().await["groups_woken"], 2);
}

#[tokio::test]
async fn nothing_is_woken_while_submissions_pause_or_where_only_a_person_can_go_on() {
    let test = SweepTest::new().await;
    let proposal = test.proposed("run-1", &[101, 102]).await;
    test.approved(&proposal, &[101, 102]).await;
    test.advance(600);
    let owner = Owner::parse("w").expect("an id");
    let cause = store::states::Cause::Refused;
    let club = test.club();
    let words = "Crossmark said no";
    club.fail_unsent(&key(&proposal, 102), 1, cause, words, &owner, &test.because()).await.expect("failed");
    let pause =
        club.pause_submissions(store::submission::PauseReason::Unreachable, &test.because()).await.expect("a pause");
    assert_eq!(test.sweep().await["groups_woken"], 0);
    test.advance((pause.until.0 - test.now().0) / 1_000);
    let swept = test.sweep().await;
    assert_eq!((&swept["groups_woken"], &swept["failed"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn while_submissions_pause_what_is_too_late_is_woken_to_its_end() {
    let test = SweepTest::new().await;
    let proposal = test.proposed("run-1", &[101, 102]).await;
    test.approved(&proposal, &[101, 102]).await;
    // They start at 10:15 on the 28th and on the 29th; it is 09:14 and then 09:16 on the 28th.
    test.advance((5 * 24 + 7) * 3_600 + 14 * 60);
    test.club().pause_submissions(store::submission::PauseReason::Unreachable, &test.because()).await.expect("a pause");
    assert_eq!(test.sweep().await["groups_woken"], 0);
    test.advance(120);
    test.club().pause_submissions(store::submission::PauseReason::Unreachable, &test.because()).await.expect("a pause");
    assert_eq!(test.sweep().await["groups_woken"], 1);
    let messages = test.messages::<SubmitMessage>().await;
    assert_eq!(messages[0].generations, [(101, 1)].into(), "{messages:?}");
}
