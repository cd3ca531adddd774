//! Parses the text of cells: dates, times, lengths, numbers, yes and no. Every kind of file is converted to text first, so
//! that a workbook and a CSV file with the same content give the same values.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use domain::bounds::LARGEST_NUMBER;
use domain::calendar::{Hours, MIDNIGHT, read_date};

/// The years that a date may be in. A date outside of them is a typing error or another number.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;
const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// The origin of a workbook's serial dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateSystem {
    /// Day 1 is 1900-01-01. Day 60 is 1900-02-29, which did not exist, so it has no moment.
    #[default]
    From1900,
    /// Day 0 is 1904-01-01.
    From1904,
}

impl DateSystem {
    /// The moment of a serial number: days, with the time as a fraction of a day, rounded to seconds.
    pub fn moment(self, serial: f64) -> Option<NaiveDateTime> {
        let (year, month, day) = match self {
            DateSystem::From1900 if (1.0..60.0).contains(&serial) => (1899, 12, 31),
            DateSystem::From1900 if serial >= 61.0 => (1899, 12, 30),
            DateSystem::From1904 if serial >= 0.0 => (1904, 1, 1),
            _ => return None,
        };
        let seconds = (serial * SECONDS_OF_A_DAY).round();
        if seconds > 4_000_000.0 * SECONDS_OF_A_DAY {
            return None;
        }
        let base = NaiveDate::from_ymd_opt(year, month, day)?;
        base.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::try_seconds(seconds as i64)?)
    }
}

/// Reads a date and time. A date without a time is midnight.
///
/// Accepts `09/23/2025 12:00:00 AM`, `9/23/25`, `9/23/2025 14:30`, `2025-09-23`, `2025-09-23T14:30:00` and serial
/// numbers, in the years 1990 to 2100. A time zone is refused, because all times are club-local.
pub fn read_moment(text: &str, system: DateSystem) -> Option<NaiveDateTime> {
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) => (date, Some(time.trim_start())),
        None => (text, None),
    };
    let written = || {
        let date = if date.contains('/') { read_us_date(date) } else { read_date(date) }?;
        Some(date.and_time(time.map_or(Some(NaiveTime::MIN), read_clock)?))
    };
    let moment = written().or_else(|| system.moment(read_decimal(text)?))?;
    YEARS.contains(&moment.year()).then_some(moment)
}

/// Reads a date. If the text has a time, it must be midnight.
pub fn read_day(text: &str, system: DateSystem) -> Option<NaiveDate> {
    let moment = read_moment(text, system)?;
    (moment.time() == NaiveTime::MIN).then_some(moment.date())
}

/// Reads `month/day/year`, with two or four digits for the year. Two digits are a year from 2000 to 2099.
fn read_us_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let mut part = |most: usize| {
        let part = parts.next()?;
        ((1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())).then_some(part)
    };
    let (month, day, year) = (part(2)?, part(2)?, part(4)?);
    let year = match (year.len(), year.parse::<i32>().ok()?) {
        (2, year) => 2000 + year,
        (4, year) => year,
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?);
    date.filter(|_| parts.next().is_none())
}

/// Reads a time of day: `14:30`, `2:30 PM`, `2:30:00 pm`, `8 AM`. Fractions of a second are dropped.
fn read_clock(text: &str) -> Option<NaiveTime> {
    let upper = text.trim().to_ascii_uppercase();
    let (digits, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(rest), _) => (rest.trim_end(), Some(0)),
        (_, Some(rest)) => (rest.trim_end(), Some(12)),
        _ => (upper.as_str(), None),
    };
    let mut parts = digits.split(':');
    let hour = read_two(parts.next()?)?;
    let minute = parts.next().map(read_two);
    let second = parts.next().map(|part| read_two(part.split_once('.').map_or(part, |(whole, _)| whole)));
    if parts.next().is_some() || (minute.is_none() && half.is_none()) {
        return None;
    }
    let hour = match half {
        Some(half) => (1..=12).contains(&hour).then_some(hour % 12 + half)?,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute.unwrap_or(Some(0))?, second.unwrap_or(Some(0))?)
}

