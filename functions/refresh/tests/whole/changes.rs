//! A refresh takes over changes at Crossmark, and keeps people's corrections.

use domain::snapshot::Employee;
use serde_json::json;
use simulator::{Person, Seed};
use store::documents::Expect;
use testkit::{small_club_with_numbers, unchanged};

use crate::setup::RefreshTest;

#[tokio::test]
async fn a_new_event_is_added_as_open() {
    let test = RefreshTest::small().await;
    let name = "619901-LKD-AF-Peach Tea (251200901) - V2-CORE";
    let new =
        json!([{"mPlanID": 901, "name": name, "start": "2026-11-24", "due": "2026-12-08", "estimated_minutes": 390}]);
    test.control_simulator("events", new).await;
    let before = test.plan_version().await;
    test.refresh().await;
    let event = test.stored_event(901).await.event.body;
    assert_eq!(
        (event.facts.name.as_str(), event.facts.event_type().name(), event.facts.minutes()),
        (name, "Core", 390)
    );
    assert_eq!(
        (event.facts.start.to_string(), event.facts.due.to_string()),
        ("2026-11-24 00:00:00".into(), "2026-12-08 00:00:00".into())
    );
    assert!(event.facts.auto && event.wants_somebody());
    assert_eq!(test.plan_version().await.version, before.version + 1);
    let events = &test.snapshot().await["events"];
    assert!(events.as_array().expect("events").iter().any(|row| row["ref"] == 901), "a run reads it");
}

#[tokio::test]
async fn windows_conditions_and_lengths_follow_crossmark() {
    let test = RefreshTest::small().await;
    test.control_simulator(
        "events",
        json!([
            {"mPlanID": 101, "due": "2026-12-06", "estimated_minutes": 360},
            {"mPlanID": 102, "condition": "Canceled"},
            {"mPlanID": 103, "condition": "Paused"},
        ]),
    )
    .await;
    test.refresh().await;
    let facts = test.stored_event(101).await.event.body.facts;
    assert_eq!((facts.due.to_string().as_str(), facts.estimated_minutes), ("2026-12-06 00:00:00", Some(360)));
    assert_eq!(facts.start.to_string(), "2026-11-23 00:00:00");
    for (event, condition) in [(102, "Canceled"), (103, "Paused")] {
        let event = test.stored_event(event).await.event.body;
        assert_eq!(event.facts.condition.as_deref(), Some(condition));
        assert!(!event.wants_somebody());
    }
    test.control_simulator("events", json!([{"mPlanID": 102, "condition": "Reissued"}])).await;
    test.refresh().await;
    assert!(test.stored_event(102).await.event.body.wants_somebody(), "it is open again");
}

#[tokio::test]
async fn an_event_that_is_long_past_due_and_listed_again_is_open_again() {
    let mut club = small_club_with_numbers();
    let past = json!({"start": "2026-10-01T00:00:00", "due": "2026-10-20T00:00:00"});
    club["events"][0].as_object_mut().expect("an event").extend(past.as_object().expect("a window").clone());
    let test = RefreshTest::of(&club).await;
    test.refresh().await;
    assert_eq!(test.stored_event(101).await.event.body.facts.due.to_string(), "2026-10-20 00:00:00");
    test.control_simulator("events", json!([{"mPlanID": 101, "due": "2026-12-06"}])).await;
    test.refresh().await;
    let event = test.stored_event(101).await.event.body;
    assert_eq!(event.facts.due.to_string(), "2026-12-06 00:00:00");
    assert!(event.wants_somebody());
}

