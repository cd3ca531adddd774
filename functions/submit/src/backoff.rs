//! Exponential backoff: the wait before the next try, with jitter, so that many lines are not retried at once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;

/// The longest wait after the first try. It doubles with each further try, up to [`LONGEST`].
const FIRST: TimeDelta = TimeDelta::seconds(30);
/// Maximum wait of the backoff itself.
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// Maximum wait that is accepted from Crossmark, so that one answer cannot stop a line for a day.
const LONGEST_ASKED: TimeDelta = TimeDelta::hours(1);

/// Draws waits with jitter.
pub(crate) struct Backoff {
    rng: Mutex<fastrand::Rng>,
}

impl Backoff {
    /// A backoff with this random generator.
    pub fn new(rng: fastrand::Rng) -> Backoff {
        Backoff { rng: Mutex::new(rng) }
    }

    /// The wait after a failed try, if `tries` tries failed before it. Up to half of it is jitter. It is not shorter than the
    /// wait that Crossmark asked for, up to [`LONGEST_ASKED`].
    pub fn after(&self, tries: u32, asked: Option<Duration>) -> TimeDelta {
        let whole = (FIRST * (1 << tries.min(5))).min(LONGEST);
        let share = self.rng.lock().unwrap_or_else(PoisonError::into_inner).f64();
        let half = whole.num_milliseconds() / 2;
        let jittered = TimeDelta::milliseconds(half + (half as f64 * share) as i64);
        let asked = asked.and_then(|asked| TimeDelta::from_std(asked).ok()).unwrap_or_default();
        jittered.max(asked.min(LONGEST_ASKED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour_and_are_as_long_as_crossmark_asks_up_to_an_hour() {
        let backoff = Backoff::new(fastrand::Rng::with_seed(7));
        let check = |tries: u32, asked: Option<u64>, from: i64, to: i64| {
            for _ in 0..50 {
                let wait = backoff.after(tries, asked.map(Duration::from_secs)).num_seconds();
                assert!((from..=to).contains(&wait), "{tries} {asked:?}: {wait}");
            }
        };
        check(0, None, 15, 30);
        check(1, None, 30, 60);
        check(3, None, 120, 240);
        check(5, None, 450, 900);
        check(4_000_000_000, None, 450, 900);
        check(0, Some(7), 15, 30);
        check(0, Some(120), 120, 120);
        check(0, Some(u64::MAX), 15, 3_600);
        check(0, Some(86_400), 3_600, 3_600);
    }
}
