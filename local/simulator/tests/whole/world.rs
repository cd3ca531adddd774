//! Tests of changes by people at Crossmark, of the reset to the seed, and of the ledger after restarts.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn events_are_changed_added_and_cancelled_at_crossmark() {
    let sim = start_simulator().await;
    let changes = json!({"events": [
        {"mPlanID": OPEN, "condition": "Canceled"},
        {"mPlanID": CANCELED, "condition": "Paused", "due": "2026-11-21", "staffedReps": "Kim Else"},
        {"mPlanID": 40_000_900, "name": "New", "start": "2026-12-20", "due": "2026-12-21", "estimated_minutes": 60},
    ]});
    assert_eq!(sim.control("/_sim/events", &changes).await.1, json!({"changed": 3}));

    assert_eq!(json_of(sim.schedule(OPEN, &[])).await["ok"], 0);
    let paused = json_of(sim.condition(CANCELED)).await;
    assert_eq!((&paused["condition"], &paused["reps"]), (&json!("Paused"), &json!("Kim Else")));
    assert_eq!(json_of(sim.planning("2026-12-20", "2026-12-20", "")).await["mplans"][0]["mPlanName"], "New");
    assert_eq!(sim.get_json("/_sim/events").await.as_array().unwrap().len(), 4);

    let (status, answer) = sim.control("/_sim/events", &json!([{"mPlanID": 40_000_901, "name": "Half"}])).await;
    assert_eq!((status.as_u16(), answer), (400, json!({"error": "event 40000901 is new and needs a start"})));
    assert!(sim.control("/_sim/events", &json!({"mPlanID": 1})).await.0.is_client_error());
}

#[tokio::test]
async fn a_reset_goes_back_to_the_seed_and_ends_the_faults() {
    let sim = start_simulator().await;
    json_of(sim.schedule(OPEN, &[])).await;
    json_of(sim.delete(POSTED_ID)).await;
    sim.control("/_sim/events", &json!([{"mPlanID": OPEN, "condition": "Canceled"}])).await;
    let faults = json!({"rate": 1.0, "kinds": ["500"], "next": [{"call": "delete", "kind": "429"}]});
    sim.control("/_sim/faults", &faults).await;

    sim.control("/_sim/reset", &json!({})).await;

    assert_eq!((sim.active(POSTED).await, sim.active(OPEN).await), (vec![POSTED_ID], vec![]));
    assert_eq!(sim.get_json("/_sim/calls").await, json!([]));
    assert_eq!(json_of(sim.schedule(OPEN, &[])).await["MVScheduledEvent"]["ID"], 55_000_002);
    assert_eq!(json_of(sim.delete(POSTED_ID)).await["ok"], 1);
}

/// A ledger file for one test, deleted at the end of the test.
struct LedgerFile(PathBuf);

impl LedgerFile {
    fn new(name: &str) -> Self {
        let file = Self(std::env::temp_dir().join(format!("simulator-{name}-{}.jsonl", std::process::id())));
        let _ = std::fs::remove_file(&file.0);
        file
    }
}

impl Drop for LedgerFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn start_simulator_with_file(file: &Path) -> RunningSimulator {
    start_simulator_with(|options| options.ledger_file = Some(file.to_owned())).await
}

#[tokio::test]
async fn a_restart_restores_the_ledger_the_events_and_late_effects() {
    let file = LedgerFile::new("restart");
    let sim = start_simulator_with_file(&file.0).await;
    json_of(sim.schedule(OPEN, &[])).await;
    json_of(sim.delete(POSTED_ID)).await;
    sim.control("/_sim/events", &json!([{"mPlanID": OPEN, "condition": "Paused"}])).await;
    sim.plan_fault(json!({"call": "schedule", "kind": "late_effect", "ms": 5000})).await;
    sim.schedule(POSTED, &[]).send().await.unwrap_err();
    let (ledger, events) = (sim.get_json("/_sim/ledger").await, sim.get_json("/_sim/events").await);
    sim.stop().await;

    let sim = start_simulator_with_file(&file.0).await;
    assert_eq!((sim.get_json("/_sim/ledger").await, sim.get_json("/_sim/events").await), (ledger, events));
    sim.advance(TimeDelta::seconds(5));
    assert_eq!(sim.active(POSTED).await, [55_000_003]);
    sim.stop().await;

    let sim = start_simulator_with_file(&file.0).await;
    sim.advance(TimeDelta::minutes(1));
    assert_eq!(sim.active(POSTED).await, [55_000_003]);
    sim.control("/_sim/reset", &json!({})).await;
    sim.stop().await;

    let sim = start_simulator_with_file(&file.0).await;
    assert_eq!((sim.active(POSTED).await, sim.active(OPEN).await), (vec![POSTED_ID], vec![]));
}

#[tokio::test]
async fn an_effect_is_in_the_file_before_its_answer_goes_out() {
    let file = LedgerFile::new("before");
    let sim = start_simulator_with_file(&file.0).await;
    sim.plan_fault(json!({"call": "schedule", "kind": "hold_after"})).await;
    let call = tokio::spawn(sim.schedule(OPEN, &[]).send());
    sim.wait_until_held("schedule").await;
    assert!(std::fs::read_to_string(&file.0).unwrap().contains("55000002"));
    // If the simulator stops now, the call ends without an answer, and its effect stays.
    sim.stop().await;
    assert!(call.await.unwrap().is_err());
    assert_eq!(start_simulator_with_file(&file.0).await.active(OPEN).await, [55_000_002]);
}

#[tokio::test]
async fn an_incomplete_last_line_is_dropped() {
    let file = LedgerFile::new("torn");
    let sim = start_simulator_with_file(&file.0).await;
    json_of(sim.schedule(OPEN, &[])).await;
    sim.stop().await;
    let mut bytes = std::fs::read(&file.0).unwrap();
    bytes.truncate(bytes.len() - 10);
    // The first of the two bytes of an "é".
    bytes.push(0xc3);
    std::fs::write(&file.0, &bytes).unwrap();

    let sim = start_simulator_with_file(&file.0).await;
    assert!(sim.active(OPEN).await.is_empty());
    json_of(sim.schedule(OPEN, &[])).await;
    sim.stop().await;
    assert_eq!(start_simulator_with_file(&file.0).await.active(OPEN).await, [55_000_002]);
}

#[tokio::test]
async fn a_ledger_file_with_an_invalid_line_is_refused_with_the_number_of_that_line() {
    let file = LedgerFile::new("wrong");
    std::fs::write(&file.0, "{\"not\": \"a record\"}\n").unwrap();
    let seed = simulator::Seed::from_snapshot(&json!({
        "club": {"id": "8135", "time_zone": "UTC"}, "employees": [], "events": [],
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = simulator::Options { ledger_file: Some(file.0.clone()), ..simulator::Options::default() };
    let error = simulator::serve(listener, seed.unwrap(), options, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().starts_with("line 1 of the ledger file"), "{error}");
}
