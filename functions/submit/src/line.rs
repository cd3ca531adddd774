//! One turn of a line: take the line, make its one call and write the outcome; or fail it without a call, mark it as in
//! doubt, postpone it, or read back the effect of its call.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use crossmark::{
    DeleteOutcome, DeleteReadBack, EnteredValues, LoginError, NotTaken, ReadBack, ReadError, Readings, ScheduleOutcome,
};
use runtime::telemetry::{self, Metric};
use runtime::{Clock, Deadline};
use store::audit::Because;
use store::key::{Owner, ScheduledEventId};
use store::lead::{Lead, TooLate};
use store::lines::{Line, LineError};
use store::stamp::Timestamp;
use store::states::{AttemptEnd, Cause, LineState, Step, Submission};
use store::submission::{Pause, PauseReason, Reporter, TakenLine};
use store::{Club, Stored};

use crate::backoff::Backoff;
use crate::numbers::{Call, CannotCall, Numbers, plan_id};
use crate::settle::{self, CallOutcome, Wait};
use crate::upstream::listed_day;
use crate::words;

/// This function's name in the audit trail.
const WHO: &str = "muster submit";
/// Duration of a worker's lease of a line or a group: longer than the function's time limit and the client's time-out
/// together.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(180);
/// Minimum time from the start of a call to the end of the lease, or of the invocation: the client's time-out, and the
/// write of the outcome.
const CALL_RESERVE: Duration = Duration::from_secs(40);
/// Maximum number of failed reads of an event before its call, and of failed read-backs of a call.
const MAX_READS: u32 = 20;

/// The dependencies of all turns in one invocation for a group.
pub(crate) struct Worker<'a> {
    /// The club in the table.
    pub club: Club<'a>,
    /// The club at Crossmark.
    pub crossmark: crossmark::CrossmarkClub,
    /// Crossmark's numbers of the club and its people.
    pub numbers: Numbers,
    /// Whether the club uses the rulebook's list of event types that are fixed to their start date.
    pub types_are_fixed: bool,
    /// The time after a call with unknown outcome before it is read back.
    pub settle_time: TimeDelta,
    /// The minimum time between sending a line and its start, in minutes.
    pub lead_minutes: u32,
    /// The holder of the leases of this invocation.
    pub owner: Owner,
    /// The deadline of this invocation.
    pub deadline: Deadline,
    pub clock: &'a Clock,
    pub backoff: &'a Backoff,
}

/// The result of a turn.
pub(crate) struct TurnResult {
    /// The line after the turn.
    pub line: Stored<Line>,
    /// The pause that the turn started, because Crossmark cannot be reached or refuses the login.
    pub pause: Option<Pause>,
}

