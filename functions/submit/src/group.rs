//! Handles one message: reads the group that it names, takes the group's lease, takes turns, and releases the lease. If
//! work remains, it sends another message for the group.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use runtime::Deadline;
use runtime::messages::SubmitMessage;
use runtime::queue::MessagesNotSent;
use runtime::records::Outcome;
use runtime::telemetry::{self, Metric};
use store::audit::Because;
use store::key::Owner;
use store::lead::Lead;
use store::lines::{Line, LineError};
use store::meter::Meter;
use store::stamp::Timestamp;
use store::states::{Cause, GroupKey, LineState, LineStatus};
use store::submission::Pause;
use store::{Club, Stored, TableError};

use crate::Submit;
use crate::line::{LEASE, TurnResult, Worker};
use crate::numbers::Numbers;
use crate::order;
use crate::upstream::PlanningCache;

/// Minimum remaining time of an invocation for another turn: one call, and the write of its outcome.
pub(crate) const MIN_TIME: Duration = Duration::from_secs(45);
/// Delay of a message whose group another worker has leased, or whose remaining lines are due but cannot take a turn
/// now.
const LEASED_DELAY: TimeDelta = TimeDelta::seconds(30);
/// A message that is early by at most this time is sent again for the moment when its line is due. One that is earlier
/// is ignored, because the line has a later message of its own.
const MAX_EARLY: TimeDelta = TimeDelta::seconds(15);

/// Handles the message of a group.
pub(crate) async fn work(
    submit: &Submit,
    message: &SubmitMessage,
    sent_at: Option<Timestamp>,
    cache: &PlanningCache,
    deadline: Deadline,
) -> Outcome {
    let meter = Meter::new();
    let club = submit.table.club(&message.club, &meter);
    let key = GroupKey { approval: message.approval.clone(), number: message.group };
    let turns = TurnCounts::default();
    let mut group = GroupInProgress { submit, message, club, key, lines: Vec::new(), approved_at: None, turns };
    let handled = group.handle(sent_at, cache, deadline).await;
    let (approval, number, turns) = (&message.approval, message.group, &group.turns);
    tracing::debug!(
        approval.id = %approval, group = number, accepted = turns.of(ACCEPTED), failed = turns.of(FAILED),
        put_back = turns.of(PUT_BACK), in_doubt = turns.of(IN_DOUBT), "group {number} of approval {approval}"
    );
    telemetry::note_table_cost(&meter);
    match handled {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Failed { why: error.to_string() },
    }
}

/// Why a group could not be handled. Its message is delivered again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GroupError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] MessagesNotSent),
}

/// The outcomes of turns, as values of the metric's dimension and in the log.
pub(crate) const ACCEPTED: &str = "accepted";
const FAILED: &str = "failed";
const IN_DOUBT: &str = "in_doubt";
/// The line is neither of these: it waits for its next attempt or its next step.
const PUT_BACK: &str = "put_back";

/// The outcome of a turn that left its line in this status.
fn turn_outcome(status: LineStatus) -> &'static str {
    match status {
        LineStatus::ApiSubmitted => ACCEPTED,
        LineStatus::ApiFailed => FAILED,
        LineStatus::InDoubt => IN_DOUBT,
        _ => PUT_BACK,
    }
}

/// Number of turns that changed a line, by outcome.
#[derive(Debug, Default)]
pub(crate) struct TurnCounts(BTreeMap<&'static str, u32>);

impl TurnCounts {
    /// The number of turns with an outcome.
    pub fn of(&self, outcome: &str) -> u32 {
        self.0.get(outcome).copied().unwrap_or_default()
    }
}

/// Why a worker stops working on a group.
pub(crate) enum StopReason {
    /// Nothing can be done now: no line is due, or the due lines wait for others or are skipped.
    Idle,
    /// The invocation has no time left for another turn.
    OutOfTime,
    /// Crossmark cannot be reached or refuses the login.
    Paused(Pause),
}

/// The group of a message, and what was done for it so far.
pub(crate) struct GroupInProgress<'a> {
    submit: &'a Submit,
    message: &'a SubmitMessage,
    /// The club of the group.
    pub club: Club<'a>,
    key: GroupKey,
    /// The lines that still belong to the group, in the order of the approval.
    pub lines: Vec<Stored<Line>>,
    /// When a person approved the lines.
    approved_at: Option<Timestamp>,
    /// Number of turns that changed a line.
    pub turns: TurnCounts,
}

