//! Classifies failures of the table, a queue or another AWS service.

use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use store::TableError;

use super::Failure;

/// Advice if a service cannot be reached or is too busy.
const TRY_AGAIN: &str = "Check that the server of --at runs, or with --stack your network and region. Then try again.";
/// Error codes that the caller must fix: permissions, credentials, and outputs of another stack.
const CALLER_ERRORS: [&str; 8] = [
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
];

impl From<TableError> for Failure {
    fn from(error: TableError) -> Failure {
        match &error {
            TableError::Busy { .. } => Failure::Internal(format!("cannot use the table: {error}.\n  {TRY_AGAIN}")),
            TableError::Contended => Failure::Internal(format!("{error}; try again")),
            TableError::Refused { code, .. } if CALLER_ERRORS.contains(&code.as_str()) => {
                Failure::Input(format!("{error}\n  Check your AWS credentials and the outputs that --stack names."))
            }
            TableError::Refused { .. } | TableError::Corrupt { .. } => Failure::internal(error),
        }
    }
}

/// Classifies the failure of a call to a service: bad input if the service refuses the caller, an internal failure if it is
/// unreachable or too busy.
pub fn failure<E>(service: &str, error: SdkError<E, HttpResponse>) -> Failure
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let is_refused = match &error {
        SdkError::ServiceError(answer) => {
            let is_busy = answer.err().code().is_some_and(|code| code.contains("Throttl"));
            answer.raw().status().is_client_error() && answer.raw().status().as_u16() != 429 && !is_busy
        }
        // If the cause is neither the network nor a timeout, the credentials or the region are missing.
        SdkError::DispatchFailure(failure) => !failure.is_io() && !failure.is_timeout(),
        SdkError::ConstructionFailure(_) => true,
        _ => false,
    };
    let error = DisplayErrorContext(error);
    if is_refused {
        let check = "Check your AWS credentials and region, and the outputs that --stack names.";
        Failure::Input(format!("{service} refuses: {error}\n  {check}"))
    } else {
        Failure::Internal(format!("cannot use {service}: {error}.\n  {TRY_AGAIN}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_table_is_an_internal_failure_and_a_refused_caller_is_bad_input() {
        let refused = |code: &str| TableError::Refused { code: code.to_owned(), message: String::new() };
        let rows = [
            (TableError::Busy { tries: 8, last: "unreachable".to_owned() }, true),
            (TableError::Contended, true),
            (refused("ValidationException"), true),
            (refused("AccessDeniedException"), false),
            (refused("ResourceNotFoundException"), false),
        ];
        for (error, is_internal) in rows {
            let failure = Failure::from(error);
            assert_eq!(matches!(failure, Failure::Internal(_)), is_internal, "{failure:?}");
        }
    }
}