/// Reads one or two digits.
fn read_two(text: &str) -> Option<u32> {
    let fits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Reads a minute of the day: a time, or the fraction of a day that a workbook stores for it. `24:00` is the end of the
/// day.
pub fn read_minute_of_day(text: &str) -> Option<u32> {
    use chrono::Timelike;
    if text == "24:00" || text == "24:00:00" {
        return Some(MIDNIGHT);
    }
    let by_fraction = || {
        let share = read_decimal(text).filter(|share| (0.0..=1.0).contains(share))?;
        Some((share * f64::from(MIDNIGHT)).round() as u32)
    };
    read_clock(text).map(|time| time.hour() * 60 + time.minute()).or_else(by_fraction)
}

/// Reads hours of a day: `08:00-14:00` or `8 AM to 2 PM`. The end must be after the start.
pub fn read_hours(text: &str) -> Option<Hours> {
    let lower = text.to_ascii_lowercase();
    let (from, to) = lower.split_once(" to ").or_else(|| lower.split_once(['-', '\u{2013}']))?;
    let (from, to) = (read_minute_of_day(from.trim())?, read_minute_of_day(to.trim())?);
    (from < to).then_some(Hours { from, to })
}

/// Reads a length in minutes, above 0: `390`, `390.0`, `6:30`, `6:30:00`, or a fraction of a day below 1.
pub fn read_length(text: &str) -> Option<u32> {
    let by_clock = || {
        let mut parts = text.split(':');
        let hours = parts.next()?;
        let hours = (hours.len() <= 3 && hours.bytes().all(|b| b.is_ascii_digit())).then(|| hours.parse::<u32>().ok());
        let minutes = read_two(parts.next()?).filter(|minutes| *minutes < 60)?;
        let seconds = parts.next().map_or(Some(0), read_two)?;
        (seconds == 0 && parts.next().is_none()).then_some(hours.flatten()? * 60 + minutes)
    };
    let by_number = || match read_decimal(text)? {
        share if share > 0.0 && share < 1.0 => Some((share * f64::from(MIDNIGHT)).round() as u32),
        minutes if minutes.fract() == 0.0 && minutes <= f64::from(u32::MAX) => Some(minutes as u32),
        _ => None,
    };
    by_clock().or_else(by_number).filter(|minutes| *minutes > 0)
}

/// Reads a whole number from 0 to [`LARGEST_NUMBER`]. Decimals are accepted if they are all 0.
pub fn read_whole(text: &str) -> Option<u64> {
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return None,
        None => text,
    };
    let is_number = (1..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().filter(|number| *number <= LARGEST_NUMBER)
}

/// Reads digits with or without decimals; no sign, no exponent.
fn read_decimal(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.len() <= 24 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| text.parse().ok()).flatten()
}

/// Reads yes or no: `yes`, `y`, `true`, `1`, `x`, or `no`, `n`, `false`, `0`, in any case.
pub fn read_flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// The text of a formula that was saved without its value.
pub(crate) const NO_VALUE: &str = "#NO VALUE!";

/// The errors that spreadsheet programs show instead of a value.
const ERRORS: [&str; 16] = [
    NO_VALUE,
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#BUSY!",
    "#UNKNOWN!",
    "#GETTING_DATA",
];

/// Whether a text is an error of a spreadsheet program, or the `####` of a column that is too narrow.
pub(crate) fn is_error(text: &str) -> bool {
    ERRORS.contains(&text) || (text.len() > 2 && text.bytes().all(|b| b == b'#'))
}

/// The first characters of a cell that make a program evaluate the cell as a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a text looks like a formula after leading apostrophes.
fn looks_like_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

/// The text with a leading apostrophe, for a CSV file, so that no program evaluates it; `None` if the text does not look
/// like a formula.
pub(crate) fn escape_formula(text: &str) -> Option<String> {
    looks_like_formula(text).then(|| format!("'{text}"))
}

/// The text with a further leading apostrophe, for a workbook; `None` if it needs none. Programs never evaluate cells of
/// type text. So only a text that itself begins with an apostrophe before a formula needs another one, because [`clean`]
/// removes the first one.
pub(crate) fn escape_apostrophe(text: &str) -> Option<String> {
    (text.starts_with('\'') && looks_like_formula(text)).then(|| format!("'{text}"))
}

