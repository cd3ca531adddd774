//! The rulebook as a model: the choices for each event, and how they are combined in pools.
//!
//! Events of one day form a *pool* if it makes no difference who works which of them (same type, same minutes, same
//! people with the same points). A pool has a column for each event and a column for each person, with equal sums. The
//! events that are placed can then be given to these people in any order. If a person earns more or less with one event
//! of a pool than with the others (an affinity, a wish), that event and person get a column of their own: in addition
//! to the pool if they earn more, instead of it if they earn less. A choice that a rule forbids by itself (a wrong day,
//! a wrong person) has no column.
//!
//! [`callout`] has the additions of a call-out. Posted Core that may move *leave* their place, and are then placed like
//! any other event. The rows of H1 and H10 are in this file, those of the other rules in [`people`], [`days`] and
//! [`score`].

use std::collections::BTreeMap;

use domain::checker::{change_value, final_value, placement_value};
use domain::club::{Club, DayIx, Event, EventIx, PersonIx, ValidDay};
use domain::event_type::EventType;
use domain::rules::DependsOn;

use crate::model::{Col, Model, Sum};

mod callout;
mod days;
mod people;
mod score;

/// The first and the last shift block of a day.
const ALL_BLOCKS: (u8, u8) = (1, 8);

/// A column that makes a person work on a day: by events of a pool, or by a single event.
#[derive(Debug, Clone)]
pub(crate) struct Shift {
    /// The number of these events that the person works; 0 or 1 for a single event.
    pub col: Col,
    /// Maximum of `col`.
    pub upper: f64,
    /// The type of the events.
    pub kind: EventType,
    /// Whether they are full-day events.
    pub full_day: bool,
    /// Minutes of one event; for a Production, those of its Survey are added.
    pub minutes: u32,
    /// For Core: the first and the last block within the person's hours.
    pub possible: (u8, u8),
    /// For Core: how it gets its block.
    pub block: BlockAssignment,
}

/// How a Core gets its block (rulebook sections 6 and 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockAssignment {
    /// It gets a free place in one of the day's blocks.
    Any,
    /// A released Core on its own day that certainly keeps this block.
    Kept(u8),
    /// A released Core on its own day whose block has more posted Core than places: it keeps the block only if enough
    /// of the others leave.
    MaybeKept,
}

impl Shift {
    /// Whether the shift excludes other base and full-day events of the person's day.
    pub fn fills_the_day(&self) -> bool {
        self.full_day || self.kind.is_base()
    }
}

/// Events of one day for which it makes no difference who works which of them.
#[derive(Debug)]
pub(crate) struct Pool {
    /// The events, each with the column that places it on this day.
    pub members: Vec<(EventIx, Col)>,
    /// The people, each with the column for the number of these events that they work.
    pub people: Vec<(PersonIx, Col)>,
}

/// A choice of one event with one person, outside of pools.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Single {
    pub event: EventIx,
    pub person: PersonIx,
    pub day: DayIx,
    pub col: Col,
}

/// A posted Core that may move or be dropped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaver {
    pub event: EventIx,
    /// The column that is 1 if the Core leaves its posted place.
    pub leaves: Col,
}

/// The model of a club, with the meaning of its columns.
#[derive(Debug)]
pub(crate) struct Formulation<'c> {
    pub club: &'c Club,
    pub model: Model,
    /// The pools, each with its day.
    pub pools: Vec<(DayIx, Pool)>,
    pub singles: Vec<Single>,
    pub leavers: Vec<Leaver>,
    /// For each spread (most minus fewest) of S9 and S11, the columns of the most and of the fewest.
    pub spreads: Vec<Col>,
    /// For each person and week, the number of new base and full-day shifts minus the number of posted ones that leave.
    /// The sums are integers in every feasible solution, but may be fractional in the relaxation.
    pub counts: Vec<Sum>,
    /// By day: the points that the model gives for the day's lead in block 1 (S7).
    lead_points: BTreeMap<DayIx, Sum>,
    /// By event: for each day a sum that is 1 if the event is newly placed on that day.
    placed: Vec<BTreeMap<DayIx, Sum>>,
    /// The shifts of each person and day.
    shifts: Vec<Vec<Shift>>,
    /// By event: the column that is 1 if it leaves its posted place.
    leaver_of: BTreeMap<EventIx, Col>,
    /// By posted Supervisor of a Core: a sum that is 1 if the Supervisor leaves, because the posted or released Core is
    /// no longer on its posted day.
    follower_goes: BTreeMap<EventIx, Sum>,
    /// What is posted. Core that may move are part of it.
    posted_days: people::PostedDays,
}

