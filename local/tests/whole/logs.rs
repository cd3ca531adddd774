//! Tests of trace ids and metrics in the logs, and of texts that must not be in them.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{World, lines};

/// Starts a run, approves its proposal (one line is refused, and the answer to one call is lost), and retries the
/// refused line. Returns the answer to the approval.
async fn run_approve_and_retry(world: &World) -> Value {
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    let faults = json!({"next": [{"call": "schedule", "kind": "not_ok"}, {"call": "schedule", "kind": "reset_after"}]});
    world.post("/_sim/faults", faults).await.assert_status(200);
    // The sweep runs at five past the hour. By then the call without an answer is in doubt.
    world.advance(280).await;
    let approved = world.post("/api/auto-schedule/approve", json!({"run_id": run})).await.assert_status(202);
    world.advance(900).await;
    world.post("/api/auto-schedule/retry", json!({"cause": "refused"})).await;
    world.advance(120).await;
    approved
}

/// The summaries of the invocations of a function with this trigger.
fn summaries<'a>(log: &'a [Value], function: &str, trigger: &str) -> Vec<&'a Value> {
    log.iter().filter(|l| l["summary"] == true && l["function"] == function && l["trigger"] == trigger).collect()
}

/// Whether the list in a member of a log line has this id.
fn has_id(line: &Value, member: &str, id: &Value) -> bool {
    line[member].as_array().is_some_and(|ids| ids.contains(id))
}

#[tokio::test]
async fn the_id_of_a_request_is_in_the_logs_of_its_run_and_of_its_submissions() {
    let world = World::in_november().await;
    let approved = run_approve_and_retry(&world).await;
    let log = world.log();
    // The run: from the request that started it to the solver.
    let [run_request] = summaries(&log, "review", "POST /api/auto-schedule/run")[..] else { panic!("{log:#?}") };
    let solve_summaries: Vec<_> = summaries(&log, "solve", "queue")
        .into_iter()
        .filter(|l| has_id(l, "trace.ids", &run_request["request.id"]))
        .collect();
    assert_eq!(solve_summaries.len(), 1, "{solve_summaries:#?}");
    assert_eq!(
        (&solve_summaries[0]["run.ids"], &solve_summaries[0]["status"]),
        (&run_request["run.ids"], &json!("done"))
    );
    // The approval: from its request to the messages of all its groups, and to those that `submit` sends itself.
    let [approve_request] = summaries(&log, "review", "POST /api/auto-schedule/approve")[..] else {
        panic!("{log:#?}")
    };
    assert!(has_id(approve_request, "approval.ids", &approved["approval_id"]), "{approve_request:#}");
    let submitted = summaries(&log, "submit", "queue");
    let submit_summaries: Vec<_> =
        submitted.iter().filter(|l| has_id(l, "trace.ids", &approve_request["request.id"])).collect();
    assert!(
        submit_summaries.iter().all(|l| has_id(l, "approval.ids", &approved["approval_id"])),
        "{submit_summaries:#?}"
    );
    let calls = |lines: &[&&Value]| -> u64 {
        lines.iter().filter_map(|l| l["CrossmarkLatency"].as_array()).flatten().count() as u64
    };
    assert!(calls(&submit_summaries) + 1 >= approved["queued"].as_u64().unwrap() / 2, "{submit_summaries:#?}");
    // Each invocation has one summary, with its number of requests to the table.
    let ids: Vec<&str> =
        log.iter().filter(|l| l["summary"] == true).map(|l| l["request.id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
    assert!(submitted.iter().all(|l| l["table.requests"].as_u64() > Some(0)), "{submitted:#?}");
    world.assert_drained().await;
}

#[tokio::test]
async fn metrics_with_alarms_are_logged_each_time() {
    let world = World::in_november().await;
    run_approve_and_retry(&world).await;
    let log = world.log();
    let sweeps = summaries(&log, "sweep", "schedule");
    assert!(sweeps.len() > 3);
    assert!(sweeps.iter().all(|l| l["DoubtAge"].is_number() && l["NightsMissing"].is_number()), "{sweeps:#?}");
    assert!(sweeps.iter().any(|l| l["DoubtAge"].as_f64() > Some(0.0)), "no line was in doubt after the lost answer");
    assert_eq!(sweeps.last().unwrap()["DoubtAge"], 0.0, "a line is still in doubt");
    assert!(summaries(&log, "solve", "queue").iter().any(|l| l["Gap"] == 0.0 && l["RunDuration"].is_number()));
    let by_outcome: BTreeSet<&str> = log.iter().filter_map(|l| l["outcome"].as_str()).collect();
    assert!(by_outcome.is_superset(&["accepted", "failed", "in_doubt"].into()), "{by_outcome:?}");
    world.assert_drained().await;
}

#[tokio::test]
async fn logs_contain_no_secret_name_or_body_even_at_debug_level() {
    let world = World::with_debug_logs().await;
    let club = world.club();
    let token = format!("Bearer dev:token-of-pat:{}:manager", club["club"]["id"].as_str().unwrap());
    run_approve_and_retry(&world).await;
    let pending = world.get("/api/auto-schedule/pending").await.assert_status(200);
    let refused =
        json!({"run_id": pending["run"]["run_id"], "lines": ["words-of-a-body.1"], "reasons": ["words-of-a-body"]});
    let sent = [("authorization", token.as_str()), ("idempotency-key", "words-of-a-key")];
    world.send_as(Method::POST, "/api/auto-schedule/reject", Some(&refused), &sent).await;
    assert!(!lines(&pending).is_empty(), "the proposal has no lines");
    let logged = world.logged_text();
    assert!(logged.contains("DEBUG"), "the log is not at debug level");
    let mut secrets = vec![
        "local-only".to_owned(),
        "PHPSESSID".to_owned(),
        "Bearer".to_owned(),
        "token-of-pat".to_owned(),
        "words-of-a".to_owned(),
        "newly_scheduled".to_owned(),
        "employee_name".to_owned(),
        "\\\"success\\\"".to_owned(),
        "mPlanID".to_owned(),
        "RepID".to_owned(),
    ];
    for person in club["employees"].as_array().unwrap() {
        let name = person["name"].as_str().unwrap();
        secrets.push(name.to_owned());
        secrets.extend(name.split(' ').filter(|part| part.len() > 4).map(|part| format!("{part} ")));
    }
    for secret in secrets {
        let found = logged.lines().find(|line| line.contains(&secret));
        assert!(found.is_none(), "{secret}: {}", found.unwrap().chars().take(1_500).collect::<String>());
    }
    world.assert_drained().await;
}
