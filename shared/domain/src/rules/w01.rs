//! W1: a posted schedule on a day outside its event's window. A Supervisor on the day of its posted Core is allowed.

use super::{WatchName, WatchRule, facts};
use crate::calendar::date_in_words;
use crate::event_type::EventType;
use crate::standing::{Issue, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W1,
    title: "Within the event's window",
    severity: Severity::Critical,
    check: |standing, found| {
        for (event, posting) in standing.posted() {
            let date = posting.start.date();
            let core = event.partner.filter(|_| event.kind == EventType::Supervisor);
            let is_with_its_core = core.and_then(|c| standing.posting_of(c)).is_some_and(|c| c.start.date() == date);
            let is_in_window = event.start <= date && date < event.due;
            if !is_in_window && !is_with_its_core {
                found.push(Issue::of(standing, posting, [event]));
            }
        }
    },
    words: |standing, issue| {
        let (what, when) = (facts::events_of_issue(standing, issue), facts::when_of_issue(issue));
        let event = standing.events(&issue.refs).next();
        let window = event.map(|event| (date_in_words(event.start), date_in_words(event.due)));
        let (start, due) = window.unwrap_or_default();
        format!("{what} is on {when}, outside its window from {start} to before {due}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_schedule_outside_its_window_is_found_unless_it_is_a_supervisor_on_the_day_of_its_core() {
        let people = "person A specialist
            person C supervisor";
        for (posted, expected) in [
            ("posted 1 Core 24..26 A 24", ""),
            ("posted 1 Core 24..26 A 25", ""),
            ("posted 1 Core 24..26 A 26", "W1 26 A 1"),
            ("posted 1 Core 24..26 A 23", "W1 23 A 1"),
            ("posted 1 Core 24..24 A 24", "W1 24 A 1"),
            // A fixed type is judged by its window only.
            ("posted 1 Freeosk 23..26 C 25", ""),
            // A schedule before today, the 19th, is not judged.
            ("posted 1 Core 24..26 A 18", ""),
            ("posted 1 Core 24..26 A 19", "W1 19 A 1"),
            // Canceled: W2 reports it.
            ("posted 1 Core 24..26 A 26 condition=Canceled", ""),
            ("posted 1 Supervisor 24..25 C 26", "W1 26 C 1"),
            ("posted 1 Supervisor 24..25 C 26 number=619001\n posted 2 Core 24..30 A 26 number=619001", ""),
            ("posted 1 Supervisor 24..25 C 26 number=619001\n posted 2 Core 24..30 A 27 number=619001", "W1 26 C 1"),
            (
                "posted 1 Supervisor 24..25 C 26 number=619001\n posted 2 Core 24..30 A 26 number=619001 condition=expired",
                "W1 26 C 1",
            ),
            ("posted 1 Supervisor 24..25 C 26 number=619001\n event 2 Core 24..30 number=619001", "W1 26 C 1"),
            // Only a Supervisor is exempt.
            ("posted 1 Supervisor 24..30 C 26 number=619001\n posted 2 Core 24..25 A 26 number=619001", "W1 26 A 2"),
        ] {
            assert_eq!(findings_in_short(&format!("{people}\n{posted}"), "W1"), expected, "{posted}");
        }
        let words =
            "Core 1 \"600001-LKD-P1 - V2\" is on Thu 26 Nov, outside its window from Tue 24 Nov to before Thu 26 Nov";
        assert_eq!(finding_texts(&format!("{people}\nposted 1 Core 24..26 A 26"), "W1"), [words]);
    }
}
