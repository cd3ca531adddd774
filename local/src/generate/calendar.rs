//! The days of a snapshot: its horizon, the closed days and the 28 days of history.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::rng::SeededRng;

/// Days between `today` and the first day that the solver may fill (rulebook 1).
pub(super) const BUFFER_DAYS: i64 = 3;
/// Days between `today` and the last day that the solver may fill (rulebook 1).
pub(super) const HORIZON_DAYS: i64 = 21;
/// Days before `today` that posted schedules go back (rulebook 8).
pub(super) const HISTORY_DAYS: i64 = 28;
/// The weekdays in a snapshot, in the order of [`weekday`].
pub(super) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Company holidays that fall on the same date every year.
const YEARLY_HOLIDAYS: [(u32, u32); 3] = [(1, 1), (7, 4), (12, 25)];

/// All days of a snapshot.
pub(super) struct Calendar {
    pub(super) today: NaiveDate,
    /// First day of the horizon.
    pub(super) earliest: NaiveDate,
    /// Last day of the horizon.
    pub(super) end: NaiveDate,
    pub(super) holidays: Vec<NaiveDate>,
    pub(super) locked: Vec<NaiveDate>,
    /// The Sunday from which [`Calendar::index`] counts.
    origin: NaiveDate,
}

impl Calendar {
    /// Draws the days for `today`: the yearly holidays, sometimes a holiday of the club, and sometimes a locked day.
    pub(super) fn draw(today: NaiveDate, rng: &mut SeededRng) -> Self {
        let first = later(today, -HISTORY_DAYS);
        let origin = later(first, -i64::from(first.weekday().num_days_from_sunday()));
        let (earliest, end) = (later(today, BUFFER_DAYS), later(today, HORIZON_DAYS));
        let mut holidays: Vec<_> = days(first, end).filter(|&day| is_yearly_holiday(day)).collect();
        let any_day = |rng: &mut SeededRng| later(today, rng.number(BUFFER_DAYS..=HORIZON_DAYS));
        if !holidays.iter().any(|&day| day >= earliest) && rng.chance(20) {
            holidays.push(any_day(rng));
        }
        let locked = if rng.chance(30) { vec![any_day(rng)] } else { Vec::new() };
        let locked = locked.into_iter().filter(|day| !holidays.contains(day)).collect();
        Self { today, earliest, end, holidays, locked, origin }
    }

    /// The open days of the horizon (rulebook 1).
    pub(super) fn open_days(&self) -> Vec<NaiveDate> {
        days(self.earliest, self.end).filter(|&day| self.is_open(day)).collect()
    }

    pub(super) fn is_open(&self, day: NaiveDate) -> bool {
        !self.holidays.contains(&day) && !self.locked.contains(&day)
    }

    /// Days since the Sunday on or before the first day of history. Index / 7 is the week.
    pub(super) fn index(&self, day: NaiveDate) -> usize {
        usize::try_from((day - self.origin).num_days()).unwrap_or_default()
    }

    /// Number of days that [`Calendar::index`] covers, in whole weeks.
    pub(super) fn length(&self) -> usize {
        (self.index(self.end) / 7 + 1) * 7
    }
}

/// The day this many days later, or earlier if negative.
pub(super) fn later(day: NaiveDate, by: i64) -> NaiveDate {
    day + TimeDelta::days(by)
}

/// Every day from `first` to `last`, both included.
pub(super) fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |&day| day <= last)
}

/// The day's index in [`WEEKDAYS`].
pub(super) fn weekday(day: NaiveDate) -> usize {
    day.weekday().num_days_from_monday() as usize
}

/// The first Saturday after the day, on which most of a week's demos are due.
pub(super) fn next_saturday(day: NaiveDate) -> NaiveDate {
    later(day, 7 - i64::from(day.weekday().days_since(Weekday::Sat)))
}

fn is_yearly_holiday(day: NaiveDate) -> bool {
    let thanksgiving = day.month() == 11 && day.weekday() == Weekday::Thu && (22..=28).contains(&day.day());
    thanksgiving || YEARLY_HOLIDAYS.contains(&(day.month(), day.day()))
}
