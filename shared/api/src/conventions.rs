//! The middleware around every handler: request id, body limit, idempotency key, error body, `ETag`, timing headers and
//! the summary in the log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header, request::Parts};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use futures_util::FutureExt;
use lambda_http::request::RequestContext;
use runtime::telemetry::{self, Invocation, Origin};
use runtime::{Clock, Environment};
use serde_json::{Value, json};
use store::Table;
use store::meter::Meter;
use store::stamp::Timestamp;
use tower_http::compression::CompressionLayer;

use super::bounds::may_be_an_address;
use super::conditional::tagged_by_content;
use super::idempotency;
use crate::code::Code;
use crate::error::{ApiError, ErrorBody, ErrorView};
use crate::identity::{Caller, RequestInfo, named_club};

/// Maximum size of a body, in bytes.
pub const LARGEST_BODY: usize = 1024 * 1024;
/// Maximum size of an uploaded file, in bytes: with base64 it just fits into the event of a Lambda function.
const LARGEST_FILE: usize = 4 * 1024 * 1024;
/// Path prefix of the routes that take files.
const FILES: &str = "/api/imports/";

/// Configuration of the middleware.
#[derive(Clone)]
pub struct Conventions {
    function: &'static str,
    table: Arc<Table>,
    clock: Clock,
    roles_claim: Arc<str>,
}

impl Conventions {
    /// The conventions with this table; idempotent replies are stored there.
    pub fn new(environment: &Environment, table: Arc<Table>) -> Conventions {
        let claim = environment.optional("MUSTER_ROLES_CLAIM").unwrap_or_else(|| "cognito:groups".to_owned());
        Conventions { function: "http", table, clock: environment.clock(), roles_claim: claim.into() }
    }

    /// The same conventions for the function with this name.
    #[must_use]
    pub fn of(self, function: &'static str) -> Conventions {
        Conventions { function, ..self }
    }
}

/// Wraps every route of the router in the conventions, unknown paths included.
pub fn with_conventions(router: Router, conventions: Conventions) -> Router {
    let router = router.fallback(async || no_such_route());
    router.layer(from_fn_with_state(conventions, surround)).layer(CompressionLayer::new())
}

fn no_such_route() -> ApiError {
    ApiError::new(Code::NoSuchRoute, "there is nothing at this address")
}

