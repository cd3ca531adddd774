//! How long a request is repeated, and with what pauses.

use std::sync::PoisonError;
use std::time::Duration;

use crate::table::{Club, Table};

/// The bounds of repeating what was throttled, left unprocessed or met another transaction.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Requests at most, the first included.
    pub tries: u32,
    /// The longest pause after the first; it doubles with each.
    pub base: Duration,
    /// No pause is longer.
    pub cap: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { tries: 8, base: Duration::from_millis(25), cap: Duration::from_secs(2) }
    }
}

impl Table {
    /// Waits before the repeat number `tried` (from 1), a random part of the pause; `false` when patience is at its end.
    pub(crate) async fn pause(&self, tried: u32) -> bool {
        if tried >= self.patience.tries {
            return false;
        }
        self.rest(self.patience.base.saturating_mul(1 << (tried - 1).min(16)).min(self.patience.cap)).await;
        true
    }

    /// Waits a random part of a while: full jitter.
    pub(crate) async fn rest(&self, longest: Duration) {
        let share = self.dice.lock().unwrap_or_else(PoisonError::into_inner).f64();
        tokio::time::sleep(longest.mul_f64(share)).await;
    }
}

impl Club<'_> {
    /// Waits a random part of a while, before what others were faster with is tried again.
    pub async fn rest(&self, longest: Duration) {
        self.table.rest(longest).await;
    }
}
