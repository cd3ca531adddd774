//! Dependencies between lines in the current plan.

use std::collections::{BTreeMap, BTreeSet};

use domain::club::EventIx;
use domain::dependencies::dependencies;
use domain::schedule::Schedule;
use domain::snapshot::EventRef;
use serde::Serialize;
use store::edits::{EditEffect, LineEdit, NewDependencies};
use store::events::Place;
use store::lines::{Edit, Line};
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
    dependencies_in(plan.schedule(wanted))
}

/// The dependencies among the changes of a schedule.
fn dependencies_in(mut schedule: Schedule<'_>) -> LineDependencies {
    let found = dependencies(&mut schedule);
    let event_ref = |e: &EventIx| schedule.event(*e).event_ref;
    found.iter().map(|(after, before)| (event_ref(after), before.iter().map(event_ref).collect())).collect()
}

/// The lines that depend on those in `excluded`, directly or not, each with the line that it waits for.
pub fn waiting_for(
    line_dependencies: &LineDependencies,
    excluded: &BTreeSet<EventRef>,
) -> BTreeMap<EventRef, EventRef> {
    let mut waiting: BTreeMap<EventRef, EventRef> = BTreeMap::new();
    loop {
        let is_left_out = |e: &EventRef| excluded.contains(e) || waiting.contains_key(e);
        let next = line_dependencies.iter().filter(|(after, _)| !is_left_out(after));
        let next = next.filter_map(|(after, before)| Some((*after, *before.iter().find(|b| is_left_out(b))?)));
        let next: Vec<(EventRef, EventRef)> = next.collect();
        if next.is_empty() {
            return waiting;
        }
        waiting.extend(next);
    }
}

/// Sets what each edited line depends on in the schedule after the edits. Returns the open lines that are not edited, but
/// depend on other lines than before.
pub(crate) fn set_dependencies(plan: &Plan, after: Schedule<'_>, edits: &mut [LineEdit]) -> Vec<NewDependencies> {
    let (before, after) = (line_dependencies(plan, |_| true), dependencies_in(after));
    for edit in edits.iter_mut() {
        let Some(line) = plan.line(edit.key.event).map(|line| &line.body) else { continue };
        let is_at = |place: &Place| line.place.as_ref().is_some_and(|at| is_same_cell(at, place));
        let stays = matches!(&edit.edit, Edit::Place { place, .. } if is_at(place));
        edit.depends_on = if stays && edit.meaning != EditEffect::Asked {
            dependencies_in_place(line, &before, &after)
        } else {
            // The plan counts a line that is being submitted as posted, but it must still be accepted first.
            let in_flight = |on: &&EventRef| plan.line(**on).is_some_and(|l| l.body.state.status().is_in_flight());
            let kept = line.depends_on.iter().filter(in_flight);
            let now: BTreeSet<EventRef> =
                after.get(&line.key.event).into_iter().flatten().chain(kept).copied().collect();
            now.into_iter().collect()
        };
    }
    let open = plan.lines.values().filter(|line| line.body.state.status().is_open());
    let others = open.filter(|line| edits.iter().all(|edit| edit.key != line.body.key));
    let changed = others.filter_map(|line| {
        let depends_on = dependencies_in_place(&line.body, &before, &after);
        let (key, version) = (line.body.key.clone(), line.version);
        (depends_on != line.body.depends_on).then_some(NewDependencies { key, version, depends_on })
    });
    changed.collect()
}

/// What a line that stays where it is depends on. A dependency on a line that is rejected or sent is not in the plan, and
/// stays.
fn dependencies_in_place(line: &Line, before: &LineDependencies, after: &LineDependencies) -> Vec<EventRef> {
    let of = |all: &LineDependencies| all.get(&line.key.event).cloned().unwrap_or_default();
    let (before, after) = (of(before), of(after));
    if before == after {
        return line.depends_on.clone();
    }
    let stays = line.depends_on.iter().filter(|on| !before.contains(on));
    let now: BTreeSet<EventRef> = stays.chain(&after).copied().collect();
    now.into_iter().collect()
}

/// Whether two places are of the same person on the same day.
fn is_same_cell(one: &Place, other: &Place) -> bool {
    (&one.employee_id, one.start.date()) == (&other.employee_id, other.start.date())
}
