//! If Crossmark agrees with the table, a refresh changes nothing.

use std::collections::BTreeMap;

use domain::snapshot::Snapshot;
use serde_json::{Value, json};
use simulator::Seed;
use testkit::small_club_with_numbers;

use crate::setup::RefreshTest;

fn sample_club() -> Value {
    serde_json::from_slice(include_bytes!("../../../../events/club-sample.json")).expect("a snapshot")
}

fn tight_club() -> Value {
    serde_json::from_slice(include_bytes!("../../../../events/club-tight-hours.json")).expect("a snapshot")
}

#[tokio::test]
async fn a_refresh_changes_nothing_if_crossmark_agrees_with_the_table() {
    let test = RefreshTest::small().await;
    let (before, version) = (test.snapshot().await, test.plan_version().await);
    test.refresh().await;
    assert_eq!(test.snapshot().await, before);
    assert_eq!(test.plan_version().await, version, "no proposal becomes stale");
    assert!(test.is_fresh().await);
}

#[tokio::test]
async fn a_refresh_adds_missing_numbers_of_crossmark_and_nothing_else() {
    for mut club in [small_club_with_numbers(), sample_club(), tight_club()] {
        club["club"].as_object_mut().expect("a club").remove("location_id");
        for row in club["employees"].as_array_mut().expect("people") {
            row.as_object_mut().expect("a person").remove("rep_id");
        }
        for row in club["posted"].as_array_mut().expect("schedules") {
            row.as_object_mut().expect("a schedule").remove("scheduled_event_id");
        }
        let test = RefreshTest::of(&club).await;
        let before = test.snapshot().await;
        test.refresh().await;
        assert_eq!(test.snapshot().await, before);
        let club_documents = test.club().club_documents().await.expect("documents");
        assert!(club_documents.club.is_some_and(|club| club.location_id.is_some()));
        assert!(club_documents.employees.iter().all(|person| person.body.rep_id.is_some()));
        for row in before["posted"].as_array().expect("schedules") {
            let posted = test.stored_event(row["event"]["ref"].as_u64().expect("a ref")).await.posted;
            assert!(posted.expect("posted").body.scheduled_event_id.is_some(), "{row}");
        }
        let version = test.plan_version().await;
        test.refresh().await;
        assert_eq!(test.plan_version().await, version, "the second refresh changes nothing");
    }
}

#[tokio::test]
async fn a_club_that_has_only_people_gets_its_events_and_schedules() {
    let whole = sample_club();
    let mut people = whole.clone();
    (people["events"], people["posted"], people["affinity"]) = (json!([]), json!([]), json!([]));
    let test = RefreshTest::with_upstream(&people, Seed::from_snapshot(&whole).expect("a seed")).await;
    test.refresh().await;
    assert!(test.is_fresh().await);
    let found = test.snapshot().await;
    let rows = |club: &Value, list: &str, row: fn(&Value) -> Value| {
        let mut rows: Vec<String> = club[list].as_array().expect("a list").iter().map(|r| row(r).to_string()).collect();
        rows.sort();
        rows
    };
    let event = |row: &Value| json!([row["ref"], row["start"].as_str().map(|at| &at[..10]), row["estimated_minutes"]]);
    assert_eq!(rows(&found, "events", event), rows(&whole, "events", event));
    let posted = |row: &Value| json!([row["event"]["ref"], row["employee_id"], row["start"]]);
    // Older schedules are not read, because no run uses them.
    let mut expected = whole.clone();
    let recent = |row: &Value| row["start"].as_str().is_some_and(|at| at >= "2026-10-26");
    expected["posted"].as_array_mut().expect("schedules").retain(recent);
    assert_eq!(rows(&found, "posted", posted), rows(&expected, "posted", posted));
    let types = |club: &Value| {
        let parsed = Snapshot::parse(club.to_string().as_bytes()).expect("a snapshot that a run can read");
        parsed.events.iter().map(|event| (event.event_ref.0, event.event_type().name())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(types(&found), types(&whole), "the types follow from the names");
}

#[tokio::test]
async fn a_tick_sends_a_message_for_every_club_and_a_second_refresh_does_no_harm() {
    let test = RefreshTest::small().await;
    for _ in 0..2 {
        assert_eq!(test.handle(json!({"tick": true})).await, json!({"clubs": 1, "unsent": 0}));
    }
    let queue = cloud::Cloud::queue_name("MUSTER_REFRESH_QUEUE").expect("a queue");
    let outlook = test.cloud.queues().outlook().await.expect("an outlook");
    let waiting: Vec<_> = outlook.iter().filter(|q| q.visible > 0).map(|q| (q.queue.as_str(), q.visible)).collect();
    assert_eq!(waiting, [(queue, 2)]);
    let version = test.plan_version().await;
    tokio::join!(test.refresh(), test.refresh());
    assert_eq!(test.plan_version().await, version);
}
