//! A location belongs to one club only.

use serde_json::{Value, json};
use simulator::Seed;
use store::key::{ClubId, RefreshId};
use store::meter::Meter;
use store::refreshes::{RefreshFailure, RefreshState};
use store::reports::{LocationFault, RefreshReport};
use testkit::small_club_with_numbers;

use crate::setup::RefreshTest;

/// Another club in the same table, which does not know its location.
async fn second_club(test: &RefreshTest) -> ClubId {
    let mut club = small_club_with_numbers();
    club["club"]["id"] = json!("9001");
    club["club"].as_object_mut().expect("a club").remove("location_id");
    (club["events"], club["posted"], club["affinity"]) = (json!([]), json!([]), json!([]));
    let id = ClubId::parse("9001").expect("an id");
    test.table.club(&id, &Meter::new()).import_snapshot(club.to_string().as_bytes()).await.expect("a club");
    id
}

#[tokio::test]
async fn a_location_of_another_club_is_not_claimed_and_its_events_are_not_added() {
    let test = RefreshTest::small().await;
    test.refresh().await;
    let id = second_club(&test).await;
    let message = json!({"version": 1, "club": id}).to_string();
    assert!(test.deliver(&message).await, "the message is handled");
    let meter = Meter::new();
    let club = test.table.club(&id, &meter);
    let club_documents = club.club_documents().await.expect("documents");
    assert_eq!(club_documents.club.expect("a club").location_id, None);
    assert_eq!(club_documents.refreshed_at, None);
    assert_eq!(club_documents.report.expect("a report").body.location, Some(LocationFault::Taken(160_001)));
    assert_eq!(club.count_events().await.expect("a count"), 0);
}

#[tokio::test]
async fn no_location_is_claimed_if_crossmark_lists_several() {
    let mut club = small_club_with_numbers();
    club["club"].as_object_mut().expect("a club").remove("location_id");
    let (test, proxy) = RefreshTest::with_proxy(&club).await;
    proxy.rewrite_rows(|row| {
        if row["mPlanID"] == "101" {
            row["storeID"] = json!("160002");
        }
    });
    let before: Value = test.snapshot().await;
    test.refresh().await;
    let several = LocationFault::Several(vec![160_001, 160_002]);
    assert_eq!(test.report().await.location, Some(several));
    assert_eq!(test.snapshot().await, before);
    assert!(!test.is_fresh().await);
    proxy.stop_rewriting();
    test.refresh().await;
    assert_eq!(test.report().await.location, None);
    let club = test.club().club_documents().await.expect("documents").club.expect("a club");
    assert_eq!(club.location_id, Some(160_001));
}

#[tokio::test]
async fn a_stored_location_that_is_not_a_crossmark_number_fails_the_refresh_and_is_named() {
    let mut club = small_club_with_numbers();
    let upstream = Seed::from_snapshot(&club).expect("a seed");
    club["club"]["location_id"] = json!(0);
    let test = RefreshTest::with_upstream(&club, upstream).await;
    let id = RefreshId::parse("r-1").expect("an id");
    assert!(test.deliver(&json!({"version": 1, "club": test.id, "refresh": id}).to_string()).await);
    let state = test.club().refresh(&id).await.expect("read").expect("a refresh").body.state;
    let RefreshState::Failed { reason, words, .. } = state else { panic!("{state:?}") };
    assert_eq!((reason, words.as_str()), (RefreshFailure::Location, "the club's location 0 is not a Crossmark number"));
    assert_eq!(test.report().await, RefreshReport::default(), "Crossmark was not read");
}