async fn surround(State(conventions): State<Conventions>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (mut parts, body) = request.into_parts();
    let request_id = request_id(&parts);
    let info = RequestInfo {
        caller: Caller::of(&parts.extensions, &conventions.roles_claim),
        now: conventions.clock.now(),
        meter: Arc::new(Meter::new()),
    };
    parts.extensions.insert(info.clone());
    let (invocation, summary) = begin(&conventions, &parts, &request_id);
    let get_headers = (parts.method == Method::GET).then(|| parts.headers.clone());
    let answering = async {
        let named = named_club(parts.uri.query());
        if let Some(Ok((club, _))) = info.caller.as_ref().ok().map(|caller| caller.club(named.as_deref())) {
            telemetry::note_club(&club);
        }
        let largest = if parts.uri.path().starts_with(FILES) { LARGEST_FILE } else { LARGEST_BODY };
        let answer = match to_bytes(body, largest).await {
            Ok(bytes) => answer(&conventions, &info, (parts, bytes), &request_id, next).await,
            Err(_) => {
                let message = format!("the body is larger than {largest} bytes");
                ApiError::new(Code::BodyTooLarge, message).into_response()
            }
        };
        telemetry::note_table_cost(&info.meter);
        let answer = match &get_headers {
            Some(headers) => tagged_by_content(headers, answer).await,
            None => answer,
        };
        finish(answer, &conventions, &request_id)
    };
    let mut answer = invocation.around(answering).await;
    end(invocation, summary, answer.status());
    let requests = info.meter.requests();
    let duration_ms = started.elapsed().as_secs_f64() * 1_000.0;
    let headers = answer.headers_mut();
    let timing = format!("total;dur={duration_ms:.1}, table;desc=\"{requests} requests\"");
    for (name, value) in [("server-timing", timing), ("x-request-id", request_id)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    // The date comes from the clock that decides about deadlines, so that a page can count down to them.
    let date = info.now.utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(value) = HeaderValue::from_str(&date) {
        headers.insert(header::DATE, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// Runs the handler. A request whose idempotency key already has a stored answer gets that answer instead.
async fn answer(
    conventions: &Conventions,
    info: &RequestInfo,
    (parts, bytes): (Parts, Bytes),
    request_id: &str,
    next: Next,
) -> Response {
    if !may_be_an_address(&parts.uri) {
        return no_such_route().into_response();
    }
    let idempotent = match idempotency::of(&parts, &bytes, info) {
        Ok(idempotent) => idempotent,
        Err(error) => return error.into_response(),
    };
    if let Some(idempotent) = &idempotent {
        match idempotent.begin(&conventions.table, info).await {
            Ok(None) => {}
            Ok(Some(answer)) => return answer,
            Err(error) => return error.into_response(),
        }
    }
    let handled = AssertUnwindSafe(next.run(Request::from_parts(parts, Body::from(bytes)))).catch_unwind().await;
    let answer = handled.unwrap_or_else(|_| ApiError::internal("the handler panicked").into_response());
    let Some(idempotent) = idempotent else { return answer };
    // The error's body is made before the answer is stored, so that a repeated request gets the same body.
    let answer = finish(answer, conventions, request_id);
    let (parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return ApiError::internal("the body of the answer cannot be read to its end").into_response();
    };
    idempotent.keep(&conventions.table, info, parts.status, &bytes).await;
    Response::from_parts(parts, Body::from(bytes))
}

/// Turns an error into its response (error body, `Allow`, `Retry-After`); any other answer stays as it is.
fn finish(mut answer: Response, conventions: &Conventions, request_id: &str) -> Response {
    let error = match answer.extensions_mut().remove::<ApiError>() {
        Some(error) => error,
        None if answer.status() == StatusCode::METHOD_NOT_ALLOWED => {
            let message = "this address does not support that method";
            ApiError::new(Code::MethodNotAllowed, message)
        }
        None => return answer,
    };
    if let Some(cause) = &error.cause {
        tracing::error!(cause, code = error.code.name(), request.id = request_id, "{}: {cause}", error.code);
    }
    let body = ErrorBody {
        success: false,
        error: ErrorView {
            code: error.code,
            message: error.message,
            details: error.details,
            request_id: request_id.to_owned(),
            timestamp: conventions.clock.now().to_string(),
        },
    };
    let mut made = (error.code.status(), Json(body)).into_response();
    if let Some(methods) = answer.headers_mut().remove(header::ALLOW) {
        made.headers_mut().insert(header::ALLOW, methods);
    }
    if let Some(seconds) = retry_after(error.code.status(), error.retry_at, conventions.clock.now()) {
        made.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    made
}

/// Seconds for the header `Retry-After`: 1 for status 503, the time until `retry_at` for 429. `None` for other statuses,
/// and for 429 without that time.
fn retry_after(status: StatusCode, retry_at: Option<Timestamp>, now: Timestamp) -> Option<u64> {
    match status {
        StatusCode::SERVICE_UNAVAILABLE => Some(1),
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = retry_at?.utc() - now.utc();
            // Rounded up to whole seconds, at least 1, so that no retry comes too early.
            u64::try_from(wait.num_milliseconds())
                .ok()
                .map(|wait| wait.div_ceil(1_000))
                .or(Some(1))
                .map(|wait| wait.max(1))
        }
        _ => None,
    }
}

fn request_id(parts: &Parts) -> String {
    match parts.extensions.get() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Fields of a request's summary besides the common ones.
type Summary = [(&'static str, Value); 2];

fn begin(conventions: &Conventions, parts: &Parts, request_id: &str) -> (Invocation, Summary) {
    let route = parts.extensions.get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let mut origin = Origin::new(request_id);
    if let Some(context) = parts.extensions.get::<lambda_http::Context>() {
        origin = origin.with_platform_trace(context);
    }
    let invocation = Invocation::new(conventions.function, &format!("{} {route}", parts.method), &origin);
    (invocation, [("http.method", json!(parts.method.as_str())), ("http.route", json!(route))])
}

fn end(invocation: Invocation, summary: Summary, status: StatusCode) {
    let outcome = match status.as_u16() {
        ..400 => "done",
        400..500 => "refused",
        _ => "failed",
    };
    invocation.end(outcome, summary.into_iter().chain([("http.status", json!(status.as_u16()))]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_one_second_for_503_and_the_rest_of_the_wait_for_429() {
        let now = Timestamp(1_000_000);
        for (status, wait_ms, expected) in [
            (StatusCode::TOO_MANY_REQUESTS, Some(60_000), Some(60)),
            (StatusCode::TOO_MANY_REQUESTS, Some(59_001), Some(60)),
            (StatusCode::TOO_MANY_REQUESTS, Some(0), Some(1)),
            (StatusCode::TOO_MANY_REQUESTS, Some(-5_000), Some(1)),
            (StatusCode::TOO_MANY_REQUESTS, None, None),
            (StatusCode::SERVICE_UNAVAILABLE, None, Some(1)),
            (StatusCode::CONFLICT, Some(60_000), None),
        ] {
            let retry_at = wait_ms.map(|wait| Timestamp(now.0 + wait));
            assert_eq!(retry_after(status, retry_at, now), expected, "{status} {wait_ms:?}");
        }
    }
}
