//! Every reason is true: the checker confirms each broken rule and each lost point.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use domain::alternatives::head_of_unit;
use domain::answer::{Answer, Status, Why};
use domain::checker;
use domain::club::{Club, EventIx};
use domain::event_type::EventType;
use domain::fixture;
use domain::rules::SoftName;
use domain::schedule::{Decision, Schedule};
use solver::Detail;
use solver::reasons::{Exchange, ReasonCode, explain};
use support::confirm;

/// Confirms all reasons of an answer; counts them by code.
fn assert_all_true(
    club: &Club,
    schedule: &mut Schedule,
    answer: &Answer,
    counts: &mut BTreeMap<&'static str, u32>,
    context: &str,
) {
    for (code, n) in confirm::all(schedule, answer.status, context) {
        *counts.entry(code).or_default() += n;
    }
    for placement in &answer.placements {
        let why: &Why = placement.why.as_ref().expect("why");
        let e = club.find(placement.event_ref).expect("an event");
        let back = if club.event(e).posting().is_some() { Decision::Stands } else { Decision::Open };
        let without = checker::evaluate_change(schedule, &[(e, back)]).terms.score();
        let earned: f64 = why.terms.values().sum();
        assert!(
            (earned + without).abs() < 1e-6,
            "{context}: {} earns {earned}, leaving it out gives {without}",
            placement.event_ref
        );
        // Only the places of lines without a partner are tried here, because in a pair the other half moves along.
        if club.event(e).partner.is_none() && club.event(e).is_candidate() {
            let here = schedule.place(e).expect("a place");
            let others = confirm::places(schedule, e).into_iter().filter(|p| *p != here);
            let tried: Vec<_> =
                others.map(|p| (p, checker::evaluate_change(schedule, &[(e, Decision::New(p))]))).collect();
            let best =
                tried.iter().filter(|(_, e)| e.violations.is_empty()).map(|(_, e)| e.points()).max_by(f64::total_cmp);
            *counts.entry(if best.is_some() { "runner_up" } else { "no_runner_up" }).or_default() += 1;
            match (&why.runner_up, best) {
                (Some(next), Some(best)) => {
                    assert!((next.points_lost + best).abs() < 1e-6, "{context}: {next:?}, best {best}");
                    let there = tried.iter().find(|(p, _)| {
                        club.person(p.person).id == next.employee_id && club.day(p.day).date == next.date
                    });
                    let (_, effect) = there.expect("a place that was tried");
                    assert!(
                        effect.violations.is_empty() && (effect.points() - best).abs() < 1e-6,
                        "{context}: {next:?}"
                    );
                }
                (None, None) => {}
                other => panic!("{context}: {other:?}"),
            }
        }
        if let Some(next) = &why.runner_up {
            assert!(next.points_lost >= -1e-6, "{context}: the alternative scores more than the line: {next:?}");
        }
    }
}

#[test]
fn every_reason_of_a_tiny_club_is_true() {
    let mut counts = BTreeMap::new();
    for seed in 0..1_500 {
        let lines = support::tiny_club(seed);
        let club = support::club(&lines);
        let proposal = support::solve(&club);
        let answer = solver::answer(&proposal, Detail::Explained);
        let mut schedule = proposal.schedule;
        assert_all_true(&club, &mut schedule, &answer, &mut counts, &format!("seed {seed}\n{lines}"));
    }
    println!("{counts:?}");
    for code in ["no_valid_day", "nobody_may_work", "nobody_available", "rule_broken", "lowers_score", "runner_up"] {
        assert!(counts.get(code).is_some_and(|n| *n > 10), "too few of {code}: {counts:?}");
    }
}

#[test]
fn every_reason_of_a_tight_club_is_true() {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..60 {
        let lines = support::tight_club(seed);
        let club = support::club(&lines);
        let mut proposal = support::solve(&club);
        let context = format!("seed {seed}\n{lines}");
        for (code, n) in confirm::all(&mut proposal.schedule, proposal.status, &context) {
            *counts.entry(code).or_default() += n;
        }
    }
    println!("{counts:?}");
    for code in ["nobody_available", "rule_broken"] {
        assert!(counts.get(code).is_some_and(|n| *n > 40), "too few of {code}: {counts:?}");
    }
}

#[test]
fn no_exchange_of_one_event_costs_less_than_the_nearest() {
    let mut compared = 0;
    for lines in (0..60).map(support::tiny_club).chain((0..12).map(support::tight_club)) {
        let club = support::club(&lines);
        let mut proposal = support::solve(&club);
        let (schedule, ended) = (&mut proposal.schedule, proposal.status);
        for e in club.candidates().filter(|e| schedule.decision(*e) == Decision::Open).collect::<Vec<_>>() {
            let found = explain(schedule, e, ended);
            if found.code != ReasonCode::RuleBroken {
                continue;
            }
            let best = best_exchange(schedule, found.search.event);
            let nearest = found.nearest.as_ref().map(|n| n.points);
            let same = match (nearest, best) {
                (Some(nearest), Some(best)) => (nearest - best).abs() < 1e-6,
                (nearest, best) => nearest == best,
            };
            assert!(same, "{nearest:?} is named, {best:?} is possible\n{lines}\n{found:#?}");
            compared += u32::from(best.is_some());
        }
    }
    assert!(compared > 10, "{compared} exchanges");
}