impl Worker<'_> {
    /// Takes a line and makes the call of its step. The call must begin before `fresh_until`, because the check of the
    /// line's event is valid until then.
    ///
    /// # Errors
    /// Another worker or a person has changed the line, or the table cannot be used.
    pub async fn send(&self, line: &Stored<Line>, fresh_until: DateTime<Utc>) -> Result<TurnResult, LineError> {
        let submission = submission(&line.body)?;
        match self.numbers.call(&line.body, submission.step) {
            Ok(call) => {
                let (taken, read) = self.take(line, submission).await?;
                let send_by = self.send_by(&read.body, submission.step, fresh_until);
                let outcome = self.call(call, send_by).await;
                settle::record(self, Reporter::Worker(&taken), &read.body, outcome).await
            }
            Err(CannotCall(words)) => self.fail_unsent(line, Cause::NotLegal, &words).await,
        }
    }

    /// Fails a line without a call. If the new schedule of a move is not sent after its old one was taken back, the line
    /// does not fail yet: its next step is the restore.
    ///
    /// # Errors
    /// Another worker or a person has changed the line, or the table cannot be used.
    pub async fn fail_unsent(&self, line: &Stored<Line>, cause: Cause, words: &str) -> Result<TurnResult, LineError> {
        let submission = submission(&line.body)?;
        if settle::has_lost_its_place(&line.body) {
            let (taken, read) = self.take(line, submission).await?;
            let ended = AttemptEnd::NotTaken { words: words.to_owned() };
            return settle::give_up(self, Reporter::Worker(&taken), &read.body, cause, ended, words)
                .await
                .map(TurnResult::of);
        }
        let (because, generation) = (self.because(words), submission.generation);
        let failed = self.club.fail_unsent(&line.body.key, generation, cause, words, &self.owner, &because).await;
        failed.map(TurnResult::of)
    }

    /// Why it is too late for the next call of a line, if it is.
    pub fn too_late(&self, line: &Line) -> Option<TooLate> {
        self.lead().too_late_for_next_step(line)
    }

    fn lead(&self) -> Lead {
        Lead::new(self.numbers.zone(), self.clock.utc(), self.lead_minutes)
    }

    /// When a line's event is read from Crossmark again, after another failed read.
    pub fn next_read(&self, line: &Line, error: &ReadError) -> Timestamp {
        let unread = line.submission.as_ref().map_or(0, |s| s.failed_reads);
        self.clock.now().plus(self.backoff.after(unread, error.retry_after()))
    }

    /// Postpones a line because its event could not be read before its call. After [`MAX_READS`] failed reads, fails it as
    /// exhausted instead. Makes no call in either case.
    ///
    /// # Errors
    /// Another worker or a person has changed the line, or the table cannot be used.
    pub async fn postpone(
        &self,
        line: &Stored<Line>,
        error: &ReadError,
        next: Timestamp,
    ) -> Result<TurnResult, LineError> {
        let submission = submission(&line.body)?;
        if submission.failed_reads + 1 >= MAX_READS {
            return self.fail_unsent(line, Cause::Exhausted, &words::never_read(MAX_READS, &error.to_string())).await;
        }
        let because = self.because("its event could not be read at Crossmark");
        self.club.postpone_line(&line.body.key, submission.generation, next, &because).await.map(TurnResult::of)
    }

    /// Stores Crossmark's number of the schedule that a line takes back.
    ///
    /// # Errors
    /// Another worker or a person has changed the line, or the table cannot be used.
    pub async fn learn_old_id(&self, line: &Stored<Line>, id: ScheduledEventId) -> Result<TurnResult, LineError> {
        let generation = submission(&line.body)?.generation;
        self.club.learn_old_id(&line.body.key, generation, id).await.map(TurnResult::of)
    }

    /// Marks a line as in doubt because its worker was lost. A call of that worker may take effect until the settle time
    /// after the expiry of its lease, so the line is read back after that.
    ///
    /// # Errors
    /// No worker has the line, another worker has changed it, or the table cannot be used.
    pub async fn lapse(&self, line: &Stored<Line>) -> Result<TurnResult, LineError> {
        let LineState::Submitting { lease_until, .. } = *line.body.state else {
            return Err(LineError::NotForThisWorker);
        };
        let because = self.because("its worker was lost");
        self.club.lapse_line(&line.body.key, lease_until.plus(self.settle_time), &because).await.map(TurnResult::of)
    }

    /// Reads back the effect of the call of a line in doubt.
    ///
    /// # Errors
    /// Another worker or a person has changed the line, or the table cannot be used.
    pub async fn read_back(&self, line: &Stored<Line>) -> Result<TurnResult, LineError> {
        let submission = submission(&line.body)?;
        let reporter = Reporter::Reader { key: &line.body.key, generation: submission.generation };
        let outcome = match self.readings(&line.body).await {
            Ok(readings) => match self.judge(&line.body, submission.step, &readings) {
                Ok(outcome) => outcome,
                Err(CannotCall(words)) => CallOutcome::Conflict { words },
            },
            Err(NoReadings::Impossible(CannotCall(words))) => CallOutcome::Conflict { words },
            Err(NoReadings::Failed(error)) => return self.not_read(line, reporter, &error).await,
        };
        settle::record(self, reporter, &line.body, outcome).await
    }

    /// Starts a pause of the club's submissions.
    ///
    /// # Errors
    /// The table cannot be used.
    pub async fn pause(&self, why: &Unavailable) -> Result<Pause, LineError> {
        Ok(self.club.pause_submissions(why.reason, why.not_before, &self.because(&why.words)).await?)
    }

    /// Who changes something, when and why, for the audit trail: this function, now, for this reason.
    pub fn because(&self, why: &str) -> Because {
        Because::new(WHO, self.clock.now(), why)
    }

    /// Takes a line for the call of its step.
    async fn take(&self, line: &Stored<Line>, submission: &Submission) -> Result<(TakenLine, Stored<Line>), LineError> {
        let because = self.because(match submission.step {
            Step::Delete => "the old schedule is taken back",
            Step::Schedule => "it is scheduled",
            Step::Restore => "the old placement is scheduled again",
        });
        let until = because.at.plus(LEASE);
        self.club.take_line(&line.body.key, Some(submission.generation), &self.owner, until, &because).await
    }

    /// The latest time for the call: there must be time to write the outcome, the check of the event must still be valid,
    /// and the line must not be too late.
    fn send_by(&self, line: &Line, step: Step, fresh_until: DateTime<Utc>) -> DateTime<Utc> {
        let reserve = TimeDelta::from_std(CALL_RESERVE).unwrap_or_default();
        let left = TimeDelta::from_std(self.deadline.left()).unwrap_or(TimeDelta::MAX);
        let now = self.clock.utc();
        let end = now.checked_add_signed(left).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let written = match *line.state {
            LineState::Submitting { lease_until, .. } => end.min(lease_until.utc()) - reserve,
            _ => end - reserve,
        };
        let in_time = self.lead().send_by(line, step);
        written.min(fresh_until).min(in_time.unwrap_or(fresh_until))
    }

    /// Makes a call, and measures its duration.
    async fn call(&self, call: Call, send_by: DateTime<Utc>) -> CallOutcome {
        let began = Instant::now();
        let outcome = self.call_unmeasured(call, send_by).await;
        telemetry::measure(Metric::CrossmarkLatency, began.elapsed().as_secs_f64() * 1_000.0);
        outcome
    }

    async fn call_unmeasured(&self, call: Call, send_by: DateTime<Utc>) -> CallOutcome {
        match call {
            Call::Schedule(placement) => match self.crossmark.schedule(&placement, send_by).await {
                ScheduleOutcome::Accepted { id } => CallOutcome::Done { id: Some(ScheduledEventId(id.get())) },
                ScheduleOutcome::Refused { words } => CallOutcome::Refused { words },
                ScheduleOutcome::NotTaken { why, retry_after } => not_taken(why, retry_after),
                ScheduleOutcome::Unknown { why } => CallOutcome::Unknown { words: why.to_string() },
            },
            Call::Delete(id) => match self.crossmark.delete(id, send_by).await {
                DeleteOutcome::Deleted => CallOutcome::Done { id: None },
                DeleteOutcome::Refused { words } => CallOutcome::Refused { words },
                DeleteOutcome::NotTaken { why, retry_after } => not_taken(why, retry_after),
                DeleteOutcome::Unknown { why } => CallOutcome::Unknown { words: why.to_string() },
            },
        }
    }

    /// The values that people entered for the line's event because Crossmark's row has no usable ones. Empty if there
    /// are none, or if the table cannot be read.
    pub async fn entered_values(&self, line: &Line) -> EnteredValues {
        let event = self.club.event(line.key.event).await.ok().flatten();
        let stored = event.map(|event| event.body.correction.entered).unwrap_or_default();
        EnteredValues { name: stored.name, start: stored.start, due: stored.due }
    }

    /// Reads what Crossmark shows of a line's event.
    async fn readings(&self, line: &Line) -> Result<Readings, NoReadings> {
        let (event, location) = (plan_id(line)?, self.numbers.location()?);
        let step = submission(line).map_or(Step::Schedule, |s| s.step);
        let entered = self.entered_values(line).await;
        let reading = self.crossmark.read_back(event, location, listed_day(line, step), &entered);
        // A read may be cancelled, because it changes nothing. There must be time left to write the outcome.
        let limit = self.deadline.left().saturating_sub(CALL_RESERVE / 4);
        let read = tokio::time::timeout(limit, reading).await;
        Ok(read.unwrap_or(Err(ReadError::Lost(crossmark::Doubt::TimedOut)))?)
    }

    /// The outcome of the call of a step, according to a read-back.
    fn judge(&self, line: &Line, step: Step, readings: &Readings) -> Result<CallOutcome, CannotCall> {
        let not_taken = || CallOutcome::NotTaken { words: "it did not take effect".to_owned(), wait: Wait::None };
        Ok(match step {
            Step::Delete => match readings.delete(Numbers::old_id(line)?) {
                DeleteReadBack::Gone => CallOutcome::Done { id: None },
                DeleteReadBack::StillThere => not_taken(),
                DeleteReadBack::Conflict { what } => CallOutcome::Conflict { words: what.to_string() },
            },
            Step::Schedule | Step::Restore => {
                let placement = self.numbers.placement(line, step)?;
                match readings.schedule(placement.employee, placement.start) {
                    ReadBack::Taken { id } => CallOutcome::Done { id: Some(ScheduledEventId(id.get())) },
                    ReadBack::NotTaken => not_taken(),
                    ReadBack::Conflict { what } => CallOutcome::Conflict { words: what.to_string() },
                }
            }
        })
    }

    /// Handles a failed read-back: the line stays in doubt until a later one. After [`MAX_READS`] failed read-backs it
    /// fails as a conflict, for a person to decide.
    async fn not_read(
        &self,
        line: &Stored<Line>,
        reporter: Reporter<'_>,
        error: &ReadError,
    ) -> Result<TurnResult, LineError> {
        let LineState::InDoubt { reads, .. } = *line.body.state else { return Err(LineError::NotForThisWorker) };
        if let Some(why) = unavailable(error) {
            let pause = self.pause(&why).await?;
            return Ok(TurnResult { line: line.clone(), pause: Some(pause) });
        }
        if reads + 1 >= MAX_READS {
            let words = format!("{MAX_READS} read-backs failed; the last one: {error}");
            return settle::record(self, reporter, &line.body, CallOutcome::Conflict { words }).await;
        }
        let next = self.clock.now().plus(self.backoff.after(reads, error.retry_after()));
        let because = self.because("its outcome could not be read back");
        self.club.postpone_read_back(&line.body.key, next, &because).await.map(TurnResult::of)
    }
}

