//! H3: at most 1 Core for an employee on a day.

use super::{HardName, HardRule, facts};
use crate::event_type::EventType;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H3,
    title: "At most 1 Core a day",
    check: |schedule, scope, found| facts::limit_day(schedule, scope, HardName::H3, 1, |e| e.kind == EventType::Core, found),
    words: |club, v| {
        format!("{} already works {} on {}", facts::who(club, v), facts::other_events(club, v), facts::when(club, v))
    },
    posted_words: |club, v| {
        let (who, when, core) = (facts::who(club, v), facts::when(club, v), facts::all_events_in_words(club, v));
        format!("{who} works {} Core on {when}, more than 1: {core}", v.amount)
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{breaks, messages};

    #[test]
    fn nobody_works_two_core_on_a_day() {
        let club = "person A specialist
            event 1 Core 24..26
            event 2 Core 24..26
            posted 3 Core 24..26 A 24";
        for (plan, rules) in
            [("1 A 25", ""), ("1 A 24", "H3"), ("1 A 25, 2 A 25", "H3"), ("1 A 24, 3 drop", ""), ("1 A 24, 3 A 25", "")]
        {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
        assert_eq!(messages(club, "1 A 24"), ["A already works Core 3 \"600003-LKD-P3 - V2\" on Tue 24 Nov"]);
    }

    #[test]
    fn two_posted_core_on_a_day_stand_but_allow_no_third() {
        let club = "person A specialist
            event 1 Core 24..26
            posted 3 Core 24..26 A 24
            posted 4 Core 24..26 A 24";
        assert_eq!(breaks(club, ""), "");
        assert_eq!(breaks(club, "1 A 24"), "H3");
        assert_eq!(breaks(club, "1 A 24, 3 drop, 4 drop"), "");
    }
}
