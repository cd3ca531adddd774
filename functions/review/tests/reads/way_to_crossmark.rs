//! Submissions across runs, the dashboard and the feed of changes.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::key::{ProposalKey, ScheduledEventId};
use store::states::{AttemptEnd, Cause};
use store::submission::Hand;

use crate::house::{House, key, manual, owner};

/// A morning: one line accepted, one refused, one in doubt, one waiting.
async fn morning(house: &House) -> ProposalKey {
    let proposal = house.usual().await;
    house.pass(60);
    house.approved(&proposal, &[101, 102, 201, 202]).await;
    house.pass(10);
    let (club, now) = (house.club(), house.now());
    let because = house.because("muster submit", "submitted");
    let mut taken = Vec::new();
    for event in [101, 102, 201] {
        let until = now.plus(TimeDelta::seconds(180));
        taken.push(club.take_line(&key(&proposal, event), None, &owner(), until, &because).await.expect("taken").0);
    }
    house.pass(1);
    let because = house.because("muster submit", "answered");
    club.accept_line(Hand::Worker(&taken[0]), Some(ScheduledEventId(7)), &because).await.expect("accepted");
    let refused = AttemptEnd::Refused { words: "already booked at that time".to_owned() };
    let words = "already booked at that time";
    club.fail_line(Hand::Worker(&taken[1]), Cause::Refused, refused, words, &because).await.expect("failed");
    let read_at = house.now().plus(TimeDelta::seconds(60));
    club.doubt_line(&taken[2], "no answer", read_at, &because).await.expect("in doubt");
    proposal
}

#[tokio::test]
async fn submissions_are_told_across_runs() {
    let house = House::new().await;
    morning(&house).await;
    insta::assert_json_snapshot!("submissions", house.read("/api/submissions", 3).await);
    let ids = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().expect("items").iter();
        items.map(|line| line["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let accepted = house.read("/api/submissions?include=accepted", 4).await;
    assert_eq!(accepted["accepted_today"], 1);
    for (path, requests, expected) in [
        ("?state=api_failed", 3, vec!["run-1.102"]),
        ("?cause=refused", 3, vec!["run-1.102"]),
        ("?cause=exhausted", 2, vec![]),
        ("?state=in_doubt", 3, vec!["run-1.201"]),
        ("?state=api_submitted", 4, vec!["run-1.101"]),
    ] {
        assert_eq!(ids(&house.read(&format!("/api/submissions{path}"), requests).await), expected, "{path}");
    }
    let first = house.read("/api/submissions?limit=2", 3).await;
    let next = first["next"].as_str().expect("more");
    let rest = house.read(&format!("/api/submissions?limit=2&cursor={next}"), 3).await;
    assert_eq!((ids(&rest), &rest["next"]), (vec!["run-1.202".to_owned()], &Value::Null));
    house.pass(24 * 3600);
    assert_eq!(house.read("/api/submissions?include=accepted", 4).await["accepted_today"], 0, "another day");
}

#[tokio::test]
async fn a_pause_of_submissions_is_said_in_words() {
    let house = House::new().await;
    let because = house.because("muster submit", "Crossmark does not answer");
    house.club().pause_submissions(&because).await.expect("paused");
    insta::assert_json_snapshot!("paused", house.read("/api/submissions", 2).await["paused"]);
    house.pass(61);
    assert_eq!(house.read("/api/submissions", 2).await["paused"], Value::Null);
}

#[tokio::test]
async fn a_query_of_submissions_that_means_nothing_is_refused() {
    let house = House::new().await;
    for (path, code) in [
        ("?state=lost", "INVALID_QUERY"),
        ("?cause=fate", "INVALID_QUERY"),
        ("?limit=0", "INVALID_QUERY"),
        ("?include=all", "INVALID_QUERY"),
        ("?cursor=next", "INVALID_CURSOR"),
    ] {
        let answer = house.viewer.get(&format!("/api/submissions{path}")).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{path}");
    }
}

#[tokio::test]
async fn the_dashboard_says_what_needs_a_person() {
    let house = House::new().await;
    morning(&house).await;
    let held = house.running("run-2", manual()).await;
    house.pass(4000);
    house.club().look_after_run(&held.run, &house.because("muster sweep", "its lease ran out")).await.expect("crashed");
    insta::assert_json_snapshot!("dashboard", house.read("/api/dashboard", 7).await);
}

#[tokio::test]
async fn the_dashboard_says_how_the_night_went() {
    let house = House::new().await;
    let night = async || house.read("/api/dashboard", 6).await["night"]["state"].clone();
    assert_eq!(night().await, "missing", "it is 2 o'clock, the hour of the run");
    let date = "2026-11-23".parse().expect("a date");
    for (n, state) in ["failed", "failed", "given_up"].into_iter().enumerate() {
        let held = house.running(&format!("run-{n}"), store::runs::Origin::Automatic { date }).await;
        assert_eq!(night().await, "running");
        house.club().fail_run(&held, &house.because("muster solve", "out of memory")).await.expect("failed");
        assert_eq!(night().await, state);
    }
    house.pass(24 * 3600 - 3600);
    assert_eq!(night().await, "not_due", "1 o'clock on the next day");
}

#[tokio::test]
async fn many_manual_runs_hide_no_night() {
    let house = House::new().await;
    house.usual().await;
    for n in 0..21 {
        house.pass(60);
        let held = house.running(&format!("run-2-{n:02}"), manual()).await;
        house.club().fail_run(&held, &house.because("muster solve", "out of memory")).await.expect("failed");
    }
    // The night's run is none of the last ones: it is read by its id, 1 request more.
    let night = house.read("/api/dashboard", 8).await["night"].clone();
    assert_eq!((&night["state"], &night["tries"], &night["run"]["run_id"]), (&json!("ok"), &json!(1), &json!("run-1")));
}

#[tokio::test]
async fn the_feed_of_changes_overlaps_and_goes_on() {
    let house = House::new().await;
    morning(&house).await;
    let all = house.read("/api/changes", 1).await;
    insta::assert_json_snapshot!("changes", all);
    let first = house.read("/api/changes?limit=4", 1).await;
    let next = first["next"].as_str().expect("more");
    let second = house.read(&format!("/api/changes?limit=500&cursor={next}"), 1).await;
    let count = |answer: &Value| answer["items"].as_array().map_or(0, Vec::len);
    assert_eq!(count(&first) + count(&second), count(&all));
    let since = all["since"].as_str().expect("a moment");
    let again = house.read(&format!("/api/changes?since={since}"), 1).await;
    assert_eq!(again["items"].as_array().and_then(|i| i.last()), all["items"].as_array().and_then(|i| i.last()));
    for (path, code) in
        [("?since=yesterday", "INVALID_QUERY"), ("?cursor=AAAA", "INVALID_CURSOR"), ("?cursor=1~A", "INVALID_CURSOR")]
    {
        let answer = house.viewer.get(&format!("/api/changes{path}")).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{path}: {}", answer.body);
    }
    assert_eq!(house.read("/api/changes?since=2027-01-01T00:00:00Z", 1).await["items"], json!([]));
}
