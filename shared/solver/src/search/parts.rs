//! Splits a model whose relaxation is far from its best point (branch and bound on counts).
//!
//! If people's hours are short, the relaxation gives them fractions of shifts: 5.6 shifts in a week leave time for
//! small events that neither 5 nor 6 shifts leave. Each fraction gains a part of an event, and an event earns a
//! thousand points, so a narrow window does not contain the best point. But the number of a person's shifts in a week is
//! an integer. Branching on fractional counts (at most 5, or at least 6) takes a few dozen relaxations. After that few
//! parts can contain a better point, and their relaxations are tight. Such a part is then solved within the window that
//! decides it.

use std::time::{Duration, Instant};

use super::{FIRST_WINDOW, INTEGRALITY_TOLERANCE, Point, WINDOW_FACTOR, fixed, improve};
use crate::engine::{self, EngineError, Limits, Relaxation, RelaxationOutcome, Relaxed};
use crate::model::{Col, Column, Model, Sum};

/// The first split must lower the bound by at least this, in points, to be worthwhile.
const LEAST_GAIN: f64 = 50.0;
/// With more fractional counts than this, branching hardly lowers the bound.
const MOST_FRACTIONS: usize = 12;
/// Number of counts that are compared before the first split (strong branching).
const COMPARED_FIRST: usize = 2;
/// Number of counts that are compared before each later split.
const COMPARED: usize = 4;
/// A part whose relaxation is within this many points of the incumbent is solved as a MIP instead of being split.
const SOLVE_DISTANCE: f64 = 100.0;
/// Range of a branch's gain in points when candidates are compared; an infeasible branch counts as the maximum.
const GAINS: (f64, f64) = (0.001, 10_000.0);
/// Maximum number of splits. After that the search continues with the model as a whole.
const MOST_SPLITS: usize = 60;
/// Maximum number of parts that are solved. After that the search continues with the model as a whole.
const MOST_SOLVED: usize = 15;

/// A part of the model.
struct Part {
    /// Upper bound for the points of the part.
    bound: f64,
    /// The range of each count in this part.
    ranges: Vec<(f64, f64)>,
    relaxed: Relaxed,
    /// The window in which the part has been solved, if it has been.
    window: Option<f64>,
}

/// A model divided into parts.
pub(super) struct Parts {
    /// The model, with a column for each count after all others.
    model: Model,
    counts: Vec<Col>,
    relaxation: Relaxation,
    open: Vec<Part>,
    deadline: Instant,
    gap: f64,
}

impl Parts {
    /// The whole model as one part, with its solved LP relaxation. `None` if every count is an integer in it.
    ///
    /// # Errors
    /// The engine refused the columns of the counts.
    pub fn new(
        model: &Model,
        counts: &[Sum],
        mut relaxation: Relaxation,
        relaxed: &Relaxed,
        (deadline, gap): (Instant, f64),
    ) -> Result<Option<Parts>, EngineError> {
        let values: Vec<f64> = counts.iter().map(|count| count.at(&relaxed.values)).collect();
        if values.iter().all(|value| is_whole(*value)) {
            return Ok(None);
        }
        let mut model = model.clone();
        let (columns, rows) = (model.columns.len(), model.rows.len());
        let mut ranges = Vec::new();
        for count in counts {
            let (lower, upper) = model.range(count);
            ranges.push((lower, upper));
            let column = model.column(Column { objective: 0.0, lower, upper, integer: true });
            let mut row = count.clone();
            row.add(-1.0, column);
            model.zero(row);
        }
        relaxation.extend(&model.columns[columns..], &model.rows[rows..])?;
        let mut relaxed = relaxed.clone();
        relaxed.reduced_costs.extend(values.iter().map(|_| 0.0));
        relaxed.values.extend(values);
        let counts = (columns..model.columns.len()).map(Col).collect();
        let whole = Part { bound: relaxed.objective, ranges, relaxed, window: None };
        Ok(Some(Parts { model, counts, relaxation, open: vec![whole], deadline, gap }))
    }

    /// Branches once at the root if that lowers the bound by `LEAST_GAIN`. Otherwise returns false and leaves the model
    /// unchanged.
    ///
    /// # Errors
    /// The engine failed.
    pub fn split_root(&mut self) -> Result<bool, EngineError> {
        let Some(whole) = self.open.pop() else { return Ok(false) };
        let fractions = self.fractions(&whole);
        if fractions.len() <= MOST_FRACTIONS {
            let halves = self.split(&whole, fractions.iter().take(COMPARED_FIRST), f64::NEG_INFINITY)?;
            let highest = halves.iter().map(|half| half.bound).fold(f64::NEG_INFINITY, f64::max);
            if highest.is_finite() && highest <= whole.bound - LEAST_GAIN {
                self.open = halves;
                return Ok(true);
            }
        }
        self.open.push(whole);
        Ok(false)
    }

