//! H15: a posted schedule may be moved or dropped only if it is Core, its day is an open day of the horizon, and its
//! due date is more than 2 days after today. It may be moved only to valid days of its own window, also if only its
//! employee changes. All others stand, except the posted Supervisor of a Core that leaves its day or is dropped: the
//! Supervisor must go with the Core.
//!
//! The rule limits runs. A person may change every posted schedule by hand whose day is neither past nor locked, within
//! the event's window or on its own day ([`Snapshot::by_hand`](crate::snapshot::Snapshot::by_hand)).

use super::{HardName, HardRule, Violation, facts};
use crate::club::EventIx;
use crate::event_type::EventType;
use crate::schedule::{Decision, Schedule};

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H15,
    title: "Posted schedules stand",
    check: |schedule, scope, found| {
        for e in &scope.events {
            if schedule.event(*e).posting().is_some() && !is_allowed(schedule, *e) {
                let place = schedule.place(*e);
                let (person, day) = (place.map(|p| p.person), place.map(|p| p.day));
                found.push(Violation::new(HardName::H15, person, day, [*e]));
            }
        }
    },
    words: |club, v| {
        let what = facts::what(club, v);
        match v.event.map(|e| club.event(e)) {
            Some(event) if event.kind == EventType::Supervisor => {
                format!("{what} is posted: it moves or is taken back only together with its Core")
            }
            Some(event) if event.is_movable() => {
                let is_outside = v.day.is_some_and(|day| !event.is_valid_on(day));
                let why = if is_outside { ", which is not one of its valid days" } else { "" };
                format!("{what} is posted and may not move to {}{why}", facts::when(club, v))
            }
            _ => format!("{what} is posted and stands as it is"),
        }
    },
    posted_words: |club, v| (RULE.words)(club, v),
};

/// Whether H15 allows the decision for a posted event.
fn is_allowed(schedule: &Schedule, e: EventIx) -> bool {
    let event = schedule.event(e);
    let Some(posting) = event.posting() else { return true };
    let core = event.partner.filter(|_| event.kind == EventType::Supervisor).filter(|c| schedule.club().follower(*c) == Some(e));
    let core_leaves = core.is_some_and(|core| leaves_its_day(schedule, core));
    match schedule.decision(e) {
        Decision::Open | Decision::New(_) | Decision::Stands => !core_leaves,
        Decision::Dropped => event.is_movable() || core_leaves,
        Decision::Moved(place) => {
            let keeps_day = Some(place.day) == posting.day;
            let changes_place = place.person != posting.person || !keeps_day;
            let may_go_there = match posting.by_hand {
                // A person may change the start alone, and may give the event to somebody else on its own day even
                // outside its window.
                true => event.is_valid_on(place.day) || keeps_day,
                false => event.is_valid_on(place.day) && changes_place,
            };
            (event.is_movable() && may_go_there) || core_leaves
        }
    }
}

/// Whether a Core leaves its posted day: it moves to another day, is dropped, or was released and is not placed. For a
/// released Core, the posted day is the one before the release.
fn leaves_its_day(schedule: &Schedule, core: EventIx) -> bool {
    let event = schedule.event(core);
    let posted_day = event.origin().and_then(|p| p.day);
    match schedule.decision(core) {
        Decision::Moved(place) | Decision::New(place) => Some(place.day) != posted_day,
        Decision::Dropped => true,
        Decision::Open => event.released().is_some(),
        Decision::Stands => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn only_a_posted_core_with_time_left_moves_and_only_within_its_window() {
        let club = "person A specialist
            person L lead
            posted 1 Core 24..27 A 24
            posted 2 Freeosk 24..25 L 24 at=10:00
            posted 3 Core 20..22 A 20
            posted 4 Core 23..40 A 26
            posted 5 Core 25..40 A 23
            holiday 26";
        for (plan, rules) in [
            ("1 A 25", ""), ("1 L 24", ""), ("1 drop", ""), ("1 A 24", "H15"), ("1 A 27", "H15"), ("1 A 26", "H3 H15"),
            ("2 drop", "H15"), ("3 drop", "H15"), ("4 drop", "H15"), ("5 drop", ""), ("5 L 23", "H15"), ("5 A 25", ""),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn a_person_may_change_every_posted_schedule_of_a_day_that_is_neither_past_nor_locked() {
        let text = "person L lead
            person S supervisor
            set buffer_days 0
            posted 2 Freeosk 24..25 L 24 at=10:00
            posted 3 Core 19..21 L 20
            posted 4 Core 20..40 L 26
            posted 5 Core 25..27 L 28
            locked 26";
        let read = crate::snapshot::Snapshot::parse(crate::fixture::snapshot(text).to_string().as_bytes());
        let snapshot = read.expect("a snapshot").changed_by_hand([2, 3, 4, 5].map(crate::snapshot::EventRef));
        for (plan, rules_of_a_run, rules_by_hand) in [
            ("2 drop", "H15", ""), ("2 S 24", "H15", ""), ("2 L 25", "H12 H15", "H12 H15"), ("3 drop", "H15", ""),
            ("4 drop", "H15", "H15"), ("4 S 27", "H15", "H15"), ("5 S 28", "H15", ""), ("5 L 26", "H3 H15", "H3 H15"),
            ("5 L 25", "", ""), ("5 L 28", "H15", ""),
        ] {
            assert_eq!(breaks(text, plan), rules_of_a_run, "a run: {plan}");
            let club = crate::club::Club::new(snapshot.clone());
            let schedule = crate::fixture::plan(&club, plan);
            let found = crate::checker::violations(&schedule, &crate::rules::Scope::whole(&club));
            let mut rules: Vec<&str> = found.iter().map(|v| v.rule.id()).collect();
            rules.dedup();
            assert_eq!(rules.join(" "), rules_by_hand, "a person: {plan}");
        }
    }

    #[test]
    fn a_schedule_that_is_due_within_two_days_of_today_stands() {
        let club = "person A specialist
            set buffer_days 0
            posted 1 Core 19..21 A 20
            posted 2 Core 19..22 A 21";
        assert_eq!(breaks(club, "1 drop"), "H15");
        assert_eq!(breaks(club, "2 drop"), "");
    }

    #[test]
    fn a_posted_supervisor_must_leave_with_its_core_and_may_not_leave_without_it() {
        let club = "person C supervisor
            person A specialist
            person B specialist
            event 9 Core 24..30 number=619009
            posted 10 Supervisor 24..25 C 24 number=619009
            posted 1 Core 24..30 A 24 number=619001
            posted 2 Supervisor 24..25 C 24 number=619001";
        for (plan, rules) in [
            ("1 A 25", "H15"), ("1 drop", "H15"), ("1 B 24", ""), ("1 B 24, 2 drop", "H15"), ("2 drop", "H15"),
            ("2 C 25", "H15"), ("1 A 25, 2 drop", ""), ("9 A 25", ""), ("10 drop", "H15"),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }
}
