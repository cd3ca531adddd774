//! Serves the committed `openapi.json`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use api::{not_modified_answer, with_tag};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// The committed contract, which `local/contract` generates.
const DOCUMENT: &str = include_str!("../../../openapi.json");

static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    DOCUMENT.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
});

/// The contract of this API.
///
/// The route needs no identity and makes no request to the table.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "getContract",
    tag = "service",
    security(()),
    responses((status = 200, body = serde_json::Value, description = "An OpenAPI document"), (status = 304))
)]
pub async fn show(headers: HeaderMap) -> Response {
    if let Some(answer) = not_modified_answer(&headers, &TAG) {
        return answer;
    }
    let json = HeaderValue::from_static("application/json");
    with_tag(&TAG, ([(header::CONTENT_TYPE, json)], DOCUMENT).into_response())
}
