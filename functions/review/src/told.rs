//! What a caller is told of a use case that did not do what was asked.

use axum::http::StatusCode;
use desk::DeskError;
use runtime::ApiError;
use serde_json::json;

/// The answer for an error of the desk.
pub fn told(error: DeskError) -> ApiError {
    let message = error.to_string();
    match error {
        DeskError::NoProposal => ApiError::not_found("NO_PROPOSAL", message),
        DeskError::Superseded { by } => {
            let message = format!("a newer proposal took the place of this one: run {by}");
            ApiError::conflict("PROPOSAL_SUPERSEDED", message).with(json!({"run_id": by.as_str()}))
        }
        DeskError::UnknownLines { lines } => {
            ApiError::not_found("LINE_NOT_FOUND", message).with(json!({"lines": lines}))
        }
        DeskError::ForeignLines { lines } => {
            ApiError::bad_request("LINES_OF_ANOTHER_RUN", message).with(json!({"lines": lines}))
        }
        DeskError::NoApproval => ApiError::not_found("APPROVAL_NOT_FOUND", message),
        DeskError::UnknownEvent { event } => {
            ApiError::not_found("EVENT_NOT_FOUND", message).with(json!({"event_ref_num": event.0}))
        }
        DeskError::UnknownEmployee { id } => {
            ApiError::bad_request("UNKNOWN_EMPLOYEE", message).with(json!({"employee_id": id}))
        }
        DeskError::Incomplete { missing } => {
            ApiError::bad_request("INCOMPLETE_PLACE", message).with(json!({"missing": missing}))
        }
        DeskError::DayOutside { from, to, .. } => {
            ApiError::unprocessable("DAY_OUTSIDE_PLAN", message).with(json!({"from": from, "to": to}))
        }
        DeskError::BadStart { legal } => {
            ApiError::unprocessable("START_NOT_LEGAL", message).with(json!({"legal": legal}))
        }
        DeskError::Breaks { broken } => {
            ApiError::unprocessable("RULES_BROKEN", message).with(json!({"violations": broken}))
        }
        DeskError::PairCannotFollow { .. } => ApiError::unprocessable("PAIR_CANNOT_FOLLOW", message),
        DeskError::SameAsPosted => ApiError::unprocessable("SAME_AS_POSTED", message),
        DeskError::TooManyRuns { next_at, .. } => {
            let details = json!({"next_at": next_at.to_string()});
            ApiError::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_RUNS", message).with(details)
        }
        DeskError::NotQueued { why } => ApiError::busy(why),
        DeskError::Damaged { reason } => ApiError::internal(reason),
        DeskError::Line(error) => error.into(),
        DeskError::Run(error) => error.into(),
        DeskError::Approval(error) => error.into(),
        DeskError::Snapshot(error) => error.into(),
        DeskError::List(error) => error.into(),
        DeskError::Table(error) => error.into(),
    }
}
