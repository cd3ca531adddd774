//! The states of a line (a pending schedule).

use serde::{Deserialize, Serialize};

use super::{Guarded, NotAllowed};
use crate::key::{Owner, RunId, ScheduledEventId};
use crate::stamp::Timestamp;

/// A line's state by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// As it was written: no person has edited it.
    Proposed,
    /// Edited by a person.
    UserEdited,
    /// Rejected by a person.
    Rejected,
    /// Replaced by a newer proposal or line.
    Superseded,
    /// Waits for submission.
    Approved,
    /// A worker is submitting it.
    Submitting,
    /// Accepted by Crossmark.
    ApiSubmitted,
    /// Failed; a person must decide what to do.
    ApiFailed,
    /// It is unknown whether Crossmark accepted the line.
    InDoubt,
}

use LineStatus::{ApiFailed, ApiSubmitted, Approved, InDoubt, Proposed, Rejected, Submitting, Superseded, UserEdited};

/// The actions that change a line's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineAction {
    /// A person edits it.
    Edit,
    /// A person rejects it.
    Reject,
    /// A newer proposal supersedes it.
    Supersede,
    /// A person approves it.
    Approve,
    /// A person takes the approval back.
    Recall,
    /// A worker postpones its next attempt without a call.
    Postpone,
    /// A worker takes it for submission.
    Take,
    /// Crossmark accepted it.
    Accept,
    /// The line failed for good, or is a conflict that a person must resolve.
    Fail,
    /// The outcome of the line's call is unknown.
    Doubt,
    /// A read-back was inconclusive, so the next one is postponed.
    PostponeReadBack,
    /// The line's call had no effect, or another step is left.
    Requeue,
    /// A person retries it.
    Retry,
    /// A person gives it up.
    GiveUp,
    /// A person did at Crossmark what the line should have done.
    ByHand,
    /// A newer approved line takes its event.
    TakeOver,
}

/// Every allowed change of a line's state, with the action that makes it.
pub const LINE_CHANGES: &[(LineAction, LineStatus, LineStatus)] = &[
    (LineAction::Edit, Proposed, UserEdited),
    (LineAction::Edit, UserEdited, UserEdited),
    (LineAction::Edit, ApiFailed, UserEdited),
    (LineAction::Reject, Proposed, Rejected),
    (LineAction::Reject, UserEdited, Rejected),
    (LineAction::Supersede, Proposed, Superseded),
    (LineAction::Supersede, UserEdited, Superseded),
    (LineAction::Approve, Proposed, Approved),
    (LineAction::Approve, UserEdited, Approved),
    (LineAction::Recall, Approved, Proposed),
    (LineAction::Recall, Approved, UserEdited),
    (LineAction::Postpone, Approved, Approved),
    (LineAction::Take, Approved, Submitting),
    (LineAction::Accept, Submitting, ApiSubmitted),
    (LineAction::Accept, InDoubt, ApiSubmitted),
    (LineAction::Fail, Submitting, ApiFailed),
    (LineAction::Fail, InDoubt, ApiFailed),
    (LineAction::Doubt, Submitting, InDoubt),
    (LineAction::PostponeReadBack, InDoubt, InDoubt),
    (LineAction::Requeue, Submitting, Approved),
    (LineAction::Requeue, InDoubt, Approved),
    (LineAction::Retry, ApiFailed, Approved),
    (LineAction::GiveUp, ApiFailed, Rejected),
    (LineAction::ByHand, ApiFailed, ApiSubmitted),
    (LineAction::TakeOver, ApiFailed, Superseded),
];

impl LineStatus {
    /// All states.
    pub const ALL: [LineStatus; 9] =
        [Proposed, UserEdited, Rejected, Superseded, Approved, Submitting, ApiSubmitted, ApiFailed, InDoubt];

    /// The name that the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Proposed => "proposed",
            UserEdited => "user_edited",
            Rejected => "rejected",
            Superseded => "superseded",
            Approved => "approved",
            Submitting => "submitting",
            ApiSubmitted => "api_submitted",
            ApiFailed => "api_failed",
            InDoubt => "in_doubt",
        }
    }

    /// The status of this name.
    pub fn named(name: &str) -> Option<LineStatus> {
        LineStatus::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether this action may change the state to `to`.
    pub fn may_become(self, to: LineStatus, by: LineAction) -> bool {
        LINE_CHANGES.contains(&(by, self, to))
    }

    /// Whether a run counts a line in this state as posted; such a line can never be taken over.
    pub fn is_in_flight(self) -> bool {
        matches!(self, Approved | Submitting | InDoubt)
    }

    /// Whether it is approved, being submitted, in doubt, or accepted.
    pub fn is_in_flight_or_accepted(self) -> bool {
        self.is_in_flight() || self == ApiSubmitted
    }

    /// Whether a person has yet to decide on it.
    pub fn is_open(self) -> bool {
        matches!(self, Proposed | UserEdited)
    }
}

