//! The hourly tick: every club whose nightly run is due gets a run and a message.
//!
//! A tick may come twice, late or not at all: the club's listing and the record of each night decide what is due.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use runtime::Deadline;
use runtime::messages::RunMessage;
use runtime::telemetry;
use serde::Serialize;
use store::TableError;
use store::documents::ClubListing;
use store::meter::Meter;
use store::nights::{NightlyRunStart, night_at};
use store::stamp::Timestamp;

use crate::Solve;

/// How long a nightly run may wait for a solver. It is shorter than the interval of the ticks, so that the next tick can
/// begin the night again.
const QUEUE_LIMIT: TimeDelta = TimeDelta::minutes(50);
/// Minimum remaining time of an invocation to handle another club, and to send all messages after it.
const MIN_TIME: Duration = Duration::from_secs(5);

/// The result of a tick.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TickSummary {
    /// Number of clubs.
    pub clubs: u32,
    /// Clubs whose nightly run is not due, or has succeeded.
    pub not_due: u32,
    /// Clubs whose run was queued by this tick.
    pub begun: u32,
    /// Clubs whose run is queued or running, and whose message was sent again.
    pub in_hand: u32,
    /// Clubs for whose nightly run no further try is left; a person must act.
    pub given_up: u32,
    /// Clubs that failed, or for which no time was left; the next tick handles them.
    pub failed: u32,
    /// Messages that the queue did not accept; the next tick sends them again.
    pub unsent: usize,
}

/// The local date whose nightly run is due, if one is: it is tried at this time, and no run of that date has succeeded. If
/// a clock change skips the run hour, the run is due from the hour after it. If the run hour comes twice, the run of the
/// date has usually succeeded before the second time.
fn night_due(listing: &ClubListing, now: Timestamp) -> Option<NaiveDate> {
    let local = now.utc().with_timezone(&listing.time_zone).naive_local();
    night_at(listing.run_hour, local).filter(|date| listing.last_automatic < Some(*date))
}

/// Queues the nightly runs that are due, and sends messages for those that are queued.
pub(crate) async fn tick(service: &Solve, deadline: Deadline) -> Result<TickSummary, String> {
    let meter = Meter::new();
    let clubs = service.table.clubs(&meter).await.map_err(|e| e.to_string())?;
    let mut summary = TickSummary::default();
    let mut messages = Vec::new();
    for listing in &clubs {
        summary.clubs += 1;
        if deadline.left() < MIN_TIME {
            summary.failed += 1;
            continue;
        }
        match begin(service, listing, &meter).await {
            Ok(Some(NightlyRunStart::Queued(run))) => {
                summary.begun += 1;
                messages.push(RunMessage::new(listing.id.clone(), run));
            }
            Ok(Some(NightlyRunStart::InProgress(run))) => {
                summary.in_hand += 1;
                messages.push(RunMessage::new(listing.id.clone(), run));
            }
            Ok(None | Some(NightlyRunStart::Succeeded)) => summary.not_due += 1,
            Ok(Some(NightlyRunStart::GivenUp(run))) => {
                summary.given_up += 1;
                tracing::error!(
                    alarm = "night_given_up", club.id = %listing.id, run.id = %run,
                    "every try of the nightly run of club {} failed, the last as {run}", listing.id
                );
            }
            Err(error) => {
                summary.failed += 1;
                tracing::warn!(club.id = %listing.id, error = %error, "the night of club {} could not be begun", listing.id);
            }
        }
    }
    if let Err(error) = service.records.queue.send(&messages, Duration::ZERO).await {
        summary.unsent = error.unsent;
        tracing::warn!(error = %error, "messages of runs were not sent: {error}");
    }
    telemetry::note_table_cost(&meter);
    for (what, count) in [
        ("nights.not_due", summary.not_due),
        ("nights.begun", summary.begun),
        ("nights.in_hand", summary.in_hand),
        ("nights.given_up", summary.given_up),
        ("nights.failed", summary.failed),
    ] {
        telemetry::count(what, count as usize);
    }
    Ok(summary)
}

