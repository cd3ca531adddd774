//! The common part of this function's answers, and the limits of its requests.

use api::shapes::LineStatus;
use api::{ApiError, Code};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::request_ids::LineId;

/// Maximum lines in one request.
pub const MAX_LINES: usize = 1_000;
/// Maximum length of a person's text.
pub const LONGEST_TEXT: usize = 1_000;

/// The common member of the answers of routes that write.
#[derive(Serialize, ToSchema)]
pub struct Success<T> {
    /// Always `true`.
    success: bool,
    #[serde(flatten)]
    answer: T,
}

/// 200 with an answer.
pub fn ok<T: Serialize>(answer: T) -> Response {
    Json(Success { success: true, answer }).into_response()
}

/// 202 with an answer: the work continues.
pub fn accepted<T: Serialize>(answer: T) -> Response {
    (StatusCode::ACCEPTED, ok(answer)).into_response()
}

/// A line that the request could not change, with its state.
#[derive(Serialize, ToSchema)]
pub struct UnchangedLine {
    /// The id of the line.
    line: String,
    /// The state of the line.
    status: LineStatus,
}

/// Lines that were not changed, in the API's representation.
pub fn unchanged_lines(lines: Vec<desk::decide::UnchangedLine>) -> Vec<UnchangedLine> {
    lines.into_iter().map(|of| UnchangedLine { line: of.line, status: of.status.into() }).collect()
}

/// The ids of lines as texts: at least one and not too many.
///
/// # Errors
/// 400 for none or too many.
pub fn line_ids(lines: Vec<LineId>) -> Result<Vec<String>, ApiError> {
    match lines.len() {
        0 => Err(ApiError::new(Code::NoLines, "name at least one line")),
        n if n > MAX_LINES => {
            Err(ApiError::new(Code::TooManyLines, format!("{n} lines are named: at most {MAX_LINES} at once")))
        }
        _ => Ok(lines.into_iter().map(LineId::into_text).collect()),
    }
}

/// A person's text, trimmed and checked; see [`api::words`].
///
/// # Errors
/// 400 if the text is blank, has more than [`LONGEST_TEXT`] characters, or has control characters.
pub fn words(name: &str, text: &str) -> Result<String, ApiError> {
    api::words(name, text, LONGEST_TEXT)
}
