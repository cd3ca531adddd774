//! The points of a schedule as a whole: S5, S9, S10 and S11, and the loss of a posted Supervisor that leaves with its
//! Core. S7 is with the blocks. The other rules score placements separately, so their points are in the columns.

use std::collections::BTreeMap;

use domain::club::{DayIx, EventIx, PersonIx};
use domain::event_type::EventType;
use domain::rules::{SoftName, s05, s09, s10, s11};

use super::Formulation;
use crate::model::{Column, Sum};

impl Formulation<'_> {
    pub(super) fn add_score(&mut self) {
        for (follower, goes) in self.follower_goes.clone() {
            let lost = self.posted_value(follower);
            self.model.reward(-lost, &goes);
        }
        self.charge_supervisor_core();
        self.share_core();
        self.charge_duplicate_products();
        self.balance_days();
    }

    fn weight(&self, name: SoftName) -> f64 {
        self.club.settings.weights.of(name)
    }

    /// A sum for the new Core of a person on a day.
    fn new_core(&self, person: PersonIx, day: DayIx) -> Sum {
        self.shifts(person, day).iter().filter(|s| s.kind == EventType::Core).map(|s| s.col).collect()
    }

    /// A sum for the posted Core of a person on a day, minus those that leave.
    fn standing_core(&self, person: PersonIx, day: DayIx) -> Sum {
        let mut sum = Sum::default();
        for event in self.posted_days.on(person, day).iter().filter(|e| self.club.event(**e).kind == EventType::Core) {
            self.add_standing(&mut sum, *event);
        }
        sum
    }

    fn add_standing(&self, sum: &mut Sum, event: EventIx) {
        sum.constant += 1.0;
        if let Some(goes) = self.goes(event) {
            sum.add_sum(-1.0, &goes);
        }
    }

    /// S5: each further Core of a Club Supervisor costs one step more. No row is needed to use the cheaper steps first.
    fn charge_supervisor_core(&mut self) {
        let price = s05::STEP * self.weight(SoftName::SupervisorMisuse);
        let supervisors = self.club.person_ixs().filter(|p| self.club.person(*p).is_club_supervisor());
        for person in supervisors.collect::<Vec<_>>() {
            let (mut core, mut days) = (Sum::default(), 0);
            for day in self.club.day_ixs() {
                let new = self.new_core(person, day);
                days += usize::from(!new.terms.is_empty());
                core.add_sum(1.0, &new);
            }
            for tier in 1..=days {
                let col = self.model.continuous(-price * tier as f64, 1.0);
                core.add(-1.0, col);
            }
            if price > 0.0 {
                self.model.zero(core);
            }
        }
    }

    /// Adds the cost of the difference between the largest and the smallest of some sums.
    fn pay_for_spread(&mut self, price: f64, sums: Vec<Sum>) {
        if price == 0.0 || sums.len() < 2 {
            return;
        }
        let ends = sums.iter().map(|s| self.model.range(s));
        let (lows, highs): (Vec<f64>, Vec<f64>) = ends.unzip();
        let least = |v: &[f64]| v.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = |v: &[f64]| v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let integer = |objective, lower, upper| Column { objective, lower, upper, integer: true };
        let most = self.model.column(integer(-price, largest(&lows), largest(&highs)));
        let fewest = self.model.column(integer(price, least(&lows), least(&highs)));
        self.spreads.extend([most, fewest]);
        for sum in sums {
            let mut above = sum.clone();
            above.add(-1.0, most);
            self.model.at_most(above, 0.0);
            let mut below = sum;
            below.add(-1.0, fewest);
            self.model.at_least(below, 0.0);
        }
    }

    /// S9: the spread of Core over people.
    fn share_core(&mut self) {
        let price = s09::POINTS * self.weight(SoftName::Fairness);
        let days: Vec<DayIx> = self.club.day_ixs().filter(|d| self.club.day(*d).in_horizon).collect();
        let core_of = |person: &PersonIx| {
            let mut sum = Sum::default();
            for day in &days {
                sum.add_sum(1.0, &self.new_core(*person, *day));
                sum.add_sum(1.0, &self.standing_core(*person, *day));
            }
            sum
        };
        let sums = self.club.core_people().iter().map(core_of).collect();
        self.pay_for_spread(price, sums);
    }

    /// S11: the spread of Core over the days of each week.
    fn balance_days(&mut self) {
        let price = s11::POINTS * self.weight(SoftName::DayBalance);
        let weeks: BTreeMap<_, Vec<DayIx>> =
            self.club.day_ixs().filter(|d| self.club.is_core_day(*d)).fold(BTreeMap::new(), |mut weeks, day| {
                weeks.entry(self.club.week_of(day)).or_insert_with(Vec::new).push(day);
                weeks
            });
        for days in weeks.into_values() {
            let load = |day: &DayIx| {
                let mut sum = Sum::default();
                for person in self.club.person_ixs() {
                    sum.add_sum(1.0, &self.standing_core(person, *day));
                    sum.add_sum(1.0, &self.new_core(person, *day));
                }
                sum
            };
            let sums = days.iter().map(load).collect();
            self.pay_for_spread(price, sums);
        }
    }

    /// S10: Core beyond the first of a product on a day.
    fn charge_duplicate_products(&mut self) {
        let price = s10::POINTS * self.weight(SoftName::DuplicateProduct);
        if price == 0.0 {
            return;
        }
        let mut shown: BTreeMap<_, Sum> = BTreeMap::new();
        for e in self.club.event_ixs() {
            let event = self.club.event(e);
            let Some(product) = event.product else { continue };
            if let Some(day) = event.posting().and_then(|p| p.day) {
                self.add_standing(shown.entry((day, product)).or_default(), e);
            }
            for (day, placed) in &self.placed[e.0] {
                shown.entry((*day, product)).or_default().add_sum(1.0, placed);
            }
        }
        for ((day, _), sum) in shown {
            let (least, most) = self.model.range(&sum);
            if most <= 1.0 || !self.club.day(day).in_horizon {
                continue;
            }
            let mut beyond_first = sum;
            beyond_first.constant -= 1.0;
            if least >= 1.0 {
                // One certainly stays, so every other one is beyond the first.
                self.model.reward(-price, &beyond_first);
            } else {
                let excess = self.model.continuous(-price, most - 1.0);
                beyond_first.add(-1.0, excess);
                self.model.at_most(beyond_first, 0.0);
            }
        }
    }
}
