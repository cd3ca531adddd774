//! The turns of a group, one after the other. Right before each call the line's event is read from Crossmark; a line
//! whose event has changed fails without a call.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use crossmark::ReadError;
use runtime::Deadline;
use store::lines::{Line, LineError};
use store::states::{Cause, LineState};

use crate::group::{ENOUGH, End, Group, GroupError};
use crate::line::{TurnResult, Worker, away};
use crate::order::{self, Turn};
use crate::upstream::{EventCheck, Observed, PlanningCache};
use crate::words;

/// The result of the check before a line's call.
enum PreCheck {
    /// The call may go out, until this time.
    Clear(DateTime<Utc>),
    /// The line was failed or changed instead.
    TurnResult(Box<Result<TurnResult, LineError>>),
    /// The event could not be read from Crossmark.
    Unread(ReadError),
    /// There is no time left for the check.
    OutOfTime,
}

impl Group<'_> {
    /// Takes turns until there is nothing left to do.
    pub(crate) async fn take_turns(
        &mut self,
        worker: &Worker<'_>,
        look: &PlanningCache,
        deadline: Deadline,
    ) -> Result<End, GroupError> {
        if let Some(end) = self.check_due_lines(worker, look).await? {
            return Ok(end);
        }
        let mut alone = BTreeSet::new();
        let mut resumed = false;
        while let Some((n, turn)) = order::next(&self.lines, self.now(), &alone) {
            if deadline.left() < ENOUGH {
                return Ok(End::OutOfTime);
            }
            let line = &self.lines[n];
            let turned = match turn {
                Turn::Lapse => worker.lapse(line).await,
                Turn::ReadBack => worker.read_back(line).await,
                Turn::Fail(base) => worker.fail_unsent(line, Cause::DependencyFailed, &words::base_failed(base)).await,
                Turn::Send => match self.before(worker, look, n).await {
                    PreCheck::Clear(until) => worker.send(line, until).await,
                    PreCheck::TurnResult(turned) => *turned,
                    PreCheck::OutOfTime => return Ok(End::OutOfTime),
                    PreCheck::Unread(error) => match self.pause_if_away(worker, &error).await? {
                        Some(end) => return Ok(end),
                        None => worker.postpone(line, &error, worker.next_look(&line.body, &error)).await,
                    },
                },
            };
            if let Some(pause) = self.note(n, turned, &mut alone)? {
                return Ok(End::Paused(pause));
            }
            if self.tally.accepted > 0 && !resumed {
                resumed = true;
                self.club.resume_submissions(&worker.because("Crossmark answers again")).await?;
            }
        }
        Ok(End::Idle)
    }

    /// Fails the lines that are too late, without a call. During a pause nothing else would, and a line must not wait
    /// for ever.
    pub(crate) async fn fail_late_lines(&mut self, worker: &Worker<'_>) -> Result<(), GroupError> {
        for n in self.due() {
            if let Some(late) = worker.too_late(&self.lines[n].body) {
                let turned = worker.fail_unsent(&self.lines[n], Cause::TooLate, &late.to_string()).await;
                self.note(n, turned, &mut BTreeSet::new())?;
            }
        }
        Ok(())
    }

    /// Before the first call of a group, checks all lines that are due: those whose events changed at Crossmark fail
    /// before their dependents begin. If one event cannot be read, no line of the group is sent; the group is tried
    /// again later, with growing waits.
    async fn check_due_lines(&mut self, worker: &Worker<'_>, look: &PlanningCache) -> Result<Option<End>, GroupError> {
        for n in self.due() {
            match self.before(worker, look, n).await {
                PreCheck::Clear(_) => {}
                PreCheck::TurnResult(turned) => _ = self.note(n, *turned, &mut BTreeSet::new())?,
                PreCheck::OutOfTime => return Ok(Some(End::OutOfTime)),
                PreCheck::Unread(error) => return self.not_seen(worker, &error).await,
            }
        }
        Ok(None)
    }

    /// The check before the next call of a line.
    async fn before(&self, worker: &Worker<'_>, look: &PlanningCache, n: usize) -> PreCheck {
        let line = &self.lines[n];
        if let Some(late) = worker.too_late(&line.body) {
            return PreCheck::TurnResult(Box::new(worker.fail_unsent(line, Cause::TooLate, &late.to_string()).await));
        }
        let limit = worker.deadline.left().saturating_sub(ENOUGH);
        let EventCheck { seen, until } = match tokio::time::timeout(limit, look.at(worker, &line.body)).await {
            Err(_) => return PreCheck::OutOfTime,
            Ok(Err(error)) => return PreCheck::Unread(error),
            Ok(Ok(view)) => view,
        };
        match seen {
            Observed::AsExpected => PreCheck::Clear(until),
            Observed::Changed(words) => {
                PreCheck::TurnResult(Box::new(worker.fail_unsent(line, Cause::ChangedUpstream, &words).await))
            }
            Observed::OldId(id) => PreCheck::TurnResult(Box::new(worker.learn_old_id(line, id).await)),
        }
    }

    async fn not_seen(&mut self, worker: &Worker<'_>, error: &ReadError) -> Result<Option<End>, GroupError> {
        if let Some(end) = self.pause_if_away(worker, error).await? {
            return Ok(Some(end));
        }
        let due = self.due();
        let next = due.iter().map(|n| worker.next_look(&self.lines[*n].body, error)).max();
        for n in due {
            let turned = worker.postpone(&self.lines[n], error, next.unwrap_or(self.now())).await;
            self.note(n, turned, &mut BTreeSet::new())?;
        }
        Ok(None)
    }

    async fn pause_if_away(&self, worker: &Worker<'_>, error: &ReadError) -> Result<Option<End>, GroupError> {
        tracing::warn!(%error, "the row of an event at Crossmark cannot be read: {error}");
        let Some((reason, words)) = away(error) else { return Ok(None) };
        Ok(Some(End::Paused(self.club.pause_submissions(reason, &worker.because(&words)).await?)))
    }

    /// The lines that are due for a call.
    pub(crate) fn due(&self) -> Vec<usize> {
        let now = self.now();
        let is_due =
            |line: &Line| matches!(*line.state, LineState::Approved { next_attempt_at } if next_attempt_at <= now);
        (0..self.lines.len()).filter(|n| is_due(&self.lines[*n].body)).collect()
    }
}
