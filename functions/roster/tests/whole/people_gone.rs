//! The erasure of a person, and the switches of learned affinity, over HTTP.

use serde_json::{Value, json};

use crate::setup::{RosterTest, assert_refused};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[tokio::test]
async fn an_admin_erases_a_person_who_no_longer_works_here() {
    let test = RosterTest::new().await;
    let gone =
        json!({"name": "Lee Moss", "job_title": "Event Specialist", "active": false, "rep_id": 977, "version": 0});
    let saved = test.manager.send("PUT", "/api/employees/E78", &JSON, &gone.to_string()).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let forget = "/api/employees/E78/forget";
    assert_refused(&test.manager.send("POST", forget, &[], "").await, 403, "FORBIDDEN");
    assert_refused(&test.admin.send("POST", "/api/employees/E99/forget", &[], "").await, 400, "UNKNOWN_EMPLOYEE");
    let works = test.admin.send("POST", "/api/employees/E01/forget", &[], "").await;
    assert_refused(&works, 409, "EMPLOYEE_WORKS");
    let erased = test.admin.send("POST", forget, &[], "").await;
    assert_eq!((erased.status, &erased.body["finished"]), (200, &json!(true)), "{}", erased.body);
    let people = test.items("/api/employees").await;
    let people = people.as_array().expect("people");
    let person = people.iter().find(|person| person["id"] == erased.body["employee_id"]).expect("a pseudonym");
    assert_eq!((&person["name"], &person["rep_id"]), (&erased.body["name"], &Value::Null));
    for text in ["E78", "Lee", "Moss"] {
        assert!(!json!(people).to_string().contains(text), "{text} is left");
    }
    assert_refused(&test.admin.send("POST", forget, &[], "").await, 400, "UNKNOWN_EMPLOYEE");
}

#[tokio::test]
async fn affinity_shows_its_gate_and_is_switched_off_and_on() {
    let test = RosterTest::new().await;
    let shown = test.viewer.get("/api/affinity").await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert_eq!(
        (&shown.body["club"], &shown.body["used"], &shown.body["version"]),
        (&json!("on"), &json!(false), &json!(0))
    );
    assert_eq!(shown.body["gate"]["outcomes_needed"], json!(500));
    let switch = async |body: Value| test.manager.send("PUT", "/api/affinity", &JSON, &body.to_string()).await;
    let off = switch(json!({"club": "off", "people_off": ["E03"], "version": 0, "why": "not yet"})).await;
    assert_eq!((off.status, &off.body["version"]), (200, &json!(1)), "{}", off.body);
    assert_refused(&switch(json!({"club": "on", "version": 0})).await, 409, "STALE_VERSION");
    assert_refused(&switch(json!({"people_off": ["E99"]})).await, 400, "UNKNOWN_EMPLOYEE");
    let on = switch(json!({"club": "on"})).await;
    assert_eq!((on.status, &on.body["people_off"]), (200, &json!(["E03"])), "what is left out stays: {}", on.body);
    let same = switch(json!({"club": "on"})).await;
    assert_eq!(same.body["version"], on.body["version"], "nothing was changed");
    let undo = json!({"fact": "affinity:", "version": 2});
    let undone = test.manager.send("POST", "/api/facts/put-back", &JSON, &undo.to_string()).await;
    assert_eq!(undone.status, 200, "{}", undone.body);
    assert_eq!(test.viewer.get("/api/affinity").await.body["club"], json!("off"));
}
