//! The morning message: what it reports, how often, and on which mornings none is sent.

use std::time::Duration;

use chrono::NaiveDate;
use cloud::Notice;
use domain::snapshot::EventRef;
use runtime::trigger::Tick;
use runtime::{Deadline, Environment};
use serde_json::json;
use store::documents::{ClubSettings, Settings};
use store::key::Owner;
use store::reports::{ListDoubt, RefreshReport};
use store::states::Cause;
use sweep::Sweep;
use testkit::key;

use crate::setup::SweepTest;

const HOUR: i64 = 3_600;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Runs one sweep and returns the notices that it sent.
async fn sweep_for_notices(test: &SweepTest) -> Vec<Notice> {
    let before = test.cloud.notices().published().len();
    let swept = test.sweep().await;
    assert_eq!(swept["failed"], 0, "{swept}");
    let sent = test.cloud.notices().published().split_off(before);
    assert_eq!(swept["morning_messages_sent"], json!(sent.len()), "{swept}");
    sent
}

#[tokio::test]
async fn a_night_without_a_proposal_is_reported_once_from_six_oclock_local_time() {
    // It is 02:00 in the club.
    let test = SweepTest::new().await;
    test.begin_and_start_night(date("2026-11-23"), "n-1").await;
    test.advance(4 * HOUR - 60);
    assert_eq!(sweep_for_notices(&test).await.len(), 0);
    test.advance(60);
    let notices = sweep_for_notices(&test).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0].subject, "Muster, club 8135, Mon 23 Nov: no proposal this night");
    let text = &notices[0].message;
    assert!(text.contains("Monday 23 November 2026") && text.contains("Tries: 1. The last one was lost."), "{text}");
    test.advance(300);
    assert_eq!(sweep_for_notices(&test).await.len(), 0);
    test.advance(24 * HOUR);
    let next_day = sweep_for_notices(&test).await;
    assert!(next_day[0].message.contains("It was never begun."), "{next_day:?}");
}

#[tokio::test]
async fn a_run_late_in_the_evening_belongs_to_the_next_morning() {
    let test = SweepTest::new().await;
    let read = test.club().club_documents().await.expect("read").club_settings().expect("a club");
    let settings = Settings { run_hour: 23, ..Settings::default() };
    let after = ClubSettings { settings, club: read.body.club.clone() };
    test.club().change_settings(&read, after, &test.because()).await.expect("set");
    // It is 23:00 in the club, and 02:00 after that.
    test.advance(21 * HOUR);
    test.begin_and_start_night(date("2026-11-23"), "n-1").await;
    test.advance(3 * HOUR);
    assert_eq!(sweep_for_notices(&test).await.len(), 0);
    test.advance(4 * HOUR);
    let notices = sweep_for_notices(&test).await;
    assert_eq!(notices[0].subject, "Muster, club 8135, Tue 24 Nov: no proposal this night");
    assert!(notices[0].message.contains("Tries: 1."), "{notices:?}");
    let mornings = test.club().health_between(date("2026-11-01"), date("2026-12-31")).await.expect("read");
    assert_eq!(mornings.iter().map(|morning| morning.date).collect::<Vec<_>>(), [date("2026-11-24")]);
    test.advance(17 * HOUR);
    let held = test.begin_and_start_night(date("2026-11-24"), "n-2").await;
    test.complete_run_with_events(held, &[101]).await;
    test.advance(7 * HOUR);
    assert_eq!(sweep_for_notices(&test).await.len(), 0, "the night has succeeded");
}

#[tokio::test]
async fn events_due_soon_without_a_person_are_reported_and_without_them_no_message_is_sent() {
    let test = SweepTest::new().await;
    let held = test.begin_and_start_night(date("2026-11-23"), "n-1").await;
    test.complete_run_with_events(held, &[101]).await;
    test.advance(5 * HOUR);
    assert_eq!(sweep_for_notices(&test).await.len(), 0);
    // All three events are due in two days.
    test.advance(15 * 24 * HOUR);
    let held = test.begin_and_start_night(date("2026-12-08"), "n-2").await;
    test.complete_run_with_events(held, &[102]).await;
    let notices = sweep_for_notices(&test).await;
    assert_eq!(notices[0].subject, "Muster, club 8135, Tue 8 Dec: 3 events due within 2 days without a person");
    let lines: Vec<&str> = notices[0].message.lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(lines.len(), 3, "{notices:?}");
    assert_eq!(lines[0], "- 101, 619101-LKD-AF-Salad (251200101) - V2-CORE, due Thu 10 Dec, 12:01 am");
    // The last day of the events has passed.
    test.advance(2 * 24 * HOUR);
    let held = test.begin_and_start_night(date("2026-12-10"), "n-3").await;
    test.complete_run_with_events(held, &[103]).await;
    assert_eq!(sweep_for_notices(&test).await.len(), 0);
}

