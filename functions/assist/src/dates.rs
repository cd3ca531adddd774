//! Days as people say them: "tomorrow", "friday", "next Friday", "this week", "9 jan", "2027-01-09", "mon to wed". Weeks
//! begin on Sunday. Pure: the club's date is an argument.

use chrono::{Datelike, NaiveDate, Weekday};
use domain::calendar::{plus_days, read_date, read_day_and_month, week_start};

/// Maximum distance of a named day from today, in days.
const MAX_DISTANCE_DAYS: i64 = 730;
/// A day and month without a year mean a future date, or one at most this many days ago.
const MAX_PAST_DAYS: i64 = 90;
/// Maximum words of a phrase.
const MAX_PHRASE_WORDS: usize = 10;

/// The club's local date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today(pub NaiveDate);

/// Consecutive days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Days {
    /// A single day.
    pub fn on(date: NaiveDate) -> Days {
        Days { from: date, to: date }
    }

    /// The week of a date, from Sunday to Saturday.
    pub fn week_of(date: NaiveDate) -> Days {
        let sunday = week_start(date);
        Days { from: sunday, to: plus_days(sunday, 6) }
    }

    /// Whether a date is one of these days.
    pub fn contains(self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }

    /// Number of days.
    pub fn count(self) -> usize {
        self.each().count()
    }

    /// The first of these days, at most this many and at least one.
    pub fn first(self, most: usize) -> Days {
        Days { to: self.each().take(most).last().unwrap_or(self.from), ..self }
    }

    /// The days in order.
    pub fn each(self) -> impl Iterator<Item = NaiveDate> {
        self.from.iter_days().take_while(move |date| *date <= self.to)
    }
}

/// Writes `2026-11-27`, or `2026-11-22 to 2026-11-28`.
impl std::fmt::Display for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.from == self.to { self.from.fmt(f) } else { write!(f, "{} to {}", self.from, self.to) }
    }
}

/// Why a phrase names no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADate {
    /// The phrase is not understood.
    #[error("{0:?} is no day: say today, tomorrow, friday, next friday, this week, 9 jan or 2027-01-09")]
    NotUnderstood(String),
    /// The day is more than two years away.
    #[error("{0} is more than two years away")]
    TooFar(NaiveDate),
    /// The phrase names several days where one is needed.
    #[error("say one day, not {0}")]
    Several(String),
}

impl Today {
    /// Reads a phrase; `default` if there is none.
    ///
    /// # Errors
    /// The phrase names no day within two years.
    pub fn days(self, said: Option<&str>, default: Days) -> Result<Days, NotADate> {
        said.map_or(Ok(default), |said| self.read(said))
    }

    /// Reads a phrase for one day; today if there is none.
    ///
    /// # Errors
    /// The phrase names no day within two years, or several days.
    pub fn one_day(self, said: Option<&str>) -> Result<NaiveDate, NotADate> {
        let days = self.days(said, Days::on(self.0))?;
        if days.from == days.to { Ok(days.from) } else { Err(NotADate::Several(days.to_string())) }
    }

    /// Reads a phrase for one day, such as the day to which an event moves. If the phrase is only the name of today's
    /// weekday, it means today if `can_be_today`, and otherwise the same weekday of next week.
    ///
    /// # Errors
    /// As [`Today::one_day`].
    pub fn one_day_ahead(self, said: &str, can_be_today: bool) -> Result<NaiveDate, NotADate> {
        let date = self.one_day(Some(said))?;
        let is_weekday =
            words(said).iter().all(|word| matches!(word.as_str(), "on" | "for") || weekday(word).is_some());
        Ok(if date == self.0 && is_weekday && !can_be_today { plus_days(date, 7) } else { date })
    }

    fn read(self, said: &str) -> Result<Days, NotADate> {
        let words = words(said);
        let spelled: Vec<&str> = words.iter().map(String::as_str).collect();
        let not_understood = || NotADate::NotUnderstood(said.chars().take(60).collect());
        let days = self.phrase(&spelled).ok_or_else(not_understood)?;
        let far = |date: NaiveDate| (date - self.0).num_days().abs() > MAX_DISTANCE_DAYS;
        match [days.from, days.to].into_iter().find(|date| far(*date)) {
            Some(date) => Err(NotADate::TooFar(date)),
            None => Ok(days),
        }
    }

