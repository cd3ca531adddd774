//! S1: +1,000 for each candidate that is placed. Supervisor and Survey events count too.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S1",
    name: SoftName::Scheduled,
    title: "It is placed",
    scoring: Scoring::Placement(&[Part { depends_on: DependsOn::Event, value: |_, _, _, _| 1_000.0 }]),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_candidate_placed_earns_a_thousand_and_a_drop_loses_it() {
        let club = "person C supervisor
            event 1 Core 24..26 number=619001
            event 2 Supervisor 24..26 number=619001
            posted 3 Core 24..26 C 25";
        for (plan, points) in [("", 0.0), ("1 C 24", 1_000.0), ("1 C 24, 2 C 24", 2_000.0), ("3 drop", -1_000.0), ("3 C 24", 0.0)] {
            assert_eq!(scores(club, plan, "scheduled"), points, "{plan}");
        }
    }
}
