//! The posterior of one effect and of the deviations below it, on the logit scale.
//!
//! A unit (a person, or a type) has cells (its pairs of a person and a type) with outcomes. In cell `k` the log odds of
//! *kept* are `offset_k + unit + cell_k`, with `unit ~ N(0, variances.unit)` and `cell_k ~ N(0, variances.cell)`. The
//! mode is found by Newton's method; the Hessian is an arrow matrix, so a step and the determinant take one pass over
//! the cells. Laplace's approximation around the mode gives the marginal likelihood.

use statrs::function::logistic::logistic;

/// The outcomes of a cell, by weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Log odds of *kept* from everything but this unit.
    pub offset: f64,
    /// Weight of the outcomes that are *kept*.
    pub kept: f64,
    /// Weight of all outcomes.
    pub of: f64,
}

/// Prior variances on the logit scale; 0 leaves an effect out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PriorVariances {
    pub unit: f64,
    pub cell: f64,
}

/// The posterior of a unit.
#[derive(Debug, Clone)]
pub(super) struct Posterior {
    /// Mode of the unit's effect.
    pub value: f64,
    /// Variance of the unit's effect.
    pub variance: f64,
    /// The cells' deviations, in the order of the cells.
    pub cells: Vec<Deviation>,
    /// Log marginal likelihood.
    pub log_evidence: f64,
}

/// The deviation of a cell from its unit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Deviation {
    /// Mode of the deviation.
    pub value: f64,
    /// Variance of the deviation, given the unit's effect.
    pub variance: f64,
    /// How much of the unit's effect remains in the cell's sum: 1 without outcomes, towards 0 with many.
    pub shrinkage: f64,
}

/// Maximum number of Newton steps; three to six are usual.
const MAX_STEPS: usize = 50;
/// Maximum change of an effect in one step, so that a start far from the mode does not overshoot.
const LONGEST_STEP: f64 = 2.0;
/// The mode is found when the largest change is below this.
const PRECISION: f64 = 1e-7;

/// Finds the mode of a unit by Newton's method, and its posterior.
pub(super) fn posterior(cells: &[Cell], variances: PriorVariances) -> Posterior {
    let mut value = 0.0;
    let mut deviations = vec![Deviation::default(); cells.len()];
    let mut slopes = vec![Slope::default(); cells.len()];
    for _ in 0..MAX_STEPS {
        let (mut precision, mut pull) = (0.0, 0.0);
        for ((cell, at), slope) in cells.iter().zip(&deviations).zip(&mut slopes) {
            *slope = cell.slope(value + at.value);
            let damping = 1.0 + slope.weight * variances.cell;
            precision += slope.weight / damping;
            pull += (slope.weight * (value + at.value) + slope.residual) / damping;
        }
        let target = variances.unit * pull / (1.0 + variances.unit * precision);
        let change = target - value;
        let change_of = |at: &Deviation, slope: &Slope| {
            let pull = slope.weight * (value + at.value - target) + slope.residual;
            variances.cell * pull / (1.0 + slope.weight * variances.cell) - at.value
        };
        let changes = deviations.iter().zip(&slopes).map(|(at, slope)| change_of(at, slope).abs());
        let longest = changes.fold(change.abs(), f64::max);
        let part = if longest > LONGEST_STEP { LONGEST_STEP / longest } else { 1.0 };
        for (at, slope) in deviations.iter_mut().zip(&slopes) {
            at.value += part * change_of(at, slope);
        }
        value += part * change;
        if longest < PRECISION {
            break;
        }
    }
    summary(cells, variances, value, deviations)
}

