//! Collects the findings of a refresh for its report: rows that cannot be used, numbers that contradict each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crossmark::{Field, FieldFault, FieldTrouble, PersonFault, RowFault};
use domain::snapshot::EventRef;
use domain::snapshot::rows::LARGEST_REF;
use runtime::telemetry::{self, Metric};
use store::key::ClubId;
use store::reports::{
    EventSetAside, FaultReason, FaultyField, ListDoubt, MAX_NAMED, NumberConflict, PersonSetAside, RefreshReport,
    RowTrouble,
};
use store::stamp::Timestamp;

use crate::list::OTHER_STORE;

/// What cannot be used in Crossmark's answers during one refresh of a club.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Events that are set aside.
    events: BTreeMap<EventRef, RowTrouble>,
    /// Rows that are set aside and whose event number cannot be used.
    without_number: Vec<RowTrouble>,
    /// Number of rows whose event number cannot be read.
    unnumbered: usize,
    /// People whose rows cannot be used.
    pub people: Vec<PersonSetAside>,
    /// Crossmark numbers and employees that do not match one to one.
    pub numbers: Vec<NumberConflict>,
    /// Number of rows of other stores.
    foreign_rows: usize,
}

impl Findings {
    /// No findings except this number of rows of other stores.
    pub fn with_foreign_rows(foreign_rows: usize) -> Findings {
        Findings { foreign_rows, ..Findings::default() }
    }

    /// Adds an event that is set aside. Only the first fault of an event is kept.
    pub fn event(&mut self, event: EventRef, trouble: RowTrouble) {
        if event.0 > LARGEST_REF {
            self.without_number.push(RowTrouble::new(FaultyField::EventNumber, FaultReason::OutOfBounds));
        } else {
            self.events.entry(event).or_insert(trouble);
        }
    }

    /// Adds an event row that cannot be used; returns its event if the number can be read.
    pub fn row(&mut self, fault: &RowFault) -> Option<EventRef> {
        let event = fault.event.map(|event| EventRef(event.get()));
        match event {
            Some(event) => self.event(event, trouble(fault.fault)),
            None => {
                self.unnumbered += 1;
                self.without_number.push(trouble(fault.fault));
            }
        }
        event
    }

    /// Adds a person's row that cannot be used.
    pub fn person(&mut self, fault: &PersonFault) {
        let number = fault.rep.map(crossmark::RepId::get);
        self.people.push(PersonSetAside { number, trouble: trouble(fault.fault) });
    }

    /// Whether the event number of some row cannot be read, so that any event may be on the list.
    pub fn has_rows_without_number(&self) -> bool {
        self.unnumbered > 0
    }

    /// The report of the refresh, without a location. An event that the last report had for the same reason keeps its time.
    pub fn report(self, before: &RefreshReport, now: Timestamp, doubt: Option<ListDoubt>) -> RefreshReport {
        let set_aside_total = self.events.len() + self.without_number.len();
        let of_other_store =
            self.events.iter().filter(|(_, trouble)| **trouble == OTHER_STORE).map(|(event, _)| *event);
        let other_store = of_other_store.map(|event| (event, before.other_store_since(event).unwrap_or(now))).collect();
        let with_number = self.events.into_iter().map(|(event, trouble)| (Some(event), trouble));
        let all = with_number.chain(self.without_number.into_iter().map(|trouble| (None, trouble)));
        let set_aside = all.take(MAX_NAMED).map(|(event, trouble)| {
            let known = before.set_aside.iter().find(|row| row.event == event && row.trouble == trouble);
            EventSetAside { event, trouble, since: known.map_or(now, |row| row.since) }
        });
        RefreshReport {
            set_aside: set_aside.collect(),
            set_aside_total,
            other_store,
            people_total: self.people.len(),
            people: self.people.into_iter().take(MAX_NAMED).collect(),
            numbers_total: self.numbers.len(),
            numbers: self.numbers.into_iter().take(MAX_NAMED).collect(),
            foreign_rows: self.foreign_rows,
            location: None,
            doubt,
        }
    }
}

/// Writes a report to the log and the summary. Both name events by number, and no people.
pub(crate) fn log(club: &ClubId, report: &RefreshReport) {
    telemetry::measure(Metric::EventsSetAside, report.set_aside_total as f64);
    for (what, count) in [
        ("people.set_aside", report.people_total),
        ("people.with_several_numbers", report.numbers_total),
        ("rows.foreign", report.foreign_rows),
        ("lists.doubted", usize::from(report.doubt.is_some())),
    ] {
        telemetry::count(what, count);
    }
    if report.set_aside_total > 0 {
        let named = report.set_aside.iter().map(|row| {
            let event = row.event.map_or_else(|| "a row without a number".to_owned(), |event| event.to_string());
            format!("{event}: {}", row.trouble)
        });
        let mut named = named.collect::<Vec<_>>().join("; ");
        if report.set_aside_total > report.set_aside.len() {
            _ = write!(named, "; and {} more", report.set_aside_total - report.set_aside.len());
        }
        tracing::warn!(
            club.id = %club, events = named, count = report.set_aside_total,
            "events of club {club} are set aside, because their rows cannot be used: {named}"
        );
    }
    if let Some(doubt) = &report.doubt {
        tracing::warn!(
            club.id = %club, gone = doubt.gone.len(), open = doubt.open,
            "Crossmark's list of club {club} lacks {} of {} open events and is doubted", doubt.gone.len(), doubt.open
        );
    }
}

/// A fault of Crossmark's row, in the terms of the report.
fn trouble(fault: FieldFault) -> RowTrouble {
    let field = match fault.field {
        Field::EventNumber | Field::ScheduleId | Field::Total => FaultyField::EventNumber,
        Field::StartDate => FaultyField::StartDate,
        Field::DueDate => FaultyField::DueDate,
        Field::Condition => FaultyField::Condition,
        Field::Location | Field::StoreName | Field::StoreNumber => FaultyField::Location,
        Field::ScheduledStart => FaultyField::ScheduledTime,
        Field::ScheduledEmployee | Field::StaffedReps | Field::Reps => FaultyField::ScheduledPerson,
        Field::ScheduledEvent => FaultyField::ScheduleNumber,
        Field::Length => FaultyField::Length,
        Field::RepId => FaultyField::PersonNumber,
        Field::EmployeeId => FaultyField::EmployeeId,
        Field::FullName | Field::LastName | Field::HoursPerDay | Field::ScheduledHours => FaultyField::PersonName,
        Field::Name | Field::SalesTools | Field::SalesToolUrl => FaultyField::Name,
    };
    let reason = match fault.trouble {
        FieldTrouble::Missing => FaultReason::Missing,
        FieldTrouble::Unreadable => FaultReason::Unreadable,
    };
    RowTrouble { field, reason }
}
