//! A clock that a person or a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use runtime::Clock;

/// A clock that shows the same moment until it is moved, and never goes back. Clones share one time.
#[derive(Debug, Clone)]
pub struct SteppedClock(Arc<AtomicI64>);

impl SteppedClock {
    /// A clock that shows this moment.
    pub fn at(now: DateTime<Utc>) -> SteppedClock {
        SteppedClock(Arc::new(AtomicI64::new(now.timestamp_millis())))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds().max(0), Ordering::SeqCst);
    }

    /// Moves the clock forward to a moment. Does nothing if the clock shows a later moment.
    pub fn move_to(&self, moment: DateTime<Utc>) {
        self.0.fetch_max(moment.timestamp_millis(), Ordering::SeqCst);
    }

    /// The current time.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The clock in the form that functions and services read.
    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::new(move || clock.now())
    }
}
