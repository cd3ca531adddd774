//! Queue: submits approved lines to Crossmark, so that no call takes effect twice.
//!
//! A message names one group of an approval; the table says what is to be done. One loop takes turns: `order` picks the
//! next line and step, `line` makes the one call of that turn, `settle` writes its outcome. The process may be lost
//! between any two writes; the next worker continues from the table alone.
//!
//! This function must never make a call for a line that it did not take, repeat a call whose outcome is unknown, or log
//! a name of a person or a body.

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
use runtime::records::RecordQueues;
use runtime::trigger::{SqsBatchResponse, SqsEvent};
use runtime::{Clock, Deadline, Environment, EnvironmentError};
use store::Table;

use backoff::Backoff;
use upstream::PlanningCache;

/// Added to the seed, so that functions with the same seed draw different random numbers.
const PURPOSE: u64 = 0x5ab_317;

/// The function with its clients.
pub struct Submit {
    table: Table,
    crossmark: Crossmark,
    records: RecordQueues<SubmitMessage>,
    clock: Clock,
    backoff: Backoff,
}

impl Submit {
    /// Builds its clients.
    ///
    /// # Errors
    /// A required setting is missing or cannot be used.
    pub fn new(environment: &Environment) -> Result<Submit, EnvironmentError> {
        Submit::with_crossmark(environment, environment.crossmark(PURPOSE)?)
    }

    /// Builds its clients, with an existing Crossmark client.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn with_crossmark(environment: &Environment, crossmark: Crossmark) -> Result<Submit, EnvironmentError> {
        Ok(Submit {
            table: environment.table()?,
            crossmark,
            records: RecordQueues { queue: environment.queue()?, dead_letters: environment.dead_letters()? },
            clock: environment.clock(),
            backoff: Backoff::new(environment.rng(PURPOSE)),
        })
    }

    /// Handles one event of the submit queue.
    ///
    /// # Errors
    /// None: failed records are part of the response.
    pub async fn handle(&self, event: SqsEvent, deadline: Deadline) -> Result<SqsBatchResponse, String> {
        let cache = &PlanningCache::default();
        let work = async |message: SubmitMessage, sent_at| group::work(self, &message, sent_at, cache, deadline).await;
        Ok(self.records.work_with_sent_time(event, work).await)
    }
}
