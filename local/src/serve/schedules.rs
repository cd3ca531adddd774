//! Timed work: the hourly ticks (runs on the hour, refreshes half an hour later) and the sweep every 5 minutes. When a manual
//! clock is moved, everything that becomes due meanwhile is processed in order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use queues::Queues;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::clock::{Pace, ServedClock};
use super::functions::{Functions, LONGEST_TIMEOUT};
use super::simulator_control::SimulatorControl;
use crate::commands::Failure;

/// Seconds of an hour, after which runs are due again.
const HOUR_S: i64 = 3_600;
/// Seconds after the hour at which clubs are refreshed.
const REFRESH_S: i64 = 1_800;
/// Seconds between two sweeps.
const SWEEP_S: i64 = 300;
/// Maximum wait after a step of the clock while no work makes progress: longer than the longest handler.
const MAX_WAIT: Duration = LONGEST_TIMEOUT.saturating_add(Duration::from_secs(10));
/// Maximum wait after a step of the clock while the simulator holds a call and no work makes progress.
const MAX_HELD_WAIT: Duration = Duration::from_secs(1);
/// Maximum wait for a handler to take a visible message of a queue that has messages which are not awaited.
const MAX_VISIBLE_WAIT: Duration = Duration::from_millis(250);
/// Interval at which it is checked, after a step of the clock, whether all work is done.
const CHECK_INTERVAL: Duration = Duration::from_millis(5);
/// Maximum sleep with a real clock, because the machine may be suspended meanwhile.
const MAX_SLEEP: Duration = Duration::from_secs(20);

/// The schedules of the functions, as EventBridge has them in the cloud: the work that the clock starts. A schedule of
/// a person's work is something else.
#[derive(Clone)]
pub struct Schedules {
    clock: ServedClock,
    functions: Functions,
    queues: Queues,
    simulator_control: SimulatorControl,
    /// Locked while timed work is processed, so that only one step of the clock is taken at a time.
    step_lock: Arc<Mutex<()>>,
}

impl Schedules {
    /// The schedules of these functions.
    pub fn new(
        clock: ServedClock,
        functions: Functions,
        queues: Queues,
        simulator_control: SimulatorControl,
    ) -> Schedules {
        Schedules { clock, functions, queues, simulator_control, step_lock: Arc::default() }
    }

