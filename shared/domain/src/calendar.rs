//! Days and times as the rulebook counts them: club-local dates, weeks from Sunday to Saturday, minutes of a day.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named_enum;

/// Minutes in a day. As a time it is the end of the day, 24:00.
pub const MIDNIGHT: u32 = 24 * 60;

/// A span of a day, in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HoursText", into = "HoursText")]
pub struct Hours {
    /// When the span begins.
    pub from: u32,
    /// When the span ends, at most [`MIDNIGHT`]. An assignment may end at this time.
    pub to: u32,
}

/// The JSON form of hours: `{"from": "08:00", "to": "14:00"}`.
#[derive(Serialize, Deserialize)]
struct HoursText {
    from: String,
    to: String,
}

impl TryFrom<HoursText> for Hours {
    type Error = &'static str;

    fn try_from(text: HoursText) -> Result<Self, Self::Error> {
        let from = read_minute(&text.from).ok_or("not a time like \"08:00\"")?;
        let to = read_end_minute(&text.to).ok_or("not a time like \"14:00\"")?;
        if from < to { Ok(Hours { from, to }) } else { Err("the hours must end after they start") }
    }
}

impl From<Hours> for HoursText {
    fn from(hours: Hours) -> HoursText {
        HoursText { from: clock(hours.from), to: clock(hours.to) }
    }
}

/// A time of day: `HH:MM` in JSON, minutes since midnight in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}$")]
pub struct ClockTime(pub u32);

impl TryFrom<String> for ClockTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        read_minute(&text).map(ClockTime).ok_or("not a time like \"08:00\"")
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> String {
        clock(time.0)
    }
}

/// The end of a span of a day, `HH:MM` in JSON, at most `24:00`. The value is in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EndTime(pub u32);

impl TryFrom<String> for EndTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        read_end_minute(&text).map(EndTime).ok_or("not a time like \"14:00\", at most \"24:00\"")
    }
}

impl From<EndTime> for String {
    fn from(time: EndTime) -> String {
        clock(time.0)
    }
}

named_enum! {
    /// A weekday by its short name, as snapshots use it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    #[expect(missing_docs, reason = "weekdays")]
    pub enum Day {
        Mon = "mon",
        Tue = "tue",
        Wed = "wed",
        Thu = "thu",
        Fri = "fri",
        Sat = "sat",
        Sun = "sun",
    }
}

impl Day {
    /// The weekday of a date.
    pub fn of(date: NaiveDate) -> Day {
        Self::ALL[date.weekday().num_days_from_monday() as usize]
    }
}

impl Hours {
    /// The whole day.
    pub const WHOLE_DAY: Hours = Hours { from: 0, to: MIDNIGHT };

    /// Whether an assignment with this start and length lies inside the span.
    pub fn hold(self, start: u32, minutes: u32) -> bool {
        self.from <= start && start.saturating_add(minutes) <= self.to
    }

    /// The intersection of two spans. If they do not overlap, no assignment lies inside it.
    #[must_use]
    pub fn and(self, other: Hours) -> Hours {
        Hours { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// The Sunday on or before a date: the first day of its week.
pub fn week_start(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Sun).checked_first_day().unwrap_or(NaiveDate::MIN)
}

/// The date this many days later, or earlier if `days` is negative. A date out of range becomes the first or the last
/// date that there is.
pub fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    chrono::TimeDelta::try_days(days).and_then(|delta| date.checked_add_signed(delta)).unwrap_or(if days < 0 {
        NaiveDate::MIN
    } else {
        NaiveDate::MAX
    })
}

/// Whole days from one date to another.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    to.signed_duration_since(from).num_days()
}

/// Minutes since midnight.
pub fn minute_of(time: NaiveDateTime) -> u32 {
    time.hour() * 60 + time.minute()
}

/// The time this many minutes into a day; a count beyond the day gives its last minute.
pub fn at_minute(date: NaiveDate, minute: u32) -> NaiveDateTime {
    let minute = minute.min(MIDNIGHT - 1);
    date.and_time(NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap_or_default())
}

/// A count of minutes as `HH:MM`.
pub fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A time for people: `10:15 am`; the end of the day is `midnight`.
pub fn time_in_words(minute: u32) -> String {
    if minute >= MIDNIGHT {
        return "midnight".to_owned();
    }
    let (hour, half) = (minute / 60, if minute < MIDNIGHT / 2 { "am" } else { "pm" });
    format!("{}:{:02} {half}", (hour + 11) % 12 + 1, minute % 60)
}

/// A date for people: `Tue 24 Nov`.
pub fn date_in_words(date: NaiveDate) -> String {
    format!("{} {} {}", weekday_name(date.weekday()), date.day(), month_name(date.month()))
}

fn weekday_name(day: Weekday) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.num_days_from_monday() as usize]
}

fn month_name(month: u32) -> &'static str {
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][(month - 1) as usize]
}

/// Reads `YYYY-MM-DD`, exactly.
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let b = text.as_bytes();
    let has_shape = b.len() == 10
        && b.iter().enumerate().all(|(i, c)| if i == 4 || i == 7 { *c == b'-' } else { c.is_ascii_digit() });
    let date = has_shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()?;
    (date.year() >= 1).then_some(date)
}

