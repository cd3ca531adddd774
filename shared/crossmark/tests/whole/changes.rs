//! Schedule and delete against the simulator: every outcome, and every fault before and after the effect.

use std::time::Duration;

use crossmark::{Clock, DeleteOutcome, DeleteReadBack, EnteredValues, ReadBack, ScheduleOutcome};
use serde_json::{Value, json};

use crate::support::*;

/// The name of an outcome, with its reason if it has one.
fn outcome_words(outcome: &ScheduleOutcome) -> String {
    match outcome {
        ScheduleOutcome::Accepted { .. } => "accepted".to_owned(),
        ScheduleOutcome::Refused { words } => format!("refused: {words}"),
        ScheduleOutcome::NotTaken { why, .. } => format!("not taken: {why}"),
        ScheduleOutcome::Unknown { why } => format!("unknown: {why}"),
    }
}

fn delete_outcome_words(outcome: &DeleteOutcome) -> String {
    match outcome {
        DeleteOutcome::Deleted => "deleted".to_owned(),
        DeleteOutcome::Refused { words } => format!("refused: {words}"),
        DeleteOutcome::NotTaken { why, .. } => format!("not taken: {why}"),
        DeleteOutcome::Unknown { why } => format!("unknown: {why}"),
    }
}

/// The faults of a call that changes something: kind, before or after the effect, expected outcome of the client, and
/// whether the effect exists after the settling time. `yes`, `session`, `held` and `late` stand for outcomes that each
/// test spells out.
const FAULTS: [(&str, &str, &str, bool); 20] = [
    ("latency", "before", "yes", true),
    ("latency", "after", "yes", true),
    ("slow_body", "before", "yes", true),
    ("500", "before", "unknown: Crossmark answered with an error (500)", false),
    ("500", "after", "unknown: Crossmark answered with an error (500)", true),
    ("502", "before", "unknown: Crossmark answered with an error (502)", false),
    ("502", "after", "unknown: Crossmark answered with an error (502)", true),
    ("503", "before", "unknown: Crossmark answered with an error (503)", false),
    ("503", "after", "unknown: Crossmark answered with an error (503)", true),
    ("429", "before", "not taken: Crossmark is busy and asked to wait", false),
    ("reset_before", "before", "unknown: the connection to Crossmark broke before the answer came", false),
    ("reset_after", "after", "unknown: the connection to Crossmark broke before the answer came", true),
    ("late_effect", "after", "unknown: the connection to Crossmark broke before the answer came", true),
    ("not_ok", "before", "refused: The request was not accepted", false),
    ("login_page", "before", "session", false),
    ("no_id", "after", "unknown: Crossmark said yes, but without the number of the schedule", true),
    ("hold_before", "before", "held", true),
    ("hold_after", "after", "held", true),
    ("latency", "before", "late", true),
    ("slow_body", "before", "late", true),
];

const NO_ANSWER: &str = "unknown: Crossmark gave no answer in time";

/// The delay of the fault in milliseconds, and the timeout of the client, for a row of [`FAULTS`].
fn delay_and_timeout(expected: &str) -> (u64, Duration) {
    match expected {
        "held" => (0, Duration::from_millis(300)),
        "late" => (1_200, Duration::from_millis(300)),
        _ => (100, Duration::from_secs(20)),
    }
}

fn fault(call: &str, kind: &str, when: &str, ms: u64) -> Value {
    let ms = if kind == "late_effect" { 5_000 } else { ms };
    json!({"call": call, "kind": kind, "when": when, "ms": ms})
}

#[tokio::test]
async fn a_schedule_has_the_expected_outcome_under_every_fault_and_is_sent_once() {
    for (kind, when, expected, taken) in FAULTS {
        let (ms, timeout) = delay_and_timeout(expected);
        let upstream = upstream_with(|_| {}, |settings| settings.timeout = timeout).await;
        upstream.club.people(crossmark::Days::one(day("2026-11-22"))).await.unwrap();
        upstream.plan_fault(fault("schedule", kind, when, ms)).await;

        let outcome = upstream.club.schedule(&placement(FREE), upstream.send_by()).await;

        let expect = match expected {
            "yes" => "accepted",
            "session" => "unknown: Crossmark had signed us out",
            "held" | "late" => NO_ANSWER,
            other => other,
        };
        assert_eq!(outcome_words(&outcome), expect, "{kind} {when}");
        assert_eq!(upstream.calls("schedule").await.len(), 1, "{kind} {when}");
        settle(&upstream).await;
        let in_ledger = upstream.schedules_of(FREE).await;
        assert_eq!(in_ledger.len(), usize::from(taken), "{kind} {when}");
        let readings = upstream
            .club
            .read_back(event(FREE), location(), day("2026-11-22"), &EnteredValues::default())
            .await
            .unwrap();
        let read_back = readings.schedule(employee(150_001), time("2026-11-22T10:15:00"));
        let expect = match in_ledger.first() {
            Some(&id) => ReadBack::Taken { id: scheduled(id) },
            None => ReadBack::NotTaken,
        };
        assert_eq!(read_back, expect, "{kind} {when}");
    }
}