#[tokio::test]
async fn schedules_that_were_made_moved_or_taken_back_at_crossmark_are_posted_as_there() {
    let test = RefreshTest::small().await;
    let id = test.schedule(101, 150_001, "2026-12-01T10:45:00").await;
    test.refresh().await;
    let posted = test.stored_event(101).await.posted.expect("posted").body;
    assert_eq!((posted.employee_id.0.as_str(), posted.start.to_string().as_str()), ("E01", "2026-12-01 10:45:00"));
    assert_eq!(posted.scheduled_event_id.map(|id| id.0), Some(id));

    test.take_back(id).await;
    let moved = test.schedule(101, 150_002, "2026-12-02T10:15:00").await;
    let old = test.stored_event(201).await.posted.expect("posted").body;
    test.take_back(old.scheduled_event_id.expect("a number").0).await;
    test.refresh().await;
    let posted = test.stored_event(101).await.posted.expect("posted").body;
    assert_eq!((posted.employee_id.0.as_str(), posted.start.to_string().as_str()), ("E02", "2026-12-02 10:15:00"));
    assert_eq!(posted.scheduled_event_id.map(|id| id.0), Some(moved));
    let open = test.stored_event(201).await;
    assert!(open.posted.is_none() && open.event.body.wants_somebody(), "it is open again");
    let (club, day) = (test.club(), |day: &str| day.parse().expect("a day"));
    let rows = club.all_posted_between(day("2026-01-01"), day("2027-01-01")).await.expect("read");
    let of_event = rows.iter().filter(|posted| posted.body.event.event_ref.0 == 101);
    assert_eq!(of_event.count(), 1, "an event has one posted schedule");
}

#[tokio::test]
async fn values_that_people_corrected_stay() {
    let test = RefreshTest::small().await;
    let mut update = unchanged(test.stored_event(101).await);
    update.facts.auto = false;
    update.facts.name = format!("619101-LKD-AF-{}(251200101) - V2-CORE", "Salad ".repeat(20));
    test.club().apply_updates(&[update.clone()]).await.expect("written");
    // The list truncates the name and has no time of day.
    test.control_simulator("events", json!([{"mPlanID": 101, "name": update.facts.name, "due": "2026-12-05"}])).await;
    test.refresh().await;
    let facts = test.stored_event(101).await.event.body.facts;
    assert_eq!((facts.name, facts.auto), (update.facts.name, false));
    assert_eq!(facts.kind, update.facts.kind);
    assert_eq!(facts.due.to_string(), "2026-12-05 00:00:00");
}

#[tokio::test]
async fn an_event_that_crossmark_no_longer_lists_is_withdrawn_unless_it_is_posted() {
    let club = small_club_with_numbers();
    let mut upstream = Seed::from_snapshot(&club).expect("a seed");
    upstream.events.retain(|event| ![101, 201].contains(&event.plan_id));
    upstream.posted.retain(|posted| posted.plan_id != 201);
    let test = RefreshTest::with_upstream(&club, upstream).await;
    test.refresh().await;
    assert_eq!(test.stored_event(101).await.event.body.facts.condition.as_deref(), Some("Canceled"));
    assert!(test.stored_event(201).await.posted.is_some(), "somebody may be on their way there");
    let version = test.plan_version().await;
    test.refresh().await;
    assert_eq!(test.plan_version().await, version);
}

#[tokio::test]
async fn an_unknown_person_with_a_schedule_is_added_as_an_inactive_employee() {
    let club = small_club_with_numbers();
    let mut upstream = Seed::from_snapshot(&club).expect("a seed");
    for (rep_id, id) in [(150_901, "US000901"), (150_902, "US000902")] {
        upstream.people.push(Person { rep_id, employee_id: id.into(), name: "Robin Guest".into() });
    }
    let test = RefreshTest::with_upstream(&club, upstream).await;
    test.schedule(101, 150_901, "2026-12-01T10:45:00").await;
    test.refresh().await;
    assert_eq!(test.stored_event(101).await.posted.expect("posted").body.employee_id.0, "US000901");
    let people = test.club().all_documents::<Employee>().await.expect("people");
    let guests: Vec<_> = people.iter().filter(|p| p.body.id.0.starts_with("US0009")).collect();
    assert_eq!(guests.len(), 1, "a person without a schedule is not added");
    assert!(!guests[0].body.active);
    test.club().load_snapshot("2026-11-23".parse().expect("a day")).await.expect("a run can read it");

    // A manager makes the guest active.
    let active = Employee { active: true, ..guests[0].body.clone() };
    test.club().put_document(&active, Expect::Version(guests[0].version)).await.expect("written");
    let version = test.plan_version().await;
    test.refresh().await;
    assert_eq!(test.plan_version().await, version, "the change of the employee stays");
}