    /// The current time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.clock().utc()
    }

    /// The clock.
    pub fn clock(&self) -> &ServedClock {
        &self.clock
    }

    /// Sweeps once, because work may have been interrupted. With a real clock, then ticks and sweeps when they are due. Never
    /// returns.
    pub async fn follow(&self) {
        let mut done_until = self.now();
        {
            let _step = self.step_lock.lock().await;
            self.functions.sweep().await;
        }
        if self.clock.pace() == Pace::Manual {
            return std::future::pending().await;
        }
        loop {
            let next = next_multiple(done_until, SWEEP_S);
            let left = (next - self.now()).to_std().unwrap_or_default();
            if !left.is_zero() {
                tokio::time::sleep(left.min(MAX_SLEEP)).await;
                continue;
            }
            // After a suspension, one tick replaces all missed ones.
            let now = self.now();
            let passed = |into_hour: i64| next_in_hour(done_until, into_hour) <= now;
            let (is_tick_due, is_refresh_due) = (passed(0), passed(REFRESH_S));
            done_until = now;
            self.run_due(is_tick_due, is_refresh_due).await;
        }
    }

    /// Moves a manual clock forward. Every tick, every sweep and every message that becomes visible meanwhile is processed in
    /// order, each after the previous one is done. Returns the time that the clock shows at the end.
    ///
    /// # Errors
    /// The queues or the clock's file failed.
    pub async fn advance(&self, by: TimeDelta) -> Result<DateTime<Utc>, Failure> {
        let _step = self.step_lock.lock().await;
        let end = self.now() + by;
        let mut not_awaited = BTreeMap::new();
        self.wait_until_idle(&mut not_awaited).await?;
        while self.now() < end {
            let now = self.now();
            let message = self.next_message_at().await?.filter(|at| *at > now);
            let stop = message.map_or(end, |at| at.min(end)).min(next_multiple(now, SWEEP_S));
            // Crossmark's clock is moved first, so that its late effects have happened before anything reads them.
            self.simulator_control.move_clock(stop).await;
            self.clock.move_to(stop)?;
            self.queues.wake();
            if stop == next_multiple(now, SWEEP_S) {
                self.run_due(stop == next_in_hour(now, 0), stop == next_in_hour(now, REFRESH_S)).await;
            }
            self.wait_until_idle(&mut not_awaited).await?;
        }
        Ok(self.now())
    }

    /// Sweeps, after the ticks that are due.
    async fn run_due(&self, is_tick_due: bool, is_refresh_due: bool) {
        if is_tick_due {
            self.functions.tick_solve().await;
        }
        if is_refresh_due {
            self.functions.tick_refresh().await;
        }
        self.functions.sweep().await;
    }

    /// The next time at which a message of any queue becomes visible.
    async fn next_message_at(&self) -> Result<Option<DateTime<Utc>>, Failure> {
        let outlook = self.queues.outlook().await.map_err(Failure::internal)?;
        Ok(outlook.into_iter().filter_map(|queue| queue.next).min())
    }

    /// Waits until no message is visible or being processed. `not_awaited` has the number of messages of each queue for
    /// which it does not wait. If nothing happens for [`MAX_WAIT`], or for [`MAX_HELD_WAIT`] while the simulator holds
    /// a call, the messages that are left are added to `not_awaited`. Dead-letter queues do not count.
    async fn wait_until_idle(&self, not_awaited: &mut BTreeMap<String, u64>) -> Result<(), Failure> {
        let started = Instant::now();
        let (mut last_outlook, mut changed_at, mut asked_at) = (Vec::new(), started, started);
        loop {
            let outlook = self.queues.outlook().await.map_err(Failure::internal)?;
            let mut busy_queues = Vec::new();
            for queue in outlook.iter().filter(|queue| !queue.queue.ends_with("-dlq")) {
                let not_awaited = not_awaited.entry(queue.queue.clone()).or_default();
                *not_awaited = (*not_awaited).min(queue.unsettled);
                let awaits_visible = queue.visible > 0 && (*not_awaited == 0 || started.elapsed() < MAX_VISIBLE_WAIT);
                if queue.unsettled > *not_awaited || awaits_visible {
                    busy_queues.push((queue.queue.clone(), queue.unsettled));
                }
            }
            if busy_queues.is_empty() {
                return Ok(());
            }
            if outlook != last_outlook {
                (last_outlook, changed_at) = (outlook, Instant::now());
            }
            let must_ask = changed_at.elapsed() > MAX_HELD_WAIT && asked_at.elapsed() > MAX_HELD_WAIT;
            if changed_at.elapsed() > MAX_WAIT || (must_ask && self.simulator_control.holds_a_call().await) {
                not_awaited.extend(busy_queues.into_iter().map(|(queue, unsettled)| (queue, unsettled.max(1))));
            }
            if asked_at.elapsed() > MAX_HELD_WAIT {
                asked_at = Instant::now();
            }
            tokio::time::sleep(CHECK_INTERVAL).await;
        }
    }
}

/// The next moment that is this number of seconds after a full hour.
fn next_in_hour(after: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
    let shift = TimeDelta::seconds(seconds);
    next_multiple(after - shift, HOUR_S) + shift
}

/// The next moment that is a multiple of this number of seconds since 1970.
fn next_multiple(after: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
    let next = (after.timestamp().div_euclid(seconds) + 1) * seconds;
    DateTime::from_timestamp(next, 0).unwrap_or(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_multiple_is_later_than_the_moment() {
        let at = |s: i64| DateTime::from_timestamp(s, 0).unwrap_or_default();
        for (after, seconds, expected) in
            [(0, 300, 300), (1, 300, 300), (299, 300, 300), (300, 300, 600), (3_601, 3_600, 7_200)]
        {
            assert_eq!(next_multiple(at(after), seconds), at(expected));
        }
    }

    #[test]
    fn the_next_moment_in_an_hour_is_later_than_the_given_one() {
        let at = |s: i64| DateTime::from_timestamp(s, 0).unwrap_or_default();
        for (after, seconds, expected) in
            [(0, 1_800, 1_800), (1_799, 1_800, 1_800), (1_800, 1_800, 5_400), (0, 0, 3_600), (3_599, 0, 3_600)]
        {
            assert_eq!(next_in_hour(at(after), seconds), at(expected));
        }
    }
}
