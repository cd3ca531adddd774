//! The process is killed at each request to the table, before and after its effect. This covers a crash between any two
//! writes.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, FixedOffset, Timelike};
use serde_json::{Value, json};

use super::exact::single;
use crate::world::{Kept, World, id};

const APPROVE: &str = "/api/auto-schedule/approve";
const RECALL: &str = "/api/auto-schedule/recall";
const RETRY: &str = "/api/auto-schedule/retry";
/// Number of points of a step that are tried. With `MUSTER_FULL` all of them are tried.
const POINTS: usize = 8;

/// Where a step is killed: the number of the request, and whether that request takes effect.
type Point = (u64, bool);

/// The points of a step that makes about `requests` requests to the table.
fn points(requests: u64) -> Vec<Point> {
    let all: Vec<Point> = (1..=requests).flat_map(|at| [(at, false), (at, true)]).collect();
    let stride = if testkit::is_full() { 1 } else { all.len().div_ceil(POINTS) };
    // With an odd stride, both kinds of points occur: the request takes effect, or it does not.
    all.into_iter().step_by(stride | 1).collect()
}

impl World {
    /// Sends a request during which the process is killed at a point, and restarts it. `false` if the request was
    /// answered before the kill.
    async fn killed_at(&mut self, (at, done): Point, path: &str, body: &Value) -> bool {
        self.post("/_local/table/faults", json!({"kill_at": at, "kill_when_done": done})).await.is(200);
        let answered = self.press_and_lose(path, body).await;
        self.restart().await;
        !answered
    }
}

/// Repeats a step from the same state, killed at another point each time.
async fn at_each_point(
    world: &mut World,
    requests: u64,
    (path, body): (&str, Value),
    then: impl AsyncFn(&World, Point),
) {
    let before: Kept = world.keep().await;
    let mut killed = 0;
    let points = points(requests);
    for point in &points {
        world.go_back_to(&before).await;
        killed += usize::from(world.killed_at(*point, path, &body).await);
        then(world, *point).await;
    }
    assert!(killed * 2 > points.len(), "only {killed} of {} points lie within the step", points.len());
}

