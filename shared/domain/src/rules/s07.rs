//! S7: +25 for a new or moved Core of the day's lead in block 1.

use super::{Scoring, SoftName, SoftRule};
use crate::blocks;

/// Points for each day on which the day's lead has a new or moved Core in block 1.
pub const POINTS: f64 = 25.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S7",
    name: SoftName::LeadBlock1,
    title: "The day's lead opens in block 1",
    scoring: Scoring::Whole(|schedule, scope| {
        let lead_has_block_1 = |day: &crate::club::DayIx| {
            let lead = schedule.club().lead(*day);
            let works = lead.is_some_and(|lead| schedule.cell(lead, *day).iter().any(|e| schedule.is_changed(*e)));
            works && blocks::without_assignment(schedule, *day).lead_in_block_1
        };
        POINTS * scope.days.iter().filter(|d| lead_has_block_1(d)).count() as f64
    }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn a_core_of_the_days_lead_earns_points_if_block_1_is_free_and_hours_allow_it() {
        let club = "person L lead
            person A specialist
            rotation lead all L
            weekly L wed=10:30-22:00
            event 1 Core 22..30
            posted 2 Core 22..30 A 26 block=1
            posted 3 Core 22..30 L 27 block=2";
        for (plan, points) in [
            ("1 L 24", 25.0), ("1 A 24", 0.0), ("1 L 25", 0.0), ("1 L 26", 0.0), ("1 L 26, 2 drop", 25.0),
            ("3 L 28", 25.0), ("", 0.0),
        ] {
            assert_eq!(scores(club, plan, "lead_block_1"), points, "{plan}");
        }
    }
}
