//! W13: the club's events were last read from Crossmark more than 24 hours ago.

use chrono::NaiveDateTime;

use super::{WatchName, WatchRule};
use crate::calendar::{time_in_words, minute_of, date_in_words};
use crate::snapshot::OLDEST_EVENTS_HOURS;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W13,
    title: "Events read within 24 hours",
    severity: Severity::Warning,
    check: |standing, found| {
        if standing.outside().has_old_events() {
            found.push(Issue::new(standing, IssueDate::Look, None, []));
        }
    },
    // A finding whose text changes is no longer ignored, so the text must not say how many hours have passed.
    words: |standing, _| {
        let as_of = standing.outside().events_as_of;
        let moment = |at: NaiveDateTime| format!("{} at {}", date_in_words(at.date()), time_in_words(minute_of(at)));
        let when = as_of.map(moment).unwrap_or_default();
        format!("the club's events were last read from Crossmark on {when}, more than {OLDEST_EVENTS_HOURS} hours ago")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn events_that_were_read_more_than_24_hours_ago_are_found() {
        for (lines, expected) in [
            ("", ""),
            ("now 19", ""),
            ("as_of 1", ""),
            ("as_of 18 at=07:00\n now 19 at=07:00", ""),
            ("as_of 18 at=07:00\n now 19 at=07:00:01", "W13"),
            ("as_of 18 at=06:59\n now 19 at=07:00", "W13"),
            ("as_of 20\n now 19", ""),
        ] {
            assert_eq!(findings_in_short(lines, "W13"), expected, "{lines}");
        }
        let words = "the club's events were last read from Crossmark on Tue 17 Nov at 7:00 am, more than 24 hours ago";
        for now in ["19 at=08:30", "19 at=09:30", "20 at=08:30"] {
            assert_eq!(finding_texts(&format!("as_of 17 at=07:00\n now {now}"), "W13"), [words], "{now}");
        }
    }
}
