//! The error codes of the conventions: on every route, requests cause each of them that the contract lists for the route.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use cloud::{Identity, request_context};
use serde_json::{Value, json};
use store::idempotency::Request as IdempotentRequest;
use tower::ServiceExt;

use super::members::{Member, Place, Route, routes};
use super::{TestRequest, excerpt};
use crate::tour::{examples, routers};
use testkit::crossmark::NOWHERE;
use testkit::{TestClub, small_club};

/// A request and its caller.
struct Call<'a> {
    roles: Option<&'a str>,
    query: &'a str,
    content_type: &'a str,
    key: Option<&'a str>,
    body: String,
}

const ADMIN: Option<&str> = Some("8135:admin");

impl Call<'_> {
    fn of(body: &str) -> Call<'static> {
        Call { roles: ADMIN, query: "", content_type: "application/json", key: None, body: body.to_owned() }
    }

    fn address(&self, valid: &TestRequest) -> String {
        match (self.query, valid.address.contains('?')) {
            ("", _) => valid.address.clone(),
            (query, true) => format!("{}&{query}", valid.address),
            (query, false) => format!("{}?{query}", valid.address),
        }
    }

    async fn send(&self, router: &Router, valid: &TestRequest) -> (u16, String) {
        let identity = self.roles.map(|roles| Identity { who: "pat@club.example".to_owned(), roles: roles.to_owned() });
        let mut request = Request::builder().method(valid.method.as_str()).uri(self.address(valid));
        request = request.header("content-type", self.content_type);
        if let Some(key) = self.key {
            request = request.header("idempotency-key", key);
        }
        let request = request.extension(request_context("r-1", identity.as_ref()));
        let request = request.body(Body::from(self.body.clone())).expect("a request");
        let answer = router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
    }
}

/// The codes of the conventions, except those of failures of the service and of invalid ids.
const CONVENTIONS: [&str; 13] = [
    "BODY_MISSING",
    "BODY_TOO_LARGE",
    "CLUB_NOT_FOUND",
    "CLUB_REQUIRED",
    "FORBIDDEN",
    "IDEMPOTENCY_KEY_REUSED",
    "INVALID_BODY",
    "INVALID_IDEMPOTENCY_KEY",
    "INVALID_QUERY",
    "MALFORMED_JSON",
    "NOT_JSON",
    "REQUEST_IN_HAND",
    "UNAUTHENTICATED",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_code_of_the_conventions_is_answered_by_every_route_that_documents_it() {
    let document = contract::document(&examples().await).expect("a document");
    let test = TestClub::new(&small_club()).await;
    test.propose_usual().await;
    let routers = routers(&test.cloud.environment_with_crossmark(NOWHERE));
    let large = format!("{{\"x\": \"{}\"}}", "x".repeat(4 * 1024 * 1024));
    for route in routes(&document) {
        let function = contract::functions().iter().position(|(_, part)| part.paths.paths.contains_key(&route.path));
        let router = &routers[function.expect("a function")];
        let no_member = Member { place: Place::Header, name: String::new(), schema: Value::Null };
        let valid = TestRequest::with(&route, &no_member, &json!("")).expect("a request");
        let query = route.members.iter().find(|m| m.place == Place::Query && m.name != "club").map(|m| m.name.clone());
        let repeated_query = query.map(|name| format!("{name}=1&{name}=1")).unwrap_or_default();
        let calls = [
            Call { roles: None, ..Call::of(&valid.body) },
            Call { roles: Some(""), ..Call::of(&valid.body) },
            Call { roles: Some("8135:admin 8136:admin"), ..Call::of(&valid.body) },
            Call { query: "club=9", ..Call::of(&valid.body) },
            Call { query: &repeated_query, ..Call::of(&valid.body) },
            Call::of(""),
            Call::of(&large),
            Call::of("{"),
            Call::of("[]"),
            Call { content_type: "text/plain", ..Call::of(&valid.body) },
            Call { key: Some(""), ..Call::of(&valid.body) },
            Call { key: Some("once"), ..Call::of("[]") },
            Call { key: Some("once"), ..Call::of("[[]]") },
        ];
        let mut answered_codes = BTreeSet::new();
        for call in &calls {
            let (status, code) = call.send(router, &valid).await;
            assert!(status < 500, "{}: {status} {code} {}", route.operation, excerpt(&json!(call.body)));
            answered_codes.insert(code);
        }
        answered_codes.insert(code_of_concurrent_request(&test, &route, router, &valid).await);
        let documented = documented_codes(&document, &route);
        let missing: Vec<&String> = documented.iter().filter(|code| !answered_codes.contains(*code)).collect();
        assert!(missing.is_empty(), "{}: {missing:?} are documented and not answered", route.operation);
    }
}

/// The code of a request that is sent again while the first one is still being processed.
async fn code_of_concurrent_request(test: &TestClub, route: &Route, router: &Router, valid: &TestRequest) -> String {
    if route.method != "POST" {
        return String::new();
    }
    let content = format!("POST {}\n{}", valid.address, valid.body);
    let request = IdempotentRequest { key: "pat@club.example\nin-hand", content: content.as_bytes() };
    test.club().begin_request(&request, test.now()).await.expect("begun");
    let again = Call { key: Some("in-hand"), ..Call::of(&valid.body) }.send(router, valid).await.1;
    test.club().forget_request(&request).await.expect("forgotten");
    again
}

/// The codes of the conventions that the contract lists for a route.
fn documented_codes(document: &Value, route: &Route) -> BTreeSet<String> {
    let statuses = route.operation_object["responses"].as_object().expect("responses").keys();
    let statuses =
        statuses.filter_map(|status| status.parse::<u16>().ok()).filter(|status| (400..500).contains(status));
    let codes = statuses.flat_map(|status| route.codes(document, status));
    codes.filter(|code| CONVENTIONS.contains(&code.as_str())).collect()
}
