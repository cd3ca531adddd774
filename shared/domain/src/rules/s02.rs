//! S2: for each candidate placed, +10 for each day by which it is due earlier than 21 days from today.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};
use crate::calendar::days_between;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S2",
    name: SoftName::Urgency,
    title: "It is due soon",
    scoring: Scoring::Placement(&[Part {
        depends_on: DependsOn::Event,
        // A released event may be past its due date.
        value: |club, event, _, _| 10.0 * (21 - days_between(club.today, event.due).max(0)).max(0) as f64,
    }]),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn the_sooner_it_is_due_the_more_it_earns() {
        let club = "person A specialist
            event 1 Core 22..23
            event 2 Core 22..39
            event 3 Core 22..40
            event 4 Core 22..60
            posted 5 Core 22..30 A 29";
        for (plan, points) in
            [("1 A 22", 170.0), ("2 A 22", 10.0), ("3 A 22", 0.0), ("4 A 22", 0.0), ("5 drop", -100.0), ("5 A 28", 0.0)]
        {
            assert_eq!(scores(club, plan, "urgency"), points, "{plan}");
        }
    }
}
