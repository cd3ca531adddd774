//! The audit trail: every change of state, who made it, when and why. Written in the transaction that makes the change,
//! never changed afterwards.

use serde::{Deserialize, Serialize};

use crate::cursor::{Cursor, ListError, Page};
use crate::item::{Record, Stored};
use crate::key::{ClubId, Index, Key, LineKey, Part, RunId};
use crate::request::Slice;
use crate::stamp::Timestamp;
use crate::table::Club;
use crate::tally::Happened;

/// Who does something, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// A person's identity, or the function that acts on its own.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Why, for a person.
    pub why: String,
}

impl Because {
    /// Who, when and why.
    pub fn new(who: impl Into<String>, at: Timestamp, why: impl Into<String>) -> Because {
        Because { who: who.into(), at, why: why.into() }
    }
}

/// What the trail speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A run.
    Run(RunId),
    /// A line.
    Line(LineKey),
    /// The submissions of the club.
    Submissions,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Run(run) => write!(f, "RUN#{run}"),
            Subject::Line(line) => write!(f, "LINE#{line}"),
            Subject::Submissions => f.write_str("SUBMISSIONS"),
        }
    }
}

/// One change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Of what.
    pub subject: Subject,
    /// The version of it that the change made.
    pub version: u64,
    /// The state before; none where it began.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// Who, when and why.
    pub because: Because,
}

impl Entry {
    /// What it counts as in the tally of its line's run.
    pub(crate) fn counts(&self) -> Option<(&RunId, Happened)> {
        let Subject::Line(line) = &self.subject else { return None };
        let from = self.from.as_deref().unwrap_or_default();
        let what = match (from, self.to.as_str()) {
            (_, HELD) => Happened::Held,
            ("approved", "proposed" | "user_edited") => Happened::Recalled,
            (_, "user_edited") => Happened::Edited,
            ("proposed" | "user_edited", "approved") => Happened::Approved,
            ("api_failed", "approved") => Happened::Retried,
            (_, "rejected") => Happened::Rejected,
            (_, "api_submitted") => Happened::Accepted,
            (_, "api_failed") => Happened::Failed,
            _ => return None,
        };
        Some((&line.run, what))
    }
}

impl Record for Entry {
    fn key(&self, club: &ClubId) -> Key {
        let (at, subject, version, to) = (self.because.at, &self.subject, self.version, &self.to);
        Part::Audit.key(club, format!("{at}#{subject}#{version:06}#{to}"))
    }

    fn indexes(&self, _version: u64) -> Vec<(Index, String)> {
        vec![(Index::Subject, format!("{}#{:06}#{}", self.subject, self.version, self.because.at))]
    }
}

/// A line's mark as the trail has it: a change that leaves the state as it is.
pub(crate) const HELD: &str = "held";
/// The mark taken away.
pub(crate) const FREED: &str = "freed";
/// What was decided about the event taken back, where the line stays as it is.
pub(crate) const PUT_BACK: &str = "put_back";

impl Club<'_> {
    /// What happened in the club since a moment, oldest first, a page at a time.
    pub async fn changes_since(
        &self,
        since: Timestamp,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Entry>>, ListError> {
        let slice = Slice { from: since.to_string(), ..Slice::whole(Part::Audit.of(self.id)) };
        self.list(slice, cursor, limit).await
    }

    /// What happened to one subject, oldest first, a page at a time.
    pub async fn trail(
        &self,
        subject: &Subject,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Entry>>, ListError> {
        let slice = Slice::under(Part::Audit.of(self.id), &format!("{subject}#"));
        self.list(slice.through(Index::Subject), cursor, limit).await
    }
}
