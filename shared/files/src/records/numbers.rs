//! Outcomes of lines, and counts over days. They are only exported.

use chrono::NaiveDate;
use domain::snapshot::{EmployeeId, EventRef};

use crate::record::{Column, Record, Value};

const fn column(name: &'static str, heading: &'static str) -> Column {
    Column::optional(name, heading, &[])
}

/// The outcome of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRow {
    /// The line.
    pub line_id: String,
    /// The event.
    pub event_ref: EventRef,
    /// Its type.
    pub event_type: &'static str,
    /// The day that it was proposed for.
    pub date: NaiveDate,
    /// The person that it was proposed for.
    pub employee_id: EmployeeId,
    /// Their name.
    pub name: Option<String>,
    /// The outcome in one word.
    pub outcome: Option<&'static str>,
    /// The person who has it now.
    pub holder: EmployeeId,
    /// Its day now.
    pub holder_date: NaiveDate,
    /// The person who did it instead.
    pub done_by: Option<EmployeeId>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

impl Record for OutcomeRow {
    const NAME: &'static str = "Outcomes";
    const COLUMNS: &'static [Column] = &[
        column("line_id", "Line"),
        column("event_ref", "Event Number"),
        column("type", "Event Type"),
        column("date", "Proposed For"),
        column("employee_id", "Employee ID"),
        column("name", "Name"),
        column("outcome", "Outcome"),
        column("holder", "Now Of"),
        column("holder_date", "Now On"),
        column("done_by", "Done By"),
        column("reason", "Reason"),
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
pub struct NumbersRow {
    /// The day, the Sunday of the week, the person or the type.
    pub of: String,
    /// The person's name.
    pub name: Option<String>,
    /// The counts, in the order of the columns after the first two.
    pub counts: [u32; 12],
}

impl Record for NumbersRow {
    const NAME: &'static str = "Numbers";
    const COLUMNS: &'static [Column] = &[
        column("of", "Of"),
        column("name", "Name"),
        column("placed", "Placed"),
        column("not_placed", "Not Placed"),
        column("lost", "Lost"),
        column("decided", "Decided"),
        column("kept", "Kept"),
        column("edited", "Edited"),
        column("retries", "Approved Again"),
        column("told_moves", "Moved Though Known"),
        column("call_outs", "Call-Outs"),
        column("refilled", "Refilled"),
        column("completed", "Completed"),
        column("no_shows", "No-Shows"),
    ];

    fn cells(&self) -> Vec<Value<'_>> {
        let mut cells = vec![Value::text(&self.of), Value::maybe(self.name.as_deref(), Value::text)];
        cells.extend(self.counts.iter().map(|count| Value::Whole((*count).into())));
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_cell_for_each_column() {
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
        let numbers = NumbersRow { of: "2026-11-28".into(), name: None, counts: [1; 12] };
        assert_eq!(numbers.cells().len(), NumbersRow::COLUMNS.len());
    }
}
