//! The calls about trials.

use std::collections::BTreeMap;

use domain::answer::{Status, Timing};
use domain::snapshot::{EmployeeId, EventRef};
use domain::trial::{Comparison, Difference, DifferenceKind, Spot, Totals};
use serde_json::{Value, json};
use store::answer::{AnswerSummary, ModelSize};
use store::key::TrialId;
use store::trials::{FitsIf, StaysOpen, Trial, TrialResult, TrialState};
use testkit::TestClub;

use super::Tour;

/// A call-out with the trial result that a solver would record.
pub(super) async fn visit(tour: &mut Tour, test: &TestClub) {
    let callout = json!({"employee_id": "E01", "from": "2026-11-30", "to": "2026-11-30", "moves": "none"});
    let begun = tour.post("beginTrial", "trials", json!({"base": "now", "change": {"callout": callout}})).await;
    let id = TrialId::parse(begun["trial_id"].as_str().expect("an id")).expect("an id");
    let read = test.club().trial(&id, test.now()).await.expect("read").expect("a trial");
    let spot = |who: &str| Spot {
        employee_id: EmployeeId(who.to_owned()),
        start: "2026-11-30T10:15:00".parse().expect("a moment"),
        block: Some(1),
    };
    let line = Difference {
        event_ref_num: EventRef(201),
        project_name: "619201-LKD-AF-Salad (251200201) - V2-CORE".to_owned(),
        event_type: "Core".to_owned(),
        what: DifferenceKind::Person,
        before: Some(spot("E01")),
        after: Some(spot("E03")),
    };
    let totals = |moved| Totals { moved, ..Totals::default() };
    let comparison = Comparison {
        summary: "1 event moves".to_owned(),
        before: totals(0),
        after: totals(1),
        lines: vec![line],
        people: Vec::new(),
    };
    let answer = AnswerSummary {
        bound: Some(1_041.0),
        failures: BTreeMap::new(),
        gap: Some(0.0),
        kept: None,
        left_out: Vec::new(),
        left_out_total: 0,
        load_requests: 0,
        model: ModelSize { columns: 12, rows: 9 },
        score: 1_041.0,
        status: Status::Optimal,
        terms: BTreeMap::from([("scheduled".to_owned(), 1_000.0)]),
        timing_ms: Timing::default(),
    };
    let plan_version = test.club().plan_version().await.expect("read");
    let stays = StaysOpen {
        event: EventRef(202),
        text: "Nobody who may work it is free.".to_owned(),
        rules: vec!["H9".to_owned()],
        fits_if: vec![FitsIf {
            employee_id: EmployeeId("E03".to_owned()),
            date: "2026-11-30".parse().expect("a date"),
            rule: Some("H9".to_owned()),
            start: None,
            text: "E03 could take it, but that would break a rule: they would work 7 days in that week (H9)".to_owned(),
        }],
    };
    let result = Box::new(TrialResult {
        plan_version,
        current: None,
        answer,
        comparison,
        without_change: None,
        is_unchanged_proven: false,
        open: vec![stays],
        under_way: Vec::new(),
        replayed: None,
    });
    let done = Trial { state: TrialState::Done { at: test.now(), result }, ..read.body };
    assert!(test.club().change_trial(read.version, &done).await.expect("written"));
    tour.get("getTrial", &format!("trials/{id}")).await;
    tour.post("adoptTrial", &format!("trials/{id}/adopt"), Value::Null).await;
}
