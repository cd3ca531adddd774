//! Runs: how they begin and end. What a run proposes is in [`crate::proposals`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::answer::AnswerSummary;
use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::cursor::{Cursor, ListError, Page};
use crate::documents::PlanVersion;
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part, ProposalKey, RunId, Token};
use crate::lease::{Held, LeaseError};
use crate::meter::Costs;
use crate::request::{Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::states::{Guarded, NotAllowed, RunState, RunStatus};
use crate::table::Club;

/// What started a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Origin {
    /// The night of this local date.
    Automatic {
        /// The date.
        date: NaiveDate,
    },
    /// A person.
    Manual {
        /// Who.
        by: String,
    },
}

/// One execution of the solver for the club.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What started it.
    pub origin: Origin,
    /// Whether the buffer before the first planned day is 0.
    pub emergency: bool,
    /// Its state.
    pub state: Guarded<RunState>,
    /// What its solver is doing; only while it runs.
    #[serde(default)]
    pub phase: Option<RunPhase>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// The tokens under which solvers worked on it; the last one is its proposal's, once it is completed.
    pub tokens: Vec<Token>,
    /// What came out.
    pub summary: Option<Summary>,
    /// Who has seen that it crashed.
    pub dismissed: Option<Because>,
    /// When it first had its proposal.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
    /// When something of it was first approved.
    #[serde(default)]
    pub approved_at: Option<Timestamp>,
    /// Whether its undecided lines were rewritten after a newer proposal took its place.
    pub swept: bool,
    /// When its lines and snapshot begin to count as gone.
    pub retired_at: Option<Timestamp>,
}

/// What the solver of a run is doing, for those who watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPhase {
    /// What it is doing.
    pub name: PhaseName,
    /// Since when.
    pub since: Timestamp,
    /// More of it in words, as the size of the model.
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
    /// Reading off the schedule, checking it and finding its reasons.
    Checking,
    /// Writing the proposal.
    Writing,
}

/// What came out of a run; kept longer than its lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The `plan_version` that its snapshot is true of.
    pub plan_version: PlanVersion,
    /// Lines that place an event.
    pub events_scheduled: u32,
    /// Lines that move or drop a posted schedule.
    pub events_requiring_swaps: u32,
    /// Lines without a place.
    pub events_failed: u32,
    /// All of them.
    pub total_events_processed: u32,
    /// What reading its input cost, and writing its proposal.
    pub costs: Costs,
    /// How good the proposal is.
    pub answer: Option<AnswerSummary>,
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

/// Where a run stands.
pub(crate) fn run_key(club: &ClubId, run: &RunId) -> Key {
    Part::Runs.key(club, run.as_str())
}

impl Run {
    /// A run that waits until a deadline.
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

    /// Its proposal, once it has one.
    pub fn proposal(&self) -> Option<ProposalKey> {
        self.summary.as_ref()?;
        Some(ProposalKey { run: self.id.clone(), token: *self.tokens.last()? })
    }

    /// Its proposal, while its lines are kept. Past retention they count as gone, whether they were taken away yet or not.
    pub fn kept_proposal(&self, now: Timestamp) -> Option<ProposalKey> {
        self.proposal().filter(|_| self.retired_at.is_none_or(|from| now < from))
    }

    /// Changes the state, and notes who did and why.
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
        }
    }
}

/// The manual run that is open.
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

/// Why a run did not change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There is no such run.
    #[error("there is no such run")]
    NoRun,
    /// Another manual run is open.
    #[error("run {run} is open")]
    Open {
        /// Which.
        run: RunId,
    },
    /// Its state does not allow that.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The lease that this was to be done under.
    #[error(transparent)]
    Lease(LeaseError),
    /// People decided something that its lines do not carry.
    #[error("people decided something about its events meanwhile")]
    Decided,
    /// Some of its lines are open, failed or under way.
    #[error("some of its lines are not settled")]
    NotSettled,
    /// The table.
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
    pub async fn run(&self, run: &RunId) -> Result<Option<Stored<Run>>, TableError> {
        self.fetch(&run_key(self.id, run)).await
    }

    /// Runs, newest first, a page at a time.
    pub async fn runs(&self, cursor: Option<&Cursor>, limit: u16) -> Result<Page<Stored<Run>>, ListError> {
        self.list(Slice { backwards: true, ..Slice::whole(Part::Runs.of(self.id)) }, cursor, limit).await
    }

    /// How many runs are kept.
    pub async fn count_runs(&self) -> Result<u64, TableError> {
        self.count(Slice::whole(Part::Runs.of(self.id))).await
    }

    /// Puts a manual run under the club's one open-run pointer.
    pub async fn queue_run(&self, run: &Run, because: &Because) -> Result<(), RunError> {
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
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

    /// Marks a run as being worked on, under the club's lease; it begins by loading.
    pub async fn start_run(&self, held: &Held, because: &Because) -> Result<Stored<Run>, RunError> {
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
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

    /// Says what a run's solver is doing since `phase.since`, and keeps the lease until then, in one transaction. A holder
    /// who lost the lease is refused.
    pub async fn note_phase(&self, held: &Held, phase: &RunPhase, until: Timestamp) -> Result<(), RunError> {
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
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

    /// Ends a run without a proposal, under the club's lease, and gives the lease back.
    pub async fn fail_run(&self, held: &Held, because: &Because) -> Result<(), RunError> {
        self.still_held(held, because.at).await?;
        let failed = RunState::Failed { at: because.at, words: because.why.clone() };
        self.end_run(&held.run, &[RunStatus::Running], failed, because).await?;
        Ok(self.release_lease(held).await?)
    }

    /// Ends a run that still waits: a person does not want it, or its deadline passed.
    pub async fn end_queued(&self, run: &RunId, because: &Because) -> Result<(), RunError> {
        let failed = RunState::Failed { at: because.at, words: because.why.clone() };
        self.end_run(run, &[RunStatus::Queued], failed, because).await
    }

    /// What the sweep does with a run: one whose deadline passed is ended, one whose solver lost the lease is crashed.
    /// `false` where it is well or over.
    pub async fn look_after_run(&self, run: &RunId, because: &Because) -> Result<bool, RunError> {
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

    /// Notes that a person has seen that a run crashed.
    pub async fn dismiss_crash(&self, run: &RunId, because: &Because) -> Result<(), RunError> {
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
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

    /// Ends a run from one of these states and takes it out of the open-run pointer.
    async fn end_run(&self, run: &RunId, from: &[RunStatus], to: RunState, because: &Because) -> Result<(), RunError> {
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
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

    /// Takes a manual run out of the open-run pointer, in the transaction that ends it.
    pub(crate) async fn close_open_run(&self, changes: &mut Changes<'_>, run: &Run) -> Result<(), TableError> {
        if matches!(run.origin, Origin::Manual { .. })
            && let Some(open) = self.fetch::<OpenRun>(&open_run_key(self.id)).await?
            && open.body.run == run.id
        {
            changes.remove(&open);
        }
        Ok(())
    }
}
