//! Tests that calls without faults have the answers and effects that Crossmark describes.

use chrono::TimeDelta;
use reqwest::multipart::Form;
use serde_json::{Value, json};
use simulator::{EndedSession, LoginReply};

use crate::support::*;

#[tokio::test]
async fn a_schedule_call_answers_with_the_new_id_and_the_schedule_is_in_the_ledger() {
    let sim = start_simulator().await;

    let reply = json_of(sim.schedule(OPEN, &[])).await;

    let expect = json!({
        "ok": 1,
        "MVScheduledEvent": {
            "ID": 55_000_002, "Start": "2026-11-22T10:15:00-05:00", "End": "2026-11-22T16:45:00-05:00",
            "IsDeleted": "0", "RepID": 150_001, "mPlanID": OPEN, "LocationID": 160_001,
        },
        "repName": "Pat Example",
    });
    assert_eq!(reply, expect);
    let ledger = sim.get_json("/_sim/ledger").await;
    let expect = json!([
        {"id": POSTED_ID, "mPlanID": POSTED, "RepID": 150_002, "LocationID": 160_001,
         "Start": "2026-11-28T10:15:00-05:00", "End": "2026-11-28T16:45:00-05:00",
         "created_at": "2026-11-21T15:00:00Z", "deleted_at": null},
        {"id": 55_000_002, "mPlanID": OPEN, "RepID": 150_001, "LocationID": 160_001,
         "Start": "2026-11-22T10:15:00-05:00", "End": "2026-11-22T16:45:00-05:00",
         "created_at": "2026-11-21T15:00:00Z", "deleted_at": null},
    ]);
    assert_eq!(ledger, expect);
}

#[tokio::test]
async fn a_second_schedule_of_an_event_is_accepted_and_the_lists_show_the_newest() {
    let sim = start_simulator().await;
    json_of(sim.schedule(OPEN, &[])).await;
    json_of(sim.schedule(OPEN, &[("RepID", "150002")])).await;

    assert_eq!(sim.active(OPEN).await, [55_000_002, 55_000_003]);
    let list = json_of(sim.planning("2026-11-22", "2026-11-22", "")).await;
    let row = list["mplans"].as_array().unwrap().iter().find(|row| row["mPlanID"] == "40000123").unwrap();
    assert_eq!((&row["scheduleEventID"], &row["scheduleRepID"]), (&json!("55000003"), &json!("150002")));

    json_of(sim.delete(55_000_003)).await;
    assert_eq!(json_of(sim.condition(OPEN)).await["reps"], "Pat Example");
}

