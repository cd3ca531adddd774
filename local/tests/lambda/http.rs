//! HTTP requests: the functions' answers to events of API Gateway are compared with the answers of `muster serve`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::payloads::{club, payload, settings};
use crate::platform::{Ended, Function};
use crate::world::World;

/// Headers that clients depend on.
const THAT_MATTER: [&str; 7] =
    ["allow", "cache-control", "content-encoding", "content-type", "etag", "vary", "x-content-type-options"];

/// The parts of an answer that a client sees.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u64,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl Seen {
    fn new(status: u64, headers: impl Iterator<Item = (String, String)>, body: &[u8]) -> Seen {
        let headers = headers.filter(|(name, _)| THAT_MATTER.contains(&name.as_str())).collect();
        // A compressed body is compared by its bytes.
        let mut body = serde_json::from_slice(body).unwrap_or_else(|_| json!(body));
        if body["error"].is_object() {
            // These members differ between any two requests.
            body["error"]["request_id"] = json!("");
            body["error"]["timestamp"] = json!("");
        }
        Seen { status, headers, body }
    }

    /// A function's answer, as API Gateway returns it.
    fn of(answer: &Value) -> Seen {
        let headers = ["headers", "multiValueHeaders"].map(|of| answer[of].as_object().cloned().unwrap_or_default());
        let text = |value: &Value| value.as_str().or(value[0].as_str()).unwrap_or_default().to_owned();
        let headers = headers.into_iter().flatten().map(|(name, value)| (name.to_ascii_lowercase(), text(&value)));
        Seen::new(answer["statusCode"].as_u64().unwrap_or_default(), headers, &body_of(answer))
    }
}

/// The body in an event of API Gateway, or in a function's answer.
pub fn body_of(message: &Value) -> Vec<u8> {
    let text = message["body"].as_str().unwrap_or_default();
    if message["isBase64Encoded"] == true { base64(text) } else { text.as_bytes().to_vec() }
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

/// The answer of `muster serve` to the request of a payload.
async fn local(world: &World, event: &Value) -> Seen {
    let context = &event["requestContext"];
    let method: reqwest::Method = context["http"]["method"].as_str().unwrap().parse().unwrap();
    let (path, query) = (event["rawPath"].as_str().unwrap(), event["rawQueryString"].as_str().unwrap());
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    let mut request = reqwest::Client::new().request(method, format!("{}{path}{query}", world.api));
    let claims = &context["authorizer"]["jwt"]["claims"];
    let roles = claims["cognito:groups"].as_str().map(|roles| roles.trim_matches(['[', ']']).replace(' ', ","));
    let plays = roles.map(|roles| format!("{}:{roles}", claims["email"].as_str().unwrap()));
    request = request.header("authorization", format!("Bearer dev:{}", plays.as_deref().unwrap_or("nobody")));
    for name in ["accept", "accept-encoding", "content-type", "idempotency-key", "if-none-match"] {
        if let Some(value) = event["headers"][name].as_str() {
            request = request.header(name, value);
        }
    }
    if event["body"].is_string() {
        request = request.body(body_of(event));
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16().into(), answer.headers().clone());
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    Seen::new(status, headers, &answer.bytes().await.unwrap())
}

/// The request with the caller's e-mail as `sub`. A development identity has only a name, so this gives both sides the
/// same id.
fn by_one_person(mut event: Value) -> Value {
    if let Some(claims) = event.pointer_mut("/requestContext/authorizer/jwt/claims")
        && claims["email"].is_string()
    {
        claims["sub"] = claims["email"].clone();
    }
    event
}

/// Removes what the payloads write.
async fn take_back(world: &World) {
    world.send(reqwest::Method::DELETE, "/api/rotation-exception/2026-12-01/primary_lead", None).await;
}

#[tokio::test]
async fn a_function_on_lambda_answers_as_the_local_whole_does() {
    let world = World::with_clock_change().await;
    world.proposal().await;
    let (settings, club) = (settings(&world).await, club(&world));
    let mut oversized = payload("rotations-write", &club);
    oversized["body"] = json!(format!("{{\"reason\": \"{}\"}}", "x".repeat(1_100_000)));
    let mut other_key = payload("review-write", &club);
    other_key["body"] = json!("{\"emergency\": true}");
    for (function, cases) in [
        (
            "rotations",
            vec![
                ("rotations-read", payload("rotations-read", &club), 200),
                ("rotations-write", payload("rotations-write", &club), 200),
                ("rotations-write-base64", payload("rotations-write-base64", &club), 200),
                ("rotations-write-viewer", payload("rotations-write-viewer", &club), 403),
                ("rotations-malformed", payload("rotations-malformed", &club), 400),
                ("an oversized body", oversized, 413),
            ],
        ),
        (
            "assist",
            vec![
                ("assist-ask", payload("assist-ask", &club), 200),
                ("assist-call", payload("assist-call", &club), 200),
                ("assist-no-claims", payload("assist-no-claims", &club), 401),
            ],
        ),
        (
            "roster",
            vec![
                ("roster-read", payload("roster-read", &club), 200),
                ("roster-write", payload("roster-write", &club), 422),
            ],
        ),
        (
            "review",
            vec![
                ("review-read", payload("review-read", &club), 200),
                ("review-write", payload("review-write", &club), 202),
                ("the same key with another body", other_key, 422),
                ("review-no-claims", payload("review-no-claims", &club), 401),
                ("review-wrong-club", payload("review-wrong-club", &club), 404),
                ("review-no-such-route", payload("review-no-such-route", &club), 404),
                ("review-wrong-method", payload("review-wrong-method", &club), 405),
            ],
        ),
    ] {
        let mut on_lambda = Function::start(function, &settings).await;
        for (name, event, expected) in cases {
            let event = by_one_person(event);
            // Both find the club unchanged.
            take_back(&world).await;
            let answer = on_lambda.invoke(&event).await.answer();
            take_back(&world).await;
            assert_eq!(answer["headers"]["x-content-type-options"], "nosniff", "{name}: {answer:#}");
            let (found, locally) = (Seen::of(&answer), local(&world, &event).await);
            assert_eq!(found.status, expected, "{name}: {found:#?}");
            assert_eq!(found, locally, "{name}");
        }
        assert!(on_lambda.lives());
    }
}

#[tokio::test]
async fn a_payload_that_no_function_can_read_fails_alone() {
    let world = World::on("2026-10-05").await;
    let (settings, club) = (settings(&world).await, club(&world));
    let mut review = Function::start("review", &settings).await;
    let read = payload("review-no-such-route", &club);
    for bad in [payload("review-payload-v1", &club), json!({}), json!(null), json!([1]), json!("text")] {
        match review.invoke(&bad).await {
            // However it is understood, it gives no access.
            Ended::Answered(answer) => assert!(answer["statusCode"].as_u64() >= Some(400), "{bad}: {answer}"),
            Ended::Failed(error) => assert!(error["errorType"].is_string(), "{bad}: {error}"),
        }
        assert_eq!(review.invoke(&read).await.answer()["statusCode"], 404, "after {bad}");
    }
    assert!(review.lives());
}
