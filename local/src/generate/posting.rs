//! Posted schedules of the last 28 days and the near future, which keep the hard rules.

use chrono::NaiveDate;
use domain::calendar::{clock, plus_days};
use domain::event_type::JobTitle;
use domain::snapshot::Rotation;
use serde_json::{Value, json};

use super::assignments::{ARRIVALS, Assignments};
use super::calendar::{Calendar, HISTORY_DAYS, HORIZON_DAYS};
use super::events::{Event, Kind, Maker, Window};
use super::people::{Person, Span};
use super::rng::SeededRng;
use super::rota::Rota;

/// Weights of posted event families: similar to those of events that are not posted, with fewer families that need a
/// Lead.
const MIX: [(u32, Kind); 10] = [
    (64, Kind::Core),
    (10, Kind::Production),
    (14, Kind::Freeosk),
    (10, Kind::Refresh),
    (2, Kind::Setup),
    (2, Kind::Teardown),
    (2, Kind::Digitals),
    (1, Kind::DeepClean),
    (6, Kind::Other),
    (2, Kind::FullDay),
];

/// Weights with which a shift block is the first one that is tried for a posted Core. Early blocks have more weight.
const BLOCKS: [(u32, usize); 8] = [(20, 0), (16, 1), (16, 2), (14, 3), (12, 4), (9, 5), (7, 6), (6, 7)];

/// Maximum number of families that are tried for each posted schedule, because a tiny club cannot work every family.
const MAX_TRIES: usize = 6;

/// A posted schedule.
pub(super) struct PostedSchedule {
    event: Event,
    person: usize,
    day: NaiveDate,
    start: u32,
    block: Option<usize>,
}

/// The club, and its posted schedules so far.
pub(super) struct Poster<'a> {
    team: &'a [Person],
    rota: &'a Rota,
    calendar: &'a Calendar,
    assignments: Assignments<'a>,
    posted: Vec<PostedSchedule>,
    /// Supervisors and Surveys that are not posted although their Core or Production is.
    unposted_partners: Vec<Event>,
    /// Maximum length of `unposted_partners`.
    max_open: usize,
}

impl<'a> Poster<'a> {
    pub(super) fn new(
        team: &'a [Person],
        rota: &'a Rota,
        calendar: &'a Calendar,
        capacity: u32,
        max_open: usize,
    ) -> Self {
        let assignments = Assignments::new(team, calendar, capacity);
        Self { team, rota, calendar, assignments, posted: Vec::new(), unposted_partners: Vec::new(), max_open }
    }

    /// Posts this many schedules on days before `today`, as far as people can work them.
    pub(super) fn post_history(&mut self, count: usize, maker: &mut Maker, rng: &mut SeededRng) {
        self.post(count, maker, rng, |calendar, rng| plus_days(calendar.today, -rng.number(1..=HISTORY_DAYS)));
    }

    /// Posts this many schedules from `today` to the horizon's end, most of them soon.
    pub(super) fn post_future(&mut self, count: usize, maker: &mut Maker, rng: &mut SeededRng) {
        self.post(count, maker, rng, |calendar, rng| {
            plus_days(calendar.today, rng.number(0..=HORIZON_DAYS).min(rng.number(0..=HORIZON_DAYS)))
        });
    }

    /// The posted schedules by start, and the Supervisors and Surveys of posted events that are not posted themselves.
    pub(super) fn finish(mut self) -> (Vec<PostedSchedule>, Vec<Event>) {
        self.posted.sort_by_key(|row| (row.day, row.start, row.event.reference));
        (self.posted, self.unposted_partners)
    }

    fn post(
        &mut self,
        count: usize,
        maker: &mut Maker,
        rng: &mut SeededRng,
        draw_day: impl Fn(&Calendar, &mut SeededRng) -> NaiveDate,
    ) {
        let target = self.posted.len() + count;
        for _ in 0..count.saturating_mul(MAX_TRIES) {
            let left = target.saturating_sub(self.posted.len());
            if left == 0 {
                break;
            }
            let (kind, mut day) = (rng.weighted(&MIX), draw_day(self.calendar, rng));
            if kind == Kind::Production && day >= self.calendar.earliest {
                day = maker.production_day().unwrap_or(day);
            }
            if self.calendar.is_open(day) {
                let family = maker.family(kind, day, Window::Usual, rng);
                self.post_family(family, day, left > 1, rng);
            }
        }
    }

