//! S8: +20 for Freeosk by the day's lead; +20 for Digital Refresh by the day's lead, or on a Setup day by a Lead who is
//! not the day's lead; +20 for Digital Teardown by a Lead who is not the day's lead; +20 for Other that is not full-day
//! by a Club Supervisor; +20 for Digital Setup and Digitals by a Lead; +20 for Juicer Production and Juicer Deep Clean
//! by anyone but a Club Supervisor.

use super::{DependsOn, Part, Scoring, SoftName, SoftRule};
use crate::event_type::{EventType, JobTitle};
use crate::snapshot::Rotation;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S8",
    name: SoftName::LeadDaily,
    title: "Daily work goes to people who usually do it",
    scoring: Scoring::Placement(&[Part {
        depends_on: DependsOn::TypePersonAndDate,
        value: |club, event, person, date| {
            let is_days_lead = club.duty(Rotation::PrimaryLead, date).on_duty == Some(person);
            let is_lead = club.person(person).title == JobTitle::LeadEventSpecialist;
            let is_other_lead = is_lead && !is_days_lead;
            let is_setup_day = club.day_of(date).is_some_and(|d| club.day(d).setup_day);
            let earned = match event.kind {
                EventType::Freeosk => is_days_lead,
                EventType::DigitalRefresh if is_setup_day => is_other_lead,
                EventType::DigitalRefresh => is_days_lead,
                EventType::DigitalTeardown => is_other_lead,
                EventType::Other => !event.full_day && club.person(person).is_club_supervisor(),
                EventType::DigitalSetup | EventType::Digitals => is_lead,
                EventType::JuicerProduction | EventType::JuicerDeepClean => {
                    !club.person(person).is_club_supervisor()
                }
                EventType::Core | EventType::Supervisor | EventType::JuicerSurvey => false,
            };
            if earned { 20.0 } else { 0.0 }
        },
    }]),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_type_of_daily_work_earns_points_for_the_people_who_usually_do_it() {
        let club = "person L lead
            person M lead
            person J lead trained
            person C supervisor
            rotation lead all L
            event 1 Freeosk 24..25
            event 2 DigitalRefresh 24..25
            event 3 DigitalRefresh 25..26
            event 4 DigitalSetup 25..26
            event 5 DigitalTeardown 24..25
            event 6 Other 24..26
            event 7 Other 24..25 minutes=480
            event 8 Digitals 24..25
            event 9 JuicerProduction 26..27
            event 10 JuicerDeepClean 24..25
            event 11 JuicerSurvey 26..27";
        for (plan, points) in [
            ("1 L 24", 20.0), ("1 M 24", 0.0), ("2 L 24", 20.0), ("2 M 24", 0.0), ("2 C 24", 0.0), ("3 L 25", 0.0),
            ("3 M 25", 20.0), ("3 C 25", 0.0), ("4 L 25", 20.0), ("4 M 25", 20.0), ("4 C 25", 0.0), ("5 L 24", 0.0), ("5 M 24", 20.0), ("5 C 24", 0.0),
            ("6 C 24", 20.0), ("6 L 24", 0.0), ("7 L 24", 0.0), ("8 L 24", 20.0),
            ("8 C 24", 0.0), ("9 J 26", 20.0), ("9 C 26", 0.0), ("10 J 24", 20.0), ("10 C 24", 0.0), ("11 J 26", 0.0),
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
