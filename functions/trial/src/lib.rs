//! Queue: trials. A trial solves a changed club like a run does, and compares the result with the plan of the unchanged
//! club. Trials take no lease and have a queue of their own, so that they do not wait for nightly runs.
//!
//! # After a crash
//!
//! A trial whose worker is lost stays `running`. Its message is delivered again, and the trial is solved once more. The
//! lines that were written have the trial's key, and expire with it.

mod replay;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::answer::{Status, UnplacedKind};
use domain::callout::{Relaxation, RelaxationKind, relaxations};
use domain::club::{Club as Rules, EventIx};
use domain::json::RefusedDocument;
use domain::schedule::Schedule;
use domain::snapshot::{EventRef, Snapshot};
use domain::trial::{Comparison, Plan, Totals};
use planner::replay::ReplayError;
use planner::{Task, seen};
use runtime::messages::TrialMessage;
use runtime::records::{Outcome, RecordQueues};
use runtime::trigger::{SqsBatchResponse, SqsEvent};
use runtime::{Clock, Deadline, Environment, EnvironmentError, telemetry};
use solver::{Options, Permit, SolveError};
use store::answer::AnswerSummary;
use store::events::Place;
use store::key::ProposalKey;
use store::lines::{Line, Reasons};
use store::meter::Meter;
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;
use store::trials::{FitsIf, StaysOpen, Trial, TrialResult, TrialStart, TrialState};
use store::{Club, Table, TableError};

/// Maximum solve time of a trial that is not a replay. It is short, because a person waits for the result.
const TIME_LIMIT: Duration = Duration::from_secs(3);
/// Maximum time of both solves of a trial of the current plan: the solve of the unchanged club has what the other leaves.
const TIME_LIMIT_OF_BOTH: Duration = Duration::from_secs(5);
/// Delay of a message while another worker has the trial.
const RETRY_DELAY: Duration = Duration::from_secs(30);
/// Minimum remaining time of an invocation to begin a trial.
const MIN_TIME: Duration = Duration::from_secs(15);

