//! Lines: the pending schedules of a proposal. The long reasons of a line are in an item of their own.
//!
//! A run writes a line before its proposal is committed. After that, each change is conditioned on the line's state and
//! version. [`crate::states`] lists the allowed changes.

mod reading;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use domain::answer::Flag;
use domain::snapshot::{EmployeeId, EventFacts, EventRef};
use serde::{Deserialize, Serialize};

use crate::answer::LineReasons;
use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::decisions::{Decisions, UnmetReason};
use crate::events::{Claim, Event, Place};
use crate::item::{Record, Stored};
use crate::key::{ClubId, Index, Key, LineKey, Part, RunId, ScheduledEventId, ref_sort, version_sort};
use crate::outcomes::with_note;
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::states::{Cause, Guarded, LineAction, LineState, NotAllowed, Submission};

/// The kinds of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// An unposted event that is placed.
    New,
    /// A posted schedule that is moved.
    Moved,
    /// A posted schedule that is taken back.
    Dropped,
    /// An unposted event that is not placed.
    NotPlaced,
}

impl LineKind {
    /// Whether it moves or drops a posted schedule.
    pub fn is_swap(self) -> bool {
        matches!(self, LineKind::Moved | LineKind::Dropped)
    }
}

/// The posted schedule that a line moves or drops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldPlace {
    /// Person, start and block.
    pub place: Place,
    /// Crossmark's id of the schedule, if known.
    pub scheduled_event_id: Option<ScheduledEventId>,
}

/// Why a moved or dropped schedule leaves its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeavingCause {
    /// The plan changed.
    #[default]
    Plan,
    /// The person is not available.
    Absence,
    /// The person called out.
    CallOut,
}

impl LeavingCause {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    fn is_plan(&self) -> bool {
        *self == LeavingCause::Plan
    }
}

/// Why an event is not placed, or why its schedule is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The rulebook's code of the reason.
    pub code: String,
    /// The reason in plain words.
    pub text: String,
    /// The rules that the reason refers to.
    pub rules: Vec<String>,
}

/// Why a line changes what is posted, or takes a place that a posted schedule leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapReason {
    /// The other event: the one whose place the line takes, or for a displaced schedule, the first that takes its
    /// place; `None` if no event takes another one's place.
    pub bumped: Option<EventRef>,
    /// Why, in plain words.
    pub reason: String,
}

/// A manager's confirmation that broken rules are intended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOverride {
    /// The rules that the line breaks.
    pub rules: Vec<String>,
    /// Who confirmed that, when and why.
    pub because: Because,
}

/// Where people last saw an event proposed, and why this proposal places it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceDifference {
    /// Where people last saw it.
    pub from: Place,
    /// Why it is not placed there any more, in plain words.
    pub text: String,
    /// The rules that the reason refers to.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// A pending schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The key of the line.
    pub key: LineKey,
    /// The kind of the line.
    pub kind: LineKind,
    /// The state of the line.
    pub state: Guarded<LineState>,
    /// While set, approval skips the line.
    pub held: bool,
    /// The event, as the run read it.
    pub event: EventFacts,
    /// Where the line places the event; `None` if it does not.
    pub place: Option<Place>,
    /// Where the solver placed the event; where a person placed it, for a line by hand; or where the plan before had
    /// it, for a line of an adopted trial that differs from that plan.
    pub original: Option<Place>,
    /// The old placement of a moved or dropped schedule.
    pub from: Option<OldPlace>,
    /// Why the old placement ends.
    #[serde(default, skip_serializing_if = "LeavingCause::is_plan")]
    pub left: LeavingCause,
    /// The event that the line's event is paired with.
    pub pair: Option<EventRef>,
    /// The lines that must be accepted before it.
    pub depends_on: Vec<EventRef>,
    /// The explanation of a swap, if the line is part of one.
    pub swap: Option<SwapReason>,
    /// Why the event is not placed.
    pub failure: Option<Failure>,
    /// Why a person should look at the line.
    pub flags: Vec<Flag>,
    /// The rules that a manager allowed the line to break.
    pub overridden: Option<RuleOverride>,
    /// Whether a person wrote it by hand, so that H15 does not hold its event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// People's decisions about the event, as of the last write of the line.
    #[serde(default, skip_serializing_if = "Decisions::is_empty")]
    pub decisions: Decisions,
    /// Where people last saw the event proposed; `None` if they never did, or if this proposal has the event with the
    /// same person on the same day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<PlaceDifference>,
    /// Why the run did not meet the wish for the event, if it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmet: Option<UnmetReason>,
    /// The line's submission to Crossmark, from its first approval on.
    pub submission: Option<Submission>,
    /// Whether Crossmark did not accept it once already, however often it was approved since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed_before: bool,
    /// When the proposal was written.
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