/// A cell's text without what file formats add: surrounding blanks, other kinds of blanks and line breaks, the
/// apostrophe before a formula.
pub(crate) fn clean(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let text = match text.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest,
        _ => text,
    };
    if text.contains(['\r', '\u{a0}']) {
        text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " ")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(moment: Option<NaiveDateTime>) -> String {
        moment.map_or("-".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn a_date_is_in_us_or_iso_format_or_a_serial_number() {
        for (text, expected) in [
            ("09/23/2025 12:00:00 AM", "2025-09-23 00:00:00"),
            ("09/23/2025 12:00:00 PM", "2025-09-23 12:00:00"),
            ("09/23/2025 12:30 am", "2025-09-23 00:30:00"),
            ("9/3/25", "2025-09-03 00:00:00"),
            ("9/23/2025 14:30", "2025-09-23 14:30:00"),
            ("2025-09-23", "2025-09-23 00:00:00"),
            ("2025-09-23T10:15", "2025-09-23 10:15:00"),
            ("2025-09-23 10:15:30.250", "2025-09-23 10:15:30"),
            ("45923", "2025-09-23 00:00:00"),
            ("45923.427083333336", "2025-09-23 10:15:00"),
            ("23/09/2025", "-"),
            ("13/13/2025", "-"),
            ("02/29/2025", "-"),
            ("09/23/2025 13:00 PM", "-"),
            ("09/23/2025 0:15 AM", "-"),
            ("09/23/2025 24:00", "-"),
            ("2025-09-23T10:15:00Z", "-"),
            ("2025-09-23T10:15:00-05:00", "-"),
            ("09/23/0025", "-"),
            ("09/23/225", "-"),
            ("9/23", "-"),
            ("20250923", "-"),
            ("12", "-"),
            ("tomorrow", "-"),
            ("", "-"),
            ("1e9", "-"),
        ] {
            assert_eq!(shown(read_moment(text, DateSystem::From1900)), expected, "{text}");
        }
    }

    #[test]
    fn serial_numbers_count_from_1900_or_from_1904() {
        for (system, serial, expected) in [
            (DateSystem::From1900, 1.0, "1900-01-01 00:00:00"),
            (DateSystem::From1900, 59.0, "1900-02-28 00:00:00"),
            (DateSystem::From1900, 60.0, "-"),
            (DateSystem::From1900, 61.0, "1900-03-01 00:00:00"),
            (DateSystem::From1900, 45_923.999_999, "2025-09-24 00:00:00"),
            (DateSystem::From1904, 0.0, "1904-01-01 00:00:00"),
            (DateSystem::From1904, 44461.5, "2025-09-23 12:00:00"),
            (DateSystem::From1900, 1e300, "-"),
            (DateSystem::From1900, f64::NAN, "-"),
            (DateSystem::From1904, -1.0, "-"),
        ] {
            assert_eq!(shown(system.moment(serial)), expected, "{system:?} {serial}");
        }
    }

    #[test]
    fn lengths_hours_numbers_and_flags_are_read() {
        for (text, expected) in [
            ("390", Some(390)),
            ("390.00", Some(390)),
            ("6:30", Some(390)),
            ("06:30:00", Some(390)),
            ("0.270833333333333", Some(390)),
            ("100:00", Some(6000)),
            ("0", None),
            ("-5", None),
            ("6:75", None),
            ("6.5", None),
            ("4294967296", None),
            ("1e3", None),
            ("six", None),
        ] {
            assert_eq!(read_length(text), expected, "{text}");
        }
        for (text, expected) in [
            ("08:00-14:00", Some((480, 840))),
            ("8 AM to 2:30 PM", Some((480, 870))),
            ("08:00 \u{2013} 24:00", Some((480, 1440))),
            ("14:00-08:00", None),
            ("8-14", None),
            ("08:00", None),
        ] {
            assert_eq!(read_hours(text).map(|h| (h.from, h.to)), expected, "{text}");
        }
        for (text, expected) in [
            ("31900442", Some(31_900_442)),
            ("31900442.0", Some(31_900_442)),
            ("9007199254740991", Some(LARGEST_NUMBER)),
            ("9007199254740992", None),
            ("3.19E+07", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
            (".0", None),
        ] {
            assert_eq!(read_whole(text), expected, "{text}");
        }
        assert_eq!(["Yes", "FALSE", "x", "maybe"].map(read_flag), [Some(true), Some(false), Some(true), None]);
    }

    #[test]
    fn errors_of_spreadsheet_programs_are_recognised() {
        for (text, expected) in [
            ("#N/A", true),
            ("#REF!", true),
            ("#DIV/0!", true),
            ("#NAME?", true),
            ("#GETTING_DATA", true),
            (NO_VALUE, true),
            ("########", true),
            ("#1 Cola", false),
            ("#COLA", false),
            ("#SALE!", false),
            ("##", false),
            ("#", false),
            ("", false),
        ] {
            assert_eq!(is_error(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_looks_like_a_formula_is_escaped_and_read_back_unchanged() {
        for text in ["=1+1", "+1", "-x", "@a", "'=1", "''=1", "a'=1", "'quoted'", "", "x", "'"] {
            let in_csv = escape_formula(text).unwrap_or_else(|| text.to_owned());
            let in_xlsx = escape_apostrophe(text).unwrap_or_else(|| text.to_owned());
            assert!(!in_csv.starts_with(FORMULA_STARTS), "{in_csv:?}");
            assert_eq!((clean(&in_csv), clean(&in_xlsx)), (text.to_owned(), text.to_owned()), "{text:?}");
        }
        assert_eq!(escape_formula("\tx").as_deref(), Some("'\tx"));
        assert_eq!(clean("\u{a0} a\u{a0}b\r\nc \n"), "a b\nc");
    }
}
