//! Tests of learned affinity on simulated outcomes: the rates, their ranges, and when they are published.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::logistic::logistic;

use super::*;
use crate::calendar::{plus_days, week_start};
use crate::event_type::EventType::{Core, DigitalSetup, Freeosk, JuicerProduction, Other};
use crate::outcome::{Approval, Decision, End, LineGeneration};
use crate::snapshot::EventRef;

const KINDS: [EventType; 5] = [JuicerProduction, DigitalSetup, Freeosk, Core, Other];

/// The number of people, and the standard deviations of the true effects on the logit scale.
#[derive(Clone, Copy)]
struct TrueSpreads {
    people: usize,
    types: f64,
    persons: f64,
    pairs: f64,
}

const NO_SIGNAL: TrueSpreads = TrueSpreads { people: 12, types: 0.0, persons: 0.0, pairs: 0.0 };

/// Simulated outcomes, and the true rates that they were drawn from.
struct Simulation {
    outcomes: Vec<Outcome>,
    truth: BTreeMap<(EmployeeId, EventType), f64>,
}

fn id(person: usize) -> EmployeeId {
    EmployeeId(format!("E{person:02}"))
}

fn simulate(seed: u64, outcomes: usize, spreads: TrueSpreads) -> Simulation {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = |spread: f64| {
        let probability = random.random_range(0.001..0.999);
        spread * Normal::standard().inverse_cdf(probability)
    };
    let types: Vec<f64> = KINDS.iter().map(|_| 2.0 + normal(spreads.types)).collect();
    let mut truth = BTreeMap::new();
    for person in 0..spreads.people {
        let usual = normal(spreads.persons);
        for (kind, of_type) in KINDS.iter().zip(&types) {
            truth.insert((id(person), *kind), logistic(of_type + usual + normal(spreads.pairs)));
        }
    }
    let first = NaiveDate::from_ymd_opt(2026, 1, 4).expect("a date");
    let one = |i: usize| {
        // Some people work more than others, and Core are more frequent than the other types.
        let person = (0..2).map(|_| random.random_range(0..spreads.people)).min().unwrap_or(0);
        let kind = if random.random_bool(0.5) { Core } else { KINDS[random.random_range(0..KINDS.len())] };
        let kept = random.random_bool(truth[&(id(person), kind)]);
        let date = plus_days(first, i64::try_from(i / 8).expect("few"));
        Outcome {
            line: LineGeneration { line_id: format!("r{i:05}.{i}"), generation: 1 },
            event_ref: EventRef(1),
            kind,
            employee_id: id(person),
            date,
            week: week_start(date),
            decision: Some(Decision::Kept),
            approval: Some(if random.random_bool(0.3) { Approval::InBulk } else { Approval::Alone }),
            end: Some(if kept { End::Completed } else { End::NoShow }),
            done_by: None,
            corrected_by_hand: false,
        }
    };
    let outcomes = (0..outcomes).map(one).collect();
    Simulation { outcomes, truth }
}

impl Simulation {
    fn eligible(&self) -> BTreeSet<(EmployeeId, EventType)> {
        self.truth.keys().cloned().collect()
    }

    fn learn(&self) -> Affinities {
        affinities(&self.outcomes, &self.eligible(), &AffinityOptions::default())
    }
}

const SIGNAL: TrueSpreads = TrueSpreads { people: 12, types: 0.5, persons: 1.0, pairs: 0.5 };

#[test]
fn the_order_of_people_is_recovered_where_differences_are_real() {
    let (mut published, mut in_order, mut compared) = (0, 0, 0);
    for seed in 0..12 {
        let simulation = simulate(seed, 1_500, SIGNAL);
        let learned = simulation.learn();
        published += u32::from(learned.judged.predicts);
        let truth = |row: &AffinityRate| simulation.truth[&(row.employee_id.clone(), row.kind)];
        let core: Vec<_> = learned.rows.iter().filter(|row| row.kind == Core && row.of >= 20).collect();
        for (better, worse) in core.iter().flat_map(|a| core.iter().map(move |b| (a, b))) {
            if truth(better) > truth(worse) + 0.15 {
                compared += 1;
                in_order += u32::from(better.score > worse.score);
            }
        }
    }
    assert!(published >= 10, "{published} of 12 are published");
    assert!(compared > 100 && in_order * 100 >= compared * 95, "{in_order} of {compared} are in order");
}

