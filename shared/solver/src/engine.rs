//! The engine, HiGHS through `good_lp`: solves a [`Model`] and returns a point and a bound. One thread, a fixed seed,
//! no output.

use std::time::Duration;

use good_lp::solvers::highs::highs as highs_solver;
use good_lp::{Expression, ProblemVariables, SolverModel, constraint, variable};
use highs::{HighsModelStatus, HighsSolutionStatus};

use crate::model::Model;

/// The version of HiGHS.
pub const ENGINE_VERSION: &str = "1.15.0";
/// The engine's random seed.
pub const SEED: u32 = 0;
/// The engine's threads.
pub const THREADS: u32 = 1;

/// Limits of a solve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Wall time.
    pub time: Duration,
    /// The gap in points between score and bound at which to stop.
    pub gap: f64,
}

/// What a solve found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The best point found, column by column; `None` when there was none.
    pub values: Option<Vec<f64>>,
    /// Upper bound of the objective of every point.
    pub bound: f64,
}

/// A solved relaxation.
#[derive(Debug, Clone)]
pub(crate) struct Relaxed {
    /// The point, column by column.
    pub values: Vec<f64>,
    /// For each column, how much one more unit of it would add to the objective beyond its own points.
    pub reduced_costs: Vec<f64>,
    /// Its objective: an upper bound for every point of the model.
    pub objective: f64,
}

/// The engine refused the model or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the solver engine failed: {0}")]
pub struct EngineError(pub String);

fn build(model: &Model, relaxed: bool, limits: &Limits) -> Result<highs::Model, EngineError> {
    let mut variables = ProblemVariables::new();
    let handles: Vec<_> = model
        .columns
        .iter()
        .map(|c| {
            let v = variable().min(c.lower).max(c.upper);
            variables.add(if c.integer && !relaxed { v.integer() } else { v })
        })
        .collect();
    let objective: Expression = handles.iter().zip(&model.columns).map(|(v, c)| *v * c.objective).sum();
    let mut problem = variables.maximise(objective).using(highs_solver);
    for row in &model.rows {
        let mut sum = Expression::with_capacity(row.terms.len());
        for (col, coefficient) in &row.terms {
            sum.add_mul(*coefficient, handles[col.0]);
        }
        match (row.lower, row.upper) {
            (Some(lower), Some(_)) => _ = problem.add_constraint(constraint!(sum == lower)),
            (Some(lower), None) => _ = problem.add_constraint(constraint!(sum >= lower)),
            (None, Some(upper)) => _ = problem.add_constraint(constraint!(sum <= upper)),
            (None, None) => {}
        }
    }
    let mut engine = problem.try_into_inner().map_err(|e| EngineError(e.to_string()))?;
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
    Ok(engine)
}

/// Solves a model to its gap or its time limit.
pub(crate) fn solve(model: &Model, limits: &Limits) -> Result<Found, EngineError> {
    if model.columns.is_empty() {
        return Ok(Found { values: Some(Vec::new()), bound: model.constant });
    }
    let solved = build(model, false, limits)?.try_solve().map_err(|e| EngineError(format!("{e:?}")))?;
    let stopped = match solved.status() {
        HighsModelStatus::Optimal => false,
        HighsModelStatus::ReachedTimeLimit | HighsModelStatus::ReachedInterrupt => true,
        HighsModelStatus::Infeasible => return Ok(Found { values: None, bound: f64::NEG_INFINITY }),
        other => return Err(EngineError(format!("it ended as {other:?}"))),
    };
    let feasible = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let values = feasible.then(|| rounded(model, solved.get_solution().columns()));
    let whole = model.columns.iter().any(|c| c.integer);
    let bound = match whole {
        true => solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::INFINITY),
        false if stopped => f64::INFINITY,
        false => solved.objective_value(),
    };
    Ok(Found { values, bound: bound + model.constant })
}

/// Rounds integer columns, which the engine leaves off by a tolerance.
fn rounded(model: &Model, values: &[f64]) -> Vec<f64> {
    model.columns.iter().zip(values).map(|(c, v)| if c.integer { v.round() } else { *v }).collect()
}

/// Solves the relaxation with the simplex method; `None` if the time limit was reached.
pub(crate) fn relax(model: &Model, limits: &Limits) -> Result<Option<Relaxed>, EngineError> {
    let mut engine = build(model, true, limits)?;
    engine.try_set_option("solver", "simplex").map_err(|e| EngineError(format!("{e:?}")))?;
    let solved = engine.try_solve().map_err(|e| EngineError(format!("{e:?}")))?;
    if solved.status() != HighsModelStatus::Optimal {
        return Ok(None);
    }
    let solution = solved.get_solution();
    Ok(Some(Relaxed {
        values: solution.columns().to_vec(),
        reduced_costs: solution.dual_columns().to_vec(),
        objective: solved.objective_value() + model.constant,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_built_in() {
        let lock = include_str!("../../../Cargo.lock");
        let entry = lock.split("[[package]]").find(|entry| entry.contains("name = \"highs-sys\"")).expect("an entry");
        assert!(entry.contains(&format!("version = \"{ENGINE_VERSION}\"")), "{entry}");
    }
}
