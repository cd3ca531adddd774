//! The certainty of outcomes under random faults: what the client reports as certain agrees with the simulator's
//! ledger, and a read-back after the settling time decides every unknown outcome.

use std::time::Duration;

use crossmark::{DeleteOutcome, DeleteReadBack, EnteredValues, ReadBack, ScheduleOutcome};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::support::*;

/// The time after which a call can no longer take effect.
const SETTLE: Duration = Duration::from_mins(1);

#[test]
fn certain_outcomes_agree_with_the_ledger_and_a_read_back_decides_the_others_under_random_faults() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let minutes = prop::collection::vec(0_u64..8, 4..14);
    runner
        .run(&(any::<u64>(), 0.05..0.9, minutes), |(seed, rate, minutes)| {
            runtime.block_on(assert_outcomes_agree_with_the_ledger(seed, rate, &minutes));
            Ok(())
        })
        .unwrap();
}

/// Under faults, schedules one event after each pause, and at the end deletes a schedule that was posted before the
/// test. Then compares every outcome with the ledger.
async fn assert_outcomes_agree_with_the_ledger(seed: u64, rate: f64, minutes: &[u64]) {
    let upstream = upstream_with(|_| {}, |settings| settings.timeout = Duration::from_millis(700)).await;
    upstream.post("/_sim/faults", json!({"seed": seed, "rate": rate, "max_ms": 20})).await;
    let mut outcomes = Vec::new();
    for (index, minutes) in minutes.iter().enumerate() {
        upstream.clock.advance(Duration::from_mins(*minutes));
        let plan_id = FREE + index as u64;
        let outcome = upstream.club.schedule(&placement(plan_id), upstream.send_by()).await;
        if let ScheduleOutcome::Accepted { id } = outcome {
            assert_eq!(upstream.schedules_of(plan_id).await, [id.get()]);
        }
        outcomes.push((plan_id, outcome));
    }
    let deleted = upstream.club.delete(scheduled(POSTED_ID), upstream.send_by()).await;

    upstream.post("/_sim/faults", json!({"rate": 0})).await;
    upstream.clock.advance(SETTLE);
    for (plan_id, outcome) in outcomes {
        assert_schedule_agrees(&upstream, plan_id, outcome).await;
        assert_eq!(upstream.schedules_of(plan_id).await.len(), 1, "{plan_id} is scheduled once in the end");
    }
    assert_delete_agrees(&upstream, deleted).await;
}

/// Compares the outcome of a schedule call with the ledger; a schedule that is missing there is sent again.
async fn assert_schedule_agrees(upstream: &Upstream, plan_id: u64, outcome: ScheduleOutcome) {
    let in_ledger = upstream.schedules_of(plan_id).await;
    let missing = match &outcome {
        ScheduleOutcome::Accepted { id } => {
            assert_eq!(in_ledger, [id.get()], "{outcome:?}");
            false
        }
        ScheduleOutcome::Refused { .. } | ScheduleOutcome::NotTaken { .. } => {
            assert!(in_ledger.is_empty(), "{outcome:?}: {in_ledger:?}");
            true
        }
        ScheduleOutcome::Unknown { .. } => {
            upstream.clock.advance(Duration::from_mins(5));
            let readings = upstream
                .club
                .read_back(event(plan_id), location(), day("2026-11-22"), &EnteredValues::default())
                .await
                .unwrap();
            match readings.schedule(employee(150_001), time("2026-11-22T10:15:00")) {
                ReadBack::Taken { id } => {
                    assert_eq!(in_ledger, [id.get()], "{outcome:?}");
                    false
                }
                ReadBack::NotTaken => {
                    assert!(in_ledger.is_empty(), "{outcome:?}: {in_ledger:?}");
                    true
                }
                conflict @ ReadBack::Conflict { .. } => panic!("{outcome:?}: {conflict:?}"),
            }
        }
    };
    if missing {
        upstream.clock.advance(Duration::from_mins(5));
        let again = upstream.club.schedule(&placement(plan_id), upstream.send_by()).await;
        assert!(matches!(again, ScheduleOutcome::Accepted { .. }), "{again:?}");
    }
}

/// Compares the outcome of a delete call with the ledger.
async fn assert_delete_agrees(upstream: &Upstream, outcome: DeleteOutcome) {
    let gone = upstream.schedules_of(POSTED).await.is_empty();
    match &outcome {
        DeleteOutcome::Deleted => assert!(gone, "{outcome:?}, but the schedule is in the ledger"),
        DeleteOutcome::Refused { .. } | DeleteOutcome::NotTaken { .. } => {
            assert!(!gone, "{outcome:?}, but the schedule is not in the ledger");
        }
        DeleteOutcome::Unknown { .. } => {
            upstream.clock.advance(Duration::from_mins(5));
            let readings = upstream
                .club
                .read_back(event(POSTED), location(), day("2026-11-23"), &EnteredValues::default())
                .await
                .unwrap();
            let expect = if gone { DeleteReadBack::Gone } else { DeleteReadBack::StillThere };
            assert_eq!(readings.delete(scheduled(POSTED_ID)), expect, "{outcome:?}");
        }
    }
}
