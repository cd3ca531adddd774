//! No effect is lost or repeated if workers are lost, or if messages come twice, at once, late, or not at all.

use std::sync::Arc;

use runtime::Deadline;
use store::states::{LineStatus, Step};

use crate::setup::{PLENTY, SubmitTest, dropped_line, moved_line, new_line};

/// Delivers the messages that are due to a worker, and kills the worker while the simulator holds this call.
async fn kill_worker_while_held(test: &SubmitTest, call: &str) {
    test.advance(10);
    let event = test.receive().await.expect("a message");
    let submit = Arc::clone(&test.submit);
    let work = tokio::spawn(async move { submit.handle(event, Deadline::after(PLENTY)).await });
    test.wait_until_held(call).await;
    work.abort();
    assert!(work.await.expect_err("killed").is_cancelled());
    // The held call continues, but its caller is gone.
    test.post("/_sim/release", &serde_json::Value::Null).await;
}

#[tokio::test]
async fn a_worker_killed_before_or_after_the_effect_of_any_call_loses_and_repeats_no_effect() {
    let none: &[(&str, &[&str])] = &[];
    let refused: &[(&str, &[&str])] = &[("schedule", &["not_ok"])];
    let check = async |call: &str, hold: &str, faults: &[(&str, &[&str])], expect: LineStatus| {
        let mut test = SubmitTest::with(&[moved_line(201, "E03", "2026-12-03T10:15:00")]).await;
        for (call, kinds) in faults {
            test.plan_faults(call, kinds).await;
        }
        test.plan_faults(call, &[hold]).await;
        kill_worker_while_held(&test, call).await;
        test.submit = test.another_process();
        test.run_to_completion().await;
        assert_eq!(test.status(201).await, expect, "{call} {hold}");
        let attempts = test.line(201).await.submission.expect("one").attempts;
        let schedules = attempts.iter().filter(|a| a.step == Step::Schedule).count();
        assert_eq!(schedules, 1, "{call} {hold}: an effect is detected, and the call is not repeated");
    };
    for hold in ["hold_before", "hold_after"] {
        check("delete", hold, none, LineStatus::ApiSubmitted).await;
        check("schedule", hold, none, LineStatus::ApiSubmitted).await;
        check("schedule", hold, refused, LineStatus::ApiFailed).await;
    }
    check("planning", "hold_before", none, LineStatus::ApiSubmitted).await;
    check("login", "hold_before", none, LineStatus::ApiSubmitted).await;
}

#[tokio::test]
async fn a_line_that_a_worker_has_taken_is_not_taken_again_before_its_lease_expires() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("schedule", &["hold_before"]).await;
    kill_worker_while_held(&test, "schedule").await;
    test.send(&test.message(0).await, 0).await;
    let other = test.another_process();
    let mut seen = Vec::new();
    for _ in 0..17 {
        if let Some(event) = test.receive().await {
            let answer = other.handle(event.clone(), Deadline::after(PLENTY)).await.expect("an answer");
            test.delete_handled_records(&event, &answer).await;
        }
        seen.push(test.status(101).await);
        test.advance(10);
    }
    assert!(seen.iter().all(|s| *s == LineStatus::Submitting), "{seen:?}");
    test.run_to_completion().await;
    assert_eq!((test.status(101).await, test.changes().await.len()), (LineStatus::ApiSubmitted, 1));
}

#[tokio::test]
async fn doubled_and_simultaneous_messages_change_nothing() {
    let lines = [
        new_line(101, "E02", "2026-11-28T10:15:00"),
        moved_line(201, "E03", "2026-12-03T10:15:00").after(&[101]),
        dropped_line(202),
        new_line(102, "E04", "2026-11-29T10:15:00").in_group(1),
    ];
    let test = SubmitTest::with(&lines).await;
    for group in [0, 0, 1, 1] {
        test.send(&test.message(group).await, 10).await;
    }
    test.run_to_completion_with(3).await;
    let mut changes = test.changes().await;
    changes.sort();
    let expect = ["delete 55000201", "delete 55000202", "schedule 101", "schedule 102", "schedule 201"];
    assert_eq!(changes, expect);
    let late = test.message(0).await;
    test.send(&late, 0).await;
    test.run_to_completion().await;
    assert_eq!(test.changes().await.len(), expect.len(), "a late message changes nothing either");
}

