//! S14: -1 for each open day from the event's first valid day up to, but not including, the day of its placement. For a
//! posted event the first valid day is the first open day of its own window (for a fixed type its start date, if that
//! is open). An event without a valid day, or placed before its first one, loses nothing.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S14",
    name: SoftName::Earliness,
    title: "It is done early",
    scoring: Scoring::Placement(&[Part {
        depends_on: DependsOn::EventAndDate,
        value: |club, event, _, date| {
            event.valid.first().map_or(0.0, |first| 0.0 - f64::from(club.open_days_of(event, first.day, date)))
        },
    }]),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_open_day_of_waiting_costs_a_point() {
        let club = "person A specialist
            person B barista
            event 1 Core 20..30
            event 2 JuicerProduction 25..26
            event 3 JuicerSurvey 25..26
            posted 4 Core 24..40 A 27
            posted 5 Core 26..40 A 25
            holiday 23";
        for (plan, points) in [
            ("1 A 22", 0.0), ("1 A 24", -1.0), ("1 A 26", -3.0), ("2 B 25, 3 B 25", 0.0),
            ("4 A 28", -1.0), ("4 A 24", 3.0), ("4 drop", 3.0), ("5 A 28", -2.0), ("5 drop", 0.0),
        ] {
            assert_eq!(scores(club, plan, "earliness"), points, "{plan}");
        }
    }

    #[test]
    fn a_following_supervisor_counts_from_its_own_window() {
        let club = "person C supervisor
            person A specialist
            posted 1 Core 22..40 A 24 number=619001
            posted 2 Supervisor 23..24 C 24 number=619001";
        // The Core costs 1 more (24 to 25, from the 22nd), the Supervisor 1 more (from the 23rd).
        assert_eq!(scores(club, "1 A 25, 2 C 25", "earliness"), -2.0);
        assert_eq!(scores(club, "1 drop, 2 drop", "earliness"), 3.0);
    }
}
