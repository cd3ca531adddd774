//! Who works what, with the hard rules that posted schedules must keep among one another (rulebook 4).

use chrono::NaiveDate;

use super::calendar::Calendar;
use super::events::Kind;
use super::people::{Person, Span, Title};

/// The arrivals of the eight shift blocks, in minutes of the day (rulebook 6).
pub(super) const ARRIVALS: [u32; 8] = [615, 615, 645, 645, 675, 675, 705, 705];

const CORE_A_WEEK: usize = 6;
const UNITS_A_WEEK: usize = 5;
const MINUTES_A_WEEK: u32 = 2_400;
const DAYS_A_WEEK: usize = 6;

/// The assignments of every person and every day so far.
pub(super) struct Assignments<'a> {
    team: &'a [Person],
    calendar: &'a Calendar,
    capacity: u32,
    loads: Vec<Vec<Load>>,
    days: Vec<Day>,
}

/// One person's assignments on one day.
#[derive(Clone, Copy, Default)]
struct Load {
    minutes: u32,
    cores: usize,
    units: usize,
    full_days: usize,
}

/// All assignments on one day.
#[derive(Clone, Copy, Default)]
struct Day {
    blocks: [u32; ARRIVALS.len()],
    productions: u32,
    deep_cleans: u32,
    /// Number of digital events from 10:15, and of those from 17:00.
    slots: [u32; 2],
}

impl<'a> Assignments<'a> {
    pub(super) fn new(team: &'a [Person], calendar: &'a Calendar, capacity: u32) -> Self {
        let length = calendar.length();
        let loads = vec![vec![Load::default(); length]; team.len()];
        Self { team, calendar, capacity, loads, days: vec![Day::default(); length] }
    }

    /// Whether the person may work an event of this kind on that day (H2 to H9, H12, H13), together with the
    /// assignments so far. `minutes` is the load that it adds; for a Production it includes its Survey.
    pub(super) fn fits(&self, at: usize, kind: Kind, day: NaiveDate, span: Span, minutes: u32) -> bool {
        let (index, person) = (self.calendar.index(day), &self.team[at]);
        let (load, whole_day) = (self.loads[at][index], self.days[index]);
        let week = &self.loads[at][index / 7 * 7..index / 7 * 7 + 7];
        let base = load.cores + load.units;
        let supervises = person.title == Title::ClubSupervisor;
        let rules = match kind {
            Kind::Core => {
                let cores: usize = week.iter().map(|load| load.cores).sum();
                base == 0 && load.full_days == 0 && cores < CORE_A_WEEK
            }
            Kind::Production | Kind::DeepClean => {
                let units: usize = week.iter().map(|load| load.units).sum();
                let other = if kind == Kind::DeepClean { whole_day.productions } else { whole_day.deep_cleans };
                person.can_juice() && base == 0 && load.full_days == 0 && units < UNITS_A_WEEK && other == 0
            }
            Kind::FullDay => !supervises && base == 0 && load.full_days == 0,
            Kind::Other => person.can_lead(),
            Kind::Survey => person.can_juice() && load.units > 0,
            _ => supervises || (person.can_lead() && base > 0),
        };
        let worked: u32 = week.iter().map(|load| load.minutes).sum();
        let days = week.iter().filter(|load| load.minutes > 0).count() + usize::from(load.minutes == 0);
        rules && worked + minutes <= MINUTES_A_WEEK && days <= DAYS_A_WEEK && person.is_free(day, span)
    }

    /// Adds an assignment that [`Assignments::fits`] allows; `block` is the index in [`ARRIVALS`] for a Core.
    pub(super) fn enter(&mut self, at: usize, kind: Kind, day: NaiveDate, minutes: u32, block: Option<usize>) {
        let index = self.calendar.index(day);
        let (load, whole_day) = (&mut self.loads[at][index], &mut self.days[index]);
        load.minutes += minutes;
        match kind {
            Kind::Core => load.cores += 1,
            Kind::Production | Kind::DeepClean => load.units += 1,
            Kind::FullDay => load.full_days += 1,
            _ => {}
        }
        match kind {
            Kind::Production => whole_day.productions += 1,
            Kind::DeepClean => whole_day.deep_cleans += 1,
            Kind::Setup | Kind::Refresh | Kind::Digitals => whole_day.slots[0] += 1,
            Kind::Teardown => whole_day.slots[1] += 1,
            _ => {}
        }
        if let Some(block) = block {
            whole_day.blocks[block] += 1;
        }
    }

    /// Whether the block, an index in [`ARRIVALS`], can serve one more Core on that day (H14).
    pub(super) fn has_room(&self, block: usize, day: NaiveDate) -> bool {
        self.days[self.calendar.index(day)].blocks[block] < self.capacity
    }

    /// The start of an event of that kind on that day (rulebook 6); a Core has its block's arrival instead.
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
