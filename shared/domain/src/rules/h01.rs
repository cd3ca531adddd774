//! H1: an event has at most one placement: one employee, one valid day, one start.
//!
//! A [`Schedule`](crate::schedule::Schedule) cannot hold two placements of an event, so only the event and the day are
//! checked here. An answer that lists an event twice breaks H1 too; [`judge`](crate::judge::judge) reports it.

use super::{HardName, HardRule, Violation, facts};
use crate::calendar::date_in_words;
use crate::club::Closed;
use crate::schedule::Decision;

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H1,
    title: "One placement, on a valid day",
    check: |schedule, scope, found| {
        for e in &scope.events {
            let Decision::New(place) = schedule.decision(*e) else { continue };
            let event = schedule.event(*e);
            if !event.is_candidate() || !event.is_valid_on(place.day) {
                let (person, day) = (Some(place.person), Some(place.day));
                found.push(Violation::new(HardName::H1, person, day, [*e]));
            }
        }
    },
    words: |club, v| match v.event {
        Some(e) if !club.event(e).is_candidate() && club.event(e).due <= club.today => {
            format!("{} was due on {}", facts::what(club, v), date_in_words(club.event(e).due))
        }
        Some(e) if !club.event(e).is_candidate() => format!("{} is not open for placing", facts::what(club, v)),
        _ => {
            let closed = match v.day.map(|day| club.day(day)) {
                Some(day) if day.date < club.today => "over, so it is ",
                Some(day) if day.closed == Some(Closed::Locked) => "locked, so it is ",
                Some(day) if day.closed == Some(Closed::Holiday) => "a holiday, so it is ",
                _ => "",
            };
            format!("{} is {closed}not one of the valid days of {}", facts::when(club, v), facts::what(club, v))
        }
    },
    posted_words: |club, v| (RULE.words)(club, v),
};

#[cfg(test)]
mod tests {
    use crate::fixture::{breaks, messages};

    #[test]
    fn a_candidate_is_placed_on_one_of_its_valid_days() {
        let club = "person A specialist
            event 1 Core 24..27
            event 2 Core 24..27 condition=Cancelled
            event 3 Other 24..27 minutes=480
            holiday 25";
        for (plan, rules) in [
            ("1 A 24", ""), ("1 A 26", ""), ("1 A 27", "H1"), ("1 A 25", "H1"), ("1 A 23", "H1"), ("2 A 24", "H1"),
            ("3 A 24", ""), ("3 A 26", "H1"),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn the_message_says_whether_a_day_is_a_holiday_or_locked() {
        let club = "person A specialist
            event 1 Core 24..27
            holiday 25
            locked 26";
        for (plan, words) in [
            ("1 A 25", "Wed 25 Nov is a holiday, so it is not one of the valid days of "),
            ("1 A 26", "Thu 26 Nov is locked, so it is not one of the valid days of "),
            ("1 A 27", "Fri 27 Nov is not one of the valid days of "),
        ] {
            let found = messages(club, plan);
            assert!(found.iter().any(|message| message.starts_with(words)), "{plan}: {found:?}");
        }
    }

    #[test]
    fn the_message_says_whether_a_day_is_over_or_the_due_date_has_come() {
        // Days of the week before today are part of the grid.
        let club = "today 26
            person A specialist
            set buffer_days 0
            event 1 Core 22..30
            event 2 Core 22..25";
        for (plan, words) in [
            ("1 A 25", "Wed 25 Nov is over, so it is not one of the valid days of "),
            ("2 A 27", "Core 2 \"600002-LKD-P2 - V2\" was due on Wed 25 Nov"),
        ] {
            let found = messages(club, plan);
            assert!(found.iter().any(|message| message.contains(words)), "{plan}: {found:?}");
        }
    }

    #[test]
    fn the_due_date_and_the_days_within_the_buffer_are_not_valid() {
        let club = "person A specialist
            event 1 Core 15..23
            event 2 Core 15..22
            event 3 Core 30..40";
        for (plan, rules) in [("1 A 22", ""), ("1 A 23", "H1"), ("2 A 22", "H1"), ("3 A 30", "")] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
        // The week of the first planned day begins before it.
        let buffer = format!("{club}\nset buffer_days 5");
        for (plan, rules) in [("3 A 30", ""), ("4 A 23", "H1"), ("4 A 24", "")] {
            assert_eq!(breaks(&format!("{buffer}\nevent 4 Core 15..40"), plan), rules, "{plan}");
        }
    }
}