#[test]
fn about_four_of_five_true_rates_are_in_their_ranges() {
    let (mut within, mut all) = (0, 0);
    for (seed, spreads) in (0..6).map(|seed| (seed, SIGNAL)).chain((6..12).map(|seed| (seed, NO_SIGNAL))) {
        let simulation = simulate(seed, 600, spreads);
        for row in simulation.learn().rows {
            let truth = simulation.truth[&(row.employee_id, row.kind)];
            assert!(row.low <= row.score && row.score <= row.high);
            within += u32::from(row.low <= truth && truth <= row.high);
            all += 1;
        }
    }
    let part = f64::from(within) / f64::from(all);
    assert!((0.7..0.95).contains(&part), "{part}");
}

#[test]
fn without_a_signal_at_most_one_in_twenty_is_published() {
    let seeds = 1_000..1_200;
    let of_types = TrueSpreads { types: 0.8, ..NO_SIGNAL };
    let published = |seed: &u64| {
        let spreads = if seed.is_multiple_of(2) { NO_SIGNAL } else { of_types };
        !simulate(*seed, 520, spreads).learn().affinity_by_type.is_empty()
    };
    let published = seeds.filter(published).count();
    assert!(published <= 10, "{published} of 200");
}

#[test]
fn the_same_outcomes_make_the_same_bytes_in_any_order() {
    let simulation = simulate(7, 700, SIGNAL);
    let text = |outcomes: &[Outcome]| {
        let learned = affinities(outcomes, &simulation.eligible(), &AffinityOptions::default());
        serde_json::to_string(&learned).expect("JSON")
    };
    let expected = text(&simulation.outcomes);
    assert_eq!(text(&simulation.outcomes), expected);
    let mut reordered = simulation.outcomes.clone();
    reordered.extend_from_slice(&simulation.outcomes[..50]);
    reordered.rotate_left(333);
    reordered.reverse();
    assert_eq!(text(&reordered), expected);
}

#[test]
fn few_outcomes_are_never_published() {
    let simulation = simulate(1, MIN_EVIDENCE - 1, SIGNAL);
    for n in [0, 1, 2, 30, MIN_EVIDENCE - 1] {
        let learned = affinities(&simulation.outcomes[..n], &simulation.eligible(), &AffinityOptions::default());
        let expected = Gate { outcomes: n, windows: Vec::new(), z: 0.0, predicts: false };
        assert_eq!(learned.judged, expected);
        assert_eq!((learned.affinity_by_type.len(), learned.brier, learned.calibration.len()), (0, None, 0), "{n}");
        assert_eq!(learned.rows.len(), if n == 0 { 0 } else { simulation.truth.len() }, "{n}");
        assert!(learned.rows.iter().all(|row| row.score > 0.0 && row.score < 1.0), "{n}");
    }
}

#[test]
fn equal_outcomes_and_outcomes_of_one_day_publish_nothing() {
    let mut simulation = simulate(2, 600, SIGNAL);
    let first = simulation.outcomes[0].date;
    let one_day: Vec<_> = simulation.outcomes.iter().map(|o| Outcome { date: first, ..o.clone() }).collect();
    let judged = affinities(&one_day, &simulation.eligible(), &AffinityOptions::default()).judged;
    assert_eq!((judged.windows.len(), judged.predicts), (0, false));
    for end in [End::Completed, End::NoShow] {
        simulation.outcomes.iter_mut().for_each(|outcome| outcome.end = Some(end));
        let learned = simulation.learn();
        assert!(!learned.judged.predicts, "{:?}", learned.judged);
        assert!(learned.rows.iter().all(|row| row.low.is_finite() && row.high.is_finite()));
    }
}

/// A simulation whose learned affinities are published.
fn published_simulation() -> (Simulation, Affinities) {
    let simulation = simulate(3, 1_000, SIGNAL);
    let learned = simulation.learn();
    assert!(learned.judged.predicts, "{:?}", learned.judged);
    (simulation, learned)
}

