//! The process is killed at a request to the table, before or after the request takes effect. With `MUSTER_FULL` each request
//! of a step is tried, so a crash between any two writes is covered; otherwise some of them are.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, FixedOffset, Timelike};
use serde_json::{Value, json};

use super::exact::independent_lines;
use crate::world::{DataCopy, World, id};

const APPROVE: &str = "/api/auto-schedule/approve";
const RECALL: &str = "/api/auto-schedule/recall";
const RETRY: &str = "/api/auto-schedule/retry";
/// Maximum number of points of a step that are tried. With `MUSTER_FULL` all points are tried.
const POINTS: usize = 8;

/// Where the process is killed during a step: the number of the request to the table, and whether the request takes effect.
type Point = (u64, bool);

/// The points of a step that makes about `requests` requests to the table.
fn points(requests: u64) -> Vec<Point> {
    let all: Vec<Point> = (1..=requests).flat_map(|at| [(at, false), (at, true)]).collect();
    let stride = if testkit::is_full() { 1 } else { all.len().div_ceil(POINTS) };
    // With an odd stride, both kinds of points occur: the request takes effect, or it does not.
    all.into_iter().step_by(stride | 1).collect()
}

impl World {
    /// Sends a request during which the process is killed at a point, and restarts the process. Returns `false` if the
    /// request was answered before the kill.
    async fn kill_at(&mut self, (at, takes_effect): Point, path: &str, body: &Value) -> bool {
        self.post("/_local/table/faults", json!({"kill_at": at, "kill_when_done": takes_effect}))
            .await
            .assert_status(200);
        let is_answered = self.post_is_answered(path, body).await;
        self.restart().await;
        !is_answered
    }
}

/// Repeats a step from the same state with a kill at each point, and calls `then` after each restart.
async fn kill_at_each_point(
    world: &mut World,
    requests: u64,
    (path, body): (&str, Value),
    then: impl AsyncFn(&World, Point),
) {
    let before: DataCopy = world.copy_data().await;
    let mut kill_count = 0;
    let points = points(requests);
    for point in &points {
        world.restore_data(&before).await;
        kill_count += usize::from(world.kill_at(*point, path, &body).await);
        then(world, *point).await;
    }
    assert!(kill_count * 2 > points.len(), "only {kill_count} of {} points lie within the step", points.len());
}

