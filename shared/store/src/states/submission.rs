//! A line's record of its submission to Crossmark.

use serde::{Deserialize, Serialize};

use super::LineState;
use crate::key::{ApprovalId, ScheduledEventId};
use crate::stamp::Timestamp;

/// A step of a line's submission, written before its call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Delete the old placement.
    Delete,
    /// Make the new placement.
    Schedule,
    /// Make the old placement again.
    Restore,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum AttemptEnd {
    /// The call took effect.
    Done {
        /// Crossmark's id of the new schedule; `None` after a delete.
        scheduled_event_id: Option<ScheduledEventId>,
    },
    /// The call is known to have had no effect.
    NotTaken {
        /// The reason, as far as known.
        words: String,
    },
    /// Crossmark refused the call.
    Refused {
        /// Crossmark's explanation.
        words: String,
    },
    /// It is unknown whether the call took effect.
    Unknown {
        /// What was observed.
        words: String,
    },
}

/// One call, made or about to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The step of the call.
    pub step: Step,
    /// The generation of the submission.
    pub generation: u32,
    /// When it began; written before the call.
    pub started_at: Timestamp,
    /// When and how it ended; `None` while it is in progress, or if its worker was lost.
    pub end: Option<(Timestamp, AttemptEnd)>,
}

/// The state that a recall returns to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateBeforeApproval {
    /// As it was written: no person had edited it.
    Proposed,
    /// Edited by a person.
    UserEdited,
}

impl StateBeforeApproval {
    /// The state.
    pub fn state(self) -> LineState {
        match self {
            StateBeforeApproval::Proposed => LineState::Proposed,
            StateBeforeApproval::UserEdited => LineState::UserEdited,
        }
    }
}

/// Lines of an approval that depend on each other: one message, one lease, submitted in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupKey {
    /// The approval.
    pub approval: ApprovalId,
    /// The group's number in it.
    pub number: u32,
}

/// A line's submission to Crossmark; exists from its first approval on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The group that the line is submitted with.
    pub group: GroupKey,
    /// The line's position in the approval. Lines of a group are submitted in this order.
    #[serde(rename = "place")]
    pub position: u32,
    /// Incremented by recall and retry: messages for an earlier generation are ignored.
    pub generation: u32,
    /// The state that a recall returns to.
    pub earlier: StateBeforeApproval,
    /// The step that is next or in progress.
    pub step: Step,
    /// Number of attempts of this generation that count towards the limit.
    pub tries: u32,
    /// Number of times in a row that the event could not be read from Crossmark before the call, in this generation.
    #[serde(rename = "unread", default)]
    pub failed_reads: u32,
    /// All calls of all generations, oldest first.
    pub attempts: Vec<Attempt>,
}

impl Submission {
    /// Whether a call was made, or begun, in this generation.
    pub fn was_attempted(&self) -> bool {
        self.attempts.iter().any(|a| a.generation == self.generation)
    }

    /// Records how the last call ended. A known end replaces an unknown one, because a read-back decides it.
    pub(crate) fn end(&mut self, at: Timestamp, end: AttemptEnd) {
        if let Some(last) = self.attempts.last_mut()
            && matches!(last.end, None | Some((_, AttemptEnd::Unknown { .. })))
        {
            last.end = Some((at, end));
        }
    }

    /// Records that a call is about to be made.
    pub(crate) fn begin(&mut self, step: Step, at: Timestamp) {
        self.step = step;
        self.attempts.push(Attempt { step, generation: self.generation, started_at: at, end: None });
    }
}
