//! Facts kept by hand, over the embedded services: they are tried, validated, saved with their effect, and put back.

use chrono::NaiveDate;
use cloud::Answer;
use serde_json::{Value, json};

use crate::setup::{RosterTest, is};

impl RosterTest {
    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.manager.send("PUT", path, &[("content-type", "application/json")], &body.to_string()).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.manager.send("DELETE", path, &[], "").await
    }

    async fn put_back(&self, saved: &Answer) -> Answer {
        let body = json!({"fact": saved.body["fact"], "version": saved.body["version"]});
        self.manager.post("/api/facts/put-back", &body).await
    }

    async fn person(&self, id: &str) -> Value {
        let people = self.list("/api/employees").await;
        people.as_array().expect("people").iter().find(|p| p["id"] == id).cloned().expect("the person")
    }
}

fn saved(answer: &Answer) {
    assert_eq!((answer.status, &answer.body["saved"]), (200, &json!(true)), "{}", answer.body);
}

/// Each way to save a fact: method, path and body.
pub fn ways() -> Vec<(&'static str, &'static str, Value)> {
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

pub async fn everything(club: &RosterTest) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/api/employees", "/api/holidays", "/api/locked-days", "/api/settings", "/api/events"] {
        let mut body = club.viewer.get(path).await.body;
        forget_versions(&mut body);
        all.push(body);
    }
    all
}

/// Removes the versions: a fact that was put back is as before but for a higher version.
fn forget_versions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.ends_with("version"));
            members.values_mut().for_each(forget_versions);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_versions),
        _ => {}
    }
}

#[tokio::test]
async fn each_fact_is_tried_saved_known_and_put_back() {
    for (method, path, body) in ways() {
        let club = RosterTest::new().await;
        let send = async |path: &str| {
            club.manager.send(method, path, &[("content-type", "application/json")], &body.to_string()).await
        };
        let before = everything(&club).await;
        let tried = send(&format!("{path}?dry=true")).await;
        assert_eq!((tried.status, &tried.body["saved"]), (200, &json!(false)), "{path}: {}", tried.body);
        assert_eq!(everything(&club).await, before, "{path} was only tried");
        let plan = club.with(async |c| c.plan_version().await.expect("read")).await;
        let done = send(path).await;
        saved(&done);
        assert!(done.requests().expect("counted") <= 4, "{path}: {:?}", done.requests());
        assert_eq!(done.body["fact"], tried.body["fact"]);
        let moved = club.with(async |c| c.plan_version().await.expect("read")).await;
        assert!(moved.version > plan.version, "{path}: a run must read it anew");
        assert_ne!(everything(&club).await, before, "{path} shows");
        let twice = send(path).await;
        assert_eq!((twice.status, &twice.body["saved"]), (200, &json!(false)), "{path}: twice changes nothing");
        let history =
            format!("/api/facts/history?fact={}", done.body["fact"].as_str().expect("a fact").replace('~', "%7E"));
        let changes = club.list(&history).await;
        assert_eq!(changes.as_array().map(Vec::len), Some(1), "{path}: {changes}");
        assert_eq!((&changes[0]["who"], &changes[0]["to"]), (&json!("pat@club.example"), &json!("saved")), "{path}");
        let back = club.put_back(&done).await;
        saved(&back);
        assert_eq!(everything(&club).await, before, "{path} is put back");
        is(&club.put_back(&done).await, 409, "STALE_VERSION");
        let again = club.put_back(&back).await;
        saved(&again);
        assert_ne!(everything(&club).await, before, "{path}: what was put back can be put back");
    }
}

#[tokio::test]
async fn nobody_saves_in_a_club_that_is_not_theirs_and_a_viewer_saves_nothing() {
    let club = RosterTest::new().await;
    for (method, path, body) in ways() {
        let json = [("content-type", "application/json")];
        is(&club.viewer.send(method, path, &json, &body.to_string()).await, 403, "FORBIDDEN");
        let theirs = format!("{path}?club=8135");
        is(&club.stranger.send(method, &theirs, &json, &body.to_string()).await, 404, "CLUB_NOT_FOUND");
        is(&club.stranger.send(method, path, &json, &body.to_string()).await, 404, "CLUB_NOT_FOUND");
    }
    let back = json!({"fact": "settings:", "version": 1});
    is(&club.viewer.post("/api/facts/put-back", &back).await, 403, "FORBIDDEN");
    is(&club.stranger.get("/api/facts/history?fact=settings:&club=8135").await, 404, "CLUB_NOT_FOUND");
}

