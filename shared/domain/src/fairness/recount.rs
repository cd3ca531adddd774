//! Computes the ledger's rows from accepted lines and their outcomes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;

use super::{Acceptance, Arrival, CountedShift, LeavingReason, LedgerRow, LeftPlace, PossibleDays, Shift};
use crate::calendar::{days_between, week_start};
use crate::event_type::EventType;
use crate::outcome::{End, Outcome};
use crate::snapshot::{EmployeeId, EventRef};

/// A shift is short notice if it is accepted fewer days than this before its own day. It is the rulebook's default
/// buffer.
pub const SHORT_NOTICE_DAYS: i64 = 3;

/// All rows that follow from these facts, in order of week and person. Days are in the club's time zone.
///
/// An event counts once, in the place of its last accepted line. The outcome of that line may change this:
/// - taken back or called out: the event counts for nobody;
/// - somebody else did it: the event counts for that person;
/// - the person did not come: the event counts for them, without minutes.
///
/// A person who could have worked has a row even if they were given nothing.
pub fn recount(acceptances: &[Acceptance], outcomes: &[Outcome], possible: &PossibleDays, zone: Tz) -> Vec<LedgerRow> {
    let mut ledger = LedgerBuilder::default();
    for (employee, dates) in possible {
        for date in dates {
            ledger.row(employee, *date).possible_days += 1;
        }
    }
    for accepted in by_event(acceptances).values().flatten() {
        ledger.add_move(accepted);
    }
    for shift in counted_shifts(acceptances, outcomes) {
        ledger.add_shift(&shift, zone);
    }
    ledger.finish()
}

/// The shifts that count, by the rules of [`recount()`], in order of event.
pub fn counted_shifts(acceptances: &[Acceptance], outcomes: &[Outcome]) -> Vec<CountedShift> {
    let outcomes = by_line(outcomes);
    let counted = |last: &Acceptance| {
        let shift = last.to.as_ref()?;
        let outcome = outcomes.get(last.line.line_id.as_str()).copied();
        let outcome = outcome.filter(|outcome| last.line.generation <= outcome.line.generation);
        let end = outcome.and_then(|outcome| outcome.end);
        if matches!(end, Some(End::TakenBack | End::CallOut)) {
            return None;
        }
        let stand_in = outcome.and_then(|outcome| outcome.done_by.as_ref());
        Some(CountedShift {
            event_ref: last.event_ref,
            kind: last.kind,
            employee_id: stand_in.unwrap_or(&shift.employee_id).clone(),
            start: shift.start,
            minutes: if end == Some(End::NoShow) { 0 } else { shift.minutes },
            arrival: shift.arrival,
            accepted_at: last.accepted_at,
        })
    };
    by_event(acceptances).values().filter_map(|accepted| counted(accepted.last()?)).collect()
}

/// The latest outcome of each line. Within a generation, a correction by hand wins.
fn by_line(outcomes: &[Outcome]) -> BTreeMap<&str, &Outcome> {
    let rank = |outcome: &Outcome| (outcome.line.generation, outcome.corrected_by_hand, outcome.end);
    let mut latest: BTreeMap<&str, &Outcome> = BTreeMap::new();
    for outcome in outcomes {
        let latest_of_line = latest.entry(&outcome.line.line_id).or_insert(outcome);
        if rank(latest_of_line) < rank(outcome) {
            *latest_of_line = outcome;
        }
    }
    latest
}

/// The accepted lines of each event in the order in which they were accepted, each line and generation once.
fn by_event(acceptances: &[Acceptance]) -> BTreeMap<EventRef, BTreeSet<&Acceptance>> {
    let mut once: BTreeMap<_, &Acceptance> = BTreeMap::new();
    for acceptance in acceptances {
        let kept = once.entry(&acceptance.line).or_insert(acceptance);
        *kept = (*kept).max(acceptance);
    }
    let mut events: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for acceptance in once.into_values() {
        events.entry(acceptance.event_ref).or_default().insert(acceptance);
    }
    events
}

/// The rows so far, and the days that count once, however many events they have.
#[derive(Default)]
struct LedgerBuilder {
    rows: BTreeMap<(NaiveDate, EmployeeId), LedgerRow>,
    weekend_days: BTreeSet<(EmployeeId, NaiveDate)>,
    short_notice: BTreeSet<(EmployeeId, NaiveDate)>,
}

impl LedgerBuilder {
    /// The row of a person in the week of a date.
    fn row(&mut self, employee: &EmployeeId, date: NaiveDate) -> &mut LedgerRow {
        let week = week_start(date);
        let new = || LedgerRow::empty(week, employee.clone());
        self.rows.entry((week, employee.clone())).or_insert_with(new)
    }

    /// Counts a line that took an event from a person or moved it to another day, if the club changed its plan.
    fn add_move(&mut self, acceptance: &Acceptance) {
        let is_follower = acceptance.kind.is_follower();
        let Some(LeftPlace { employee_id, date, reason: LeavingReason::Plan }) = &acceptance.from else { return };
        let stays = |to: &Shift| to.employee_id == *employee_id && to.start.date() == *date;
        if !is_follower && !acceptance.to.as_ref().is_some_and(stays) {
            self.row(employee_id, *date).moved_on_them += 1;
        }
    }

    fn add_shift(&mut self, shift: &CountedShift, zone: Tz) {
        let (employee, date) = (&shift.employee_id, shift.start.date());
        let row = self.row(employee, date);
        row.minutes += shift.minutes;
        if shift.kind == EventType::Core {
            row.core += 1;
            row.first_arrivals += u32::from(shift.arrival == Some(Arrival::First));
            row.last_arrivals += u32::from(shift.arrival == Some(Arrival::Last));
        }
        if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            self.weekend_days.insert((employee.clone(), date));
        }
        let accepted_on = shift.accepted_at.with_timezone(&zone).date_naive();
        if days_between(accepted_on, date) < SHORT_NOTICE_DAYS {
            self.short_notice.insert((employee.clone(), date));
        }
    }

    fn finish(mut self) -> Vec<LedgerRow> {
        for (employee, date) in std::mem::take(&mut self.weekend_days) {
            self.row(&employee, date).weekend_days += 1;
        }
        for (employee, date) in std::mem::take(&mut self.short_notice) {
            self.row(&employee, date).short_notice += 1;
        }
        self.rows.into_values().collect()
    }
}
