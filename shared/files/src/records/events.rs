//! Events in the format of the `WorkBankVisits` export of Muster's predecessor, the program that Muster replaces.

use chrono::NaiveDateTime;
use domain::event_type::EventType;
use domain::snapshot::rows::{EventMember, EventValues, LONGEST_MINUTES};
use domain::snapshot::{EventFacts, EventRef};

use super::types::{self, TypeFinding, is_cut_from, name_may_be_cut};
use super::{MOMENT, expected_number, expected_text, read_text};
use crate::cells::{read_length, read_moment, read_whole};
use crate::import::{Cells, Import};
use crate::record::{Column, Record, Value};

/// An event. Values that the file does not have are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The name of the project, which the predecessor cuts at 100 characters.
    pub name: String,
    /// Crossmark's project reference number.
    pub event_ref: EventRef,
    /// Crossmark's number of the club's location.
    pub location_id: Option<u64>,
    /// The number of the club's store.
    pub store_number: Option<String>,
    /// The name of the club's store.
    pub store_name: Option<String>,
    /// When the window of the event opens, club-local.
    pub start: NaiveDateTime,
    /// When the window closes, club-local. The window does not include this date.
    pub due: NaiveDateTime,
    /// The length of the event in minutes.
    pub estimated_minutes: Option<u32>,
    /// The type of the event, and how it was found.
    pub kind: TypeFinding,
    /// Crossmark's text for the condition of the event.
    pub condition: Option<String>,
}

impl From<&EventFacts> for EventRow {
    fn from(known: &EventFacts) -> EventRow {
        let detected = || TypeFinding::Detected(known.event_type());
        EventRow {
            name: known.name.clone(),
            event_ref: known.event_ref,
            location_id: None,
            store_number: None,
            store_name: None,
            start: known.start,
            due: known.due,
            estimated_minutes: known.estimated_minutes,
            kind: known.kind.map_or_else(detected, TypeFinding::Given),
            condition: known.condition.clone(),
        }
    }
}

pub(super) const NAME: Column = Column::needed("name", "Project Name", &["Project", "Event Name", "Event"]);
pub(super) const REF: Column = Column::needed(
    "ref",
    "Project Reference Number",
    &["Project Ref Number", "Project Ref", "Reference Number", "Ref"],
);
pub(super) const LOCATION: Column =
    Column::optional("location_id", "Location MVID", &["Location ID", "MVID", "LocationMV ID"]);
pub(super) const STORE_NUMBER: Column = Column::optional("store_number", "Store Number", &["Store No", "Store #"]);
pub(super) const STORE_NAME: Column = Column::optional("store_name", "Store Name", &["Store"]);
pub(super) const START: Column =
    Column::needed("start", "Start Date/Time", &["Start Date", "Start DateTime", "Start Date Time", "Start"]);
pub(super) const DUE: Column =
    Column::needed("due", "Due Date/Time", &["Due Date", "Due DateTime", "Due Date Time", "Due"]);
pub(super) const MINUTES: Column = Column::optional(
    "estimated_minutes",
    "Estimated Time",
    &["Estimated Minutes", "Est Time", "Est. Time", "Estimated Time (Minutes)", "Estimated Time (Min)"],
);
pub(super) const KIND: Column = Column::optional("type", "Event Type", &["Type"]);
const CONDITION: Column = Column::optional("condition", "Condition", &["Status", "Visit Status"]);

impl Record for EventRow {
    const NAME: &'static str = "WorkBankVisits";
    const COLUMNS: &'static [Column] =
        &[NAME, REF, LOCATION, STORE_NUMBER, STORE_NAME, START, DUE, MINUTES, KIND, CONDITION];

    fn cells(&self) -> Vec<Value<'_>> {
        let mut cells = self.event_cells();
        cells.push(self.kind_cell());
        cells.push(Value::maybe(self.condition.as_deref(), Value::text));
        cells
    }
}

