//! Access check for services on loopback. The credentials of these services are no secret, so they answer only this
//! machine. A request for another host name (DNS rebinding) or from a page of another site is refused.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::json;

/// Wraps a router so that it answers only this machine; other requests get 403.
pub fn only(router: Router) -> Router {
    router.layer(from_fn(guard))
}

async fn guard(request: Request, next: Next) -> Response {
    match refusal(request.uri(), request.headers()) {
        Some(message) => (StatusCode::FORBIDDEN, Json(json!({"message": message}))).into_response(),
        None => next.run(request).await,
    }
}

/// Why a request is refused; `None` if it is allowed.
pub fn refusal(uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    let host = headers
        .get(header::HOST)
        .map(|host| host.to_str().unwrap_or_default())
        .or(uri.authority().map(axum::http::uri::Authority::as_str));
    if !host.is_some_and(is_loopback) {
        return Some("only loopback names are answered: 127.0.0.1, [::1], localhost");
    }
    let is_elsewhere = |origin: &HeaderValue| {
        let origin = origin.to_str().unwrap_or_default();
        !origin.split_once("://").is_some_and(|(_, host)| is_loopback(host))
    };
    let is_foreign = headers.get_all(header::ORIGIN).iter().any(is_elsewhere);
    is_foreign.then_some("a page of another site is not answered here")
}

/// Whether a host is a loopback name, with or without a port.
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

    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn requests_from_other_hosts_and_pages_are_refused() {
        let router = only(Router::new().route("/", get(async || "in")).fallback(async || "in"));
        for (host, origin, status) in [
            (Some("127.0.0.1:8080"), None, 200),
            (Some("localhost"), None, 200),
            (Some("[::1]:8080"), None, 200),
            (Some("127.0.0.1:8080"), Some("http://localhost:5173"), 200),
            (Some("muster.example:8080"), None, 403),
            (Some("127.0.0.1.example"), None, 403),
            (Some("localhost:8080:1"), None, 403),
            (Some(""), None, 403),
            (None, None, 403),
            (Some("127.0.0.1:8080"), Some("https://example.com"), 403),
            (Some("127.0.0.1:8080"), Some("null"), 403),
            (Some("127.0.0.1:8080"), Some("http://localhost.example"), 403),
        ] {
            for (method, path) in
                [("GET", "/"), ("GET", "/elsewhere"), ("POST", "/elsewhere"), ("OPTIONS", "/elsewhere")]
            {
                let mut request = Request::builder().method(method).uri(path);
                for (name, value) in [("host", host), ("origin", origin)] {
                    if let Some(value) = value {
                        request = request.header(name, value);
                    }
                }
                let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
                assert_eq!(answer.status().as_u16(), status, "{method} {path} of {host:?} from {origin:?}");
            }
        }
    }
}
