//! Every fault of the simulator except held calls, at every call of a submission: afterwards each accepted line is in
//! the simulator's ledger exactly once, and every other line says why it failed.

use store::states::LineStatus::{self, ApiFailed, ApiSubmitted};

use crate::setup::{LinePlan, SubmitTest, dropped_line, moved_line, new_line};

/// The faults of a call that changes something, with the final status of the line.
const FAULTS: [(&str, LineStatus); 15] = [
    ("latency", ApiSubmitted),
    ("slow_body", ApiSubmitted),
    ("500 before", ApiSubmitted),
    ("500 after", ApiSubmitted),
    ("502 before", ApiSubmitted),
    ("502 after", ApiSubmitted),
    ("503 before", ApiSubmitted),
    ("503 after", ApiSubmitted),
    ("429", ApiSubmitted),
    ("reset_before", ApiSubmitted),
    ("reset_after", ApiSubmitted),
    ("late_effect", ApiSubmitted),
    ("login_page", ApiSubmitted),
    ("no_id", ApiSubmitted),
    ("not_ok", ApiFailed),
];

/// Asserts the final status of a line whose calls have these faults.
async fn check(plan: LinePlan, faults: &[(&str, &[&str])], expect: LineStatus) {
    let event = plan.event;
    let test = SubmitTest::with(&[plan]).await;
    for (call, kinds) in faults {
        test.plan_faults(call, kinds).await;
    }
    test.run_to_completion().await;
    let line = test.line(event).await;
    assert_eq!(line.state.status(), expect, "{faults:?}: {line:#?}");
}

#[tokio::test]
async fn a_new_line_is_settled_after_every_fault() {
    for (fault, expect) in FAULTS {
        check(new_line(101, "E02", "2026-11-28T10:15:00"), &[("schedule", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn a_dropped_line_is_settled_after_every_fault() {
    for (fault, expect) in FAULTS.into_iter().filter(|(fault, _)| *fault != "no_id") {
        check(dropped_line(202), &[("delete", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn a_move_is_settled_after_every_fault_of_its_delete() {
    for (fault, expect) in FAULTS.into_iter().filter(|(fault, _)| *fault != "no_id") {
        check(moved_line(201, "E03", "2026-12-03T10:15:00"), &[("delete", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn a_move_is_settled_after_every_fault_of_its_new_schedule() {
    for (fault, expect) in FAULTS {
        check(moved_line(201, "E03", "2026-12-03T10:15:00"), &[("schedule", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn a_move_is_settled_after_every_fault_of_its_restore() {
    for (fault, _) in FAULTS {
        check(moved_line(201, "E03", "2026-12-03T10:15:00"), &[("schedule", &["not_ok", fault])], ApiFailed).await;
    }
}

#[tokio::test]
async fn a_move_is_accepted_after_every_fault_of_a_login() {
    let faults = ["500", "502", "503", "429", "reset_before", "reset_after", "bad_credentials", "slow_body"];
    for fault in faults {
        let expect = ApiSubmitted;
        check(moved_line(201, "E03", "2026-12-03T10:15:00"), &[("login", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn a_move_in_doubt_is_accepted_after_every_fault_of_the_reads() {
    let faults = ["500", "502", "503", "429", "reset_before", "reset_after", "login_page", "slow_body", "not_ok"];
    for fault in faults {
        // The check before the call, and both reads of the read-back.
        let all: &[&str] = &[fault, fault, fault, fault];
        let lines = moved_line(201, "E03", "2026-12-03T10:15:00");
        let doubt: (&str, &[&str]) = ("schedule", &["reset_after"]);
        check(lines, &[doubt, ("planning", all), ("condition", all)], ApiSubmitted).await;
    }
}

#[tokio::test]
async fn a_call_with_unknown_outcome_is_read_back_after_the_settle_time_and_repeated_only_then() {
    let check = async |fault: &str, changes: usize| {
        let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
        test.plan_faults("schedule", &[fault]).await;
        test.run_to_completion().await;
        assert_eq!(test.changes().await.len(), changes, "{fault}");
        let submission = test.line(101).await.submission.expect("one");
        assert_eq!(submission.attempts.len(), changes);
        let (first, read) = (&submission.attempts[0].started_at, submission.attempts[0].end.clone().expect("an end").0);
        assert!(read.0 - first.0 >= 60_000, "it may still take effect until then");
        assert_eq!(test.status(101).await, ApiSubmitted);
    };
    check("reset_after", 1).await;
    check("no_id", 1).await;
    check("late_effect", 1).await;
    check("reset_before", 2).await;
}