#[tokio::test]
async fn an_approval_killed_at_any_request_goes_on_from_its_record() {
    let mut world = World::with_faulty_table().await;
    let (run, _, seeded) = world.begun().await;
    at_each_point(&mut world, 16, (APPROVE, json!({"run_id": run})), async |world, _| {
        // The sweep continues a recorded approval. If nothing was recorded, a person approves again.
        world.advance(600).await;
        world.approve(&run, None).await;
        world.all_went_out(&run, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn an_approval_killed_at_any_request_and_then_recalled_sends_nothing() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.begun().await;
    let all: BTreeSet<String> = lines.iter().map(id).collect();
    at_each_point(&mut world, 16, (APPROVE, json!({"run_id": run})), async |world, point| {
        let pending = world.get("/api/auto-schedule/pending").await.is(200);
        let unfinished = pending["unfinished_approvals"].as_array().unwrap();
        let today = world.get("/api/dashboard").await.is(200)["unfinished_approvals"].clone();
        assert_eq!(pending["unfinished_approvals"], today, "{point:?}");
        let mut recalled = BTreeSet::new();
        for approval in unfinished {
            assert_eq!((&approval["run_id"], &approval["recallable"]), (&json!(run), &json!(true)), "{approval:#}");
            let answer = world.post(RECALL, json!({"approval_id": approval["approval_id"]})).await.is(200);
            assert_eq!(answer["too_late"], json!([]), "{point:?}");
            recalled.extend(answer["recalled"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
        }
        if unfinished.is_empty() {
            // The approval was not recorded, or is complete. Its approved lines are recalled like any others.
            let approved = world.lines_of(&run).await.into_iter().filter(|line| line["status"] == "approved");
            let approved: Vec<String> = approved.map(|line| id(&line)).collect();
            if !approved.is_empty() {
                world.post(RECALL, json!({"lines": approved})).await.is(200);
            }
        } else {
            assert_eq!(recalled, all, "{point:?}");
        }
        // Long enough for every sweep that could continue it.
        world.advance(900).await;
        let lines = world.settled(&run).await;
        assert!(lines.iter().all(|line| line["status"] == "proposed"), "{point:?}: {lines:#?}");
        assert_eq!(world.ledger().await.len(), seeded.len(), "{point:?}");
    })
    .await;
}

#[tokio::test]
async fn lines_killed_at_any_request_on_their_way_out_go_out_once() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.begun().await;
    let moved = lines.iter().filter(|line| line["kind"] == "moved").map(id);
    let chosen: Vec<String> = moved.chain(single(&lines).into_iter().take(3)).collect();
    let queued = world.approve(&run, Some(&chosen)).await["queued"].as_u64().unwrap();
    assert!(queued > 3, "no move was queued: {queued}");
    at_each_point(&mut world, 40, ("/_local/clock", json!({"advance_s": 60})), async |world, point| {
        let lines = world.settled(&run).await;
        let accepted = lines.iter().filter(|line| line["status"] == "api_submitted").count();
        assert_eq!(accepted as u64, queued, "{point:?}: {lines:#?}");
        world.is_exact(&lines, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn a_recall_killed_at_any_request_takes_back_or_is_too_late_line_by_line() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.begun().await;
    let chosen = single(&lines);
    world.approve(&run, Some(&chosen)).await;
    at_each_point(&mut world, 12, (RECALL, json!({"lines": chosen})), async |world, _| {
        let lines = world.settled(&run).await;
        for line in lines.iter().filter(|line| chosen.contains(&id(line))) {
            assert!(["proposed", "api_submitted"].contains(&line["status"].as_str().unwrap()), "{line:#}");
        }
        world.is_exact(&lines, &seeded).await;
        world.approve(&run, Some(&chosen)).await;
        let lines = world.settled(&run).await;
        let sent = lines.iter().filter(|line| line["status"] == "api_submitted").count();
        assert!(sent >= chosen.len(), "{sent} of {} were sent in the end", chosen.len());
        world.is_exact(&lines, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn a_retry_killed_at_any_request_sends_each_line_once() {
    let mut world = World::with_faulty_table().await;
    let (run, lines, seeded) = world.begun().await;
    let chosen = &single(&lines)[..4];
    world.plan(&[("schedule", "not_ok"); 4]).await;
    world.approve(&run, Some(chosen)).await;
    let refused = world.settled(&run).await;
    assert_eq!(refused.iter().filter(|line| line["status"] == "api_failed").count(), chosen.len());
    at_each_point(&mut world, 10, (RETRY, json!({"cause": "refused"})), async |world, _| {
        world.post(RETRY, json!({"cause": "refused"})).await.is(202);
        let lines = world.settled(&run).await;
        let sent = lines.iter().filter(|line| line["status"] == "api_submitted").count();
        assert_eq!(sent, chosen.len(), "{lines:#?}");
        world.is_exact(&lines, &seeded).await;
    })
    .await;
}

#[tokio::test]
async fn a_run_killed_at_any_request_ends_and_the_next_one_proposes() {
    let mut world = World::with_faulty_table().await;
    // Shortly before the club's nightly run, at two in the morning.
    let now: DateTime<FixedOffset> = world.now().await.parse().unwrap();
    let night = (now.date_naive() + Days::new(1)).and_hms_opt(6, 59, 0).unwrap().and_utc();
    world.advance((night - now.to_utc()).num_seconds().unsigned_abs()).await;
    at_each_point(&mut world, 24, ("/_local/clock", json!({"advance_s": 90})), async |world, point| {
        // The sweep finds the interrupted run, and the next tick starts the night again.
        world.advance(6 * 3_600).await;
        let history = world.get("/api/auto-schedule/history").await.is(200);
        let runs = history["items"].as_array().unwrap();
        let ended = |run: &Value| !["queued", "running"].contains(&run["status"].as_str().unwrap());
        assert!(runs.iter().all(ended), "{point:?}: {runs:#?}");
        assert!(runs.iter().any(|run| run["status"] == "completed"), "{point:?}: {runs:#?}");
        assert!(runs.iter().filter(|run| run["status"] == "completed").count() <= 2, "{point:?}: {runs:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_refresh_killed_at_any_request_brings_everything_in_and_counts_it_once() {
    let mut world = World::with_faulty_table().await;
    // Just before the hourly refresh. Nothing changes at Crossmark until then.
    let now: DateTime<FixedOffset> = world.now().await.parse().unwrap();
    let into = u64::from(now.time().num_seconds_from_midnight() % 3_600);
    world.advance((3_600 + 30 * 60 - 20 - into) % 3_600 + 3_600).await;
    let open = world.get("/api/events?scheduled=open&limit=3").await.is(200);
    let open: Vec<Value> =
        open["items"].as_array().unwrap().iter().map(|event| event["event_ref_num"].clone()).collect();
    let today = now.date_naive();
    let due = today + Days::new(14);
    let changes = json!([
        {"mPlanID": open[0], "condition": "Canceled"},
        {"mPlanID": open[1], "estimated_minutes": 77},
        {"mPlanID": 77_700_001, "name": "777001-LKD-AF-Plums (1) - V2-CORE", "start": today, "due": due},
    ]);
    world.post("/_sim/events", changes).await.is(200);
    at_each_point(&mut world, 20, ("/_local/clock", json!({"advance_s": 90})), async |world, point| {
        // The message is delivered again, and the next hourly refresh would follow too.
        world.advance(3 * 3_600).await;
        let refreshes = world.get("/api/refreshes").await.is(200);
        let refreshes = refreshes["items"].as_array().unwrap();
        for (kind, expected) in [("new", 1), ("changed", 1), ("canceled", 1), ("moved", 0), ("withdrawn", 0)] {
            let counted: u64 = refreshes.iter().map(|refresh| refresh["counts"][kind].as_u64().unwrap()).sum();
            assert_eq!(counted, expected, "{point:?}, {kind}: {refreshes:#?}");
        }
        let events = world.get("/api/events?limit=500").await.is(200);
        let of = |event: &Value| {
            let found = events["items"].as_array().unwrap().iter().find(|one| one["event_ref_num"] == *event);
            found.unwrap_or_else(|| panic!("{point:?}: {event} is lost")).clone()
        };
        assert_eq!(of(&open[0])["condition"], "Canceled", "{point:?}");
        assert_eq!(of(&open[1])["estimated_minutes"], 77, "{point:?}");
        assert!(of(&json!(77_700_001)).is_object());
    })
    .await;
}
