//! The planning list: every event with its window, its condition and its schedule ("Read events" in the API
//! description).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::CrossmarkClub;
use crate::days::Days;
use crate::fields::{Field, FieldFault};
use crate::ids::{LocationId, PlanId, RepId, ScheduledEventId};
use crate::outcome::ReadError;
use crate::transport::{ApiCall, Payload};
use crate::wire::{Row, malformed, required};

/// Days between the first and the last day of one request. Crossmark fails requests for wider ranges.
const SLICE_DAYS: u64 = 3;
/// Crossmark truncates names to this many characters.
const CUT_NAME: usize = 100;
/// Maximum number of rows that a request asks for. A longer list is an error.
const MAX_ROWS: &str = "5000";
/// The conditions that a request asks for: all.
const CONDITIONS: [&str; 9] =
    ["Unstaffed", "Scheduled", "Staffed", "Canceled", "In Progress", "Paused", "Reissued", "Expired", "Submitted"];

/// An event of the planning list. All times are club-local.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedEvent {
    /// `mPlanID`.
    pub event: PlanId,
    /// `mPlanName`, perhaps truncated; see [`PlannedEvent::name_may_be_cut`].
    pub name: String,
    /// `mPlanStartDate`.
    pub start: NaiveDate,
    /// `mPlanDueDate`.
    pub due: NaiveDate,
    /// `condition`. It may be `Unstaffed` although somebody has the event: use [`PlannedEvent::meaning`].
    pub condition: Condition,
    /// `storeID`.
    pub location: Option<LocationId>,
    /// `storeName`.
    pub store_name: Option<String>,
    /// `storeNumber`.
    pub store_number: Option<String>,
    /// `staffedReps`: names, separated by commas; may be empty.
    pub staffed_reps: String,
    /// `scheduleDate`: start of the schedule.
    pub scheduled_start: Option<NaiveDateTime>,
    /// `scheduleRepID`: the employee of that schedule.
    pub scheduled_employee: Option<RepId>,
    /// `scheduleEventID`: the number of that schedule. If an event has several schedules, the row shows only one.
    pub scheduled_event: Option<ScheduledEventId>,
    /// `salesTools[].salesToolURL`.
    pub sales_tools: Vec<String>,
}

/// Crossmark's condition of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Nobody has the event.
    Unstaffed,
    /// Somebody has the event at a time.
    Scheduled,
    /// Somebody has the event.
    Staffed,
    /// The event was cancelled.
    Canceled,
    /// The event is being worked.
    InProgress,
    /// The event is on hold.
    Paused,
    /// The event was issued again.
    Reissued,
    /// The event's window has passed.
    Expired,
    /// The event was worked and reported.
    Submitted,
    /// A condition that this code does not know.
    Other(String),
}

impl Condition {
    /// Reads the word, regardless of case, blanks and alternative spellings.
    pub fn of(word: &str) -> Self {
        let words: Vec<&str> = word.split_whitespace().collect();
        match words.join(" ").to_lowercase().as_str() {
            "unstaffed" => Self::Unstaffed,
            "scheduled" => Self::Scheduled,
            "staffed" => Self::Staffed,
            "canceled" | "cancelled" => Self::Canceled,
            "in progress" => Self::InProgress,
            "paused" => Self::Paused,
            "reissued" => Self::Reissued,
            "expired" => Self::Expired,
            "submitted" => Self::Submitted,
            _ => Self::Other(words.join(" ")),
        }
    }

    /// The word in Crossmark's spelling.
    pub fn word(&self) -> &str {
        match self {
            Self::Unstaffed => "Unstaffed",
            Self::Scheduled => "Scheduled",
            Self::Staffed => "Staffed",
            Self::Canceled => "Canceled",
            Self::InProgress => "In Progress",
            Self::Paused => "Paused",
            Self::Reissued => "Reissued",
            Self::Expired => "Expired",
            Self::Submitted => "Submitted",
            Self::Other(word) => word,
        }
    }
}

impl PlannedEvent {
    /// Whether the name may be truncated. The event's type is then unknown, because it is at the end of the name.
    pub fn name_may_be_cut(&self) -> bool {
        self.name.chars().count() >= CUT_NAME
    }

