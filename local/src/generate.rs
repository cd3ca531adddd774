//! Generates realistic, legal club snapshots (rulebook 8) from a seed, for demonstrations, load and property tests. Every name
//! is invented. The generator reads no clock and no files, so that a plan gives the same bytes on every machine.

mod assignments;
mod calendar;
mod events;
mod names;
mod people;
mod posting;
mod rng;
mod rota;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::event_type::JobTitle;
use serde_json::{Value, json};

use assignments::ARRIVALS;
use calendar::{BUFFER_DAYS, Calendar, HISTORY_DAYS, HORIZON_DAYS};
use events::{CORE_PERCENT, Event, Kind, Maker, busy_days};
use people::Person;
use posting::{PostedSchedule, Poster};
use rng::SeededRng;
use rota::Rota;

/// The time zone of all clubs. The solver uses only local dates.
const TIME_ZONE: &str = "America/Indiana/Indianapolis";

/// Parameters of a club. Equal plans give equal snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClubPlan {
    /// The seed of the random numbers. Another seed gives another club of the same kind.
    pub seed: u64,
    /// Number of people; 0 counts as 1.
    pub employees: usize,
    /// The number of `events`. About nine in ten of them are candidates (rulebook 2).
    pub events: usize,
    /// The snapshot's `today`.
    pub today: NaiveDate,
    /// Whether there are enough people for the work.
    pub staffing: Staffing,
    /// Whether availability has hours.
    pub hours: AvailabilityForm,
    /// Number of posted schedules, as far as people can work them; by default a third of `events`.
    pub posted: Option<usize>,
    /// `block_capacity`; by default 1, and more if the Core events of an open day would not fit the 8 blocks.
    pub capacity: Option<u32>,
    /// How much of the 28 days before `today` is in `posted`.
    pub history: History,
}

/// Whether there are enough people for the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staffing {
    /// Most people work five or six days a week, and most Core events have windows of one or two weeks.
    Normal,
    /// Most people work three or four days a week, and Core events share a few busy days that cannot take them all.
    /// A club with fewer Core events than people on a day may still place everything.
    Tight,
}

/// The form of availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AvailabilityForm {
    /// Whole days only.
    WholeDays,
    /// About half of the people have hours on some of their days.
    HoursOfDay,
}

/// How much of the 28 days before `today` is in `posted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum History {
    /// Two in five of the posted schedules lie before `today`.
    Sample,
    /// Everything that the club worked, as many events a day as it has now, in addition to `posted`.
    Whole,
    /// Nothing is posted before `today`.
    Absent,
}

impl Default for ClubPlan {
    /// A club of 14 people with 200 events, in the week before Thanksgiving.
    fn default() -> Self {
        Self {
            seed: 1,
            employees: 14,
            events: 200,
            today: NaiveDate::from_ymd_opt(2026, 11, 19).unwrap_or_default(),
            staffing: Staffing::Normal,
            hours: AvailabilityForm::WholeDays,
            posted: None,
            capacity: None,
            history: History::Sample,
        }
    }
}

/// Generates the plan's club snapshot (rulebook 8). It is valid, and its posted schedules break no hard rule among
/// themselves.
#[must_use]
pub fn generate(plan: &ClubPlan) -> Value {
    let mut rng = SeededRng::new(plan.seed);
    let calendar = Calendar::draw(plan.today, &mut rng);
    let team = people::hire(plan, &calendar, &mut rng);
    let rota = Rota::draw(&team, &calendar, &mut rng);
    let size = Size::of(plan, &calendar);
    let mut maker = Maker::new(&calendar, &mut rng);
    let mut poster = Poster::new(&team, &rota, &calendar, size.capacity, plan.events);
    poster.post_history(size.history, &mut maker, &mut rng);
    poster.post_future(size.future, &mut maker, &mut rng);
    let (posted, mut events) = poster.finish();
    let busy = busy_days(plan.staffing, &calendar.open_days(), size.core_places(&team, &calendar), size.cores);
    maker.fill(&mut events, plan.events, &busy, &mut rng);
    let affinity = affinity(&team, &events, &mut rng);
    let number = rng.number(1_000..=9_999).to_string();
    Club { number, today: plan.today, capacity: size.capacity, calendar: &calendar, team: &team, rota: &rota }
        .to_json(&events, &posted, &affinity)
}

/// The parts of a snapshot that its events and posted schedules refer to.
struct Club<'a> {
    number: String,
    today: NaiveDate,
    capacity: u32,
    calendar: &'a Calendar,
    team: &'a [Person],
    rota: &'a Rota,
}

