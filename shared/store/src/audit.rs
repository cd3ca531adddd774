//! The audit trail: every change of state, who made it, when and why. Written in the transaction that makes the change,
//! never changed afterwards.

use serde::{Deserialize, Serialize};

use crate::cursor::{Cursor, ListError, Page};
use crate::facts::{FactChange, FactId};
use crate::item::{Record, Stored};
use crate::key::{ClubId, Index, Key, LineKey, Part, RunId};
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::Club;
use crate::tally::Happened;

/// Who acts: a person, or a function on its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// A person by the `sub` of their token, which their issuer gives to nobody else; a function by its name; whoever uses
    /// the command line by their AWS identity. Entries from before `name` was kept have the name here.
    #[serde(rename = "who")]
    pub id: String,
    /// What a person is called, as their token said then. For reading only: an issuer may give the name to somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Actor {
    /// A person by their id, with the name that others know them by.
    pub fn person(id: impl Into<String>, name: Option<String>) -> Actor {
        let id = id.into();
        Actor { name: name.filter(|name| *name != id), id }
    }

    /// What to show of them.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl From<String> for Actor {
    fn from(id: String) -> Actor {
        Actor { id, name: None }
    }
}

impl From<&str> for Actor {
    fn from(id: &str) -> Actor {
        id.to_owned().into()
    }
}

/// Whether it is this one, by id.
impl PartialEq<&str> for Actor {
    fn eq(&self, id: &&str) -> bool {
        self.id == *id
    }
}

/// Who does something, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// Who.
    #[serde(flatten)]
    pub who: Actor,
    /// When.
    pub at: Timestamp,
    /// Why, for a person.
    pub why: String,
}

impl Because {
    /// Who, when and why.
    pub fn new(who: impl Into<Actor>, at: Timestamp, why: impl Into<String>) -> Because {
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
    /// Crossmark's list of the club's events.
    Listing,
    /// A fact that people keep by hand.
    Fact(FactId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Run(run) => write!(f, "RUN#{run}"),
            Subject::Line(line) => write!(f, "LINE#{line}"),
            Subject::Submissions => f.write_str("SUBMISSIONS"),
            Subject::Listing => f.write_str("LISTING"),
            Subject::Fact(fact) => fact.fmt(f),
        }
    }
}

/// One change of state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What a change of a fact found and left; none of everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<Box<FactChange>>,
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

    fn expires(&self) -> Option<Timestamp> {
        Some(self.because.at.plus(RECORDS_KEPT))
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

    /// How much happened in the club since a moment.
    pub async fn count_changes_since(&self, since: Timestamp) -> Result<u64, TableError> {
        let slice = Slice { from: since.to_string(), ..Slice::whole(Part::Audit.of(self.id)) };
        self.count(slice).await
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_has_the_persons_id_and_beside_it_the_name_that_is_shown() {
        let at = 1_795_417_200_000_i64;
        for (who, written, shown) in [
            (
                Actor::person("7f3a", Some("pat@club.example".into())),
                json!({"who": "7f3a", "name": "pat@club.example"}),
                "pat@club.example",
            ),
            (Actor::person("7f3a", None), json!({"who": "7f3a"}), "7f3a"),
            (Actor::person("developer", Some("developer".into())), json!({"who": "developer"}), "developer"),
            ("muster sweep".into(), json!({"who": "muster sweep"}), "muster sweep"),
        ] {
            let because = Because::new(who, Timestamp(at), "as asked");
            let mut expected = json!({"at": at, "why": "as asked"});
            expected.as_object_mut().unwrap().extend(written.as_object().unwrap().clone());
            assert_eq!(serde_json::to_value(&because).unwrap(), expected);
            assert_eq!(serde_json::from_value::<Because>(expected).unwrap(), because);
            assert_eq!(because.who.shown(), shown);
        }
    }

    #[test]
    fn an_entry_from_before_names_were_kept_is_still_read() {
        let old = json!({"who": "pat@club.example", "at": 1_795_417_200_000_i64, "why": "approved"});
        let read: Because = serde_json::from_value(old).unwrap();
        assert_eq!(read.who, Actor { id: "pat@club.example".into(), name: None });
        assert_eq!(read.who.shown(), "pat@club.example");
    }
}
