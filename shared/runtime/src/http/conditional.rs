//! Answers that need not be sent again: a tag of what they depend on, 304 while it is the same.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// 304 where the caller has what this tag stands for. The tag is any text of what the answer depends on.
pub fn unless_known(headers: &HeaderMap, tag: &str) -> Option<Response> {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    let ours = entity_tag(tag);
    let mut tags = known.flat_map(|v| v.split(',')).map(str::trim);
    tags.any(|theirs| theirs == ours || theirs == "*").then(|| marked(tag, StatusCode::NOT_MODIFIED.into_response()))
}

/// An answer under its tag.
pub fn tagged<T: Serialize>(tag: &str, answer: &T) -> Response {
    marked(tag, Json(answer).into_response())
}

fn marked(tag: &str, mut response: Response) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&entity_tag(tag)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// Weak, since a compressed answer is the same answer.
fn entity_tag(tag: &str) -> String {
    let plain: String = tag.chars().filter(|c| c.is_ascii_graphic() && *c != '"' && *c != ',').collect();
    format!("W/\"{plain}\"")
}
