//! The erasure of a person that was interrupted goes on: nobody has to ask for it again.

use std::time::{Duration, Instant};

use desk::forget::resume;

use crate::{BEAT_MINUTES, ClubSweep};

/// Time that one sweep works on it.
const AT_A_TIME: Duration = Duration::from_secs(20);
const HOUR_S: i64 = 3_600;

impl ClubSweep<'_> {
    /// Once an hour: goes on with an erasure that is under way. It is rare, so no other sweep asks for it.
    pub(crate) async fn resume_erasure(&mut self) {
        if self.now.seconds().rem_euclid(HOUR_S) >= BEAT_MINUTES * 60 {
            return;
        }
        let began = Instant::now();
        match resume(self.club, self.now, || began.elapsed() > AT_A_TIME).await {
            Ok(None) => {}
            Ok(Some(_)) => self.swept.erasures_resumed += 1,
            Err(error) => self.failed("an erasure", &error),
        }
    }
}
