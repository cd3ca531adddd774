//! The morning of a club, and the nightly run before it. Counts the clubs whose nightly run has not succeeded by the
//! morning, for the alarm.

use chrono::{NaiveDate, Timelike};
use store::documents::ClubListing;
use store::nights::is_late;
use store::stamp::Timestamp;

/// The local hour from which it is morning. A club whose nightly run begins later has its morning later, or if the run
/// is late, on the next day.
const MORNING_HOUR: u32 = 6;
/// Hours that a nightly run may take.
const RUN_HOURS: u32 = 1;

/// A morning of a club.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Morning {
    /// The local date of the morning.
    pub date: NaiveDate,
    /// The date of the nightly run before it.
    pub night: NaiveDate,
}

/// The morning of a club's local date, if it has come.
pub(crate) fn morning(club: &ClubListing, now: Timestamp) -> Option<Morning> {
    let local = now.utc().with_timezone(&club.time_zone);
    let date = local.date_naive();
    let (from, night) = if is_late(club.run_hour) {
        (MORNING_HOUR, date.pred_opt()?)
    } else {
        (MORNING_HOUR.max(club.run_hour + RUN_HOURS), date)
    };
    (local.hour() >= from).then_some(Morning { date, night })
}

/// Number of clubs whose nightly run before this morning has not succeeded although the morning has come.
pub(crate) fn count_missing(clubs: &[ClubListing], now: Timestamp) -> usize {
    let is_missing =
        |club: &&ClubListing| morning(club, now).is_some_and(|morning| club.last_automatic < Some(morning.night));
    clubs.iter().filter(is_missing).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use store::key::ClubId;

    use super::*;

    #[test]
    fn a_nightly_run_is_missing_from_six_oclock_local_time_until_it_has_succeeded() {
        let home = "America/Indiana/Indianapolis";
        for (zone, run_hour, last, at, expected) in [
            (home, 2, None, "2026-11-23T10:59:00Z", 0),
            (home, 2, None, "2026-11-23T11:00:00Z", 1),
            (home, 2, Some("2026-11-22"), "2026-11-23T11:00:00Z", 1),
            (home, 2, Some("2026-11-23"), "2026-11-23T22:00:00Z", 0),
            // It is 23:00 on the 23rd.
            (home, 2, Some("2026-11-22"), "2026-11-24T04:00:00Z", 1),
            // It is 01:00 on the 24th, before the morning.
            (home, 2, Some("2026-11-23"), "2026-11-24T06:00:00Z", 0),
            // The run hour is 8.
            (home, 8, Some("2026-11-22"), "2026-11-23T13:59:00Z", 0),
            (home, 8, Some("2026-11-22"), "2026-11-23T14:00:00Z", 1),
            // The run hour is 18: the tries are over at midnight.
            (home, 18, Some("2026-11-22"), "2026-11-23T23:59:00Z", 0),
            (home, 18, Some("2026-11-22"), "2026-11-24T00:00:00Z", 1),
            // The run hour is 19: the morning after the run of the 23rd is that of the 24th.
            (home, 19, Some("2026-11-22"), "2026-11-24T04:59:00Z", 0),
            (home, 19, Some("2026-11-22"), "2026-11-24T10:59:00Z", 0),
            (home, 19, Some("2026-11-22"), "2026-11-24T11:00:00Z", 1),
            (home, 23, Some("2026-11-22"), "2026-11-24T11:00:00Z", 1),
            (home, 23, Some("2026-11-22"), "2026-11-25T04:59:00Z", 1),
            (home, 23, Some("2026-11-23"), "2026-11-24T11:00:00Z", 0),
            ("Asia/Tokyo", 2, Some("2026-11-23"), "2026-11-23T21:00:00Z", 1),
        ] {
            let club = ClubListing {
                id: ClubId::parse("8135").unwrap(),
                time_zone: zone.parse().unwrap(),
                run_hour,
                last_automatic: last.map(|date| date.parse().unwrap()),
                last_morning_message: None,
            };
            let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
            assert_eq!(count_missing(&[club], at.into()), expected, "{zone} {at}");
        }
    }
}
