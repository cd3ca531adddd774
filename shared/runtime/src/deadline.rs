//! The deadline of an invocation. It uses the system's clock, because the platform enforces it by real time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The end of an invocation.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline that is this long from now.
    pub fn after(time: Duration) -> Deadline {
        Deadline(Instant::now() + time)
    }

    /// The deadline that the platform set for the invocation.
    pub fn of(context: &lambda_runtime::Context) -> Deadline {
        let end = UNIX_EPOCH + Duration::from_millis(context.deadline);
        Deadline::after(end.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// The time until the deadline; zero after it.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
