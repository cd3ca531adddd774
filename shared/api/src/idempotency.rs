//! Idempotent replies: a POST with an `Idempotency-Key` is processed once, and a repeat gets the same answer for a day.
//! Answers that a repeat may improve, such as 429 and 5xx, are not stored.

use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Method, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use store::idempotency::{Request, RequestState, StoredReply};
use store::{Club, Table};

use crate::code::Code;
use crate::error::ApiError;
use crate::identity::{RequestInfo, named_club};

const HEADER: &str = "idempotency-key";
const LONGEST_KEY: usize = 255;

/// A request with an idempotency key, and its club.
pub(super) struct IdempotentRequest {
    club: store::key::ClubId,
    key: String,
    content: Vec<u8>,
}

/// The request with its idempotency key; `None` if it is no POST to an existing route, if it has no key, or if its
/// caller or club cannot be determined. In the last case its handler refuses it, unless the body names the club.
pub(super) fn of(parts: &Parts, body: &[u8], info: &RequestInfo) -> Result<Option<IdempotentRequest>, ApiError> {
    if parts.method != Method::POST || parts.extensions.get::<MatchedPath>().is_none() {
        return Ok(None);
    }
    let Some(key) = key(&parts.headers)? else { return Ok(None) };
    let Ok(caller) = &info.caller else { return Ok(None) };
    let Ok((club, _)) = caller.club(named_club(parts.uri.query()).as_deref()) else { return Ok(None) };
    let key = format!("{}\n{key}", caller.who.id);
    // The platform puts the host into the URI. It is left out, so that a repeat to another host name counts as the same
    // request.
    let address = parts.uri.path_and_query().map_or("", PathAndQuery::as_str);
    let content = [parts.method.as_str().as_bytes(), b" ", address.as_bytes(), b"\n", body].concat();
    Ok(Some(IdempotentRequest { club, key, content }))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| matches!(b, b' '..=b'~')) => {
            Ok(Some(key.to_owned()))
        }
        _ => {
            let message = format!("an Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters");
            Err(ApiError::new(Code::InvalidIdempotencyKey, message))
        }
    }
}

impl IdempotentRequest {
    fn request(&self) -> Request<'_> {
        Request { key: &self.key, content: &self.content }
    }

    fn club<'a>(&'a self, table: &'a Table, info: &'a RequestInfo) -> Club<'a> {
        table.club(&self.club, &info.meter)
    }

    /// The stored answer; `None` if the request is new.
    ///
    /// # Errors
    /// 409 while the same request is being processed, 422 if the key was used for another request, 503 or 500 if the
    /// table cannot be read or written.
    pub(super) async fn begin(&self, table: &Table, info: &RequestInfo) -> Result<Option<Response>, ApiError> {
        match self.club(table, info).begin_request(&self.request(), info.now).await? {
            RequestState::New => Ok(None),
            RequestState::Answered(answer) => replay(&answer).map(Some),
            RequestState::InProgress => {
                Err(ApiError::new(Code::RequestInHand, "the same request is still being processed"))
            }
            RequestState::OtherContent => {
                Err(ApiError::new(Code::IdempotencyKeyReused, "this Idempotency-Key was used for another request"))
            }
        }
    }

    /// Stores the answer for repeats. After 5xx, 401, 403, 405 and 429 the record of the request is deleted instead, so
    /// that the same key can be used again at once.
    pub(super) async fn keep(&self, table: &Table, info: &RequestInfo, status: StatusCode, body: &[u8]) {
        let forgets = [
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        if status.is_server_error() || forgets.contains(&status) {
            if let Err(error) = self.club(table, info).forget_request(&self.request()).await {
                tracing::warn!(%error, "the record of a failed or refused request could not be deleted; its key is in use for 30 seconds");
            }
            return;
        }
        let answer = StoredReply { status: status.as_u16(), body: serde_json::from_slice(body).ok() };
        if let Err(error) = self.club(table, info).answer_request(&self.request(), &answer).await {
            tracing::warn!(%error, "an answer could not be stored for a repeated request");
        }
    }
}

fn replay(answer: &StoredReply) -> Result<Response, ApiError> {
    let status = StatusCode::from_u16(answer.status);
    let status = status.map_err(|_| ApiError::internal(format!("a stored answer has status {}", answer.status)))?;
    let body = answer.body.as_ref().map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, axum::http::HeaderValue::from_static("application/json"));
    response.headers_mut().insert("idempotent-replayed", axum::http::HeaderValue::from_static("true"));
    Ok(response)
}
