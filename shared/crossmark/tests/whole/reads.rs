//! Reads against the simulator: their results, and how they handle every fault.

use std::time::Duration;

use crossmark::{Condition, CrossmarkClub, Days, Doubt, EnteredValues, ReadError, RowStatus};
use serde_json::json;

use crate::support::*;

const READS: [&str; 5] = ["planning", "scheduled_events", "visits", "people", "condition"];

async fn read(club: &CrossmarkClub, call: &str) -> Result<(), ReadError> {
    let days = Days::one(day("2026-11-23"));
    match call {
        "planning" => club.planning(days).await.map(drop),
        "scheduled_events" | "visits" => club.lengths(days).await.map(drop),
        "people" => club.people(days).await.map(drop),
        _ => club.read_back(event(FREE), location(), day("2026-11-23"), &EnteredValues::default()).await.map(drop),
    }
}

#[tokio::test]
async fn a_read_succeeds_in_spite_of_a_single_fault() {
    for call in READS {
        let upstream = upstream().await;
        for kind in ["latency", "500", "502", "503", "reset_before", "reset_after", "login_page", "slow_body"] {
            upstream.plan_fault(json!({"call": call, "kind": kind, "ms": 50})).await;
            assert_eq!(read(&upstream.club, call).await, Ok(()), "{call} {kind}");
            assert_eq!(upstream.get("/_sim/faults").await["next"], json!([]), "{call} {kind}");
        }
        // Only the login page causes another login.
        assert_eq!(upstream.calls("login").await.len(), 2, "{call}");
    }
}

#[tokio::test]
async fn a_permanent_fault_fails_a_read_after_its_tries() {
    let check = async |call: &str, kind: &str, tries: usize, expect: ReadError| {
        let upstream = upstream().await;
        read(&upstream.club, "people").await.unwrap();
        let before = upstream.calls(call).await.len();
        upstream.post("/_sim/faults", json!({"seed": 3, "rate": 1.0, "kinds": [kind], "max_ms": 10})).await;
        assert_eq!(read(&upstream.club, call).await, Err(expect), "{call} {kind}");
        assert_eq!(upstream.calls(call).await.len() - before, tries, "{call} {kind}");
    };
    for call in ["planning", "people"] {
        check(call, "500", 3, Doubt::Status { status: 500 }.into()).await;
        check(call, "502", 3, Doubt::Status { status: 502 }.into()).await;
        check(call, "503", 3, Doubt::Status { status: 503 }.into()).await;
        check(call, "reset_before", 3, Doubt::ConnectionLost.into()).await;
        check(call, "reset_after", 3, Doubt::ConnectionLost.into()).await;
        // Crossmark asks for a longer wait than a read allows.
        check(call, "429", 1, ReadError::Busy { retry_after: Some(Duration::from_secs(1)) }).await;
        // The client logs in again only once.
        check(call, "login_page", 2, Doubt::SessionEnded.into()).await;
    }
    let malformed = |what: &str| ReadError::Malformed { what: what.to_owned() };
    check("planning", "not_ok", 1, malformed("the total of the planning list is missing")).await;
    check("people", "not_ok", 1, malformed("the list of people is missing")).await;
}

#[tokio::test]
async fn a_read_waits_as_long_as_crossmark_asks_if_its_limit_allows_that() {
    let upstream = upstream_with(|_| {}, |settings| settings.longest_wait = Duration::from_secs(2)).await;
    upstream.plan_fault(json!({"call": "people", "kind": "429", "ms": 1000})).await;
    let began = tokio::time::Instant::now();
    assert_eq!(read(&upstream.club, "people").await, Ok(()));
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_read_that_hangs_is_tried_again() {
    let upstream = upstream_with(|_| {}, |settings| settings.timeout = Duration::from_millis(300)).await;
    upstream.plan_fault(json!({"call": "condition", "kind": "hold_before"})).await;
    assert_eq!(read(&upstream.club, "condition").await, Ok(()));
    assert_eq!(upstream.calls("condition").await.len(), 2);
}

#[tokio::test]
async fn a_refused_condition_is_an_error() {
    let upstream = upstream().await;
    let error = upstream
        .club
        .read_back(event(49_999_999), location(), day("2026-11-23"), &EnteredValues::default())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "Crossmark refused to answer: There is no such mPlan at this location");
}

