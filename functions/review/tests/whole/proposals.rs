//! Tests of the routes that read a run's status, a proposal, one line, and past runs.

use domain::snapshot::{Employee, EventRef};
use serde_json::{Value, json};
use store::documents::Expect;
use store::edits::Mark;
use store::key::{LineKey, TrialId};
use store::lines::LineKind;
use store::runs::{PhaseName, RunOrigin, RunPhase};
use testkit::{key, manual};

use crate::reader::ReviewTest;

const STATUS: &str = "/api/auto-schedule/status/run-1";
const PENDING: &str = "/api/auto-schedule/pending";

#[tokio::test]
async fn a_running_run_shows_its_phase_and_whether_its_solver_is_silent() {
    let test = ReviewTest::new().await;
    let lease = test.queue_and_start_run_from("run-1", manual("pat@club.example")).await;
    let phase = RunPhase { name: PhaseName::Solving, since: test.now(), detail: Some("4,210 rows".to_owned()) };
    test.club().note_phase(&lease, &phase, test.now()).await.expect("noted");
    test.advance(20);
    insta::assert_json_snapshot!("status_running", test.read(STATUS, 1).await);
    let paths = [STATUS.to_owned(), format!("{PENDING}?run_id=run-1")];
    let first = [test.viewer.get(&paths[0]).await, test.viewer.get(&paths[1]).await];
    for (path, first) in paths.iter().zip(&first) {
        assert_eq!(test.status_with_tag_of(first, path).await, 304, "{path}");
    }
    test.advance(100);
    for (path, first) in paths.iter().zip(&first) {
        assert_eq!(test.status_with_tag_of(first, path).await, 200, "{path}: the silence changes the answer");
    }
    assert_eq!(test.read(STATUS, 1).await["silent"], true);
}

#[tokio::test]
async fn a_poll_gets_the_lines_that_changed_since_its_cursor() {
    let test = ReviewTest::new().await;
    let proposal = test.propose_usual().await;
    let first = test.read(STATUS, 3).await;
    insta::assert_json_snapshot!("status_completed", first);
    let since = |answer: &Value| format!("{STATUS}?since={}", answer["cursor"].as_str().expect("a cursor"));
    assert_eq!(test.read(&since(&first), 3).await["lines"], json!([]));
    let whole = test.viewer.get(&format!("{STATUS}?since=all")).await;
    assert_eq!(whole.body["lines"].as_array().map(Vec::len), Some(5));
    let because = test.because_of("pat@club.example", "later");
    test.club().mark_line(&key(&proposal, 102), None, Mark::Held, &because).await.expect("held");
    let second = test.read(&since(&first), 4).await;
    let changed: Vec<&Value> = second["lines"].as_array().expect("lines").iter().map(|l| &l["id"]).collect();
    assert_eq!((changed, &second["held"]), (vec![&json!("run-1.102")], &json!(1)));
    assert_eq!(test.read(&since(&second), 3).await["lines"], json!([]));
    assert_eq!(test.status_with_tag_of(&whole, &format!("{STATUS}?since=all")).await, 200);
}

#[tokio::test]
async fn a_changed_name_changes_the_status_only_if_lines_are_requested() {
    let test = ReviewTest::new().await;
    test.propose_usual().await;
    let with_lines = format!("{STATUS}?since=all");
    let (first, counts) = (test.viewer.get(&with_lines).await, test.viewer.get(STATUS).await);
    assert_eq!(test.status_with_tag_of(&first, &with_lines).await, 304);
    let people = test.club().club_documents().await.expect("documents").employees;
    let renamed = Employee { name: "Somebody Else".to_owned(), ..people[0].body.clone() };
    test.club().put_document(&renamed, Expect::Anything).await.expect("renamed");
    assert_eq!(test.status_with_tag_of(&first, &with_lines).await, 200, "lines show names");
    assert_eq!(test.status_with_tag_of(&counts, STATUS).await, 304, "without lines, the status shows no names");
}

#[tokio::test]
async fn a_proposal_lists_its_lines_by_kind() {
    let test = ReviewTest::new().await;
    insta::assert_json_snapshot!("pending_none", test.read(PENDING, 1).await);
    test.propose_usual().await;
    insta::assert_json_snapshot!("pending", test.read(PENDING, 5).await);
    let with_reasons = test.read(&format!("{PENDING}?include=reasons"), 6).await;
    assert_eq!(with_reasons["newly_scheduled"][0]["why"], json!({"scheduled": 1000.0, "urgency": 90.0}));
    assert_eq!(test.read(&format!("{PENDING}?run_id=run-1"), 5).await, test.read(PENDING, 5).await);
}

