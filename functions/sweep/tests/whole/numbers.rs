//! The numbers of a club: counted in each sweep; one past day is recounted each night.

use chrono::NaiveDate;
use desk::numbers::recounted_day;
use domain::rollup::RollUp;
use store::rollups::DayCounts;

use crate::setup::SweepTest;

const DAY: i64 = 86_400;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

async fn stored(test: &SweepTest, day: NaiveDate) -> Option<DayCounts> {
    let days = test.club().day_counts(day, day).await.expect("read");
    days.into_iter().next().map(|day| day.body)
}

#[tokio::test]
async fn the_next_sweep_counts_what_was_decided() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("r-1", &[101, 102]).await;
    test.approve_directly(&proposal, &[101, 102]).await;
    let swept = test.sweep().await;
    assert_eq!((&swept["failed"], &swept["numbers_differ"]), (&0.into(), &0.into()), "{swept}");
    let today = stored(&test, date("2026-11-23")).await.expect("a day").0;
    assert_eq!((today.all.placed, today.all.decided, today.all.kept), (2, 2, 2));
    assert_eq!(test.club().outcomes(date("2026-11-01"), date("2026-12-31")).await.expect("read").len(), 2);
}

#[tokio::test]
async fn two_concurrent_sweeps_count_each_line_once() {
    let test = SweepTest::new().await;
    let proposal = test.propose_lines("r-1", &[101, 102]).await;
    test.approve_directly(&proposal, &[101, 102]).await;
    test.sweep_twice_at_once("clubs").await;
    test.sweep().await;
    let today = stored(&test, date("2026-11-23")).await.expect("a day").0;
    assert_eq!((today.all.placed, today.all.decided), (2, 2));
}

#[tokio::test]
async fn a_past_day_with_wrong_counts_is_reported_and_recounted() {
    let test = SweepTest::new().await;
    test.sweep().await;
    test.advance(DAY);
    let day = recounted_day(test.club().id(), date("2026-11-24"));
    let mut wrong = RollUp::empty(day);
    wrong.all.completed = 7;
    test.club().put_day_counts(None, &DayCounts(wrong)).await.expect("written");
    let swept = test.sweep().await;
    assert_eq!(swept["numbers_differ"], 1, "{swept}");
    assert_eq!(stored(&test, day).await.map(|day| day.0.all.completed), Some(0));
    let again = test.sweep().await;
    assert_eq!(again["numbers_differ"], 0, "a day is recounted once a night: {again}");
}
