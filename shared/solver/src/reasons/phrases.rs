//! Lists of people, days and numbers in words.

use chrono::NaiveDate;

use domain::calendar::{date_in_words, plus_days};

/// Maximum number of days or people that are named. Longer lists are counted.
pub(super) const NAMED: usize = 4;

/// Joins items with commas, and the last one with a word: `Ann, Bo and Cy`.
pub(super) fn join_words(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A small number as a word.
pub(super) fn number(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// Dates in order: `Tue 24 Nov and Thu 26 Nov`, three or more in a row as `Tue 24 Nov to Thu 26 Nov`. `None` if there
/// are too many to name.
pub(super) fn dates(days: &[NaiveDate]) -> Option<String> {
    let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, end)) if plus_days(*end, 1) == *day => *end = *day,
            _ => runs.push((*day, *day)),
        }
    }
    let mut named = Vec::new();
    for (first, end) in runs {
        match () {
            () if first == end => named.push(date_in_words(first)),
            () if plus_days(first, 1) == end => named.extend([date_in_words(first), date_in_words(end)]),
            () => named.push(format!("{} to {}", date_in_words(first), date_in_words(end))),
        }
    }
    (named.len() <= NAMED).then(|| join_words(&named, "and"))
}

/// Dates, or their number if there are too many to name.
pub(super) fn dates_or_count(days: &[NaiveDate]) -> String {
    dates(days).unwrap_or_else(|| format!("{} days", number(days.len())))
}

/// A span with its verb: `Tue 24 Nov is`, `Tue 24 Nov to Thu 26 Nov are`.
pub(super) fn span_is(from: NaiveDate, to: NaiveDate) -> String {
    if from >= to {
        format!("{} is", date_in_words(from))
    } else {
        format!("{} to {} are", date_in_words(from), date_in_words(to))
    }
}

/// Points, not negative, rounded to a hundredth.
pub(super) fn rounded(points: f64) -> String {
    match (points * 100.0).round() / 100.0 {
        rounded if rounded <= 0.0 && points > 1e-6 => "less than 0.01".into(),
        // Adding 0 makes a negative zero positive.
        rounded => format!("{}", rounded + 0.0),
    }
}

/// Points, rounded to a hundredth, with their unit: `1 point`, `2.5 points`.
pub(super) fn points_in_words(points: f64) -> String {
    let rounded = rounded(points);
    let unit = if rounded == "1" { "point" } else { "points" };
    format!("{rounded} {unit}")
}

/// A length: `45 min`, `6 h 30 min`.
pub(super) fn length(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::points_in_words;

    #[test]
    fn points_have_a_singular_and_a_plural_unit() {
        for (points, expected) in [
            (1.0, "1 point"),
            (1.004, "1 point"),
            (200.0, "200 points"),
            (0.5, "0.5 points"),
            (0.004, "less than 0.01 points"),
            (0.0, "0 points"),
            (-0.0, "0 points"),
        ] {
            assert_eq!(points_in_words(points), expected, "{points}");
        }
    }
}
