//! Ends runs whose solver was lost and queued runs past their deadline, sends lost messages of queued runs, supersedes
//! older proposals, and retires runs past retention.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use runtime::messages::RunMessage;
use store::cursor::{LARGEST_PAGE, ListError};
use store::key::RunId;
use store::nights::MAX_TRIES;
use store::runs::{Run, RunError, RunOrigin};
use store::states::RunStatus;

use crate::ClubSweep;

/// A run that is queued for less than this is left out, because its own message may still be on the way.
const MESSAGE_DELAY: TimeDelta = TimeDelta::minutes(2);

impl ClubSweep<'_> {
    /// Ends runs past their lease or their deadline, and sends messages for queued ones. Only the newest page of runs is
    /// read, because older runs have ended.
    pub(crate) async fn check_liveness_of_runs(&mut self) {
        let runs = match self.club.runs(None, LARGEST_PAGE).await {
            Ok(page) => page.items.into_iter().map(|run| run.body),
            Err(error) => return self.log_failure("runs", &error),
        };
        let is_open = |run: &Run| matches!(run.state.status(), RunStatus::Queued | RunStatus::Running);
        for run in runs.filter(is_open) {
            let because = self.because("nobody works on it any more");
            match self.club.check_run_liveness(&run.id, &because).await {
                Ok(true) => {
                    self.swept.runs_ended += 1;
                    self.raise_alarm_if_night_is_given_up(&run).await;
                }
                Ok(false) => self.wake_run(&run).await,
                // Another worker has ended it.
                Err(RunError::NotAllowed(_) | RunError::NoRun) => {}
                Err(error) => self.log_failure("a run", &error),
            }
        }
    }

    /// Sends the message of a queued run again. If the first message was not lost, the second one changes nothing.
    async fn wake_run(&mut self, run: &Run) {
        if run.state.status() != RunStatus::Queued || run.created_at.plus(MESSAGE_DELAY) > self.now {
            return;
        }
        let message = RunMessage::new(self.club.id().clone(), run.id.clone());
        match self.run_queue.send(&[message], Duration::ZERO).await {
            Ok(()) => self.swept.runs_woken += 1,
            Err(unsent) => self.log_failure("a run's message", &unsent),
        }
    }

    /// Supersedes the undecided lines of older proposals.
    pub(crate) async fn supersede_runs(&mut self) {
        let older = match self.club.runs_to_supersede().await {
            Ok(older) => older,
            Err(error) => return self.log_failure("older proposals", &error),
        };
        for run in older {
            match self.club.supersede_run(&run, &self.because("a newer proposal took its place")).await {
                Ok(true) => self.swept.runs_superseded += 1,
                Ok(false) => {}
                Err(error) => self.log_failure("an older proposal", &error),
            }
        }
    }

    /// Lets the lines of runs past retention expire, if no line of the run is open, failed or being submitted.
    pub(crate) async fn retire_runs(&mut self) {
        let old = match self.runs_to_retire().await {
            Ok(old) => old,
            Err(error) => return self.log_failure("old runs", &error),
        };
        for run in old {
            match self.club.retire_run(&run, self.now).await {
                Ok(()) => self.swept.runs_retired += 1,
                // A line of the run has changed since it was chosen.
                Err(RunError::NotSettled) => {}
                Err(error) => self.log_failure("an old run", &error),
            }
        }
    }

    /// The runs past retention, except the current proposal and the runs with a claimed line.
    async fn runs_to_retire(&self) -> Result<Vec<RunId>, ListError> {
        let retention = TimeDelta::days(self.club.settings().await?.body.retention_days.into());
        let current = self.club.current_proposal().await?.map(|current| current.body.proposal.run);
        let is_old = |run: &Run| {
            let is_decided = match run.state.status() {
                RunStatus::Queued | RunStatus::Running => false,
                RunStatus::Completed | RunStatus::Approved => run.swept,
                _ => true,
            };
            let is_current = current.as_ref() == Some(&run.id);
            is_decided && !is_current && run.retired_at.is_none() && run.created_at.plus(retention) <= self.now
        };
        let mut old = Vec::new();
        let mut next = None;
        loop {
            let page = self.club.runs(next.as_ref(), LARGEST_PAGE).await?;
            old.extend(page.items.into_iter().map(|run| run.body).filter(is_old).map(|run| run.id));
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        if old.is_empty() {
            return Ok(old);
        }
        // The event of a line that is being submitted, in doubt or failed has a claim.
        let claimed: BTreeSet<RunId> = self.club.claims().await?.into_iter().map(|(_, claim)| claim.line.run).collect();
        Ok(old.into_iter().filter(|run| !claimed.contains(run)).collect())
    }

    /// Raises the alarm if this run was the last try of its night. Without this, only the next tick would raise it.
    async fn raise_alarm_if_night_is_given_up(&mut self, run: &Run) {
        let RunOrigin::Automatic { date } = run.origin else { return };
        match self.club.night(date).await {
            Ok(Some(night)) if night.body.run == run.id && night.body.tries >= MAX_TRIES => {
                let club = self.club.id();
                tracing::error!(
                    alarm = "night_given_up", club.id = %club, run.id = %run.id,
                    "every try of the nightly run of club {club} failed, the last as {}", run.id
                );
            }
            Ok(_) => {}
            Err(error) => self.log_failure("a night", &error),
        }
    }
}
