//! A sweep of several clubs: the failure of one stops no other, and clubs that are left are swept next.

use std::time::Duration;

use runtime::Deadline;
use runtime::trigger::Tick;
use serde_json::json;
use store::runs::RunOrigin;
use store::states::RunStatus;
use sweep::Sweep;

use crate::setup::SweepTest;

#[tokio::test]
async fn the_failure_of_one_club_does_not_stop_the_sweep_of_another() {
    let test = SweepTest::new().await;
    for id in ["8000", "9000"] {
        test.add_club(id).await;
        test.put_unreadable_item(&format!("CLUB#{id}#RUN"), "zzz").await;
        test.put_unreadable_item(&format!("CLUB#{id}#APPROVAL"), "zzz").await;
    }
    test.queue_run("run-1", RunOrigin::Manual { by: "robin".into() }).await;
    test.advance(3_600);
    let swept = test.sweep().await;
    assert_eq!((&swept["clubs"], &swept["runs_ended"]), (&json!(3), &json!(1)));
    assert!(swept["failed"].as_u64().expect("a count") >= 4, "{swept}");
    assert_eq!(test.run_status("run-1").await, RunStatus::Failed);
}

#[tokio::test]
async fn a_sweep_with_too_little_time_leaves_its_clubs_to_the_next() {
    let test = SweepTest::new().await;
    test.add_club("9000").await;
    test.queue_run("run-1", RunOrigin::Manual { by: "robin".into() }).await;
    test.advance(3_600);
    let sweep = Sweep::new(&test.environment).expect("a function");
    let none = sweep.handle(Tick, Deadline::after(Duration::from_secs(9))).await.expect("an answer");
    assert_eq!((none.clubs, none.clubs_left), (0, 2));
    assert_eq!(test.run_status("run-1").await, RunStatus::Queued);
    test.advance(300);
    let all = test.sweep().await;
    assert_eq!((&all["clubs"], &all["clubs_left"], &all["runs_ended"]), (&json!(2), &json!(0), &json!(1)));
}

#[tokio::test]
async fn a_sweep_with_nothing_to_do_answers_zeros() {
    let swept = SweepTest::new().await.sweep().await;
    let expect = json!({
        "clubs": 1, "clubs_left": 0, "failed": 0, "runs_ended": 0, "runs_woken": 0, "runs_superseded": 0,
        "runs_retired": 0, "approvals_resumed": 0, "groups_woken": 0,
        "morning_messages_sent": 0, "numbers_differ": 0, "erasures_resumed": 0,
    });
    assert_eq!(swept, expect);
}