#[tokio::test]
async fn a_delete_has_the_expected_outcome_under_every_fault() {
    for (kind, when, expected, gone) in FAULTS.into_iter().filter(|(kind, ..)| *kind != "no_id") {
        let (ms, timeout) = delay_and_timeout(expected);
        let upstream = upstream_with(|_| {}, |settings| settings.timeout = timeout).await;
        upstream.club.people(crossmark::Days::one(day("2026-11-22"))).await.unwrap();
        upstream.plan_fault(fault("delete", kind, when, ms)).await;

        let outcome = upstream.club.delete(scheduled(POSTED_ID), upstream.send_by()).await;

        // The call that was answered with the login page is repeated after a new login, and succeeds.
        let (expect, gone, calls) = match expected {
            "yes" => ("deleted", gone, 1),
            "session" => ("deleted", true, 2),
            "held" | "late" => (NO_ANSWER, gone, 1),
            other => (other, gone, 1),
        };
        assert_eq!(delete_outcome_words(&outcome), expect, "{kind} {when}");
        assert_eq!(upstream.calls("delete").await.len(), calls, "{kind} {when}");
        settle(&upstream).await;
        assert_eq!(upstream.schedules_of(POSTED).await.is_empty(), gone, "{kind} {when}");
        let readings = upstream
            .club
            .read_back(event(POSTED), location(), day("2026-11-23"), &EnteredValues::default())
            .await
            .unwrap();
        let expect = if gone { DeleteReadBack::Gone } else { DeleteReadBack::StillThere };
        assert_eq!(readings.delete(scheduled(POSTED_ID)), expect, "{kind} {when}");
    }
}

