//! The states of a run and of a line, and every change between them that is allowed. This is the one place that says
//! so: runs and lines hold their state as [`Guarded`], which nothing outside of this module can set.

mod line;
mod run;
mod submission;

use std::ops::Deref;

use serde::{Deserialize, Serialize};

pub use line::{Act, Cause, LINE_CHANGES, LineState, LineStatus};
pub use run::{RUN_CHANGES, RunState, RunStatus};
pub use submission::{Attempt, AttemptEnd, Earlier, GroupKey, Step, Submission};

/// The state of a run or a line. It is read like the state itself, begins in one state, and changes only by `turn`, which
/// refuses what the table of changes does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Guarded<S>(S);

impl<S> Deref for Guarded<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

/// A change of state that the table of changes does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("what is {from} cannot become {to}")]
pub struct NotAllowed {
    /// The state as it is.
    pub from: &'static str,
    /// The state that was asked for.
    pub to: &'static str,
}