impl Club<'_> {
    fn to_json(&self, events: &[Event], posted: &[PostedSchedule], affinity: &[Value]) -> Value {
        let Self { number, today, capacity, calendar, team, rota } = self;
        json!({
            "club": {"id": number, "name": format!("Club {number}"), "time_zone": TIME_ZONE},
            "today": today.to_string(),
            "settings": {"buffer_days": BUFFER_DAYS, "horizon_days": HORIZON_DAYS, "block_capacity": capacity,
                         "weights": {}, "fixed_day_types": null, "programme_codes": null},
            "employees": team.iter().map(Person::to_json).collect::<Vec<_>>(),
            "weekly_availability": team.iter().filter_map(Person::weekly_json).collect::<Vec<_>>(),
            "availability_overrides": team.iter().flat_map(Person::overrides_json).collect::<Vec<_>>(),
            "time_off": team.iter().flat_map(Person::time_off_json).collect::<Vec<_>>(),
            "holidays": dates(&calendar.holidays),
            "locked_days": dates(&calendar.locked_days),
            "rotations": rota.rows_json(team),
            "exceptions": rota.exceptions_json(team),
            "events": events.iter().map(Event::to_json).collect::<Vec<_>>(),
            "posted": posted.iter().map(|row| row.to_json(team)).collect::<Vec<_>>(),
            "affinity": affinity,
        })
    }
}

fn dates(days: &[NaiveDate]) -> Vec<String> {
    days.iter().map(NaiveDate::to_string).collect()
}

/// The quantities of a club.
struct Size {
    /// Expected number of Core events in `events`.
    cores: usize,
    capacity: u32,
    /// Number of schedules to post before `today`.
    history: usize,
    /// Number of schedules to post from `today` on.
    future: usize,
}

impl Size {
    fn of(plan: &ClubPlan, calendar: &Calendar) -> Self {
        let posted = plan.posted.unwrap_or(plan.events / 3);
        let horizon = usize::try_from(HORIZON_DAYS - BUFFER_DAYS).unwrap_or(1) + 1;
        let (history, future) = match plan.history {
            History::Sample => (posted * 2 / 5, posted - posted * 2 / 5),
            History::Whole => (plan.events * usize::try_from(HISTORY_DAYS).unwrap_or_default() / horizon, posted),
            History::Absent => (0, posted),
        };
        let cores = plan.events * CORE_PERCENT / 100;
        let most = cores + future * CORE_PERCENT / 100;
        let (open, blocks) = (calendar.open_days().len().max(1), ARRIVALS.len());
        // A fifth more than an even spread needs, because Core events cluster on weekends.
        let needed = if most <= open * blocks { 1 } else { (most * 6).div_ceil(open * blocks * 5) };
        let capacity = plan.capacity.unwrap_or(u32::try_from(needed).unwrap_or(u32::MAX)).max(1);
        Self { cores, capacity, history, future }
    }

    /// Number of Core events that an average open day can have, limited by blocks and people.
    fn core_places(&self, team: &[Person], calendar: &Calendar) -> usize {
        let open = calendar.open_days();
        let crew = |day: &NaiveDate| team.iter().filter(|person| person.works_core(*day)).count();
        let people = open.iter().map(crew).sum::<usize>() / open.len().max(1);
        let blocks = usize::try_from(self.capacity).unwrap_or(usize::MAX).saturating_mul(ARRIVALS.len());
        people.min(blocks)
    }
}

