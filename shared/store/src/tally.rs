//! Tallies: counts of what happened to the lines of a run. A count is incremented in the transaction of the change
//! itself. Each run has one counter item, which stays when its lines expire.

use std::collections::BTreeMap;

use crate::item::{self, key_of};
use crate::key::{Part, RunId};
use crate::request::{Slice, TableError};
use crate::table::Club;

/// Counts of what happened to lines; a line that was edited twice counts twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Changed by a person's edit: to another person, day, time or block, to no place, or back to the original place.
    pub edited: u64,
    /// Held, so that approval skips them.
    pub held: u64,
    /// Approved, other than by a retry.
    pub approved: u64,
    /// Approval taken back before a call was made for it.
    pub recalled: u64,
    /// Rejected by a person.
    pub rejected: u64,
    /// Approved again after Crossmark did not accept it.
    pub retried: u64,
    /// Accepted by Crossmark.
    pub accepted: u64,
    /// Number of these that Crossmark had not accepted before.
    pub accepted_again: u64,
    /// Sent, and not accepted by Crossmark; a retry may follow.
    pub failed: u64,
    /// Number of these that Crossmark had not accepted before either.
    pub failed_again: u64,
}

impl Club<'_> {
    /// The tallies of the runs between two runs, both included, in 1 request. A run whose lines were never touched has
    /// none.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn tallies(&self, oldest: &RunId, newest: &RunId) -> Result<BTreeMap<String, Tally>, TableError> {
        let slice = Slice::between(Part::Tallies.of(self.id), oldest.to_string(), newest.to_string());
        let tally = |item| {
            let count = |attribute| item::number(&item, attribute);
            let (accepted_again, failed_again) = (count("accepted_again"), count("failed_again"));
            let tally = Tally {
                edited: count("edited"),
                held: count("held"),
                approved: count("approved"),
                recalled: count("recalled"),
                rejected: count("rejected"),
                retried: count("retried"),
                accepted: count("accepted") + accepted_again,
                accepted_again,
                failed: count("failed") + failed_again,
                failed_again,
            };
            (key_of(&item).sort, tally)
        };
        Ok(self.query(slice).await?.into_iter().map(tally).collect())
    }
}
