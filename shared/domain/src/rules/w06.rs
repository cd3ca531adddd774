//! W6: a day with posted Productions, none of them worked by the day's juicer, or by the named backup on a day when the
//! named employee is available.

use super::{WatchName, WatchRule, facts};
use crate::event_type::EventType;
use crate::snapshot::Rotation;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W6,
    title: "The day's juicer has the Production",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        for day in club.day_ixs() {
            let duty = club.duty_on(Rotation::Juicer, day);
            let Some(juicer) = duty.on_duty else { continue };
            let backup = duty.backup.filter(|_| duty.is_named_available());
            let productions = standing.on(day, |event| event.kind == EventType::JuicerProduction);
            let is_juicer_or_backup = |person| person == juicer || Some(person) == backup;
            if !productions.is_empty() && !productions.iter().any(|(_, posting)| is_juicer_or_backup(posting.person)) {
                let events = productions.into_iter().map(|(event, _)| event);
                found.push(Issue::new(standing, IssueDate::Day(club.day(day).date), Some(juicer), events));
            }
        }
    },
    words: |standing, issue| {
        let (who, what, when) = (
            facts::who_of_issue(standing, issue),
            facts::events_of_issue(standing, issue),
            facts::when_of_issue(issue),
        );
        format!("{who} is the juicer of {when}, and somebody else works {what}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_production_that_neither_the_juicer_nor_the_named_backup_works_is_found() {
        let people = "person A specialist trained
            person B barista
            person D barista
            rotation juicer tue B backup=D";
        for (lines, expected) in [
            ("posted 1 JuicerProduction 24..25 B 24", ""),
            ("posted 1 JuicerProduction 24..25 D 24", ""),
            ("posted 1 JuicerProduction 24..25 A 24", "W6 24 B 1"),
            ("posted 1 JuicerProduction 24..25 A 24\n posted 2 JuicerProduction 24..25 B 24", ""),
            ("posted 2 JuicerProduction 24..25 A 24\n posted 1 JuicerProduction 24..25 A 24", "W6 24 B 1+2"),
            // The backup is the juicer when the named person is away, and then the named person does not count.
            ("posted 1 JuicerProduction 24..25 A 24\n off B 24..24", "W6 24 D 1"),
            ("posted 1 JuicerProduction 24..25 B 24\n off B 24..24", "W6 24 D 1"),
            ("posted 1 JuicerProduction 24..25 D 24\n off B 24..24", ""),
            ("posted 1 JuicerProduction 24..25 A 24\n off B 24..24\n off D 24..24", ""),
            // The named backup may work it even when away.
            ("posted 1 JuicerProduction 24..25 D 24\n off D 24..24", ""),
            // A date with an exception has no backup.
            ("posted 1 JuicerProduction 24..25 D 24\n exception juicer 24 A", "W6 24 A 1"),
            ("posted 1 JuicerDeepClean 24..25 A 24", ""),
            ("posted 1 JuicerProduction 23..25 A 23", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{people}\n{lines}"), "W6"), expected, "{lines}");
        }
        let words = "B is the juicer of Tue 24 Nov, and somebody else works Juicer Production 1 \"600001-LKD-P1 - V2\"";
        assert_eq!(finding_texts(&format!("{people}\nposted 1 JuicerProduction 24..25 A 24"), "W6"), [words]);
    }
}
