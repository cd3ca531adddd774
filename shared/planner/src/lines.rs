//! Makes the lines of a proposal from an answer, with the event data that readers of the lines need.

use std::collections::BTreeMap;

use domain::answer::{Answer, Placement, PlacementKind, Reason, Unplaced, UnplacedKind};
use domain::club::EventIx;
use domain::dependencies::dependencies;
use domain::schedule::Schedule;
use domain::snapshot::{EventFacts, EventRef};
use store::answer::LineReasons;
use store::events::Place;
use store::key::{LineKey, ProposalKey, ScheduledEventId};
use store::lines::{Failure, LeavingCause, Line, LineKind, OldPlace, Reasons, SwapReason};
use store::stamp::Timestamp;

use crate::engine::Task;
use crate::swaps::swaps;

/// Makes lines from an answer. It has the data that the lines need in addition to the answer.
pub(crate) struct LineBuilder<'c> {
    schedule: Schedule<'c>,
    proposal: ProposalKey,
    facts: BTreeMap<EventRef, EventFacts>,
    scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
    depends_on: BTreeMap<EventIx, Vec<EventIx>>,
    swaps: BTreeMap<EventIx, SwapReason>,
    written_at: Timestamp,
}

impl<'c> LineBuilder<'c> {
    /// Collects the data of the lines.
    pub fn new(task: &Task, mut schedule: Schedule<'c>) -> LineBuilder<'c> {
        let posted = task.snapshot.posted.iter().map(|p| &p.event);
        let facts = task.snapshot.events.iter().chain(posted).map(|facts| (facts.event_ref, facts.clone())).collect();
        LineBuilder {
            depends_on: dependencies(&mut schedule),
            swaps: swaps(&mut schedule),
            schedule,
            proposal: task.proposal.clone(),
            facts,
            scheduled_ids: task.scheduled_ids.clone(),
            written_at: task.clock.now(),
        }
    }

    /// Every line of the answer and its long reasons, in order of ref.
    pub fn lines(&self, answer: &Answer) -> (Vec<Line>, Vec<Reasons>) {
        let mut all = Vec::with_capacity(answer.placements.len() + answer.unplaced.len());
        for placement in &answer.placements {
            let why = placement.why.as_ref();
            let long = LineReasons {
                terms: why.map(|w| w.terms.clone()),
                runner_up: why.and_then(|w| w.runner_up.clone()),
                reason: None,
            };
            all.extend(self.placed_line(placement).map(|line| (line, long)));
        }
        for left_out in &answer.unplaced {
            let long = LineReasons { reason: Some(failure(&left_out.reason)), ..LineReasons::default() };
            all.extend(self.left_out_line(left_out).map(|line| (line, long)));
        }
        all.sort_by_key(|(line, _)| line.key.event);
        let with_key = |(line, why): (Line, LineReasons)| {
            let reasons = Reasons { key: line.key.clone(), why };
            (line, reasons)
        };
        all.into_iter().map(with_key).unzip()
    }

    fn placed_line(&self, placement: &Placement) -> Option<Line> {
        let place =
            Place { employee_id: placement.employee_id.clone(), start: placement.start, block: placement.block };
        let kind = match placement.kind {
            PlacementKind::New => LineKind::New,
            PlacementKind::Moved => LineKind::Moved,
        };
        let line = self.line(placement.event_ref, kind)?;
        let flags = placement.why.as_ref().map(|w| w.flags.clone()).unwrap_or_default();
        Some(Line { place: Some(place.clone()), original: Some(place), flags, ..line })
    }

    fn left_out_line(&self, left_out: &Unplaced) -> Option<Line> {
        let kind = match left_out.kind {
            UnplacedKind::NotPlaced => LineKind::NotPlaced,
            UnplacedKind::Dropped => LineKind::Dropped,
        };
        let line = self.line(left_out.event_ref, kind)?;
        let failure = (kind == LineKind::NotPlaced).then(|| failure(&left_out.reason));
        Some(Line { failure, flags: left_out.flags.clone(), ..line })
    }

    /// The fields that every line has. `None` if the snapshot does not contain the event.
    fn line(&self, event_ref: EventRef, kind: LineKind) -> Option<Line> {
        let club = self.schedule.club();
        let e = club.find(event_ref)?;
        let event = club.event(e);
        let facts = EventFacts {
            kind: Some(event.kind),
            estimated_minutes: Some(event.minutes),
            ..self.facts.get(&event_ref)?.clone()
        };
        let from = event.posting().map(|p| OldPlace {
            place: Place { employee_id: club.person(p.person).id.clone(), start: p.start, block: p.given_block },
            scheduled_event_id: self.scheduled_ids.get(&event_ref).copied(),
        });
        let is_absent = |p: &domain::club::Posting| p.day.is_some_and(|day| club.why_away(p.person, day).is_some());
        let left = if event.posting().is_some_and(is_absent) { LeavingCause::Absence } else { LeavingCause::Plan };
        let ref_of = |e: &EventIx| club.event(*e).event_ref;
        let key = LineKey::of(&self.proposal, event_ref);
        Some(Line {
            from,
            left,
            pair: event.partner.as_ref().map(ref_of),
            depends_on: self.depends_on.get(&e).into_iter().flatten().map(ref_of).collect(),
            swap: self.swaps.get(&e).cloned(),
            ..Line::new(key, kind, facts, self.written_at)
        })
    }
}

/// Points with their unit, rounded to a hundredth as in reasons: `1 point`, `2.5 points`. `None` unless the rounded
/// number is above 0.
pub(crate) fn points_in_words(points: f64) -> Option<String> {
    let rounded = (points * 100.0).round() / 100.0;
    let unit = if rounded == 1.0 { "point" } else { "points" };
    (rounded > 0.0).then(|| format!("{rounded} {unit}"))
}

fn failure(reason: &Reason) -> Failure {
    Failure {
        code: reason.code.to_owned(),
        text: reason.text.clone(),
        rules: reason.rules.iter().map(|rule| (*rule).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::points_in_words;

    #[test]
    fn points_have_a_singular_and_a_plural_unit() {
        for (points, expected) in
            [(1.0, Some("1 point")), (0.999, Some("1 point")), (2.5, Some("2.5 points")), (0.001, None), (-3.0, None)]
        {
            assert_eq!(points_in_words(points).as_deref(), expected, "{points}");
        }
    }
}
