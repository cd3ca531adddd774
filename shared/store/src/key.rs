//! Ids and keys. Every partition key begins with `CLUB#<id>`, except that of the list of clubs.

use chrono::NaiveDate;
use domain::snapshot::EventRef;
pub use domain::snapshot::ScheduledEventId;
use serde::{Deserialize, Serialize};

use crate::stamp::Timestamp;

/// A text that is not an id: its length or its characters are not allowed. Letters and digits must be ASCII.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 64 letters, digits, `-` and `_`")]
pub struct BadId;

fn is_plain(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an id.
            ///
            /// # Errors
            /// [`BadId`] if the text is not an id.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                if is_plain(text) { Ok($name(text.to_owned())) } else { Err(BadId) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// The id of a club.
    ClubId
);
id!(
    /// The id of a run. Ids sort by the time that they contain: when the run was made, or for a run with the id of a
    /// trial or draft, when that was made.
    RunId
);
id!(
    /// The id of an approval. Ids sort by the time that they contain: when the approval was made, or for the approval
    /// of a draft, when the draft was made.
    ApprovalId
);
id!(
    /// The id of a trial; later ones sort after earlier ones.
    TrialId
);
id!(
    /// The id of a refresh from Crossmark; later ones sort after earlier ones.
    RefreshId
);
id!(
    /// The id of a draft; later ones sort after earlier ones.
    DraftId
);
id!(
    /// The id of the holder of a lease: unique to one invocation.
    Owner
);

/// A sortable id: the time in UTC, and six random letters that keep ids of the same millisecond apart.
fn sortable(now: Timestamp, rng: &mut fastrand::Rng) -> String {
    let tail: String = (0..6).map(|_| rng.char('a'..='z')).collect();
    id_text(now, &tail)
}

fn id_text(at: Timestamp, tail: &str) -> String {
    format!("{}-{tail}", at.utc().format("%Y%m%dT%H%M%S%3f"))
}

impl RunId {
    /// A new id.
    pub fn new(now: Timestamp, rng: &mut fastrand::Rng) -> RunId {
        RunId(sortable(now, rng))
    }

    /// The run that a trial becomes if somebody adopts it.
    pub(crate) fn of_trial(trial: &TrialId) -> RunId {
        RunId(trial.0.clone())
    }
}

impl Owner {
    /// A new id, from the system's random source: two processes may share a seed.
    pub fn unique() -> Owner {
        Owner(uuid::Uuid::new_v4().to_string())
    }
}

impl TrialId {
    /// A new id.
    pub fn new(now: Timestamp, rng: &mut fastrand::Rng) -> TrialId {
        TrialId(sortable(now, rng))
    }
}

impl DraftId {
    /// A new id.
    pub fn new(now: Timestamp, rng: &mut fastrand::Rng) -> DraftId {
        DraftId(sortable(now, rng))
    }

    /// The run that has the lines of the draft's changes by hand.
    pub fn run(&self) -> RunId {
        RunId(self.0.clone())
    }

    /// The run that a confirmation at this moment starts. Each confirmation has its own, because a run that could not
    /// be queued stays recorded as failed, and the draft may be confirmed again.
    pub fn run_started(&self, at: Timestamp) -> RunId {
        RunId(self.confirmed(at))
    }

    /// The trial that a confirmation at this moment begins.
    pub fn trial_begun(&self, at: Timestamp) -> TrialId {
        TrialId(format!("{}-t", self.confirmed(at)))
    }

    fn confirmed(&self, at: Timestamp) -> String {
        let tail = self.0.split_once('-').map_or(self.0.as_str(), |(_, tail)| tail);
        id_text(at, tail)
    }

    /// The approval of the draft's lines.
    pub fn approval(&self) -> ApprovalId {
        ApprovalId(self.0.clone())
    }

    /// The trial that computes the draft's effect. Its id differs from the draft's id, because the run that an adopted
    /// trial becomes has the trial's id, and must not be the draft's run.
    pub fn trial(&self) -> TrialId {
        TrialId(format!("{}-t", self.0))
    }
}

impl RefreshId {
    /// A new id.
    pub fn new(now: Timestamp, rng: &mut fastrand::Rng) -> RefreshId {
        RefreshId(sortable(now, rng))
    }
}

impl ApprovalId {
    /// A new id.
    pub fn new(now: Timestamp, rng: &mut fastrand::Rng) -> ApprovalId {
        ApprovalId(sortable(now, rng))
    }
}

/// The fencing token of a club's run lease. It increases each time the lease is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(pub u64);

/// The key of a proposal, which is the lines that one run wrote under one token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProposalKey {
    /// The run.
    pub run: RunId,
    /// The token of the lease that it was written under.
    pub token: Token,
}

impl ClubId {
    /// A placeholder id for items that belong to no club.
    pub(crate) fn of_no_club() -> ClubId {
        ClubId("any".to_owned())
    }
}

/// The key of one line of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineKey {
    /// The run.
    pub run: RunId,
    /// The token of the lease that it was written under.
    pub token: Token,
    /// The event.
    #[serde(rename = "ref")]
    pub event: EventRef,
}

