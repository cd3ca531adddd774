//! What the logs contain, and what they never contain.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{World, id, lines};

/// A run, its proposal, an approval in which one line is refused and the answer to one call is lost, and a retry.
async fn morning(world: &World) -> Value {
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap();
    let faults = json!({"next": [{"call": "schedule", "kind": "not_ok"}, {"call": "schedule", "kind": "reset_after"}]});
    world.post("/_sim/faults", faults).await.is(200);
    // The call without an answer is in doubt when the sweep runs at five past.
    world.advance(280).await;
    let approved = world.post("/api/auto-schedule/approve", json!({"run_id": run})).await.is(202);
    world.advance(900).await;
    world.post("/api/auto-schedule/retry", json!({"cause": "refused"})).await;
    world.advance(120).await;
    approved
}

fn of<'a>(log: &'a [Value], function: &str, trigger: &str) -> Vec<&'a Value> {
    log.iter().filter(|l| l["summary"] == true && l["function"] == function && l["trigger"] == trigger).collect()
}

fn has(line: &Value, member: &str, id: &Value) -> bool {
    line[member].as_array().is_some_and(|ids| ids.contains(id))
}

#[tokio::test]
async fn one_search_follows_a_line_from_the_button_to_crossmark() {
    let world = World::begin().await;
    let approved = morning(&world).await;
    let log = world.log();
    // The run: from the request that began it to the solver.
    let [asked] = of(&log, "review", "POST /api/auto-schedule/run")[..] else { panic!("{log:#?}") };
    let solved: Vec<_> =
        of(&log, "solve", "queue").into_iter().filter(|l| has(l, "trace.ids", &asked["request.id"])).collect();
    assert_eq!(solved.len(), 1, "{solved:#?}");
    assert_eq!((&solved[0]["run.ids"], &solved[0]["status"]), (&asked["run.ids"], &json!("done")));
    // The approval: to every one of its groups, and to the messages that submit sent itself.
    let [pressed] = of(&log, "review", "POST /api/auto-schedule/approve")[..] else { panic!("{log:#?}") };
    assert!(has(pressed, "approval.ids", &approved["approval_id"]), "{pressed:#}");
    let submitted = of(&log, "submit", "queue");
    let followed: Vec<_> = submitted.iter().filter(|l| has(l, "trace.ids", &pressed["request.id"])).collect();
    assert!(followed.iter().all(|l| has(l, "approval.ids", &approved["approval_id"])), "{followed:#?}");
    let accepted = |lines: &[&&Value]| -> u64 {
        lines.iter().filter_map(|l| l["CrossmarkLatency"].as_array()).flatten().count() as u64
    };
    assert!(accepted(&followed) + 1 >= approved["queued"].as_u64().unwrap() / 2, "{followed:#?}");
    // Each invocation has one summary, with its number of requests to the table.
    let ids: Vec<&str> =
        log.iter().filter(|l| l["summary"] == true).map(|l| l["request.id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
    assert!(submitted.iter().all(|l| l["table.requests"].as_u64() > Some(0)), "{submitted:#?}");
    world.end().await;
}

#[tokio::test]
async fn what_the_alarms_look_at_is_said_every_time() {
    let world = World::begin().await;
    morning(&world).await;
    let log = world.log();
    let sweeps = of(&log, "sweep", "schedule");
    assert!(sweeps.len() > 3);
    assert!(sweeps.iter().all(|l| l["DoubtAge"].is_number() && l["NightsMissing"].is_number()), "{sweeps:#?}");
    assert!(sweeps.iter().any(|l| l["DoubtAge"].as_f64() > Some(0.0)), "a call was lost, so something was in doubt");
    assert_eq!(sweeps.last().unwrap()["DoubtAge"], 0.0, "and no longer is");
    assert!(of(&log, "solve", "queue").iter().any(|l| l["Gap"] == 0.0 && l["RunDuration"].is_number()));
    let by_outcome: BTreeSet<&str> = log.iter().filter_map(|l| l["outcome"].as_str()).collect();
    assert!(by_outcome.is_superset(&["accepted", "failed", "in_doubt"].into()), "{by_outcome:?}");
    world.end().await;
}

#[tokio::test]
async fn no_log_has_a_secret_a_name_or_a_body_however_much_it_says() {
    let world = World::that_says_everything().await;
    let club = world.club();
    let token = format!("Bearer dev:token-of-pat:{}:manager", club["club"]["id"].as_str().unwrap());
    morning(&world).await;
    let pending = world.get("/api/auto-schedule/pending").await.is(200);
    let refused =
        json!({"run_id": pending["run"]["run_id"], "lines": ["words-of-a-body.1"], "reasons": ["words-of-a-body"]});
    let sent = [("authorization", token.as_str()), ("idempotency-key", "words-of-a-key")];
    world.send_as(Method::POST, "/api/auto-schedule/reject", Some(&refused), &sent).await;
    let held = lines(&pending).first().map(id);
    assert!(held.is_some());
    let sessions = world.get("/_sim/calls").await.body.to_string();
    let said = world.said();
    assert!(said.contains("DEBUG"), "it does say everything");
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
        let found = said.lines().find(|line| line.contains(&secret));
        assert!(found.is_none(), "{secret}: {}", found.unwrap().chars().take(1_500).collect::<String>());
    }
    assert!(!sessions.is_empty());
    world.end().await;
}
