//! Handles one message: reads the group that it names, takes the group's lease, works turn by turn, and releases the
//! lease. Remaining work gets a message of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use runtime::Deadline;
use runtime::messages::SubmitMessage;
use runtime::queue::Unsent;
use runtime::records::Outcome;
use runtime::telemetry::{self, Metric};
use store::audit::Because;
use store::key::{BadId, Owner};
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

/// Minimum time for another call: one call, and the write of its outcome.
pub(crate) const ENOUGH: Duration = Duration::from_secs(45);
/// When a group that another worker holds is tried again.
const HELD: TimeDelta = TimeDelta::seconds(30);
/// Maximum time that a message may be early and still wait for its line; one that is earlier is not the line's own
/// message.
const EARLY: TimeDelta = TimeDelta::seconds(15);

/// Handles the message of a group.
pub(crate) async fn work(
    submit: &Submit,
    message: &SubmitMessage,
    sent_at: Option<Timestamp>,
    look: &PlanningCache,
    deadline: Deadline,
) -> Outcome {
    let meter = Meter::new();
    let club = submit.table.club(&message.club, &meter);
    let key = GroupKey { approval: message.approval.clone(), number: message.group };
    let mut group = Group { submit, message, club, key, lines: Vec::new(), approved_at: None, tally: Tally::default() };
    let worked = group.look(sent_at, look, deadline).await;
    let Tally { accepted, failed, put_back, in_doubt } = group.tally;
    let (approval, number) = (&message.approval, message.group);
    tracing::debug!(
        approval.id = %approval, group = number, accepted, failed, put_back, in_doubt, "group {number} of approval {approval}"
    );
    telemetry::table(&meter);
    match worked {
        Ok(()) => Outcome::Done,
        Err(trouble) => Outcome::Failed { why: trouble.to_string() },
    }
}

/// Why a whole group cannot be worked on; all of it is temporary.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GroupError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] Unsent),
    #[error(transparent)]
    Owner(#[from] BadId),
}

/// Counts of what was done, by outcome.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub accepted: u32,
    failed: u32,
    put_back: u32,
    in_doubt: u32,
}

impl Tally {
    fn note(&mut self, status: LineStatus) {
        let count = match status {
            LineStatus::ApiSubmitted => &mut self.accepted,
            LineStatus::ApiFailed => &mut self.failed,
            LineStatus::InDoubt => &mut self.in_doubt,
            _ => &mut self.put_back,
        };
        *count += 1;
    }

    fn is_empty(&self) -> bool {
        self.accepted + self.failed + self.put_back + self.in_doubt == 0
    }
}

/// Why the work on a group ended.
pub(crate) enum End {
    /// Nothing more can be done now.
    Idle,
    /// There is no time left for another call.
    OutOfTime,
    /// Crossmark cannot be reached or refuses the login.
    Paused(Pause),
}

/// The group of a message, and the progress so far.
pub(crate) struct Group<'a> {
    submit: &'a Submit,
    message: &'a SubmitMessage,
    /// Its club.
    pub club: Club<'a>,
    key: GroupKey,
    /// The lines that still belong to the group, in the order of the approval.
    pub lines: Vec<Stored<Line>>,
    /// When a person approved them.
    approved_at: Option<Timestamp>,
    /// Counts of what was done.
    pub tally: Tally,
}

