//! Finds a proven optimum. It first solves the LP relaxation. Then it fixes columns by their reduced costs
//! (reduced-cost fixing) and solves the smaller model.
//!
//! The objective `B` of the relaxation is an upper bound on the objective of every feasible solution. Suppose that the
//! relaxation has an integer column at an end of its range, with the reduced cost `r`. A solution that moves this
//! column has an objective of at most `B - |r|`. If all such columns with `|r|` above a *window* `w` are fixed, every
//! excluded solution has an objective below `B - w`. The rulebook's relaxation is usually tight (on real clubs at most
//! 10 points above an optimum of hundreds of thousands), so a small window leaves a model of a few hundred columns. Its
//! optimum is nearly always within the window, and is therefore the optimum of the whole model. Otherwise the model is
//! solved again with a window that reaches down to the best solution found, and so contains the optimum. A model whose
//! relaxation is far from its optimum may be split ([`parts`]).

use std::time::{Duration, Instant};

use crate::engine::{self, EngineError, Limits, Relaxation, RelaxationOutcome, RelaxedSolution, SolveResult};
use crate::model::{Column, Model, Sum};

mod parts;

use parts::Parts;

/// The first window, in points.
const FIRST_WINDOW: f64 = 20.0;
/// Factor by which the window grows if no solution was found within it.
const WINDOW_FACTOR: f64 = 8.0;
/// Distance between the proven bound and the best solution, in points, above which splitting the model is worthwhile.
const SPLIT_DISTANCE: f64 = 300.0;
/// Rounding errors of reduced costs and sums, in points.
const ROUNDING: f64 = 1e-4;
/// Values this close to an integer count as that integer.
const INTEGRALITY_TOLERANCE: f64 = 1e-6;

/// The result of a search.
#[derive(Debug)]
pub(crate) struct SearchResult {
    /// The best solution, and the bound on all solutions.
    pub found: SolveResult,
    /// The solution of the relaxation; `None` if it was not solved or the model has no columns.
    pub relaxed: Option<RelaxedSolution>,
}

/// A feasible solution and its objective.
struct Solution {
    objective: f64,
    values: Vec<f64>,
}

/// Replaces the best solution if another one has a higher objective.
fn improve(best: &mut Option<Solution>, model: &Model, values: Vec<f64>) {
    let objective = objective(model, &values);
    if best.as_ref().is_none_or(|b| objective > b.objective) {
        *best = Some(Solution { objective, values });
    }
}

/// The best solution of a model, or the best one found in time, with a bound on all solutions. `counts` are sums that
/// are integers in every feasible solution; the search may branch on them.
pub(crate) fn best_solution(model: &Model, counts: &[Sum], limits: &Limits) -> Result<SearchResult, EngineError> {
    let deadline = Instant::now() + limits.time;
    let remaining = || {
        let time = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        Limits { time, gap: limits.gap }
    };
    if model.columns.is_empty() {
        return Ok(SearchResult { found: engine::solve(model, limits)?, relaxed: None });
    }
    let mut relaxation = Relaxation::new(model, &remaining())?;
    let RelaxationOutcome::Solved(relaxed) = relaxation.solve([])? else {
        drop(relaxation);
        // The relaxation is not solved, so the engine solves the model as it is in the remaining time.
        let found = engine::solve(model, &remaining())?;
        let found = SolveResult { bound: found.bound.min(model.ceiling()), ..found };
        return Ok(SearchResult { found, relaxed: None });
    };
    if is_integral(model, &relaxed.values) {
        let found = SolveResult { values: Some(relaxed.values.clone()), bound: relaxed.objective };
        return Ok(SearchResult { found, relaxed: Some(relaxed) });
    }
    let mut best: Option<Solution> = None;
    let mut bound = relaxed.objective;
    let mut parts = Parts::new(model, counts, relaxation, &relaxed, (deadline, limits.gap))?;
    // If a count is fractional, the model is split now if the first branching lowers the bound enough. Otherwise it may
    // be split once later, if a window leaves a large gap.
    let mut may_split = parts.is_some();
    if let Some(all) = &mut parts
        && !all.split_root()?
    {
        parts = None;
    }
    let mut window = FIRST_WINDOW;
    loop {
        if let Some(parts) = parts.take() {
            may_split = false;
            bound = bound.min(parts.search(&mut best)?);
        } else {
            let restricted = Model { columns: fix_columns(model, &relaxed, window), ..model.clone() };
            let found = engine::solve(&restricted, &remaining())?;
            bound = bound.min(found.bound.max(relaxed.objective - window));
            if let Some(values) = found.values {
                improve(&mut best, model, values);
            }
        }
        let proven = best.as_ref().is_some_and(|best| best.objective >= bound - limits.gap);
        if proven || Instant::now() >= deadline {
            let found = SolveResult { values: best.map(|best| best.values), bound };
            return Ok(SearchResult { found, relaxed: Some(relaxed) });
        }
        if may_split && best.as_ref().is_some_and(|best| bound - best.objective > SPLIT_DISTANCE) {
            // The relaxation is solved again: keeping it for this rare case would take much memory for a large model.
            let mut relaxation = Relaxation::new(model, &remaining())?;
            relaxation.solve([])?;
            parts = Parts::new(model, counts, relaxation, &relaxed, (deadline, limits.gap))?;
        }
        window = match &best {
            Some(best) => (relaxed.objective - best.objective).max(window) + 1.0,
            // A club's model has a feasible solution, the schedule that places nothing, so the window grows until one
            // is found.
            None => window * WINDOW_FACTOR,
        };
    }
}

