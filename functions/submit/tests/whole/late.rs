//! A line whose start is past, or nearer than the lead time, is not sent. It fails instead of waiting for ever.

use chrono::TimeDelta;
use store::documents::{ClubSettings, Settings};
use store::states::{Cause, LineStatus};

use crate::setup::{BEGIN, LinePlan, SubmitTest, dropped_line, moved_line, new_line};

const HOUR: i64 = 3_600;

/// Approves lines, and delivers their messages this many seconds later.
async fn approve_and_deliver_after(seconds: i64, lines: &[LinePlan]) -> SubmitTest {
    let test = SubmitTest::with(lines).await;
    test.advance(seconds);
    // Like a message that the queue delivers after days, or that the sweep sends again.
    test.send(&test.message(0).await, 0).await;
    test.run_to_completion().await;
    test
}

#[tokio::test]
async fn a_line_is_sent_an_hour_before_its_start_and_not_later() {
    // It is 02:00 in the club. A start at 10:15 is too late after 09:15. The posted schedule of 201 starts on the 30th.
    let new_today = || new_line(101, "E02", "2026-11-23T10:15:00");
    let moved_to_today = || moved_line(201, "E02", "2026-11-23T10:15:00");
    let a_week = 7 * 24 * HOUR;
    for (line, seconds, expected) in [
        (new_today(), 7 * HOUR + 900, None),
        (new_today(), 7 * HOUR + 901, Some("too late to send: it starts in 60 minutes")),
        (new_today(), 7 * HOUR + 3_300, Some("too late to send: it starts in 20 minutes")),
        (new_today(), 8 * HOUR + 900, Some("too late to send: its start is past")),
        (new_today(), 28 * HOUR, Some("too late to send: its start is past")),
        (moved_to_today(), 7 * HOUR + 3_300, Some("too late to send: it starts in 20 minutes")),
        (dropped_line(201), a_week + 7 * HOUR + 900, None),
        (
            dropped_line(201),
            a_week + 7 * HOUR + 3_300,
            Some("too late to take the posted schedule back: it starts in 20"),
        ),
        (dropped_line(201), a_week + 12 * HOUR, Some("too late to take the posted schedule back: its start is past")),
        (
            moved_line(201, "E03", "2026-12-03T10:15:00"),
            a_week + 12 * HOUR,
            Some("too late to take the posted schedule"),
        ),
        (moved_line(201, "E03", "2026-12-03T10:15:00"), a_week + 6 * HOUR, None),
    ] {
        let event = line.event;
        let test = approve_and_deliver_after(seconds, std::slice::from_ref(&line)).await;
        match expected {
            None => assert_eq!(test.status(event).await, LineStatus::ApiSubmitted, "{line:?} after {seconds}"),
            Some(expected) => {
                let (cause, words) = test.failure(event).await;
                assert_eq!(cause, Cause::TooLate, "{line:?} after {seconds}: {words}");
                assert!(words.starts_with(expected), "{line:?} after {seconds}: {words}");
                assert_eq!(test.calls().await, Vec::<String>::new(), "{line:?} after {seconds}");
            }
        }
    }
}

#[tokio::test]
async fn the_lead_time_is_a_setting_of_the_club() {
    for (lead_minutes, expected) in [(0, LineStatus::ApiSubmitted), (90, LineStatus::ApiFailed)] {
        let lines = [new_line(101, "E02", "2026-11-23T10:15:00")];
        let test = SubmitTest::with(&lines).await;
        let read = test.club().club_documents().await.expect("read").club_settings().expect("a club");
        let settings = Settings { lead_minutes, ..read.body.settings.clone() };
        let after = ClubSettings { settings, club: read.body.club.clone() };
        test.club().change_settings(&read, after, &test.because()).await.expect("written");
        test.advance(7 * HOUR);
        test.run_to_completion().await;
        assert_eq!(test.status(101).await, expected, "{lead_minutes}");
    }
}

