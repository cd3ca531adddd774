//! Lines: the pending schedules of a proposal, each with its long reasons beside it.
//!
//! A line is written by its run before the proposal is committed; after that each change is conditioned on its state and
//! version. Which changes there are is said in [`crate::states`].

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use domain::answer::Flag;
use domain::snapshot::{EmployeeId, EventFacts, EventRef};
use serde::{Deserialize, Serialize};

use crate::answer::LineReasons;
use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::decisions::{Decisions, Unmet};
use crate::events::{Claim, Event, Place};
use crate::item::{self, Attributes, Record, Stored, key_of};
use crate::key::{
    ClubId, Index, Key, LineKey, Part, ProposalKey, RunId, ScheduledEventId, from_version, read_version_sort, ref_sort,
    version_sort,
};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::states::{Act, Cause, Guarded, LineState, NotAllowed, Submission};
use crate::table::Club;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A candidate that is placed.
    New,
    /// A posted schedule that is moved.
    Moved,
    /// A posted schedule that is taken back.
    Dropped,
    /// A candidate that is not placed.
    NotPlaced,
}

impl LineKind {
    /// Whether it moves or drops what is posted.
    pub fn is_swap(self) -> bool {
        matches!(self, LineKind::Moved | LineKind::Dropped)
    }
}

/// Where a posted schedule stood that a line moves or drops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldPlace {
    /// With whom, when and in which block.
    pub place: Place,
    /// Crossmark's id of it.
    pub scheduled_event_id: Option<ScheduledEventId>,
}

/// Why an event is not placed, in brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which of the rulebook's reasons.
    pub code: String,
    /// The reason in plain words.
    pub text: String,
    /// The rules that it rests on.
    pub rules: Vec<String>,
}

/// Which event a line pushes out of its place, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// The event that is moved or dropped for it.
    pub bumped: Option<EventRef>,
    /// Why, in plain words.
    pub reason: String,
}

/// A manager's word that a broken rule is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridden {
    /// The rules that it breaks.
    pub rules: Vec<String>,
    /// Who said so, when and why.
    pub because: Because,
}

/// A pending schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which line.
    pub key: LineKey,
    /// What it is.
    pub kind: LineKind,
    /// Its state.
    pub state: Guarded<LineState>,
    /// Approval passes it by while this is set.
    pub held: bool,
    /// The event, as the run read it.
    pub event: EventFacts,
    /// Where it places the event; none where it does not.
    pub place: Option<Place>,
    /// Where the solver placed it.
    pub original: Option<Place>,
    /// Where it stood, of a moved or dropped one.
    pub from: Option<OldPlace>,
    /// Its pair.
    pub pair: Option<EventRef>,
    /// The lines that must be accepted before it.
    pub depends_on: Vec<EventRef>,
    /// What it pushes out.
    pub swap: Option<Swap>,
    /// Why it is not placed.
    pub failure: Option<Failure>,
    /// Why a person should look at it.
    pub flags: Vec<Flag>,
    /// The rules that a manager lets it break.
    pub overridden: Option<Overridden>,
    /// What people decided about the event, as it stood when the line was written or last changed.
    #[serde(default, skip_serializing_if = "Decisions::is_empty")]
    pub decisions: Decisions,
    /// Why the run did not meet the wish for the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmet: Option<Unmet>,
    /// Its way to Crossmark, from its first approval on.
    pub submission: Option<Submission>,
    /// When its proposal was written.
    pub written_at: Timestamp,
}

impl Record for Line {
    fn key(&self, club: &ClubId) -> Key {
        line_key(club, &self.key)
    }

    fn state(&self) -> Option<&'static str> {
        Some(self.state.status().name())
    }

    fn indexes(&self, version: u64) -> Vec<(Index, String)> {
        vec![(Index::Line, version_sort(version, self.key.event))]
    }
}

/// The long reasons of a line, beside it so that a list need not read them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reasons {
    /// Of which line.
    pub key: LineKey,
    /// What the solver says of it (rulebook section 7).
    pub why: LineReasons,
}

impl Record for Reasons {
    fn key(&self, club: &ClubId) -> Key {
        Part::Proposal(&self.key.proposal()).key(club, format!("LONG#{}", ref_sort(self.key.event)))
    }
}

/// The lines of a proposal by event, as they were read.
pub type Lines = BTreeMap<EventRef, Arc<Stored<Line>>>;

/// Where more lines than this are wanted, all of them are read: a request has no more keys.
const MOST_BY_KEY: usize = 100;

