//! The kinds of rows: those that can be imported, and those that are only exported.

mod availability;
mod employees;
mod events;
mod numbers;
mod reports;
mod schedules;
mod time_off;
mod types;

pub use availability::AvailabilityRow;
pub use employees::EmployeeRow;
pub use events::EventRow;
pub use numbers::{CountsRow, OutcomeRow};
pub use reports::{ConditionCounts, CorporateWeekRow, LostRow, PayrollRow, RunRow};
pub use schedules::ScheduleRow;
pub use time_off::TimeOffRow;
pub use types::{Evidence, TypeFinding};

use chrono::NaiveDate;
use domain::bounds::{LARGEST_NUMBER, is_id, is_printable};
use domain::snapshot::EmployeeId;
use domain::snapshot::rows::LONGEST_NAME;

use crate::cells::{is_error, read_day};
use crate::import::Cells;
use crate::record::Column;

/// A column that is only exported.
const fn exported(key: &'static str, heading: &'static str) -> Column {
    Column::optional(key, heading, &[])
}

const DATE: &str = "a date like 09/23/2025 or 2025-09-23";
const MOMENT: &str = "a date and time like 09/23/2025 10:15:00 AM, without a time zone";

/// The column of the person's id, used by several kinds of rows.
const EMPLOYEE_ID: Column =
    Column::needed("employee_id", "Employee ID", &["EmployeeID", "Employee Number", "Employee No", "Emp ID"]);

fn expected_id() -> String {
    format!("a person's id: {}", domain::bounds::ID)
}

fn expected_number() -> String {
    format!("a whole number from 0 to {LARGEST_NUMBER}, in digits")
}

fn read_id(text: &str) -> Option<EmployeeId> {
    is_id(text).then(|| EmployeeId(text.to_owned()))
}

/// Reads a text that is printable, not too long, and not an error of a spreadsheet program.
fn read_text(text: &str) -> Option<String> {
    let is_text = text.chars().count() <= LONGEST_NAME && is_printable(text) && !is_error(text);
    is_text.then(|| text.to_owned())
}

fn expected_text() -> String {
    format!(
        "a text of at most {LONGEST_NAME} characters, without damaged characters or an error of a spreadsheet program"
    )
}

/// Reads a first and a last day. If the last day is missing, it is the first day.
fn read_span(cells: &Cells, first: &Column, last: &Column) -> Option<(NaiveDate, NaiveDate)> {
    let day = |text: &str| read_day(text, cells.date_system());
    let start = cells.needed(first, DATE, day);
    let end = cells.optional(last, DATE, day);
    let (start, end) = (start?, if cells.text(last).is_some() { end? } else { start? });
    if end < start {
        cells.report_wrong(last, &format!("a date not before {start}"));
        return None;
    }
    Some((start, end))
}