    /// Finds the longest phrase at the end of some words, and the number of words before it. `None` if there is none, if
    /// its days are more than two years away, or if the word before it belongs to the day but does not fit, as in
    /// `fri 28 nov` when that is a Saturday. `is_name` returns whether two consecutive words belong to the name of one
    /// person, so that a surname such as Sun begins no phrase.
    pub fn at_end(self, words: &[&str], is_name: &dyn Fn(&str, &str) -> bool) -> Option<(usize, Days)> {
        let first = words.len().saturating_sub(MAX_PHRASE_WORDS);
        let ends_name = |at: usize| at > 0 && is_name(words[at - 1], words[at]);
        let phrase = |at: usize| Some((at, self.phrase(&words[at..])?));
        let (at, days) = (first..words.len()).filter(|at| !ends_name(*at)).find_map(phrase)?;
        let near = [days.from, days.to].into_iter().all(|date| (date - self.0).num_days().abs() <= MAX_DISTANCE_DAYS);
        let is_incomplete = at > 0 && !ends_name(at - 1) && is_part_of_a_day(words[at - 1], words[at]);
        (near && !is_incomplete).then_some((at, days))
    }

    fn phrase(self, words: &[&str]) -> Option<Days> {
        if words.len() > MAX_PHRASE_WORDS {
            return None;
        }
        let today = self.0;
        let day = |days| Some(Days::on(plus_days(today, days)));
        let week = |weeks: i64| Some(Days::week_of(plus_days(today, 7 * weeks)));
        match words {
            ["on" | "for" | "during" | "the" | "of", rest @ ..] if !rest.is_empty() => self.phrase(rest),
            ["today" | "tonight" | "now"] => day(0),
            ["tomorrow"] => day(1),
            ["yesterday"] => day(-1),
            ["day", "after", "tomorrow"] => day(2),
            ["day", "before", "yesterday"] => day(-2),
            ["week" | "weekly"] | ["this", "week"] => week(0),
            ["next", "week"] => week(1),
            ["last", "week"] => week(-1),
            ["rest", "of", "week"] | ["rest", "of", "the" | "this", "week"] => {
                Some(Days { from: today, to: Days::week_of(today).to })
            }
            ["week", "of", rest @ ..] => Some(Days::week_of(self.phrase(rest)?.from)),
            ["weekend"] | ["this", "weekend"] => Some(self.weekend(0)),
            ["next", "weekend"] => Some(self.weekend(1)),
            ["last", "weekend"] => Some(self.weekend(-1)),
            ["in", count, unit] => {
                let count = number(count)?;
                match *unit {
                    "day" | "days" => day(count),
                    "week" | "weeks" => day(7 * count),
                    _ => None,
                }
            }
            ["next", count, "days"] => {
                let to = plus_days(today, number(count)?.max(1) - 1);
                Some(Days { from: today, to })
            }
            _ => self.range(words).or_else(|| self.single(words).map(Days::on)),
        }
    }

    /// The weekend that has begun, or the next one if none has; with `weeks`, the weekend that many weeks later.
    fn weekend(self, weeks: i64) -> Days {
        let this = match self.0.weekday() {
            Weekday::Sun => plus_days(self.0, -1),
            _ => plus_days(week_start(self.0), 6),
        };
        let saturday = plus_days(this, 7 * weeks);
        Days { from: saturday, to: plus_days(saturday, 1) }
    }

