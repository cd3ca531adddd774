//! The messages of the queues. A message only names what a worker must look at; the worker reads from the table whether
//! there is anything to do.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::key::{ApprovalId, ClubId, RefreshId, RunId, TrialId};

use crate::telemetry;

/// The message version that this code writes and reads.
pub const VERSION: u32 = 1;

/// A kind of message, with the names of its queues' settings.
pub trait Message: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The setting with the URL of the kind's queue.
    const QUEUE: &'static str;
    /// The setting with the URL of the kind's dead-letter queue.
    const DEAD_LETTERS: &'static str;
    /// The version in which the message was written.
    fn version(&self) -> u32;
    /// Adds the message's club, and its run or approval if it has one, to the summary of the invocation.
    fn note_ids(&self);
}

/// Tells a worker that a run is queued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunMessage {
    /// See [`VERSION`].
    pub version: u32,
    /// The club.
    pub club: ClubId,
    /// The run.
    pub run: RunId,
}

impl RunMessage {
    /// A message in the current version.
    pub fn new(club: ClubId, run: RunId) -> RunMessage {
        RunMessage { version: VERSION, club, run }
    }
}

impl Message for RunMessage {
    const QUEUE: &'static str = "MUSTER_RUN_QUEUE";
    const DEAD_LETTERS: &'static str = "MUSTER_RUN_DLQ";
    fn version(&self) -> u32 {
        self.version
    }
    fn note_ids(&self) {
        telemetry::note_club(&self.club);
        telemetry::note_run(&self.run);
    }
}

/// Tells a worker that a trial is queued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialMessage {
    /// See [`VERSION`].
    pub version: u32,
    /// The club.
    pub club: ClubId,
    /// The trial.
    pub trial: TrialId,
}

impl TrialMessage {
    /// A message in the current version.
    pub fn new(club: ClubId, trial: TrialId) -> TrialMessage {
        TrialMessage { version: VERSION, club, trial }
    }
}

impl Message for TrialMessage {
    const QUEUE: &'static str = "MUSTER_TRIAL_QUEUE";
    const DEAD_LETTERS: &'static str = "MUSTER_TRIAL_DLQ";
    fn version(&self) -> u32 {
        self.version
    }
    fn note_ids(&self) {
        telemetry::note_club(&self.club);
    }
}

/// Tells a worker that a group of approved lines is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitMessage {
    /// See [`VERSION`].
    pub version: u32,
    /// The club.
    pub club: ClubId,
    /// The approval.
    pub approval: ApprovalId,
    /// The number of the group in the approval.
    pub group: u32,
    /// The generation of each line, by event ref, when the message was sent. A message that was moved back from the
    /// dead-letter queue retries only exhausted lines that are still in the same generation.
    #[serde(default)]
    pub generations: BTreeMap<u64, u32>,
}

impl Message for SubmitMessage {
    const QUEUE: &'static str = "MUSTER_SUBMIT_QUEUE";
    const DEAD_LETTERS: &'static str = "MUSTER_SUBMIT_DLQ";
    fn version(&self) -> u32 {
        self.version
    }
    fn note_ids(&self) {
        telemetry::note_club(&self.club);
        telemetry::note_approval(&self.approval);
    }
}

/// Tells a worker that a club must be refreshed from Crossmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshMessage {
    /// See [`VERSION`].
    pub version: u32,
    /// The club.
    pub club: ClubId,
    /// The refresh, so that a repeated message continues an interrupted refresh. A message without a refresh begins a
    /// new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<RefreshId>,
}

impl RefreshMessage {
    /// A message in the current version.
    pub fn new(club: ClubId, refresh: RefreshId) -> RefreshMessage {
        RefreshMessage { version: VERSION, club, refresh: Some(refresh) }
    }
}

impl Message for RefreshMessage {
    const QUEUE: &'static str = "MUSTER_REFRESH_QUEUE";
    const DEAD_LETTERS: &'static str = "MUSTER_REFRESH_DLQ";
    fn version(&self) -> u32 {
        self.version
    }
    fn note_ids(&self) {
        telemetry::note_club(&self.club);
    }
}
