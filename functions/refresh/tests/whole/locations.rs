//! A location belongs to one club only, wherever it is learned.

use serde_json::{Value, json};
use store::key::ClubId;
use store::meter::Meter;
use store::reports::LocationTrouble;
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
async fn a_location_that_another_club_has_is_not_learnt_and_nothing_comes_in() {
    let test = RefreshTest::small().await;
    test.refresh().await;
    let id = second_club(&test).await;
    let message = json!({"version": 1, "club": id}).to_string();
    assert!(test.deliver(&message).await, "it does not come back");
    let meter = Meter::new();
    let club = test.table.club(&id, &meter);
    let club_documents = club.club_documents().await.expect("a book");
    assert_eq!(club_documents.club.expect("a club").location_id, None);
    assert_eq!(club_documents.refreshed_at, None);
    assert_eq!(club_documents.report.expect("a report").body.location, Some(LocationTrouble::Taken(160_001)));
    assert_eq!(club.count_events().await.expect("a count"), 0);
}

#[tokio::test]
async fn of_several_locations_none_is_guessed() {
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
    let several = LocationTrouble::Several(vec![160_001, 160_002]);
    assert_eq!(test.report().await.location, Some(several));
    assert_eq!(test.snapshot().await, before);
    assert!(!test.is_fresh().await);
    proxy.stop_rewriting();
    test.refresh().await;
    assert_eq!(test.report().await.location, None);
    let club = test.club().club_documents().await.expect("a book").club.expect("a club");
    assert_eq!(club.location_id, Some(160_001));
}
