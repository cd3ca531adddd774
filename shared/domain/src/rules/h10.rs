//! H10: a Supervisor event is placed only on the day of its Core, which is placed in this run or posted. Without a
//! placed Core the Supervisor stays unplaced. A posted Core that is canceled or expired stands, but does not count for
//! a candidate. A posted Supervisor that follows its moved Core is placed on the Core's new day. One that a person moves by
//! hand to another day is placed on the day of its Core too.

use super::{HardName, HardRule, Violation, facts};
use crate::club::{EventIx, Place, Posting};
use crate::event_type::EventType;
use crate::schedule::{Decision, Schedule};

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H10,
    title: "A Supervisor event stands beside its Core",
    check: |schedule, scope, found| {
        for e in scope.events.iter().filter(|e| schedule.event(**e).kind == EventType::Supervisor) {
            let Some(place) = schedule.changed_place(*e) else { continue };
            if !is_on_its_cores_day(schedule, *e, place) {
                let events = std::iter::once(*e).chain(schedule.event(*e).partner);
                found.push(Violation::new(HardName::H10, Some(place.person), Some(place.day), events));
            }
        }
    },
    words: |club, v| match v.event.map(|e| club.event(e).kind) {
        Some(EventType::Core) => {
            let (supervisor, when) = (facts::other_events(club, v), facts::when(club, v));
            format!("its {supervisor} is on {when} and must be on the same day")
        }
        _ if v.others.is_empty() => format!("{} has no Core to stand beside", facts::what(club, v)),
        _ => {
            let (what, core) = (facts::what(club, v), facts::other_events(club, v));
            format!("{what} needs its {core} on {}", facts::when(club, v))
        }
    },
    posted_words: |club, v| {
        let (what, core, when) = (facts::what(club, v), facts::other_events(club, v), facts::when(club, v));
        format!("{what} is on {when}, but its {core} {}", facts::place_of_partner(club, v))
    },
};

/// Whether a new or moved Supervisor keeps H10 in a place.
fn is_on_its_cores_day(schedule: &Schedule, supervisor: EventIx, place: Place) -> bool {
    // A posted Supervisor without a partner is not a finding (rulebook section 10).
    let Some(core) = schedule.event(supervisor).partner else { return schedule.judges_posted() };
    // A person may also change a Supervisor on its own day that is not the day of its Core.
    let changes_day_by_hand = |posting: &Posting| posting.by_hand && posting.day != Some(place.day);
    let is_sent_away = schedule.event(supervisor).posting().is_some_and(changes_day_by_hand);
    match schedule.decision(supervisor) {
        // A Supervisor that a run moves while its Core keeps its day breaks H15 instead, which does not limit people.
        Decision::Moved(_) if schedule.stands(core) && !is_sent_away => true,
        Decision::New(_) if schedule.event(core).posting().is_some_and(|p| p.is_off) => false,
        _ => schedule.place(core).is_some_and(|c| c.day == place.day),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::breaks;

    #[test]
    fn a_candidate_supervisor_is_placed_on_its_cores_day() {
        let club = "person C supervisor
            person A specialist
            event 1 Core 24..26 number=619001
            event 2 Supervisor 24..26 number=619001
            event 3 Supervisor 24..26 number=619003
            event 4 Core 24..26 number=619004 condition=Paused
            event 5 Supervisor 24..26 number=619004
            posted 6 Core 25..30 A 25 number=619006
            event 7 Supervisor 24..30 number=619006
            posted 8 Core 25..30 A 27 number=619008 condition=Expired
            event 9 Supervisor 24..30 number=619008";
        for (plan, rules) in [
            ("9 C 27", "H1 H10"),
            ("1 A 24, 2 C 24", ""), ("1 A 24, 2 C 25", "H10"), ("2 C 24", "H10"), ("3 C 24", "H10"), ("5 C 24", "H10"),
            ("7 C 25", ""), ("7 C 26", "H1 H10"), ("6 A 26, 7 C 26", "H1"), ("6 A 26, 7 C 25", "H10"), ("6 C 25, 7 C 25", ""),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn a_posted_supervisor_follows_its_moved_core_whatever_its_window() {
        let club = "person C supervisor
            person A specialist
            posted 1 Core 24..30 A 24 number=619001
            posted 2 Supervisor 24..25 C 24 number=619001";
        for (plan, rules) in [
            ("1 A 25, 2 C 25", ""), ("1 A 25, 2 C 24", "H10"), ("1 A 25, 2 drop", ""), ("1 drop, 2 drop", ""),
            ("1 drop, 2 C 24", "H10"), ("1 C 24", ""),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn a_person_moves_a_posted_supervisor_to_another_day_only_if_its_core_is_there() {
        let text = "person C supervisor
            person D supervisor
            person A specialist
            posted 1 Core 24..30 A 24 number=619001
            posted 2 Supervisor 24..30 C 24 number=619001
            posted 3 Core 24..30 A 25 number=619003
            posted 4 Supervisor 24..30 C 27 number=619003";
        let read = crate::snapshot::Snapshot::parse(crate::fixture::snapshot(text).to_string().as_bytes());
        let by_hand = read.expect("a snapshot").changed_by_hand([1, 2, 3, 4].map(crate::snapshot::EventRef));
        let club = crate::club::Club::new(by_hand);
        for (plan, rules) in [
            ("2 D 24", ""), ("2 C 25", "H10"), ("2 drop", ""), ("1 A 27, 2 C 27", ""), ("4 D 27", ""), ("4 C 25", ""),
            ("4 C 24", "H10"),
        ] {
            let schedule = crate::fixture::plan(&club, plan);
            let found = crate::checker::violations(&schedule, &crate::rules::Scope::whole(&club));
            let rules_found: Vec<&str> = found.iter().map(|v| v.rule.id()).collect();
            assert_eq!(rules_found.join(" "), rules, "{plan}");
        }
    }
}
