//! A recount of all stored numbers of a club, from its whole audit trail. It writes nothing.

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

use super::facts::{counts_by_day, run_counts};
use super::touched;
use super::weeks::person_weeks;

/// Days before and after today in which anything may be stored: longer than records are kept.
const REACH: i64 = 500;

/// The result of a recount of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WholeRecount {
    /// Lines with an outcome.
    pub lines: usize,
    /// Days with a count.
    pub days: usize,
    /// Rows of the ledger: people and weeks.
    pub rows: usize,
    /// What differs from the trail, one sentence each.
    pub differences: Vec<String>,
}

/// Compares all outcomes, days and weeks with the whole trail. Two things are not in the trail: placements of runs are
/// read from the runs' lines if they are not stored, and lost events are read from what is stored.
///
/// # Errors
/// The table cannot be read.
pub async fn recount_everything(club: Club<'_>, zone: Tz, now: Timestamp) -> Result<WholeRecount, TableError> {
    let today = now.date_in(zone);
    let (first, last) = (plus_days(today, -REACH), plus_days(today, REACH));
    let entries = club.entries_between(Timestamp(0), Timestamp::NEVER).await?;

    let made = outcomes_of(&entries);
    let stood = club.line_outcomes(first, last).await?.into_iter();
    let stood: BTreeMap<String, LineOutcome> = stood.map(|read| (read.body.line.to_string(), read.body)).collect();
    let mut differences = differing("line", &stood, &made);
    let made: Vec<LineOutcome> = made.into_values().collect();

    let mut runs: BTreeMap<RunId, RunCounts> =
        club.run_counts(first, last).await?.into_iter().map(|counts| (counts.run.clone(), counts)).collect();
    for (id, day) in touched(&entries, zone).runs {
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
    let says_something = |(day, counts): &(NaiveDate, RollUp)| *counts != RollUp::empty(*day);
    let recounted: BTreeMap<NaiveDate, RollUp> =
        counts_by_day(&made, &runs, &lost, zone).into_iter().filter(says_something).collect();
    let days = club.day_counts(first, last).await?.into_iter().map(|day| (day.body.0.from, day.body.0));
    differences.extend(differing("day", &days.filter(says_something).collect(), &recounted));

    let arrivals = club.settings().await?.body.planning.arrivals;
    let accepted: Vec<Acceptance> = made.iter().filter_map(|line| line.acceptance(&arrivals)).collect();
    let outcomes: Vec<Outcome> = made.iter().filter_map(|line| line.outcome.clone()).collect();
    let weeks = club.ledger_weeks(first, last).await?;
    let mut possible = PossibleDays::new();
    for (employee, dates) in weeks.iter().flat_map(|week| &week.body.possible) {
        possible.entry(employee.clone()).or_default().extend(dates);
    }
    let named = |row: PersonWeek| (format!("{} {}", row.row.week, row.row.employee_id), row);
    let rows: BTreeMap<String, PersonWeek> =
        person_weeks(&accepted, &outcomes, &possible, zone).into_iter().map(named).collect();
    let stood = weeks.into_iter().flat_map(|week| week.body.people).map(named).collect();
    differences.extend(differing("week", &stood, &rows));
    Ok(WholeRecount { lines: made.len(), days: recounted.len(), rows: rows.len(), differences })
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

fn differing<K: Ord + Display, V: PartialEq + Debug>(
    what: &str,
    stood: &BTreeMap<K, V>,
    recounted: &BTreeMap<K, V>,
) -> Vec<String> {
    let keys: BTreeSet<&K> = stood.keys().chain(recounted.keys()).collect();
    let differ = keys.into_iter().map(|key| (key, stood.get(key), recounted.get(key)));
    let differ = differ.filter(|(_, stood, recounted)| stood != recounted);
    differ
        .map(|(key, stood, recounted)| format!("{what} {key} stands as {stood:?}, the trail says {recounted:?}"))
        .collect()
}