/// The columns of a model, some of them fixed. An integer column at an end of its range is fixed if every solution that
/// moves it has an objective below the relaxation's minus the window.
pub(crate) fn fix_columns(model: &Model, relaxed: &RelaxedSolution, window: f64) -> Vec<Column> {
    let mut columns = model.columns.clone();
    for ((column, value), cost) in columns.iter_mut().zip(&relaxed.values).zip(&relaxed.reduced_costs) {
        if !column.integer || cost.abs() <= window + ROUNDING {
            continue;
        }
        if (value - column.lower).abs() <= INTEGRALITY_TOLERANCE {
            column.upper = column.lower;
        } else if (value - column.upper).abs() <= INTEGRALITY_TOLERANCE {
            column.lower = column.upper;
        }
    }
    columns
}

fn is_integral(model: &Model, values: &[f64]) -> bool {
    model.columns.iter().zip(values).all(|(c, v)| !c.integer || (v - v.round()).abs() <= INTEGRALITY_TOLERANCE)
}

/// The objective of a solution.
pub(crate) fn objective(model: &Model, values: &[f64]) -> f64 {
    model.constant + model.columns.iter().zip(values).map(|(c, v)| c.objective * v).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::model::Col;

    /// A random packing problem. The values of its items differ little, moderately or much, so that some windows
    /// exclude columns and others do not.
    fn packing(seed: u64) -> Model {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut model = Model { constant: f64::from(random.random_range(-50..50)), ..Model::default() };
        let spread = [2, 40, 400][random.random_range(0..3)];
        let columns: Vec<_> = (0..random.random_range(1..40))
            .map(|_| {
                let value = f64::from(100 + random.random_range(-spread..spread));
                match random.random_range(0..5) {
                    0 => model.integer(value, 3.0),
                    1 => model.continuous(value / 10.0, 1.0),
                    _ => model.binary(value),
                }
            })
            .collect();
        for _ in 0..random.random_range(1..15) {
            let mut row = Sum::default();
            for col in &columns {
                if random.random_range(0..3) == 0 {
                    row.add(f64::from(random.random_range(1..9)), *col);
                }
            }
            let limit = f64::from(random.random_range(1..30));
            model.at_most(row, limit);
        }
        model
    }

    #[test]
    fn a_window_excludes_no_better_solution() {
        let limits = Limits { time: Duration::from_secs(30), gap: 0.001 };
        for seed in 0..150 {
            let model = packing(seed);
            let (windowed, direct) = (best_solution(&model, &[], &limits), engine::solve(&model, &limits));
            let (windowed, direct) = (windowed.expect("solved").found, direct.expect("solved"));
            let value = |found: &SolveResult| objective(&model, found.values.as_ref().expect("a solution"));
            let (actual, expected) = (value(&windowed), value(&direct));
            assert!((actual - expected).abs() < 0.01, "seed {seed}: {actual} with windows, {expected} without");
            assert!(windowed.bound >= expected - 1e-6, "seed {seed}: bound {} below {expected}", windowed.bound);
        }
    }

    /// Sums of three adjacent integer columns each.
    fn triples(model: &Model) -> Vec<Sum> {
        let integers: Vec<Col> = (0..model.columns.len()).filter(|c| model.columns[*c].integer).map(Col).collect();
        integers.chunks(3).map(|cols| cols.iter().copied().collect()).collect()
    }

    #[test]
    fn splitting_excludes_no_better_solution() {
        let limits = Limits { time: Duration::from_secs(30), gap: 0.001 };
        let deadline = Instant::now() + Duration::from_mins(10);
        let mut split = 0;
        for seed in 0..150 {
            let model = packing(seed);
            let direct = engine::solve(&model, &limits).expect("solved").values.expect("a solution");
            let mut relaxation = Relaxation::new(&model, &limits).expect("an engine");
            let Ok(RelaxationOutcome::Solved(relaxed)) = relaxation.solve([]) else {
                panic!("seed {seed}: no relaxation")
            };
            let counts = triples(&model);
            let parts = Parts::new(&model, &counts, relaxation, &relaxed, (deadline, limits.gap)).expect("parts");
            let Some(mut parts) = parts else { continue };
            split += usize::from(parts.split_root().expect("children"));
            let mut best = None;
            let bound = parts.search(&mut best).expect("searched");
            let (found, expected) = (best.expect("a solution"), objective(&model, &direct));
            let in_parts = found.objective;
            assert!(bound >= expected - 0.01, "seed {seed}: bound {bound} below {expected}");
            assert!(in_parts <= expected + 0.01, "seed {seed}: {in_parts} is above the optimum, {expected}");
            let recomputed = objective(&model, &found.values);
            assert!((recomputed - in_parts).abs() < 1e-6, "seed {seed}: {in_parts} is not its objective, {recomputed}");
            let ended_early = bound - in_parts > limits.gap;
            assert!(ended_early || (in_parts - expected).abs() < 0.01, "seed {seed}: {in_parts}, expected {expected}");
            let via_best = best_of(&model, &counts, &limits);
            assert!(
                (via_best - expected).abs() < 0.01,
                "seed {seed}: {via_best} from `best_solution`, expected {expected}"
            );
        }
        assert!(split > 10, "only {split} were split at the root");
    }

    fn best_of(model: &Model, counts: &[Sum], limits: &Limits) -> f64 {
        let found = best_solution(model, counts, limits).expect("solved").found;
        objective(model, &found.values.expect("a solution"))
    }

    #[test]
    fn without_time_there_is_still_a_bound() {
        let model = packing(3);
        let found = best_solution(&model, &[], &Limits { time: Duration::ZERO, gap: 0.001 }).expect("a result").found;
        assert!(found.bound.is_finite());
    }
}