    /// Posts the first event of a family if a person can work it. Then it posts the second event if a person can work
    /// it too, or leaves it open.
    fn post_family(&mut self, family: Vec<Event>, day: NaiveDate, with_second: bool, rng: &mut SeededRng) {
        let mut family = family.into_iter();
        let Some(first) = family.next() else { return };
        let Some(person) = self.post_event(first, day, None, rng) else { return };
        let Some(second) = family.next() else { return };
        let leaves_second_open =
            day >= self.calendar.earliest && self.unposted_partners.len() < self.max_open && rng.chance(25);
        if leaves_second_open {
            self.unposted_partners.push(second);
        } else if with_second {
            let same_person = (second.kind == Kind::Survey).then_some(person);
            self.post_event(second, day, same_person, rng);
        }
    }

    /// Posts an event for the person `only`, or for the first person who can work it if `only` is `None`. Returns the
    /// person's index; `None` if nobody can work it.
    fn post_event(&mut self, event: Event, day: NaiveDate, only: Option<usize>, rng: &mut SeededRng) -> Option<usize> {
        let block = if event.kind == Kind::Core { Some(self.free_block(day, rng)?) } else { None };
        let start = block.map_or(self.assignments.start(event.kind, &event.name, day), |block| ARRIVALS[block]);
        let span = Span { start, minutes: event.minutes };
        let survey = Span { start: self.assignments.start(Kind::Survey, "", day), minutes: Kind::Survey.minutes() };
        // A Production needs a person who can also work its Survey.
        let is_production = event.kind == Kind::Production;
        let load = if is_production { span.minutes + survey.minutes } else { span.minutes };
        let fits = |&at: &usize| {
            self.assignments.fits(at, event.kind, day, span, load)
                && (!is_production || self.team[at].is_free(day, survey))
        };
        let person = match only {
            Some(only) => Some(only).filter(fits),
            None => self.people_in_order(event.kind, day, rng).into_iter().find(fits),
        }?;
        self.assignments.add(person, event.kind, day, span.minutes, block);
        self.posted.push(PostedSchedule { event, person, day, start, block });
        Some(person)
    }

    fn free_block(&self, day: NaiveDate, rng: &mut SeededRng) -> Option<usize> {
        let wanted = rng.weighted(&BLOCKS);
        std::iter::once(wanted).chain(0..ARRIVALS.len()).find(|&block| self.assignments.has_room(block, day))
    }

    /// The order in which people are tried. A Production or Deep Clean tries the day's juicer first. A Core event often
    /// tries the day's lead first, and it tries the day's juicer last. None of these kinds tries a Club Supervisor,
    /// unless the club has only one or two people. Other events usually try the Club Supervisor first.
    fn people_in_order(&self, kind: Kind, day: NaiveDate, rng: &mut SeededRng) -> Vec<usize> {
        let rotation_person = match kind {
            Kind::Core => self.rota.of(Rotation::PrimaryLead, day, self.team).filter(|_| rng.chance(50)),
            Kind::Production | Kind::DeepClean => self.rota.of(Rotation::Juicer, day, self.team),
            _ => None,
        };
        let juicer = self.rota.of(Rotation::Juicer, day, self.team).filter(|_| kind == Kind::Core);
        let is_base = matches!(kind, Kind::Core | Kind::Production | Kind::DeepClean);
        let is_supervisor_first = !is_base && (kind == Kind::Supervisor || rng.chance(65));
        let mut order: Vec<usize> = (0..self.team.len()).collect();
        rng.shuffle(&mut order);
        order.retain(|&at| !is_base || self.team.len() <= 2 || self.team[at].title != JobTitle::ClubSupervisor);
        order.sort_by_key(|&at| {
            let is_supervisor = self.team[at].title == JobTitle::ClubSupervisor;
            (rotation_person != Some(at), juicer == Some(at), is_supervisor != is_supervisor_first)
        });
        order
    }
}

impl PostedSchedule {
    /// The row of `posted`. Some schedules were entered by hand and have no block.
    pub(super) fn to_json(&self, team: &[Person]) -> Value {
        let by_hand = self.event.reference.is_multiple_of(11);
        let block = self.block.filter(|_| !by_hand).map(|block| block + 1);
        json!({"event": self.event.posted_json(), "employee_id": team[self.person].id,
               "start": format!("{}T{}:00", self.day, clock(self.start)), "block": block})
    }
}
