//! A list that lacks too much withdraws nothing by itself.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::audit::{Because, Subject};
use store::reports::{ConfirmError, RefreshReport};
use testkit::{Proxy, small_club_with_numbers, unchanged};

use crate::setup::RefreshTest;

/// The open events of the small club.
const OPEN: [u64; 4] = [101, 102, 103, 104];

/// The events of [`OPEN`] that are still open.
async fn still_open(test: &RefreshTest) -> Vec<u64> {
    let mut still_open = Vec::new();
    for event in OPEN {
        if test.stored_event(event).await.event.body.wants_somebody() {
            still_open.push(event);
        }
    }
    still_open
}

/// From now on the list lacks these events.
fn hide(proxy: &Proxy, hidden: &'static [u64]) {
    proxy.rewrite_rows(move |row| {
        if hidden.iter().any(|event| row["mPlanID"].as_str() == Some(&event.to_string())) {
            *row = Value::Null;
        }
    });
}

/// Refreshes the club an hour later.
async fn refresh_an_hour_later(test: &RefreshTest) {
    test.clock.advance(TimeDelta::hours(1));
    test.refresh().await;
}

#[tokio::test]
async fn an_empty_list_is_doubted_and_trusted_if_the_list_an_hour_later_is_empty_too() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let (before, version) = (test.snapshot().await, test.plan_version().await);
    proxy.rewrite_rows(|row| *row = Value::Null);
    for _ in 0..2 {
        test.refresh().await;
        assert_eq!((test.snapshot().await, test.plan_version().await), (before.clone(), version), "nothing changes");
        let report = test.report().await;
        let doubt = report.open_doubt().expect("a doubt");
        assert_eq!((doubt.gone.len(), doubt.open, doubt.has_nothing), (4, 4, true));
        assert_eq!(doubt.since, test.clock.now().into());
        assert!(test.is_fresh().await);
    }
    refresh_an_hour_later(&test).await;
    assert_eq!((still_open(&test).await, test.report().await.doubt), (vec![], None));
    assert!(test.stored_event(201).await.posted.is_some(), "a posted schedule stays");
    // There are no open events left that the list could lack.
    refresh_an_hour_later(&test).await;
    assert_eq!(test.report().await, RefreshReport::default());
}

#[tokio::test]
async fn a_doubted_list_changes_nothing_if_the_list_an_hour_later_is_complete() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let before = test.snapshot().await;
    hide(&proxy, &[101, 102, 103]);
    test.refresh().await;
    assert_eq!(still_open(&test).await, OPEN);
    proxy.stop_rewriting();
    refresh_an_hour_later(&test).await;
    assert_eq!((test.snapshot().await, test.report().await), (before, RefreshReport::default()));
}

#[tokio::test]
async fn a_list_may_lack_half_of_the_open_events_and_is_doubted_if_it_lacks_more() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    hide(&proxy, &[101, 102]);
    test.refresh().await;
    assert_eq!((still_open(&test).await, test.report().await.doubt), (vec![103, 104], None));
    hide(&proxy, &[101, 102, 103, 104]);
    test.refresh().await;
    let doubt = test.report().await.doubt.expect("a doubt");
    assert_eq!((doubt.gone.len(), doubt.open, doubt.has_nothing), (2, 2, false));
    assert_eq!(still_open(&test).await, [103, 104]);
    refresh_an_hour_later(&test).await;
    assert_eq!((still_open(&test).await, test.report().await.doubt), (vec![], None));
}

#[tokio::test]
async fn listed_events_are_updated_while_the_list_is_doubted() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    hide(&proxy, &[101, 102, 103]);
    test.control_simulator("events", json!([{"mPlanID": 104, "due": "2026-12-11"}])).await;
    test.refresh().await;
    assert!(test.report().await.doubt.is_some());
    assert_eq!(test.stored_event(104).await.event.body.facts.due.date().to_string(), "2026-12-11");
}

#[tokio::test]
async fn a_list_that_a_person_confirmed_is_trusted_at_once() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    proxy.rewrite_rows(|row| *row = Value::Null);
    test.refresh().await;
    let doubt = test.report().await.doubt.expect("a doubt");
    let because = Because::new("dana", test.clock.now().into(), "the list is right");
    let other = test.club().confirm_list(doubt.since.plus(TimeDelta::hours(1)), &because).await;
    assert_eq!(other, Err(ConfirmError::NoDoubt), "another list");
    for _ in 0..2 {
        let confirmed = test.club().confirm_list(doubt.since, &because).await.expect("confirmed");
        assert_eq!(confirmed.gone, doubt.gone);
    }
    let trail = test.club().trail(&Subject::Listing, None, 10).await.expect("a trail").items;
    assert_eq!(trail.iter().map(|entry| entry.body.because.who.id.as_str()).collect::<Vec<_>>(), ["dana"]);
    assert_eq!(test.report().await.open_doubt(), None);
    // The confirmation was interrupted before anything was withdrawn. The next refresh withdraws without waiting.
    assert_eq!(still_open(&test).await, OPEN);
    test.refresh().await;
    assert_eq!((still_open(&test).await, test.report().await.doubt), (vec![], None));
    assert_eq!(test.club().confirm_list(doubt.since, &because).await, Err(ConfirmError::NoDoubt));
}

#[tokio::test]
async fn events_that_a_confirmed_list_lacks_are_withdrawn_unless_they_are_posted_by_now() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    proxy.rewrite_rows(|row| *row = Value::Null);
    test.refresh().await;
    let doubt = test.report().await.doubt.expect("a doubt");
    let mut update = unchanged(test.stored_event(101).await);
    update.posted = test
        .stored_event(201)
        .await
        .posted
        .map(|posted| domain::snapshot::Posted { event: update.facts.clone(), ..posted.body });
    assert_eq!(test.club().apply_updates(&[update]).await.expect("written").written, 1);
    let withdrawn = test.club().withdraw(&doubt.gone).await.expect("withdrawn");
    assert_eq!(withdrawn.written, 3);
    assert!(test.stored_event(101).await.posted.is_some());
    assert_eq!(test.club().withdraw(&doubt.gone).await.expect("withdrawn").written, 0, "a second call changes nothing");
}
