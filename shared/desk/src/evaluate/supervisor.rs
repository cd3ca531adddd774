//! The Supervisor of a Core that changes its day: where it stays, or with whom it moves along.

use domain::alternatives::{self, JointDecisions};
use domain::checker::{self, Effect};
use domain::club::{EventIx, PersonIx, Place as PersonDay};
use domain::event_type::EventType;
use domain::schedule::{Decision, Schedule};
use store::lines::Line;
use store::states::LineStatus;

use crate::plan::{LineMisfit, Plan};

/// A change of an event, in which the Supervisor that moves along stays where it is posted, or keeps the person whom somebody
/// gave it by hand, if that breaks no further rule. If the change breaks a rule anyway, the Supervisor is not left out for
/// that: it goes along if it can.
pub(crate) fn with_kept_supervisor(
    plan: &Plan,
    schedule: &mut Schedule,
    event: EventIx,
    (change, effect): (JointDecisions, Effect),
) -> (JointDecisions, Effect) {
    let is_along = |e: EventIx| e != event && plan.club.event(e).kind == EventType::Supervisor;
    let Some(at) = change.iter().position(|(e, _)| is_along(*e)) else { return (change, effect) };
    let (supervisor, decision) = change[at];
    let given_by_hand = person_given_by_hand(plan, supervisor);
    let kept = match (decision, posted_to(plan, supervisor), given_by_hand) {
        (Decision::Moved(_) | Decision::Dropped, Some(place), _) => Decision::Moved(place),
        (Decision::New(place), _, Some(person)) => Decision::New(PersonDay { person, ..place }),
        (Decision::Moved(place), _, Some(person)) => Decision::Moved(PersonDay { person, ..place }),
        _ => decision,
    };
    if kept != decision {
        let mut with_kept = change.clone();
        with_kept[at].1 = kept;
        let effect_with_kept = checker::evaluate_change(schedule, &with_kept);
        if effect_with_kept.violations.iter().all(|violation| effect.violations.contains(violation)) {
            return (with_kept, effect_with_kept);
        }
    }
    let new_day = change.iter().find_map(|(e, decision)| match decision {
        Decision::New(place) | Decision::Moved(place) if *e == event => Some(place.day),
        _ => None,
    });
    let is_left_out = matches!(decision, Decision::Dropped | Decision::Open);
    match new_day.filter(|_| is_left_out && !effect.violations.is_empty()) {
        Some(day) => alternatives::best_along(schedule, supervisor, day, (change, effect)),
        None => (change, effect),
    }
}

/// Where an event is posted, unless a line that people can still edit moves it. A line whose event is posted where the line
/// moves it, or was changed in another way, moves nothing.
fn posted_to(plan: &Plan, event: EventIx) -> Option<PersonDay> {
    let is_settled = |status: LineStatus| status.is_in_flight_or_accepted() || status == LineStatus::Rejected;
    let moves_it =
        |line: &Line| !is_settled(line.state.status()) && plan.decision(line) != Err(LineMisfit::EventChanged);
    if plan.line_of(event).is_some_and(|line| moves_it(&line.body)) {
        return None;
    }
    let posting = plan.club.event(event).posting()?;
    Some(PersonDay { person: posting.person, day: posting.day? })
}

/// Whether a decision leaves an event where it is posted.
pub(super) fn is_posted_to(plan: &Plan, event: EventIx, decision: Decision) -> bool {
    posted_to(plan, event).is_some_and(|place| decision == Decision::Moved(place))
}

/// The person whom somebody gave an event by hand, if its line still has that person.
fn person_given_by_hand(plan: &Plan, event: EventIx) -> Option<PersonIx> {
    let line = &plan.line_of(event)?.body;
    let wish = line.decisions.wish.as_ref().filter(|_| line.state.status().is_open())?;
    let is_met = line.place.as_ref().is_some_and(|place| wish.is_for(place));
    plan.club.find_person(&wish.employee_id.0).filter(|_| is_met)
}
