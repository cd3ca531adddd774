//! Tests of the conventions for every HTTP handler and every record of a queue, over the embedded services.

#![allow(clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use api::identity::{Caller, ClubCaller, Manager, Viewer};
use api::{Conventions, Params, with_conventions};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use chrono::DateTime;
use cloud::{Cloud, Identity, SteppedClock, request_context};
use runtime::messages::RunMessage;
use runtime::records::{Outcome, RecordQueues};
use runtime::trigger::{Payload, SqsEvent};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A few routes with the conventions that all routes share, over the embedded services.
struct ApiTest {
    cloud: Cloud,
    router: Router,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct NameBody {
    name: String,
}

async fn panics(_: ClubCaller<Viewer>) -> &'static str {
    panic!("on purpose")
}

#[derive(serde::Deserialize)]
struct LimitQuery {
    #[expect(dead_code, reason = "the tests need only its type")]
    limit: u16,
}

fn identity(roles: &str) -> Identity {
    Identity { who: "pat@club.example".to_owned(), roles: roles.to_owned() }
}

impl ApiTest {
    async fn new() -> ApiTest {
        let clock = SteppedClock::at(DateTime::from_timestamp(1_795_417_200, 0).expect("a moment"));
        let cloud = Cloud::in_memory(clock.clock(), 7).await.expect("a cloud");
        let environment = cloud.environment();
        let table = Arc::new(environment.table().expect("a table"));
        let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let routes = Router::new()
            .route("/api/look", get(async |club_caller: ClubCaller<Viewer>| club_caller.who.id))
            .route(
                "/api/do",
                post(async move |club_caller: ClubCaller<Manager>, body: api::Body<NameBody>| {
                    let n = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    axum::Json(json!({"club": club_caller.club.as_str(), "name": body.0.name, "n": n}))
                }),
            )
            .route("/api/busy", post(async |_: ClubCaller<Manager>| api::ApiError::busy("too much at once")))
            .route("/api/me", get(async |caller: Caller| caller.who.id))
            .route("/api/limit", get(async |_: ClubCaller<Viewer>, _: Params<LimitQuery>| ""))
            .route("/api/panic", get(panics));
        let router = with_conventions(routes, Conventions::new(&environment, table));
        ApiTest { cloud, router }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Value, Response<()>) {
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let value = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        (parts.status, value, Response::from_parts(parts, ()))
    }
}

fn request(method: &str, path: &str, roles: Option<&str>, body: &str) -> Request<Body> {
    let context = request_context("r-1", roles.map(identity).as_ref());
    let built = Request::builder().method(method).uri(path).header("content-type", "application/json");
    built.extension(context).body(Body::from(body.to_owned())).expect("a request")
}

#[tokio::test]
async fn invalid_requests_get_their_error_codes_in_one_shape() {
    let test = ApiTest::new().await;
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1024 * 1024));
    let manager = Some("8135:manager");
    for (method, path, roles, body, status, code) in [
        ("GET", "/api/look", None, "", 401, "UNAUTHENTICATED"),
        ("GET", "/api/me", None, "", 401, "UNAUTHENTICATED"),
        ("GET", "/api/look", Some(""), "", 403, "FORBIDDEN"),
        ("POST", "/api/do", Some("8135:viewer"), "{\"name\": \"a\"}", 403, "FORBIDDEN"),
        ("GET", "/api/look?club=9", Some("8135:viewer"), "", 404, "CLUB_NOT_FOUND"),
        ("GET", "/api/look", Some("8135:viewer 8136:viewer"), "", 400, "CLUB_REQUIRED"),
        ("GET", "/api/nothing", manager, "", 404, "NO_SUCH_ROUTE"),
        ("DELETE", "/api/do", manager, "", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/do", manager, "", 400, "BODY_MISSING"),
        ("POST", "/api/do", manager, "{\"name\": }", 400, "MALFORMED_JSON"),
        ("POST", "/api/do", manager, "{\"name\": 5}", 400, "INVALID_BODY"),
        ("POST", "/api/do", manager, "{\"name\": \"a\", \"other\": 1}", 400, "INVALID_BODY"),
        ("POST", "/api/do", manager, "{\"name\": \"a\"} x", 400, "MALFORMED_JSON"),
        ("POST", "/api/do", manager, &large, 413, "BODY_TOO_LARGE"),
        ("GET", "/api/limit?limit=many", manager, "", 400, "INVALID_QUERY"),
        ("GET", "/api/panic", manager, "", 500, "INTERNAL"),
    ] {
        let (found, answer, _) = test.send(request(method, path, roles, body)).await;
        let error = &answer["error"];
        assert_eq!((found.as_u16(), error["code"].as_str()), (status, Some(code)), "{method} {path}: {answer}");
        assert_eq!(answer["success"], false);
        assert_eq!((error["request_id"].as_str(), error["timestamp"].as_str().map(str::len)), (Some("r-1"), Some(24)));
        assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()));
    }
}