    fn range(self, words: &[&str]) -> Option<Days> {
        let words = if words.first() == Some(&"from") { &words[1..] } else { words };
        let at = words.iter().position(|word| matches!(*word, "to" | "until" | "till" | "through" | "-" | "–"))?;
        let (from, to) = (self.phrase(&words[..at])?, self.phrase(&words[at + 1..])?);
        if from.from != from.to || to.from != to.to {
            return None;
        }
        // "friday to monday" ends after it begins.
        let after = Today(from.from).phrase(&words[at + 1..]).filter(|_| weekday(words[at + 1]).is_some());
        let to = if to.to < from.from { after?.to } else { to.to };
        (from.from <= to).then_some(Days { from: from.from, to })
    }

    fn single(self, words: &[&str]) -> Option<NaiveDate> {
        match words {
            [word] => read_date(word).or_else(|| weekday(word).map(|day| self.next_date_on(day))),
            ["this", word] => weekday(word).map(|day| self.next_date_on(day)),
            ["next", word] | [word, "next", "week"] => weekday(word).map(|day| self.of_week(day, 1)),
            [word, "this", "week"] => weekday(word).map(|day| self.of_week(day, 0)),
            [word, "last", "week"] => weekday(word).map(|day| self.of_week(day, -1)),
            ["last", word] => weekday(word).map(|day| plus_days(self.next_date_on(day), -7)).map(|date| {
                // On a Friday, the last Friday is a week ago; on a Saturday, it was yesterday.
                if date < plus_days(self.0, -7) { plus_days(date, 7) } else { date }
            }),
            [first, rest @ ..] if weekday(first).is_some() => {
                let date = self.single(rest)?;
                (Some(date.weekday()) == weekday(first)).then_some(date)
            }
            [day, "of", month] | [day, month] => {
                self.day_and_month(day, month).or_else(|| self.day_and_month(month, day))
            }
            [day, "of", month, year] | [day, month, year] => {
                let year = year.parse().ok().filter(|year| (2000..2200).contains(year))?;
                date_in_year(day, month, year).or_else(|| date_in_year(month, day, year))
            }
            _ => None,
        }
    }

    /// The next date with this weekday, from today on.
    fn next_date_on(self, day: Weekday) -> NaiveDate {
        let ahead = (7 + day.num_days_from_sunday() - self.0.weekday().num_days_from_sunday()) % 7;
        plus_days(self.0, ahead.into())
    }

    /// The date with this weekday in the week this many weeks after the current one.
    fn of_week(self, day: Weekday, weeks: i64) -> NaiveDate {
        plus_days(week_start(self.0), 7 * weeks + i64::from(day.num_days_from_sunday()))
    }

    fn day_and_month(self, day: &str, month: &str) -> Option<NaiveDate> {
        let year = self.0.year();
        let earliest = plus_days(self.0, -MAX_PAST_DAYS);
        (year - 1..=year + 1).filter_map(|year| date_in_year(day, month, year)).find(|date| *date >= earliest)
    }
}

/// The words of a phrase, in lower case, without punctuation at their ends.
pub fn words(said: &str) -> Vec<String> {
    let trimmed = |word: &str| word.trim_matches(|c: char| ",.;:!?\"()".contains(c)).to_lowercase();
    let words = said.split_whitespace().map(trimmed).filter(|word| !word.is_empty());
    // Two dates with two dots between them are a range.
    words
        .flat_map(|word| match word.split_once("..") {
            Some((from, to)) if !from.is_empty() && !to.is_empty() => {
                vec![from.to_owned(), "to".to_owned(), to.to_owned()]
            }
            _ => vec![word],
        })
        .collect()
}

/// Whether the word before a phrase belongs to the day although the phrase does not contain it: `fri` before `28 nov`,
/// `10` before `dec 26`, `every` before `friday`.
fn is_part_of_a_day(before: &str, first: &str) -> bool {
    const JOINS: [&str; 10] =
        ["until", "till", "through", "since", "every", "each", "except", "before", "after", "not"];
    weekday(before).is_some() || JOINS.contains(&before) || read_day_and_month(before, first).is_some()
}

