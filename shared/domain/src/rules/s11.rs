//! S11: for each week, -10 for each Core by which its day with the most Core exceeds its day with the fewest. Posted
//! Core count too. Only open days of the horizon on which some candidate Core is valid are compared.

use super::{Scoring, SoftName, SoftRule, facts};

/// Cost of a difference of one Core.
pub const POINTS: f64 = 10.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S11",
    name: SoftName::DayBalance,
    title: "Core is spread evenly over the days of a week",
    scoring: Scoring::Whole(|schedule, scope| {
        let club = schedule.club();
        let weeks = scope.weeks.iter().map(|week| {
            let days = club.days_of(*week).filter(|d| club.is_core_day(*d));
            facts::spread(days.map(|d| schedule.core_on(d)))
        });
        -POINTS * weeks.sum::<f64>()
    }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_week_compares_the_days_that_a_candidate_core_may_use() {
        let club = "person A specialist
            person B specialist
            event 1 Core 24..27
            event 2 Core 24..27
            event 3 Core 30..32
            holiday 26
            posted 4 Core 22..40 A 23
            posted 5 Core 22..40 B 24";
        // Compared are the 24th and 25th of November in one week, and the 30th and 1 December (31) in the next.
        for (plan, points) in [
            ("", -10.0), ("1 A 25", 0.0), ("1 A 24", -20.0), ("1 A 25, 2 B 25", -10.0), ("3 A 30", -20.0), ("4 A 25", 0.0),
        ] {
            assert_eq!(scores(club, plan, "day_balance"), points, "{plan}");
        }
    }
}
