//! The people of a club: titles, training, availability, absences.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::calendar::{Calendar, HISTORY_DAYS, HORIZON_DAYS, WEEKDAYS, later, weekday};
use super::rng::SeededRng;
use super::{ClubPlan, Hours, Staffing, names};

/// A job title that the rules know (rulebook 1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Title {
    Lead,
    Barista,
    Specialist,
    ClubSupervisor,
}

/// The availability on one weekday; hours are minutes of the day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Off,
    WholeDay,
    Hours(u32, u32),
}

/// A minute of the day and a length in minutes.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) minutes: u32,
}

/// One employee. A weekday that is not in `weekly` is available.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) title: Title,
    name: String,
    juicer_trained: bool,
    active: bool,
    /// The first day on which the person no longer works here.
    leaves: Option<NaiveDate>,
    weekly: BTreeMap<usize, Rule>,
    overrides: Vec<Override>,
    time_off: Vec<(NaiveDate, NaiveDate)>,
}

struct Override {
    start: NaiveDate,
    end: NaiveDate,
    days: BTreeMap<usize, Rule>,
}

/// The people of a plan: a Club Supervisor (one more for each hundred people), then leads, baristas, specialists.
pub(super) fn hire(plan: &ClubPlan, calendar: &Calendar, rng: &mut SeededRng) -> Vec<Person> {
    let count = plan.employees.max(1);
    let width = count.to_string().len().max(2);
    let (first_name, mut team) = (rng.below(names::PEOPLE), Vec::with_capacity(count));
    for at in 0..count {
        let (title, juicer_trained) = role(at, count, rng);
        team.push(Person {
            id: format!("E{:0width$}", at + 1),
            name: names::person(first_name + at),
            title,
            juicer_trained,
            active: true,
            leaves: None,
            weekly: weekly(plan, title, rng),
            overrides: overrides(plan, calendar, rng),
            time_off: time_off(plan, calendar, rng),
        });
    }
    part_with_some(&mut team, calendar, rng);
    team
}

impl Person {
    /// Whether they may work Juicer Production and Deep Clean (rulebook 1).
    pub(super) fn can_juice(&self) -> bool {
        self.juicer_trained || matches!(self.title, Title::Barista | Title::ClubSupervisor)
    }

    /// Whether they may work support and Supervisor events (rulebook 1).
    pub(super) fn can_lead(&self) -> bool {
        matches!(self.title, Title::Lead | Title::ClubSupervisor)
    }

    /// Whether they are one of those who usually work the day's Core events.
    pub(super) fn works_core(&self, day: NaiveDate) -> bool {
        matches!(self.title, Title::Specialist | Title::Lead) && self.is_free(day, Span { start: 615, minutes: 390 })
    }

    /// Whether they are active and not about to leave, so that a rotation may name them.
    pub(super) fn stays(&self) -> bool {
        self.active && self.leaves.is_none()
    }

    /// Whether they usually work on that weekday at that time, absences aside.
    pub(super) fn usually_works(&self, weekday: usize, span: Span) -> bool {
        self.weekly.get(&weekday).is_none_or(|rule| rule.allows(span))
    }

    /// Whether they are available on the day, hours aside (rulebook 2).
    pub(super) fn is_there(&self, day: NaiveDate) -> bool {
        self.is_here(day) && self.every_rule(day, |rule| rule != Rule::Off)
    }

    /// Whether they are available for the whole of the span on that day (rulebook 2).
    pub(super) fn is_free(&self, day: NaiveDate, span: Span) -> bool {
        self.is_here(day) && span.start + span.minutes <= 24 * 60 && self.every_rule(day, |rule| rule.allows(span))
    }

    /// The row of `employees`.
    pub(super) fn to_json(&self) -> Value {
        json!({"id": self.id, "name": self.name, "job_title": self.title.label(), "juicer_trained": self.juicer_trained,
               "active": self.active, "termination_date": self.leaves.map(|day| day.to_string())})
    }

    /// The row of `weekly_availability`; a newcomer has none yet.
    pub(super) fn weekly_json(&self) -> Option<Value> {
        (!self.weekly.is_empty()).then(|| json!({"employee_id": self.id, "days": days_json(&self.weekly)}))
    }

    /// The rows of `availability_overrides`.
    pub(super) fn overrides_json(&self) -> impl Iterator<Item = Value> {
        self.overrides.iter().map(|row| {
            let (start, end) = (row.start.to_string(), row.end.to_string());
            json!({"employee_id": self.id, "start": start, "end": end, "days": days_json(&row.days)})
        })
    }

    /// The rows of `time_off`.
    pub(super) fn time_off_json(&self) -> impl Iterator<Item = Value> {
        self.time_off
            .iter()
            .map(|(start, end)| json!({"employee_id": self.id, "start": start.to_string(), "end": end.to_string()}))
    }

    fn is_here(&self, day: NaiveDate) -> bool {
        let away = self.time_off.iter().any(|&(start, end)| start <= day && day <= end);
        self.active && !away && self.leaves.is_none_or(|leaves| day < leaves)
    }

    /// Whether every override of the day passes; if there is none, the weekly availability.
    fn every_rule(&self, day: NaiveDate, passes: impl Fn(Rule) -> bool) -> bool {
        let weekday = weekday(day);
        let covering = self.overrides.iter().filter(|row| row.start <= day && day <= row.end);
        let said: Vec<Rule> = covering.filter_map(|row| row.days.get(&weekday).copied()).collect();
        if said.is_empty() {
            self.weekly.get(&weekday).is_none_or(|&rule| passes(rule))
        } else {
            said.into_iter().all(passes)
        }
    }
}

