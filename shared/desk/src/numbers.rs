//! The numbers of a club: outcomes of lines, counts by day, the ledger by week. They are projections of the audit
//! trail. This module reads the new entries of the trail and recomputes what they affect.
//!
//! It can be repeated, interrupted anywhere, and run concurrently: what must be recomputed is recorded before the first
//! write and removed after the last. It decides nothing, and of what a run reads it changes only the debts.

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
use domain::rollup::{Counted, Fact, RollUp};
use store::audit::{Entry, Subject};
use store::key::{LineKey, RunId};
use store::outcomes::{LineOutcome, Projected};
use store::rollups::{Counting, DayCounts, LostEvents, RunCounts};
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;
use store::{Club, Stored, TableError};

pub use recount::{Difference, recount, recounted_day};
pub use whole::{WholeRecount, recount_everything};

use crate::fairness;

/// How much of the trail is read again each time, because a transaction may be written a little after its timestamp.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);
/// How much is read again each night.
const NIGHTLY_OVERLAP: TimeDelta = TimeDelta::days(2);
/// How much is read for a club that was never counted.
const FIRST: TimeDelta = TimeDelta::days(60);
/// Minimum time between records of how far the trail was read, if nothing in it counts.
const NOTED: TimeDelta = TimeDelta::hours(1);
/// Lines that are decided or worked on a day may be proposed for up to this many days earlier.
pub(crate) const DAYS_BEFORE: i64 = 62;
/// Lines that are decided on a day may be proposed for up to this many days later; no plan reaches further.
pub(crate) const DAYS_AFTER: i64 = domain::snapshot::LARGEST_DAYS;
/// Maximum number of nights that are caught up after an outage.
const MOST_NIGHTS: i64 = 14;

/// The result of a count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CountReport {
    /// Lines whose outcome is new or changed.
    pub lines: usize,
    /// Days that were recomputed.
    pub days: usize,
    /// Weeks of the ledger that were recomputed.
    pub weeks: usize,
    /// Whether the night's work was done.
    pub night: bool,
}

/// How much work a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Counts the new entries of the trail.
    Trail,
    /// Also does the work of the night, in the first call of a club's day.
    Night,
    /// Also publishes the debts for the next run. Not after the night's run, because its proposal would look outdated.
    NightWithDebts,
}

/// What must be recomputed.
#[derive(Default)]
pub(crate) struct StaleProjections {
    /// The lines.
    pub lines: BTreeSet<LineKey>,
    /// The runs that proposed, with their days.
    pub runs: BTreeMap<RunId, NaiveDate>,
    /// Days, in addition to those of the lines and runs.
    pub days: BTreeSet<NaiveDate>,
    /// Weeks, in addition to those of the lines.
    pub weeks: BTreeSet<NaiveDate>,
}

/// Counts the new entries of the trail. The work of a night closes the days that ended, records what was lost on them,
/// reads from the snapshot who could have worked, and publishes the debts.
///
/// # Errors
/// The club cannot be read, or another call counts concurrently; the next call does the rest.
pub async fn count(club: Club<'_>, zone: Tz, now: Timestamp, work: Work) -> Result<CountReport, SnapshotError> {
    let today = now.date_in(zone);
    let read = club.counting().await?;
    let counting = read.as_ref().map(|read| read.body.clone()).unwrap_or_default();
    let version = read.map_or(0, |read| read.version);
    let night = work != Work::Trail && counting.night < Some(today);
    let since = match counting.read_to {
        None => now.plus(-FIRST),
        Some(at) if night => at.plus(-NIGHTLY_OVERLAP),
        Some(at) => at.plus(-OVERLAP),
    };
    // Without an end: entries that were written after the caller's `now` are in the trails of the lines too.
    let entries = club.entries_between(since, Timestamp::NEVER).await?;
    let mut touched = touched(&entries, zone);
    let mut lost = Vec::new();
    if night {
        let yesterday = plus_days(today, -1);
        let first = counting.night.unwrap_or(yesterday).max(plus_days(today, -MOST_NIGHTS)).min(yesterday);
        lost = lost_events(club, first, today).await?;
        touched.days.extend((0..=domain::calendar::days_between(first, today)).map(|day| plus_days(first, day)));
        let ahead = i64::from(fairness::WEEKS_AHEAD);
        touched.weeks.extend((0..ahead).map(|week| plus_days(week_start(today), 7 * week)));
        touched.weeks.insert(week_start(yesterday));
    }
    let done = counting.read_to.unwrap_or(now.plus(-FIRST));
    let counter = Counter { club, zone, now, today, night };
    let at = Stored { version, body: counting };
    let (at, counts) = counter.make(at, &touched, &lost).await?;
    if night && work == Work::NightWithDebts {
        fairness::publish(club, today).await?;
    }
    let is_due = !entries.is_empty() && done.plus(NOTED) <= now;
    if night || is_due || counts.lines + counts.days > 0 {
        let night = if night { Some(today) } else { at.body.night };
        club.put_counting(at.version, Counting { read_to: Some(now), night, ..Counting::default() }).await?;
    }
    Ok(counts)
}

