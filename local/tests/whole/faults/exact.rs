//! Asserts that Crossmark's ledger is what the states of the lines of a run require.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{World, id, lines};

impl World {
    /// Starts a run. Returns its id, the lines of its proposal, and the ledger before the run.
    pub async fn proposal_and_ledger(&self) -> (String, Vec<Value>, Vec<Value>) {
        let seeded = self.ledger().await;
        let pending = self.proposal().await;
        (pending["run"]["run_id"].as_str().unwrap().to_owned(), lines(&pending), seeded)
    }

    pub async fn approve(&self, run: &str, lines: Option<&[String]>) -> Value {
        self.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": lines})).await.assert_status(202)
    }

    pub async fn lines_of(&self, run: &str) -> Vec<Value> {
        lines(&self.get(&format!("/api/auto-schedule/pending?run_id={run}")).await.assert_status(200))
    }

    /// Moves the clock until no line of the run is in submission. Returns the run's lines.
    pub async fn advance_until_settled(&self, run: &str) -> Vec<Value> {
        for _ in 0..120 {
            let lines = self.lines_of(run).await;
            let is_unsettled =
                |l: &Value| ["approved", "submitting", "in_doubt"].contains(&l["status"].as_str().unwrap());
            if !lines.iter().any(is_unsettled) {
                return lines;
            }
            self.advance(300).await;
        }
        panic!("lines stay in submission: {:#?}", self.lines_of(run).await);
    }

    /// Asserts that Crossmark has each accepted line exactly once and as it was approved, that each failed line has a
    /// message, that Crossmark's other schedules are those of `seeded`, and that no run is queued or running.
    pub async fn assert_ledger_exact(&self, lines: &[Value], seeded: &[Value]) {
        let ledger = self.ledger().await;
        let numbers = self.crossmark_numbers();
        let mut current: BTreeMap<u64, &Value> = BTreeMap::new();
        for effect in ledger.iter().filter(|e| e["deleted_at"].is_null()) {
            let other = current.insert(effect["mPlanID"].as_u64().unwrap(), effect);
            assert!(other.is_none(), "the event has two schedules: {effect:#}");
        }
        let mut before: BTreeMap<u64, &Value> = seeded.iter().map(|e| (e["mPlanID"].as_u64().unwrap(), e)).collect();
        for line in lines {
            let event = line["event_ref_num"].as_u64().unwrap();
            match line["status"].as_str().unwrap() {
                "api_submitted" if line["kind"] == "dropped" => _ = before.remove(&event),
                "api_submitted" => {
                    before.remove(&event);
                    let effect =
                        current.remove(&event).unwrap_or_else(|| panic!("Crossmark does not have the line: {line:#}"));
                    assert_eq!(effect["id"], line["scheduled_event_id"], "{line:#}");
                    assert_eq!(effect["RepID"], numbers[line["employee_id"].as_str().unwrap()], "{line:#}");
                    let start = effect["Start"].as_str().unwrap();
                    assert_eq!(start[..start.len() - 6], *line["schedule_datetime"].as_str().unwrap(), "{line:#}");
                }
                "api_failed" => assert_ne!(line["api_error_details"]["words"].as_str().unwrap(), "", "{line:#}"),
                _ => {}
            }
        }
        let ids = |of: &BTreeMap<u64, &Value>| of.values().map(|e| e["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&current), ids(&before));
        let history = self.get("/api/auto-schedule/history").await.assert_status(200);
        for run in history["items"].as_array().unwrap() {
            assert!(!["queued", "running"].contains(&run["status"].as_str().unwrap()), "{run:#}");
        }
    }

    /// Asserts that every line of the run is accepted in the end, and that the ledger is exact.
    pub async fn assert_all_accepted(&self, run: &str, seeded: &[Value]) {
        let lines = self.advance_until_settled(run).await;
        let left: Vec<&Value> = lines.iter().filter(|l| l["status"] != "api_submitted").collect();
        assert!(left.is_empty(), "{left:#?}");
        self.assert_ledger_exact(&lines, seeded).await;
    }

    pub async fn set_queue_faults(&self, faults: Value) {
        self.post("/_local/queues/faults", faults).await.assert_status(200);
    }

    /// Plans faults of these kinds for the next calls of these names, each with a latency of 1 ms.
    pub async fn plan_faults(&self, faults: &[(&str, &str)]) {
        let next: Vec<Value> = faults.iter().map(|(call, kind)| json!({"call": call, "kind": kind, "ms": 1})).collect();
        self.post("/_sim/faults", json!({"next": next})).await.assert_status(200);
    }

    /// Moves the clock, and returns as soon as the simulator holds a call of this name.
    pub async fn advance_until_held(&self, call: &str) {
        let held = async || {
            let calls = self.get("/_sim/calls").await.assert_status(200);
            calls.as_array().unwrap().iter().any(|c| c["call"] == call && c["progress"] == "held").then_some(())
        };
        tokio::select! {
            () = async { self.advance(60).await; std::future::pending().await } => {}
            () = self.until("the call is held", held) => {}
        }
    }
}

/// The ids of new lines that have no pair and depend on no other line.
pub fn independent_lines(lines: &[Value]) -> Vec<String> {
    let is_independent = |l: &&Value| l["kind"] == "new" && l["pair"].is_null() && l["depends_on"] == json!([]);
    lines.iter().filter(is_independent).map(id).collect()
}
