//! Every reason is true: what is said to break a rule breaks it in the checker, what is said to cost points costs them.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use domain::answer::{Answer, UnplacedKind, Why};
use domain::checker;
use domain::club::{Club, EventIx, Place};
use domain::schedule::{Decision, Schedule};
use solver::Detail;

/// The decisions that place an event by hand, a Production with its Survey.
fn placing(club: &Club, e: EventIx, place: Place) -> Vec<(EventIx, Decision)> {
    std::iter::once(e).chain(club.survey_of_unit(e)).map(|e| (e, Decision::New(place))).collect()
}

/// Every place that the event's valid days and H2 allow, its Survey's too.
fn places(club: &Club, e: EventIx) -> Vec<Place> {
    let can = |e: EventIx, place: Place| {
        let event = club.event(e);
        event.valid_day(place.day).is_some_and(|v| club.can_work(place.person, event, v))
    };
    let days = club.event(e).valid.iter().map(|v| v.day);
    days.flat_map(|day| club.person_ixs().map(move |person| Place { person, day }))
        .filter(|place| can(e, *place) && club.survey_of_unit(e).is_none_or(|s| can(s, *place)))
        .collect()
}

/// Checks all reasons of an answer; counts them by code.
fn all_true(
    club: &Club,
    schedule: &mut Schedule,
    answer: &Answer,
    told: &mut BTreeMap<&'static str, u32>,
    context: &str,
) {
    for unplaced in &answer.unplaced {
        let e = club.find(unplaced.event_ref).expect("an event");
        let reason = &unplaced.reason;
        *told.entry(reason.code).or_default() += 1;
        assert!(!reason.text.is_empty() && reason.text.len() < 2_000, "{context}: {reason:?}");
        if unplaced.kind == UnplacedKind::Dropped {
            continue;
        }
        // A Survey of a unit has its Production's reason.
        let head = club.event(e).partner.filter(|p| club.survey_of_unit(*p) == Some(e)).unwrap_or(e);
        let event = club.event(head);
        let places = places(club, head);
        let nobody_may = !club.person_ixs().any(|p| club.may_work(p, event));
        let effects: Vec<_> = places.iter().map(|p| checker::imagine(schedule, &placing(club, head, *p))).collect();
        let legal: Vec<f64> = effects.iter().filter(|e| e.violations.is_empty()).map(checker::Effect::points).collect();
        let holds = match reason.code {
            "no_valid_day" => event.valid.is_empty(),
            "nobody_may_work" => !event.valid.is_empty() && nobody_may,
            "nobody_available" => !event.valid.is_empty() && !nobody_may && places.is_empty(),
            "rule_broken" => {
                let named =
                    |e: &checker::Effect| reason.rules.iter().all(|r| e.violations.iter().any(|v| v.rule == *r));
                !places.is_empty() && legal.is_empty() && !reason.rules.is_empty() && effects.iter().any(named)
            }
            "lowers_score" => !legal.is_empty() && legal.iter().all(|points| *points <= 1e-6),
            _ => false,
        };
        assert!(holds, "{context}: {} is told {reason:?}\nlegal: {legal:?}", event.event_ref);
    }
    for placement in &answer.placements {
        let why: &Why = placement.why.as_ref().expect("why");
        let e = club.find(placement.event_ref).expect("an event");
        let back = if club.event(e).posting().is_some() { Decision::Stands } else { Decision::Open };
        let without = checker::imagine(schedule, &[(e, back)]).terms.score();
        let earned: f64 = why.terms.values().sum();
        assert!(
            (earned + without).abs() < 1e-6,
            "{context}: {} earns {earned}, leaving it out gives {without}",
            placement.event_ref
        );
        // Lines that stand alone can be tried by hand; those of pairs move others along.
        if club.event(e).partner.is_none() && club.event(e).is_candidate() {
            let here = schedule.place(e).expect("a place");
            let others = places(club, e).into_iter().filter(|p| *p != here);
            let tried: Vec<_> = others.map(|p| (p, checker::imagine(schedule, &[(e, Decision::New(p))]))).collect();
            let best =
                tried.iter().filter(|(_, e)| e.violations.is_empty()).map(|(_, e)| e.points()).max_by(f64::total_cmp);
            *told.entry(if best.is_some() { "runner_up" } else { "no_runner_up" }).or_default() += 1;
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
            assert!(next.points_lost >= -1e-6, "{context}: a better choice was left: {next:?}");
        }
    }
}

#[test]
fn every_reason_of_a_tiny_club_is_true() {
    let mut told = BTreeMap::new();
    for seed in 0..1_500 {
        let lines = support::tiny(seed);
        let club = support::club(&lines);
        let proposal = support::solve(&club);
        let answer = solver::answer(&proposal, Detail::Explained);
        let mut schedule = proposal.schedule;
        all_true(&club, &mut schedule, &answer, &mut told, &format!("seed {seed}\n{lines}"));
    }
    println!("{told:?}");
    for code in ["no_valid_day", "nobody_may_work", "nobody_available", "rule_broken", "lowers_score", "runner_up"] {
        assert!(told.get(code).is_some_and(|n| *n > 10), "too few of {code}: {told:?}");
    }
}

/// The text of the only reason of a club's answer.
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
            "no_valid_day: no valid day: Fri 20 Nov to Sat 21 Nov are before the first day that is planned, Sun 22 Nov; \
             Sun 22 Nov is a holiday; Mon 23 Nov is a holiday; Tue 24 Nov is locked H1",
        ),
        ("person A specialist\nevent 1 Freeosk 24..26", "nobody_may_work: nobody in the club may work Freeosk H2"),
        (
            "person A lead\noff A 24..24\nevent 1 Freeosk 24..26",
            "nobody_available: nobody who may work Freeosk is available on its only valid day, Tue 24 Nov: A has time off \
             on Tue 24 Nov H2",
        ),
        (
            "person A lead\nevent 1 Freeosk 24..26",
            "rule_broken: its only place left, A on Tue 24 Nov, breaks a rule: A has no Core or Juicer event on Tue 24 Nov, \
             which Freeosk 1 \"600001-LKD-P1 - V2\" needs beside it H12",
        ),
        (
            "person A specialist\nevent 1 Core 24..25\nposted 2 Core 24..25 A 24 number=700000",
            "rule_broken: its only place left, A on Tue 24 Nov, breaks a rule: A already works Core 2 \"700000-LKD-P2 - V2\" \
             on Tue 24 Nov H3",
        ),
        (
            "person A supervisor\nweight supervisor_misuse 5\nweight scheduled 0.5\nevent 1 Core 24..25",
            "lowers_score: Core with A on Tue 24 Nov would lower the score by 330: +500 scheduled, +150 urgency, +20 type \
             rank, -1000 supervisor misuse S5",
        ),
    ];
    for (lines, expected) in rows {
        assert_eq!(reason(lines), expected.replace("\\\n", ""), "{lines}");
    }
}
