//! What would have to be relaxed so that somebody could take a released event that nobody can take now: one rule that
//! the placement breaks, or a later or earlier start. The checker confirms each relaxation. No relaxation lets people
//! work an event that their title does not allow.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};

use super::QUARTER;
use crate::alternatives;
use crate::calendar::{date_in_words, minute_of, time_in_words};
use crate::checker;
use crate::club::{DayIx, EventIx, PersonIx, Place};
use crate::event_type::EventType;
use crate::rules::HardName;
use crate::schedule::Schedule;

/// A placement that becomes possible with one relaxation.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// Who would work it.
    pub person: PersonIx,
    /// The day.
    pub day: DayIx,
    /// What is relaxed.
    pub kind: RelaxationKind,
    /// The relaxation as a sentence.
    pub text: String,
}

/// What is relaxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelaxationKind {
    /// This rule is broken.
    Rule(HardName),
    /// The event starts at this time instead.
    Start(NaiveDateTime),
}

/// The rules that may be relaxed, the least serious first: limits of weeks and days that a person may agree to exceed,
/// then conflicts with other events of the day. The other rules are about what is possible at all.
const RELAXABLE: [HardName; 8] =
    [HardName::H9, HardName::H4, HardName::H8, HardName::H5, HardName::H3, HardName::H14, HardName::H13, HardName::H6];

/// The relaxations for an event without a place: those on its own day first, then the least serious ones. One per
/// person, at most `most`.
pub fn relaxations(schedule: &mut Schedule, event: EventIx, most: usize) -> Vec<Relaxation> {
    let own_day = schedule.event(event).released().and_then(|was| was.day);
    let mut found = breaking_one_rule(schedule, event);
    found.extend(at_another_start(schedule, event));
    found.sort_by_key(|(rank, relaxation)| (Some(relaxation.day) != own_day, *rank, relaxation.day, relaxation.person));
    let mut people = std::collections::BTreeSet::new();
    found.retain(|(_, relaxation)| people.insert(relaxation.person));
    found.into_iter().map(|(_, relaxation)| relaxation).take(most).collect()
}

/// Placements that break exactly one rule, if it is one that may be relaxed.
fn breaking_one_rule(schedule: &mut Schedule, event: EventIx) -> Vec<(usize, Relaxation)> {
    let mut found = Vec::new();
    for place in alternatives::places(schedule, event) {
        let change = alternatives::decisions_at(schedule, event, place);
        let broken = checker::breaks(schedule, &change);
        let Some(first) = broken.first() else { continue };
        let rank = RELAXABLE.iter().position(|rule| *rule == first.rule);
        let Some(rank) = rank.filter(|_| broken.iter().all(|violation| violation.rule == first.rule)) else { continue };
        let club = schedule.club();
        let words: Vec<String> = broken.iter().map(|violation| violation.words(club)).collect();
        let text = format!(
            "{}, but that would break a rule: {} ({})",
            sentence(schedule, event, place),
            words.join("; "),
            first.rule.id()
        );
        let kind = RelaxationKind::Rule(first.rule);
        found.push((rank, Relaxation { person: place.person, day: place.day, kind, text }));
    }
    found
}

/// Placements of people who are available on a day, but not at the event's start, at the quarter hour nearest to its
/// posted start that their hours allow. None for Core, which start only at the arrivals of their blocks, nor for events
/// with a partner.
fn at_another_start(schedule: &mut Schedule, event: EventIx) -> Vec<(usize, Relaxation)> {
    let club = schedule.club();
    let of = club.event(event);
    if of.kind == EventType::Core || of.partner.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for valid in of.valid.clone() {
        let date = club.day(valid.day).date;
        for person in club.person_ixs() {
            let is_available = club.may_work(person, of) && club.why_away(person, valid.day).is_none();
            if !is_available || club.can_work(person, of, valid) {
                continue;
            }
            let posted_time = of.released().map_or(NaiveTime::MIN, |was| was.start.time());
            let posted_start = date.and_time(posted_time);
            let starts = quarters(date.and_time(NaiveTime::MIN)).filter(|start| {
                let is_too_soon = club.callout().is_some_and(|c| date == c.today() && minute_of(*start) < c.moment);
                !is_too_soon && club.objection(person, of, *start).is_none()
            });
            let Some(start) = starts.min_by_key(|start| (*start - posted_start).abs()) else { continue };
            let place = Place { person, day: valid.day };
            let change = alternatives::decisions_at(schedule, event, place);
            let broken = checker::breaks(schedule, &change);
            // The start must be the only objection.
            if broken.iter().all(|violation| violation.rule == HardName::H2) {
                let text = format!(
                    "{}, if it starts at {}",
                    sentence(schedule, event, place),
                    time_in_words(minute_of(start))
                );
                let kind = RelaxationKind::Start(start);
                found.push((RELAXABLE.len(), Relaxation { person, day: valid.day, kind, text }));
            }
        }
    }
    found
}

/// The quarter hours of a day, from midnight.
fn quarters(midnight: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
    (0..24 * 60 / QUARTER).map(move |quarter| midnight + TimeDelta::minutes((quarter * QUARTER).into()))
}

fn sentence(schedule: &Schedule, event: EventIx, place: Place) -> String {
    let club = schedule.club();
    let own_day = club.event(event).released().is_some_and(|was| was.day == Some(place.day));
    let day = if own_day { String::new() } else { format!(" on {}", date_in_words(club.day(place.day).date)) };
    format!("{} could take it{day}", club.person(place.person).distinct_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::club;

    fn texts(lines: &str, event: u64) -> Vec<String> {
        let club = club(lines);
        let mut schedule = Schedule::as_posted(&club);
        let event = club.event_ixs().find(|e| club.event(*e).event_ref.0 == event).expect("the event");
        relaxations(&mut schedule, event, 3).into_iter().map(|relaxation| relaxation.text).collect()
    }

    #[test]
    fn a_seventh_day_or_a_second_core_is_relaxed() {
        // B works six days already, and C has a Core on that day.
        let lines = "person A specialist
            person B specialist
            person C specialist
            posted 1 Core 24..25 A 24
            posted 2 Other 22..29 B 22
            posted 3 Other 22..29 B 23
            posted 4 Other 22..29 B 25
            posted 5 Other 22..29 B 26
            posted 6 Other 22..29 B 27
            posted 7 Other 22..29 B 28
            posted 8 Core 24..25 C 24
            callout A 24..24 now=22T09:30";
        let found = texts(lines, 1);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(
            found[0].starts_with("B could take it, but that would break a rule: ") && found[0].ends_with("(H9)"),
            "{found:#?}"
        );
        assert!(
            found[1].starts_with("C could take it, but that would break a rule: ") && found[1].ends_with("(H3)"),
            "{found:#?}"
        );
    }

    #[test]
    fn a_later_start_is_offered_to_a_person_who_comes_later() {
        let lines = "person A lead
            person B lead
            weekly B tue=12:00-22:00
            posted 1 Other 24..25 A 24 at=10:15
            callout A 24..24 now=22T09:30";
        assert_eq!(texts(lines, 1), ["B could take it, if it starts at 12:00 pm"]);
    }

    #[test]
    fn a_title_that_does_not_allow_the_event_is_not_relaxed() {
        let lines = "person A barista
            person B specialist
            posted 1 JuicerProduction 24..25 A 24 at=09:00
            callout A 24..24 now=22T09:30";
        assert_eq!(texts(lines, 1), Vec::<String>::new());
    }
}