#[tokio::test]
async fn a_message_that_the_topic_did_not_take_is_sent_by_the_next_sweep() {
    let test = SweepTest::new().await;
    test.advance(4 * HOUR);
    let mut settings = test.cloud.settings_with_crossmark("");
    settings.insert("MUSTER_NOTICES".to_owned(), "arn:aws:sns:us-east-1:000000000000:somebody-elses".to_owned());
    let elsewhere = Environment::local(settings, test.clock.clock(), 7);
    let sweep = Sweep::new(&elsewhere).expect("a function");
    let swept = sweep.handle(Tick, Deadline::after(Duration::from_mins(1))).await.expect("an answer");
    assert_eq!((swept.failed, swept.morning_messages_sent), (1, 0), "{swept:?}");
    assert_eq!(sweep_for_notices(&test).await.len(), 1);
}

#[tokio::test]
async fn a_doubted_list_is_reported_until_somebody_confirms_it() {
    let test = SweepTest::new().await;
    let held = test.begin_and_start_night(date("2026-11-23"), "n-1").await;
    test.complete_run_with_events(held, &[101]).await;
    let gone = vec![EventRef(101), EventRef(102)];
    let doubt = ListDoubt { since: test.now(), gone, open: 3, has_nothing: false, confirmed: None };
    let report = RefreshReport { doubt: Some(doubt.clone()), ..RefreshReport::default() };
    assert!(test.club().put_report(None, &report).await.expect("written"));
    test.advance(5 * HOUR);
    let notices = sweep_for_notices(&test).await;
    assert_eq!(notices[0].subject, "Muster, club 8135, Mon 23 Nov: Crossmark's list is doubted");
    let text = &notices[0].message;
    assert!(text.contains("lacks 2 of 3 open events at once, so none was withdrawn"), "{text}");
    test.club().confirm_list(doubt.since, &test.because()).await.expect("confirmed");
    test.advance(24 * HOUR);
    let held = test.begin_and_start_night(date("2026-11-24"), "n-2").await;
    test.complete_run_with_events(held, &[102]).await;
    assert_eq!(sweep_for_notices(&test).await.len(), 0);
}

#[tokio::test]
async fn lines_that_were_too_late_are_reported_until_somebody_decides_about_them() {
    let test = SweepTest::new().await;
    let held = test.begin_and_start_night(date("2026-11-23"), "n-1").await;
    let proposal = test.complete_run_with_events(held, &[101, 102]).await;
    test.approve_directly(&proposal, &[101, 102]).await;
    let (club, because, owner) = (test.club(), test.because(), Owner::parse("w").expect("an id"));
    let words = "too late to send: its start is past";
    club.fail_unsent(&key(&proposal, 101), 1, Cause::TooLate, words, &owner, &because).await.expect("failed");
    test.advance(5 * HOUR);
    let notices = sweep_for_notices(&test).await;
    assert_eq!(notices[0].subject, "Muster, club 8135, Mon 23 Nov: 1 line too late to send");
    let line = "- 101, 619101-LKD-AF-Salad (251200101) - V2-CORE, Sat 28 Nov, 10:15 am";
    assert!(notices[0].message.lines().any(|found| found == line), "{notices:?}");
    club.give_up_line(&key(&proposal, 101), &because).await.expect("dropped");
    test.advance(24 * HOUR);
    assert!(!sweep_for_notices(&test).await[0].message.contains("Too late"), "somebody has decided");
}

#[tokio::test]
async fn a_critical_finding_is_reported_once_and_the_health_of_each_morning_is_recorded() {
    let test = SweepTest::new().await;
    let held = test.begin_and_start_night(date("2026-11-23"), "n-1").await;
    test.complete_run_with_events(held, &[101]).await;
    let read = test.club().known_event(EventRef(103)).await.expect("read").expect("an event");
    let (on, employee_id) = (date("2026-11-28"), domain::snapshot::EmployeeId("E01".to_owned()));
    let posted = domain::snapshot::Posted {
        event: read.event.body.facts.clone(),
        employee_id: employee_id.clone(),
        start: on.and_hms_opt(10, 15, 0).expect("a moment"),
        block: Some(1),
        scheduled_event_id: None,
    };
    let facts = posted.event.clone();
    let update = store::upstream::EventUpdate {
        read: Some(read),
        facts,
        posted: Some(posted),
        source: store::upstream::Source::Overriding,
    };
    assert_eq!(test.club().apply_updates(&[update]).await.expect("written").written, 1);
    let off = domain::snapshot::TimeOff { employee_id, start: on, end: on };
    test.club().put_document(&off, store::documents::Expect::Nothing).await.expect("written");
    test.advance(5 * HOUR);
    let notices = sweep_for_notices(&test).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].subject.contains("critical finding"), "{notices:?}");
    assert!(
        notices[0].message.contains("New critical findings about posted schedules since the last morning"),
        "{notices:?}"
    );
    test.advance(24 * HOUR);
    let held = test.begin_and_start_night(date("2026-11-24"), "n-2").await;
    test.complete_run_with_events(held, &[102]).await;
    assert_eq!(sweep_for_notices(&test).await.len(), 0, "the finding is in the last record");
    let mornings = test.club().health_between(date("2026-11-01"), date("2026-12-31")).await.expect("read");
    let dates: Vec<NaiveDate> = mornings.iter().map(|morning| morning.date).collect();
    assert_eq!(dates, [date("2026-11-23"), date("2026-11-24")]);
    assert!(mornings.iter().all(|morning| morning.weeks.len() == 2 && !morning.critical.is_empty()), "{mornings:?}");
}
