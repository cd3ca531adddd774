//! Shift blocks and arrivals of Core events, given the days and the people (rulebook section 6).
//!
//! Three steps: the block of each posted Core (computed once, before any move), the places of a day that the
//! new and moved Core take, and the person for each of these places.

use crate::club::{Club, DayIx, EventIx, PersonIx};
use crate::event_type::EventType;
use crate::schedule::Schedule;
use crate::snapshot::Arrivals;

mod matching;

/// The shift blocks of a day.
pub const ALL: [u8; Arrivals::BLOCKS] = [1, 2, 3, 4, 5, 6, 7, 8];
/// The order of places on a busy day: one Core at each arrival before the second one.
const BUSY_ORDER: [u8; 8] = [1, 3, 5, 7, 2, 4, 6, 8];
/// A day with more Core than this is busy.
const BUSY_ABOVE: usize = 8;

impl Club {
    /// Gives a block to each posted Core of the grid for which the snapshot gives no block, before any move.
    pub(crate) fn assign_posted_blocks(&mut self) {
        for day in self.day_ixs() {
            self.assign_posted_blocks_on(day);
        }
    }

    /// Gives a block to each posted Core of one day for which the snapshot gives no block, before any move.
    pub(crate) fn assign_posted_blocks_on(&mut self, day: DayIx) {
        let mut waiting = Vec::new();
        let mut used = [0; 8];
        for e in self.event_ixs() {
            let event = self.event(e);
            let Some(posting) = event.posting().filter(|p| p.day == Some(day) && event.kind == EventType::Core) else {
                continue;
            };
            match posting.given_block {
                Some(block) => used[usize::from(block - 1)] += 1,
                None => waiting.push((posting.start, e)),
            }
        }
        waiting.sort_unstable();
        for (start, e) in waiting {
            let arrives = |b: &u8| crate::calendar::at_minute(start.date(), self.arrival(*b)) == start;
            let free = |b: &u8| used[usize::from(*b - 1)] < self.settings.block_capacity();
            let block = ALL
                .into_iter()
                .find(|b| free(b) && arrives(b))
                .or_else(|| ALL.into_iter().find(free))
                .or_else(|| ALL.into_iter().find(arrives))
                .unwrap_or(1);
            used[usize::from(block - 1)] += 1;
            if let crate::club::Role::Posted(posting) = &mut self.events[e.0].role {
                posting.block = block;
            }
        }
    }
}

/// A new or moved Core that needs a block. `possible` is the first and the last block that its person's hours allow.
#[derive(Debug, Clone, Copy)]
struct Newcomer {
    person: PersonIx,
    event: EventIx,
    possible: (u8, u8),
    /// The block where the Core was posted before a call-out released it. It keeps that block if there is a place.
    kept_block: Option<u8>,
}

/// The blocks of the new and moved Core of one day.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DayBlocks {
    /// The events that have a block, each with its block.
    pub assigned: Vec<(EventIx, u8)>,
    /// The events without a block: the day is not legal (H14). A Core that fits no arrival is left out here and in
    /// `assigned`, because it breaks H2 already.
    pub without_block: Vec<EventIx>,
    /// Whether there are more new and moved Core than places, regardless of people's hours. A Core that fits no arrival
    /// does not count.
    pub is_overfull: bool,
    /// Whether the day's lead has a new or moved Core in block 1 (S7).
    pub lead_in_block_1: bool,
}

/// The places of a day before they are assigned to people.
struct Places {
    /// Whether there are more new and moved Core than places.
    is_overfull: bool,
    /// The Core that keep their block, with the block.
    kept: Vec<(Newcomer, u8)>,
    /// The Core of the day's lead in block 1.
    lead: Option<Newcomer>,
    /// The other Core, in order of person.
    others: Vec<Newcomer>,
    /// A block for each of `others`, in the same order; `None` for a Core that gets no place.
    first_fit: Vec<Option<u8>>,
}

impl Places {
    /// The blocks of the day's lead and of the Core that keep their block.
    fn blocks_of_lead_and_kept(&self, lead: Option<PersonIx>) -> DayBlocks {
        let kept = self.kept.iter().map(|(newcomer, block)| (newcomer.event, *block));
        let assigned: Vec<_> = kept.chain(self.lead.map(|lead| (lead.event, 1))).collect();
        let keeps_block_1 = self.kept.iter().any(|(newcomer, block)| *block == 1 && Some(newcomer.person) == lead);
        let lead_in_block_1 = keeps_block_1 || self.lead.is_some();
        DayBlocks { assigned, lead_in_block_1, is_overfull: self.is_overfull, ..DayBlocks::default() }
    }
}

