//! The clock that is passed to functions.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use store::stamp::Timestamp;

/// A function's source of time: the system's clock in the cloud. On one machine, in tests and in drills it may be a
/// controlled one.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Clock {
        Clock::new(Utc::now)
    }

    /// A clock that returns what `now` returns.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The current UTC date and time.
    pub fn utc(&self) -> DateTime<Utc> {
        (self.0)()
    }

    /// The current time, in the form in which the table stores it.
    pub fn now(&self) -> Timestamp {
        self.utc().into()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