/// The points of the best exchange of one other event for this one, found by trying every event.
fn best_exchange(schedule: &mut Schedule, head: EventIx) -> Option<f64> {
    let club = schedule.club();
    let mut best: Option<f64> = None;
    for place in confirm::places(schedule, head) {
        for give_up in club.event_ixs().filter(|e| head_of_unit(club, *e) == *e) {
            let movable = match schedule.decision(give_up) {
                Decision::New(_) => true,
                Decision::Stands | Decision::Moved(_) => club.event(give_up).is_movable(),
                Decision::Open | Decision::Dropped => false,
            };
            let partner = club.event(give_up).partner.filter(|p| schedule.place(*p).is_some());
            let along = match club.event(give_up).kind {
                EventType::Core => partner.filter(|p| schedule.is_changed(*p) || club.follower(give_up) == Some(*p)),
                EventType::JuicerProduction => club.survey_of_unit(give_up),
                _ => None,
            };
            let exchange = Exchange { give_up, also_given_up: along.into_iter().collect(), place, points: 0.0 };
            let change = confirm::decisions_of_exchange(club, head, &exchange);
            if movable && checker::breaks(schedule, &change).is_empty() {
                let points = checker::evaluate_change(schedule, &change).points();
                best = Some(best.map_or(points, |b| b.max(points)));
            }
        }
    }
    best
}

