//! What can come of a call, in types that a caller cannot misread, and in words that a manager understands.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::credentials::CredentialError;
use crate::ids::ScheduledEventId;

/// What became of a schedule call. There is no fifth case, and only `NotTaken` may simply be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleOutcome {
    /// Crossmark has it: the answer said `ok: 1` and carried the id. Keep the id.
    Accepted {
        /// The scheduled event, needed to take it back.
        id: ScheduledEventId,
    },
    /// Crossmark does not have it and will not: the answer carried an `ok` other than 1.
    Refused {
        /// What Crossmark said.
        words: String,
    },
    /// Crossmark does not have it: the call never reached it, or was turned away at the door.
    NotTaken {
        /// Why.
        why: NotTaken,
        /// How long to wait before the next try, where something says so.
        retry_after: Option<Duration>,
    },
    /// Crossmark may or may not have it, now or in a moment. Read back before anything is sent again.
    Unknown {
        /// Why nobody knows.
        why: Doubt,
    },
}

/// What became of a call that takes a schedule back. It may be repeated: a second delete of an id has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteOutcome {
    /// The schedule is gone: a 2xx answer said `ok: 1`.
    Deleted,
    /// This call took nothing back: the id is unknown, or was deleted before.
    Refused {
        /// What Crossmark said.
        words: String,
    },
    /// This call took nothing back: it never reached Crossmark, or was turned away at the door.
    NotTaken {
        /// Why.
        why: NotTaken,
        /// How long to wait before the next try, where something says so.
        retry_after: Option<Duration>,
    },
    /// The schedule may or may not be gone, now or in a moment.
    Unknown {
        /// Why nobody knows.
        why: Doubt,
    },
}

/// Why a call certainly had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// No connection could be made.
    #[error("Crossmark could not be reached")]
    Unreachable,
    /// 429.
    #[error("Crossmark is busy and asked to wait")]
    Busy,
    /// Nobody is logged in, so nothing was sent.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The time by which it had to be sent was over, so nothing was sent.
    #[error("it was not sent, because its time was over before its turn came")]
    TooLate,
}

/// Why nobody knows whether a call had its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No whole answer in time.
    #[error("Crossmark gave no answer in time")]
    TimedOut,
    /// The connection broke after the call may have been sent.
    #[error("the connection to Crossmark broke before the answer came")]
    ConnectionLost,
    /// An error, or another status that says nothing.
    #[error("Crossmark answered with an error ({status})")]
    Status {
        /// The status.
        status: u16,
    },
    /// The session turned out to be over.
    #[error("Crossmark had signed us out")]
    SessionEnded,
    /// The answer was not the JSON that it should be.
    #[error("Crossmark's answer could not be understood")]
    NotUnderstood,
    /// `ok: 1` without the id.
    #[error("Crossmark said yes, but without the number of the schedule")]
    NoId,
    /// The answer was longer than the limit.
    #[error("Crossmark's answer was too long to read")]
    TooLong,
    /// A delete was repeated after a new login and then refused: perhaps since the first one had taken it back.
    #[error("Crossmark had signed us out, and no longer knew the schedule when asked again")]
    RefusedWhenRepeated,
}

/// Why nobody is logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Crossmark refused the user name or password. Nobody tries again for this club before `until`.
    #[error("Crossmark did not accept the user name and password; the next try is at {} UTC", until.format("%H:%M"))]
    Refused {
        /// When the next login may be tried.
        until: DateTime<Utc>,
    },
    /// There are no credentials to log in with.
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    /// No connection could be made.
    #[error("Crossmark could not be reached to sign in")]
    Unreachable,
    /// 429.
    #[error("Crossmark is busy and asked to wait before signing in")]
    Busy {
        /// How long, where it said.
        retry_after: Option<Duration>,
    },
    /// There was no answer that says yes or no.
    #[error("signing in to Crossmark failed")]
    Failed,
}

impl LoginError {
    /// How long to wait before the next try, where something says so.
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        match self {
            Self::Refused { until } => Some((*until - now).to_std().unwrap_or_default()),
            Self::Busy { retry_after } => *retry_after,
            Self::Credentials(_) | Self::Unreachable | Self::Failed => None,
        }
    }
}

/// Why a read has no answer, after all its tries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No connection could be made.
    #[error("Crossmark could not be reached")]
    Unreachable,
    /// 429, or 503 with a wait that is longer than a read waits.
    #[error("Crossmark is busy and asked to wait")]
    Busy {
        /// How long, where it said.
        retry_after: Option<Duration>,
    },
    /// Nobody is logged in.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// There was no answer, or one that says nothing.
    #[error(transparent)]
    Lost(#[from] Doubt),
    /// The answer carried an `ok` other than 1.
    #[error("Crossmark refused to answer: {words}")]
    Refused {
        /// What Crossmark said.
        words: String,
    },
    /// A part of the answer has another shape than it should.
    #[error("Crossmark's answer could not be understood: {what}")]
    Malformed {
        /// Which part, and why; never a value.
        what: String,
    },
    /// The list is cut short. Nothing may be deleted on its word.
    #[error("Crossmark answered {got} of {total} events")]
    Partial {
        /// How many rows came.
        got: usize,
        /// How many there are.
        total: usize,
    },
}
