//! Club-local times as the API expects them: with the offset of the club's zone on the date of the schedule, not on the
//! date of the call.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// The zone's clocks skip this time on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} does not exist on {}: the clocks go forward over it", time.format("%H:%M"), time.date())]
pub struct NoSuchTime {
    /// The time that does not exist.
    pub time: NaiveDateTime,
}

/// Converts a club-local time to a point in time.
///
/// A time that occurs twice, in the night when the clocks go back, is read as the first of the two, in summer time.
///
/// # Errors
/// [`NoSuchTime`] for a time that the clocks skip. It is not moved to an existing time, because nobody knows which one
/// the caller meant.
pub fn with_offset(zone: Tz, time: NaiveDateTime) -> Result<DateTime<Tz>, NoSuchTime> {
    match zone.from_local_datetime(&time) {
        MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => Ok(time),
        MappedLocalTime::None => Err(NoSuchTime { time }),
    }
}

/// `Start` and `End` of a schedule call. The end is `minutes` of elapsed time after the start, with its own offset.
pub(crate) fn start_and_end(zone: Tz, start: NaiveDateTime, minutes: u32) -> Result<(String, String), NoSuchTime> {
    let start = with_offset(zone, start)?;
    let end = start + TimeDelta::minutes(minutes.into());
    let text = |time: DateTime<Tz>| time.format("%Y-%m-%dT%H:%M:%S%:z").to_string();
    Ok((text(start), text(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_carries_the_offset_of_its_own_date() {
        let check = |zone: &str, start: &str, minutes: u32, expect: Option<(&str, &str)>| {
            let times = start_and_end(zone.parse().unwrap(), start.parse().unwrap(), minutes).ok();
            assert_eq!(times, expect.map(|(start, end)| (start.to_owned(), end.to_owned())), "{zone} {start}");
        };
        let winter = Some(("2026-11-22T10:15:00-05:00", "2026-11-22T16:45:00-05:00"));
        check("America/Indiana/Indianapolis", "2026-11-22T10:15:00", 390, winter);
        let summer = Some(("2026-07-22T10:15:00-04:00", "2026-07-22T16:45:00-04:00"));
        check("America/Indiana/Indianapolis", "2026-07-22T10:15:00", 390, summer);
        // Arizona keeps one offset all year.
        let arizona = Some(("2026-07-22T10:15:00-07:00", "2026-07-22T11:15:00-07:00"));
        check("America/Phoenix", "2026-07-22T10:15:00", 60, arizona);
        // The clocks go forward: before, in, after and across the gap.
        let before = Some(("2026-03-08T01:59:00-05:00", "2026-03-08T03:09:00-04:00"));
        check("America/New_York", "2026-03-08T01:59:00", 10, before);
        check("America/New_York", "2026-03-08T02:30:00", 60, None);
        let after = Some(("2026-03-08T10:15:00-04:00", "2026-03-08T16:45:00-04:00"));
        check("America/New_York", "2026-03-08T10:15:00", 390, after);
        // The clocks go back: the first of the two 01:30, an end in the second, and after both.
        let first = Some(("2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"));
        check("America/New_York", "2026-11-01T01:30:00", 60, first);
        let late = Some(("2026-11-01T10:15:00-05:00", "2026-11-01T16:45:00-05:00"));
        check("America/New_York", "2026-11-01T10:15:00", 390, late);
    }

    #[test]
    fn a_time_that_does_not_exist_is_named() {
        let start = "2026-03-08T02:30:00".parse().unwrap();
        let error = with_offset(chrono_tz::America::New_York, start).unwrap_err();
        assert_eq!(error.to_string(), "02:30 does not exist on 2026-03-08: the clocks go forward over it");
    }
}
