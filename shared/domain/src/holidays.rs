//! Yearly company holidays, and the dates on which they fall.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::{Day, plus_days};

/// The day of a holiday that returns every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "every", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = HolidayRule)]
pub enum HolidayRule {
    /// The same date each year, such as 25 December. 29 February exists only in leap years.
    Year {
        /// The month, from 1 to 12.
        #[schema(minimum = 1, maximum = 12)]
        month: u32,
        /// The day of the month, from 1.
        #[schema(minimum = 1, maximum = 31)]
        day: u32,
    },
    /// The n-th weekday of a month, such as the fourth Thursday of November. A fifth weekday exists only in some years.
    NthWeekday {
        /// The month, from 1 to 12.
        #[schema(minimum = 1, maximum = 12)]
        month: u32,
        /// The number of the weekday in the month, from 1 to 5.
        #[schema(minimum = 1, maximum = 5)]
        nth: u8,
        /// The weekday.
        weekday: Day,
    },
    /// The last weekday of a month: the last Monday of May.
    LastWeekday {
        /// The month, from 1 to 12.
        #[schema(minimum = 1, maximum = 12)]
        month: u32,
        /// The weekday.
        weekday: Day,
    },
}

/// A leap year has every date that any year has.
const LEAP_YEAR: i32 = 2024;

impl HolidayRule {
    /// Whether the rule has a date in some year.
    pub fn is_possible(self) -> bool {
        match self {
            HolidayRule::Year { month, day } => NaiveDate::from_ymd_opt(LEAP_YEAR, month, day).is_some(),
            HolidayRule::NthWeekday { month, nth, .. } => (1..=12).contains(&month) && (1..=5).contains(&nth),
            HolidayRule::LastWeekday { month, .. } => (1..=12).contains(&month),
        }
    }

    /// The date in one year, if that year has it.
    fn in_year(self, year: i32) -> Option<NaiveDate> {
        match self {
            HolidayRule::Year { month, day } => NaiveDate::from_ymd_opt(year, month, day),
            HolidayRule::NthWeekday { month, nth, weekday } => {
                NaiveDate::from_weekday_of_month_opt(year, month, weekday.into(), nth)
            }
            HolidayRule::LastWeekday { month, weekday } => {
                let of_month = |nth| NaiveDate::from_weekday_of_month_opt(year, month, weekday.into(), nth);
                of_month(5).or_else(|| of_month(4))
            }
        }
    }

    /// The dates in a range, in order.
    pub fn dates(self, days: RangeInclusive<NaiveDate>) -> impl Iterator<Item = NaiveDate> {
        let years = days.start().year()..=days.end().year();
        years.filter_map(move |year| self.in_year(year)).filter(move |date| days.contains(date))
    }

    /// The first date of the rule on or after a day.
    pub fn next_from(self, from: NaiveDate) -> Option<NaiveDate> {
        // The fifth weekday of a February is a 29 February, and that may be 40 years away: from 2072 to 2112 for Monday.
        self.dates(from..=plus_days(from, 41 * 366)).next()
    }

    /// The rule as part of a table key: short, and equal for equal rules.
    pub fn key(self) -> String {
        match self {
            HolidayRule::Year { month, day } => format!("{month:02}-{day:02}"),
            HolidayRule::NthWeekday { month, nth, weekday } => format!("{month:02}-{nth}-{}", weekday.name()),
            HolidayRule::LastWeekday { month, weekday } => format!("{month:02}-last-{}", weekday.name()),
        }
    }
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Weekday {
        match day {
            Day::Mon => Weekday::Mon,
            Day::Tue => Weekday::Tue,
            Day::Wed => Weekday::Wed,
            Day::Thu => Weekday::Thu,
            Day::Fri => Weekday::Fri,
            Day::Sat => Weekday::Sat,
            Day::Sun => Weekday::Sun,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::read_date;

    fn date(text: &str) -> NaiveDate {
        read_date(text).expect("a date")
    }

    #[test]
    fn a_rule_falls_on_its_date_in_the_years_that_have_it() {
        let thanksgiving = HolidayRule::NthWeekday { month: 11, nth: 4, weekday: Day::Thu };
        let memorial = HolidayRule::LastWeekday { month: 5, weekday: Day::Mon };
        let fifth = HolidayRule::NthWeekday { month: 2, nth: 5, weekday: Day::Thu };
        for (rule, year, expected) in [
            (HolidayRule::Year { month: 12, day: 25 }, 2026, Some("2026-12-25")),
            (HolidayRule::Year { month: 2, day: 29 }, 2026, None),
            (HolidayRule::Year { month: 2, day: 29 }, 2028, Some("2028-02-29")),
            (thanksgiving, 2026, Some("2026-11-26")),
            (thanksgiving, 2027, Some("2027-11-25")),
            (memorial, 2026, Some("2026-05-25")),
            (memorial, 2027, Some("2027-05-31")),
            (HolidayRule::LastWeekday { month: 2, weekday: Day::Sun }, 2032, Some("2032-02-29")),
            (fifth, 2026, None),
            (HolidayRule::NthWeekday { month: 1, nth: 5, weekday: Day::Fri }, 2027, Some("2027-01-29")),
        ] {
            assert_eq!(rule.in_year(year), expected.map(date), "{rule:?} in {year}");
        }
    }

    #[test]
    fn the_dates_of_a_span_include_both_of_its_ends() {
        let new_year = HolidayRule::Year { month: 1, day: 1 };
        let of = |from, to| new_year.dates(date(from)..=date(to)).map(|d| d.to_string()).collect::<Vec<_>>();
        assert_eq!(of("2026-12-04", "2027-01-01"), ["2027-01-01"]);
        assert_eq!(of("2027-01-01", "2028-01-01"), ["2027-01-01", "2028-01-01"]);
        assert!(of("2027-01-02", "2027-12-31").is_empty());
    }

    #[test]
    fn the_next_date_of_a_rule_is_found_however_many_years_lack_it() {
        let christmas = HolidayRule::Year { month: 12, day: 25 };
        let leap_day = HolidayRule::Year { month: 2, day: 29 };
        let fifth_monday = HolidayRule::NthWeekday { month: 2, nth: 5, weekday: Day::Mon };
        for (rule, from, expected) in [
            (christmas, "2026-12-25", "2026-12-25"),
            (christmas, "2026-12-26", "2027-12-25"),
            (leap_day, "2097-01-01", "2104-02-29"),
            (fifth_monday, "2026-11-24", "2044-02-29"),
            (fifth_monday, "2072-03-01", "2112-02-29"),
        ] {
            assert_eq!(rule.next_from(date(from)), Some(date(expected)), "{rule:?} from {from}");
        }
    }

    #[test]
    fn a_rule_without_a_date_in_any_year_is_not_possible() {
        for (rule, is_possible) in [
            (HolidayRule::Year { month: 2, day: 29 }, true),
            (HolidayRule::Year { month: 2, day: 30 }, false),
            (HolidayRule::Year { month: 13, day: 1 }, false),
            (HolidayRule::Year { month: 4, day: 0 }, false),
            (HolidayRule::NthWeekday { month: 4, nth: 6, weekday: Day::Mon }, false),
            (HolidayRule::NthWeekday { month: 0, nth: 1, weekday: Day::Mon }, false),
            (HolidayRule::LastWeekday { month: 12, weekday: Day::Sun }, true),
        ] {
            assert_eq!(rule.is_possible(), is_possible, "{rule:?}");
            assert_eq!((2024..2060).any(|year| rule.in_year(year).is_some()), is_possible, "{rule:?}");
        }
    }
}
