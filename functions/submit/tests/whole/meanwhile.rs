//! What people do at Crossmark, at every moment at which a call is still to come: it is seen before that call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use store::states::Cause;

use crate::house::{House, Neighbour, Row, Sketch, dropped, moved, new};

/// When something changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Before the first attempt.
    AtFirst,
    /// After an attempt that was asked to wait.
    BeforeARetry,
    /// After the first half of a move.
    BetweenDeleteAndSchedule,
    /// After an attempt of whose outcome nobody knew, and which turned out to have done nothing.
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

/// What changes: what the list says then, and what the line says of it.
fn changes() -> Vec<(Row, &'static str)> {
    let says = |members: Value| Row::Says(members);
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
        (Row::IsGone, "no longer lists the event"),
        (says(json!({"storeID": "160002"})), "no longer lists the event"),
    ]
}

/// The line that suffers it, and what goes out with it.
fn lines(when: When) -> Vec<Sketch> {
    let other = new(102, "E04", "2026-11-28T10:15:00");
    match when {
        When::BetweenDeleteAndSchedule => vec![moved(201, "E03", "2026-12-03T10:15:00")],
        When::ForALaterLine => vec![other, new(101, "E02", "2026-11-28T10:15:00").after(&[102])],
        _ => vec![new(101, "E02", "2026-11-28T10:15:00")],
    }
}

/// Runs lines dry while something changes at that moment; how often something was called for the line after that.
async fn lived_through(when: When, row: &Row) -> (House, u64) {
    let lines = lines(when);
    let event = lines.last().expect("a line").event;
    let (house, neighbour) = House::with_neighbour(&lines).await;
    let change = {
        let (neighbour, row): (Neighbour, Row) = (neighbour.clone(), row.clone());
        move || neighbour.rewrite(event, row)
    };
    match when {
        When::AtFirst => change(),
        When::BeforeARetry => {
            house.plan("schedule", &["429"]).await;
            neighbour.after("scheduleMplanEvent", change);
        }
        When::BetweenDeleteAndSchedule => neighbour.after("deleteScheduledMplanEvent", change),
        When::AfterADoubt => {
            house.plan("schedule", &["500 before"]).await;
            // Read back once, and then it changes.
            let again = neighbour.clone();
            neighbour.after("scheduleMplanEvent", move || again.after("getPlanningMplans", change));
        }
        When::AfterAPause => {
            house.plan("login", &["bad_credentials"]).await;
            neighbour.after("login/authenticate", change);
        }
        When::ForALaterLine => {
            let hands = house.hands.clone();
            neighbour.after("scheduleMplanEvent", move || {
                hands.advance(chrono::TimeDelta::minutes(3));
                change();
            });
        }
    }
    house.run_dry().await;
    (house, event)
}

#[tokio::test]
async fn what_changed_upstream_is_seen_before_the_next_call_whenever_that_is() {
    for when in EVERY {
        for (row, words) in changes() {
            let (house, event) = lived_through(when, &row).await;
            let (cause, found) = house.failure(event).await;
            assert_eq!(cause, Cause::ChangedUpstream, "{when:?} {row:?}: {found}");
            assert!(found.contains(words), "{when:?} {row:?}: {found}");
            let ours = house.ledger().await.into_iter().filter(|e| e.plan_id == event && e.stands()).count();
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
            let (house, event) = lived_through(when, &Row::Says(members.clone())).await;
            let (cause, found) = house.failure(event).await;
            let expected =
                if when == When::BetweenDeleteAndSchedule { Cause::Restored } else { Cause::ChangedUpstream };
            assert_eq!(cause, expected, "{when:?} {members}: {found}");
            assert!(found.contains("the event's window") && found.contains(names), "{when:?} {members}: {found}");
        }
    }
}

#[tokio::test]
async fn a_window_that_moved_and_still_has_the_day_changes_nothing() {
    let row = Row::Says(json!({"mPlanStartDate": "11/20/2026", "mPlanDueDate": "12/05/2026"}));
    for when in EVERY {
        let (house, event) = lived_through(when, &row).await;
        assert_eq!(house.status(event).await, store::states::LineStatus::ApiSubmitted, "{when:?}");
    }
}

#[tokio::test]
async fn a_schedule_that_somebody_else_replaced_is_not_taken_back_at_a_retry() {
    for line in [moved(201, "E03", "2026-12-03T10:15:00"), dropped(201)] {
        let (house, neighbour) = House::with_neighbour(&[line]).await;
        house.plan("delete", &["429"]).await;
        let others = Row::Says(json!({"scheduleEventID": "55009999"}));
        let there = neighbour.clone();
        neighbour.after("deleteScheduledMplanEvent", move || there.rewrite(201, others));
        house.run_dry().await;
        let (cause, words) = house.failure(201).await;
        assert_eq!(cause, Cause::ChangedUpstream);
        assert!(words.contains("another schedule (number 55009999)"), "{words}");
        assert_eq!(house.changes().await, ["delete 55000201"], "asked once, and told to wait");
    }
}

#[tokio::test]
async fn an_event_that_somebody_books_while_a_line_waits_is_not_booked_twice() {
    // With the simulator's own ledger: whoever looks there sees the double.
    let house = House::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    house.plan("schedule", &["429"]).await;
    house.advance(11);
    house.deliver_what_is_due().await;
    house.book_by_hand(101).await;
    house.run_dry().await;
    assert_eq!(house.failure(101).await.0, Cause::ChangedUpstream);
    let standing = house.ledger().await.into_iter().filter(|e| e.plan_id == 101 && e.stands()).count();
    assert_eq!(standing, 1);
}

#[tokio::test]
async fn a_look_serves_every_line_of_its_days_for_two_minutes_and_no_longer() {
    // Each call takes so long, by the clock.
    for (seconds, looks) in [(10, 1), (50, 2), (121, 4)] {
        let events = [101, 102, 103, 104];
        let sketches: Vec<Sketch> = events.map(|event| new(event, "E02", "2026-11-28T10:15:00")).to_vec();
        let (house, neighbour) = House::with_neighbour(&sketches).await;
        let calls = Arc::new(AtomicUsize::new(0));
        takes(&neighbour, house.hands.clone(), seconds, Arc::clone(&calls));
        house.run_dry().await;
        let planning = house.calls().await.iter().filter(|call| *call == "planning").count();
        assert_eq!((calls.load(Ordering::SeqCst), planning), (4, looks), "{seconds} s a call");
    }
}

/// Lets every schedule call take so long, and counts them.
fn takes(neighbour: &Neighbour, hands: cloud::Hands, seconds: i64, calls: Arc<AtomicUsize>) {
    let again = neighbour.clone();
    neighbour.after("scheduleMplanEvent", move || {
        hands.advance(chrono::TimeDelta::seconds(seconds));
        calls.fetch_add(1, Ordering::SeqCst);
        takes(&again, hands.clone(), seconds, calls);
    });
}
