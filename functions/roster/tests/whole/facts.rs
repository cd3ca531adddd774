//! Facts kept by hand: a dry run saves nothing, invalid facts are refused, a save names the schedules that it conflicts
//! with, and an undo restores the value before.

use chrono::NaiveDate;
use cloud::Answer;
use serde_json::{Value, json};

use crate::setup::{RosterTest, assert_refused};

impl RosterTest {
    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.manager.send("PUT", path, &[("content-type", "application/json")], &body.to_string()).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.manager.send("DELETE", path, &[], "").await
    }

    /// Undoes the change that this answer confirmed.
    async fn undo(&self, saved: &Answer) -> Answer {
        let body = json!({"fact": saved.body["fact"], "version": saved.body["version"]});
        self.manager.post("/api/facts/put-back", &body).await
    }

    async fn person(&self, id: &str) -> Value {
        let people = self.items("/api/employees").await;
        people.as_array().expect("people").iter().find(|p| p["id"] == id).cloned().expect("the person")
    }
}

fn assert_saved(answer: &Answer) {
    assert_eq!((answer.status, &answer.body["saved"]), (200, &json!(true)), "{}", answer.body);
}

/// A request for each kind of fact: method, path and body.
pub fn fact_requests() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("PUT", "/api/employees/E77", json!({"name": "Sam Reed", "job_title": "Juicer Barista", "rep_id": 977})),
        (
            "PUT",
            "/api/employees/E01/availability",
            json!({"days": {"mon": false, "tue": {"from": "08:00", "to": "14:00"}}}),
        ),
        ("POST", "/api/time-off", json!({"employee_id": "E01", "start": "2026-12-28", "end": "2026-12-30"})),
        (
            "POST",
            "/api/availability-overrides",
            json!({"employee_id": "E01", "start": "2026-12-01", "end": "2026-12-07", "days": {"fri": false}}),
        ),
        ("POST", "/api/holidays", json!({"date": "2026-12-31", "name": "Stocktaking"})),
        (
            "POST",
            "/api/holidays",
            json!({"rule": {"every": "nth_weekday", "month": 11, "nth": 4, "weekday": "thu"}, "name": "Thanksgiving"}),
        ),
        ("POST", "/api/locked-days", json!({"date": "2026-12-02", "reason": "inventory"})),
        ("PUT", "/api/settings", json!({"buffer_days": 5, "weights": {"fairness": 2.0}, "run_hour": 4})),
        ("PUT", "/api/events/101", json!({"event_type": "Other", "estimated_minutes": 120, "auto": false})),
    ]
}

/// The answers of all lists, without versions.
pub async fn all_lists(club: &RosterTest) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/api/employees", "/api/holidays", "/api/locked-days", "/api/settings", "/api/events"] {
        let mut body = club.viewer.get(path).await.body;
        remove_versions(&mut body);
        all.push(body);
    }
    all
}

/// Removes the versions, because an undone change leaves a higher version.
fn remove_versions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.ends_with("version"));
            members.values_mut().for_each(remove_versions);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_versions),
        _ => {}
    }
}

#[tokio::test]
async fn each_fact_is_saved_listed_and_undone_and_a_dry_run_saves_nothing() {
    for (method, path, body) in fact_requests() {
        let club = RosterTest::new().await;
        let send = async |path: &str| {
            club.manager.send(method, path, &[("content-type", "application/json")], &body.to_string()).await
        };
        let before = all_lists(&club).await;
        let dry = send(&format!("{path}?dry=true")).await;
        assert_eq!((dry.status, &dry.body["saved"]), (200, &json!(false)), "{path}: {}", dry.body);
        assert_eq!(all_lists(&club).await, before, "{path}: a dry run saves nothing");
        let plan = club.with_club(async |c| c.plan_version().await.expect("read")).await;
        let saved = send(path).await;
        assert_saved(&saved);
        assert!(saved.requests().expect("counted") <= 4, "{path}: {:?}", saved.requests());
        assert_eq!(saved.body["fact"], dry.body["fact"]);
        let changed_plan = club.with_club(async |c| c.plan_version().await.expect("read")).await;
        assert!(changed_plan.version > plan.version, "{path}: a run must read the club again");
        assert_ne!(all_lists(&club).await, before, "{path}: the change is listed");
        let again = send(path).await;
        assert_eq!((again.status, &again.body["saved"]), (200, &json!(false)), "{path}: nothing differs");
        let history =
            format!("/api/facts/history?fact={}", saved.body["fact"].as_str().expect("a fact").replace('~', "%7E"));
        let changes = club.items(&history).await;
        assert_eq!(changes.as_array().map(Vec::len), Some(1), "{path}: {changes}");
        assert_eq!((&changes[0]["who"], &changes[0]["to"]), (&json!("pat@club.example"), &json!("saved")), "{path}");
        let undone = club.undo(&saved).await;
        assert_saved(&undone);
        assert_eq!(all_lists(&club).await, before, "{path}: the change is undone");
        assert_refused(&club.undo(&saved).await, 409, "STALE_VERSION");
        let redone = club.undo(&undone).await;
        assert_saved(&redone);
        assert_ne!(all_lists(&club).await, before, "{path}: the undo is undone");
    }
}

