//! The log of calls with the fault and outcome of each. Tests wait for calls in it and count them.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::faults::Fault;

/// Maximum calls that are kept. Older calls are dropped.
const MAX_CALLS: usize = 100_000;

/// The calls of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallName {
    Login,
    Planning,
    ScheduledEvents,
    Visits,
    People,
    Schedule,
    Condition,
    Delete,
}

/// The progress of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// The call is being processed.
    Open,
    /// The call waits for `POST /_sim/release`.
    Held,
    /// The call has been processed: its answer is sent, or it gets none.
    Done,
}

/// A call, as `/_sim/calls` lists it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct LoggedCall {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub call: CallName,
    #[serde(rename = "mPlanID", skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<u64>,
    #[serde(rename = "RepID", skip_serializing_if = "Option::is_none")]
    pub rep_id: Option<u64>,
    /// The scheduled event that the call names, or that it created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    pub fault: Option<Fault>,
    pub progress: Progress,
    /// The answer: a status, `closed`, or none yet.
    #[serde(rename = "answered")]
    pub answer_label: Option<String>,
    /// The effect, independent of the answer: `done`, `refused`, `late` (it follows later), `session_ended`, or
    /// none.
    pub effect: Option<&'static str>,
}

/// The latest [`MAX_CALLS`] calls since the start or the last reset, oldest first.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    calls: VecDeque<LoggedCall>,
    next_seq: u64,
}

impl CallLog {
    /// Adds an incoming call, and returns the number that it gets.
    pub fn open(&mut self, mut call: LoggedCall) -> u64 {
        let seq = self.next_seq;
        self.next_seq += 1;
        call.seq = seq;
        if self.calls.len() == MAX_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
        seq
    }

    /// Updates a call, unless it was dropped.
    pub fn update(&mut self, seq: u64, update: impl FnOnce(&mut LoggedCall)) {
        if let Ok(index) = self.calls.binary_search_by_key(&seq, |call| call.seq) {
            update(&mut self.calls[index]);
        }
    }

    pub fn list(&self) -> Vec<LoggedCall> {
        self.calls.iter().cloned().collect()
    }

    /// Drops all calls. The numbers continue, so that a call from before the reset is not mistaken for a later one.
    pub fn clear(&mut self) {
        self.calls.clear();
    }
}
