//! Splits a model whose relaxation is far from its optimum (branch and bound on counts).
//!
//! If people have too few hours, the relaxation gives a person 5.6 shifts in a week, for example, and fills the
//! remaining hours with small events. With 6 shifts there is no time for the small events; with 5, a part of a shift is
//! lost. Each fraction gains a part of an event, and an event earns a thousand points, so a narrow window does not
//! contain the optimum. But the number of a person's shifts in a week is an integer. Branching on fractional counts (at
//! most 5, or at least 6) takes a few dozen relaxations. After that few parts can contain a solution that is better
//! than the best one found (the incumbent), and their relaxations are tight. Such a part is then solved within a window
//! that reaches down to the incumbent.

use std::time::{Duration, Instant};

use super::{FIRST_WINDOW, INTEGRALITY_TOLERANCE, Solution, WINDOW_FACTOR, fix_columns, improve};
use crate::engine::{self, EngineError, Limits, Relaxation, RelaxationOutcome, RelaxedSolution};
use crate::model::{Col, Column, Model, Sum};

/// The first split must lower the bound by at least this, in points, to be worthwhile.
const MIN_GAIN: f64 = 50.0;
/// With more fractional counts than this, branching hardly lowers the bound, so the root is not split.
const MAX_FRACTIONS: usize = 12;
/// Maximum number of counts that are compared before the split at the root (strong branching).
const ROOT_CANDIDATES: usize = 2;
/// Maximum number of counts that are compared before each later split.
const CANDIDATES: usize = 4;
/// A part whose relaxation is within this many points of the incumbent is solved as a MIP instead of being split.
const SOLVE_DISTANCE: f64 = 100.0;
/// Range to which the decrease of a child's bound is clamped, in points, when candidates are compared.
const DECREASES: (f64, f64) = (0.001, 10_000.0);
/// Maximum number of splits after the one at the root. Then the search continues with the model as a whole.
const MAX_SPLITS: usize = 60;
/// Maximum number of parts that are solved. Then the search continues with the model as a whole.
const MAX_SOLVED: usize = 15;

