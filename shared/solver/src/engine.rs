//! The engine, HiGHS: solves a [`Model`] and returns a solution and a bound. It runs on one thread, with a fixed seed
//! and without output.

use std::ops::Bound;
use std::time::Duration;

use highs::{HighsModelStatus, HighsSolutionStatus, RowProblem, Sense};

use crate::model::{Col, Column, Model, Row};

/// The version of HiGHS.
pub const ENGINE_VERSION: &str = "1.15.0";
/// The random seed of the engine.
pub const SEED: u32 = 0;
/// The number of threads of the engine.
pub const THREADS: u32 = 1;

/// Limits of a solve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Maximum wall time.
    pub time: Duration,
    /// The gap between objective and bound at which to stop.
    pub gap: f64,
}

/// The result of a solve.
#[derive(Debug, Clone)]
pub(crate) struct SolveResult {
    /// The best solution found, column by column; `None` if none was found.
    pub values: Option<Vec<f64>>,
    /// Upper bound on the objective of every feasible solution.
    pub bound: f64,
}

/// The solution of a relaxation.
#[derive(Debug, Clone)]
pub(crate) struct RelaxedSolution {
    /// The value of each column.
    pub values: Vec<f64>,
    /// The reduced cost of each column.
    pub reduced_costs: Vec<f64>,
    /// The objective of this solution: an upper bound on the objective of every feasible solution of the model.
    pub objective: f64,
}

/// The engine refused the model, or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the solver engine failed: {0}")]
pub struct EngineError(pub String);

impl EngineError {
    fn failed_before() -> EngineError {
        EngineError("it failed before".into())
    }
}

/// The range of a row's sum.
fn range(row: &Row) -> (Bound<f64>, Bound<f64>) {
    let bound = |limit: Option<f64>| limit.map_or(Bound::Unbounded, Bound::Included);
    (bound(row.lower), bound(row.upper))
}

/// The engine with a model, and the handles of its columns.
fn build(model: &Model, relaxed: bool, limits: &Limits) -> Result<(highs::Model, Vec<highs::Col>), EngineError> {
    let mut problem = RowProblem::default();
    let column =
        |c: &Column| problem.add_column_with_integrality(c.objective, c.lower..=c.upper, c.integer && !relaxed);
    let handles: Vec<highs::Col> = model.columns.iter().map(column).collect();
    for row in &model.rows {
        let terms = row.terms.iter().map(|(col, coefficient)| (handles[col.0], *coefficient));
        problem.add_row(range(row), terms);
    }
    let mut engine = problem.try_optimise(Sense::Maximise).map_err(|e| EngineError(format!("{e:?}")))?;
    engine.make_quiet();
    let set = |done: Result<(), highs::TrySetOptionError>| {
        done.map_err(|e| EngineError(format!("an option was refused: {e:?}")))
    };
    set(engine.try_set_option("threads", THREADS as i32))?;
    set(engine.try_set_option("random_seed", SEED as i32))?;
    set(engine.try_set_option("parallel", "off"))?;
    set(engine.try_set_option("mip_rel_gap", 0.0))?;
    set(engine.try_set_option("mip_abs_gap", limits.gap))?;
    set(engine.try_set_option("time_limit", limits.time.as_secs_f64()))?;
    Ok((engine, handles))
}

/// Solves a model to its gap or its time limit.
pub(crate) fn solve(model: &Model, limits: &Limits) -> Result<SolveResult, EngineError> {
    if model.columns.is_empty() {
        return Ok(SolveResult { values: Some(Vec::new()), bound: model.constant });
    }
    let (engine, _) = build(model, false, limits)?;
    let solved = engine.try_solve().map_err(|e| EngineError(format!("{e:?}")))?;
    let stopped = match solved.status() {
        HighsModelStatus::Optimal => false,
        HighsModelStatus::ReachedTimeLimit | HighsModelStatus::ReachedInterrupt => true,
        HighsModelStatus::Infeasible => return Ok(SolveResult { values: None, bound: f64::NEG_INFINITY }),
        other => return Err(EngineError(format!("it ended as {other:?}"))),
    };
    let feasible = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let values = feasible.then(|| round_integers(model, solved.get_solution().columns()));
    let has_integers = model.columns.iter().any(|c| c.integer);
    let bound = match has_integers {
        true => solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::INFINITY),
        false if stopped => f64::INFINITY,
        false => solved.objective_value(),
    };
    Ok(SolveResult { values, bound: bound + model.constant })
}

