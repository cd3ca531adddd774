//! What the queues carry: "look at this", by id. Whether there is anything to do stands in the table.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::key::{ApprovalId, ClubId, RunId};

use crate::telemetry;

/// The version that this code writes and reads.
pub const VERSION: u32 = 1;

/// A kind of message, with the names of its queues' settings.
pub trait Message: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The setting that names its queue.
    const QUEUE: &'static str;
    /// The setting that names its dead-letter queue.
    const DEAD_LETTERS: &'static str;
    /// The version that it was written in.
    fn version(&self) -> u32;
    /// Notes in the summary of the invocation what it is about.
    fn note(&self);
}

/// A run waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunMessage {
    /// See [`VERSION`].
    pub version: u32,
    /// Of which club.
    pub club: ClubId,
    /// Which run.
    pub run: RunId,
}

impl RunMessage {
    /// A message in the present version.
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
    fn note(&self) {
        telemetry::club(&self.club);
        telemetry::run(&self.run);
    }
}

/// A group of approved lines waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitMessage {
    /// See [`VERSION`].
    pub version: u32,
    /// Of which club.
    pub club: ClubId,
    /// Of which approval.
    pub approval: ApprovalId,
    /// Which group of it.
    pub group: u32,
    /// The generation that each line (by event ref) was in when this was sent: a message that was moved back from the
    /// dead-letter queue wakes an exhausted line of the same generation alone.
    #[serde(default)]
    pub generations: BTreeMap<u64, u32>,
}

impl Message for SubmitMessage {
    const QUEUE: &'static str = "MUSTER_SUBMIT_QUEUE";
    const DEAD_LETTERS: &'static str = "MUSTER_SUBMIT_DLQ";
    fn version(&self) -> u32 {
        self.version
    }
    fn note(&self) {
        telemetry::club(&self.club);
        telemetry::approval(&self.approval);
    }
}

/// A club is to be brought up to date with Crossmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshMessage {
    /// See [`VERSION`].
    pub version: u32,
    /// Which club.
    pub club: ClubId,
}

impl RefreshMessage {
    /// A message in the present version.
    pub fn new(club: ClubId) -> RefreshMessage {
        RefreshMessage { version: VERSION, club }
    }
}

impl Message for RefreshMessage {
    const QUEUE: &'static str = "MUSTER_REFRESH_QUEUE";
    const DEAD_LETTERS: &'static str = "MUSTER_REFRESH_DLQ";
    fn version(&self) -> u32 {
        self.version
    }
    fn note(&self) {
        telemetry::club(&self.club);
    }
}
