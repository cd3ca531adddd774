//! S15: for each Core, +20 times the debt to its employee. The debt is the number of Core events that the club owes
//! that person from earlier weeks, at least -3 and at most 3. It is 0 if the ledger does not name them.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};
use crate::event_type::EventType;

/// Points for a Core of a person to whom the club owes one Core.
const POINTS: f64 = 20.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S15",
    name: SoftName::Ledger,
    title: "Core goes first to people who had too few",
    scoring: Scoring::Placement(&[Part {
        depends_on: DependsOn::TypePersonAndDate,
        value: |club, event, person, _| match event.kind {
            EventType::Core => POINTS * club.debt(person),
            _ => 0.0,
        },
    }]),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn a_core_earns_what_the_club_owes_its_person_and_taking_it_away_costs_the_same() {
        let club = "person A specialist
            person B lead
            person C specialist
            event 1 Core 22..30
            event 2 Other 22..30
            posted 3 Core 22..30 A 24
            debt A 1.5
            debt B -2";
        for (plan, points) in [
            ("", 0.0), ("1 A 25", 30.0), ("1 B 25", -40.0), ("1 C 25", 0.0), ("2 B 25", 0.0), ("3 drop", -30.0),
            ("3 B 24", -70.0), ("3 A 25", 0.0),
        ] {
            assert_eq!(scores(club, plan, "ledger"), points, "{plan}");
        }
    }
}
