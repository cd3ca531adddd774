//! The days of a club: whole weeks, Sunday to Saturday, in order.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Closed, Day};
use crate::calendar::{days_between, plus_days, week_start};
use crate::snapshot::Snapshot;

/// The whole weeks around the horizon.
pub(super) fn around_horizon(snapshot: &Snapshot, earliest: NaiveDate, horizon_end: NaiveDate) -> Vec<Day> {
    let first = week_start(earliest);
    let weeks = days_between(first, horizon_end.max(earliest)) / 7 + 1;
    (0..weeks * 7)
        .map(|i| {
            let date = plus_days(first, i);
            let in_horizon = earliest <= date && date <= horizon_end;
            let closed = match () {
                () if snapshot.holidays.contains(&date) => Some(Closed::Holiday),
                () if snapshot.locked_days.contains(&date) => Some(Closed::Locked),
                () => None,
            };
            // `Club::set_starts` sets `setup_day`.
            Day { date, open: in_horizon && closed.is_none(), closed, in_horizon, setup_day: false }
        })
        .collect()
}

/// The weeks with posted schedules, from today's week on. They need not be adjacent.
pub(super) fn with_posted(snapshot: &Snapshot) -> Vec<Day> {
    let first = week_start(snapshot.today);
    let sundays: BTreeSet<NaiveDate> =
        snapshot.posted.iter().map(|p| week_start(p.start.date())).filter(|sunday| first <= *sunday).collect();
    days_of_look(snapshot, sundays.into_iter().flat_map(|sunday| (0..7).map(move |i| plus_days(sunday, i))))
}

/// Every week from today's week to the week of `last`, or of the last posted schedule if that is later.
pub(super) fn all_until(snapshot: &Snapshot, last: NaiveDate) -> Vec<Day> {
    let first = week_start(snapshot.today);
    let last = snapshot.posted.iter().map(|p| p.start.date()).fold(last, NaiveDate::max);
    let weeks = days_between(first, last.max(first)) / 7 + 1;
    days_of_look(snapshot, (0..weeks * 7).map(|i| plus_days(first, i)))
}

/// The days of a look at what is posted: no day is in the horizon, and locked days do not matter.
fn days_of_look(snapshot: &Snapshot, dates: impl Iterator<Item = NaiveDate>) -> Vec<Day> {
    dates
        .map(|date| Day {
            date,
            open: false,
            closed: snapshot.holidays.contains(&date).then_some(Closed::Holiday),
            in_horizon: false,
            setup_day: false,
        })
        .collect()
}