/// The long reasons of a line, in an item of their own so that a list need not read them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reasons {
    /// The line.
    pub key: LineKey,
    /// The solver's explanation (rulebook section 7).
    pub why: LineReasons,
}

impl Record for Reasons {
    fn key(&self, club: &ClubId) -> Key {
        reasons_key(club, &self.key)
    }
}

/// The lines of a proposal by event, as they were read.
pub type Lines = BTreeMap<EventRef, Arc<Stored<Line>>>;

/// Key of a line.
pub(crate) fn line_key(club: &ClubId, line: &LineKey) -> Key {
    Part::Proposal(&line.proposal()).key(club, format!("LINE#{}", ref_sort(line.event)))
}

/// Key of the long reasons of a line.
pub(crate) fn reasons_key(club: &ClubId, line: &LineKey) -> Key {
    Part::Proposal(&line.proposal()).key(club, format!("LONG#{}", ref_sort(line.event)))
}

/// Why a line was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// There is no such line.
    #[error("there is no such line")]
    NoLine,
    /// The line has a newer version than the caller saw.
    #[error("the line has changed: it is at version {found}")]
    Stale {
        /// The current version.
        found: u64,
    },
    /// The line's state does not allow the change.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// A newer proposal is the club's current one.
    #[error("run {by} has the current proposal")]
    Superseded {
        /// The run of the newer proposal.
        by: RunId,
    },
    /// A person holds the event.
    #[error("a person holds the event back")]
    Held,
    /// The line has no place, so it cannot be approved.
    #[error("the line has no place")]
    NoPlace,
    /// Another line claims the event.
    #[error("line {by} claims the event")]
    Claimed {
        /// The other line.
        by: LineKey,
    },
    /// The event is gone, or has changed since the line was made.
    #[error("the event is gone, or has changed since the line was made")]
    EventChanged,
    /// Another worker holds the line, the line is not due, it is in another generation or state, or it has no claim.
    #[error("the line is not held by this worker, not due, in another state or generation, or without a claim")]
    NotForThisWorker,
    /// An attempt was made, so the line can no longer be recalled.
    #[error("an attempt was made already")]
    TooLate,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// A change of a line's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Another person, day or time.
    Place {
        /// The new place.
        place: Place,
        /// A manager's confirmation for the rules that it breaks.
        overridden: Option<RuleOverride>,
    },
    /// No place any more, because the paired event moved to where this one cannot follow, or because a person took the
    /// place away.
    Unplaced,
    /// Back to the line's original place.
    Revert,
}

impl Line {
    /// Whether the line places, moves or drops its event.
    pub fn is_placed(&self) -> bool {
        self.kind == LineKind::Dropped || self.place.is_some()
    }

    /// Whether a person should look at a placed line: it changes what is posted, has a flag, breaks a rule that a
    /// manager allowed it to break, or does not meet the wish for its event.
    pub fn needs_a_look(&self) -> bool {
        let is_flagged = self.flags.iter().any(|flag| *flag != Flag::NotPlaced);
        let is_met = self.decisions.wish.as_ref().zip(self.place.as_ref()).is_some_and(|(wish, at)| wish.is_for(at));
        self.kind.is_swap() || is_flagged || self.overridden.is_some() || (self.unmet.is_some() && !is_met)
    }

    /// A new line in the state `proposed`, without a place.
    pub fn new(key: LineKey, kind: LineKind, event: EventFacts, written_at: Timestamp) -> Line {
        Line {
            key,
            kind,
            state: Guarded::proposed(),
            held: false,
            event,
            place: None,
            original: None,
            from: None,
            left: LeavingCause::Plan,
            pair: None,
            depends_on: Vec::new(),
            swap: None,
            failure: None,
            flags: Vec::new(),
            overridden: None,
            by_hand: false,
            decisions: Decisions::default(),
            differs: None,
            unmet: None,
            submission: None,
            failed_before: false,
            written_at,
        }
    }

