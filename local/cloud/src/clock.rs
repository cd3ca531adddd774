//! A clock that a person or a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use runtime::Clock;

/// The hands of a steered clock: it stands still until it is moved, and never goes back.
#[derive(Debug, Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    /// A clock that shows this moment.
    pub fn at(now: DateTime<Utc>) -> Hands {
        Hands(Arc::new(AtomicI64::new(now.timestamp_millis())))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds().max(0), Ordering::SeqCst);
    }

    /// Moves the clock on to a moment; one that is past changes nothing.
    pub fn move_to(&self, moment: DateTime<Utc>) {
        self.0.fetch_max(moment.timestamp_millis(), Ordering::SeqCst);
    }

    /// What the clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The clock, to be read.
    pub fn clock(&self) -> Clock {
        let hands = self.clone();
        Clock::new(move || hands.now())
    }
}
