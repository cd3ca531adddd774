//! A row that cannot be used is set aside and named; all other rows are used.

use chrono::TimeDelta;
use domain::snapshot::{EventFacts, EventRef, Snapshot};
use serde_json::{Value, json};
use simulator::{Person, Seed};
use store::audit::Because;
use store::events::{Correction, EnteredValues};
use store::facts::EventCorrection;
use store::reports::{MAX_NAMED, RefreshReport};
use store::stamp::Timestamp;
use testkit::{Proxy, small_club_with_numbers};

use crate::setup::RefreshTest;

/// Two due dates, set alternately.
const DUE_DATES: [&str; 2] = ["2026-12-07", "2026-12-08"];

async fn facts(test: &RefreshTest, event: u64) -> EventFacts {
    test.stored_event(event).await.event.body.facts
}

/// The events that are set aside, each with the reason.
fn set_aside(report: &RefreshReport) -> Vec<(Option<u64>, String)> {
    report.set_aside.iter().map(|row| (row.event.map(|event| event.0), row.fault.to_string())).collect()
}

/// Asserts that a run can read the club without leaving anything out.
async fn assert_runnable(test: &RefreshTest) {
    let document = test.snapshot().await;
    Snapshot::parse(document.to_string().as_bytes()).expect("a snapshot that a run can read");
}

#[tokio::test]
async fn an_event_with_an_unusable_row_is_set_aside_and_every_other_event_is_updated() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let before = facts(&test, 101).await;
    let x = |n: usize| Some(json!("x".repeat(n)));
    let mut cases: Vec<(&str, Option<Value>, &str)> = Vec::new();
    for (member, words) in [
        ("mPlanName", "name is missing"),
        ("mPlanStartDate", "start date is missing"),
        ("mPlanDueDate", "due date is missing"),
        ("condition", "condition is missing"),
        ("storeID", "store is missing"),
        ("mPlanID", "event number is missing"),
    ] {
        for nothing in [None, Some(json!("")), Some(json!(null))] {
            cases.push((member, nothing, words));
        }
    }
    for odd in [json!("02/30/2026"), json!("soon"), json!({}), json!(["12/04/2026"]), json!("12/04/2026 10:00")] {
        cases.push(("mPlanStartDate", Some(odd.clone()), "start date cannot be read"));
        cases.push(("mPlanDueDate", Some(odd.clone()), "due date cannot be read"));
        cases.push(("scheduleDate", Some(odd), "scheduled time cannot be read"));
    }
    for odd in [json!("many"), json!("-1"), json!({})] {
        cases.push(("mPlanID", Some(odd.clone()), "event number cannot be read"));
        cases.push(("storeID", Some(odd.clone()), "store cannot be read"));
        cases.push(("scheduleRepID", Some(odd.clone()), "scheduled person cannot be read"));
        cases.push(("scheduleEventID", Some(odd), "number of the schedule cannot be read"));
    }
    cases.push(("mPlanDueDate", Some(json!("11/01/2026")), "due date is before the start date"));
    cases.push(("mPlanName", x(1_001), "name is out of bounds"));
    cases.push(("condition", x(1_001), "condition is out of bounds"));
    cases.push(("storeID", Some(json!("160002")), "store is not this club's"));
    for (n, (member, odd, words)) in cases.into_iter().enumerate() {
        let due = DUE_DATES[n % 2];
        test.control_simulator("events", json!([{"mPlanID": 102, "due": due}, {"mPlanID": 101, "due": "2026-12-09"}]))
            .await;
        proxy.rewrite_member(101, member, odd.clone());
        test.refresh().await;
        let event = (member != "mPlanID").then_some(101);
        assert_eq!(set_aside(&test.report().await), [(event, words.to_owned())], "{member} {odd:?}");
        assert_eq!(facts(&test, 101).await, before, "{member} {odd:?}: the event stays as it was");
        assert_eq!(facts(&test, 102).await.due.date().to_string(), due, "{member} {odd:?}: other events are updated");
        assert!(test.is_fresh().await, "{member} {odd:?}");
        assert_runnable(&test).await;
    }
    // An event whose row is usable again is no longer named.
    proxy.stop_rewriting();
    test.refresh().await;
    assert_eq!(test.report().await, RefreshReport::default());
    assert_eq!(facts(&test, 101).await.due.date().to_string(), "2026-12-09");
}