    /// The line as if a person had edited it, with `before` as its original place. An adopted trial uses this for lines
    /// that differ from the proposal.
    #[must_use]
    pub fn edited_from(self, before: Option<Place>) -> Line {
        Line { state: Guarded::user_edited(), original: before, ..self }
    }

    /// Changes the state, and returns the audit entry of the change.
    pub(crate) fn transition(
        &mut self,
        by: LineAction,
        to: LineState,
        version: u64,
        because: &Because,
    ) -> Result<Entry, NotAllowed> {
        let (from, was_unsent) = (self.state.status(), self.failed_unsent());
        self.state.transition(by, to)?;
        let states = (Some(from.name()), self.state.status().name());
        let entry = Entry::new(Subject::Line(self.key.clone()), version, states, because);
        let (unsent, again) = (was_unsent || self.failed_unsent(), self.failed_before);
        self.failed_before |= !unsent && matches!(&*self.state, LineState::ApiFailed { .. });
        Ok(Entry { unsent, again, ..entry })
    }

    /// Whether the line failed and no call was made for it since it was last approved. A refusal is Crossmark's answer to
    /// a call.
    fn failed_unsent(&self) -> bool {
        let was_attempted = self.submission.as_ref().is_some_and(Submission::was_attempted);
        matches!(&*self.state, LineState::ApiFailed { cause, .. } if *cause != Cause::Refused) && !was_attempted
    }

    /// The claim that mirrors the line; `None` if the line was never approved.
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

    /// Whether the event's posted schedule is still the one that the line was made for: none, or the placement that it
    /// drops, or moves to another place. A schedule that is where the line moves it is posted already.
    pub fn has_expected_schedule(&self, posted: Option<(&EmployeeId, NaiveDateTime)>) -> bool {
        match (&self.from, posted) {
            (None, None) => true,
            (Some(OldPlace { place, .. }), Some(at)) => {
                (&place.employee_id, place.start) == at && !self.is_posted_already(posted)
            }
            // A move whose restore failed has left the event open: there is nothing left to take back.
            (Some(_), None) => self.kind == LineKind::Moved && self.submission.is_some(),
            (None, Some(_)) => false,
        }
    }

    /// Whether the line moves its event to where it is posted.
    pub fn is_posted_already(&self, posted: Option<(&EmployeeId, NaiveDateTime)>) -> bool {
        let to = self.place.as_ref().filter(|_| self.kind == LineKind::Moved);
        to.zip(posted).is_some_and(|(to, posted)| (&to.employee_id, to.start) == posted)
    }

    /// Whether the line moves its event to where it was posted when the line was made, as that of a Supervisor to whose
    /// day its Core comes. Nothing is sent for such a line.
    pub fn keeps_its_place(&self) -> bool {
        self.is_posted_already(self.from.as_ref().map(|from| (&from.place.employee_id, from.place.start)))
    }

    /// The cause and words of its failure.
    pub fn failed_because(&self) -> Option<(Cause, &str)> {
        match &*self.state {
            LineState::ApiFailed { cause, words, .. } => Some((*cause, words)),
            _ => None,
        }
    }
}

/// A line and its event, read together.
#[derive(Debug, Clone)]
pub(crate) struct LineAndEvent {
    pub line: Stored<Line>,
    pub event: Stored<Event>,
}

impl LineAndEvent {
    /// Whether the line claims its event.
    pub fn claims(&self) -> bool {
        self.require_claim().is_ok()
    }

    /// Requires that the line claims its event; otherwise the error names the line that does.
    pub fn require_claim(&self) -> Result<(), LineError> {
        match &self.event.body.claim {
            Some(claim) if claim.line == self.line.body.key => Ok(()),
            Some(claim) => Err(LineError::Claimed { by: claim.line.clone() }),
            None => Err(LineError::NotForThisWorker),
        }
    }
}

/// Replaces the line that was read, on condition that its version and state are unchanged, and writes the audit entries
/// with a note of the line where the change counts for its outcome.
pub(crate) fn change_line(
    changes: &mut Changes<'_>,
    read: &Stored<Line>,
    line: &Line,
    entries: &[Entry],
) -> Result<(), TableError> {
    changes.change_state(read, line)?;
    entries.iter().try_for_each(|entry| changes.note(&with_note(entry, line)))
}
