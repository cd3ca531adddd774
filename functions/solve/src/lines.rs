//! From an answer to the lines of a proposal: what a manager decides on, with all that later readers need of the event.

use std::collections::BTreeMap;

use domain::answer::{Answer, Placement, PlacementKind, Reason, RunnerUp, Unplaced, UnplacedKind};
use domain::club::EventIx;
use domain::dependencies::dependencies;
use domain::schedule::Schedule;
use domain::snapshot::{EventFacts, EventRef};
use serde::Serialize;
use store::decisions::Decisions;
use store::events::Place;
use store::key::{LineKey, ProposalKey, ScheduledEventId};
use store::lines::{Failure, Line, LineKind, OldPlace, Reasons, Swap};
use store::stamp::Timestamp;
use store::states::LineState;

use crate::engine::Task;
use crate::swaps::swaps;
use crate::trouble::Trouble;

/// What lines are made of, beside the answer.
pub(crate) struct Draft<'c> {
    schedule: Schedule<'c>,
    proposal: ProposalKey,
    facts: BTreeMap<EventRef, EventFacts>,
    scheduled_ids: BTreeMap<EventRef, ScheduledEventId>,
    depends_on: BTreeMap<EventIx, Vec<EventIx>>,
    swaps: BTreeMap<EventIx, Swap>,
    written_at: Timestamp,
}

/// The long reasons of a line, in the words of the answer.
#[derive(Serialize)]
struct Long<'a> {
    terms: Option<&'a BTreeMap<String, f64>>,
    runner_up: Option<&'a RunnerUp>,
    reason: Option<&'a Reason>,
}

impl<'c> Draft<'c> {
    /// Gathers what lines need.
    pub fn new(task: &Task, mut schedule: Schedule<'c>) -> Draft<'c> {
        let posted = task.snapshot.posted.iter().map(|p| &p.event);
        let facts = task.snapshot.events.iter().chain(posted).map(|facts| (facts.event_ref, facts.clone())).collect();
        Draft {
            depends_on: dependencies(&mut schedule),
            swaps: swaps(&mut schedule),
            schedule,
            proposal: task.proposal.clone(),
            facts,
            scheduled_ids: task.scheduled_ids.clone(),
            written_at: task.clock.now(),
        }
    }

    /// Every line of the answer with its long reasons, in order of ref.
    pub fn lines(&self, answer: &Answer) -> Result<(Vec<Line>, Vec<Reasons>), Trouble> {
        let mut all = Vec::with_capacity(answer.placements.len() + answer.unplaced.len());
        for placement in &answer.placements {
            let why = placement.why.as_ref();
            let long =
                Long { terms: why.map(|w| &w.terms), runner_up: why.and_then(|w| w.runner_up.as_ref()), reason: None };
            all.extend(self.placed(placement).map(|line| (line, long)));
        }
        for left_out in &answer.unplaced {
            let long = Long { terms: None, runner_up: None, reason: Some(&left_out.reason) };
            all.extend(self.left_out(left_out).map(|line| (line, long)));
        }
        all.sort_by_key(|(line, _)| line.key.event);
        let (mut lines, mut reasons) = (Vec::with_capacity(all.len()), Vec::with_capacity(all.len()));
        for (line, long) in all {
            reasons.push(Reasons { key: line.key.clone(), why: serde_json::to_value(long)? });
            lines.push(line);
        }
        Ok((lines, reasons))
    }

    fn placed(&self, placement: &Placement) -> Option<Line> {
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

    fn left_out(&self, left_out: &Unplaced) -> Option<Line> {
        let kind = match left_out.kind {
            UnplacedKind::NotPlaced => LineKind::NotPlaced,
            UnplacedKind::Dropped => LineKind::Dropped,
        };
        let line = self.line(left_out.event_ref, kind)?;
        let failure = (kind == LineKind::NotPlaced).then(|| Failure {
            code: left_out.reason.code.to_owned(),
            text: left_out.reason.text.clone(),
            rules: left_out.reason.rules.iter().map(|r| (*r).to_owned()).collect(),
        });
        Some(Line { failure, flags: left_out.flags.clone(), ..line })
    }

    /// What every line has, whatever it does. None of an event that the snapshot does not have.
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
        let ref_of = |e: &EventIx| club.event(*e).event_ref;
        Some(Line {
            key: LineKey { run: self.proposal.run.clone(), token: self.proposal.token, event: event_ref },
            kind,
            state: LineState::Proposed,
            held: false,
            event: facts,
            place: None,
            original: None,
            from,
            pair: event.partner.as_ref().map(ref_of),
            depends_on: self.depends_on.get(&e).into_iter().flatten().map(ref_of).collect(),
            swap: self.swaps.get(&e).cloned(),
            failure: None,
            flags: Vec::new(),
            overridden: None,
            decisions: Decisions::default(),
            unmet: None,
            submission: None,
            written_at: self.written_at,
        })
    }
}
