//! A test client that sends requests to a router as API Gateway does.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use tower::ServiceExt;

use crate::gateway::{Identity, request_context};

/// A caller, with or without an identity.
#[derive(Debug, Clone)]
pub struct TestCaller {
    router: Router,
    identity: Option<Identity>,
}

/// A complete answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null if the answer has none, text if it is not JSON.
    pub body: Value,
    /// Number of bytes of the body, compressed if that was requested.
    pub length: usize,
}

impl TestCaller {
    /// A caller with roles by club: `8135:manager 8136:viewer`.
    pub fn new(router: &Router, who: &str, roles: &str) -> TestCaller {
        let identity = Identity { who: who.to_owned(), roles: roles.to_owned() };
        TestCaller { router: router.clone(), identity: Some(identity) }
    }

    /// A caller without an identity.
    pub fn nobody(router: &Router) -> TestCaller {
        TestCaller { router: router.clone(), identity: None }
    }

    /// Sends a GET request.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    /// Sends a POST request with JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], &body.to_string()).await
    }

    /// Sends any request; it must be well-formed.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.extension(request_context("r-1", self.identity.as_ref()));
        let Ok(request) = request.body(Body::from(body.to_owned())) else {
            unreachable!("no request: {method} {path}")
        };
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        let body =
            if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_else(|_| text()) };
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, length: bytes.len() }
    }
}

impl Answer {
    /// The code of an error; empty for other answers.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// A header; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A body that is not JSON, as text.
    pub fn text(&self) -> String {
        self.body.as_str().unwrap_or_default().to_owned()
    }

    /// Number of requests to the table, from the `Server-Timing` header; `None` without that header.
    pub fn requests(&self) -> Option<u64> {
        let (_, description) = self.header("server-timing").split_once("desc=\"")?;
        description.split_once(' ')?.0.parse().ok()
    }
}
