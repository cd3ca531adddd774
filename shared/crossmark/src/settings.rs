//! Settings of the client.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Url;

/// The client's source of time. The client never reads the system's clock.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> DateTime<Utc>;
}

impl<F: Fn() -> DateTime<Utc> + Send + Sync> Clock for F {
    fn now(&self) -> DateTime<Utc> {
        self()
    }
}

/// Settings of the client. [`ClientSettings::new`] has the values that the API description asks for.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Base URL of the API.
    pub base_url: Url,
    /// Time limit of a call, from the start of the connection to the last byte received. The wait for other calls
    /// (`concurrency`) does not count.
    pub timeout: Duration,
    /// Maximum concurrent calls for all clubs together.
    pub concurrency: usize,
    /// Maximum concurrent slices of the planning list.
    pub slices_at_once: usize,
    /// Maximum number of tries of a read; a repetition after an ended session does not count. A schedule call is never
    /// tried twice.
    pub read_tries: u32,
    /// Wait before a read's second try, if Crossmark asks for no other wait. It doubles with each further try, and up
    /// to half of it is left out at random (jitter).
    pub retry_base: Duration,
    /// Maximum wait before a read's next try. If Crossmark asks for a longer wait, the read fails as busy.
    pub longest_wait: Duration,
    /// The seed of the jitter.
    pub jitter_seed: u64,
    /// Maximum size of an answer, in bytes.
    pub body_limit: usize,
    /// Assumed lifetime of a session.
    pub session_lifetime: Duration,
    /// Wait after a refused login before the next try for that club.
    pub login_pause: Duration,
    /// How long the user name and password are cached in memory. A refused login ends that.
    pub credentials_kept: Duration,
}

impl ClientSettings {
    /// The default settings for the API at `base_url`.
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