#[tokio::test]
async fn only_a_manager_of_the_club_saves_facts() {
    let club = RosterTest::new().await;
    for (method, path, body) in fact_requests() {
        let json = [("content-type", "application/json")];
        assert_refused(&club.viewer.send(method, path, &json, &body.to_string()).await, 403, "FORBIDDEN");
        let theirs = format!("{path}?club=8135");
        assert_refused(&club.stranger.send(method, &theirs, &json, &body.to_string()).await, 404, "CLUB_NOT_FOUND");
        assert_refused(&club.stranger.send(method, path, &json, &body.to_string()).await, 404, "CLUB_NOT_FOUND");
    }
    let undo = json!({"fact": "settings:", "version": 1});
    assert_refused(&club.viewer.post("/api/facts/put-back", &undo).await, 403, "FORBIDDEN");
    assert_refused(&club.stranger.get("/api/facts/history?fact=settings:&club=8135").await, 404, "CLUB_NOT_FOUND");
}

#[tokio::test]
async fn invalid_facts_are_refused_with_the_member_that_is_wrong() {
    let club = RosterTest::new().await;
    let before = all_lists(&club).await;
    for (method, path, body, status, code, member) in [
        (
            "PUT",
            "/api/employees/E01",
            json!({"name": " ", "job_title": "Lead Event Specialist"}),
            400,
            "INVALID_TEXT",
            "$.name",
        ),
        ("PUT", "/api/employees/E01", json!({"name": "A", "job_title": "Boss"}), 400, "INVALID_BODY", "$.job_title"),
        (
            "PUT",
            "/api/employees/E%231",
            json!({"name": "A", "job_title": "Event Specialist"}),
            400,
            "INVALID_ID",
            "is not an id",
        ),
        (
            "PUT",
            "/api/employees/E01/availability",
            json!({"days": {"mon": {"from": "14:00", "to": "08:00"}}}),
            422,
            "INVALID_FACT",
            "$.days.mon.to",
        ),
        ("PUT", "/api/employees/E99/availability", json!({"days": {"mon": false}}), 400, "UNKNOWN_EMPLOYEE", "E99"),
        (
            "POST",
            "/api/time-off",
            json!({"employee_id": "E01", "start": "2026-12-26", "end": "2026-12-24"}),
            422,
            "INVALID_FACT",
            "$.end",
        ),
        (
            "POST",
            "/api/time-off",
            json!({"employee_id": "E99", "start": "2026-12-24", "end": "2026-12-26"}),
            400,
            "UNKNOWN_EMPLOYEE",
            "E99",
        ),
        (
            "POST",
            "/api/time-off",
            json!({"employee_id": "E01", "start": "2036-12-24", "end": "2036-12-26"}),
            400,
            "DATE_OUT_OF_BOUNDS",
            "$.start",
        ),
        (
            "POST",
            "/api/availability-overrides",
            json!({"employee_id": "E01", "start": "2026-12-01", "end": "2026-12-07", "days": {}}),
            422,
            "INVALID_FACT",
            "$.days",
        ),
        ("POST", "/api/holidays", json!({}), 422, "INVALID_FACT", "$.date"),
        (
            "POST",
            "/api/holidays",
            json!({"rule": {"every": "year", "month": 2, "day": 30}}),
            422,
            "INVALID_FACT",
            "$.rule",
        ),
        ("PUT", "/api/settings", json!({"weights": {"fairness": 7.0}}), 422, "INVALID_FACT", "$.weights.fairness"),
        ("PUT", "/api/settings", json!({"weights": {"fairnes": 1.0}}), 422, "INVALID_FACT", "$.weights.fairnes"),
        ("PUT", "/api/settings", json!({"arrivals": ["08:00"]}), 422, "INVALID_FACT", "$.arrivals"),
        ("PUT", "/api/settings", json!({"time_zone": "Mars/Olympus"}), 422, "INVALID_FACT", "$.time_zone"),
        ("PUT", "/api/settings", json!({"bufer_days": 3}), 400, "INVALID_BODY", "bufer_days"),
        ("PUT", "/api/settings", json!({"run_hour": 24}), 422, "INVALID_FACT", "$.run_hour"),
        ("PUT", "/api/events/101", json!({"estimated_minutes": 0}), 422, "INVALID_FACT", "$.estimated_minutes"),
        ("PUT", "/api/events/999", json!({"auto": false}), 404, "EVENT_NOT_FOUND", "999"),
    ] {
        let answer = club.manager.send(method, path, &[("content-type", "application/json")], &body.to_string()).await;
        assert_refused(&answer, status, code);
        let error = answer.body["error"].to_string();
        assert!(error.contains(member), "{path} {body}: {error}");
    }
    for path in [
        "/api/time-off/nothing",
        "/api/holidays/2026-01-01",
        "/api/holidays/01-01",
        "/api/locked-days/2026-01-01",
        "/api/availability-overrides/E01",
    ] {
        assert_refused(&club.delete(path).await, 404, "FACT_NOT_FOUND");
    }
    for fact in ["employee:E01".to_owned(), "nothing".to_owned(), format!("employee:{}", "x".repeat(250))] {
        let undo = json!({"fact": fact, "version": 1});
        assert_refused(&club.manager.post("/api/facts/put-back", &undo).await, 404, "FACT_NOT_FOUND");
    }
    assert_eq!(all_lists(&club).await, before, "nothing was saved");
}

