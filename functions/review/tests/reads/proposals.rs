//! A run's status, its proposal, one line of it; and past runs.

use domain::snapshot::EventRef;
use serde_json::{Value, json};
use store::edits::Mark;
use store::key::LineKey;
use store::lines::LineKind;
use store::runs::{PhaseName, RunPhase};

use crate::house::{House, key, manual};

const STATUS: &str = "/api/auto-schedule/status/run-1";
const PENDING: &str = "/api/auto-schedule/pending";

#[tokio::test]
async fn a_run_at_work_shows_its_phase_and_whether_it_is_silent() {
    let house = House::new().await;
    let held = house.running("run-1", manual()).await;
    let phase = RunPhase { name: PhaseName::Solving, since: house.now(), detail: Some("4,210 rows".to_owned()) };
    house.club().note_phase(&held, &phase, house.now()).await.expect("noted");
    house.pass(20);
    insta::assert_json_snapshot!("status_running", house.read(STATUS, 1).await);
    let first = house.viewer.get(STATUS).await;
    assert_eq!(house.reads_again(STATUS, &first).await, 304);
    house.pass(100);
    assert_eq!(house.reads_again(STATUS, &first).await, 200, "silence is news");
    assert_eq!(house.read(STATUS, 1).await["silent"], true);
}

#[tokio::test]
async fn a_poll_gets_the_lines_that_changed_since() {
    let house = House::new().await;
    let proposal = house.usual().await;
    let first = house.read(STATUS, 3).await;
    insta::assert_json_snapshot!("status_completed", first);
    let since = |answer: &Value| format!("{STATUS}?since={}", answer["cursor"].as_str().expect("a cursor"));
    assert_eq!(house.read(&since(&first), 4).await["lines"], json!([]));
    let whole = house.viewer.get(&format!("{STATUS}?since=all")).await;
    assert_eq!(whole.body["lines"].as_array().map(Vec::len), Some(5));
    let because = house.because("pat@club.example", "later");
    house.club().mark_line(&key(&proposal, 102), None, Mark::Held, &because).await.expect("held");
    let second = house.read(&since(&first), 5).await;
    let changed: Vec<&Value> = second["lines"].as_array().expect("lines").iter().map(|l| &l["id"]).collect();
    assert_eq!((changed, &second["held"]), (vec![&json!("run-1.102")], &json!(1)));
    assert_eq!(house.read(&since(&second), 4).await["lines"], json!([]));
    assert_eq!(house.reads_again(&format!("{STATUS}?since=all"), &whole).await, 200);
}

#[tokio::test]
async fn a_proposal_is_shown_by_what_its_lines_are() {
    let house = House::new().await;
    insta::assert_json_snapshot!("pending_none", house.read(PENDING, 1).await);
    house.usual().await;
    insta::assert_json_snapshot!("pending", house.read(PENDING, 3).await);
    let reasoned = house.read(&format!("{PENDING}?include=reasons"), 4).await;
    assert_eq!(reasoned["newly_scheduled"][0]["why"], json!({"scheduled": 1000.0, "urgency": 90.0}));
    assert_eq!(house.read(&format!("{PENDING}?run_id=run-1"), 3).await, house.read(PENDING, 3).await);
}

#[tokio::test]
async fn an_approval_that_is_not_through_is_shown_with_the_proposal_its_run_and_the_day() {
    let house = House::new().await;
    let proposal = house.usual().await;
    let before = house.viewer.get(PENDING).await;
    house.recorded(&proposal, &[101, 102]).await;
    let expected = json!([{
        "approval_id": "a-1", "run_id": "run-1", "who": "pat@club.example", "since": house.now().to_string(),
        "lines": 2, "approved": 0, "recallable": true,
    }]);
    for path in [PENDING, STATUS, "/api/dashboard"] {
        assert_eq!(house.viewer.get(path).await.body["unfinished_approvals"], expected, "{path}");
    }
    assert_eq!(house.reads_again(PENDING, &before).await, 200, "that is news");
}

#[tokio::test]
async fn a_proposal_is_sent_again_only_when_it_or_the_plan_changed() {
    let house = House::new().await;
    let proposal = house.usual().await;
    let first = house.viewer.get(PENDING).await;
    assert_eq!(house.reads_again(PENDING, &first).await, 304);
    assert_eq!(house.reads_again(&format!("{PENDING}?include=reasons"), &first).await, 200);
    let because = house.because("pat@club.example", "later");
    house.club().mark_line(&key(&proposal, 101), None, Mark::Held, &because).await.expect("held");
    let second = house.viewer.get(PENDING).await;
    assert_eq!((second.status, &second.body["stale"]["plan_moved"]), (200, &json!(false)));
    house.club().replace_rotations(&[], store::documents::Expect::Anything, &because).await.expect("saved");
    assert_eq!(house.reads_again(PENDING, &second).await, 200);
    assert_eq!(house.read(PENDING, 3).await["stale"], json!({"plan_moved": true, "newer_run_id": null}));
    house.proposed("run-2", manual(), &[(LineKind::NotPlaced, 103, None)]).await;
    let old = house.read(&format!("{PENDING}?run_id=run-1"), 3).await;
    assert_eq!(old["stale"]["newer_run_id"], "run-2");
}

