//! Folds facts into daily roll-ups.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Counted, CountedFact, Counts, Minutes, RollUp, RunTimes};
use crate::outcome::{Decision, End, Outcome};

/// The roll-ups of all days that the facts and runs name, in order. The order of facts does not matter, and a repeated
/// fact of a line and generation counts once.
pub fn days(facts: &[CountedFact], runs: &[RunTimes]) -> Vec<RollUp> {
    let mut days: BTreeMap<NaiveDate, RollUp> = BTreeMap::new();
    let mut add_to_day = |date: NaiveDate, add: &dyn Fn(&mut RollUp)| {
        add(days.entry(date).or_insert_with(|| RollUp::empty(date)));
    };
    for fact in distinct_facts(facts) {
        add_to_day(fact.day, &|day| {
            fact.what.count(&mut day.all);
            fact.what.count(day.by_type.entry(fact.kind).or_default());
            if let Some(employee) = &fact.employee_id {
                fact.what.count(day.by_person.entry(employee.clone()).or_default());
            }
        });
    }
    for run in merge_runs(runs) {
        add_to_day(run.day, &|day| {
            day.to_first_approval.add(minutes_between(run.proposed_at, run.first_approval));
            day.to_last_acceptance.add(minutes_between(run.proposed_at, run.last_acceptance));
        });
    }
    days.into_values().collect()
}

/// The facts of an outcome. Decisions count on the day of the decision, everything else on the day of the work.
pub fn facts_of(outcome: &Outcome, decided_on: NaiveDate) -> Vec<CountedFact> {
    let fact = |what: Counted, day: NaiveDate, employee: &crate::snapshot::EmployeeId| CountedFact {
        line: outcome.line.clone(),
        what,
        day,
        kind: outcome.kind,
        employee_id: Some(employee.clone()),
    };
    let mut facts = Vec::new();
    if let Some(decision) = &outcome.decision {
        let kept = *decision == Decision::Kept;
        facts.push(fact(Counted::Decided { kept }, decided_on, &outcome.employee_id));
    }
    if let Some(change) = outcome.change() {
        facts.push(fact(Counted::Edited { reason: change.cause }, decided_on, &outcome.employee_id));
    }
    let worked_on = outcome.change().map_or(outcome.date, |change| change.date);
    let (end, who) = match outcome.end {
        Some(End::Completed) => (Counted::Completed, outcome.done_by.as_ref().unwrap_or_else(|| outcome.holder())),
        Some(End::NoShow) => (Counted::NoShow, outcome.holder()),
        Some(End::CallOut) => (Counted::CallOut, outcome.holder()),
        Some(End::Accepted | End::TakenBack) | None => return facts,
    };
    facts.push(fact(end, worked_on, who));
    facts
}

impl Counted {
    /// Adds 1 to the matching count.
    fn count(&self, counts: &mut Counts) {
        let number = match self {
            Counted::Placed => &mut counts.placed,
            Counted::NotPlaced { reason } => counts.not_placed.entry(reason.clone()).or_default(),
            Counted::Lost => &mut counts.lost,
            Counted::Decided { kept } => {
                counts.kept += u32::from(*kept);
                &mut counts.decided
            }
            Counted::Edited { reason } => counts.edits.entry(*reason).or_default(),
            Counted::Retried => &mut counts.retries,
            Counted::ToldMoved => &mut counts.told_moves,
            Counted::CallOut => &mut counts.call_outs,
            Counted::Refilled => &mut counts.refilled,
            Counted::Completed => &mut counts.completed,
            Counted::NoShow => &mut counts.no_shows,
        };
        *number += 1;
    }
}

/// Each fact of a line and generation once, on the earliest of its days.
fn distinct_facts(facts: &[CountedFact]) -> impl Iterator<Item = &CountedFact> {
    let mut distinct: BTreeMap<_, &CountedFact> = BTreeMap::new();
    for fact in facts {
        let key = |fact: &'_ CountedFact| (fact.day, fact.kind, fact.employee_id.clone());
        let kept = distinct.entry((&fact.line, &fact.what)).or_insert(fact);
        if key(fact) < key(kept) {
            *kept = fact;
        }
    }
    distinct.into_values()
}

/// Merges the times of each run.
fn merge_runs(runs: &[RunTimes]) -> impl Iterator<Item = RunTimes> {
    let mut merged: BTreeMap<&str, RunTimes> = BTreeMap::new();
    for run in runs {
        let kept = merged.entry(&run.run_id).or_insert_with(|| run.clone());
        kept.day = kept.day.min(run.day);
        kept.proposed_at = kept.proposed_at.min(run.proposed_at);
        kept.first_approval = kept.first_approval.into_iter().chain(run.first_approval).min();
        kept.last_acceptance = kept.last_acceptance.max(run.last_acceptance);
    }
    merged.into_values()
}

/// The minutes between two moments, rounded to the nearest, counted as one run; nothing without the second moment.
fn minutes_between(from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Minutes {
    let minutes = |to: DateTime<Utc>| u64::try_from(((to - from).num_seconds() + 30) / 60).unwrap_or(0);
    to.map_or(Minutes::default(), |to| Minutes { n: 1, sum: minutes(to) })
}
