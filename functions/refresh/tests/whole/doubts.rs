//! A list that lacks too much withdraws nothing by itself.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::audit::{Because, Subject};
use store::reports::{ConfirmError, RefreshReport};

use crate::house::{House, small_club};
use crate::neighbour::Neighbour;

/// The open events of the small club.
const OPEN: [u64; 4] = [101, 102, 103, 104];

async fn wanted(house: &House) -> Vec<u64> {
    let mut wanted = Vec::new();
    for event in OPEN {
        if house.standing(event).await.event.body.wants_somebody() {
            wanted.push(event);
        }
    }
    wanted
}

/// From now on the list lacks these events.
fn hide(neighbour: &Neighbour, hidden: &'static [u64]) {
    neighbour.rewrite_rows(move |row| {
        if hidden.iter().any(|event| row["mPlanID"].as_str() == Some(&event.to_string())) {
            *row = Value::Null;
        }
    });
}

async fn an_hour_later(house: &House) {
    house.hands.advance(TimeDelta::hours(1));
    house.refresh().await;
}

#[tokio::test]
async fn an_empty_list_is_doubted_and_believed_when_the_next_hours_is_empty_too() {
    let (house, neighbour) = House::with_neighbour(&small_club()).await;
    house.refresh().await;
    let (before, version) = (house.snapshot().await, house.plan_version().await);
    neighbour.rewrite_rows(|row| *row = Value::Null);
    for _ in 0..2 {
        house.refresh().await;
        assert_eq!((house.snapshot().await, house.plan_version().await), (before.clone(), version), "nothing changes");
        let report = house.report().await;
        let doubt = report.open_doubt().expect("a doubt");
        assert_eq!((doubt.gone.len(), doubt.open, doubt.has_nothing), (4, 4, true));
        assert_eq!(doubt.since, house.hands.now().into());
        assert!(house.is_fresh().await);
    }
    an_hour_later(&house).await;
    assert_eq!((wanted(&house).await, house.report().await.doubt), (vec![], None));
    assert!(house.standing(201).await.posted.is_some(), "what is posted stays");
    // Nothing is left to be doubted.
    an_hour_later(&house).await;
    assert_eq!(house.report().await, RefreshReport::default());
}

#[tokio::test]
async fn a_list_that_is_whole_again_an_hour_later_has_changed_nothing() {
    let (house, neighbour) = House::with_neighbour(&small_club()).await;
    house.refresh().await;
    let before = house.snapshot().await;
    hide(&neighbour, &[101, 102, 103]);
    house.refresh().await;
    assert_eq!(wanted(&house).await, OPEN);
    neighbour.leave();
    an_hour_later(&house).await;
    assert_eq!((house.snapshot().await, house.report().await), (before, RefreshReport::default()));
}

#[tokio::test]
async fn half_of_the_open_events_may_go_at_once_and_more_are_doubted() {
    let (house, neighbour) = House::with_neighbour(&small_club()).await;
    house.refresh().await;
    hide(&neighbour, &[101, 102]);
    house.refresh().await;
    assert_eq!((wanted(&house).await, house.report().await.doubt), (vec![103, 104], None));
    hide(&neighbour, &[101, 102, 103, 104]);
    house.refresh().await;
    let doubt = house.report().await.doubt.expect("a doubt");
    assert_eq!((doubt.gone.len(), doubt.open, doubt.has_nothing), (2, 2, false));
    assert_eq!(wanted(&house).await, [103, 104]);
    an_hour_later(&house).await;
    assert_eq!((wanted(&house).await, house.report().await.doubt), (vec![], None));
}

#[tokio::test]
async fn everything_else_goes_on_while_a_list_is_doubted() {
    let (house, neighbour) = House::with_neighbour(&small_club()).await;
    house.refresh().await;
    hide(&neighbour, &[101, 102, 103]);
    house.upstream("events", json!([{"mPlanID": 104, "due": "2026-12-11"}])).await;
    house.refresh().await;
    assert!(house.report().await.doubt.is_some());
    assert_eq!(house.standing(104).await.event.body.facts.due.date().to_string(), "2026-12-11");
}

#[tokio::test]
async fn a_person_who_confirms_a_list_is_believed_at_once() {
    let (house, neighbour) = House::with_neighbour(&small_club()).await;
    house.refresh().await;
    neighbour.rewrite_rows(|row| *row = Value::Null);
    house.refresh().await;
    let doubt = house.report().await.doubt.expect("a doubt");
    let because = Because::new("dana", house.hands.now().into(), "the list is right");
    let other = house.club().confirm_list(doubt.since.plus(TimeDelta::hours(1)), &because).await;
    assert_eq!(other, Err(ConfirmError::NoDoubt), "another list");
    for _ in 0..2 {
        let confirmed = house.club().confirm_list(doubt.since, &because).await.expect("confirmed");
        assert_eq!(confirmed.gone, doubt.gone);
    }
    let trail = house.club().trail(&Subject::Listing, None, 10).await.expect("a trail").items;
    assert_eq!(trail.iter().map(|entry| entry.body.because.who.id.as_str()).collect::<Vec<_>>(), ["dana"]);
    assert_eq!(house.report().await.open_doubt(), None);
    // Whoever confirmed and was lost before anything was withdrawn: the next refresh does not wait.
    assert_eq!(wanted(&house).await, OPEN);
    house.refresh().await;
    assert_eq!((wanted(&house).await, house.report().await.doubt), (vec![], None));
    assert_eq!(house.club().confirm_list(doubt.since, &because).await, Err(ConfirmError::NoDoubt));
}

#[tokio::test]
async fn what_a_confirmed_list_lacks_is_withdrawn_unless_somebody_has_it_by_now() {
    let (house, neighbour) = House::with_neighbour(&small_club()).await;
    house.refresh().await;
    neighbour.rewrite_rows(|row| *row = Value::Null);
    house.refresh().await;
    let doubt = house.report().await.doubt.expect("a doubt");
    let mut word = house.standing(101).await.as_is();
    word.posted = house
        .standing(201)
        .await
        .posted
        .map(|posted| domain::snapshot::Posted { event: word.facts.clone(), ..posted.body });
    assert_eq!(house.club().follow(&[word]).await.expect("written").written, 1);
    let withdrawn = house.club().withdraw(&doubt.gone).await.expect("withdrawn");
    assert_eq!(withdrawn.written, 3);
    assert!(house.standing(101).await.posted.is_some());
    assert_eq!(house.club().withdraw(&doubt.gone).await.expect("withdrawn").written, 0, "twice does no harm");
}
