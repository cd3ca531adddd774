//! S8: +20 for Freeosk by the day's lead; +20 for Digital Refresh by the day's lead, but on a Setup day by a Lead who is
//! not; +20 for Digital Teardown by a Lead who is not the day's lead; +20 for Other that is not full-day by a Club
//! Supervisor.

use super::{DependsOn, Scoring, SoftName, SoftRule};
use crate::event_type::{EventType, JobTitle};
use crate::snapshot::Rotation;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S8",
    name: SoftName::LeadDaily,
    title: "The daily work of the leads",
    scoring: Scoring::Placement {
        depends_on: DependsOn::TypePersonAndDate,
        value: |club, event, person, date| {
            let leads_the_day = club.duty(Rotation::PrimaryLead, date).on_duty == Some(person);
            let other_lead = club.person(person).title == JobTitle::LeadEventSpecialist && !leads_the_day;
            let setup_day = club.day_of(date).is_some_and(|d| club.day(d).setup_day);
            let earned = match event.kind {
                EventType::Freeosk => leads_the_day,
                EventType::DigitalRefresh if setup_day => other_lead,
                EventType::DigitalRefresh => leads_the_day,
                EventType::DigitalTeardown => other_lead,
                EventType::Other => !event.full_day && club.person(person).is_club_supervisor(),
                _ => false,
            };
            if earned { 20.0 } else { 0.0 }
        },
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_daily_duty_falls_to_its_lead() {
        let club = "person L lead
            person M lead
            person C supervisor
            rotation lead all L
            event 1 Freeosk 24..25
            event 2 DigitalRefresh 24..25
            event 3 DigitalRefresh 25..26
            event 4 DigitalSetup 25..26
            event 5 DigitalTeardown 24..25
            event 6 Other 24..26
            event 7 Other 24..25 minutes=480
            event 8 Digitals 24..25";
        for (plan, points) in [
            ("1 L 24", 20.0), ("1 M 24", 0.0), ("2 L 24", 20.0), ("2 M 24", 0.0), ("2 C 24", 0.0), ("3 L 25", 0.0),
            ("3 M 25", 20.0), ("3 C 25", 0.0), ("4 L 25", 0.0), ("5 L 24", 0.0), ("5 M 24", 20.0), ("5 C 24", 0.0),
            ("6 C 24", 20.0), ("6 L 24", 0.0), ("7 L 24", 0.0), ("8 L 24", 0.0),
        ] {
            assert_eq!(scores(club, plan, "lead_daily"), points, "{plan}");
        }
    }

    #[test]
    fn a_club_supervisor_who_leads_the_day_counts_as_its_lead() {
        let club = "person C supervisor\n rotation lead all C\n event 1 Freeosk 24..25\n event 5 DigitalTeardown 24..25";
        assert_eq!(scores(club, "1 C 24", "lead_daily"), 20.0);
        assert_eq!(scores(club, "5 C 24", "lead_daily"), 0.0);
    }
}
