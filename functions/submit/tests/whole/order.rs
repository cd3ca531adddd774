//! Lines that depend on another line, their dependency: they fail if the dependency fails, and wait while it waits.

use store::lines::LineKind;
use store::states::{Cause, LineStatus};

use crate::setup::{SubmitTest, dropped_line, moved_line, new_line};

#[tokio::test]
async fn dependents_of_a_refused_dependency_fail_unsent_and_name_it() {
    let lines = [
        new_line(101, "E02", "2026-11-28T10:15:00"),
        new_line(102, "E02", "2026-11-28T10:30:00").after(&[101]),
        new_line(103, "E02", "2026-11-28T10:45:00").after(&[102]),
        new_line(104, "E04", "2026-11-28T10:15:00"),
    ];
    let test = SubmitTest::with(&lines).await;
    test.plan_faults("schedule", &["not_ok"]).await;
    test.run_to_completion().await;
    assert_eq!(test.changes().await, ["schedule 101", "schedule 104"]);
    for (event, dependency) in [(102, "101"), (103, "102")] {
        let (cause, words) = test.failure(event).await;
        assert_eq!(cause, Cause::DependencyFailed);
        assert!(words.contains(dependency), "{words}");
    }
    assert_eq!(test.status(104).await, LineStatus::ApiSubmitted);
}

#[tokio::test]
async fn dependents_of_a_dependency_that_is_postponed_or_in_doubt_are_sent_after_it() {
    for fault in ["429", "reset_after", "reset_before", "500 after"] {
        let lines = [
            new_line(101, "E02", "2026-11-28T10:15:00"),
            new_line(102, "E02", "2026-11-28T10:30:00").after(&[101]),
            moved_line(201, "E03", "2026-12-03T10:15:00").after(&[101]),
        ];
        let test = SubmitTest::with(&lines).await;
        test.plan_faults("schedule", &[fault]).await;
        test.run_to_completion().await;
        let changes = test.changes().await;
        let last_attempt = changes.iter().rposition(|c| c == "schedule 101").expect("an attempt");
        let first = |call: &str| changes.iter().position(|c| c == call).expect("a call");
        assert!(last_attempt < first("schedule 102") && last_attempt < first("schedule 201"), "{fault}: {changes:?}");
        for event in [101, 102, 201] {
            assert_eq!(test.status(event).await, LineStatus::ApiSubmitted, "event {event} after {fault}");
        }
    }
}

#[tokio::test]
async fn a_dependent_move_that_gave_up_its_old_schedule_gets_it_back_when_its_dependency_fails() {
    let lines =
        [new_line(101, "E02", "2026-11-28T10:15:00"), moved_line(201, "E03", "2026-12-03T10:15:00").after(&[101])];
    let test = SubmitTest::with(&lines).await;
    test.plan_faults("schedule", &["not_ok"]).await;
    test.run_to_completion().await;
    assert_eq!(test.changes().await, ["delete 55000201", "schedule 101", "schedule 201"]);
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::Restored);
    assert!(words.contains("needs event 101"), "{words}");
    let active = test.ledger().await.into_iter().find(|e| e.plan_id == 201 && e.is_active()).expect("the old schedule");
    assert_eq!(active.start.to_rfc3339(), "2026-11-30T10:15:00-05:00");
}

#[tokio::test]
async fn a_move_gets_its_old_schedule_back_if_its_new_place_could_not_be_freed() {
    // 201 and 202 trade their days. Crossmark refuses to delete the old schedule of 202.
    let trade = [
        moved_line(201, "E01", "2026-12-01T10:15:00").after(&[202]),
        moved_line(202, "E03", "2026-11-30T10:15:00").after(&[201]),
    ];
    let test = SubmitTest::with(&trade).await;
    test.plan_faults("delete", &["latency", "not_ok"]).await;
    test.run_to_completion().await;
    assert_eq!((test.failure(201).await.0, test.failure(202).await.0), (Cause::Restored, Cause::Refused));
    // If the delete is only postponed, both lines are accepted.
    for fault in ["429", "reset_before", "reset_after"] {
        let test = SubmitTest::with(&trade).await;
        test.plan_faults("delete", &["latency", fault]).await;
        test.run_to_completion().await;
        for event in [201, 202] {
            assert_eq!(test.status(event).await, LineStatus::ApiSubmitted, "event {event} after {fault}");
        }
    }
}

#[tokio::test]
async fn lines_that_depend_on_each_other_in_a_cycle_are_all_accepted() {
    // 201 and 202 trade days. 203 comes between them: 203 depends on 201, and 202 depends on 203.
    let cycle = [
        moved_line(201, "E01", "2026-12-01T10:15:00").after(&[202]),
        moved_line(203, "E01", "2026-12-02T10:15:00").after(&[201]),
        moved_line(202, "E03", "2026-11-30T10:15:00").after(&[201, 203]),
    ];
    let test = SubmitTest::with(&cycle).await;
    test.run_to_completion().await;
    for event in [201, 202, 203] {
        assert_eq!(test.status(event).await, LineStatus::ApiSubmitted, "event {event}");
    }
}

#[tokio::test]
async fn a_new_line_at_a_place_that_could_not_be_freed_fails_unsent() {
    let lines = [dropped_line(201), new_line(101, "E01", "2026-11-30T10:15:00").after(&[201])];
    assert_eq!(lines[0].kind, LineKind::Dropped);
    let test = SubmitTest::with(&lines).await;
    test.plan_faults("delete", &["not_ok"]).await;
    test.run_to_completion().await;
    assert_eq!(test.changes().await, ["delete 55000201"]);
    assert_eq!(test.failure(101).await.0, Cause::DependencyFailed);
}

#[tokio::test]
async fn a_line_whose_dependency_was_recalled_fails_and_one_whose_dependency_is_in_another_group_is_sent() {
    let lines =
        [new_line(101, "E02", "2026-11-28T10:15:00"), new_line(102, "E02", "2026-11-28T10:30:00").after(&[101, 999])];
    let test = SubmitTest::with(&lines).await;
    test.club().recall(&[test.key(101)], &test.because()).await.expect("recalled");
    test.run_to_completion().await;
    assert_eq!((test.failure(102).await.0, test.changes().await.len()), (Cause::DependencyFailed, 0));
    let apart = [lines[0].clone(), lines[1].clone().in_group(1)];
    let test = SubmitTest::with(&apart).await;
    test.run_to_completion().await;
    assert_eq!(test.status(102).await, LineStatus::ApiSubmitted);
}
