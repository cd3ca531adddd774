//! Runs that are stuck, behind, or old.

use store::lines::LineError;
use store::runs::Origin;
use store::states::{Cause, LineStatus, RunStatus};

use crate::house::{House, key};

#[tokio::test]
async fn a_run_that_waits_too_long_is_ended_once() {
    let house = House::new().await;
    house.queued("run-1", Origin::Manual { by: "robin".into() }).await;
    house.advance(3_599);
    assert_eq!(house.sweep().await["runs_ended"], 0);
    house.advance(1);
    assert_eq!(house.sweep_twice_at_once("runs_ended").await, 1);
    assert_eq!(house.run_status("run-1").await, RunStatus::Failed);
    // The way is free for another.
    house.queued("run-2", Origin::Manual { by: "robin".into() }).await;
}

#[tokio::test]
async fn a_run_whose_solver_was_lost_is_crashed_once() {
    let house = House::new().await;
    house.running("run-1").await;
    house.advance(179);
    assert_eq!(house.sweep().await["runs_ended"], 0);
    house.advance(1);
    assert_eq!(house.sweep_twice_at_once("runs_ended").await, 1);
    assert_eq!(house.run_status("run-1").await, RunStatus::Crashed);
}

#[tokio::test]
async fn what_a_newer_proposal_left_behind_is_superseded() {
    let house = House::new().await;
    let old = house.proposed("run-1", &[101, 102]).await;
    house.advance(60);
    let new = house.proposed("run-2", &[101]).await;
    assert!(house.sweep_twice_at_once("runs_superseded").await >= 1);
    for event in [101, 102] {
        assert_eq!(house.status(&key(&old, event)).await, LineStatus::Superseded);
    }
    assert_eq!(house.status(&key(&new, 101)).await, LineStatus::Proposed);
    assert_eq!(house.run_status("run-1").await, RunStatus::Superseded);
    assert_eq!(house.sweep().await["runs_superseded"], 0);
}

#[tokio::test]
async fn a_run_past_retention_lets_its_lines_go_unless_one_is_open() {
    let house = House::new().await;
    let old = house.proposed("run-1", &[101, 102]).await;
    house.approved(&old, &[101]).await;
    let because = house.because();
    let owner = store::key::Owner::parse("w").expect("an id");
    let failed =
        house.club().fail_unsent(&key(&old, 101), 1, Cause::Refused, "Crossmark said no", &owner, &because).await;
    failed.expect("failed");
    house.advance(60);
    house.proposed("run-2", &[102]).await;
    house.advance(21 * 86_400 - 61);
    assert_eq!(house.sweep().await["runs_retired"], 0, "not past retention");
    house.advance(1);
    assert_eq!(house.sweep().await["runs_retired"], 0, "a line of it failed, and a person must say what next");
    house.club().drop_line(&key(&old, 101), &house.because()).await.expect("dropped");
    assert!(house.sweep_twice_at_once("runs_retired").await >= 1);
    house.advance(1);
    assert_eq!(house.club().lines(&old, house.now()).await, Ok(Vec::new()));
    assert!(house.run("run-1").await.summary.is_some(), "its summary stays");
    house.advance(86_400);
    assert_eq!(house.sweep().await["runs_retired"], 0, "the current proposal stays, and nothing goes twice");
    let gone = house.club().retry_line(&key(&old, 101), house.now(), &house.because()).await;
    assert!(matches!(gone, Err(LineError::NotAllowed(_))), "{gone:?}");
}

#[tokio::test]
async fn a_run_whose_message_was_lost_is_woken_until_it_is_taken_up() {
    let house = House::new().await;
    house.queued("run-1", Origin::Manual { by: "robin".into() }).await;
    house.advance(119);
    assert_eq!(house.sweep().await["runs_woken"], 0, "its own message is on the way");
    house.advance(1);
    assert_eq!(house.sweep_twice_at_once("runs_woken").await, 2, "a message more changes nothing");
    let woken = house.run_messages().await;
    assert!(woken.iter().all(|m| m.run.as_str() == "run-1" && m.club == house.club_id), "{woken:?}");
    assert_eq!((woken.len(), house.run_status("run-1").await), (2, RunStatus::Queued));
}

#[tokio::test]
async fn a_run_that_a_solver_has_is_not_woken() {
    let house = House::new().await;
    house.running("run-1").await;
    house.advance(150);
    assert_eq!(house.sweep().await["runs_woken"], 0);
}
