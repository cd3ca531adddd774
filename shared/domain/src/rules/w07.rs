//! W7: a posted Core or Production whose Supervisor or Survey is posted on a day before today, or is open and not
//! posted.

use super::{WatchName, WatchRule, facts};
use crate::club::Event;
use crate::event_type::EventType;
use crate::snapshot::Condition;
use crate::standing::{Issue, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W7,
    title: "The Supervisor and the Survey are placed too",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        for (event, posting) in standing.posted() {
            let may_have_follower = matches!(event.kind, EventType::Core | EventType::JuicerProduction);
            let Some(partner) = event.partner.filter(|_| may_have_follower) else { continue };
            let is_missing = match standing.posting_of(partner) {
                Some(other) => other.start.date() < club.today,
                None => club.event(partner).condition == Condition::Open,
            };
            if is_missing {
                found.push(Issue::of(standing, posting, [event, club.event(partner)]));
            }
        }
    },
    words: |standing, issue| {
        let (followers, leaders): (Vec<_>, Vec<_>) =
            standing.events(&issue.refs).partition(|event| event.kind.is_follower());
        let titles =
            |events: Vec<&Event>| facts::list_in_words(&events.iter().map(|e| e.title()).collect::<Vec<_>>());
        let past_date = followers.first().and_then(|event| standing.date_of(event.event_ref));
        let (leader, follower, who, when) =
            (titles(leaders), titles(followers), facts::who_of_issue(standing, issue), facts::when_of_issue(issue));
        match past_date {
            Some(date) => {
                let before = crate::calendar::date_in_words(date);
                format!("{leader} of {who} is on {when}, but its {follower} was on {before}")
            }
            None => format!("{leader} of {who} is on {when}, but nobody has its {follower}"),
        }
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_core_or_production_whose_other_half_is_open_or_past_is_found() {
        let people = "person A specialist
            person B barista
            person C supervisor
            posted 1 Core 20..30 A 24 number=619001";
        for (lines, expected) in [
            ("", ""),
            ("event 2 Supervisor 20..30 number=619001", "W7 24 A 1+2"),
            ("event 2 Supervisor 20..30 number=619001 auto=no", "W7 24 A 1+2"),
            ("event 2 Supervisor 20..30 number=619001 condition=Paused", ""),
            ("event 2 Supervisor 20..30 number=619001 condition=Expired", ""),
            ("event 2 Supervisor 20..30 number=619002", ""),
            ("posted 2 Supervisor 20..30 C 24 number=619001", ""),
            // A partner on another day belongs to H10, unless that day is past.
            ("posted 2 Supervisor 20..30 C 25 number=619001", ""),
            ("posted 2 Supervisor 10..30 C 19 number=619001", ""),
            ("posted 2 Supervisor 10..30 C 18 number=619001", "W7 24 A 1+2"),
            ("posted 2 Supervisor 10..30 C 10 number=619001", "W7 24 A 1+2"),
            ("posted 2 Supervisor 10..30 C 18 number=619001 condition=canceled", ""),
            // Schedules that are gone count as not posted.
            ("posted 2 Supervisor 20..30 C 24 number=619001\n listed 1", "W7 24 A 1+2"),
            ("posted 2 Supervisor 20..30 C 24 number=619001 condition=Scheduled\n listed 1", ""),
            ("posted 3 JuicerProduction 25..26 B 25\n event 4 JuicerSurvey 25..26", "W7 25 B 3+4"),
            ("posted 3 JuicerProduction 25..26 B 25\n posted 4 JuicerSurvey 25..26 B 25", ""),
            ("posted 3 JuicerProduction 18..19 B 18\n event 4 JuicerSurvey 18..19", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{people}\n{lines}"), "W7"), expected, "{lines}");
        }
        let words = |line: &str| finding_texts(&format!("{people}\n{line}"), "W7").join("; ");
        let core = "Core 1 \"619001-LKD-P1 - V2\" of A is on Tue 24 Nov, but";
        let supervisor = "Supervisor 2 \"619001-LKD-P2 - V2\"";
        let open = words("event 2 Supervisor 20..30 number=619001");
        assert_eq!(open, format!("{core} nobody has its {supervisor}"));
        let past = words("posted 2 Supervisor 10..30 C 18 number=619001");
        assert_eq!(past, format!("{core} its {supervisor} was on Wed 18 Nov"));
    }
}
