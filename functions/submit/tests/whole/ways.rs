//! How a line is submitted when nothing goes wrong, and when Crossmark refuses it.

use runtime::Deadline;
use serde_json::json;
use store::audit::Subject;
use store::lines::LineKind;
use store::states::{Cause, LineStatus, Step};

use crate::setup::{BEGIN, LinePlan, PLENTY, SubmitTest, dropped_line, moved_line, new_line};

#[tokio::test]
async fn a_new_line_is_scheduled_once_with_the_offset_of_its_date() {
    // The clocks go back on 2026-11-01, four days after the start of the test.
    for (start, offset) in [("2026-11-28T10:15:00", "-05:00"), ("2026-10-31T10:15:00", "-04:00")] {
        let test = SubmitTest::empty_at(BEGIN - 26 * 24 * 3_600).await;
        let lines = [new_line(101, "E02", start)];
        test.propose(&lines).await;
        test.approve(&lines).await;
        test.run_to_completion().await;
        assert_eq!(test.status(101).await, LineStatus::ApiSubmitted);
        assert_eq!(test.calls().await, ["planning", "schedule 101"]);
        let ledger = test.ledger().await;
        assert_eq!(ledger.last().expect("an effect").start.to_rfc3339(), format!("{start}{offset}"));
    }
}

#[tokio::test]
async fn no_line_is_sent_before_the_time_for_a_recall_is_over() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    let early = test.message(0).await;
    test.send(&early, 0).await;
    let event = test.receive().await.expect("a message");
    let answer = test.submit.handle(event.clone(), Deadline::after(PLENTY)).await.expect("an answer");
    test.delete_handled_records(&event, &answer).await;
    assert_eq!(test.calls().await, Vec::<String>::new());
    test.run_to_completion().await;
    assert_eq!(test.changes().await, ["schedule 101"]);
}

#[tokio::test]
async fn each_kind_of_line_makes_its_calls_and_is_posted() {
    let check = async |plan: LinePlan, changes: &[&str]| {
        let event = plan.event;
        let test = SubmitTest::with(&[plan]).await;
        test.run_to_completion().await;
        assert_eq!(test.status(event).await, LineStatus::ApiSubmitted);
        assert_eq!(test.changes().await, changes);
    };
    check(new_line(101, "E02", "2026-11-28T10:15:00"), &["schedule 101"]).await;
    check(moved_line(201, "E03", "2026-12-03T10:15:00"), &["delete 55000201", "schedule 201"]).await;
    check(dropped_line(202), &["delete 55000202"]).await;
}

#[tokio::test]
async fn a_line_is_sent_after_its_dependency() {
    // The dependency has the higher ref, and is sent first.
    let lines =
        [new_line(102, "E02", "2026-11-28T10:15:00"), new_line(101, "E02", "2026-11-28T10:15:00").after(&[102])];
    let test = SubmitTest::with(&lines).await;
    test.run_to_completion().await;
    assert_eq!(test.changes().await, ["schedule 102", "schedule 101"]);
}

#[tokio::test]
async fn the_old_schedules_of_two_lines_that_trade_days_are_both_taken_back_first() {
    let lines = [
        moved_line(201, "E01", "2026-12-01T10:15:00").after(&[202]),
        moved_line(202, "E03", "2026-11-30T10:15:00").after(&[201]),
    ];
    let test = SubmitTest::with(&lines).await;
    test.run_to_completion().await;
    let expect = ["delete 55000201", "delete 55000202", "schedule 201", "schedule 202"];
    assert_eq!(test.changes().await, expect);
}

#[tokio::test]
async fn a_refused_line_fails_at_once_with_crossmarks_words() {
    for plan in [new_line(101, "E02", "2026-11-28T10:15:00"), dropped_line(202)] {
        let event = plan.event;
        let call = if plan.kind == LineKind::New { "schedule" } else { "delete" };
        let test = SubmitTest::with(&[plan]).await;
        test.plan_faults(call, &["not_ok"]).await;
        test.run_to_completion().await;
        let (cause, words) = test.failure(event).await;
        assert_eq!(cause, Cause::Refused);
        assert!(words.ends_with("The request was not accepted"), "{words}");
        assert_eq!(test.changes().await.len(), 1);
    }
}

