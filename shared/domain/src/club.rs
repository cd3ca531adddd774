//! A club for the rules: the snapshot sorted and indexed, with everything that can be derived before anything is
//! placed: candidates, pairs, valid days, availability, duties, start times.
//!
//! People are sorted by id and events by ref, so that two snapshots whose lists differ only in their order make the
//! same club.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};

use crate::calendar::{Hours, days_between, minute_of, plus_days};
use crate::callout::{self, Callout};
use crate::event_type::EventType;
use crate::person_names::{distinct_names, short_names};
use crate::previous::Previous;
use crate::snapshot::{
    Arrivals, Condition, EmployeeId, EventFacts, EventRef, PlacementRow, Posted, Rotation, Settings, Snapshot,
    StartName,
};
use crate::{blocks, names};

mod availability;
mod duty;
mod grid;
mod pairs;
mod parts;
mod presence;
mod standing;
mod starts;

pub use availability::{Away, Objection};
pub use duty::Duty;
pub use parts::{
    Closed, Day, DayIx, Event, EventIx, Person, PersonIx, Place, Posting, ProductIx, Role, ValidDay, WeekIx,
    cut_for_message,
};
pub use presence::{CannotWork, Presence};

/// A club, ready to be scheduled.
#[derive(Debug)]
pub struct Club {
    /// The club's id.
    pub id: String,
    /// The run's date.
    pub today: NaiveDate,
    /// First day of the horizon.
    pub earliest: NaiveDate,
    /// Last day of the horizon.
    pub horizon_end: NaiveDate,
    /// The club's settings.
    pub settings: Settings,
    /// The people, in order of id.
    pub people: Vec<Person>,
    /// The events, in order of ref.
    pub events: Vec<Event>,
    /// The days of the grid, in order. For a run: the whole weeks around the horizon. For a look at what is posted: the
    /// weeks from today's week on that have posted schedules, or all weeks up to a date.
    pub days: Vec<Day>,
    /// For each person, how often they started a posted Core at the arrival of each block in the 28 days before today. All 0
    /// in a look at what is posted.
    pub arrival_counts: Vec<[u32; Arrivals::BLOCKS]>,
    availability: availability::Availability,
    duties: duty::Duties,
    duties_on_grid: Vec<[Duty; 2]>,
    affinity: HashMap<(PersonIx, EventRef), f64>,
    affinity_by_type: HashMap<(PersonIx, EventType), f64>,
    debts: HashMap<PersonIx, f64>,
    previous: Previous,
    pub(crate) callout: Option<Callout>,
    by_hand: BTreeSet<EventRef>,
    pub(crate) under_way: BTreeSet<EventRef>,
    wishes: HashSet<(EventRef, PersonIx, NaiveDate)>,
    unwanted: HashSet<(EventRef, PersonIx, NaiveDate)>,
    /// For each day of the grid, and for its end, the number of open days before it.
    open_before: Vec<u32>,
    /// The people whom fairness compares (S9).
    core_people: Vec<PersonIx>,
    /// By day: whether some candidate Core is valid on it (S11).
    core_days: Vec<bool>,
    /// By person and day: whether a base event of the person is posted on the day.
    posted_base: Vec<bool>,
}

impl Club {
    /// Builds the club from a snapshot.
    pub fn new(snapshot: Snapshot) -> Club {
        let snapshot = callout::prepare(snapshot);
        let earliest = plus_days(snapshot.today, snapshot.settings.buffer_days().into());
        let horizon_end = plus_days(snapshot.today, snapshot.settings.horizon_days().into());
        let days = grid::around_horizon(&snapshot, earliest, horizon_end);
        let mut club = Club::with_days(snapshot, earliest, horizon_end, days);
        club.assign_posted_blocks();
        club.release();
        club.share_valid_days();
        club.set_starts();
        club.count_arrivals();
        club.note_core();
        club.note_posted_base();
        club
    }