#[tokio::test]
async fn the_planning_list_has_every_event_once() {
    let upstream = upstream().await;
    upstream
        .post(
            "/_sim/events",
            json!([
                {"mPlanID": 40_000_401, "name": "x".repeat(120), "start": "2026-11-26", "due": "2026-11-26",
                 "condition": "In Progress", "staffedReps": "Kim Else"},
                {"mPlanID": 40_000_402, "name": "Later", "start": "2026-12-20", "due": "2026-12-24"},
                {"mPlanID": POSTED, "stale_condition": true},
            ]),
        )
        .await;

    let days = Days::new(day("2026-11-21"), day("2026-12-04")).unwrap();
    let events = upstream.club.planning(days).await.unwrap().events;

    assert_eq!(events.len(), usize::try_from(FREE_EVENTS).unwrap() + 3);
    assert_eq!(upstream.calls("planning").await.len(), 5);
    let find = |id: u64| events.iter().find(|event| event.event.get() == id).unwrap();
    let free = find(FREE);
    assert_eq!((free.start, free.due), (day("2026-11-20"), day("2026-12-04")));
    assert_eq!((free.condition.clone(), free.meaning().status), (Condition::Unstaffed, RowStatus::Open));
    assert_eq!((free.location, free.store_number.as_deref()), (Some(location()), Some("8135")));
    assert_eq!(free.sales_tools, [format!("/salestools/{FREE}.pdf")]);
    let posted = find(POSTED);
    assert_eq!((posted.condition.clone(), posted.meaning().status), (Condition::Unstaffed, RowStatus::Taken));
    assert_eq!(posted.scheduled_start, Some(time("2026-11-23T10:15:00")));
    assert_eq!(posted.scheduled_employee, Some(employee(150_002)));
    assert_eq!(posted.scheduled_event, Some(scheduled(POSTED_ID)));
    assert_eq!(posted.staffed_reps, "Sam Sample");
    assert_eq!(find(CANCELED).condition, Condition::Canceled);
    let other = find(40_000_401);
    assert_eq!((other.condition.clone(), other.staffed_reps.as_str()), (Condition::InProgress, "Kim Else"));
    assert!(other.name_may_be_cut() && other.name.len() == 100 && !free.name_may_be_cut());
}

#[tokio::test]
async fn one_failed_slice_fails_the_whole_list() {
    let upstream = upstream().await;
    read(&upstream.club, "people").await.unwrap();
    let fault = json!({"call": "planning", "kind": "500"});
    let faults: Vec<_> = std::iter::repeat_n(fault, 3 * 5).collect();
    upstream.post("/_sim/faults", json!({"next": faults})).await;
    let days = Days::new(day("2026-11-21"), day("2026-12-04")).unwrap();
    assert_eq!(upstream.club.planning(days).await, Err(Doubt::Status { status: 500 }.into()));
}

#[tokio::test]
async fn lengths_and_people_are_read() {
    let upstream = upstream().await;
    upstream.post(
        "/_sim/events",
        json!({"events": [{"mPlanID": FREE, "estimated_minutes": 45}, {"mPlanID": POSTED, "estimated_minutes": 120}]}),
    )
    .await;
    let days = Days::new(day("2026-11-22"), day("2026-11-28")).unwrap();

    let lengths = upstream.club.lengths(days).await.unwrap().minutes;
    assert_eq!(lengths.len(), usize::try_from(FREE_EVENTS).unwrap() + 2);
    assert_eq!((lengths[&event(FREE)], lengths[&event(POSTED)], lengths[&event(CANCELED)]), (45, 120, 390));

    let people = upstream.club.people(days).await.unwrap().people;
    assert_eq!(people.len(), 2);
    assert_eq!((people[1].rep, people[1].employee_id.as_deref()), (employee(150_002), Some("US000124")));
    assert_eq!((people[1].name.as_str(), people[1].scheduled_hours), ("SAM SAMPLE", Some(6.0)));
}
