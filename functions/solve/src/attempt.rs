//! A run under its lease: load, solve, write, commit.
//!
//! Nothing that the run writes is visible before the commit, and the commit is refused if another worker has the lease.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use planner::replay::provenance;
use planner::{Solved, Task, seen};
use runtime::Deadline;
use solver::{Options, Permit};
use store::Club;
use store::decisions::DecisionsByEvent;
use store::documents::{PlanVersion, Settings};
use store::key::ProposalKey;
use store::lease::HeldLease;
use store::lines::Line;
use store::meter::Meter;
use store::provenance::Provenance;
use store::runs::{PhaseName, RunError, RunPhase, RunSummary};
use tokio::sync::mpsc;

use crate::Solve;
use crate::failure::RunFailure;
use crate::job::LEASE;
use crate::learn::learn;

/// Time of an invocation that is reserved for writing the result.
const WRITE_RESERVE: Duration = Duration::from_secs(20);

/// A run whose lease this worker holds.
pub(crate) struct Attempt<'a> {
    pub service: &'a Solve,
    pub club: Club<'a>,
    pub meter: &'a Meter,
    pub held: &'a HeldLease,
    /// Whether the run plans from today on (`Snapshot::from_today`), instead of after the buffer days.
    pub is_emergency: bool,
    /// Whether it is a nightly run; otherwise a person started it.
    pub is_automatic: bool,
    pub deadline: Deadline,
    pub permit: Permit,
}