/// What the events of a pool have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PoolKey {
    day: DayIx,
    kind: EventType,
    full_day: bool,
    with_survey: bool,
    minutes: u32,
    /// The people who may work them, and their points (as bits).
    people: Vec<(PersonIx, u64)>,
}

impl<'c> Formulation<'c> {
    /// Builds the model of a club.
    pub fn new(club: &'c Club) -> Self {
        let mut formulation = Formulation {
            club,
            model: Model::default(),
            pools: Vec::new(),
            singles: Vec::new(),
            leavers: Vec::new(),
            spreads: Vec::new(),
            counts: Vec::new(),
            lead_points: BTreeMap::new(),
            placed: vec![BTreeMap::new(); club.events.len()],
            shifts: vec![Vec::new(); club.people.len() * club.days.len()],
            leaver_of: BTreeMap::new(),
            follower_goes: BTreeMap::new(),
            posted_days: people::PostedDays::of(club),
        };
        formulation.add_leavers();
        let mut pools = BTreeMap::new();
        for event in club.candidates() {
            formulation.offer_candidate(event, &mut pools);
        }
        for leaver in formulation.leavers.clone() {
            formulation.offer_leaver(leaver, &mut pools);
        }
        formulation.add_pools(pools);
        formulation.bind_released_followers();
        formulation.limit_placements();
        formulation.add_people_rows();
        formulation.add_day_rows();
        formulation.add_score();
        formulation
    }

    /// The shifts of a person's day.
    pub fn shifts(&self, person: PersonIx, day: DayIx) -> &[Shift] {
        &self.shifts[person.0 * self.club.days.len() + day.0]
    }

    /// A sum that is 1 if an event is newly placed on a day.
    pub fn placed_on(&self, event: EventIx, day: DayIx) -> Sum {
        self.placed[event.0].get(&day).cloned().unwrap_or_default()
    }

    /// Adds each posted Core that may leave. Leaving loses the points of its old place (S1 to S4, S6, S8, S13 to S16)
    /// and costs a bump (S12). Being placed again earns the new points, so a drop is leaving without a placement. If
    /// the Core leaves its day, its posted Supervisor leaves too, and loses its points in the same way.
    fn add_leavers(&mut self) {
        let club = self.club;
        for event in club.event_ixs().filter(|e| club.event(*e).is_movable()) {
            let stays = self.value_if_it_stays(event);
            self.model.constant += stays;
            let leaves = self.model.binary(change_value(club, club.event(event)) - self.posted_value(event) - stays);
            self.leavers.push(Leaver { event, leaves });
            self.leaver_of.insert(event, leaves);
            if let Some(follower) = club.follower(event) {
                // If only the person of the Core changes, the Supervisor stays: `offer_leaver` subtracts the columns of
                // these changes.
                let goes: Sum = std::iter::once(leaves).collect();
                self.follower_goes.insert(follower, goes);
            }
        }
    }

    /// The points of S16 for a posted event if its posted place is its final place.
    fn value_if_it_stays(&self, event: EventIx) -> f64 {
        let event = self.club.event(event);
        event.posting().map_or(0.0, |p| final_value(self.club, event, p.person, p.start.date()))
    }

    /// The points that a posted event earned in its posted place.
    fn posted_value(&self, event: EventIx) -> f64 {
        let event = self.club.event(event);
        event.posting().map_or(0.0, |p| placement_value(self.club, event, p.person, p.start.date(), |_| true))
    }

