//! The line that a change edits for each of its events, and why the other event of a pair cannot follow.

use domain::club::EventIx;
use domain::schedule::Decision;
use store::Stored;
use store::events::Place;
use store::lines::{Line, LineKind};
use store::states::LineStatus;

use super::is_editable;
use crate::error::DeskError;
use crate::evaluate::{EvaluatedChange, gives_no_new_place};
use crate::plan::Plan;
use crate::slots::place;

/// Refuses a change that puts its event where it is posted, or if another event of it would have to follow, and cannot.
/// [`edit`](super::edit) refuses it for the same reason.
pub(crate) fn refuse_impossible(plan: &Plan, evaluated: &EvaluatedChange<'_>, event: EventIx) -> Result<(), DeskError> {
    if evaluated.change.first() == Some(&(event, Decision::Stands)) {
        return Err(DeskError::SameAsPosted);
    }
    for (partner, decision) in evaluated.change.iter().filter(|(e, _)| *e != event) {
        edited_line(plan, evaluated, *partner, *decision)?;
    }
    Ok(())
}

/// The line that a change edits, with its new place, if it has one.
pub(super) struct LineWithPlace<'p> {
    pub line: &'p Stored<Line>,
    pub place: Option<Place>,
}

/// The line that a new decision for an event edits. `None` if the decision changes nothing.
pub(super) fn edited_line<'p>(
    plan: &'p Plan,
    evaluated: &EvaluatedChange<'_>,
    event: EventIx,
    decision: Decision,
) -> Result<Option<LineWithPlace<'p>>, DeskError> {
    let line = plan.line_of(event).filter(|line| line.body.state.status() != LineStatus::Rejected);
    let Some(line) = line else {
        return match decision {
            Decision::Stands | Decision::Open => Ok(None),
            _ => Err(cannot_follow(plan, event)),
        };
    };
    if !is_editable(&line.body) {
        return match decision {
            Decision::Stands => Ok(None),
            _ => Err(cannot_follow_now(plan, &line.body, event)),
        };
    }
    match place(plan, &evaluated.after, event, &evaluated.slots) {
        Some(_) if line.body.kind == LineKind::Dropped => Err(cannot_follow(plan, event)),
        Some(place) => {
            if !is_first(evaluated, event) && !still_fits(plan, &line.body, event, &place) {
                return Err(cannot_follow_since(plan, event));
            }
            Ok(Some(LineWithPlace { line, place: Some(place) }))
        }
        None if decision == Decision::Stands && is_first(evaluated, event) => Err(DeskError::SameAsPosted),
        None if decision == Decision::Dropped && line.body.kind == LineKind::Dropped => Ok(None),
        None if gives_no_new_place(decision) && plan.club.event(event).posting().is_none() => {
            Ok(line.body.place.is_some().then_some(LineWithPlace { line, place: None }))
        }
        None => Err(cannot_follow(plan, event)),
    }
}

/// The error for an event that must move along, but whose line was approved already. While it is on its way, it cannot be
/// moved in the calendar either.
fn cannot_follow_now(plan: &Plan, line: &Line, event: EventIx) -> DeskError {
    let title = plan.club.event(event).title();
    let why = if line.state.status().is_in_flight() {
        "is on its way to Crossmark: wait until Crossmark has answered"
    } else {
        "was sent already: move both in the calendar"
    };
    DeskError::PairCannotFollow { words: format!("{title} would have to follow, and {why}") }
}

/// Whether a change was asked for this event, and not for the other one of its pair.
fn is_first(evaluated: &EvaluatedChange<'_>, event: EventIx) -> bool {
    evaluated.change.first().is_some_and(|(first, _)| *first == event)
}

/// Whether the event of a line is posted as it was when the line was made, or at its new place already.
fn still_fits(plan: &Plan, line: &Line, event: EventIx, place: &Place) -> bool {
    let posting = plan.club.event(event).posting();
    let posted = posting.map(|posting| (&plan.club.person(posting.person).id, posting.start));
    let moved = Line { place: Some(place.clone()), ..line.clone() };
    moved.has_expected_schedule(posted) || moved.is_posted_already(posted)
}

/// The error for an event that must move along, but was changed in another way since its line was made.
fn cannot_follow_since(plan: &Plan, event: EventIx) -> DeskError {
    let title = plan.club.event(event).title();
    DeskError::PairCannotFollow {
        words: format!(
            "{title} would have to follow, and was posted, moved or taken back in another way since this proposal was made: \
             move both in the calendar"
        ),
    }
}

/// The error for an event that must move along, but has no line that can be changed.
fn cannot_follow(plan: &Plan, event: EventIx) -> DeskError {
    let title = plan.club.event(event).title();
    DeskError::PairCannotFollow {
        words: format!("{title} would have to follow, and this proposal has no line for that"),
    }
}
