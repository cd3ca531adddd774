//! W15: posted schedules that only the weekly availability excludes.

use super::{WatchName, WatchRule, facts};
use crate::club::Objection;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W15,
    title: "Within the weekly availability",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        let weeks = standing.by_week(|event, posting| {
            club.objection(posting.person, event, posting.start) == Some(Objection::WeeklyAlone)
        });
        for ((person, week), posted) in weeks {
            let events = posted.into_iter().map(|(event, _)| event);
            found.push(Issue::new(standing, IssueDate::Week(standing.sunday(week)), Some(person), events));
        }
    },
    words: |standing, issue| {
        let (who, what, week) = (
            facts::who_of_issue(standing, issue),
            facts::events_with_starts(standing, issue),
            facts::when_of_issue(issue),
        );
        format!("{who} works outside their weekly availability in {week}: {what}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_schedule_that_only_the_weekly_availability_excludes_is_a_warning() {
        let people = "person A specialist
            person L lead
            weekly A tue=no wed=10:00-16:00 thu=10:15-16:45";
        for (lines, weekly, firm) in [
            ("posted 1 Core 20..30 A 23", "", ""),
            ("posted 1 Core 20..30 A 24", "W15 w22 A 1", ""),
            ("posted 1 Core 20..30 A 25", "W15 w22 A 1", ""),
            ("posted 1 Core 20..30 A 26", "", ""),
            ("posted 1 Core 20..30 A 26 at=10:16", "W15 w22 A 1", ""),
            ("posted 1 Core 20..30 A 26 at=10:14", "W15 w22 A 1", ""),
            ("posted 1 Core 20..30 A 26 at=10:15:59", "", ""),
            ("posted 2 Core 20..30 A 25\n posted 1 Core 20..30 A 24\n posted 3 Core 20..30 A 23", "W15 w22 A 1+2", ""),
            ("posted 1 Core 20..30 A 24 condition=canceled", "", ""),
            // Something else excludes them too, or instead.
            ("posted 1 Core 20..30 A 24\n off A 24..24", "", "H2 24 A 1"),
            ("posted 1 Freeosk 20..30 A 24", "", "H2 24 A 1"),
            ("posted 1 Core 20..30 A 25 at=20:00", "", "H2 25 A 1"),
            ("posted 1 Core 20..30 A 24 at=17:31", "", "H2 24 A 1"),
            ("posted 1 Core 20..30 A 24 at=17:30", "W15 w22 A 1", ""),
            // An override replaces the weekly availability.
            ("posted 1 Core 20..30 A 24\n override A 24..24 tue=yes", "", ""),
            ("posted 1 Core 20..30 A 24\n override A 24..24 wed=yes", "W15 w22 A 1", ""),
            ("posted 1 Core 20..30 A 25\n override A 24..28 wed=11:00-16:00", "", "H2 25 A 1"),
            ("posted 1 Core 20..30 A 23\n override A 22..28 mon=no", "", "H2 23 A 1"),
            ("posted 1 Core 20..30 A 23\n override A 22..28 mon=yes\n override A 23..23 mon=no", "", "H2 23 A 1"),
            ("posted 1 Core 20..30 A 24\n posted 2 Freeosk 20..30 A 24", "W15 w22 A 1", "H2 24 A 2"),
            // Days before today count once a later day is named.
            ("posted 1 Core 10..30 A 17\n posted 2 Core 10..30 A 23", "", ""),
            ("posted 1 Core 10..30 A 17\n posted 2 Core 10..30 A 19", "", ""),
            ("posted 1 Core 10..30 A 17\n posted 2 Core 10..30 A 19 at=11:00", "W15 w15 A 1+2", ""),
        ] {
            let club = format!("{people}\n{lines}");
            let found = (findings_in_short(&club, "W15"), findings_in_short(&club, "H2"));
            assert_eq!((found.0.as_str(), found.1.as_str()), (weekly, firm), "{lines}");
        }
        let words = "A works outside their weekly availability in the week of Sun 22 Nov: \
                     Core 1 \"600001-LKD-P1 - V2\" on Tue 24 Nov at 10:15 am";
        assert_eq!(finding_texts(&format!("{people}\nposted 1 Core 20..30 A 24"), "W15"), [words]);
    }
}