#[tokio::test]
async fn the_lead_time_is_elapsed_time_when_the_clocks_change() {
    // The clocks go back at 02:00 on 2026-11-01 in the club, so 02:15 is 195 minutes after midnight.
    let midnight = 1_793_505_600;
    // From then to BEGIN it is 22 days and 2 hours by local time, and one hour more in elapsed time.
    assert_eq!(midnight, BEGIN - 22 * 24 * HOUR - 3 * HOUR);
    for (minutes, expected) in [(134, LineStatus::ApiSubmitted), (136, LineStatus::ApiFailed)] {
        let test = SubmitTest::empty_at(midnight).await;
        let lines = [new_line(101, "E02", "2026-11-01T02:15:00")];
        test.propose(&lines).await;
        test.approve(&lines).await;
        test.clock.advance(TimeDelta::minutes(minutes));
        test.run_to_completion().await;
        assert_eq!(test.status(101).await, expected, "{minutes} minutes after midnight");
    }
}

#[tokio::test]
async fn after_an_outage_of_28_hours_only_lines_that_are_in_time_are_sent_and_the_others_have_failed() {
    let lines = [
        new_line(101, "E01", "2026-11-23T10:15:00"),
        new_line(102, "E02", "2026-11-23T17:00:00").in_group(1),
        // After 28 hours it is 06:00 on the next day.
        new_line(103, "E03", "2026-11-24T06:30:00").in_group(2),
        new_line(104, "E04", "2026-11-24T10:15:00").in_group(3),
        new_line(105, "E01", "2026-11-28T10:15:00").in_group(4),
        new_line(106, "E01", "2026-11-28T12:15:00").after(&[101]),
    ];
    let mut test = SubmitTest::with(&lines).await;
    test.stop_crossmark().await;
    for minute in 0..28 * 60 {
        test.advance(60);
        test.deliver_due_messages().await;
        if minute == 10 * 60 {
            // At noon a line that is too late has failed, although Crossmark is still unreachable.
            assert_eq!(test.failure(101).await.0, Cause::TooLate);
            assert_eq!(test.status(104).await, LineStatus::Approved);
        }
    }
    test.start_crossmark().await;
    test.run_to_completion().await;
    for (event, expected) in [(101, "its start is past"), (102, "its start is past"), (103, "it starts in")] {
        let (cause, words) = test.failure(event).await;
        // A line that failed during the outage failed when it became too late, an hour before its start.
        assert_eq!(cause, Cause::TooLate, "{event}: {words}");
        assert!(words.contains("it starts in") || words.contains(expected), "{event}: {words}");
    }
    assert_eq!(test.failure(106).await.0, Cause::DependencyFailed);
    for event in [104, 105] {
        assert_eq!(test.status(event).await, LineStatus::ApiSubmitted, "{event}");
    }
    for effect in test.ledger().await {
        let lead = effect.start.to_utc() - effect.created_at;
        assert!(lead >= TimeDelta::hours(1), "scheduled {lead} before its start: {effect:?}");
    }
}

#[tokio::test]
async fn a_move_that_becomes_too_late_after_its_delete_is_restored_unless_its_old_start_is_past() {
    // The new place of 201 is on the 23rd at 10:15, the old one on the 30th.
    let test = SubmitTest::with(&[moved_line(201, "E03", "2026-11-23T10:15:00")]).await;
    test.advance(7 * HOUR + 600);
    let wait = serde_json::json!({"call": "schedule", "kind": "429", "ms": 600_000});
    test.post("/_sim/faults", &serde_json::json!({"next": [wait]})).await;
    test.run_to_completion().await;
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::Restored);
    assert!(words.contains("the old placement is scheduled again") && words.contains("too late to send"), "{words}");
    // If the start of the old place is past too, the failure names both.
    let test = SubmitTest::with(&[moved_line(201, "E03", "2026-12-03T10:15:00")]).await;
    test.advance(7 * 24 * HOUR + 7 * HOUR + 600);
    let waits = ["schedule", "schedule"].map(|call| serde_json::json!({"call": call, "kind": "429", "ms": 3_600_000}));
    test.post("/_sim/faults", &serde_json::json!({"next": waits})).await;
    test.plan_faults("schedule", &["not_ok"]).await;
    // A queue delays a message by 15 minutes at most. Later messages come from the sweep; here the test sends them.
    for seconds in [HOUR, HOUR, 0] {
        test.send(&test.message(0).await, 0).await;
        test.deliver_due_messages().await;
        test.advance(seconds);
    }
    test.run_to_completion().await;
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::TooLate, "{words}");
    assert!(words.contains("the old placement is taken back") && words.contains("its start is past"), "{words}");
}