impl EventRow {
    /// The columns that events and schedules share, from the name to the length.
    pub(super) fn event_cells(&self) -> Vec<Value<'_>> {
        vec![
            Value::text(&self.name),
            Value::Whole(self.event_ref.0),
            Value::maybe(self.location_id, Value::Whole),
            Value::maybe(self.store_number.as_deref(), Value::text),
            Value::maybe(self.store_name.as_deref(), Value::text),
            Value::Moment(self.start),
            Value::Moment(self.due),
            Value::maybe(self.estimated_minutes, |minutes| Value::Whole(minutes.into())),
        ]
    }

    /// The cell of the type; blank if the type is unsure.
    pub(super) fn kind_cell(&self) -> Value<'_> {
        Value::maybe(self.kind.sure_type(), |kind| Value::text(kind.name()))
    }

    /// Reads the columns that events and schedules share.
    pub(super) fn read_event(cells: &Cells) -> Option<EventRow> {
        let moment = |text: &str| read_moment(text, cells.date_system());
        let name = cells.needed(&NAME, &expected_text(), read_text);
        let event_ref = cells.needed(&REF, &expected_number(), read_whole);
        let start = cells.needed(&START, MOMENT, moment);
        let due = cells.needed(&DUE, MOMENT, moment);
        let length = format!("a length in minutes from 1 to {LONGEST_MINUTES}, or like 6:30");
        let minutes = cells.optional(&MINUTES, &length, read_length);
        let types = format!("one of {}", EventType::ALL.map(EventType::name).join(", "));
        let given = cells.optional(&KIND, &types, read_type);
        let condition = cells.optional(&CONDITION, &expected_text(), read_text);
        let row = EventRow {
            location_id: cells.optional(&LOCATION, &expected_number(), read_whole),
            store_number: cells.optional(&STORE_NUMBER, &expected_text(), read_text),
            store_name: cells.optional(&STORE_NAME, &expected_text(), read_text),
            estimated_minutes: minutes,
            kind: given.map_or_else(|| types::detect(name.as_deref().unwrap_or_default(), minutes), TypeFinding::Given),
            condition,
            name: name?,
            event_ref: EventRef(event_ref?),
            start: start?,
            due: due?,
        };
        row.report_faults(cells);
        Some(row)
    }

    /// Reports values that the rulebook does not allow for an event.
    fn report_faults(&self, cells: &Cells) {
        let values = EventValues {
            event_ref: Some(self.event_ref.0.into()),
            name: Some(&self.name),
            start: Some(self.start),
            due: Some(self.due),
            minutes: self.estimated_minutes.map(i128::from),
            condition: self.condition.as_deref(),
        };
        for fault in values.faults() {
            let column = match fault.member {
                EventMember::Ref => REF,
                EventMember::Name => NAME,
                EventMember::Start => START,
                EventMember::Due => DUE,
                EventMember::Minutes => MINUTES,
                EventMember::Condition => CONDITION,
            };
            cells.report_wrong(&column, &fault.expected());
        }
    }

    /// This event, with the values of a known event where this event has none. A name that was cut from the known name
    /// does not replace it, and a type that follows from such a name does not replace a type that is sure. A type that
    /// the file does not give does not replace a type that was given, and an unsure type replaces none.
    pub(super) fn event_completed_from(self, known: &EventRow) -> EventRow {
        let is_cut_from_known = name_may_be_cut(&self.name) && is_cut_from(&self.name, &known.name);
        let keeps_kind = match (self.kind, known.kind) {
            (TypeFinding::Given(_), _) => false,
            (TypeFinding::Unsure(_), _) | (_, TypeFinding::Given(_)) => true,
            _ => is_cut_from_known && known.kind.sure_type().is_some(),
        };
        let name = if is_cut_from_known { known.name.clone() } else { self.name };
        let estimated_minutes = self.estimated_minutes.or(known.estimated_minutes);
        EventRow {
            kind: match self.kind {
                _ if keeps_kind => known.kind,
                TypeFinding::Detected(_) => types::detect(&name, estimated_minutes),
                kind => kind,
            },
            name,
            location_id: self.location_id.or(known.location_id),
            store_number: self.store_number.or_else(|| known.store_number.clone()),
            store_name: self.store_name.or_else(|| known.store_name.clone()),
            estimated_minutes,
            condition: self.condition.or_else(|| known.condition.clone()),
            ..self
        }
    }
}

impl Import for EventRow {
    type Key = EventRef;
    const KEY_COLUMN: Column = REF;

    fn read(cells: &Cells) -> Option<EventRow> {
        EventRow::read_event(cells)
    }

    fn key(&self) -> EventRef {
        self.event_ref
    }

    fn completed_from(self, known: &EventRow) -> EventRow {
        self.event_completed_from(known)
    }

    fn complete(rows: &mut [(u32, EventRow)]) {
        types::recover(&mut rows.iter_mut().map(|(_, row)| row).collect::<Vec<_>>());
    }
}

fn read_type(text: &str) -> Option<EventType> {
    EventType::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text))
}
