//! The cheapest way to place an event that has no legal place: which other event would have to be given up, and how the
//! score would change.

use domain::alternatives::{self, JointDecisions, head_of_unit};
use domain::checker;
use domain::club::{EventIx, Place};
use domain::event_type::EventType;
use domain::rules::{HardName, Violation};
use domain::schedule::{Decision, Schedule};

use super::explanation::Exchange;

/// The exchange that results in the highest score: this event is placed and another one is given up.
pub(super) fn nearest(schedule: &mut Schedule, head: EventIx, tried: &[(Place, Vec<Violation>)]) -> Option<Exchange> {
    let mut best: Option<Exchange> = None;
    for (place, violations) in tried {
        for give_up in events_to_give_up(schedule, *place, violations) {
            let left_out = decisions_to_give_up(schedule, give_up);
            let mut change = alternatives::decisions_at(schedule, head, *place);
            change.extend(left_out.iter().copied());
            // Points first: rules are checked only for an exchange that scores more than the best so far.
            let points = checker::gain(schedule, &change).score();
            if best.as_ref().is_none_or(|b| points > b.points) && checker::breaks(schedule, &change).is_empty() {
                let also_given_up = left_out.into_iter().map(|(e, _)| e).filter(|e| *e != give_up).collect();
                best = Some(Exchange { give_up, also_given_up, place: *place, points });
            }
        }
    }
    best
}

/// The events that may each remove all violations of a place if given up.
fn events_to_give_up(schedule: &Schedule, place: Place, violations: &[Violation]) -> Vec<EventIx> {
    let mut common: Option<Vec<EventIx>> = None;
    for violation in violations {
        let for_violation: Vec<EventIx> = match violation.rule {
            // Any Core of the day may be the one whose block is needed.
            HardName::H14 => schedule.on(place.day).filter(|e| schedule.event(*e).kind == EventType::Core).collect(),
            HardName::H3
            | HardName::H4
            | HardName::H5
            | HardName::H6
            | HardName::H7
            | HardName::H8
            | HardName::H9
            | HardName::H13 => violation.others.clone(),
            // To give up another event does not help against the other rules.
            _ => return Vec::new(),
        };
        common = Some(match common {
            None => for_violation,
            Some(common) => common.into_iter().filter(|e| for_violation.contains(e)).collect(),
        });
    }
    let mut heads: Vec<EventIx> =
        common.unwrap_or_default().into_iter().map(|e| head_of_unit(schedule.club(), e)).collect();
    heads.retain(|e| match schedule.decision(*e) {
        Decision::New(_) => true,
        Decision::Stands | Decision::Moved(_) => schedule.event(*e).is_movable(),
        Decision::Open | Decision::Dropped => false,
    });
    heads.sort_unstable();
    heads.dedup();
    heads
}

/// The decisions that leave out an event, together with its Survey or Supervisor.
fn decisions_to_give_up(schedule: &Schedule, e: EventIx) -> JointDecisions {
    let club = schedule.club();
    let event = club.event(e);
    let supervisor = event.partner.filter(|p| event.kind == EventType::Core && schedule.place(*p).is_some());
    let supervisor = supervisor.filter(|s| schedule.is_changed(*s) || club.follower(e) == Some(*s));
    let out = |e: EventIx| if club.event(e).posting().is_some() { Decision::Dropped } else { Decision::Open };
    std::iter::once(e).chain(supervisor).chain(club.survey_of_unit(e)).map(|e| (e, out(e))).collect()
}
