//! Cron: finds unfinished work and finishes it, or sends its message again; sends the morning message; counts the numbers.
//!
//! The sweep works from the table alone, and every write is conditional: two concurrent sweeps, or a sweep and a slow
//! worker, change nothing twice. They may send a message twice, which does no harm.
//!
//! This function must never call Crossmark, or decide what a person decides.

mod approvals;
mod doubt;
mod erasures;
mod lines;
mod morning;
mod nights;
mod numbers;
mod runs;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use desk::ClubCache;
use runtime::messages::{RunMessage, SubmitMessage};
use runtime::notices::Notices;
use runtime::queue::Queue;
use runtime::telemetry::{self, Metric};
use runtime::trigger::{Response, Tick};
use runtime::{Clock, Deadline, Environment, EnvironmentError};
use serde::Serialize;
use store::audit::Because;
use store::documents::ClubListing;
use store::key::ApprovalId;
use store::meter::Meter;
use store::stamp::Timestamp;
use store::{Club, Table};

/// This function's name in the audit trail.
const WHO: &str = "muster sweep";
/// Interval of the schedule, in minutes.
const INTERVAL_MINUTES: i64 = 5;
/// Minimum remaining time of an invocation to sweep another club. Half of it is reserved for the end of the invocation.
const MIN_TIME: Duration = Duration::from_secs(10);

/// The function with its clients.
pub struct Sweep {
    table: Table,
    submit_queue: Queue<SubmitMessage>,
    run_queue: Queue<RunMessage>,
    notices: Option<Notices>,
    cache: ClubCache,
    clock: Clock,
}

/// Counts of what a sweep found and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SweepCounts {
    /// Clubs that were swept.
    pub clubs: usize,
    /// Clubs that are left for the next sweep.
    pub clubs_left: usize,
    /// Tasks that failed; the next sweep tries them again.
    pub failed: usize,
    /// Runs that were ended, because they were past their lease or their deadline.
    pub runs_ended: usize,
    /// Queued runs whose message was sent again.
    pub runs_woken: usize,
    /// Runs whose undecided lines a newer proposal superseded.
    pub runs_superseded: usize,
    /// Runs past retention whose lines were set to expire.
    pub runs_retired: usize,
    /// Unfinished approvals that were resumed.
    pub approvals_resumed: usize,
    /// Groups with overdue lines whose message was sent again.
    pub groups_woken: usize,
    /// Clubs whose morning message was sent.
    pub morning_messages_sent: usize,
    /// Past days whose counts differed from the audit trail.
    pub numbers_differ: usize,
    /// Interrupted erasures of people that were resumed.
    pub erasures_resumed: usize,
}

impl Response for SweepCounts {}

impl SweepCounts {
    /// Adds the counts to the telemetry of the invocation.
    fn add_to_telemetry(self) {
        for (what, count) in [
            ("clubs", self.clubs),
            ("clubs.left", self.clubs_left),
            ("work.failed", self.failed),
            ("runs.ended", self.runs_ended),
            ("runs.woken", self.runs_woken),
            ("runs.superseded", self.runs_superseded),
            ("runs.retired", self.runs_retired),
            ("approvals.resumed", self.approvals_resumed),
            ("groups.woken", self.groups_woken),
            ("morning_messages.sent", self.morning_messages_sent),
            ("numbers.differ", self.numbers_differ),
            ("erasures.resumed", self.erasures_resumed),
        ] {
            telemetry::count(what, count);
        }
    }
}

/// The sweep of one club.
struct ClubSweep<'a> {
    club: Club<'a>,
    submit_queue: &'a Queue<SubmitMessage>,
    run_queue: &'a Queue<RunMessage>,
    notices: Option<&'a Notices>,
    cache: &'a ClubCache,
    now: Timestamp,
    swept: SweepCounts,
    /// When the oldest doubt of a line began.
    doubt_since: Option<Timestamp>,
    /// The approvals that were unfinished when this sweep began.
    unfinished_approvals: BTreeSet<ApprovalId>,
}

