//! The load of a club from a snapshot, the lists of the club, and corrections of events that are set aside.

use cloud::{Answer, TestCaller};
use domain::snapshot::EventRef;
use serde_json::{Value, json};
use store::reports::{EventSetAside, FaultReason, FaultyField, RefreshReport, ReportedFault};
use store::stamp::Timestamp;
use testkit::SMALL_CLUB;

use crate::setup::{RosterTest, assert_refused};

#[tokio::test]
async fn a_snapshot_is_loaded_only_into_an_empty_club() {
    let test = RosterTest::empty().await;
    assert_refused(&test.viewer.get("/api/employees").await, 404, "CLUB_NOT_FOUND");
    let loaded = test.load(SMALL_CLUB).await;
    insta::assert_json_snapshot!("loaded", loaded.body);
    assert_eq!(loaded.status, 201);
    assert_refused(&test.load(SMALL_CLUB).await, 409, "CLUB_NOT_EMPTY");
}

#[tokio::test]
async fn a_faulty_snapshot_is_refused_with_every_fault() {
    let test = RosterTest::empty().await;
    let faulty = SMALL_CLUB
        .replace("\"E03\",\n      \"days\"", "\"E77\",\n      \"days\"")
        .replace("2026-12-04T", "2026-13-04T");
    let refused = test.load(&faulty).await;
    assert_refused(&refused, 422, "INVALID_SNAPSHOT");
    insta::assert_json_snapshot!("refused", refused.body["error"]);
    assert_refused(&test.load("{").await, 422, "INVALID_SNAPSHOT");
    assert_refused(&test.load(&SMALL_CLUB.replace("\"id\": \"8135\"", "\"id\": \"8136\"")).await, 422, "OTHER_CLUB");
    assert_refused(&test.load("").await, 400, "BODY_MISSING");
    assert_refused(&test.load(&" ".repeat(1024 * 1024 + 1)).await, 413, "BODY_TOO_LARGE");
    assert_refused(&test.viewer.get("/api/employees").await, 404, "CLUB_NOT_FOUND");
}

#[tokio::test]
async fn each_list_takes_two_requests_to_the_table_and_the_list_of_all_events_three() {
    let test = RosterTest::new().await;
    for (name, path, requests) in [
        ("employees", "/api/employees", 2),
        ("events", "/api/events", 3),
        ("open_events", "/api/events?scheduled=open", 2),
        ("schedules", "/api/schedules?from=2026-11-23&to=2026-11-30", 2),
        ("holidays", "/api/holidays", 2),
        ("locked_days", "/api/locked-days", 2),
        ("settings", "/api/settings", 2),
    ] {
        let answer = test.viewer.get(path).await;
        assert_eq!((answer.status, answer.requests()), (200, Some(requests)), "{path}: {}", answer.body);
        insta::assert_json_snapshot!(name, answer.body);
    }
}

#[tokio::test]
async fn a_list_has_its_length_if_the_total_is_requested() {
    let test = RosterTest::new().await;
    for (path, total) in [
        ("/api/employees?", 4),
        ("/api/events?", 8),
        ("/api/events?scheduled=open&", 4),
        ("/api/events?scheduled=open&due_from=2026-12-04&", 2),
        ("/api/schedules?from=2026-11-23&to=2026-11-23&", 2),
        ("/api/holidays?from=2026-11-27&", 0),
        ("/api/locked-days?", 1),
    ] {
        let answer = test.viewer.get(&format!("{path}include=total&limit=1")).await;
        assert_eq!(answer.body["total"], total, "{path}: {}", answer.body);
        assert_eq!(answer.body["time_zone"], "America/Indiana/Indianapolis");
    }
}

#[tokio::test]
async fn a_cursor_continues_its_own_list_only() {
    let test = RosterTest::new().await;
    let refs = |answer: &Answer| -> Vec<Value> {
        answer.body["items"].as_array().expect("items").iter().map(|i| i["event_ref_num"].clone()).collect()
    };
    let first = test.viewer.get("/api/events?scheduled=open&limit=3").await;
    let next = first.body["next"].as_str().expect("more");
    let second = test.viewer.get(&format!("/api/events?scheduled=open&limit=3&cursor={next}")).await;
    assert_eq!((refs(&first), refs(&second)), (vec![104.into(), 103.into(), 101.into()], vec![102.into()]));
    assert_eq!(second.body["next"], Value::Null);
    assert_refused(&test.viewer.get(&format!("/api/events?cursor={next}")).await, 400, "INVALID_CURSOR");
}

