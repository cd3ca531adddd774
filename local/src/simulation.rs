//! Simulates weeks of a generated club: each week is planned, worked and counted in the fairness ledger, and the next
//! week is planned with what the club owes people.
//!
//! Every week, Sunday to Saturday, is planned on the Thursday before it, from the open events of the club.
//! Placed events are worked. Events that stay open are planned again while their windows last. The same parameters give
//! the same numbers.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::{at_minute, plus_days};
use domain::club::Club;
use domain::fairness::{
    Acceptance, Arrival, DebtCalculation, LedgerRow, PossibleDays, Shift, Window, debts, possible_days, recount,
    snapshot_rows,
};
use domain::json::RefusedDocument;
use domain::outcome::LineGeneration;
use domain::rules::SoftName;
use domain::snapshot::{EmployeeId, Posted, Snapshot};
use domain::timetable::timetable;
use serde_json::{Value, json};
use solver::{Options, SolveError};

use crate::generate::{ClubPlan, History, generate};

/// Number of weeks in the window of the ledger.
const WINDOW: u32 = 8;
/// Days from the Thursday of a plan to its first day, and to its last day.
const PLANNED_DAYS: (u32, u32) = (3, 9);
/// Larger than every `ref` of a generated club. Multiples of it keep the refs of different weeks apart.
const REF_STRIDE: u64 = 1_000_000_000;

/// Whether plans use the fairness ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ledger {
    /// Plans use the ledger.
    Kept,
    /// Plans do not use the ledger.
    Ignored,
}

/// The parameters of a simulation.
#[derive(Debug, Clone, Copy)]
pub struct SimulationParameters {
    /// The seed of the club.
    pub seed: u64,
    /// Number of people of the club.
    pub employees: usize,
    /// Number of events that open each week.
    pub events: usize,
    /// Number of weeks.
    pub weeks: u32,
}

impl SimulationParameters {
    /// A club of ordinary size: 12 to 20 people, and five events a week for each person.
    pub fn of(seed: u64, weeks: u32) -> SimulationParameters {
        let step = usize::try_from(seed % 5).unwrap_or_default();
        SimulationParameters { seed, employees: 12 + 2 * step, events: 60 + 10 * step, weeks }
    }
}

/// The results of a simulation.
#[derive(Debug, Clone, Default)]
pub struct SimulationResult {
    /// Number of events that were placed.
    pub placed: usize,
    /// The points of all plans, without those of the ledger.
    pub other_points: f64,
    /// For each person, the number of Core events and the number of days on which the person could have worked one. People
    /// without such days are not listed.
    pub people: BTreeMap<EmployeeId, (u32, u32)>,
    /// The debts to the person who works two days a week and to the person who works five.
    pub two_and_five: Option<(DebtCalculation, DebtCalculation)>,
}