    fn offer_candidate(&mut self, e: EventIx, pools: &mut BTreeMap<PoolKey, Vec<EventIx>>) {
        let club = self.club;
        let event = club.event(e);
        let production = event.partner.filter(|_| event.kind == EventType::JuicerSurvey);
        match (event.kind, production) {
            // A Survey is placed with its Production: as one unit, or by the person of the posted Production; otherwise
            // it is not placed (H11).
            (EventType::JuicerSurvey, Some(p)) if club.survey_of_unit(p) != Some(e) => {
                let Some(posting) = club.event(p).posting() else { return };
                for valid in &event.valid {
                    if club.can_work(posting.person, event, *valid) {
                        self.add_single(e, posting.person, valid.day);
                    }
                }
            }
            (EventType::JuicerSurvey, _) => {}
            // A Supervisor without a Core is not placed (H10).
            (EventType::Supervisor, _) if event.partner.is_none() => {}
            _ => {
                for valid in &event.valid {
                    if self.posted_days.forbids(event.kind, valid.day) {
                    } else if event.kept_block(valid.day).is_some() {
                        self.offer_own_day(e, *valid);
                    } else {
                        self.offer(e, *valid, pools);
                    }
                }
                self.offer_released_follower(e, pools);
            }
        }
    }

    /// Adds the choices of an event on a day: the people who can work it there join its pool. A person who earns more
    /// with this event than with the others of the pool also gets a column of their own. One who earns less gets only
    /// that column.
    fn offer(&mut self, e: EventIx, valid: ValidDay, pools: &mut BTreeMap<PoolKey, Vec<EventIx>>) {
        let club = self.club;
        let event = club.event(e);
        let survey = club.survey_of_unit(e);
        let can = |person: &PersonIx| {
            club.can_work(*person, event, valid)
                && survey.is_none_or(|s| {
                    let survey = club.event(s);
                    survey.valid_day(valid.day).is_some_and(|v| club.can_work(*person, survey, v))
                })
        };
        let mut people: Vec<PersonIx> = club.person_ixs().filter(can).collect();
        people.retain(|person| {
            let own = self.own_value(e, *person, valid.day);
            if own != 0.0 {
                self.add_single(e, *person, valid.day);
            }
            own >= 0.0
        });
        if people.is_empty() {
            return;
        }
        let key = PoolKey {
            day: valid.day,
            kind: event.kind,
            full_day: event.full_day,
            with_survey: survey.is_some(),
            minutes: self.unit_minutes(e),
            people: people.iter().map(|p| (*p, self.person_value(e, *p, valid.day).to_bits())).collect(),
        };
        pools.entry(key).or_default().push(e);
    }

    fn offer_leaver(&mut self, leaver: Leaver, pools: &mut BTreeMap<PoolKey, Vec<EventIx>>) {
        let club = self.club;
        let event = club.event(leaver.event);
        let Some((posting, posted_day)) = event.posting().and_then(|p| Some((p, p.day?))) else { return };
        let follower = club.follower(leaver.event);
        for valid in &event.valid {
            if valid.day != posted_day {
                self.offer(leaver.event, *valid, pools);
                if let Some(follower) = follower {
                    self.offer(follower, club.follower_start(valid.day), pools);
                }
                continue;
            }
            // On its own day the Core may change only its person, and its Supervisor stays.
            for person in club.person_ixs().filter(|p| *p != posting.person && club.can_work(*p, event, *valid)) {
                let col = self.add_single(leaver.event, person, posted_day);
                if let Some(goes) = follower.and_then(|f| self.follower_goes.get_mut(&f)) {
                    goes.add(-1.0, col);
                }
            }
        }
    }

    fn add_single(&mut self, event: EventIx, person: PersonIx, day: DayIx) -> Col {
        let value = self.unit_value(event, person, day, |d| d != DependsOn::EventAndPerson);
        let col = self.model.binary(value + self.own_value(event, person, day));
        self.singles.push(Single { event, person, day, col });
        self.placed[event.0].entry(day).or_default().add(1.0, col);
        self.add_shift(event, person, day, col, 1.0);
        col
    }

    fn add_pools(&mut self, pools: BTreeMap<PoolKey, Vec<EventIx>>) {
        for (key, members) in pools {
            let upper = if key.full_day || key.kind.is_base() { 1.0 } else { members.len() as f64 };
            let mut pool = Pool { members: Vec::new(), people: Vec::new() };
            for (person, value) in &key.people {
                let col = self.model.integer(f64::from_bits(*value), upper);
                pool.people.push((*person, col));
                self.add_shift(members[0], *person, key.day, col, upper);
            }
            for event in members {
                let col = self.model.binary(self.event_value(event, key.day));
                pool.members.push((event, col));
                self.placed[event.0].entry(key.day).or_default().add(1.0, col);
            }
            let placed: Sum = pool.members.iter().map(|(_, col)| *col).collect();
            let worked: Sum = pool.people.iter().map(|(_, col)| *col).collect();
            self.model.zero(placed.minus(&worked));
            self.pools.push((key.day, pool));
        }
    }

