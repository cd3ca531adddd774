//! The morning message.

use std::time::Duration;

use chrono::NaiveDate;
use cloud::Notice;
use domain::snapshot::EventRef;
use runtime::trigger::Tick;
use runtime::{Deadline, Environment};
use serde_json::json;
use store::key::Owner;
use store::reports::{ListDoubt, RefreshReport};
use store::states::Cause;
use sweep::Sweep;

use crate::house::{House, key};

const HOUR: i64 = 3_600;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// What one sweep says to the people who watch.
async fn told(house: &House) -> Vec<Notice> {
    let before = house.cloud.notices().told().len();
    let swept = house.sweep().await;
    assert_eq!(swept["failed"], 0, "{swept}");
    let told = house.cloud.notices().told().split_off(before);
    assert_eq!(swept["mornings_told"], json!(told.len()), "{swept}");
    told
}

#[tokio::test]
async fn a_night_without_a_proposal_is_told_once_from_six_oclock_there() {
    // Two o'clock there.
    let house = House::new().await;
    house.night_begun(date("2026-11-23"), "n-1").await;
    house.advance(4 * HOUR - 60);
    assert_eq!(told(&house).await.len(), 0);
    house.advance(60);
    let notices = told(&house).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0].subject, "Muster, club 8135, Mon 23 Nov: no proposal this night");
    let text = &notices[0].message;
    assert!(text.contains("Monday 23 November 2026") && text.contains("Tries: 1. The last one was lost."), "{text}");
    house.advance(300);
    assert_eq!(told(&house).await.len(), 0);
    house.advance(24 * HOUR);
    let next_day = told(&house).await;
    assert!(next_day[0].message.contains("It was never begun."), "{next_day:?}");
}

#[tokio::test]
async fn events_that_are_due_with_nobody_are_told_and_a_good_morning_is_not() {
    let house = House::new().await;
    let held = house.night_begun(date("2026-11-23"), "n-1").await;
    house.completed(held, &[101]).await;
    house.advance(5 * HOUR);
    assert_eq!(told(&house).await.len(), 0);
    // Two days before all three are due.
    house.advance(15 * 24 * HOUR);
    let held = house.night_begun(date("2026-12-08"), "n-2").await;
    house.completed(held, &[102]).await;
    let notices = told(&house).await;
    assert_eq!(notices[0].subject, "Muster, club 8135, Tue 8 Dec: 3 events due within 2 days with nobody");
    let lines: Vec<&str> = notices[0].message.lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(lines.len(), 3, "{notices:?}");
    assert_eq!(lines[0], "- 101, 619101-LKD-AF-Salad (251200101) - V2-CORE, due Thu 10 Dec, 00:01");
}

#[tokio::test]
async fn a_topic_that_does_not_answer_is_told_by_the_next_sweep() {
    let house = House::new().await;
    house.advance(4 * HOUR);
    let mut names = house.cloud.names_with_crossmark("");
    names.insert("MUSTER_NOTICES".to_owned(), "arn:aws:sns:us-east-1:000000000000:somebody-elses".to_owned());
    let elsewhere = Environment::local(names, house.hands.clock(), 7);
    let sweep = Sweep::new(&elsewhere).expect("a function");
    let swept = sweep.handle(Tick, Deadline::after(Duration::from_mins(1))).await.expect("an answer");
    assert_eq!((swept.failed, swept.mornings_told), (1, 0), "{swept:?}");
    assert_eq!(told(&house).await.len(), 1);
}

#[tokio::test]
async fn a_doubted_list_is_told_until_somebody_confirms_it() {
    let house = House::new().await;
    let held = house.night_begun(date("2026-11-23"), "n-1").await;
    house.completed(held, &[101]).await;
    let gone = vec![EventRef(101), EventRef(102)];
    let doubt = ListDoubt { since: house.now(), gone, open: 3, has_nothing: false, confirmed: None };
    let report = RefreshReport { doubt: Some(doubt.clone()), ..RefreshReport::default() };
    assert!(house.club().put_report(None, &report).await.expect("written"));
    house.advance(5 * HOUR);
    let notices = told(&house).await;
    assert_eq!(notices[0].subject, "Muster, club 8135, Mon 23 Nov: Crossmark's list is doubted");
    let text = &notices[0].message;
    assert!(text.contains("lacks 2 of 3 open events at once, so none was withdrawn"), "{text}");
    house.club().confirm_list(doubt.since, &house.because()).await.expect("confirmed");
    house.advance(24 * HOUR);
    let held = house.night_begun(date("2026-11-24"), "n-2").await;
    house.completed(held, &[102]).await;
    assert_eq!(told(&house).await.len(), 0);
}

#[tokio::test]
async fn lines_that_came_too_late_are_told_until_somebody_decides() {
    let house = House::new().await;
    let held = house.night_begun(date("2026-11-23"), "n-1").await;
    let proposal = house.completed(held, &[101, 102]).await;
    house.approved(&proposal, &[101, 102]).await;
    let (club, because, owner) = (house.club(), house.because(), Owner::parse("w").expect("an id"));
    let words = "too late to send: its start is past";
    club.fail_unsent(&key(&proposal, 101), 1, Cause::TooLate, words, &owner, &because).await.expect("failed");
    house.advance(5 * HOUR);
    let notices = told(&house).await;
    assert_eq!(notices[0].subject, "Muster, club 8135, Mon 23 Nov: 1 line too late to send");
    let line = "- 101, 619101-LKD-AF-Salad (251200101) - V2-CORE, Sat 28 Nov, 10:15";
    assert!(notices[0].message.lines().any(|found| found == line), "{notices:?}");
    club.drop_line(&key(&proposal, 101), &because).await.expect("dropped");
    house.advance(24 * HOUR);
    assert!(!told(&house).await[0].message.contains("Too late"), "it is decided");
}
