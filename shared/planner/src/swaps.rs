//! Which line displaces which posted schedule, with a reason for both.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::date_in_words;
use domain::checker::evaluate_change;
use domain::club::EventIx;
use domain::dependencies::successors;
use domain::event_type::EventType;
use domain::schedule::{Decision, Schedule};
use store::lines::SwapReason;

use crate::lines::points_in_words;

/// The swaps of a schedule: one for every posted schedule that is moved or dropped, and one for every new event that
/// takes the place of such a schedule.
pub(crate) fn swaps(schedule: &mut Schedule) -> BTreeMap<EventIx, SwapReason> {
    let takers = successors(schedule);
    let swaps = schedule.club().event_ixs().filter_map(|e| Some((e, swap(schedule, e, &takers)?)));
    swaps.collect()
}

fn swap(schedule: &mut Schedule, e: EventIx, takers: &BTreeMap<EventIx, BTreeSet<EventIx>>) -> Option<SwapReason> {
    let taken = takers.iter().find(|(_, takers)| takers.contains(&e)).map(|(gone, _)| *gone);
    match schedule.decision(e) {
        Decision::Open | Decision::Stands => None,
        Decision::New(_) => taken.map(|gone| takes_the_place(schedule, gone)),
        Decision::Moved(_) | Decision::Dropped => Some(match (takers.get(&e), taken) {
            _ if schedule.event(e).kind == EventType::Supervisor => follows_its_core(schedule, e),
            (Some(takers), _) => makes_room(schedule, takers),
            (None, Some(gone)) => takes_the_place(schedule, gone),
            (None, None) => scores_more(schedule, e),
        }),
    }
}

fn takes_the_place(schedule: &Schedule, gone: EventIx) -> SwapReason {
    let club = schedule.club();
    let event = club.event(gone);
    let destination = match schedule.place(gone) {
        Some(place) => {
            format!("moves to {} on {}", club.person(place.person).short_name, date_in_words(club.day(place.day).date))
        }
        None => "is taken back".to_owned(),
    };
    let reason = format!("takes the place of {}, which {destination}", event.title());
    SwapReason { bumped: Some(event.event_ref), reason }
}

fn makes_room(schedule: &Schedule, takers: &BTreeSet<EventIx>) -> SwapReason {
    let club = schedule.club();
    let first = takers.first().map(|e| club.event(*e));
    let more = match takers.len() {
        0 | 1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let title = first.map(domain::club::Event::title).unwrap_or_default();
    SwapReason { bumped: first.map(|e| e.event_ref), reason: format!("makes room for {title}{more}") }
}

fn follows_its_core(schedule: &Schedule, e: EventIx) -> SwapReason {
    let core = schedule.event(e).partner.map_or_else(|| "its Core".into(), |core| schedule.event(core).title());
    SwapReason { bumped: None, reason: format!("follows {core}, which leaves its day") }
}

fn scores_more(schedule: &mut Schedule, e: EventIx) -> SwapReason {
    let follower = schedule.club().follower(e).filter(|f| !schedule.stands(*f));
    let back: Vec<_> = follower.into_iter().chain([e]).map(|e| (e, Decision::Stands)).collect();
    let reason = match points_in_words(-evaluate_change(schedule, &back).points()) {
        Some(points) => format!("the schedule scores {points} more for it"),
        None => "the schedule as a whole is better".to_owned(),
    };
    SwapReason { bumped: None, reason }
}