#[tokio::test]
async fn what_the_rulebook_cannot_use_is_refused_with_the_place() {
    let club = RosterTest::new().await;
    let before = everything(&club).await;
    for (method, path, body, status, code, place) in [
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
            "no id",
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
        is(&answer, status, code);
        let said = answer.body["error"].to_string();
        assert!(said.contains(place), "{path} {body}: {said}");
    }
    for path in [
        "/api/time-off/nothing",
        "/api/holidays/2026-01-01",
        "/api/holidays/01-01",
        "/api/locked-days/2026-01-01",
        "/api/availability-overrides/E01",
    ] {
        is(&club.delete(path).await, 404, "FACT_NOT_FOUND");
    }
    is(
        &club.manager.post("/api/facts/put-back", &json!({"fact": "employee:E01", "version": 1})).await,
        404,
        "FACT_NOT_FOUND",
    );
    assert_eq!(everything(&club).await, before, "nothing of it was saved");
}

#[tokio::test]
async fn whoever_knows_an_older_version_is_refused() {
    let club = RosterTest::new().await;
    let avery = |version: u64| json!({"name": "Avery Quill", "job_title": "Lead Event Specialist", "version": version});
    is(&club.put("/api/employees/E01", &avery(7)).await, 409, "STALE_VERSION");
    let new = json!({"name": "Sam Reed", "job_title": "Event Specialist", "version": 0});
    saved(&club.put("/api/employees/E77", &new).await);
    is(
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
async fn somebody_who_holds_a_rotation_keeps_what_it_needs() {
    let club = RosterTest::new().await;
    let rotations = club.with(async |c| c.rotations().await.expect("read")).await;
    let juicer =
        rotations.rows.iter().find(|row| row.rotation == domain::snapshot::Rotation::Juicer).expect("a juicer");
    let id = juicer.employee_id.0.clone();
    let person = club.person(&id).await;
    let demoted = json!({"name": person["name"], "job_title": "Event Specialist"});
    let refused = club.put(&format!("/api/employees/{id}"), &demoted).await;
    is(&refused, 400, "INVALID_EMPLOYEE_ROLE");
    let said = refused.body["error"]["message"].as_str().expect("words");
    assert!(said.contains("juicer on"), "{said}");
    let taken = club.list("/api/employees").await;
    let numbers: Vec<u64> = taken.as_array().expect("people").iter().filter_map(|p| p["rep_id"].as_u64()).collect();
    if let Some(number) = numbers.first() {
        let new = json!({"name": "Sam Reed", "job_title": "Event Specialist", "rep_id": number});
        is(&club.put("/api/employees/E77", &new).await, 422, "INVALID_FACT");
    }
}

#[tokio::test]
async fn a_change_names_each_posted_schedule_that_it_goes_against() {
    let club = RosterTest::new().await;
    let posted = club.list("/api/schedules?from=2026-11-23&to=2026-12-23").await;
    let posted = posted.as_array().expect("schedules").clone();
    for one in &posted {
        let day = &one["schedule_datetime"].as_str().expect("a moment")[..10];
        let off = json!({"employee_id": one["employee_id"], "start": day, "end": day});
        let tried = club.manager.post("/api/time-off?dry=true", &off).await;
        let theirs: Vec<&Value> = posted
            .iter()
            .filter(|p| {
                p["employee_id"] == one["employee_id"]
                    && p["schedule_datetime"].as_str().is_some_and(|at| at.starts_with(day))
            })
            .collect();
        assert_eq!(tried.body["effect"]["posted"], theirs.len(), "{}", tried.body);
        assert_eq!(tried.body["effect"]["lines"].as_array().map(Vec::len), Some(theirs.len()));
        let reason = tried.body["effect"]["lines"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains("has time off on"), "{reason}");
        let tried = club.manager.post("/api/holidays?dry=true", &json!({"date": day})).await;
        let on_it = posted.iter().filter(|p| p["schedule_datetime"].as_str().is_some_and(|at| at.starts_with(day)));
        assert_eq!(tried.body["effect"]["posted"], on_it.count(), "{}", tried.body);
        let tried = club.manager.post("/api/locked-days?dry=true", &json!({"date": day})).await;
        assert_eq!(tried.body["effect"]["posted"], 0, "what is posted stays on a locked day: {}", tried.body);
    }
    assert!(!posted.is_empty());
}

#[tokio::test]
async fn a_correction_put_back_says_what_that_goes_against() {
    let club = RosterTest::new().await;
    let posted = club.list("/api/schedules?from=2026-11-23&to=2026-12-23").await;
    let mut hit = 0;
    for one in posted.as_array().expect("schedules") {
        let path = format!("/api/events/{}", one["event_ref_num"]);
        let corrected = club.put(&path, &json!({"event_type": "Juicer Production"})).await;
        saved(&corrected);
        hit += usize::from(corrected.body["effect"]["posted"] == 1);
        let back = club.put_back(&corrected).await;
        assert_eq!(back.body["effect"]["posted"], 0, "it is as it was: {}", back.body);
        let again = club.put_back(&back).await;
        assert_eq!(again.body["effect"], corrected.body["effect"], "{path}");
        let taken_back = club.put(&path, &json!({})).await;
        assert_eq!(taken_back.body["effect"]["posted"], 0, "{}", taken_back.body);
    }
    assert!(hit > 0, "somebody is posted who is no juicer");
}

#[tokio::test]
async fn a_holiday_of_every_year_closes_its_dates() {
    let club = RosterTest::new().await;
    let christmas = json!({"rule": {"every": "year", "month": 12, "day": 25}, "name": "Christmas"});
    let done = club.manager.post("/api/holidays", &christmas).await;
    saved(&done);
    let today: NaiveDate = "2026-11-23".parse().expect("a date");
    let days = club.with(async |c| c.load_snapshot(today).await.expect("a snapshot").snapshot.holidays).await;
    for year in [2026, 2027] {
        assert!(days.contains(&NaiveDate::from_ymd_opt(year, 12, 25).expect("a date")), "{days:?}");
    }
    let shown = club.viewer.get("/api/holidays").await.body;
    assert_eq!((&shown["yearly"][0]["id"], &shown["yearly"][0]["next"]), (&json!("12-25"), &json!("2026-12-25")));
    saved(&club.delete("/api/holidays/12-25").await);
    assert_eq!(club.viewer.get("/api/holidays").await.body["yearly"], json!([]));
}

#[tokio::test]
async fn a_correction_of_an_event_outlasts_what_crossmark_says_next() {
    let club = RosterTest::new().await;
    let event = domain::snapshot::EventRef(101);
    let read = async || club.with(async |c| c.known_event(event).await.expect("read").expect("the event")).await;
    let first = read().await.event.body.facts;
    saved(&club.put("/api/events/101", &json!({"event_type": "Other", "estimated_minutes": 75})).await);
    let says = |minutes| {
        let mut facts = first.clone();
        facts.estimated_minutes = Some(minutes);
        facts
    };
    let standing = read().await;
    let word = store::upstream::EventUpdate {
        facts: says(200),
        read: Some(standing),
        posted: None,
        source: store::upstream::Source::Overriding,
    };
    club.with(async |c| c.apply_updates(&[word]).await.expect("followed")).await;
    let facts = read().await.event.body.facts;
    assert_eq!((facts.event_type().name(), facts.minutes()), ("Other", 75));
    saved(&club.put("/api/events/101", &json!({})).await);
    let facts = read().await.event.body.facts;
    assert_eq!((facts.kind, facts.estimated_minutes), (first.kind, first.estimated_minutes));
}
