//! Retries of requests, and repetitions of a read and its write after another writer changed the item in between.

use std::sync::PoisonError;
use std::time::Duration;

use crate::request::TableError;
use crate::table::{Club, Table};

/// The retry limits for a request that may succeed if it is sent again: it was throttled, partly processed or in
/// conflict with another transaction, or the table did not answer.
#[derive(Debug, Clone, Copy)]
pub struct RetryLimits {
    /// Maximum number of requests, the first one included.
    pub tries: u32,
    /// Maximum pause after the first request; it doubles with each retry.
    pub base: Duration,
    /// Maximum length of every pause.
    pub cap: Duration,
}

impl Default for RetryLimits {
    fn default() -> Self {
        RetryLimits { tries: 8, base: Duration::from_millis(25), cap: Duration::from_secs(2) }
    }
}

impl Table {
    /// Waits before the next try, after `tried` tries; `false` if the tries are used up.
    pub(crate) async fn pause(&self, tried: u32) -> bool {
        if tried >= self.retry_limits.tries {
            return false;
        }
        self.wait_up_to(self.retry_limits.base.saturating_mul(1 << (tried - 1).min(16)).min(self.retry_limits.cap))
            .await;
        true
    }

    /// Waits a random part of this time (full jitter).
    pub(crate) async fn wait_up_to(&self, longest: Duration) {
        let share = self.rng.lock().unwrap_or_else(PoisonError::into_inner).f64();
        tokio::time::sleep(longest.mul_f64(share)).await;
    }
}

/// Maximum optimistic-concurrency attempts.
const MAX_ATTEMPTS: u32 = 12;
/// Maximum wait after an attempt that lost to another writer.
const MAX_WAIT: Duration = Duration::from_millis(50);
/// Maximum attempts when many people change one line at the same time: each round one of them succeeds.
const MAX_CONTENDED_ATTEMPTS: u32 = 60;
/// Maximum wait after such an attempt.
const MAX_CONTENDED_WAIT: Duration = Duration::from_millis(120);

/// The attempts of one read-and-write under optimistic concurrency.
pub struct Attempts<'a> {
    table: &'a Table,
    limit: u32,
    max_wait: Duration,
    begun: u32,
}

impl Attempts<'_> {
    /// Begins an attempt. Each attempt after the first waits a random time, so that the losers of one round do not
    /// collide again in the next.
    ///
    /// # Errors
    /// [`TableError::Contended`] after the last attempt.
    pub async fn begin(&mut self) -> Result<(), TableError> {
        if self.begun == self.limit {
            return Err(TableError::Contended);
        }
        if self.begun > 0 {
            self.table.wait_up_to(self.max_wait).await;
        }
        self.begun += 1;
        Ok(())
    }
}

impl<'a> Club<'a> {
    /// The attempts of a read-and-write.
    pub(crate) fn attempts(&self) -> Attempts<'a> {
        Attempts { table: self.table, limit: MAX_ATTEMPTS, max_wait: MAX_WAIT, begun: 0 }
    }

    /// The attempts of a read-and-write that many writers contend for: more attempts, with longer waits.
    pub fn contended_attempts(&self) -> Attempts<'a> {
        Attempts { table: self.table, limit: MAX_CONTENDED_ATTEMPTS, max_wait: MAX_CONTENDED_WAIT, begun: 0 }
    }
}