/// Where a line stands.
pub(crate) fn line_key(club: &ClubId, line: &LineKey) -> Key {
    Part::Proposal(&line.proposal()).key(club, format!("LINE#{}", ref_sort(line.event)))
}

/// Why a line was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// There is no such line.
    #[error("there is no such line")]
    NoLine,
    /// The caller has not seen its newest version.
    #[error("the line has changed: it is at version {found}")]
    Stale {
        /// The version that it is at.
        found: u64,
    },
    /// Its state does not allow that.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// A newer proposal is the club's current one.
    #[error("run {by} has the current proposal")]
    Superseded {
        /// Of which run.
        by: RunId,
    },
    /// A person holds the event.
    #[error("a person holds the event back")]
    Held,
    /// It names nobody and no time, so it cannot be approved.
    #[error("the line has no place")]
    NoPlace,
    /// Another line claims the event.
    #[error("line {by} claims the event")]
    Claimed {
        /// Which.
        by: LineKey,
    },
    /// The event is gone, or no longer as the line found it.
    #[error("the event is no longer as the line found it")]
    EventChanged,
    /// Somebody else has it in hand, or it is not due.
    #[error("the line is not this worker's")]
    NotHeld,
    /// An attempt was made, so it can no longer be recalled.
    #[error("an attempt was made already")]
    TooLate,
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// How a line changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Another person, day or time.
    Place {
        /// The new place.
        place: Place,
        /// A manager's word for the rules that it breaks.
        overridden: Option<Overridden>,
    },
    /// No place any more: its pair went where it cannot follow.
    Unplaced,
    /// Back to where the solver placed it.
    Revert,
}

impl Line {
    /// Changes the state, and notes who did and why.
    pub(crate) fn turn(
        &mut self,
        by: Act,
        to: LineState,
        version: u64,
        because: &Because,
    ) -> Result<Entry, NotAllowed> {
        let from = self.state.status();
        self.state.turn(by, to)?;
        Ok(Entry {
            subject: Subject::Line(self.key.clone()),
            version,
            from: Some(from.name().to_owned()),
            to: self.state.status().name().to_owned(),
            because: because.clone(),
            fact: None,
        })
    }

    /// The claim that mirrors the line.
    pub(crate) fn claim(&self) -> Option<Claim> {
        let cause = match &*self.state {
            LineState::ApiFailed { cause, .. } => Some(*cause),
            _ => None,
        };
        Some(Claim {
            line: self.key.clone(),
            status: self.state.status(),
            cause,
            group: self.submission.as_ref()?.group.clone(),
            place: if self.kind == LineKind::Dropped { None } else { self.place.clone() },
            look_at: self.state.look_at(),
        })
    }

    /// Whether what is posted of its event is what the line was made for: nothing, or the placement that it moves or drops.
    pub fn stands_as_found(&self, posted: Option<(&EmployeeId, NaiveDateTime)>) -> bool {
        match (&self.from, posted) {
            (None, None) => true,
            (Some(OldPlace { place, .. }), Some(posted)) => (&place.employee_id, place.start) == posted,
            // A move whose restore failed has left the event open: there is nothing to take back any more.
            (Some(_), None) => self.kind == LineKind::Moved && self.submission.is_some(),
            (None, Some(_)) => false,
        }
    }

    /// The cause and words of its failure.
    pub fn failed_because(&self) -> Option<(Cause, &str)> {
        match &*self.state {
            LineState::ApiFailed { cause, words, .. } => Some((*cause, words)),
            _ => None,
        }
    }
}

/// A line and its event as they were read, one beside the other.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub line: Stored<Line>,
    pub event: Stored<Event>,
}

impl Pair {
    /// Whether the line claims its event.
    pub fn claims(&self) -> bool {
        self.claimed().is_ok()
    }

    /// That the line claims its event, else who does.
    pub fn claimed(&self) -> Result<(), LineError> {
        match &self.event.body.claim {
            Some(claim) if claim.line == self.line.body.key => Ok(()),
            Some(claim) => Err(LineError::Claimed { by: claim.line.clone() }),
            None => Err(LineError::NotHeld),
        }
    }
}

