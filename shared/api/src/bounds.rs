//! Limits of what a request may contain, as types and checks: dates near today, numbers that every JSON reader keeps
//! exactly, texts of a maximum length. A handler gets such a value only after the check, except for a date in a path.
//! The limits are in `domain::bounds`.

use axum::http::Uri;
use chrono::{DateTime, NaiveDate, Utc};
use domain::bounds::{LARGEST_NUMBER, LONGEST_ID, is_printable, request_dates};
use domain::calendar::read_date;
use domain::json::quoted;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::json;
use store::stamp::Timestamp;

use crate::code::Code;
use crate::error::ApiError;

/// Maximum length of a path segment in bytes, decoded: the id of other hours of a person, whose own id has [`LONGEST_ID`]
/// characters of four bytes each. Every other id is shorter.
const LONGEST_SEGMENT: usize = 4 * LONGEST_ID + "~2026-12-24~2026-12-26~AbCdEfGh".len();

/// Whether every segment of the path is short enough for an id. A path with a longer one is answered as not found.
pub(super) fn may_be_an_address(uri: &Uri) -> bool {
    uri.path().split('/').all(|segment| percent_decode_str(segment).count() <= LONGEST_SEGMENT)
}

/// A date of a request. Its limits depend on the day of the request, so a handler gets it from [`RequestDate::near`],
/// which checks them, or for a date in a path from [`RequestDate::any`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RequestDate(NaiveDate);

impl TryFrom<String> for RequestDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let date =
            read_date(&text).ok_or_else(|| format!("found {}, expected a date like 2026-11-24", quoted(&text)))?;
        Ok(RequestDate(date))
    }
}

impl RequestDate {
    /// The date, which must be at most two years from the day of the request.
    ///
    /// # Errors
    /// 400 with the name of the value, what was found and what was expected.
    pub fn near(self, now: Timestamp, name: &str) -> Result<NaiveDate, ApiError> {
        near(self.0, now, name)
    }

    /// The date without a limit. This is for paths: a date that is far away is answered as not found.
    pub fn any(self) -> NaiveDate {
        self.0
    }
}

/// A date that is at most two years from the day of the request.
///
/// # Errors
/// 400 with the name of the value, what was found and what was expected.
pub fn near(date: NaiveDate, now: Timestamp, name: &str) -> Result<NaiveDate, ApiError> {
    let dates = request_dates(now.utc().date_naive());
    if dates.contains(&date) {
        return Ok(date);
    }
    let (first, last) = dates.into_inner();
    let message = format!("{name} is {date}: expected a date from {first} to {last}");
    Err(ApiError::new(Code::DateOutOfBounds, message).with(json!({"from": first, "to": last})))
}

/// A moment of a request, with its offset; it must be read with [`RequestMoment::near`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RequestMoment(DateTime<Utc>);

impl RequestMoment {
    /// The moment, whose day must be at most two years from the day of the request.
    ///
    /// # Errors
    /// 400 with the name of the value, what was found and what was expected.
    pub fn near(self, now: Timestamp, name: &str) -> Result<Timestamp, ApiError> {
        near(self.0.date_naive(), now, name)?;
        Ok(Timestamp::from(self.0))
    }
}

/// A number of a request, at most [`LARGEST_NUMBER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct Number(u64);

impl Number {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for Number {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        let fits = number <= LARGEST_NUMBER;
        fits.then_some(Number(number)).ok_or_else(|| format!("found {number}, expected at most {LARGEST_NUMBER}"))
    }
}

/// A person's text, trimmed: not blank, at most `longest` characters, and without control characters other than tabs
/// and line breaks.
///
/// # Errors
/// 400 with the name of the value, what was found and what was expected.
pub fn words(name: &str, text: &str, longest: usize) -> Result<String, ApiError> {
    let text = text.trim();
    let length = text.chars().count();
    let message = if !(1..=longest).contains(&length) {
        format!("{name} has {length} characters: expected 1 to {longest}")
    } else if !is_printable(text) {
        format!("{name} is {}: expected no control characters but tabs and line breaks", quoted(text))
    } else {
        return Ok(text.to_owned());
    };
    Err(ApiError::new(Code::InvalidText, message))
}

#[cfg(test)]
mod tests {
    use domain::snapshot::{AvailabilityOverride, EmployeeId, EventRef, TimeOff, Week};
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use store::facts::KeptFact;
    use store::key::{LineKey, RunId, Token};

