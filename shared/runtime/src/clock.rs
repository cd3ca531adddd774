//! The time, as it is passed in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use store::stamp::Timestamp;

/// Where a function reads the time: the system's clock in the cloud, a steered one in tests and drills.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Clock {
        Clock::new(Utc::now)
    }

    /// A clock that shows what `now` says.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The time as the calendar has it.
    pub fn utc(&self) -> DateTime<Utc> {
        (self.0)()
    }

    /// The time as the table has it.
    pub fn now(&self) -> Timestamp {
        self.utc().into()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
