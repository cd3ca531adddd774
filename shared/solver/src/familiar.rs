//! Among the best schedules, finds the one that keeps most of what people last saw (rulebook section 5).
//!
//! This is a second search on the columns of the model: the score may fall by at most [`PROVEN_GAP`], and the number of kept
//! days and lines is maximised. Columns that the relaxation fixes at that score ([`search::fix_columns`]) do not vary, so
//! the model is small and still contains every schedule of that score.
//!
//! The search is slow when the relaxation is far from the score, usually because of the spreads of S9 and S11. So the
//! first step fixes the most and the fewest Core of each spread as in the best schedule: the relaxation is tight then,
//! and nearly all columns are fixed. Its result nearly always keeps the most possible. The remaining time is used to
//! look for more.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::alternatives::head_of_unit;
use domain::checker;
use domain::club::{Club, EventIx, PersonIx, Place};
use domain::previous::count_kept;
use domain::rules::Scope;
use domain::schedule::{Decision, Schedule};

use crate::engine::{self, Limits, RelaxedSolution};
use crate::extract::drop_stranded_supervisors;
use crate::formulate::Formulation;
use crate::model::{Col, Column, Model, Sum};
use crate::{BestSchedule, GRACE, PROVEN_GAP, Permit, crowded_days, run_with_timeout, search};

/// Maximum time of this search.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// The gap at which to stop: the number of kept days and lines is an integer, so a gap below 1 proves the maximum.
const GAP: f64 = 0.9;

/// Among the schedules with the best score, the one found in time that keeps most of what people last saw.
pub(crate) fn most_familiar<'c>(
    permit: &Permit,
    formulation: &mut Formulation<'c>,
    best: BestSchedule<'c>,
    deadline: Instant,
    scope: &Scope,
) -> Schedule<'c> {
    let BestSchedule { schedule, values, relaxed } = best;
    if kept_count(&schedule) == max_kept(formulation.club) {
        return schedule;
    }
    let least = checker::terms(&schedule, scope).score() - PROVEN_GAP;
    if let Some(seen) = as_seen(&schedule).into_iter().find(|seen| is_as_good(seen, scope, least)) {
        return seen;
    }
    let objective = search::objective(&formulation.model, &values);
    let deadline = deadline.min(Instant::now() + TIME_LIMIT);
    let mut search = FamiliarSearch { permit, formulation, scope, objective, least, deadline, familiar: schedule };
    let same_spreads = search.formulation.with_spreads_of(&values);
    if let Some(tight) = search.relax(&same_spreads) {
        search.find_more(&same_spreads, Some(&tight));
    }
    let model = search.formulation.model.clone();
    search.find_more(&model, relaxed.as_ref());
    search.familiar
}

/// The search, with the schedule found so far that keeps the most.
struct FamiliarSearch<'a, 'c> {
    permit: &'a Permit,
    formulation: &'a mut Formulation<'c>,
    scope: &'a Scope,
    /// The model's objective for the best schedule.
    objective: f64,
    /// The score that a schedule must reach.
    least: f64,
    deadline: Instant,
    familiar: Schedule<'c>,
}

impl FamiliarSearch<'_, '_> {
    fn limits(&self) -> Option<Limits> {
        let time = self.deadline.saturating_duration_since(Instant::now());
        (!time.is_zero()).then_some(Limits { time, gap: GAP })
    }

    /// The relaxation of a model; `None` if the time is over or the engine fails. The search continues without it,
    /// because the best schedule is known already.
    fn relax(&self, model: &Model) -> Option<RelaxedSolution> {
        let (limits, model) = (self.limits()?, model.clone());
        run_with_timeout(self.permit, limits.time + GRACE, move || engine::relax(&model, &limits))
            .ok()
            .flatten()
            .flatten()
    }

    /// Searches for a schedule that keeps more. Only the columns that the model's relaxation does not fix may vary.
    fn find_more(&mut self, model: &Model, relaxed: Option<&RelaxedSolution>) {
        let columns = match relaxed {
            Some(relaxed) => search::fix_columns(model, relaxed, relaxed.objective - self.objective + PROVEN_GAP),
            None => model.columns.clone(),
        };
        while let Some(limits) = self.limits() {
            let more = kept_count(&self.familiar) + 1;
            let model = self.formulation.keeping_model(columns.clone(), self.objective - PROVEN_GAP, more);
            let solve = move || engine::solve(&model, &limits);
            let found = run_with_timeout(self.permit, limits.time + GRACE, solve).ok().flatten();
            let Some(values) = found.and_then(|found| found.values) else { return };
            let found = self.formulation.schedule(&values);
            let crowded = crowded_days(&found, self.scope);
            if crowded.is_empty() {
                if kept_count(&found) >= more && is_as_good(&found, self.scope, self.least) {
                    self.familiar = found;
                }
                return;
            }
            for day in crowded {
                self.formulation.cut_day(&found, day);
            }
        }
    }
}

/// How much a schedule keeps: each previous placement counts 1 for its day and 1 more for its person on that day.
fn kept_count(schedule: &Schedule) -> usize {
    count_kept(schedule).map_or(0, |kept| kept.days + kept.lines)
}

