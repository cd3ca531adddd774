//! H4: at most 6 Core for an employee in a week.

use super::{HardName, HardRule, facts};
use crate::event_type::EventType;

/// Maximum number of Core in a week.
pub const CORE_A_WEEK: usize = 6;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H4,
    title: "At most 6 Core a week",
    check: |schedule, scope, found| {
        facts::limit_week(schedule, scope, HardName::H4, CORE_A_WEEK, |e| e.kind == EventType::Core, found);
    },
    words: |club, v| {
        format!("{} would work {} Core in {}", facts::who(club, v), v.amount, facts::which_week(club, v))
    },
    posted_words: |club, v| {
        let (who, week) = (facts::who(club, v), facts::which_week(club, v));
        format!("{who} works {} Core in {week}, more than {CORE_A_WEEK}", v.amount)
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn a_seventh_core_in_a_week_breaks_h4_and_posted_core_count() {
        let club = "person A specialist
            event 1 Core 22..30 minutes=60
            posted 11 Core 22..30 A 22 minutes=60
            posted 12 Core 22..30 A 23 minutes=60
            posted 13 Core 22..30 A 24 minutes=60
            posted 14 Core 22..30 A 25 minutes=60
            posted 15 Core 22..30 A 26 minutes=60
            posted 16 Core 22..30 A 27 minutes=60
            posted 17 Other 28..29 A 28 at=12:00";
        // The seventh day is already worked, so only H4 is broken.
        assert_eq!(breaks(club, "1 A 28"), "H4");
        assert_eq!(breaks(club, "1 A 28, 11 drop"), "");
        assert_eq!(breaks(club, "1 A 29"), "");
    }
}
