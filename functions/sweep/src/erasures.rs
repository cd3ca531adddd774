//! Resumes an interrupted erasure of a person, so that nobody has to request it again.

use std::time::{Duration, Instant};

use desk::forget::resume;

use crate::{ClubSweep, INTERVAL_MINUTES};

/// Maximum time that one sweep works on an erasure.
const MAX_WORK: Duration = Duration::from_secs(20);
const HOUR_S: i64 = 3_600;

impl ClubSweep<'_> {
    /// Resumes the erasure that is in progress, if there is one. Erasures are rare, so only one sweep an hour looks for one.
    pub(crate) async fn resume_erasure(&mut self) {
        if self.now.seconds().rem_euclid(HOUR_S) >= INTERVAL_MINUTES * 60 {
            return;
        }
        let began = Instant::now();
        match resume(self.club, self.now, || began.elapsed() > MAX_WORK).await {
            Ok(None) => {}
            Ok(Some(_)) => self.swept.erasures_resumed += 1,
            Err(error) => self.log_failure("an erasure", &error),
        }
    }
}
