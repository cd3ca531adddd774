//! The people of a club: titles, training, availability, absences.

use chrono::NaiveDate;
use domain::calendar::{Day, Hours, MIDNIGHT, plus_days};
use domain::event_type::{EventType, JobTitle};
use domain::snapshot::{Allowance, Rotation, Week};
use serde_json::{Value, json};

use super::calendar::{Calendar, HISTORY_DAYS, HORIZON_DAYS};
use super::rng::SeededRng;
use super::{AvailabilityForm, ClubPlan, Staffing, names};

const OFF: Allowance = Allowance::Whole(false);
const WHOLE_DAY: Allowance = Allowance::Whole(true);

/// A minute of the day and a length in minutes.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) minutes: u32,
}

/// An employee. A weekday that is not in `weekly` is available.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) title: JobTitle,
    name: String,
    juicer_trained: bool,
    active: bool,
    /// The first day on which the person no longer works here.
    leaves_on: Option<NaiveDate>,
    weekly: Week,
    overrides: Vec<Override>,
    time_off: Vec<(NaiveDate, NaiveDate)>,
}

struct Override {
    start: NaiveDate,
    end: NaiveDate,
    days: Week,
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
            leaves_on: None,
            weekly: weekly(plan, title, rng),
            overrides: overrides(plan, calendar, rng),
            time_off: time_off(plan, calendar, rng),
        });
    }
    let_some_leave(&mut team, calendar, rng);
    team
}

impl Person {
    /// Whether the person may work Juicer Production and Deep Clean (rulebook 1).
    pub(super) fn may_work_juicer(&self) -> bool {
        self.title.may_work(self.juicer_trained, EventType::JuicerProduction, false)
    }

    /// Whether the person may hold a rotation (rulebook 3).
    pub(super) fn may_hold(&self, rotation: Rotation) -> bool {
        rotation.may_hold(self.title, self.juicer_trained)
    }

    /// Whether the person is a specialist or a lead who is free on the day for the first block of Core events.
    pub(super) fn works_core(&self, day: NaiveDate) -> bool {
        matches!(self.title, JobTitle::EventSpecialist | JobTitle::LeadEventSpecialist)
            && self.is_free(day, Span { start: 615, minutes: 390 })
    }

    /// Whether the person is active and not about to leave, so that a rotation may name the person.
    pub(super) fn stays(&self) -> bool {
        self.active && self.leaves_on.is_none()
    }

    /// Whether the person usually works on a weekday at that time, without regard to absences.
    pub(super) fn usually_works(&self, weekday: Day, span: Span) -> bool {
        self.weekly.get(&weekday).is_none_or(|allowance| allows(*allowance, span))
    }

    /// Whether the person is available on a day at some time (rulebook 2).
    pub(super) fn is_available(&self, day: NaiveDate) -> bool {
        self.is_present(day) && self.every_allowance(day, |allowance| allowance != OFF)
    }

    /// Whether the person is available on a day for the whole span (rulebook 2).
    pub(super) fn is_free(&self, day: NaiveDate, span: Span) -> bool {
        self.is_present(day)
            && span.start + span.minutes <= MIDNIGHT
            && self.every_allowance(day, |allowance| allows(allowance, span))
    }

    /// The row of `employees`.
    pub(super) fn to_json(&self) -> Value {
        json!({"id": self.id, "name": self.name, "job_title": self.title.name(), "juicer_trained": self.juicer_trained,
               "active": self.active, "termination_date": self.leaves_on.map(|day| day.to_string())})
    }

    /// The row of `weekly_availability`; `None` if it would name no weekday.
    pub(super) fn weekly_json(&self) -> Option<Value> {
        (!self.weekly.is_empty()).then(|| json!({"employee_id": self.id, "days": self.weekly}))
    }

    /// The rows of `availability_overrides`.
    pub(super) fn overrides_json(&self) -> impl Iterator<Item = Value> {
        self.overrides.iter().map(|row| {
            let (start, end) = (row.start.to_string(), row.end.to_string());
            json!({"employee_id": self.id, "start": start, "end": end, "days": row.days})
        })
    }

    /// The rows of `time_off`.
    pub(super) fn time_off_json(&self) -> impl Iterator<Item = Value> {
        self.time_off
            .iter()
            .map(|(start, end)| json!({"employee_id": self.id, "start": start.to_string(), "end": end.to_string()}))
    }

    /// Whether the person works for the club on a day and has no time off.
    fn is_present(&self, day: NaiveDate) -> bool {
        let away = self.time_off.iter().any(|&(start, end)| start <= day && day <= end);
        self.active && !away && self.leaves_on.is_none_or(|leaves_on| day < leaves_on)
    }

    /// Whether the allowance of every override of a day passes, or that of the weekly availability if no override names the
    /// weekday.
    fn every_allowance(&self, day: NaiveDate, passes: impl Fn(Allowance) -> bool) -> bool {
        let weekday = Day::of(day);
        let covering = self.overrides.iter().filter(|row| row.start <= day && day <= row.end);
        let overriding: Vec<Allowance> = covering.filter_map(|row| row.days.get(&weekday).copied()).collect();
        if overriding.is_empty() {
            self.weekly.get(&weekday).is_none_or(|&allowance| passes(allowance))
        } else {
            overriding.into_iter().all(passes)
        }
    }
}

