//! Cron and queue: the hourly tick that queues nightly runs, and one run of one club for each message.
//!
//! This function only proposes. It must never approve a line, call Crossmark, or contain a rule.
//!
//! # After a crash
//!
//! The state of a run is in the table, so the process may be lost at any point:
//!
//! - In the tick, before a night is begun: the next tick begins it.
//! - In the tick, after a night is begun and before its message is sent: the run is queued, and the sweep or the next tick
//!   sends its message. After its deadline the run is ended, and the following tick tries again. A lost message is the
//!   same case.
//! - After taking the lease, before the run is started: the run stays queued, and its message is delivered again after
//!   the lease has expired.
//! - While the run is running: its lease expires, and the sweep, or the repeated message, marks it as crashed. A person
//!   may start a manual run again; the next tick begins a nightly run again. The lines and snapshots that were written
//!   are stored under a token that no pointer names: nobody sees them, and they are deleted when the run is retired.
//! - After the commit, before older lines are superseded: readers follow the pointer, and the sweep supersedes the
//!   rest.
//!
//! A message that is repeated, late or redriven starts its run only if that is still queued. It ends a queued run past
//! its deadline and a running one whose lease has expired, and otherwise changes nothing.
//!
//! People's decisions during a run are added to its lines before the commit; the commit is refused while the lines lack
//! one of them.
//!
//! A solver whose lease has expired fails at its next phase or at its commit, which is refused: nothing that it wrote
//! becomes visible.

mod attempt;
mod failure;
mod job;
mod learn;
mod tick;

use std::sync::{Arc, Mutex, PoisonError};

use runtime::messages::RunMessage;
use runtime::records::RecordQueues;
use runtime::trigger::{Reply, Tick, Trigger};
use runtime::{Clock, Deadline, Environment, EnvironmentError};
use store::Table;
use store::audit::Because;
use store::key::RunId;
use store::stamp::Timestamp;

pub use tick::TickSummary;

/// This function's name in the audit trail.
const WHO: &str = "muster solve";
/// Added to the seed, so that functions with the same seed draw different random numbers.
const PURPOSE: u64 = 0x0050_1ce5;

/// The function with its clients.
pub struct Solve {
    table: Table,
    records: RecordQueues<RunMessage>,
    clock: Clock,
    rng: Mutex<fastrand::Rng>,
    /// Lets a process solve one run at a time, because that takes a processor and memory. The solver of an abandoned
    /// run keeps the lock until it ends.
    one_at_a_time: Arc<tokio::sync::Mutex<()>>,
}

impl Solve {
    /// Builds its clients.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn new(environment: &Environment) -> Result<Solve, EnvironmentError> {
        Ok(Solve {
            table: environment.table()?,
            records: RecordQueues { queue: environment.queue()?, dead_letters: environment.dead_letters()? },
            clock: environment.clock(),
            rng: Mutex::new(environment.rng(PURPOSE)),
            one_at_a_time: Arc::default(),
        })
    }

    /// Handles one event: a batch from the run queue, or a tick.
    ///
    /// # Errors
    /// The list of clubs cannot be read for a tick. Failed records of a batch are part of the reply.
    pub async fn handle(&self, trigger: Trigger, deadline: Deadline) -> Result<Reply<TickSummary>, String> {
        Ok(match trigger {
            Trigger::Queue(event) => {
                Reply::Queue(self.records.work(event, |message| job::work(self, message, deadline)).await)
            }
            Trigger::Schedule(Tick) => Reply::Schedule(tick::tick(self, deadline).await?),
        })
    }

    fn new_run_id(&self, now: Timestamp) -> RunId {
        RunId::new(now, &mut self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn because(&self, why: impl Into<String>) -> Because {
        Because::new(WHO, self.clock.now(), why)
    }
}
