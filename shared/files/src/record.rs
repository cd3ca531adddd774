//! A kind of row: its columns, and the values of a row in them. Import, preview and export use the same columns.

use std::borrow::Cow;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};

/// Whether an import requires a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A file without the column is refused.
    Needed,
    /// The column may be missing. A missing column is treated like a blank cell: there is no value.
    Optional,
}

/// A column of a kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name by which a mapping refers to it.
    pub key: &'static str,
    /// The heading that exports write and messages show.
    pub heading: &'static str,
    /// Other headings that imports accept. Case and blanks do not matter.
    pub spellings: &'static [&'static str],
    /// Whether an import requires the column.
    pub need: Need,
}

impl Column {
    /// A column that imports require.
    pub const fn needed(key: &'static str, heading: &'static str, spellings: &'static [&'static str]) -> Column {
        Column { key, heading, spellings, need: Need::Needed }
    }

    /// A column that may be missing.
    pub const fn optional(key: &'static str, heading: &'static str, spellings: &'static [&'static str]) -> Column {
        Column { key, heading, spellings, need: Need::Optional }
    }
}

/// The value of a row in a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Blank,
    /// Text.
    Text(Cow<'a, str>),
    /// A count or an id.
    Whole(u64),
    /// A number with decimals.
    Decimal(f64),
    /// A fraction of a whole, 0 to 1. A workbook shows it as a percentage.
    Share(f64),
    /// A date.
    Date(NaiveDate),
    /// A date and time, club-local.
    Moment(NaiveDateTime),
    /// Yes or no.
    Flag(bool),
}

impl<'a> Value<'a> {
    /// A text; blank if it is empty.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Value<'a> {
        let text = text.into();
        if text.is_empty() { Value::Blank } else { Value::Text(text) }
    }

    /// The value that `make` returns; blank for `None`.
    pub fn maybe<T>(value: Option<T>, make: impl FnOnce(T) -> Value<'a>) -> Value<'a> {
        value.map_or(Value::Blank, make)
    }

    /// Whether there is no value.
    pub fn is_blank(&self) -> bool {
        matches!(self, Value::Blank)
    }
}

/// The text in a CSV file: a moment as the program before Muster wrote it (`09/23/2025 12:00:00 AM`), a date as
/// `2025-09-23`.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Blank => Ok(()),
            Value::Text(text) => f.write_str(text),
            Value::Whole(number) => number.fmt(f),
            Value::Decimal(number) | Value::Share(number) => number.fmt(f),
            Value::Date(date) => date.format("%Y-%m-%d").fmt(f),
            Value::Moment(at) => at.format("%m/%d/%Y %I:%M:%S %p").fmt(f),
            Value::Flag(true) => f.write_str("yes"),
            Value::Flag(false) => f.write_str("no"),
        }
    }
}

/// A kind of row.
pub trait Record {
    /// The name of the kind and of its sheet; at most 31 characters.
    const NAME: &'static str;
    /// The columns, in the order in which they are written.
    const COLUMNS: &'static [Column];

    /// The values of the row, in the order of the columns.
    fn cells(&self) -> Vec<Value<'_>>;
}

/// A writer also takes references to rows.
impl<R: Record> Record for &R {
    const NAME: &'static str = R::NAME;
    const COLUMNS: &'static [Column] = R::COLUMNS;

    fn cells(&self) -> Vec<Value<'_>> {
        R::cells(self)
    }
}
