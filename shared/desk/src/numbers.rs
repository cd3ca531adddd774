//! The numbers of a club: outcomes of lines, counts by day, the ledger by week. They are projections of the audit
//! trail, and of facts that it lacks: what runs placed, which events were lost, who could have worked. This module
//! reads the new entries of the trail and recomputes the lines, days and weeks that they affect.
//!
//! A count can be repeated, interrupted anywhere, and run concurrently: the days and weeks to recompute are recorded
//! before the first write and removed after the last. A count decides nothing. It changes nothing that a run reads,
//! except the debts.

mod facts;
mod recount;
mod weeks;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use domain::calendar::{plus_days, week_start};
use domain::event_type::EventType;
use domain::outcome::LineGeneration;
use domain::rollup::{Counted, CountedFact, RollUp};
use store::audit::{Entry, Subject};
use store::key::{LineKey, RunId};
use store::outcomes::{DifferingOutcome, LineOutcome};
use store::rollups::{Counting, DayCounts, LostEvents, RunCounts};
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;
use store::{Club, Stored, TableError};

pub use recount::{DayDifference, recount, recounted_day};
pub use whole::{WholeRecount, recount_everything};

use crate::fairness;

/// Length of the part of the trail that every count reads again, because a transaction may be written a little after its
/// timestamp.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);
/// Length of the part of the trail that a count with the work of the night reads again.
const NIGHTLY_OVERLAP: TimeDelta = TimeDelta::days(2);
/// Length of the part of the trail that is read for a club that was never counted.
const FIRST_READ: TimeDelta = TimeDelta::days(60);
/// Minimum time between two records of how far the trail was read, if its entries affect no numbers.
const PROGRESS_INTERVAL: TimeDelta = TimeDelta::hours(1);
/// A line that is decided or worked on a day may be proposed for a day that is up to this many days earlier.
pub(crate) const DAYS_BEFORE: i64 = 62;
/// A line that is decided on a day may be proposed for a day that is up to this many days later; no plan reaches further.
pub(crate) const DAYS_AFTER: i64 = domain::snapshot::LARGEST_DAYS;
/// Maximum number of past days that the work of one night recomputes, after an outage.
const MAX_NIGHTLY_DAYS: i64 = 14;

/// The result of a count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CountReport {
    /// Number of lines whose outcome is new or has changed.
    pub lines: usize,
    /// Number of days that were recomputed.
    pub days: usize,
    /// Number of weeks of the ledger that were recomputed.
    pub weeks: usize,
    /// Whether the work of the night was done.
    pub night: bool,
}

/// The work of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Counts the new entries of the trail.
    Trail,
    /// Also does the work of the night, in the first call of a club's day.
    Night,
}

/// The projections that must be recomputed.
#[derive(Default)]
pub(crate) struct StaleProjections {
    /// Lines whose outcome is recomputed.
    pub lines: BTreeSet<LineKey>,
    /// Runs that were completed, with the day of their completion.
    pub runs: BTreeMap<RunId, NaiveDate>,
    /// Days, in addition to those of the lines and runs.
    pub days: BTreeSet<NaiveDate>,
    /// Weeks, in addition to those of the lines.
    pub weeks: BTreeSet<NaiveDate>,
}