impl GroupInProgress<'_> {
    /// Handles the message. If a line is due and this worker gets the group's lease, it works on the group. Sends the
    /// group's next message if one is needed.
    async fn handle(
        &mut self,
        sent_at: Option<Timestamp>,
        cache: &PlanningCache,
        deadline: Deadline,
    ) -> Result<(), GroupError> {
        if !self.read().await? {
            return Ok(());
        }
        self.retry_redriven_lines(sent_at).await?;
        let now = self.now();
        if order::next(&self.lines, now, &BTreeSet::new()).is_none() {
            let soon = order::next_work_at(&self.lines, now).filter(|at| *at > now && *at <= now.plus(MAX_EARLY));
            return self.send_next(soon.map(|at| until(at, now))).await;
        }
        let pause = self.club.submissions_pause(now).await?;
        if let Some(pause) = pause.as_ref()
            && !self.has_late_lines(now).await?
        {
            return self.send_next(Some(until(pause.until, now))).await;
        }
        let owner = Owner::unique();
        if !self.club.take_group(&self.key, &owner, now, now.plus(LEASE)).await? {
            return self.send_next(Some(LEASED_DELAY)).await;
        }
        let stopped = self.work(&owner, pause, cache, deadline).await;
        let released = self.club.release_group(&self.key, &owner).await;
        let delay = self.delay(&stopped?);
        released?;
        self.send_next(delay).await
    }

    /// Works on the group while holding its lease. During a pause, only lines that are too late are handled: they fail.
    async fn work(
        &mut self,
        owner: &Owner,
        pause: Option<Pause>,
        cache: &PlanningCache,
        deadline: Deadline,
    ) -> Result<StopReason, GroupError> {
        let Some(worker) = GroupInProgress::worker(self.submit, self.club, owner, deadline).await? else {
            return Ok(StopReason::Idle);
        };
        let Some(pause) = pause else { return self.take_turns(&worker, cache, deadline).await };
        self.fail_late_lines(&worker).await?;
        Ok(StopReason::Paused(pause))
    }

    /// Whether a due line is too late. Such a line fails at once, also during a pause.
    async fn has_late_lines(&self, now: Timestamp) -> Result<bool, GroupError> {
        let (info, settings) = (self.club.info().await?, self.club.settings().await?.body);
        let Some(info) = info else { return Ok(false) };
        let lead = Lead::new(info.body.time_zone, now.utc(), settings.lead_minutes);
        Ok(self.due_lines().iter().any(|n| lead.too_late_for_next_step(&self.lines[*n].body).is_some()))
    }

    /// Reads the group's lines. `false` if there is nothing to work on: the club has no such approval, or some lines of
    /// the group are not approved yet.
    async fn read(&mut self) -> Result<bool, GroupError> {
        let (approval, number) = (&self.message.approval, self.message.group);
        let Some(record) = self.club.approval(approval).await? else {
            tracing::warn!(approval.id = %approval, "there is no approval {approval}: its message is ignored");
            return Ok(false);
        };
        self.approved_at = Some(record.body.because.at);
        let (done, left) = record.body.lines.split_at(record.body.done.min(record.body.lines.len()));
        if left.iter().any(|line| line.group == number) {
            // Lines of the group that are not approved yet may have to free a place for the others. The messages of the
            // approval are sent when it has been processed.
            tracing::debug!(approval.id = %approval, done = done.len(), "approval {approval} is not processed completely yet");
            return Ok(false);
        }
        let lines = self.club.lines_by_key(&record.body.group(number)).await?;
        // A line that was recalled and approved again belongs to another group, and is left out.
        let place =
            |line: &Stored<Line>| line.body.submission.as_ref().filter(|s| s.group == self.key).map(|s| s.position);
        let mut lines: Vec<_> = lines.into_iter().filter_map(|line| Some((place(&line)?, line))).collect();
        lines.sort_by_key(|(place, _)| *place);
        self.lines = lines.into_iter().map(|(_, line)| line).collect();
        Ok(true)
    }

    /// Retries exhausted lines if an operator has moved the message back from the dead-letter queue: only then was the
    /// message sent after the line had failed. A line whose generation the message does not name stays failed.
    async fn retry_redriven_lines(&mut self, sent_at: Option<Timestamp>) -> Result<(), GroupError> {
        let Some(sent_at) = sent_at else { return Ok(()) };
        let because = Because::new("redrive", self.now(), "its message was moved back from the dead-letter queue");
        for line in &mut self.lines {
            let generation = line.body.submission.as_ref().map(|s| s.generation);
            let named = self.message.generations.get(&line.body.key.event.0).copied();
            let LineState::ApiFailed { at, cause: Cause::Exhausted, .. } = *line.body.state else { continue };
            if at < sent_at && generation.is_some() && generation == named {
                match self.club.retry_line(&line.body.key, because.at, &because).await {
                    Ok(retried) => *line = retried,
                    Err(LineError::Table(error)) => return Err(error.into()),
                    Err(error) => log_skipped(&line.body, &error),
                }
            }
        }
        Ok(())
    }

    /// The worker for all turns of the group; `None` if there is no such club.
    async fn worker<'a>(
        submit: &'a Submit,
        club: Club<'a>,
        owner: &Owner,
        deadline: Deadline,
    ) -> Result<Option<Worker<'a>>, GroupError> {
        let Some(numbers) = Numbers::read(&club).await? else { return Ok(None) };
        let settings = club.settings().await?.body;
        Ok(Some(Worker {
            club,
            crossmark: submit.crossmark.club(club.id().as_str(), numbers.zone()),
            numbers,
            types_are_fixed: settings.planning.fixed_day_types.is_none(),
            settle_time: TimeDelta::seconds(settings.settle_s.into()),
            lead_minutes: settings.lead_minutes,
            owner: owner.clone(),
            deadline,
            clock: &submit.clock,
            backoff: &submit.backoff,
        }))
    }

    /// Keeps the result of a turn, and counts its outcome if the line has changed. If another worker or a person changed
    /// the line concurrently, it is added to `skipped`: this invocation leaves it as it is, so that the loop ends.
    pub(crate) fn keep(
        &mut self,
        n: usize,
        turned: Result<TurnResult, LineError>,
        skipped: &mut BTreeSet<EventRef>,
    ) -> Result<Option<Pause>, GroupError> {
        match turned {
            Ok(TurnResult { line, pause }) => {
                if line.version != self.lines[n].version {
                    self.count(&line.body);
                }
                self.lines[n] = line;
                Ok(pause)
            }
            Err(LineError::Table(error)) => Err(error.into()),
            Err(error) => {
                log_skipped(&self.lines[n].body, &error);
                skipped.insert(self.lines[n].body.key.event);
                Ok(None)
            }
        }
    }

    /// Counts the outcome of a turn, and measures the time from the approval of a line to its acceptance.
    fn count(&mut self, line: &Line) {
        let outcome = turn_outcome(line.state.status());
        *self.turns.0.entry(outcome).or_default() += 1;
        telemetry::count_submission(outcome);
        telemetry::note_run(&line.key.run);
        if let (LineState::ApiSubmitted { at, .. }, Some(approved_at)) = (&*line.state, self.approved_at) {
            telemetry::measure(Metric::SubmissionAge, (at.0 - approved_at.0).max(0) as f64 / 1_000.0);
        }
    }

    /// The delay of the group's next message; `None` if none is sent. A worker that stops because nothing can be done
    /// sends a message only if it changed a line. Otherwise messages would multiply: the worker that wrote the due time
    /// has already sent one.
    fn delay(&self, stopped: &StopReason) -> Option<TimeDelta> {
        let now = self.now();
        match stopped {
            StopReason::OutOfTime => Some(TimeDelta::zero()),
            StopReason::Paused(pause) => Some(until(pause.until, now)),
            StopReason::Idle if self.turns.0.is_empty() => None,
            StopReason::Idle => {
                order::next_work_at(&self.lines, now).map(|at| if at > now { until(at, now) } else { LEASED_DELAY })
            }
        }
    }

    /// Sends the group's next message after a delay; none if there is no delay. The message names the lines that are
    /// still in submission, not the failed ones.
    async fn send_next(&self, delay: Option<TimeDelta>) -> Result<(), GroupError> {
        let Some(delay) = delay else { return Ok(()) };
        let generations: BTreeMap<u64, u32> = self
            .lines
            .iter()
            .filter(|line| line.body.state.status().is_in_flight())
            .filter_map(|line| Some((line.body.key.event.0, line.body.submission.as_ref()?.generation)))
            .collect();
        let message = SubmitMessage { generations, ..self.message.clone() };
        Ok(self.submit.records.queue.send(&[message], delay.to_std().unwrap_or_default()).await?)
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        self.submit.clock.now()
    }
}

fn log_skipped(line: &Line, error: &LineError) {
    tracing::debug!(line.id = %line.key, %error, "line {} is skipped: {error}", line.key);
}

/// The time until a moment, rounded up to whole seconds as the queue requires.
fn until(at: Timestamp, now: Timestamp) -> TimeDelta {
    TimeDelta::seconds((at.0.saturating_sub(now.0).max(0) + 999) / 1_000)
}