/// Rows of affinity: for one in ten Core events, the affinity of a few people.
fn affinity(team: &[Person], events: &[Event], rng: &mut SeededRng) -> Vec<Value> {
    let mut rows = Vec::new();
    for event in events.iter().filter(|event| event.kind == Kind::Core) {
        if !rng.chance(10) {
            continue;
        }
        let people: BTreeSet<usize> = (0..=rng.below(4)).map(|_| rng.below(team.len())).collect();
        for at in people.into_iter().filter(|&at| team[at].title != JobTitle::ClubSupervisor) {
            let hundredths = u8::try_from(rng.number(0..=100)).unwrap_or_default();
            rows.push(
                json!({"employee_id": team[at].id, "ref": event.reference, "score": f64::from(hundredths) / 100.0}),
            );
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use store::provenance::ContentDigest;

    use super::*;

    fn plan(seed: u64, employees: usize, events: usize) -> ClubPlan {
        ClubPlan { seed, employees, events, ..ClubPlan::default() }
    }

    /// Plans of each kind, in a few sizes.
    fn plans() -> Vec<ClubPlan> {
        let mut plans = Vec::new();
        for (employees, events) in [(0, 3), (1, 0), (1, 1), (1, 40), (2, 30), (3, 7), (8, 20), (14, 200), (40, 300)] {
            for seed in 0..4 {
                let normal = plan(seed, employees, events);
                let tight = ClubPlan { staffing: Staffing::Tight, history: History::Whole, ..normal.clone() };
                let hours =
                    ClubPlan { hours: AvailabilityForm::HoursOfDay, history: History::Absent, ..normal.clone() };
                plans.extend([normal, tight, hours]);
            }
        }
        plans
    }

    fn rows<'a>(snapshot: &'a Value, list: &str) -> &'a [Value] {
        snapshot[list].as_array().map_or(&[], Vec::as_slice)
    }

    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }

    fn day(row: &Value) -> &str {
        text(&row["start"]).split('T').next().unwrap_or_default()
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes() {
        for plan in plans() {
            assert_eq!(generate(&plan).to_string(), generate(&plan).to_string());
        }
        assert_ne!(generate(&plan(1, 14, 200)), generate(&plan(2, 14, 200)));
    }

    /// Load tests, drills and recorded runs depend on the bytes.
    #[test]
    fn the_bytes_of_a_plan_never_change() {
        let hours = AvailabilityForm::HoursOfDay;
        let default = ClubPlan::default();
        for (plan, digest) in [
            (default.clone(), "5de137cc2af1183fb8d77585e42684b11cb2f3d29ad8fec9b49b570c9eeb1796"),
            (
                ClubPlan { posted: Some(12), ..plan(7, 9, 30) },
                "e7c4740e3fe5b2b24a7e597c0e13839754c23351bf849ce26af061a4fa8f6495",
            ),
            (
                ClubPlan { seed: 3, staffing: Staffing::Tight, hours, ..default.clone() },
                "95e0489418f83210214aef507d4c569c83aa180e62f00d7ceff5743440870603",
            ),
            (
                ClubPlan { history: History::Whole, ..plan(2, 40, 300) },
                "7a3139b6a44331bcb593a8dd9a67f86b73d535de8da528593f6b0b2cee372b37",
            ),
            (
                ClubPlan {
                    history: History::Absent,
                    hours,
                    capacity: Some(5),
                    today: NaiveDate::from_ymd_opt(2027, 2, 1).unwrap_or_default(),
                    ..default
                },
                "0008123630a5fab76581fd085e942b0a2bc1f96fefde8ada01376567973c299d",
            ),
        ] {
            let text = format!("{:#}\n", generate(&plan));
            assert_eq!(ContentDigest::of(text.as_bytes()).as_str(), digest, "{plan:?}");
        }
    }

    #[test]
    fn a_club_has_as_many_events_and_people_as_its_plan_says() {
        for plan in plans() {
            let snapshot = generate(&plan);
            assert_eq!(rows(&snapshot, "events").len(), plan.events, "{plan:?}");
            assert_eq!(rows(&snapshot, "employees").len(), plan.employees.max(1), "{plan:?}");
        }
    }

    #[test]
    fn a_club_posts_as_many_schedules_as_its_plan_says() {
        let posted = |posted| rows(&generate(&ClubPlan { posted, ..plan(1, 14, 200) }), "posted").len();
        assert_eq!([posted(None), posted(Some(0)), posted(Some(1)), posted(Some(90))], [66, 0, 1, 90]);
    }

    #[test]
    fn every_event_has_its_own_ref() {
        for plan in plans() {
            let snapshot = generate(&plan);
            let open = rows(&snapshot, "events").iter();
            let refs = open.chain(rows(&snapshot, "posted").iter().map(|row| &row["event"])).map(|event| &event["ref"]);
            let mut seen = BTreeSet::new();
            assert!(refs.into_iter().all(|number| number.is_u64() && seen.insert(number.as_u64())), "{plan:?}");
        }
    }

    #[test]
    fn no_person_has_two_posted_core_on_a_day() {
        for plan in plans() {
            let snapshot = generate(&plan);
            let is_core = |row: &&Value| text(&row["event"]["name"]).ends_with("-CORE");
            let mut seen = BTreeSet::new();
            for row in rows(&snapshot, "posted").iter().filter(is_core) {
                assert!(seen.insert((text(&row["employee_id"]), day(row))), "{row} of {plan:?}");
            }
        }
    }

    #[test]
    fn a_block_serves_no_more_posted_core_than_its_capacity() {
        for plan in plans() {
            let snapshot = generate(&ClubPlan { posted: Some(plan.employees * 20), ..plan.clone() });
            let mut served: BTreeMap<(&str, u64), u64> = BTreeMap::new();
            for row in rows(&snapshot, "posted") {
                if let Some(block) = row["block"].as_u64() {
                    *served.entry((day(row), block)).or_default() += 1;
                }
            }
            let capacity = snapshot["settings"]["block_capacity"].as_u64();
            assert!(served.values().all(|&count| Some(count) <= capacity), "{plan:?}");
        }
    }

    #[test]
    fn both_rotations_name_a_person_on_every_weekday() {
        for plan in plans() {
            assert_eq!(rows(&generate(&plan), "rotations").len(), 14, "{plan:?}");
        }
    }

    #[test]
    fn capacity_grows_only_if_the_blocks_are_too_few() {
        let capacity = |capacity, employees, events| {
            let snapshot = generate(&ClubPlan { capacity, ..plan(1, employees, events) });
            snapshot["settings"]["block_capacity"].as_u64().unwrap_or_default()
        };
        assert_eq!([capacity(None, 14, 200), capacity(Some(0), 14, 200), capacity(Some(5), 14, 200)], [1, 1, 5]);
        assert!(capacity(None, 300, 3_000) > 6);
    }

    #[test]
    fn a_very_large_club_has_all_its_events() {
        let largest = ClubPlan { history: History::Whole, ..plan(1, 300, 3_000) };
        assert_eq!(rows(&generate(&largest), "events").len(), 3_000);
    }

    #[test]
    fn every_day_may_be_today() {
        for day in 0..400 {
            let today = domain::calendar::plus_days(ClubPlan::default().today, day);
            assert_eq!(rows(&generate(&ClubPlan { today, ..plan(7, 6, 12) }), "events").len(), 12);
        }
    }
}
