//! Events as Crossmark would send them: kinds, names, windows, pairs.

use chrono::{Datelike, NaiveDate};
use domain::calendar::{Day, plus_days};
use domain::event_type::{EventType, FULL_DAY_MINUTES};
use serde_json::{Value, json};

use super::calendar::{BUFFER_DAYS, Calendar, next_saturday};
use super::rng::SeededRng;
use super::{Staffing, names};

/// The kind of an event. [`Kind::FullDay`] is an Other of 480 minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Core,
    Supervisor,
    Production,
    Survey,
    DeepClean,
    Setup,
    Refresh,
    Teardown,
    Digitals,
    Freeosk,
    Other,
    FullDay,
}

/// An event. `start` is the first day of its window, `due` the first day after it.
pub(super) struct Event {
    /// The event's number at Crossmark. The event number in its name is another one.
    pub(super) reference: u64,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) minutes: u32,
    start: NaiveDate,
    due: NaiveDate,
    type_given: bool,
    length_given: bool,
    state: State,
}

/// Whether a run may place an event, and if not, why.
#[derive(Clone, Copy)]
enum State {
    /// A run may place it.
    Placeable,
    /// A run may place it. Its row omits `condition`, `auto` and `parent_ref`, so that their defaults apply.
    WithDefaults,
    /// Only a person may place it.
    ByHand,
    /// It has this condition, with which no run may place it.
    Closed(&'static str),
}

/// The length of a Core event's window.
#[derive(Clone, Copy)]
pub(super) enum Window {
    /// Usually one or two weeks, due on a Saturday; in a quarter of cases only one day.
    Usual,
    /// Only the day of the event.
    OneDay,
    /// The day of the event, sometimes also the next day.
    Busy,
}

/// Weights of event families. A family is one event or a pair: a Core with its Supervisor, or a Production with its Survey.
const MIX: [(u32, Kind); 10] = [
    (62, Kind::Core),
    (8, Kind::Production),
    (20, Kind::Freeosk),
    (16, Kind::Refresh),
    (4, Kind::Setup),
    (3, Kind::Teardown),
    (3, Kind::Digitals),
    (2, Kind::DeepClean),
    (7, Kind::Other),
    (3, Kind::FullDay),
];

/// Weights of events without a pair, used if only one more event is needed.
const SINGLES: [(u32, Kind); 3] = [(5, Kind::Freeosk), (4, Kind::Refresh), (3, Kind::Other)];

/// Number of Core events in a hundred events of [`MIX`].
pub(super) const CORE_PERCENT: usize = 31;

/// Generates events. Each has its own `ref`. The two events of a pair usually share one event number, and a few events
/// have none.
pub(super) struct Maker<'a> {
    calendar: &'a Calendar,
    open_days: Vec<NaiveDate>,
    /// All open days, shuffled. Events that are neither Core nor Productions take them in turn.
    other_days: Vec<NaiveDate>,
    /// The open days without one weekday, shuffled. Productions take them in turn.
    production_days: Vec<NaiveDate>,
    /// Number of Productions so far, by [`Calendar::index`].
    productions: Vec<usize>,
    last_ref: u64,
    last_serial: u64,
}

impl<'a> Maker<'a> {
    pub(super) fn new(calendar: &'a Calendar, rng: &mut SeededRng) -> Self {
        let day_without_production = rng.pick(&Day::ALL);
        let open_days = calendar.open_days();
        let mut other_days = open_days.clone();
        let mut production_days: Vec<_> =
            open_days.iter().copied().filter(|&day| Day::of(day) != day_without_production).collect();
        rng.shuffle(&mut other_days);
        rng.shuffle(&mut production_days);
        let (last_ref, last_serial) = (31_000_000 + rng.below(900_000) as u64, 530_000 + rng.below(9_000) as u64);
        let productions = vec![0; calendar.length()];
        Self { calendar, open_days, other_days, production_days, productions, last_ref, last_serial }
    }

