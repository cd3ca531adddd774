//! Runs: their records, and how they are read. `lifecycle` begins and ends them; their proposals are in
//! [`crate::proposals`].

mod lifecycle;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::answer::AnswerSummary;
use crate::audit::{Because, Entry, Subject};
use crate::cursor::{Cursor, ListError, Page};
use crate::documents::PlanVersion;
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part, ProposalKey, RunId, Token, TrialId};
use crate::lease::LeaseError;
use crate::lines::{Line, LineKind};
use crate::meter::Costs;
use crate::provenance::Provenance;
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::states::{Guarded, NotAllowed, RunState};
use crate::table::Club;

/// What started a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum RunOrigin {
    /// The nightly run of this local date.
    Automatic {
        /// The date.
        date: NaiveDate,
    },
    /// A person.
    Manual {
        /// The display name of the person who started the run.
        by: String,
    },
    /// A person's changes of posted schedules, which no solver made.
    ByHand {
        /// The display name of that person.
        by: String,
    },
    /// A trial that a person adopted.
    Trial {
        /// The display name of the person who adopted it.
        by: String,
        /// The trial.
        trial: TrialId,
    },
}

/// One execution of the solver for the club. Changes by hand and an adopted trial are recorded as runs too, so that
/// their lines belong to a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The run's id.
    pub id: RunId,
    /// What started the run.
    pub origin: RunOrigin,
    /// Whether it plans without a buffer before the first planned day.
    pub emergency: bool,
    /// The run's state.
    pub state: Guarded<RunState>,
    /// The solver's current phase, while the run is running.
    #[serde(default)]
    pub phase: Option<RunPhase>,
    /// When it was queued; for changes by hand, when they were recorded.
    pub created_at: Timestamp,
    /// The tokens of the solvers that worked on it; after completion, the last one is its proposal's.
    pub tokens: Vec<Token>,
    /// The result; `None` before its proposal is committed.
    pub summary: Option<RunSummary>,
    /// Who acknowledged that it crashed.
    pub dismissed: Option<Because>,
    /// When its proposal was committed.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
    /// When one of its lines was first approved.
    #[serde(default)]
    pub approved_at: Option<Timestamp>,
    /// Whether its undecided lines were superseded because a newer proposal replaced it.
    pub swept: bool,
    /// When its lines expire.
    pub retired_at: Option<Timestamp>,
}

/// What the solver of a run is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPhase {
    /// The phase.
    pub name: PhaseName,
    /// When it began.
    pub since: Timestamp,
    /// A detail in words, such as the size of the model.
    pub detail: Option<String>,
}

/// The phases of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseName {
    /// Reading the club's snapshot.
    Loading,
    /// Building the model.
    Building,
    /// Solving it.
    Solving,
    /// Extracting the schedule, checking it and finding its reasons.
    Checking,
    /// Writing the proposal.
    Writing,
}

/// The result of a run; kept longer than its lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The `plan_version` of its snapshot.
    pub plan_version: PlanVersion,
    /// Number of lines that place an unposted event.
    pub events_scheduled: u32,
    /// Number of lines that move a posted schedule to another place, or drop it.
    pub events_requiring_swaps: u32,
    /// Number of these lines that drop one; 0 for runs from before this field existed.
    #[serde(default)]
    pub events_dropped: u32,
    /// Number of lines that do not place their event.
    pub events_failed: u32,
    /// The number of lines.
    pub total_events_processed: u32,
    /// The cost of reading its input and writing its proposal.
    pub costs: Costs,
    /// The score and statistics of the answer; `None` for changes by hand.
    pub answer: Option<AnswerSummary>,
    /// What determined the answer; `None` for changes by hand, for an adopted trial, and for runs from before this
    /// field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Box<Provenance>>,
}

impl RunSummary {
    /// Number of events that have a place: placed, or moved to another one.
    pub fn events_placed(&self) -> u32 {
        self.total_events_processed.saturating_sub(self.events_failed).saturating_sub(self.events_dropped)
    }

    /// The summary of lines that were made from a snapshot.
    pub fn of(lines: &[Line], plan_version: PlanVersion, costs: Costs, answer: Option<AnswerSummary>) -> RunSummary {
        let count = |kinds: &[LineKind]| {
            lines.iter().filter(|l| kinds.contains(&l.kind) && !l.keeps_its_place()).count() as u32
        };
        RunSummary {
            plan_version,
            events_scheduled: count(&[LineKind::New]),
            events_requiring_swaps: count(&[LineKind::Moved, LineKind::Dropped]),
            events_dropped: count(&[LineKind::Dropped]),
            events_failed: count(&[LineKind::NotPlaced]),
            total_events_processed: lines.len() as u32,
            costs,
            answer,
            provenance: None,
        }
    }
}

