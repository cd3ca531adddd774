//! Calls to a Muster or a Crossmark simulator over HTTP. A server that cannot be reached or that fails is an internal failure;
//! a wrong address and a refused request are bad input.

use std::error::Error;
use std::time::Duration;

use reqwest::{ClientBuilder, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Failure;

/// Timeout of a request that [`ask`] sends. A server that takes longer counts as unreachable.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout of a [`client`]'s other requests: those of `muster bench` and `muster mcp`.
const LONG_TIMEOUT: Duration = Duration::from_mins(10);

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The server cannot be reached, or does not answer in time.
    #[error("{0}")]
    Unreachable(String),
    /// The server answered that it failed.
    #[error("it answers {0}")]
    Failed(StatusCode),
    /// The server refuses the request.
    #[error("{words}")]
    Refused {
        /// The status code.
        status: StatusCode,
        /// The message of the answer; the status code if there is none.
        words: String,
    },
    /// The answer is not from the expected server.
    #[error("its answer is from another server")]
    Foreign,
}

impl CallError {
    /// The failure of the command. `what` is the name of the server; `advice` says what to do if it cannot be reached.
    pub fn failure(&self, what: &str, address: &str, advice: &str) -> Failure {
        match self {
            CallError::Unreachable(_) => {
                Failure::Internal(format!("cannot reach {what} at {address}: {self}.\n  {advice}"))
            }
            CallError::Failed(_) => Failure::Internal(format!("{what} at {address} failed: {self}")),
            CallError::Refused { status: StatusCode::NOT_FOUND, .. } | CallError::Foreign => {
                Failure::Input(format!("the server at {address} is not {what}: --at names another address"))
            }
            CallError::Refused { words, .. } => Failure::Input(format!("{what} refuses: {words}")),
        }
    }
}

impl From<reqwest::Error> for CallError {
    fn from(error: reqwest::Error) -> CallError {
        if error.is_decode() {
            return CallError::Foreign;
        }
        if error.is_timeout() {
            return CallError::Unreachable(format!("no answer within {} seconds", REQUEST_TIMEOUT.as_secs()));
        }
        let mut cause: &dyn Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        CallError::Unreachable(cause.to_string())
    }
}

/// Sends a request and reads its JSON answer.
///
/// # Errors
/// See [`CallError`].
pub async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, CallError> {
    let answer = request.timeout(REQUEST_TIMEOUT).send().await?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer.json().await?);
    }
    if status.is_server_error() {
        return Err(CallError::Failed(status));
    }
    let body: Value = answer.json().await.unwrap_or_default();
    let words = body["error"].as_str().map_or_else(|| format!("it answers {status}"), str::to_owned);
    Err(CallError::Refused { status, words })
}

/// A builder of clients for the server at an address. Calls to this machine do not go through a proxy.
pub fn builder(address: &str) -> ClientBuilder {
    let is_here = reqwest::Url::parse(address).is_ok_and(|url| crossmark::is_loopback(&url));
    let builder = reqwest::Client::builder();
    if is_here { builder.no_proxy() } else { builder }
}

/// The client of a command for the server at an address.
///
/// # Errors
/// The HTTP client cannot be set up.
pub fn client(address: &str) -> Result<reqwest::Client, Failure> {
    let client = builder(address).timeout(LONG_TIMEOUT).build();
    client.map_err(|e| Failure::Internal(format!("cannot start an HTTP client: {e}")))
}

/// Reads a server's address from an argument, without a slash at its end.
///
/// # Errors
/// The text is not an address with `http` or `https` and a host.
pub fn address(text: &str) -> Result<String, String> {
    let url = reqwest::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.map(|_| text.trim_end_matches('/').to_owned()).ok_or_else(|| "expected a URL like http://127.0.0.1:8080".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_server_is_an_internal_failure_and_a_refusal_is_bad_input() {
        let refused = |status| CallError::Refused { status, words: "no".to_owned() };
        let rows = [
            (CallError::Unreachable("Connection refused".to_owned()), true),
            (CallError::Failed(StatusCode::BAD_GATEWAY), true),
            (refused(StatusCode::BAD_REQUEST), false),
            (refused(StatusCode::NOT_FOUND), false),
            (CallError::Foreign, false),
        ];
        for (error, is_internal) in rows {
            let failure = error.failure("Muster", "http://127.0.0.1:1", "Start it.");
            assert_eq!(matches!(failure, Failure::Internal(_)), is_internal, "{failure:?}");
        }
    }

    #[test]
    fn an_address_is_a_url_with_a_host() {
        assert_eq!(address("http://127.0.0.1:8080/").as_deref(), Ok("http://127.0.0.1:8080"));
        for invalid in ["", "8080", "127.0.0.1:8080", "ftp://host", "http://"] {
            assert!(address(invalid).is_err(), "{invalid}");
        }
    }
}
