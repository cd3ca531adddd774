//! Proposals. A proposal is written under a key that contains the lease's token, and is invisible until one transaction
//! moves the club's pointer to it.

use domain::snapshot::ClubFacts;
use serde::{Deserialize, Serialize};

use crate::approvals::{UNFINISHED, UnfinishedApproval};
use crate::audit::Because;
use crate::changes::{Changes, MAX_ACTIONS, plan_key};
use crate::documents::PlanVersion;
use crate::item::{self, Attributes, Single, Stored, key_of, single_key};
use crate::key::{LineKey, Part, ProposalKey, RunId};
use crate::lease::{HeldLease, Lease};
use crate::lines::{Line, Reasons, change_line};
use crate::request::{Slice, TableError};
use crate::runs::{Run, RunError, RunOrigin, RunSummary};
use crate::stamp::Timestamp;
use crate::states::{LineAction, LineState, LineStatus, RunState, RunStatus};
use crate::table::Club;

/// Number of items whose expiry changes in one transaction, which may have 4 MB at most.
const EXPIRED_AT_ONCE: usize = 25;

/// The club's current proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentProposal {
    /// The proposal.
    pub proposal: ProposalKey,
    /// When it became the current one.
    pub at: Timestamp,
    /// The `plan_version` of the snapshot that it was made from.
    pub plan_version: PlanVersion,
    /// Whether it was planned without a buffer before the first planned day.
    #[serde(default)]
    pub emergency: bool,
}

/// The items of a club that every read of its plan needs first.
#[derive(Debug, Clone)]
pub struct PlanHeader {
    /// The club itself; `None` if it was never loaded.
    pub info: Option<ClubFacts>,
    /// The club's current proposal.
    pub current: Option<CurrentProposal>,
    /// The club's `plan_version`.
    pub plan_version: PlanVersion,
}

impl Single for CurrentProposal {
    const SORT: &'static str = "PROPOSAL";
}

