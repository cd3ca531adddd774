//! H7: a day never has both a Juicer Deep Clean and a Juicer Production, whoever works them.

use super::{HardName, HardRule, Violation, facts};
use crate::event_type::EventType;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H7,
    title: "No Deep Clean on a Production day",
    check: |schedule, scope, found| {
        for day in &scope.days {
            let events: Vec<_> = schedule.on(*day).filter(|e| schedule.event(*e).kind.is_juicer_unit()).collect();
            let cleans = events.iter().filter(|e| schedule.event(**e).kind == EventType::JuicerDeepClean).count();
            if cleans > 0 && cleans < events.len() && events.iter().any(|e| schedule.is_changed(*e)) {
                let events = facts::changed_first(schedule, events);
                found.push(Violation::new(HardName::H7, None, Some(*day), events));
            }
        }
    },
    words: |club, v| {
        let when = facts::when(club, v);
        let others = facts::conflicting_events(club, v, |one, other| one.kind != other.kind);
        format!("{when} has {others}: Deep Clean and Production do not meet on one day")
    },
    posted_words: |club, v| {
        let (when, all) = (facts::when(club, v), facts::all_events_in_words(club, v));
        format!("{when} has {all}: Deep Clean and Production do not meet on one day")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn a_deep_clean_is_not_placed_on_a_production_day() {
        let club = "person B barista
            person C supervisor
            event 1 JuicerDeepClean 24..26
            event 2 JuicerProduction 24..25
            posted 3 JuicerProduction 25..26 B 25";
        for (plan, rules) in [("1 B 24", ""), ("1 B 24, 2 C 24", "H7"), ("1 C 25", "H7")] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn a_posted_production_and_deep_clean_on_one_day_stand_but_allow_no_other() {
        let club = "person B barista
            person C supervisor
            person T specialist trained
            event 1 JuicerDeepClean 25..26
            posted 3 JuicerProduction 25..26 B 25
            posted 4 JuicerDeepClean 25..26 C 25";
        assert_eq!(breaks(club, ""), "");
        assert_eq!(breaks(club, "1 T 25"), "H7");
    }
}
