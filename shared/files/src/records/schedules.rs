//! Schedules in the format of the `CalendarSchedule` export of Muster's predecessor, the program that Muster replaces.

use chrono::NaiveDateTime;
use domain::snapshot::{EmployeeId, EventRef};

use super::events::{DUE, KIND, LOCATION, MINUTES, NAME, REF, START, STORE_NAME, STORE_NUMBER};
use super::{EventRow, MOMENT, expected_id, expected_text, read_id, read_text, types};
use crate::cells::read_moment;
use crate::import::{Cells, Import};
use crate::record::{Column, Record, Value};

/// A posted schedule: an event with its person and start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    /// The event.
    pub event: EventRow,
    /// The name of the person who works it.
    pub rep_name: Option<String>,
    /// The id of the person who works it. A file has the id, the name, or both.
    pub employee_id: Option<EmployeeId>,
    /// When the person starts, club-local.
    pub scheduled: NaiveDateTime,
}

const REP_NAME: Column = Column::optional("rep_name", "Rep Name", &["Rep", "Employee Name", "Employee"]);
const EMPLOYEE: Column = Column { need: crate::record::Need::Optional, ..super::EMPLOYEE_ID };
const SCHEDULED: Column = Column::needed(
    "scheduled",
    "Schedule Date/Time",
    &["Schedule Date", "Schedule DateTime", "Schedule Date Time", "Scheduled Date/Time", "Scheduled Date", "Scheduled"],
);

impl Record for ScheduleRow {
    const NAME: &'static str = "CalendarSchedule";
    const COLUMNS: &'static [Column] =
        &[NAME, REF, LOCATION, STORE_NUMBER, STORE_NAME, START, DUE, MINUTES, REP_NAME, EMPLOYEE, SCHEDULED, KIND];

    fn cells(&self) -> Vec<Value<'_>> {
        let mut cells = self.event.event_cells();
        cells.push(Value::maybe(self.rep_name.as_deref(), Value::text));
        cells.push(Value::maybe(self.employee_id.as_ref(), |id| Value::text(&id.0)));
        cells.push(Value::Moment(self.scheduled));
        cells.push(self.event.kind_cell());
        cells
    }
}

impl Import for ScheduleRow {
    type Key = EventRef;
    const KEY_COLUMN: Column = REF;

    fn read(cells: &Cells) -> Option<ScheduleRow> {
        let rep_name = cells.optional(&REP_NAME, &expected_text(), read_text);
        let employee_id = cells.optional(&EMPLOYEE, &expected_id(), read_id);
        if [REP_NAME, EMPLOYEE].iter().all(|column| cells.text(column).is_none()) {
            cells.report_wrong(&EMPLOYEE, "who works it: a person's id or name");
        }
        let scheduled = cells.needed(&SCHEDULED, MOMENT, |text| read_moment(text, cells.date_system()));
        let event = EventRow::read_event(cells)?;
        Some(ScheduleRow { event, rep_name, employee_id, scheduled: scheduled? })
    }

    fn key(&self) -> EventRef {
        self.event.event_ref
    }

    fn completed_from(self, known: &ScheduleRow) -> ScheduleRow {
        // A row with another id keeps no known name, and a row with another name keeps no known id: they belong to
        // another person.
        let has_other_id = self.employee_id.is_some() && self.employee_id != known.employee_id;
        let has_other_name = self.rep_name.is_some() && self.rep_name != known.rep_name;
        ScheduleRow {
            event: self.event.event_completed_from(&known.event),
            rep_name: self.rep_name.or_else(|| known.rep_name.clone().filter(|_| !has_other_id)),
            employee_id: self.employee_id.or_else(|| known.employee_id.clone().filter(|_| !has_other_name)),
            scheduled: self.scheduled,
        }
    }

    fn complete(rows: &mut [(u32, ScheduleRow)]) {
        types::recover(&mut rows.iter_mut().map(|(_, row)| &mut row.event).collect::<Vec<_>>());
    }
}