    use super::*;

    #[test]
    fn a_date_is_at_most_two_years_from_the_day_of_its_request() {
        let now: Timestamp = "2026-11-28T03:00:00Z".parse::<DateTime<Utc>>().expect("a moment").into();
        for (text, expected) in [
            ("2024-11-28", Ok("2024-11-28")),
            ("2026-11-28", Ok("2026-11-28")),
            ("2028-11-28", Ok("2028-11-28")),
            ("2024-11-27", Err("DATE_OUT_OF_BOUNDS")),
            ("2028-11-29", Err("DATE_OUT_OF_BOUNDS")),
            ("9999-12-31", Err("DATE_OUT_OF_BOUNDS")),
            ("0001-01-01", Err("DATE_OUT_OF_BOUNDS")),
            ("0000-01-01", Err("unread")),
            ("+262142-12-31", Err("unread")),
            ("-0001-01-01", Err("unread")),
            ("2026-2-3", Err("unread")),
            ("", Err("unread")),
        ] {
            let read = RequestDate::try_from(text.to_owned()).map_err(|_| "unread");
            let found = read.and_then(|date| date.near(now, "$.date").map_err(|e| e.code.name()));
            assert_eq!(found.map(|date| date.to_string()), expected.map(str::to_owned), "{text}");
        }
    }

    /// Ids of people; half of them have as many bytes as an id may have.
    fn employee_id() -> impl Strategy<Value = EmployeeId> {
        let letter = any::<char>().prop_filter("a character of an id", |c| !c.is_control() && *c != '#');
        let any_id = vec(letter, 1..=LONGEST_ID).prop_map(|letters| letters.into_iter().collect::<String>());
        prop_oneof![Just("🍉".repeat(LONGEST_ID)), any_id].prop_map(EmployeeId)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn ids_of_employees_absences_and_lines_fit_into_a_path(employee_id in employee_id()) {
            let (start, end) = ("2026-12-24".parse().expect("a date"), "2026-12-26".parse().expect("a date"));
            let off = TimeOff { employee_id: employee_id.clone(), start, end };
            let hours = AvailabilityOverride { employee_id: employee_id.clone(), start, end, days: Week::new() };
            let run = RunId::parse(&"r".repeat(64)).expect("an id");
            let line = LineKey { run, token: Token(1), event: EventRef(LARGEST_NUMBER) };
            for segment in [employee_id.0.clone(), off.id(), hours.id(), line.to_string()] {
                let path = utf8_percent_encode(&segment, NON_ALPHANUMERIC);
                let uri: Uri = format!("/api/time-off/{path}").parse().expect("an address");
                prop_assert!(may_be_an_address(&uri), "{segment}");
            }
        }
    }

    #[test]
    fn a_segment_that_is_longer_than_every_id_is_not_an_address() {
        for (segment, fits) in [
            ("%F0%9F%8D%89".repeat(64), true),
            ("%2D".repeat(81), true),
            ("-".repeat(287), true),
            ("-".repeat(288), false),
            ("%F0%9F%8D%89".repeat(72), false),
            ("%".repeat(288), false),
        ] {
            let uri: Uri = format!("/api/employees/{segment}/history").parse().expect("an address");
            assert_eq!(may_be_an_address(&uri), fits, "{segment}");
        }
    }

    #[test]
    fn a_number_is_a_whole_one_that_every_json_reader_keeps_exactly() {
        for (text, fits) in [
            ("0", true),
            ("9007199254740991", true),
            ("9007199254740992", false),
            ("18446744073709551615", false),
            ("18446744073709551616", false),
            ("-1", false),
            ("1.5", false),
            ("\"1\"", false),
        ] {
            assert_eq!(serde_json::from_str::<Number>(text).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn words_are_not_blank_not_too_long_and_printable() {
        for (text, expected) in [
            (" a note ", Ok("a note")),
            ("a\tline\nand another", Ok("a\tline\nand another")),
            ("Ö", Ok("Ö")),
            ("xxxxxxxxxxxxxxxxxxxxx", Err("note has 21 characters: expected 1 to 20")),
            ("  ", Err("note has 0 characters: expected 1 to 20")),
            ("a\u{0}b", Err("note is \"a\\0b\": expected no control characters but tabs and line breaks")),
        ] {
            let found = words("note", text, 20).map_err(|e| e.message);
            assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{text:?}");
        }
    }
}