#[tokio::test]
async fn an_approval_killed_at_any_request_continues_from_its_record() {
    let mut world = World::with_faulty_table().await;
    let (run, _, seeded) = world.proposal_and_ledger().await;
    kill_at_each_point(&mut world, 16, (APPROVE, json!({"run_id": run})), async |world, _| {
        // The sweep continues a recorded approval. If nothing was recorded, a person approves again.
        world.advance(600).await;
        world.approve(&run, None).await;
        world.assert_all_accepted(&run, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn an_approval_killed_at_any_request_and_then_recalled_sends_nothing() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let all: BTreeSet<String> = lines.iter().map(id).collect();
    kill_at_each_point(&mut world, 16, (APPROVE, json!({"run_id": run})), async |world, point| {
        let pending = world.get("/api/auto-schedule/pending").await.assert_status(200);
        let unfinished = pending["unfinished_approvals"].as_array().unwrap();
        let today = world.get("/api/dashboard").await.assert_status(200)["unfinished_approvals"].clone();
        assert_eq!(pending["unfinished_approvals"], today, "{point:?}");
        let mut recalled = BTreeSet::new();
        for approval in unfinished {
            assert_eq!((&approval["run_id"], &approval["recallable"]), (&json!(run), &json!(true)), "{approval:#}");
            let answer = world.post(RECALL, json!({"approval_id": approval["approval_id"]})).await.assert_status(200);
            assert_eq!(answer["too_late"], json!([]), "{point:?}");
            recalled.extend(answer["recalled"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
        }
        if unfinished.is_empty() {
            // The approval is not recorded, or is complete. The lines that it approved are recalled by their ids.
            let approved = world.lines_of(&run).await.into_iter().filter(|line| line["status"] == "approved");
            let approved: Vec<String> = approved.map(|line| id(&line)).collect();
            if !approved.is_empty() {
                world.post(RECALL, json!({"lines": approved})).await.assert_status(200);
            }
        } else {
            assert_eq!(recalled, all, "{point:?}");
        }
        // Every sweep that could continue the approval runs in this time.
        world.advance(900).await;
        let lines = world.advance_until_settled(&run).await;
        assert!(lines.iter().all(|line| line["status"] == "proposed"), "{point:?}: {lines:#?}");
        assert_eq!(world.ledger().await.len(), seeded.len(), "{point:?}");
    })
    .await;
}

#[tokio::test]
async fn a_submission_killed_at_any_request_sends_each_line_once() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let moved = lines.iter().filter(|line| line["kind"] == "moved").map(id);
    let chosen: Vec<String> = moved.chain(independent_lines(&lines).into_iter().take(3)).collect();
    let queued = world.approve(&run, Some(&chosen)).await["queued"].as_u64().unwrap();
    assert!(queued > 3, "no move was queued: {queued}");
    kill_at_each_point(&mut world, 40, ("/_local/clock", json!({"advance_s": 60})), async |world, point| {
        let lines = world.advance_until_settled(&run).await;
        let accepted = lines.iter().filter(|line| line["status"] == "api_submitted").count();
        assert_eq!(accepted as u64, queued, "{point:?}: {lines:#?}");
        world.assert_ledger_exact(&lines, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn a_recall_killed_at_any_request_recalls_each_line_or_is_too_late_for_it() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let chosen = independent_lines(&lines);
    world.approve(&run, Some(&chosen)).await;
    kill_at_each_point(&mut world, 12, (RECALL, json!({"lines": chosen})), async |world, _| {
        let lines = world.advance_until_settled(&run).await;
        for line in lines.iter().filter(|line| chosen.contains(&id(line))) {
            assert!(["proposed", "api_submitted"].contains(&line["status"].as_str().unwrap()), "{line:#}");
        }
        world.assert_ledger_exact(&lines, &seeded).await;
        world.approve(&run, Some(&chosen)).await;
        let lines = world.advance_until_settled(&run).await;
        let sent = lines.iter().filter(|line| line["status"] == "api_submitted").count();
        assert!(sent >= chosen.len(), "{sent} of {} lines were sent", chosen.len());
        world.assert_ledger_exact(&lines, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn a_retry_killed_at_any_request_sends_each_line_once() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let chosen = &independent_lines(&lines)[..4];
    world.plan_faults(&[("schedule", "not_ok"); 4]).await;
    world.approve(&run, Some(chosen)).await;
    let refused = world.advance_until_settled(&run).await;
    assert_eq!(refused.iter().filter(|line| line["status"] == "api_failed").count(), chosen.len());
    kill_at_each_point(&mut world, 10, (RETRY, json!({"cause": "refused"})), async |world, _| {
        world.post(RETRY, json!({"cause": "refused"})).await.assert_status(202);
        let lines = world.advance_until_settled(&run).await;
        let sent = lines.iter().filter(|line| line["status"] == "api_submitted").count();
        assert_eq!(sent, chosen.len(), "{lines:#?}");
        world.assert_ledger_exact(&lines, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn a_run_killed_at_any_request_ends_and_the_next_one_proposes() {
    let mut world = World::with_faulty_table().await;
    // One minute before the club's nightly run at 2 in the morning.
    let now: DateTime<FixedOffset> = world.now().await.parse().unwrap();
    let night = (now.date_naive() + Days::new(1)).and_hms_opt(6, 59, 0).unwrap().and_utc();
    world.advance((night - now.to_utc()).num_seconds().unsigned_abs()).await;
    kill_at_each_point(&mut world, 24, ("/_local/clock", json!({"advance_s": 90})), async |world, point| {
        // The sweep ends the interrupted run, and the next tick starts the nightly run again.
        world.advance(6 * 3_600).await;
        let history = world.get("/api/auto-schedule/history").await.assert_status(200);
        let runs = history["items"].as_array().unwrap();
        let has_ended = |run: &Value| !["queued", "running"].contains(&run["status"].as_str().unwrap());
        assert!(runs.iter().all(has_ended), "{point:?}: {runs:#?}");
        assert!(runs.iter().any(|run| run["status"] == "completed"), "{point:?}: {runs:#?}");
        assert!(runs.iter().filter(|run| run["status"] == "completed").count() <= 2, "{point:?}: {runs:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_refresh_killed_at_any_request_imports_each_change_and_counts_it_once() {
    let mut world = World::with_faulty_table().await;
    // 20 seconds before the hourly refresh.
    let now: DateTime<FixedOffset> = world.now().await.parse().unwrap();
    let seconds_into_hour = u64::from(now.time().num_seconds_from_midnight() % 3_600);
    world.advance((3_600 + 30 * 60 - 20 - seconds_into_hour) % 3_600 + 3_600).await;
    let open = world.get("/api/events?scheduled=open&limit=3").await.assert_status(200);
    let open: Vec<Value> =
        open["items"].as_array().unwrap().iter().map(|event| event["event_ref_num"].clone()).collect();
    let today = now.date_naive();
    let due = today + Days::new(14);
    let changes = json!([
        {"mPlanID": open[0], "condition": "Canceled"},
        {"mPlanID": open[1], "estimated_minutes": 77},
        {"mPlanID": 77_700_001, "name": "777001-LKD-AF-Plums (1) - V2-CORE", "start": today, "due": due},
    ]);
    world.post("/_sim/events", changes).await.assert_status(200);
    kill_at_each_point(&mut world, 20, ("/_local/clock", json!({"advance_s": 90})), async |world, point| {
        // The queue delivers the message again, and further hourly refreshes run.
        world.advance(3 * 3_600).await;
        let refreshes = world.get("/api/refreshes").await.assert_status(200);
        let refreshes = refreshes["items"].as_array().unwrap();
        for (kind, expected) in [("new", 1), ("changed", 1), ("canceled", 1), ("moved", 0), ("withdrawn", 0)] {
            let counted: u64 = refreshes.iter().map(|refresh| refresh["counts"][kind].as_u64().unwrap()).sum();
            assert_eq!(counted, expected, "{point:?}, {kind}: {refreshes:#?}");
        }
        let events = world.get("/api/events?limit=500").await.assert_status(200);
        let of = |event: &Value| {
            let found = events["items"].as_array().unwrap().iter().find(|one| one["event_ref_num"] == *event);
            found.unwrap_or_else(|| panic!("{point:?}: no event {event}")).clone()
        };
        assert_eq!(of(&open[0])["condition"], "Canceled", "{point:?}");
        assert_eq!(of(&open[1])["estimated_minutes"], 77, "{point:?}");
        assert!(of(&json!(77_700_001)).is_object());
    })
    .await;
}
