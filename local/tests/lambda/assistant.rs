//! Runs the official SDKs of the Model Context Protocol and its conformance suite against the assistant's Lambda binary,
//! behind a simulated API Gateway.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response};
use axum::routing::any;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::http::body_of;
use crate::payloads::{payload, settings};
use crate::platform::Function;
use crate::world::World;

/// Maximum size of a request, in bytes.
const MAX_BODY: usize = 1 << 20;

/// API Gateway in front of the assistant's function. Requests for other paths than `/mcp` go to `muster serve` on the same
/// table.
struct Gateway {
    assist: Function,
    club: String,
    /// The address of `muster serve`.
    muster: String,
    client: reqwest::Client,
    /// Number of the current caller. The program reads the real clock, which the clients cannot move past the rate limit of
    /// a minute. So the caller changes instead.
    person: AtomicU64,
}

impl Gateway {
    /// The event that API Gateway makes from a request.
    fn event(&self, method: &Method, headers: Map<String, Value>, body: &[u8]) -> Value {
        let mut event = payload("assist-call", &self.club);
        let person = format!("pat-{}@club.example", self.person.load(Ordering::Relaxed));
        event["headers"] = Value::Object(headers);
        event["body"] = json!(String::from_utf8_lossy(body));
        event["requestContext"]["http"]["method"] = json!(method.as_str());
        event["requestContext"]["domainName"] = json!("127.0.0.1");
        let claims = &mut event["requestContext"]["authorizer"]["jwt"]["claims"];
        claims["cognito:groups"] = json!(format!("[{}:manager]", self.club));
        (claims["email"], claims["sub"]) = (json!(person), json!(person));
        event
    }
}

/// Sends a request for `/mcp` to the function.
async fn mcp(State(gateway): State<Arc<Gateway>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_BODY).await.unwrap();
    let text = |value: &axum::http::HeaderValue| json!(value.to_str().unwrap_or_default());
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let answer = gateway.assist.invoke(&gateway.event(&parts.method, headers, &body)).await.assert_answer();
    let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap();
    let mut response = Response::builder().status(status);
    for member in ["headers", "multiValueHeaders"] {
        for (name, value) in answer[member].as_object().into_iter().flatten() {
            let value = value.as_str().or(value[0].as_str()).unwrap_or_default();
            response = response.header(name, value);
        }
    }
    response.body(Body::from(body_of(&answer))).unwrap()
}

/// Forwards a request to `muster serve`. A request to move the clock also changes the caller.
async fn forward(State(gateway): State<Arc<Gateway>>, method: Method, request: Request) -> Response<Body> {
    if request.uri().path() == "/_local/clock" {
        gateway.person.fetch_add(1, Ordering::Relaxed);
    }
    let address = format!("{}{}", gateway.muster, request.uri());
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, MAX_BODY).await.unwrap();
    let mut request = gateway.client.request(method, address).body(body);
    if let Some(kind) = parts.headers.get("content-type") {
        request = request.header("content-type", kind);
    }
    let answer = request.send().await.unwrap();
    let response = Response::builder().status(answer.status());
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "installs the SDKs; ./dev test --full and ./dev package --try run it"]
async fn the_official_clients_work_with_the_assistant_on_lambda() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let club = std::fs::read_to_string(format!("{root}/events/club-small.json")).unwrap();
    let club: Value = serde_json::from_str(&club).unwrap();
    let club_id = club["club"]["id"].as_str().unwrap().to_owned();
    let world = World::with(club).await;
    let assist = Function::start("assist", &settings(&world).await).await;
    let (muster, client) = (world.api.clone(), reqwest::Client::builder().no_proxy().build().unwrap());
    let gateway = Arc::new(Gateway { assist, club: club_id, muster, client, person: AtomicU64::new(0) });
    let routes = Router::new().route("/mcp", any(mcp)).fallback(forward).with_state(gateway);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let mut clients = Command::new(format!("{root}/tests/assistant.sh"));
    clients.arg(env!("CARGO_BIN_EXE_muster")).arg(&address).stdin(Stdio::null());
    let status = tokio::task::spawn_blocking(move || clients.status()).await.unwrap().unwrap();
    assert!(status.success(), "a client failed; its output is above");
}