fn allows(allowance: Allowance, span: Span) -> bool {
    allowance.hours().is_some_and(|hours| hours.hold(span.start, span.minutes))
}

/// The title and training of the person with this index: about a fifth are leads, and an eighth are baristas.
fn role(at: usize, count: usize, rng: &mut SeededRng) -> (JobTitle, bool) {
    let supervisors = 1 + count / 100;
    let leads = supervisors + (count * 22 / 100).max(1);
    let baristas = leads + (count / 8).max(1);
    match at {
        // The only colleague of a Club Supervisor must be able to work everything.
        1 if count == 2 => (JobTitle::LeadEventSpecialist, true),
        _ if at < supervisors => (JobTitle::ClubSupervisor, false),
        _ if at < leads => (JobTitle::LeadEventSpecialist, rng.chance(8)),
        _ if at < baristas => (JobTitle::JuicerBarista, false),
        _ => (JobTitle::EventSpecialist, rng.chance(12)),
    }
}

fn weekly(plan: &ClubPlan, title: JobTitle, rng: &mut SeededRng) -> Week {
    if rng.chance(3) {
        return Week::new();
    }
    let days_on = match (plan.staffing, title) {
        (_, JobTitle::ClubSupervisor) => 5,
        (Staffing::Normal, _) => rng.weighted(&[(8, 7), (35, 6), (36, 5), (17, 4), (4, 3)]),
        (Staffing::Tight, _) => rng.weighted(&[(15, 5), (35, 4), (35, 3), (15, 2)]),
    };
    let mut order = Day::ALL.to_vec();
    rng.shuffle(&mut order);
    let with_hours = plan.hours == AvailabilityForm::HoursOfDay && rng.chance(50);
    let mut days = Week::new();
    for (place, weekday) in order.into_iter().enumerate() {
        days.insert(weekday, if place < days_on { working_day(with_hours, rng) } else { OFF });
    }
    // Some people entered only the days that differ from an ordinary one.
    if rng.chance(5) {
        days.retain(|_, allowance| *allowance != WHOLE_DAY);
    }
    days
}

fn working_day(with_hours: bool, rng: &mut SeededRng) -> Allowance {
    if !with_hours {
        return WHOLE_DAY;
    }
    let within = |from, to| Allowance::Within(Hours { from, to });
    rng.weighted(&[
        (6, WHOLE_DAY),
        (3, within(8 * 60, 17 * 60 + 30)),
        (2, within(9 * 60, 18 * 60 + 30)),
        (1, within(10 * 60 + 30, 18 * 60)),
        (1, within(11 * 60, 21 * 60)),
        (1, within(8 * 60, 14 * 60)),
    ])
}

/// For about a fifth of the people, overrides for seven days between today and the end of the horizon.
fn overrides(plan: &ClubPlan, calendar: &Calendar, rng: &mut SeededRng) -> Vec<Override> {
    if !rng.chance(20) {
        return Vec::new();
    }
    let start = plus_days(calendar.today, rng.number(0..=HORIZON_DAYS - 6));
    let with_hours = plan.hours == AvailabilityForm::HoursOfDay;
    let mut days = Week::new();
    for _ in 0..=rng.below(2) {
        let allowance = if rng.chance(60) { OFF } else { working_day(with_hours, rng) };
        days.insert(rng.pick(&Day::ALL), allowance);
    }
    vec![Override { start, end: plus_days(start, 6), days }]
}

fn time_off(plan: &ClubPlan, calendar: &Calendar, rng: &mut SeededRng) -> Vec<(NaiveDate, NaiveDate)> {
    let spans = rng.weighted(&[(35, 0), (35, 1), (20, 2), (10, 3)]) + usize::from(plan.staffing == Staffing::Tight);
    let mut time_off = Vec::with_capacity(spans);
    for _ in 0..spans {
        let start = plus_days(calendar.today, rng.number(-HISTORY_DAYS..=HORIZON_DAYS));
        time_off.push((start, plus_days(start, rng.pick(&[1, 1, 1, 2, 3, 5, 7]) - 1)));
    }
    time_off.sort_unstable();
    time_off
}

/// Lets Event Specialists of a club of 8 or more people leave: one may have left and one may be about to leave, and one more of
/// each for every 60 specialists.
fn let_some_leave(team: &mut [Person], calendar: &Calendar, rng: &mut SeededRng) {
    if team.len() < 8 {
        return;
    }
    let first_specialist = team.iter().position(|person| person.title == JobTitle::EventSpecialist).unwrap_or_default();
    let specialists = &mut team[first_specialist..];
    for _ in 0..=specialists.len() / 60 {
        let at = rng.below(specialists.len());
        specialists[at].active = !rng.chance(70);
        let at = rng.below(specialists.len());
        if rng.chance(40) {
            specialists[at].leaves_on = Some(plus_days(calendar.today, rng.number(2..=HORIZON_DAYS + 7)));
        }
    }
}