/// Curvature and marginal likelihood around a mode.
fn summary(cells: &[Cell], variances: PriorVariances, value: f64, mut deviations: Vec<Deviation>) -> Posterior {
    let penalty = |value: f64, variance: f64| if variance > 0.0 { value * value / variance } else { 0.0 };
    let (mut precision, mut log_evidence) = (0.0, -0.5 * penalty(value, variances.unit));
    for (cell, at) in cells.iter().zip(&mut deviations) {
        let odds = cell.offset + value + at.value;
        let weight = cell.slope(value + at.value).weight;
        let damping = 1.0 + weight * variances.cell;
        precision += weight / damping;
        log_evidence += cell.kept * odds - cell.of * softplus(odds);
        log_evidence -= 0.5 * (penalty(at.value, variances.cell) + damping.ln());
        at.variance = variances.cell / damping;
        at.shrinkage = damping.recip();
    }
    let damping = 1.0 + variances.unit * precision;
    log_evidence -= 0.5 * damping.ln();
    Posterior { value, variance: variances.unit / damping, cells: deviations, log_evidence }
}

/// First derivative of a cell's log likelihood, and the negative of its second.
#[derive(Debug, Clone, Copy, Default)]
struct Slope {
    residual: f64,
    weight: f64,
}

impl Cell {
    /// The slope at the sum of the unit's effect and the cell's deviation.
    fn slope(self, effect: f64) -> Slope {
        let rate = logistic(self.offset + effect);
        Slope { residual: self.kept - self.of * rate, weight: self.of * rate * (1.0 - rate) }
    }
}

/// `ln(1 + e^x)` without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: [Cell; 3] = [
        Cell { offset: 2.0, kept: 9.0, of: 10.0 },
        Cell { offset: 1.0, kept: 3.0, of: 9.5 },
        Cell { offset: 3.0, kept: 0.0, of: 0.0 },
    ];

    #[test]
    fn without_prior_variance_all_effects_are_zero() {
        let found = posterior(&CELLS, PriorVariances { unit: 0.0, cell: 0.0 });
        assert_eq!((found.value, found.variance, found.cells[0].value), (0.0, 0.0, 0.0));
        assert_eq!(found.cells[1].shrinkage, 1.0);
    }

    #[test]
    fn a_cell_without_outcomes_keeps_its_prior() {
        let found = posterior(&CELLS, PriorVariances { unit: 0.5, cell: 0.25 });
        assert_eq!(found.cells[2], Deviation { value: 0.0, variance: 0.25, shrinkage: 1.0 });
        assert!(found.value < 0.0 && found.cells[1].value < 0.0 && found.cells[0].value > found.cells[1].value);
        assert!(found.variance < 0.5);
    }

    #[test]
    fn the_mode_is_found_from_far_starts_and_for_one_sided_cells() {
        for (offset, kept, of) in [(9.0, 0.0, 400.0), (-9.0, 400.0, 400.0), (0.0, 1e4, 1e4), (20.0, 0.0, 1.0)] {
            let found = posterior(&[Cell { offset, kept, of }], PriorVariances { unit: 1.0, cell: 0.5 });
            let at = found.value + found.cells[0].value;
            let slope = Cell { offset, kept, of }.slope(at);
            assert!((slope.residual - found.value).abs() < 1e-6, "{offset} {kept} {of}: {found:?}");
        }
    }

    #[test]
    fn the_marginal_likelihood_is_close_to_numerical_integration() {
        // One unit without deviations: the integral over its effect on a fine grid.
        let variances = PriorVariances { unit: 0.5, cell: 0.0 };
        let likelihood = |effect: f64| {
            CELLS.iter().map(|c| c.kept * (c.offset + effect) - c.of * softplus(c.offset + effect)).sum::<f64>()
        };
        let step = 0.001;
        let density = |x: f64| (likelihood(x) - x * x / (2.0 * variances.unit)).exp();
        let integral: f64 = (-8_000..8_000).map(|i| density(f64::from(i) * step) * step).sum();
        let exact = integral.ln() - 0.5 * (2.0 * std::f64::consts::PI * variances.unit).ln();
        assert!((posterior(&CELLS, variances).log_evidence - exact).abs() < 0.02);
    }
}
