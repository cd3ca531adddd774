//! What the table keeps of a solver's answer (rulebook sections 7 and 8), beside the lines themselves: the score of a
//! run and the reasons of a line.

use std::collections::BTreeMap;

use domain::answer::{Kept, RunnerUp, Status, Timing};
use serde::{Deserialize, Serialize};

use crate::lines::Failure;

/// How good an answer is, and what it took to find it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerSummary {
    /// Upper bound of the score of every legal schedule; `None` if the solver stopped before it had one.
    pub bound: Option<f64>,
    /// Number of unplaced events by the code of the reason.
    pub failures: BTreeMap<String, u32>,
    /// How much of the plan that people last saw it keeps; `None` if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
    /// Points between score and bound.
    pub gap: Option<f64>,
    /// Rows of the club that no run can use, in words; the first 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Requests that it took to read the snapshot.
    pub load_requests: u64,
    /// The size of the solver's model.
    pub model: ModelSize,
    /// Total points: the sum of `terms`.
    pub score: f64,
    /// Why the solver stopped.
    pub status: Status,
    /// Points by soft rule, without those of 0.
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

/// The solver's explanation of one line: what its placement earns, or why it has none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LineReasons {
    /// Why the event is not placed, or why its schedule is dropped.
    pub reason: Option<Failure>,
    /// The best alternative if this line alone changed.
    pub runner_up: Option<RunnerUp>,
    /// The points that the schedule would lose without the line, by term.
    pub terms: Option<BTreeMap<String, f64>>,
}