    /// Builds events, people and duties over the days of a grid.
    fn with_days(snapshot: Snapshot, earliest: NaiveDate, horizon_end: NaiveDate, days: Vec<Day>) -> Club {
        let mut employees = snapshot.employees.clone();
        employees.sort_by(|a, b| a.id.cmp(&b.id));
        let index: HashMap<EmployeeId, PersonIx> =
            employees.iter().enumerate().map(|(i, e)| (e.id.clone(), PersonIx(i))).collect();
        let availability = availability::Availability::new(&snapshot, &employees, &days, &index);
        let duties = duty::Duties::new(&snapshot, &index);
        let names: Vec<(&str, &str)> = employees.iter().map(|e| (e.id.0.as_str(), e.name.as_str())).collect();
        let shown_names = distinct_names(&names).into_iter().zip(short_names(&names)).collect::<Vec<_>>();
        let people = employees
            .into_iter()
            .zip(shown_names)
            .map(|(e, (distinct_name, short_name))| Person {
                id: e.id,
                name: e.name,
                distinct_name,
                short_name,
                title: e.job_title,
                juicer_trained: e.juicer_trained,
            })
            .collect::<Vec<_>>();
        let affinity = snapshot
            .affinity
            .iter()
            .filter_map(|a| Some(((*index.get(&a.employee_id)?, a.event_ref), a.score)))
            .collect();
        let by_type = snapshot.affinity_by_type.iter();
        let affinity_by_type = by_type.filter_map(|a| Some(((*index.get(&a.employee_id)?, a.kind), a.score))).collect();
        let debts = snapshot.ledger.iter().filter_map(|d| Some((*index.get(&d.employee_id)?, d.debt))).collect();
        let placement = |w: &PlacementRow| Some((w.event_ref, *index.get(&w.employee_id)?, w.date));
        let wishes = snapshot.wishes.iter().filter_map(placement).collect();
        let unwanted = snapshot.unwanted.iter().filter_map(placement).collect();
        let mut open_before = vec![0];
        for day in &days {
            open_before.push(open_before.last().copied().unwrap_or(0) + u32::from(day.open));
        }
        let mut club = Club {
            id: snapshot.club.id,
            today: snapshot.today,
            earliest,
            horizon_end,
            settings: snapshot.settings,
            arrival_counts: vec![[0; Arrivals::BLOCKS]; people.len()],
            people,
            events: Vec::new(),
            days,
            availability,
            duties,
            duties_on_grid: Vec::new(),
            affinity,
            affinity_by_type,
            debts,
            previous: Previous::default(),
            callout: None,
            by_hand: BTreeSet::new(),
            under_way: BTreeSet::new(),
            wishes,
            unwanted,
            open_before,
            core_people: Vec::new(),
            core_days: Vec::new(),
            posted_base: Vec::new(),
        };
        club.duties_on_grid =
            club.days.iter().map(|d| [Rotation::Juicer, Rotation::PrimaryLead].map(|r| club.duty(r, d.date))).collect();
        let absent = snapshot.callout.as_ref().and_then(|row| Some((row, *index.get(&row.employee_id)?)));
        club.callout = absent.map(|(row, person)| Callout::new(row, person));
        (club.by_hand, club.under_way) = (snapshot.by_hand, snapshot.under_way);
        club.add_events(snapshot.events, snapshot.posted, &index);
        club.previous = Previous::new(&club, &snapshot.previous);
        club.pair_events();
        club
    }

    /// Records who could work a candidate Core (without Club Supervisors), and the days on which one is valid.
    fn note_core(&mut self) {
        let core: Vec<&Event> = self.events.iter().filter(|e| e.is_candidate() && e.kind == EventType::Core).collect();
        let could_work_core =
            |person: &PersonIx| core.iter().any(|e| e.valid.iter().any(|v| self.can_work(*person, e, *v)));
        let core_people =
            self.person_ixs().filter(|p| !self.person(*p).is_club_supervisor() && could_work_core(p)).collect();
        let core_days = self.day_ixs().map(|d| core.iter().any(|e| e.is_valid_on(d))).collect();
        (self.core_people, self.core_days) = (core_people, core_days);
    }

    /// Records for each person the days with a posted base event.
    fn note_posted_base(&mut self) {
        let mut posted_base = vec![false; self.people.len() * self.days.len()];
        for event in self.events.iter().filter(|e| e.kind.is_base()) {
            if let Some((posting, day)) = event.posting().and_then(|p| Some((p, p.day?))) {
                posted_base[posting.person.0 * self.days.len() + day.0] = true;
            }
        }
        self.posted_base = posted_base;
    }

