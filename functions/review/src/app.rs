//! What every handler of this function works with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use desk::{Desk, Memory};
use runtime::identity::Seat;
use runtime::messages::{RunMessage, SubmitMessage};
use runtime::queue::Queue;
use runtime::{Clock, Environment, Missing};
use store::Table;

/// The function's clients, clock and chance, shared by all requests.
pub type AppState = Arc<App>;

/// What apart from the request decides what a handler does.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub table: Arc<Table>,
    /// Where runs wait for a solver.
    pub runs: Queue<RunMessage>,
    /// Where groups of approved lines wait for submission.
    pub submissions: Queue<SubmitMessage>,
    /// The clock.
    pub clock: Clock,
    memory: Memory,
    dice: Mutex<fastrand::Rng>,
}

/// What this function draws ids with.
const PURPOSE: u64 = 0x7265_7669_6577;

impl App {
    /// The clients of an environment, built once.
    ///
    /// # Errors
    /// The setting that is missing.
    pub fn new(environment: &Environment) -> Result<App, Missing> {
        Ok(App {
            table: Arc::new(environment.table()?),
            runs: environment.queue()?,
            submissions: environment.queue()?,
            clock: environment.clock(),
            memory: Memory::default(),
            dice: Mutex::new(environment.dice(PURPOSE)),
        })
    }

    /// Where the use cases of whoever calls work.
    pub fn desk<'a, R>(&'a self, seat: &'a Seat<R>) -> Desk<'a> {
        Desk { club: seat.of(&self.table), memory: &self.memory }
    }

    /// Chance for new ids.
    pub fn dice(&self) -> MutexGuard<'_, fastrand::Rng> {
        // A generator that another thread left while drawing is as good as any.
        self.dice.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
