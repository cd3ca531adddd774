//! The error that a caller gets: a stable code, which determines the status, and a helpful message. The errors of other
//! crates that handlers pass on are converted into it here.
//!
//! Internal causes go to the log only.

use axum::response::{IntoResponse, Response};
use domain::json::RefusedDocument;
use runtime::queue::MessagesNotSent;
use serde::Serialize;
use serde_json::{Value, json};
use store::TableError;
use store::approvals::ApprovalError;
use store::cursor::ListError;
use store::documents::{DocumentError, NotLoaded};
use store::import::ImportError;
use store::key::{BadId, RunId};
use store::lease::LeaseError;
use store::lines::LineError;
use store::reports::ConfirmError;
use store::runs::RunError;
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;
use store::states::NotAllowed;
use utoipa::ToSchema;

use crate::code::Code;

/// Number of characters that are kept at the beginning and at the end of a message that is too long.
const KEPT: (usize, usize) = (500, 200);

/// Cuts the middle out of a long message: an error may repeat a value of the request of any length.
fn shortened(message: String) -> String {
    let (first, last) = KEPT;
    let length = message.chars().count();
    if length <= first + last {
        return message;
    }
    let beginning: String = message.chars().take(first).collect();
    let end: String = message.chars().skip(length - last).collect();
    format!("{beginning}… ({} characters) …{end}", length - first - last)
}

/// An error that the caller gets, with its cause for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// A stable code, for programs.
    pub code: Code,
    /// What is wrong and what was expected, for a person.
    pub message: String,
    /// Details, for programs.
    pub details: Value,
    /// When the caller may try again; sent as `Retry-After` with status 429.
    pub retry_at: Option<Timestamp>,
    /// The cause, for the log only.
    pub cause: Option<String>,
}

impl ApiError {
    /// An error with this code, which determines its status, and a message.
    pub fn new(code: Code, message: impl Into<String>) -> ApiError {
        ApiError { code, message: shortened(message.into()), details: Value::Null, retry_at: None, cause: None }
    }

    /// 500: the service failed; the cause goes to the log.
    pub fn internal(cause: impl std::fmt::Display) -> ApiError {
        let message = "something went wrong on our side";
        let error = ApiError::new(Code::Internal, message);
        ApiError { cause: Some(cause.to_string()), ..error }
    }

    /// 503: the caller may try again in a moment; the cause goes to the log.
    pub fn busy(cause: impl std::fmt::Display) -> ApiError {
        let message = "the service is busy; try again in a moment";
        let error = ApiError::new(Code::TryAgain, message);
        ApiError { cause: Some(cause.to_string()), ..error }
    }

    /// 409: the item is not at the version in the request.
    pub fn stale(found: u64) -> ApiError {
        let message = format!("it was changed meanwhile: it is at version {found}");
        ApiError::new(Code::StaleVersion, message).with(json!({"version": found}))
    }

    /// 409: the proposal of this run replaced the one in the request.
    pub fn superseded(by: &RunId) -> ApiError {
        let message = format!("a newer proposal took the place of this one: run {by}");
        ApiError::new(Code::ProposalSuperseded, message).with(json!({"run_id": by.as_str()}))
    }

    /// Sets the details, for programs.
    #[must_use]
    pub fn with(self, details: Value) -> ApiError {
        ApiError { details, ..self }
    }

    /// Sets the time at which the caller may try again. The details then contain only this time, as `next_at`.
    #[must_use]
    pub fn until(self, next_at: Timestamp) -> ApiError {
        let details = json!({"next_at": next_at.to_string()});
        ApiError { details, retry_at: Some(next_at), ..self }
    }
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// Always `false`.
    pub success: bool,
    /// The error.
    pub error: ErrorView,
}

/// The details of an error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorDetails)]
pub struct ErrorView {
    /// The stable error code, for programs.
    pub code: Code,
    /// What is wrong and what was expected, for a person.
    pub message: String,
    /// More details, for programs; `null` if there are none.
    pub details: Value,
    /// The id of the request, for reports to the operators.
    pub request_id: String,
    /// When the error occurred, in UTC.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// Puts the error into the response's extensions. The middleware of `with_conventions` builds the body from it.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
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
        let message = format!("this cannot be done any more: it is {} already", state_in_words(error.from));
        ApiError::new(Code::NotAllowedNow, message).with(details)
    }
}

