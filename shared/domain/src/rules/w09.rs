//! W9: a Club Supervisor works a Core.

use std::collections::BTreeMap;

use super::{WatchName, WatchRule, facts};
use crate::event_type::EventType;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W9,
    title: "No Core for a Club Supervisor",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        let mut cells: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (event, posting) in standing.posted().filter(|(event, _)| event.kind == EventType::Core) {
            if club.person(posting.person).is_club_supervisor() {
                cells.entry((posting.start.date(), posting.person)).or_default().push(event);
            }
        }
        for ((date, person), core) in cells {
            found.push(Issue::new(standing, IssueDate::Day(date), Some(person), core));
        }
    },
    words: |standing, issue| {
        let (who, core, when) = (
            facts::who_of_issue(standing, issue),
            facts::events_of_issue(standing, issue),
            facts::when_of_issue(issue),
        );
        format!("{who} is a Club Supervisor and works {core} on {when}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_core_of_a_club_supervisor_is_found() {
        let people = "person A specialist
            person C supervisor";
        for (lines, expected) in [
            ("posted 1 Core 20..30 A 24", ""),
            ("posted 1 Core 20..30 C 24", "W9 24 C 1"),
            ("posted 2 Core 20..30 C 24\n posted 1 Core 20..30 C 24", "W9 24 C 1+2"),
            ("posted 2 Core 20..30 C 24\n posted 1 Core 20..30 C 25", "W9 24 C 2, W9 25 C 1"),
            ("posted 1 Core 20..30 C 24 condition=expired", ""),
            ("posted 1 Freeosk 20..30 C 24", ""),
            ("posted 1 Core 10..30 C 18", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{people}\n{lines}"), "W9"), expected, "{lines}");
        }
        let words = "C is a Club Supervisor and works Core 1 \"600001-LKD-P1 - V2\" on Tue 24 Nov";
        assert_eq!(finding_texts(&format!("{people}\nposted 1 Core 20..30 C 24"), "W9"), [words]);
    }
}