/// Counts the new entries of the trail. The work of a night also recomputes the days since the previous night, records
/// the events that were lost on them, reads from the snapshot who could have worked, and publishes the debts for the
/// next run.
///
/// # Errors
/// The club cannot be read, or another call counts concurrently; the next call does the rest.
pub async fn count(club: Club<'_>, zone: Tz, now: Timestamp, work: Work) -> Result<CountReport, SnapshotError> {
    let today = now.date_in(zone);
    let read = club.counting().await?;
    let counting = read.as_ref().map(|read| read.body.clone()).unwrap_or_default();
    let version = read.map_or(0, |read| read.version);
    let is_nightly = work == Work::Night && counting.night < Some(today);
    let since = match counting.read_to {
        None => now.plus(-FIRST_READ),
        Some(at) if is_nightly => at.plus(-NIGHTLY_OVERLAP),
        Some(at) => at.plus(-OVERLAP),
    };
    // The range has no end, because the trail of a line also includes entries that were written after the caller's `now`.
    let entries = club.entries_between(since, Timestamp::NEVER).await?;
    let mut stale = affected_by(&entries, zone);
    let mut lost = Vec::new();
    if is_nightly {
        let yesterday = plus_days(today, -1);
        let first = counting.night.unwrap_or(yesterday).max(plus_days(today, -MAX_NIGHTLY_DAYS)).min(yesterday);
        lost = lost_events(club, first, today).await?;
        stale.days.extend((0..=domain::calendar::days_between(first, today)).map(|day| plus_days(first, day)));
        let ahead = i64::from(fairness::WEEKS_AHEAD);
        stale.weeks.extend((0..ahead).map(|week| plus_days(week_start(today), 7 * week)));
        stale.weeks.insert(week_start(yesterday));
    }
    let read_to = counting.read_to.unwrap_or(now.plus(-FIRST_READ));
    let counter = Counter { club, zone, now, today, is_nightly };
    let progress = Stored { version, body: counting };
    let (progress, counts) = counter.recompute(progress, &stale, &lost).await?;
    if is_nightly {
        fairness::publish(club, today).await?;
    }
    let is_progress_due = !entries.is_empty() && read_to.plus(PROGRESS_INTERVAL) <= now;
    if is_nightly || is_progress_due || counts.lines + counts.days > 0 {
        let night = if is_nightly { Some(today) } else { progress.body.night };
        club.put_counting(progress.version, Counting { read_to: Some(now), night, ..Counting::default() }).await?;
    }
    Ok(counts)
}

/// The lines and runs that the entries affect.
fn affected_by(entries: &[Entry], zone: Tz) -> StaleProjections {
    let mut stale = StaleProjections::default();
    for entry in entries {
        match &entry.subject {
            Subject::Line(line) if entry.line.is_some() => _ = stale.lines.insert(line.clone()),
            Subject::Run(run) if entry.to == "completed" && entry.from.as_deref() == Some("running") => {
                stale.runs.insert(run.clone(), entry.because.at.date_in(zone));
            }
            _ => {}
        }
    }
    stale
}

/// The events that were lost on the days from `first` to the day before `today`, by day.
async fn lost_events(club: Club<'_>, first: NaiveDate, today: NaiveDate) -> Result<Vec<LostEvents>, TableError> {
    let mut days: BTreeMap<NaiveDate, Vec<CountedFact>> = BTreeMap::new();
    // The last day of an event's window is the day before its due date.
    for event in club.open_events_due(plus_days(first, 1), today).await?.into_iter().map(|event| event.body) {
        let day = plus_days(event.facts.due.date(), -1);
        if event.is_lost(today) && first <= day {
            let line_id = format!("event.{}", event.facts.event_ref);
            let line = LineGeneration { line_id, generation: 0 };
            let kind: EventType = event.facts.event_type();
            days.entry(day).or_default().push(CountedFact { line, what: Counted::Lost, day, kind, employee_id: None });
        }
    }
    Ok(days.into_iter().map(|(day, facts)| LostEvents { day, facts }).collect())
}

/// A count of a club at a moment.
pub(crate) struct Counter<'a> {
    pub club: Club<'a>,
    pub zone: Tz,
    pub now: Timestamp,
    pub today: NaiveDate,
    /// Whether this count does the work of a night.
    pub is_nightly: bool,
}

