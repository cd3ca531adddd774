//! W3: a holiday with posted schedules.

use super::{WatchName, WatchRule, facts};
use crate::club::Closed;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W3,
    title: "Nobody works on a holiday",
    severity: Severity::Critical,
    check: |standing, found| {
        let club = standing.club();
        for day in club.day_ixs().filter(|day| club.day(*day).closed == Some(Closed::Holiday)) {
            let posted = standing.on(day, |_| true);
            if !posted.is_empty() {
                let events = posted.into_iter().map(|(event, _)| event);
                found.push(Issue::new(standing, IssueDate::Day(club.day(day).date), None, events));
            }
        }
    },
    words: |standing, issue| {
        format!("{} is a holiday and has {}", facts::when_of_issue(issue), facts::events_of_issue(standing, issue))
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn posted_schedules_on_a_holiday_are_found() {
        let club = "person A specialist
            person B specialist
            holiday 24
            holiday 18
            locked 25
            posted 3 Core 20..30 A 25
            posted 4 Core 10..30 A 18";
        for (posted, expected) in [
            ("", ""),
            ("posted 1 Core 20..30 A 24", "W3 24 1"),
            ("posted 2 Core 20..30 B 24\n posted 1 Core 20..30 A 24", "W3 24 1+2"),
            ("posted 1 Core 20..30 A 24 condition=canceled", ""),
            ("posted 1 Core 20..30 A 24 condition=canceled\n posted 2 Core 20..30 A 24", "W3 24 2"),
            ("posted 1 Core 20..30 A 19\n holiday 19", "W3 19 1"),
        ] {
            assert_eq!(findings_in_short(&format!("{club}\n{posted}"), "W3"), expected, "{posted}");
        }
        let words = "Tue 24 Nov is a holiday and has Core 1 \"600001-LKD-P1 - V2\"";
        assert_eq!(finding_texts(&format!("{club}\nposted 1 Core 20..30 A 24"), "W3"), [words]);
    }
}
