//! Cron and queue: refreshes a club's events, schedules and people from Crossmark.
//!
//! The hourly tick sends one message for each club; a message refreshes one club. The table is read before Crossmark, and
//! each write is conditional on that read: if a submission, a person or another refresh changed an event in between, that
//! change is newer and stays. So a refresh can run concurrently with others and with `submit`, and may be lost at any
//! point: the next one starts again.
//!
//! This function must never change anything at Crossmark, touch an event that a line is submitting, remove anything
//! because of a partial answer, or overwrite what people corrected here.

#![cfg_attr(test, allow(clippy::expect_used, reason = "tests"))]

mod doubt;
mod findings;
mod list;
mod people;
mod refresh_club;
mod tick;
mod translate;

use std::sync::{Mutex, PoisonError};

use crossmark::Crossmark;
use runtime::messages::RefreshMessage;
use runtime::records::RecordQueues;
use runtime::trigger::{Reply, Tick, Trigger};
use runtime::{Clock, Deadline, Environment, EnvironmentError};
use store::Table;
use store::key::RefreshId;

pub use tick::TickResult;

/// Added to the seed, so that functions with the same seed draw different random numbers.
const PURPOSE: u64 = 0x07ef_7e54;

/// The function with its clients.
pub struct Refresh {
    table: Table,
    crossmark: Crossmark,
    records: RecordQueues<RefreshMessage>,
    clock: Clock,
    rng: Mutex<fastrand::Rng>,
}

impl Refresh {
    /// Builds its clients.
    ///
    /// # Errors
    /// A required setting is missing or cannot be used.
    pub fn new(environment: &Environment) -> Result<Refresh, EnvironmentError> {
        Refresh::with_crossmark(environment, environment.crossmark(PURPOSE)?)
    }

    /// Builds its clients, with an existing Crossmark client.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn with_crossmark(environment: &Environment, crossmark: Crossmark) -> Result<Refresh, EnvironmentError> {
        Ok(Refresh {
            table: environment.table()?,
            crossmark,
            records: RecordQueues { queue: environment.queue()?, dead_letters: environment.dead_letters()? },
            clock: environment.clock(),
            rng: Mutex::new(environment.rng(PURPOSE)),
        })
    }

    /// A new id of a refresh.
    fn new_id(&self) -> RefreshId {
        // A panic of another holder of the lock leaves the generator usable.
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        RefreshId::new(self.clock.now(), &mut rng)
    }

    /// Handles one event: a batch from the refresh queue, or a tick.
    ///
    /// # Errors
    /// The list of clubs cannot be read for a tick. Failed records of a batch are part of the reply.
    pub async fn handle(&self, trigger: Trigger, deadline: Deadline) -> Result<Reply<TickResult>, String> {
        Ok(match trigger {
            Trigger::Queue(event) => {
                Reply::Queue(self.records.work(event, |message| refresh_club::work(self, message, deadline)).await)
            }
            Trigger::Schedule(Tick) => Reply::Schedule(tick::tick(self).await?),
        })
    }
}
