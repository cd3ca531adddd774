//! API Gateway's stand-in: one port on loopback, each path to its function, an identity beside each request.
//!
//! There is no sign-in on a developer's machine: every request has the development identity, and every answer says so.
//! `Authorization: Bearer dev:<who>:<club>:<role>[,<club>:<role>]` plays somebody else, `Bearer dev:nobody` nobody. So
//! nobody from elsewhere may get in: only loopback names are answered, and no page of another site may change anything.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use cloud::{Identity, request_context};
use serde::Serialize;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

use super::functions::{Functions, Http, request_id};

/// The time-out of the HTTP functions.
const TIME_OUT: Duration = Duration::from_secs(29);
/// Where a built web client lies, if one does.
const WEB: &str = "web/dist";

/// What stands behind the port.
pub struct Gateway {
    functions: Functions,
    own: Router,
    identity: Identity,
}

impl Gateway {
    /// A gateway to the functions, and to routes of its own below `/_local`.
    pub fn new(functions: Functions, own: Router, identity: Identity) -> Gateway {
        Gateway { functions, own, identity }
    }

    /// The routes.
    pub fn router(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self))
    }
}

/// What API Gateway itself answers where no function is asked.
#[derive(Serialize)]
struct Said {
    message: &'static str,
}

fn said(status: StatusCode, message: &'static str) -> Response {
    (status, axum::Json(Said { message })).into_response()
}

async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let mut response = match refusal(request.method(), request.uri(), request.headers()) {
        Some(message) => said(StatusCode::FORBIDDEN, message),
        None => gateway.route(request).await,
    };
    response.headers_mut().insert("x-muster-identity", HeaderValue::from_static("development"));
    response
}

impl Gateway {
    async fn route(&self, request: Request) -> Response {
        let path = request.uri().path();
        if path.starts_with("/_local/") {
            return never_fails(self.own.clone().oneshot(request).await);
        }
        match Http::of(path) {
            Some(function) => self.invoke(function, request).await,
            None if request.method() == Method::GET && std::path::Path::new(WEB).is_dir() => web(request).await,
            None => said(StatusCode::NOT_FOUND, "Not Found"),
        }
    }

    async fn invoke(&self, function: Http, mut request: Request) -> Response {
        let identity = played(request.headers()).unwrap_or_else(|| Some(self.identity.clone()));
        request.extensions_mut().insert(request_context(&request_id(), identity.as_ref()));
        let routes = self.functions.routes(function);
        match tokio::time::timeout(TIME_OUT, routes.oneshot(request)).await {
            Ok(answer) => never_fails(answer),
            Err(_) => said(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        }
    }
}

fn never_fails(answer: Result<Response, std::convert::Infallible>) -> Response {
    match answer {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// A file of the web client; its first page for what is none, since it routes by itself.
async fn web(request: Request) -> Response {
    let files = ServeDir::new(WEB).fallback(ServeFile::new(format!("{WEB}/index.html")));
    match files.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

/// Whom a request plays: nothing where it plays nobody in particular, `Some(None)` where it plays nobody at all.
fn played(headers: &HeaderMap) -> Option<Option<Identity>> {
    let authorization = headers.get(header::AUTHORIZATION)?;
    let plays = authorization.to_str().ok().and_then(|value| value.strip_prefix("Bearer dev:"));
    // What is no development token is one that the authorizer would not let through.
    Some(
        plays
            .and_then(|plays| plays.split_once(':'))
            .map(|(who, roles)| Identity { who: who.to_owned(), roles: roles.replace(',', " ") }),
    )
}

/// Why a request is not let in.
fn refusal(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    let host = headers
        .get(header::HOST)
        .map(|host| host.to_str().unwrap_or_default())
        .or(uri.authority().map(axum::http::uri::Authority::as_str));
    if !host.is_some_and(is_loopback) {
        return Some("only loopback names are answered: 127.0.0.1, [::1], localhost");
    }
    let elsewhere = |origin: &HeaderValue| {
        let origin = origin.to_str().unwrap_or_default();
        !origin.split_once("://").is_some_and(|(_, host)| is_loopback(host))
    };
    let changes = !matches!(*method, Method::GET | Method::HEAD);
    if changes && headers.get(header::ORIGIN).is_some_and(elsewhere) {
        return Some("a page of another site may change nothing here");
    }
    None
}

/// Whether this is a loopback name, with or without a port.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn nobody_from_elsewhere_gets_in() {
        for (method, host, origin, refused) in [
            (Method::GET, "127.0.0.1:8080", None, false),
            (Method::GET, "localhost", None, false),
            (Method::GET, "[::1]:8080", None, false),
            (Method::GET, "muster.example:8080", None, true),
            (Method::GET, "127.0.0.1.example", None, true),
            (Method::GET, "localhost:8080:1", None, true),
            (Method::GET, "", None, true),
            (Method::GET, "localhost", Some("https://club.example"), false),
            (Method::POST, "localhost", Some("https://club.example"), true),
            (Method::DELETE, "localhost", Some("null"), true),
            (Method::POST, "localhost", Some("http://localhost:5173"), false),
            (Method::POST, "localhost", Some("http://localhost.club.example"), true),
        ] {
            let mut pairs = vec![("host", host)];
            pairs.extend(origin.map(|origin| ("origin", origin)));
            let found = refusal(&method, &Uri::from_static("/"), &headers(&pairs));
            assert_eq!(found.is_some(), refused, "{method} {host} {origin:?}");
        }
    }

    #[test]
    fn a_token_of_development_plays_somebody_or_nobody() {
        let identity = |who: &str, roles: &str| Some(Identity { who: who.to_owned(), roles: roles.to_owned() });
        for (token, expected) in [
            ("Bearer dev:pat:8135:viewer", identity("pat", "8135:viewer")),
            ("Bearer dev:pat:8135:viewer,8136:manager", identity("pat", "8135:viewer 8136:manager")),
            ("Bearer dev:pat:", identity("pat", "")),
            ("Bearer dev:nobody", None),
            ("Bearer something-else", None),
            ("Basic dev:pat:8135:viewer", None),
        ] {
            assert_eq!(played(&headers(&[("authorization", token)])), Some(expected), "{token}");
        }
        assert_eq!(played(&headers(&[])), None);
    }
}
