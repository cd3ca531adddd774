//! Limits of external input: ids, texts, numbers, dates. Every reader of requests, documents and messages uses them.
//! What one reader accepts, the next can store, read and compute with.

use std::ops::RangeInclusive;

use chrono::{Datelike, Months, NaiveDate};

use crate::calendar::read_date;

/// Maximum length of an id, in characters. An id is part of a table key, which holds 1,024 bytes.
pub const LONGEST_ID: usize = 64;
/// The largest whole number that every JSON reader keeps exactly: 2^53 - 1.
pub const LARGEST_NUMBER: u64 = (1 << 53) - 1;
/// The years of a run's date. The limit leaves room for the longest horizon before years get five digits.
pub const RUN_YEARS: RangeInclusive<i32> = 1..=9_996;
/// The limit of [`RUN_YEARS`] in words, for messages.
pub const RUN_DATE: &str = "a date like \"2026-11-24\", not after 9996-12-31";
/// Maximum distance of a request's date from today, in months.
pub const REQUEST_MONTHS: u32 = 24;

/// The definition of an id, for messages.
pub const ID: &str = "1 to 64 characters, none of them a control character or #";

/// Whether a text may be an id: short, without control characters, and without the `#` that separates the parts of a
/// key.
pub fn is_id(text: &str) -> bool {
    let fits = (1..=LONGEST_ID).contains(&text.chars().count());
    fits && !text.chars().any(|c| c.is_control() || c == '#')
}

/// Whether a text has no control characters other than tabs and line breaks.
pub fn is_printable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// The dates that a request on this day may name: from the first to the last one.
pub fn request_dates(today: NaiveDate) -> RangeInclusive<NaiveDate> {
    let months = Months::new(REQUEST_MONTHS);
    let first = today.checked_sub_months(months).unwrap_or(NaiveDate::MIN);
    let last = today.checked_add_months(months).unwrap_or(NaiveDate::MAX);
    first..=last
}

/// Reads the date of a run; see [`RUN_YEARS`].
pub fn read_run_date(text: &str) -> Option<NaiveDate> {
    read_date(text).filter(|date| RUN_YEARS.contains(&date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_has_no_separator_of_a_key_and_no_control_character() {
        for (text, is_allowed) in [
            ("E01", true),
            ("Jo Öz/7", true),
            (&"x".repeat(64), true),
            (&"ö".repeat(64), true),
            (&"x".repeat(65), false),
            ("", false),
            ("E#1", false),
            ("E\n1", false),
            ("E\u{0}1", false),
            ("E\u{85}1", false),
        ] {
            assert_eq!(is_id(text), is_allowed, "{text:?}");
        }
    }

    #[test]
    fn a_request_may_name_dates_of_two_years_around_its_day() {
        let date = |text: &str| read_date(text).expect("a date");
        let dates = request_dates(date("2026-11-28"));
        assert_eq!((*dates.start(), *dates.end()), (date("2024-11-28"), date("2028-11-28")));
        let leap = request_dates(date("2028-02-29"));
        assert_eq!((*leap.start(), *leap.end()), (date("2026-02-28"), date("2030-02-28")));
        assert!(request_dates(NaiveDate::MAX).contains(&NaiveDate::MAX));
    }

    #[test]
    fn the_year_of_a_run_leaves_room_for_its_horizon() {
        for (text, is_allowed) in [
            ("0001-01-01", true),
            ("2026-11-28", true),
            ("9996-12-31", true),
            ("9997-01-01", false),
            ("9999-12-31", false),
            ("+262142-12-31", false),
            ("0000-01-01", false),
        ] {
            assert_eq!(read_run_date(text).is_some(), is_allowed, "{text}");
        }
    }
}
