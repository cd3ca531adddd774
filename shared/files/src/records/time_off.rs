//! Days off.

use chrono::NaiveDate;
use domain::snapshot::{EmployeeId, TimeOff};

use super::{EMPLOYEE_ID, expected_id, read_id, read_span};
use crate::import::{Cells, Import};
use crate::record::{Column, Record, Value};

/// A span of days off of one person, first and last day included. The key is the person, the first day and the last
/// day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOffRow(pub TimeOff);

const FIRST: Column =
    Column::needed("start", "First Day", &["Start", "Start Date", "From", "Off From", "Date", "Day Off"]);
const LAST: Column = Column::optional("end", "Last Day", &["End", "End Date", "To", "Through", "Off To", "Until"]);

impl Record for TimeOffRow {
    const NAME: &'static str = "Time Off";
    const COLUMNS: &'static [Column] = &[EMPLOYEE_ID, FIRST, LAST];

    fn cells(&self) -> Vec<Value<'_>> {
        vec![Value::text(&self.0.employee_id.0), Value::Date(self.0.start), Value::Date(self.0.end)]
    }
}

impl Import for TimeOffRow {
    type Key = (EmployeeId, NaiveDate, NaiveDate);
    const KEY_COLUMN: Column = EMPLOYEE_ID;

    fn read(cells: &Cells) -> Option<TimeOffRow> {
        let employee_id = cells.needed(&EMPLOYEE_ID, &expected_id(), read_id);
        let (start, end) = read_span(cells, &FIRST, &LAST)?;
        Some(TimeOffRow(TimeOff { employee_id: employee_id?, start, end }))
    }

    fn key(&self) -> Self::Key {
        (self.0.employee_id.clone(), self.0.start, self.0.end)
    }

    fn completed_from(self, _known: &TimeOffRow) -> TimeOffRow {
        self
    }
}