/// The function with its clients.
pub struct Trials {
    table: Table,
    records: RecordQueues<TrialMessage>,
    clock: Clock,
    /// Allows one solve at a time in a process, because it takes a processor and memory.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Trials {
    /// Builds its clients.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn new(environment: &Environment) -> Result<Trials, EnvironmentError> {
        Ok(Trials {
            table: environment.table()?,
            records: RecordQueues { queue: environment.queue()?, dead_letters: environment.dead_letters()? },
            clock: environment.clock(),
            turn: Arc::default(),
        })
    }

    /// Handles a batch from the trial queue.
    ///
    /// # Errors
    /// None: failed records are part of the response.
    pub async fn handle(&self, event: SqsEvent, deadline: Deadline) -> Result<SqsBatchResponse, String> {
        Ok(self.records.work(event, |message| self.work(message, deadline)).await)
    }

    /// Handles one message.
    async fn work(&self, message: TrialMessage, deadline: Deadline) -> Outcome {
        let turn = Arc::clone(&self.turn).lock_owned();
        let permit = match tokio::time::timeout(deadline.left().saturating_sub(MIN_TIME), turn).await {
            Ok(turn) if deadline.left() >= MIN_TIME => Permit::of(turn),
            _ => return Outcome::Again { after: Duration::ZERO },
        };
        let meter = Meter::new();
        let club = self.table.club(&message.club, &meter);
        let outcome = self.attempt(club, &message, permit, deadline).await;
        telemetry::note_table_cost(&meter);
        outcome.unwrap_or_else(|error| Outcome::Failed { why: error.to_string() })
    }

    /// Takes the trial of a message, solves it and writes its result.
    ///
    /// # Errors
    /// The table failed: the message is delivered again.
    async fn attempt(
        &self,
        club: Club<'_>,
        message: &TrialMessage,
        permit: Permit,
        deadline: Deadline,
    ) -> Result<Outcome, TableError> {
        let now = self.clock.now();
        // The trial has expired, or was never written: nobody waits for it.
        let Some(read) = club.trial(&message.trial, now).await? else { return Ok(Outcome::Done) };
        match read.body.state {
            TrialState::Queued => {}
            TrialState::Running { .. } if read.body.is_lost(now) => {}
            TrialState::Running { .. } => return Ok(Outcome::Again { after: RETRY_DELAY }),
            TrialState::Done { .. } | TrialState::Failed { .. } => return Ok(Outcome::Done),
        }
        let running = Trial { state: TrialState::Running { since: now }, ..read.body };
        if !club.change_trial(read.version, &running).await? {
            return Ok(Outcome::Done);
        }
        let result = match &running.base {
            TrialStart::Replay { run } => self.replay(club, run, permit, deadline).await,
            TrialStart::Now | TrialStart::Run { .. } => self.try_change(club, &running, permit).await,
        };
        let state = match result {
            Ok(result) => TrialState::Done { at: self.clock.now(), result: Box::new(result) },
            Err(TrialFailure::Table(error @ (TableError::Busy { .. } | TableError::Contended))) => return Err(error),
            Err(failure) => {
                if failure.is_fault_of_the_program() {
                    tracing::error!(
                        alarm = "solver_failed", club.id = %club.id(), cause = %failure,
                        "trial {} failed: {failure}", running.id
                    );
                }
                TrialState::Failed { at: self.clock.now(), words: failure.words() }
            }
        };
        // If the trial's version has changed, another worker has taken it over, and that worker's result counts.
        club.change_trial(read.version + 1, &Trial { state, ..running }).await?;
        Ok(Outcome::Done)
    }

    /// Solves the changed club and compares the result with the plan of the unchanged one.
    async fn try_change(&self, club: Club<'_>, trial: &Trial, permit: Permit) -> Result<TrialResult, TrialFailure> {
        let started = Instant::now();
        let now = self.clock.now();
        let info = club.info().await?.ok_or(TrialFailure::Snapshot(SnapshotError::NoClub))?.body;
        let local = self.clock.utc().with_timezone(&info.time_zone).naive_local();
        let loaded = club.load_snapshot(local.date()).await?;
        let current = loaded.current.as_ref();
        let (snapshot, lines) = match &trial.base {
            TrialStart::Now => {
                let emergency = current.is_some_and(|current| current.emergency);
                let snapshot = if emergency { loaded.snapshot.from_today() } else { loaded.snapshot };
                (snapshot, self.seen_lines(club, current.map(|current| &current.proposal), now).await?)
            }
            TrialStart::Run { run } | TrialStart::Replay { run } => {
                let run = club.run(run).await?;
                let kept = run.and_then(|run| run.body.kept_proposal(now)).ok_or(TrialFailure::RunGone)?;
                let document = club.kept_snapshot(&kept, now).await?;
                let snapshot =
                    Snapshot::parse(&document.ok_or(TrialFailure::RunGone)?).map_err(TrialFailure::Unreadable)?;
                let lines = club.lines(&kept, now).await?;
                (snapshot, lines.into_iter().map(|line| seen::SeenLine::original(&line.body)).collect())
            }
        };
        let mut changed = trial.change.apply(&snapshot, Some(local)).map_err(TrialFailure::Refused)?;
        let is_callout = changed.callout.is_some();
        if !is_callout {
            changed.previous = seen::as_previous(&seen::places(&lines), &changed);
        } else if trial.base == TrialStart::Now {
            changed.under_way = loaded.under_way;
        }
        let is_of_current_plan = trial.base == TrialStart::Now && !is_callout;
        let task = Task {
            snapshot: changed,
            proposal: trial.proposal(),
            scheduled_ids: loaded.links.scheduled_ids,
            left_out: loaded.left_out,
            decisions: loaded.decisions,
            seen: BTreeMap::new(),
            options: Options { time_limit: TIME_LIMIT, gap: 0.0 },
            load: started.elapsed(),
            load_requests: 0,
            clock: self.clock.clone(),
            permit,
        };
        let solved = tokio::task::spawn_blocking(move || {
            let started = Instant::now();
            let unchanged = is_of_current_plan.then(|| snapshot.clone());
            let solved = solve(&task, snapshot, &lines, is_callout)?;
            let time_limit = TIME_LIMIT_OF_BOTH.saturating_sub(started.elapsed());
            let options = Options { time_limit, ..task.options };
            let unchanged = unchanged.map(|unchanged| solve_unchanged(&task.permit, &options, unchanged, &lines));
            Ok::<_, TrialFailure>((solved, unchanged.transpose()?))
        });
        let (SolvedTrial { lines, reasons, answer, comparison, open, under_way }, unchanged) = solved.await??;
        if is_of_current_plan {
            club.write_trial_lines(trial, &lines, &reasons).await?;
        }
        let current = loaded.current.map(|current| current.proposal);
        let plan_version = loaded.plan_version;
        let is_unchanged_proven = unchanged.as_ref().is_some_and(|unchanged| unchanged.is_proven);
        let without_change = unchanged.map(|unchanged| unchanged.totals);
        Ok(TrialResult {
            plan_version,
            current,
            answer,
            comparison,
            without_change,
            is_unchanged_proven,
            open,
            under_way,
            replayed: None,
        })
    }

    /// The undecided lines of a proposal, as people see them.
    async fn seen_lines(
        &self,
        club: Club<'_>,
        proposal: Option<&ProposalKey>,
        now: Timestamp,
    ) -> Result<Vec<seen::SeenLine>, TableError> {
        let Some(proposal) = proposal else { return Ok(Vec::new()) };
        Ok(seen::undecided(&club.lines(proposal, now).await?))
    }
}

