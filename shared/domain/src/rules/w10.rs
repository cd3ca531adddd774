//! W10: the day's lead has Core, but none of them is in block 1 or starts by its arrival.

use super::{WatchName, WatchRule, facts};
use crate::calendar::{minute_of, time_in_words};
use crate::event_type::EventType;
use crate::standing::{Issue, IssueDate, Severity};

/// The block of the day's lead.
const FIRST: u8 = 1;

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W10,
    title: "The day's lead comes first",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        for day in club.day_ixs() {
            let Some(lead) = club.lead(day) else { continue };
            let mut core = standing.on(day, |event| event.kind == EventType::Core);
            core.retain(|(_, posting)| posting.person == lead);
            let comes_first = core
                .iter()
                .any(|(_, posting)| posting.block == FIRST || minute_of(posting.start) <= club.arrival(FIRST));
            if !core.is_empty() && !comes_first {
                let events = core.into_iter().map(|(event, _)| event);
                found.push(Issue::new(standing, IssueDate::Day(club.day(day).date), Some(lead), events));
            }
        }
    },
    words: |standing, issue| {
        let (who, core, when) = (
            facts::who_of_issue(standing, issue),
            facts::events_of_issue(standing, issue),
            facts::when_of_issue(issue),
        );
        let arrival = time_in_words(standing.club().arrival(FIRST));
        format!("{who} is the lead of {when} and works {core}, but not in block 1 and not by {arrival}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_days_lead_who_neither_has_block_1_nor_starts_by_its_arrival_is_found() {
        let club = "person A specialist
            person C supervisor
            person L lead
            rotation lead tue L
            rotation lead wed C";
        for (lines, expected) in [
            ("posted 1 Core 20..30 L 24 at=10:45 block=3", "W10 24 L 1"),
            ("posted 1 Core 20..30 L 24 at=10:45 block=1", ""),
            ("posted 1 Core 20..30 L 24 at=10:15 block=2", ""),
            ("posted 1 Core 20..30 L 24 at=09:00 block=2", ""),
            ("posted 1 Core 20..30 L 24 at=10:16 block=2", "W10 24 L 1"),
            ("posted 1 Core 20..30 L 24 at=10:15:59 block=2", ""),
            ("posted 2 Core 20..30 L 24 at=11:15 block=5\n posted 1 Core 20..30 L 24 at=10:45 block=3", "W10 24 L 1+2"),
            ("posted 2 Core 20..30 L 24 at=11:15 block=1\n posted 1 Core 20..30 L 24 at=10:45 block=3", ""),
            // Without a recorded block, a Core has the block of its arrival, otherwise the first free one.
            ("posted 1 Core 20..30 L 24 at=10:45", "W10 24 L 1"),
            ("posted 1 Core 20..30 L 24 at=10:50", ""),
            ("posted 1 Core 20..30 L 24 at=10:50\n posted 2 Core 20..30 A 24 block=1", "W10 24 L 1"),
            ("posted 1 Core 20..30 L 24 at=10:50\n posted 2 Core 20..30 A 24 block=1 condition=canceled", ""),
            ("posted 1 Core 20..30 L 24 at=10:45 block=3\n off L 24..24", ""),
            ("posted 1 Core 20..30 C 25 at=10:45 block=3", "W10 25 C 1"),
            ("posted 1 Core 20..30 L 23 at=10:45 block=3", ""),
            ("posted 1 Core 10..30 L 17 at=10:45 block=3", ""),
            (
                "posted 1 Core 20..30 L 24 at=11:00 block=3\n arrivals 11:00 11:00 11:30 11:30 12:00 12:00 12:30 12:30",
                "",
            ),
        ] {
            assert_eq!(findings_in_short(&format!("{club}\n{lines}"), "W10"), expected, "{lines}");
        }
        let words = "L is the lead of Tue 24 Nov and works Core 1 \"600001-LKD-P1 - V2\", but not in block 1 and not by 10:15 am";
        assert_eq!(finding_texts(&format!("{club}\nposted 1 Core 20..30 L 24 at=10:45 block=3"), "W10"), [words]);
    }
}
