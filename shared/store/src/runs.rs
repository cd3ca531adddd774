//! Runs: how they begin and end. Their proposals are in [`crate::proposals`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::answer::AnswerSummary;
use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::cursor::{Cursor, ListError, Page};
use crate::documents::PlanVersion;
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part, ProposalKey, RunId, Token, TrialId};
use crate::lease::{Held, LeaseError};
use crate::lines::{Line, LineKind};
use crate::meter::Costs;
use crate::provenance::Provenance;
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::states::{Guarded, NotAllowed, RunState, RunStatus};
use crate::table::Club;

/// What started a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Origin {
    /// The nightly run of this local date.
    Automatic {
        /// The date.
        date: NaiveDate,
    },
    /// A person.
    Manual {
        /// Who.
        by: String,
    },
    /// A person's changes of posted schedules, which no solver made.
    ByHand {
        /// Who.
        by: String,
    },
    /// A trial that a person adopted.
    Trial {
        /// Who.
        by: String,
        /// The trial.
        trial: TrialId,
    },
}

/// One execution of the solver for the club.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What started it.
    pub origin: Origin,
    /// Whether it plans without a buffer before the first planned day.
    pub emergency: bool,
    /// Its state.
    pub state: Guarded<RunState>,
    /// The solver's current phase, while the run is running.
    #[serde(default)]
    pub phase: Option<RunPhase>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// The tokens of the solvers that worked on it; after completion, the last one is its proposal's.
    pub tokens: Vec<Token>,
    /// The result.
    pub summary: Option<Summary>,
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
    /// Since when.
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
pub struct Summary {
    /// The `plan_version` of its snapshot.
    pub plan_version: PlanVersion,
    /// Number of lines that place an unposted event.
    pub events_scheduled: u32,
    /// Number of lines that move or drop a posted schedule.
    pub events_requiring_swaps: u32,
    /// Number of lines that do not place their event.
    pub events_failed: u32,
    /// The sum of the three.
    pub total_events_processed: u32,
    /// The cost of reading its input and writing its proposal.
    pub costs: Costs,
    /// The score and statistics of the answer.
    pub answer: Option<AnswerSummary>,
    /// What determined the answer; `None` if no solver made the lines, or for runs from before this field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Box<Provenance>>,
}

impl Summary {
    /// The summary of lines that were made from a snapshot.
    pub fn of(lines: &[Line], plan_version: PlanVersion, costs: Costs, answer: Option<AnswerSummary>) -> Summary {
        let count = |kinds: &[LineKind]| lines.iter().filter(|l| kinds.contains(&l.kind)).count() as u32;
        Summary {
            plan_version,
            events_scheduled: count(&[LineKind::New]),
            events_requiring_swaps: count(&[LineKind::Moved, LineKind::Dropped]),
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
    pub fn queued(id: RunId, origin: Origin, emergency: bool, now: Timestamp, deadline: Timestamp) -> Run {
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
    pub fn by_hand(id: RunId, by: String, summary: Summary, now: Timestamp) -> Run {
        Run {
            state: Guarded::completed(now),
            tokens: vec![Token(0)],
            summary: Some(summary),
            completed_at: Some(now),
            ..Run::queued(id, Origin::ByHand { by }, true, now, now)
        }
    }

    /// Whether a person wrote its lines by hand.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.origin, Origin::ByHand { .. })
    }

    /// Its proposal, once it has one.
    pub fn proposal(&self) -> Option<ProposalKey> {
        self.summary.as_ref()?;
        Some(ProposalKey { run: self.id.clone(), token: *self.tokens.last()? })
    }

    /// Its proposal, if its lines are within retention. Lines past retention count as gone, even if they are not
    /// deleted yet.
    pub fn kept_proposal(&self, now: Timestamp) -> Option<ProposalKey> {
        self.proposal().filter(|_| self.retired_at.is_none_or(|from| now < from))
    }

    /// Changes the state, and records who did it and why.
    pub(crate) fn turn(&mut self, to: RunState, version: u64, because: &Because) -> Result<Entry, NotAllowed> {
        let from = self.state.status();
        match to {
            RunState::Completed { at } => self.completed_at = self.completed_at.or(Some(at)),
            RunState::Approved { at } => self.approved_at = self.approved_at.or(Some(at)),
            _ => {}
        }
        self.state.turn(to)?;
        self.phase = None;
        Ok(Entry {
            subject: Subject::Run(self.id.clone()),
            version,
            from: Some(from.name().to_owned()),
            to: self.state.status().name().to_owned(),
            because: because.clone(),
            fact: None,
            line: None,
        })
    }

    pub(crate) fn begun(&self, because: &Because) -> Entry {
        let to = self.state.status().name().to_owned();
        Entry {
            subject: Subject::Run(self.id.clone()),
            version: 1,
            from: None,
            to,
            because: because.clone(),
            fact: None,
            line: None,
        }
    }
}

/// The pointer to the open manual run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenRun {
    run: RunId,
}

impl Record for OpenRun {
    fn key(&self, club: &ClubId) -> Key {
        open_run_key(club)
    }
}

fn open_run_key(club: &ClubId) -> Key {
    Part::Club.key(club, "OPENRUN")
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
        /// That run.
        run: RunId,
    },
    /// Its state does not allow the change.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The lease is not held.
    #[error(transparent)]
    Lease(LeaseError),
    /// People made decisions that its lines do not include.
    #[error("people decided something about its events meanwhile")]
    Decided,
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