/// Whether the day's lead has block 1, and which events have no block. The rules need only this, so the blocks of the
/// other Core are not assigned and are missing in `assigned`.
pub fn without_assignment(schedule: &Schedule, day: DayIx) -> DayBlocks {
    let places = choose_places(schedule, day);
    let mut blocks = places.blocks_of_lead_and_kept(schedule.club().lead(day));
    for (newcomer, place) in places.others.iter().zip(&places.first_fit) {
        if place.is_none() {
            blocks.without_block.push(newcomer.event);
        }
    }
    blocks
}

/// The block of each new and moved Core of a day.
pub fn assign(schedule: &Schedule, day: DayIx) -> DayBlocks {
    let places = choose_places(schedule, day);
    let mut blocks = places.blocks_of_lead_and_kept(schedule.club().lead(day));
    let mut people = Vec::new();
    let mut taken = Vec::new();
    for (newcomer, place) in places.others.iter().zip(&places.first_fit) {
        match place {
            Some(block) => {
                people.push(*newcomer);
                taken.push(*block);
            }
            None => blocks.without_block.push(newcomer.event),
        }
    }
    // Lower blocks first, so that they win ties.
    taken.sort_unstable();
    let past_starts = |i: usize, j: usize| {
        let (first, last) = people[i].possible;
        let block = taken[j];
        let started = &schedule.club().arrival_counts[people[i].person.0];
        (first <= block && block <= last).then(|| i64::from(started[usize::from(block - 1)]))
    };
    let chosen = matching::cheapest(people.len(), &past_starts);
    blocks.assigned.extend(people.iter().zip(chosen).map(|(newcomer, j)| (newcomer.event, taken[j])));
    blocks
}

/// Chooses the places of a day that its new and moved Core take.
fn choose_places(schedule: &Schedule, day: DayIx) -> Places {
    let club = schedule.club();
    let (standing, mut newcomers) = core_of(schedule, day);
    let total = standing.len() + newcomers.len();
    newcomers.retain(|n| n.possible.0 <= n.possible.1);
    let order = if total > BUSY_ABOVE { BUSY_ORDER } else { ALL };
    let capacity = club.settings.block_capacity() as usize;
    // Standing posted Core take the first rounds of their block; the later rounds are free. No more rounds are needed
    // than the day has Core.
    let mut free: Vec<u8> = Vec::new();
    for round in 0..capacity.min(total) {
        free.extend(order.into_iter().filter(|block| standing.iter().filter(|b| *b == block).count() <= round));
    }
    let is_overfull = newcomers.len() > free.len();
    let kept = keep_blocks(&mut newcomers, &mut free);
    let lead = club.lead(day).and_then(|lead| {
        let at = newcomers.iter().position(|n| n.person == lead && n.possible.0 == 1)?;
        let place = free.iter().position(|b| *b == 1)?;
        free.remove(place);
        Some(newcomers.remove(at))
    });
    let possible: Vec<(u8, u8)> = newcomers.iter().map(|n| n.possible).collect();
    let first_fit = matching::first_fit(&possible, &free);
    Places { is_overfull, kept, lead, others: newcomers, first_fit }
}

/// Removes the Core that keep the block where they were posted, in order of ref, as long as the block has a free place.
/// Returns them with their blocks.
fn keep_blocks(newcomers: &mut Vec<Newcomer>, free: &mut Vec<u8>) -> Vec<(Newcomer, u8)> {
    let mut keepers: Vec<(Newcomer, u8)> = newcomers.iter().filter_map(|n| Some((*n, n.kept_block?))).collect();
    keepers.sort_by_key(|(newcomer, _)| newcomer.event);
    keepers.retain(|(newcomer, block)| {
        let (first, last) = newcomer.possible;
        let place = free.iter().position(|b| b == block).filter(|_| first <= *block && *block <= last);
        place.map(|place| free.remove(place)).is_some()
    });
    newcomers.retain(|n| keepers.iter().all(|(keeper, _)| keeper.event != n.event));
    keepers
}

/// The blocks of a day's standing posted Core, and its new and moved Core in order of person and ref. A newcomer whose
/// hours allow no arrival has an empty range.
fn core_of(schedule: &Schedule, day: DayIx) -> (Vec<u8>, Vec<Newcomer>) {
    let club = schedule.club();
    let mut standing = Vec::new();
    let mut newcomers = Vec::new();
    for person in club.person_ixs() {
        for event in schedule.cell(person, day) {
            let e = club.event(*event);
            if e.kind != EventType::Core {
                continue;
            }
            match e.posting().filter(|_| !schedule.is_changed(*event)) {
                Some(posting) => standing.push(posting.block),
                None => {
                    let hours = club.hours(person, day);
                    let possible = hours.and_then(|h| club.possible_blocks(day, h, e.minutes)).unwrap_or((1, 0));
                    newcomers.push(Newcomer { person, event: *event, possible, kept_block: e.kept_block(day) });
                }
            }
        }
    }
    newcomers.sort_by_key(|n| (n.person, n.event));
    (standing, newcomers)
}
