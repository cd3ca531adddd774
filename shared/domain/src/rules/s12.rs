//! S12: -200 for each posted Core moved to another day or employee, or dropped.

use super::{Scoring, SoftName, SoftRule};
use crate::event_type::EventType;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S12",
    name: SoftName::Bump,
    title: "A posted Core moves",
    scoring: Scoring::Change(|event| if event.kind == EventType::Core { -200.0 } else { 0.0 }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn what_people_already_know_is_not_moved_lightly() {
        let club = "person A specialist
            person C supervisor
            posted 1 Core 22..30 A 24 number=619001
            posted 2 Supervisor 22..30 C 24 number=619001";
        for (plan, points) in
            [("", 0.0), ("1 C 24", -200.0), ("1 A 25, 2 C 25", -200.0), ("1 drop, 2 drop", -200.0)]
        {
            assert_eq!(scores(club, plan, "bump"), points, "{plan}");
        }
    }
}
