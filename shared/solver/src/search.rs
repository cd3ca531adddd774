//! Finds a proven optimum: solves the relaxation, and then the model in which the columns that the reduced costs exclude
//! are fixed.
//!
//! The objective `B` of the relaxation is an upper bound for every point. Moving a column that is at an end of its
//! range and has a reduced cost of `r` costs at least `|r|`, so a point that moves it has at most `B - |r|`. If all
//! columns with `|r|` above a *window* `w` are fixed, every excluded point has less than `B - w`. The rulebook's
//! relaxation is tight (a few points in a hundred thousand), so a small window leaves a model of a few hundred columns.
//! Its optimum is nearly always within the window, and is therefore the optimum of the whole model. If it is not, its
//! distance to `B` is the next window, which decides. A model whose relaxation is far from its optimum is split
//! ([`parts`]).

use std::time::{Duration, Instant};

use crate::engine::{self, EngineError, Found, Limits, Relaxation, RelaxationOutcome, Relaxed};
use crate::model::{Column, Model, Sum};

mod parts;

use parts::Parts;

/// The first window, in points.
const FIRST_WINDOW: f64 = 20.0;
/// Factor for the next window if no point was found in this one.
const WINDOW_FACTOR: f64 = 8.0;
/// Distance between relaxation and best point, in points, above which splitting the model is worthwhile.
const SPLIT_DISTANCE: f64 = 300.0;
/// Rounding errors of reduced costs and sums, in points.
const ROUNDING: f64 = 1e-4;
/// Values this close to an integer count as that integer.
const INTEGRALITY_TOLERANCE: f64 = 1e-6;

/// The result of a search.
#[derive(Debug)]
pub(crate) struct Searched {
    /// The best point, and the bound for all points.
    pub found: Found,
    /// The relaxation, if it was solved in time.
    pub relaxed: Option<Relaxed>,
}

/// A point and its objective.
struct Point {
    objective: f64,
    values: Vec<f64>,
}

/// Replaces the best point if another one has a higher objective.
fn improve(best: &mut Option<Point>, model: &Model, values: Vec<f64>) {
    let objective = objective(model, &values);
    if best.as_ref().is_none_or(|b| objective > b.objective) {
        *best = Some(Point { objective, values });
    }
}

/// The best point of a model, or the best one found in time, with a bound for all points. `counts` are sums that are
/// integers at every point; the model may be split by them.
pub(crate) fn best(model: &Model, counts: &[Sum], limits: &Limits) -> Result<Searched, EngineError> {
    let deadline = Instant::now() + limits.time;
    let left = || {
        let time = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        Limits { time, gap: limits.gap }
    };
    if model.columns.is_empty() {
        return Ok(Searched { found: engine::solve(model, limits)?, relaxed: None });
    }
    let mut relaxation = Relaxation::new(model, &left())?;
    let RelaxationOutcome::Solved(relaxed) = relaxation.solve([])? else {
        drop(relaxation);
        // The relaxation is not solved, so the engine solves the model as it is in the remaining time.
        let found = engine::solve(model, &left())?;
        let found = Found { bound: found.bound.min(model.ceiling()), ..found };
        return Ok(Searched { found, relaxed: None });
    };
    if is_whole(model, &relaxed.values) {
        let found = Found { values: Some(relaxed.values.clone()), bound: relaxed.objective };
        return Ok(Searched { found, relaxed: Some(relaxed) });
    }
    let mut best: Option<Point> = None;
    let mut bound = relaxed.objective;
    let mut parts = Parts::new(model, counts, relaxation, &relaxed, (deadline, limits.gap))?;
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
            let within = Model { columns: fixed(model, &relaxed, window), ..model.clone() };
            let found = engine::solve(&within, &left())?;
            bound = bound.min(found.bound.max(relaxed.objective - window));
            if let Some(values) = found.values {
                improve(&mut best, model, values);
            }
        }
        let proven = best.as_ref().is_some_and(|best| best.objective >= bound - limits.gap);
        if proven || Instant::now() >= deadline {
            let found = Found { values: best.map(|best| best.values), bound };
            return Ok(Searched { found, relaxed: Some(relaxed) });
        }
        if may_split && best.as_ref().is_some_and(|best| bound - best.objective > SPLIT_DISTANCE) {
            // The relaxation is solved again: keeping it for this rare case would take much memory for a large model.
            let mut relaxation = Relaxation::new(model, &left())?;
            relaxation.solve([])?;
            parts = Parts::new(model, counts, relaxation, &relaxed, (deadline, limits.gap))?;
        }
        window = match &best {
            Some(best) => (relaxed.objective - best.objective).max(window) + 1.0,
            None => window * WINDOW_FACTOR,
        };
    }
}

