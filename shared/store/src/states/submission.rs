//! What a line remembers of its way to Crossmark.

use serde::{Deserialize, Serialize};

use super::LineState;
use crate::key::{ApprovalId, ScheduledEventId};
use crate::stamp::Timestamp;

/// A step of a line's submission, written before its call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The old placement is taken back.
    Delete,
    /// The new one is made.
    Schedule,
    /// The old one is made again.
    Restore,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum AttemptEnd {
    /// Crossmark did it.
    Done {
        /// The id that it gave.
        scheduled_event_id: Option<ScheduledEventId>,
    },
    /// It is known that it did nothing.
    NotTaken {
        /// Why, as far as known.
        words: String,
    },
    /// It refused.
    Refused {
        /// Its words.
        words: String,
    },
    /// Nobody knows.
    Unknown {
        /// What was seen.
        words: String,
    },
}

/// One call, made or about to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which step.
    pub step: Step,
    /// Of which generation.
    pub generation: u32,
    /// Written before the call.
    pub started_at: Timestamp,
    /// How it ended and when; none while it is under way, or when its worker was lost.
    pub end: Option<(Timestamp, AttemptEnd)>,
}

/// The state that a recall brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Earlier {
    /// As the solver left it.
    Proposed,
    /// As a person left it.
    UserEdited,
}

impl Earlier {
    /// The state.
    pub fn state(self) -> LineState {
        match self {
            Earlier::Proposed => LineState::Proposed,
            Earlier::UserEdited => LineState::UserEdited,
        }
    }
}

/// Lines of an approval that depend on each other: one message, one lease, worked in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupKey {
    /// The approval.
    pub approval: ApprovalId,
    /// The group's number in it.
    pub number: u32,
}

/// What a line remembers of its way to Crossmark; there from its first approval on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The group that it is submitted with.
    pub group: GroupKey,
    /// Its place in the group's order.
    pub place: u32,
    /// Raised by recall and retry: what was meant for an earlier generation no longer counts.
    pub generation: u32,
    /// What a recall brings back.
    pub earlier: Earlier,
    /// The step that is due or under way.
    pub step: Step,
    /// Attempts of this generation that count towards the last one.
    pub tries: u32,
    /// How often in this generation it could not be read what changed at Crossmark meanwhile, before anything was sent.
    #[serde(default)]
    pub unread: u32,
    /// Every call ever, oldest first.
    pub attempts: Vec<Attempt>,
}

impl Submission {
    /// Whether a call was made, or begun, in this generation.
    pub fn was_attempted(&self) -> bool {
        self.attempts.iter().any(|a| a.generation == self.generation)
    }

    /// Notes how the call under way ended.
    pub(crate) fn end(&mut self, at: Timestamp, end: AttemptEnd) {
        if let Some(last) = self.attempts.last_mut().filter(|a| a.end.is_none()) {
            last.end = Some((at, end));
        }
    }

    /// Notes that a call is about to be made.
    pub(crate) fn begin(&mut self, step: Step, at: Timestamp) {
        self.step = step;
        self.attempts.push(Attempt { step, generation: self.generation, started_at: at, end: None });
    }
}