impl TurnResult {
    /// The result of a turn that started no pause.
    pub fn of(line: Stored<Line>) -> TurnResult {
        TurnResult { line, pause: None }
    }
}

/// Why there are no readings.
enum NoReadings {
    /// A number that the read-back needs is missing.
    Impossible(CannotCall),
    /// Crossmark could not be read.
    Failed(ReadError),
}

impl From<CannotCall> for NoReadings {
    fn from(error: CannotCall) -> NoReadings {
        NoReadings::Impossible(error)
    }
}

impl From<ReadError> for NoReadings {
    fn from(error: ReadError) -> NoReadings {
        NoReadings::Failed(error)
    }
}

/// Why no line can be sent to Crossmark now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unavailable {
    pub reason: PauseReason,
    pub words: String,
    /// When the next login may be tried, after a refused one.
    pub not_before: Option<Timestamp>,
}

impl Unavailable {
    fn unreachable(words: String) -> Unavailable {
        Unavailable { reason: PauseReason::Unreachable, words, not_before: None }
    }

    /// After a failed login. A refused login needs a person; one that could not be tried does not. A request to wait does
    /// not mean that Crossmark is unavailable.
    fn after_login(login: &LoginError, words: String) -> Option<Unavailable> {
        match login {
            LoginError::Busy { .. } => None,
            LoginError::Refused { until } => {
                Some(Unavailable { reason: PauseReason::LoginRefused, words, not_before: Some((*until).into()) })
            }
            lasting if lasting.is_lasting() => {
                Some(Unavailable { reason: PauseReason::LoginRefused, words, not_before: None })
            }
            _ => Some(Unavailable::unreachable(words)),
        }
    }
}

/// Why no line can be sent to Crossmark now; `None` if the error is about one line only.
pub(crate) fn unavailable(error: &ReadError) -> Option<Unavailable> {
    match error {
        ReadError::Unreachable => Some(Unavailable::unreachable(error.to_string())),
        ReadError::Login(login) => Unavailable::after_login(login, error.to_string()),
        _ => None,
    }
}

/// The outcome of a call that is known to have had no effect.
fn not_taken(why: NotTaken, asked: Option<Duration>) -> CallOutcome {
    let words = why.to_string();
    let unavailable = match &why {
        NotTaken::Unreachable => Some(Unavailable::unreachable(words.clone())),
        NotTaken::Login(login) => Unavailable::after_login(login, words.clone()),
        NotTaken::Busy | NotTaken::TooLate => None,
    };
    match (unavailable, why) {
        (Some(why), _) => CallOutcome::Unavailable(why),
        (None, NotTaken::TooLate) => CallOutcome::TooLate { words },
        (None, _) => CallOutcome::NotTaken { words, wait: Wait::Growing { asked } },
    }
}

fn submission(line: &Line) -> Result<&Submission, LineError> {
    line.submission.as_ref().ok_or(LineError::NotForThisWorker)
}
