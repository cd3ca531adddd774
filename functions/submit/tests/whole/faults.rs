//! Every fault of the simulator at every step: afterwards each line is in the ledger exactly once, or says why not.

use store::states::LineStatus::{self, ApiFailed, ApiSubmitted};

use crate::setup::{LinePlan, SubmitTest, dropped, moved, new};

/// The faults of a call that changes something, and how a line that suffers one ends.
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

/// Asserts how a line that suffers these faults ends.
async fn check(plan: LinePlan, faults: &[(&str, &[&str])], expect: LineStatus) {
    let event = plan.event;
    let test = SubmitTest::with(&[plan]).await;
    for (call, kinds) in faults {
        test.plan_faults(call, kinds).await;
    }
    test.run_dry().await;
    let line = test.line(event).await;
    assert_eq!(line.state.status(), expect, "{faults:?}: {line:#?}");
}

#[tokio::test]
async fn every_fault_of_a_new_line() {
    for (fault, expect) in FAULTS {
        check(new(101, "E02", "2026-11-28T10:15:00"), &[("schedule", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn every_fault_of_a_dropped_line() {
    for (fault, expect) in FAULTS.into_iter().filter(|(fault, _)| *fault != "no_id") {
        check(dropped(202), &[("delete", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn every_fault_where_a_move_takes_back() {
    for (fault, expect) in FAULTS.into_iter().filter(|(fault, _)| *fault != "no_id") {
        check(moved(201, "E03", "2026-12-03T10:15:00"), &[("delete", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn every_fault_where_a_move_schedules() {
    for (fault, expect) in FAULTS {
        check(moved(201, "E03", "2026-12-03T10:15:00"), &[("schedule", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn every_fault_where_a_move_restores() {
    for (fault, _) in FAULTS {
        check(moved(201, "E03", "2026-12-03T10:15:00"), &[("schedule", &["not_ok", fault])], ApiFailed).await;
    }
}

#[tokio::test]
async fn every_fault_of_a_login() {
    let faults = ["500", "502", "503", "429", "reset_before", "reset_after", "bad_credentials", "slow_body"];
    for fault in faults {
        let expect = ApiSubmitted;
        check(moved(201, "E03", "2026-12-03T10:15:00"), &[("login", &[fault])], expect).await;
    }
}

#[tokio::test]
async fn every_fault_of_a_reading() {
    let faults = ["500", "502", "503", "429", "reset_before", "reset_after", "login_page", "slow_body", "not_ok"];
    for fault in faults {
        // The check before the call, and both reads that settle a doubt.
        let all: &[&str] = &[fault, fault, fault, fault];
        let lines = moved(201, "E03", "2026-12-03T10:15:00");
        let doubt: (&str, &[&str]) = ("schedule", &["reset_after"]);
        check(lines, &[doubt, ("planning", all), ("condition", all)], ApiSubmitted).await;
    }
}

#[tokio::test]
async fn an_unknown_outcome_is_read_back_after_a_while_and_never_called_again_blindly() {
    let check = async |fault: &str, changes: usize| {
        let test = SubmitTest::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
        test.plan_faults("schedule", &[fault]).await;
        test.run_dry().await;
        assert_eq!(test.changes().await.len(), changes, "{fault}");
        let submission = test.line(101).await.submission.expect("one");
        assert_eq!(submission.attempts.len(), changes);
        let (first, read) = (&submission.attempts[0].started_at, submission.attempts[0].end.clone().expect("an end").0);
        assert!(read.0 - first.0 >= 60_000, "it may land until then");
        assert_eq!(test.status(101).await, ApiSubmitted);
    };
    check("reset_after", 1).await;
    check("no_id", 1).await;
    check("late_effect", 1).await;
    check("reset_before", 2).await;
}
