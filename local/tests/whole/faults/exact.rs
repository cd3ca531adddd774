//! Compares the ledger with the lines of a run in all their states.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{World, id, lines};

impl World {
    /// A proposal: its run, its lines, and the ledger before it.
    pub async fn begun(&self) -> (String, Vec<Value>, Vec<Value>) {
        let seeded = self.ledger().await;
        let pending = self.proposal().await;
        (pending["run"]["run_id"].as_str().unwrap().to_owned(), lines(&pending), seeded)
    }

    pub async fn approve(&self, run: &str, lines: Option<&[String]>) -> Value {
        self.post("/api/auto-schedule/approve", json!({"run_id": run, "lines": lines})).await.is(202)
    }

    pub async fn lines_of(&self, run: &str) -> Vec<Value> {
        lines(&self.get(&format!("/api/auto-schedule/pending?run_id={run}")).await.is(200))
    }

    /// Moves the clock until no line of the run is in submission.
    pub async fn settled(&self, run: &str) -> Vec<Value> {
        for _ in 0..120 {
            let lines = self.lines_of(run).await;
            let under_way =
                |l: &&Value| ["approved", "submitting", "in_doubt"].contains(&l["status"].as_str().unwrap());
            if !lines.iter().any(|l| under_way(&l)) {
                return lines;
            }
            self.advance(300).await;
        }
        panic!("it never ends: {:#?}", self.lines_of(run).await);
    }

    /// Asserts that each accepted line is at Crossmark exactly once and as it was approved, that the schedule of any
    /// other line is unchanged or the line says why not, and that nothing else changed.
    pub async fn is_exact(&self, lines: &[Value], seeded: &[Value]) {
        let ledger = self.ledger().await;
        let numbers = self.numbers();
        let mut standing: BTreeMap<u64, &Value> = BTreeMap::new();
        for effect in ledger.iter().filter(|e| e["deleted_at"].is_null()) {
            let double = standing.insert(effect["mPlanID"].as_u64().unwrap(), effect);
            assert!(double.is_none(), "it is there twice: {effect:#}");
        }
        let mut before: BTreeMap<u64, &Value> = seeded.iter().map(|e| (e["mPlanID"].as_u64().unwrap(), e)).collect();
        for line in lines {
            let event = line["event_ref_num"].as_u64().unwrap();
            match line["status"].as_str().unwrap() {
                "api_submitted" if line["kind"] == "dropped" => _ = before.remove(&event),
                "api_submitted" => {
                    before.remove(&event);
                    let effect = standing.remove(&event).unwrap_or_else(|| panic!("it is lost: {line:#}"));
                    assert_eq!(effect["id"], line["scheduled_event_id"], "{line:#}");
                    assert_eq!(effect["RepID"], numbers[line["employee_id"].as_str().unwrap()], "{line:#}");
                    let start = effect["Start"].as_str().unwrap();
                    assert_eq!(start[..start.len() - 6], *line["schedule_datetime"].as_str().unwrap(), "{line:#}");
                }
                "api_failed" => assert_ne!(line["api_error_details"]["words"].as_str().unwrap(), "", "{line:#}"),
                _ => {}
            }
        }
        // Nothing else changed.
        let ids = |of: &BTreeMap<u64, &Value>| of.values().map(|e| e["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&standing), ids(&before));
        let history = self.get("/api/auto-schedule/history").await.is(200);
        for run in history["items"].as_array().unwrap() {
            assert!(!["queued", "running"].contains(&run["status"].as_str().unwrap()), "{run:#}");
        }
    }

    /// Asserts that every line was accepted, and is at Crossmark exactly once.
    pub async fn all_went_out(&self, run: &str, seeded: &[Value]) {
        let lines = self.settled(run).await;
        let left: Vec<&Value> = lines.iter().filter(|l| l["status"] != "api_submitted").collect();
        assert!(left.is_empty(), "{left:#?}");
        self.is_exact(&lines, seeded).await;
    }

    pub async fn queues_suffer(&self, faults: Value) {
        self.post("/_local/queues/faults", faults).await.is(200);
    }

    /// Plans these faults for the next calls of these names, without delay.
    pub async fn plan(&self, faults: &[(&str, &str)]) {
        let next: Vec<Value> = faults.iter().map(|(call, kind)| json!({"call": call, "kind": kind, "ms": 1})).collect();
        self.post("/_sim/faults", json!({"next": next})).await.is(200);
    }

    /// Moves the clock until a call is held, and leaves it there.
    pub async fn advance_until_held(&self, call: &str) {
        let held = async || {
            let calls = self.get("/_sim/calls").await.is(200);
            calls.as_array().unwrap().iter().any(|c| c["call"] == call && c["progress"] == "held").then_some(())
        };
        tokio::select! {
            () = async { self.advance(60).await; std::future::pending().await } => {}
            () = self.until("the call is held", held) => {}
        }
    }
}

/// The ids of new lines that have no pair and depend on no other line.
pub fn single(lines: &[Value]) -> Vec<String> {
    let alone = |l: &&Value| l["kind"] == "new" && l["pair"].is_null() && l["depends_on"] == json!([]);
    lines.iter().filter(alone).map(id).collect()
}