    /// Whether the list would show this whole name as the event's name.
    pub fn shows_name(&self, whole: &str) -> bool {
        whole.chars().take(CUT_NAME).collect::<String>().trim() == self.name.trim()
    }

    fn of(row: &Value) -> Result<Self, FieldFault> {
        Self::read_with(row, &EnteredValues::default())
    }

    fn read_with(row: &Value, entered: &EnteredValues) -> Result<Self, FieldFault> {
        let row = Row::of(row);
        let tools = row.list(Field::SalesTools);
        let date = |field, said: Option<NaiveDate>| match (row.date(field), said) {
            (Ok(None) | Err(_), Some(said)) => Ok(said),
            (read, _) => required(field, read?),
        };
        Ok(Self {
            event: required(Field::EventNumber, row.number(Field::EventNumber)?)?,
            name: required(Field::Name, row.text(Field::Name).or_else(|| entered.name.clone()))?,
            start: date(Field::StartDate, entered.start)?,
            due: date(Field::DueDate, entered.due)?,
            condition: Condition::of(&required(Field::Condition, row.text(Field::Condition))?),
            location: Some(required(Field::Location, row.number(Field::Location)?)?),
            store_name: row.text(Field::StoreName),
            store_number: row.text(Field::StoreNumber),
            staffed_reps: row.text(Field::StaffedReps).unwrap_or_default(),
            scheduled_start: row.date_time(Field::ScheduledStart)?,
            scheduled_employee: row.number(Field::ScheduledEmployee)?,
            scheduled_event: row.number(Field::ScheduledEvent)?,
            sales_tools: tools.iter().filter_map(|tool| Row::of(tool).text(Field::SalesToolUrl)).collect(),
        })
    }
}

/// Values that a person entered for an event. Each is used only if Crossmark's row has no readable value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnteredValues {
    /// The event's name.
    pub name: Option<String>,
    /// The first day of its window.
    pub start: Option<NaiveDate>,
    /// The day before which the event must be worked.
    pub due: Option<NaiveDate>,
}

/// A row of the list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The event, if at least its number can be read.
    pub event: Option<PlanId>,
    /// The location, if it can be read.
    pub location: Option<LocationId>,
    /// The first faulty field.
    pub fault: FieldFault,
    row: Value,
}

impl RowFault {
    pub(crate) fn of(row: &Value, fault: FieldFault) -> Self {
        let read = Row::of(row);
        let event = read.number(Field::EventNumber).ok().flatten();
        Self { event, location: read.number(Field::Location).ok().flatten(), fault, row: row.clone() }
    }

    /// Reads the row again, with the values that a person entered.
    ///
    /// # Errors
    /// The first field that still cannot be used.
    pub fn read_with(&self, entered: &EnteredValues) -> Result<PlannedEvent, FieldFault> {
        PlannedEvent::read_with(&self.row, entered)
    }
}

/// The planning list of some days: the rows that can be used and those that cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planning {
    /// The events whose rows can be used, each once.
    pub events: Vec<PlannedEvent>,
    /// The rows that cannot be used: at most one for each event, and none for an event in `events`.
    pub faults: Vec<RowFault>,
}

impl Planning {
    /// The row of an event, or its fault; `None` if the list does not have the event.
    pub fn row(&self, event: PlanId) -> Option<Result<&PlannedEvent, &RowFault>> {
        let row = self.events.iter().find(|row| row.event == event).map(Ok);
        row.or_else(|| self.faults.iter().find(|fault| fault.event == Some(event)).map(Err))
    }

    /// The locations of its rows.
    pub fn locations(&self) -> BTreeSet<LocationId> {
        let faulty = self.faults.iter().filter_map(|fault| fault.location);
        self.events.iter().filter_map(|row| row.location).chain(faulty).collect()
    }

    /// Keeps only the rows of one location, and returns the number of rows of other locations. Rows without a location
    /// stay among the faults.
    #[must_use]
    pub fn of_location(self, location: LocationId) -> (Self, usize) {
        let before = self.events.len() + self.faults.len();
        let is_here = |at: Option<LocationId>| at.is_none_or(|at| at == location);
        let here = Self {
            events: self.events.into_iter().filter(|row| is_here(row.location)).collect(),
            faults: self.faults.into_iter().filter(|fault| is_here(fault.location)).collect(),
        };
        let left = here.events.len() + here.faults.len();
        (here, before - left)
    }