/// A part of the model: a node of the branch and bound.
struct Part {
    /// Upper bound on the objective of every solution in the part.
    bound: f64,
    /// The range of each count in this part.
    ranges: Vec<(f64, f64)>,
    relaxed: RelaxedSolution,
    /// The last window within which the part was solved; `None` if it has not been solved.
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
    /// The whole model as one part, with its solved LP relaxation. `None` if every count is an integer in the
    /// relaxation.
    ///
    /// # Errors
    /// The engine refused the columns or rows of the counts, or has failed before.
    pub fn new(
        model: &Model,
        counts: &[Sum],
        mut relaxation: Relaxation,
        relaxed: &RelaxedSolution,
        (deadline, gap): (Instant, f64),
    ) -> Result<Option<Parts>, EngineError> {
        let values: Vec<f64> = counts.iter().map(|count| count.at(&relaxed.values)).collect();
        if values.iter().all(|value| is_integer(*value)) {
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
        let root = Part { bound: relaxed.objective, ranges, relaxed, window: None };
        Ok(Some(Parts { model, counts, relaxation, open: vec![root], deadline, gap }))
    }

    /// Branches once at the root if at most `MAX_FRACTIONS` counts are fractional and branching lowers the bound by at
    /// least `MIN_GAIN`. Otherwise returns false and leaves the model in one part.
    ///
    /// # Errors
    /// The engine failed.
    pub fn split_root(&mut self) -> Result<bool, EngineError> {
        let Some(root) = self.open.pop() else { return Ok(false) };
        let fractions = self.fractions(&root);
        if fractions.len() <= MAX_FRACTIONS {
            let children = self.split(&root, fractions.iter().take(ROOT_CANDIDATES), f64::NEG_INFINITY)?;
            let highest = children.iter().map(|child| child.bound).fold(f64::NEG_INFINITY, f64::max);
            if highest.is_finite() && highest <= root.bound - MIN_GAIN {
                self.open = children;
                return Ok(true);
            }
        }
        self.open.push(root);
        Ok(false)
    }

    /// Improves the incumbent with solutions of the parts, and returns a bound on all solutions. The bound may exceed
    /// the incumbent by more than the gap if the time limit or a limit on branching ended the search.
    ///
    /// # Errors
    /// The engine failed.
    pub fn search(mut self, best: &mut Option<Solution>) -> Result<f64, EngineError> {
        let (mut splits, mut solved) = (0, 0);
        loop {
            let incumbent = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective);
            self.open.retain(|part| part.bound > incumbent);
            let highest = (0..self.open.len()).max_by(|a, b| self.open[*a].bound.total_cmp(&self.open[*b].bound));
            let Some(highest) = highest else { return Ok(incumbent) };
            let bound = self.open[highest].bound;
            let enough = splits >= MAX_SPLITS || solved >= MAX_SOLVED;
            if bound <= incumbent + self.gap || enough || Instant::now() >= self.deadline {
                return Ok(bound);
            }
            let part = self.open.swap_remove(highest);
            let fractions = self.fractions(&part);
            if !fractions.is_empty() && part.relaxed.objective - incumbent > SOLVE_DISTANCE {
                splits += 1;
                let children = self.split(&part, fractions.iter().take(CANDIDATES), incumbent)?;
                let stalls = children.iter().any(|child| child.bound > part.bound - FIRST_WINDOW);
                if best.is_some() || part.window.is_some() || !stalls {
                    self.open.extend(children);
                    continue;
                }
                // There is no incumbent yet, and the split hardly lowers the bound. So the part is solved instead: only
                // an incumbent shows which parts can be left out.
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
        let mut fractions: Vec<usize> = (0..self.counts.len()).filter(|i| !is_integer(value(i))).collect();
        fractions.sort_by(|a, b| off(b).total_cmp(&off(a)));
        fractions
    }

    /// The children of a part, split by one of `counts`: the one for which the product of both children's decreases of the
    /// bound is largest. A decrease counts at most down to the incumbent's objective. A child without a feasible solution
    /// counts as the largest decrease, and is not returned.
    fn split<'i>(
        &mut self,
        part: &Part,
        counts: impl Iterator<Item = &'i usize>,
        incumbent: f64,
    ) -> Result<Vec<Part>, EngineError> {
        let (least, most) = (DECREASES.0, (part.relaxed.objective - incumbent).clamp(DECREASES.0, DECREASES.1));
        let (mut best_score, mut chosen) = (f64::NEG_INFINITY, Vec::new());
        for count in counts {
            let value = part.relaxed.values[self.counts[*count].0];
            let (lower, upper) = part.ranges[*count];
            let (mut score, mut children) = (1.0, Vec::new());
            for range in [(lower, value.floor()), (value.ceil(), upper)] {
                let mut ranges = part.ranges.clone();
                ranges[*count] = range;
                let child = self.part(part, ranges)?;
                let decrease = child.as_ref().map_or(most, |child| part.relaxed.objective - child.relaxed.objective);
                score *= decrease.clamp(least, most);
                children.extend(child);
            }
            if score > best_score {
                (best_score, chosen) = (score, children);
            }
        }
        Ok(chosen)
    }

    /// The part of `parent` with these ranges; `None` if it has no feasible solution.
    fn part(&mut self, parent: &Part, ranges: Vec<(f64, f64)>) -> Result<Option<Part>, EngineError> {
        let columns: Vec<_> = self.counts.iter().copied().zip(ranges.iter().copied()).collect();
        Ok(match self.relaxation.solve(columns)? {
            RelaxationOutcome::Solved(relaxed) => {
                Some(Part { bound: relaxed.objective.min(parent.bound), ranges, relaxed, window: None })
            }
            RelaxationOutcome::Infeasible => None,
            // The parent's bound also holds for this part.
            RelaxationOutcome::Stopped => {
                Some(Part { bound: parent.bound, ranges, relaxed: parent.relaxed.clone(), window: None })
            }
        })
    }

    /// Solves a part within a window, and returns it with its new bound. With an incumbent, the window reaches down to
    /// the incumbent's objective, so the result decides the part. Without one, the window is a guess that grows with
    /// each attempt.
    fn solve(&self, part: Part, best: &mut Option<Solution>) -> Result<Part, EngineError> {
        let window = match (best.as_ref(), part.window) {
            (Some(best), _) => part.relaxed.objective - best.objective,
            (None, Some(before)) => before * WINDOW_FACTOR,
            (None, None) if self.fractions(&part).is_empty() => FIRST_WINDOW * WINDOW_FACTOR,
            (None, None) => FIRST_WINDOW,
        };
        let mut restricted = self.model.clone();
        for (col, (lower, upper)) in self.counts.iter().zip(&part.ranges) {
            (restricted.columns[col.0].lower, restricted.columns[col.0].upper) = (*lower, *upper);
        }
        restricted.columns = fix_columns(&restricted, &part.relaxed, window);
        let time = self.deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let found = engine::solve(&restricted, &Limits { time, gap: self.gap })?;
        if let Some(mut values) = found.values {
            values.truncate(values.len() - self.counts.len());
            improve(best, &self.model, values);
        }
        let bound = part.bound.min(found.bound.max(part.relaxed.objective - window));
        Ok(Part { bound, window: Some(window), ..part })
    }
}

fn is_integer(value: f64) -> bool {
    (value - value.round()).abs() <= INTEGRALITY_TOLERANCE
}