#[tokio::test]
async fn a_body_without_the_content_type_of_json_is_refused() {
    let test = ApiTest::new().await;
    let mut plain = request("POST", "/api/do", Some("8135:manager"), "{\"name\": \"a\"}");
    plain.headers_mut().insert("content-type", "text/plain".parse().expect("a header"));
    let (status, answer, _) = test.send(plain).await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (415, &json!("NOT_JSON")));
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_done_once() {
    let test = ApiTest::new().await;
    let keyed = |key: &str, body: &str, roles: &str| {
        let mut request = request("POST", "/api/do", Some(roles), body);
        request.headers_mut().insert("idempotency-key", key.parse().expect("a header"));
        request
    };
    let manager = "8135:manager";
    let (_, first, _) = test.send(keyed("k", "{\"name\": \"a\"}", manager)).await;
    let (_, again, headers) = test.send(keyed("k", "{\"name\": \"a\"}", manager)).await;
    assert_eq!((&first["n"], &again["n"]), (&json!(0), &json!(0)));
    assert_eq!(headers.headers()["idempotent-replayed"], "true");
    let (status, other, _) = test.send(keyed("k", "{\"name\": \"b\"}", manager)).await;
    assert_eq!((status.as_u16(), &other["error"]["code"]), (422, &json!("IDEMPOTENCY_KEY_REUSED")));
    let (_, fresh, _) = test.send(keyed("k2", "{\"name\": \"a\"}", manager)).await;
    assert_eq!(fresh["n"], 1);
    let (status, _, _) = test.send(keyed("", "{\"name\": \"a\"}", manager)).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn the_answer_of_a_refused_request_is_not_kept_for_its_key() {
    let test = ApiTest::new().await;
    let keyed = |method: &str, path: &str, roles: Option<&str>| {
        let mut request = request(method, path, roles, "{\"name\": \"a\"}");
        request.headers_mut().insert("idempotency-key", "k".parse().expect("a header"));
        request
    };
    let long = format!("/api/{}", "x".repeat(300));
    for (path, roles, status) in [
        ("/api/do", None, 401),
        ("/api/do", Some("8135:viewer"), 403),
        ("/api/do", Some("8135:viewer"), 403),
        ("/api/nothing", Some("8135:manager"), 404),
        (&long, Some("8135:manager"), 404),
        ("/api/look", Some("8135:manager"), 405),
    ] {
        let (found, _, answer) = test.send(keyed("POST", path, roles)).await;
        assert_eq!(found.as_u16(), status, "{path}");
        assert!(!answer.headers().contains_key("idempotent-replayed"), "{path}");
    }
    // A request that was refused as busy may be sent again under the same key at once.
    for _ in 0..2 {
        let (status, _, _) = test.send(keyed("POST", "/api/busy", Some("8135:manager"))).await;
        assert_eq!(status, 503);
    }
    // Once the caller has the missing role, the same request with the same key succeeds.
    let (status, done, _) = test.send(keyed("POST", "/api/do", Some("8135:manager"))).await;
    assert_eq!((status.as_u16(), &done["n"]), (200, &json!(0)));
}

#[tokio::test]
async fn a_segment_that_is_too_long_belongs_to_no_route() {
    let test = ApiTest::new().await;
    for length in [255, 256, 300] {
        let path = format!("/api/{}", "x".repeat(length));
        let (status, answer, _) = test.send(request("GET", &path, Some("8135:viewer"), "")).await;
        assert_eq!((status.as_u16(), &answer["error"]["code"]), (404, &json!("NO_SUCH_ROUTE")), "{length}");
    }
}

#[tokio::test]
async fn every_service_answers_only_this_machine() {
    let test = ApiTest::new().await;
    let settings = test.cloud.settings_with_crossmark("http://127.0.0.1:1");
    let services = ["DYNAMODB", "SQS", "SECRETS_MANAGER", "SNS"].map(|name| format!("AWS_ENDPOINT_URL_{name}"));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for service in services {
        let address = settings.get(&service).unwrap_or_else(|| panic!("{service} has no address"));
        for (header, value, refused) in [
            ("origin", "http://localhost:5173", false),
            ("origin", "https://club.example", true),
            ("origin", "null", true),
            ("host", "club.example", true),
        ] {
            for method in [reqwest::Method::POST, reqwest::Method::GET, reqwest::Method::OPTIONS] {
                let sent =
                    client.request(method.clone(), address).header(header, value).send().await.expect("an answer");
                assert_eq!(sent.status() == 403, refused, "{service} {method} {header}: {value}");
            }
        }
    }
}

#[tokio::test]
async fn one_bad_record_delays_no_other_record() {
    let test = ApiTest::new().await;
    let environment = test.cloud.environment();
    let records = RecordQueues::<RunMessage> {
        queue: environment.queue().expect("a queue"),
        dead_letters: environment.dead_letters().expect("a queue"),
    };
    let body = |run: &str| json!({"version": 1, "club": "8135", "run": run}).to_string();
    let record = |id: &str, body: String| json!({"messageId": id, "body": body});
    let event = json!({"Records": [
        record("good", body("r1")),
        record("panics", body("panics")),
        record("fails", body("fails")),
        record("later", body("later")),
        record("no json", "{".to_owned()),
        record("no run", json!({"version": 1, "club": "8135"}).to_string()),
        record("newer", json!({"version": 2, "club": "8135", "run": "r"}).to_string()),
    ]});
    let handle = async |message: RunMessage| match message.run.as_str() {
        "panics" => panic!("on purpose"),
        "fails" => Outcome::Failed { why: "the table is away".to_owned() },
        "later" => Outcome::Again { after: std::time::Duration::from_secs(30) },
        _ => Outcome::Done,
    };
    let answer = records.work(SqsEvent::read(event).expect("an event of a queue"), handle).await;
    let answer = serde_json::to_value(answer).expect("JSON");
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "panics"}, {"itemIdentifier": "fails"}]}));
    let dead = receive(&records.dead_letters).await;
    let mut reasons: Vec<String> = dead.into_iter().filter_map(|m| m.1).collect();
    reasons.sort();
    assert_eq!(
        reasons,
        [
            "it cannot be read: EOF while parsing an object at line 1 column 1",
            "it cannot be read: missing field `run` at line 1 column 27",
            "it has version 2: expected 1",
        ]
    );
    let depths = test.cloud.queues().depths().await.expect("depths");
    assert_eq!(
        depths.iter().filter(|d| !d.is_empty()).count(),
        2,
        "expected messages in two queues: one that waits, and dead letters"
    );
}

/// The bodies of a queue's visible messages, each with its reason if it is a dead letter.
async fn receive(queue: &runtime::queue::Queue<RunMessage>) -> Vec<(String, Option<String>)> {
    let receive = queue.client().receive_message().queue_url(queue.address());
    let answer = receive.max_number_of_messages(10).message_attribute_names("All").send().await.expect("messages");
    let reason = |m: &aws_sdk_sqs::types::Message| {
        m.message_attributes().and_then(|a| a.get("reason")).and_then(|a| a.string_value()).map(str::to_owned)
    };
    answer.messages().iter().map(|m| (m.body().unwrap_or_default().to_owned(), reason(m))).collect()
}
