//! H5: at most 1 Juicer unit for an employee on a day and 5 in a week. A unit is a Production, with its Survey if it has
//! one, or a Deep Clean.

use super::{HardName, HardRule, Span, facts};

/// Maximum number of Juicer units in a week.
pub const UNITS_A_WEEK: usize = 5;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H5,
    title: "At most 1 Juicer unit a day and 5 a week",
    check: |schedule, scope, found| {
        facts::limit_day(schedule, scope, HardName::H5, 1, |e| e.kind.is_juicer_unit(), found);
        facts::limit_week(schedule, scope, HardName::H5, UNITS_A_WEEK, |e| e.kind.is_juicer_unit(), found);
    },
    words: |club, v| {
        let who = facts::who(club, v);
        match v.span {
            Span::Day => format!("{who} already works {} on {}", facts::other_events(club, v), facts::when(club, v)),
            Span::Week => format!("{who} would work {} Juicer units in {}", v.amount, facts::which_week(club, v)),
        }
    },
    posted_words: |club, v| {
        let (who, units) = (facts::who(club, v), v.amount);
        match v.span {
            Span::Day => {
                let (when, all) = (facts::when(club, v), facts::all_events_in_words(club, v));
                format!("{who} works {units} Juicer units on {when}, more than 1: {all}")
            }
            Span::Week => {
                let week = facts::which_week(club, v);
                format!("{who} works {units} Juicer units in {week}, more than {UNITS_A_WEEK}")
            }
        }
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{breaks, messages};

    #[test]
    fn an_employee_works_at_most_one_juicer_unit_a_day_and_its_survey_is_no_second_one() {
        let club = "person B barista
            event 1 JuicerDeepClean 24..26
            event 2 JuicerDeepClean 24..26
            event 3 JuicerProduction 24..25 minutes=60
            event 4 JuicerSurvey 24..25";
        assert_eq!(breaks(club, "1 B 24, 2 B 25"), "");
        assert_eq!(breaks(club, "1 B 24, 2 B 24"), "H5");
        assert_eq!(breaks(club, "3 B 24, 4 B 24"), "");
    }

    #[test]
    fn an_employee_works_at_most_five_juicer_units_a_week() {
        let club = "person B barista
            event 1 JuicerDeepClean 22..30 minutes=60
            posted 11 JuicerDeepClean 22..23 B 22 minutes=60
            posted 12 JuicerDeepClean 23..24 B 23 minutes=60
            posted 13 JuicerDeepClean 24..25 B 24 minutes=60
            posted 14 JuicerDeepClean 25..26 B 25 minutes=60
            posted 15 JuicerProduction 26..27 B 26 minutes=60";
        assert_eq!(breaks(club, "1 B 27"), "H5");
        assert_eq!(breaks(club, "1 B 29"), "");
        assert_eq!(messages(club, "1 B 27"), ["B would work 6 Juicer units in the week of Sun 22 Nov"]);
    }

    #[test]
    fn six_units_on_one_day_break_the_limit_of_the_day_and_that_of_the_week() {
        let posted: String =
            (11..=15).map(|n| format!("posted {n} JuicerDeepClean 22..23 B 22 minutes=60\n")).collect();
        let messages =
            messages(&format!("person B barista\nevent 1 JuicerDeepClean 22..23 minutes=60\n{posted}"), "1 B 22");
        let [day, week] = messages.as_slice() else { panic!("{messages:?}") };
        assert!(day.starts_with("B already works ") && day.ends_with(" and 2 more on Sun 22 Nov"), "{day}");
        assert_eq!(week, "B would work 6 Juicer units in the week of Sun 22 Nov");
    }
}