impl Record for Run {
    fn key(&self, club: &ClubId) -> Key {
        run_key(club, &self.id)
    }

    fn state(&self) -> Option<&'static str> {
        Some(self.state.status().name())
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.created_at.plus(RECORDS_KEPT))
    }
}

/// Key of a run.
pub(crate) fn run_key(club: &ClubId, run: &RunId) -> Key {
    Part::Runs.key(club, run.as_str())
}

impl Run {
    /// A run that waits for a solver until a deadline.
    pub fn queued(id: RunId, origin: RunOrigin, emergency: bool, now: Timestamp, deadline: Timestamp) -> Run {
        Run {
            id,
            origin,
            emergency,
            state: Guarded::queued(deadline),
            phase: None,
            created_at: now,
            tokens: Vec::new(),
            summary: None,
            dismissed: None,
            completed_at: None,
            approved_at: None,
            swept: false,
            retired_at: None,
        }
    }

    /// A run whose lines a person wrote by hand. It is complete from the beginning and never the current proposal.
    pub fn by_hand(id: RunId, by: String, summary: RunSummary, now: Timestamp) -> Run {
        Run {
            state: Guarded::completed(now),
            tokens: vec![Token(0)],
            summary: Some(summary),
            completed_at: Some(now),
            ..Run::queued(id, RunOrigin::ByHand { by }, true, now, now)
        }
    }

    /// Whether a person wrote its lines by hand.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.origin, RunOrigin::ByHand { .. })
    }

    /// The run's proposal, once it has one.
    pub fn proposal(&self) -> Option<ProposalKey> {
        self.summary.as_ref()?;
        Some(ProposalKey { run: self.id.clone(), token: *self.tokens.last()? })
    }

    /// The run's proposal, if its lines are within retention. Lines past retention count as gone, even if they are not
    /// deleted yet.
    pub fn kept_proposal(&self, now: Timestamp) -> Option<ProposalKey> {
        self.proposal().filter(|_| self.retired_at.is_none_or(|from| now < from))
    }

    /// Changes the state, and returns the audit entry of the change.
    pub(crate) fn transition(&mut self, to: RunState, version: u64, because: &Because) -> Result<Entry, NotAllowed> {
        let from = self.state.status();
        match to {
            RunState::Completed { at } => self.completed_at = self.completed_at.or(Some(at)),
            RunState::Approved { at } => self.approved_at = self.approved_at.or(Some(at)),
            _ => {}
        }
        self.state.transition(to)?;
        self.phase = None;
        let states = (Some(from.name()), self.state.status().name());
        Ok(Entry::new(Subject::Run(self.id.clone()), version, states, because))
    }

    /// The audit entry of a run that is recorded for the first time.
    pub(crate) fn first_entry(&self, because: &Because) -> Entry {
        Entry::new(Subject::Run(self.id.clone()), 1, (None, self.state.status().name()), because)
    }
}

/// Why a run was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There is no such run.
    #[error("there is no such run")]
    NoRun,
    /// Another manual run is open.
    #[error("run {run} is open")]
    Open {
        /// The id of the open run.
        run: RunId,
    },
    /// The run's state does not allow the change.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The lease is not held.
    #[error(transparent)]
    Lease(LeaseError),
    /// People made decisions that the lines of a run do not include, or anything changed after a trial was solved.
    #[error("the plan has changed since its lines were made")]
    PlanChanged,
    /// Some of its lines are open, failed or being submitted.
    #[error("some of its lines are not settled")]
    NotSettled,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<LeaseError> for RunError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Table(error) => RunError::Table(error),
            error => RunError::Lease(error),
        }
    }
}

impl Club<'_> {
    /// One run.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn run(&self, run: &RunId) -> Result<Option<Stored<Run>>, TableError> {
        self.fetch(&run_key(self.id, run)).await
    }

    /// Runs, newest first, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn runs(&self, cursor: Option<&Cursor>, limit: u16) -> Result<Page<Stored<Run>>, ListError> {
        self.list(Slice { backwards: true, ..Slice::whole(Part::Runs.of(self.id)) }, cursor, limit).await
    }

    /// Number of runs that are kept.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn count_runs(&self) -> Result<u64, TableError> {
        self.count(Slice::whole(Part::Runs.of(self.id))).await
    }
}
