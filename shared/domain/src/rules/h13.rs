//! H13: a full-day event shares its employee's day with no base event and no other full-day event.

use super::{HardName, HardRule, Violation, facts};

/// The end of every message.
const REASON: &str = "a full-day event leaves no room for Core, Juicer or another full-day event";

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H13,
    title: "A full-day event fills the day",
    check: |schedule, scope, found| {
        for (person, day) in &scope.cells {
            let events = facts::in_cell(schedule, *person, *day, |e| e.full_day || e.kind.is_base());
            let has_full_day = events.iter().any(|e| schedule.event(*e).full_day);
            if has_full_day && events.len() > 1 && events.iter().any(|e| schedule.is_changed(*e)) {
                let events = facts::changed_first(schedule, events);
                found.push(Violation::new(HardName::H13, Some(*person), Some(*day), events));
            }
        }
    },
    words: |club, v| {
        let (who, when) = (facts::who(club, v), facts::when(club, v));
        let others = facts::conflicting_events(club, v, |one, other| one.full_day || other.full_day);
        format!("{who} works {others} on {when}: {REASON}")
    },
    posted_words: |club, v| {
        let (who, when, all) = (facts::who(club, v), facts::when(club, v), facts::all_events_in_words(club, v));
        format!("{who} works {all} on {when}: {REASON}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn a_full_day_event_shares_its_day_with_small_events_only() {
        let club = "person L lead
            person B barista
            event 1 Other 24..25 minutes=480
            event 2 Other 24..25 minutes=480
            event 3 Core 24..25
            event 4 JuicerDeepClean 24..25
            event 5 Other 24..25 minutes=479
            posted 6 Other 25..26 L 25 minutes=480
            event 7 Core 25..26";
        for (plan, rules) in [
            ("1 L 24", ""), ("1 L 24, 2 L 24", "H13"), ("1 L 24, 3 L 24", "H13"), ("1 B 24, 4 B 24", "H13"),
            ("1 L 24, 5 L 24", ""), ("3 L 24, 5 L 24", ""), ("7 L 25", "H13"),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }
}
