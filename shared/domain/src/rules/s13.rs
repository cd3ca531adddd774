//! S13: +8 x affinity(employee, event), 0 to 1; 0 where none is given.

use super::{DependsOn, Scoring, SoftName, SoftRule};

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S13",
    name: SoftName::Affinity,
    title: "It suits the person",
    scoring: Scoring::Placement {
        depends_on: DependsOn::EventAndPerson,
        value: |club, event, person, _| 8.0 * club.affinity(person, event),
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn affinity_is_earned_and_lost_with_the_person() {
        let club = "person A specialist
            person B specialist
            event 1 Core 22..30
            posted 2 Core 22..30 B 24
            affinity A 1 0.5
            affinity B 2 0.25
            affinity A 2 1";
        for (plan, points) in [("1 A 24", 4.0), ("1 B 25", 0.0), ("2 A 24", 6.0), ("2 drop", -2.0), ("2 B 25", 0.0)] {
            assert_eq!(scores(club, plan, "affinity"), points, "{plan}");
        }
    }
}
