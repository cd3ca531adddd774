//! W2: a posted schedule whose event is canceled, expired or no longer listed at Crossmark.

use super::{WatchName, WatchRule, facts};
use crate::snapshot::Condition;
use crate::standing::{Issue, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W2,
    title: "The event still takes place",
    severity: Severity::Critical,
    check: |standing, found| {
        // This is the only rule about schedules whose event is gone. For all others they are not posted.
        for event in &standing.club().events {
            if let Some(posting) = event.posting().filter(|posting| posting.is_off) {
                found.push(Issue::of(standing, posting, [event]));
            }
        }
    },
    words: |standing, issue| {
        let (who, what, when) = (
            facts::who_of_issue(standing, issue),
            facts::events_of_issue(standing, issue),
            facts::when_of_issue(issue),
        );
        let why = match standing.events(&issue.refs).next().map(|event| event.condition) {
            Some(Condition::Cancelled) => "is canceled",
            Some(Condition::Expired) => "has expired",
            _ => "is no longer listed at Crossmark",
        };
        format!("{what} of {who} on {when} {why}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_canceled_expired_or_unlisted_event_is_found_from_today_on() {
        let people = "person A specialist";
        for (lines, expected) in [
            ("posted 1 Core 24..26 A 24", ""),
            ("posted 1 Core 24..26 A 24 condition=Scheduled", ""),
            ("posted 1 Core 24..26 A 24 condition=Canceled", "W2 24 A 1"),
            ("posted 1 Core 24..26 A 24 condition=CANCELLED", "W2 24 A 1"),
            ("posted 1 Core 24..26 A 24 condition=expired", "W2 24 A 1"),
            ("posted 1 Core 17..26 A 18 condition=expired", ""),
            ("posted 1 Core 17..26 A 19 condition=expired", "W2 19 A 1"),
            ("posted 1 Core 24..26 A 24\n listed 1", ""),
            ("posted 1 Core 24..26 A 24\n listed 2", "W2 24 A 1"),
            ("posted 1 Core 24..26 A 24\n listed", "W2 24 A 1"),
            ("posted 1 Core 17..26 A 18\n listed 2", ""),
            ("posted 1 Core 17..26 A 19\n listed 2", "W2 19 A 1"),
            ("event 1 Core 24..26 condition=Canceled", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{people}\n{lines}"), "W2"), expected, "{lines}");
        }
        let words = |lines: &str| finding_texts(&format!("{people}\n{lines}"), "W2").join("; ");
        let what = "Core 1 \"600001-LKD-P1 - V2\" of A on Tue 24 Nov";
        assert_eq!(words("posted 1 Core 24..26 A 24 condition=Canceled"), format!("{what} is canceled"));
        assert_eq!(words("posted 1 Core 24..26 A 24\n listed 2"), format!("{what} is no longer listed at Crossmark"));
    }

    #[test]
    fn every_other_rule_counts_a_gone_schedule_as_not_posted() {
        // Two Core a day, of one product, in one block, on a holiday, outside the window, by somebody who is off.
        let broken = "person A specialist
            holiday 24
            off A 24..24
            posted 1 Core 25..26 A 24 product=CHERRY block=1
            posted 2 Core 25..26 A 24 product=CHERRY block=1";
        let rules = |lines: &str| {
            let all = ["H2", "H3", "H14", "W1", "W2", "W3", "W8", "W12"];
            all.into_iter().filter(|rule| !findings_in_short(lines, rule).is_empty()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(rules(broken), "H2 H3 H14 W1 W3 W8");
        assert_eq!(rules(&format!("{broken}\n crossmark none")), "H2 H3 H14 W1 W3 W8 W12");
        assert_eq!(rules(&format!("{broken}\n crossmark none\n listed 3")), "W2");
        let one_left = format!("{broken}\n crossmark 1 A 24\n listed 1");
        assert_eq!(rules(&one_left), "H2 W1 W2 W3");
    }
}
