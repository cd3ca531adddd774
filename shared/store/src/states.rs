//! The states of a run and of a line, and every allowed change between them. Runs and lines hold their state as
//! [`Guarded`], which no other module can set.

mod line;
mod run;
mod submission;

use std::ops::Deref;

use serde::{Deserialize, Serialize};

pub use line::{Cause, LINE_CHANGES, LineAction, LineState, LineStatus};
pub use run::{RUN_CHANGES, RunState, RunStatus};
pub use submission::{Attempt, AttemptEnd, GroupKey, StateBeforeApproval, Step, Submission};

/// The state of a run or a line. It dereferences to the state. Only `transition` changes it, and it refuses a change
/// that the table of changes does not list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Guarded<S>(S);

impl<S> Deref for Guarded<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

/// A change that the state of a run or a line does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the state {from} cannot change to {to}")]
pub struct NotAllowed {
    /// The current state.
    pub from: &'static str,
    /// The requested state; for a change that keeps the state, the name of the change, such as `held`.
    pub to: &'static str,
}
