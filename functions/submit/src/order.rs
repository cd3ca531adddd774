//! Picks the next line of a group and what to do for it. Pure: it only reads the lines.
//!
//! Lines in doubt come first, then restores, then all deletes, then the schedules; each in the order of the approval,
//! dependencies before dependents. A line waits for its dependencies, and fails if one fails.

use std::collections::BTreeSet;
use std::ops::Range;

use domain::snapshot::EventRef;
use store::Stored;
use store::lines::Line;
use store::stamp::Timestamp;
use store::states::{LineState, Step, Submission};

/// What to do for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Mark it as in doubt, because its worker was lost.
    Lapse,
    /// Read back the effect of its call.
    ReadBack,
    /// Make the call of its step.
    Send,
    /// Fail it without a call, because this dependency failed.
    Fail(EventRef),
}

/// A line's status with regard to its dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DependencyStatus {
    /// Every dependency allows the line's next call.
    Free,
    /// A dependency must go first.
    Waits,
    /// This dependency failed or was taken back.
    Fails(EventRef),
}

/// The index of the next line of the group, and what to do for it; `None` if nothing can be done now. The lines are in
/// the order of the approval. The lines of events in `skipped` are left out.
pub(crate) fn next(lines: &[Stored<Line>], now: Timestamp, skipped: &BTreeSet<EventRef>) -> Option<(usize, Turn)> {
    let turns = (0..lines.len()).filter(|n| !skipped.contains(&lines[*n].body.key.event));
    let turns = turns.filter_map(|n| turn(lines, n, now).map(|(rank, turn)| (rank, n, turn)));
    turns.min_by_key(|(rank, n, _)| (*rank, *n)).map(|(_, n, turn)| (n, turn))
}

/// When a worker must next work on the group. `None` if every line is settled, or if all unsettled lines are due and only
/// wait for each other.
///
/// If the open lines only wait for each other, this is the moment when all of them are due: the old schedule of a line that
/// swaps places is not taken back while its dependency is postponed.
pub(crate) fn next_work_at(lines: &[Stored<Line>], now: Timestamp) -> Option<Timestamp> {
    let due = |n: usize| lines[n].body.state.look_at();
    let not_waiting = (0..lines.len()).filter(|n| dependency_status(lines, *n, now) != DependencyStatus::Waits);
    let all_due = || (0..lines.len()).filter_map(due).max().filter(|at| *at > now);
    not_waiting.filter_map(due).min().or_else(all_due)
}

/// What to do now for line `n`, with its rank: lines of a lower rank go first.
fn turn(lines: &[Stored<Line>], n: usize, now: Timestamp) -> Option<(u8, Turn)> {
    let line = &lines[n].body;
    if line.state.look_at()? > now {
        return None;
    }
    match *line.state {
        LineState::Submitting { .. } => Some((0, Turn::Lapse)),
        LineState::InDoubt { .. } => Some((1, Turn::ReadBack)),
        LineState::Approved { .. } => {
            let rank = match step(line)? {
                // Nobody has the event until it is restored, so nothing may delay that.
                Step::Restore => return Some((2, Turn::Send)),
                Step::Delete => 3,
                Step::Schedule => 4,
            };
            match dependency_status(lines, n, now) {
                DependencyStatus::Free => Some((rank, Turn::Send)),
                DependencyStatus::Fails(dependency) => Some((rank, Turn::Fail(dependency))),
                DependencyStatus::Waits => None,
            }
        }
        _ => None,
    }
}

/// The status of line `n` with regard to its dependencies in the group. Dependencies outside the group were accepted
/// before the line was approved.
fn dependency_status(lines: &[Stored<Line>], n: usize, now: Timestamp) -> DependencyStatus {
    let line = &lines[n].body;
    if !matches!(&*line.state, LineState::Approved { .. }) || step(line) == Some(Step::Restore) {
        return DependencyStatus::Free;
    }
    let all = dependencies(lines, n, 0..lines.len()).map(|dependency| status_of_dependency(lines, n, dependency, now));
    all.fold(DependencyStatus::Free, |worst, status| match (worst, status) {
        (DependencyStatus::Fails(_), _) | (_, DependencyStatus::Free) => worst,
        (_, status) => status,
    })
}

/// The status of line `n` with regard to its dependency `other`. Lines that swap their places depend on each other: the
/// earlier one then waits only until the old place of the later one is free.
fn status_of_dependency(lines: &[Stored<Line>], n: usize, other: usize, now: Timestamp) -> DependencyStatus {
    let (line, dependency) = (&lines[n].body, &lines[other].body);
    let place_is_free = step(dependency) == Some(Step::Schedule);
    let free = match *dependency.state {
        LineState::ApiSubmitted { .. } => true,
        LineState::Approved { .. } | LineState::Submitting { .. } | LineState::InDoubt { .. } => {
            match (step(line), other < n) {
                // Nothing is taken back for a dependency that cannot be sent now.
                (Some(Step::Delete), true) => can_be_sent_after(lines, other, n, now, &mut BTreeSet::new()),
                (Some(Step::Delete), false) => true,
                (_, true) => false,
                (_, false) => place_is_free,
            }
        }
        // Failed, or dropped by a person.
        _ => return DependencyStatus::Fails(dependency.key.event),
    };
    if free { DependencyStatus::Free } else { DependencyStatus::Waits }
}

/// Whether the line `other` can be scheduled as soon as line `n`, a later one that depends on it, has freed its place:
/// `other` is due, has freed its own old place, and each of its own earlier dependencies is accepted or waits only for
/// line `n`. Later dependencies are not checked, because `other` waits only for their places. `checked` has the lines
/// that were checked before, so that each is checked once.
fn can_be_sent_after(
    lines: &[Stored<Line>],
    other: usize,
    n: usize,
    now: Timestamp,
    checked: &mut BTreeSet<usize>,
) -> bool {
    if !checked.insert(other) {
        return true;
    }
    let line = &lines[other].body;
    let is_due = matches!(*line.state, LineState::Approved { next_attempt_at } if next_attempt_at <= now);
    let is_ready = |earlier: usize| {
        is_accepted(&lines[earlier].body)
            || (needs(lines, earlier, n, &mut BTreeSet::new()) && can_be_sent_after(lines, earlier, n, now, checked))
    };
    is_due && step(line) == Some(Step::Schedule) && dependencies(lines, other, 0..other).all(is_ready)
}

/// Whether line `n` depends on `other`, directly or through dependencies that are not accepted yet.
fn needs(lines: &[Stored<Line>], n: usize, other: usize, seen: &mut BTreeSet<usize>) -> bool {
    dependencies(lines, n, 0..lines.len())
        .filter(|dependency| !is_accepted(&lines[*dependency].body))
        .any(|dependency| dependency == other || (seen.insert(dependency) && needs(lines, dependency, other, seen)))
}

/// The dependencies of line `n` in a part of its group.
fn dependencies(lines: &[Stored<Line>], n: usize, among: Range<usize>) -> impl Iterator<Item = usize> {
    let depends_on = &lines[n].body.depends_on;
    among.filter(move |other| *other != n && depends_on.contains(&lines[*other].body.key.event))
}

fn is_accepted(line: &Line) -> bool {
    matches!(&*line.state, LineState::ApiSubmitted { .. })
}

fn step(line: &Line) -> Option<Step> {
    line.submission.as_ref().map(|s: &Submission| s.step)
}
