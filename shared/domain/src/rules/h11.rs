//! H11: a Survey has the day and the employee of its Production, which is placed in this run or posted. Without a
//! Production the Survey stays unplaced. A posted Production that is canceled or expired does not count for a
//! candidate. A candidate Production and its candidate Survey are one unit: placing only one of them breaks this rule
//! too.

use super::{HardName, HardRule, Violation, facts};
use crate::club::EventIx;
use crate::event_type::EventType;
use crate::schedule::Schedule;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H11,
    title: "A Survey goes with its Production",
    check: |schedule, scope, found| {
        for e in &scope.events {
            let Some(place) = schedule.changed_place(*e) else { continue };
            let holds = match schedule.event(*e).kind {
                // A posted Survey without a partner is not a finding (rulebook section 10).
                EventType::JuicerSurvey if schedule.event(*e).partner.is_none() => schedule.judges_posted(),
                EventType::JuicerSurvey => {
                    let production = schedule.event(*e).partner.filter(|p| !is_off(schedule, *p));
                    production.and_then(|p| schedule.place(p)).is_some_and(|p| p == place)
                }
                EventType::JuicerProduction => has_its_survey(schedule, *e),
                _ => true,
            };
            if !holds {
                let events = std::iter::once(*e).chain(schedule.event(*e).partner);
                found.push(Violation::new(HardName::H11, Some(place.person), Some(place.day), events));
            }
        }
    },
    words: |club, v| match v.others.first() {
        None => format!("{} has no Production to go with", facts::what(club, v)),
        Some(_) => {
            let (what, partner) = (facts::what(club, v), facts::other_events(club, v));
            format!("{what} goes with {partner}: same day, same person")
        }
    },
    posted_words: |club, v| {
        let (who, when) = (facts::who(club, v), facts::when(club, v));
        let (what, production) = (facts::what(club, v), facts::other_events(club, v));
        let place = facts::place_of_partner(club, v);
        format!("{what} of {who} is on {when}, but its {production} {place}: same day, same person")
    },
};

/// Whether an event is posted, and canceled or expired.
fn is_off(schedule: &Schedule, event: EventIx) -> bool {
    schedule.event(event).posting().is_some_and(|p| p.is_off)
}

/// Whether a candidate Production is placed together with the Survey of its unit, if it has one.
fn has_its_survey(schedule: &Schedule, production: EventIx) -> bool {
    schedule.club().survey_of_unit(production).is_none_or(|survey| schedule.place(survey).is_some())
}

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn production_and_survey_are_one_unit() {
        let club = "person B barista
            person D barista
            event 1 JuicerProduction 24..25
            event 2 JuicerSurvey 24..25
            event 3 JuicerSurvey 26..27
            posted 4 JuicerProduction 27..28 D 27
            event 5 JuicerSurvey 27..29
            posted 6 JuicerProduction 28..29 D 28 number=777006 condition=canceled
            event 7 JuicerSurvey 28..29 number=777006";
        for (plan, rules) in [
            ("7 D 28", "H1 H11"),
            ("1 B 24, 2 B 24", ""), ("1 B 24", "H11"), ("2 B 24", "H11"), ("1 B 24, 2 D 24", "H11"), ("3 B 26", "H11"),
            ("5 D 27", ""), ("5 B 27", "H11"), ("5 D 28", "H1 H11"),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn without_a_common_day_the_production_stands_alone() {
        let club = "person B barista
            event 1 JuicerProduction 24..25 number=777001
            event 2 JuicerSurvey 26..27 number=777001";
        assert_eq!(breaks(club, "1 B 24"), "");
        assert_eq!(breaks(club, "1 B 24, 2 B 26"), "H1 H11");
    }
}
