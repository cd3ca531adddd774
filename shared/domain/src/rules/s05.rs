//! S5: -200 for the first new or moved Core of a Club Supervisor in the run, -400 for the second, -600 for the third,
//! and so on.

use super::{Scoring, SoftName, SoftRule};
use crate::event_type::EventType;

/// Cost of the first new or moved Core of a Club Supervisor. Each further one costs this much more than the one before.
pub const STEP: f64 = 200.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S5",
    name: SoftName::SupervisorMisuse,
    title: "A Club Supervisor works Core",
    scoring: Scoring::Whole(|schedule, scope| {
        let club = schedule.club();
        let supervisors = scope.people.iter().filter(|p| club.person(**p).is_club_supervisor());
        let steps = supervisors.map(|person| {
            let events = club.day_ixs().flat_map(|day| schedule.cell(*person, day));
            let core = events.filter(|e| schedule.is_changed(**e) && schedule.event(**e).kind == EventType::Core).count();
            (core * (core + 1) / 2) as f64
        });
        -STEP * steps.sum::<f64>()
    }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_further_core_of_a_club_supervisor_costs_more() {
        let club = "person C supervisor
            person D supervisor
            person A specialist
            event 1 Core 22..30
            event 2 Core 22..30
            event 3 Core 22..30
            posted 4 Core 22..30 C 29";
        for (plan, points) in [
            ("1 A 22, 2 A 23", 0.0), ("1 C 22", -200.0), ("1 C 22, 2 C 23", -600.0), ("1 C 22, 2 C 23, 3 C 24", -1_200.0),
            ("1 C 22, 2 D 22", -400.0), ("4 C 28", -200.0), ("4 A 29", 0.0), ("4 drop", 0.0),
        ] {
            assert_eq!(scores(club, plan, "supervisor_misuse"), points, "{plan}");
        }
    }
}
