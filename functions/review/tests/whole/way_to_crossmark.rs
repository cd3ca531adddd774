//! Tests of the list of submissions, the dashboard and the feed of changes.

use chrono::TimeDelta;
use domain::answer::Flag;
use serde_json::{Value, json};
use store::documents::{ClubSettings, Settings};
use store::edits::RejectionEffect;
use store::key::{ProposalKey, ScheduledEventId};
use store::lines::LineKind;
use store::states::{AttemptEnd, Cause};
use store::submission::Reporter;
use testkit::{Placement, key, manual, owner};

use crate::reader::ReviewTest;

/// Approves four lines of a proposal: one is accepted, one refused, one in doubt, and one waits.
async fn submit_lines(test: &ReviewTest) -> ProposalKey {
    let proposal = test.propose_usual().await;
    test.advance(60);
    test.approve_directly(&proposal, &[101, 102, 201, 202]).await;
    test.advance(10);
    let (club, now) = (test.club(), test.now());
    let because = test.because_of("muster submit", "submitted");
    let mut taken = Vec::new();
    for event in [101, 102, 201] {
        let until = now.plus(TimeDelta::seconds(180));
        taken.push(
            club.take_line(&key(&proposal, event), None, &owner("worker"), until, &because).await.expect("taken").0,
        );
    }
    test.advance(1);
    let because = test.because_of("muster submit", "answered");
    club.accept_line(Reporter::Worker(&taken[0]), Some(ScheduledEventId(7)), &because).await.expect("accepted");
    let refused = AttemptEnd::Refused { words: "already booked at that time".to_owned() };
    let words = "already booked at that time";
    club.fail_line(Reporter::Worker(&taken[1]), Cause::Refused, refused, words, &because).await.expect("failed");
    let read_at = test.now().plus(TimeDelta::seconds(60));
    club.doubt_line(&taken[2], "no answer", read_at, &because).await.expect("in doubt");
    proposal
}

