//! The sweep resumes approvals whose request stopped before it had written everything.

use runtime::messages::SubmitMessage;
use serde_json::json;
use store::states::LineStatus;
use testkit::key;

use crate::setup::SweepTest;

#[tokio::test]
async fn an_approval_that_was_only_recorded_is_processed_and_its_messages_are_sent() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101, 102]).await;
    let id = test.record_approval_of(&proposal, &[101, 102]).await;
    test.advance(59);
    assert_eq!(test.sweep().await["approvals_resumed"], 0, "its request may still be in progress");
    test.advance(1);
    assert!(test.sweep_twice_at_once("approvals_resumed").await >= 1);
    for event in [101, 102] {
        let line = test.line(&key(&proposal, event)).await;
        assert_eq!((line.state.status(), line.submission.expect("one").generation), (LineStatus::Approved, 1));
    }
    assert_eq!(test.messages::<SubmitMessage>().await.len(), 0, "the time for a recall starts again");
    test.advance(10);
    let mut groups: Vec<u32> = test.messages::<SubmitMessage>().await.iter().map(|m| m.group).collect();
    groups.sort_unstable();
    groups.dedup();
    assert_eq!(groups, [0, 1]);
    assert!(test.club().approval(&id).await.expect("read").expect("there").body.announced);
    assert_eq!(test.sweep().await["approvals_resumed"], 0);
}

#[tokio::test]
async fn an_approval_whose_messages_were_not_sent_gets_them() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101]).await;
    let id = test.record_approval_of(&proposal, &[101]).await;
    test.club().process_approval(&id, test.now()).await.expect("processed");
    test.advance(60);
    let swept = test.sweep().await;
    assert_eq!(swept["approvals_resumed"], 1);
    assert_eq!(test.messages::<SubmitMessage>().await.len(), 0, "the time for a recall starts again");
    test.advance(10);
    let messages = test.messages::<SubmitMessage>().await;
    assert!(messages.iter().all(|m| m.approval == id && m.generations == [(101, 1)].into()), "{messages:?}");
    assert_eq!(messages.len(), 1);
}

#[tokio::test]
async fn lines_of_an_unfinished_approval_get_their_messages_only_from_its_resumption() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101, 102, 103]).await;
    test.record_approval_of(&proposal, &[101, 102]).await;
    let id = test.record_approval_of(&proposal, &[103]).await;
    test.club().process_approval(&id, test.now()).await.expect("processed");
    // The line of the second approval is overdue, and its message was never sent.
    test.advance(600);
    let swept = test.sweep().await;
    assert_eq!((&swept["approvals_resumed"], &swept["groups_woken"]), (&json!(2), &json!(0)), "{swept}");
    assert_eq!(test.messages::<SubmitMessage>().await.len(), 0);
    test.advance(10);
    assert_eq!(test.messages::<SubmitMessage>().await.len(), 3);
}

#[tokio::test]
async fn an_approval_that_was_recalled_is_not_resumed() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("run-1", &[101, 102]).await;
    let id = test.record_approval_of(&proposal, &[101, 102]).await;
    test.club().end_approval(&id, &test.because()).await.expect("ended");
    test.advance(600);
    assert_eq!(test.sweep().await["approvals_resumed"], 0);
    assert_eq!(test.status(&key(&proposal, 101)).await, LineStatus::Proposed);
}