    /// Separates usable from faulty rows. If an event has several rows, the first usable one counts.
    fn of<'a>(rows: impl Iterator<Item = &'a Value>) -> Self {
        let mut planning = Self::default();
        let mut seen = BTreeSet::new();
        let mut faulty = BTreeMap::new();
        let mut numberless = Vec::new();
        for row in rows {
            match PlannedEvent::of(row) {
                Ok(event) => {
                    if seen.insert(event.event) {
                        planning.events.push(event);
                    }
                }
                Err(fault) => {
                    let fault = RowFault::of(row, fault);
                    match fault.event {
                        Some(event) => _ = faulty.entry(event).or_insert(fault),
                        // Slices overlap by one day, so the same row may come twice.
                        None if numberless.contains(&row) => {}
                        None => {
                            numberless.push(row);
                            planning.faults.push(fault);
                        }
                    }
                }
            }
        }
        planning.faults.extend(faulty.into_iter().filter(|(event, _)| !seen.contains(event)).map(|(_, fault)| fault));
        planning
    }
}

impl CrossmarkClub {
    /// The events whose windows overlap `days`, each once, read in slices of a few days, several at a time.
    ///
    /// Returns the whole list or an error, so that nothing is ever deleted because of a partial answer. One slice
    /// that fails after its retries, or one incomplete slice, fails the whole read. A row that cannot be used becomes
    /// one of the faults.
    ///
    /// # Errors
    /// [`ReadError`] of the first slice that failed.
    pub async fn planning(&self, days: Days) -> Result<Planning, ReadError> {
        let slices = days.slices(SLICE_DAYS).into_iter().map(|slice| self.planning_rows(slice));
        let at_once = self.transport().settings().slices_at_once.max(1);
        let slices: Vec<_> = stream::iter(slices).buffered(at_once).try_collect().await?;
        Ok(Planning::of(slices.iter().flatten()))
    }

    /// The row of one event in the list of a day: its first usable row, or else its first row with the values of
    /// `entered`. The rows of other events are not parsed, so a faulty one does not fail the read.
    pub(crate) async fn planning_row(
        &self,
        event: PlanId,
        day: NaiveDate,
        entered: &EnteredValues,
    ) -> Result<Option<PlannedEvent>, ReadError> {
        let rows = self.planning_rows(Days::one(day)).await?;
        let is_it = |row: &&Value| Row::of(row).number(Field::EventNumber) == Ok(Some(event));
        match Planning::of(rows.iter().filter(is_it)).row(event) {
            Some(Ok(row)) => Ok(Some(row.clone())),
            Some(Err(fault)) => Ok(Some(fault.read_with(entered)?)),
            None => Ok(None),
        }
    }

    async fn planning_rows(&self, slice: Days) -> Result<Vec<Value>, ReadError> {
        let mut body = self.read(&self.planning_call(slice)).await?;
        let total = Row::of(&body).text(Field::Total).and_then(|total| total.parse().ok());
        let total: usize = total.ok_or_else(|| malformed("the total of the planning list is missing"))?;
        let Value::Array(rows) = body["mplans"].take() else {
            return Err(malformed("the planning list is missing"));
        };
        if rows.len() < total { Err(ReadError::Partial { got: rows.len(), total }) } else { Ok(rows) }
    }

    fn planning_call(&self, slice: Days) -> ApiCall {
        let search = json!({"searchTerms": {"condition": {"name": "condition", "title": "Conditions", "items": [{
            "id": 11, "value": CONDITIONS, "displayValue": CONDITIONS, "exactmatch": true, "allActive": false,
        }]}}});
        let fields = vec![
            ("_dc", self.transport().now().timestamp_millis().to_string()),
            ("intervalStart", slice.from().to_string()),
            ("intervalEnd", slice.to().to_string()),
            ("showAllActive", "false".to_owned()),
            ("searchFields", search.to_string()),
            ("searchFilter", String::new()),
            ("page", "1".to_owned()),
            ("start", "0".to_owned()),
            ("limit", MAX_ROWS.to_owned()),
            ("sort", r#"[{"property":"startDate","direction":"ASC"}]"#.to_owned()),
        ];
        ApiCall { name: "planning", path: "/planningextcontroller/getPlanningMplans", payload: Payload::Query(fields) }
    }
}
