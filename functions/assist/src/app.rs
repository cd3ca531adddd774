//! The state that every request uses.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use desk::ClubCache;
use runtime::messages::TrialMessage;
use runtime::queue::Queue;
use runtime::{Environment, EnvironmentError};
use store::Table;

use crate::settings::Settings;

/// The function's state, shared by all requests.
pub type AppState = Arc<App>;

/// The function's clients and settings.
pub struct App {
    /// The table.
    pub table: Arc<Table>,
    /// The queue of trials. A draft of a call-out is solved as a trial.
    pub trials: Queue<TrialMessage>,
    /// The clubs that this process read last.
    pub cache: ClubCache,
    /// The allowed origins, and the issuer of tokens.
    pub settings: Settings,
    rng: Mutex<fastrand::Rng>,
}

/// Separates this function's random numbers from those of others with the same seed.
const PURPOSE: u64 = 0x6173_7369_7374;

impl App {
    /// The clients of an environment, built once.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn new(environment: &Environment) -> Result<App, EnvironmentError> {
        Ok(App {
            table: Arc::new(environment.table()?),
            trials: environment.queue::<TrialMessage>()?,
            cache: ClubCache::default(),
            settings: Settings::of(environment),
            rng: Mutex::new(environment.rng(PURPOSE)),
        })
    }

    /// The random generator for ids.
    pub fn rng(&self) -> MutexGuard<'_, fastrand::Rng> {
        // A panic elsewhere leaves the generator usable.
        self.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
