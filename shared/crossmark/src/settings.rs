//! What the client is told at its start.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Url;

/// Where the client reads the time. Nothing in it asks the system.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;
}

impl<F: Fn() -> DateTime<Utc> + Send + Sync> Clock for F {
    fn now(&self) -> DateTime<Utc> {
        self()
    }
}

/// How the client behaves. [`Settings::new`] has what the API description asks for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the API is; calls go to paths below it.
    pub base_url: Url,
    /// How long a call may take, from the first byte sent to the last received.
    pub timeout: Duration,
    /// How many calls may be under way at once, over all clubs.
    pub concurrency: usize,
    /// How many slices of the planning list are read at once.
    pub slices_at_once: usize,
    /// How often a read is tried in all. A schedule is never tried twice.
    pub read_tries: u32,
    /// The wait before a read's second try; it doubles with each further one, and half of it is jitter.
    pub retry_base: Duration,
    /// The longest wait before a read's next try. When Crossmark asks for more, the read fails and says so.
    pub longest_wait: Duration,
    /// The seed of the jitter.
    pub jitter_seed: u64,
    /// Answers longer than this are refused.
    pub body_limit: usize,
    /// How long a session is taken to last.
    pub session_lifetime: Duration,
    /// How long after a refused login nobody tries again for that club.
    pub login_pause: Duration,
    /// How long user name and password are kept in memory.
    pub credentials_kept: Duration,
}

impl Settings {
    /// The usual settings for the API at `base_url`.
    pub fn new(base_url: Url, jitter_seed: u64) -> Self {
        Self {
            base_url,
            timeout: Duration::from_secs(30),
            concurrency: 6,
            slices_at_once: 3,
            read_tries: 3,
            retry_base: Duration::from_millis(500),
            longest_wait: Duration::from_secs(5),
            jitter_seed,
            body_limit: 16 * 1024 * 1024,
            session_lifetime: Duration::from_hours(1),
            login_pause: Duration::from_mins(5),
            credentials_kept: Duration::from_mins(3),
        }
    }
}
