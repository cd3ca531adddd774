//! The audit trail: every change of state, who made it, when and why. An entry is written in the transaction that makes
//! the change. It never changes afterwards, except that the erasure of a person replaces their name and id.

use domain::snapshot::{EmployeeId, EventRef};
use domain::standing::FindingId;
use serde::{Deserialize, Serialize};

use crate::cursor::{Cursor, ListError, Page};
use crate::facts::{FactChange, FactId};
use crate::item::{Record, Stored};
use crate::key::{ClubId, DraftId, Index, Key, LineKey, Part, RunId};
use crate::outcomes::LineNote;
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::table::Club;

/// Who acts: a person, or a function on its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// A person: the `sub` of their token, which the issuer gives to nobody else. A function: its name. The command
    /// line: the AWS identity of its user. Entries from before the field `name` existed have the name here.
    #[serde(rename = "who")]
    pub id: String,
    /// A person's name as their token had it at the time. It is for display only, because an issuer may give the name
    /// to somebody else later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Actor {
    /// A person by id, with a display name.
    pub fn person(id: impl Into<String>, name: Option<String>) -> Actor {
        let id = id.into();
        Actor { name: name.filter(|name| *name != id), id }
    }

    /// The name to display: the person's name, or the id if there is no name.
    pub fn display_name(&self) -> &str {
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

/// Who does something, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// The person or function.
    #[serde(flatten)]
    pub who: Actor,
    /// The time.
    pub at: Timestamp,
    /// The reason, for a person.
    pub why: String,
}

impl Because {
    /// An actor, a time and a reason.
    pub fn new(who: impl Into<Actor>, at: Timestamp, why: impl Into<String>) -> Because {
        Because { who: who.into(), at, why: why.into() }
    }
}

/// What an entry of the trail is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A run.
    Run(RunId),
    /// A line.
    Line(LineKey),
    /// The submissions of the club, which may be paused.
    Submissions,
    /// Crossmark's list of the club's events.
    Listing,
    /// An event: a decided difference from Crossmark, or a changed block.
    Event(EventRef),
    /// A fact that people maintain by hand.
    Fact(FactId),
    /// A finding that people ignore.
    Finding(FindingId),
    /// What the club owes a person.
    Debt(EmployeeId),
    /// A draft that an assistant or *Find* made for a person.
    Draft(DraftId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Run(run) => write!(f, "RUN#{run}"),
            Subject::Line(line) => write!(f, "LINE#{line}"),
            Subject::Submissions => f.write_str("SUBMISSIONS"),
            Subject::Listing => f.write_str("LISTING"),
            Subject::Event(event) => write!(f, "EVENT#{event}"),
            Subject::Fact(fact) => fact.fmt(f),
            Subject::Finding(finding) => write!(f, "FINDING#{finding}"),
            Subject::Debt(employee) => write!(f, "DEBT#{employee}"),
            Subject::Draft(draft) => write!(f, "DRAFT#{draft}"),
        }
    }
}

/// One change of state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What changed.
    pub subject: Subject,
    /// The subject's version after the change.
    pub version: u64,
    /// The state before; `None` for the first state.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// Who made the change, when and why.
    pub because: Because,
    /// The values of a fact before and after the change; `None` for other subjects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<Box<FactChange>>,
    /// A note of the line, if the change counts for the line's outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Box<LineNote>>,
    /// Whether a line fails without being sent, or leaves that state.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsent: bool,
    /// Whether Crossmark did not accept the line once already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

impl Entry {
    /// An entry without the values of a fact and without a note of a line.
    pub(crate) fn new(subject: Subject, version: u64, (from, to): (Option<&str>, &str), because: &Because) -> Entry {
        let (from, to) = (from.map(str::to_owned), to.to_owned());
        Entry {
            subject,
            version,
            from,
            to,
            because: because.clone(),
            fact: None,
            line: None,
            unsent: false,
            again: false,
        }
    }

    /// The run whose tally this entry increments, and the attribute of the tally ([`crate::tally`]); `None` if the
    /// entry is not counted.
    pub(crate) fn tally(&self) -> Option<(&RunId, &'static str)> {
        let Subject::Line(line) = &self.subject else { return None };
        let from = self.from.as_deref().unwrap_or_default();
        let attribute = match (from, self.to.as_str()) {
            (_, HELD) => "held",
            ("api_failed", "approved") | (_, "api_failed") if self.unsent => return None,
            ("approved", "proposed" | "user_edited") => "recalled",
            (_, "user_edited") => "edited",
            ("proposed" | "user_edited", "approved") => "approved",
            ("api_failed", "approved") => "retried",
            (_, "rejected") => "rejected",
            (_, "api_submitted") if self.again => "accepted_again",
            (_, "api_submitted") => "accepted",
            (_, "api_failed") if self.again => "failed_again",
            (_, "api_failed") => "failed",
            _ => return None,
        };
        Some((&line.run, attribute))
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

/// The name of a hold in the trail. A hold does not change the state of its line.
pub(crate) const HELD: &str = "held";
/// The name of the release of a held line in the trail.
pub(crate) const FREED: &str = "freed";
/// The name of a withdrawn decision in the trail, if its line stays where it is.
pub(crate) const DECISION_WITHDRAWN: &str = "put_back";

impl Club<'_> {
    /// Changes of the club since a moment, oldest first, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn changes_since(
        &self,
        since: Timestamp,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Entry>>, ListError> {
        let slice = Slice { from: since.to_string(), ..Slice::whole(Part::Audit.of(self.id)) };
        self.list(slice, cursor, limit).await
    }

    /// Number of changes of the club since a moment.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn count_changes_since(&self, since: Timestamp) -> Result<u64, TableError> {
        let slice = Slice { from: since.to_string(), ..Slice::whole(Part::Audit.of(self.id)) };
        self.count(slice).await
    }

    /// Changes of one subject, in order of version, then time, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn trail(
        &self,
        subject: &Subject,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<Entry>>, ListError> {
        self.list(trail_slice(self.id, subject), cursor, limit).await
    }

    /// The newest changes of one subject, newest first. Their page has a `next` if there are older ones.
    ///
    /// # Errors
    /// [`ListError::Table`] if the table cannot be read.
    pub async fn newest_changes(&self, subject: &Subject, limit: u16) -> Result<Page<Stored<Entry>>, ListError> {
        self.list(Slice { backwards: true, ..trail_slice(self.id, subject) }, None, limit).await
    }
}

fn trail_slice(club: &ClubId, subject: &Subject) -> Slice {
    Slice::under(Part::Audit.of(club), &format!("{subject}#")).through(Index::Subject)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn an_actor_is_stored_with_the_id_and_the_name_to_display() {
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
            assert_eq!(because.who.display_name(), shown);
        }
    }

    #[test]
    fn an_actor_from_before_the_name_field_existed_is_still_read() {
        let old = json!({"who": "pat@club.example", "at": 1_795_417_200_000_i64, "why": "approved"});
        let read: Because = serde_json::from_value(old).unwrap();
        assert_eq!(read.who, Actor { id: "pat@club.example".into(), name: None });
        assert_eq!(read.who.display_name(), "pat@club.example");
    }
}
