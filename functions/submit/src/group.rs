//! One message: the group that it names is looked at, taken by one worker, worked turn by turn, and given back. What is
//! left waits for a message of its own; the table says what for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use crossmark::ReadError;
use domain::snapshot::EventRef;
use runtime::Deadline;
use runtime::messages::SubmitMessage;
use runtime::queue::Unsent;
use runtime::records::Outcome;
use runtime::telemetry::{self, Metric};
use store::audit::Because;
use store::key::{BadId, Owner};
use store::lines::{Line, LineError};
use store::meter::Meter;
use store::stamp::Timestamp;
use store::states::{Cause, GroupKey, LineState, LineStatus};
use store::submission::Pause;
use store::{Club, Stored, TableError};

use crate::Submit;
use crate::line::{LEASE, Turned, Worker, away};
use crate::numbers::Numbers;
use crate::order::{self, Turn};
use crate::upstream::{Look, Seen};
use crate::words;

/// No call begins with less time than this: a call, and time to write down what came of it.
const ENOUGH: Duration = Duration::from_secs(45);
/// When a group that another works on is looked at again.
const HELD: TimeDelta = TimeDelta::seconds(30);
/// A message that comes so little too early waits for its line; one that comes earlier is not the line's own.
const EARLY: TimeDelta = TimeDelta::seconds(15);

/// Works on the group of one message.
pub(crate) async fn work(
    submit: &Submit,
    message: &SubmitMessage,
    sent_at: Option<Timestamp>,
    look: &Look,
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

/// What is in the way of a whole group; passing, all of it.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] Unsent),
    #[error(transparent)]
    Owner(#[from] BadId),
}

/// What was done, by what became of the lines.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    accepted: u32,
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
enum End {
    /// Nothing more can be done now.
    Idle,
    /// This invocation has no time for another call.
    OutOfTime,
    /// Crossmark cannot be reached or refuses the login.
    Paused(Pause),
}

struct Group<'a> {
    submit: &'a Submit,
    message: &'a SubmitMessage,
    club: Club<'a>,
    key: GroupKey,
    /// The lines of the group that are still its own, in the order of the approval.
    lines: Vec<Stored<Line>>,
    /// When a person approved them.
    approved_at: Option<Timestamp>,
    tally: Tally,
}