/// The state of a run or a line, for a person.
fn state_in_words(state: &str) -> &str {
    match state {
        "user_edited" => "edited",
        "superseded" => "replaced",
        "approved" => "approved",
        "submitting" => "being sent to Crossmark",
        "in_doubt" => "being checked in Crossmark",
        "api_submitted" => "accepted by Crossmark",
        "api_failed" => "sent, and was not accepted",
        other => other,
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> ApiError {
        match error {
            ListError::ForeignCursor => ApiError::new(Code::InvalidCursor, error.to_string()),
            ListError::Table(error) => error.into(),
        }
    }
}

impl From<LineError> for ApiError {
    fn from(error: LineError) -> ApiError {
        let message = error.to_string();
        match error {
            LineError::NoLine => ApiError::new(Code::LineNotFound, message),
            LineError::Stale { found } => ApiError::new(Code::StaleVersion, message).with(json!({"version": found})),
            LineError::NotAllowed(error) => error.into(),
            LineError::Superseded { by } => ApiError::superseded(&by),
            LineError::Held => ApiError::new(Code::NotAllowedNow, message),
            LineError::NoPlace => ApiError::new(Code::LineHasNoPlace, message),
            // Mostly workers get these errors. Use cases that handle several lines report most of them line by line. An
            // edit gets `EventChanged` if its event was removed meanwhile.
            LineError::Claimed { .. } | LineError::EventChanged | LineError::NotForThisWorker | LineError::TooLate => {
                ApiError::new(Code::NotAllowedNow, message)
            }
            LineError::Table(error) => error.into(),
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> ApiError {
        let message = error.to_string();
        match error {
            RunError::NoRun => ApiError::new(Code::RunNotFound, message),
            RunError::Open { run } => ApiError::new(Code::RunOpen, message).with(json!({"run_id": run.as_str()})),
            RunError::NotAllowed(error) => error.into(),
            RunError::Lease(error) => error.into(),
            // Only retiring a run gives `NotSettled`, and only the sweep does that, so no caller of the API gets it.
            RunError::NotSettled => ApiError::new(Code::NotAllowedNow, message),
            // Only the commit of a proposal gives `PlanChanged`. The solver commits again, and `desk::trials` reports a
            // changed plan, so no caller of the API gets it either.
            RunError::PlanChanged => ApiError::busy(message),
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
            ApprovalError::NoApproval => ApiError::new(Code::ApprovalNotFound, message),
            ApprovalError::Superseded { by } => ApiError::superseded(&by),
            ApprovalError::NoProposal => ApiError::new(Code::NoProposal, message),
            // A record is built from a map by event, so no event occurs twice.
            ApprovalError::Twice { .. } => ApiError::internal(message),
            ApprovalError::Table(error) => error.into(),
        }
    }
}

impl From<NotLoaded> for ApiError {
    fn from(error: NotLoaded) -> ApiError {
        ApiError::new(Code::ClubNotFound, error.to_string())
    }
}

impl From<SnapshotError> for ApiError {
    fn from(error: SnapshotError) -> ApiError {
        match error {
            SnapshotError::NoClub => ApiError::new(Code::ClubNotFound, error.to_string()),
            SnapshotError::KeptChanging => ApiError::busy(error),
            SnapshotError::Table(error) => error.into(),
        }
    }
}

impl From<DocumentError> for ApiError {
    fn from(error: DocumentError) -> ApiError {
        let message = error.to_string();
        match error {
            DocumentError::Stale { found: Some(found) } => ApiError::stale(found),
            DocumentError::Stale { found: None } => ApiError::new(Code::StaleVersion, message),
            DocumentError::NoClub => ApiError::new(Code::ClubNotFound, message),
            DocumentError::Table(error) => error.into(),
        }
    }
}

/// Maximum number of faults in the details of an error. `count` there is the number of all faults.
const MAX_FAULTS: usize = 500;

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> ApiError {
        let message = error.to_string();
        match error {
            ImportError::Refused(RefusedDocument(faults)) => {
                let first = faults.first().map(ToString::to_string).unwrap_or_default();
                let message = format!("the snapshot is refused for {} faults; the first: {first}", faults.len());
                let listed: Vec<_> = faults.iter().take(MAX_FAULTS).collect();
                let details = json!({"faults": listed, "count": faults.len()});
                ApiError::new(Code::InvalidSnapshot, message).with(details)
            }
            ImportError::OtherClub { found } => ApiError::new(Code::OtherClub, message).with(json!({"club": found})),
            ImportError::NotEmpty => ApiError::new(Code::ClubNotEmpty, message),
            ImportError::LocationTaken { location } => {
                ApiError::new(Code::LocationTaken, message).with(json!({"location_id": location}))
            }
            ImportError::Table(error) => error.into(),
        }
    }
}

impl From<ConfirmError> for ApiError {
    fn from(error: ConfirmError) -> ApiError {
        match error {
            ConfirmError::NoDoubt => ApiError::new(Code::ListNotDoubted, error.to_string()),
            ConfirmError::Table(error) => error.into(),
        }
    }
}

impl From<BadId> for ApiError {
    fn from(error: BadId) -> ApiError {
        ApiError::new(Code::InvalidId, error.to_string())
    }
}

impl From<MessagesNotSent> for ApiError {
    fn from(error: MessagesNotSent) -> ApiError {
        ApiError::busy(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_document_is_answered_with_its_version_if_that_is_known() {
        for (error, code, message, details) in [
            (
                DocumentError::Stale { found: Some(3) },
                Code::StaleVersion,
                "it was changed meanwhile: it is at version 3",
                json!({"version": 3}),
            ),
            (DocumentError::Stale { found: None }, Code::StaleVersion, "the document has changed", Value::Null),
            (DocumentError::NoClub, Code::ClubNotFound, "there is no such club", Value::Null),
        ] {
            let found = ApiError::from(error);
            assert_eq!((found.code, found.message.as_str(), found.details), (code, message, details));
        }
    }

    #[test]
    fn a_long_message_keeps_its_beginning_and_its_end() {
        let (beginning, middle, end) = ("a".repeat(500), "b".repeat(30), "c".repeat(200));
        assert_eq!(shortened(format!("{beginning}{end}")), format!("{beginning}{end}"));
        let found = shortened(format!("{beginning}{middle}{end}"));
        assert_eq!(found, format!("{beginning}… (30 characters) …{end}"));
    }
}