#[tokio::test]
async fn submissions_are_listed_by_state_and_cause() {
    let test = ReviewTest::new().await;
    submit_lines(&test).await;
    insta::assert_json_snapshot!("submissions", test.read("/api/submissions", 3).await);
    let ids = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().expect("items").iter();
        items.map(|line| line["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let accepted = test.read("/api/submissions?include=accepted", 4).await;
    assert_eq!(accepted["accepted_today"], 1);
    for (path, requests, expected) in [
        ("?state=api_failed", 3, vec!["run-1.102"]),
        ("?cause=refused", 3, vec!["run-1.102"]),
        ("?cause=exhausted", 2, vec![]),
        ("?state=in_doubt", 3, vec!["run-1.201"]),
        ("?state=api_submitted", 4, vec!["run-1.101"]),
        ("?state=api_submitted&cause=refused", 3, vec![]),
    ] {
        assert_eq!(ids(&test.read(&format!("/api/submissions{path}"), requests).await), expected, "{path}");
    }
    let first = test.read("/api/submissions?limit=2", 3).await;
    let next = first["next"].as_str().expect("more");
    let rest = test.read(&format!("/api/submissions?limit=2&cursor={next}"), 3).await;
    assert_eq!((ids(&rest), &rest["next"]), (vec!["run-1.202".to_owned()], &Value::Null));
    test.advance(24 * 3600);
    assert_eq!(test.read("/api/submissions?include=accepted", 4).await["accepted_today"], 0, "another day");
}

#[tokio::test]
async fn a_pause_of_submissions_is_described_until_it_ends() {
    let test = ReviewTest::new().await;
    let because = test.because_of("muster submit", "Crossmark does not answer");
    test.club().pause_submissions(store::submission::PauseReason::LoginRefused, None, &because).await.expect("paused");
    insta::assert_json_snapshot!("paused", test.read("/api/submissions", 2).await["paused"]);
    test.advance(61);
    assert_eq!(test.read("/api/submissions", 2).await["paused"], Value::Null);
}

#[tokio::test]
async fn an_invalid_query_of_submissions_is_refused() {
    let test = ReviewTest::new().await;
    for (path, code) in [
        ("?state=lost", "INVALID_QUERY"),
        ("?cause=fate", "INVALID_QUERY"),
        ("?limit=0", "INVALID_QUERY"),
        ("?include=all", "INVALID_QUERY"),
        ("?cursor=next", "INVALID_CURSOR"),
    ] {
        let answer = test.viewer.get(&format!("/api/submissions{path}")).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{path}");
    }
}

#[tokio::test]
async fn the_dashboard_shows_what_needs_a_person() {
    let test = ReviewTest::new().await;
    submit_lines(&test).await;
    let lease = test.queue_and_start_run_from("run-2", manual("pat@club.example")).await;
    test.advance(4000);
    test.club()
        .check_run_liveness(&lease.run, &test.because_of("muster sweep", "its lease ran out"))
        .await
        .expect("crashed");
    insta::assert_json_snapshot!("dashboard", test.read("/api/dashboard", 8).await);
}

#[tokio::test]
async fn the_dashboard_counts_each_event_of_the_proposal_once() {
    let test = ReviewTest::new().await;
    let lease = test.queue_and_start_run_from("run-1", manual("pat@club.example")).await;
    let proposal = ProposalKey { run: lease.run.clone(), token: lease.token };
    let mut lines = Vec::new();
    for (placement, flag) in [
        ((LineKind::New, 101, Some(("E01", "2026-11-28T10:15:00"))), Some(Flag::UnusualRole)),
        // An edit took its place.
        ((LineKind::New, 102, None), Some(Flag::RotationAway)),
        ((LineKind::NotPlaced, 103, None), Some(Flag::NotPlaced)),
        ((LineKind::Moved, 201, Some(("E03", "2026-12-03T10:15:00"))), Some(Flag::MovesPosted)),
        ((LineKind::Dropped, 202, None), None),
    ] {
        let mut line = test.placed_line(&proposal, placement).await;
        line.flags.extend(flag);
        lines.push(line);
    }
    let plan_version = test.club().plan_version().await.expect("a version");
    test.commit(&lease, &lines, plan_version).await;
    let counts = async || {
        let numbers = test.viewer.get("/api/dashboard").await.body["proposal"].clone();
        ["lines", "taken_back", "open", "needs_look", "not_placed"]
            .map(|name| numbers[name].as_u64().expect("a number"))
    };
    assert_eq!(counts().await, [3, 1, 3, 3, 2]);
    let because = test.because_of("pat@club.example", "not that week");
    let line = key(&proposal, 101);
    test.club().reject_line(&line, None, RejectionEffect::None, &because).await.expect("rejected");
    assert_eq!(counts().await, [2, 1, 2, 2, 2]);
    test.post_as_refresh(103, Some(("E04", "2026-11-25T10:45:00"))).await;
    assert_eq!(counts().await, [2, 1, 2, 2, 1], "what something else posted is not missing a place");
    test.post_as_refresh(201, None).await;
    assert_eq!(counts().await, [1, 1, 1, 1, 1], "what was taken back is not left to decide");
}

#[tokio::test]
async fn the_dashboard_counts_every_submission() {
    const MANY: u64 = 501;
    let mut club = testkit::small_club();
    let events = club["events"].as_array_mut().expect("events");
    let refs: Vec<u64> = (1_001..=1_000 + MANY).collect();
    for event in &refs {
        let mut row = events[0].clone();
        row["ref"] = json!(event);
        events.push(row);
    }
    let test = ReviewTest::of(&club).await;
    let placements: Vec<Placement> =
        refs.iter().map(|event| (LineKind::New, *event, Some(("E01", "2026-11-28T10:15:00")))).collect();
    let proposal = test.propose_lines("run-1", manual("pat@club.example"), &placements).await;
    test.approve_directly(&proposal, &refs).await;
    let dashboard = test.viewer.get("/api/dashboard").await.body;
    assert_eq!(dashboard["submissions"]["under_way"], MANY, "{}", dashboard["submissions"]);
}

#[tokio::test]
async fn the_dashboard_shows_nobody_on_a_canceled_or_expired_event() {
    for (condition, expected) in
        [("Scheduled", json!([203, 204])), ("Canceled", json!([204])), ("Expired", json!([204]))]
    {
        let mut club = testkit::small_club();
        let posted = club["posted"].as_array_mut().expect("schedules").iter_mut();
        for row in posted.filter(|row| row["event"]["ref"] == 203) {
            row["event"]["condition"] = json!(condition);
        }
        let test = ReviewTest::of(&club).await;
        let dashboard = test.viewer.get("/api/dashboard").await.body;
        let people = dashboard["on_floor"].as_array().expect("people").iter();
        let shifts = people.flat_map(|person| person["shifts"].as_array().expect("shifts"));
        let events: Vec<&Value> = shifts.map(|shift| &shift["event_ref_num"]).collect();
        assert_eq!(json!(events), expected, "{condition}");
    }
}

#[tokio::test]
async fn an_event_is_due_soon_until_the_day_before_its_due_date() {
    // 104 is due on the 27th, 103 on the 28th.
    let test = ReviewTest::new().await;
    let due = async || {
        let dashboard = test.viewer.get("/api/dashboard").await.body;
        let due = dashboard["due_soon"].as_array().expect("events").iter();
        due.filter_map(|event| event["event_ref_num"].as_u64()).collect::<Vec<_>>()
    };
    assert_eq!(due().await, [104, 103]);
    test.advance(3 * 24 * 3600);
    assert_eq!(due().await[..2], [104, 103]);
    test.advance(24 * 3600);
    assert_eq!(due().await[0], 103);
}

#[tokio::test]
async fn the_dashboard_shows_the_state_of_the_nightly_run() {
    let test = ReviewTest::new().await;
    let night = async || test.read("/api/dashboard", 7).await["night"]["state"].clone();
    assert_eq!(night().await, "missing", "it is 2 o'clock, the hour of the run");
    let date = "2026-11-23".parse().expect("a date");
    for (n, state) in ["failed", "failed", "given_up"].into_iter().enumerate() {
        let lease =
            test.queue_and_start_run_from(&format!("run-{n}"), store::runs::RunOrigin::Automatic { date }).await;
        assert_eq!(night().await, "running");
        test.club().fail_run(&lease, &test.because_of("muster solve", "out of memory")).await.expect("failed");
        assert_eq!(night().await, state);
    }
    test.advance(24 * 3600 - 3600);
    assert_eq!(night().await, "not_due", "1 o'clock on the next day");
}

/// Sets the hour of the nightly run.
async fn set_run_hour(test: &ReviewTest, run_hour: u32) {
    let read = test.club().club_documents().await.expect("read").club_settings().expect("a club");
    let settings = Settings { run_hour, ..Settings::default() };
    let after = ClubSettings { settings, club: read.body.club.clone() };
    test.club().change_settings(&read, after, &test.because()).await.expect("set");
}

#[tokio::test]
async fn a_club_that_is_newer_than_yesterdays_late_run_has_its_first_one_today() {
    let test = ReviewTest::new().await;
    set_run_hour(&test, 19).await;
    let night = async || {
        let night = test.viewer.get("/api/dashboard").await.body["night"].clone();
        (night["date"].clone(), night["state"].clone())
    };
    assert_eq!(night().await, (json!("2026-11-23"), json!("not_due")), "2 o'clock on the first day");
    let date = "2026-11-22".parse().expect("a date");
    test.queue_and_start_run_from("run-0", store::runs::RunOrigin::Automatic { date }).await;
    test.advance(24 * 3600);
    assert_eq!(night().await, (json!("2026-11-23"), json!("missing")), "2 o'clock on the second day");
}

#[tokio::test]
async fn a_run_late_in_the_evening_is_shown_until_the_next_one_is_due() {
    let test = ReviewTest::new().await;
    set_run_hour(&test, 23).await;
    let night = async || {
        let night = test.read("/api/dashboard", 7).await["night"].clone();
        (night["date"].clone(), night["state"].clone())
    };
    // It is 23:00.
    test.advance(21 * 3600);
    assert_eq!(night().await, (json!("2026-11-23"), json!("missing")));
    let date = "2026-11-23".parse().expect("a date");
    let lease = test.queue_and_start_run_from("run-0", store::runs::RunOrigin::Automatic { date }).await;
    test.club().fail_run(&lease, &test.because_of("muster solve", "out of memory")).await.expect("failed");
    test.advance(7 * 3600 + 1);
    assert_eq!(night().await, (json!("2026-11-23"), json!("given_up")), "6 o'clock on the next day");
    test.advance(17 * 3600);
    assert_eq!(night().await, (json!("2026-11-24"), json!("missing")));
}

#[tokio::test]
async fn the_nightly_run_is_shown_even_after_many_manual_runs() {
    let test = ReviewTest::new().await;
    test.propose_usual().await;
    for n in 0..21 {
        test.advance(60);
        let lease = test.queue_and_start_run_from(&format!("run-2-{n:02}"), manual("pat@club.example")).await;
        test.club().fail_run(&lease, &test.because_of("muster solve", "out of memory")).await.expect("failed");
    }
    // The night's run is not among the latest runs: it is read by its id, with 1 more request.
    let night = test.read("/api/dashboard", 9).await["night"].clone();
    assert_eq!((&night["state"], &night["tries"], &night["run"]["run_id"]), (&json!("ok"), &json!(1), &json!("run-1")));
}

#[tokio::test]
async fn the_feed_of_changes_continues_by_cursor_and_by_an_overlapping_since() {
    let test = ReviewTest::new().await;
    submit_lines(&test).await;
    let all = test.read("/api/changes", 1).await;
    insta::assert_json_snapshot!("changes", all);
    let first = test.read("/api/changes?limit=4", 1).await;
    let next = first["next"].as_str().expect("more");
    let second = test.read(&format!("/api/changes?limit=500&cursor={next}"), 1).await;
    let count = |answer: &Value| answer["items"].as_array().map_or(0, Vec::len);
    assert_eq!(count(&first) + count(&second), count(&all));
    let since = all["since"].as_str().expect("a moment");
    let again = test.read(&format!("/api/changes?since={since}"), 1).await;
    assert_eq!(again["items"].as_array().and_then(|i| i.last()), all["items"].as_array().and_then(|i| i.last()));
    for (path, code) in
        [("?since=yesterday", "INVALID_QUERY"), ("?cursor=AAAA", "INVALID_CURSOR"), ("?cursor=1~A", "INVALID_CURSOR")]
    {
        let answer = test.viewer.get(&format!("/api/changes{path}")).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{path}: {}", answer.body);
    }
    assert_eq!(test.read("/api/changes?since=2027-01-01T00:00:00Z", 1).await["items"], json!([]));
}
