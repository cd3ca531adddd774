//! The assignments of people to events, which keep the hard rules about posted schedules (rulebook 4).

use chrono::NaiveDate;
use domain::event_type::JobTitle;
use domain::rules::{h04, h05, h08, h09};

use super::calendar::Calendar;
use super::events::Kind;
use super::people::{Person, Span};

/// The arrivals of the eight shift blocks, in minutes of the day (rulebook 6).
pub(super) const ARRIVALS: [u32; 8] = [615, 615, 645, 645, 675, 675, 705, 705];

/// The assignments of every person and every day so far.
pub(super) struct Assignments<'a> {
    team: &'a [Person],
    calendar: &'a Calendar,
    capacity: u32,
    loads: Vec<Vec<PersonLoad>>,
    days: Vec<DayLoad>,
}

/// The assignments of a person on a day.
#[derive(Clone, Copy, Default)]
struct PersonLoad {
    minutes: u32,
    cores: usize,
    /// Number of Productions and Deep Cleans.
    units: usize,
    full_days: usize,
}

/// The assignments of all people on a day.
#[derive(Clone, Copy, Default)]
struct DayLoad {
    blocks: [u32; ARRIVALS.len()],
    productions: u32,
    deep_cleans: u32,
    /// Number of digital events that start from 10:15 on, and of those that start from 17:00 on.
    slots: [u32; 2],
}

impl<'a> Assignments<'a> {
    pub(super) fn new(team: &'a [Person], calendar: &'a Calendar, capacity: u32) -> Self {
        let length = calendar.length();
        let loads = vec![vec![PersonLoad::default(); length]; team.len()];
        Self { team, calendar, capacity, loads, days: vec![DayLoad::default(); length] }
    }

    /// Whether the person may work an event of this kind on a day, in addition to the assignments so far (H2 to H9, H12,
    /// H13). `minutes` is the length of the event; for a Production it includes the length of the Survey.
    pub(super) fn fits(&self, at: usize, kind: Kind, day: NaiveDate, span: Span, minutes: u32) -> bool {
        let (index, person) = (self.calendar.index(day), &self.team[at]);
        let (load, day_load) = (self.loads[at][index], self.days[index]);
        let week = &self.loads[at][index / 7 * 7..index / 7 * 7 + 7];
        let base_count = load.cores + load.units;
        let is_supervisor = person.title == JobTitle::ClubSupervisor;
        let keeps_rules = match kind {
            Kind::Core => {
                let cores: usize = week.iter().map(|load| load.cores).sum();
                base_count == 0 && load.full_days == 0 && cores < h04::CORE_A_WEEK
            }
            Kind::Production | Kind::DeepClean => {
                let units: usize = week.iter().map(|load| load.units).sum();
                let other = if kind == Kind::DeepClean { day_load.productions } else { day_load.deep_cleans };
                person.may_work_juicer()
                    && base_count == 0
                    && load.full_days == 0
                    && units < h05::UNITS_A_WEEK
                    && other == 0
            }
            Kind::FullDay => !is_supervisor && base_count == 0 && load.full_days == 0,
            Kind::Other => person.title.is_lead_or_supervisor(),
            Kind::Survey => person.may_work_juicer() && load.units > 0,
            _ => is_supervisor || (person.title.is_lead_or_supervisor() && base_count > 0),
        };
        let worked: u32 = week.iter().map(|load| load.minutes).sum();
        let work_days = week.iter().filter(|load| load.minutes > 0).count() + usize::from(load.minutes == 0);
        keeps_rules
            && worked + minutes <= h08::MINUTES_A_WEEK
            && work_days <= h09::DAYS_A_WEEK
            && person.is_free(day, span)
    }

    /// Adds an assignment that [`Assignments::fits`] allows. `block` is the index in [`ARRIVALS`] of a Core's shift block.
    pub(super) fn add(&mut self, at: usize, kind: Kind, day: NaiveDate, minutes: u32, block: Option<usize>) {
        let index = self.calendar.index(day);
        let (load, day_load) = (&mut self.loads[at][index], &mut self.days[index]);
        load.minutes += minutes;
        match kind {
            Kind::Core => load.cores += 1,
            Kind::Production | Kind::DeepClean => load.units += 1,
            Kind::FullDay => load.full_days += 1,
            _ => {}
        }
        match kind {
            Kind::Production => day_load.productions += 1,
            Kind::DeepClean => day_load.deep_cleans += 1,
            Kind::Setup | Kind::Refresh | Kind::Digitals => day_load.slots[0] += 1,
            Kind::Teardown => day_load.slots[1] += 1,
            _ => {}
        }
        if let Some(block) = block {
            day_load.blocks[block] += 1;
        }
    }

    /// Whether a shift block, an index in [`ARRIVALS`], can serve one more Core on a day (H14).
    pub(super) fn has_room(&self, block: usize, day: NaiveDate) -> bool {
        self.days[self.calendar.index(day)].blocks[block] < self.capacity
    }

    /// The start of an event of this kind on a day (rulebook 6). A Core starts at the arrival of its shift block instead.
    pub(super) fn start(&self, kind: Kind, name: &str, day: NaiveDate) -> u32 {
        let slots = self.days[self.calendar.index(day)].slots;
        match kind {
            Kind::Production | Kind::DeepClean | Kind::FullDay => 9 * 60,
            Kind::Survey => 17 * 60,
            Kind::Setup | Kind::Refresh | Kind::Digitals => ARRIVALS[0] + 15 * slots[0],
            Kind::Teardown => 17 * 60 + 15 * slots[1],
            Kind::Freeosk if name.ends_with("Setup") || name.ends_with("Refresh") => 10 * 60,
            Kind::Core => ARRIVALS[0],
            _ => 12 * 60,
        }
    }
}
