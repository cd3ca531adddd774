//! Approvals whose presser was lost.

use serde_json::json;
use store::states::LineStatus;

use crate::house::{House, key};

#[tokio::test]
async fn an_approval_that_was_only_recorded_is_worked_off_and_announced() {
    let house = House::new().await;
    let proposal = house.proposed("run-1", &[101, 102]).await;
    let id = house.recorded(&proposal, &[101, 102]).await;
    house.advance(59);
    assert_eq!(house.sweep().await["approvals_resumed"], 0, "its presser may still be at it");
    house.advance(1);
    assert!(house.sweep_twice_at_once("approvals_resumed").await >= 1);
    for event in [101, 102] {
        let line = house.line(&key(&proposal, event)).await;
        assert_eq!((line.state.status(), line.submission.expect("one").generation), (LineStatus::Approved, 1));
    }
    assert_eq!(house.messages().await.len(), 0, "there is time for a recall again");
    house.advance(10);
    let mut groups: Vec<u32> = house.messages().await.iter().map(|m| m.group).collect();
    groups.sort_unstable();
    groups.dedup();
    assert_eq!(groups, [0, 1]);
    assert!(house.club().approval(&id).await.expect("read").expect("there").body.announced);
    assert_eq!(house.sweep().await["approvals_resumed"], 0);
}

#[tokio::test]
async fn an_approval_that_was_not_announced_is() {
    let house = House::new().await;
    let proposal = house.proposed("run-1", &[101]).await;
    let id = house.recorded(&proposal, &[101]).await;
    house.club().work_off(&id, house.now()).await.expect("worked off");
    house.advance(60);
    let swept = house.sweep().await;
    assert_eq!(swept["approvals_resumed"], 1);
    assert_eq!(house.messages().await.len(), 0, "there is time for a recall again");
    house.advance(10);
    let messages = house.messages().await;
    assert!(messages.iter().all(|m| m.approval == id && m.generations == [(101, 1)].into()), "{messages:?}");
    assert_eq!(messages.len(), 1);
}

#[tokio::test]
async fn lines_of_an_approval_that_is_not_through_are_woken_by_nobody_but_who_resumes_it() {
    let house = House::new().await;
    let proposal = house.proposed("run-1", &[101, 102, 103]).await;
    house.recorded(&proposal, &[101, 102]).await;
    let id = house.recorded(&proposal, &[103]).await;
    house.club().work_off(&id, house.now()).await.expect("worked off");
    // Its line is long due, and its message was never sent.
    house.advance(600);
    let swept = house.sweep().await;
    assert_eq!((&swept["approvals_resumed"], &swept["groups_woken"]), (&json!(2), &json!(0)), "{swept}");
    assert_eq!(house.messages().await.len(), 0);
    house.advance(10);
    assert_eq!(house.messages().await.len(), 3);
}

#[tokio::test]
async fn an_approval_that_was_recalled_is_not_resumed() {
    let house = House::new().await;
    let proposal = house.proposed("run-1", &[101, 102]).await;
    let id = house.recorded(&proposal, &[101, 102]).await;
    house.club().end_approval(&id, &house.because()).await.expect("ended");
    house.advance(600);
    assert_eq!(house.sweep().await["approvals_resumed"], 0);
    assert_eq!(house.status(&key(&proposal, 101)).await, LineStatus::Proposed);
}
