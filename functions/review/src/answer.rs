//! The common part of this function's answers, and the limits of its requests.

use api::shapes::LineStatus;
use api::{ApiError, Code};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::named::LineId;

/// Maximum lines in one request.
pub const MOST_LINES: usize = 1_000;
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
pub fn left_alone(lines: Vec<desk::decide::UnchangedLine>) -> Vec<UnchangedLine> {
    lines.into_iter().map(|of| UnchangedLine { line: of.line, status: of.status.into() }).collect()
}

/// Checks the ids of lines: at least one and not too many.
///
/// # Errors
/// 400 for none or too many.
pub fn some_lines(lines: Vec<LineId>) -> Result<Vec<String>, ApiError> {
    match lines.len() {
        0 => Err(ApiError::new(Code::NoLines, "name at least one line")),
        n if n > MOST_LINES => {
            Err(ApiError::new(Code::TooManyLines, format!("{n} lines are named: at most {MOST_LINES} at once")))
        }
        _ => Ok(lines.into_iter().map(LineId::into_text).collect()),
    }
}

/// Checks a person's text: not blank and not too long.
///
/// # Errors
/// 400 for a blank or too long text.
pub fn words(name: &str, text: &str) -> Result<String, ApiError> {
    api::words(name, text, LONGEST_TEXT)
}