impl Club<'_> {
    /// The pointer to the club's current proposal.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn current_proposal(&self) -> Result<Option<Stored<CurrentProposal>>, TableError> {
        self.single().await
    }

    /// The club itself, its current proposal and its `plan_version`, in one request.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn plan_header(&self) -> Result<PlanHeader, TableError> {
        let keys = [single_key::<ClubFacts>(self.id), single_key::<CurrentProposal>(self.id), plan_key(self.id)];
        let mut found = self.get_all(&keys).await?;
        let info = found.remove(&keys[0]).map(item::read::<ClubFacts>).transpose()?;
        let current = found.remove(&keys[1]).map(item::read::<CurrentProposal>).transpose()?;
        Ok(PlanHeader {
            info: info.map(|info| info.body),
            current: current.map(|current| current.body),
            plan_version: found.remove(&keys[2]).map_or_else(PlanVersion::default, |item| PlanVersion::of(&item)),
        })
    }

    /// Writes lines and their long reasons under the holder's token. It may be repeated, because nobody sees the lines
    /// yet.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn write_lines(&self, lines: &[Line], reasons: &[Reasons]) -> Result<(), TableError> {
        self.put_all(self.items_of(lines, reasons)?).await
    }

    /// Writes lines of a run that is not recorded yet. A line expires at `expiry` unless it is changed before.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn write_lines_until(&self, lines: &[Line], expiry: Timestamp) -> Result<(), TableError> {
        let mut items = self.items_of(lines, &[])?;
        for item in &mut items {
            item::expire(item, expiry);
        }
        self.put_all(items).await
    }

    pub(crate) fn items_of(&self, lines: &[Line], reasons: &[Reasons]) -> Result<Vec<Attributes>, TableError> {
        let mut items = Vec::with_capacity(lines.len() + reasons.len());
        for line in lines {
            items.push(item::write(self.id, line, 1)?);
        }
        for reasons in reasons {
            items.push(item::write(self.id, reasons, 1)?);
        }
        Ok(items)
    }

    /// Makes the written lines the club's current proposal: moves the pointer, completes the run, releases the lease,
    /// and records the success of a nightly run or closes the open run, in one transaction under the token. Refused if
    /// the holder lost the lease, or if people have made decisions since `summary.plan_version`, because the lines do
    /// not include them.
    ///
    /// # Errors
    /// [`RunError::Lease`] if the holder lost the lease, [`PlanChanged`](RunError::PlanChanged),
    /// [`NoRun`](RunError::NoRun), [`NotAllowed`](RunError::NotAllowed) if the run is not running, or
    /// [`Table`](RunError::Table).
    pub async fn commit_proposal(
        &self,
        held: &HeldLease,
        summary: &RunSummary,
        because: &Because,
    ) -> Result<(), RunError> {
        let decided = summary.plan_version.decided;
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let (mut changes, run, plan) = self.begin_commit(held, summary, because).await?;
            if plan.decided != decided {
                return Err(RunError::PlanChanged);
            }
            changes.require_nothing_decided_since(decided);
            match run.origin {
                RunOrigin::Automatic { date } => self.record_nightly_success(&mut changes, date).await?,
                _ => self.close_open_run(&mut changes, &run).await?,
            }
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Like [`commit_proposal`](Self::commit_proposal), for the lines of a trial that a person adopts. Refused if
    /// anything that a run reads has changed since `summary.plan_version`, because the person adopts exactly what the
    /// trial compared.
    ///
    /// # Errors
    /// The same as [`commit_proposal`](Self::commit_proposal); [`RunError::PlanChanged`] for any change.
    pub async fn commit_trial(
        &self,
        held: &HeldLease,
        summary: &RunSummary,
        because: &Because,
    ) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let (mut changes, run, plan) = self.begin_commit(held, summary, because).await?;
            if plan != summary.plan_version {
                return Err(RunError::PlanChanged);
            }
            changes.require_plan_unchanged(plan.version);
            self.close_open_run(&mut changes, &run).await?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Builds the writes that every commit of a proposal makes: release the lease, complete the run, move the pointer.
    /// Returns them with the run and the `plan_version` that was read.
    async fn begin_commit(
        &self,
        held: &HeldLease,
        summary: &RunSummary,
        because: &Because,
    ) -> Result<(Changes<'_>, Run, PlanVersion), RunError> {
        let lease = self.still_held(held, because.at).await?;
        let read = self.run(&held.run).await?.ok_or(RunError::NoRun)?;
        let mut run = Run { summary: Some(summary.clone()), ..read.body.clone() };
        let entry = run.transition(RunState::Completed { at: because.at }, read.version + 1, because)?;
        let (pointer, plan) = self.pointer_and_plan().await?;
        let proposal = ProposalKey { run: held.run.clone(), token: held.token };
        let current =
            CurrentProposal { proposal, at: because.at, plan_version: summary.plan_version, emergency: run.emergency };
        let mut changes = Changes::new(self.id);
        changes.replace(Some(lease.version), &Lease { token: held.token, holder: None })?;
        changes.change_state(&read, &run)?;
        changes.replace(pointer.map(|p| p.version), &current)?;
        changes.note(&entry)?;
        Ok((changes, run, plan))
    }

    /// The pointer to the current proposal and the `plan_version`, in one request.
    async fn pointer_and_plan(&self) -> Result<(Option<Stored<CurrentProposal>>, PlanVersion), TableError> {
        let keys = [single_key::<CurrentProposal>(self.id), plan_key(self.id)];
        let mut found = self.get_all(&keys).await?;
        let plan = found.remove(&keys[1]).map_or_else(PlanVersion::default, |item| PlanVersion::of(&item));
        Ok((found.remove(&keys[0]).map(item::read).transpose()?, plan))
    }

    /// Runs among the latest 100 that are no longer current and whose undecided lines are not superseded yet. A run
    /// that was made by hand is never current; it is returned only after the approval of its lines is finished.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn runs_to_supersede(&self) -> Result<Vec<RunId>, TableError> {
        let current = self.current_proposal().await?.map(|c| c.body.proposal.run);
        let slice = Slice { backwards: true, limit: Some(100), ..Slice::whole(Part::Runs.of(self.id)) };
        let rows = self.page(&slice).await?.items;
        let runs: Vec<Run> =
            rows.into_iter().map(|r| Ok(item::read::<Run>(r)?.body)).collect::<Result<_, TableError>>()?;
        let behind = |r: &Run| {
            let status = r.state.status();
            !r.swept && matches!(status, RunStatus::Completed | RunStatus::Approved) && Some(&r.id) != current.as_ref()
        };
        let mut behind: Vec<Run> = runs.into_iter().filter(behind).collect();
        if behind.iter().any(Run::is_by_hand) {
            // Read after the runs: a run by hand and its approval are written together.
            let rows = self.query(Slice::under(Part::Club.of(self.id), UNFINISHED)).await?;
            let unfinished: Vec<Stored<UnfinishedApproval>> =
                rows.into_iter().map(item::read).collect::<Result<_, _>>()?;
            behind.retain(|run| !unfinished.iter().any(|unfinished| unfinished.body.run == run.id));
        }
        Ok(behind.into_iter().map(|run| run.id).collect())
    }

    /// Supersedes the undecided lines of a run that is no longer current, and then the run if it is `completed`. It may
    /// be interrupted anywhere and repeated. `false` if the run is current, has no proposal, or was handled before, or
    /// if the club has no current proposal.
    ///
    /// # Errors
    /// [`RunError::NoRun`], [`RunError::NotAllowed`] if a line or the run changed its state concurrently, or
    /// [`RunError::Table`].
    pub async fn supersede_run(&self, run: &RunId, because: &Because) -> Result<bool, RunError> {
        let Some(current) = self.current_proposal().await? else { return Ok(false) };
        let by = current.body.proposal.run.clone();
        let read = self.run(run).await?.ok_or(RunError::NoRun)?;
        let Some(proposal) = read.body.proposal().filter(|p| *p != current.body.proposal && !read.body.swept) else {
            return Ok(false);
        };
        let to = LineState::Superseded { by: by.clone() };
        self.decide_open_lines(&proposal, LineAction::Supersede, &to, because).await?;
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.run(run).await?.ok_or(RunError::NoRun)?;
            let mut body = Run { swept: true, ..read.body.clone() };
            let mut changes = Changes::new(self.id);
            if read.body.state.status() == RunStatus::Completed {
                let superseded = RunState::Superseded { at: because.at, by: by.clone() };
                let entry = body.transition(superseded, read.version + 1, because)?;
                changes.note(&entry)?;
            }
            changes.replace(Some(read.version), &body)?;
            if self.try_commit(changes).await? {
                return Ok(true);
            }
        }
    }

    /// Rejects the undecided lines of a run, and the run too if none of its lines was approved.
    ///
    /// # Errors
    /// [`RunError::NoRun`] also for a run without a proposal, [`RunError::NotAllowed`] if a line or the run changed its
    /// state concurrently, or [`RunError::Table`].
    pub async fn reject_run(&self, run: &RunId, because: &Because) -> Result<(), RunError> {
        let read = self.run(run).await?.ok_or(RunError::NoRun)?;
        let proposal = read.body.proposal().ok_or(RunError::NoRun)?;
        let to = LineState::Rejected { words: because.why.clone(), given_up: None };
        self.decide_open_lines(&proposal, LineAction::Reject, &to, because).await?;
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.run(run).await?.ok_or(RunError::NoRun)?;
            if read.body.state.status() != RunStatus::Completed {
                return Ok(());
            }
            let mut body = read.body.clone();
            let words = because.why.clone();
            let entry = body.transition(RunState::Rejected { at: because.at, words }, read.version + 1, because)?;
            let mut changes = Changes::new(self.id);
            changes.change_state(&read, &body)?;
            changes.note(&entry)?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Changes every line that no person has decided on, in as many transactions as needed.
    async fn decide_open_lines(
        &self,
        proposal: &ProposalKey,
        by: LineAction,
        to: &LineState,
        because: &Because,
    ) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let lines = self.query(Slice::under(Part::Proposal(proposal).of(self.id), "LINE#")).await?;
            let lines: Vec<Stored<Line>> = lines.into_iter().map(item::read).collect::<Result<_, _>>()?;
            let open: Vec<_> = lines.into_iter().filter(|l| l.body.state.status().is_open()).collect();
            if open.is_empty() {
                return Ok(());
            }
            // Three actions a line: the line, its audit entry, and its event. The event changes because a line that
            // failed and was edited since still has its claim. One action is left for the tally of the run.
            for some in open.chunks(MAX_ACTIONS / 3) {
                let mut changes = Changes::new(self.id);
                for read in some {
                    let mut line = read.body.clone();
                    let entry = line.transition(by, to.clone(), read.version + 1, because)?;
                    change_line(&mut changes, read, &line, &[entry])?;
                    if line.submission.is_some() {
                        self.release_claim(&mut changes, &line.key).await?;
                    }
                }
                // If a line was decided concurrently, the next round reads it again.
                self.try_commit(changes).await?;
            }
        }
    }

    /// Releases the claim of a line, if it has one.
    pub(crate) async fn release_claim(&self, changes: &mut Changes<'_>, line: &LineKey) -> Result<(), TableError> {
        if let Some(event) = self.event(line.event).await?
            && event.body.claim.as_ref().is_some_and(|c| c.line == *line)
        {
            let body = crate::events::Event { claim: None, ..event.body.clone() };
            changes.replace(Some(event.version), &body)?;
        }
        Ok(())
    }

    /// Sets when the lines of a run expire; the run's summary and archive stay. Refused while one of its lines is open,
    /// failed or in flight. It may be interrupted anywhere and repeated.
    ///
    /// # Errors
    /// [`RunError::NoRun`], [`RunError::NotSettled`], or [`RunError::Table`].
    pub async fn retire_run(&self, run: &RunId, expiry: Timestamp) -> Result<(), RunError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.run(run).await?.ok_or(RunError::NoRun)?;
            if !self.expire_lines(&read.body, expiry).await? {
                continue;
            }
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &Run { retired_at: Some(expiry), ..read.body })?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Sets when the lines and long reasons of a run expire; those that already expire then stay as they are. `false`
    /// if one of them changed after it was read; the caller then starts again.
    async fn expire_lines(&self, run: &Run, expiry: Timestamp) -> Result<bool, RunError> {
        let proposal = run.proposal();
        for token in &run.tokens {
            let key = ProposalKey { run: run.id.clone(), token: *token };
            let items: Vec<Attributes> = self.query(Slice::whole(Part::Proposal(&key).of(self.id))).await?;
            // Lines of a solver that lost its lease were never visible, so their states do not matter.
            if proposal.as_ref() == Some(&key) {
                for item in items.iter().filter(|i| key_of(i).sort.starts_with("LINE#")) {
                    let status = item::read::<Line>(item.clone())?.body.state.status();
                    if !matches!(status, LineStatus::Rejected | LineStatus::Superseded | LineStatus::ApiSubmitted) {
                        return Err(RunError::NotSettled);
                    }
                }
            }
            let to_expire: Vec<_> = items.iter().filter(|i| item::expiry(i) != Some(expiry.seconds())).collect();
            for some in to_expire.chunks(EXPIRED_AT_ONCE) {
                let mut changes = Changes::new(self.id);
                for read in some {
                    let mut item = item::rewritten(read, key_of(read).sort, None);
                    item::expire(&mut item, expiry);
                    changes.rewrite(read, item);
                }
                if !self.try_commit(changes).await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
