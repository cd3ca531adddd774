//! The states of a run.

use serde::{Deserialize, Serialize};

use super::{Guarded, NotAllowed};
use crate::key::{Owner, RunId, Token};
use crate::stamp::Timestamp;

/// A run's state by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Waits for a solver.
    Queued,
    /// A solver works on it.
    Running,
    /// It has a proposal.
    Completed,
    /// It ended without one.
    Failed,
    /// Its solver was lost.
    Crashed,
    /// Something of its proposal was approved.
    Approved,
    /// A person rejected its proposal.
    Rejected,
    /// A newer proposal took its place.
    Superseded,
}

use RunStatus::{Approved, Completed, Crashed, Failed, Queued, Rejected, Running, Superseded};

/// Every change of a run's state that is allowed.
pub const RUN_CHANGES: &[(RunStatus, RunStatus)] = &[
    (Queued, Running),
    // Ended by a person, or past its deadline.
    (Queued, Failed),
    (Running, Completed),
    (Running, Failed),
    (Running, Crashed),
    (Completed, Approved),
    (Completed, Rejected),
    (Completed, Superseded),
    // All of it was recalled.
    (Approved, Completed),
];

impl RunStatus {
    /// All of them.
    pub const ALL: [RunStatus; 8] = [Queued, Running, Completed, Failed, Crashed, Approved, Rejected, Superseded];

    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Queued => "queued",
            Running => "running",
            Completed => "completed",
            Failed => "failed",
            Crashed => "crashed",
            Approved => "approved",
            Rejected => "rejected",
            Superseded => "superseded",
        }
    }

    /// Whether the table has that change.
    pub fn may_become(self, to: RunStatus) -> bool {
        RUN_CHANGES.contains(&(self, to))
    }
}

/// A run's state with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum RunState {
    /// Waits for a solver.
    Queued {
        /// When waiting ends.
        deadline: Timestamp,
    },
    /// A solver works on it.
    Running {
        /// Who.
        owner: Owner,
        /// Under which token of the club's lease.
        token: Token,
        /// Since when.
        started_at: Timestamp,
    },
    /// It has a proposal.
    Completed {
        /// Since when.
        at: Timestamp,
    },
    /// It ended without one.
    Failed {
        /// When.
        at: Timestamp,
        /// Why, for a person.
        words: String,
    },
    /// Its solver was lost.
    Crashed {
        /// When that was found.
        at: Timestamp,
    },
    /// Something of its proposal was approved.
    Approved {
        /// Since when.
        at: Timestamp,
    },
    /// A person rejected its proposal.
    Rejected {
        /// When.
        at: Timestamp,
        /// Why, in that person's words.
        words: String,
    },
    /// A newer proposal took its place.
    Superseded {
        /// When.
        at: Timestamp,
        /// By which run.
        by: RunId,
    },
}

impl RunState {
    /// The state by name.
    pub fn status(&self) -> RunStatus {
        match self {
            RunState::Queued { .. } => Queued,
            RunState::Running { .. } => Running,
            RunState::Completed { .. } => Completed,
            RunState::Failed { .. } => Failed,
            RunState::Crashed { .. } => Crashed,
            RunState::Approved { .. } => Approved,
            RunState::Rejected { .. } => Rejected,
            RunState::Superseded { .. } => Superseded,
        }
    }
}

impl Guarded<RunState> {
    /// The state that a run begins in: it waits for a solver until a deadline.
    pub fn queued(deadline: Timestamp) -> Guarded<RunState> {
        Guarded(RunState::Queued { deadline })
    }

    /// Changes the state.
    ///
    /// # Errors
    /// What the table of changes does not have.
    pub(crate) fn turn(&mut self, to: RunState) -> Result<(), NotAllowed> {
        let (from, next) = (self.status(), to.status());
        if !from.may_become(next) {
            return Err(NotAllowed { from: from.name(), to: next.name() });
        }
        self.0 = to;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_changes_as_the_design_says_and_in_no_other_way() {
        let allowed = [
            "queued running",
            "queued failed",
            "running completed",
            "running failed",
            "running crashed",
            "completed approved",
            "completed rejected",
            "completed superseded",
            "approved completed",
        ];
        for from in RunStatus::ALL {
            for to in RunStatus::ALL {
                let change = format!("{} {}", from.name(), to.name());
                assert_eq!(from.may_become(to), allowed.contains(&change.as_str()), "{change}");
            }
        }
    }

    #[test]
    fn a_refused_change_leaves_the_state_as_it_was() {
        let mut state = Guarded(RunState::Crashed { at: Timestamp(1) });
        let refused = state.turn(RunState::Completed { at: Timestamp(2) });
        assert_eq!(refused, Err(NotAllowed { from: "crashed", to: "completed" }));
        assert_eq!(*state, RunState::Crashed { at: Timestamp(1) });
    }
}
