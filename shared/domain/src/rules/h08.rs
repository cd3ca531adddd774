//! H8: at most 2,400 minutes for an employee in a week, every event counted.

use super::{HardName, HardRule, Violation, facts};

/// Maximum number of minutes in a week.
pub const MINUTES_A_WEEK: u32 = 2_400;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H8,
    title: "At most 40 hours a week",
    check: |schedule, scope, found| {
        for (person, week) in &scope.person_weeks {
            let events = facts::in_week(schedule, *person, *week, |_| true);
            let amount: u32 = events.iter().map(|e| schedule.event(*e).minutes).sum();
            if amount > MINUTES_A_WEEK && events.iter().any(|e| schedule.is_changed(*e)) {
                let events = facts::changed_first(schedule, events);
                found.push(Violation::of_week(HardName::H8, *person, *week, events).with_amount(amount));
            }
        }
    },
    words: |club, v| {
        let (who, week) = (facts::who(club, v), facts::which_week(club, v));
        format!("{who} would work {} h {:02} min in {week}, more than 40 h", v.amount / 60, v.amount % 60)
    },
    posted_words: |club, v| {
        let (who, week) = (facts::who(club, v), facts::which_week(club, v));
        format!("{who} works {} h {:02} min in {week}, more than 40 h", v.amount / 60, v.amount % 60)
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{breaks, messages};

    #[test]
    fn every_event_counts_in_forty_hours() {
        let club = "person L lead
            event 1 Core 26..27
            event 2 Other 26..27 minutes=60
            event 3 Other 26..27 minutes=61
            posted 11 Core 23..24 L 23 minutes=480
            posted 12 Core 24..25 L 24 minutes=480
            posted 13 Core 25..26 L 25 minutes=480
            posted 14 Core 22..23 L 22 minutes=510";
        for (plan, rules) in [("1 L 26", ""), ("1 L 26, 2 L 26", ""), ("1 L 26, 3 L 26", "H8")] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
        assert_eq!(messages(club, "1 L 26, 3 L 26"), ["L would work 40 h 01 min in the week of Sun 22 Nov, more than 40 h"]);
    }
}
