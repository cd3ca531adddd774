//! H6: an employee's day never has both a Core and a Juicer base event.

use super::{HardName, HardRule, Violation, facts};
use crate::club::Event;
use crate::event_type::EventType;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H6,
    title: "No Core beside Juicer",
    check: |schedule, scope, found| {
        for (person, day) in &scope.cells {
            let events = facts::in_cell(schedule, *person, *day, |e| e.kind.is_base());
            let core = events.iter().filter(|e| schedule.event(**e).kind == EventType::Core).count();
            if core > 0 && core < events.len() && events.iter().any(|e| schedule.is_changed(*e)) {
                let events = facts::changed_first(schedule, events);
                found.push(Violation::new(HardName::H6, Some(*person), Some(*day), events));
            }
        }
    },
    words: |club, v| {
        let (who, when) = (facts::who(club, v), facts::when(club, v));
        let is_core = |event: &Event| event.kind == EventType::Core;
        let others = facts::conflicting_events(club, v, |one, other| is_core(one) != is_core(other));
        format!("{who} works {others} on {when}: Core and Juicer do not meet on one day")
    },
    posted_words: |club, v| {
        let (who, when, all) = (facts::who(club, v), facts::when(club, v), facts::all_events_in_words(club, v));
        format!("{who} works {all} on {when}: Core and Juicer do not meet on one day")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn nobody_works_a_core_and_a_juicer_base_event_on_one_day() {
        let club = "person B barista
            event 1 Core 24..26
            event 2 JuicerDeepClean 24..26
            posted 3 JuicerProduction 25..26 B 25
            posted 4 JuicerSurvey 23..24 B 23
            event 5 Core 23..24";
        for (plan, rules) in [("1 B 24, 2 B 24", "H6"), ("1 B 24", ""), ("1 B 25", "H6"), ("5 B 23", "")] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }
}