/// The text of the only reason in a club's answer.
fn reason(lines: &str) -> String {
    let club = support::club(lines);
    let answer = solver::answer(&support::solve(&club), Detail::Plain);
    answer
        .unplaced
        .iter()
        .map(|u| format!("{}: {} {}", u.reason.code, u.reason.text, u.reason.rules.join(" ")))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn reasons_name_people_events_and_days() {
    let rows = [
        (
            "person A lead\nholiday 24\nevent 1 Freeosk 24..26",
            "no_valid_day: no valid day: Tue 24 Nov is a holiday; it is fixed to its start date, Tue 24 Nov H1",
        ),
        (
            "person A lead\nlocked 24\nevent 1 Core 20..25\nset horizon_days 5\nholiday 22\nholiday 23",
            "no_valid_day: no valid day: Fri 20 Nov to Sat 21 Nov are within the buffer of three days; Sun 22 Nov and Mon 23 Nov \
             are holidays; Tue 24 Nov is locked H1",
        ),
        (
            "person A supervisor\nperson B specialist\nholiday 24\nposted 1 Core 20..30 B 24 number=619001\n\
             event 2 Supervisor 20..30 number=619001",
            "no_valid_day: no valid day: its Core 1 \"619001-LKD-P1 - V2\" is posted on Tue 24 Nov, which is a holiday H10",
        ),
        (
            "person A supervisor\nperson B specialist\nposted 1 Core 20..30 B 24 number=619001\n\
             event 2 Supervisor 25..30 number=619001",
            "no_valid_day: no valid day: its Core 1 \"619001-LKD-P1 - V2\" is posted on Tue 24 Nov, outside of its \
             own window, Wed 25 Nov to Sun 29 Nov H10",
        ),
        ("person A specialist\nevent 1 Freeosk 24..26", "nobody_may_work: nobody in the club may work Freeosk H2"),
        (
            "person A lead\noff A 24..24\nevent 1 Freeosk 24..26",
            "nobody_available: A, the only one who may work it, has time off on Tue 24 Nov, the date that it is fixed to H2",
        ),
        (
            "person A specialist\nperson B specialist\noff A 24..25\nweekly B tue=no wed=08:00-12:00\nlocked 26\n\
             event 1 Core 24..27",
            "nobody_available: A has time off on each of its two days, Tue 24 Nov and Wed 25 Nov; B does not usually work on \
             Tue 24 Nov; it does not fit the hours of B on Wed 25 Nov; Thu 26 Nov is locked H2",
        ),
        (
            "person A specialist\nperson B specialist\noff B 24..24\nevent 1 Core 24..27 minutes=901",
            "nobody_available: it takes 15 h 01 min, longer than the rest of the day from 10:15 am H2",
        ),
        (
            "person A lead\nevent 1 Freeosk 24..26",
            "rule_broken: it needs a Core or Juicer event beside it: A, the only one who may work it, has none on Tue 24 Nov, \
             the date that it is fixed to H12",
        ),
        (
            "person A specialist\nevent 1 Core 24..25\nposted 2 Core 24..25 A 24 number=700000",
            "rule_broken: A, the only one who may work it, has Core 2 \"700000-LKD-P2 - V2\" on Tue 24 Nov, its only day. \
             Nearest: take back Core 2 \"700000-LKD-P2 - V2\" (due the same day) and place it with A on Tue 24 Nov: 200 \
             points less H3",
        ),
        (
            "person A supervisor\nweight supervisor_misuse 5\nweight scheduled 0.5\nevent 1 Core 24..25",
            "lowers_score: its best place, with A on Tue 24 Nov, would lower the score by 330: it brings 670 and costs 1000 (S5: a \
             Club Supervisor works Core) S5",
        ),
    ];
    for (lines, expected) in rows {
        assert_eq!(reason(lines), expected.replace("\\\n", ""), "{lines}");
    }
}

#[test]
fn a_change_that_would_raise_the_score_says_why_the_run_did_not_make_it() {
    // The event could be placed, but is not.
    let open = "person A specialist\nevent 1 Core 24..25\n";
    // Placing it is worth less than a run's tolerance.
    let tiny: String = SoftName::ALL.iter().map(|name| format!("weight {} 0.000001\n", name.name())).collect();
    let tiny = format!("{open}{tiny}");
    // Another event has its place, and is worth less.
    let taken = "person A specialist\nevent 1 Core 24..25\nevent 2 Core 24..25\naffinity A 1 1\n";
    let close = "but the run was asked to stop that close to the best";
    let equal = " by less than 0.01, which counts as equal: it brings less than 0.01 and ";
    for (lines, plan, ended, code, words) in [
        (open, "", Status::TimeLimit, "time_limit", ", but time was up: it brings "),
        (open, "", Status::Gap, "gap", &format!(", {close}: it brings ")),
        (&tiny, "", Status::Optimal, "lowers_score", equal),
        (&tiny, "", Status::TimeLimit, "lowers_score", equal),
        (taken, "2 A 24", Status::TimeLimit, "rule_broken", " more, but time was up"),
        (taken, "2 A 24", Status::Gap, "rule_broken", &format!(" more, {close}")),
    ] {
        let club = support::club(lines);
        let event = club.candidates().next().expect("a candidate");
        let reason = explain(&mut fixture::plan(&club, plan), event, ended).reason(&club);
        assert_eq!(reason.code, code, "{reason:?}");
        assert!(reason.text.contains(words), "{reason:?}");
    }
}

#[test]
fn the_reason_for_a_supervisor_whose_posted_core_moves_is_that_move() {
    // On the old day of the Core, the only one who may work the Supervisor would also exceed 40 h.
    let full: String =
        (22..=26).map(|day| format!("posted {day} Other {day}..{} S {day} minutes=480\n", day + 1)).collect();
    let club = support::club(&format!(
        "person S supervisor\nperson A specialist\nposted 1 Core 20..30 A 24 number=619001\n
         event 2 Supervisor 20..30 number=619001\n{full}"
    ));
    let supervisor = club.candidates().next().expect("a candidate");
    let reason = explain(&mut fixture::plan(&club, "1 A 25"), supervisor, Status::Optimal).reason(&club);
    let words =
        "its Core 1 \"619001-LKD-P1 - V2\" moves to Wed 25 Nov, where it can follow only in a later run, or by hand";
    assert!(reason.text.contains(words), "{reason:?}");
}

#[test]
fn the_reason_for_a_sixth_juicer_unit_on_a_day_names_the_day_and_not_the_week() {
    let posted: String = (11..=15)
        .map(|n| format!("posted {n} JuicerDeepClean 24..25 B 24 minutes=60 number={}\n", 700_000 + n))
        .collect();
    let reason = reason(&format!("person B barista\n{posted}event 1 JuicerDeepClean 24..25 minutes=60"));
    assert!(reason.starts_with("rule_broken: B, the only one who may work it, has "), "{reason}");
    assert!(reason.contains(" on Tue 24 Nov, its only day"), "{reason}");
}

#[test]
fn a_core_without_a_place_names_full_blocks_as_the_reason() {
    let lines: String = (1..=9).map(|i| format!("person P{i} specialist\nevent {i} Core 24..25\n")).collect();
    let reason = reason(&lines);
    assert!(
        reason.starts_with(
            "rule_broken: the eight shift blocks cannot serve one more Core on Tue 24 Nov, its only day. Nearest: "
        ),
        "{reason}"
    );
    assert!(reason.ends_with(" H14"), "{reason}");
}

#[test]
fn people_with_the_same_name_are_named_with_their_ids() {
    let mut document = domain::fixture::snapshot(
        "person E1 specialist\nperson E2 specialist\nperson E3 specialist\noff E1 24..24\noff E2 24..24\noff E3 24..24\n\
         event 1 Core 24..25",
    );
    for (i, name) in ["Avery Quill", "Avery Quill", "Blake Marsh"].iter().enumerate() {
        document["employees"][i]["name"] = (*name).into();
    }
    let club = support::club_of(&document);
    let answer = solver::answer(&support::solve(&club), Detail::Plain);
    assert_eq!(
        answer.unplaced[0].reason.text,
        "all three who may work it (Avery Quill (E1), Avery Quill (E2) and Blake) have time off on Tue 24 Nov, its only day"
    );
}
