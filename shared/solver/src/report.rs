//! The answer document of a proposal: every line with its start, its block and its reason.

use domain::answer::{Answer, Flag, MovedFrom, Placement, PlacementKind, Status, Timing, Unplaced, UnplacedKind};
use domain::club::EventIx;
use domain::schedule::{Decision, Schedule};
use domain::timetable::{Slot, timetable};

use crate::{Proposal, reasons};

/// How detailed an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Placements, and reasons for what is left out.
    Plain,
    /// The same, with explanations of placements and with flags.
    Explained,
}

/// The answer document of a proposal. The caller fills in `timing_ms`.
pub fn answer(proposal: &Proposal, detail: Detail) -> Answer {
    let mut schedule = proposal.schedule.clone();
    let slots = timetable(&schedule);
    let placements = slots.iter().map(|slot| placement(&mut schedule, slot, detail)).collect();
    let club = schedule.club();
    let unplaced = club.event_ixs().filter_map(|e| unplaced(&mut schedule, e, proposal.status, detail)).collect();
    Answer {
        status: proposal.status,
        score: proposal.terms.score(),
        bound: proposal.bound,
        terms: proposal.terms.by_name(),
        placements,
        unplaced,
        kept: proposal.kept,
        timing_ms: Timing::default(),
    }
}

fn placement(schedule: &mut Schedule, slot: &Slot, detail: Detail) -> Placement {
    let club = schedule.club();
    let event = club.event(slot.event);
    let from = event.origin().map(|p| MovedFrom {
        employee_id: club.person(p.person).id.clone(),
        start: p.start,
        block: p.given_block,
    });
    Placement {
        event_ref: event.event_ref,
        employee_id: club.person(slot.place.person).id.clone(),
        start: slot.start,
        block: slot.block,
        kind: if from.is_some() { PlacementKind::Moved } else { PlacementKind::New },
        from,
        why: (detail == Detail::Explained).then(|| reasons::why(schedule, slot.event)),
    }
}

fn unplaced(schedule: &mut Schedule, e: EventIx, ended: Status, detail: Detail) -> Option<Unplaced> {
    let event = schedule.event(e);
    let (kind, flag) = match schedule.decision(e) {
        Decision::Dropped => (UnplacedKind::Dropped, Flag::MovesPosted),
        Decision::Open if event.released().is_some() => (UnplacedKind::Dropped, Flag::NotPlaced),
        Decision::Open if event.is_candidate() => (UnplacedKind::NotPlaced, Flag::NotPlaced),
        _ => return None,
    };
    let reason = reasons::explain(schedule, e, ended).reason(schedule.club());
    let flags = if detail == Detail::Explained { vec![flag] } else { Vec::new() };
    Some(Unplaced { event_ref: event.event_ref, kind, reason, flags })
}