impl Group<'_> {
    /// Checks whether there is anything to do, whether it is due, and whether this worker gets the lease.
    async fn look(
        &mut self,
        sent_at: Option<Timestamp>,
        look: &PlanningCache,
        deadline: Deadline,
    ) -> Result<(), GroupError> {
        if !self.read().await? {
            return Ok(());
        }
        self.wake(sent_at).await?;
        let now = self.now();
        if order::next(&self.lines, now, &BTreeSet::new()).is_none() {
            let early = order::look_at(&self.lines, now).filter(|at| *at > now && *at <= now.plus(EARLY));
            return self.later(early.map(|at| until(at, now))).await;
        }
        let pause = self.club.submissions_pause(now).await?;
        if let Some(pause) = pause.as_ref()
            && !self.has_late_lines(now).await?
        {
            return self.later(Some(until(pause.until, now))).await;
        }
        let owner = owner()?;
        if !self.club.take_group(&self.key, &owner, now, now.plus(LEASE)).await? {
            return self.later(Some(HELD)).await;
        }
        let worked = self.work(&owner, pause, look, deadline).await;
        let released = self.club.release_group(&self.key, &owner).await;
        let delay = self.delay(&worked?);
        released?;
        self.later(delay).await
    }

    /// Works on the group while holding its lease.
    async fn work(
        &mut self,
        owner: &Owner,
        pause: Option<Pause>,
        look: &PlanningCache,
        deadline: Deadline,
    ) -> Result<End, GroupError> {
        let submit = self.submit;
        let Some(worker) = Group::worker(submit, self.club, owner, deadline).await? else { return Ok(End::Idle) };
        let Some(pause) = pause else { return self.take_turns(&worker, look, deadline).await };
        self.fail_late_lines(&worker).await?;
        Ok(End::Paused(pause))
    }

    /// Whether a line is too late already; such a line does not wait for the end of a pause.
    async fn has_late_lines(&self, now: Timestamp) -> Result<bool, GroupError> {
        let (info, settings) = (self.club.info().await?, self.club.settings().await?.body);
        let Some(info) = info else { return Ok(false) };
        let lead = TimeDelta::minutes(settings.lead_minutes.into());
        let lead = Lead { zone: info.body.time_zone, now: now.utc(), lead };
        Ok(self.due().iter().any(|n| lead.is_too_late_for(&self.lines[*n].body).is_some()))
    }

    /// Reads the group's lines; `false` if the club has no such approval.
    async fn read(&mut self) -> Result<bool, GroupError> {
        let (approval, number) = (&self.message.approval, self.message.group);
        let Some(record) = self.club.approval(approval).await? else {
            tracing::warn!(approval.id = %approval, "there is no approval {approval}: its message is ignored");
            return Ok(false);
        };
        self.approved_at = Some(record.body.because.at);
        let (done, left) = record.body.lines.split_at(record.body.done.min(record.body.lines.len()));
        if left.iter().any(|line| line.group == number) {
            // The rest of the approval may free a place for these lines. Whoever works it off sends its messages.
            tracing::debug!(approval.id = %approval, done = done.len(), "approval {approval} is not worked off yet");
            return Ok(false);
        }
        let lines = self.club.lines_by_key(&record.body.group(number)).await?;
        // A line that was recalled and approved again belongs to another group.
        let place =
            |line: &Stored<Line>| line.body.submission.as_ref().filter(|s| s.group == self.key).map(|s| s.place);
        let mut lines: Vec<_> = lines.into_iter().filter_map(|line| Some((place(&line)?, line))).collect();
        lines.sort_by_key(|(place, _)| *place);
        self.lines = lines.into_iter().map(|(_, line)| line).collect();
        Ok(true)
    }

    /// Retries the lines that were exhausted in the generation that the message names, if an operator has moved the
    /// message back from the dead-letter queue. Only in that case was it sent after the line failed.
    async fn wake(&mut self, sent_at: Option<Timestamp>) -> Result<(), GroupError> {
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
                    Err(error) => left_alone(&line.body, &error),
                }
            }
        }
        Ok(())
    }

    /// What every turn needs; `None` if there is no such club.
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
            settle: TimeDelta::seconds(settings.settle_s.into()),
            lead: TimeDelta::minutes(settings.lead_minutes.into()),
            owner: owner.clone(),
            deadline,
            clock: &submit.clock,
            backoff: &submit.backoff,
        }))
    }

    /// Stores the result of a turn. A line that another worker changed concurrently is left alone for the rest of this
    /// invocation, so the loop ends.
    pub(crate) fn note(
        &mut self,
        n: usize,
        turned: Result<TurnResult, LineError>,
        alone: &mut BTreeSet<EventRef>,
    ) -> Result<Option<Pause>, GroupError> {
        match turned {
            Ok(TurnResult { line, pause }) => {
                if line.version != self.lines[n].version {
                    let status = line.body.state.status();
                    self.tally.note(status);
                    self.measure(status, &line.body);
                }
                self.lines[n] = line;
                Ok(pause)
            }
            Err(LineError::Table(error)) => Err(error.into()),
            Err(error) => {
                left_alone(&self.lines[n].body, &error);
                alone.insert(self.lines[n].body.key.event);
                Ok(None)
            }
        }
    }

    /// Counts an outcome, and how long after its approval a line was accepted.
    fn measure(&self, status: LineStatus, line: &Line) {
        telemetry::submission(outcome(status));
        telemetry::run(&line.key.run);
        if let (LineState::ApiSubmitted { at, .. }, Some(approved_at)) = (&*line.state, self.approved_at) {
            telemetry::measure(Metric::SubmissionAge, (at.0 - approved_at.0).max(0) as f64 / 1_000.0);
        }
    }

    /// When the group's next message is due. Only a worker that writes a line's due time sends a message for it, so
    /// that messages do not multiply; if nothing was written, another worker has sent one.
    fn delay(&self, end: &End) -> Option<TimeDelta> {
        let now = self.now();
        match end {
            End::OutOfTime => Some(TimeDelta::zero()),
            End::Paused(pause) => Some(until(pause.until, now)),
            End::Idle if self.tally.is_empty() => None,
            End::Idle => order::look_at(&self.lines, now).map(|at| if at > now { until(at, now) } else { HELD }),
        }
    }

    /// Sends the group's next message, if there is one to send. It names only the lines that are still in submission,
    /// not failed ones.
    async fn later(&self, delay: Option<TimeDelta>) -> Result<(), GroupError> {
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

/// The outcome of a line's submission, as a metric dimension.
fn outcome(status: LineStatus) -> &'static str {
    match status {
        LineStatus::ApiSubmitted => "accepted",
        LineStatus::ApiFailed => "failed",
        LineStatus::InDoubt => "in_doubt",
        _ => "put_back",
    }
}

fn left_alone(line: &Line, error: &LineError) {
    tracing::debug!(line.id = %line.key, %error, "line {} is skipped: {error}", line.key);
}

/// The time until a moment, rounded up to whole seconds as the queue requires.
fn until(at: Timestamp, now: Timestamp) -> TimeDelta {
    TimeDelta::seconds((at.0.saturating_sub(now.0).max(0) + 999) / 1_000)
}

/// An owner id that no other invocation has; not drawn from the seed, because two processes may share a seed.
fn owner() -> Result<Owner, BadId> {
    Owner::parse(&format!("submit-{:032x}", fastrand::Rng::new().u128(..)))
}
