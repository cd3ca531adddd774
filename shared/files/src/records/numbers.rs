//! Rows that are only exported: outcomes of lines, and counts by day, week, person or event type.

use chrono::NaiveDate;
use domain::snapshot::{EmployeeId, EventRef};

use super::exported;
use crate::record::{Column, Record, Value};

/// The outcome of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRow {
    /// The line.
    pub line_id: String,
    /// The event.
    pub event_ref: EventRef,
    /// The type of the event.
    pub event_type: &'static str,
    /// The proposed day.
    pub date: NaiveDate,
    /// The proposed person.
    pub employee_id: EmployeeId,
    /// The name of the proposed person.
    pub name: Option<String>,
    /// The outcome in words; `None` while nothing is known.
    pub outcome: Option<&'static str>,
    /// The person who has the line now.
    pub holder: EmployeeId,
    /// The current day of the line.
    pub holder_date: NaiveDate,
    /// The person who worked instead of the holder, as entered by hand; `None` if nothing like that was entered.
    pub done_by: Option<EmployeeId>,
    /// For a rejection, the manager's reason.
    pub reason: Option<String>,
}

impl Record for OutcomeRow {
    const NAME: &'static str = "Outcomes";
    const COLUMNS: &'static [Column] = &[
        exported("line_id", "Line"),
        exported("event_ref", "Event Number"),
        exported("type", "Event Type"),
        exported("date", "Proposed For"),
        exported("employee_id", "Employee ID"),
        exported("name", "Name"),
        exported("outcome", "Outcome"),
        exported("holder", "Current Employee ID"),
        exported("holder_date", "Current Date"),
        exported("done_by", "Done By"),
        exported("reason", "Reason"),
    ];

    fn cells(&self) -> Vec<Value<'_>> {
        vec![
            Value::text(&self.line_id),
            Value::Whole(self.event_ref.0),
            Value::text(self.event_type),
            Value::Date(self.date),
            Value::text(&self.employee_id.0),
            Value::maybe(self.name.as_deref(), Value::text),
            Value::maybe(self.outcome, Value::text),
            Value::text(&self.holder.0),
            Value::Date(self.holder_date),
            Value::maybe(self.done_by.as_ref(), |id| Value::text(&id.0)),
            Value::maybe(self.reason.as_deref(), Value::text),
        ]
    }
}

/// The counts of a day, a week, a person or a type.
#[derive(Debug, Clone, PartialEq)]
pub struct CountsRow {
    /// The day, the Sunday of the week, the person or the type whose counts these are.
    pub group: String,
    /// The name of the person; `None` for a day, a week or a type.
    pub name: Option<String>,
    /// The counts, in the order of the columns after the first two.
    pub counts: [u32; 12],
}

impl Record for CountsRow {
    const NAME: &'static str = "Numbers";
    const COLUMNS: &'static [Column] = &[
        exported("of", "Of"),
        exported("name", "Name"),
        exported("placed", "Placed"),
        exported("not_placed", "Not Placed"),
        exported("lost", "Lost"),
        exported("decided", "Decided"),
        exported("kept", "Kept"),
        exported("edited", "Edited"),
        // Lines that were approved again after a failure.
        exported("retries", "Approved Again"),
        // Schedules that moved although the person already knew of them.
        exported("told_moves", "Moved Though Known"),
        exported("call_outs", "Call-Outs"),
        exported("refilled", "Refilled"),
        exported("completed", "Completed"),
        exported("no_shows", "No-Shows"),
    ];

    fn cells(&self) -> Vec<Value<'_>> {
        let mut cells = vec![Value::text(&self.group), Value::maybe(self.name.as_deref(), Value::text)];
        cells.extend(self.counts.iter().map(|count| Value::Whole((*count).into())));
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_a_cell_for_each_column() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 28).expect("a date");
        let outcome = OutcomeRow {
            line_id: "r-1.101".into(),
            event_ref: EventRef(101),
            event_type: "Core",
            date,
            employee_id: EmployeeId("E01".into()),
            name: None,
            outcome: Some("kept"),
            holder: EmployeeId("E01".into()),
            holder_date: date,
            done_by: None,
            reason: None,
        };
        assert_eq!(outcome.cells().len(), OutcomeRow::COLUMNS.len());
        let counts = CountsRow { group: "2026-11-28".into(), name: None, counts: [1; 12] };
        assert_eq!(counts.cells().len(), CountsRow::COLUMNS.len());
    }
}
