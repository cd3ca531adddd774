//! The days of a snapshot: the horizon, the closed days and the 28 days of history.

use chrono::{Datelike, NaiveDate, Weekday};
use domain::calendar::{plus_days, week_start};

use super::rng::SeededRng;

/// Number of days from `today` to the first day that the solver may fill (rulebook 1).
pub(super) const BUFFER_DAYS: i64 = 3;
/// Number of days from `today` to the last day that the solver may fill (rulebook 1).
pub(super) const HORIZON_DAYS: i64 = 21;
/// Number of days of history: a snapshot contains the posted schedules since this many days before `today` (rulebook
/// 8).
pub(super) const HISTORY_DAYS: i64 = 28;

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
    pub(super) locked_days: Vec<NaiveDate>,
    /// The Sunday from which [`Calendar::index`] counts.
    origin: NaiveDate,
}

impl Calendar {
    /// Draws the days for `today`: the yearly holidays, sometimes a holiday of the club, and sometimes a locked day.
    pub(super) fn draw(today: NaiveDate, rng: &mut SeededRng) -> Self {
        let origin = week_start(plus_days(today, -HISTORY_DAYS));
        let (earliest, end) = (plus_days(today, BUFFER_DAYS), plus_days(today, HORIZON_DAYS));
        let mut holidays: Vec<_> =
            days(plus_days(today, -HISTORY_DAYS), end).filter(|&day| is_yearly_holiday(day)).collect();
        let any_day = |rng: &mut SeededRng| plus_days(today, rng.number(BUFFER_DAYS..=HORIZON_DAYS));
        if !holidays.iter().any(|&day| day >= earliest) && rng.chance(20) {
            holidays.push(any_day(rng));
        }
        let drawn_day = if rng.chance(30) { vec![any_day(rng)] } else { Vec::new() };
        let locked_days = drawn_day.into_iter().filter(|day| !holidays.contains(day)).collect();
        Self { today, earliest, end, holidays, locked_days, origin }
    }

    /// The open days of the horizon (rulebook 1).
    pub(super) fn open_days(&self) -> Vec<NaiveDate> {
        days(self.earliest, self.end).filter(|&day| self.is_open(day)).collect()
    }

    pub(super) fn is_open(&self, day: NaiveDate) -> bool {
        !self.holidays.contains(&day) && !self.locked_days.contains(&day)
    }

    /// Number of days since the Sunday on or before the first day of history. Divided by 7, it is the number of the week.
    pub(super) fn index(&self, day: NaiveDate) -> usize {
        usize::try_from((day - self.origin).num_days()).unwrap_or_default()
    }

    /// Number of days that [`Calendar::index`] covers, in whole weeks.
    pub(super) fn length(&self) -> usize {
        (self.index(self.end) / 7 + 1) * 7
    }
}

/// Every day from `first` to `last`, both included.
pub(super) fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |&day| day <= last)
}

/// The first Saturday after the day. Most demos are due on a Saturday.
pub(super) fn next_saturday(day: NaiveDate) -> NaiveDate {
    plus_days(day, 7 - i64::from(day.weekday().days_since(Weekday::Sat)))
}

fn is_yearly_holiday(day: NaiveDate) -> bool {
    let thanksgiving = day.month() == 11 && day.weekday() == Weekday::Thu && (22..=28).contains(&day.day());
    thanksgiving || YEARLY_HOLIDAYS.contains(&(day.month(), day.day()))
}
