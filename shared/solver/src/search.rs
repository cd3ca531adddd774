//! Finds a proven optimum: solves the relaxation, then the model with the columns fixed that the reduced costs rule
//! out.
//!
//! The relaxation has the objective `B`, an upper bound for every point. A column at the end of its range with a
//! reduced cost of `r` costs at least `|r|` to move: a point that moves it has at most `B - |r|`. So if all columns
//! with `|r|` above a *window* `w` are fixed, every excluded point has less than `B - w`. The rulebook's relaxation is
//! tight (a few points on a hundred thousand), so a small window leaves a model of a few hundred columns, whose optimum
//! is nearly always within the window and therefore the optimum of all. If it is not, the distance between it and `B`
//! is the next window, and that one decides.

use std::time::{Duration, Instant};

use crate::engine::{self, EngineError, Found, Limits, Relaxed};
use crate::model::{Column, Model};

/// The first window, in points.
const FIRST_WINDOW: f64 = 20.0;
/// Factor of the next window if nothing was found in this one.
const WIDER: f64 = 8.0;
/// Rounding errors of prices and sums, in points.
const ROUNDING: f64 = 1e-4;
/// Values this close to an integer count as that integer.
const WHOLE: f64 = 1e-6;

/// What a search found.
#[derive(Debug)]
pub(crate) struct Searched {
    /// The best point, and the bound on all.
    pub found: Found,
    /// The relaxation, if there was one in time.
    pub relaxed: Option<Relaxed>,
}

/// The best point of a model, or the best found in time, with a bound for all of them.
pub(crate) fn best(model: &Model, limits: &Limits) -> Result<Searched, EngineError> {
    let deadline = Instant::now() + limits.time;
    let left = || {
        let time = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        Limits { time, gap: limits.gap }
    };
    if model.columns.is_empty() {
        return Ok(Searched { found: engine::solve(model, limits)?, relaxed: None });
    }
    let Some(relaxed) = engine::relax(model, &left())? else {
        // No relaxation in time (or none at all): use what the engine finds in the remaining time.
        let found = engine::solve(model, &left())?;
        let found = Found { bound: found.bound.min(model.ceiling()), ..found };
        return Ok(Searched { found, relaxed: None });
    };
    if is_whole(model, &relaxed.values) {
        let found = Found { values: Some(relaxed.values.clone()), bound: relaxed.objective };
        return Ok(Searched { found, relaxed: Some(relaxed) });
    }
    let mut best: Option<(f64, Vec<f64>)> = None;
    let mut window = FIRST_WINDOW;
    loop {
        let within = Model { columns: fixed(model, &relaxed, window), ..model.clone() };
        let found = engine::solve(&within, &left())?;
        if let Some(values) = found.values {
            let worth = worth(model, &values);
            if best.as_ref().is_none_or(|(w, _)| worth > *w) {
                best = Some((worth, values));
            }
        }
        let bound = found.bound.max(relaxed.objective - window).min(relaxed.objective);
        let proven = best.as_ref().is_some_and(|(worth, _)| *worth >= bound - limits.gap);
        if proven || Instant::now() >= deadline {
            let found = Found { values: best.map(|(_, values)| values), bound };
            return Ok(Searched { found, relaxed: Some(relaxed) });
        }
        window = match &best {
            Some((worth, _)) => (relaxed.objective - worth).max(window) + 1.0,
            None => window * WIDER,
        };
    }
}

/// The columns of a model, each fixed that a point within the window cannot move: one that is worth more than the
/// relaxation less the window.
pub(crate) fn fixed(model: &Model, relaxed: &Relaxed, window: f64) -> Vec<Column> {
    let mut columns = model.columns.clone();
    for ((column, value), cost) in columns.iter_mut().zip(&relaxed.values).zip(&relaxed.reduced_costs) {
        if !column.integer || cost.abs() <= window + ROUNDING {
            continue;
        }
        if (value - column.lower).abs() <= WHOLE {
            column.upper = column.lower;
        } else if (value - column.upper).abs() <= WHOLE {
            column.lower = column.upper;
        }
    }
    columns
}

fn is_whole(model: &Model, values: &[f64]) -> bool {
    model.columns.iter().zip(values).all(|(c, v)| !c.integer || (v - v.round()).abs() <= WHOLE)
}

pub(crate) fn worth(model: &Model, values: &[f64]) -> f64 {
    model.constant + model.columns.iter().zip(values).map(|(c, v)| c.objective * v).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::model::Sum;

    /// A random packing problem with prices so close that windows matter.
    fn packing(seed: u64) -> Model {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut model = Model { constant: f64::from(chance.random_range(-50..50)), ..Model::default() };
        let spread = [2, 40, 400][chance.random_range(0..3)];
        let columns: Vec<_> = (0..chance.random_range(1..40))
            .map(|_| {
                let price = f64::from(100 + chance.random_range(-spread..spread));
                match chance.random_range(0..5) {
                    0 => model.whole(price, 3.0),
                    1 => model.continuous(price / 10.0, 1.0),
                    _ => model.binary(price),
                }
            })
            .collect();
        for _ in 0..chance.random_range(1..15) {
            let mut row = Sum::default();
            for col in &columns {
                if chance.random_range(0..3) == 0 {
                    row.add(f64::from(chance.random_range(1..9)), *col);
                }
            }
            let limit = f64::from(chance.random_range(1..30));
            model.at_most(row, limit);
        }
        model
    }

    #[test]
    fn a_window_loses_no_better_point() {
        let limits = Limits { time: Duration::from_secs(30), gap: 0.001 };
        for seed in 0..150 {
            let model = packing(seed);
            let (windowed, whole) = (best(&model, &limits), engine::solve(&model, &limits));
            let (windowed, whole) = (windowed.expect("solved").found, whole.expect("solved"));
            let value = |found: &Found| worth(&model, found.values.as_ref().expect("a point"));
            let (one, other) = (value(&windowed), value(&whole));
            assert!((one - other).abs() < 0.01, "seed {seed}: {one} within the window, {other} without");
            assert!(windowed.bound >= other - 1e-6, "seed {seed}: bound {} below {other}", windowed.bound);
        }
    }

    #[test]
    fn no_time_is_no_point_but_a_bound() {
        let model = packing(3);
        let found = best(&model, &Limits { time: Duration::ZERO, gap: 0.001 }).expect("an end").found;
        assert!(found.bound.is_finite());
    }
}