    /// Adds events that are not posted, until there are `count`. About one in 15 of them is neither
    /// [`State::Placeable`] nor [`State::WithDefaults`]. `busy` are the days of [`busy_days`].
    pub(super) fn fill(&mut self, events: &mut Vec<Event>, count: usize, busy: &[NaiveDate], rng: &mut SeededRng) {
        while events.len() < count {
            let kind = if count - events.len() == 1 { rng.weighted(&SINGLES) } else { rng.weighted(&MIX) };
            let mut family = self.unposted_family(kind, busy, rng);
            if kind == Kind::Core && rng.chance(3) {
                family.truncate(1);
            }
            let state = rng.weighted(&[
                (890, State::Placeable),
                (50, State::WithDefaults),
                (15, State::ByHand),
                (20, State::Closed("Canceled")),
                (15, State::Closed("Paused")),
                (5, State::Closed("Cancelled")),
                (5, State::Closed("Submitted")),
                (5, State::Closed("Expired")),
            ]);
            for event in &mut family {
                event.state = state;
            }
            events.append(&mut family);
        }
    }

    /// An event of this kind for a day, and the other event of its pair if it has one.
    pub(super) fn family(&mut self, kind: Kind, day: NaiveDate, window: Window, rng: &mut SeededRng) -> Vec<Event> {
        match kind {
            Kind::Core | Kind::Supervisor => self.core_pair(day, window, rng),
            Kind::Production | Kind::Survey => self.juicer_pair(day, rng),
            _ => vec![self.single(kind, day, rng)],
        }
    }

    /// A family of events that are not posted: nearly always for an open day of the horizon, otherwise for a day before
    /// or after the horizon.
    fn unposted_family(&mut self, kind: Kind, busy: &[NaiveDate], rng: &mut SeededRng) -> Vec<Event> {
        if rng.chance(2) {
            let day = plus_days(self.calendar.today, rng.number(-1..=BUFFER_DAYS - 1));
            return self.family(kind, day, Window::OneDay, rng);
        }
        if rng.chance(1) {
            let day = plus_days(self.calendar.end, rng.number(1..=3));
            return self.family(kind, day, Window::OneDay, rng);
        }
        let day = match kind {
            Kind::Production | Kind::Survey => self.production_day(),
            Kind::Core if !busy.is_empty() => rng.any(busy),
            Kind::Core => self.core_day(rng),
            _ => next_in_turn(&mut self.other_days),
        };
        let window = if busy.is_empty() { Window::Usual } else { Window::Busy };
        self.family(kind, day.unwrap_or(self.calendar.earliest), window, rng)
    }

    /// The next day for a Production. Productions take their days in turn, so that two of them are rarely on one day.
    pub(super) fn production_day(&mut self) -> Option<NaiveDate> {
        next_in_turn(&mut self.production_days)
    }

    /// A random open day. Days from Friday to Sunday are more likely.
    fn core_day(&self, rng: &mut SeededRng) -> Option<NaiveDate> {
        let first = rng.any(&self.open_days)?;
        if Day::of(first) < Day::Fri && rng.chance(40) { rng.any(&self.open_days) } else { Some(first) }
    }

    fn core_pair(&mut self, day: NaiveDate, window: Window, rng: &mut SeededRng) -> Vec<Event> {
        let (start, due) = core_window(day, window, rng);
        let is_one_day = plus_days(start, 1) == due;
        let title = format!("{} ({})", names::demo(is_one_day, rng), self.event_number(start, rng));
        let version = if rng.chance(90) { "V2" } else { "V2.1" };
        let core = self.event(Kind::Core, format!("{title} - {version}-CORE"), start, due, rng);
        let supervisor = self.event(Kind::Supervisor, format!("{title} - {version}-Supervisor"), start, due, rng);
        vec![core, supervisor]
    }

