//! The solver against brute force over thousands of tiny clubs: all schedules are enumerated and judged by the checker
//! alone.
#![allow(clippy::print_stdout, clippy::expect_used, clippy::unwrap_used)]

mod support;

use domain::answer::Status;
use domain::checker;
use domain::club::{Club, EventIx, Place};
use domain::event_type::EventType;
use domain::rules::Scope;
use domain::schedule::{Decision, Schedule};

/// Clubs with more schedules than this are skipped.
const MAX_SCHEDULES: u64 = 2_500;

/// Every possible decision for each event that may change, ignoring pairs.
fn choices(club: &Club) -> Vec<(EventIx, Vec<Decision>)> {
    let anywhere = |e: EventIx| -> Vec<Place> {
        let event = club.event(e);
        let days = event.valid.iter();
        days.flat_map(|v| {
            club.person_ixs().filter(|p| club.can_work(*p, event, *v)).map(|person| Place { person, day: v.day })
        })
        .collect()
    };
    let mut choices = Vec::new();
    for e in club.event_ixs() {
        let event = club.event(e);
        if event.is_candidate() {
            let mut decisions = vec![Decision::Open];
            decisions.extend(anywhere(e).into_iter().map(Decision::New));
            choices.push((e, decisions));
            choices.extend(club.follower(e).map(|follower| (follower, of_follower(club, e, follower))));
        } else if event.is_movable() {
            let mut decisions = vec![Decision::Stands, Decision::Dropped];
            decisions.extend(anywhere(e).into_iter().map(Decision::Moved));
            choices.push((e, decisions));
            choices.extend(club.follower(e).map(|follower| (follower, of_follower(club, e, follower))));
        }
    }
    choices
}

/// Every possible decision for the posted Supervisor of a Core that may leave.
fn of_follower(club: &Club, core: EventIx, follower: EventIx) -> Vec<Decision> {
    let mut decisions = vec![Decision::Stands, Decision::Dropped];
    for valid in &club.event(core).valid {
        let there = club.follower_start(valid.day);
        let people = club.person_ixs().filter(|p| club.can_work(*p, club.event(follower), there));
        decisions.extend(people.map(|person| Decision::Moved(Place { person, day: valid.day })));
    }
    decisions
}

/// The best score of the legal schedules, and the maximum that a schedule of that score keeps of what people last saw.
#[derive(Debug, Clone, Copy)]
struct Best {
    score: f64,
    kept: usize,
}

impl Best {
    const NONE: Best = Best { score: f64::NEG_INFINITY, kept: 0 };

    fn take(&mut self, score: f64, kept: usize) {
        if score > self.score + 1e-6 {
            *self = Best { score, kept };
        } else if score > self.score - 1e-6 {
            self.kept = self.kept.max(kept);
        }
    }
}

fn kept_count(schedule: &Schedule) -> usize {
    domain::previous::count_kept(schedule).map_or(0, |kept| kept.days + kept.lines)
}

/// Enumerates all schedules of these choices.
fn best_by_enumeration(schedule: &mut Schedule, choices: &[(EventIx, Vec<Decision>)], scope: &Scope, best: &mut Best) {
    let Some(((event, decisions), rest)) = choices.split_first() else {
        if checker::violations(schedule, scope).is_empty() {
            best.take(checker::terms(schedule, scope).score(), kept_count(schedule));
        }
        return;
    };
    for decision in decisions {
        schedule.decide(*event, *decision);
        best_by_enumeration(schedule, rest, scope, best);
    }
    schedule.decide(*event, decisions[0]);
}

