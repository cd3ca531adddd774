//! People change something at Crossmark at any moment before a call: the check before that call finds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use store::events::Mend;
use store::states::{Cause, LineStatus};
use testkit::{RowChange, Proxy};

use crate::setup::{LinePlan, SubmitTest, dropped, moved, new};

/// When something changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Before the first attempt.
    AtFirst,
    /// After an attempt that was asked to wait.
    BeforeARetry,
    /// After the first half of a move.
    BetweenDeleteAndSchedule,
    /// After an attempt whose outcome was unknown, and which turned out to have had no effect.
    AfterADoubt,
    /// While submissions pause.
    AfterAPause,
    /// Three minutes after the lines of the message were looked at, while another one is sent.
    ForALaterLine,
}

const EVERY: [When; 6] = [
    When::AtFirst,
    When::BeforeARetry,
    When::BetweenDeleteAndSchedule,
    When::AfterADoubt,
    When::AfterAPause,
    When::ForALaterLine,
];

/// The changes: the row that the list has then, and the words with which the line fails.
fn changes() -> Vec<(RowChange, &'static str)> {
    let says = |members: Value| RowChange::Changed(members);
    vec![
        (says(json!({"condition": "Canceled"})), "the event is canceled"),
        (says(json!({"condition": "Cancelled"})), "the event is canceled"),
        (says(json!({"condition": "CANCELED"})), "the event is canceled"),
        (says(json!({"condition": "Expired"})), "the event is expired"),
        (says(json!({"condition": "Submitted"})), "the event is worked and reported"),
        (says(json!({"condition": "Paused"})), "the event is paused"),
        (says(json!({"condition": "In Progress"})), "the event is in progress"),
        (says(json!({"condition": "Archived"})), "the event is in an unknown condition"),
        (says(json!({"condition": "Staffed", "scheduleEventID": "55009999"})), "55009999"),
        (says(json!({"scheduleEventID": "55009999", "scheduleRepID": "150004"})), "55009999"),
        (RowChange::Removed, "no longer lists the event"),
        (says(json!({"storeID": "160002"})), "no longer lists the event"),
    ]
}

/// The lines that are sent. The event of the last one changes.
fn lines(when: When) -> Vec<LinePlan> {
    let other = new(102, "E04", "2026-11-28T10:15:00");
    match when {
        When::BetweenDeleteAndSchedule => vec![moved(201, "E03", "2026-12-03T10:15:00")],
        When::ForALaterLine => vec![other, new(101, "E02", "2026-11-28T10:15:00").after(&[102])],
        _ => vec![new(101, "E02", "2026-11-28T10:15:00")],
    }
}

/// Submits lines until nothing is left, and changes the event's row at that moment. Returns the event too.
async fn lived_through(when: When, row: &RowChange) -> (SubmitTest, u64) {
    let lines = lines(when);
    let event = lines.last().expect("a line").event;
    let (test, proxy) = SubmitTest::with_proxy(&lines).await;
    let change = {
        let (proxy, row): (Proxy, RowChange) = (proxy.clone(), row.clone());
        move || proxy.change_event(event, row)
    };
    match when {
        When::AtFirst => change(),
        When::BeforeARetry => {
            test.plan_faults("schedule", &["429"]).await;
            proxy.after("scheduleMplanEvent", change);
        }
        When::BetweenDeleteAndSchedule => proxy.after("deleteScheduledMplanEvent", change),
        When::AfterADoubt => {
            test.plan_faults("schedule", &["500 before"]).await;
            // Read back once, and then it changes.
            let again = proxy.clone();
            proxy.after("scheduleMplanEvent", move || again.after("getPlanningMplans", change));
        }
        When::AfterAPause => {
            test.plan_faults("login", &["bad_credentials"]).await;
            proxy.after("login/authenticate", change);
        }
        When::ForALaterLine => {
            let clock = test.clock.clone();
            proxy.after("scheduleMplanEvent", move || {
                clock.advance(chrono::TimeDelta::minutes(3));
                change();
            });
        }
    }
    test.run_dry().await;
    (test, event)
}

#[tokio::test]
async fn what_changed_upstream_is_seen_before_the_next_call_whenever_that_is() {
    for when in EVERY {
        for (row, words) in changes() {
            let (test, event) = lived_through(when, &row).await;
            let (cause, found) = test.failure(event).await;
            assert_eq!(cause, Cause::ChangedUpstream, "{when:?} {row:?}: {found}");
            assert!(found.contains(words), "{when:?} {row:?}: {found}");
            let ours = test.ledger().await.into_iter().filter(|e| e.plan_id == event && e.is_active()).count();
            assert_eq!(ours, 0, "{when:?} {row:?}: something was scheduled over it");
        }
    }
}

