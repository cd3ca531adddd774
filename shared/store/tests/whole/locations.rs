//! A Crossmark location belongs to one club at most, and a club keeps its location.

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use store::import::ImportError;
use store::key::ClubId;
use store::locations::LocationOwner;
use store::meter::Meter;

use crate::faults::Faults;
use crate::setup::{NOW, TestTable, small_club};

fn second_club() -> (ClubId, Value) {
    let mut document = small_club();
    document["club"]["id"] = json!("9001");
    (ClubId::parse("9001").expect("an id"), document)
}

#[tokio::test]
async fn a_snapshot_with_another_clubs_location_is_refused_before_anything_is_written() {
    let test = TestTable::with_club().await;
    let (id, mut document) = second_club();
    let meter = Meter::new();
    let club = test.table.club(&id, &meter);
    for _ in 0..2 {
        let refused = club.import_snapshot(document.to_string().as_bytes()).await;
        assert_eq!(refused, Err(ImportError::LocationTaken { location: 160_001 }));
        assert_eq!(club.info().await.expect("read"), None);
        assert_eq!(club.count_events().await.expect("a count"), 0);
        assert!(club.club_documents().await.expect("documents").employees.is_empty());
    }
    // A document with another location can be loaded.
    document["club"]["location_id"] = json!(160_002);
    club.import_snapshot(document.to_string().as_bytes()).await.expect("a club");
    let clubs: Vec<String> =
        club.listings().await.expect("a list").into_iter().map(|club| club.body.id.to_string()).collect();
    assert_eq!(clubs, ["8135", "9001"], "the list has no locations");
}

#[tokio::test]
async fn only_one_of_two_concurrent_loads_gets_the_location() {
    for _ in 0..10 {
        let test = TestTable::empty().await;
        let (id, document) = second_club();
        let meter = Meter::new();
        let (first, second) = (small_club().to_string(), document.to_string());
        let (first, second) = join(
            test.club().import_snapshot(first.as_bytes()),
            test.table.club(&id, &meter).import_snapshot(second.as_bytes()),
        )
        .await;
        let taken = ImportError::LocationTaken { location: 160_001 };
        let refused = [first.err(), second.err()];
        assert_eq!(refused.iter().filter(|error| error.is_none()).count(), 1, "{refused:?}");
        assert!(refused.contains(&Some(taken)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_replaced_load_releases_its_location() {
    for elsewhere in [json!(160_003), json!(null)] {
        let faults = Faults::none_yet("ValidationException");
        let test = TestTable::with_faults(Some(faults.clone())).await;
        faults.fail_request(4);
        test.club().import_snapshot_at(small_club().to_string().as_bytes(), NOW).await.expect_err("interrupted");
        let (id, same_location) = second_club();
        let meter = Meter::new();
        let other = test.table.club(&id, &meter);
        let taken = Err(ImportError::LocationTaken { location: 160_001 });
        assert_eq!(
            other.import_snapshot(same_location.to_string().as_bytes()).await,
            taken,
            "the first load may still be continued"
        );
        let mut document = small_club();
        document["club"]["location_id"] = elsewhere;
        let minute = NOW.plus(TimeDelta::seconds(60));
        test.club().import_snapshot_at(document.to_string().as_bytes(), minute).await.expect("replaced");
        other.import_snapshot(same_location.to_string().as_bytes()).await.expect("the location is free");
    }
}

#[tokio::test]
async fn a_club_keeps_its_location_and_learns_no_other() {
    let test = TestTable::with_club().await;
    assert_eq!(test.club().claim_location(160_001).await, Ok(LocationOwner::Ours));
    assert_eq!(test.club().learn_location(160_001).await, Ok(LocationOwner::Ours), "again");
    assert_eq!(test.club().learn_location(160_007).await, Ok(LocationOwner::NotLearnt), "it has another location");
}

#[tokio::test]
async fn a_location_is_learnt_by_only_one_club() {
    let test = TestTable::empty().await;
    let (id, mut other) = second_club();
    let mut own = small_club();
    for document in [&mut own, &mut other] {
        document["club"].as_object_mut().expect("a club").remove("location_id");
    }
    let meter = Meter::new();
    let second = test.table.club(&id, &meter);
    test.club().import_snapshot(own.to_string().as_bytes()).await.expect("a club");
    second.import_snapshot(other.to_string().as_bytes()).await.expect("a club");
    let (first, other) = join(test.club().learn_location(160_001), second.learn_location(160_001)).await;
    let mut holds = [first.expect("an answer"), other.expect("an answer")];
    holds.sort_by_key(|hold| *hold != LocationOwner::Ours);
    assert_eq!(holds, [LocationOwner::Ours, LocationOwner::Others]);
    let mut known = Vec::new();
    for club in [test.club(), second] {
        known.extend(club.info().await.expect("read").expect("a club").body.location_id);
    }
    assert_eq!(known, [160_001]);
}
