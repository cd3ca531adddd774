//! S3: for each candidate placed, +45 if its type has rank 1 (section 1), and 5 less for each further rank, down to +5
//! for rank 9.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S3",
    name: SoftName::TypeRank,
    title: "Its type comes early",
    scoring: Scoring::Placement(&[Part {
        depends_on: DependsOn::Event,
        value: |_, event, _, _| f64::from(5 * (10 - event.kind.rank())),
    }]),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn juicer_comes_before_core_and_core_before_the_rest() {
        let club = "person C supervisor
            event 1 JuicerDeepClean 24..26
            event 2 Core 24..26
            event 3 Other 24..26
            posted 4 Core 24..26 C 25";
        for (plan, points) in [("1 C 24", 45.0), ("2 C 24", 20.0), ("3 C 24", 5.0), ("4 drop", -20.0)] {
            assert_eq!(scores(club, plan, "type_rank"), points, "{plan}");
        }
    }
}