#[tokio::test]
async fn a_line_is_shown_with_its_reasons_and_its_trail() {
    let house = House::new().await;
    let proposal = house.usual().await;
    house.pass(60);
    let because = house.because("pat@club.example", "not sure yet");
    house.club().mark_line(&key(&proposal, 201), None, Mark::Held, &because).await.expect("held");
    insta::assert_json_snapshot!("line", house.read("/api/pending-schedule/run-1.201", 5).await);
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let house = House::new().await;
    house.usual().await;
    let held = house.running("run-9", manual()).await;
    house.club().fail_run(&held, &house.because("muster solve", "the snapshot is faulty")).await.expect("failed");
    for (path, status, code) in [
        ("/api/auto-schedule/status/run-7", 404, "RUN_NOT_FOUND"),
        ("/api/auto-schedule/status/run%207", 400, "INVALID_ID"),
        ("/api/auto-schedule/status/run-1?since=yesterday", 400, "INVALID_CURSOR"),
        ("/api/auto-schedule/pending?run_id=run-7", 404, "RUN_NOT_FOUND"),
        ("/api/auto-schedule/pending?run_id=run.7", 400, "INVALID_ID"),
        ("/api/auto-schedule/pending?include=all", 400, "INVALID_QUERY"),
        ("/api/pending-schedule/run-1.999", 404, "LINE_NOT_FOUND"),
        ("/api/pending-schedule/run-9.101", 404, "LINE_NOT_FOUND"),
        ("/api/pending-schedule/run-7.101", 404, "RUN_NOT_FOUND"),
        ("/api/pending-schedule/run-1", 400, "INVALID_ID"),
        ("/api/pending-schedule/run-1.+101", 400, "INVALID_ID"),
        ("/api/auto-schedule/history/compare?a=run-1", 400, "INVALID_QUERY"),
        ("/api/auto-schedule/history/compare?a=run-1&b=run-7", 404, "RUN_NOT_FOUND"),
        ("/api/auto-schedule/history/compare?a=run-1&b=run-9", 409, "RUN_HAS_NO_LINES"),
        ("/api/auto-schedule/history?cursor=AAAA", 400, "INVALID_CURSOR"),
    ] {
        let answer = house.viewer.get(path).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{path}: {}", answer.body);
    }
    let failed = house.read("/api/auto-schedule/status/run-9", 1).await;
    assert_eq!((&failed["status"], &failed["error"]), (&json!("failed"), &json!("the snapshot is faulty")));
}

#[tokio::test]
async fn past_runs_are_told_newest_first_and_compared() {
    let house = House::new().await;
    house.usual().await;
    house.pass(600);
    let sketches = [
        (LineKind::New, 101, Some(("E04", "2026-11-28T10:15:00"))),
        (LineKind::New, 102, Some(("E03", "2026-11-28T10:45:00"))),
        (LineKind::New, 103, Some(("E04", "2026-11-27T10:15:00"))),
        (LineKind::NotPlaced, 104, None),
    ];
    house.proposed("run-2", manual(), &sketches).await;
    let held = house.running("run-3", manual()).await;
    house.club().fail_run(&held, &house.because("muster solve", "out of time")).await.expect("failed");
    insta::assert_json_snapshot!("history", house.read("/api/auto-schedule/history", 3).await);
    let page = house.read("/api/auto-schedule/history?limit=2", 3).await;
    let next = page["next"].as_str().expect("more");
    let rest = house.read(&format!("/api/auto-schedule/history?limit=2&cursor={next}"), 3).await;
    assert_eq!((&rest["items"][0]["run_id"], &rest["next"]), (&json!("run-1"), &Value::Null));
    let compared = house.read("/api/auto-schedule/history/compare?a=run-1&b=run-2", 5).await;
    insta::assert_json_snapshot!("compared", compared, {
        ".a" => "[run-1]", ".b" => "[run-2]",
    });
}

#[tokio::test]
async fn a_large_proposal_is_sent_compressed() {
    let house = House::new().await;
    let proposal = house.usual().await;
    // The same move four hundred times, as lines of events that differ in their numbers.
    let like = house.club().line(&key(&proposal, 201)).await.expect("read").expect("there").body;
    let many: Vec<_> = (0..400)
        .map(|n| {
            let mut line = like.clone();
            line.key = LineKey { event: EventRef(31_900_000 + n), ..like.key.clone() };
            line.event.name = format!("619{n:03}-LKD-AF-Salad{n} (2512085{n:05}) - V2-CORE");
            line
        })
        .collect();
    house.club().write_lines(&many, &[]).await.expect("written");
    let answer = house.viewer.send("GET", PENDING, &[("accept-encoding", "gzip")], "").await;
    assert_eq!((answer.status, answer.header("content-encoding")), (200, "gzip"));
    assert!(answer.length < 60_000, "{} bytes", answer.length);
}