impl Group<'_> {
    /// Sees whether there is anything to do, and whether this is the time and the worker for it.
    async fn look(&mut self, sent_at: Option<Timestamp>, look: &Look, deadline: Deadline) -> Result<(), Trouble> {
        if !self.read().await? {
            return Ok(());
        }
        self.wake(sent_at).await?;
        let now = self.now();
        if order::next(&self.lines, now, &BTreeSet::new()).is_none() {
            let early = order::look_at(&self.lines, now).filter(|at| *at > now && *at <= now.plus(EARLY));
            return self.later(early.map(|at| until(at, now))).await;
        }
        if let Some(pause) = self.club.submissions_pause(now).await? {
            return self.later(Some(until(pause.until, now))).await;
        }
        let owner = owner()?;
        if !self.club.take_group(&self.key, &owner, now, now.plus(LEASE)).await? {
            return self.later(Some(HELD)).await;
        }
        let worked = self.take_turns(&owner, look, deadline).await;
        let released = self.club.release_group(&self.key, &owner).await;
        let delay = self.delay(&worked?);
        released?;
        self.later(delay).await
    }

    /// Reads the group's lines; `false` where the club has no such approval.
    async fn read(&mut self) -> Result<bool, Trouble> {
        let (approval, number) = (&self.message.approval, self.message.group);
        let Some(record) = self.club.approval(approval).await? else {
            tracing::warn!(approval.id = %approval, "there is no approval {approval}, so its message is for nobody");
            return Ok(false);
        };
        self.approved_at = Some(record.body.because.at);
        let (done, left) = record.body.lines.split_at(record.body.done.min(record.body.lines.len()));
        if left.iter().any(|line| line.group == number) {
            // What another line vacates may be among those. Whoever works the approval off sends its messages.
            tracing::debug!(approval.id = %approval, done = done.len(), "approval {approval} is not worked off yet");
            return Ok(false);
        }
        let lines = self.club.lines_by_key(&record.body.group(number)).await?;
        // A line that was recalled and approved again belongs to another group by now.
        let place =
            |line: &Stored<Line>| line.body.submission.as_ref().filter(|s| s.group == self.key).map(|s| s.place);
        let mut lines: Vec<_> = lines.into_iter().filter_map(|line| Some((place(&line)?, line))).collect();
        lines.sort_by_key(|(place, _)| *place);
        self.lines = lines.into_iter().map(|(_, line)| line).collect();
        Ok(true)
    }

    /// Approves again what was exhausted in the generation that the message names, where an operator has moved it back
    /// from the dead-letter queue: only then was it sent after the line failed.
    async fn wake(&mut self, sent_at: Option<Timestamp>) -> Result<(), Trouble> {
        let Some(sent_at) = sent_at else { return Ok(()) };
        let because = Because::new("redrive", self.now(), "its message was moved back from the dead-letter queue");
        for line in &mut self.lines {
            let generation = line.body.submission.as_ref().map(|s| s.generation);
            let named = self.message.generations.get(&line.body.key.event.0).copied();
            let LineState::ApiFailed { at, cause: Cause::Exhausted, .. } = line.body.state else { continue };
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

    /// Takes turns until there are none.
    async fn take_turns(&mut self, owner: &Owner, look: &Look, deadline: Deadline) -> Result<End, Trouble> {
        let Some(numbers) = Numbers::read(&self.club).await? else { return Ok(End::Idle) };
        let settings = self.club.settings().await?.body;
        let worker = Worker {
            club: self.club,
            crossmark: self.submit.crossmark.club(self.club.id().as_str(), numbers.zone()),
            numbers,
            settle: TimeDelta::seconds(settings.settle_s.into()),
            owner: owner.clone(),
            deadline,
            clock: &self.submit.clock,
            backoff: &self.submit.backoff,
        };
        if let Some(end) = self.look_upstream(&worker, look).await? {
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
                Turn::Send => worker.send(line).await,
                Turn::Fail(base) => worker.fail_unsent(line, Cause::DependencyFailed, &words::base_failed(base)).await,
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

    /// Before the first send of lines, fails those whose events changed at Crossmark meanwhile.
    async fn look_upstream(&mut self, worker: &Worker<'_>, look: &Look) -> Result<Option<End>, Trouble> {
        for n in self.due_for_a_look() {
            let line = &self.lines[n];
            let limit = worker.deadline.left().saturating_sub(ENOUGH);
            let looking = look.at(&worker.crossmark, self.club.id(), &line.body, &worker.numbers);
            let turned = match tokio::time::timeout(limit, looking).await {
                Err(_) => return Ok(Some(End::OutOfTime)),
                Ok(Ok(Seen::AsExpected)) => continue,
                Ok(Ok(Seen::Changed(words))) => worker.fail_unsent(line, Cause::ChangedUpstream, &words).await,
                Ok(Ok(Seen::OldId(id))) => worker.learn_old_id(line, id).await,
                Ok(Err(error)) => return self.not_seen(worker, &error).await,
            };
            self.note(n, turned, &mut BTreeSet::new())?;
        }
        Ok(None)
    }

    /// What changed cannot be read for one line, so that nothing of the group is begun: it goes out together. It is looked
    /// at again, ever later.
    async fn not_seen(&mut self, worker: &Worker<'_>, error: &ReadError) -> Result<Option<End>, Trouble> {
        tracing::warn!(%error, "what changed at Crossmark cannot be read: {error}");
        if let Some(words) = away(error) {
            return Ok(Some(End::Paused(self.club.pause_submissions(&worker.because(&words)).await?)));
        }
        let due = self.due_for_a_look();
        let unread = due.iter().filter_map(|n| Some(self.lines[*n].body.submission.as_ref()?.unread)).max();
        let next = worker.next_look(unread.unwrap_or_default(), error);
        for n in due {
            let turned = worker.look_again(&self.lines[n], error, next).await;
            self.note(n, turned, &mut BTreeSet::new())?;
        }
        Ok(None)
    }

    /// The lines that would be sent for the first time now.
    fn due_for_a_look(&self) -> Vec<usize> {
        let now = self.now();
        let is_due = |line: &Line| order::is_fresh(line) && line.state.look_at().is_some_and(|at| at <= now);
        (0..self.lines.len()).filter(|n| is_due(&self.lines[*n].body)).collect()
    }

    /// Keeps what a turn came to. A line that somebody else was faster with is left alone for the rest of this
    /// invocation, so that every turn brings the end nearer.
    fn note(
        &mut self,
        n: usize,
        turned: Result<Turned, LineError>,
        alone: &mut BTreeSet<EventRef>,
    ) -> Result<Option<Pause>, Trouble> {
        match turned {
            Ok(Turned { line, pause }) => {
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
        if let (LineState::ApiSubmitted { at, .. }, Some(approved_at)) = (&line.state, self.approved_at) {
            telemetry::measure(Metric::SubmissionAge, (at.0 - approved_at.0).max(0) as f64 / 1_000.0);
        }
    }

    /// When the group's next message is due. Whoever writes when a line must be looked at sends the message for it, so
    /// that messages do not breed: where nothing was written, somebody else has sent one.
    fn delay(&self, end: &End) -> Option<TimeDelta> {
        let now = self.now();
        match end {
            End::OutOfTime => Some(TimeDelta::zero()),
            End::Paused(pause) => Some(until(pause.until, now)),
            End::Idle if self.tally.is_empty() => None,
            End::Idle => order::look_at(&self.lines, now).map(|at| if at > now { until(at, now) } else { HELD }),
        }
    }

    /// Sends the group's next message, where there is one to send. It names only lines that are on their way now: what
    /// failed meanwhile is not its business.
    async fn later(&self, delay: Option<TimeDelta>) -> Result<(), Trouble> {
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

    fn now(&self) -> Timestamp {
        self.submit.clock.now()
    }
}

/// What a line's way has come to, for those who watch.
fn outcome(status: LineStatus) -> &'static str {
    match status {
        LineStatus::ApiSubmitted => "accepted",
        LineStatus::ApiFailed => "failed",
        LineStatus::InDoubt => "in_doubt",
        _ => "put_back",
    }
}

fn left_alone(line: &Line, error: &LineError) {
    tracing::debug!(line.id = %line.key, %error, "line {} is left alone: {error}", line.key);
}

/// The time until a moment, in whole seconds as the queue counts, never short of it.
fn until(at: Timestamp, now: Timestamp) -> TimeDelta {
    TimeDelta::seconds((at.0.saturating_sub(now.0).max(0) + 999) / 1_000)
}

/// An owner that no other invocation has, whatever its seed: two processes with one seed must not pass for each other.
fn owner() -> Result<Owner, BadId> {
    Owner::parse(&format!("submit-{:032x}", fastrand::Rng::new().u128(..)))
}