/// Asserts that the solver finds the best score of random tiny clubs, and keeps most of what people last saw.
fn assert_best(seeds: std::ops::Range<u64>) {
    let (mut compared, mut moved, mut proven, mut familiar) = (0, 0, 0, 0);
    for seed in seeds {
        let lines = format!("{}{}", support::tiny_club(seed), support::previous_placements(seed));
        let club = support::club(&lines);
        let choices = choices(&club);
        let schedules = choices.iter().try_fold(1u64, |n, (_, d)| n.checked_mul(d.len() as u64));
        if !schedules.is_some_and(|n| (2..=MAX_SCHEDULES).contains(&n)) {
            continue;
        }
        let scope = Scope::whole(&club);
        let mut best = Best::NONE;
        best_by_enumeration(&mut Schedule::as_posted(&club), &choices, &scope, &mut best);
        let proposal = support::solve(&club);
        let score = proposal.terms.score();
        assert!((score - best.score).abs() < 1e-6, "seed {seed}: solved {score}, enumerated {best:?}\n{lines}");
        let keeps = kept_count(&proposal.schedule);
        assert_eq!(keeps, best.kept, "seed {seed}: keeps {keeps}, enumerated {best:?}\n{lines}");
        familiar += u32::from(keeps > 0);
        assert!(
            proposal.bound >= score && proposal.bound - score <= 0.002,
            "seed {seed}: bound {}\n{lines}",
            proposal.bound
        );
        compared += 1;
        proven += u32::from(proposal.status == Status::Optimal);
        let is_moved = |e: &EventIx| matches!(proposal.schedule.decision(*e), Decision::Moved(_) | Decision::Dropped);
        moved += u32::from(club.event_ixs().any(|e| is_moved(&e) && club.event(e).kind == EventType::Core));
    }
    println!(
        "{compared} clubs compared, {moved} with a posted Core moved or dropped, {proven} proven, \
         {familiar} that keep something that people last saw"
    );
    assert!(compared > 300 && moved > 10, "{compared} compared, {moved} moved: the clubs are too plain or too large");
    assert!(familiar > 100, "{familiar}: too few keep anything of what people last saw");
}

#[test]
fn no_schedule_of_a_tiny_club_scores_more_than_the_solvers_first_seeds() {
    assert_best(0..2_000);
}

#[test]
fn no_schedule_of_a_tiny_club_scores_more_than_the_solvers_second_seeds() {
    assert_best(100_000..102_000);
}

/// Asserts that the solver finds the best score of random call-outs of tiny clubs, for each value of `moves`.
fn assert_best_of_callouts(seeds: std::ops::Range<u64>) {
    let (mut compared, mut refilled, mut moved) = (0, 0, 0);
    for seed in seeds {
        for moves in ["none", "few", "any"] {
            let lines = support::club_with_callout(seed, moves);
            let club = support::club(&lines);
            let choices = choices(&club);
            let schedules = choices.iter().try_fold(1u64, |n, (_, d)| n.checked_mul(d.len() as u64));
            if !schedules.is_some_and(|n| (2..=MAX_SCHEDULES).contains(&n)) {
                continue;
            }
            let scope = Scope::whole(&club);
            let mut best = Best::NONE;
            best_by_enumeration(&mut Schedule::as_posted(&club), &choices, &scope, &mut best);
            let proposal = support::solve(&club);
            let score = proposal.terms.score();
            assert!((score - best.score).abs() < 1e-6, "seed {seed}: solved {score}, enumerated {best:?}\n{lines}");
            assert!(proposal.bound - score <= 0.002, "seed {seed}: bound {}\n{lines}", proposal.bound);
            let answer = solver::answer(&proposal, solver::Detail::Explained);
            let written = serde_json::to_vec(&answer).unwrap();
            let verdict = domain::judge::judge(&club, &domain::answer::ClaimedAnswer::parse(&written).unwrap());
            assert_eq!(verdict.breaches, [], "seed {seed}\n{lines}");
            compared += 1;
            refilled += club.candidates().filter(|e| proposal.schedule.place(*e).is_some()).count();
            let others = club.event_ixs().filter(|e| club.event(*e).kind == EventType::Core);
            let others = others.filter(|e| matches!(proposal.schedule.decision(*e), Decision::Moved(_)));
            moved += others.count();
        }
    }
    println!("{compared} call-outs compared, {refilled} events refilled, {moved} Core of others moved");
    assert!(compared > 500 && refilled > 500 && moved > 10, "the call-outs are too plain or too large");
}

#[test]
fn no_answer_to_a_tiny_callout_scores_more_than_the_solvers_first_seeds() {
    assert_best_of_callouts(0..1_000);
}

#[test]
fn no_answer_to_a_tiny_callout_scores_more_than_the_solvers_second_seeds() {
    assert_best_of_callouts(200_000..201_000);
}