#[tokio::test]
async fn invalid_schedule_calls_are_refused_without_effect() {
    let sim = start_simulator().await;
    let assert_refused = async |plan_id: u64, change: &[(&'static str, &str)], expect: &str| {
        let reply = json_of(sim.schedule(plan_id, change)).await;
        assert_eq!(reply, json!({"ok": 0, "message": expect}), "{change:?}");
    };
    assert_refused(CANCELED, &[], "This mPlan has been canceled").await;
    assert_refused(49_999_999, &[], "There is no such mPlan").await;
    assert_refused(OPEN, &[("RepID", "150009")], "There is no such rep").await;
    assert_refused(OPEN, &[("RepID", "")], "RepID is missing or not a number").await;
    assert_refused(OPEN, &[("LocationID", "160002")], "There is no such location").await;
    assert_refused(OPEN, &[("ClassName", "Other")], "ClassName is unknown").await;
    assert_refused(OPEN, &[("Start", "2026-11-22T10:15:00")], "Start is not a time with an offset").await;
    assert_refused(OPEN, &[("Start", "2026-11-22T10:15:00-04:00")], "The offset is not the store's on that date").await;
    assert_refused(OPEN, &[("End", "2026-11-22T10:15:00-05:00")], "The end is not after the start").await;
    assert_eq!(sim.get_json("/_sim/ledger").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_scheduled_event_is_deleted_only_once() {
    let sim = start_simulator().await;
    assert_eq!(json_of(sim.delete(POSTED_ID)).await, json!({"ok": 1}));
    sim.advance(TimeDelta::seconds(5));
    let again = json!({"ok": 0, "message": "This scheduled event was already deleted"});
    assert_eq!(json_of(sim.delete(POSTED_ID)).await, again);
    let unknown = json!({"ok": 0, "message": "There is no such scheduled event"});
    assert_eq!(json_of(sim.delete(59_999_999)).await, unknown);
    assert_eq!(sim.get_json("/_sim/ledger").await[0]["deleted_at"], "2026-11-21T15:00:00Z");
    let condition = json_of(sim.condition(POSTED)).await;
    assert_eq!((&condition["condition"], &condition["reps"]), (&json!("Unstaffed"), &json!("")));
}

#[tokio::test]
async fn the_planning_list_has_events_of_the_condition_whose_window_or_schedule_overlaps_the_days() {
    let sim = start_simulator().await;
    let assert_rows = async |from: &str, to: &str, search: &str, expect: &[u64]| {
        let list = json_of(sim.planning(from, to, search)).await;
        let rows: Vec<u64> = list["mplans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["mPlanID"].as_str().unwrap().parse().unwrap())
            .collect();
        assert_eq!(rows, expect, "{from} to {to} {search}");
        assert_eq!(list["total"], expect.len());
    };
    assert_rows("2026-11-21", "2026-11-24", "", &[OPEN, POSTED, CANCELED]).await;
    assert_rows("2026-11-25", "2026-11-27", "", &[OPEN, CANCELED]).await;
    // The window of the posted event ends on the 24th, but the event is scheduled on the 28th.
    assert_rows("2026-11-28", "2026-11-28", "", &[OPEN, POSTED, CANCELED]).await;
    assert_rows("2026-12-05", "2026-12-05", "", &[]).await;
    assert_rows("2026-11-21", "2026-11-24", r#"{"condition":["Scheduled","Canceled"]}"#, &[POSTED, CANCELED]).await;

    let list = json_of(sim.planning("2026-11-28", "2026-11-28", r#"["Scheduled"]"#)).await;
    let expect = json!({
        "mPlanID": "40000124", "mPlanName": format!("40000124 {}", "x".repeat(91)),
        "mPlanStartDate": "11/20/2026", "mPlanDueDate": "11/24/2026", "scheduleDate": "11/28/2026 10:15:00 AM",
        "condition": "Scheduled", "storeID": "160001", "storeName": "Club 8135", "storeNumber": "8135",
        "staffedReps": "Sam Sample", "scheduleRepID": "150002", "scheduleEventID": "55000001",
        "salesTools": [{"salesToolURL": "/salestools/40000124.pdf"}],
    });
    assert_eq!(list["mplans"][0], expect);
}

#[tokio::test]
async fn a_planning_list_of_too_many_days_fails() {
    let sim = start_simulator().await;
    for (from, to) in [("2026-11-20", "2026-11-24"), ("2026-11-22", "2026-11-21"), ("", "2026-11-21")] {
        let reply = sim.planning(from, to, "").send().await.unwrap();
        assert_eq!(reply.status(), 500, "{from} to {to}");
    }
}

#[tokio::test]
async fn lengths_and_people_are_listed() {
    let sim = start_simulator().await;
    let list = async |path: &str, project: &str| {
        let form = Form::new().text("project", project.to_owned()).text("priorities", "");
        json_of(sim.call(path).multipart(form)).await
    };
    let days = "11/28/2026 00:00:00,11/28/2026 23:59:59";
    let row = |plan_id: u64| json!({"mPlanID": plan_id.to_string(), "EstimatedTime": "390.00"});

    let scheduled = list("/schedulingcontroller/getScheduledEvents", days).await;
    assert_eq!(scheduled, json!({"events": [row(POSTED)]}));
    let visits = list("/schedulingcontroller/getNonScheduledVisits", "11/28/2026,11/28/2026").await;
    assert_eq!(visits, json!([row(OPEN), row(CANCELED)]));
    let people = list("/schedulingcontroller/getAvailableReps", days).await;
    let expect = json!({"repId": "150002", "employeeId": "US150002", "title": "SAM SAMPLE", "lastName": "SAMPLE",
        "availableHoursPerDay": "8", "scheduledHours": "6"});
    assert_eq!(people["reps"]["150002"], expect);
    let reply = sim.call("/schedulingcontroller/getAvailableReps").send().await.unwrap();
    assert_eq!(reply.status(), 500);
}

#[tokio::test]
async fn a_login_needs_the_accepted_user_name_and_password() {
    let sim = start_simulator_with(|options| options.login = Some(("pat".to_owned(), "secret".to_owned()))).await;
    for (user, password) in [("pat", "wrong"), ("sam", "secret"), ("", "")] {
        let reply = sim.try_login(user, password).await;
        assert!(reply.headers().get("set-cookie").is_none(), "{user}");
        assert!(!reply.text().await.unwrap().contains("Scheduling"), "{user}");
    }
}

#[tokio::test]
async fn a_successful_login_is_answered_as_configured() {
    for (how, expect) in
        [(LoginReply::Page, "Scheduling"), (LoginReply::Success, "success"), (LoginReply::RedirectUrl, "redirectUrl")]
    {
        let sim = start_simulator_with(|options| options.login_reply = how).await;
        assert!(sim.try_login("pat", "secret").await.text().await.unwrap().contains(expect), "{how:?}");
    }
}

#[tokio::test]
async fn a_session_lasts_an_hour_and_its_end_is_answered_as_configured() {
    for (how, status) in [
        (EndedSession::Unauthorized, 401),
        (EndedSession::Forbidden, 403),
        (EndedSession::Redirect, 302),
        (EndedSession::LoginPage, 200),
    ] {
        let sim = start_simulator_with(|options| options.ended_session = how).await;
        sim.advance(TimeDelta::minutes(59));
        assert_eq!(json_of(sim.condition(OPEN)).await["ok"], 1);
        sim.advance(TimeDelta::minutes(1));
        let reply = sim.schedule(OPEN, &[]).send().await.unwrap();
        assert_eq!(reply.status(), status);
        assert!(reply.text().await.unwrap().parse::<Value>().is_err());
        assert!(sim.active(OPEN).await.is_empty());
    }
}

#[tokio::test]
async fn only_this_machine_is_answered() {
    let sim = start_simulator().await;
    for path in ["/_sim/ledger", "/_sim/faults", "/planningextcontroller/getPlanningMplans", "/nothing"] {
        for (header, value, refused) in [
            ("origin", sim.base.as_str(), false),
            ("origin", "https://club.example", true),
            ("host", "club.example", true),
        ] {
            let reply = sim.http.get(format!("{}{path}", sim.base)).header(header, value).send().await.unwrap();
            assert_eq!(reply.status() == 403, refused, "{path} {header}: {value}");
        }
    }
}
