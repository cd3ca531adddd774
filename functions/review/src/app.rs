//! The state that every handler of this function uses.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use api::ApiError;
use api::identity::ClubCaller;
use crossmark::Crossmark;
use desk::{ClubCache, Desk};
use runtime::messages::{RefreshMessage, RunMessage, SubmitMessage, TrialMessage};
use runtime::queue::Queue;
use runtime::{Clock, Environment, EnvironmentError};
use store::Table;

/// The function's state, shared by all requests.
pub type AppState = Arc<App>;

/// The function's clients, clock and random generator.
pub struct App {
    /// The table.
    pub table: Arc<Table>,
    /// The queue of runs.
    pub runs: Queue<RunMessage>,
    /// The queue of trials.
    pub trials: Queue<TrialMessage>,
    /// The queue of refreshes.
    pub refreshes: Queue<RefreshMessage>,
    /// The queue of groups of approved lines.
    pub submissions: Queue<SubmitMessage>,
    /// The clock.
    pub clock: Clock,
    cache: ClubCache,
    rng: Mutex<fastrand::Rng>,
    environment: Environment,
    /// Created at its first use, so that a cold start does not wait for it.
    crossmark: OnceLock<Crossmark>,
}

/// Added to the seed, so that functions with the same seed draw different random numbers.
const PURPOSE: u64 = 0x7265_7669_6577;
/// Maximum time of one call to Crossmark.
const CALL_TIMEOUT: Duration = Duration::from_secs(6);

impl App {
    /// The clients of an environment, built once.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn new(environment: &Environment) -> Result<App, EnvironmentError> {
        environment.require_crossmark_settings()?;
        Ok(App {
            table: Arc::new(environment.table()?),
            runs: environment.queue()?,
            trials: environment.queue()?,
            refreshes: environment.queue()?,
            submissions: environment.queue()?,
            clock: environment.clock(),
            cache: ClubCache::default(),
            rng: Mutex::new(environment.rng(PURPOSE)),
            environment: environment.clone(),
            crossmark: OnceLock::new(),
        })
    }

    /// The state with an existing Crossmark client.
    ///
    /// # Errors
    /// A required setting is missing.
    pub fn with_crossmark(environment: &Environment, crossmark: Crossmark) -> Result<App, EnvironmentError> {
        Ok(App { crossmark: OnceLock::from(crossmark), ..App::new(environment)? })
    }

    /// The Crossmark client, with short time limits, because the caller waits for the answer.
    ///
    /// # Errors
    /// 500 if a setting cannot be used.
    pub fn crossmark(&self) -> Result<&Crossmark, ApiError> {
        if let Some(crossmark) = self.crossmark.get() {
            return Ok(crossmark);
        }
        let for_a_waiting_caller = |settings: crossmark::ClientSettings| crossmark::ClientSettings {
            timeout: CALL_TIMEOUT,
            read_tries: 2,
            longest_wait: Duration::from_secs(1),
            ..settings
        };
        let made = self.environment.crossmark_with(PURPOSE, for_a_waiting_caller).map_err(ApiError::internal)?;
        Ok(self.crossmark.get_or_init(|| made))
    }

    /// The club and the cache that the use cases of `desk` work on, for this caller.
    pub fn desk<'a, R>(&'a self, club_caller: &'a ClubCaller<R>) -> Desk<'a> {
        Desk { club: club_caller.of(&self.table), cache: &self.cache }
    }

    /// The random generator for ids.
    pub fn rng(&self) -> MutexGuard<'_, fastrand::Rng> {
        // A panic elsewhere leaves the generator usable.
        self.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
