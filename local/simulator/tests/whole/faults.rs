//! Tests of the effect of each fault on the answer and on the ledger.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

#[tokio::test]
async fn a_server_error_happens_before_or_after_the_effect_as_planned() {
    for status in [500, 502, 503] {
        for (when, effects) in [("before", 0), ("after", 1)] {
            let sim = start_simulator().await;
            sim.plan_fault(json!({"call": "schedule", "kind": status.to_string(), "when": when})).await;
            let reply = sim.schedule(OPEN, &[]).send().await.unwrap();
            assert_eq!(reply.status().as_u16(), status);
            assert_eq!(reply.headers()["content-type"], "text/html; charset=UTF-8");
            assert_eq!(sim.active(OPEN).await.len(), effects, "{status} {when}");
        }
    }
}

#[tokio::test]
async fn an_answer_429_names_the_seconds_to_wait() {
    let sim = start_simulator().await;
    sim.plan_fault(json!({"call": "schedule", "kind": "429", "ms": 2500})).await;
    let reply = sim.schedule(OPEN, &[]).send().await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.headers()["retry-after"].to_str().unwrap()), (429, "3"));
    assert!(sim.active(OPEN).await.is_empty());
}

#[tokio::test]
async fn a_reset_closes_the_connection_without_a_byte() {
    for (kind, effects) in [("reset_before", 0), ("reset_after", 1)] {
        let sim = start_simulator().await;
        sim.plan_fault(json!({"call": "schedule", "kind": kind})).await;
        let request = sim.schedule(OPEN, &[]).build().unwrap();
        let body = String::from_utf8(request.body().unwrap().as_bytes().unwrap().to_vec()).unwrap();
        let cookie = request.headers()["cookie"].to_str().unwrap().to_owned();

        let mut stream = TcpStream::connect(sim.base.trim_start_matches("http://")).await.unwrap();
        let head = format!(
            "POST /planningextcontroller/scheduleMplanEvent HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await;

        assert_eq!(read.map_err(|error| error.kind()), Err(std::io::ErrorKind::ConnectionReset), "{kind}");
        assert!(answer.is_empty(), "{kind}");
        assert_eq!(sim.active(OPEN).await.len(), effects, "{kind}");
    }
}

#[tokio::test]
async fn a_late_effect_happens_at_its_time() {
    let sim = start_simulator().await;
    sim.plan_fault(json!({"call": "schedule", "kind": "late_effect", "ms": 5000})).await;
    sim.plan_fault(json!({"call": "delete", "kind": "late_effect", "ms": 3000})).await;
    assert!(sim.schedule(OPEN, &[]).send().await.unwrap_err().is_request());
    assert!(sim.delete(POSTED_ID).send().await.unwrap_err().is_request());

    sim.advance(TimeDelta::seconds(4));
    assert!(sim.active(OPEN).await.is_empty() && sim.active(POSTED).await.is_empty());
    sim.advance(TimeDelta::seconds(1));
    assert_eq!(sim.active(OPEN).await, [55_000_002]);
    let ledger = sim.get_json("/_sim/ledger").await;
    assert_eq!(ledger[0]["deleted_at"], "2026-11-21T15:00:03Z");
    assert_eq!(ledger[1]["created_at"], "2026-11-21T15:00:05Z");
}

#[tokio::test]
async fn a_late_effect_that_has_become_impossible_never_happens() {
    let sim = start_simulator().await;
    sim.plan_fault(json!({"call": "schedule", "kind": "late_effect", "ms": 5000})).await;
    sim.schedule(OPEN, &[]).send().await.unwrap_err();
    sim.control("/_sim/events", &json!([{"mPlanID": OPEN, "condition": "Canceled"}])).await;
    sim.advance(TimeDelta::minutes(1));
    assert!(sim.active(OPEN).await.is_empty());
}

#[tokio::test]
async fn a_login_page_ends_the_session() {
    let mut sim = start_simulator().await;
    sim.plan_fault(json!({"call": "schedule", "kind": "login_page"})).await;
    let reply = sim.schedule(OPEN, &[]).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    assert!(reply.text().await.unwrap().starts_with("<html>"));
    assert_eq!(sim.schedule(OPEN, &[]).send().await.unwrap().status(), 302);
    assert!(sim.active(OPEN).await.is_empty());
    sim.log_in().await;
    assert_eq!(json_of(sim.schedule(OPEN, &[])).await["ok"], 1);
}

#[tokio::test]
async fn not_ok_has_no_effect_but_no_id_has_one() {
    let sim = start_simulator().await;
    sim.plan_fault(json!({"call": "schedule", "kind": "not_ok"})).await;
    sim.plan_fault(json!({"call": "schedule", "kind": "no_id"})).await;
    assert_eq!(json_of(sim.schedule(OPEN, &[])).await["ok"], 0);
    assert!(sim.active(OPEN).await.is_empty());
    let reply = json_of(sim.schedule(OPEN, &[])).await;
    assert_eq!((&reply["ok"], &reply["MVScheduledEvent"]["ID"]), (&json!(1), &Value::Null));
    assert_eq!(sim.active(OPEN).await, [55_000_002]);
}

#[tokio::test]
async fn slow_answers_take_longer_and_are_complete() {
    let sim = start_simulator().await;
    for kind in ["slow_body", "latency"] {
        sim.plan_fault(json!({"call": "condition", "kind": kind, "ms": 120})).await;
        let began = tokio::time::Instant::now();
        assert_eq!(json_of(sim.condition(OPEN)).await["condition"], "Unstaffed");
        assert!(began.elapsed() >= Duration::from_millis(100), "{kind}");
    }
}

#[tokio::test]
async fn bad_credentials_fail_one_login() {
    let sim = start_simulator().await;
    sim.plan_fault(json!({"call": "login", "kind": "bad_credentials"})).await;
    assert!(!sim.try_login("pat", "secret").await.text().await.unwrap().contains("Scheduling"));
    assert!(sim.try_login("pat", "secret").await.text().await.unwrap().contains("Scheduling"));
}

#[tokio::test]
async fn a_held_call_stays_open_until_it_is_released() {
    for (kind, effects_while_held) in [("hold_before", 0), ("hold_after", 1)] {
        let sim = start_simulator().await;
        sim.plan_fault(json!({"call": "schedule", "kind": kind})).await;
        let call = tokio::spawn(json_of(sim.schedule(OPEN, &[])));
        sim.wait_until_held("schedule").await;
        assert_eq!(sim.active(OPEN).await.len(), effects_while_held, "{kind}");
        assert!(!call.is_finished());
        let (_, released) = sim.control("/_sim/release", &json!({})).await;
        assert_eq!(released, json!({"released": 1}));
        assert_eq!(call.await.unwrap()["ok"], 1, "{kind}");
        assert_eq!(sim.active(OPEN).await.len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_call_is_processed_to_its_end_after_its_caller_hung_up() {
    let sim = start_simulator().await;
    sim.plan_fault(json!({"call": "schedule", "kind": "hold_before"})).await;
    let call = tokio::spawn(sim.schedule(OPEN, &[]).send());
    sim.wait_until_held("schedule").await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    sim.control("/_sim/release", &json!({})).await;
    while sim.active(OPEN).await.is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn random_faults_happen_until_the_rate_is_set_to_zero() {
    let sim = start_simulator().await;
    let request = json!({"seed": 7, "rate": 1.0, "kinds": ["502"], "max_ms": 5});
    assert_eq!(sim.control("/_sim/faults", &request).await.0, 200);
    for _ in 0..5 {
        assert_eq!(sim.condition(OPEN).send().await.unwrap().status(), 502);
    }
    sim.control("/_sim/faults", &json!({"rate": 0})).await;
    assert_eq!(json_of(sim.condition(OPEN)).await["ok"], 1);
    for request in [json!({"kinds": ["broken"]}), json!({"rate": 2}), json!({"next": [{"call": "x", "kind": "500"}]})] {
        let (status, answer) = sim.control("/_sim/faults", &request).await;
        assert!(status.is_client_error() && answer["error"].is_string(), "{request}");
    }
}

#[tokio::test]
async fn the_log_lists_each_call_with_its_fault_and_outcome() {
    let sim = start_simulator().await;
    sim.plan_fault(json!({"call": "schedule", "kind": "500", "when": "after", "ms": 1})).await;
    sim.schedule(OPEN, &[]).send().await.unwrap();
    sim.delete(POSTED_ID).send().await.unwrap();
    sim.delete(POSTED_ID).send().await.unwrap();

    let at = "2026-11-21T15:00:00Z";
    let expect = json!([
        {"seq": 0, "at": at, "call": "login", "fault": null, "progress": "done", "answered": "200", "effect": "done"},
        {"seq": 1, "at": at, "call": "schedule", "mPlanID": OPEN, "RepID": 150_001, "id": 55_000_002,
         "fault": {"kind": "500", "when": "after", "ms": 1}, "progress": "done", "answered": "500", "effect": "done"},
        {"seq": 2, "at": at, "call": "delete", "id": POSTED_ID, "fault": null, "progress": "done", "answered": "200",
         "effect": "done"},
        {"seq": 3, "at": at, "call": "delete", "id": POSTED_ID, "fault": null, "progress": "done", "answered": "200",
         "effect": "refused"},
    ]);
    assert_eq!(sim.get_json("/_sim/calls").await, expect);
}
