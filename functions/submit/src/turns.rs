//! The turns of a group, one after the other. Right before each call, the line's event is checked at Crossmark; a line
//! whose event has changed there fails without a call.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use crossmark::ReadError;
use runtime::Deadline;
use store::lines::{Line, LineError};
use store::states::{Cause, LineState};

use crate::group::{ACCEPTED, GroupError, GroupInProgress, MIN_TIME, StopReason};
use crate::line::{TurnResult, Worker, unavailable};
use crate::order::{self, Turn};
use crate::upstream::{EventCheck, Observed, PlanningCache};
use crate::words;

/// The result of the check before a line's call.
enum PreCheck {
    /// The call may be made, until this time.
    Clear(DateTime<Utc>),
    /// The check failed the line or wrote something to it, so no call follows in this turn.
    NoCall(Box<Result<TurnResult, LineError>>),
    /// The event could not be read from Crossmark.
    Unread(ReadError),
    /// The invocation has no time left for the check.
    OutOfTime,
}

impl GroupInProgress<'_> {
    /// Takes turns until there is nothing left to do.
    pub(crate) async fn take_turns(
        &mut self,
        worker: &Worker<'_>,
        cache: &PlanningCache,
        deadline: Deadline,
    ) -> Result<StopReason, GroupError> {
        if let Some(stop) = self.check_due_lines(worker, cache).await? {
            return Ok(stop);
        }
        let mut skipped = BTreeSet::new();
        let mut resumed = false;
        while let Some((n, turn)) = order::next(&self.lines, self.now(), &skipped) {
            if deadline.left() < MIN_TIME {
                return Ok(StopReason::OutOfTime);
            }
            let line = &self.lines[n];
            let turned = match turn {
                Turn::Lapse => worker.lapse(line).await,
                Turn::ReadBack => worker.read_back(line).await,
                Turn::Fail(dependency) => {
                    worker.fail_unsent(line, Cause::DependencyFailed, &words::dependency_failed(dependency)).await
                }
                Turn::Send => match self.pre_check(worker, cache, n).await {
                    PreCheck::Clear(until) => worker.send(line, until).await,
                    PreCheck::NoCall(turned) => *turned,
                    PreCheck::OutOfTime => return Ok(StopReason::OutOfTime),
                    PreCheck::Unread(error) => match self.pause_if_unavailable(worker, &error).await? {
                        Some(stop) => return Ok(stop),
                        None => worker.postpone(line, &error, worker.next_read(&line.body, &error)).await,
                    },
                },
            };
            if let Some(pause) = self.keep(n, turned, &mut skipped)? {
                return Ok(StopReason::Paused(pause));
            }
            if self.turns.of(ACCEPTED) > 0 && !resumed {
                resumed = true;
                self.club.resume_submissions(&worker.because("Crossmark answers again")).await?;
            }
        }
        Ok(StopReason::Idle)
    }

    /// During a pause, fails the due lines that are too late, without a call, so that no line waits for ever. Outside a
    /// pause, `pre_check` does this.
    pub(crate) async fn fail_late_lines(&mut self, worker: &Worker<'_>) -> Result<(), GroupError> {
        for n in self.due_lines() {
            if let Some(late) = worker.too_late(&self.lines[n].body) {
                let turned = worker.fail_unsent(&self.lines[n], Cause::TooLate, &late.to_string()).await;
                self.keep(n, turned, &mut BTreeSet::new())?;
            }
        }
        Ok(())
    }

    /// Before the first call of a group, checks all lines that are due: those whose events changed at Crossmark fail
    /// before their dependents begin. If one event cannot be read, all due lines are postponed, with growing waits.
    /// Returns why the worker must stop, if it must.
    async fn check_due_lines(
        &mut self,
        worker: &Worker<'_>,
        cache: &PlanningCache,
    ) -> Result<Option<StopReason>, GroupError> {
        for n in self.due_lines() {
            match self.pre_check(worker, cache, n).await {
                PreCheck::Clear(_) => {}
                PreCheck::NoCall(turned) => _ = self.keep(n, *turned, &mut BTreeSet::new())?,
                PreCheck::OutOfTime => return Ok(Some(StopReason::OutOfTime)),
                PreCheck::Unread(error) => return self.postpone_due_lines(worker, &error).await,
            }
        }
        Ok(None)
    }

    /// The check before the next call of a line.
    async fn pre_check(&self, worker: &Worker<'_>, cache: &PlanningCache, n: usize) -> PreCheck {
        let line = &self.lines[n];
        if let Some(late) = worker.too_late(&line.body) {
            return PreCheck::NoCall(Box::new(worker.fail_unsent(line, Cause::TooLate, &late.to_string()).await));
        }
        let limit = worker.deadline.left().saturating_sub(MIN_TIME);
        let EventCheck { observed, until } = match tokio::time::timeout(limit, cache.check(worker, &line.body)).await {
            Err(_) => return PreCheck::OutOfTime,
            Ok(Err(error)) => return PreCheck::Unread(error),
            Ok(Ok(check)) => check,
        };
        match observed {
            Observed::AsExpected => PreCheck::Clear(until),
            Observed::Changed(words) => {
                PreCheck::NoCall(Box::new(worker.fail_unsent(line, Cause::ChangedUpstream, &words).await))
            }
            Observed::OldId(id) => PreCheck::NoCall(Box::new(worker.learn_old_id(line, id).await)),
        }
    }

    /// Postpones all due lines because an event could not be read. If Crossmark is unavailable, starts a pause instead, and
    /// returns it.
    async fn postpone_due_lines(
        &mut self,
        worker: &Worker<'_>,
        error: &ReadError,
    ) -> Result<Option<StopReason>, GroupError> {
        if let Some(stop) = self.pause_if_unavailable(worker, error).await? {
            return Ok(Some(stop));
        }
        let due = self.due_lines();
        let next = due.iter().map(|n| worker.next_read(&self.lines[*n].body, error)).max();
        for n in due {
            let turned = worker.postpone(&self.lines[n], error, next.unwrap_or(self.now())).await;
            self.keep(n, turned, &mut BTreeSet::new())?;
        }
        Ok(None)
    }

    /// Logs that an event could not be read. If Crossmark is unavailable, starts a pause, and returns it.
    async fn pause_if_unavailable(
        &self,
        worker: &Worker<'_>,
        error: &ReadError,
    ) -> Result<Option<StopReason>, GroupError> {
        tracing::warn!(%error, "an event cannot be checked at Crossmark before its line is sent: {error}");
        let Some(why) = unavailable(error) else { return Ok(None) };
        let because = worker.because(&why.words);
        Ok(Some(StopReason::Paused(self.club.pause_submissions(why.reason, why.not_before, &because).await?)))
    }

    /// The indexes of the lines that are due for a call.
    pub(crate) fn due_lines(&self) -> Vec<usize> {
        let now = self.now();
        let is_due =
            |line: &Line| matches!(*line.state, LineState::Approved { next_attempt_at } if next_attempt_at <= now);
        (0..self.lines.len()).filter(|n| is_due(&self.lines[*n].body)).collect()
    }
}