#[tokio::test]
async fn a_change_with_an_older_version_is_refused() {
    let club = RosterTest::new().await;
    let avery = |version: u64| json!({"name": "Avery Quill", "job_title": "Lead Event Specialist", "version": version});
    assert_refused(&club.put("/api/employees/E01", &avery(7)).await, 409, "STALE_VERSION");
    let new = json!({"name": "Sam Reed", "job_title": "Event Specialist", "version": 0});
    assert_saved(&club.put("/api/employees/E77", &new).await);
    assert_refused(
        &club.put("/api/employees/E77", &json!({"name": "Sam", "job_title": "Event Specialist", "version": 0})).await,
        409,
        "STALE_VERSION",
    );
    let both = [json!({"buffer_days": 4, "version": 1}), json!({"buffer_days": 6, "version": 1})];
    let (one, other) = tokio::join!(club.put("/api/settings", &both[0]), club.put("/api/settings", &both[1]));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.body, other.body);
}

#[tokio::test]
async fn a_person_who_is_named_for_a_rotation_keeps_the_required_title_and_numbers_are_unique() {
    let club = RosterTest::new().await;
    let rotations = club.with_club(async |c| c.rotations().await.expect("read")).await;
    let juicer =
        rotations.rows.iter().find(|row| row.rotation == domain::snapshot::Rotation::Juicer).expect("a juicer");
    let id = juicer.employee_id.0.clone();
    let person = club.person(&id).await;
    let demoted = json!({"name": person["name"], "job_title": "Event Specialist"});
    let refused = club.put(&format!("/api/employees/{id}"), &demoted).await;
    assert_refused(&refused, 400, "INVALID_EMPLOYEE_ROLE");
    let message = refused.body["error"]["message"].as_str().expect("a message");
    assert!(message.contains("juicer on"), "{message}");
    let people = club.items("/api/employees").await;
    let numbers: Vec<u64> = people.as_array().expect("people").iter().filter_map(|p| p["rep_id"].as_u64()).collect();
    if let Some(number) = numbers.first() {
        let new = json!({"name": "Sam Reed", "job_title": "Event Specialist", "rep_id": number});
        assert_refused(&club.put("/api/employees/E77", &new).await, 422, "INVALID_FACT");
    }
}