#[tokio::test]
async fn concurrent_processes_make_each_call_once() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00"), dropped_line(202)]).await;
    test.advance(10);
    let event = test.receive().await.expect("a message");
    let processes: Vec<_> = (0..4).map(|_| test.another_process()).collect();
    let at_once = processes.iter().map(|p| p.handle(event.clone(), Deadline::after(PLENTY)));
    for answer in futures_util::future::join_all(at_once).await {
        test.delete_handled_records(&event, &answer.expect("an answer")).await;
    }
    test.run_to_completion().await;
    assert_eq!(test.changes().await, ["delete 55000202", "schedule 101"]);
}

#[tokio::test]
async fn a_group_that_does_not_fit_into_one_invocation_continues_in_the_next() {
    let lines =
        [moved_line(201, "E03", "2026-12-03T10:15:00"), dropped_line(202), new_line(101, "E02", "2026-11-28T10:15:00")];
    let test = SubmitTest::with(&lines).await;
    test.advance(10);
    for left_s in [10, 44] {
        let event = test.receive().await.expect("a message");
        let deadline = Deadline::after(std::time::Duration::from_secs(left_s));
        let answer = test.submit.handle(event.clone(), deadline).await.expect("an answer");
        test.delete_handled_records(&event, &answer).await;
        assert_eq!(test.changes().await, Vec::<String>::new(), "no time for a call");
    }
    let next = test.receive().await.expect("a message that continues at once");
    let answer = test.submit.handle(next.clone(), Deadline::after(PLENTY)).await.expect("an answer");
    test.delete_handled_records(&next, &answer).await;
    assert_eq!(test.changes().await.len(), 4);
    test.run_to_completion().await;
}

#[tokio::test]
async fn a_recalled_line_is_never_sent() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    let recalled = test.club().recall(&[test.key(101)], &test.because()).await.expect("recalled");
    assert_eq!(recalled.recalled.len(), 1);
    test.run_to_completion().await;
    assert_eq!((test.status(101).await, test.calls().await), (LineStatus::Proposed, Vec::new()));
}

#[tokio::test]
async fn a_recall_that_races_the_first_send_wins_or_is_too_late() {
    for round in 0..6 {
        let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
        test.advance(10);
        let event = test.receive().await.expect("a message");
        let because = test.because();
        let recall = async {
            for _ in 0..round * 8 {
                tokio::task::yield_now().await;
            }
            test.club().recall(&[test.key(101)], &because).await
        };
        let work = test.submit.handle(event.clone(), Deadline::after(PLENTY));
        let (recalled, answer) = futures_util::future::join(recall, work).await;
        test.delete_handled_records(&event, &answer.expect("an answer")).await;
        test.run_to_completion().await;
        let won = recalled.expect("a recall").recalled.len() == 1;
        let expect = if won { (LineStatus::Proposed, 0) } else { (LineStatus::ApiSubmitted, 1) };
        assert_eq!((test.status(101).await, test.changes().await.len()), expect);
    }
}

#[tokio::test]
async fn a_group_is_not_submitted_before_all_its_lines_are_approved() {
    let test = SubmitTest::empty().await;
    let lines = [dropped_line(202), new_line(101, "E03", "2026-12-01T10:15:00").after(&[202])];
    test.propose(&lines).await;
    let read = test.lines().await;
    let chosen = |n: usize| store::approvals::ChosenLine::new(read[n].0.body.key.event, read[n].0.version, 0);
    let record = store::approvals::Approval::new(
        test.approval.clone(),
        test.proposal.clone(),
        vec![chosen(1), chosen(0)],
        test.because(),
    );
    test.club().record_approval(&record).await.expect("recorded");
    test.send(&test.message(0).await, 0).await;
    test.run_to_completion().await;
    assert_eq!(test.calls().await, Vec::<String>::new());
    test.club().process_approval(&record.id, test.now()).await.expect("processed");
    test.send(&test.message(0).await, 0).await;
    test.run_to_completion().await;
    assert_eq!(test.changes().await, ["delete 55000202", "schedule 101"]);
}
