//! Recounts a past day from the audit trail, to verify the stored numbers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use domain::calendar::plus_days;
use domain::rollup::RollUp;
use store::Club;
use store::key::{ClubId, LineKey};
use store::outcomes::{LineOutcome, outcome_of};
use store::rollups::{Counting, RunCounts};
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;

use super::facts::{counts_by_day, facts_of, run_counts};
use super::{Counter, DAYS_AFTER, DAYS_BEFORE, StaleProjections, Work, affected_by, count};

/// The recounted day is chosen from this many days, the latest two days ago. By default (`retention_days`) the lines of
/// runs are kept longer.
const CANDIDATE_DAYS: u64 = 19;

/// A day whose stored counts differ from the recount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayDifference {
    /// The day.
    pub day: NaiveDate,
    /// The stored counts.
    pub stored: RollUp,
    /// The counts according to the audit trail.
    pub recounted: RollUp,
}

/// The past day that is recounted on a date. It varies by date and club.
pub fn recounted_day(club: &ClubId, today: NaiveDate) -> NaiveDate {
    let text = format!("{club} {today}");
    // FNV-1a. Any hash with an even distribution is good enough.
    let spread = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, spread);
    let back = i64::try_from((hash >> 32) % CANDIDATE_DAYS).unwrap_or(0);
    plus_days(today, -2 - back)
}

/// Recounts a past day from the trails of all lines that are counted for that day, and compares the result with the
/// stored counts. If they differ, the day is recomputed, and the difference is returned. `None` if they do not differ,
/// or if the day was never counted.
///
/// # Errors
/// The club cannot be read, or another call counts concurrently.
pub async fn recount(
    club: Club<'_>,
    zone: Tz,
    now: Timestamp,
    day: NaiveDate,
) -> Result<Option<DayDifference>, SnapshotError> {
    let Some(compared) = compare(club, zone, now, day).await? else { return Ok(None) };
    if compared.stored == compared.recounted {
        return Ok(None);
    }
    // The new entries of the trail are counted first: they may be the cause of the difference, if an old line was
    // accepted or corrected.
    count(club, zone, now, Work::Trail).await?;
    let Some(compared) = compare(club, zone, now, day).await? else { return Ok(None) };
    if compared.stored == compared.recounted {
        return Ok(None);
    }
    let counter = Counter { club, zone, now, today: now.date_in(zone), is_nightly: false };
    if let Some(counting) = club.counting().await? {
        let days = BTreeSet::from([day]);
        let stale = StaleProjections { lines: compared.lines, runs: BTreeMap::new(), days, weeks: BTreeSet::new() };
        let before = counting.body.clone();
        let (progress, _) = counter.recompute(counting, &stale, &[]).await?;
        let done = Counting { days: BTreeSet::new(), weeks: BTreeSet::new(), ..before };
        club.put_counting(progress.version, done).await?;
    }
    Ok(Some(DayDifference { day, stored: compared.stored, recounted: compared.recounted }))
}

/// The stored counts of a day, and those according to the audit trail.
struct ComparedDay {
    stored: RollUp,
    recounted: RollUp,
    /// The lines that are counted for that day.
    lines: BTreeSet<LineKey>,
}

/// Compares the stored counts of a day with the audit trail; `None` if the day was never counted.
async fn compare(
    club: Club<'_>,
    zone: Tz,
    now: Timestamp,
    day: NaiveDate,
) -> Result<Option<ComparedDay>, SnapshotError> {
    let Some(stored) = club.day_counts(day, day).await?.pop() else { return Ok(None) };
    let (first, last) = (plus_days(day, -DAYS_BEFORE), plus_days(day, DAYS_AFTER));
    let stored_outcomes = club.line_outcomes(first, last).await?;
    let (from, to) = span_of_day(zone, day);
    let affected = affected_by(&club.entries_between(from, to).await?, zone);
    let stored_runs = club.run_counts(day, day).await?;
    let mut runs: BTreeMap<_, _> = stored_runs.iter().map(|run| (run.run.clone(), run.clone())).collect();
    for (id, _) in affected.runs.iter().filter(|(_, on)| **on == day) {
        let counts = match club.run(id).await? {
            Some(run) => run_counts(club, &run.body, day, now).await?,
            None => None,
        };
        runs.extend(counts.map(|counts| (id.clone(), counts)));
    }
    let runs: Vec<RunCounts> = runs.into_values().collect();
    let counts_here = |line: &LineOutcome| {
        facts_of(line, zone).iter().any(|fact| fact.day == day) || runs.iter().any(|run| run.run == line.line.run)
    };
    let counted_lines = stored_outcomes.into_iter().filter(|line| counts_here(&line.body)).map(|line| line.body.line);
    let lines: BTreeSet<LineKey> = counted_lines.chain(affected.lines).collect();
    let mut outcomes = Vec::new();
    for line in &lines {
        outcomes.extend(outcome_of(line, &club.trail_of_line(line).await?));
    }
    let lost = club.lost_events(day, day).await?;
    let recounted = counts_by_day(&outcomes, &runs, &lost, zone).remove(&day).unwrap_or_else(|| RollUp::empty(day));
    Ok(Some(ComparedDay { stored: stored.body.0, recounted, lines }))
}

/// A span of time that contains a local date of the club, with two more hours at both ends for clock changes.
fn span_of_day(zone: Tz, day: NaiveDate) -> (Timestamp, Timestamp) {
    use chrono::TimeZone;
    let midnight = |date: NaiveDate| {
        let local = date.and_time(NaiveTime::MIN);
        let at = zone.from_local_datetime(&local).earliest();
        Timestamp::from(at.map_or(local.and_utc(), |at| at.to_utc()))
    };
    (midnight(day).plus(TimeDelta::hours(-2)), midnight(plus_days(day, 1)).plus(TimeDelta::hours(2)))
}
