//! What the table keeps of a solver's answer (rulebook sections 7 and 8), beside the lines themselves: of a run its score,
//! and of a line its reasons.

use std::collections::BTreeMap;

use domain::answer::{RunnerUp, Status, Timing};
use serde::{Deserialize, Serialize};

use crate::lines::Failure;

/// How good an answer is, and what it took to find it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerSummary {
    /// No legal schedule scores more; none where the solver was stopped before it knew.
    pub bound: Option<f64>,
    /// Events without a place, by the code of the reason.
    pub failures: BTreeMap<String, u32>,
    /// Points between score and bound.
    pub gap: Option<f64>,
    /// What the table has of the club that no run can use, in words; the first 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Requests that reading the snapshot took.
    pub load_requests: u64,
    /// The size of the solver's model.
    pub model: ModelSize,
    /// The sum of the terms.
    pub score: f64,
    /// Why the solver stopped.
    pub status: Status,
    /// Points by soft rule; those of 0 left out.
    pub terms: BTreeMap<String, f64>,
    /// How long each part took.
    pub timing_ms: Timing,
}

/// The size of a solver's model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSize {
    /// Its variables.
    pub columns: usize,
    /// Its constraints.
    pub rows: usize,
}

/// What the solver says of one line: what speaks for its placement, or why it has none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LineReasons {
    /// Why the event is not placed, or dropped.
    pub reason: Option<Failure>,
    /// The best other choice for the line alone.
    pub runner_up: Option<RunnerUp>,
    /// The points that the schedule would lose without the line, by term.
    pub terms: Option<BTreeMap<String, f64>>,
}
