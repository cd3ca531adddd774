//! Queue: approved lines to Crossmark, each once and only once.
//!
//! A message wakes one group of an approval; what there is to do stands in the table. The way of a line is one loop:
//! `order` says whose turn it is and for what, `line` makes the one call that the turn is for, `settle` writes what
//! came of it. Between any two writes the process may be lost, and whoever comes next goes on from the table alone.
//!
//! What this function must never do: call for a line that it did not take, call again where the outcome of a call is not
//! known, log a name or a body.

mod backoff;
mod group;
mod line;
mod numbers;
mod order;
mod settle;
mod turns;
mod upstream;
mod words;

use crossmark::Crossmark;
use runtime::messages::SubmitMessage;
use runtime::records::Records;
use runtime::trigger::{SqsBatchResponse, SqsEvent};
use runtime::{Clock, Deadline, Environment, Missing};
use store::Table;

use backoff::Backoff;
use upstream::Look;

/// Sets this function's chance apart from that of others with the same seed.
const PURPOSE: u64 = 0x5ab_317;

/// The function with its clients.
pub struct Submit {
    table: Table,
    crossmark: Crossmark,
    records: Records<SubmitMessage>,
    clock: Clock,
    backoff: Backoff,
}

impl Submit {
    /// Builds its clients.
    ///
    /// # Errors
    /// The setting that is missing, or says nothing that can be used.
    pub fn new(environment: &Environment) -> Result<Submit, Missing> {
        Submit::with_crossmark(environment, environment.crossmark(PURPOSE)?)
    }

    /// Builds its clients around one of Crossmark that is there already.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn with_crossmark(environment: &Environment, crossmark: Crossmark) -> Result<Submit, Missing> {
        Ok(Submit {
            table: environment.table()?,
            crossmark,
            records: Records { queue: environment.queue()?, dead_letters: environment.dead_letters()? },
            clock: environment.clock(),
            backoff: Backoff::new(environment.dice(PURPOSE)),
        })
    }

    /// Handles one event of the submit queue.
    ///
    /// # Errors
    /// None: what fails of it is a record, which the answer names.
    pub async fn handle(&self, event: SqsEvent, deadline: Deadline) -> Result<SqsBatchResponse, String> {
        let look = Look::default();
        let look = &look;
        let work = async |message: SubmitMessage, sent_at| group::work(self, &message, sent_at, look, deadline).await;
        Ok(self.records.work_sent(event, work).await)
    }
}