    /// A Production and its Survey. The first of a day may pair by date, all others by event number.
    fn juicer_pair(&mut self, day: NaiveDate, rng: &mut SeededRng) -> Vec<Event> {
        let count = self.productions.get_mut(self.calendar.index(day));
        let is_first_of_day = count.is_some_and(|count| {
            *count += 1;
            *count == 1
        });
        let date = names::dashed(day);
        let due = if rng.chance(15) { plus_days(day, 1) } else { next_saturday(day) };
        let what = if rng.chance(50) { "Juice" } else { "Juicer" };
        let number = self.event_number(day, rng);
        let (production, survey) = match (is_first_of_day, rng.below(5)) {
            (true, 0) => (format!("{date} 9AM-{what} Production-SPCLTY"), format!("{date} 5PM-{what} Survey-SPCLTY")),
            (true, 1 | 2) => (
                format!("{date} 8HR-ES1-{what} Production-SPCLTY ({number}) - ES1"),
                format!("{date} 8HR-{what} Survey-SPCLTY ({}) - V2.9 Survey", self.event_number(day, rng)),
            ),
            _ => (
                format!("{date} 9AM-{what} Production-SPCLTY ({number}) - ES1"),
                format!("{date} 5PM-{what} Survey-SPCLTY ({number}) - V2.9 Survey"),
            ),
        };
        let production = self.event(Kind::Production, production, day, due, rng);
        let survey = self.event(Kind::Survey, survey, day, due, rng);
        vec![production, survey]
    }

    fn single(&mut self, kind: Kind, day: NaiveDate, rng: &mut SeededRng) -> Event {
        let number = self.event_number(day, rng);
        let (next_day, saturday) = (plus_days(day, 1), next_saturday(day));
        let (name, due) = match kind {
            Kind::Setup => (format!("{} ({number}) - Digital Demo Setup", names::digital(day, rng)), plus_days(day, 7)),
            Kind::Refresh => (format!("{} ({number}) - Digital Demo Refresh", names::digital(day, rng)), saturday),
            Kind::Teardown => (format!("{} ({number}) - Digital Teardown", names::digital(day, rng)), next_day),
            Kind::Digitals => (format!("{} ({number}) - Digital Demo Tear Down", names::digital(day, rng)), next_day),
            Kind::DeepClean => {
                let start = plus_days(day, -rng.number(0..=7));
                let date = names::dashed(start);
                let name =
                    format!("{date}-4HR-DeepClean-JUICER-PRODUCTION-SPCLTY ({number}) - Juicer Deep Clean Survey");
                return self.event(kind, name, start, plus_days(start, rng.pick(&[14, 21, 28])), rng);
            }
            Kind::FullDay => {
                let place = rng.number(1..=4);
                (format!("{} 8HR-ES{place}-Dipped Berries-SPCLTY ({number}) - ES{place}", names::dashed(day)), saturday)
            }
            Kind::Freeosk => {
                let (title, ending) = names::freeosk(day, rng);
                (format!("{title} ({number}) - {ending}"), next_day)
            }
            _ => {
                let (title, ending) = names::other(day, rng);
                let due = plus_days(day, rng.pick(&[1, 1, 1, 2, 3, 7]));
                (ending.map_or(title.clone(), |ending| format!("{title} ({number}) - {ending}")), due)
            }
        };
        self.event(kind, name, day, due, rng)
    }

    fn event(&mut self, kind: Kind, name: String, start: NaiveDate, due: NaiveDate, rng: &mut SeededRng) -> Event {
        self.last_ref += 1 + rng.below(3) as u64;
        let (type_given, is_short) = (!rng.chance(7), kind == Kind::Core && rng.chance(4));
        let minutes = if is_short { 360 } else { kind.minutes() };
        // The length may be left out only if the type implies it.
        let length_given = is_short || kind == Kind::FullDay || !rng.chance(4);
        let (reference, state) = (self.last_ref, State::Placeable);
        Event { reference, name, kind, minutes, start, due, type_given, length_given, state }
    }

