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
    /// The run has a proposal.
    Completed,
    /// The run ended without a proposal.
    Failed,
    /// The run's solver was lost.
    Crashed,
    /// A line of its proposal was approved.
    Approved,
    /// A person rejected its proposal.
    Rejected,
    /// A newer proposal replaced it.
    Superseded,
}

use RunStatus::{Approved, Completed, Crashed, Failed, Queued, Rejected, Running, Superseded};

/// Every allowed change of a run's state.
pub const RUN_CHANGES: &[(RunStatus, RunStatus)] = &[
    (Queued, Running),
    // Cancelled by a person, past its deadline, or no solver could be given the run.
    (Queued, Failed),
    (Running, Completed),
    (Running, Failed),
    (Running, Crashed),
    (Completed, Approved),
    (Completed, Rejected),
    (Completed, Superseded),
    // All its approved lines were recalled.
    (Approved, Completed),
];

impl RunStatus {
    /// All states.
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

    /// Whether the state may change to `to`.
    pub fn may_become(self, to: RunStatus) -> bool {
        RUN_CHANGES.contains(&(self, to))
    }
}

/// A run's state with its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum RunState {
    /// Waits for a solver.
    Queued {
        /// When the run ends if no solver takes it.
        deadline: Timestamp,
    },
    /// A solver works on it.
    Running {
        /// The solver.
        owner: Owner,
        /// The solver's token of the club's lease.
        token: Token,
        /// Since when.
        started_at: Timestamp,
    },
    /// The run has a proposal.
    Completed {
        /// Since when.
        at: Timestamp,
    },
    /// The run ended without a proposal.
    Failed {
        /// When.
        at: Timestamp,
        /// Why, for a person.
        words: String,
    },
    /// The run's solver was lost.
    Crashed {
        /// When that was noticed.
        at: Timestamp,
    },
    /// A line of its proposal was approved.
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
    /// A newer proposal replaced it.
    Superseded {
        /// When.
        at: Timestamp,
        /// The run of the newer proposal.
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
    /// The first state of a run: it waits for a solver until a deadline.
    pub fn queued(deadline: Timestamp) -> Guarded<RunState> {
        Guarded(RunState::Queued { deadline })
    }

    /// The first state of a run whose lines a person wrote by hand.
    pub(crate) fn completed(at: Timestamp) -> Guarded<RunState> {
        Guarded(RunState::Completed { at })
    }

    /// Changes the state.
    ///
    /// # Errors
    /// [`NotAllowed`] if the table of changes does not list the change.
    pub(crate) fn transition(&mut self, to: RunState) -> Result<(), NotAllowed> {
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
    fn the_state_of_a_run_changes_only_as_designed() {
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
        let refused = state.transition(RunState::Completed { at: Timestamp(2) });
        assert_eq!(refused, Err(NotAllowed { from: "crashed", to: "completed" }));
        assert_eq!(*state, RunState::Crashed { at: Timestamp(1) });
    }
}