/// The maximum that any schedule could keep.
fn max_kept(club: &Club) -> usize {
    2 * club.previous().placements.iter().filter(|(e, _)| may_be_placed(club, *e)).count()
}

/// Whether a run may give an event a new place: a candidate, a posted Core that may move, or the Supervisor of such a
/// Core.
fn may_be_placed(club: &Club, e: EventIx) -> bool {
    let event = club.event(e);
    let follows = event.partner.is_some_and(|core| club.follower(core) == Some(e) && club.event(core).may_change());
    event.may_change() || follows
}

/// The previous placements as schedules, in case nothing has changed since. Previous placements do not contain dropped
/// schedules, so there are two: one drops no Core, the other drops what the best schedule drops.
fn as_seen<'c>(best: &Schedule<'c>) -> [Schedule<'c>; 2] {
    let club = best.club();
    let mut dropping = Schedule::as_posted(club);
    for e in club.event_ixs().filter(|e| best.decision(*e) == Decision::Dropped) {
        dropping.decide(e, Decision::Dropped);
    }
    [placed_as_before(Schedule::as_posted(club)), placed_as_before(dropping)]
}

fn placed_as_before(mut schedule: Schedule) -> Schedule {
    let club = schedule.club();
    for (event, place) in &club.previous().placements {
        if may_be_placed(club, *event) {
            let posted = club.event(*event).posting().is_some();
            schedule.decide(*event, if posted { Decision::Moved(*place) } else { Decision::New(*place) });
        }
    }
    drop_stranded_supervisors(&mut schedule);
    schedule
}

/// Whether a schedule is legal and scores at least `least`.
fn is_as_good(schedule: &Schedule, scope: &Scope, least: f64) -> bool {
    checker::violations(schedule, scope).is_empty() && checker::terms(schedule, scope).score() >= least
}

impl Formulation<'_> {
    /// The model with a score of at least `least`. The objective is the number of kept days and lines, which must be at
    /// least `more`. `columns` are the columns of the model, some of them fixed.
    fn keeping_model(&self, columns: Vec<Column>, least: f64, more: usize) -> Model {
        let score = Sum {
            terms: columns.iter().enumerate().map(|(i, c)| (Col(i), c.objective)).collect(),
            constant: self.model.constant,
        };
        let columns = columns.into_iter().map(|c| Column { objective: 0.0, ..c }).collect();
        let mut model = Model { columns, rows: self.model.rows.clone(), constant: 0.0 };
        model.at_least(score, least);
        // The previous placements in pools, by pool and person: the column for the number of the pool's events that the
        // person works, and the number of these placements by the column that places the event.
        let mut pooled: BTreeMap<(usize, PersonIx), (Col, BTreeMap<Col, f64>)> = BTreeMap::new();
        for (event, place) in &self.club.previous().placements {
            let head = head_of_unit(self.club, *event);
            model.reward(1.0, &self.placed_on(head, place.day));
            for single in &self.singles {
                if (single.event, single.person, single.day) == (head, place.person, place.day) {
                    model.columns[single.col.0].objective += 1.0;
                }
            }
            if let Some((pool, placed, works)) = self.in_pool(head, *place) {
                let (_, counts) = pooled.entry((pool, place.person)).or_insert((works, BTreeMap::new()));
                *counts.entry(placed).or_default() += 1.0;
            }
        }
        for (works, counts) in pooled.into_values() {
            let mut kept = Sum::default();
            for (placed, count) in counts {
                let is_kept = model.continuous(count, 1.0);
                model.at_most(Sum::from_iter([is_kept]).minus(&Sum::from_iter([placed])), 0.0);
                kept.add(1.0, is_kept);
            }
            model.at_most(kept.minus(&Sum::from_iter([works])), 0.0);
        }
        let kept = model.columns.iter().enumerate().filter(|(_, c)| c.objective != 0.0);
        let kept = Sum { terms: kept.map(|(i, c)| (Col(i), c.objective)).collect(), constant: model.constant };
        model.at_least(kept, more as f64);
        model
    }

    /// The model with the most and the fewest Core of each spread of S9 and S11 fixed to their values in a solution.
    fn with_spreads_of(&self, values: &[f64]) -> Model {
        let mut model = self.model.clone();
        for col in &self.spreads {
            let column = &mut model.columns[col.0];
            (column.lower, column.upper) = (values[col.0], values[col.0]);
        }
        model
    }

    /// The pool in which an event may be placed on a day, with the columns of the event and of the person.
    fn in_pool(&self, event: EventIx, place: Place) -> Option<(usize, Col, Col)> {
        let pools = self.pools.iter().enumerate().filter(|(_, (day, _))| *day == place.day);
        pools.map(|(i, (_, pool))| (i, pool)).find_map(|(i, pool)| {
            let (_, placed) = pool.members.iter().find(|(e, _)| *e == event)?;
            let (_, works) = pool.people.iter().find(|(p, _)| *p == place.person)?;
            Some((i, *placed, *works))
        })
    }
}