    /// Adds the events and posted schedules, in order of ref.
    fn add_events(&mut self, events: Vec<EventFacts>, posted: Vec<Posted>, index: &HashMap<EmployeeId, PersonIx>) {
        let mut rows: Vec<(EventFacts, Option<Posted>)> =
            posted.into_iter().map(|p| (p.event.clone(), Some(p))).collect();
        let is_posted: std::collections::HashSet<EventRef> = rows.iter().map(|(e, _)| e.event_ref).collect();
        rows.extend(events.into_iter().filter(|e| !is_posted.contains(&e.event_ref)).map(|e| (e, None)));
        rows.sort_by_key(|(e, _)| e.event_ref);
        let mut products = HashMap::new();
        let programme_codes = self.settings.programme_codes();
        self.events = rows
            .into_iter()
            .map(|(row, posted)| {
                let (kind, minutes) = (row.event_type(), row.minutes());
                let full_day = row.is_full_day();
                let fixed = self.settings.is_fixed(kind, full_day);
                let (start, due) = (row.start.date(), row.due.date());
                let valid = self.own_valid_days(start, due, fixed);
                let product = (kind == EventType::Core)
                    .then(|| names::product(&row.name, &programme_codes))
                    .flatten()
                    .map(|name| {
                        let next = ProductIx(products.len());
                        *products.entry(name).or_insert(next)
                    });
                let role = match posted {
                    Some(p) => Role::Posted(self.posting(&p, due, index[&p.employee_id])),
                    None if self.is_candidate(&row) => Role::Candidate,
                    None => Role::NotPlanned,
                };
                Event {
                    event_ref: row.event_ref,
                    kind,
                    condition: row.condition(),
                    minutes,
                    start,
                    due,
                    full_day,
                    fixed,
                    partner: match (row.condition(), &role) {
                        // A cancelled event that is not posted gets no partner: `pair_events` skips events with this
                        // mark, and then removes the mark.
                        (Condition::Cancelled, Role::NotPlanned) => Some(pairs::NOT_PAIRED),
                        _ => None,
                    },
                    role,
                    product,
                    valid,
                    name: row.name,
                }
            })
            .collect();
    }

    fn posting(&self, posted: &Posted, due: NaiveDate, person: PersonIx) -> Posting {
        let day = self.day_of(posted.start.date());
        let is_off = posted.event.condition().is_off();
        let by_hand = self.by_hand.contains(&posted.event.event_ref);
        let may_move_in_run = posted.event.event_type() == EventType::Core
            && day.is_some_and(|d| self.days[d.0].open)
            && days_between(self.today, due) > 2;
        let movable = may_move_in_run || (by_hand && day.is_some_and(|d| self.may_leave_by_hand(d)));
        let (given_block, block) = (posted.block, posted.block.unwrap_or(1));
        Posting { person, start: posted.start, day, given_block, block, movable, by_hand, is_off }
    }

    /// Whether a person may move a posted schedule away from a day: the day is not past and not locked.
    fn may_leave_by_hand(&self, day: DayIx) -> bool {
        let day = self.day(day);
        self.today <= day.date && day.closed != Some(Closed::Locked)
    }

    /// Whether a run may place an event (section 2). In a call-out only released schedules are candidates.
    fn is_candidate(&self, row: &EventFacts) -> bool {
        self.callout.is_none()
            && row.condition() == Condition::Open
            && (row.auto || self.by_hand.contains(&row.event_ref))
            && row.due.date() > self.earliest
            && row.start.date() <= self.horizon_end
    }

    /// The open days of a window. A fixed event has its start date only.
    fn own_valid_days(&self, start: NaiveDate, due: NaiveDate, fixed: bool) -> Vec<ValidDay> {
        let within = |date| start <= date && date < due && (!fixed || date == start);
        let days = self.days.iter().enumerate().filter(|(_, d)| d.open && within(d.date));
        days.map(|(i, _)| ValidDay::until_midnight(DayIx(i), 0)).collect()
    }

    /// Counts how often each person started a posted Core at the arrival of each block in the last 28 days.
    fn count_arrivals(&mut self) {
        let first = plus_days(self.today, -28);
        for event in &self.events {
            let Some(posting) = event.posting().filter(|_| event.kind == EventType::Core) else { continue };
            let date = posting.start.date();
            if date < first || self.today <= date {
                continue;
            }
            let started = |arrival: &u32| posting.start == crate::calendar::at_minute(date, *arrival);
            for (times, arrival) in self.arrival_counts[posting.person.0].iter_mut().zip(self.settings.arrivals.all()) {
                *times += u32::from(started(arrival));
            }
        }
    }