/// Maximum number of faults of a change that the explanation names. The others are counted.
const FAULTS_NAMED: usize = 3;

/// Why a trial has no result.
#[derive(Debug, thiserror::Error)]
enum TrialFailure {
    /// The change does not fit the club.
    #[error("{0}")]
    Refused(RefusedDocument),
    /// There is no such run, it has no proposal, or its lines or archived documents are past retention.
    #[error("the run or its data are not there")]
    RunGone,
    /// This version cannot read the archived snapshot of the run.
    #[error("the archived snapshot cannot be read: {0}")]
    Unreadable(RefusedDocument),
    /// The run has no record of its inputs and its answer: it is older than such records, or no solver made its lines.
    #[error("the run has no record of its inputs and its answer")]
    NotRecorded,
    /// The archived snapshot or answer cannot be read, or does not have the digest that the run recorded.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The club does not exist or is still being loaded, or its data kept changing.
    #[error(transparent)]
    Snapshot(SnapshotError),
    /// The solver failed, or its schedule did not pass the checker.
    #[error(transparent)]
    Solver(#[from] SolveError),
    /// The solver's thread panicked or was cancelled.
    #[error("the solver's thread failed: {0}")]
    Broken(#[from] tokio::task::JoinError),
    /// A request to the table failed. After a temporary error the trial is tried again.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<SnapshotError> for TrialFailure {
    fn from(error: SnapshotError) -> TrialFailure {
        match error {
            SnapshotError::Table(error) => TrialFailure::Table(error),
            error => TrialFailure::Snapshot(error),
        }
    }
}

impl TrialFailure {
    /// The explanation for a manager.
    fn words(&self) -> String {
        match self {
            TrialFailure::Refused(RefusedDocument(faults)) => {
                let mut named: Vec<String> = faults.iter().take(FAULTS_NAMED).map(ToString::to_string).collect();
                if faults.len() > FAULTS_NAMED {
                    named.push(format!("and {} more", faults.len() - FAULTS_NAMED));
                }
                format!("The club cannot be changed like this: {}.", named.join("; "))
            }
            TrialFailure::RunGone => {
                "There is no such run, it has no lines, or its data are no longer kept.".to_owned()
            }
            TrialFailure::NotRecorded => {
                "That run has no record of its inputs: it is too old, or a person made its lines.".to_owned()
            }
            TrialFailure::Replay(ReplayError::OtherDigest { document, .. }) => {
                format!("The archived {document} is not the one that the run recorded, so the run is not replayed.")
            }
            TrialFailure::Snapshot(SnapshotError::KeptChanging) => {
                "The club's data kept changing while they were read. Try again in a moment.".to_owned()
            }
            TrialFailure::Snapshot(_) => "The club is not there, or its data are still being loaded.".to_owned(),
            TrialFailure::Table(_) => {
                "The data of this club could not be read or written. This is a fault of the program.".to_owned()
            }
            TrialFailure::Unreadable(_) | TrialFailure::Replay(_) => {
                "The archived data of that run cannot be read. That is a fault of the program.".to_owned()
            }
            TrialFailure::Solver(_) | TrialFailure::Broken(_) => {
                "The solver failed. That is a fault of the program, not of the club's data.".to_owned()
            }
        }
    }

    /// Whether somebody must look for a bug or for damaged data.
    fn is_fault_of_the_program(&self) -> bool {
        matches!(
            self,
            TrialFailure::Solver(_)
                | TrialFailure::Broken(_)
                | TrialFailure::Unreadable(_)
                | TrialFailure::Replay(_)
                | TrialFailure::Table(_)
        )
    }
}

/// A solved trial.
struct SolvedTrial {
    lines: Vec<Line>,
    reasons: Vec<Reasons>,
    answer: AnswerSummary,
    comparison: Comparison,
    open: Vec<StaysOpen>,
    under_way: Vec<String>,
}

/// A run of the unchanged club.
struct SolvedUnchanged {
    totals: Totals,
    /// Whether no better plan is possible.
    is_proven: bool,
}

/// A run of the unchanged club now, which keeps what people saw among the best plans. It blocks.
fn solve_unchanged(
    permit: &Permit,
    options: &Options,
    mut unchanged: Snapshot,
    seen: &[seen::SeenLine],
) -> Result<SolvedUnchanged, TrialFailure> {
    unchanged.previous = seen::as_previous(&seen::places(seen), &unchanged);
    let club = Rules::new(unchanged);
    let proposal = solver::solve_under(permit, &club, options, &|_| {})?;
    let is_proven = matches!(proposal.status, Status::Optimal | Status::NothingToDo);
    Ok(SolvedUnchanged { totals: Plan::proposed(&proposal.schedule).totals().clone(), is_proven })
}

/// Solves the task and compares the result with the plan of the unchanged club. It blocks.
fn solve(
    task: &Task,
    before: Snapshot,
    seen: &[seen::SeenLine],
    is_callout: bool,
) -> Result<SolvedTrial, TrialFailure> {
    let before_club = Rules::new(before);
    let before = if is_callout {
        // A call-out changes posted schedules, so these are compared.
        Plan::proposed(&Schedule::as_posted(&before_club))
    } else {
        let starts = seen::places(seen).into_iter().map(|(event, place)| (event, (place.start, place.block)));
        Plan::of(&seen::as_schedule(&before_club, seen), &starts.collect())
    };
    let (solved, (after, open, under_way)) = planner::solve_with(task, &|_, _| {}, |proposal, answer| {
        let mut schedule = proposal.schedule.clone();
        let dropped = answer.unplaced.iter().filter(|u| u.kind == UnplacedKind::Dropped);
        let open: Vec<StaysOpen> = dropped
            .map(|unplaced| StaysOpen {
                event: unplaced.event_ref,
                text: unplaced.reason.text.clone(),
                rules: unplaced.reason.rules.iter().map(|rule| (*rule).to_owned()).collect(),
                fits_if: fits_if(&mut schedule, unplaced.event_ref),
            })
            .collect();
        (Plan::proposed(&proposal.schedule), open, under_way_words(proposal.schedule.club()))
    })?;
    let comparison = Comparison::new(&before, &after);
    let places_before: BTreeMap<_, _> =
        comparison.lines.iter().map(|line| (line.event_ref_num, line.before.clone())).collect();
    let lines = solved.lines.into_iter().map(|line| match places_before.get(&line.key.event) {
        Some(before) => line.edited_from(before.clone().map(|spot| Place {
            employee_id: spot.employee_id,
            start: spot.start,
            block: spot.block,
        })),
        None => line,
    });
    let (reasons, answer) = (solved.reasons, solved.answer);
    Ok(SolvedTrial { lines: lines.collect(), reasons, answer, comparison, open, under_way })
}

/// The absent person's schedules that cannot be covered before Crossmark has answered, in sentences.
fn under_way_words(club: &Rules) -> Vec<String> {
    let words = |(event, on_its_way): (EventIx, EventIx)| {
        let title = |event: EventIx| club.event(event).title();
        match event == on_its_way {
            true => format!("{} is on its way to Crossmark: wait for the answer, then cover it", title(event)),
            false => {
                format!("{} cannot be covered yet: {} is on its way to Crossmark", title(event), title(on_its_way))
            }
        }
    };
    club.under_way_of_absent().into_iter().map(words).collect()
}

/// Maximum number of relaxations that are named for an event that stays open.
const MAX_RELAXATIONS: usize = 3;

/// The smallest relaxations of rules or starts with which somebody could work an event.
fn fits_if(schedule: &mut Schedule, event: EventRef) -> Vec<FitsIf> {
    let Some(event) = schedule.club().find(event) else { return Vec::new() };
    let found = relaxations(schedule, event, MAX_RELAXATIONS).into_iter();
    let club = schedule.club();
    found
        .map(|Relaxation { person, day, kind, text }| {
            let (rule, start) = match kind {
                RelaxationKind::Rule(rule) => (Some(rule.id().to_owned()), None),
                RelaxationKind::Start(start) => (None, Some(start)),
            };
            FitsIf { employee_id: club.person(person).id.clone(), date: club.day(day).date, rule, start, text }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::json::Fault;

    use super::*;

    #[test]
    fn an_unchanged_club_that_is_not_solved_in_time_is_not_proven() {
        let snapshot = Snapshot::parse(include_bytes!("../../../events/club-sample.json")).expect("a snapshot");
        let options = Options { time_limit: Duration::ZERO, gap: 0.0 };
        let solved = solve_unchanged(&Permit::none(), &options, snapshot, &[]).expect("solved");
        assert!(!solved.is_proven, "nothing was left of the time of both solves");
    }

    #[test]
    fn a_refused_change_names_three_faults_and_counts_the_others() {
        let fault = |n: usize| Fault {
            path: format!("$.weights.w{n}"),
            found: "9".to_owned(),
            expected: "at most 5".to_owned(),
        };
        for (count, rest) in
            [(1, "w0: found 9, expected at most 5."), (3, "."), (4, "; and 1 more."), (9, "; and 6 more.")]
        {
            let words = TrialFailure::Refused(RefusedDocument((0..count).map(fault).collect())).words();
            assert!(words.ends_with(rest), "{words}");
            assert_eq!(words.matches("found 9").count(), count.min(3), "{words}");
            assert_eq!(words.contains("more"), count > 3, "{words}");
        }
    }
}
