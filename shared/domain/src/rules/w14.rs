//! W14: somebody's Core start at the same time on 5 or more days of a week.

use std::collections::{BTreeMap, BTreeSet};

use super::{WatchName, WatchRule, facts};
use crate::calendar::{minute_of, time_in_words};
use crate::event_type::EventType;
use crate::standing::{Issue, IssueDate, Severity};

/// A start that is repeated on this many days of a week, or on more, is an issue.
const DAYS: usize = 5;

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W14,
    title: "Starts vary within a week",
    severity: Severity::Info,
    check: |standing, found| {
        for ((person, week), core) in standing.by_week(|event, _| event.kind == EventType::Core) {
            let mut days_at: BTreeMap<u32, BTreeSet<_>> = BTreeMap::new();
            for (_, posting) in &core {
                days_at.entry(minute_of(posting.start)).or_default().insert(posting.start.date());
            }
            let is_repeated = |minute: u32| days_at[&minute].len() >= DAYS;
            let repeated: Vec<_> = core.iter().filter(|(_, posting)| is_repeated(minute_of(posting.start))).collect();
            if !repeated.is_empty() {
                let events = repeated.into_iter().map(|(event, _)| *event);
                found.push(Issue::new(standing, IssueDate::Week(standing.sunday(week)), Some(person), events));
            }
        }
    },
    words: |standing, issue| {
        let starts: BTreeSet<u32> = standing
            .events(&issue.refs)
            .filter_map(|event| event.posting())
            .map(|posting| minute_of(posting.start))
            .collect();
        let starts = facts::list_in_words(&starts.into_iter().map(time_in_words).collect::<Vec<_>>());
        let (who, week) = (facts::who_of_issue(standing, issue), facts::when_of_issue(issue));
        format!("{who} starts Core at {starts} on {DAYS} days or more in {week}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn the_same_start_on_five_days_of_a_week_is_found() {
        let posted = |rows: &[(u32, u32, &str)]| {
            let line = |(n, day, at): &(u32, u32, &str)| format!("posted {n} Core 10..30 A {day} at={at}\n");
            format!("person A specialist\nperson B specialist\n{}", rows.iter().map(line).collect::<String>())
        };
        let four = [(1, 22, "10:15"), (2, 23, "10:15"), (3, 24, "10:15:30"), (4, 25, "10:15")];
        assert_eq!(findings_in_short(&posted(&four), "W14"), "");
        let with = |more: &[(u32, u32, &str)]| findings_in_short(&posted(&[&four, more].concat()), "W14");
        assert_eq!(with(&[(5, 26, "10:15")]), "W14 w22 A 1+2+3+4+5");
        assert_eq!(with(&[(5, 26, "10:45")]), "");
        // A second Core on one of the four days is not a fifth day, and the 29th belongs to the next week.
        assert_eq!(with(&[(5, 25, "10:15")]), "");
        assert_eq!(with(&[(5, 29, "10:15")]), "");
        assert_eq!(with(&[(5, 26, "10:15"), (6, 26, "10:15"), (7, 27, "11:15")]), "W14 w22 A 1+2+3+4+5+6");
        let canceled = posted(&[&four[..], &[(5, 26, "10:15")]].concat()).replace("A 22", "A 22 condition=canceled");
        assert_eq!(findings_in_short(&canceled, "W14"), "");
        let words = "A starts Core at 10:15 am on 5 days or more in the week of Sun 22 Nov";
        assert_eq!(finding_texts(&posted(&[&four[..], &[(5, 26, "10:15")]].concat()), "W14"), [words]);
    }

    #[test]
    fn the_days_of_a_week_before_today_count_too() {
        let week: String = (15..=19).map(|day| format!("posted {day} Core 1..30 A {day}\n")).collect();
        assert_eq!(findings_in_short(&format!("person A specialist\n{week}"), "W14"), "W14 w15 A 15+16+17+18+19");
        let past = format!("person A specialist\ntoday 20\n{week}");
        assert_eq!(findings_in_short(&past, "W14"), "");
        // A later Core that the issue does not name does not make past days count.
        assert_eq!(findings_in_short(&format!("{past} posted 20 Core 1..30 A 20 at=11:15"), "W14"), "");
    }
}