/// A line's state with its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum LineState {
    /// As it was written: no person has edited it.
    Proposed,
    /// Edited by a person.
    UserEdited,
    /// Rejected by a person.
    Rejected {
        /// Why, in that person's words.
        words: String,
        /// Why the line had failed, if it was given up after that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given_up: Option<Cause>,
    },
    /// Replaced by a newer proposal or line.
    Superseded {
        /// The run of that proposal or line.
        by: RunId,
    },
    /// Waits for submission.
    Approved {
        /// Earliest time of the next attempt.
        next_attempt_at: Timestamp,
    },
    /// A worker is submitting it.
    Submitting {
        /// The worker.
        owner: Owner,
        /// End of the worker's lease.
        lease_until: Timestamp,
    },
    /// Accepted by Crossmark; for a dropped line, taken back there.
    ApiSubmitted {
        /// Since when.
        at: Timestamp,
        /// Crossmark's id of the schedule; `None` for a dropped line, or if the person who did it by hand gave no id.
        scheduled_event_id: Option<ScheduledEventId>,
        /// The note of the person who did at Crossmark what the line should have done; `None` if Muster did it.
        by_hand: Option<String>,
    },
    /// Failed.
    ApiFailed {
        /// Since when.
        at: Timestamp,
        /// The kind of failure.
        cause: Cause,
        /// The failure, for a person; for a move whose restore failed, both failures.
        words: String,
    },
    /// It is unknown whether Crossmark accepted the line.
    InDoubt {
        /// Since when.
        since: Timestamp,
        /// Earliest time of the next read-back.
        read_at: Timestamp,
        /// Number of inconclusive read-backs.
        reads: u32,
    },
}

impl LineState {
    /// The state by name.
    pub fn status(&self) -> LineStatus {
        match self {
            LineState::Proposed => Proposed,
            LineState::UserEdited => UserEdited,
            LineState::Rejected { .. } => Rejected,
            LineState::Superseded { .. } => Superseded,
            LineState::Approved { .. } => Approved,
            LineState::Submitting { .. } => Submitting,
            LineState::ApiSubmitted { .. } => ApiSubmitted,
            LineState::ApiFailed { .. } => ApiFailed,
            LineState::InDoubt { .. } => InDoubt,
        }
    }

    /// When a worker must look at the line; `None` if the line waits for a person or is settled.
    pub fn look_at(&self) -> Option<Timestamp> {
        match self {
            LineState::Approved { next_attempt_at } => Some(*next_attempt_at),
            LineState::Submitting { lease_until, .. } => Some(*lease_until),
            LineState::InDoubt { read_at, .. } => Some(*read_at),
            _ => None,
        }
    }
}

impl Guarded<LineState> {
    /// The first state of a line, unless it counts as edited.
    pub fn proposed() -> Guarded<LineState> {
        Guarded(LineState::Proposed)
    }

    /// The first state of a line of an adopted trial that differs from the proposal.
    pub(crate) fn user_edited() -> Guarded<LineState> {
        Guarded(LineState::UserEdited)
    }

    /// Changes the state.
    ///
    /// # Errors
    /// [`NotAllowed`] if the table of changes does not list the change.
    pub(crate) fn transition(&mut self, by: LineAction, to: LineState) -> Result<(), NotAllowed> {
        let (from, next) = (self.status(), to.status());
        if !from.may_become(next, by) {
            return Err(NotAllowed { from: from.name(), to: next.name() });
        }
        self.0 = to;
        Ok(())
    }
}

/// Why a line failed, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Crossmark refused it.
    Refused,
    /// The attempts are used up.
    Exhausted,
    /// A line that it depends on failed.
    DependencyFailed,
    /// The event changed at Crossmark in the meantime, or is no longer listed there.
    ChangedUpstream,
    /// The read-back did not decide whether the call took effect.
    Conflict,
    /// The new placement of a move failed, and the old placement was restored.
    Restored,
    /// The new placement of a move failed, and so did the restore: the event is open.
    NotRestored,
    /// A number that the call needs is not known, for example the person's or the club's at Crossmark.
    NotLegal,
    /// The line's place starts too soon to be sent, or its start is past.
    TooLate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_line_changes_only_as_designed() {
        let allowed = [
            (Proposed, vec![UserEdited, Rejected, Superseded, Approved]),
            (UserEdited, vec![UserEdited, Rejected, Superseded, Approved]),
            (Rejected, vec![]),
            (Superseded, vec![]),
            (Approved, vec![Approved, Submitting, Proposed, UserEdited]),
            (Submitting, vec![ApiSubmitted, ApiFailed, InDoubt, Approved]),
            (ApiSubmitted, vec![]),
            (ApiFailed, vec![Approved, UserEdited, Rejected, ApiSubmitted, Superseded]),
            (InDoubt, vec![InDoubt, ApiSubmitted, Approved, ApiFailed]),
        ];
        for (from, targets) in allowed {
            for to in LineStatus::ALL {
                let found = LINE_CHANGES.iter().any(|(_, f, t)| (*f, *t) == (from, to));
                assert_eq!(found, targets.contains(&to), "{} -> {}", from.name(), to.name());
            }
        }
    }

    #[test]
    fn a_change_needs_its_own_action() {
        for (action, from, to) in LINE_CHANGES {
            assert!(from.may_become(*to, *action));
        }
        assert!(
            !ApiFailed.may_become(Superseded, LineAction::Supersede),
            "a failed line is superseded only by a takeover"
        );
        assert!(
            !ApiFailed.may_become(Approved, LineAction::Requeue),
            "a failed line is approved again only by a person"
        );
    }

    #[test]
    fn a_line_in_flight_can_never_be_taken_over() {
        for status in LineStatus::ALL.into_iter().filter(|s| s.is_in_flight()) {
            assert!(
                !LineStatus::ALL.iter().any(|to| status.may_become(*to, LineAction::TakeOver)),
                "{}",
                status.name()
            );
        }
    }
}
