//! S12: -200 for each posted Core moved to another day or employee, or dropped. In a call-out (section 9) it is -1,000
//! if few moves are allowed and -400 if any are, and -150 for each released event that is placed on another day than
//! its own, except Supervisors and Surveys.

use super::{ChangePoints, Scoring, SoftName, SoftRule};
use crate::event_type::EventType;
use crate::snapshot::Moves;

/// Points for a posted Core that is moved or dropped.
const MOVED: f64 = -200.0;
/// Points for a posted Core that is moved or dropped in a call-out that allows few moves.
const MOVED_OF_FEW: f64 = -1_000.0;
/// Points for a posted Core that is moved or dropped in a call-out that allows any moves.
const MOVED_OF_ANY: f64 = -400.0;
/// Points for a released event that is placed on another day.
const OTHER_DAY: f64 = -150.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S12",
    name: SoftName::Bump,
    title: "A posted Core moves",
    scoring: Scoring::Change(ChangePoints {
        of_leaving: |club, event| match club.callout().map(|callout| callout.moves) {
            _ if event.kind != EventType::Core => 0.0,
            Some(Moves::Few) => MOVED_OF_FEW,
            Some(Moves::Any) => MOVED_OF_ANY,
            Some(Moves::None) | None => MOVED,
        },
        of_released: |_, event, _, date| match event.released() {
            Some(was) if was.start.date() != date && !event.kind.is_follower() => OTHER_DAY,
            _ => 0.0,
        },
    }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn moving_or_dropping_a_posted_core_costs_points() {
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
