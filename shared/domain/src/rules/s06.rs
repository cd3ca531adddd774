//! S6: for a Supervisor event: +20 by a Club Supervisor, else +10 by the day's lead.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};
use crate::event_type::EventType;
use crate::snapshot::Rotation;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S6",
    name: SoftName::SupervisorStaffing,
    title: "A supervisor supervises",
    scoring: Scoring::Placement(&[Part {
        depends_on: DependsOn::TypePersonAndDate,
        value: |club, event, person, date| match event.kind {
            EventType::Supervisor if club.person(person).is_club_supervisor() => 20.0,
            EventType::Supervisor if club.duty(Rotation::PrimaryLead, date).on_duty == Some(person) => 10.0,
            _ => 0.0,
        },
    }]),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn a_club_supervisor_comes_before_the_lead_and_the_lead_before_others() {
        let club = "person C supervisor
            person L lead
            person M lead
            rotation lead tue L
            rotation lead wed C
            event 1 Supervisor 24..26
            posted 2 Core 24..30 M 24 number=619002
            posted 3 Supervisor 24..26 L 24 number=619002";
        for (plan, points) in [
            ("1 C 24", 20.0), ("1 L 24", 10.0), ("1 M 24", 0.0), ("1 C 25", 20.0), ("1 L 25", 0.0),
            ("2 M 25, 3 C 25", 10.0), ("2 M 25, 3 drop", -10.0), ("2 M 25, 3 M 25", -10.0),
        ] {
            assert_eq!(scores(club, plan, "supervisor_staffing"), points, "{plan}");
        }
    }
}
