//! The additions of a call-out (rulebook section 9) to the model: released Core keep their block on their own day, and
//! their posted Supervisors follow them.

use std::collections::BTreeMap;

use domain::checker::Terms;
use domain::club::{DayIx, EventIx, PersonIx, ValidDay};
use domain::event_type::EventType;
use domain::rules::SoftName;

use super::{BlockAssignment, Formulation, PoolKey};
use crate::model::Sum;

/// Points that differ by at most this are equal.
const TOLERANCE: f64 = 1e-6;

impl Formulation<'_> {
    /// Adds the choices of a released Core on its own day. They are outside of pools, because the Core may keep its
    /// block.
    pub(super) fn offer_own_day(&mut self, e: EventIx, valid: ValidDay) {
        let club = self.club;
        for person in club.person_ixs().filter(|p| club.can_work(*p, club.event(e), valid)) {
            self.add_single(e, person, valid.day);
        }
    }

    /// Adds the choices of the posted Supervisor of a released Core: it may be placed on each other day of its Core.
    pub(super) fn offer_released_follower(&mut self, core: EventIx, pools: &mut BTreeMap<PoolKey, Vec<EventIx>>) {
        let event = self.club.event(core);
        let Some(was) = event.released() else { return };
        let Some(follower) = self.club.follower(core) else { return };
        for valid in event.valid.iter().filter(|v| Some(v.day) != was.day) {
            self.offer(follower, self.club.follower_start(valid.day), pools);
        }
    }

    /// The posted Supervisor of a released Core leaves, unless the Core is placed on its own day.
    pub(super) fn bind_released_followers(&mut self) {
        for core in self.club.candidates() {
            let Some(day) = self.club.event(core).released().and_then(|was| was.day) else { continue };
            if let Some(follower) = self.club.follower(core) {
                let goes = Sum::of(1.0).minus(&self.placed_on(core, day));
                self.follower_goes.insert(follower, goes);
            }
        }
    }

    /// How a Core gets its block on a day, if the hours of its person allow the blocks in `possible`.
    pub(super) fn block_of(&self, e: EventIx, day: DayIx, possible: (u8, u8)) -> BlockAssignment {
        let Some(block) = self.club.event(e).kept_block(day) else { return BlockAssignment::Any };
        if block < possible.0 || possible.1 < block {
            return BlockAssignment::Any;
        }
        let is_in_block = |e: &EventIx| {
            let event = self.club.event(*e);
            let posting = event.origin().filter(|_| event.kind == EventType::Core);
            posting.is_some_and(|posting| posting.day == Some(day) && posting.block == block)
        };
        let capacity = self.club.settings.block_capacity() as usize;
        let standing: Vec<EventIx> = self.club.event_ixs().filter(is_in_block).collect();
        let stays = |e: &&EventIx| self.club.event(**e).posting().is_some_and(|posting| !posting.movable);
        match () {
            () if standing.len() <= capacity => BlockAssignment::Kept(block),
            () if standing.iter().filter(stays).count() >= capacity => BlockAssignment::Any,
            () => BlockAssignment::MaybeKept,
        }
    }

    /// Takes back points for the day's lead in block 1 that the model gives in a solution but the checker does not. The
    /// model does not know who keeps a block that had more posted Core than its capacity. Returns whether there were
    /// such points.
    pub fn correct_lead_points(&mut self, values: &[f64], earned: impl Fn(DayIx) -> Terms) -> bool {
        let mut is_corrected = false;
        for (day, points) in self.lead_points.clone() {
            let given = points.at(values);
            let excess = given - earned(day).of(SoftName::LeadBlock1);
            if excess > TOLERANCE {
                let other = self.other_core(day, values);
                let taken_back = self.model.continuous(-excess, 1.0);
                let mut row = other;
                row.add(1.0, taken_back);
                self.model.at_least(row, 1.0);
                is_corrected = true;
            }
        }
        is_corrected
    }

    /// A sum that is 0 if the Core of a day are the same as in a solution, and at least 1 otherwise.
    fn other_core(&self, day: DayIx, values: &[f64]) -> Sum {
        let mut other = Sum::default();
        let mut add_difference = |sum: &Sum| {
            if sum.at(values) > 0.5 {
                other.constant += 1.0;
                other.add_sum(-1.0, sum);
            } else {
                other.add_sum(1.0, sum);
            }
        };
        for person in self.club.person_ixs() {
            let core = self.shifts(person, day).iter().filter(|s| s.kind == EventType::Core);
            core.for_each(|shift| add_difference(&Sum::from_iter([shift.col])));
            for event in
                self.posted_days.on(person, day).iter().filter(|e| self.club.event(**e).kind == EventType::Core)
            {
                self.goes(*event).iter().for_each(&mut add_difference);
            }
        }
        other
    }

    /// The released Core of a day that certainly keep their block there: the block, and a sum that is 1 if the Core is
    /// placed.
    pub(super) fn kept_blocks(&self, day: DayIx) -> Vec<(u8, Sum)> {
        let people: Vec<PersonIx> = self.club.person_ixs().collect();
        let mut kept: BTreeMap<EventIx, (u8, Sum)> = BTreeMap::new();
        for single in self.singles.iter().filter(|s| s.day == day) {
            let shifts = people.iter().flat_map(|p| self.shifts(*p, day));
            let shift = shifts.into_iter().find(|s| s.col == single.col);
            if let Some(BlockAssignment::Kept(block)) = shift.map(|s| s.block) {
                kept.entry(single.event).or_insert((block, Sum::default())).1.add(1.0, single.col);
            }
        }
        kept.into_values().collect()
    }
}
