//! Properties of every solve, checked on random tiny clubs and on a few written by hand.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod support;

use domain::answer::{Answer, Status};
use domain::checker;
use domain::club::Club;
use domain::fixture;
use domain::rules::Scope;
use domain::schedule::Decision;
use serde_json::{Value, json};
use solver::{Detail, Options};
use support::Random;

/// The bytes of an answer, without times.
fn answer(club: &Club) -> String {
    let answer: Answer = solver::answer(&support::solve(club), Detail::Explained);
    serde_json::to_string(&answer).expect("JSON")
}

fn shuffle(document: &mut Value, random: &mut Random) {
    let lists = [
        "employees",
        "weekly_availability",
        "availability_overrides",
        "time_off",
        "holidays",
        "locked_days",
        "rotations",
        "exceptions",
        "events",
        "posted",
        "affinity",
        "affinity_by_type",
        "ledger",
        "previous",
        "wishes",
        "unwanted",
    ];
    for list in lists {
        let items = document[list].as_array_mut().expect("a list");
        for i in (1..items.len()).rev() {
            items.swap(i, random.below(i as u64 + 1) as usize);
        }
    }
}

#[test]
fn the_order_of_the_lists_changes_nothing() {
    for seed in 0..150 {
        let document = fixture::snapshot(&support::tiny_club(seed));
        let straight = answer(&support::club_of(&document));
        assert_eq!(straight, answer(&support::club_of(&document)), "seed {seed}, twice");
        let mut shuffled = document;
        shuffle(&mut shuffled, &mut Random::new(seed));
        assert_eq!(straight, answer(&support::club_of(&shuffled)), "seed {seed}, shuffled");
    }
}

#[test]
fn one_more_person_never_lowers_the_best_score() {
    // Fairness compares people, so it is turned off.
    for seed in 0..300 {
        let lines = support::tiny_club(seed);
        let without = lines.lines().filter(|l| !l.starts_with("weight fairness")).collect::<Vec<_>>().join("\n");
        let fewer = format!("{without}\nweight fairness 0");
        let more = format!("{fewer}\nperson Z lead trained");
        let (few, many) = (support::club(&fewer), support::club(&more));
        let (few, many) = (support::solve(&few).terms.score(), support::solve(&many).terms.score());
        assert!(many >= few - 1e-6, "seed {seed}: {few} with fewer, {many} with more\n{more}");
    }
}

#[test]
fn placing_by_hand_what_the_solver_placed_breaks_no_rule() {
    for seed in 0..300 {
        let lines = support::tiny_club(seed);
        let club = support::club(&lines);
        let mut schedule = support::solve(&club).schedule;
        for event in club.event_ixs().filter(|e| club.event(*e).is_candidate()).collect::<Vec<_>>() {
            let placed = schedule.decision(event);
            if placed == Decision::Open || club.event(event).partner.is_some() {
                continue;
            }
            schedule.decide(event, Decision::Open);
            let again = checker::evaluate_change(&mut schedule, &[(event, placed)]);
            assert!(again.violations.is_empty(), "seed {seed}: {:?}\n{lines}", again.violations);
            schedule.decide(event, placed);
        }
    }
}

#[test]
fn the_effect_of_a_change_is_the_difference_between_two_whole_checks() {
    let mut changes = 0;
    for seed in 0..400 {
        let lines = support::tiny_club(seed);
        let club = support::club(&lines);
        let mut schedule = support::solve(&club).schedule;
        let scope = Scope::whole(&club);
        let before = checker::terms(&schedule, &scope);
        let mut random = Random::new(seed);
        for event in club.event_ixs() {
            let decision = match club.event(event).posting() {
                Some(_) if club.event(event).is_movable() => *random.pick(&[Decision::Stands, Decision::Dropped]),
                Some(_) => continue,
                None if !club.event(event).is_candidate() || club.event(event).valid.is_empty() => continue,
                None => {
                    let day = random.pick(&club.event(event).valid).day;
                    let person = domain::club::PersonIx(random.below(club.people.len() as u64) as usize);
                    Decision::New(domain::club::Place { person, day })
                }
            };
            let effect = checker::evaluate_change(&mut schedule, &[(event, decision)]);
            let mut changed = schedule.clone();
            changed.decide(event, decision);
            let after = checker::terms(&changed, &scope);
            let points = after.score() - before.score();
            assert!((effect.points() - points).abs() < 1e-6, "seed {seed}: {} is {points}\n{lines}", effect.points());
            let mut whole: Vec<_> =
                checker::violations(&changed, &scope).iter().map(domain::rules::Violation::key).collect();
            let mut local: Vec<_> = effect.violations.iter().map(domain::rules::Violation::key).collect();
            whole.sort_unstable();
            local.sort_unstable();
            assert_eq!(local, whole, "seed {seed}\n{lines}");
            changes += 1;
        }
    }
    assert!(changes > 1_000, "{changes} changes");
}

#[test]
fn a_solve_without_time_returns_a_legal_schedule_and_a_bound() {
    for seed in 0..60 {
        let club = support::club(&support::tiny_club(seed));
        let options = Options { time_limit: std::time::Duration::ZERO, gap: 0.0 };
        let proposal = solver::solve(&club, &options, &|_| {}).expect("a proposal");
        assert!(checker::violations(&proposal.schedule, &Scope::whole(&club)).is_empty(), "seed {seed}");
        assert!(proposal.bound >= proposal.terms.score(), "seed {seed}");
    }
}

#[test]
fn a_day_with_small_events_only_counts_as_a_day_worked() {
    // A Club Supervisor may work two small events on each of seven days of a week, but only six of the days (H9).
    for each_day in 1..=4u64 {
        let mut lines = String::from("person C supervisor\nset horizon_days 9\n");
        for day in 22..=28 {
            for n in 0..each_day {
                lines.push_str(&format!("event {} Digitals {day}..{}\n", day * 10 + n, day + 1));
            }
        }
        let club = support::club(&lines);
        let placed = solver::answer(&support::solve(&club), Detail::Plain).placements.len() as u64;
        assert_eq!(placed, 6 * each_day, "{each_day} events a day");
    }
}

#[test]
fn without_candidates_there_is_nothing_to_do() {
    let club = support::club("person A specialist\nposted 1 Core 22..30 A 24");
    let proposal = support::solve(&club);
    assert_eq!(proposal.status, Status::NothingToDo);
    let written = json!(solver::answer(&proposal, Detail::Plain));
    assert_eq!(written["status"], "nothing_to_do");
    assert_eq!(written["placements"], json!([]));
}
