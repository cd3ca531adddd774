//! Calls that change nothing at Crossmark. They log in again if the session has ended, and are retried a few times.

use serde_json::Value;

use crate::CrossmarkClub;
use crate::outcome::{Doubt, LoginError, ReadError};
use crate::transport::{ApiCall, NoAnswer};

impl CrossmarkClub {
    /// Reads JSON. A session that has ended is renewed once. Temporary failures are retried with exponential backoff.
    pub(crate) async fn read(&self, call: &ApiCall) -> Result<Value, ReadError> {
        let mut tries = 0;
        let mut renewed = false;
        loop {
            let error = match self.read_once(call).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            if error == ReadError::Lost(Doubt::SessionEnded) && !renewed {
                renewed = true;
                continue;
            }
            tries += 1;
            let wait = error.retry_after().unwrap_or_else(|| self.transport().backoff(tries));
            let settings = self.transport().settings();
            if tries >= settings.read_tries || wait > settings.longest_wait || !error.is_temporary() {
                tracing::debug!(call.name = call.name, tries, error = %error, "reading {} failed", call.name);
                return Err(error);
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn read_once(&self, call: &ApiCall) -> Result<Value, ReadError> {
        let cookie = self.cookie().await?;
        let reply = self.transport().read(call, Some(&cookie.value)).await.map_err(ReadError::from)?;
        if reply.status.is_success()
            && let Some(body) = reply.json()
        {
            return Ok(body);
        }
        if reply.ends_session() {
            self.session.mark_ended(&cookie).await;
        }
        if reply.status.as_u16() == 429 || (reply.status.as_u16() == 503 && reply.retry_after.is_some()) {
            return Err(ReadError::Busy { retry_after: reply.retry_after });
        }
        Err(reply.doubt().into())
    }
}

impl ReadError {
    /// Whether a repetition of the read may succeed.
    fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable | Self::Busy { .. } => true,
            Self::Login(error) => {
                matches!(error, LoginError::Unreachable | LoginError::Busy { .. } | LoginError::Failed)
            }
            Self::Lost(doubt) => match doubt {
                Doubt::TimedOut | Doubt::ConnectionLost | Doubt::NotUnderstood => true,
                Doubt::Status { status } => *status >= 500,
                Doubt::SessionEnded | Doubt::TooLong | Doubt::NoId | Doubt::RefusedWhenRepeated => false,
            },
            Self::Refused { .. } | Self::Malformed { .. } | Self::Partial { .. } => false,
        }
    }

    /// How long Crossmark asked to wait, if it did.
    pub fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Busy { retry_after } | Self::Login(LoginError::Busy { retry_after }) => *retry_after,
            _ => None,
        }
    }
}

impl From<NoAnswer> for ReadError {
    fn from(no_answer: NoAnswer) -> Self {
        match no_answer {
            NoAnswer::Unreachable | NoAnswer::TooLate => Self::Unreachable,
            NoAnswer::TimedOut => Doubt::TimedOut.into(),
            NoAnswer::Broken => Doubt::ConnectionLost.into(),
            NoAnswer::TooLong => Doubt::TooLong.into(),
        }
    }
}