/// Passes the settling time, releases held calls, and waits until no call is in progress.
async fn settle(upstream: &Upstream) {
    upstream.clock.advance(Duration::from_mins(1));
    loop {
        upstream.post("/_sim/release", json!({})).await;
        let calls = upstream.get("/_sim/calls").await;
        if calls.as_array().unwrap().iter().all(|call| call["progress"] == "done") {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn without_a_login_nothing_is_sent() {
    let check = async |kind: &str, when: &str, expect: &str, sent: usize| {
        let upstream = upstream().await;
        upstream.plan_fault(fault("login", kind, when, 100)).await;
        let schedule = upstream.club.schedule(&placement(FREE), upstream.send_by()).await;
        assert_eq!(outcome_words(&schedule), expect, "{kind} {when}");
        assert_eq!(upstream.calls("schedule").await.len(), sent, "{kind} {when}");
        assert_eq!(upstream.schedules_of(FREE).await.len(), sent, "{kind} {when}");
    };
    let failed = "not taken: signing in to Crossmark failed";
    for kind in ["500", "502", "503"] {
        check(kind, "before", failed, 0).await;
        check(kind, "after", failed, 0).await;
    }
    check("reset_before", "before", failed, 0).await;
    check("reset_after", "after", failed, 0).await;
    check("429", "before", "not taken: Crossmark is busy and asked to wait before signing in", 0).await;
    let refused = "not taken: Crossmark did not accept the user name and password; the next try is at 15:05 UTC";
    check("bad_credentials", "before", refused, 0).await;
    check("latency", "before", "accepted", 1).await;
    check("slow_body", "before", "accepted", 1).await;
}

#[tokio::test]
async fn an_accepted_schedule_is_in_the_ledger_as_it_was_sent() {
    let upstream = upstream().await;

    let outcome = upstream.club.schedule(&placement(FREE), upstream.send_by()).await;

    assert_eq!(outcome, ScheduleOutcome::Accepted { id: scheduled(55_000_002) });
    let ledger = upstream.get("/_sim/ledger").await;
    assert_eq!(
        ledger[1],
        json!({
            "id": 55_000_002, "mPlanID": FREE, "RepID": 150_001, "LocationID": 160_001,
            "Start": "2026-11-22T10:15:00-05:00", "End": "2026-11-22T16:45:00-05:00",
            "created_at": "2026-11-21T15:00:00Z", "deleted_at": null,
        })
    );
}

#[tokio::test]
async fn a_refusal_has_crossmarks_explanation() {
    let upstream = upstream().await;
    let check = async |placement: crossmark::Placement, words: &str| {
        let outcome = upstream.club.schedule(&placement, upstream.send_by()).await;
        assert_eq!(outcome, ScheduleOutcome::Refused { words: words.to_owned() });
    };
    check(placement(CANCELED), "This mPlan has been canceled").await;
    check(placement(49_999_999), "There is no such mPlan").await;
    check(crossmark::Placement { employee: employee(150_009), ..placement(FREE) }, "There is no such rep").await;
    let elsewhere = crossmark::Placement { location: 160_002.try_into().unwrap(), ..placement(FREE) };
    check(elsewhere, "There is no such location").await;

    let outcome = upstream.club.delete(scheduled(59_999_999), upstream.send_by()).await;
    assert_eq!(delete_outcome_words(&outcome), "refused: There is no such scheduled event");
    assert_eq!(upstream.club.delete(scheduled(POSTED_ID), upstream.send_by()).await, DeleteOutcome::Deleted);
    let outcome = upstream.club.delete(scheduled(POSTED_ID), upstream.send_by()).await;
    assert_eq!(delete_outcome_words(&outcome), "refused: This scheduled event was already deleted");
}

#[tokio::test]
async fn schedules_on_the_days_when_the_clocks_change_have_the_right_offset() {
    let upstream = upstream().await;
    let check = async |id: u64, start: &str, minutes: u32, expect: [&str; 2]| {
        let placement =
            crossmark::Placement { start: time(start), minutes: minutes.try_into().unwrap(), ..placement(id) };
        let outcome = upstream.club.schedule(&placement, upstream.send_by()).await;
        let ScheduleOutcome::Accepted { id } = outcome else { panic!("{start}: {outcome:?}") };
        let ledger = upstream.get("/_sim/ledger").await;
        let effect = ledger.as_array().unwrap().iter().find(|effect| effect["id"] == id.get()).unwrap();
        assert_eq!([effect["Start"].as_str().unwrap(), effect["End"].as_str().unwrap()], expect, "{start}");
    };
    check(FREE, "2027-03-14T10:15:00", 390, ["2027-03-14T10:15:00-04:00", "2027-03-14T16:45:00-04:00"]).await;
    check(FREE + 1, "2027-03-13T23:00:00", 360, ["2027-03-13T23:00:00-05:00", "2027-03-14T06:00:00-04:00"]).await;
    check(FREE + 2, "2026-11-01T10:15:00", 390, ["2026-11-01T10:15:00-05:00", "2026-11-01T16:45:00-05:00"]).await;
    check(FREE + 3, "2026-11-01T01:30:00", 60, ["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"]).await;

    let skipped = crossmark::Placement { start: time("2027-03-14T02:30:00"), ..placement(FREE + 4) };
    let outcome = upstream.club.schedule(&skipped, upstream.send_by()).await;
    assert_eq!(outcome_words(&outcome), "refused: 02:30 does not exist on 2027-03-14: the clocks go forward over it");
    assert_eq!(upstream.calls("schedule").await.len(), 4);
}

#[tokio::test]
async fn nothing_is_sent_after_send_by() {
    let upstream = upstream().await;
    let past = upstream.clock.now() - chrono::TimeDelta::seconds(1);

    let schedule = upstream.club.schedule(&placement(FREE), past).await;
    let delete = upstream.club.delete(scheduled(POSTED_ID), past).await;

    let late = "not taken: it was not sent, because its time was over before its turn came";
    assert_eq!((outcome_words(&schedule).as_str(), delete_outcome_words(&delete).as_str()), (late, late));
    assert_eq!(upstream.calls("schedule").await.len() + upstream.calls("delete").await.len(), 0);
}
