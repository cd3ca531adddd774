//! H9: at most 6 days worked by an employee in a week. A new or moved event counts only on a day without a standing
//! schedule of that employee.

use super::{HardName, HardRule, Violation, facts};

/// Maximum number of days worked in a week.
pub const DAYS_A_WEEK: usize = 6;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H9,
    title: "At most 6 days a week",
    check: |schedule, scope, found| {
        for (person, week) in &scope.person_weeks {
            let worked = schedule.club().days_of(*week).map(|d| schedule.cell(*person, d)).filter(|c| !c.is_empty());
            let (mut days, mut added) = (0, Vec::new());
            for cell in worked {
                days += 1;
                if cell.iter().all(|e| schedule.is_changed(*e)) {
                    added.extend_from_slice(cell);
                }
            }
            if days > DAYS_A_WEEK && !added.is_empty() {
                added.sort_unstable();
                found.push(Violation::of_week(HardName::H9, *person, *week, added).with_amount(days as u32));
            }
        }
    },
    words: |club, v| format!("{} would work {} days in {}", facts::who(club, v), v.amount, facts::which_week(club, v)),
    posted_words: |club, v| {
        let (who, week) = (facts::who(club, v), facts::which_week(club, v));
        format!("{who} works {} days in {week}, more than {DAYS_A_WEEK}", v.amount)
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    const SIX_DAYS: &str = "person A specialist
        person L lead
        event 1 Core 22..30 minutes=60
        posted 11 Core 22..30 A 22 minutes=60
        posted 12 Other 23..24 A 23
        posted 13 Other 24..25 A 24
        posted 14 Other 25..26 A 25
        posted 15 Other 26..27 A 26
        posted 16 Other 27..28 A 27";

    #[test]
    fn a_seventh_day_of_work_in_a_week_breaks_h9() {
        for (plan, rules) in [("1 A 28", "H9"), ("1 A 27", ""), ("1 A 28, 11 drop", ""), ("1 A 28, 11 A 26", "")] {
            assert_eq!(breaks(SIX_DAYS, plan), rules, "{plan}");
        }
    }

    #[test]
    fn an_event_on_a_day_with_a_standing_schedule_adds_no_day() {
        let seven = format!("{SIX_DAYS}\n posted 17 Other 28..29 A 28");
        assert_eq!(breaks(&seven, "1 A 28"), "");
        assert_eq!(breaks(&seven, "1 A 22, 11 drop"), "H9", "the day has no standing schedule any more");
    }
}