impl Title {
    fn label(self) -> &'static str {
        match self {
            Self::ClubSupervisor => "Club Supervisor",
            Self::Lead => "Lead Event Specialist",
            Self::Barista => "Juicer Barista",
            Self::Specialist => "Event Specialist",
        }
    }
}

impl Rule {
    fn allows(self, span: Span) -> bool {
        match self {
            Self::Off => false,
            Self::WholeDay => true,
            Self::Hours(from, to) => from <= span.start && span.start + span.minutes <= to,
        }
    }

    fn to_json(self) -> Value {
        match self {
            Self::Off => json!(false),
            Self::WholeDay => json!(true),
            Self::Hours(from, to) => json!({"from": clock(from), "to": clock(to)}),
        }
    }
}

/// A minute of the day as `HH:MM`.
pub(super) fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Title and training of the person with that index: about a fifth lead, an eighth are baristas.
fn role(at: usize, count: usize, rng: &mut SeededRng) -> (Title, bool) {
    let supervisors = 1 + count / 100;
    let leads = supervisors + (count * 22 / 100).max(1);
    let baristas = leads + (count / 8).max(1);
    match at {
        // The only colleague of a Club Supervisor must be able to work everything.
        1 if count == 2 => (Title::Lead, true),
        _ if at < supervisors => (Title::ClubSupervisor, false),
        _ if at < leads => (Title::Lead, rng.chance(8)),
        _ if at < baristas => (Title::Barista, false),
        _ => (Title::Specialist, rng.chance(12)),
    }
}

fn weekly(plan: &ClubPlan, title: Title, rng: &mut SeededRng) -> BTreeMap<usize, Rule> {
    if rng.chance(3) {
        return BTreeMap::new();
    }
    let days_on = match (plan.staffing, title) {
        (_, Title::ClubSupervisor) => 5,
        (Staffing::Normal, _) => rng.weighted(&[(8, 7), (35, 6), (36, 5), (17, 4), (4, 3)]),
        (Staffing::Tight, _) => rng.weighted(&[(15, 5), (35, 4), (35, 3), (15, 2)]),
    };
    let mut order: Vec<usize> = (0..WEEKDAYS.len()).collect();
    rng.shuffle(&mut order);
    let with_hours = plan.hours == Hours::HoursOfDay && rng.chance(50);
    let mut days = BTreeMap::new();
    for (place, weekday) in order.into_iter().enumerate() {
        days.insert(weekday, if place < days_on { working_day(with_hours, rng) } else { Rule::Off });
    }
    // Some people entered only the days that differ from an ordinary one.
    if rng.chance(5) {
        days.retain(|_, rule| *rule != Rule::WholeDay);
    }
    days
}

fn working_day(with_hours: bool, rng: &mut SeededRng) -> Rule {
    let whole_day = (6, Rule::WholeDay);
    if !with_hours {
        return Rule::WholeDay;
    }
    let (early, long) = (Rule::Hours(8 * 60, 17 * 60 + 30), Rule::Hours(9 * 60, 18 * 60 + 30));
    let (late, evening) = (Rule::Hours(10 * 60 + 30, 18 * 60), Rule::Hours(11 * 60, 21 * 60));
    rng.weighted(&[whole_day, (3, early), (2, long), (1, late), (1, evening), (1, Rule::Hours(8 * 60, 14 * 60))])
}

/// For about a fifth of the people, overrides for one week of the horizon.
fn overrides(plan: &ClubPlan, calendar: &Calendar, rng: &mut SeededRng) -> Vec<Override> {
    if !rng.chance(20) {
        return Vec::new();
    }
    let start = later(calendar.today, rng.number(0..=HORIZON_DAYS - 6));
    let mut days = BTreeMap::new();
    for _ in 0..=rng.below(2) {
        let rule = if rng.chance(60) { Rule::Off } else { working_day(plan.hours == Hours::HoursOfDay, rng) };
        days.insert(rng.below(WEEKDAYS.len()), rule);
    }
    vec![Override { start, end: later(start, 6), days }]
}

fn time_off(plan: &ClubPlan, calendar: &Calendar, rng: &mut SeededRng) -> Vec<(NaiveDate, NaiveDate)> {
    let spans = rng.weighted(&[(35, 0), (35, 1), (20, 2), (10, 3)]) + usize::from(plan.staffing == Staffing::Tight);
    let mut time_off = Vec::with_capacity(spans);
    for _ in 0..spans {
        let start = later(calendar.today, rng.number(-HISTORY_DAYS..=HORIZON_DAYS));
        time_off.push((start, later(start, rng.pick(&[1, 1, 1, 2, 3, 5, 7]) - 1)));
    }
    time_off.sort_unstable();
    time_off
}

/// In a larger club somebody has left, and somebody may be about to leave.
fn part_with_some(team: &mut [Person], calendar: &Calendar, rng: &mut SeededRng) {
    if team.len() < 8 {
        return;
    }
    let first_specialist = team.iter().position(|person| person.title == Title::Specialist).unwrap_or_default();
    let specialists = &mut team[first_specialist..];
    for _ in 0..=specialists.len() / 60 {
        let at = rng.below(specialists.len());
        specialists[at].active = !rng.chance(70);
        let at = rng.below(specialists.len());
        if rng.chance(40) {
            specialists[at].leaves = Some(later(calendar.today, rng.number(2..=HORIZON_DAYS + 7)));
        }
    }
}

fn days_json(days: &BTreeMap<usize, Rule>) -> Map<String, Value> {
    days.iter().map(|(&weekday, rule)| (WEEKDAYS[weekday].to_owned(), rule.to_json())).collect()
}
