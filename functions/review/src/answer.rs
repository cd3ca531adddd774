//! What every answer of this function begins with, and the bounds of what it takes.

use api::shapes::LineStatus;
use api::{ApiError, Code};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::named::LineId;

/// More lines than this are not named in one request.
pub const MOST_LINES: usize = 1_000;
/// Longer texts of a person are refused.
pub const LONGEST_TEXT: usize = 1_000;

/// What every answer of a writing route begins with.
#[derive(Serialize, ToSchema)]
pub struct Success<T> {
    /// Always.
    success: bool,
    #[serde(flatten)]
    answer: T,
}

/// 200 with an answer.
pub fn ok<T: Serialize>(answer: T) -> Response {
    Json(Success { success: true, answer }).into_response()
}

/// 202 with an answer: more is to come.
pub fn accepted<T: Serialize>(answer: T) -> Response {
    (StatusCode::ACCEPTED, ok(answer)).into_response()
}

/// A line for which nothing could be done, with the state that it is in.
#[derive(Serialize, ToSchema)]
pub struct LeftAlone {
    /// The line.
    line: String,
    /// Its state.
    status: LineStatus,
}

/// Lines for which nothing could be done, as they are answered.
pub fn left_alone(lines: Vec<desk::decide::LeftAlone>) -> Vec<LeftAlone> {
    lines.into_iter().map(|of| LeftAlone { line: of.line, status: of.status.into() }).collect()
}

/// The ids of lines, at least one and not too many.
///
/// # Errors
/// 400.
pub fn some_lines(lines: Vec<LineId>) -> Result<Vec<String>, ApiError> {
    match lines.len() {
        0 => Err(ApiError::new(Code::NoLines, "name at least one line")),
        n if n > MOST_LINES => {
            Err(ApiError::new(Code::TooManyLines, format!("{n} lines are named: at most {MOST_LINES} at once")))
        }
        _ => Ok(lines.into_iter().map(LineId::into_text).collect()),
    }
}

/// A person's words, not blank and not too long.
///
/// # Errors
/// 400.
pub fn words(name: &str, text: &str) -> Result<String, ApiError> {
    api::words(name, text, LONGEST_TEXT)
}
