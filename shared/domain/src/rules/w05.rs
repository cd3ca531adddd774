//! W5: a day with posted Core, none of them worked by the day's lead. A Club Supervisor as lead is left out.

use super::{WatchName, WatchRule, facts};
use crate::event_type::EventType;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W5,
    title: "The day's lead has Core",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        for day in club.day_ixs() {
            let Some(lead) = club.lead(day).filter(|lead| !club.person(*lead).is_club_supervisor()) else { continue };
            let core = standing.on(day, |event| event.kind == EventType::Core);
            if !core.is_empty() && core.iter().all(|(_, posting)| posting.person != lead) {
                found.push(Issue::new(standing, IssueDate::Day(club.day(day).date), Some(lead), []));
            }
        }
    },
    words: |standing, issue| {
        let (who, when) = (facts::who_of_issue(standing, issue), facts::when_of_issue(issue));
        format!("{who} is the lead of {when}, and others have all Core of that day")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_day_with_core_but_none_of_its_lead_is_found() {
        let people = "person A specialist
            person C supervisor
            person L lead
            person M lead
            rotation lead tue L backup=M
            rotation lead wed C";
        for (lines, expected) in [
            ("posted 1 Core 20..30 A 24", "W5 24 L"),
            ("posted 1 Core 20..30 L 24", ""),
            ("posted 1 Core 20..30 A 24\n posted 2 Core 20..30 L 24", ""),
            ("posted 1 Core 20..30 A 24\n posted 2 Core 20..30 L 24 condition=canceled", "W5 24 L"),
            ("posted 1 Freeosk 20..30 L 24", ""),
            // The backup is not the lead while the named one is there.
            ("posted 1 Core 20..30 M 24", "W5 24 L"),
            ("posted 1 Core 20..30 M 24\n off L 24..24", ""),
            ("posted 1 Core 20..30 A 24\n off L 24..24", "W5 24 M"),
            ("posted 1 Core 20..30 A 24\n off L 24..24\n off M 24..24", ""),
            ("posted 1 Core 20..30 A 24\n exception lead 24 M", "W5 24 M"),
            // A Club Supervisor leads on the 25th, nobody leads on the 23rd, and the 17th is past.
            ("posted 1 Core 20..30 A 25", ""),
            ("posted 1 Core 20..30 A 23", ""),
            ("posted 1 Core 10..30 A 17", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{people}\n{lines}"), "W5"), expected, "{lines}");
        }
        let words = "L is the lead of Tue 24 Nov, and others have all Core of that day";
        assert_eq!(finding_texts(&format!("{people}\nposted 1 Core 20..30 A 24"), "W5"), [words]);
    }
}