fn number(word: &str) -> Option<i64> {
    const WORDS: [&str; 11] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let word = if matches!(word, "a" | "an") { "one" } else { word };
    let said = WORDS.iter().position(|known| *known == word).map(|at| at as i64);
    said.or_else(|| word.parse().ok()).filter(|count| (0..=MAX_DISTANCE_DAYS).contains(count))
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "sun" | "sunday" => Weekday::Sun,
        "mon" | "monday" => Weekday::Mon,
        "tue" | "tues" | "tuesday" => Weekday::Tue,
        "wed" | "weds" | "wednesday" => Weekday::Wed,
        "thu" | "thur" | "thurs" | "thursday" => Weekday::Thu,
        "fri" | "friday" => Weekday::Fri,
        "sat" | "saturday" => Weekday::Sat,
        _ => return None,
    })
}

/// A day such as `9` or `9th` and a month such as `jan` or `january`.
fn date_in_year(day: &str, month: &str, year: i32) -> Option<NaiveDate> {
    let (day, month) = read_day_and_month(day, month)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday.
    const TODAY: &str = "2026-11-25";

    fn read(today: &str, said: &str) -> Option<String> {
        let today = Today(read_date(today).expect("a date"));
        today.days(Some(said), Days::on(today.0)).ok().map(|days| days.to_string())
    }

    #[test]
    fn days_are_read_as_people_say_them() {
        for (said, expected) in [
            ("today", "2026-11-25"),
            ("Tonight?", "2026-11-25"),
            ("tomorrow", "2026-11-26"),
            ("yesterday", "2026-11-24"),
            ("the day after tomorrow", "2026-11-27"),
            ("friday", "2026-11-27"),
            ("on Fri.", "2026-11-27"),
            ("this friday", "2026-11-27"),
            ("wednesday", "2026-11-25"),
            ("tuesday", "2026-12-01"),
            ("sunday", "2026-11-29"),
            // Weeks begin on Sunday: the Friday and the Sunday of the week of 29 November.
            ("next Friday", "2026-12-04"),
            ("next sunday", "2026-11-29"),
            ("friday next week", "2026-12-04"),
            ("monday this week", "2026-11-23"),
            ("last friday", "2026-11-20"),
            ("last wednesday", "2026-11-18"),
            ("last tuesday", "2026-11-24"),
            ("week", "2026-11-22 to 2026-11-28"),
            ("this week", "2026-11-22 to 2026-11-28"),
            ("next week", "2026-11-29 to 2026-12-05"),
            ("last week", "2026-11-15 to 2026-11-21"),
            ("the rest of the week", "2026-11-25 to 2026-11-28"),
            ("week of 9 jan", "2027-01-03 to 2027-01-09"),
            ("the week of december 1", "2026-11-29 to 2026-12-05"),
            ("this weekend", "2026-11-28 to 2026-11-29"),
            ("next weekend", "2026-12-05 to 2026-12-06"),
            ("in 3 days", "2026-11-28"),
            ("in two weeks", "2026-12-09"),
            ("next 7 days", "2026-11-25 to 2026-12-01"),
            ("9 jan", "2027-01-09"),
            ("jan 9", "2027-01-09"),
            ("9th of January", "2027-01-09"),
            ("January 9th, 2027", "2027-01-09"),
            ("1 nov", "2026-11-01"),
            ("20 aug", "2027-08-20"),
            ("2 sept", "2026-09-02"),
            ("fri 27 nov", "2026-11-27"),
            ("2027-01-09", "2027-01-09"),
            ("mon to wed", "2026-11-30 to 2026-12-02"),
            ("friday to monday", "2026-11-27 to 2026-11-30"),
            ("from 1 dec until 3 dec", "2026-12-01 to 2026-12-03"),
            ("2026-12-01..2026-12-03", "2026-12-01 to 2026-12-03"),
        ] {
            assert_eq!(read(TODAY, said).as_deref(), Some(expected), "{said}");
        }
        for (today, said, expected) in [
            ("2026-11-29", "this weekend", "2026-11-28 to 2026-11-29"),
            ("2026-11-28", "next sunday", "2026-11-29"),
            ("2026-11-29", "next sunday", "2026-12-06"),
            ("2026-11-28", "last friday", "2026-11-27"),
            ("2026-12-31", "tomorrow", "2027-01-01"),
            ("2027-01-02", "20 dec", "2026-12-20"),
            ("2028-02-28", "tomorrow", "2028-02-29"),
        ] {
            assert_eq!(read(today, said).as_deref(), Some(expected), "{said} on {today}");
        }
    }

    #[test]
    fn the_weekday_of_today_is_a_week_later_for_an_event_that_cannot_be_today() {
        let today = Today(read_date(TODAY).expect("a date"));
        for (said, can_be_today, expected) in [
            ("on wednesday", false, "2026-12-02"),
            ("wed", false, "2026-12-02"),
            ("on wednesday", true, "2026-11-25"),
            ("today", false, "2026-11-25"),
            ("this wednesday", false, "2026-11-25"),
            ("wed 25 nov", false, "2026-11-25"),
            ("friday", false, "2026-11-27"),
            ("next wednesday", false, "2026-12-02"),
        ] {
            let found = today.one_day_ahead(said, can_be_today).map(|date| date.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{said}");
        }
    }

    #[test]
    fn the_first_days_of_a_range_do_not_pass_its_end() {
        let date = |text: &str| read_date(text).expect("a date");
        let days = Days { from: date("2026-11-25"), to: date("2026-12-01") };
        for (most, expected) in [
            (1, "2026-11-25"),
            (3, "2026-11-25 to 2026-11-27"),
            (7, "2026-11-25 to 2026-12-01"),
            (8, "2026-11-25 to 2026-12-01"),
        ] {
            let first = days.first(most);
            assert_eq!((first.to_string().as_str(), first.count()), (expected, most.min(days.count())), "{most}");
        }
    }

    #[test]
    fn a_phrase_that_names_no_day_is_refused() {
        for said in [
            "",
            "soon",
            "32 jan",
            "30 feb",
            "fri 28 nov",
            "9",
            "jan",
            "1/9",
            "2026-13-01",
            "wed to mon to fri",
            "5 dec to 1 dec",
            "in many days",
            "2035-01-01",
            "in 800 days",
        ] {
            assert_eq!(read(TODAY, said), None, "{said}");
        }
        let today = Today(read_date(TODAY).expect("a date"));
        assert!(matches!(today.one_day(Some("this week")), Err(NotADate::Several(_))));
        assert_eq!(today.one_day(None), Ok(today.0));
    }

    #[test]
    fn the_day_at_the_end_of_a_sentence_is_found() {
        let today = Today(read_date(TODAY).expect("a date"));
        for (said, before, expected) in [
            ("avery out tomorrow", 2, "2026-11-26"),
            ("avery next week", 1, "2026-11-29 to 2026-12-05"),
            ("who is free on friday", 3, "2026-11-27"),
            ("avery core 9 jan", 2, "2027-01-09"),
            ("friday", 0, "2026-11-27"),
        ] {
            let words: Vec<&str> = said.split(' ').collect();
            let found = today.at_end(&words, &|_, _| false).map(|(at, days)| (at, days.to_string()));
            assert_eq!(found, Some((before, expected.to_owned())), "{said}");
        }
        let nobody = |_: &str, _: &str| false;
        for said in
            ["why 619044", "avery fri 28 nov", "avery off 10 dec 26", "avery off every friday", "off 9 jan 2029"]
        {
            let words: Vec<&str> = said.split(' ').collect();
            assert_eq!(today.at_end(&words, &nobody), None, "{said}");
        }
        // A surname that is a weekday.
        let of_li = |before: &str, word: &str| (before, word) == ("li", "sun");
        for (said, before, expected) in [
            ("li sun next week", 2, "2026-11-29 to 2026-12-05"),
            ("li sun sun", 2, "2026-11-29"),
            ("li sun out sun", 3, "2026-11-29"),
        ] {
            let words: Vec<&str> = said.split(' ').collect();
            let found = today.at_end(&words, &of_li).map(|(at, days)| (at, days.to_string()));
            assert_eq!(found, Some((before, expected.to_owned())), "{said}");
        }
    }
}