#[test]
fn the_gate_lists_its_windows_and_the_calibration_of_all_predictions() {
    let (simulation, learned) = published_simulation();
    let Gate { outcomes, windows, .. } = &learned.judged;
    assert_eq!((*outcomes, windows.len()), (1_000, 4));
    assert!(windows.windows(2).all(|pair| pair[0].to < pair[1].from), "no day is in two windows");
    let judged: usize = windows.iter().map(|window| window.n).sum();
    assert!((660..=680).contains(&judged), "{judged} of 1000: about two thirds");
    assert_eq!(learned.calibration.iter().map(|bin| bin.n).sum::<usize>(), judged);
    for bin in learned.calibration.iter().filter(|bin| bin.n >= 50) {
        let (predicted, observed) = (bin.predicted.expect("a rate"), bin.observed.expect("a rate"));
        assert!((predicted - observed).abs() < 0.15, "{bin:?}");
    }
    assert!(learned.brier.is_some_and(|brier| brier > 0.0 && brier < 0.25));
    let (kept, of) = learned.rows.iter().fold((0, 0), |(kept, of), row| (kept + row.kept, of + row.of));
    assert_eq!(of, 1_000);
    assert_eq!(kept as usize, simulation.outcomes.iter().filter(|o| o.end == Some(End::Completed)).count());
}

#[test]
fn every_eligible_pair_is_published_and_new_people_have_the_usual_rate() {
    let (simulation, learned) = published_simulation();
    let mut eligible = simulation.eligible();
    eligible.insert((EmployeeId("new".to_owned()), Core));
    eligible.retain(|(employee, kind)| *employee != id(0) || *kind == Core);
    let with_new = affinities(&simulation.outcomes, &eligible, &AffinityOptions::default());
    let pairs: Vec<_> = with_new.affinity_by_type.iter().map(|row| (row.employee_id.clone(), row.kind)).collect();
    assert_eq!(pairs, eligible.into_iter().collect::<Vec<_>>());
    let new = with_new.rows.iter().find(|row| row.employee_id.0 == "new").expect("a row");
    assert_eq!((new.score, new.kept, new.of), (new.usual_rate, 0, 0));
    let core = learned.rows.iter().filter(|row| row.kind == Core).map(|row| row.score).collect::<Vec<_>>();
    assert!(core.iter().any(|score| *score > new.usual_rate) && core.iter().any(|score| *score < new.usual_rate));
}

#[test]
fn a_club_that_is_switched_off_publishes_nothing_and_a_person_gets_the_usual_rate() {
    let (simulation, learned) = published_simulation();
    let club_off = AffinityOptions { club: Learning::Off, ..AffinityOptions::default() };
    let off = affinities(&simulation.outcomes, &simulation.eligible(), &club_off);
    assert_eq!((off.affinity_by_type.len(), &off.judged), (0, &learned.judged));
    let person_off = AffinityOptions { people_off: [id(0)].into(), ..AffinityOptions::default() };
    let off = affinities(&simulation.outcomes, &simulation.eligible(), &person_off);
    assert!(off.rows.iter().all(|row| row.employee_id != id(0)));
    assert!(off.judged.outcomes < 1_000);
    for row in off.affinity_by_type.iter().filter(|row| row.employee_id == id(0)) {
        let usual = off.rows.iter().find(|other| other.kind == row.kind).expect("a row").usual_rate;
        assert_eq!(row.score, usual, "{}", row.kind);
    }
}

#[test]
fn active_people_are_eligible_for_the_types_that_their_title_allows() {
    let document = crate::fixture::snapshot(
        "person A specialist
        person B barista inactive
        person C specialist trained
        person S supervisor",
    );
    let snapshot = crate::snapshot::Snapshot::parse(document.to_string().as_bytes()).expect("a snapshot");
    let pairs = eligible_pairs(&snapshot.employees);
    let of = |who: &str| pairs.iter().filter(|(id, _)| id.0 == who).map(|(_, kind)| *kind).collect::<Vec<_>>();
    assert_eq!(of("A"), [Core, Other]);
    assert_eq!(of("B"), []);
    assert_eq!(of("C").len(), 5);
    assert_eq!(of("S"), EventType::ALL);
}
