//! Values as the API writes them: mostly strings, sometimes numbers. An empty string, a Crossmark number `0` and a date
//! of zeros mean that there is no value.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde_json::Value;

use crate::fields::{FaultReason, Field, FieldFault};
use crate::outcome::ReadError;

const DATE: &str = "%m/%d/%Y";
const DATE_TIME: &str = "%m/%d/%Y %I:%M:%S %p";

/// A JSON object of an answer, read field by field. A field that cannot be read is named; its value is never shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a>(&'a Value);

impl<'a> Row<'a> {
    pub fn of(value: &'a Value) -> Self {
        Self(value)
    }

    /// A field's text; `None` if it is missing or empty.
    pub fn text(self, field: Field) -> Option<String> {
        self.member_text(field.wire())
    }

    /// The trimmed text of a member, by its name on the wire; `None` if the member is missing, empty, or neither text
    /// nor a number.
    pub fn member_text(self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// A field's list; empty if it is missing or not a list.
    pub fn list(self, field: Field) -> &'a [Value] {
        self.0.get(field.wire()).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A Crossmark number. `0` counts as no number.
    pub fn number<T: FromStr>(self, field: Field) -> Result<Option<T>, FieldFault> {
        self.parsed(field, |text| text.parse().ok(), |text| text.bytes().all(|byte| byte == b'0'))
    }

    /// A date. Zeros count as no date.
    pub fn date(self, field: Field) -> Result<Option<NaiveDate>, FieldFault> {
        self.parsed(
            field,
            |text| NaiveDate::parse_from_str(text, DATE).ok().filter(|date| has_century(*date)),
            is_no_date,
        )
    }

    /// A date and time. Zeros count as no time.
    pub fn date_time(self, field: Field) -> Result<Option<NaiveDateTime>, FieldFault> {
        self.parsed(field, read_date_time, is_no_date)
    }

    /// A decimal number, if there is one.
    pub fn decimal(self, field: Field) -> Result<Option<f64>, FieldFault> {
        self.parsed(field, |text| text.parse().ok().filter(|number: &f64| number.is_finite()), |_| false)
    }

    fn parsed<T>(
        self,
        field: Field,
        parse: impl Fn(&str) -> Option<T>,
        is_none: impl Fn(&str) -> bool,
    ) -> Result<Option<T>, FieldFault> {
        let unreadable = FieldFault { field, reason: FaultReason::Unreadable };
        match self.0.get(field.wire()) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) if list.is_empty() => return Ok(None),
            Some(Value::String(_) | Value::Number(_)) => {}
            Some(_) => return Err(unreadable),
        }
        match self.text(field) {
            None => Ok(None),
            Some(text) if is_none(&text) => Ok(None),
            Some(text) => parse(&text).map(Some).ok_or(unreadable),
        }
    }
}

/// The value of a required field.
pub(crate) fn required<T>(field: Field, value: Option<T>) -> Result<T, FieldFault> {
    value.ok_or(FieldFault { field, reason: FaultReason::Missing })
}

pub(crate) fn malformed(what: impl Into<String>) -> ReadError {
    ReadError::Malformed { what: what.into() }
}

pub(crate) fn date_text(date: NaiveDate) -> String {
    date.format(DATE).to_string()
}

fn read_date_time(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, DATE_TIME).ok().filter(|at| has_century(at.date()))
}

/// Whether the year has its century: `11/22/26` must not be read as the year 26.
fn has_century(date: NaiveDate) -> bool {
    (1970..=2199).contains(&date.year())
}

fn is_no_date(text: &str) -> bool {
    text.starts_with("00/00/0000")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::RepId;

    #[test]
    fn a_number_is_digits_or_a_number_and_zero_is_none() {
        let check = |value: Value, expect: Result<Option<u64>, ()>| {
            let row = json!({"scheduleRepID": value});
            let number = Row::of(&row).number::<RepId>(Field::ScheduledEmployee);
            assert_eq!(number.map(|id| id.map(RepId::get)).map_err(|_| ()), expect, "{row}");
        };
        check(json!("150001"), Ok(Some(150_001)));
        check(json!(150_001), Ok(Some(150_001)));
        for none in [json!(""), json!(" "), json!("0"), json!(0), json!(null), json!([])] {
            check(none, Ok(None));
        }
        check(json!("Pat"), Err(()));
    }

    #[test]
    fn dates_are_months_days_and_years() {
        let row = json!({
            "scheduleDate": "11/22/2026 12:05:00 AM", "mPlanStartDate": "02/28/2026", "mPlanDueDate": "2/30/2026",
        });
        let row = Row::of(&row);
        let at = row.date_time(Field::ScheduledStart).unwrap().unwrap();
        assert_eq!(at.to_string(), "2026-11-22 00:05:00");
        assert_eq!(row.date(Field::StartDate).unwrap().unwrap().to_string(), "2026-02-28");
        assert_eq!(row.date(Field::DueDate).unwrap_err().to_string(), "mPlanDueDate cannot be read");
        let row = json!({"scheduleDate": "00/00/0000 12:00:00 AM", "mPlanDueDate": {"on": "02/28/2026"}});
        let row = Row::of(&row);
        assert_eq!(row.date_time(Field::ScheduledStart).unwrap(), None);
        assert_eq!(row.date(Field::StartDate).unwrap(), None);
        assert_eq!(row.date(Field::DueDate).unwrap_err().to_string(), "mPlanDueDate cannot be read");
    }
}
