//! Availability of people: weekly, or an override for a span of days.

use std::borrow::Cow;

use chrono::NaiveDate;
use domain::calendar::{Day, Hours, clock};
use domain::snapshot::{Allowance, AvailabilityOverride, EmployeeId, Week, WeeklyAvailability};

use super::{EMPLOYEE_ID, expected_id, read_id, read_span};
use crate::cells::{read_flag, read_hours};
use crate::import::{Cells, Import};
use crate::record::{Column, Record, Value};

/// A person's availability by weekday. Blank weekdays have no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The first and last day of an override; `None` for the weekly availability.
    pub span: Option<(NaiveDate, NaiveDate)>,
    /// The availability by weekday.
    pub days: Week,
}

impl From<&WeeklyAvailability> for AvailabilityRow {
    fn from(known: &WeeklyAvailability) -> AvailabilityRow {
        AvailabilityRow { employee_id: known.employee_id.clone(), span: None, days: known.days.clone() }
    }
}

impl From<&AvailabilityOverride> for AvailabilityRow {
    fn from(known: &AvailabilityOverride) -> AvailabilityRow {
        let span = Some((known.start, known.end));
        AvailabilityRow { employee_id: known.employee_id.clone(), span, days: known.days.clone() }
    }
}

const DAYS: [Column; 7] = [
    Column::optional("mon", "Monday", &["Mon"]),
    Column::optional("tue", "Tuesday", &["Tue", "Tues"]),
    Column::optional("wed", "Wednesday", &["Wed"]),
    Column::optional("thu", "Thursday", &["Thu", "Thur", "Thurs"]),
    Column::optional("fri", "Friday", &["Fri"]),
    Column::optional("sat", "Saturday", &["Sat"]),
    Column::optional("sun", "Sunday", &["Sun"]),
];
const FIRST: Column = Column::optional("start", "First Day", &["Start", "Start Date", "From"]);
const LAST: Column = Column::optional("end", "Last Day", &["End", "End Date", "To", "Through", "Until"]);
const EXPECTED: &str = "yes, no or hours like 08:00-14:00";

impl Record for AvailabilityRow {
    const NAME: &'static str = "Availability";
    const COLUMNS: &'static [Column] =
        &[EMPLOYEE_ID, DAYS[0], DAYS[1], DAYS[2], DAYS[3], DAYS[4], DAYS[5], DAYS[6], FIRST, LAST];

    fn cells(&self) -> Vec<Value<'_>> {
        let day = |day: Day| Value::maybe(self.days.get(&day), |allowance| Value::Text(allowance_text(*allowance)));
        let mut cells = vec![Value::text(&self.employee_id.0)];
        cells.extend(Day::ALL.map(day));
        cells.push(Value::maybe(self.span, |(start, _)| Value::Date(start)));
        cells.push(Value::maybe(self.span, |(_, end)| Value::Date(end)));
        cells
    }
}

impl Import for AvailabilityRow {
    type Key = (EmployeeId, Option<(NaiveDate, NaiveDate)>);
    const KEY_COLUMN: Column = EMPLOYEE_ID;

    fn read(cells: &Cells) -> Option<AvailabilityRow> {
        let employee_id = cells.needed(&EMPLOYEE_ID, &expected_id(), read_id);
        let is_override = [FIRST, LAST].iter().any(|column| cells.text(column).is_some());
        let span = is_override.then(|| read_span(cells, &FIRST, &LAST));
        let allowance = |(day, column)| Some((day, cells.optional(column, EXPECTED, read_allowance)?));
        let days: Week = Day::ALL.into_iter().zip(&DAYS).filter_map(allowance).collect();
        if DAYS.iter().all(|column| cells.text(column).is_none()) {
            cells.report_wrong(&DAYS[0], &format!("{EXPECTED} for at least one weekday"));
        }
        let span = match span {
            Some(span) => Some(span?),
            None => None,
        };
        Some(AvailabilityRow { employee_id: employee_id?, span, days })
    }

    fn key(&self) -> Self::Key {
        (self.employee_id.clone(), self.span)
    }

    fn completed_from(mut self, known: &AvailabilityRow) -> AvailabilityRow {
        for (day, allowance) in &known.days {
            self.days.entry(*day).or_insert(*allowance);
        }
        self
    }
}

fn read_allowance(text: &str) -> Option<Allowance> {
    match text.to_lowercase().as_str() {
        "on" | "all day" | "available" | "open" => Some(Allowance::Whole(true)),
        "off" | "none" | "unavailable" => Some(Allowance::Whole(false)),
        _ => read_flag(text).map(Allowance::Whole).or_else(|| read_hours(text).map(Allowance::Within)),
    }
}

fn allowance_text(allowance: Allowance) -> Cow<'static, str> {
    match allowance {
        Allowance::Whole(true) => Cow::Borrowed("yes"),
        Allowance::Whole(false) => Cow::Borrowed("no"),
        Allowance::Within(Hours { from, to }) => Cow::Owned(format!("{}-{}", clock(from), clock(to))),
    }
}