#[tokio::test]
async fn events_are_found_by_typed_words_and_dates() {
    let test = RosterTest::new().await;
    let found = async |query: &str| -> (Vec<u64>, Value, Value) {
        let answer = test.viewer.get(&format!("/api/events?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        let items = answer.body["items"].as_array().expect("items");
        let refs = items.iter().map(|item| item["event_ref_num"].as_u64().expect("a ref")).collect();
        (refs, answer.body["total"].clone(), answer.body["next"].clone())
    };
    for (query, refs) in [
        ("q=avery%20core", vec![201, 203]),
        ("q=AVERY%20core%2030%20nov", vec![201]),
        ("q=avery%20nov%2030,%202026", vec![201]),
        ("q=avery%2030%20nov%202027", vec![]),
        ("q=cleo%202026-12-01", vec![202]),
        ("q=snack", vec![104]),
        ("q=619102", vec![102]),
        // A window ends before its due date.
        ("q=27%20nov&scheduled=open", vec![103, 101, 102]),
        ("q=salad&scheduled=open&due_from=2026-12-05", vec![102]),
        ("type=Digital%20Setup", vec![104]),
        ("q=avery&type=Digital%20Setup", vec![]),
        ("q=%20%20&limit=8", vec![101, 102, 103, 104, 201, 202, 203, 204]),
    ] {
        assert_eq!(found(query).await.0, refs, "{query}");
    }
    // Each page has the total of all pages.
    let (first, total, next) = found("q=core&limit=3&include=total").await;
    assert_eq!((first, &total), (vec![101, 102, 103], &json!(7)));
    let next = next.as_str().expect("more").to_owned();
    let (second, total, next) = found(&format!("q=core&limit=3&include=total&cursor={next}")).await;
    assert_eq!((second, &total), (vec![201, 202, 203], &json!(7)));
    let (third, _, next) = found(&format!("q=core&limit=3&cursor={}", next.as_str().expect("more"))).await;
    assert_eq!((third, next), (vec![204], Value::Null));
    assert_refused(&test.viewer.get(&format!("/api/events?q={}", "x".repeat(101))).await, 400, "INVALID_TEXT");
    assert_refused(&test.viewer.get("/api/events?type=Party").await, 400, "INVALID_QUERY");
    // The answer names the person who has the event.
    let posted = test.viewer.get("/api/events?q=619201").await;
    assert_eq!(
        posted.body["items"][0]["posted_to"],
        json!({"employee_id": "E01", "employee_name": "Avery Quill", "schedule_datetime": "2026-11-30T10:15:00"})
    );
}

#[tokio::test]
async fn an_invalid_query_is_refused() {
    let test = RosterTest::new().await;
    for path in [
        "/api/events?limit=0",
        "/api/events?limit=501",
        "/api/events?limit=many",
        "/api/events?include=everything",
        "/api/events?scheduled=maybe",
        "/api/schedules",
        "/api/schedules?from=2026-11-23",
        "/api/schedules?from=2026-11-24&to=2026-11-23",
        "/api/holidays?from=soon",
    ] {
        assert_refused(&test.viewer.get(path).await, 400, "INVALID_QUERY");
    }
}

#[tokio::test]
async fn unchanged_settings_are_not_sent_again() {
    let test = RosterTest::new().await;
    let first = test.viewer.get("/api/settings").await;
    let again = test.viewer.send("GET", "/api/settings", &[("if-none-match", first.header("etag"))], "").await;
    assert_eq!((again.status, again.body), (304, Value::Null));
}

#[tokio::test]
async fn the_lists_and_the_load_require_a_caller_of_the_club_and_health_does_not() {
    let test = RosterTest::new().await;
    for path in [
        "/api/employees",
        "/api/events",
        "/api/schedules?from=2026-11-23&to=2026-11-23",
        "/api/settings",
        "/api/holidays",
        "/api/locked-days",
    ] {
        assert_refused(&test.nobody.get(path).await, 401, "UNAUTHENTICATED");
        let club = if path.contains('?') { "&club=9" } else { "?club=9" };
        assert_refused(&test.viewer.get(&format!("{path}{club}")).await, 404, "CLUB_NOT_FOUND");
    }
    assert_refused(&test.nobody.send("POST", "/api/snapshot", &[], SMALL_CLUB).await, 401, "UNAUTHENTICATED");
    assert_refused(&test.viewer.send("POST", "/api/snapshot", &[], SMALL_CLUB).await, 403, "FORBIDDEN");
    assert_refused(&test.admin.send("POST", "/api/snapshot?club=9", &[], SMALL_CLUB).await, 404, "CLUB_NOT_FOUND");
    let health = test.nobody.get("/api/health").await;
    assert_eq!((health.status, health.requests(), &health.body["status"]), (200, Some(0), &Value::from("ok")));
}

#[tokio::test]
async fn an_event_that_is_set_aside_is_listed_with_the_reason() {
    let test = RosterTest::new().await;
    let fault = ReportedFault::new(FaultyField::DueDate, FaultReason::Unreadable);
    let row = EventSetAside { event: Some(EventRef(101)), fault, since: Timestamp(1_795_417_200_000) };
    let report = RefreshReport { set_aside: vec![row], set_aside_total: 1, ..RefreshReport::default() };
    test.with_club(async |club| assert!(club.put_report(None, &report).await.expect("written"))).await;
    let events = test.viewer.get("/api/events").await.body;
    let set_aside: Vec<(u64, Value)> = events["items"]
        .as_array()
        .expect("events")
        .iter()
        .filter(|event| !event["set_aside"].is_null())
        .map(|event| (event["event_ref_num"].as_u64().expect("a number"), event["set_aside"].clone()))
        .collect();
    let fault = json!({"field": "due_date", "reason": "unreadable", "words": "due date cannot be read"});
    assert_eq!(set_aside, [(101, fault)]);
}

#[tokio::test]
async fn a_person_supplies_the_name_and_window_only_of_an_event_that_is_set_aside() {
    let test = RosterTest::new().await;
    let set_aside = |event: u64| EventSetAside {
        event: Some(EventRef(event)),
        fault: ReportedFault::new(FaultyField::DueDate, FaultReason::Missing),
        since: Timestamp(1_795_417_200_000),
    };
    let report = RefreshReport {
        set_aside: vec![set_aside(101), set_aside(901)],
        set_aside_total: 2,
        ..RefreshReport::default()
    };
    test.with_club(async |club| assert!(club.put_report(None, &report).await.expect("written"))).await;
    let put = async |event: u64, body: Value| {
        test.manager.send("PUT", &format!("/api/events/{event}"), &[], &body.to_string()).await
    };
    let whole = json!({"project_name": "619901-V2-CORE", "start_date": "2026-11-24", "due_date": "2026-12-08"});
    assert_refused(&put(102, json!({"due_date": "2026-12-08"})).await, 422, "INVALID_FACT");
    assert_refused(&put(902, whole.clone()).await, 422, "INVALID_FACT");
    assert_refused(&put(902, json!({"event_type": "Core"})).await, 404, "EVENT_NOT_FOUND");
    let short = put(901, json!({"due_date": "2026-12-08"})).await;
    assert_refused(&short, 422, "INVALID_FACT");
    assert_eq!(short.body["error"]["details"]["missing"], json!(["project_name", "start_date"]));
    assert_refused(&put(901, json!({"start_date": "2026-12-08", "due_date": "2026-11-24"})).await, 422, "INVALID_FACT");
    assert_refused(&put(901, json!({"due_date": "soon"})).await, 400, "INVALID_BODY");
    assert_refused(&test.viewer.send("PUT", "/api/events/901", &[], &whole.to_string()).await, 403, "FORBIDDEN");
    let mut stale = whole.clone();
    stale["version"] = json!(3);
    assert_refused(&put(901, stale).await, 409, "STALE_VERSION");
    assert_eq!(put(901, whole.clone()).await.status, 200);
    assert_refused(&put(101, json!({"start_date": "2027-01-05"})).await, 422, "INVALID_FACT");
    assert_refused(&put(101, json!({"due_date": "2026-01-05"})).await, 422, "INVALID_FACT");
    assert_eq!(put(101, json!({"due_date": "2026-12-09"})).await.status, 200);
    let event = async |event: u64| test.viewer.get(&format!("/api/events?q={event}")).await.body["items"][0].clone();
    let supplied = event(901).await;
    assert_eq!((&supplied["event_type"], &supplied["due_date"]), (&json!("Core"), &json!("2026-12-08T00:00:00")));
    assert_eq!(supplied["corrected"]["start_date"], "2026-11-24");
    assert_eq!(event(101).await["due_date"], "2026-12-09T00:00:00");
    assert_eq!(put(901, json!({"estimated_minutes": 200})).await.status, 200);
    assert_eq!(event(901).await["corrected"]["due_date"], "2026-12-08", "what is left out stays");
}

#[tokio::test]
async fn the_location_of_another_club_is_refused() {
    let test = RosterTest::new().await;
    let other = TestCaller::new(&test.router, "pat@club.example", "9001:admin");
    let document = SMALL_CLUB.replacen("\"8135\"", "\"9001\"", 1);
    let refused = other.send("POST", "/api/snapshot", &[], &document).await;
    assert_refused(&refused, 409, "LOCATION_TAKEN");
    assert_eq!(refused.body["error"]["details"]["location_id"], json!(160_001));
    assert_refused(&other.get("/api/employees").await, 404, "CLUB_NOT_FOUND");
}
