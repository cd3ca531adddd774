//! H12: an employee who is not a Club Supervisor works a support event only on a day with a base event of their own. If
//! a posted support event had a base event of its employee on its day, one must remain there.

use super::{HardName, HardRule, Violation, facts};

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H12,
    title: "Support beside a base event",
    check: |schedule, scope, found| {
        let club = schedule.club();
        for (person, day) in &scope.cells {
            let cell = schedule.cell(*person, *day);
            if club.person(*person).is_club_supervisor() || cell.iter().any(|e| schedule.event(*e).kind.is_base()) {
                continue;
            }
            let had_one = club.had_base(*person, *day);
            let alone = cell.iter().copied().filter(|e| {
                schedule.event(*e).kind.is_support() && (had_one || schedule.is_changed(*e))
            });
            let events = facts::changed_first(schedule, alone.collect());
            if !events.is_empty() {
                found.push(Violation::new(HardName::H12, Some(*person), Some(*day), events));
            }
        }
    },
    words: |club, v| {
        let (who, what, when) = (facts::who(club, v), facts::what(club, v), facts::when(club, v));
        format!("{who} has no Core or Juicer event on {when}, which {what} needs beside it")
    },
    posted_words: |club, v| {
        let (who, when, all) = (facts::who(club, v), facts::when(club, v), facts::all_events_in_words(club, v));
        let needs = if v.others.is_empty() { "needs one beside it" } else { "need one beside them" };
        format!("{who} has no Core or Juicer event on {when}: {all} {needs}")
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn a_support_event_needs_a_base_event_that_day() {
        let club = "person L lead
            person C supervisor
            event 1 Core 24..26
            event 2 Freeosk 24..25
            event 3 Other 24..25
            event 4 Other 24..25 minutes=480";
        for (plan, rules) in [
            ("2 L 24", "H12"), ("1 L 24, 2 L 24", ""), ("1 L 25, 2 L 24", "H12"), ("2 C 24", ""), ("3 L 24", ""),
            ("4 L 24, 2 L 24", "H12"),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn a_posted_support_event_that_had_a_base_keeps_one() {
        let club = "person L lead
            event 1 Core 24..26
            posted 2 Core 24..30 L 24
            posted 3 Freeosk 24..25 L 24 at=10:00
            posted 4 Freeosk 25..26 L 25 at=10:00";
        for (plan, rules) in [("", ""), ("2 drop", "H12"), ("2 drop, 1 L 24", ""), ("2 L 26", "H12"), ("1 L 25", "")] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }
}
