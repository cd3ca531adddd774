//! The states of a line (a pending schedule).

use serde::{Deserialize, Serialize};

use super::{Guarded, NotAllowed};
use crate::key::{Owner, RunId, ScheduledEventId};
use crate::stamp::Timestamp;

/// A line's state by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// As the solver left it.
    Proposed,
    /// As a person left it.
    UserEdited,
    /// A person does not want it.
    Rejected,
    /// A newer line took its place.
    Superseded,
    /// To be submitted.
    Approved,
    /// Somebody is submitting it.
    Submitting,
    /// Crossmark has it.
    ApiSubmitted,
    /// Crossmark does not have it, and a person must say what next.
    ApiFailed,
    /// Nobody knows whether Crossmark has it.
    InDoubt,
}

use LineStatus::{ApiFailed, ApiSubmitted, Approved, InDoubt, Proposed, Rejected, Submitting, Superseded, UserEdited};

/// What changes a line's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
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
    /// A worker puts its next attempt off without a call.
    Postpone,
    /// A worker takes it for submission.
    Take,
    /// Crossmark accepted it.
    Accept,
    /// It failed for good, or is a conflict for a person.
    Fail,
    /// Its outcome is unknown.
    Doubt,
    /// Its outcome could not be read back.
    ReadAgain,
    /// It is known that it was not taken.
    PutBack,
    /// A person retries it.
    Retry,
    /// A person drops it.
    Drop,
    /// A person did it by hand.
    ByHand,
    /// A newer approved line takes its event.
    TakeOver,
}

/// Every change of a line's state that is allowed, by what changes it.
pub const LINE_CHANGES: &[(Act, LineStatus, LineStatus)] = &[
    (Act::Edit, Proposed, UserEdited),
    (Act::Edit, UserEdited, UserEdited),
    (Act::Edit, ApiFailed, UserEdited),
    (Act::Reject, Proposed, Rejected),
    (Act::Reject, UserEdited, Rejected),
    (Act::Supersede, Proposed, Superseded),
    (Act::Supersede, UserEdited, Superseded),
    (Act::Approve, Proposed, Approved),
    (Act::Approve, UserEdited, Approved),
    (Act::Recall, Approved, Proposed),
    (Act::Recall, Approved, UserEdited),
    (Act::Postpone, Approved, Approved),
    (Act::Take, Approved, Submitting),
    (Act::Accept, Submitting, ApiSubmitted),
    (Act::Accept, InDoubt, ApiSubmitted),
    (Act::Fail, Submitting, ApiFailed),
    (Act::Fail, InDoubt, ApiFailed),
    (Act::Doubt, Submitting, InDoubt),
    (Act::ReadAgain, InDoubt, InDoubt),
    (Act::PutBack, Submitting, Approved),
    (Act::PutBack, InDoubt, Approved),
    (Act::Retry, ApiFailed, Approved),
    (Act::Drop, ApiFailed, Rejected),
    (Act::ByHand, ApiFailed, ApiSubmitted),
    (Act::TakeOver, ApiFailed, Superseded),
];

impl LineStatus {
    /// All of them.
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

    /// Whether the table has that change.
    pub fn may_become(self, to: LineStatus, by: Act) -> bool {
        LINE_CHANGES.contains(&(by, self, to))
    }

    /// Whether a line in this state counts as posted in what a run reads, and can never be taken over.
    pub fn is_in_flight(self) -> bool {
        matches!(self, Approved | Submitting | InDoubt)
    }

    /// Whether a person has yet to decide on it.
    pub fn is_open(self) -> bool {
        matches!(self, Proposed | UserEdited)
    }
}

/// A line's state with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum LineState {
    /// As the solver left it.
    Proposed,
    /// As a person left it.
    UserEdited,
    /// A person does not want it.
    Rejected {
        /// Why, in that person's words.
        words: String,
    },
    /// A newer line took its place.
    Superseded {
        /// Of which run.
        by: RunId,
    },
    /// To be submitted.
    Approved {
        /// Not before this moment.
        next_attempt_at: Timestamp,
    },
    /// Somebody is submitting it.
    Submitting {
        /// Who.
        owner: Owner,
        /// Until when nobody else may.
        lease_until: Timestamp,
    },
    /// Crossmark has it; of a dropped line: no longer has it.
    ApiSubmitted {
        /// Since when.
        at: Timestamp,
        /// Its id there; none of a dropped line.
        scheduled_event_id: Option<ScheduledEventId>,
        /// The note of the person who did it by hand.
        by_hand: Option<String>,
    },
    /// Crossmark does not have it.
    ApiFailed {
        /// Since when.
        at: Timestamp,
        /// Why, by kind.
        cause: Cause,
        /// Why, for a person; both facts of a move whose restore failed.
        words: String,
    },
    /// Nobody knows.
    InDoubt {
        /// Since when.
        since: Timestamp,
        /// Read back not before this moment.
        read_at: Timestamp,
        /// How often that was done in vain.
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

    /// When somebody must look at the line without being asked to; none where only a person can go on.
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
    /// The state that a line begins in: as the solver left it.
    pub fn proposed() -> Guarded<LineState> {
        Guarded(LineState::Proposed)
    }

    /// Changes the state.
    ///
    /// # Errors
    /// What the table of changes does not have.
    pub(crate) fn turn(&mut self, by: Act, to: LineState) -> Result<(), NotAllowed> {
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
    /// What it depends on failed.
    DependencyFailed,
    /// The event was staffed, cancelled or paused upstream meanwhile.
    ChangedUpstream,
    /// What was read back is neither the old nor the new.
    Conflict,
    /// A move's second half failed, and the old placement was restored.
    Restored,
    /// A move's second half failed and so did restoring: the event is open.
    NotRestored,
    /// A rule is broken by now, or the person or the club has no Crossmark number.
    NotLegal,
    /// It starts too soon to be sent, or its start is past.
    TooLate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_changes_as_the_design_says_and_in_no_other_way() {
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
    fn a_change_needs_its_own_act() {
        for (act, from, to) in LINE_CHANGES {
            assert!(from.may_become(*to, *act));
        }
        assert!(!ApiFailed.may_become(Superseded, Act::Supersede), "a failed line goes only by being taken over");
        assert!(!ApiFailed.may_become(Approved, Act::PutBack), "a failed line is approved again only by a person");
    }

    #[test]
    fn what_is_in_flight_can_never_be_taken_over() {
        for status in LineStatus::ALL.into_iter().filter(|s| s.is_in_flight()) {
            assert!(!LineStatus::ALL.iter().any(|to| status.may_become(*to, Act::TakeOver)), "{}", status.name());
        }
    }
}
