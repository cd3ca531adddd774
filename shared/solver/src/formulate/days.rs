//! The rows of a day of the club: H7 (no Deep Clean with a Production) and H14 (a block for every Core), with the
//! points of the day's lead in block 1 (S7).

use domain::club::{DayIx, PersonIx};
use domain::event_type::EventType;
use domain::rules::{SoftName, s07};
use domain::schedule::Schedule;

use super::{ALL_BLOCKS, BlockAssignment, Formulation, Shift};
use crate::model::{Col, Sum};

/// A Core of a day that already has a block, and the sum that is 1 if the Core frees the block (`None` if it cannot).
struct PostedCore {
    block: u8,
    goes: Option<Sum>,
}

/// Whether the day's lead has block 1 when working a new Core.
enum LeadBlock {
    Never,
    Always,
    /// If the column is 1: the lead works a Core, and enough of the posted Core of block 1 have left.
    When(Col),
}

impl Formulation<'_> {
    pub(super) fn add_day_rows(&mut self) {
        for day in self.club.day_ixs() {
            self.separate_clean_and_production(day);
            if self.club.person_ixs().any(|p| self.core_shifts(p, day).next().is_some()) {
                let lead = self.add_lead_rows(day);
                self.add_block_rows(day, &lead);
            }
        }
    }

    fn core_shifts(&self, person: PersonIx, day: DayIx) -> impl Iterator<Item = &Shift> + '_ {
        self.shifts(person, day).iter().filter(|s| s.kind == EventType::Core)
    }

    /// H7: no Deep Clean on a day with a Production. (Choices that posted schedules forbid have no columns.)
    fn separate_clean_and_production(&mut self, day: DayIx) {
        let of = |kind: EventType| -> Vec<Sum> {
            let placed = self.club.candidates().filter(|e| self.club.event(*e).kind == kind);
            placed.filter_map(|e| self.placed[e.0].get(&day).cloned()).collect()
        };
        let (productions, cleans) = (of(EventType::JuicerProduction), of(EventType::JuicerDeepClean));
        if productions.is_empty() || cleans.is_empty() {
            return;
        }
        let production_day = self.model.binary(0.0);
        for mut placed in productions {
            placed.add(-1.0, production_day);
            self.model.at_most(placed, 0.0);
        }
        for mut placed in cleans {
            placed.add(1.0, production_day);
            self.model.at_most(placed, 1.0);
        }
    }

    /// The Core of a day that already have a block: the posted ones, and the released ones that certainly keep theirs.
    fn core_with_blocks(&self, day: DayIx) -> Vec<PostedCore> {
        let posted = self.club.person_ixs().flat_map(|p| self.posted_days.on(p, day));
        let core = posted.filter(|e| self.club.event(**e).kind == EventType::Core);
        let posted =
            core.filter_map(|e| Some(PostedCore { block: self.club.event(*e).posting()?.block, goes: self.goes(*e) }));
        let kept = self.kept_blocks(day).into_iter();
        posted.chain(kept.map(|(block, comes)| PostedCore { block, goes: Some(Sum::of(1.0).minus(&comes)) })).collect()
    }

    /// S7: rewards the day's lead in block 1, if a place may be free there within their hours.
    fn add_lead_rows(&mut self, day: DayIx) -> LeadBlock {
        let Some(lead) = self.club.lead(day) else { return LeadBlock::Never };
        let may_be_in_block_1 = |s: &&Shift| s.possible.0 == 1 && !matches!(s.block, BlockAssignment::Kept(_));
        let works: Sum = self.core_shifts(lead, day).filter(may_be_in_block_1).map(|s| s.col).collect();
        let keeps_1: Sum =
            self.core_shifts(lead, day).filter(|s| s.block == BlockAssignment::Kept(1)).map(|s| s.col).collect();
        let points = s07::POINTS * self.club.settings.weights.of(SoftName::LeadBlock1);
        let capacity = self.club.settings.block_capacity() as usize;
        let with_blocks = self.core_with_blocks(day);
        self.reward_lead(day, points, &keeps_1);
        let in_block_1: Vec<&PostedCore> = with_blocks.iter().filter(|core| core.block == 1).collect();
        let needed_leavers = (in_block_1.len() + 1).saturating_sub(capacity);
        let possible_leavers: Vec<&Sum> = in_block_1.iter().filter_map(|core| core.goes.as_ref()).collect();
        if works.terms.is_empty() || possible_leavers.len() < needed_leavers {
            return LeadBlock::Never;
        }
        if needed_leavers == 0 {
            self.reward_lead(day, points, &works);
            return LeadBlock::Always;
        }
        let opens = self.model.binary(0.0);
        self.reward_lead(day, points, &Sum::from_iter([opens]));
        self.model.at_most(Sum::from_iter([opens]).minus(&works), 0.0);
        let mut gone = Sum::default();
        possible_leavers.iter().for_each(|goes| gone.add_sum(-1.0, goes));
        gone.add(needed_leavers as f64, opens);
        self.model.at_most(gone, 0.0);
        if needed_leavers == 1 && !self.may_keep_any(day) {
            // If one of them leaves, there is a place, and a lead who works a Core must take it.
            for goes in possible_leavers {
                let mut forced = works.clone();
                forced.add_sum(1.0, goes);
                forced.add(-1.0, opens);
                self.model.at_most(forced, 1.0);
            }
        }
        LeadBlock::When(opens)
    }

    fn reward_lead(&mut self, day: DayIx, points: f64, sum: &Sum) {
        self.model.reward(points, sum);
        self.lead_points.entry(day).or_default().add_sum(points, sum);
    }

    /// Whether there is a Core on a day that may keep a block but is not certain to.
    fn may_keep_any(&self, day: DayIx) -> bool {
        self.club.person_ixs().any(|p| self.core_shifts(p, day).any(|s| s.block == BlockAssignment::MaybeKept))
    }

    /// Groups of adjacent blocks with the same arrival, as first and last block.
    fn arrivals(&self) -> Vec<(u8, u8)> {
        let mut runs: Vec<(u8, u8)> = Vec::new();
        for block in ALL_BLOCKS.0..=ALL_BLOCKS.1 {
            match runs.last_mut() {
                Some(run) if self.club.arrival(run.0) == self.club.arrival(block) => run.1 = block,
                _ => runs.push((block, block)),
            }
        }
        runs
    }

    /// H14 by Hall's condition: each range of arrivals has enough places for the people who can come at no other
    /// arrival.
    fn add_block_rows(&mut self, day: DayIx, lead_block: &LeadBlock) {
        let lead = self.club.lead(day).filter(|_| !self.may_keep_any(day));
        let capacity = f64::from(self.club.settings.block_capacity());
        let with_blocks = self.core_with_blocks(day);
        let arrivals = self.arrivals();
        let runs =
            arrivals.iter().enumerate().flat_map(|(i, first)| arrivals[i..].iter().map(|last| (first.0, last.1)));
        for (low, high) in runs {
            let mut coming = Sum::default();
            let (mut people, mut is_confined) = (0.0, false);
            for person in self.club.person_ixs() {
                let mut comes = false;
                // A Core that keeps its block has a place already.
                for shift in self.core_shifts(person, day).filter(|s| !matches!(s.block, BlockAssignment::Kept(_))) {
                    let takes_block_1 = Some(person) == lead && shift.possible.0 == 1;
                    let possible = match lead_block {
                        LeadBlock::Always if takes_block_1 => arrivals[0],
                        _ => shift.possible,
                    };
                    if low <= possible.0 && possible.1 <= high {
                        coming.add(1.0, shift.col);
                        comes = true;
                    } else if takes_block_1
                        && low == 1
                        && let LeadBlock::When(opens) = lead_block
                        && !comes
                    {
                        coming.add(1.0, *opens);
                        comes = true;
                    }
                }
                people += f64::from(u8::from(comes));
                is_confined |= comes && (low, high) != ALL_BLOCKS;
            }
            let is_all_blocks = (low, high) == ALL_BLOCKS;
            if people == 0.0 || !(is_all_blocks || is_confined) {
                continue;
            }
            let (mut places, mut certain_places) = (Sum::default(), 0.0);
            for block in low..=high {
                let held: Vec<&PostedCore> = with_blocks.iter().filter(|core| core.block == block).collect();
                let free = capacity - held.len() as f64;
                certain_places += free.max(0.0);
                places.constant += free.max(0.0);
                // A block with more posted Core than its capacity frees a place only after several leave. The share is
                // an upper bound. The checker decides afterwards (see `cut_day`).
                let share = if free >= 0.0 { 1.0 } else { capacity / held.len() as f64 };
                held.iter().filter_map(|s| s.goes.as_ref()).for_each(|goes| places.add_sum(share, goes));
            }
            if people > certain_places {
                self.model.at_most(coming.minus(&places), 0.0);
            }
        }
    }

    /// Excludes the Core of a day on which somebody has no block: at least one of the people with a new Core must not
    /// have it, or one of the posted Core that stay must leave. So a day with more people, or more staying Core, is
    /// excluded too.
    pub fn cut_day(&mut self, schedule: &Schedule, day: DayIx) {
        let mut other = Sum::default();
        for e in schedule.on(day).filter(|e| schedule.event(*e).kind == EventType::Core) {
            match schedule.changed_place(e) {
                Some(place) => {
                    other.constant += 1.0;
                    let minutes = schedule.event(e).minutes;
                    let same = |s: &&super::Shift| s.kind == EventType::Core && s.minutes == minutes;
                    self.shifts(place.person, day).iter().filter(same).for_each(|s| other.add(-1.0, s.col));
                }
                None => {
                    if let Some(goes) = self.goes(e) {
                        other.add_sum(1.0, &goes);
                    }
                }
            }
        }
        self.model.at_least(other, 1.0);
    }
}
