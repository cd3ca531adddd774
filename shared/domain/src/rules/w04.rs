//! W4: an open event that is not posted, and whose last day is today or tomorrow. Supervisors and Surveys are left out.

use super::{WatchName, WatchRule, facts};
use crate::calendar::plus_days;
use crate::snapshot::Condition;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W4,
    title: "Nobody has it, and its last day is today or tomorrow",
    severity: Severity::Critical,
    check: |standing, found| {
        let club = standing.club();
        for event in club.event_ixs().filter(|e| standing.posting_of(*e).is_none()).map(|e| club.event(e)) {
            let is_follower = event.kind.is_follower();
            if event.condition != Condition::Open || is_follower {
                continue;
            }
            let before_due = plus_days(event.due, -1);
            let last = if event.fixed { event.start.min(before_due) } else { before_due };
            if last == club.today || last == plus_days(club.today, 1) {
                found.push(Issue::new(standing, IssueDate::Day(last), None, [event]));
            }
        }
    },
    words: |standing, issue| {
        format!(
            "nobody has {}, and its last day is {}",
            facts::events_of_issue(standing, issue),
            facts::when_of_issue(issue)
        )
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn an_open_event_is_found_on_its_last_day_and_the_day_before() {
        for (event, expected) in [
            // Due on the 20th, its last day is today, the 19th.
            ("event 1 Core 10..19", ""),
            ("event 1 Core 10..20", "W4 19 1"),
            ("event 1 Core 10..21", "W4 20 1"),
            ("event 1 Core 10..22", ""),
            ("event 1 Core 10..20 auto=no", "W4 19 1"),
            ("event 1 Core 10..20 condition=Reissued", "W4 19 1"),
            ("event 1 Core 10..20 condition=Paused", ""),
            ("event 1 Core 10..20 condition=Canceled", ""),
            ("event 1 Supervisor 10..20", ""),
            ("event 1 JuicerSurvey 10..20", ""),
            ("event 1 JuicerProduction 19..30", "W4 19 1"),
            ("event 1 JuicerProduction 20..30", "W4 20 1"),
            ("event 1 JuicerProduction 21..30", ""),
            ("event 1 JuicerProduction 18..20", ""),
            // The day before its due date is earlier than the start date.
            ("event 1 JuicerProduction 20..20", "W4 19 1"),
            ("event 1 JuicerDeepClean 19..30", ""),
            ("event 1 Other 19..30", ""),
            ("event 1 Other 19..30 minutes=480", "W4 19 1"),
            ("event 1 Core 19..30\n fixed Core", "W4 19 1"),
            ("event 1 Freeosk 19..30\n fixed Core", ""),
            ("posted 1 Core 10..20 A 19", ""),
            ("posted 1 Core 10..20 A 12", ""),
            // Schedules that are gone count as not posted. An event that is only unlisted is still open.
            ("posted 1 Core 10..20 A 19 condition=Unstaffed\n listed 2", "W4 19 1"),
            ("posted 1 Core 10..20 A 19 condition=Scheduled\n listed 2", ""),
        ] {
            assert_eq!(findings_in_short(&format!("person A specialist\n{event}"), "W4"), expected, "{event}");
        }
        // On a Saturday, tomorrow is in the next week, which is looked at only if something is posted there.
        let saturday = "person A specialist
            today 21
            event 1 Core 10..23";
        assert_eq!(findings_in_short(saturday, "W4"), "");
        assert_eq!(findings_in_short(&format!("{saturday}\n posted 2 Core 20..30 A 25"), "W4"), "W4 22 1");
        let words = "nobody has Core 1 \"600001-LKD-P1 - V2\", and its last day is Thu 19 Nov";
        assert_eq!(finding_texts("event 1 Core 10..20", "W4"), [words]);
    }
}
