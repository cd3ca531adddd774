//! Tests that functions on Lambda answer the HTTP requests in events of API Gateway as `muster serve` answers them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::payloads::{club, payload, settings};
use crate::platform::{Function, InvocationEnd};
use crate::world::World;

/// Headers that clients depend on.
const COMPARED_HEADERS: [&str; 7] =
    ["allow", "cache-control", "content-encoding", "content-type", "etag", "vary", "x-content-type-options"];

/// The parts of an answer that a client sees.
#[derive(Debug, PartialEq)]
struct VisibleAnswer {
    status: u64,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl VisibleAnswer {
    fn new(status: u64, headers: impl Iterator<Item = (String, String)>, body: &[u8]) -> VisibleAnswer {
        let mut headers: BTreeMap<String, String> =
            headers.filter(|(name, _)| COMPARED_HEADERS.contains(&name.as_str())).collect();
        // The two clocks show different days, on which a tag may depend.
        if let Some(tag) = headers.get_mut("etag") {
            assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
            "a weak tag".clone_into(tag);
        }
        // A compressed body is compared by its bytes.
        let mut body = serde_json::from_slice(body).unwrap_or_else(|_| json!(body));
        if body["error"].is_object() {
            // These members differ between any two requests.
            body["error"]["request_id"] = json!("");
            body["error"]["timestamp"] = json!("");
        }
        VisibleAnswer { status, headers, body }
    }

    /// The answer that API Gateway makes from a function's answer.
    fn of_function(answer: &Value) -> VisibleAnswer {
        let headers =
            ["headers", "multiValueHeaders"].map(|member| answer[member].as_object().cloned().unwrap_or_default());
        let text = |value: &Value| value.as_str().or(value[0].as_str()).unwrap_or_default().to_owned();
        let headers = headers.into_iter().flatten().map(|(name, value)| (name.to_ascii_lowercase(), text(&value)));
        VisibleAnswer::new(answer["statusCode"].as_u64().unwrap_or_default(), headers, &body_of(answer))
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
async fn answer_of_serve(world: &World, event: &Value) -> VisibleAnswer {
    let context = &event["requestContext"];
    let method: reqwest::Method = context["http"]["method"].as_str().unwrap().parse().unwrap();
    let (path, query) = (event["rawPath"].as_str().unwrap(), event["rawQueryString"].as_str().unwrap());
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = client.request(method, format!("{}{path}{query}", world.api));
    let claims = &context["authorizer"]["jwt"]["claims"];
    let roles = claims["cognito:groups"].as_str().map(|roles| roles.trim_matches(['[', ']']).replace(' ', ","));
    let identity = roles.map(|roles| format!("{}:{roles}", claims["email"].as_str().unwrap()));
    request = request.header("authorization", format!("Bearer dev:{}", identity.as_deref().unwrap_or("nobody")));
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
    VisibleAnswer::new(status, headers, &answer.bytes().await.unwrap())
}

/// The event with the caller's e-mail as `sub`. The id of a development identity is its name, so that the caller has the
/// same id on both sides.
fn with_email_as_sub(mut event: Value) -> Value {
    if let Some(claims) = event.pointer_mut("/requestContext/authorizer/jwt/claims")
        && claims["email"].is_string()
    {
        claims["sub"] = claims["email"].clone();
    }
    event
}

/// Deletes the rotation exception that the payloads write.
async fn delete_exception(world: &World) {
    world.send(reqwest::Method::DELETE, "/api/rotation-exception/2026-12-01/primary_lead", None).await;
}

#[tokio::test]
async fn a_function_on_lambda_answers_as_muster_serve_does() {
    let world = World::with_clock_change().await;
    world.proposal().await;
    let (mut settings, club) = (settings(&world).await, club(&world));
    // The links to the client in the assistant's answers begin with its origin.
    settings.push(("MUSTER_ASSIST_ORIGINS".to_owned(), world.api.clone()));
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
            let event = with_email_as_sub(event);
            // Both requests find the same facts of the club.
            delete_exception(&world).await;
            let answer = on_lambda.invoke(&event).await.assert_answer();
            delete_exception(&world).await;
            assert_eq!(answer["headers"]["x-content-type-options"], "nosniff", "{name}: {answer:#}");
            let (found, expected_answer) = (VisibleAnswer::of_function(&answer), answer_of_serve(&world, &event).await);
            assert_eq!(found.status, expected, "{name}: {found:#?}");
            assert_eq!(found, expected_answer, "{name}");
        }
        assert!(on_lambda.is_running());
    }
}

#[tokio::test]
async fn the_invocation_after_an_unreadable_payload_succeeds() {
    let world = World::on("2026-10-05").await;
    let (settings, club) = (settings(&world).await, club(&world));
    let mut review = Function::start("review", &settings).await;
    let read = payload("review-no-such-route", &club);
    for unreadable in [payload("review-payload-v1", &club), json!({}), json!(null), json!([1]), json!("text")] {
        match review.invoke(&unreadable).await {
            // Whatever the function makes of the payload, the answer must refuse it.
            InvocationEnd::Answered(answer) => {
                assert!(answer["statusCode"].as_u64() >= Some(400), "{unreadable}: {answer}");
            }
            InvocationEnd::Failed(error) => assert!(error["errorType"].is_string(), "{unreadable}: {error}"),
        }
        assert_eq!(review.invoke(&read).await.assert_answer()["statusCode"], 404, "after {unreadable}");
    }
    assert!(review.is_running());
}