#[tokio::test]
async fn an_unknown_event_with_an_unusable_row_is_not_added() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    let new = |event: u64| {
        json!({"mPlanID": event, "name": "619901-V2-CORE", "start": "2026-11-24", "due": "2026-12-08",
               "estimated_minutes": 390})
    };
    test.control_simulator("events", json!([new(901), new(902)])).await;
    proxy.rewrite_member(901, "mPlanDueDate", Some(json!("13/45/2026")));
    test.refresh().await;
    assert_eq!(set_aside(&test.report().await), [(Some(901), "due date cannot be read".to_owned())]);
    assert_eq!(test.club().known_event(EventRef(901)).await.expect("read"), None);
    assert_eq!(facts(&test, 902).await.estimated_minutes, Some(390));
    assert_runnable(&test).await;
    proxy.stop_rewriting();
    test.refresh().await;
    assert_eq!(facts(&test, 901).await.due.date().to_string(), "2026-12-08");
}

#[tokio::test]
async fn values_that_a_person_entered_are_used_only_for_fields_that_crossmark_lacks() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    let day = |text: &str| text.parse().ok();
    let new = json!([{"mPlanID": 901, "name": "619901-V2-CORE", "start": "2026-11-24", "due": "2026-12-08",
                      "estimated_minutes": 390}]);
    test.control_simulator("events", new).await;
    proxy.rewrite_member(901, "mPlanDueDate", None);
    test.refresh().await;
    assert_eq!(set_aside(&test.report().await), [(Some(901), "due date is missing".to_owned())]);
    let because =
        Because::new("pat", Timestamp::from(testkit::TestClub::clock_at(testkit::BEGIN).now()), "they called");
    let entered = EnteredValues {
        name: Some("as the club called it".to_owned()),
        start: day("2026-11-25"),
        due: day("2026-12-04"),
    };
    let correction = Correction { entered, ..Correction::default() };
    let after = EventCorrection { event_ref: EventRef(901), correction, auto: true };
    test.club().mend_unknown_event(&after, &because).await.expect("written");
    assert!(test.club().mend_unknown_event(&after, &because).await.is_err(), "the event is known by now");
    let known = facts(&test, 901).await;
    assert_eq!((known.name.as_str(), known.due.date().to_string().as_str()), ("as the club called it", "2026-12-04"));
    assert_runnable(&test).await;
    // The row has a name and a start, which are used. It has no due date, so the person's is used.
    test.refresh().await;
    assert_eq!(test.report().await, RefreshReport::default(), "nothing is set aside any more");
    let known = facts(&test, 901).await;
    assert_eq!(known.name, "619901-V2-CORE");
    assert_eq!(known.start.date().to_string(), "2026-11-24");
    assert_eq!(known.due.date().to_string(), "2026-12-04");
    assert_eq!(known.estimated_minutes, Some(390));
    assert_runnable(&test).await;
    proxy.stop_rewriting();
    test.refresh().await;
    assert_eq!(facts(&test, 901).await.due.date().to_string(), "2026-12-08", "the row has a due date again");
}

#[tokio::test]
async fn a_length_that_a_person_entered_is_used_if_crossmarks_cannot_be_used() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let read = test.stored_event(101).await.event.body;
    let correction = read.correction.replacement(&read.facts, None, Some(200), EnteredValues::default());
    let after = EventCorrection { event_ref: EventRef(101), correction, auto: true };
    let because =
        Because::new("pat", Timestamp::from(testkit::TestClub::clock_at(testkit::BEGIN).now()), "they called");
    test.club().correct_event(&after, None, &because).await.expect("corrected");
    for odd in [json!("20000"), json!("an hour")] {
        test.control_simulator("events", json!([{"mPlanID": 101, "due": DUE_DATES[0]}])).await;
        rewrite_length(&proxy, 101, &odd);
        test.refresh().await;
        assert_eq!(set_aside(&test.report().await), [], "{odd}");
        assert_eq!(facts(&test, 101).await.estimated_minutes, Some(200), "{odd}");
    }
}

