//! Employees.

use chrono::NaiveDate;
use domain::event_type::JobTitle;
use domain::snapshot::{Employee, EmployeeId};

use super::{DATE, EMPLOYEE_ID, expected_id, expected_number, expected_text, read_id, read_text};
use crate::cells::{read_day, read_flag, read_whole};
use crate::import::{Cells, Import};
use crate::record::{Column, Record, Value};

/// An employee. Values that the file does not have are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeeRow {
    /// Muster's id of the employee.
    pub id: EmployeeId,
    /// The name of the employee.
    pub name: String,
    /// The job title.
    pub job_title: Option<JobTitle>,
    /// Whether the employee may work juicer events with any title.
    pub juicer_trained: Option<bool>,
    /// Whether the employee works here.
    pub active: Option<bool>,
    /// The first day on which the employee no longer works here.
    pub termination_date: Option<NaiveDate>,
    /// The employee's number at Crossmark.
    pub rep_id: Option<u64>,
}

impl From<&Employee> for EmployeeRow {
    fn from(known: &Employee) -> EmployeeRow {
        EmployeeRow {
            id: known.id.clone(),
            name: known.name.clone(),
            job_title: Some(known.job_title),
            juicer_trained: Some(known.juicer_trained),
            active: Some(known.active),
            termination_date: known.termination_date,
            rep_id: known.rep_id,
        }
    }
}

const NAME: Column = Column::needed("name", "Name", &["Employee Name", "Full Name", "Rep Name", "Employee"]);
const JOB_TITLE: Column = Column::optional("job_title", "Job Title", &["Title", "Position", "Role"]);
const JUICER: Column = Column::optional("juicer_trained", "Juicer Trained", &["Juicer", "Juicer Training"]);
const ACTIVE: Column = Column::optional("active", "Active", &["Is Active", "Employed"]);
const TERMINATION: Column = Column::optional("termination_date", "Termination Date", &["Terminated", "Term Date"]);
const REP_ID: Column = Column::optional("rep_id", "Rep ID", &["Crossmark ID", "Crossmark Rep ID", "External ID"]);

impl Record for EmployeeRow {
    const NAME: &'static str = "Employees";
    const COLUMNS: &'static [Column] = &[EMPLOYEE_ID, NAME, JOB_TITLE, JUICER, ACTIVE, TERMINATION, REP_ID];

    fn cells(&self) -> Vec<Value<'_>> {
        vec![
            Value::text(&self.id.0),
            Value::text(&self.name),
            Value::maybe(self.job_title, |title| Value::text(title.name())),
            Value::maybe(self.juicer_trained, Value::Flag),
            Value::maybe(self.active, Value::Flag),
            Value::maybe(self.termination_date, Value::Date),
            Value::maybe(self.rep_id, Value::Whole),
        ]
    }
}

impl Import for EmployeeRow {
    type Key = EmployeeId;
    const KEY_COLUMN: Column = EMPLOYEE_ID;

    fn read(cells: &Cells) -> Option<EmployeeRow> {
        let id = cells.needed(&EMPLOYEE_ID, &expected_id(), read_id);
        let name = cells.needed(&NAME, &expected_text(), read_text);
        let titles = JobTitle::ALL.map(JobTitle::name).join(", ");
        let row = EmployeeRow {
            id: id.unwrap_or_else(|| EmployeeId(String::new())),
            name: name.unwrap_or_default(),
            job_title: cells.optional(&JOB_TITLE, &format!("one of {titles}"), read_title),
            juicer_trained: cells.optional(&JUICER, "yes or no", read_flag),
            active: cells.optional(&ACTIVE, "yes or no", read_flag),
            termination_date: cells.optional(&TERMINATION, DATE, |text| read_day(text, cells.date_system())),
            rep_id: cells.optional(&REP_ID, &expected_number(), read_whole),
        };
        Some(row)
    }

    fn key(&self) -> EmployeeId {
        self.id.clone()
    }

    fn completed_from(self, known: &EmployeeRow) -> EmployeeRow {
        EmployeeRow {
            job_title: self.job_title.or(known.job_title),
            juicer_trained: self.juicer_trained.or(known.juicer_trained),
            active: self.active.or(known.active),
            termination_date: self.termination_date.or(known.termination_date),
            rep_id: self.rep_id.or(known.rep_id),
            ..self
        }
    }
}

/// Reads a job title. Case and the number of blanks do not matter.
fn read_title(text: &str) -> Option<JobTitle> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let written = words.join(" ");
    JobTitle::ALL.into_iter().find(|title| title.name().eq_ignore_ascii_case(&written))
}
