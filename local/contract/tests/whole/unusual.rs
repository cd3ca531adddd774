//! Sends unusual values for every member of every route: invalid values, values at a bound, and values beyond it. A
//! member is a parameter of the path or the query, a header, or a member of the body. Each test asserts that
//! the answer is one that the contract documents, and that the club still works afterwards. The list of members is read from
//! the contract, so that it is complete.

mod codes;
pub mod members;
mod snapshots;
mod values;

use std::fmt::Write;

use chrono::NaiveDate;
use cloud::{Answer, TestCaller};
use domain::snapshot::Snapshot;
use members::{Member, Place, Route, routes};
use serde_json::{Value, json};
use testkit::crossmark::NOWHERE;
use testkit::{TestClub, small_club};

use crate::tour::{callers, examples};

/// Valid values of parameters.
const VALID: [(&str, &str); 19] = [
    ("run_id", "run-1"),
    ("id", "run-1.101"),
    ("date", "2026-11-30"),
    ("employee_id", "E01"),
    ("event_ref", "104"),
    ("fact", "settings:"),
    ("kind", "employees"),
    ("name", "8135.secret.ics"),
    ("rotation_type", "juicer"),
    ("trial_id", "t-1"),
    ("refresh_id", "r-1"),
    ("draft_id", "d-1"),
    ("line_id", "run-1.101"),
    ("finding_id", "W8-2026-11-23-0"),
    ("week", "2026-11-23"),
    ("a", "run-1"),
    ("b", "run-1"),
    ("from", "2024-11-23"),
    ("to", "2028-11-23"),
];

/// The error codes for a value that is out of bounds.
const OUT_OF_BOUNDS: [&str; 11] = [
    "DATE_OUT_OF_BOUNDS",
    "INVALID_BODY",
    "INVALID_ID",
    "INVALID_IDEMPOTENCY_KEY",
    "INVALID_QUERY",
    "INVALID_TEXT",
    "INVALID_TIME",
    "INVALID_VERSION",
    "NO_LINES",
    "TOO_MANY_LINES",
    "TOO_MANY_REASONS",
];

/// A valid request to a route, except that one member may have an unusual value.
pub struct TestRequest {
    method: String,
    address: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl TestRequest {
    /// A valid request to a route.
    pub fn valid(route: &Route) -> TestRequest {
        // No header has an empty name, so nothing is changed.
        let no_member = Member { place: Place::Header, name: String::new(), schema: Value::Null };
        Self::with(route, &no_member, &Value::Null).expect("a request")
    }

    /// A request to a route with this value of the member `changed`; `None` if the value cannot be sent in a header.
    fn with(route: &Route, changed: &Member, value: &Value) -> Option<TestRequest> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut address = route.path.clone();
        let (mut query, mut headers, mut body) = (String::new(), Vec::new(), route.body.clone());
        for member in &route.members {
            let valid = VALID.iter().find(|(name, _)| *name == member.name).map(|(_, valid)| (*valid).to_owned());
            let is_changed = (member.place, &member.name) == (changed.place, &changed.name);
            let text = if is_changed { Some(text.clone()) } else { valid };
            match (member.place, text) {
                (Place::Path, text) => {
                    let segment = percent_encoded(&text.unwrap_or_default());
                    address = address.replace(&format!("{{{}}}", member.name), &segment);
                }
                (Place::Query, Some(text)) => {
                    let separator = if query.is_empty() { '?' } else { '&' };
                    _ = write!(query, "{separator}{}={}", member.name, percent_encoded(&text));
                }
                (Place::Header, Some(text)) if is_changed => {
                    if !text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                        return None;
                    }
                    headers.push((member.name.clone(), text));
                }
                _ => {}
            }
        }
        if changed.place == Place::Body {
            put(&mut body, &changed.name, value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Some(TestRequest { method: route.method.clone(), address: address + &query, headers, body })
    }

    pub async fn send(&self, caller: &TestCaller) -> Answer {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        caller.send(&self.method, &self.address, &headers, &self.body).await
    }
}

/// Percent-encodes a text for a URL.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            _ => _ = write!(encoded, "%{byte:02X}"),
        }
    }
    encoded
}

/// Writes a value at a JSON pointer. A missing parent is created, and a parent that is neither an object nor an array
/// is replaced by one.
fn put(document: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    if !parent.is_empty() && document.pointer(parent).is_none_or(|found| !found.is_object() && !found.is_array()) {
        put(document, parent, &if name == "0" { json!([]) } else { json!({}) });
    }
    match document.pointer_mut(parent) {
        Some(Value::Array(items)) if items.is_empty() => items.push(value.clone()),
        Some(Value::Array(items)) => items[0] = value.clone(),
        Some(Value::Object(members)) => _ = members.insert(name.to_owned(), value.clone()),
        _ => *document = json!({name: value}),
    }
}

/// Asserts that an answer is a success or a documented error. Returns the error code; empty for a success.
fn assert_documented<'a>(
    document: &Value,
    route: &Route,
    changed: &Member,
    value: &Value,
    answer: &'a Answer,
) -> &'a str {
    let context =
        || format!("{}: {} {}: {} {}", route.operation, changed.name, excerpt(value), answer.status, answer.body);
    assert!(answer.status < 500, "{}", context());
    if answer.status < 400 {
        return "";
    }
    let error = &answer.body["error"];
    assert_eq!(answer.body["success"], false, "{}", context());
    assert!(
        error["message"].as_str().is_some_and(|message| !message.is_empty() && message.len() < 2_000),
        "{}",
        context()
    );
    for member in ["request_id", "timestamp"] {
        assert!(error[member].is_string(), "{}", context());
    }
    assert!(error.get("details").is_some(), "{}", context());
    // With an unusual value in a path segment, the path may be that of another route or of none.
    let is_elsewhere = changed.place == Place::Path && matches!(answer.code(), "NO_SUCH_ROUTE" | "METHOD_NOT_ALLOWED");
    let codes = route.codes(document, answer.status);
    assert!(is_elsewhere || codes.iter().any(|code| code == answer.code()), "not documented: {}", context());
    answer.code()
}