#[tokio::test]
async fn an_event_whose_number_exceeds_the_bounds_is_set_aside_and_not_written() {
    let (test, _proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    let name = "619901-V2-CORE";
    let new = json!([{"mPlanID": 9_007_199_254_740_992_u64, "name": name, "start": "2026-11-24", "due": "2026-12-08"}]);
    test.control_simulator("events", new).await;
    test.refresh().await;
    assert_eq!(set_aside(&test.report().await), [(None, "event number is out of bounds".to_owned())]);
    assert_runnable(&test).await;
}

/// Makes Crossmark answer this as the event's length.
fn rewrite_length(proxy: &Proxy, event: u64, odd: &Value) {
    let (event, odd) = (event.to_string(), odd.clone());
    proxy.rewrite(move |list, body| {
        if list != "lengths" {
            return;
        }
        // Crossmark answers open events as a list, and scheduled ones as an object with the list under `events`.
        let rows = if body.is_array() { body.as_array_mut() } else { body["events"].as_array_mut() };
        for row in rows.into_iter().flatten().filter(|row| row["mPlanID"] == *event) {
            row["EstimatedTime"] = odd.clone();
        }
    });
}

#[tokio::test]
async fn an_unusable_length_sets_its_event_aside_and_no_other() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let before = facts(&test, 101).await;
    for (n, (odd, words)) in [
        (json!("20000"), "length is out of bounds"),
        (json!("10081.00"), "length is out of bounds"),
        (json!("-5"), "length cannot be read"),
        (json!("1e30"), "length cannot be read"),
        (json!("an hour"), "length cannot be read"),
        (json!({"minutes": 390}), "length cannot be read"),
    ]
    .into_iter()
    .enumerate()
    {
        let minutes = 300 + n;
        test.control_simulator("events", json!([{"mPlanID": 102, "estimated_minutes": minutes}])).await;
        rewrite_length(&proxy, 101, &odd);
        test.refresh().await;
        assert_eq!(set_aside(&test.report().await), [(Some(101), words.to_owned())], "{odd}");
        assert_eq!(facts(&test, 101).await, before, "{odd}");
        assert_eq!(facts(&test, 102).await.estimated_minutes, u32::try_from(minutes).ok(), "{odd}");
        assert_runnable(&test).await;
    }
}

#[tokio::test]
async fn a_posted_event_with_an_unusable_row_keeps_its_schedule() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let before = test.stored_event(201).await;
    for member in ["mPlanDueDate", "scheduleDate", "scheduleRepID"] {
        proxy.rewrite_member(201, member, Some(json!("?")));
        test.refresh().await;
        assert_eq!(test.stored_event(201).await, before, "{member}");
        assert_eq!(test.report().await.set_aside.len(), 1, "{member}");
    }
}

#[tokio::test]
async fn no_event_is_withdrawn_while_an_event_number_cannot_be_read() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    proxy.rewrite_rows(|row| match row["mPlanID"].as_str() {
        Some("101") => row["mPlanID"] = json!("?"),
        Some("102") => *row = Value::Null,
        _ => {}
    });
    for _ in 0..3 {
        test.refresh().await;
        assert!(test.stored_event(102).await.event.body.wants_somebody());
        test.clock.advance(TimeDelta::hours(1));
    }
    proxy.rewrite_rows(|row| {
        if row["mPlanID"] == "102" {
            *row = Value::Null;
        }
    });
    test.refresh().await;
    assert!(!test.stored_event(102).await.event.body.wants_somebody());
}

#[tokio::test]
async fn rows_of_another_store_are_counted_and_never_written() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let new = json!([{"mPlanID": 901, "name": "619901-V2-CORE", "start": "2026-11-24", "due": "2026-12-08"}]);
    test.control_simulator("events", new).await;
    proxy.rewrite_rows(|row| {
        if row["mPlanID"] == "901" || row["mPlanID"] == "101" {
            row["storeID"] = json!("160002");
        }
    });
    test.refresh().await;
    let report = test.report().await;
    assert_eq!(set_aside(&report), [(Some(101), "store is not this club's".to_owned())], "a known event is named");
    assert_eq!(report.foreign_rows, 2);
    assert_eq!(test.club().known_event(EventRef(901)).await.expect("read"), None);
    assert!(test.stored_event(101).await.event.body.wants_somebody(), "the event stays at first");
    test.clock.advance(TimeDelta::hours(1));
    test.refresh().await;
    assert!(!test.stored_event(101).await.event.body.wants_somebody(), "the event is withdrawn");
    assert_eq!(test.club().known_event(EventRef(901)).await.expect("read"), None);
}