    /// An event by its handle.
    pub fn event(&self, event: EventIx) -> &Event {
        &self.events[event.0]
    }

    /// A person by their handle.
    pub fn person(&self, person: PersonIx) -> &Person {
        &self.people[person.0]
    }

    /// A day by its handle.
    pub fn day(&self, day: DayIx) -> &Day {
        &self.days[day.0]
    }

    /// The day of the grid with that date.
    pub fn day_of(&self, date: NaiveDate) -> Option<DayIx> {
        let offset = usize::try_from(days_between(self.days.first()?.date, date)).ok()?;
        if self.days.get(offset).is_some_and(|day| day.date == date) {
            return Some(DayIx(offset));
        }
        // The weeks of a look at what is posted need not be adjacent.
        self.days.binary_search_by_key(&date, |day| day.date).ok().map(DayIx)
    }

    /// The week of a day of the grid.
    pub fn week_of(&self, day: DayIx) -> WeekIx {
        WeekIx(day.0 / 7)
    }

    /// The days of a week.
    pub fn days_of(&self, week: WeekIx) -> impl Iterator<Item = DayIx> + use<> {
        (week.0 * 7..week.0 * 7 + 7).map(DayIx)
    }

    /// The event with this ref.
    pub fn find(&self, event_ref: EventRef) -> Option<EventIx> {
        self.events.binary_search_by_key(&event_ref, |e| e.event_ref).ok().map(EventIx)
    }

    /// The person with this id.
    pub fn find_person(&self, id: &str) -> Option<PersonIx> {
        self.people.binary_search_by(|p| p.id.0.as_str().cmp(id)).ok().map(PersonIx)
    }

    /// Every event's handle, in order of ref.
    pub fn event_ixs(&self) -> impl Iterator<Item = EventIx> + use<> {
        (0..self.events.len()).map(EventIx)
    }

    /// Every person's handle, in order of id.
    pub fn person_ixs(&self) -> impl Iterator<Item = PersonIx> + use<> {
        (0..self.people.len()).map(PersonIx)
    }

    /// Every day of the grid.
    pub fn day_ixs(&self) -> impl Iterator<Item = DayIx> + use<> {
        (0..self.days.len()).map(DayIx)
    }

    /// The candidates, in order of ref.
    pub fn candidates(&self) -> impl Iterator<Item = EventIx> {
        self.event_ixs().filter(|e| self.event(*e).is_candidate())
    }

    /// Whether a person may work an event by their title and juicer training (rulebook section 1).
    pub fn may_work(&self, person: PersonIx, event: &Event) -> bool {
        let person = self.person(person);
        person.title.may_work(person.juicer_trained, event.kind, event.full_day)
    }

    /// The hours in which a person is available on a day; `None` when they are not available at all.
    pub fn hours(&self, person: PersonIx, day: DayIx) -> Option<Hours> {
        self.availability.on(person, day)
    }

    /// Whether a person works for the club on a date, which may be any date.
    pub fn is_employed(&self, person: PersonIx, date: NaiveDate) -> bool {
        self.availability.why_away(person, date) != Some(Away::NotEmployed)
    }

    /// Why a person is not available on a day.
    pub fn why_away(&self, person: PersonIx, day: DayIx) -> Option<Away> {
        self.availability.why_away(person, self.day(day).date)
    }

    /// The objection to a person working an event at a time, if any. In a look at what is posted, [`Objection::Firm`]
    /// breaks H2 and [`Objection::WeeklyAlone`] breaks W15.
    pub fn objection(&self, person: PersonIx, event: &Event, start: NaiveDateTime) -> Option<Objection> {
        if !self.may_work(person, event) {
            return Some(Objection::Firm);
        }
        self.availability.objection(person, start.date(), minute_of(start), event.minutes)
    }

    /// Who is on duty for a rotation on a date (rulebook section 3).
    pub fn duty(&self, rotation: Rotation, date: NaiveDate) -> Duty {
        self.duties.on(rotation, date, &|person| self.availability.is_available(person, date))
    }