impl Sweep {
    /// Builds its clients.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn new(environment: &Environment) -> Result<Sweep, EnvironmentError> {
        let (submit_queue, run_queue) = (environment.queue()?, environment.queue()?);
        let (table, notices) = (environment.table()?, Notices::of(environment));
        Ok(Sweep { table, submit_queue, run_queue, notices, cache: ClubCache::default(), clock: environment.clock() })
    }

    /// Handles one tick: sweeps one club after the other, as long as there is time.
    ///
    /// # Errors
    /// The list of clubs cannot be read.
    pub async fn handle(&self, _: Tick, deadline: Deadline) -> Result<SweepCounts, String> {
        let now = self.clock.now();
        let clubs = self.clubs().await?;
        let mut doubt_age = TimeDelta::zero();
        let mut swept = SweepCounts { clubs_left: clubs.len(), ..SweepCounts::default() };
        for club in &clubs {
            if deadline.left() < MIN_TIME {
                break;
            }
            swept.clubs_left -= 1;
            swept.clubs += 1;
            let doubt_since = self.sweep(club, deadline, &mut swept).await;
            doubt_age = doubt_age.max(doubt_since.map_or(TimeDelta::zero(), |since| now.utc() - since.utc()));
        }
        // Measured in every sweep, so that an alarm ends when its cause is gone.
        telemetry::measure(Metric::DoubtAge, doubt_age.num_seconds() as f64);
        telemetry::measure(Metric::NightsMissing, nights::count_missing(&clubs, now) as f64);
        telemetry::measure(Metric::NumbersDiffer, swept.numbers_differ as f64);
        swept.add_to_telemetry();
        Ok(swept)
    }

    /// All clubs. Each tick starts with another one, so that every club is swept in turn if time is short.
    async fn clubs(&self) -> Result<Vec<ClubListing>, String> {
        let meter = Meter::new();
        let mut clubs = self.table.clubs(&meter).await.map_err(|e| e.to_string())?;
        telemetry::note_table_cost(&meter);
        if !clubs.is_empty() {
            let tick = self.clock.now().seconds() / (INTERVAL_MINUTES * 60);
            let first = tick.rem_euclid(clubs.len() as i64) as usize;
            clubs.rotate_left(first);
        }
        Ok(clubs)
    }

    /// Sweeps one club. A task that fails is logged and does not stop the others; the next sweep tries it again. Returns
    /// when the oldest doubt of a line of the club began.
    async fn sweep(&self, listing: &ClubListing, deadline: Deadline, swept: &mut SweepCounts) -> Option<Timestamp> {
        let meter = Meter::new();
        let club = self.table.club(&listing.id, &meter);
        let (submit_queue, run_queue, now) = (&self.submit_queue, &self.run_queue, self.clock.now());
        let (notices, cache) = (self.notices.as_ref(), &self.cache);
        let mut club_sweep = ClubSweep {
            club,
            submit_queue,
            run_queue,
            notices,
            cache,
            now,
            swept: *swept,
            doubt_since: None,
            unfinished_approvals: BTreeSet::new(),
        };
        let limit = deadline.left().saturating_sub(MIN_TIME / 2);
        // Boxed, because the future is large.
        if tokio::time::timeout(limit, Box::pin(club_sweep.sweep(listing))).await.is_err() {
            club_sweep.log_failure("the club", &"the sweep ran out of time");
        }
        *swept = club_sweep.swept;
        telemetry::note_table_cost(&meter);
        club_sweep.doubt_since
    }
}

impl ClubSweep<'_> {
    /// Does all tasks of the sweep for a club, those of submissions first.
    async fn sweep(&mut self, listing: &ClubListing) {
        self.resume_approvals().await;
        self.wake_lines().await;
        self.find_oldest_doubt().await;
        self.check_liveness_of_runs().await;
        self.supersede_runs().await;
        self.send_morning_message(listing).await;
        self.count_numbers(listing).await;
        self.retire_runs().await;
        self.resume_erasure().await;
    }

    /// Logs and counts a task that failed.
    fn log_failure(&mut self, what: &str, error: &dyn std::fmt::Display) {
        self.swept.failed += 1;
        let club = self.club.id();
        tracing::warn!(club.id = %club, what, error = %error, "a task of the sweep of club {club} failed: {what}: {error}");
    }

    fn because(&self, why: &str) -> Because {
        Because::new(WHO, self.now, why)
    }
}