#[tokio::test]
async fn a_window_that_has_moved_off_the_day_is_seen_and_a_move_goes_back_where_it_was() {
    for (members, names) in [
        (json!({"mPlanStartDate": "12/05/2026"}), "from 2026-12-05"),
        (json!({"mPlanDueDate": "11/27/2026", "mPlanStartDate": "11/20/2026"}), "before 2026-11-27"),
    ] {
        for when in EVERY {
            let (test, event) = lived_through(when, &RowChange::Changed(members.clone())).await;
            let (cause, found) = test.failure(event).await;
            let expected =
                if when == When::BetweenDeleteAndSchedule { Cause::Restored } else { Cause::ChangedUpstream };
            assert_eq!(cause, expected, "{when:?} {members}: {found}");
            assert!(found.contains("the event's window") && found.contains(names), "{when:?} {members}: {found}");
        }
    }
}

#[tokio::test]
async fn a_row_that_says_nothing_of_its_window_is_sent_only_where_a_person_said_it() {
    let day = |text: &str| text.parse().ok();
    let said = Mend { name: None, start: day("2026-10-25"), due: day("2026-12-10") };
    let lines = [new(101, "E02", "2026-11-28T10:15:00")];
    for fault in [None, Some("500 after")] {
        for (said, expected) in [(Some((101, said.clone())), LineStatus::ApiSubmitted), (None, LineStatus::ApiFailed)] {
            let (test, proxy) = SubmitTest::with_mend(&lines, said.clone()).await;
            proxy.change_event(101, RowChange::Changed(json!({"mPlanStartDate": "", "mPlanDueDate": "soon"})));
            if let Some(fault) = fault {
                test.plan_faults("schedule", &[fault]).await;
            }
            test.run_dry().await;
            assert_eq!(test.status(101).await, expected, "{said:?} {fault:?}");
            let stands = test.ledger().await.into_iter().filter(|e| e.plan_id == 101 && e.is_active()).count();
            assert_eq!(stands, usize::from(said.is_some()), "{said:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_window_that_moved_and_still_has_the_day_changes_nothing() {
    let row = RowChange::Changed(json!({"mPlanStartDate": "11/20/2026", "mPlanDueDate": "12/05/2026"}));
    for when in EVERY {
        let (test, event) = lived_through(when, &row).await;
        assert_eq!(test.status(event).await, store::states::LineStatus::ApiSubmitted, "{when:?}");
    }
}

#[tokio::test]
async fn a_schedule_that_somebody_else_replaced_is_not_taken_back_at_a_retry() {
    for line in [moved(201, "E03", "2026-12-03T10:15:00"), dropped(201)] {
        let (test, proxy) = SubmitTest::with_proxy(&[line]).await;
        test.plan_faults("delete", &["429"]).await;
        let others = RowChange::Changed(json!({"scheduleEventID": "55009999"}));
        let there = proxy.clone();
        proxy.after("deleteScheduledMplanEvent", move || there.change_event(201, others));
        test.run_dry().await;
        let (cause, words) = test.failure(201).await;
        assert_eq!(cause, Cause::ChangedUpstream);
        assert!(words.contains("another schedule (number 55009999)"), "{words}");
        assert_eq!(test.changes().await, ["delete 55000201"], "asked once, and told to wait");
    }
}

#[tokio::test]
async fn an_event_that_somebody_books_while_a_line_waits_is_not_booked_twice() {
    // The event is booked in the simulator itself, so that its ledger would show a double booking.
    let test = SubmitTest::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    test.plan_faults("schedule", &["429"]).await;
    test.advance(11);
    test.deliver_what_is_due().await;
    test.book_by_hand(101).await;
    test.run_dry().await;
    assert_eq!(test.failure(101).await.0, Cause::ChangedUpstream);
    let standing = test.ledger().await.into_iter().filter(|e| e.plan_id == 101 && e.is_active()).count();
    assert_eq!(standing, 1);
}

#[tokio::test]
async fn a_look_serves_every_line_of_its_days_for_two_minutes_and_no_longer() {
    // Each call takes so long, by the clock.
    for (seconds, looks) in [(10, 1), (50, 2), (121, 4)] {
        let events = [101, 102, 103, 104];
        let plans: Vec<LinePlan> = events.map(|event| new(event, "E02", "2026-11-28T10:15:00")).to_vec();
        let (test, proxy) = SubmitTest::with_proxy(&plans).await;
        let calls = Arc::new(AtomicUsize::new(0));
        takes(&proxy, test.clock.clone(), seconds, Arc::clone(&calls));
        test.run_dry().await;
        let planning = test.calls().await.iter().filter(|call| *call == "planning").count();
        assert_eq!((calls.load(Ordering::SeqCst), planning), (4, looks), "{seconds} s a call");
    }
}

/// Lets every schedule call take so long, and counts them.
fn takes(proxy: &Proxy, clock: cloud::SteppedClock, seconds: i64, calls: Arc<AtomicUsize>) {
    let again = proxy.clone();
    proxy.after("scheduleMplanEvent", move || {
        clock.advance(chrono::TimeDelta::seconds(seconds));
        calls.fetch_add(1, Ordering::SeqCst);
        takes(&again, clock.clone(), seconds, calls);
    });
}