/// Why a simulation failed. This is always a bug.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The generator made a snapshot that cannot be used.
    #[error("a generated snapshot is refused: {0}")]
    Snapshot(#[from] RefusedDocument),
    /// The solver failed.
    #[error(transparent)]
    Solver(#[from] SolveError),
}

impl SimulationResult {
    /// The standard deviation of Core per possible day, over people.
    pub fn spread(&self) -> f64 {
        let rates: Vec<f64> = self.people.values().map(|(core, days)| f64::from(*core) / f64::from(*days)).collect();
        let count = rates.len().max(1) as f64;
        let mean = rates.iter().sum::<f64>() / count;
        (rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / count).sqrt()
    }

    /// The fair share of the person who works two days a week, divided by that of the person who works five.
    pub fn two_of_five(&self) -> Option<f64> {
        let (two, five) = self.two_and_five?;
        (five.share > 0.0).then(|| two.share / five.share)
    }
}

/// Simulates weeks.
///
/// # Errors
/// The generator or the solver failed.
pub fn simulate(parameters: SimulationParameters, ledger: Ledger) -> Result<SimulationResult, SimulationError> {
    let mut simulation = Simulation::new(parameters, ledger);
    for week in 0..parameters.weeks {
        simulation.work(week)?;
    }
    Ok(simulation.finish())
}

struct Simulation {
    parameters: SimulationParameters,
    ledger: Ledger,
    /// The club, without events.
    base: Value,
    /// The open events.
    open_events: Vec<Value>,
    /// The people who work two and five days a week.
    two_and_five: Option<(EmployeeId, EmployeeId)>,
    acceptances: Vec<Acceptance>,
    possible: PossibleDays,
    result: SimulationResult,
}

impl Simulation {
    fn new(parameters: SimulationParameters, ledger: Ledger) -> Simulation {
        // The number of events that are open on an ordinary day decides the capacity of a shift block.
        let plan = ClubPlan { events: parameters.events * 3, ..plan_of(parameters, 0) };
        let mut base = generate(&plan);
        let two_and_five = set_part_time(&mut base);
        let settings = &mut base["settings"];
        (settings["buffer_days"], settings["horizon_days"]) = (json!(PLANNED_DAYS.0), json!(PLANNED_DAYS.1));
        for list in ["events", "posted", "affinity", "locked_days", "exceptions", "availability_overrides"] {
            base[list] = json!([]);
        }
        Simulation {
            parameters,
            ledger,
            base,
            open_events: Vec::new(),
            two_and_five,
            acceptances: Vec::new(),
            possible: PossibleDays::new(),
            result: SimulationResult::default(),
        }
    }

    /// Plans and works one week.
    fn work(&mut self, week: u32) -> Result<(), SimulationError> {
        let today = thursday(week);
        let snapshot = self.snapshot(week, today)?;
        let club = Club::new(snapshot.clone());
        let proposal = solver::solve(&club, &Options::default(), &|_| {})?;
        let slots = timetable(&proposal.schedule);
        let ledger = proposal.terms.by_name().get(SoftName::Ledger.name()).copied().unwrap_or(0.0);
        self.result.other_points += proposal.terms.score() - ledger;
        self.result.placed += slots.len();
        let mut worked = snapshot;
        for slot in &slots {
            let event = club.event(slot.event);
            let facts = worked.events.iter().position(|facts| facts.event_ref == event.event_ref);
            let Some(facts) = facts.map(|at| worked.events.remove(at)) else { continue };
            let employee_id = club.person(slot.place.person).id.clone();
            self.acceptances.push(Acceptance {
                accepted_at: noon(today),
                line: LineGeneration { line_id: format!("w{week}.{}", event.event_ref), generation: 1 },
                event_ref: event.event_ref,
                kind: event.kind,
                from: None,
                to: Some(Shift {
                    employee_id: employee_id.clone(),
                    start: slot.start,
                    minutes: event.minutes,
                    arrival: Arrival::of(event.kind, slot.start, &worked.settings.arrivals),
                }),
            });
            let (start, block) = (slot.start, slot.block);
            worked.posted.push(Posted { event: facts, employee_id, start, block, scheduled_event_id: None });
        }
        for (employee, days) in possible_days(&worked, plus_days(today, i64::from(PLANNED_DAYS.0))) {
            self.possible.entry(employee).or_default().extend(days);
        }
        let placed: Vec<u64> = worked.posted.iter().map(|posted| posted.event.event_ref.0).collect();
        self.open_events.retain(|event| !event["ref"].as_u64().is_some_and(|number| placed.contains(&number)));
        Ok(())
    }

    /// The snapshot from which a week is planned.
    fn snapshot(&mut self, week: u32, today: NaiveDate) -> Result<Snapshot, RefusedDocument> {
        let fresh = generate(&plan_of(self.parameters, week + 1));
        let mut events = fresh["events"].as_array().cloned().unwrap_or_default();
        for event in &mut events {
            for member in ["ref", "parent_ref"] {
                if let Some(number) = event[member].as_u64() {
                    event[member] = json!(number % REF_STRIDE + u64::from(week + 1) * REF_STRIDE);
                }
            }
        }
        self.open_events.append(&mut events);
        let first = plus_days(today, i64::from(PLANNED_DAYS.0)).to_string();
        self.open_events.retain(|event| event["due"].as_str().is_some_and(|due| due > first.as_str()));
        let mut document = self.base.clone();
        document["today"] = json!(today.to_string());
        document["holidays"] = fresh["holidays"].clone();
        document["time_off"] = fresh["time_off"].clone();
        if let (Some((two, five)), Some(rows)) = (&self.two_and_five, document["time_off"].as_array_mut()) {
            rows.retain(|row| row["employee_id"] != two.0.as_str() && row["employee_id"] != five.0.as_str());
        }
        document["events"] = json!(self.open_events);
        if self.ledger == Ledger::Kept {
            document["ledger"] = json!(snapshot_rows(&self.owed(today)));
        }
        Snapshot::parse(document.to_string().as_bytes())
    }

    /// The debts of the club to each person, including the plan of the current week.
    fn owed(&self, today: NaiveDate) -> Vec<(EmployeeId, DebtCalculation)> {
        debts(&self.rows(), &[], Window::before(today, WINDOW).and_ahead(1))
    }

    fn rows(&self) -> Vec<LedgerRow> {
        recount(&self.acceptances, &[], &self.possible, chrono_tz::America::Indiana::Indianapolis)
    }

    fn finish(mut self) -> SimulationResult {
        for row in self.rows() {
            let (core, days) = self.result.people.entry(row.employee_id).or_default();
            *core += row.core;
            *days += row.possible_days;
        }
        self.result.people.retain(|_, (_, days)| *days > 0);
        let owed: BTreeMap<EmployeeId, DebtCalculation> =
            self.owed(thursday(self.parameters.weeks)).into_iter().collect();
        let of = |id: &EmployeeId| owed.get(id).copied();
        self.result.two_and_five = self.two_and_five.as_ref().and_then(|(two, five)| of(two).zip(of(five)));
        self.result
    }
}

/// The plan of the club, for week 0, or of the events that open in a later week.
fn plan_of(parameters: SimulationParameters, week: u32) -> ClubPlan {
    ClubPlan {
        seed: parameters.seed * 1_000 + u64::from(week),
        employees: parameters.employees,
        events: parameters.events,
        today: thursday(week.saturating_sub(1)),
        posted: Some(0),
        history: History::Absent,
        ..ClubPlan::default()
    }
}

/// The Thursday on which a week is planned. No yearly holiday is near the first twelve weeks.
fn thursday(week: u32) -> NaiveDate {
    plus_days(NaiveDate::from_ymd_opt(2026, 7, 23).unwrap_or_default(), 7 * i64::from(week))
}

fn noon(date: NaiveDate) -> DateTime<Utc> {
    DateTime::from_naive_utc_and_offset(at_minute(date, 720), Utc)
}

/// Makes one specialist work two days a week, and another one five.
fn set_part_time(base: &mut Value) -> Option<(EmployeeId, EmployeeId)> {
    let specialists: Vec<String> = base["employees"]
        .as_array()?
        .iter()
        .filter(|person| person["job_title"] == "Event Specialist" && person["active"] != false)
        .filter(|person| person["termination_date"].is_null())
        .filter_map(|person| person["id"].as_str().map(str::to_owned))
        .collect();
    let [five, two] = specialists.last_chunk::<2>()?.clone();
    let week = |days: &[&str]| -> Value {
        ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
            .map(|day| (day.to_owned(), json!(days.contains(&day))))
            .into_iter()
            .collect::<serde_json::Map<String, Value>>()
            .into()
    };
    let rows = base["weekly_availability"].as_array_mut()?;
    rows.retain(|row| row["employee_id"] != two.as_str() && row["employee_id"] != five.as_str());
    rows.push(json!({"employee_id": two, "days": week(&["fri", "sat"])}));
    rows.push(json!({"employee_id": five, "days": week(&["mon", "tue", "wed", "fri", "sat"])}));
    Some((EmployeeId(two), EmployeeId(five)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;

    #[test]
    fn the_ledger_makes_weeks_fairer_and_places_about_as_many_events() {
        let (mut without, mut with) = (0.0, 0.0);
        for seed in [1, 2] {
            let parameters = SimulationParameters { seed, employees: 10, events: 30, weeks: 4 };
            let [ignored, kept] =
                [Ledger::Ignored, Ledger::Kept].map(|ledger| simulate(parameters, ledger).expect("simulated"));
            assert!(ignored.placed > 0 && !ignored.people.is_empty());
            // Both place about the same number of events in the end.
            let placed = kept.placed as f64 / ignored.placed as f64;
            assert!((0.97..=1.03).contains(&placed), "{} with the ledger, {} without", kept.placed, ignored.placed);
            let again = simulate(parameters, Ledger::Kept).expect("simulated");
            assert_eq!(
                (again.placed, again.spread()),
                (kept.placed, kept.spread()),
                "the same parameters gave other numbers"
            );
            (without, with) = (without + ignored.spread(), with + kept.spread());
            let part = kept.two_of_five().expect("both work Core");
            assert!((0.25..=0.55).contains(&part), "two days of five: {part}");
        }
        assert!(with < without, "the spread is {with} with the ledger and {without} without");
    }

    #[test]
    fn over_twelve_weeks_of_ten_clubs_the_spread_falls_by_at_least_two_fifths() {
        if !testkit::is_full() {
            return;
        }
        let (mut spread, mut rest, clubs) = (0.0, 0.0, 10);
        for seed in 1..=clubs {
            let parameters = SimulationParameters::of(seed, 12);
            let [ignored, kept] =
                [Ledger::Ignored, Ledger::Kept].map(|ledger| simulate(parameters, ledger).expect("simulated"));
            assert_eq!(kept.placed, ignored.placed, "club {seed}");
            spread += 1.0 - kept.spread() / ignored.spread();
            rest += 1.0 - kept.other_points / ignored.other_points;
            let part = kept.two_of_five().expect("both work Core");
            assert!((0.3..=0.5).contains(&part), "club {seed}: two days of five: {part}");
        }
        let (spread, rest) = (spread / clubs as f64, rest / clubs as f64);
        assert!(spread >= 0.4, "the spread falls by {spread}");
        assert!(rest <= 0.0025, "the rest of the score loses {rest}");
    }
}
