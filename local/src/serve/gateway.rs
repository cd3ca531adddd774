//! The stand-in of API Gateway: one port on loopback that routes each path to its function, with an identity for each
//! request.
//!
//! There is no sign-in on a developer's machine, as the header `x-muster-identity: development` of every answer says. A
//! request without a token has the development identity. The token in
//! `Authorization: Bearer dev:<who>:<club>:<role>[,<club>:<role>]` sets another identity, and any other token, such as
//! `Bearer dev:nobody`, none. Therefore only requests to loopback names are answered, and none from a page of another
//! site.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloud::{Identity, request_context};
use serde_json::json;
use tower::{Layer, ServiceExt};
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};

use super::functions::{Functions, Http, request_id};

/// Timeout of the HTTP functions.
const HTTP_TIMEOUT: Duration = Duration::from_secs(29);
/// Folder of the built web client, if there is one.
const WEB: &str = "web/dist";
/// Maximum length of a file name, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// The gateway, with the targets of its routes.
pub struct Gateway {
    functions: Functions,
    /// The routes below `/_local`.
    local_routes: Router,
    /// The identity of requests that set none.
    identity: Identity,
}

impl Gateway {
    /// A gateway to the functions and to the routes below `/_local`.
    pub fn new(functions: Functions, local_routes: Router, identity: Identity) -> Gateway {
        Gateway { functions, local_routes, identity }
    }

    /// The routes.
    pub fn router(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self))
    }
}

/// The answer of the gateway itself, without invoking a function.
fn own_answer(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({"message": message}))).into_response()
}

async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let mut response = match loopback::refusal(request.uri(), request.headers()) {
        Some(message) => own_answer(StatusCode::FORBIDDEN, message),
        None => gateway.route(request).await,
    };
    response.headers_mut().insert("x-muster-identity", HeaderValue::from_static("development"));
    response
}

impl Gateway {
    async fn route(&self, request: Request) -> Response {
        let path = request.uri().path();
        if path.starts_with("/_local/") {
            return unwrap_infallible(self.local_routes.clone().oneshot(request).await);
        }
        match Http::of(path) {
            Some(function) => self.invoke(function, request).await,
            // No file can have such a name, and opening it would fail.
            None if path.split('/').any(|segment| segment.len() > MAX_NAME_BYTES) => {
                own_answer(StatusCode::NOT_FOUND, "Not Found")
            }
            None if request.method() == Method::GET && std::path::Path::new(WEB).is_dir() => web(request).await,
            None => own_answer(StatusCode::NOT_FOUND, "Not Found"),
        }
    }

    async fn invoke(&self, function: Http, mut request: Request) -> Response {
        let identity = identity_override(request.headers()).unwrap_or_else(|| Some(self.identity.clone()));
        request.extensions_mut().insert(request_context(&request_id(), identity.as_ref()));
        let routes = self.functions.routes(function);
        match tokio::time::timeout(HTTP_TIMEOUT, routes.oneshot(request)).await {
            Ok(answer) => unwrap_infallible(answer),
            Err(_) => own_answer(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        }
    }
}

/// The answer of a service that cannot fail.
fn unwrap_infallible(answer: Result<Response, std::convert::Infallible>) -> Response {
    match answer {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// A file of the web client, compressed. Every other path gets `index.html`, because the client has its pages in the fragment of
/// the address; only a missing asset or configuration is 404. Files under `/assets/` have a hash of their content in their names
/// and are cached forever; all other files are revalidated. infra/README.md sets the same headers on the files of the site.
async fn web(request: Request) -> Response {
    let path = request.uri().path();
    let is_asset = path.starts_with("/assets/");
    let is_file = is_asset || path == "/config.json";
    let files = ServeDir::new(WEB).precompressed_br();
    let answer = if is_file {
        CompressionLayer::new().layer(files).oneshot(request).await.map(|response| response.map(Body::new))
    } else {
        let files = files.fallback(ServeFile::new(format!("{WEB}/index.html")).precompressed_br());
        CompressionLayer::new().layer(files).oneshot(request).await.map(|response| response.map(Body::new))
    };
    let mut response = unwrap_infallible(answer);
    let is_found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let cache = if is_asset && is_found { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// The identity that a request sets; `None` if it keeps the development identity, `Some(None)` if it has no identity.
fn identity_override(headers: &HeaderMap) -> Option<Option<Identity>> {
    let authorization = headers.get(header::AUTHORIZATION)?;
    let token = authorization.to_str().ok().and_then(|value| value.strip_prefix("Bearer dev:"));
    // With any other token, the request has no identity, as if the authorizer had rejected the token.
    Some(
        token
            .and_then(|token| token.split_once(':'))
            .map(|(who, roles)| Identity { who: who.to_owned(), roles: roles.replace(',', " ") }),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_development_token_sets_the_identity_or_none() {
        let identity = |who: &str, roles: &str| Some(Identity { who: who.to_owned(), roles: roles.to_owned() });
        for (token, expected) in [
            ("Bearer dev:pat:8135:viewer", identity("pat", "8135:viewer")),
            ("Bearer dev:pat:8135:viewer,8136:manager", identity("pat", "8135:viewer 8136:manager")),
            ("Bearer dev:pat:", identity("pat", "")),
            ("Bearer dev:nobody", None),
            ("Bearer something-else", None),
            ("Basic dev:pat:8135:viewer", None),
        ] {
            assert_eq!(identity_override(&headers(&[("authorization", token)])), Some(expected), "{token}");
        }
        assert_eq!(identity_override(&headers(&[])), None);
    }
}