/// A value as failure messages show it: its first 80 characters.
fn excerpt(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

/// Asserts that the club still works: it shows its proposal, checks and holds a line, and its snapshot is valid.
async fn assert_club_works(test: &TestClub, after: &str) {
    let router = review::router(&test.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
    let pat = TestCaller::new(&router, "pat@club.example", "8135:manager");
    let read = async |path: &str| {
        let answer = pat.get(path).await;
        assert_eq!(answer.status, 200, "{path} after {after}: {}", answer.body);
        answer.body
    };
    let pending = read("/api/auto-schedule/pending").await;
    assert_eq!(pending["run_id"], "run-1", "after {after}");
    read("/api/dashboard").await;
    let lines: Vec<&Value> = ["newly_scheduled", "swaps", "failed"]
        .iter()
        .flat_map(|list| pending[list].as_array().expect("a list"))
        .filter(|line| matches!(line["status"].as_str(), Some("proposed" | "user_edited")))
        .collect();
    if let Some(line) = lines.first() {
        let id = line["id"].as_str().expect("an id");
        let checked = pat.post("/api/auto-schedule/check", &json!({"line": id})).await;
        assert_eq!(checked.status, 200, "check after {after}: {}", checked.body);
        for held in [true, false] {
            let held = json!({"held": held}).to_string();
            let answer = pat.send("PUT", &format!("/api/pending-schedule/{id}"), &[], &held).await;
            assert_eq!(answer.status, 200, "hold after {after}: {}", answer.body);
        }
    }
    let today: NaiveDate = values::TODAY.parse().expect("a date");
    let loaded = test.club().load_snapshot(today).await.unwrap_or_else(|e| panic!("after {after}: {e}"));
    let document = serde_json::to_vec(&loaded.snapshot).expect("a document");
    Snapshot::parse(&document).unwrap_or_else(|e| panic!("after {after}: {e}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unusual_value_of_any_member_gets_a_documented_answer_and_the_club_still_works() {
    let document = contract::document(&examples().await).expect("a document");
    let mut requests = 0;
    // The snapshots of `loadSnapshot` are tested in `snapshots`, because each needs a club of its own.
    for route in routes(&document).iter().filter(|route| route.operation != "loadSnapshot") {
        let test = TestClub::new(&small_club()).await;
        test.propose_usual().await;
        let callers = callers(&test.cloud.environment_with_crossmark(NOWHERE));
        for member in &route.members {
            let values = match member.place {
                Place::Body => values::values(),
                _ => values::texts().into_iter().map(Value::from).collect(),
            };
            for value in &values {
                let Some(request) = TestRequest::with(route, member, value) else { continue };
                let answer = request.send(&callers[&route.operation]).await;
                let code = assert_documented(&document, route, member, value, &answer);
                // No segment of a path may be longer than 287 bytes.
                if member.place == Place::Path && value.as_str().is_some_and(|text| text.len() >= 300) {
                    assert_eq!((answer.status, code), (404, "NO_SUCH_ROUTE"), "{}", route.operation);
                }
                requests += 1;
            }
        }
        assert_club_works(&test, &route.operation).await;
    }
    assert!(requests > 1_500, "{requests} requests");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_at_its_bound_is_not_refused_as_out_of_bounds_and_one_beyond_it_is_refused() {
    let document = contract::document(&examples().await).expect("a document");
    for route in routes(&document) {
        let test = TestClub::new(&small_club()).await;
        test.propose_usual().await;
        let callers = callers(&test.cloud.environment_with_crossmark(NOWHERE));
        for member in &route.members {
            let (within, beyond) = values::bounds(member);
            for (value, fits) in within.iter().map(|v| (v, true)).chain(beyond.iter().map(|v| (v, false))) {
                let Some(request) = TestRequest::with(&route, member, value) else { continue };
                let answer = request.send(&callers[&route.operation]).await;
                let code = assert_documented(&document, &route, member, value, &answer);
                let context = || format!("{}: {} {}: {}", route.operation, member.name, excerpt(value), answer.body);
                match fits {
                    true => assert!(!OUT_OF_BOUNDS.contains(&code), "{}", context()),
                    false => assert!((400..500).contains(&answer.status), "{}", context()),
                }
            }
        }
        assert_club_works(&test, &route.operation).await;
    }
}

/// People with several clubs name the club in every request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_read_has_the_same_status_and_code_if_the_request_names_the_club() {
    let document = contract::document(&examples().await).expect("a document");
    let test = TestClub::new(&small_club()).await;
    test.propose_usual().await;
    let callers = callers(&test.cloud.environment_with_crossmark(NOWHERE));
    let reads: Vec<Route> = routes(&document).into_iter().filter(|route| route.method == "GET").collect();
    for route in &reads {
        let mut request = TestRequest::valid(route);
        let without_club = request.send(&callers[&route.operation]).await;
        let separator = if request.address.contains('?') { '&' } else { '?' };
        _ = write!(request.address, "{separator}club=8135");
        let with_club = request.send(&callers[&route.operation]).await;
        let code = |answer: &Answer| answer.body["error"]["code"].clone();
        let (without_club, with_club) =
            ((without_club.status, code(&without_club)), (with_club.status, code(&with_club)));
        assert_eq!(with_club, without_club, "{}", request.address);
    }
    assert!(reads.len() > 30, "{} reads", reads.len());
}