    /// Queues a manual run under the club's single open-run pointer.
    ///
    /// # Errors
    /// [`RunError::Open`] while another manual run is open, or [`RunError::Table`].
    pub async fn queue_run(&self, run: &Run, because: &Because) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            if let Some(open) = self.fetch::<OpenRun>(&open_run_key(self.id)).await? {
                return Err(RunError::Open { run: open.body.run });
            }
            let mut changes = Changes::new(self.id);
            changes.create(&OpenRun { run: run.id.clone() })?;
            changes.create(run)?;
            changes.note(&run.begun(because))?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Marks a run as running, under the club's lease; its first phase is loading.
    ///
    /// # Errors
    /// [`RunError::Lease`] if the holder lost the lease, [`NoRun`](RunError::NoRun),
    /// [`NotAllowed`](RunError::NotAllowed) if the run is not queued, or [`Table`](RunError::Table).
    pub async fn start_run(&self, held: &Held, because: &Because) -> Result<Stored<Run>, RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let lease = self.still_held(held, because.at).await?;
            let read = self.run(&held.run).await?.ok_or(RunError::NoRun)?;
            let mut run = read.body.clone();
            let (owner, token) = (held.owner.clone(), held.token);
            let running = RunState::Running { owner, token, started_at: because.at };
            let entry = run.turn(running, read.version + 1, because)?;
            run.tokens.push(token);
            run.phase = Some(RunPhase { name: PhaseName::Loading, since: because.at, detail: None });
            let mut changes = Changes::new(self.id);
            changes.unchanged(&lease);
            changes.change_state(&read, &run)?;
            changes.note(&entry)?;
            if self.try_commit(changes).await? {
                return Ok(Stored { version: read.version + 1, body: run });
            }
        }
    }

    /// Records the current phase of a run and renews the lease, in one transaction. Refused if the holder lost the
    /// lease.
    ///
    /// # Errors
    /// [`RunError::Lease`] if the holder lost the lease or the run is not running under its token,
    /// [`NoRun`](RunError::NoRun), or [`Table`](RunError::Table).
    pub async fn note_phase(&self, held: &Held, phase: &RunPhase, until: Timestamp) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let lease = self.still_held(held, phase.since).await?;
            let read = self.run(&held.run).await?.ok_or(RunError::NoRun)?;
            if !matches!(*read.body.state, RunState::Running { token, .. } if token == held.token) {
                return Err(LeaseError::Lost.into());
            }
            let run = Run { phase: Some(phase.clone()), ..read.body.clone() };
            let mut changes = Changes::new(self.id);
            changes.replace(Some(lease.version), &lease.body.kept(until))?;
            changes.change_state(&read, &run)?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Ends a run without a proposal, under the club's lease, and releases the lease.
    ///
    /// # Errors
    /// [`RunError::Lease`] if the holder lost the lease, [`NoRun`](RunError::NoRun),
    /// [`NotAllowed`](RunError::NotAllowed) if the run is not running, or [`Table`](RunError::Table).
    pub async fn fail_run(&self, held: &Held, because: &Because) -> Result<(), RunError> {
        self.still_held(held, because.at).await?;
        let failed = RunState::Failed { at: because.at, words: because.why.clone() };
        self.end_run(&held.run, &[RunStatus::Running], failed, because).await?;
        Ok(self.release_lease(held).await?)
    }

    /// Ends a queued run: a person cancelled it, or its deadline passed.
    ///
    /// # Errors
    /// [`RunError::NoRun`], [`RunError::NotAllowed`] if the run is not queued, or [`RunError::Table`].
    pub async fn end_queued(&self, run: &RunId, because: &Because) -> Result<(), RunError> {
        let failed = RunState::Failed { at: because.at, words: because.why.clone() };
        self.end_run(run, &[RunStatus::Queued], failed, because).await
    }

    /// Checks a run for the sweep: ends a queued run whose deadline has passed, and marks a running one as crashed if
    /// its solver lost the lease. `false` if there was nothing to do.
    ///
    /// # Errors
    /// [`RunError::NoRun`], [`RunError::NotAllowed`] if the run changed its state concurrently, or [`RunError::Table`].
    pub async fn check_run_liveness(&self, run: &RunId, because: &Because) -> Result<bool, RunError> {
        let now = because.at;
        let read = self.run(run).await?.ok_or(RunError::NoRun)?;
        match &*read.body.state {
            RunState::Queued { deadline } if *deadline <= now => self.end_queued(run, because).await.map(|()| true),
            RunState::Running { owner, token, .. } => {
                let held = Held { owner: owner.clone(), run: run.clone(), token: *token };
                match self.still_held(&held, now).await {
                    Ok(_) => Ok(false),
                    Err(LeaseError::Table(error)) => Err(error.into()),
                    Err(_) => {
                        let crashed = RunState::Crashed { at: now };
                        self.end_run(run, &[RunStatus::Running], crashed, because).await.map(|()| true)
                    }
                }
            }
            _ => Ok(false),
        }
    }

    /// Records that a person acknowledged a crash.
    ///
    /// # Errors
    /// [`RunError::NoRun`], [`RunError::NotAllowed`] if the run has not crashed, or [`RunError::Table`].
    pub async fn dismiss_crash(&self, run: &RunId, because: &Because) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.run(run).await?.ok_or(RunError::NoRun)?;
            if read.body.state.status() != RunStatus::Crashed {
                return Err(NotAllowed { from: read.body.state.status().name(), to: "dismissed" }.into());
            }
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &Run { dismissed: Some(because.clone()), ..read.body })?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Ends a run that is in one of these states, and clears its open-run pointer.
    async fn end_run(&self, run: &RunId, from: &[RunStatus], to: RunState, because: &Because) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.run(run).await?.ok_or(RunError::NoRun)?;
            let status = read.body.state.status();
            if !from.contains(&status) {
                return Err(NotAllowed { from: status.name(), to: to.status().name() }.into());
            }
            let mut body = read.body.clone();
            let entry = body.turn(to.clone(), read.version + 1, because)?;
            let mut changes = Changes::new(self.id);
            changes.change_state(&read, &body)?;
            changes.note(&entry)?;
            self.close_open_run(&mut changes, &body).await?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Clears the open-run pointer in the transaction that ends a run which a person started or adopted.
    pub(crate) async fn close_open_run(&self, changes: &mut Changes<'_>, run: &Run) -> Result<(), TableError> {
        if matches!(run.origin, Origin::Manual { .. } | Origin::Trial { .. })
            && let Some(open) = self.fetch::<OpenRun>(&open_run_key(self.id)).await?
            && open.body.run == run.id
        {
            changes.remove(&open);
        }
        Ok(())
    }
}
