//! Lead time: whether there is still time to send a line. Nobody is sent to an event that has begun, or that begins too
//! soon for the person to be notified. The functions are pure; the caller passes the time.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::lines::{Line, LineKind};
use crate::states::Step;

/// Why it is too late for a step of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLate {
    /// The placement to send starts too soon, or its start is past. For a restore it is the old placement.
    #[error("too late to send: {0}")]
    ToSend(StartProximity),
    /// The schedule to take back starts too soon, or its start is past.
    #[error("too late to take the posted schedule back: {0}")]
    ToTakeBack(StartProximity),
}

/// How close a start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartProximity {
    /// The start is past.
    Past,
    /// The start is closer than the lead time.
    Soon {
        /// Minutes until the start, rounded up.
        minutes: i64,
    },
}

impl std::fmt::Display for StartProximity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StartProximity::Past => f.write_str("its start is past"),
            StartProximity::Soon { minutes: 1 } => f.write_str("it starts in 1 minute"),
            StartProximity::Soon { minutes } => write!(f, "it starts in {minutes} minutes"),
        }
    }
}

/// A club's zone, the current time, and the minimum time before a start.
#[derive(Debug, Clone, Copy)]
pub struct Lead {
    zone: Tz,
    now: DateTime<Utc>,
    minimum: TimeDelta,
}

impl Lead {
    /// The lead time of a club in this zone, as its settings have it.
    pub fn new(zone: Tz, now: DateTime<Utc>, lead_minutes: u32) -> Lead {
        Lead { zone, now, minimum: TimeDelta::minutes(lead_minutes.into()) }
    }

    /// How close a club-local start is; `None` if there is enough time.
    pub fn starts(&self, start: NaiveDateTime) -> Option<StartProximity> {
        let left = moment(self.zone, start) - self.now;
        if left <= TimeDelta::zero() {
            Some(StartProximity::Past)
        } else if left < self.minimum {
            Some(StartProximity::Soon { minutes: (left.num_milliseconds() + 59_999) / 60_000 })
        } else {
            None
        }
    }

    /// Why it is too late for the next step of an approved line, if it is.
    pub fn too_late_for_next_step(&self, line: &Line) -> Option<TooLate> {
        self.too_late(line, line.submission.as_ref()?.step)
    }

    /// Why it is too late for a step of a line, if it is. For a move, both the old and the new start must be far enough
    /// away. A restore is allowed until the old start, because it only undoes the delete.
    pub fn too_late(&self, line: &Line, step: Step) -> Option<TooLate> {
        let old = || line.from.as_ref().map(|from| from.place.start);
        let new = || line.place.as_ref().filter(|_| line.kind != LineKind::Dropped).map(|place| place.start);
        let too_near = |start: Option<NaiveDateTime>| self.starts(start?);
        match step {
            Step::Delete => too_near(old()).map(TooLate::ToTakeBack).or_else(|| too_near(new()).map(TooLate::ToSend)),
            Step::Schedule => too_near(new()).map(TooLate::ToSend),
            Step::Restore => Lead { minimum: TimeDelta::zero(), ..*self }.starts(old()?).map(TooLate::ToSend),
        }
    }

    /// The latest moment for the call of a step; `None` if the step has no start.
    pub fn send_by(&self, line: &Line, step: Step) -> Option<DateTime<Utc>> {
        let old = line.from.as_ref().map(|from| from.place.start);
        let new = line.place.as_ref().filter(|_| line.kind != LineKind::Dropped).map(|place| place.start);
        let (start, lead) = match step {
            Step::Delete => (old.into_iter().chain(new).min(), self.minimum),
            Step::Schedule => (new, self.minimum),
            Step::Restore => (old, TimeDelta::zero()),
        };
        Some(moment(self.zone, start?) - lead)
    }
}

/// Converts a club-local time to a moment. A time that occurs twice, when the clocks go back, is read as the first of
/// the two. A time that the clocks skip is moved forward in steps of 30 minutes until it exists.
fn moment(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let resolved = (0..4).find_map(|half_hours| {
        let shifted = local.checked_add_signed(TimeDelta::minutes(30 * half_hours))?;
        zone.from_local_datetime(&shifted).earliest()
    });
    resolved.map_or_else(|| local.and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_time_until_a_start_is_elapsed_time() {
        let check = |zone: &str, start: &str, now: &str, expected: Option<StartProximity>| {
            let now = now.parse().unwrap();
            let lead = Lead::new(zone.parse().unwrap(), now, 60);
            assert_eq!(lead.starts(start.parse().unwrap()), expected, "{zone} {start} at {now}");
        };
        let soon = |minutes| Some(StartProximity::Soon { minutes });
        let home = "America/Indiana/Indianapolis";
        check(home, "2026-11-23T10:15:00", "2026-11-23T14:15:00Z", None);
        check(home, "2026-11-23T10:15:00", "2026-11-23T14:15:01Z", soon(60));
        check(home, "2026-11-23T10:15:00", "2026-11-23T14:55:00Z", soon(20));
        check(home, "2026-11-23T10:15:00", "2026-11-23T15:14:59Z", soon(1));
        check(home, "2026-11-23T10:15:00", "2026-11-23T15:14:59.500Z", soon(1));
        check(home, "2026-11-23T10:15:00", "2026-11-23T15:15:00Z", Some(StartProximity::Past));
        check(home, "2026-11-23T10:15:00", "2026-11-24T15:15:00Z", Some(StartProximity::Past));
        // The same start is three hours later in another zone.
        check("America/Los_Angeles", "2026-11-23T10:15:00", "2026-11-23T17:14:00Z", None);
        // The clocks go back: the first of the two 01:30 counts, and 02:30 is two hours after it.
        check("America/New_York", "2026-11-01T01:30:00", "2026-11-01T04:30:00Z", None);
        check("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z", Some(StartProximity::Past));
        check("America/New_York", "2026-11-01T02:30:00", "2026-11-01T06:30:00Z", None);
        check("America/New_York", "2026-11-01T02:30:00", "2026-11-01T06:31:00Z", soon(59));
        // The clocks go forward: 03:30 is an hour after 01:30, and the skipped 02:30 counts as 03:00.
        check("America/New_York", "2026-03-08T03:30:00", "2026-03-08T06:30:00Z", None);
        check("America/New_York", "2026-03-08T03:30:00", "2026-03-08T06:31:00Z", soon(59));
        check("America/New_York", "2026-03-08T02:30:00", "2026-03-08T06:40:00Z", soon(20));
    }

    #[test]
    fn the_message_names_the_minutes_until_the_start() {
        let words = |late: TooLate| late.to_string();
        assert_eq!(words(TooLate::ToSend(StartProximity::Past)), "too late to send: its start is past");
        assert_eq!(
            words(TooLate::ToSend(StartProximity::Soon { minutes: 1 })),
            "too late to send: it starts in 1 minute"
        );
        let old = TooLate::ToTakeBack(StartProximity::Soon { minutes: 20 });
        assert_eq!(words(old), "too late to take the posted schedule back: it starts in 20 minutes");
    }
}
