//! S9: -5 for each Core by which the employee with the most Core exceeds the one with the fewest. All Core on the days
//! of the horizon count, also those that are posted. The employees are those who are not Club Supervisors and whom H2
//! lets work at least one candidate Core on one of its valid days.

use super::{Scoring, SoftName, SoftRule, facts};

/// Cost of a difference of one Core.
pub const POINTS: f64 = 5.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S9",
    name: SoftName::Fairness,
    title: "Core is shared evenly",
    // The counts are those of the whole club, whatever the scope.
    scoring: Scoring::Whole(|schedule, _| {
        -POINTS * facts::spread(schedule.club().core_people().iter().map(|p| schedule.core_of(*p)))
    }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_core_of_the_difference_between_most_and_fewest_costs_points() {
        let club = "person A specialist
            person B specialist
            person C supervisor
            person D specialist inactive
            person E specialist
            weekly E sun=no mon=no tue=no wed=no thu=no fri=no sat=09:00-12:00
            event 1 Core 22..30
            event 2 Core 22..30
            posted 3 Core 22..40 A 39
            posted 4 Core 18..22 B 21";
        // A and B are compared. A has one posted on a day of the horizon, B has none: the 21st is before the horizon.
        for (plan, points) in [
            ("", -5.0),
            ("1 A 24", -10.0),
            ("1 B 24", 0.0),
            ("1 B 24, 2 B 25", -5.0),
            ("1 C 24", -5.0),
            ("3 B 29", -5.0),
            ("3 drop", 0.0),
        ] {
            assert_eq!(scores(club, plan, "fairness"), points, "{plan}");
        }
    }

    #[test]
    fn without_a_candidate_core_nobody_is_compared() {
        assert_eq!(
            scores("person A specialist\n person B specialist\n posted 3 Core 22..40 A 24", "", "fairness"),
            0.0
        );
    }
}