#[tokio::test]
async fn events_that_something_else_posted_or_took_back_are_listed_apart() {
    let test = ReviewTest::new().await;
    let proposal = test.propose_usual().await;
    test.advance(60);
    test.approve_directly(&proposal, &[102]).await;
    let as_proposed = ("E01", "2026-11-28T10:15:00");
    for (event, place) in [(101, Some(as_proposed)), (103, Some(("E04", "2026-11-25T10:45:00"))), (201, None)] {
        test.post_as_refresh(event, place).await;
    }
    let pending = test.viewer.get(PENDING).await.body;
    let elsewhere: Vec<Value> = pending["elsewhere"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            json!([one["line"], one["place"]["employee_id"], one["place"]["schedule_datetime"], one["on_its_way"]])
        })
        .collect();
    // 102 is on its way by its own line, and 202 is posted as the run read it.
    let expected = json!([
        ["run-1.101", "E01", "2026-11-28T10:15:00", false],
        ["run-1.103", "E04", "2026-11-25T10:45:00", false],
        ["run-1.201", null, null, false],
    ]);
    assert_eq!(json!(elsewhere), expected);
    test.advance(14 * 24 * 3600);
    let later = test.viewer.get(PENDING).await.body;
    let numbers = async || test.viewer.get("/api/dashboard").await.body["proposal"].clone();
    let numbers_later = numbers().await;
    let lines: Vec<&Value> = later["elsewhere"].as_array().expect("a list").iter().map(|one| &one["line"]).collect();
    assert_eq!(lines, ["run-1.101", "run-1.103"], "a past schedule that is not there any more need not be taken back");
    test.advance(90 * 24 * 3600);
    let old = test.read(PENDING, 7).await;
    assert_eq!(
        (&old["elsewhere"], numbers().await),
        (&later["elsewhere"], numbers_later),
        "an old proposal has the same answer"
    );
}

#[tokio::test]
async fn an_accepted_event_that_was_taken_back_or_moved_later_is_listed() {
    let test = ReviewTest::new().await;
    let proposal = test.propose_usual().await;
    test.advance(60);
    test.approve_directly(&proposal, &[101, 102, 202]).await;
    for event in [101, 102, 202] {
        test.fail(&proposal.run, event).await;
        let because = test.because_of("pat@club.example", "entered at Crossmark");
        test.club().record_done_by_hand(&key(&proposal, event), None, &because).await.expect("done by hand");
    }
    assert_eq!(test.viewer.get(PENDING).await.body["elsewhere"], json!([]), "all are where their lines put them");
    test.post_as_refresh(101, None).await;
    test.post_as_refresh(202, Some(("E04", "2026-12-04T10:15:00"))).await;
    let pending = test.viewer.get(PENDING).await.body;
    let elsewhere = pending["elsewhere"].as_array().expect("a list").iter();
    let places: Vec<(&Value, &Value)> = elsewhere.map(|one| (&one["line"], &one["place"]["employee_id"])).collect();
    assert_eq!(places, [(&json!("run-1.101"), &Value::Null), (&json!("run-1.202"), &json!("E04"))]);
    let numbers = test.viewer.get("/api/dashboard").await.body["proposal"].clone();
    assert_eq!(numbers["accepted"], 3, "they were accepted");
    // 101 has no place any more; 202 was taken back, and is posted again.
    assert_eq!((&numbers["lines"], &numbers["taken_back"]), (&json!(4), &json!(1)));
}

#[tokio::test]
async fn an_unfinished_approval_is_listed_with_the_proposal_the_run_and_the_dashboard() {
    let test = ReviewTest::new().await;
    let proposal = test.propose_usual().await;
    let before = test.viewer.get(PENDING).await;
    test.record_approval_of(&proposal, &[101, 102]).await;
    let expected = json!([{
        "approval_id": "a-1", "run_id": "run-1", "who": "pat@club.example", "since": test.now().to_string(),
        "lines": 2, "approved": 0, "recallable": true,
    }]);
    for path in [PENDING, STATUS, "/api/dashboard"] {
        assert_eq!(test.viewer.get(path).await.body["unfinished_approvals"], expected, "{path}");
    }
    assert_eq!(test.status_with_tag_of(&before, PENDING).await, 200, "the unfinished approval changes the answer");
}

#[tokio::test]
async fn a_proposal_is_sent_again_only_if_it_or_the_plan_has_changed() {
    let test = ReviewTest::new().await;
    let proposal = test.propose_usual().await;
    let first = test.viewer.get(PENDING).await;
    assert_eq!(test.status_with_tag_of(&first, PENDING).await, 304);
    assert_eq!(test.status_with_tag_of(&first, &format!("{PENDING}?include=reasons")).await, 200);
    let because = test.because_of("pat@club.example", "later");
    test.club().mark_line(&key(&proposal, 101), None, Mark::Held, &because).await.expect("held");
    let second = test.viewer.get(PENDING).await;
    assert_eq!((second.status, &second.body["stale"]["plan_moved"]), (200, &json!(false)));
    test.club().replace_rotations(&[], Expect::Anything, &because).await.expect("saved");
    assert_eq!(test.status_with_tag_of(&second, PENDING).await, 200);
    assert_eq!(test.read(PENDING, 5).await["stale"], json!({"plan_moved": true, "newer_run_id": null}));
    test.propose_lines("run-2", manual("pat@club.example"), &[(LineKind::NotPlaced, 103, None)]).await;
    let old = test.read(&format!("{PENDING}?run_id=run-1"), 3).await;
    assert_eq!(old["stale"]["newer_run_id"], "run-2");
}

