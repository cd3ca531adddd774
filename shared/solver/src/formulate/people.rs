//! The model's rows about a person's days and weeks: H3, H5, H6 and H13 (one base or full-day event a day), H12, and
//! the weekly limits H4, H5, H8 and H9. A row is omitted if even the worst case is within the limit.

use std::collections::BTreeSet;

use domain::club::{Club, DayIx, EventIx, PersonIx, WeekIx};
use domain::event_type::EventType;
use domain::rules::{h04, h05, h08, h09};

use super::{Formulation, Shift};
use crate::model::Sum;

/// The posted schedules of each person's day.
#[derive(Debug)]
pub(super) struct PostedDays {
    days: usize,
    cells: Vec<Vec<EventIx>>,
    /// Whether the day has a posted Production, and whether it has a posted Deep Clean (H7).
    production: Vec<bool>,
    deep_clean: Vec<bool>,
}

impl PostedDays {
    pub fn of(club: &Club) -> PostedDays {
        let days = club.days.len();
        let mut posted = PostedDays {
            days,
            cells: vec![Vec::new(); club.people.len() * days],
            production: vec![false; days],
            deep_clean: vec![false; days],
        };
        for e in club.event_ixs() {
            let Some((posting, day)) = club.event(e).posting().and_then(|p| Some((p, p.day?))) else { continue };
            posted.cells[posting.person.0 * days + day.0].push(e);
            match club.event(e).kind {
                EventType::JuicerProduction => posted.production[day.0] = true,
                EventType::JuicerDeepClean => posted.deep_clean[day.0] = true,
                _ => {}
            }
        }
        posted
    }

    pub fn on(&self, person: PersonIx, day: DayIx) -> &[EventIx] {
        &self.cells[person.0 * self.days + day.0]
    }

    /// H7: whether a posted schedule forbids events of a type on a day.
    pub fn forbids(&self, kind: EventType, day: DayIx) -> bool {
        match kind {
            EventType::JuicerProduction => self.deep_clean[day.0],
            EventType::JuicerDeepClean => self.production[day.0],
            _ => false,
        }
    }
}

/// The amounts that a limit counts: what is posted, what of that may leave, and what may be added.
#[derive(Default)]
struct Count {
    posted: f64,
    /// For each posted event that may leave: its amount, and the sum that is 1 if it leaves.
    leaving: Vec<(f64, Sum)>,
    /// For each column that may be added: the amount of one unit, the column and its maximum.
    added: Vec<(f64, crate::model::Col, f64)>,
    /// Maximum that may be added.
    max_added: f64,
}

