//! The parts of a solver's answer that are stored beside the lines (rulebook section 7): the score of a run and the
//! reasons of a line.

use std::collections::BTreeMap;

use domain::answer::{Kept, RunnerUp, Status, Timing};
use serde::{Deserialize, Serialize};

use crate::lines::Failure;

/// The score of an answer and statistics of the run that found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerSummary {
    /// Upper bound of the score of every legal schedule; `None` if the solver stopped before it had one.
    pub bound: Option<f64>,
    /// Number of unplaced events by the code of the reason.
    pub failures: BTreeMap<String, u32>,
    /// How much of the previous placements (rulebook section 5) the answer keeps; `None` if there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
    /// Points between score and bound; `None` without a bound.
    pub gap: Option<f64>,
    /// Descriptions of the stored rows and settings that were left out of the snapshot, because they cannot be read or
    /// no run can use them; the first 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Total number of these rows and settings; 0 in records from before this number existed.
    #[serde(default)]
    pub left_out_total: usize,
    /// Number of requests that were needed to read the snapshot.
    pub load_requests: u64,
    /// The size of the solver's model.
    pub model: ModelSize,
    /// Total points: the sum of `terms`.
    pub score: f64,
    /// Why the run ended.
    pub status: Status,
    /// Points by soft rule; rules with 0 points are left out.
    pub terms: BTreeMap<String, f64>,
    /// How long each part of the run took.
    pub timing_ms: Timing,
}

/// The size of a solver's model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSize {
    /// Number of variables.
    pub columns: usize,
    /// Number of constraints.
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