impl LineKey {
    /// The line of an event in a proposal.
    pub fn of(proposal: &ProposalKey, event: EventRef) -> LineKey {
        LineKey { run: proposal.run.clone(), token: proposal.token, event }
    }

    /// The proposal that the line belongs to.
    pub fn proposal(&self) -> ProposalKey {
        ProposalKey { run: self.run.clone(), token: self.token }
    }
}

/// The line's id for people and the API: `run.ref`.
impl std::fmt::Display for LineKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.run, self.event)
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub partition: String,
    pub sort: String,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.partition, self.sort)
    }
}

/// The partitions of a club.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Settings, people, calendar, rotations; `plan_version`, lease, pointers.
    Club,
    /// Events with their claims.
    Events,
    /// Posted schedules by date.
    Posted,
    /// Runs, oldest first.
    Runs,
    /// Nightly runs by date.
    Nights,
    /// Approvals, oldest first.
    Approvals,
    /// The leases of an approval's groups.
    Groups,
    /// Idempotent replies.
    Replies,
    /// The audit trail, oldest first.
    Audit,
    /// Counts of what happened to the lines of a run.
    Tallies,
    /// Calendar feeds.
    Feeds,
    /// Uploads of files, by kind of file.
    Uploads,
    /// Trials, oldest first.
    Trials,
    /// Refreshes from Crossmark, oldest first.
    Refreshes,
    /// Drafts, oldest first.
    Drafts,
    /// The health of the posted schedules each morning, by date.
    Health,
    /// Archived snapshots and answers of runs.
    Archive,
    /// Outcomes of lines, by the day that they were proposed for.
    Outcomes,
    /// The fairness ledger by week, and corrections by person.
    Ledger,
    /// Daily counts, and the data that they are computed from.
    RollUps,
    /// Number of questions of each person in the current minute.
    Questions,
    /// Lines and long reasons of a proposal; for old proposals also the snapshot.
    Proposal(&'a ProposalKey),
}

impl Part<'_> {
    pub fn of(&self, club: &ClubId) -> String {
        let tail = match self {
            Part::Club => return format!("CLUB#{club}"),
            Part::Events => "EVENT",
            Part::Posted => "POSTED",
            Part::Runs => "RUN",
            Part::Nights => "NIGHT",
            Part::Approvals => "APPROVAL",
            Part::Groups => "GROUP",
            Part::Replies => "REPLY",
            Part::Audit => "AUDIT",
            Part::Tallies => "TALLY",
            Part::Feeds => "FEED",
            Part::Uploads => "UPLOAD",
            Part::Trials => "TRIAL",
            Part::Refreshes => "REFRESH",
            Part::Drafts => "DRAFT",
            Part::Health => "HEALTH",
            Part::Archive => "ARCHIVE",
            Part::Outcomes => "OUTCOME",
            Part::Ledger => "LEDGER",
            Part::RollUps => "ROLLUP",
            Part::Questions => "ASKED",
            Part::Proposal(p) => return format!("CLUB#{club}#RUN#{}#{:010}", p.run, p.token.0),
        };
        format!("CLUB#{club}#{tail}")
    }

    pub fn key(&self, club: &ClubId, sort: impl Into<String>) -> Key {
        Key { partition: self.of(club), sort: sort.into() }
    }
}

/// The partition of the list of clubs.
pub(crate) const CLUBS: &str = "CLUBS";

/// A ref as a sort key, padded with zeros so that it sorts as a number.
pub(crate) fn ref_sort(event: EventRef) -> String {
    format!("{:016}", event.0)
}

/// A version and a ref as a sort key: higher versions sort after lower ones.
pub(crate) fn version_sort(version: u64, event: EventRef) -> String {
    format!("{}#{}", version_prefix(version), ref_sort(event))
}

/// Prefix of the sort keys of a version.
pub(crate) fn version_prefix(version: u64) -> String {
    format!("{version:08}")
}

/// Reads [`version_sort`].
pub(crate) fn read_version_sort(text: &str) -> Option<(u64, EventRef)> {
    let (version, event) = text.split_once('#')?;
    Some((version.parse().ok()?, EventRef(event.parse().ok()?)))
}

/// The sort key of a posted schedule.
pub(crate) fn posted_sort(date: NaiveDate, event: EventRef) -> String {
    format!("{date}#{}", ref_sort(event))
}

/// The local secondary indexes: sparse and consistent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    /// Events that are unposted or claimed, by due date.
    Open,
    /// Claimed events by the time when a worker must look at the claiming line; last those for which only a person can
    /// continue.
    Claimed,
    /// The audit trail of one subject, such as a line, a run or a fact.
    Subject,
    /// The versions of a proposal's lines, lowest first.
    Line,
}

impl Index {
    pub const ALL: [Index; 4] = [Index::Open, Index::Claimed, Index::Subject, Index::Line];

    /// The name of the index and of the attribute that it sorts by.
    pub fn name(self) -> &'static str {
        match self {
            Index::Open => "open",
            Index::Claimed => "claimed",
            Index::Subject => "subject",
            Index::Line => "line",
        }
    }

    /// Whether it projects whole records; otherwise only their keys.
    pub fn carries_all(self) -> bool {
        self != Index::Line
    }
}