impl Attempt<'_> {
    /// Makes a proposal and commits it.
    ///
    /// # Errors
    /// Why there is no proposal.
    pub async fn run(&self) -> Result<RunSummary, RunFailure> {
        self.refuse_doubted_list().await?;
        if self.is_automatic {
            self.learn().await?;
        }
        let (task, plan_version) = self.load().await?;
        let now = self.service.clock.now();
        let (proposal, options) = (task.proposal.clone(), task.options);
        let weights = task.snapshot.settings.weights.clone();
        let snapshot = self.club.keep_snapshot(&proposal, &serde_json::to_vec(&task.snapshot)?, now).await?;
        let mut solved = self.solve(task).await?;
        self.record_phase(PhaseName::Writing, Some(format!("{} lines", solved.lines.len()))).await?;
        let canonical = std::mem::replace(&mut solved.canonical, Ok(Vec::new()))?;
        let answer = self.club.keep_answer(&proposal, &canonical, now).await?;
        self.club.write_lines(&solved.lines, &solved.reasons).await?;
        self.commit(solved, plan_version, provenance(&weights, &options, snapshot, answer)).await
    }

    /// Commits the written lines. If people decided something since the snapshot was read, the commit is refused, and is
    /// repeated after the lines have been updated.
    async fn commit(
        &self,
        solved: Solved,
        mut plan_version: PlanVersion,
        provenance: Provenance,
    ) -> Result<RunSummary, RunFailure> {
        let Solved { mut lines, mut carried, answer, .. } = solved;
        let because = self.service.because("solved and checked");
        let mut attempts = self.club.contended_attempts();
        loop {
            attempts.begin().await?;
            let summary = RunSummary::of(&lines, plan_version, self.meter.costs(), Some(answer.clone()));
            let summary = RunSummary { provenance: Some(Box::new(provenance.clone())), ..summary };
            match self.club.commit_proposal(self.held, &summary, &because).await {
                Err(RunError::PlanChanged) => {}
                result => return Ok(result.map(|()| summary)?),
            }
            // The number of decisions is read before the decisions themselves, so that the next commit is refused if
            // somebody decides something in between.
            plan_version.decided = self.club.plan_version().await?.decided;
            carried = carried.with_newer_decisions(self.decisions().await?);
            let changed: Vec<Line> =
                lines.iter_mut().filter_map(|line| carried.apply_to(line).then(|| line.clone())).collect();
            self.club.write_lines(&changed, &[]).await?;
        }
    }

    /// People's decisions that are in force on the club's local date.
    async fn decisions(&self) -> Result<DecisionsByEvent, RunFailure> {
        let zone = self.club.info().await?.ok_or(RunFailure::NoClub)?.body.time_zone;
        let today = self.service.clock.utc().with_timezone(&zone).date_naive();
        let all = self.club.all_decisions().await?.into_iter();
        Ok(all.map(|(event, decisions)| (event, decisions.on(today, zone))).collect())
    }

    /// Fails a nightly run while the list of events is doubted. A run that a person started may use such a list.
    async fn refuse_doubted_list(&self) -> Result<(), RunFailure> {
        if !self.is_automatic {
            return Ok(());
        }
        let report = self.club.refresh_report().await?;
        let doubt = report.as_ref().and_then(|report| report.body.open_doubt());
        doubt.map_or(Ok(()), |doubt| Err(RunFailure::Doubted(Box::new(doubt.clone()))))
    }

    /// Learns affinity from outcomes before the snapshot is read. If that fails, the run continues without it.
    async fn learn(&self) -> Result<(), RunFailure> {
        let info = self.club.info().await?.ok_or(RunFailure::NoClub)?.body;
        let today = self.service.clock.utc().with_timezone(&info.time_zone).date_naive();
        if let Err(error) = learn(self.club, today).await {
            let club = self.club.id();
            tracing::warn!(club.id = %club, error = %error, "affinity of club {club} was not learned: {error}");
        }
        Ok(())
    }

    /// Reads the club on its local date, with the lines that people last saw.
    async fn load(&self) -> Result<(Task, PlanVersion), RunFailure> {
        let (started, before) = (Instant::now(), self.meter.requests());
        let info = self.club.info().await?.ok_or(RunFailure::NoClub)?.body;
        let today = self.service.clock.utc().with_timezone(&info.time_zone).date_naive();
        let loaded = self.club.load_snapshot(today).await?;
        let mut snapshot = if self.is_emergency { loaded.snapshot.from_today() } else { loaded.snapshot };
        let seen = match &loaded.current {
            Some(current) => {
                let lines = self.club.lines(&current.proposal, self.service.clock.now()).await?;
                seen::places(&seen::undecided(&lines))
            }
            None => BTreeMap::new(),
        };
        snapshot.previous = seen::as_previous(&seen, &snapshot);
        let task = Task {
            snapshot,
            seen,
            proposal: ProposalKey { run: self.held.run.clone(), token: self.held.token },
            scheduled_ids: loaded.links.scheduled_ids,
            left_out: loaded.left_out,
            decisions: loaded.decisions,
            options: self.options(&loaded.settings),
            load: started.elapsed(),
            load_requests: self.meter.requests() - before,
            clock: self.service.clock.clone(),
            permit: self.permit.clone(),
        };
        Ok((task, loaded.plan_version))
    }

    /// The club's solver options. The time limit is reduced if the invocation would have no time left to write.
    fn options(&self, settings: &Settings) -> Options {
        let configured = Duration::from_secs(u64::from(settings.time_limit_s));
        let time_limit = configured.min(self.deadline.left().saturating_sub(WRITE_RESERVE));
        Options { time_limit, gap: settings.gap_points.unwrap_or(0.0).max(0.0) }
    }

    /// Solves on a thread of its own, and records each phase.
    async fn solve(&self, task: Task) -> Result<Solved, RunFailure> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let solving = tokio::task::spawn_blocking(move || {
            planner::solve(&task, &|name, detail| {
                // The receiver is gone if the run was abandoned; the solver then ends at its time limit.
                _ = sender.send((name, detail));
            })
        });
        let mut recording_failure = None;
        while let Some(mut phase) = receiver.recv().await {
            // Only the newest phase is recorded.
            while let Ok(newer) = receiver.try_recv() {
                phase = newer;
            }
            recording_failure = recording_failure.or(self.record_phase(phase.0, phase.1).await.err());
        }
        // Waits for the thread even if the lease is lost or the run is over, because a process solves one run at a
        // time.
        let solved = solving.await?;
        recording_failure.map_or_else(|| Ok(solved?), Err)
    }

    /// Records the phase and renews the lease. If the table fails, a warning is logged and the run continues.
    ///
    /// # Errors
    /// The lease is lost, or the run is over.
    async fn record_phase(&self, name: PhaseName, detail: Option<String>) -> Result<(), RunFailure> {
        let now = self.service.clock.now();
        let phase = RunPhase { name, since: now, detail };
        match self.club.note_phase(self.held, &phase, now.plus(LEASE)).await.map_err(RunFailure::from) {
            Err(RunFailure::Table(error)) => {
                tracing::warn!(run.id = %self.held.run, error = %error, "a phase of run {} was not recorded", self.held.run);
                Ok(())
            }
            recorded => recorded,
        }
    }
}