#[tokio::test]
async fn a_line_is_shown_with_its_reasons_and_its_trail() {
    let test = ReviewTest::new().await;
    let proposal = test.propose_usual().await;
    test.advance(60);
    let because = test.because_of("pat@club.example", "not sure yet");
    test.club().mark_line(&key(&proposal, 201), None, Mark::Held, &because).await.expect("held");
    insta::assert_json_snapshot!("line", test.read("/api/pending-schedule/run-1.201", 5).await);
}

#[tokio::test]
async fn missing_things_and_invalid_requests_get_their_error_codes() {
    let test = ReviewTest::new().await;
    test.propose_usual().await;
    let lease = test.queue_and_start_run_from("run-9", manual("pat@club.example")).await;
    test.club().fail_run(&lease, &test.because_of("muster solve", "the snapshot is faulty")).await.expect("failed");
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
        ("/api/validation/health?from=2026-11-24&to=2026-11-23", 400, "INVALID_QUERY"),
    ] {
        let answer = test.viewer.get(path).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{path}: {}", answer.body);
    }
    let failed = test.read("/api/auto-schedule/status/run-9", 1).await;
    assert_eq!((&failed["status"], &failed["error"]), (&json!("failed"), &json!("the snapshot is faulty")));
}

#[tokio::test]
async fn past_runs_are_listed_newest_first_and_compared() {
    let test = ReviewTest::new().await;
    test.propose_usual().await;
    test.advance(600);
    let placements = [
        (LineKind::New, 101, Some(("E04", "2026-11-28T10:15:00"))),
        (LineKind::New, 102, Some(("E03", "2026-11-28T10:45:00"))),
        (LineKind::New, 103, Some(("E04", "2026-11-27T10:15:00"))),
        (LineKind::NotPlaced, 104, None),
    ];
    test.propose_lines("run-2", manual("pat@club.example"), &placements).await;
    let lease = test.queue_and_start_run_from("run-3", manual("pat@club.example")).await;
    test.club().fail_run(&lease, &test.because_of("muster solve", "out of time")).await.expect("failed");
    insta::assert_json_snapshot!("history", test.read("/api/auto-schedule/history", 3).await);
    let page = test.read("/api/auto-schedule/history?limit=2", 3).await;
    let next = page["next"].as_str().expect("more");
    let rest = test.read(&format!("/api/auto-schedule/history?limit=2&cursor={next}"), 3).await;
    assert_eq!((&rest["items"][0]["run_id"], &rest["next"]), (&json!("run-1"), &Value::Null));
    let compared = test.read("/api/auto-schedule/history/compare?a=run-1&b=run-2", 5).await;
    insta::assert_json_snapshot!("compared", compared, {
        ".a" => "[run-1]", ".b" => "[run-2]",
    });
}

#[tokio::test]
async fn runs_are_compared_without_edits_but_an_adopted_trial_with_what_it_moved() {
    let trial = RunOrigin::Trial { by: "pat@club.example".into(), trial: TrialId::parse("trial-1").expect("an id") };
    for (origin, differs) in [(manual("pat@club.example"), false), (trial, true)] {
        let test = ReviewTest::new().await;
        let before = test.propose_usual().await;
        test.advance(600);
        let placements = [(LineKind::New, 101, Some(("E03", "2026-11-27T10:15:00")))];
        let after = test.propose_lines("run-2", origin, &placements).await;
        let club = test.club();
        let old = club.line(&key(&before, 101)).await.expect("read").expect("there").body;
        let moved = club.line(&key(&after, 101)).await.expect("read").expect("there").body;
        assert_ne!(old.place, moved.place);
        // The line has the place of the plan before as its original, like an edited line.
        club.write_lines(&[moved.edited_from(old.original)], &[]).await.expect("written");
        let compared = test.read("/api/auto-schedule/history/compare?a=run-1&b=run-2", 5).await;
        let changed: Vec<_> =
            compared["changed"].as_array().expect("a list").iter().map(|one| one["event_ref_num"].clone()).collect();
        assert_eq!(changed, if differs { vec![json!(101)] } else { vec![] }, "{compared}");
    }
}

#[tokio::test]
async fn a_large_proposal_is_sent_compressed() {
    let test = ReviewTest::new().await;
    let proposal = test.propose_usual().await;
    // The same move four hundred times, as lines of events that differ in their numbers.
    let template = test.club().line(&key(&proposal, 201)).await.expect("read").expect("there").body;
    let many: Vec<_> = (0..400)
        .map(|n| {
            let mut line = template.clone();
            line.key = LineKey { event: EventRef(31_900_000 + n), ..template.key.clone() };
            line.event.name = format!("619{n:03}-LKD-AF-Salad{n} (2512085{n:05}) - V2-CORE");
            line
        })
        .collect();
    test.club().write_lines(&many, &[]).await.expect("written");
    let answer = test.viewer.send("GET", PENDING, &[("accept-encoding", "gzip")], "").await;
    assert_eq!((answer.status, answer.header("content-encoding")), (200, "gzip"));
    assert!(answer.length < 60_000, "{} bytes", answer.length);
}
