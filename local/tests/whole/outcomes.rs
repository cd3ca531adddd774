//! The outcome of each line is counted once, even if the process is killed meanwhile.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{World, id, lines};

/// All outcomes, page by page.
async fn outcomes(world: &World) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/outcomes?from=2026-01-01&to=2027-12-31&limit=7{cursor}");
        let page = world.get(&path).await.assert_status(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn each_accepted_line_has_one_outcome_after_a_kill() {
    let mut world = World::in_november().await;
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap().to_owned();
    let approved = world.post("/api/auto-schedule/approve", json!({"run_id": run})).await.assert_status(202);
    world.advance(30).await;
    world.restart().await;
    world.advance(20 * 60).await;
    assert_eq!(world.counts(&run).await["api_submitted"], approved["queued"]);
    let pending = world.get("/api/auto-schedule/pending").await.assert_status(200);
    let sent =
        lines(&pending).into_iter().filter(|line| line["status"] == "api_submitted" && line["kind"] != "dropped");
    let sent: BTreeSet<String> = sent.map(|line| id(&line)).collect();
    let all = outcomes(&world).await;
    let accepted = all.iter().filter(|outcome| outcome["end"] == "accepted" && outcome["label"] == "accepted");
    let accepted: BTreeSet<String> = accepted.map(|outcome| outcome["line_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(accepted, sent);
    let numbers = world.get("/api/analytics?from=2026-01-01&to=2027-12-31").await.assert_status(200);
    assert_eq!((&numbers["total"]["decided"], &numbers["total"]["kept"]), (&json!(sent.len()), &json!(sent.len())));
    // The sweep recounts past days in the next nights.
    for _ in 0..2 {
        world.advance(24 * 3_600).await;
    }
    let alarms: Vec<Value> = world.log().into_iter().filter(|line| line["alarm"] == "numbers_differ").collect();
    assert_eq!(alarms, Vec::<Value>::new());
    world.assert_drained().await;
}
