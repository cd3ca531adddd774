//! The cost of a piece of work: requests, items and consumed capacity, by kind of request.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// A kind of request to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// One item read.
    GetItem,
    /// Up to 100 items read.
    BatchGetItem,
    /// A page of a partition or index read.
    Query,
    /// Up to 25 items written.
    BatchWriteItem,
    /// Up to 100 items written together.
    TransactWriteItems,
}

/// What requests of one kind cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Requests sent, retries included.
    pub requests: u64,
    /// Requests that were sent again after an error.
    pub repeats: u64,
    /// Items read or written.
    pub items: u64,
    /// Capacity units consumed.
    pub capacity: f64,
}

/// The cost of a piece of work by kind of request; stored with a run.
pub type Costs = BTreeMap<Operation, Cost>;

/// Counts the requests of a piece of work. Parallel tasks share it.
#[derive(Debug, Default)]
pub struct Meter(Mutex<Costs>);

impl Meter {
    /// A meter at zero.
    pub fn new() -> Meter {
        Meter::default()
    }

    /// The costs so far.
    pub fn costs(&self) -> Costs {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All requests so far.
    pub fn requests(&self) -> u64 {
        self.costs().values().map(|c| c.requests).sum()
    }

    pub(crate) fn count(&self, operation: Operation, count: impl FnOnce(&mut Cost)) {
        count(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(operation).or_default());
    }
}