/// Rounds integer columns, because the engine returns them with a tolerance.
fn round_integers(model: &Model, values: &[f64]) -> Vec<f64> {
    model.columns.iter().zip(values).map(|(c, v)| if c.integer { v.round() } else { *v }).collect()
}

/// Solves the relaxation with the simplex method; `None` if it is infeasible or the engine stopped without a solution.
pub(crate) fn relax(model: &Model, limits: &Limits) -> Result<Option<RelaxedSolution>, EngineError> {
    match Relaxation::new(model, limits)?.solve([])? {
        RelaxationOutcome::Solved(relaxed) => Ok(Some(relaxed)),
        RelaxationOutcome::Infeasible | RelaxationOutcome::Stopped => Ok(None),
    }
}

/// A model's relaxation, for solving it repeatedly with other ranges of some columns. Every solve after the first
/// starts from the previous solution, and so takes about a hundredth of the time.
pub(crate) struct Relaxation {
    /// `None` after a failure.
    engine: Option<highs::Model>,
    handles: Vec<highs::Col>,
    constant: f64,
}

/// The outcome of solving a relaxation.
pub(crate) enum RelaxationOutcome {
    /// The relaxation is solved.
    Solved(RelaxedSolution),
    /// There is no feasible solution.
    Infeasible,
    /// The time limit was reached, or the engine ended without a result.
    Stopped,
}

impl Relaxation {
    /// The relaxation of a model. The time limit applies to all its solves together.
    ///
    /// # Errors
    /// The engine refused the model.
    pub fn new(model: &Model, limits: &Limits) -> Result<Relaxation, EngineError> {
        let (mut engine, handles) = build(model, true, limits)?;
        engine.try_set_option("solver", "simplex").map_err(|e| EngineError(format!("{e:?}")))?;
        Ok(Relaxation { engine: Some(engine), handles, constant: model.constant })
    }

    /// Adds columns and rows. The next solve starts from the previous solution.
    ///
    /// # Errors
    /// The engine refused a column or a row, or has failed before.
    pub fn extend(&mut self, columns: &[Column], rows: &[Row]) -> Result<(), EngineError> {
        let refused = |e| EngineError(format!("{e:?}"));
        let engine = self.engine.as_mut().ok_or_else(EngineError::failed_before)?;
        for c in columns {
            let added = engine.try_add_column(c.objective, c.lower..=c.upper, std::iter::empty());
            self.handles.push(added.map_err(refused)?);
        }
        for row in rows {
            let terms = row.terms.iter().map(|(col, coefficient)| (self.handles[col.0], *coefficient));
            engine.try_add_row(range(row), terms).map_err(refused)?;
        }
        Ok(())
    }

    /// Solves the relaxation with these ranges. All other columns keep their ranges.
    ///
    /// # Errors
    /// The engine failed, now or before.
    pub fn solve(
        &mut self,
        ranges: impl IntoIterator<Item = (Col, (f64, f64))>,
    ) -> Result<RelaxationOutcome, EngineError> {
        let mut engine = self.engine.take().ok_or_else(EngineError::failed_before)?;
        for (col, (lower, upper)) in ranges {
            engine.change_column_bounds(self.handles[col.0], lower..=upper);
        }
        let solved = engine.try_solve().map_err(|e| EngineError(format!("{e:?}")))?;
        let outcome = match solved.status() {
            HighsModelStatus::Optimal => {
                let solution = solved.get_solution();
                RelaxationOutcome::Solved(RelaxedSolution {
                    values: solution.columns().to_vec(),
                    reduced_costs: solution.dual_columns().to_vec(),
                    objective: solved.objective_value() + self.constant,
                })
            }
            HighsModelStatus::Infeasible => RelaxationOutcome::Infeasible,
            _ => RelaxationOutcome::Stopped,
        };
        self.engine = Some(highs::Model::from(solved));
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_version_is_that_of_the_lock_file() {
        let lock = include_str!("../../../Cargo.lock");
        let entry = lock.split("[[package]]").find(|entry| entry.contains("name = \"highs-sys\"")).expect("an entry");
        assert!(entry.contains(&format!("version = \"{ENGINE_VERSION}\"")), "{entry}");
    }
}
