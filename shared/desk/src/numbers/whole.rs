//! A recount of all stored numbers of a club from its whole audit trail. It writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::calendar::plus_days;
use domain::fairness::{Acceptance, PossibleDays};
use domain::outcome::Outcome;
use domain::rollup::RollUp;
use domain::snapshot::EventRef;
use store::Club;
use store::TableError;
use store::audit::{Entry, Subject};
use store::key::{LineKey, RunId};
use store::ledger::PersonWeek;
use store::outcomes::{LineOutcome, outcome_of};
use store::rollups::RunCounts;
use store::stamp::Timestamp;

use super::affected_by;
use super::facts::{counts_by_day, run_counts};
use super::weeks::person_weeks;

/// Number of days before and after today for which numbers are compared: longer than records are kept.
const COMPARED_DAYS: i64 = 500;

/// The result of a recount of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WholeRecount {
    /// Number of lines with an outcome.
    pub lines: usize,
    /// Number of days with counts.
    pub days: usize,
    /// Number of rows of the ledger: one for each person and week.
    pub rows: usize,
    /// The differences from the audit trail, one sentence each.
    pub differences: Vec<String>,
}

/// Compares all outcomes, days and weeks with the whole audit trail. Two inputs are not in the trail: the placements of runs
/// are the stored ones, or are counted from the runs' lines; lost events are the stored ones.
///
/// # Errors
/// The table cannot be read.
pub async fn recount_everything(club: Club<'_>, zone: Tz, now: Timestamp) -> Result<WholeRecount, TableError> {
    let today = now.date_in(zone);
    let (first, last) = (plus_days(today, -COMPARED_DAYS), plus_days(today, COMPARED_DAYS));
    let entries = club.entries_between(Timestamp(0), Timestamp::NEVER).await?;

    let recomputed = outcomes_of(&entries);
    let stored = club.line_outcomes(first, last).await?.into_iter();
    let stored: BTreeMap<String, LineOutcome> = stored.map(|read| (read.body.line.to_string(), read.body)).collect();
    let mut differences = differing("line", &stored, &recomputed);
    let line_outcomes: Vec<LineOutcome> = recomputed.into_values().collect();

    let mut runs: BTreeMap<RunId, RunCounts> =
        club.run_counts(first, last).await?.into_iter().map(|counts| (counts.run.clone(), counts)).collect();
    for (id, day) in affected_by(&entries, zone).runs {
        if runs.contains_key(&id) {
            continue;
        }
        let Some(run) = club.run(&id).await? else { continue };
        if let Some(counts) = run_counts(club, &run.body, day, now).await? {
            differences.push(format!("run {id} is not counted"));
            runs.insert(id, counts);
        }
    }
    let runs: Vec<RunCounts> = runs.into_values().collect();
    let lost = club.lost_events(first, last).await?;
    let is_not_empty = |(day, counts): &(NaiveDate, RollUp)| *counts != RollUp::empty(*day);
    let recounted: BTreeMap<NaiveDate, RollUp> =
        counts_by_day(&line_outcomes, &runs, &lost, zone).into_iter().filter(is_not_empty).collect();
    let days = club.day_counts(first, last).await?.into_iter().map(|day| (day.body.0.from, day.body.0));
    differences.extend(differing("day", &days.filter(is_not_empty).collect(), &recounted));

    let arrivals = club.settings().await?.body.planning.arrivals;
    let accepted: Vec<Acceptance> = line_outcomes.iter().filter_map(|line| line.acceptance(&arrivals)).collect();
    let outcomes: Vec<Outcome> = line_outcomes.iter().filter_map(|line| line.outcome.clone()).collect();
    let weeks = club.ledger_weeks(first, last).await?;
    let mut possible = PossibleDays::new();
    for (employee, dates) in weeks.iter().flat_map(|week| &week.body.possible) {
        possible.entry(employee.clone()).or_default().extend(dates);
    }
    let named = |row: PersonWeek| (format!("{} {}", row.row.week, row.row.employee_id), row);
    let rows: BTreeMap<String, PersonWeek> =
        person_weeks(&accepted, &outcomes, &possible, zone).into_iter().map(named).collect();
    let stored = weeks.into_iter().flat_map(|week| week.body.people).map(named).collect();
    differences.extend(differing("week", &stored, &rows));
    Ok(WholeRecount { lines: line_outcomes.len(), days: recounted.len(), rows: rows.len(), differences })
}

/// The outcomes of all lines in the entries.
fn outcomes_of(entries: &[Entry]) -> BTreeMap<String, LineOutcome> {
    let mut of_lines: BTreeMap<(&RunId, EventRef), (&LineKey, Vec<Entry>)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.line.is_some()) {
        if let Subject::Line(line) = &entry.subject {
            let (_, of_line) = of_lines.entry((&line.run, line.event)).or_insert_with(|| (line, Vec::new()));
            of_line.push(entry.clone());
        }
    }
    let made = of_lines.into_values().filter_map(|(line, entries)| outcome_of(line, &entries));
    made.map(|outcome| (outcome.line.to_string(), outcome)).collect()
}

/// The entries of two maps that differ, one sentence each.
fn differing<K: Ord + Display, V: PartialEq + Debug>(
    what: &str,
    stored: &BTreeMap<K, V>,
    recounted: &BTreeMap<K, V>,
) -> Vec<String> {
    let keys: BTreeSet<&K> = stored.keys().chain(recounted.keys()).collect();
    let differ = keys.into_iter().map(|key| (key, stored.get(key), recounted.get(key)));
    let differ = differ.filter(|(_, stored, recounted)| stored != recounted);
    differ
        .map(|(key, stored, recounted)| {
            format!("{what} {key} is stored as {stored:?}, and according to the trail it is {recounted:?}")
        })
        .collect()
}
