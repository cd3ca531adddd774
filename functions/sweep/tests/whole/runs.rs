//! The sweep ends runs whose solver was lost, sends lost messages of queued runs again, supersedes older proposals, and
//! retires runs past retention.

use runtime::messages::RunMessage;
use store::lines::LineError;
use store::runs::RunOrigin;
use store::states::{Cause, LineStatus, RunStatus};
use testkit::key;

use crate::setup::SweepTest;

#[tokio::test]
async fn a_queued_run_past_its_deadline_is_ended_once() {
    let test = SweepTest::new().await;
    test.queue_run("run-1", RunOrigin::Manual { by: "robin".into() }).await;
    test.advance(3_599);
    assert_eq!(test.sweep().await["runs_ended"], 0);
    test.advance(1);
    assert_eq!(test.sweep_twice_at_once("runs_ended").await, 1);
    assert_eq!(test.run_status("run-1").await, RunStatus::Failed);
    // Another run can be queued.
    test.queue_run("run-2", RunOrigin::Manual { by: "robin".into() }).await;
}

#[tokio::test]
async fn a_run_whose_solver_was_lost_is_crashed_once() {
    let test = SweepTest::new().await;
    test.queue_and_start_run("run-1").await;
    test.advance(179);
    assert_eq!(test.sweep().await["runs_ended"], 0);
    test.advance(1);
    assert_eq!(test.sweep_twice_at_once("runs_ended").await, 1);
    assert_eq!(test.run_status("run-1").await, RunStatus::Crashed);
}

#[tokio::test]
async fn undecided_lines_of_an_older_proposal_are_superseded() {
    let test = SweepTest::new().await;
    let old = test.propose_lines("run-1", &[101, 102]).await;
    test.advance(60);
    let new = test.propose_lines("run-2", &[101]).await;
    assert!(test.sweep_twice_at_once("runs_superseded").await >= 1);
    for event in [101, 102] {
        assert_eq!(test.status(&key(&old, event)).await, LineStatus::Superseded);
    }
    assert_eq!(test.status(&key(&new, 101)).await, LineStatus::Proposed);
    assert_eq!(test.run_status("run-1").await, RunStatus::Superseded);
    assert_eq!(test.sweep().await["runs_superseded"], 0);
}

#[tokio::test]
async fn the_lines_of_a_run_past_retention_expire_unless_one_has_failed() {
    let test = SweepTest::new().await;
    let old = test.propose_lines("run-1", &[101, 102]).await;
    test.approve_directly(&old, &[101]).await;
    let because = test.because();
    let owner = store::key::Owner::parse("w").expect("an id");
    let failed =
        test.club().fail_unsent(&key(&old, 101), 1, Cause::Refused, "Crossmark said no", &owner, &because).await;
    failed.expect("failed");
    test.advance(60);
    test.propose_lines("run-2", &[102]).await;
    test.advance(21 * 86_400 - 61);
    assert_eq!(test.sweep().await["runs_retired"], 0, "not past retention");
    test.advance(1);
    assert_eq!(test.sweep().await["runs_retired"], 0, "one of its lines has failed, and a person must decide about it");
    test.club().give_up_line(&key(&old, 101), &test.because()).await.expect("dropped");
    assert!(test.sweep_twice_at_once("runs_retired").await >= 1);
    test.advance(1);
    assert_eq!(test.club().lines(&old, test.now()).await, Ok(Vec::new()));
    assert!(test.run("run-1").await.summary.is_some(), "the summary of the run stays");
    test.advance(86_400);
    assert_eq!(
        test.sweep().await["runs_retired"],
        0,
        "the current proposal is kept, and the other run is retired already"
    );
    let gone = test.club().retry_line(&key(&old, 101), test.now(), &test.because()).await;
    assert!(matches!(gone, Err(LineError::NotAllowed(_))), "{gone:?}");
}

#[tokio::test]
async fn a_queued_run_whose_message_was_lost_gets_another_in_each_sweep() {
    let test = SweepTest::new().await;
    test.queue_run("run-1", RunOrigin::Manual { by: "robin".into() }).await;
    test.advance(119);
    assert_eq!(test.sweep().await["runs_woken"], 0, "its own message is on the way");
    test.advance(1);
    assert_eq!(test.sweep_twice_at_once("runs_woken").await, 2, "each sweep sends its own message");
    let woken = test.messages::<RunMessage>().await;
    assert!(woken.iter().all(|m| m.run.as_str() == "run-1" && m.club == test.id), "{woken:?}");
    assert_eq!((woken.len(), test.run_status("run-1").await), (2, RunStatus::Queued));
}

#[tokio::test]
async fn a_running_run_gets_no_message() {
    let test = SweepTest::new().await;
    test.queue_and_start_run("run-1").await;
    test.advance(150);
    assert_eq!(test.sweep().await["runs_woken"], 0);
}
