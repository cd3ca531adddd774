//! Dependencies between lines in the current plan.

use std::collections::{BTreeMap, BTreeSet};

use domain::club::EventIx;
use domain::dependencies::dependencies;
use domain::schedule::{Decision, Schedule};
use domain::snapshot::EventRef;
use serde::Serialize;
use store::lines::Line;
use utoipa::ToSchema;

use crate::plan::Plan;

/// The lines that must be accepted before each line, by event.
pub type LineDependencies = BTreeMap<EventRef, Vec<EventRef>>;

/// A line that waits for another line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct HeldWith {
    /// The id of the line.
    pub line: String,
    /// The id of the line that it waits for.
    pub waits_for: String,
}

/// The dependencies among the undecided lines that `wanted` selects. Events that must be submitted together depend on each
/// other.
pub fn line_dependencies(plan: &Plan, wanted: impl Fn(&Line) -> bool) -> LineDependencies {
    let mut schedule = plan.schedule(wanted);
    let found = dependencies(&mut schedule);
    let event_ref = |e: &EventIx| plan.club.event(*e).event_ref;
    let mut line_dependencies: BTreeMap<EventRef, BTreeSet<EventRef>> =
        found.iter().map(|(after, before)| (event_ref(after), before.iter().map(event_ref).collect())).collect();
    for event in plan.club.event_ixs() {
        if let Some(other) = other_half(&schedule, event) {
            line_dependencies.entry(event_ref(&event)).or_default().insert(event_ref(&other));
            line_dependencies.entry(event_ref(&other)).or_default().insert(event_ref(&event));
        }
    }
    line_dependencies.into_iter().map(|(after, before)| (after, before.into_iter().collect())).collect()
}

/// The event that must be submitted together with this one: the Survey of its unit, or the posted Supervisor of a posted Core
/// that changes its day or is taken back. `None` if that event does not change.
fn other_half(schedule: &Schedule, event: EventIx) -> Option<EventIx> {
    let club = schedule.club();
    if schedule.is_changed(event)
        && let Some(survey) = club.survey_of_unit(event).filter(|s| schedule.is_changed(*s))
    {
        return Some(survey);
    }
    let posted = club.event(event).posting()?.day;
    let leaves = match schedule.decision(event) {
        Decision::Moved(place) => Some(place.day) != posted,
        Decision::Dropped => true,
        _ => false,
    };
    let follows = |f: &EventIx| matches!(schedule.decision(*f), Decision::Moved(_) | Decision::Dropped);
    club.follower(event).filter(|_| leaves).filter(follows)
}
