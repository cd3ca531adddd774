//! Answers that the simulator never gives, from a server with scripted answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use crossmark::{
    Crossmark, CrossmarkClub, Days, DeleteOutcome, Doubt, EnteredValues, LocationId, LoginError, NotTaken, ReadError,
    ScheduleOutcome, ScheduledEventId,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::*;

/// An answer: status, one header, body.
type Answer = (u16, Option<(&'static str, &'static str)>, String);

/// The scripted answers to logins and to all other calls, and the requests that the server received.
#[derive(Clone, Default)]
struct Script {
    login: Arc<Mutex<Option<Answer>>>,
    reply: Arc<Mutex<Option<Answer>>>,
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    let path = request.uri().to_string();
    let headers = format!("{:?}", request.headers());
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    script.seen.lock().unwrap().push((format!("{path} {headers}"), body));
    let reply = if path.starts_with("/login") {
        script.login.lock().unwrap().clone().unwrap_or_else(|| {
            (200, Some((SET_COOKIE.as_str(), "PHPSESSID=abc; path=/")), "<html>Scheduling</html>".to_owned())
        })
    } else {
        script.reply.lock().unwrap().clone().unwrap()
    };
    let mut response = (StatusCode::from_u16(reply.0).unwrap(), reply.2).into_response();
    response.headers_mut().insert(CONTENT_TYPE, "text/html".parse().unwrap());
    if let Some((name, value)) = reply.1 {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

async fn scripted() -> (Script, CrossmarkClub) {
    let script = Script::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(script.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (script, crossmark_at(&base).club("8135", ZONE))
}

fn crossmark_at(base: &str) -> Crossmark {
    client(base, &ManualClock::new("2026-11-21T15:00:00Z"), credentials(PASSWORD), |settings| {
        settings.body_limit = 10_000;
        settings.timeout = Duration::from_secs(10);
    })
}

impl Script {
    /// Sets the answer to the next calls.
    fn set_answer(&self, status: u16, body: &str) {
        *self.reply.lock().unwrap() = Some((status, None, body.to_owned()));
    }

    /// Sets the answer to the next calls, with a header.
    fn set_answer_with(&self, status: u16, header: (&'static str, &'static str), body: &str) {
        *self.reply.lock().unwrap() = Some((status, Some(header), body.to_owned()));
    }

    fn sent(&self, path: &str) -> Vec<(String, String)> {
        self.seen.lock().unwrap().iter().filter(|(head, _)| head.starts_with(path)).cloned().collect()
    }
}

fn later() -> chrono::DateTime<chrono::Utc> {
    "2026-11-21T16:00:00Z".parse().unwrap()
}

fn id() -> ScheduledEventId {
    scheduled(55_000_009)
}

const WITH_ID: &str = r#"{"ok":1,"MVScheduledEvent":{"ID":55000009}}"#;

#[tokio::test]
async fn the_answer_to_a_schedule_is_judged_by_its_body_first() {
    let (script, club) = scripted().await;
    let check = async |status: u16, body: &str, expect: ScheduleOutcome| {
        script.set_answer(status, body);
        assert_eq!(club.schedule(&placement(FREE), later()).await, expect, "{status} {body}");
    };
    let accepted = || ScheduleOutcome::Accepted { id: id() };
    let refused = |words: &str| ScheduleOutcome::Refused { words: words.to_owned() };
    let unknown = |why| ScheduleOutcome::Unknown { why };

    check(200, WITH_ID, accepted()).await;
    check(201, WITH_ID, accepted()).await;
    check(500, WITH_ID, accepted()).await;
    check(200, r#"{"ok":"1","MVScheduledEvent":{"ID":"55000009"}}"#, accepted()).await;
    check(200, r#" {"ok":true,"MVScheduledEvent":{"ID":55000009}}"#, accepted()).await;

    check(200, r#"{"ok":0,"message":"Already booked"}"#, refused("Already booked")).await;
    check(500, r#"{"ok":0,"error":"Closed"}"#, refused("Closed")).await;
    check(200, r#"{"ok":0,"MVScheduledEvent":{"ID":55000009}}"#, refused("Crossmark did not say why")).await;
    check(200, r#"{"ok":2}"#, refused("Crossmark did not say why")).await;

    for body in ["{\"ok\":1}", r#"{"ok":1,"MVScheduledEvent":{"ID":0}}"#, r#"{"ok":1,"MVScheduledEvent":[]}"#] {
        check(200, body, unknown(Doubt::NoId)).await;
    }
    for body in ["", "{", "null", "1", "ok", "[]", "{}", r#"{"ok":null}"#, r#"{"MVScheduledEvent":{"ID":55000009}}"#] {
        check(200, body, unknown(Doubt::NotUnderstood)).await;
    }
    check(200, "<html>An error occurred</html>", unknown(Doubt::SessionEnded)).await;
    for status in [400, 404, 500, 502, 503, 504] {
        check(status, "<html></html>", unknown(Doubt::Status { status })).await;
        check(status, "{}", unknown(Doubt::Status { status })).await;
    }
    check(401, "", unknown(Doubt::SessionEnded)).await;
    check(200, &"x".repeat(10_001), unknown(Doubt::TooLong)).await;
}

#[tokio::test]
async fn only_429_means_that_a_schedule_was_not_processed() {
    let (script, club) = scripted().await;
    for (asks, retry_after) in [("7", Some(7)), ("Sat, 21 Nov 2026 15:00:30 GMT", Some(30)), ("later", None)] {
        script.set_answer_with(429, (RETRY_AFTER.as_str(), asks), "<html>Slow down</html>");
        let retry_after = retry_after.map(Duration::from_secs);
        let expect = ScheduleOutcome::NotTaken { why: NotTaken::Busy, retry_after };
        assert_eq!(club.schedule(&placement(FREE), later()).await, expect, "{asks}");
    }
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let (script, club) = scripted().await;
    for (to, why) in [
        ("/login", Doubt::SessionEnded),
        ("http://127.0.0.1:9/en/Login?next=x", Doubt::SessionEnded),
        ("/elsewhere?from=login", Doubt::Status { status: 302 }),
    ] {
        script.set_answer_with(302, (LOCATION.as_str(), to), "");
        assert_eq!(club.schedule(&placement(FREE), later()).await, ScheduleOutcome::Unknown { why }, "{to}");
    }
    assert!(script.sent("/elsewhere").is_empty());
    assert_eq!(Doubt::Status { status: 302 }.to_string(), "Crossmark answered with a redirect (302)");
}

#[tokio::test]
async fn a_delete_needs_a_2xx_status_too() {
    let (script, club) = scripted().await;
    script.set_answer(200, r#"{"ok":1}"#);
    assert_eq!(club.delete(id(), later()).await, DeleteOutcome::Deleted);
    script.set_answer(500, r#"{"ok":1}"#);
    let why = Doubt::Status { status: 500 };
    assert_eq!(club.delete(id(), later()).await, DeleteOutcome::Unknown { why });
    script.set_answer(403, "");
    assert_eq!(club.delete(id(), later()).await, DeleteOutcome::Unknown { why: Doubt::SessionEnded });
    assert_eq!(script.sent("/planningextcontroller/deleteScheduledMplanEvent").len(), 4);
}

#[tokio::test]
async fn a_call_without_a_connection_had_no_effect() {
    // Nobody listens on a port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let club = crossmark_at(&format!("http://127.0.0.1:{port}")).club("8135", ZONE);
    let why = NotTaken::Login(LoginError::Unreachable);
    assert_eq!(club.schedule(&placement(FREE), later()).await, ScheduleOutcome::NotTaken { why, retry_after: None });
    let error = club.people(Days::one(day("2026-11-23"))).await.unwrap_err();
    assert_eq!(error, ReadError::Login(LoginError::Unreachable));

    // The server stops after the login.
    let (script, listener) = (Script::default(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    script.set_answer(200, r#"{"reps":[]}"#);
    let club = crossmark_at(&format!("http://{}", listener.local_addr().unwrap())).club("8135", ZONE);
    let server = tokio::spawn(async move {
        let router = Router::new().fallback(answer).with_state(script);
        axum::serve(listener, router).await
    });
    club.people(Days::one(day("2026-11-23"))).await.unwrap();
    server.abort();
    let _ = server.await;
    let outcome = club.schedule(&placement(FREE), later()).await;
    assert_eq!(outcome, ScheduleOutcome::NotTaken { why: NotTaken::Unreachable, retry_after: None });
}

#[tokio::test]
async fn a_login_is_judged_by_status_and_body() {
    let check = async |status: u16, header: Option<(&'static str, &'static str)>, body: &str, expect: Option<&str>| {
        let (script, club) = scripted().await;
        script.set_answer(200, WITH_ID);
        *script.login.lock().unwrap() = Some((status, header, body.to_owned()));
        let why = match club.schedule(&placement(FREE), later()).await {
            ScheduleOutcome::NotTaken { why: NotTaken::Login(error), .. } => Some(format!("{error:?}")),
            outcome => {
                assert_eq!(outcome, ScheduleOutcome::Accepted { id: id() });
                None
            }
        };
        let why = why.as_deref().and_then(|why| why.split(' ').next());
        assert_eq!(why, expect, "{status} {body}");
    };
    let cookie = Some((SET_COOKIE.as_str(), "PHPSESSID=abc; path=/"));
    check(200, cookie, "<p>Scheduling</p>", None).await;
    check(200, cookie, r#"{"success":true}"#, None).await;
    check(200, cookie, r#"{"redirectUrl":"/planning/"}"#, None).await;
    check(200, None, "<p>Scheduling</p>", Some("Failed")).await;
    check(200, Some((SET_COOKIE.as_str(), "PHPSESSID=; path=/")), "<p>Scheduling</p>", Some("Failed")).await;
    check(200, cookie, "<form></form>", Some("Refused")).await;
    check(200, cookie, r#"{"success":false}"#, Some("Refused")).await;
    check(401, cookie, "", Some("Refused")).await;
    check(302, Some((LOCATION.as_str(), "/login")), "", Some("Refused")).await;
    check(200, cookie, "", Some("Failed")).await;
    check(504, cookie, "<p>Scheduling</p>", Some("Failed")).await;
    check(429, Some((RETRY_AFTER.as_str(), "9")), "", Some("Busy")).await;
}

#[tokio::test]
async fn an_incomplete_list_is_an_error() {
    let (script, club) = scripted().await;
    let check = async |body: &str, expect: &str| {
        script.set_answer(200, body);
        let error = club.planning(Days::one(day("2026-11-23"))).await.unwrap_err().to_string();
        assert_eq!(error, expect, "{body}");
    };
    check(r#"{"total":2,"mplans":[{}]}"#, "Crossmark sent only 1 of 2 events").await;
    let malformed = "Crossmark's answer could not be understood:";
    check(r#"{"mplans":[]}"#, &format!("{malformed} the total of the planning list is missing")).await;
    check(r#"{"total":"0"}"#, &format!("{malformed} the planning list is missing")).await;
}

/// A row that can be used.
fn good_row(event: &str) -> Value {
    json!({
        "mPlanID": event, "mPlanName": "619044-V2-CORE", "mPlanStartDate": "11/23/2026", "mPlanDueDate": "11/27/2026",
        "condition": "Unstaffed", "storeID": "160001", "scheduleDate": "", "scheduleRepID": "", "scheduleEventID": "",
    })
}

#[tokio::test]
async fn a_row_that_cannot_be_used_is_named_and_the_others_are_read() {
    let (script, club) = scripted().await;
    let check = async |field: &str, value: Value, expect: &str| {
        let mut faulty = good_row("40000123");
        if value == json!("(left out)") {
            faulty.as_object_mut().unwrap().remove(field);
        } else {
            faulty[field] = value.clone();
        }
        script.set_answer(200, &json!({"total": 2, "mplans": [faulty, good_row("40000200")]}).to_string());
        let planning = club.planning(Days::one(day("2026-11-23"))).await.unwrap();
        assert_eq!(
            planning.events.iter().map(|row| row.event.get()).collect::<Vec<_>>(),
            [40_000_200],
            "{field} {value}"
        );
        let [fault] = &planning.faults[..] else { panic!("{field} {value}: {:?}", planning.faults) };
        assert_eq!(fault.fault.to_string(), format!("{field} {expect}"), "{value}");
        let event = (field != "mPlanID").then(|| event(40_000_123));
        assert_eq!(fault.event, event, "{field} {value}");
        assert!(event.is_none_or(|event| planning.row(event).unwrap().is_err()));
    };
    for field in ["mPlanID", "mPlanName", "mPlanStartDate", "mPlanDueDate", "condition", "storeID"] {
        for nothing in [json!("(left out)"), json!(""), json!(" "), json!(null), json!([])] {
            check(field, nothing, "is missing").await;
        }
    }
    for zero in ["mPlanID", "storeID"] {
        check(zero, json!("0"), "is missing").await;
    }
    for field in ["mPlanStartDate", "mPlanDueDate", "scheduleDate"] {
        for value in [
            json!("02/30/2026"),
            json!("2026-11-23"),
            json!("soon"),
            json!("11/23/26"),
            json!("11/23/12026"),
            json!({}),
            json!(true),
            json!([1]),
        ] {
            check(field, value, "cannot be read").await;
        }
    }
    for field in ["mPlanID", "storeID", "scheduleRepID", "scheduleEventID"] {
        for value in [json!("many"), json!("-1"), json!("1.5"), json!("99999999999999999999"), json!({}), json!(false)]
        {
            check(field, value, "cannot be read").await;
        }
    }
}

#[tokio::test]
async fn an_entry_that_is_no_row_is_counted_once_and_the_rows_are_read() {
    let (script, club) = scripted().await;
    for entry in [json!(null), json!("a row"), json!(7), json!([]), json!({})] {
        script.set_answer(200, &json!({"total": 2, "mplans": [entry, good_row("40000200")]}).to_string());
        let days = Days::new(day("2026-11-23"), day("2026-11-29")).unwrap();
        let planning = club.planning(days).await.unwrap();
        assert_eq!((planning.events.len(), planning.faults.len()), (1, 1), "{entry}");
        assert_eq!(planning.faults[0].event, None, "{entry}");
    }
}

#[tokio::test]
async fn a_faulty_row_before_a_good_one_of_the_same_event_fails_no_read() {
    let (script, club) = scripted().await;
    let mut nameless = good_row("40000123");
    nameless["mPlanName"] = json!("");
    let entered = EnteredValues { name: Some("Mended".to_owned()), ..EnteredValues::default() };
    let good = good_row("40000123");
    for (rows, entered, name) in [
        (vec![nameless.clone(), good.clone()], EnteredValues::default(), Some("619044-V2-CORE")),
        (vec![nameless.clone(), good.clone()], entered.clone(), Some("619044-V2-CORE")),
        (vec![nameless.clone(), nameless.clone()], entered, Some("Mended")),
        (vec![nameless.clone()], EnteredValues::default(), None),
    ] {
        // One answer serves both calls of a read-back.
        let answer = json!({"ok": 1, "condition": "Unstaffed", "total": rows.len(), "mplans": rows});
        script.set_answer(200, &answer.to_string());
        let read = club.read_back(event(40_000_123), location(), day("2026-11-23"), &entered).await;
        let found = read.ok().map(|readings| readings.row.unwrap().name);
        assert_eq!(found.as_deref(), name, "{answer}");
    }
}

#[tokio::test]
async fn rows_of_another_location_can_be_removed() {
    let (script, club) = scripted().await;
    let mut elsewhere = good_row("40000300");
    elsewhere["storeID"] = json!("160002");
    let mut faulty = good_row("40000301");
    faulty["storeID"] = json!("160002");
    faulty["mPlanDueDate"] = json!("");
    let mut nowhere = good_row("40000302");
    nowhere["storeID"] = json!("");
    script.set_answer(
        200,
        &json!({"total": 4, "mplans": [good_row("40000200"), elsewhere, faulty, nowhere]}).to_string(),
    );
    let planning = club.planning(Days::one(day("2026-11-23"))).await.unwrap();
    assert_eq!(planning.locations().into_iter().map(LocationId::get).collect::<Vec<_>>(), [160_001, 160_002]);
    let (here, foreign) = planning.of_location(location());
    assert_eq!((here.events.len(), here.faults.len(), foreign), (1, 1, 2));
    assert_eq!(here.faults[0].event, Some(event(40_000_302)));
}

#[tokio::test]
async fn calls_have_the_form_that_crossmark_expects() {
    let (script, club) = scripted().await;
    script.set_answer(200, r#"{"total":0,"mplans":[]}"#);
    club.planning(Days::one(day("2026-11-23"))).await.unwrap();
    script.set_answer(200, WITH_ID);
    club.schedule(&placement(40_000_123), later()).await;
    script.set_answer(200, "[]");
    club.lengths(Days::one(day("2026-11-23"))).await.unwrap();

    let (head, body) = script.sent("/login/authenticate").remove(0);
    assert!(!head.contains("PHPSESSID"), "{head}");
    let login: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        login,
        serde_json::json!({"UserType": "MVEntityUser", "UserID": USER, "Password": PASSWORD, "Timezone": ZONE.name()})
    );

    let (head, _) = script.sent("/planningextcontroller/getPlanningMplans").remove(0);
    for part in [
        "intervalStart=2026-11-23&intervalEnd=2026-11-23&showAllActive=false&searchFields=%7B",
        "&searchFilter=&page=1&start=0&limit=5000&sort=%5B%7B%22property%22%3A%22startDate%22",
        "_dc=1795273200000",
        r#""cookie": "PHPSESSID=abc""#,
        r#""accept": "application/json""#,
        r#""origin": "http://127.0.0.1:"#,
        r#"/planning/""#,
        r#""x-requested-with": "XMLHttpRequest""#,
    ] {
        assert!(head.contains(part), "{part} is not in {head}");
    }

    let (_, body) = script.sent("/planningextcontroller/scheduleMplanEvent").remove(0);
    assert_eq!(
        body,
        "ClassName=MVScheduledmPlan&RepID=150001&mPlanID=40000123&LocationID=160001\
         &Start=2026-11-22T10%3A15%3A00-05%3A00&End=2026-11-22T16%3A45%3A00-05%3A00&hash=&v=3.0.1&PlanningOverride=true"
    );

    let (head, body) = script.sent("/schedulingcontroller/getScheduledEvents").remove(0);
    assert!(head.contains("multipart/form-data"), "{head}");
    assert!(body.contains("11/23/2026 00:00:00,11/23/2026 23:59:59") && body.contains("\"priorities\""), "{body}");
    let (_, body) = script.sent("/schedulingcontroller/getNonScheduledVisits").remove(0);
    assert!(body.contains("\r\n11/23/2026,11/23/2026\r\n"), "{body}");
}
