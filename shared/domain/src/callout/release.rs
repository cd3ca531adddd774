//! Which schedules a call-out releases, and which schedules of others stay fixed.

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
        let moving = !released.is_empty() && callout.moves != Moves::None;
        for e in self.event_ixs() {
            let movable = moving && self.is_movable_in(&callout, e);
            if let Role::Posted(posting) = &mut self.events[e.0].role {
                posting.movable = movable;
            }
        }
    }

    /// The absent person's posted schedules that have not begun, and the Surveys of their Productions.
    fn released_by(&self, callout: &Callout) -> Vec<EventIx> {
        let open = |posting: &Posting| !posting.is_off && !callout.has_begun(posting.start);
        let last = callout.to.min(self.horizon_end);
        let theirs = |e: &EventIx| {
            self.event(*e).posting().is_some_and(|posting| {
                let date = posting.start.date();
                posting.person == callout.absent && self.earliest <= date && date <= last && open(posting)
            })
        };
        let mut released: Vec<EventIx> = self.event_ixs().filter(theirs).collect();
        let productions = released.iter().filter(|e| self.event(**e).kind == EventType::JuicerProduction);
        let surveys = productions.filter_map(|e| self.event(*e).partner);
        let surveys: Vec<EventIx> = surveys.filter(|s| self.event(*s).posting().is_some_and(open)).collect();
        released.extend(surveys);
        released.sort_unstable();
        released.dedup();
        released
    }

    /// Whether H15 lets a posted schedule that is not released be moved or dropped: as in any run, unless it or its
    /// posted Supervisor starts too soon.
    fn is_movable_in(&self, callout: &Callout, e: EventIx) -> bool {
        let event = self.event(e);
        let supervisor = event.partner.and_then(|s| self.event(s).posting());
        let too_close = |posting: &Posting| callout.is_too_close(posting.start);
        event.is_movable() && !event.posting().into_iter().chain(supervisor).any(too_close)
    }
}
