//! People change something at Crossmark at any moment before a call: the check before that call detects it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use store::events::EnteredValues;
use store::states::{Cause, LineStatus};
use testkit::{Proxy, RowChange};

use crate::setup::{LinePlan, SubmitTest, dropped_line, moved_line, new_line};

/// The moment of a change at Crossmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Before the first attempt.
    BeforeTheFirstAttempt,
    /// After an attempt that Crossmark answered with a request to wait.
    BeforeARetry,
    /// After the first half of a move.
    BetweenDeleteAndSchedule,
    /// After an attempt with unknown outcome, which a read-back found to have had no effect.
    AfterADoubt,
    /// During a pause of submissions.
    DuringAPause,
    /// Three minutes after the lines of the group were checked, while another line of it is sent.
    BeforeALaterLine,
}

const EVERY_MOMENT: [Moment; 6] = [
    Moment::BeforeTheFirstAttempt,
    Moment::BeforeARetry,
    Moment::BetweenDeleteAndSchedule,
    Moment::AfterADoubt,
    Moment::DuringAPause,
    Moment::BeforeALaterLine,
];

/// The changes: how the event's row in the planning list changes, and what the line's failure says.
fn changes() -> Vec<(RowChange, &'static str)> {
    let row = |members: Value| RowChange::Changed(members);
    vec![
        (row(json!({"condition": "Canceled"})), "the event is canceled"),
        (row(json!({"condition": "Cancelled"})), "the event is canceled"),
        (row(json!({"condition": "CANCELED"})), "the event is canceled"),
        (row(json!({"condition": "Expired"})), "the event is expired"),
        (row(json!({"condition": "Submitted"})), "the event is worked and reported"),
        (row(json!({"condition": "Paused"})), "the event is paused"),
        (row(json!({"condition": "In Progress"})), "the event is in progress"),
        (row(json!({"condition": "Archived"})), "the event is in an unknown condition"),
        (row(json!({"condition": "Staffed", "scheduleEventID": "55009999"})), "55009999"),
        (row(json!({"scheduleEventID": "55009999", "scheduleRepID": "150004"})), "55009999"),
        (RowChange::Removed, "no longer lists the event"),
        (row(json!({"storeID": "160002"})), "no longer lists the event"),
    ]
}

/// The lines that are submitted. The event of the last one changes.
fn lines(when: Moment) -> Vec<LinePlan> {
    let other = new_line(102, "E04", "2026-11-28T10:15:00");
    match when {
        Moment::BetweenDeleteAndSchedule => vec![moved_line(201, "E03", "2026-12-03T10:15:00")],
        Moment::BeforeALaterLine => vec![other, new_line(101, "E02", "2026-11-28T10:15:00").after(&[102])],
        _ => vec![new_line(101, "E02", "2026-11-28T10:15:00")],
    }
}

/// Submits the lines until all are settled, and changes the row of the last line's event at a moment. Returns that event
/// too.
async fn submit_with_change(when: Moment, row: &RowChange) -> (SubmitTest, u64) {
    let lines = lines(when);
    let event = lines.last().expect("a line").event;
    let (test, proxy) = SubmitTest::with_proxy(&lines).await;
    let change = {
        let (proxy, row): (Proxy, RowChange) = (proxy.clone(), row.clone());
        move || proxy.change_event(event, row)
    };
    match when {
        Moment::BeforeTheFirstAttempt => change(),
        Moment::BeforeARetry => {
            test.plan_faults("schedule", &["429"]).await;
            proxy.after("scheduleMplanEvent", change);
        }
        Moment::BetweenDeleteAndSchedule => proxy.after("deleteScheduledMplanEvent", change),
        Moment::AfterADoubt => {
            test.plan_faults("schedule", &["500 before"]).await;
            // The row changes after the first read-back.
            let again = proxy.clone();
            proxy.after("scheduleMplanEvent", move || again.after("getPlanningMplans", change));
        }
        Moment::DuringAPause => {
            test.plan_faults("login", &["bad_credentials"]).await;
            proxy.after("login/authenticate", change);
        }
        Moment::BeforeALaterLine => {
            let clock = test.clock.clone();
            proxy.after("scheduleMplanEvent", move || {
                clock.advance(chrono::TimeDelta::minutes(3));
                change();
            });
        }
    }
    test.run_to_completion().await;
    (test, event)
}

#[tokio::test]
async fn a_change_at_crossmark_at_any_moment_fails_the_line_before_its_next_call() {
    for when in EVERY_MOMENT {
        for (row, words) in changes() {
            let (test, event) = submit_with_change(when, &row).await;
            let (cause, found) = test.failure(event).await;
            assert_eq!(cause, Cause::ChangedUpstream, "{when:?} {row:?}: {found}");
            assert!(found.contains(words), "{when:?} {row:?}: {found}");
            let ours = test.ledger().await.into_iter().filter(|e| e.plan_id == event && e.is_active()).count();
            assert_eq!(ours, 0, "{when:?} {row:?}: the event was scheduled");
        }
    }
}