/// The columns of a model. A column is fixed if no point within the window can move it, that is, no point whose
/// objective is above the relaxation's minus the window.
pub(crate) fn fixed(model: &Model, relaxed: &Relaxed, window: f64) -> Vec<Column> {
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

fn is_whole(model: &Model, values: &[f64]) -> bool {
    model.columns.iter().zip(values).all(|(c, v)| !c.integer || (v - v.round()).abs() <= INTEGRALITY_TOLERANCE)
}

/// The objective of a point.
pub(crate) fn objective(model: &Model, values: &[f64]) -> f64 {
    model.constant + model.columns.iter().zip(values).map(|(c, v)| c.objective * v).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::model::Col;

    /// A random packing problem with prices that are close to each other, so that windows matter.
    fn packing(seed: u64) -> Model {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut model = Model { constant: f64::from(random.random_range(-50..50)), ..Model::default() };
        let spread = [2, 40, 400][random.random_range(0..3)];
        let columns: Vec<_> = (0..random.random_range(1..40))
            .map(|_| {
                let price = f64::from(100 + random.random_range(-spread..spread));
                match random.random_range(0..5) {
                    0 => model.whole(price, 3.0),
                    1 => model.continuous(price / 10.0, 1.0),
                    _ => model.binary(price),
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
    fn a_window_excludes_no_better_point() {
        let limits = Limits { time: Duration::from_secs(30), gap: 0.001 };
        for seed in 0..150 {
            let model = packing(seed);
            let (windowed, whole) = (best(&model, &[], &limits), engine::solve(&model, &limits));
            let (windowed, whole) = (windowed.expect("solved").found, whole.expect("solved"));
            let value = |found: &Found| objective(&model, found.values.as_ref().expect("a point"));
            let (one, other) = (value(&windowed), value(&whole));
            assert!((one - other).abs() < 0.01, "seed {seed}: {one} within the window, {other} without");
            assert!(windowed.bound >= other - 1e-6, "seed {seed}: bound {} below {other}", windowed.bound);
        }
    }

    /// Sums of three adjacent integer columns each.
    fn triples(model: &Model) -> Vec<Sum> {
        let whole: Vec<Col> = (0..model.columns.len()).filter(|c| model.columns[*c].integer).map(Col).collect();
        whole.chunks(3).map(|cols| cols.iter().copied().collect()).collect()
    }

    #[test]
    fn splitting_excludes_no_better_point() {
        let limits = Limits { time: Duration::from_secs(30), gap: 0.001 };
        let deadline = Instant::now() + Duration::from_mins(10);
        let mut split = 0;
        for seed in 0..150 {
            let model = packing(seed);
            let whole = engine::solve(&model, &limits).expect("solved").values.expect("a point");
            let mut relaxation = Relaxation::new(&model, &limits).expect("an engine");
            let Ok(RelaxationOutcome::Solved(relaxed)) = relaxation.solve([]) else {
                panic!("seed {seed}: no relaxation")
            };
            let counts = triples(&model);
            let parts = Parts::new(&model, &counts, relaxation, &relaxed, (deadline, limits.gap)).expect("parts");
            let Some(mut parts) = parts else { continue };
            split += usize::from(parts.split_root().expect("halves"));
            let mut best = None;
            let bound = parts.search(&mut best).expect("searched");
            let (found, other) = (best.expect("a point"), objective(&model, &whole));
            let one = found.objective;
            assert!(bound >= other - 0.01, "seed {seed}: bound {bound} below {other}");
            assert!(one <= other + 0.01, "seed {seed}: {one} is above the best, {other}");
            assert!((objective(&model, &found.values) - one).abs() < 1e-6, "seed {seed}: {one} is not its objective");
            let ended_early = bound - one > limits.gap;
            assert!(ended_early || (one - other).abs() < 0.01, "seed {seed}: {one} in parts, {other} whole");
            let together = best_of(&model, &counts, &limits);
            assert!((together - other).abs() < 0.01, "seed {seed}: {together} when it may be split, {other} whole");
        }
        assert!(split > 10, "only {split} were split at once");
    }

    fn best_of(model: &Model, counts: &[Sum], limits: &Limits) -> f64 {
        let found = best(model, counts, limits).expect("solved").found;
        objective(model, &found.values.expect("a point"))
    }

    #[test]
    fn without_time_there_is_still_a_bound() {
        let model = packing(3);
        let found = best(&model, &[], &Limits { time: Duration::ZERO, gap: 0.001 }).expect("an end").found;
        assert!(found.bound.is_finite());
    }
}
