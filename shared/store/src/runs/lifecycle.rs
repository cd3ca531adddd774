//! How a run begins, records its phases, and ends.

use serde::{Deserialize, Serialize};

use super::{PhaseName, Run, RunError, RunOrigin, RunPhase};
use crate::audit::Because;
use crate::changes::Changes;
use crate::item::{Single, Stored};
use crate::key::RunId;
use crate::lease::{HeldLease, LeaseError};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::states::{NotAllowed, RunState, RunStatus};
use crate::table::Club;

/// The pointer to the open manual run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OpenRun {
    run: RunId,
}

impl Single for OpenRun {
    const SORT: &'static str = "OPENRUN";
}

impl Club<'_> {
    /// Queues a manual run under the club's single open-run pointer.
    ///
    /// # Errors
    /// [`RunError::Open`] while another manual run is open, or [`RunError::Table`].
    pub async fn queue_run(&self, run: &Run, because: &Because) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            if let Some(open) = self.single::<OpenRun>().await? {
                return Err(RunError::Open { run: open.body.run });
            }
            let mut changes = Changes::new(self.id);
            changes.create(&OpenRun { run: run.id.clone() })?;
            changes.create(run)?;
            changes.note(&run.first_entry(because))?;
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
    pub async fn start_run(&self, held: &HeldLease, because: &Because) -> Result<Stored<Run>, RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let lease = self.still_held(held, because.at).await?;
            let read = self.run(&held.run).await?.ok_or(RunError::NoRun)?;
            let mut run = read.body.clone();
            let (owner, token) = (held.owner.clone(), held.token);
            let running = RunState::Running { owner, token, started_at: because.at };
            let entry = run.transition(running, read.version + 1, because)?;
            run.tokens.push(token);
            run.phase = Some(RunPhase { name: PhaseName::Loading, since: because.at, detail: None });
            let mut changes = Changes::new(self.id);
            changes.require_unchanged(&lease);
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
    pub async fn note_phase(&self, held: &HeldLease, phase: &RunPhase, until: Timestamp) -> Result<(), RunError> {
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
            changes.replace(Some(lease.version), &lease.body.renewed(until))?;
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
    pub async fn fail_run(&self, held: &HeldLease, because: &Because) -> Result<(), RunError> {
        self.still_held(held, because.at).await?;
        let failed = RunState::Failed { at: because.at, words: because.why.clone() };
        self.end_run(&held.run, RunStatus::Running, failed, because).await?;
        Ok(self.release_lease(held).await?)
    }

    /// Ends a queued run: a person cancelled it, or its deadline passed.
    ///
    /// # Errors
    /// [`RunError::NoRun`], [`RunError::NotAllowed`] if the run is not queued, or [`RunError::Table`].
    pub async fn end_queued_run(&self, run: &RunId, because: &Because) -> Result<(), RunError> {
        let failed = RunState::Failed { at: because.at, words: because.why.clone() };
        self.end_run(run, RunStatus::Queued, failed, because).await
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
            RunState::Queued { deadline } if *deadline <= now => self.end_queued_run(run, because).await.map(|()| true),
            RunState::Running { owner, token, .. } => {
                let held = HeldLease { owner: owner.clone(), run: run.clone(), token: *token };
                match self.still_held(&held, now).await {
                    Ok(_) => Ok(false),
                    Err(LeaseError::Table(error)) => Err(error.into()),
                    Err(_) => {
                        let crashed = RunState::Crashed { at: now };
                        self.end_run(run, RunStatus::Running, crashed, because).await.map(|()| true)
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

    /// Ends a run that is in the state `from`, and clears its open-run pointer.
    async fn end_run(&self, run: &RunId, from: RunStatus, to: RunState, because: &Because) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.run(run).await?.ok_or(RunError::NoRun)?;
            let status = read.body.state.status();
            if status != from {
                return Err(NotAllowed { from: status.name(), to: to.status().name() }.into());
            }
            let mut body = read.body.clone();
            let entry = body.transition(to.clone(), read.version + 1, because)?;
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
        if matches!(run.origin, RunOrigin::Manual { .. } | RunOrigin::Trial { .. })
            && let Some(open) = self.single::<OpenRun>().await?
            && open.body.run == run.id
        {
            changes.remove(&open);
        }
        Ok(())
    }
}