impl Formulation<'_> {
    pub(super) fn add_people_rows(&mut self) {
        let weeks = self.club.days.len() / 7;
        for person in self.club.person_ixs() {
            for day in self.club.day_ixs() {
                self.fill_day_once(person, day);
                self.require_base(person, day);
            }
            for week in (0..weeks).map(WeekIx) {
                self.limit_core(person, week);
                self.limit_juicer(person, week);
                self.limit_minutes(person, week);
                self.limit_days(person, week);
                self.count_shifts(person, week);
            }
        }
    }

    /// A sum that is 1 if a posted event has left; `None` if it cannot leave.
    pub(super) fn goes(&self, event: EventIx) -> Option<Sum> {
        let leaves = self.leaver_of.get(&event).map(|col| std::iter::once(*col).collect());
        leaves.or_else(|| self.follower_goes.get(&event).cloned())
    }

    /// H3, H5, H6, H13: at most one new base or full-day event, and none beside a posted one that stays.
    fn fill_day_once(&mut self, person: PersonIx, day: DayIx) {
        let filling: Sum = self.shifts(person, day).iter().filter(|s| s.fills_the_day()).map(|s| s.col).collect();
        if filling.terms.is_empty() {
            return;
        }
        let club = self.club;
        let posted: Vec<EventIx> = self.posted_days.on(person, day).to_vec();
        let fills = |e: &&EventIx| club.event(**e).full_day || club.event(**e).kind.is_base();
        let mut is_limited = false;
        for event in posted.iter().filter(fills) {
            // There is room only if the posted event leaves.
            let room = self.goes(*event).unwrap_or_default();
            self.model.at_most(filling.clone().minus(&room), 0.0);
            is_limited = true;
        }
        if !is_limited && filling.terms.len() > 1 {
            self.model.at_most(filling, 1.0);
        }
    }

    /// A sum for the number of base events on a person's day; `None` if one certainly stays.
    fn base_of(&self, person: PersonIx, day: DayIx) -> Option<Sum> {
        let mut base: Sum = self.shifts(person, day).iter().filter(|s| s.kind.is_base()).map(|s| s.col).collect();
        for event in self.posted_days.on(person, day).iter().filter(|e| self.club.event(**e).kind.is_base()) {
            base.constant += 1.0;
            base.add_sum(-1.0, &self.goes(*event)?);
        }
        Some(base)
    }

    /// H12: support events need a base event on the same day, and posted support events that had one keep one.
    fn require_base(&mut self, person: PersonIx, day: DayIx) {
        if self.club.person(person).is_club_supervisor() {
            return;
        }
        let Some(base) = self.base_of(person, day) else { return };
        for shift in self.shifts(person, day).to_vec() {
            if shift.kind.is_support() {
                let mut sum: Sum = std::iter::once(shift.col).collect();
                sum.add_sum(-shift.upper, &base);
                self.model.at_most(sum, 0.0);
            }
        }
        if self.club.had_base(person, day) {
            for event in self.posted_days.on(person, day).to_vec() {
                if self.club.event(event).kind.is_support() {
                    let mut base_or_gone = base.clone();
                    if let Some(goes) = self.goes(event) {
                        base_or_gone.add_sum(1.0, &goes);
                    }
                    self.model.at_least(base_or_gone, 1.0);
                }
            }
        }
    }

    /// The amounts of a week's events that a limit counts. `posted` and `new` give the amount of one event.
    fn count(
        &self,
        person: PersonIx,
        week: WeekIx,
        posted: impl Fn(EventIx) -> f64,
        new: impl Fn(&Shift) -> f64,
    ) -> Count {
        let mut count = Count::default();
        for day in self.club.days_of(week) {
            for event in self.posted_days.on(person, day) {
                let amount = posted(*event);
                if amount > 0.0 {
                    count.posted += amount;
                    count.leaving.extend(self.goes(*event).map(|goes| (amount, goes)));
                }
            }
            let mut filling: f64 = 0.0;
            for shift in self.shifts(person, day) {
                let amount = new(shift);
                if amount > 0.0 {
                    count.added.push((amount, shift.col, shift.upper));
                    if shift.fills_the_day() {
                        filling = filling.max(amount);
                    } else {
                        count.max_added += amount * shift.upper;
                    }
                }
            }
            count.max_added += filling;
        }
        count
    }

    /// Adds a limit that is broken if the final count exceeds it and the count contains something new.
    fn limit(&mut self, count: &Count, limit: f64) {
        if count.added.is_empty() || count.posted + count.max_added <= limit {
            return;
        }
        let mut sum = Sum::of(count.posted);
        count.leaving.iter().for_each(|(amount, goes)| sum.add_sum(-amount, goes));
        count.added.iter().for_each(|(amount, col, _)| sum.add(*amount, *col));
        if count.posted <= limit {
            return self.model.at_most(sum, limit);
        }
        // The posted schedules exceed the limit already. Something may be added only after enough of them have left.
        let may_add = self.model.binary(0.0);
        sum.add(count.posted - limit, may_add);
        self.model.at_most(sum, count.posted);
        for (_, col, most) in &count.added {
            let mut gate: Sum = std::iter::once(*col).collect();
            gate.add(-most, may_add);
            self.model.at_most(gate, 0.0);
        }
    }

    /// H4: the limit of Core in a week.
    fn limit_core(&mut self, person: PersonIx, week: WeekIx) {
        let is_core = |kind: EventType| f64::from(u8::from(kind == EventType::Core));
        let count = self.count(person, week, |e| is_core(self.club.event(e).kind), |s| is_core(s.kind));
        self.limit(&count, h04::CORE_A_WEEK as f64);
    }

    /// H5: the limit of Juicer units in a week.
    fn limit_juicer(&mut self, person: PersonIx, week: WeekIx) {
        let is_unit = |kind: EventType| f64::from(u8::from(kind.is_juicer_unit()));
        let count = self.count(person, week, |e| is_unit(self.club.event(e).kind), |s| is_unit(s.kind));
        self.limit(&count, h05::UNITS_A_WEEK as f64);
    }

    /// H8: the limit of minutes in a week.
    fn limit_minutes(&mut self, person: PersonIx, week: WeekIx) {
        let limit = f64::from(h08::MINUTES_A_WEEK);
        let minutes = |e: EventIx| f64::from(self.club.event(e).minutes);
        let mut count = self.count(person, week, minutes, |s| f64::from(s.minutes));
        if self.posted_days_worked(person, week) <= h09::DAYS_A_WEEK {
            count.max_added = count.max_added.min(self.longest_week(person, week) - count.posted);
        }
        self.limit(&count, limit);
        if count.posted <= limit && count.posted + count.max_added > limit {
            for length in self.filling_lengths(person, week) {
                for part in 1..=3 {
                    self.round_minutes(&count, limit, f64::from(length) / f64::from(part));
                }
            }
        }
    }

    /// H8 again, counted in whole shifts of one length, because a shift cannot be split. The row allows the same
    /// schedules but makes the relaxation tighter.
    fn round_minutes(&mut self, count: &Count, limit: f64, length: f64) {
        let whole = |minutes: f64| (minutes / length).floor();
        let going: f64 = count.leaving.iter().map(|(amount, _)| amount).sum();
        let mut shifts = Sum::default();
        for (amount, goes) in &count.leaving {
            shifts.add_sum(whole(*amount), &Sum::of(1.0).minus(goes));
        }
        count.added.iter().for_each(|(amount, col, _)| shifts.add(whole(*amount), *col));
        self.model.at_most(shifts, whole(limit - (count.posted - going)));
    }

    /// Adds to `counts` the number of a person's new base and full-day shifts in a week, minus the posted ones that
    /// leave.
    fn count_shifts(&mut self, person: PersonIx, week: WeekIx) {
        let mut shifts = Sum::default();
        for day in self.club.days_of(week) {
            self.shifts(person, day).iter().filter(|s| s.fills_the_day()).for_each(|s| shifts.add(1.0, s.col));
            let club = self.club;
            let fills = |e: &&EventIx| club.event(**e).full_day || club.event(**e).kind.is_base();
            let goes = self.posted_days.on(person, day).iter().filter(fills).filter_map(|e| self.goes(*e));
            goes.for_each(|goes| shifts.add_sum(-1.0, &goes));
        }
        if !shifts.terms.is_empty() {
            self.counts.push(shifts);
        }
    }

    /// The lengths in minutes of the new base and full-day shifts that a person may have in a week.
    fn filling_lengths(&self, person: PersonIx, week: WeekIx) -> BTreeSet<u32> {
        let shifts = self.club.days_of(week).flat_map(|day| self.shifts(person, day));
        shifts.filter(|s| s.fills_the_day()).map(|s| s.minutes).collect()
    }

    /// Number of days of a week on which a person has something posted.
    fn posted_days_worked(&self, person: PersonIx, week: WeekIx) -> usize {
        self.club.days_of(week).filter(|d| !self.posted_days.on(person, *d).is_empty()).count()
    }

    /// Maximum minutes of six days, posted and new, because H9 forbids a seventh day.
    fn longest_week(&self, person: PersonIx, week: WeekIx) -> f64 {
        let of = |day: DayIx| {
            let posted = self.posted_days.on(person, day).iter().map(|e| f64::from(self.club.event(*e).minutes));
            let (filling, small): (Vec<&Shift>, Vec<&Shift>) =
                self.shifts(person, day).iter().partition(|s| s.fills_the_day());
            let longest = filling.iter().map(|s| s.minutes).max().unwrap_or(0);
            f64::from(longest) + small.iter().map(|s| f64::from(s.minutes) * s.upper).sum::<f64>() + posted.sum::<f64>()
        };
        let mut days: Vec<f64> = self.club.days_of(week).map(of).collect();
        days.sort_by(f64::total_cmp);
        days.iter().rev().take(h09::DAYS_A_WEEK).sum()
    }

    /// H9: a day is worked if an event stays or is added on it. It is newly worked if no event stays.
    fn limit_days(&mut self, person: PersonIx, week: WeekIx) {
        let days: Vec<DayIx> = self.club.days_of(week).collect();
        let possible =
            |d: &&DayIx| !self.posted_days.on(person, **d).is_empty() || !self.shifts(person, **d).is_empty();
        if days.iter().filter(possible).count() <= h09::DAYS_A_WEEK
            || days.iter().all(|d| self.shifts(person, *d).is_empty())
        {
            return;
        }
        let limit = h09::DAYS_A_WEEK as f64;
        let mut worked = Sum::default();
        for day in &days {
            let day = self.worked(person, *day);
            worked.add_sum(1.0, &day);
        }
        if self.posted_days_worked(person, week) <= h09::DAYS_A_WEEK {
            return self.model.at_most(worked, limit);
        }
        // All seven days are worked as posted. They may stay so, unless one of them is worked only because of a new event.
        let some_day_is_new = self.model.binary(0.0);
        worked.add(1.0, some_day_is_new);
        self.model.at_most(worked, limit + 1.0);
        for day in days {
            let Some(stands) = self.stands(person, day) else { continue };
            for shift in self.shifts(person, day).to_vec() {
                let mut sum: Sum = std::iter::once(shift.col).collect();
                sum.add(-shift.upper, some_day_is_new);
                stands.iter().for_each(|s| sum.add_sum(-shift.upper, s));
                self.model.at_most(sum, 0.0);
            }
        }
    }

    /// For each posted event of a day, a sum that is 1 if the event stays; `None` if one certainly stays.
    fn stands(&self, person: PersonIx, day: DayIx) -> Option<Vec<Sum>> {
        let stands = |e: &EventIx| Some(Sum::of(1.0).minus(&self.goes(*e)?));
        self.posted_days.on(person, day).iter().map(stands).collect()
    }

    /// A sum that is at least 1 if a person works on a day, and may be 0 otherwise.
    fn worked(&mut self, person: PersonIx, day: DayIx) -> Sum {
        let Some(stands) = self.stands(person, day) else { return Sum::of(1.0) };
        let support_needs_base = !self.club.person(person).is_club_supervisor();
        let shifts = self.shifts(person, day).to_vec();
        // A base or full-day event excludes all others of these. Support comes with a base event, unless a Club
        // Supervisor works it.
        let is_never_alone = |s: &Shift| s.fills_the_day() || (support_needs_base && s.kind.is_support());
        if stands.is_empty() && shifts.iter().all(is_never_alone) {
            return shifts.iter().filter(|s| s.fills_the_day()).map(|s| s.col).collect();
        }
        // An integer is needed if one column counts several small events, because one of them alone makes it a worked
        // day.
        let alone: Vec<&Shift> = shifts.iter().filter(|s| !is_never_alone(s)).collect();
        let col = match alone.iter().any(|s| s.upper > 1.0) {
            true => self.model.binary(0.0),
            false => self.model.continuous(0.0, 1.0),
        };
        for shift in alone {
            let mut sum: Sum = std::iter::once(shift.col).collect();
            sum.add(-shift.upper, col);
            self.model.at_most(sum, 0.0);
        }
        let filling: Sum = shifts.iter().filter(|s| s.fills_the_day()).map(|s| s.col).collect();
        for mut sum in stands.into_iter().chain((!filling.terms.is_empty()).then_some(filling)) {
            sum.add(-1.0, col);
            self.model.at_most(sum, 0.0);
        }
        std::iter::once(col).collect()
    }
}