#[tokio::test]
async fn the_effect_of_a_change_lists_each_posted_schedule_that_conflicts_with_it() {
    let club = RosterTest::new().await;
    let posted = club.items("/api/schedules?from=2026-11-23&to=2026-12-23").await;
    let posted = posted.as_array().expect("schedules").clone();
    for one in &posted {
        let day = &one["schedule_datetime"].as_str().expect("a moment")[..10];
        let off = json!({"employee_id": one["employee_id"], "start": day, "end": day});
        let dry = club.manager.post("/api/time-off?dry=true", &off).await;
        let conflicting: Vec<&Value> = posted
            .iter()
            .filter(|p| {
                p["employee_id"] == one["employee_id"]
                    && p["schedule_datetime"].as_str().is_some_and(|at| at.starts_with(day))
            })
            .collect();
        assert_eq!(dry.body["effect"]["posted"], conflicting.len(), "{}", dry.body);
        assert_eq!(dry.body["effect"]["lines"].as_array().map(Vec::len), Some(conflicting.len()));
        let reason = dry.body["effect"]["lines"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains("has time off on"), "{reason}");
        let dry = club.manager.post("/api/holidays?dry=true", &json!({"date": day})).await;
        let on_day = posted.iter().filter(|p| p["schedule_datetime"].as_str().is_some_and(|at| at.starts_with(day)));
        assert_eq!(dry.body["effect"]["posted"], on_day.count(), "{}", dry.body);
        let dry = club.manager.post("/api/locked-days?dry=true", &json!({"date": day})).await;
        assert_eq!(dry.body["effect"]["posted"], 0, "posted schedules stay on a locked day: {}", dry.body);
    }
    assert!(!posted.is_empty());
}

#[tokio::test]
async fn the_undo_of_a_correction_lists_the_posted_schedules_that_conflict_with_it() {
    let club = RosterTest::new().await;
    let posted = club.items("/api/schedules?from=2026-11-23&to=2026-12-23").await;
    let mut conflicts = 0;
    for one in posted.as_array().expect("schedules") {
        let path = format!("/api/events/{}", one["event_ref_num"]);
        let corrected = club.put(&path, &json!({"event_type": "Juicer Production"})).await;
        assert_saved(&corrected);
        conflicts += usize::from(corrected.body["effect"]["posted"] == 1);
        let undone = club.undo(&corrected).await;
        assert_eq!(undone.body["effect"]["posted"], 0, "the event is as before: {}", undone.body);
        let redone = club.undo(&undone).await;
        assert_eq!(redone.body["effect"], corrected.body["effect"], "{path}");
        let uncorrected = club.put(&path, &json!({})).await;
        assert_eq!(uncorrected.body["effect"]["posted"], 0, "{}", uncorrected.body);
    }
    assert!(conflicts > 0, "a posted person may not work Juicer Production");
}

#[tokio::test]
async fn a_yearly_holiday_closes_its_date_in_each_year() {
    let club = RosterTest::new().await;
    let christmas = json!({"rule": {"every": "year", "month": 12, "day": 25}, "name": "Christmas"});
    assert_saved(&club.manager.post("/api/holidays", &christmas).await);
    let today: NaiveDate = "2026-11-23".parse().expect("a date");
    let days = club.with_club(async |c| c.load_snapshot(today).await.expect("a snapshot").snapshot.holidays).await;
    for year in [2026, 2027] {
        assert!(days.contains(&NaiveDate::from_ymd_opt(year, 12, 25).expect("a date")), "{days:?}");
    }
    let list = club.viewer.get("/api/holidays").await.body;
    assert_eq!((&list["yearly"][0]["id"], &list["yearly"][0]["next"]), (&json!("12-25"), &json!("2026-12-25")));
    assert_saved(&club.delete("/api/holidays/12-25").await);
    assert_eq!(club.viewer.get("/api/holidays").await.body["yearly"], json!([]));
}

#[tokio::test]
async fn a_correction_of_an_event_stays_when_crossmarks_values_are_read_again() {
    let club = RosterTest::new().await;
    let event = domain::snapshot::EventRef(101);
    let read = async || club.with_club(async |c| c.known_event(event).await.expect("read").expect("the event")).await;
    let first = read().await.event.body.facts;
    assert_saved(&club.put("/api/events/101", &json!({"event_type": "Other", "estimated_minutes": 75})).await);
    let mut facts = first.clone();
    facts.estimated_minutes = Some(200);
    let update = store::upstream::EventUpdate {
        facts,
        read: Some(read().await),
        posted: None,
        source: store::upstream::Source::Overriding,
    };
    club.with_club(async |c| c.apply_updates(&[update]).await.expect("written")).await;
    let facts = read().await.event.body.facts;
    assert_eq!((facts.event_type().name(), facts.minutes()), ("Other", 75));
    assert_saved(&club.put("/api/events/101", &json!({})).await);
    let facts = read().await.event.body.facts;
    assert_eq!((facts.kind, facts.estimated_minutes), (first.kind, first.estimated_minutes));
}
