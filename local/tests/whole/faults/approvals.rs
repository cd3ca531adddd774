//! Tests of concurrent approvals, and of approvals that race a recall or a newer proposal.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::exact::independent_lines;
use crate::world::{World, id};

const APPROVE: &str = "/api/auto-schedule/approve";

#[tokio::test]
async fn simultaneous_approvals_of_three_people_approve_each_line_once() {
    let world = World::with_tight_club().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let club = world.club()["club"]["id"].as_str().unwrap().to_owned();
    let all: Vec<String> = lines.iter().map(id).collect();
    let chosen = independent_lines(&lines);
    let approve = async |who: &str, lines: Option<&[String]>| {
        let token = format!("Bearer dev:{who}:{club}:manager");
        let body = json!({"run_id": run, "lines": lines});
        world.send_as(Method::POST, APPROVE, Some(&body), &[("authorization", &token)]).await.assert_status(202)
    };
    let approved = tokio::join!(
        approve("pat", Some(&all)),
        approve("robin", Some(&chosen)),
        approve("robin", Some(&chosen)),
        approve("sam", None)
    );
    let queued = [approved.0, approved.1, approved.2, approved.3].map(|answer| answer["queued"].as_u64().unwrap());
    assert!(queued.iter().sum::<u64>() <= lines.len() as u64, "{queued:?}");
    world.approve(&run, None).await;
    world.assert_all_accepted(&run, &seeded).await;
}

#[tokio::test]
async fn a_recall_that_races_the_first_send_wins_or_is_too_late() {
    let world = World::with_tight_club().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let chosen = independent_lines(&lines);
    world.approve(&run, Some(&chosen)).await;
    world.advance(9).await;
    let recall = async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        world.post("/api/auto-schedule/recall", json!({"lines": chosen})).await.assert_status(200)
    };
    let ((), recalled) = tokio::join!(world.advance(10), recall);
    let won: Vec<Value> = recalled["recalled"].as_array().unwrap().clone();
    let lines = world.advance_until_settled(&run).await;
    for line in lines.iter().filter(|l| chosen.contains(&id(l))) {
        let expected = if won.contains(&line["id"]) { "proposed" } else { "api_submitted" };
        assert_eq!(line["status"], expected, "{line:#}");
    }
    world.assert_ledger_exact(&lines, &seeded).await;
}

#[tokio::test]
async fn a_newer_proposal_that_races_an_approval_leaves_each_event_to_one_of_them() {
    let world = World::with_tight_club().await;
    let (run, _, seeded) = world.proposal_and_ledger().await;
    let newer = async {
        let started = world.post("/api/auto-schedule/run", json!({})).await.assert_status(202);
        started["run_id"].as_str().unwrap().to_owned()
    };
    let (newer, first) = tokio::join!(newer, world.post(APPROVE, json!({"run_id": run})));
    assert!([202, 409].contains(&first.status), "{first:?}");
    world.advance(120).await;
    let late = world.post(APPROVE, json!({"run_id": run})).await;
    assert_eq!(late.status, 409, "{late:?}");
    assert!(late.body.to_string().contains(&newer) && late.assert_refused(409) == "PROPOSAL_SUPERSEDED");
    world.approve(&newer, None).await;
    let old = world.advance_until_settled(&run).await;
    let mut lines = world.advance_until_settled(&newer).await;
    // If both runs have an accepted line of an event, the newer line is a further change of it.
    let accepted: Vec<Value> = lines.iter().filter(|l| l["status"] == "api_submitted").cloned().collect();
    let has_newer_line = |l: &Value| accepted.iter().any(|n| n["event_ref_num"] == l["event_ref_num"]);
    lines.extend(old.into_iter().filter(|l| l["status"] == "api_submitted" && !has_newer_line(l)));
    world.assert_ledger_exact(&lines, &seeded).await;
}
