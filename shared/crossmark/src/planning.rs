//! The planning list: every event with its window, its condition and the schedule that is shown for it ("Read events"
//! in the API description).

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::Club;
use crate::days::Days;
use crate::door::{Call, Payload};
use crate::ids::{LocationId, PlanId, RepId, ScheduledEventId};
use crate::outcome::ReadError;
use crate::wire::{Row, malformed, required};

/// Wider windows make the list fail.
const SLICE_DAYS: u64 = 3;
/// Names are cut at this many characters.
const CUT_NAME: usize = 100;
/// The most rows that an answer may have.
const MOST_ROWS: &str = "5000";
const CONDITIONS: [&str; 9] =
    ["Unstaffed", "Scheduled", "Staffed", "Canceled", "In Progress", "Paused", "Reissued", "Expired", "Submitted"];

/// An event as the planning list has it. All times are club-local.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedEvent {
    /// `mPlanID`.
    pub event: PlanId,
    /// `mPlanName`, perhaps cut; see [`PlannedEvent::name_may_be_cut`].
    pub name: String,
    /// `mPlanStartDate`.
    pub start: NaiveDate,
    /// `mPlanDueDate`.
    pub due: NaiveDate,
    /// `condition`. A scheduled event may still say that it is unstaffed: ask [`PlannedEvent::is_scheduled`].
    pub condition: Condition,
    /// `storeID`.
    pub location: Option<LocationId>,
    /// `storeName`.
    pub store_name: Option<String>,
    /// `storeNumber`.
    pub store_number: Option<String>,
    /// `staffedReps`: names, separated by commas; empty where there are none.
    pub staffed_reps: String,
    /// `scheduleDate`: when the schedule that is shown starts.
    pub scheduled_start: Option<NaiveDateTime>,
    /// `scheduleRepID`: whose it is.
    pub scheduled_employee: Option<RepId>,
    /// `scheduleEventID`: its id. Only one is ever shown.
    pub scheduled_event: Option<ScheduledEventId>,
    /// `salesTools[].salesToolURL`.
    pub sales_tools: Vec<String>,
}

/// What Crossmark says of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Nobody has it.
    Unstaffed,
    /// Somebody has it at a time.
    Scheduled,
    /// Somebody has it.
    Staffed,
    /// It will not take place.
    Canceled,
    /// It is being worked.
    InProgress,
    /// It is on hold.
    Paused,
    /// It was given out again.
    Reissued,
    /// Its time is over.
    Expired,
    /// It was worked and reported.
    Submitted,
    /// A word that is not known yet.
    Other(String),
}

impl Condition {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "Unstaffed" => Self::Unstaffed,
            "Scheduled" => Self::Scheduled,
            "Staffed" => Self::Staffed,
            "Canceled" => Self::Canceled,
            "In Progress" => Self::InProgress,
            "Paused" => Self::Paused,
            "Reissued" => Self::Reissued,
            "Expired" => Self::Expired,
            "Submitted" => Self::Submitted,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The word on the wire.
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
    /// Whether a schedule is shown for it, whatever the condition says.
    pub fn is_scheduled(&self) -> bool {
        self.scheduled_start.is_some() || self.condition == Condition::Scheduled
    }

    /// Whether the name may have lost its end, and with it the event's type.
    pub fn name_may_be_cut(&self) -> bool {
        self.name.chars().count() >= CUT_NAME
    }

    /// Whether the list would show this name as it shows the event's.
    pub fn shows_name(&self, whole: &str) -> bool {
        whole.chars().take(CUT_NAME).collect::<String>().trim() == self.name.trim()
    }

    fn of(row: &Value) -> Result<Self, ReadError> {
        let row = Row::of(row);
        let tools = row.list("salesTools");
        Ok(Self {
            event: required("mPlanID", row.number("mPlanID")?)?,
            name: row.text("mPlanName").unwrap_or_default(),
            start: required("mPlanStartDate", row.date("mPlanStartDate")?)?,
            due: required("mPlanDueDate", row.date("mPlanDueDate")?)?,
            condition: Condition::of(&required("condition", row.text("condition"))?),
            location: row.number("storeID")?,
            store_name: row.text("storeName"),
            store_number: row.text("storeNumber"),
            staffed_reps: row.text("staffedReps").unwrap_or_default(),
            scheduled_start: row.date_time("scheduleDate")?,
            scheduled_employee: row.number("scheduleRepID")?,
            scheduled_event: row.number("scheduleEventID")?,
            sales_tools: tools.iter().filter_map(|tool| Row::of(tool).text("salesToolURL")).collect(),
        })
    }
}

impl Club {
    /// The events whose days touch `days`, each once, by slices of 3 days, a few at a time.
    ///
    /// It is the whole list or an error: a slice that fails after its tries, a row that cannot be read or a list that
    /// is cut short fail it all, so that nothing is ever deleted on the word of a partial answer.
    pub async fn planning(&self, days: Days) -> Result<Vec<PlannedEvent>, ReadError> {
        let slices = days.slices(SLICE_DAYS).into_iter().map(|slice| self.planning_rows(slice));
        let at_once = self.door().settings().slices_at_once.max(1);
        let slices: Vec<_> = stream::iter(slices).buffered(at_once).try_collect().await?;
        let mut seen = HashSet::new();
        let mut events = Vec::new();
        for row in slices.iter().flatten() {
            let event = PlannedEvent::of(row)?;
            if seen.insert(event.event) {
                events.push(event);
            }
        }
        Ok(events)
    }

    /// The row of one event among those of a day. Rows of other events are not read, so they cannot fail it.
    pub(crate) async fn planning_row(&self, event: PlanId, day: NaiveDate) -> Result<Option<PlannedEvent>, ReadError> {
        let rows = self.planning_rows(Days::one(day)).await?;
        let is_it = |row: &&Value| Row::of(row).number("mPlanID") == Ok(Some(event));
        rows.iter().find(is_it).map(PlannedEvent::of).transpose()
    }

    async fn planning_rows(&self, slice: Days) -> Result<Vec<Value>, ReadError> {
        let mut body = self.read(&self.planning_call(slice)).await?;
        let total = Row::of(&body).text("total").and_then(|total| total.parse().ok());
        let total: usize = total.ok_or_else(|| malformed("the total of the planning list is missing"))?;
        let Value::Array(rows) = body["mplans"].take() else {
            return Err(malformed("the planning list is missing"));
        };
        if rows.len() < total { Err(ReadError::Partial { got: rows.len(), total }) } else { Ok(rows) }
    }

    fn planning_call(&self, slice: Days) -> Call {
        let search = json!({"searchTerms": {"condition": {"name": "condition", "title": "Conditions", "items": [{
            "id": 11, "value": CONDITIONS, "displayValue": CONDITIONS, "exactmatch": true, "allActive": false,
        }]}}});
        let fields = vec![
            ("_dc", self.door().now().timestamp_millis().to_string()),
            ("intervalStart", slice.from().to_string()),
            ("intervalEnd", slice.to().to_string()),
            ("showAllActive", "false".to_owned()),
            ("searchFields", search.to_string()),
            ("searchFilter", String::new()),
            ("page", "1".to_owned()),
            ("start", "0".to_owned()),
            ("limit", MOST_ROWS.to_owned()),
            ("sort", r#"[{"property":"startDate","direction":"ASC"}]"#.to_owned()),
        ];
        Call { name: "planning", path: "/planningextcontroller/getPlanningMplans", payload: Payload::Query(fields) }
    }
}
