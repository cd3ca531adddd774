//! The adoption of trials over HTTP.

use std::collections::BTreeMap;

use cloud::Visitor;
use domain::answer::{Status, Timing};
use domain::snapshot::{EmployeeId, EventRef};
use domain::trial::{Comparison, Difference, Spot, Totals, What};
use serde_json::{Value, json};
use store::answer::{AnswerSummary, ModelSize};
use store::key::TrialId;
use store::trials::{Trial, TrialResult, TrialState};
use testkit::TestClub;
use testkit::crossmark::NOWHERE;

/// A is to be called out, and B takes the Core.
const CLUB: &str = "person A specialist
    person B specialist
    posted 1 Core 24..25 A 24 block=1";

/// The result of a trial in which event 1 goes from A to B, as a solver would record it.
async fn given_to_b(club: &TestClub) -> TrialResult {
    let posted = club.club().posted_place(EventRef(1)).await.expect("read").expect("posted");
    let spot = |who: &str| Spot { employee_id: EmployeeId(who.to_owned()), start: posted.start, block: posted.block };
    let line = Difference {
        event_ref_num: EventRef(1),
        project_name: "a Core".to_owned(),
        event_type: "Core".to_owned(),
        what: What::Person,
        before: Some(spot("A")),
        after: Some(spot("B")),
    };
    let comparison = Comparison {
        summary: "1 event moves".to_owned(),
        before: Totals::default(),
        after: Totals::default(),
        lines: vec![line],
        people: Vec::new(),
    };
    let answer = AnswerSummary {
        bound: Some(0.0),
        failures: BTreeMap::new(),
        gap: Some(0.0),
        kept: None,
        left_out: Vec::new(),
        left_out_total: 0,
        load_requests: 0,
        model: ModelSize { columns: 1, rows: 1 },
        score: 0.0,
        status: Status::Optimal,
        terms: BTreeMap::new(),
        timing_ms: Timing::default(),
    };
    let plan_version = club.club().plan_version().await.expect("read");
    TrialResult { plan_version, current: None, answer, comparison, open: Vec::new(), replayed: None }
}

#[tokio::test]
async fn a_call_out_is_accepted_only_if_an_approval_is_recorded() {
    for (without, status, refused) in [("B", 200, json!(["NO_CROSSMARK_NUMBER"])), ("nobody", 202, json!([]))] {
        let club = TestClub::of_lines_without_numbers(CLUB, &[without]).await;
        let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
        let manager = Visitor::new(&router, "pat@club.example", "9001:manager");
        let callout = json!({"employee_id": "A", "from": "2026-11-24", "to": "2026-11-24", "moves": "none"});
        let begun = manager.post("/api/trials", &json!({"change": {"callout": callout}})).await;
        let id = TrialId::parse(begun.body["trial_id"].as_str().expect("an id")).expect("an id");
        let read = club.club().trial(&id, club.now()).await.expect("read").expect("a trial");
        let state = TrialState::Done { at: club.now(), result: Box::new(given_to_b(&club).await) };
        assert!(club.club().change_trial(read.version, &Trial { state, ..read.body }).await.expect("written"));

        let adopted = manager.send("POST", &format!("/api/trials/{id}/adopt"), &[], "").await;
        let changes = &adopted.body["changes"];
        let codes: Vec<Value> =
            changes["refused"].as_array().expect("a list").iter().map(|one| one["code"].clone()).collect();
        assert_eq!((adopted.status, &Value::Array(codes)), (status, &refused), "{}", adopted.body);
        assert_eq!(changes["approval_id"].is_null(), status == 200, "{}", adopted.body);
    }
}