/// Begins the nightly run of a club; `None` if it is not due.
async fn begin(service: &Solve, listing: &ClubListing, meter: &Meter) -> Result<Option<NightlyRunStart>, TableError> {
    let now = service.clock.now();
    let Some(date) = night_due(listing, now) else { return Ok(None) };
    let because = service.because(format!("the nightly run of {date} was due"));
    let club = service.table.club(&listing.id, meter);
    club.begin_night(date, &service.new_run_id(now), now.plus(QUEUE_LIMIT), &because).await.map(Some)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use store::key::ClubId;

    use super::*;

    /// The local date whose nightly run is due at a moment.
    fn due(zone: &str, run_hour: u32, last: Option<&str>, at: &str) -> Option<String> {
        let listing = ClubListing {
            id: ClubId::parse("8135").expect("an id"),
            time_zone: zone.parse().expect("a zone"),
            run_hour,
            last_automatic: last.map(|d| d.parse().expect("a date")),
            last_morning_message: None,
        };
        let at: DateTime<chrono::Utc> = at.parse().expect("a moment");
        night_due(&listing, at.into()).map(|d| d.to_string())
    }

    #[test]
    fn a_nightly_run_is_due_from_its_local_hour_until_it_has_succeeded() {
        let home = "America/Indiana/Indianapolis";
        for (zone, hour, last, at, expected) in [
            (home, 2, None, "2026-11-23T06:59:00Z", None),
            (home, 2, None, "2026-11-23T07:00:00Z", Some("2026-11-23")),
            (home, 2, Some("2026-11-22"), "2026-11-23T22:00:00Z", Some("2026-11-23")),
            (home, 2, Some("2026-11-23"), "2026-11-23T22:00:00Z", None),
            // The local date is still the day before.
            (home, 2, Some("2026-11-22"), "2026-11-23T04:00:00Z", None),
            // Clocks go forward: there is no 02:00, and at 07:00 UTC it is 03:00.
            (home, 2, Some("2027-03-13"), "2027-03-14T06:00:00Z", None),
            (home, 2, Some("2027-03-13"), "2027-03-14T07:00:00Z", Some("2027-03-14")),
            // Clocks go back: 01:00 comes twice.
            (home, 1, Some("2026-10-31"), "2026-11-01T05:00:00Z", Some("2026-11-01")),
            (home, 1, Some("2026-11-01"), "2026-11-01T06:00:00Z", None),
            // A late run is still due after midnight, as long as it may be tried again.
            (home, 23, Some("2026-11-22"), "2026-11-24T03:59:00Z", None),
            (home, 23, Some("2026-11-22"), "2026-11-24T04:00:00Z", Some("2026-11-23")),
            (home, 23, Some("2026-11-22"), "2026-11-24T05:00:00Z", Some("2026-11-23")),
            (home, 23, Some("2026-11-22"), "2026-11-24T09:59:00Z", Some("2026-11-23")),
            (home, 23, Some("2026-11-22"), "2026-11-24T10:00:00Z", None),
            (home, 23, Some("2026-11-23"), "2026-11-24T05:00:00Z", None),
            (home, 19, Some("2026-11-22"), "2026-11-24T05:59:00Z", Some("2026-11-23")),
            (home, 18, Some("2026-11-22"), "2026-11-24T05:00:00Z", None),
            // East of Greenwich the local date begins before that of UTC.
            ("Asia/Tokyo", 2, Some("2026-11-23"), "2026-11-23T17:00:00Z", Some("2026-11-24")),
            ("Asia/Kolkata", 2, Some("2026-11-23"), "2026-11-23T20:00:00Z", None),
            ("Asia/Kolkata", 2, Some("2026-11-23"), "2026-11-23T21:00:00Z", Some("2026-11-24")),
        ] {
            assert_eq!(due(zone, hour, last, at).as_deref(), expected, "{zone} {at}");
        }
    }
}