    /// A new event number of twelve digits: the day of the order, some weeks before `start`, and a serial number.
    fn event_number(&mut self, start: NaiveDate, rng: &mut SeededRng) -> String {
        self.last_serial += 1;
        let ordered = plus_days(start, -rng.number(30..=50));
        format!("{}{:06}", ordered.format("%y%m%d"), self.last_serial)
    }
}

impl Event {
    /// The row of `events`.
    pub(super) fn to_json(&self) -> Value {
        let mut row = self.posted_json();
        if let State::WithDefaults = self.state {
            return row;
        }
        row["condition"] = json!(if let State::Closed(condition) = self.state { condition } else { "Unstaffed" });
        row["auto"] = json!(!matches!(self.state, State::ByHand));
        row["parent_ref"] = Value::Null;
        row
    }

    /// The `event` of a row of `posted`.
    pub(super) fn posted_json(&self) -> Value {
        let (start, due) = (format!("{}T00:00:00", self.start), format!("{}T00:01:00", self.due));
        let mut row = json!({"ref": self.reference, "name": self.name, "start": start, "due": due});
        if self.type_given {
            row["type"] = json!(self.kind.event_type().name());
        }
        if self.length_given {
            row["estimated_minutes"] = json!(self.minutes);
        }
        row
    }
}

impl Kind {
    /// The usual length: 480 minutes of a [`Kind::FullDay`], otherwise the default of the event's type (rulebook 1).
    pub(super) fn minutes(self) -> u32 {
        match self {
            Self::FullDay => FULL_DAY_MINUTES,
            other => other.event_type().default_minutes(),
        }
    }

    fn event_type(self) -> EventType {
        match self {
            Self::Core => EventType::Core,
            Self::Supervisor => EventType::Supervisor,
            Self::Production => EventType::JuicerProduction,
            Self::Survey => EventType::JuicerSurvey,
            Self::DeepClean => EventType::JuicerDeepClean,
            Self::Setup => EventType::DigitalSetup,
            Self::Refresh => EventType::DigitalRefresh,
            Self::Teardown => EventType::DigitalTeardown,
            Self::Digitals => EventType::Digitals,
            Self::Freeosk => EventType::Freeosk,
            Self::Other | Self::FullDay => EventType::Other,
        }
    }
}

/// The days on which the Core events of a club with [`Staffing::Tight`] cluster: weekends first, and so few that each
/// day has too many, unless the club has too few Core events even for one day. None for a club with
/// [`Staffing::Normal`].
pub(super) fn busy_days(staffing: Staffing, open: &[NaiveDate], per_day: usize, cores: usize) -> Vec<NaiveDate> {
    if staffing == Staffing::Normal {
        return Vec::new();
    }
    let mut days = open.to_vec();
    days.sort_by_key(|day| (7 - day.weekday().num_days_from_monday(), *day));
    // Each day gets at least 1.6 times its capacity, because the number of days is rounded down. But one day always
    // remains.
    days.truncate((cores * 10 / (per_day.max(1) * 16)).max(1));
    days
}

/// The first day of the list, which then goes to its end.
fn next_in_turn(days: &mut [NaiveDate]) -> Option<NaiveDate> {
    let next = days.first().copied()?;
    days.rotate_left(1);
    Some(next)
}

/// The start and the due day of a Core event for a day.
fn core_window(day: NaiveDate, window: Window, rng: &mut SeededRng) -> (NaiveDate, NaiveDate) {
    match window {
        Window::Usual if rng.chance(75) => {
            let due = plus_days(next_saturday(day), 7 * i64::from(rng.chance(50)));
            (day.min(plus_days(due, -rng.pick(&[5, 7, 8, 9, 11, 12, 13, 14, 14]))), due)
        }
        Window::Busy if rng.chance(25) => (day, plus_days(day, 2)),
        _ => (day, plus_days(day, 1)),
    }
}
