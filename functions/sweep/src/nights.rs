//! Nights that have no proposal by the morning, for those who watch.

use chrono::{NaiveDate, Timelike};
use store::documents::ClubListing;
use store::stamp::Timestamp;

/// The hour by which a club should have its nightly run, there; later where the run itself comes later.
const MORNING: u32 = 6;
/// What a run that begins after the morning may take.
const TAKES_HOURS: u32 = 1;

/// The date of a club whose morning has come.
pub(crate) fn morning(club: &ClubListing, now: Timestamp) -> Option<NaiveDate> {
    let local = now.utc().with_timezone(&club.time_zone);
    let by = MORNING.max(club.run_hour + TAKES_HOURS);
    (local.hour() >= by).then(|| local.date_naive())
}

/// So many clubs have no successful nightly run of their date though its morning has come.
pub(crate) fn missing(clubs: &[ClubListing], now: Timestamp) -> usize {
    let is_missing = |club: &&ClubListing| morning(club, now).is_some_and(|date| club.last_automatic < Some(date));
    clubs.iter().filter(is_missing).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use store::key::ClubId;

    use super::*;

    #[test]
    fn a_night_is_missing_from_six_oclock_there_until_it_ended_well() {
        let home = "America/Indiana/Indianapolis";
        for (zone, run_hour, last, at, expected) in [
            (home, 2, None, "2026-11-23T10:59:00Z", 0),
            (home, 2, None, "2026-11-23T11:00:00Z", 1),
            (home, 2, Some("2026-11-22"), "2026-11-23T11:00:00Z", 1),
            (home, 2, Some("2026-11-23"), "2026-11-23T22:00:00Z", 0),
            // A new day there has begun, and its morning has not come.
            (home, 2, Some("2026-11-22"), "2026-11-24T04:00:00Z", 1),
            (home, 2, Some("2026-11-23"), "2026-11-24T06:00:00Z", 0),
            // Its run comes at eight.
            (home, 8, Some("2026-11-22"), "2026-11-23T13:59:00Z", 0),
            (home, 8, Some("2026-11-22"), "2026-11-23T14:00:00Z", 1),
            ("Asia/Tokyo", 2, Some("2026-11-23"), "2026-11-23T21:00:00Z", 1),
        ] {
            let club = ClubListing {
                id: ClubId::parse("8135").unwrap(),
                time_zone: zone.parse().unwrap(),
                run_hour,
                last_automatic: last.map(|date| date.parse().unwrap()),
                last_told: None,
            };
            let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
            assert_eq!(missing(&[club], at.into()), expected, "{zone} {at}");
        }
    }
}
