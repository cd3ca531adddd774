//! S13: +8 times the affinity between employee and event, a number from 0 to 1: the one given for employee and event,
//! otherwise the one given for employee and type, otherwise 0.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};

/// Points for an affinity of 1.
const POINTS: f64 = 8.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S13",
    name: SoftName::Affinity,
    title: "It suits the person",
    scoring: Scoring::Placement(&[
        Part {
            depends_on: DependsOn::TypePersonAndDate,
            value: |club, event, person, _| POINTS * club.affinity_by_type(person, event.kind),
        },
        // The affinity for the event replaces the one for its type.
        Part {
            depends_on: DependsOn::EventAndPerson,
            value: |club, event, person, _| {
                let own = club.affinity(person, event);
                own.map_or(0.0, |own| POINTS * (own - club.affinity_by_type(person, event.kind)))
            },
        },
    ]),
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

    #[test]
    fn an_affinity_for_the_event_replaces_the_one_for_its_type() {
        let club = "person A specialist
            person B specialist
            event 1 Core 22..30
            event 2 Core 22..30
            event 3 Other 22..30
            suits A Core 0.5
            suits B Core 1
            affinity A 1 0.125
            affinity B 2 0";
        for (plan, points) in [
            ("1 A 24", 1.0), ("1 B 24", 8.0), ("2 A 24", 4.0), ("2 B 24", 0.0), ("3 A 24", 0.0),
        ] {
            assert_eq!(scores(club, plan, "affinity"), points, "{plan}");
        }
    }
}