impl Counter<'_> {
    /// Recomputes the stale projections, and those that an earlier count left unfinished. Returns the stored progress, and the
    /// report.
    ///
    /// # Errors
    /// The club cannot be read, or another call counts concurrently.
    pub async fn recompute(
        &self,
        mut progress: Stored<Counting>,
        stale: &StaleProjections,
        lost: &[LostEvents],
    ) -> Result<(Stored<Counting>, CountReport), SnapshotError> {
        let club = self.club;
        let differing = club.differing_outcomes(&stale.lines).await?;
        let mut days = stale.days.clone();
        let mut weeks = stale.weeks.clone();
        let mut placed = Vec::new();
        if !differing.is_empty() || !stale.runs.is_empty() {
            let stored_runs = club.run_counts(plus_days(self.today, -DAYS_BEFORE), self.today).await?;
            placed = self.new_run_counts(&stale.runs, &stored_runs).await?;
            let of_lines: BTreeSet<&RunId> = differing.iter().map(|differs| &differs.now.line.run).collect();
            days.extend(stored_runs.iter().filter(|run| of_lines.contains(&run.run)).map(|run| run.day));
            days.extend(placed.iter().map(|run| run.day));
        }
        for line in differing.iter().flat_map(DifferingOutcome::both) {
            days.extend(facts::facts_of(line, self.zone).iter().map(|fact| fact.day));
            weeks.extend(weeks_of(line));
        }
        days.extend(&progress.body.days);
        weeks.extend(&progress.body.weeks);
        if days.is_empty() && weeks.is_empty() && differing.is_empty() {
            return Ok((progress, CountReport::default()));
        }
        let planned = Counting { days: days.clone(), weeks: weeks.clone(), ..progress.body.clone() };
        if planned != progress.body {
            progress = club.put_counting(progress.version, planned).await?;
        }
        club.write_outcomes(&differing).await?;
        for run in &placed {
            club.add_run_counts(run).await?;
        }
        for events in lost {
            club.add_lost_events(events).await?;
        }
        self.count_days(&days).await?;
        self.count_weeks(&weeks).await?;
        let counts =
            CountReport { lines: differing.len(), days: days.len(), weeks: weeks.len(), night: self.is_nightly };
        Ok((progress, counts))
    }

    /// The counted placements of runs for which none are recorded. A run whose lines are deleted already is skipped.
    async fn new_run_counts(
        &self,
        runs: &BTreeMap<RunId, NaiveDate>,
        stored_runs: &[RunCounts],
    ) -> Result<Vec<RunCounts>, TableError> {
        let mut placed = Vec::new();
        for (id, day) in runs {
            if stored_runs.iter().any(|stored| stored.run == *id) {
                continue;
            }
            if let Some(run) = self.club.run(id).await? {
                placed.extend(facts::run_counts(self.club, &run.body, *day, self.now).await?);
            }
        }
        Ok(placed)
    }

    /// Recomputes days, and writes those whose counts differ.
    async fn count_days(&self, days: &BTreeSet<NaiveDate>) -> Result<(), TableError> {
        let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return Ok(()) };
        // The stored counts are read before the facts. If another count writes a day in between, the conditional write fails.
        let stored_days = self.club.day_counts(first, last).await?;
        let stored_days: BTreeMap<NaiveDate, Stored<DayCounts>> =
            stored_days.into_iter().map(|day| (day.body.0.from, day)).collect();
        let mut recomputed = self.counts_by_day(first, last).await?;
        for day in days {
            let counts = DayCounts(recomputed.remove(day).unwrap_or_else(|| RollUp::empty(*day)));
            let stored = stored_days.get(day);
            let is_same = stored.map_or_else(|| counts.0 == RollUp::empty(*day), |stored| stored.body == counts);
            if !is_same {
                self.club.put_day_counts(stored.map(|stored| stored.version), &counts).await?;
            }
        }
        Ok(())
    }

    /// The counts of all days in a range, both ends included, from the recorded outcomes, runs and lost events.
    async fn counts_by_day(
        &self,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<BTreeMap<NaiveDate, RollUp>, TableError> {
        let runs = self.club.run_counts(first, last).await?;
        let lost = self.club.lost_events(first, last).await?;
        let lines = self.club.line_outcomes(plus_days(first, -DAYS_BEFORE), plus_days(last, DAYS_AFTER)).await?;
        let lines: Vec<LineOutcome> = lines.into_iter().map(|line| line.body).collect();
        Ok(facts::counts_by_day(&lines, &runs, &lost, self.zone))
    }
}

/// The weeks of the ledger in which a line counts.
fn weeks_of(line: &LineOutcome) -> impl Iterator<Item = NaiveDate> {
    let accepted = line.accepted.as_ref();
    let places =
        [accepted.and_then(|accepted| accepted.from.as_ref()), accepted.and_then(|accepted| accepted.to.as_ref())];
    places.into_iter().flatten().map(|place| week_start(place.start.date()))
}
