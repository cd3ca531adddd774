//! The outcomes of calls, with messages for a manager.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::credentials::CredentialError;
use crate::ids::ScheduledEventId;

/// The outcome of a schedule call. After `Unknown`, the call may not be sent again without a read-back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleOutcome {
    /// Crossmark has the schedule: the answer had `ok: 1` and the id. The id must be stored.
    Accepted {
        /// The scheduled event, needed to take it back.
        id: ScheduledEventId,
    },
    /// Crossmark refused the schedule: the answer had an `ok` other than 1. Also for a start that does not exist
    /// because the clocks skip it; then nothing was sent.
    Refused {
        /// Crossmark's explanation, or why nothing was sent.
        words: String,
    },
    /// Crossmark does not have the schedule: the call did not reach Crossmark, or was rejected before it was processed.
    NotTaken {
        /// The reason.
        why: NotTaken,
        /// How long to wait before the next try, if known.
        retry_after: Option<Duration>,
    },
    /// It is unknown whether Crossmark has the schedule, and the call may still take effect. A read-back must decide
    /// before anything is sent again.
    Unknown {
        /// The reason.
        why: Doubt,
    },
}

/// The outcome of a call that takes a schedule back. The call may be repeated: deleting an id twice has no further
/// effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteOutcome {
    /// The schedule is gone: a 2xx answer had `ok: 1`.
    Deleted,
    /// Crossmark refused: the answer had an `ok` other than 1, as for an id that is unknown or was deleted before. This
    /// call took nothing back.
    Refused {
        /// Crossmark's explanation.
        words: String,
    },
    /// This call took nothing back: the call did not reach Crossmark, or was rejected before it was processed.
    NotTaken {
        /// The reason.
        why: NotTaken,
        /// How long to wait before the next try, if known.
        retry_after: Option<Duration>,
    },
    /// It is unknown whether the schedule is gone, and the call may still take effect.
    Unknown {
        /// The reason.
        why: Doubt,
    },
}

/// Why a call certainly had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// No connection could be made.
    #[error("Crossmark could not be reached")]
    Unreachable,
    /// Crossmark answered 429.
    #[error("Crossmark is busy and asked to wait")]
    Busy,
    /// There was no session and the login failed, so nothing was sent.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// `send_by` had passed when the turn of the call came, so nothing was sent.
    #[error("it was not sent, because its time was over before its turn came")]
    TooLate,
}

/// Why it is unknown whether a call had an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No complete answer came within the time limit.
    #[error("Crossmark gave no answer in time")]
    TimedOut,
    /// The connection broke after the call may have been sent.
    #[error("the connection to Crossmark broke before the answer came")]
    ConnectionLost,
    /// The answer had an error status, or another status that does not prove an effect.
    #[error("Crossmark answered with {} ({status})", status_words(*status))]
    Status {
        /// The status.
        status: u16,
    },
    /// The session had ended, so Crossmark may not have processed the call.
    #[error("Crossmark had signed us out")]
    SessionEnded,
    /// The answer was not the expected JSON.
    #[error("Crossmark's answer could not be understood")]
    NotUnderstood,
    /// The answer had `ok: 1`, but no id.
    #[error("Crossmark said yes, but without the number of the schedule")]
    NoId,
    /// The answer was longer than the limit.
    #[error("Crossmark's answer was too long to read")]
    TooLong,
    /// A delete was repeated after a new login and then refused, perhaps because the first call had taken the schedule
    /// back.
    #[error("Crossmark had signed us out, and refused to take the schedule back when asked again")]
    RefusedWhenRepeated,
}

/// What a status says that is not a success.
fn status_words(status: u16) -> &'static str {
    match status {
        300..400 => "a redirect",
        400.. => "an error",
        _ => "an unexpected status",
    }
}

/// Why a login failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Crossmark refused the user name or password. No login is tried again for this club before `until`.
    #[error("Crossmark did not accept the user name and password; the next try is at {} UTC", until.format("%H:%M"))]
    Refused {
        /// When the next login may be tried.
        until: DateTime<Utc>,
    },
    /// The credentials are missing or cannot be read.
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    /// No connection could be made.
    #[error("Crossmark could not be reached to sign in")]
    Unreachable,
    /// Crossmark answered 429.
    #[error("Crossmark is busy and asked to wait before signing in")]
    Busy {
        /// How long to wait, if Crossmark said so.
        retry_after: Option<Duration>,
    },
    /// There was no answer, or the answer was neither a success with a session cookie nor a refusal.
    #[error("signing in to Crossmark failed")]
    Failed,
}

impl LoginError {
    /// Whether every login fails until somebody changes the credentials or who may read them. All others may pass by
    /// themselves.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Refused { .. } | Self::Credentials(CredentialError::Missing | CredentialError::Forbidden) => true,
            Self::Credentials(CredentialError::Unavailable) | Self::Unreachable | Self::Busy { .. } | Self::Failed => {
                false
            }
        }
    }

    /// How long to wait before the next try, if known.
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        match self {
            Self::Refused { until } => Some((*until - now).to_std().unwrap_or_default()),
            Self::Busy { retry_after } => *retry_after,
            Self::Credentials(_) | Self::Unreachable | Self::Failed => None,
        }
    }
}

/// Why a read failed. A temporary failure was retried before, unless Crossmark asked for too long a wait.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No connection could be made.
    #[error("Crossmark could not be reached")]
    Unreachable,
    /// Crossmark answered 429, or 503 with a time to wait.
    #[error("Crossmark is busy and asked to wait")]
    Busy {
        /// How long to wait, if Crossmark said so.
        retry_after: Option<Duration>,
    },
    /// The login failed.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// There was no answer, or the answer cannot be used.
    #[error(transparent)]
    Lost(#[from] Doubt),
    /// The answer had no `ok`, or an `ok` other than 1.
    #[error("Crossmark refused to answer: {words}")]
    Refused {
        /// Crossmark's explanation.
        words: String,
    },
    /// A part of the answer has an unexpected shape.
    #[error("Crossmark's answer could not be understood: {what}")]
    Malformed {
        /// The part and what is wrong with it; never a value.
        what: String,
    },
    /// The list is incomplete. Nothing may be deleted because of it.
    #[error("Crossmark sent only {got} of {total} events")]
    Partial {
        /// Number of rows in the answer.
        got: usize,
        /// Number of rows that the list has.
        total: usize,
    },
}