/// The lines and runs that the entries affect.
fn touched(entries: &[Entry], zone: Tz) -> StaleProjections {
    let mut touched = StaleProjections::default();
    for entry in entries {
        match &entry.subject {
            Subject::Line(line) if entry.line.is_some() => _ = touched.lines.insert(line.clone()),
            Subject::Run(run) if entry.to == "completed" && entry.from.as_deref() == Some("running") => {
                touched.runs.insert(run.clone(), entry.because.at.date_in(zone));
            }
            _ => {}
        }
    }
    touched
}

/// The events that were lost on the days from `first` to the day before `today`.
async fn lost_events(club: Club<'_>, first: NaiveDate, today: NaiveDate) -> Result<Vec<LostEvents>, TableError> {
    let mut days: BTreeMap<NaiveDate, Vec<Fact>> = BTreeMap::new();
    // The due date of an event is not in its window any more.
    for event in club.open_events_due(plus_days(first, 1), today).await?.into_iter().map(|event| event.body) {
        let day = plus_days(event.facts.due.date(), -1);
        if event.is_lost(today) && first <= day {
            let line_id = format!("event.{}", event.facts.event_ref);
            let line = LineGeneration { line_id, generation: 0 };
            let kind: EventType = event.facts.event_type();
            days.entry(day).or_default().push(Fact { line, what: Counted::Lost, day, kind, employee_id: None });
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
    /// Whether it is read again from the snapshot who could work.
    pub night: bool,
}

impl Counter<'_> {
    /// Recomputes what is touched, and what an earlier count left unfinished. Returns the stored progress and the
    /// counts.
    ///
    /// # Errors
    /// The club cannot be read, or another call counts concurrently.
    pub async fn make(
        &self,
        counting: Stored<Counting>,
        touched: &StaleProjections,
        lost: &[LostEvents],
    ) -> Result<(Stored<Counting>, CountReport), SnapshotError> {
        let club = self.club;
        let differ = club.differing_outcomes(&touched.lines).await?;
        let mut days = touched.days.clone();
        let mut weeks = touched.weeks.clone();
        let mut placed = Vec::new();
        if !differ.is_empty() || !touched.runs.is_empty() {
            let known = club.run_counts(plus_days(self.today, -DAYS_BEFORE), self.today).await?;
            placed = self.placed(&touched.runs, &known).await?;
            let of_lines: BTreeSet<&RunId> = differ.iter().map(|differs| &differs.now.line.run).collect();
            days.extend(known.iter().filter(|run| of_lines.contains(&run.run)).map(|run| run.day));
            days.extend(placed.iter().map(|run| run.day));
        }
        for line in differ.iter().flat_map(Projected::both) {
            days.extend(facts::facts_of(line, self.zone).iter().map(|fact| fact.day));
            weeks.extend(weeks_of(line));
        }
        let mut at = counting;
        days.extend(&at.body.days);
        weeks.extend(&at.body.weeks);
        if days.is_empty() && weeks.is_empty() && differ.is_empty() {
            return Ok((at, CountReport::default()));
        }
        let planned = Counting { days: days.clone(), weeks: weeks.clone(), ..at.body.clone() };
        if planned != at.body {
            at = club.put_counting(at.version, planned).await?;
        }
        club.write_outcomes(&differ).await?;
        for run in &placed {
            club.add_run_counts(run).await?;
        }
        for events in lost {
            club.add_lost_events(events).await?;
        }
        self.count_days(&days).await?;
        self.count_weeks(&weeks).await?;
        let counts = CountReport { lines: differ.len(), days: days.len(), weeks: weeks.len(), night: self.night };
        Ok((at, counts))
    }

    /// The placements of runs that are not recorded yet. A run whose lines are deleted already is skipped.
    async fn placed(
        &self,
        runs: &BTreeMap<RunId, NaiveDate>,
        known: &[RunCounts],
    ) -> Result<Vec<RunCounts>, TableError> {
        let mut placed = Vec::new();
        for (id, day) in runs {
            if known.iter().any(|known| known.run == *id) {
                continue;
            }
            if let Some(run) = self.club.run(id).await? {
                placed.extend(facts::run_counts(self.club, &run.body, *day, self.now).await?);
            }
        }
        Ok(placed)
    }

    /// Recomputes days, and writes those that differ.
    async fn count_days(&self, days: &BTreeSet<NaiveDate>) -> Result<(), TableError> {
        let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return Ok(()) };
        // The stored counts are read first. If another call counts later facts meanwhile, the conditional write fails.
        let known = self.club.day_counts(first, last).await?;
        let known: BTreeMap<NaiveDate, Stored<DayCounts>> =
            known.into_iter().map(|day| (day.body.0.from, day)).collect();
        let mut made = self.counted(first, last).await?;
        for day in days {
            let counted = DayCounts(made.remove(day).unwrap_or_else(|| RollUp::empty(*day)));
            let known = known.get(day);
            let same = known.map_or_else(|| counted.0 == RollUp::empty(*day), |known| known.body == counted);
            if !same {
                self.club.put_day_counts(known.map(|known| known.version), &counted).await?;
            }
        }
        Ok(())
    }

    /// The counts of all days in a range, both ends included, from what is recorded.
    async fn counted(&self, first: NaiveDate, last: NaiveDate) -> Result<BTreeMap<NaiveDate, RollUp>, TableError> {
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
