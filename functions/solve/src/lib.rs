//! Cron and queue: the hourly tick that begins what is due, and one run of one club for each message.
//!
//! It proposes and nothing else: it approves no line, calls no Crossmark, and holds no rule.
//!
//! # What a crash leaves
//!
//! A run is what the table says of it, so every line of this crate may be the last one:
//!
//! - Tick, before a night is begun: the next tick begins it. After that, before its message: the run is queued, and the
//!   next tick finds it in hand and wakes it; past its deadline it is ended, and the tick after that tries again.
//! - A message that is lost is the same case. One that is doubled, late or redriven finds a run that is running or over,
//!   and changes nothing.
//! - After taking the lease, before the run is started: the run stays queued, its message comes back, and the lease runs
//!   out before that.
//! - While the run is running: its lease runs out, and the sweep, or the message that comes back, turns it to crashed. A
//!   manual run is then a person's to start again; a night's is begun anew by the next tick. Lines and snapshots that were
//!   written lie under a token that no pointer names: nobody sees them, and they go when the run is retired.
//! - After the commit, before older lines are superseded: readers follow the pointer, and the sweep rewrites the rest.
//!
//! What people decide while a run is solving is carried to its lines before the commit, which is refused where they do not
//! carry all of it.
//!
//! A solver that slept past its lease finds that out at its next phase or at its commit, which is refused: nothing that it
//! wrote is ever seen.

mod attempt;
mod carry;
mod engine;
mod job;
mod lines;
mod swaps;
mod tick;
mod trouble;

use std::sync::{Arc, Mutex, PoisonError};

use runtime::messages::RunMessage;
use runtime::records::Records;
use runtime::trigger::{Reply, Tick, Trigger};
use runtime::{Clock, Deadline, Environment, Missing};
use store::Table;
use store::audit::Because;
use store::key::RunId;
use store::stamp::Timestamp;

pub use tick::Ticked;

/// The name under which this function acts.
const NAME: &str = "muster solve";
/// What its chance is for.
const PURPOSE: u64 = 0x0050_1ce5;

/// The function with its clients.
pub struct Solve {
    table: Table,
    records: Records<RunMessage>,
    clock: Clock,
    dice: Mutex<fastrand::Rng>,
    /// One solve at a time in a process: it takes a processor and memory. An engine that a run went on without has its
    /// turn until it ends.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Solve {
    /// Builds its clients.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn new(environment: &Environment) -> Result<Solve, Missing> {
        Ok(Solve {
            table: environment.table()?,
            records: Records { queue: environment.queue()?, dead_letters: environment.dead_letters()? },
            clock: environment.clock(),
            dice: Mutex::new(environment.dice(PURPOSE)),
            turn: Arc::default(),
        })
    }

    /// Handles one event: a batch from the run queue, or else a tick.
    ///
    /// # Errors
    /// What the platform shall count as a failed invocation.
    pub async fn handle(&self, trigger: Trigger, deadline: Deadline) -> Result<Reply<Ticked>, String> {
        Ok(match trigger {
            Trigger::Queue(event) => {
                Reply::Queue(self.records.work(event, |message| job::work(self, message, deadline)).await)
            }
            Trigger::Schedule(Tick) => Reply::Schedule(tick::tick(self, deadline).await?),
        })
    }

    fn new_run(&self, now: Timestamp) -> RunId {
        RunId::new(now, &mut self.dice.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn because(&self, why: impl Into<String>) -> Because {
        Because::new(NAME, self.clock.now(), why)
    }
}
