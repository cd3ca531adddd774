//! S4: +1,500 for Juicer Production by the day's juicer and +50 for Core by the day's lead; +25 for either by the named
//! backup on a day when the named employee is available.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};
use crate::event_type::EventType;
use crate::snapshot::Rotation;

/// Points for a Production by the day's juicer: more than for the Core that the juicer could work instead, so that the
/// rotation is followed.
const JUICER_POINTS: f64 = 1_500.0;
/// Points for a Core by the day's lead.
const LEAD_POINTS: f64 = 50.0;
/// Points for a Production or Core by the named backup on a day when the named employee is available.
const BACKUP_POINTS: f64 = 25.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S4",
    name: SoftName::Rotation,
    title: "It follows the rotation",
    scoring: Scoring::Placement(&[Part {
        depends_on: DependsOn::TypePersonAndDate,
        value: |club, event, person, date| {
            let Some(rotation) = rotation_of(event.kind) else { return 0.0 };
            let duty = club.duty(rotation, date);
            if duty.on_duty == Some(person) {
                match rotation {
                    Rotation::Juicer => JUICER_POINTS,
                    Rotation::PrimaryLead => LEAD_POINTS,
                }
            } else if duty.backup == Some(person) && duty.is_named_available() {
                BACKUP_POINTS
            } else {
                0.0
            }
        },
    }]),
};

/// The rotation that names who should work a type; `None` for types without one.
pub fn rotation_of(kind: EventType) -> Option<Rotation> {
    match kind {
        EventType::JuicerProduction => Some(Rotation::Juicer),
        EventType::Core => Some(Rotation::PrimaryLead),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn the_person_on_duty_earns_most_and_the_named_backup_a_little() {
        let club = "person L lead
            person M lead
            person B barista
            rotation lead tue L backup=M
            rotation lead wed L backup=M
            person D barista
            rotation juicer tue B backup=D
            off L 25..25
            exception lead 26 L
            exception lead 27 M
            off M 27..27
            event 1 Core 22..30
            event 2 JuicerProduction 24..25
            posted 3 Core 22..30 L 24";
        for (plan, points) in [
            ("1 L 24", 50.0), ("1 M 24", 25.0), ("1 B 24", 0.0),
            ("1 M 25", 50.0), // L is off, so M, the backup, is the day's lead
            ("1 L 26", 50.0), // an exception names L
            ("1 L 27", 0.0),  // an exception names somebody who is off, and has no backup
            ("2 B 24", 1_500.0), ("2 D 24", 25.0),
            ("3 drop", -50.0), ("3 L 28", -50.0), ("3 M 24", -25.0),
        ] {
            assert_eq!(scores(club, plan, "rotation"), points, "{plan}");
        }
    }
}
