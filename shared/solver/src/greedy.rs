//! Makes a schedule without the engine: event by event, base events first and then by due date, each in the best of the
//! first few places that break no rule. An event stays out if none of these places raises the score. The solver uses
//! this schedule if the engine finds nothing in time.

use domain::alternatives;
use domain::checker::{self, placement_value};
use domain::club::{Club, EventIx, Place};
use domain::event_type::EventType;
use domain::schedule::{Decision, Schedule};

use crate::extract::drop_stranded_supervisors;

/// Maximum number of legal places that are compared for an event.
const MAX_COMPARED: usize = 6;

/// A legal schedule that leaves posted schedules where they are, except that a Supervisor is dropped if its Core is
/// released by a call-out and not placed on its own day.
pub(crate) fn schedule(club: &Club) -> Schedule<'_> {
    let mut schedule = Schedule::as_posted(club);
    drop_stranded_supervisors(&mut schedule);
    // Base events come first, because support events need one beside them.
    let mut order: Vec<EventIx> =
        club.candidates().filter(|e| club.event(*e).kind != EventType::JuicerSurvey).collect();
    order.extend(club.candidates().filter(|e| club.event(*e).kind == EventType::JuicerSurvey));
    order.sort_by_key(|e| {
        let event = club.event(*e);
        (!event.kind.is_base(), event.kind == EventType::JuicerSurvey, event.due, event.event_ref)
    });
    for event in order {
        if schedule.decision(event) == Decision::Open {
            place_well(&mut schedule, event);
        }
    }
    schedule
}

/// Places an event in the best of the first few places that break no rule, if that raises the score.
fn place_well(schedule: &mut Schedule, e: EventIx) {
    let club = schedule.club();
    let event = club.event(e);
    let mut best: Option<(f64, Vec<(EventIx, Decision)>)> = None;
    let mut compared = 0;
    for valid in &event.valid {
        let mut people: Vec<_> = club.person_ixs().filter(|p| club.can_work(*p, event, *valid)).collect();
        let date = club.day(valid.day).date;
        people.sort_by(|a, b| {
            let value = |p| placement_value(club, event, p, date, |_| true);
            value(*b).total_cmp(&value(*a)).then_with(|| schedule.core_of(*a).cmp(&schedule.core_of(*b)))
        });
        for person in people {
            let changes = alternatives::decisions_at(schedule, e, Place { person, day: valid.day });
            if !checker::breaks(schedule, &changes).is_empty() {
                continue;
            }
            let points = checker::evaluate_change(schedule, &changes).points();
            if points > 0.0 && best.as_ref().is_none_or(|(b, _)| points > *b) {
                best = Some((points, changes));
            }
            compared += 1;
            if compared >= MAX_COMPARED {
                break;
            }
        }
        if compared >= MAX_COMPARED {
            break;
        }
    }
    for (event, decision) in best.into_iter().flat_map(|(_, changes)| changes) {
        schedule.decide(event, decision);
    }
}
