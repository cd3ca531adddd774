//! The states of a run and of a line, and every change between them that is allowed. This is the one place that says
//! so: each write of a state goes through [`RunState::turn`] or [`LineState::turn`].

mod line;
mod run;
mod submission;

pub use line::{Act, Cause, LINE_CHANGES, LineState, LineStatus};
pub use run::{RUN_CHANGES, RunState, RunStatus};
pub use submission::{Attempt, AttemptEnd, Earlier, GroupKey, Step, Submission};

/// A change of state that the table of changes does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("what is {from} cannot become {to}")]
pub struct NotAllowed {
    /// The state as it is.
    pub from: &'static str,
    /// The state that was asked for.
    pub to: &'static str,
}