impl Club<'_> {
    /// One line.
    pub async fn line(&self, key: &LineKey) -> Result<Option<Stored<Line>>, TableError> {
        self.fetch(&line_key(self.id, key)).await
    }

    /// The long reasons of one line.
    pub async fn reasons(&self, key: &LineKey) -> Result<Option<Reasons>, TableError> {
        let like = Reasons { key: key.clone(), why: LineReasons::default() };
        Ok(self.fetch::<Reasons>(&Record::key(&like, self.id)).await?.map(|r| r.body))
    }

    /// All lines of a proposal that still count, in order of ref.
    pub async fn lines(&self, proposal: &ProposalKey, now: Timestamp) -> Result<Vec<Stored<Line>>, TableError> {
        let rows = self.query(Slice::under(Part::Proposal(proposal).of(self.id), "LINE#")).await?;
        rows.into_iter().filter(|row| item::lives(row, now)).map(item::read).collect()
    }

    /// All lines of a proposal, by event. Of what is known the versions are asked, and what changed is read by key. A
    /// version only ever grows, so lines at the lowest known one that did not change are not even asked for: a proposal that
    /// nobody touched answers with nothing. Whether its lines are kept at all is the run's to say
    /// ([`kept_proposal`](crate::runs::Run::kept_proposal)); those of a club's current proposal always are.
    pub async fn lines_since(
        &self,
        known: Arc<Lines>,
        proposal: &ProposalKey,
        now: Timestamp,
    ) -> Result<Arc<Lines>, TableError> {
        let of_it = known.values().all(|line| line.body.key.proposal() == *proposal);
        let Some(lowest) = known.values().map(|line| line.version).min().filter(|_| of_it) else {
            return Ok(Arc::new(by_event(self.lines(proposal, now).await?)));
        };
        let mut changed = Vec::new();
        for (version, event) in self.versions_above(lowest, proposal).await? {
            if known.get(&event).is_none_or(|line| line.version != version) {
                changed.push(LineKey::of(proposal, event));
            }
        }
        match changed.len() {
            0 => Ok(known),
            1..=MOST_BY_KEY => {
                let mut lines = Arc::unwrap_or_clone(known);
                lines.extend(by_event(self.lines_by_key(&changed).await?));
                Ok(Arc::new(lines))
            }
            _ => Ok(Arc::new(by_event(self.lines(proposal, now).await?))),
        }
    }

    /// The versions of a proposal's lines, as far as they are above one.
    async fn versions_above(&self, version: u64, proposal: &ProposalKey) -> Result<Vec<(u64, EventRef)>, TableError> {
        let above = Slice { from: from_version(version + 1), ..Slice::whole(Part::Proposal(proposal).of(self.id)) };
        let rows = self.query(above.through(Index::Line)).await?;
        let version = |row: &Attributes| read_version_sort(row.get(Index::Line.name())?.as_s().ok()?);
        let read = |row| version(row).ok_or_else(|| TableError::corrupt(&key_of(row), &"no version"));
        rows.iter().map(read).collect()
    }

    /// All long reasons of a proposal, in order of ref.
    pub async fn all_reasons(&self, proposal: &ProposalKey) -> Result<Vec<Reasons>, TableError> {
        let rows = self.query(Slice::under(Part::Proposal(proposal).of(self.id), "LONG#")).await?;
        rows.into_iter().map(|row| Ok(item::read::<Reasons>(row)?.body)).collect()
    }

    /// Lines by key, 100 a request.
    pub async fn lines_by_key(&self, keys: &[LineKey]) -> Result<Vec<Stored<Line>>, TableError> {
        let keys: Vec<Key> = keys.iter().map(|k| line_key(self.id, k)).collect();
        let mut lines: Vec<Stored<Line>> =
            self.get_all(&keys).await?.into_values().map(item::read).collect::<Result<_, _>>()?;
        lines.sort_by(|a, b| a.body.key.cmp(&b.body.key));
        Ok(lines)
    }

    /// A line and its event, in one request.
    pub(crate) async fn pair(&self, key: &LineKey) -> Result<Pair, LineError> {
        let keys = [line_key(self.id, key), crate::events::event_key(self.id, key.event)];
        let mut found = self.get_all(&keys).await?;
        let line = item::read(found.remove(&keys[0]).ok_or(LineError::NoLine)?)?;
        let event = item::read(found.remove(&keys[1]).ok_or(LineError::EventChanged)?)?;
        Ok(Pair { line, event })
    }
}

fn by_event(lines: Vec<Stored<Line>>) -> Lines {
    lines.into_iter().map(|line| (line.body.key.event, Arc::new(line))).collect()
}

/// Writes a changed line over the one that was read, in the state that it was read in.
pub(crate) fn change_line(
    changes: &mut Changes<'_>,
    read: &Stored<Line>,
    line: &Line,
    entries: &[Entry],
) -> Result<(), TableError> {
    changes.change_state(read, line)?;
    entries.iter().try_for_each(|entry| changes.note(entry))
}
