//! A range of days in order.

use chrono::{Days as DayCount, NaiveDate};

/// A range of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    from: NaiveDate,
    to: NaiveDate,
}

/// The last day is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the days end before they begin")]
pub struct ReversedDays;

impl Days {
    /// The days from `from` to `to`.
    ///
    /// # Errors
    /// [`ReversedDays`] if `to` is before `from`.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, ReversedDays> {
        if from <= to { Ok(Self { from, to }) } else { Err(ReversedDays) }
    }

    /// A single day.
    pub fn one(day: NaiveDate) -> Self {
        Self { from: day, to: day }
    }

    /// The first day.
    pub fn from(self) -> NaiveDate {
        self.from
    }

    /// The last day.
    pub fn to(self) -> NaiveDate {
        self.to
    }

    /// Slices whose last day is `count` days after their first day; the last slice may be shorter. Each slice begins on
    /// the last day of the slice before. `count` is at least 1.
    pub(crate) fn slices(self, count: u64) -> Vec<Self> {
        let mut slices = Vec::new();
        let mut from = self.from;
        loop {
            let to = from.checked_add_days(DayCount::new(count)).map_or(self.to, |to| to.min(self.to));
            slices.push(Self { from, to });
            if to == self.to {
                return slices;
            }
            from = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_cover_every_day_and_share_their_borders() {
        let check = |from: u32, to: u32, expect: &[(u32, u32)]| {
            let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
            let slices = Days::new(day(from), day(to)).unwrap().slices(3);
            let expect: Vec<_> = expect.iter().map(|&(from, to)| Days { from: day(from), to: day(to) }).collect();
            assert_eq!(slices, expect, "{from} to {to}");
        };
        check(1, 1, &[(1, 1)]);
        check(1, 3, &[(1, 3)]);
        check(1, 4, &[(1, 4)]);
        check(1, 5, &[(1, 4), (4, 5)]);
        check(1, 10, &[(1, 4), (4, 7), (7, 10)]);
        check(29, 30, &[(29, 30)]);
    }

    #[test]
    fn reversed_days_are_refused() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        assert_eq!(Days::new(day(2), day(1)), Err(ReversedDays));
    }
}
