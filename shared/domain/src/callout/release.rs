//! Which schedules a call-out releases, and which schedules stay fixed.

use crate::club::{Club, EventIx, Posting, Role, ValidDay};
use crate::event_type::EventType;
use crate::snapshot::Moves;

use super::Callout;

impl Club {
    /// Releases the absent person's schedules: each becomes a candidate that keeps its posting, and the day where it was
    /// posted becomes valid for it. Call this after posted blocks and pairs are set, and before valid days are shared.
    pub(crate) fn release(&mut self) {
        let Some(callout) = self.callout else { return };
        let released = self.released_by(&callout);
        for e in &released {
            let event = &mut self.events[e.0];
            let Role::Posted(posting) = event.role.clone() else { continue };
            if let Some(day) = posting.day
                && let Err(at) = event.valid.binary_search_by_key(&day, |v| v.day)
            {
                event.valid.insert(at, ValidDay::until_midnight(day, 0));
            }
            event.role = Role::Released(posting);
        }
        let others_may_move = !released.is_empty() && callout.moves != Moves::None;
        for e in self.event_ixs() {
            let movable = others_may_move && self.is_movable_in(&callout, e);
            if let Role::Posted(posting) = &mut self.events[e.0].role {
                posting.movable = movable;
            }
        }
    }

    /// The absent person's posted schedules that are not released because an earlier change is on its way to Crossmark:
    /// of the event, or of the other half of its pair. Each with the event of that change.
    pub fn under_way_of_absent(&self) -> Vec<(EventIx, EventIx)> {
        let Some(callout) = &self.callout else { return Vec::new() };
        let theirs = self.schedules_of_absent(callout);
        theirs.filter_map(|e| Some((e, self.waits_for_answer_of(e)?))).collect()
    }

    /// The event of which an earlier change must be answered before this one can change: itself, or the other half of
    /// its pair that would have to go along.
    fn waits_for_answer_of(&self, e: EventIx) -> Option<EventIx> {
        let event = self.event(e);
        let other = event.partner.filter(|_| event.kind != EventType::Supervisor);
        let is_under_way = |e: &EventIx| self.under_way.contains(&self.event(*e).event_ref);
        [Some(e), other].into_iter().flatten().find(is_under_way)
    }

    /// The absent person's posted schedules that have not begun.
    fn schedules_of_absent(&self, callout: &Callout) -> impl Iterator<Item = EventIx> {
        let last = callout.to.min(self.horizon_end);
        self.event_ixs().filter(move |e| {
            self.event(*e).posting().is_some_and(|posting| {
                let date = posting.start.date();
                let is_theirs = posting.person == callout.absent && self.earliest <= date && date <= last;
                is_theirs && is_upcoming(callout, posting)
            })
        })
    }

    /// The absent person's posted schedules that have not begun and can be changed now, and the Surveys of their
    /// Productions.
    fn released_by(&self, callout: &Callout) -> Vec<EventIx> {
        let theirs = self.schedules_of_absent(callout);
        let mut released: Vec<EventIx> = theirs.filter(|e| self.waits_for_answer_of(*e).is_none()).collect();
        let productions = released.iter().filter(|e| self.event(**e).kind == EventType::JuicerProduction);
        let surveys = productions.filter_map(|e| self.event(*e).partner);
        let is_survey_upcoming =
            |s: &EventIx| self.event(*s).posting().is_some_and(|posting| is_upcoming(callout, posting));
        let surveys: Vec<EventIx> = surveys.filter(is_survey_upcoming).collect();
        released.extend(surveys);
        released.sort_unstable();
        released.dedup();
        released
    }

    /// Whether H15 lets a posted schedule that is not released be moved or dropped: as in any run, unless it or its
    /// posted Supervisor starts too soon, or is on its way to Crossmark.
    fn is_movable_in(&self, callout: &Callout, e: EventIx) -> bool {
        let event = self.event(e);
        let supervisor = event.partner.and_then(|s| self.event(s).posting());
        let is_too_close = |posting: &Posting| callout.is_too_close(posting.start);
        let is_fixed = event.posting().into_iter().chain(supervisor).any(is_too_close);
        event.is_movable() && !is_fixed && self.waits_for_answer_of(e).is_none()
    }
}

/// Whether a posted schedule counts, and has not begun.
fn is_upcoming(callout: &Callout, posting: &Posting) -> bool {
    !posting.is_off && !callout.has_begun(posting.start)
}