    /// Improves the best point by points of the parts, and returns a bound for all points. The bound may be above the
    /// best point if the time limit or a limit on branching ended the search.
    ///
    /// # Errors
    /// The engine failed.
    pub fn search(mut self, best: &mut Option<Point>) -> Result<f64, EngineError> {
        let (mut splits, mut solved) = (0, 0);
        loop {
            let incumbent = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective);
            self.open.retain(|part| part.bound > incumbent);
            let highest = (0..self.open.len()).max_by(|a, b| self.open[*a].bound.total_cmp(&self.open[*b].bound));
            let Some(highest) = highest else { return Ok(incumbent) };
            let bound = self.open[highest].bound;
            let enough = splits >= MOST_SPLITS || solved >= MOST_SOLVED;
            if bound <= incumbent + self.gap || enough || Instant::now() >= self.deadline {
                return Ok(bound);
            }
            let part = self.open.swap_remove(highest);
            let fractions = self.fractions(&part);
            if !fractions.is_empty() && part.relaxed.objective - incumbent > SOLVE_DISTANCE {
                splits += 1;
                let halves = self.split(&part, fractions.iter().take(COMPARED), incumbent)?;
                let stalls = halves.iter().any(|half| half.bound > part.bound - FIRST_WINDOW);
                if best.is_some() || part.window.is_some() || !stalls {
                    self.open.extend(halves);
                    continue;
                }
                // Without an incumbent, and if the split hardly lowers the bound, the part is solved: a first point
                // decides how much splitting is worthwhile.
            }
            solved += 1;
            let part = self.solve(part, best)?;
            self.open.push(part);
        }
    }

    /// The counts that are fractional in a part's relaxation, those furthest from an integer first.
    fn fractions(&self, part: &Part) -> Vec<usize> {
        let value = |i: &usize| part.relaxed.values[self.counts[*i].0];
        let off = |i: &usize| (value(i) - value(i).round()).abs();
        let mut fractions: Vec<usize> = (0..self.counts.len()).filter(|i| !is_whole(value(i))).collect();
        fractions.sort_by(|a, b| off(b).total_cmp(&off(a)));
        fractions
    }

    /// The two halves of a part, split by the count that lowers their bounds most. Gains beyond the incumbent's objective
    /// do not count. A half without a feasible point is left out.
    fn split<'i>(
        &mut self,
        part: &Part,
        counts: impl Iterator<Item = &'i usize>,
        incumbent: f64,
    ) -> Result<Vec<Part>, EngineError> {
        let (least, most) = (GAINS.0, (part.relaxed.objective - incumbent).clamp(GAINS.0, GAINS.1));
        let (mut largest, mut chosen) = (f64::NEG_INFINITY, Vec::new());
        for count in counts {
            let value = part.relaxed.values[self.counts[*count].0];
            let (lower, upper) = part.ranges[*count];
            let (mut gain, mut halves) = (1.0, Vec::new());
            for range in [(lower, value.floor()), (value.ceil(), upper)] {
                let mut ranges = part.ranges.clone();
                ranges[*count] = range;
                let half = self.part(part, ranges)?;
                let below = half.as_ref().map_or(most, |half| part.relaxed.objective - half.relaxed.objective);
                gain *= below.clamp(least, most);
                halves.extend(half);
            }
            if gain > largest {
                (largest, chosen) = (gain, halves);
            }
        }
        Ok(chosen)
    }

    /// The part with these ranges; `None` if it has no feasible point.
    fn part(&mut self, of: &Part, ranges: Vec<(f64, f64)>) -> Result<Option<Part>, EngineError> {
        let columns: Vec<_> = self.counts.iter().copied().zip(ranges.iter().copied()).collect();
        Ok(match self.relaxation.solve(columns)? {
            RelaxationOutcome::Solved(relaxed) => {
                Some(Part { bound: relaxed.objective.min(of.bound), ranges, relaxed, window: None })
            }
            RelaxationOutcome::Infeasible => None,
            // The bound of the larger part also holds for this one.
            RelaxationOutcome::Stopped => {
                Some(Part { bound: of.bound, ranges, relaxed: of.relaxed.clone(), window: None })
            }
        })
    }

    /// Solves a part within the window that decides it, or without an incumbent within a window that is likely to
    /// contain a point. Returns the part with its new bound.
    fn solve(&self, part: Part, best: &mut Option<Point>) -> Result<Part, EngineError> {
        let window = match (best.as_ref(), part.window) {
            (Some(best), _) => part.relaxed.objective - best.objective,
            (None, Some(before)) => before * WINDOW_FACTOR,
            (None, None) if self.fractions(&part).is_empty() => FIRST_WINDOW * WINDOW_FACTOR,
            (None, None) => FIRST_WINDOW,
        };
        let mut within = self.model.clone();
        for (col, (lower, upper)) in self.counts.iter().zip(&part.ranges) {
            (within.columns[col.0].lower, within.columns[col.0].upper) = (*lower, *upper);
        }
        within.columns = fixed(&within, &part.relaxed, window);
        let time = self.deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let found = engine::solve(&within, &Limits { time, gap: self.gap })?;
        if let Some(mut values) = found.values {
            values.truncate(values.len() - self.counts.len());
            improve(best, &self.model, values);
        }
        let bound = part.bound.min(found.bound.max(part.relaxed.objective - window));
        Ok(Part { bound, window: Some(window), ..part })
    }
}

fn is_whole(value: f64) -> bool {
    (value - value.round()).abs() <= INTEGRALITY_TOLERANCE
}