#[tokio::test]
async fn a_move_whose_new_place_is_refused_is_restored() {
    let test = SubmitTest::with(&[moved_line(201, "E03", "2026-12-03T10:15:00")]).await;
    test.plan_faults("schedule", &["not_ok"]).await;
    test.run_to_completion().await;
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::Restored);
    assert!(words.contains("is scheduled again") && words.contains("The request was not accepted"), "{words}");
    let steps: Vec<Step> = test.line(201).await.submission.expect("one").attempts.iter().map(|a| a.step).collect();
    assert_eq!(steps, [Step::Delete, Step::Schedule, Step::Restore]);
}

#[tokio::test]
async fn a_move_that_cannot_be_restored_names_both_failures() {
    let test = SubmitTest::with(&[moved_line(201, "E03", "2026-12-03T10:15:00")]).await;
    test.plan_faults("schedule", &["not_ok", "not_ok"]).await;
    test.run_to_completion().await;
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::NotRestored);
    assert!(words.contains("the old placement is taken back") && words.contains("failed too"), "{words}");
    // A retry has no schedule to take back, and schedules the new placement.
    test.club().retry_line(&test.key(201), test.now(), &test.because()).await.expect("retried");
    test.send(&test.message(0).await, 0).await;
    test.run_to_completion().await;
    assert_eq!(test.status(201).await, LineStatus::ApiSubmitted);
}

#[tokio::test]
async fn a_line_without_a_crossmark_number_is_never_sent() {
    let test = SubmitTest::empty().await;
    let lines = [new_line(101, "E02", "2026-11-28T10:15:00"), moved_line(201, "E02", "2026-12-03T10:15:00")];
    test.propose(&lines).await;
    let mut employee = test
        .club()
        .all_documents::<domain::snapshot::Employee>()
        .await
        .expect("people")
        .into_iter()
        .find(|e| e.body.id.0 == "E02")
        .expect("a person")
        .body;
    employee.rep_id = None;
    test.club().put_document(&employee, store::documents::Expect::Anything).await.expect("written");
    test.approve(&lines).await;
    test.run_to_completion().await;
    assert_eq!(
        test.changes().await,
        Vec::<String>::new(),
        "no schedule is taken back if the new placement cannot be sent"
    );
    for event in [101, 201] {
        let (cause, words) = test.failure(event).await;
        assert_eq!((cause, words.as_str()), (Cause::NotLegal, "the employee has no Crossmark number"));
    }
}

#[tokio::test]
async fn a_start_that_the_clocks_skip_is_never_sent() {
    // The clocks go forward on 2027-03-14.
    let test = SubmitTest::with(&[moved_line(201, "E02", "2027-03-14T02:30:00")]).await;
    test.run_to_completion().await;
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::NotLegal);
    assert!(words.contains("the clocks go forward"), "{words}");
    assert_eq!(test.changes().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_message_for_an_unknown_approval_group_or_club_does_nothing() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    test.run_to_completion().await;
    let calls = test.calls().await;
    for (field, value) in [("approval", json!("a-9")), ("group", json!(9)), ("club", json!("9999"))] {
        let mut message = serde_json::to_value(test.message(0).await).expect("JSON");
        message[field] = value;
        test.send(&serde_json::from_value(message).expect("a message"), 0).await;
        test.run_to_completion().await;
    }
    assert_eq!(test.calls().await, calls);
}

#[tokio::test]
async fn every_step_of_a_move_is_in_the_audit_trail() {
    let test = SubmitTest::with(&[moved_line(201, "E03", "2026-12-03T10:15:00")]).await;
    test.run_to_completion().await;
    let trail = test.club().trail(&Subject::Line(test.key(201)), None, 50).await.expect("a trail").items;
    let states: Vec<&str> = trail.iter().map(|e| e.body.to.as_str()).collect();
    assert_eq!(states, ["approved", "submitting", "approved", "submitting", "api_submitted"]);
    assert!(trail[1..].iter().all(|e| e.body.because.who.id == "muster submit" && !e.body.because.why.is_empty()));
}