/// Reads day and month as people type them: `9` and `jan`, or `9th` and `january`, in lower case. A month is the
/// beginning of its English name, at least three letters; full stops and commas after it are ignored. Whether the month
/// has that day is not checked.
pub fn read_day_and_month(day: &str, month: &str) -> Option<(u32, u32)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let digits = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let is_day = matches!(&day[digits.len()..], "" | "st" | "nd" | "rd" | "th");
    let day = digits.parse().ok().filter(|day| is_day && (1..=31).contains(day))?;
    let month = month.trim_end_matches(['.', ',']);
    let at = MONTHS.iter().position(|name| month.len() >= 3 && name.starts_with(month))?;
    Some((day, at as u32 + 1))
}

/// Reads `YYYY-MM-DDTHH:MM:SS` or `YYYY-MM-DDTHH:MM`, exactly: no offset, no zone.
pub fn read_moment(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once('T')?;
    let (minutes, seconds) = match time.len() {
        5 => (time, 0),
        8 => {
            let (minutes, seconds) = time.split_at_checked(5)?;
            let seconds = seconds.strip_prefix(':').filter(|s| s.bytes().all(|b| b.is_ascii_digit()))?;
            (minutes, seconds.parse().ok().filter(|s| *s < 60)?)
        }
        _ => return None,
    };
    read_date(date)?.and_hms_opt(read_minute(minutes)? / 60, read_minute(minutes)? % 60, seconds)
}

/// Writes a moment as [`read_moment`] reads it, with seconds. A moment has no fraction of a second.
pub fn write_moment(at: NaiveDateTime) -> String {
    // chrono's debug format takes a tenth of the time of a format pattern.
    format!("{at:?}")
}

/// Reads `HH:MM` as minutes since midnight.
pub fn read_minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits =
        |t: &str| (t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<u32>().ok()).flatten();
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Reads `HH:MM` as the end of a span of a day: [`read_minute`], and `24:00`.
pub fn read_end_minute(text: &str) -> Option<u32> {
    if text == "24:00" { Some(MIDNIGHT) } else { read_minute(text) }
}

/// Serde format of club-local moments for `#[serde(with)]`; seconds may be missing when read.
pub mod moment {
    use chrono::NaiveDateTime;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes a moment.
    ///
    /// # Errors
    /// The serializer's errors.
    pub fn serialize<S: Serializer>(at: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::write_moment(*at))
    }

    /// Reads a moment.
    ///
    /// # Errors
    /// The text is not a local date and time.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::read_moment(&text).ok_or_else(|| D::Error::custom("not a local date and time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_read_as_people_type_them() {
        for (day, month, expected) in [
            ("9", "jan", Some((9, 1))),
            ("9th", "january", Some((9, 1))),
            ("1st", "sept.", Some((1, 9))),
            ("31", "dec,", Some((31, 12))),
            ("2", "may", Some((2, 5))),
            ("2", "mayo", None),
            ("9", "ja", None),
            ("9", "janitor", None),
            ("0", "jan", None),
            ("32", "jan", None),
            ("9x", "jan", None),
            ("jan", "9", None),
        ] {
            assert_eq!(read_day_and_month(day, month), expected, "{day} {month}");
        }
    }

    #[test]
    fn dates_and_times_are_read_in_exactly_one_format() {
        for good in ["2026-11-24T00:00:00", "2026-11-24T10:15:00", "2024-02-29T23:59:59", "0001-01-01T00:00:01"] {
            assert_eq!(read_moment(good).map(write_moment).as_deref(), Some(good));
        }
        assert_eq!(read_moment("2026-11-24T10:15").map(write_moment).as_deref(), Some("2026-11-24T10:15:00"));
        let bad = [
            "2026-11-24",
            "2026-11-24 10:15:00",
            "2026-11-24T10:15:00Z",
            "2026-11-24T10:15:00-05:00",
            "2026-02-29T00:00:00",
            "2026-1-24T00:00:00",
            "2026-11-24T24:00:00",
            "2026-11-24T10:15:60",
            "2026-11-24T1:15:00",
            "tomorrow",
            "",
            "T",
            "2026-11-24T10:15é",
            "２026-11-24T00:00:00",
            "0000-01-01T00:00:00",
            "2026-11-24T10:15:+1",
        ];
        for bad in bad {
            assert!(read_moment(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_span_of_a_day_may_end_at_midnight_and_not_begin_there() {
        for (text, start, end) in [
            ("00:00", Some(0), Some(0)),
            ("23:59", Some(1439), Some(1439)),
            ("24:00", None, Some(1440)),
            ("24:01", None, None),
            ("8:00", None, None),
        ] {
            assert_eq!((read_minute(text), read_end_minute(text)), (start, end), "{text}");
            let read = EndTime::try_from(text.to_owned()).ok();
            assert_eq!(read.map(|time| (time.0, String::from(time))), end.map(|minute| (minute, text.to_owned())));
        }
    }

    #[test]
    fn a_week_runs_from_sunday_to_saturday() {
        let date = |d| NaiveDate::from_ymd_opt(2026, 11, d).expect("a date");
        assert_eq!(week_start(date(22)), date(22));
        assert_eq!(week_start(date(28)), date(22));
        assert_eq!(week_start(date(21)), date(15));
    }
}
