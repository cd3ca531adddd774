//! A clock that a person or a test controls.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use runtime::Clock;

/// Controls a clock: it stands still until it is moved, and never goes back.
#[derive(Debug, Clone)]
pub struct SteppedClock(Arc<AtomicI64>);

impl SteppedClock {
    /// A clock that stands at this moment.
    pub fn at(now: DateTime<Utc>) -> SteppedClock {
        SteppedClock(Arc::new(AtomicI64::new(now.timestamp_millis())))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds().max(0), Ordering::SeqCst);
    }

    /// Moves the clock forward to a moment; does nothing if it is past.
    pub fn move_to(&self, moment: DateTime<Utc>) {
        self.0.fetch_max(moment.timestamp_millis(), Ordering::SeqCst);
    }

    /// The current time.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The clock, for readers.
    pub fn clock(&self) -> Clock {
        let hands = self.clone();
        Clock::new(move || hands.now())
    }
}
