//! The one table from what went wrong to what a caller is told: a status, a stable code, a message that helps.
//!
//! Internal causes stay in the log.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::json::Refused;
use serde_json::{Value, json};
use store::TableError;
use store::approvals::ApprovalError;
use store::cursor::ListError;
use store::documents::DocumentError;
use store::import::ImportError;
use store::key::BadId;
use store::lease::LeaseError;
use store::lines::LineError;
use store::runs::RunError;
use store::snapshot::SnapshotError;
use store::states::NotAllowed;

use crate::queue::Unsent;

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The status.
    pub status: StatusCode,
    /// A code that stays the same for programs.
    pub code: &'static str,
    /// What is wrong and what was expected, for a person.
    pub message: String,
    /// More of it, for programs.
    pub details: Value,
    /// Why, for the log alone.
    pub cause: Option<String>,
}

impl ApiError {
    /// An answer with its code and words.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError { status, code, message: message.into(), details: Value::Null, cause: None }
    }

    /// 400: the request cannot be understood or names what cannot be.
    pub fn bad_request(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404.
    pub fn not_found(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 409: it does not go with how things stand.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::CONFLICT, code, message)
    }

    /// 422: it is understood, and breaks a rule.
    pub fn unprocessable(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// 500: our own failure; the cause goes to the log.
    pub fn internal(cause: impl std::fmt::Display) -> ApiError {
        let message = "something went wrong on our side; nothing was left half done";
        let error = ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message);
        ApiError { cause: Some(cause.to_string()), ..error }
    }

    /// 503: try again in a moment; the cause goes to the log.
    pub fn busy(cause: impl std::fmt::Display) -> ApiError {
        let message = "the service is busy; try again in a moment";
        let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "TRY_AGAIN", message);
        ApiError { cause: Some(cause.to_string()), ..error }
    }

    /// The same with details for programs.
    #[must_use]
    pub fn with(self, details: Value) -> ApiError {
        ApiError { details, ..self }
    }
}

/// The error rides on the response until the conventions give it its body.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<TableError> for ApiError {
    fn from(error: TableError) -> ApiError {
        match error {
            TableError::Busy { .. } | TableError::Contended => ApiError::busy(error),
            other => ApiError::internal(other),
        }
    }
}

impl From<NotAllowed> for ApiError {
    fn from(error: NotAllowed) -> ApiError {
        let details = json!({"from": error.from, "to": error.to});
        ApiError::conflict("NOT_ALLOWED_NOW", error.to_string()).with(details)
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> ApiError {
        match error {
            ListError::ForeignCursor => ApiError::bad_request("INVALID_CURSOR", error.to_string()),
            ListError::Table(error) => error.into(),
        }
    }
}

impl From<LineError> for ApiError {
    fn from(error: LineError) -> ApiError {
        let message = error.to_string();
        match error {
            LineError::NoLine => ApiError::not_found("LINE_NOT_FOUND", message),
            LineError::Stale { found } => ApiError::conflict("STALE_VERSION", message).with(json!({"version": found})),
            LineError::NotAllowed(error) => error.into(),
            LineError::NoPlace => ApiError::unprocessable("LINE_HAS_NO_PLACE", message),
            LineError::Claimed { by } => {
                ApiError::conflict("EVENT_CLAIMED", message).with(json!({"line": by.to_string()}))
            }
            LineError::EventChanged => ApiError::conflict("EVENT_CHANGED", message),
            LineError::NotHeld => ApiError::conflict("LINE_IN_HAND", message),
            LineError::TooLate => ApiError::conflict("TOO_LATE", message),
            LineError::Table(error) => error.into(),
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> ApiError {
        let message = error.to_string();
        match error {
            RunError::NoRun => ApiError::not_found("RUN_NOT_FOUND", message),
            RunError::Open { run } => ApiError::conflict("RUN_OPEN", message).with(json!({"run_id": run.as_str()})),
            RunError::NotAllowed(error) => error.into(),
            RunError::Lease(error) => error.into(),
            RunError::NotSettled => ApiError::conflict("RUN_NOT_SETTLED", message),
            RunError::Table(error) => error.into(),
        }
    }
}

impl From<LeaseError> for ApiError {
    fn from(error: LeaseError) -> ApiError {
        match error {
            LeaseError::Table(error) => error.into(),
            other => ApiError::busy(other),
        }
    }
}

impl From<ApprovalError> for ApiError {
    fn from(error: ApprovalError) -> ApiError {
        let message = error.to_string();
        match error {
            ApprovalError::NoApproval => ApiError::not_found("APPROVAL_NOT_FOUND", message),
            ApprovalError::Superseded { by } => {
                let message = format!("a newer proposal took the place of this one: run {by}");
                ApiError::conflict("PROPOSAL_SUPERSEDED", message).with(json!({"run_id": by.as_str()}))
            }
            ApprovalError::NoProposal => ApiError::not_found("NO_PROPOSAL", message),
            ApprovalError::Twice { event } => {
                ApiError::bad_request("LINE_NAMED_TWICE", message).with(json!({"event_ref_num": event.0}))
            }
            ApprovalError::Table(error) => error.into(),
        }
    }
}

impl From<SnapshotError> for ApiError {
    fn from(error: SnapshotError) -> ApiError {
        match error {
            SnapshotError::NoClub => ApiError::not_found("CLUB_NOT_FOUND", error.to_string()),
            SnapshotError::Restless => ApiError::busy(error),
            SnapshotError::Table(error) => error.into(),
        }
    }
}

impl From<DocumentError> for ApiError {
    fn from(error: DocumentError) -> ApiError {
        match error {
            DocumentError::Table(error) => error.into(),
            other => ApiError::conflict("STALE_VERSION", other.to_string()),
        }
    }
}

/// So many faults of a document are told; the rest is counted.
const FAULTS_TOLD: usize = 500;

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> ApiError {
        let message = error.to_string();
        match error {
            ImportError::Refused(Refused(faults)) => {
                let first = faults.first().map(ToString::to_string).unwrap_or_default();
                let message = format!("the snapshot is refused for {} faults; the first: {first}", faults.len());
                let told: Vec<_> = faults.iter().take(FAULTS_TOLD).collect();
                let details = json!({"faults": told, "count": faults.len()});
                ApiError::unprocessable("INVALID_SNAPSHOT", message).with(details)
            }
            ImportError::OtherClub { found } => {
                ApiError::unprocessable("OTHER_CLUB", message).with(json!({"club": found}))
            }
            ImportError::NotEmpty => ApiError::conflict("CLUB_NOT_EMPTY", message),
            ImportError::Table(error) => error.into(),
        }
    }
}

impl From<BadId> for ApiError {
    fn from(error: BadId) -> ApiError {
        ApiError::bad_request("INVALID_ID", error.to_string())
    }
}

impl From<Unsent> for ApiError {
    fn from(error: Unsent) -> ApiError {
        ApiError::busy(error)
    }
}