    /// Who is on duty for a rotation on a day of the grid.
    pub fn duty_on(&self, rotation: Rotation, day: DayIx) -> Duty {
        self.duties_on_grid[day.0][rotation as usize]
    }

    /// The day's lead.
    pub fn lead(&self, day: DayIx) -> Option<PersonIx> {
        self.duty_on(Rotation::PrimaryLead, day).on_duty
    }

    /// The people whom fairness compares (S9).
    pub fn core_people(&self) -> &[PersonIx] {
        &self.core_people
    }

    /// Whether some candidate Core is valid on a day: the days that balance compares (S11).
    pub fn is_core_day(&self, day: DayIx) -> bool {
        self.core_days[day.0]
    }

    /// Whether a base event of a person is posted on a day (H12).
    pub fn had_base(&self, person: PersonIx, day: DayIx) -> bool {
        self.posted_base[person.0 * self.days.len() + day.0]
    }

    /// A person's affinity for this event, 0 to 1, if one is given.
    pub fn affinity(&self, person: PersonIx, event: &Event) -> Option<f64> {
        self.affinity.get(&(person, event.event_ref)).copied()
    }

    /// A person's affinity for a type, 0 to 1; 0 if none is given.
    pub fn affinity_by_type(&self, person: PersonIx, kind: EventType) -> f64 {
        self.affinity_by_type.get(&(person, kind)).copied().unwrap_or(0.0)
    }

    /// How many Core the club owes a person from earlier weeks, -3 to 3; 0 if the ledger does not name them.
    pub fn debt(&self, person: PersonIx) -> f64 {
        self.debts.get(&person).copied().unwrap_or(0.0)
    }

    /// The placements that people last saw proposed, or made by hand, and have not submitted (section 5).
    pub fn previous(&self) -> &Previous {
        &self.previous
    }

    /// Whether somebody asked for this event to be worked by this person on this date (S16).
    pub fn is_wished(&self, event: &Event, person: PersonIx, date: NaiveDate) -> bool {
        self.wishes.contains(&(event.event_ref, person, date))
    }

    /// Whether somebody refused that placement (S16).
    pub fn is_unwanted(&self, event: &Event, person: PersonIx, date: NaiveDate) -> bool {
        self.unwanted.contains(&(event.event_ref, person, date))
    }

    /// The number of days on which an event may be placed, from one day up to, but not including, a date: open days,
    /// and the day where it was posted if a call-out released it.
    pub fn open_days_of(&self, event: &Event, from: DayIx, to: NaiveDate) -> u32 {
        let own = event.released().and_then(|was| was.day);
        let own = own.filter(|own| from <= *own && self.day(*own).date < to && !self.day(*own).open);
        self.open_days_between(from, to) + u32::from(own.is_some())
    }

    /// The number of open days from one day up to, but not including, a date.
    pub fn open_days_between(&self, from: DayIx, to: NaiveDate) -> u32 {
        let to = self.days.partition_point(|day| day.date < to);
        self.open_before[to].saturating_sub(self.open_before[from.0])
    }

    /// Whether H2 alone lets a person work an event on one of its valid days: type, availability, hours, midnight.
    pub fn can_work(&self, person: PersonIx, event: &Event, on: ValidDay) -> bool {
        let Some(hours) = self.hours(person, on.day).filter(|_| self.may_work(person, event)) else { return false };
        match event.kind {
            EventType::Core => self.possible_blocks(on.day, hours, event.minutes).is_some(),
            _ => on.holds(hours, event.minutes),
        }
    }

    /// The day and start of a Supervisor that follows its Core.
    pub fn follower_start(&self, day: DayIx) -> ValidDay {
        self.start_after_moment(day, self.settings.starts.of(StartName::Supervisor))
    }

    /// The first and the last block, 1 to 8, at which a Core of that length fits the hours on a day. All blocks between
    /// them fit too.
    pub fn possible_blocks(&self, day: DayIx, hours: Hours, minutes: u32) -> Option<(u8, u8)> {
        let fits = |block: &u8| self.start_after_moment(day, self.arrival(*block)).holds(hours, minutes);
        Some((blocks::ALL.into_iter().find(fits)?, blocks::ALL.into_iter().rfind(fits)?))
    }

    /// The arrival of a block, 1 to 8, in minutes since midnight.
    pub fn arrival(&self, block: u8) -> u32 {
        self.settings.arrivals.of(block)
    }
}
