//! Tests of the adoption of trials over HTTP.

use cloud::TestCaller;
use domain::calendar::write_moment;
use domain::snapshot::EventRef;
use serde_json::{Value, json};
use store::key::TrialId;
use testkit::TestClub;
use testkit::crossmark::NOWHERE;

/// A is to be called out, and B takes the Core.
const CLUB: &str = "person A specialist
    person B specialist
    posted 1 Core 24..25 A 24 block=1";

#[tokio::test]
async fn the_adoption_of_a_call_out_is_answered_with_202_only_if_it_records_an_approval() {
    for (without, status, refused) in [("B", 200, json!(["NO_CROSSMARK_NUMBER"])), ("nobody", 202, json!([]))] {
        let club = TestClub::of_lines_without_numbers(CLUB, &[without]).await;
        let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
        let manager = TestCaller::new(&router, "pat@club.example", "9001:manager");
        let callout = json!({"employee_id": "A", "from": "2026-11-24", "to": "2026-11-24", "moves": "none"});
        let begun = manager.post("/api/trials", &json!({"change": {"callout": callout}})).await;
        let id = TrialId::parse(begun.body["trial_id"].as_str().expect("an id")).expect("an id");
        let posted = club.club().posted_place(EventRef(1)).await.expect("read").expect("posted");
        club.finish_trial(&id, 1, ["A", "B"], &write_moment(posted.start)).await;

        let adopted = manager.send("POST", &format!("/api/trials/{id}/adopt"), &[], "").await;
        let changes = &adopted.body["changes"];
        let codes: Vec<Value> =
            changes["refused"].as_array().expect("a list").iter().map(|one| one["code"].clone()).collect();
        assert_eq!((adopted.status, &Value::Array(codes)), (status, &refused), "{}", adopted.body);
        assert_eq!(changes["approval_id"].is_null(), status == 200, "{}", adopted.body);
    }
}
