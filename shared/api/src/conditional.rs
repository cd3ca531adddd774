//! Conditional requests: each 200 answer to a `GET` has an `ETag`, and a request that names the current one gets 304.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::bounds::LARGEST_NUMBER;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use crate::code::Code;
use crate::error::ApiError;

/// Returns 304 if the caller already has the answer with this tag. The tag is made from everything that the answer
/// depends on.
pub fn not_modified_answer(headers: &HeaderMap, tag: &str) -> Option<Response> {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    let ours = entity_tag(tag);
    let mut tags = values.flat_map(|v| v.split(',')).map(str::trim);
    tags.any(|theirs| theirs == ours || theirs == "*").then(|| with_tag(tag, StatusCode::NOT_MODIFIED.into_response()))
}

/// A 200 answer with its tag.
pub fn tagged<T: Serialize>(tag: &str, answer: &T) -> Response {
    with_tag(tag, Json(answer).into_response())
}

/// Adds a tag made from the content to a 200 answer without one; returns 304 if the caller already has the answer.
pub async fn tagged_by_content(headers: &HeaderMap, answer: Response) -> Response {
    if answer.status() != StatusCode::OK || answer.headers().contains_key(header::ETAG) {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return ApiError::internal("the body of the answer cannot be read to its end").into_response();
    };
    let digest = Sha256::digest(&bytes);
    let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    not_modified_answer(headers, &tag).unwrap_or_else(|| with_tag(&tag, Response::from_parts(parts, Body::from(bytes))))
}

/// The header of a conditional write.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it documents the header that `expected_version` reads")]
pub struct IfMatch {
    /// The version to change, such as `"3"`. If the body also has a `version`, both must be equal. `*` adds no
    /// condition.
    #[param(value_type = String, required = false, rename = "If-Match", pattern = r#"^(\*|(W/)?"[0-9]{1,18}")$"#)]
    if_match: Option<String>,
}

/// The version that a writer wants to change, from `If-Match` or from the body; `None` to change any version.
///
/// # Errors
/// 400 for a tag that names no version, for a version out of range, or if the two differ.
pub fn expected_version(headers: &HeaderMap, in_body: Option<u64>) -> Result<Option<u64>, ApiError> {
    let invalid = |message: String| ApiError::new(Code::InvalidVersion, message);
    let version = requested_version(headers, in_body)?;
    match version {
        Some(version) if version > LARGEST_NUMBER => {
            Err(invalid(format!("version {version} is too large: expected at most {LARGEST_NUMBER}")))
        }
        _ => Ok(version),
    }
}

fn requested_version(headers: &HeaderMap, in_body: Option<u64>) -> Result<Option<u64>, ApiError> {
    let Some(header) = headers.get(header::IF_MATCH) else { return Ok(in_body) };
    let text = header.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(in_body);
    }
    let tag = text.trim_start_matches("W/").trim_matches('"');
    let invalid = |message: String| ApiError::new(Code::InvalidVersion, message);
    let version = tag.parse::<u64>().map_err(|_| invalid("If-Match must name a version, such as \"3\"".to_owned()))?;
    match in_body {
        Some(in_body) if in_body != version => {
            Err(invalid(format!("If-Match names version {version}, but the body names version {in_body}")))
        }
        _ => Ok(Some(version)),
    }
}

/// Adds the tag to an existing answer, and forbids shared caches to store it.
pub fn with_tag(tag: &str, mut response: Response) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&entity_tag(tag)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// The tag is weak, because the compressed and the uncompressed answer share it.
fn entity_tag(tag: &str) -> String {
    let plain: String = tag.chars().filter(|c| c.is_ascii_graphic() && *c != '"' && *c != ',').collect();
    format!("W/\"{plain}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_by_the_header_or_the_body() {
        for (header, named, expected) in [
            (None, None, Ok(None)),
            (None, Some(3), Ok(Some(3))),
            (Some("W/\"5\""), None, Ok(Some(5))),
            (Some("\"5\""), Some(5), Ok(Some(5))),
            (Some("5"), None, Ok(Some(5))),
            (Some("*"), Some(2), Ok(Some(2))),
            (Some("W/\"5\""), Some(4), Err("INVALID_VERSION")),
            (Some("\"five\""), None, Err("INVALID_VERSION")),
            (Some("\"9007199254740991\""), None, Ok(Some(9_007_199_254_740_991))),
            (Some("\"9007199254740992\""), None, Err("INVALID_VERSION")),
            (Some("\"99999999999999999999\""), None, Err("INVALID_VERSION")),
            (Some("\"-1\""), None, Err("INVALID_VERSION")),
            (Some(""), None, Err("INVALID_VERSION")),
            (None, Some(u64::MAX), Err("INVALID_VERSION")),
            (Some("*"), Some(u64::MAX), Err("INVALID_VERSION")),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert(header::IF_MATCH, HeaderValue::from_static(header));
            }
            let found = expected_version(&headers, named).map_err(|e| e.code.name());
            assert_eq!(found, expected, "{header:?} {named:?}");
        }
    }
}
