//! Whose turn it is in a group, and for what. Pure: it reads what the table says and decides nothing else.
//!
//! What is in doubt comes first, then what must be restored, then every delete, then the schedules; each in the order
//! of the approval, bases before dependents. A line waits for what it depends on, and fails with it.

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
    /// Its worker was lost: it is in doubt.
    Lapse,
    /// Find out what became of its call.
    ReadBack,
    /// Make the call of its step.
    Send,
    /// Fail it unsent: this base of it failed.
    Fail(EventRef),
}

/// How a line stands towards what it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Free,
    Waits,
    Fails(EventRef),
}

/// The next line of the group by its index, and what to do for it. The lines are in the order of the approval; those
/// that are left alone are passed by.
pub(crate) fn next(lines: &[Stored<Line>], now: Timestamp, left_alone: &BTreeSet<EventRef>) -> Option<(usize, Turn)> {
    let turns = (0..lines.len()).filter(|n| !left_alone.contains(&lines[*n].body.key.event));
    let turns = turns.filter_map(|n| turn(lines, n, now).map(|(rank, turn)| (rank, n, turn)));
    turns.min_by_key(|(rank, n, _)| (*rank, *n)).map(|(_, n, turn)| (n, turn))
}

/// When the group must be looked at next; none where every line is settled or waits for another that is not.
pub(crate) fn look_at(lines: &[Stored<Line>], now: Timestamp) -> Option<Timestamp> {
    let on_their_own = (0..lines.len()).filter(|n| stand(lines, *n, now) != Stand::Waits);
    on_their_own.filter_map(|n| lines[n].body.state.look_at()).min()
}

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
                // Nobody has the event while it is not restored, so nothing may hold that up.
                Step::Restore => return Some((2, Turn::Send)),
                Step::Delete => 3,
                Step::Schedule => 4,
            };
            match stand(lines, n, now) {
                Stand::Free => Some((rank, Turn::Send)),
                Stand::Fails(base) => Some((rank, Turn::Fail(base))),
                Stand::Waits => None,
            }
        }
        _ => None,
    }
}

/// How the line stands towards its bases in the group; what it depends on elsewhere was accepted before it was approved.
fn stand(lines: &[Stored<Line>], n: usize, now: Timestamp) -> Stand {
    let line = &lines[n].body;
    if !matches!(&*line.state, LineState::Approved { .. }) || step(line) == Some(Step::Restore) {
        return Stand::Free;
    }
    let stands = bases(lines, n, 0..lines.len()).map(|base| towards(lines, n, base, now));
    stands.fold(Stand::Free, |worst, stand| match (worst, stand) {
        (Stand::Fails(_), _) | (_, Stand::Free) => worst,
        (_, stand) => stand,
    })
}

/// How a line stands towards one base. Lines that trade their places depend on each other: then the one that comes first
/// waits only until the other's place is free.
fn towards(lines: &[Stored<Line>], n: usize, base: usize, now: Timestamp) -> Stand {
    let (line, on) = (&lines[n].body, &lines[base].body);
    let place_is_free = step(on) == Some(Step::Schedule);
    let free = match *on.state {
        LineState::ApiSubmitted { .. } => true,
        LineState::Approved { .. } | LineState::Submitting { .. } | LineState::InDoubt { .. } => {
            match (step(line), base < n) {
                // Nothing is taken back for a base that cannot go out now.
                (Some(Step::Delete), true) => goes_out(lines, base, n, now, &mut BTreeSet::new()),
                (Some(Step::Delete), false) => true,
                (_, true) => false,
                (_, false) => place_is_free,
            }
        }
        // Failed, or taken back by a person.
        _ => return Stand::Fails(on.key.event),
    };
    if free { Stand::Free } else { Stand::Waits }
}

/// Whether a base goes out as soon as line `n`, which comes after it, has freed its place: it is due, its own place is
/// free, and what it needs of those before it was accepted or waits for line `n` in its turn. Those after it are not
/// asked: towards them it waits for their places alone. Each line is asked once, however many ways lead to it.
fn goes_out(lines: &[Stored<Line>], base: usize, n: usize, now: Timestamp, asked: &mut BTreeSet<usize>) -> bool {
    if !asked.insert(base) {
        return true;
    }
    let on = &lines[base].body;
    let due = matches!(*on.state, LineState::Approved { next_attempt_at } if next_attempt_at <= now);
    let before = |b: usize| {
        is_accepted(&lines[b].body) || (needs(lines, b, n, &mut BTreeSet::new()) && goes_out(lines, b, n, now, asked))
    };
    due && step(on) == Some(Step::Schedule) && bases(lines, base, 0..base).all(before)
}

/// Whether a line needs another, itself or by way of what it needs that is not accepted yet.
fn needs(lines: &[Stored<Line>], n: usize, other: usize, seen: &mut BTreeSet<usize>) -> bool {
    bases(lines, n, 0..lines.len())
        .filter(|base| !is_accepted(&lines[*base].body))
        .any(|base| base == other || (seen.insert(base) && needs(lines, base, other, seen)))
}

/// What a line depends on, among some of its group.
fn bases(lines: &[Stored<Line>], n: usize, among: Range<usize>) -> impl Iterator<Item = usize> {
    let on = &lines[n].body.depends_on;
    among.filter(move |base| *base != n && on.contains(&lines[*base].body.key.event))
}

fn is_accepted(line: &Line) -> bool {
    matches!(&*line.state, LineState::ApiSubmitted { .. })
}

fn step(line: &Line) -> Option<Step> {
    line.submission.as_ref().map(|s: &Submission| s.step)
}