    fn add_shift(&mut self, e: EventIx, person: PersonIx, day: DayIx, col: Col, upper: f64) {
        let event = self.club.event(e);
        let possible = match (event.kind, self.club.hours(person, day)) {
            (EventType::Core, Some(hours)) => {
                self.club.possible_blocks(day, hours, event.minutes).unwrap_or(ALL_BLOCKS)
            }
            _ => ALL_BLOCKS,
        };
        let minutes = self.unit_minutes(e);
        let block = self.block_of(e, day, possible);
        let shift = Shift { col, upper, kind: event.kind, full_day: event.full_day, minutes, possible, block };
        self.shifts[person.0 * self.club.days.len() + day.0].push(shift);
    }

    /// H1: each event is placed at most once. H10: a Supervisor is placed only on a day on which its Core is.
    fn limit_placements(&mut self) {
        for e in self.club.event_ixs() {
            let placed = &self.placed[e.0];
            if placed.is_empty() {
                continue;
            }
            let mut sum = Sum::default();
            placed.values().for_each(|on| sum.add_sum(1.0, on));
            let event = self.club.event(e);
            if let Some(leaves) = self.leaver_of.get(&e) {
                // A posted Core is placed again only if it leaves. One that leaves and is not placed again is dropped.
                sum.add(-1.0, *leaves);
                self.model.at_most(sum, 0.0);
            } else {
                self.model.at_most(sum, 1.0);
            }
            if event.kind == EventType::Supervisor
                && let Some(core) = event.partner
            {
                self.bind_to_core(e, core);
            }
        }
    }

    fn bind_to_core(&mut self, supervisor: EventIx, core: EventIx) {
        let posted_day = self.club.event(core).posting().and_then(|p| p.day);
        for (day, placed) in self.placed[supervisor.0].clone() {
            let mut there = self.placed_on(core, day);
            if self.club.event(core).posting().is_some() && Some(day) == posted_day {
                // The posted Core is on this day if it stays, or if only its person changes.
                there.constant += 1.0;
                if let Some(leaves) = self.leaver_of.get(&core) {
                    there.add(-1.0, *leaves);
                } else {
                    continue;
                }
            }
            self.model.at_most(placed.minus(&there), 0.0);
        }
    }

    /// The minutes of an event; for a Production, those of the Survey of its unit are added.
    fn unit_minutes(&self, event: EventIx) -> u32 {
        let survey = self.club.survey_of_unit(event).map_or(0, |s| self.club.event(s).minutes);
        self.club.event(event).minutes + survey
    }

    /// The part of an event's points on a day that does not depend on the person.
    fn event_value(&self, event: EventIx, day: DayIx) -> f64 {
        // No rule of these two kinds depends on the person, so any person will do.
        let anybody = PersonIx(0);
        self.unit_value(event, anybody, day, |d| matches!(d, DependsOn::Event | DependsOn::EventAndDate))
    }

    /// Points of a person for any event of this type on a day.
    fn person_value(&self, event: EventIx, person: PersonIx, day: DayIx) -> f64 {
        self.unit_value(event, person, day, |d| d == DependsOn::TypePersonAndDate)
    }

    /// The points of a person for this event on a day, minus those for other events of its type.
    fn own_value(&self, event: EventIx, person: PersonIx, day: DayIx) -> f64 {
        let date = self.club.day(day).date;
        let of = |e: EventIx| final_value(self.club, self.club.event(e), person, date);
        let wished = of(event) + self.club.survey_of_unit(event).map_or(0.0, of);
        wished + self.unit_value(event, person, day, |d| d == DependsOn::EventAndPerson)
    }

    fn unit_value(&self, event: EventIx, person: PersonIx, day: DayIx, wanted: impl Fn(DependsOn) -> bool) -> f64 {
        let date = self.club.day(day).date;
        let value = |e: &Event| placement_value(self.club, e, person, date, &wanted);
        let survey = self.club.survey_of_unit(event).map_or(0.0, |s| value(self.club.event(s)));
        value(self.club.event(event)) + survey
    }
}