#[tokio::test]
async fn an_event_of_another_store_is_withdrawn_even_if_the_report_does_not_name_it() {
    let mut club = small_club_with_numbers();
    let events = club["events"].as_array_mut().expect("events");
    let template = events[0].clone();
    let unreadable = 301..301 + MAX_NAMED as u64;
    for event in unreadable.clone().chain([901]) {
        let mut row = template.clone();
        row["ref"] = json!(event);
        events.push(row);
    }
    let (test, proxy) = RefreshTest::with_proxy(&club).await;
    proxy.rewrite_rows(move |row| match row["mPlanID"].as_str().and_then(|id| id.parse::<u64>().ok()) {
        Some(901) => row["storeID"] = json!("160002"),
        Some(event) if unreadable.contains(&event) => row["mPlanName"] = Value::Null,
        _ => {}
    });
    for is_open in [true, false] {
        test.refresh().await;
        let report = test.report().await;
        assert!(report.set_aside.iter().all(|row| row.event != Some(EventRef(901))), "the report names lower refs");
        assert_eq!(test.stored_event(901).await.event.body.wants_somebody(), is_open);
        test.clock.advance(TimeDelta::minutes(30));
    }
}

#[tokio::test]
async fn an_event_of_a_person_who_cannot_be_added_is_taken_and_not_open() {
    let club = small_club_with_numbers();
    let mut upstream = Seed::from_snapshot(&club).expect("a seed");
    let id = "x".repeat(2_000);
    upstream.people.push(Person { rep_id: 150_901, employee_id: id, name: "Robin Guest".into() });
    upstream.people.push(Person { rep_id: 150_902, employee_id: "US000902".into(), name: "Lou Guest".into() });
    let (test, proxy) = RefreshTest::with_upstream_and_proxy(&club, upstream).await;
    test.schedule(101, 150_901, "2026-12-01T10:45:00").await;
    test.schedule(102, 150_902, "2026-12-01T10:45:00").await;
    // The planning list shows both events as unstaffed, and the list of people lacks the person of 102.
    proxy.rewrite(|list, body| match list {
        "planning" => {
            for row in body["mplans"].as_array_mut().into_iter().flatten() {
                if row["mPlanID"] == "101" || row["mPlanID"] == "102" {
                    row["condition"] = json!("Unstaffed");
                }
            }
        }
        "people" => _ = body["reps"].as_object_mut().expect("people").remove("150902"),
        _ => {}
    });
    test.refresh().await;
    for event in [101, 102] {
        let known = test.stored_event(event).await;
        assert!(known.posted.is_none(), "{event}");
        assert_eq!(known.event.body.facts.condition.as_deref(), Some("Scheduled"), "{event}: taken, not open");
    }
    let people = test.report().await.people;
    assert_eq!(people.len(), 1);
    assert_eq!(
        (people[0].number, people[0].fault.to_string().as_str()),
        (Some(150_901), "employee id is out of bounds")
    );
    assert_runnable(&test).await;
}

#[tokio::test]
async fn a_person_with_an_unusable_row_is_named_and_the_numbers_of_all_people_stay() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let people = test.club().club_documents().await.expect("documents").employees;
    proxy.rewrite(|list, body| {
        if list == "people" {
            body["reps"]["150001"]["repId"] = json!("many");
            body["reps"]["150002"]["availableHoursPerDay"] = json!("some");
        }
    });
    test.refresh().await;
    let report = test.report().await;
    let found: Vec<_> = report.people.iter().map(|row| (row.number, row.fault.to_string())).collect();
    assert_eq!(found, [(Some(150_001), "person's number cannot be read".to_owned())]);
    assert_eq!(test.club().club_documents().await.expect("documents").employees, people, "the known numbers stay");
    assert!(test.is_fresh().await);
}

#[tokio::test]
async fn two_numbers_of_one_person_are_reported_and_the_known_one_stays() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let people = test.club().club_documents().await.expect("documents").employees;
    proxy.rewrite(|list, body| {
        if list == "people" {
            body["reps"]["140001"] = body["reps"]["150001"].clone();
            body["reps"]["140001"]["repId"] = json!("140001");
        }
    });
    test.refresh().await;
    let report = test.report().await;
    assert_eq!(report.numbers.len(), 1);
    assert_eq!(report.numbers[0].numbers, [140_001, 150_001]);
    assert_eq!(test.club().club_documents().await.expect("documents").employees, people, "no number is written");
    proxy.stop_rewriting();
    test.refresh().await;
    assert_eq!(test.report().await, RefreshReport::default());
}
