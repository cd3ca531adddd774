//! Collects the findings of a refresh for its report: rows that cannot be used, numbers that contradict each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crossmark::{Field, FieldFault, PersonFault, RowFault};
use domain::snapshot::EventRef;
use domain::snapshot::rows::LARGEST_REF;
use runtime::telemetry::{self, Metric};
use store::key::ClubId;
use store::reports::{
    EventSetAside, FaultReason, FaultyField, ListDoubt, MAX_NAMED, NumberConflict, PersonSetAside, RefreshReport,
    ReportedFault,
};
use store::stamp::Timestamp;

use crate::list::OTHER_STORE;

/// What cannot be used in Crossmark's answers during one refresh of a club.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Events that are set aside.
    events: BTreeMap<EventRef, ReportedFault>,
    /// Rows that are set aside and whose event number is missing, unreadable or too large.
    without_usable_number: Vec<ReportedFault>,
    /// How many of them have an event number that is missing or unreadable.
    without_readable_number: usize,
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

    /// Adds an event that is set aside. Only the first fault of an event is kept. An event whose number is too large is
    /// added as a row without a usable number.
    pub fn add_event(&mut self, event: EventRef, fault: ReportedFault) {
        if event.0 > LARGEST_REF {
            self.without_usable_number.push(ReportedFault::new(FaultyField::EventNumber, FaultReason::OutOfBounds));
        } else {
            self.events.entry(event).or_insert(fault);
        }
    }

    /// Adds an event row that cannot be used; returns its event if the number can be read.
    pub fn add_row(&mut self, fault: &RowFault) -> Option<EventRef> {
        let event = fault.event.map(|event| EventRef(event.get()));
        match event {
            Some(event) => self.add_event(event, to_reported(fault.fault)),
            None => {
                self.without_readable_number += 1;
                self.without_usable_number.push(to_reported(fault.fault));
            }
        }
        event
    }

    /// Adds a person's row that cannot be used.
    pub fn add_person(&mut self, fault: &PersonFault) {
        let number = fault.rep.map(crossmark::RepId::get);
        self.people.push(PersonSetAside { number, fault: to_reported(fault.fault) });
    }

    /// Whether the event number of some row is missing or unreadable. The row may then be that of any event.
    pub fn has_unreadable_numbers(&self) -> bool {
        self.without_readable_number > 0
    }

    /// The report of a refresh that could use the club's rows, so `location` is `None`. `before` is the report of the
    /// refresh before it: an event that it names with the same fault keeps its `since`.
    pub fn report(self, before: &RefreshReport, now: Timestamp, doubt: Option<ListDoubt>) -> RefreshReport {
        let set_aside_total = self.events.len() + self.without_usable_number.len();
        let of_other_store = self.events.iter().filter(|(_, fault)| **fault == OTHER_STORE).map(|(event, _)| *event);
        let other_store = of_other_store.map(|event| (event, before.other_store_since(event).unwrap_or(now))).collect();
        let with_number = self.events.into_iter().map(|(event, fault)| (Some(event), fault));
        let all = with_number.chain(self.without_usable_number.into_iter().map(|fault| (None, fault)));
        let set_aside = all.take(MAX_NAMED).map(|(event, fault)| {
            let known = before.set_aside.iter().find(|row| row.event == event && row.fault == fault);
            EventSetAside { event, fault, since: known.map_or(now, |row| row.since) }
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

/// Logs a report, and adds its counts to the summary of the invocation (`telemetry`). The log names events by their
/// numbers, and no people; the summary has only counts.
pub(crate) fn log(club: &ClubId, report: &RefreshReport) {
    telemetry::measure(Metric::EventsSetAside, report.set_aside_total as f64);
    for (what, count) in [
        ("people.set_aside", report.people_total),
        ("numbers.in_conflict", report.numbers_total),
        ("rows.foreign", report.foreign_rows),
        ("lists.doubted", usize::from(report.open_doubt().is_some())),
    ] {
        telemetry::count(what, count);
    }
    if report.set_aside_total > 0 {
        let named = report.set_aside.iter().map(|row| {
            let event = row.event.map_or_else(|| "a row without a usable number".to_owned(), |event| event.to_string());
            format!("{event}: {}", row.fault)
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
    if let Some(doubt) = report.open_doubt() {
        tracing::warn!(
            club.id = %club, since = %doubt.since, gone = doubt.gone.len(), open = doubt.open,
            "a list of events at Crossmark of club {club} is doubted since {}: it lacked {} of {} open events",
            doubt.since, doubt.gone.len(), doubt.open
        );
    }
}

/// Converts a fault in a row of Crossmark to the form in which a report names it.
fn to_reported(fault: FieldFault) -> ReportedFault {
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
    let reason = match fault.reason {
        crossmark::FaultReason::Missing => FaultReason::Missing,
        crossmark::FaultReason::Unreadable => FaultReason::Unreadable,
    };
    ReportedFault { field, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The report of a refresh at a time in which only this event is set aside, because its name is missing.
    fn report_of(event: EventRef, before: &RefreshReport, now: i64) -> RefreshReport {
        let mut findings = Findings::default();
        findings.add_event(event, ReportedFault::new(FaultyField::Name, FaultReason::Missing));
        assert!(!findings.has_unreadable_numbers());
        findings.report(before, Timestamp(now), None)
    }

    #[test]
    fn an_event_number_that_is_too_large_is_reported_and_counts_as_readable() {
        let report = report_of(EventRef(LARGEST_REF + 1), &RefreshReport::default(), 1);
        let row = &report.set_aside[0];
        assert_eq!((row.event, row.fault.to_string().as_str()), (None, "event number is out of bounds"));
    }

    #[test]
    fn an_event_that_is_set_aside_again_for_the_same_fault_keeps_the_time_of_the_first_refresh() {
        let first = report_of(EventRef(101), &RefreshReport::default(), 1);
        let second = report_of(EventRef(101), &first, 2);
        assert_eq!(second.set_aside[0].since, Timestamp(1));
        // The table has the fault under this name.
        let stored = serde_json::to_value(&second).expect("JSON");
        assert_eq!(stored["set_aside"][0]["trouble"]["field"], "name");
    }
}
