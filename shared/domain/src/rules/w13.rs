//! W13: the club's events are older than 24 hours.

use chrono::TimeDelta;

use super::{WatchName, WatchRule};
use crate::calendar::{spoken_time, minute_of, spoken};
use crate::standing::{Issue, On, Severity, Standing};

/// How old events may be, in hours.
const OLDEST_HOURS: i64 = 24;

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W13,
    title: "Events read within 24 hours",
    severity: Severity::Warning,
    check: |standing, found| {
        if age(standing).is_some_and(|age| age > TimeDelta::hours(OLDEST_HOURS)) {
            found.push(Issue::new(standing, On::Look, None, []));
        }
    },
    words: |standing, _| {
        let as_of = standing.outside().events_as_of;
        let when = as_of.map(|at| format!("{} at {}", spoken(at.date()), spoken_time(minute_of(at)))).unwrap_or_default();
        let hours = age(standing).map_or(OLDEST_HOURS, |age| age.num_hours());
        format!("the club's events were last read from Crossmark on {when}, {hours} hours ago")
    },
};

fn age(standing: &Standing) -> Option<TimeDelta> {
    let outside = standing.outside();
    Some(outside.now?.signed_duration_since(outside.events_as_of?))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{found, found_words};

    #[test]
    fn events_are_read_within_24_hours() {
        for (lines, expected) in [
            ("", ""),
            ("now 19", ""),
            ("as_of 1", ""),
            ("as_of 18 at=07:00\n now 19 at=07:00", ""),
            ("as_of 18 at=07:00\n now 19 at=07:00:01", "W13"),
            ("as_of 18 at=06:59\n now 19 at=07:00", "W13"),
            ("as_of 20\n now 19", ""),
        ] {
            assert_eq!(found(lines, "W13"), expected, "{lines}");
        }
        let words = "the club's events were last read from Crossmark on Tue 17 Nov at 7:00 am, 49 hours ago";
        assert_eq!(found_words("as_of 17 at=07:00\n now 19 at=08:30", "W13"), [words]);
    }
}