#[tokio::test]
async fn a_line_whose_event_window_no_longer_contains_its_day_fails_and_a_move_is_restored() {
    for (members, names) in [
        (json!({"mPlanStartDate": "12/05/2026"}), "from 2026-12-05"),
        (json!({"mPlanDueDate": "11/27/2026", "mPlanStartDate": "11/20/2026"}), "before 2026-11-27"),
    ] {
        for when in EVERY_MOMENT {
            let (test, event) = submit_with_change(when, &RowChange::Changed(members.clone())).await;
            let (cause, found) = test.failure(event).await;
            let expected =
                if when == Moment::BetweenDeleteAndSchedule { Cause::Restored } else { Cause::ChangedUpstream };
            assert_eq!(cause, expected, "{when:?} {members}: {found}");
            assert!(found.contains("the event's window") && found.contains(names), "{when:?} {members}: {found}");
        }
    }
}

#[tokio::test]
async fn a_line_whose_row_lacks_the_window_is_sent_only_if_a_person_entered_it() {
    let day = |text: &str| text.parse().ok();
    let window = EnteredValues { name: None, start: day("2026-10-25"), due: day("2026-12-10") };
    let lines = [new_line(101, "E02", "2026-11-28T10:15:00")];
    for fault in [None, Some("500 after")] {
        for (entered, expected) in
            [(Some((101, window.clone())), LineStatus::ApiSubmitted), (None, LineStatus::ApiFailed)]
        {
            let (test, proxy) = SubmitTest::with_entered_values(&lines, entered.clone()).await;
            proxy.change_event(101, RowChange::Changed(json!({"mPlanStartDate": "", "mPlanDueDate": "soon"})));
            if let Some(fault) = fault {
                test.plan_faults("schedule", &[fault]).await;
            }
            test.run_to_completion().await;
            assert_eq!(test.status(101).await, expected, "{entered:?} {fault:?}");
            let scheduled = test.ledger().await.into_iter().filter(|e| e.plan_id == 101 && e.is_active()).count();
            assert_eq!(scheduled, usize::from(entered.is_some()), "{entered:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_line_whose_event_window_has_moved_and_still_contains_its_day_is_sent() {
    let row = RowChange::Changed(json!({"mPlanStartDate": "11/20/2026", "mPlanDueDate": "12/05/2026"}));
    for when in EVERY_MOMENT {
        let (test, event) = submit_with_change(when, &row).await;
        assert_eq!(test.status(event).await, store::states::LineStatus::ApiSubmitted, "{when:?}");
    }
}

#[tokio::test]
async fn a_schedule_that_somebody_else_replaced_is_not_taken_back_at_a_retry() {
    for line in [moved_line(201, "E03", "2026-12-03T10:15:00"), dropped_line(201)] {
        let (test, proxy) = SubmitTest::with_proxy(&[line]).await;
        test.plan_faults("delete", &["429"]).await;
        let others = RowChange::Changed(json!({"scheduleEventID": "55009999"}));
        let there = proxy.clone();
        proxy.after("deleteScheduledMplanEvent", move || there.change_event(201, others));
        test.run_to_completion().await;
        let (cause, words) = test.failure(201).await;
        assert_eq!(cause, Cause::ChangedUpstream);
        assert!(words.contains("another schedule (number 55009999)"), "{words}");
        assert_eq!(test.changes().await, ["delete 55000201"], "the delete is called once, and Crossmark asks to wait");
    }
}

#[tokio::test]
async fn an_event_that_somebody_books_while_a_line_waits_is_not_booked_twice() {
    // The event is scheduled in the simulator itself, so that its ledger would show a second schedule.
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("schedule", &["429"]).await;
    test.advance(11);
    test.deliver_due_messages().await;
    test.schedule_by_hand(101).await;
    test.run_to_completion().await;
    assert_eq!(test.failure(101).await.0, Cause::ChangedUpstream);
    let active = test.ledger().await.into_iter().filter(|e| e.plan_id == 101 && e.is_active()).count();
    assert_eq!(active, 1);
}

#[tokio::test]
async fn a_slice_of_the_planning_list_is_used_for_two_minutes_and_no_longer() {
    // The duration of each schedule call by the test's clock, and the expected number of reads.
    for (seconds, reads) in [(10, 1), (50, 2), (121, 4)] {
        let events = [101, 102, 103, 104];
        let plans: Vec<LinePlan> = events.map(|event| new_line(event, "E02", "2026-11-28T10:15:00")).to_vec();
        let (test, proxy) = SubmitTest::with_proxy(&plans).await;
        let calls = Arc::new(AtomicUsize::new(0));
        make_schedule_calls_take(&proxy, test.clock.clone(), seconds, Arc::clone(&calls));
        test.run_to_completion().await;
        let planning = test.calls().await.iter().filter(|call| *call == "planning").count();
        assert_eq!((calls.load(Ordering::SeqCst), planning), (4, reads), "{seconds} s a call");
    }
}

/// Advances the clock by this many seconds during every schedule call, and counts the calls.
fn make_schedule_calls_take(proxy: &Proxy, clock: cloud::SteppedClock, seconds: i64, calls: Arc<AtomicUsize>) {
    let again = proxy.clone();
    proxy.after("scheduleMplanEvent", move || {
        clock.advance(chrono::TimeDelta::seconds(seconds));
        calls.fetch_add(1, Ordering::SeqCst);
        make_schedule_calls_take(&again, clock.clone(), seconds, calls);
    });
}
