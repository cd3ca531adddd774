//! Why each line is as it is (rulebook section 7): for a placed one what it earns and the best other choice, for an
//! unplaced one the first reason that holds.
//!
//! Every reason is found by imagining the change in the checker, so that it is true: what is said to break a rule breaks
//! it there, what is said to cost points costs them.

use domain::alternatives::{self, head_of_unit, places};
use domain::answer::{Flag, Reason, RunnerUp, Why};
use domain::checker::{self, Effect, Terms};
use domain::club::{EventIx, Place};
use domain::event_type::{EventType, JobTitle};
use domain::rules::s04::rotation_of;
use domain::schedule::{Decision, Schedule};

mod words;

/// Why a candidate is not placed: the first of section 7's reasons that holds.
pub(crate) fn not_placed(schedule: &mut Schedule, e: EventIx) -> Reason {
    let club = schedule.club();
    // A Survey is placed with its Production or not at all: what keeps that out keeps it out.
    let head = head_of_unit(club, e);
    let event = club.event(head);
    if event.valid.is_empty() {
        return words::no_valid_day(club, head);
    }
    if !club.person_ixs().any(|p| club.may_work(p, event)) {
        let text = format!("nobody in the club may work {}", words::kind(event));
        return Reason { code: "nobody_may_work", text, rules: vec!["H2"] };
    }
    let places = places(schedule, head);
    if places.is_empty() {
        return words::nobody_available(club, event);
    }
    let tried: Vec<(Place, Effect)> = places
        .into_iter()
        .map(|place| {
            let changes = alternatives::at(schedule, head, place);
            (place, checker::imagine(schedule, &changes))
        })
        .collect();
    let legal = tried.iter().filter(|(_, effect)| effect.violations.is_empty());
    match legal.max_by(|a, b| a.1.points().total_cmp(&b.1.points()).then(b.0.day.cmp(&a.0.day))) {
        Some((place, effect)) => words::trade(club, event, *place, effect),
        None => words::least_bad(club, head, &tried),
    }
}

/// Why a posted schedule is dropped.
pub(crate) fn dropped(schedule: &mut Schedule, e: EventIx) -> Reason {
    let club = schedule.club();
    let event = club.event(e);
    if event.kind == EventType::Supervisor {
        return words::goes_with_its_core(club, e);
    }
    let mut changes = vec![(e, Decision::Stands)];
    if let Some(follower) = club.follower(e).filter(|f| schedule.decision(*f) == Decision::Dropped) {
        changes.push((follower, Decision::Stands));
    }
    let kept = checker::imagine(schedule, &changes);
    words::dropped(club, &kept)
}

/// What speaks for a placed line.
pub(crate) fn why(schedule: &mut Schedule, e: EventIx) -> Why {
    let event = schedule.event(e);
    let back = if event.posting().is_some() { Decision::Stands } else { Decision::Open };
    let lost = checker::imagine(schedule, &[(e, back)]).terms;
    let runner_up = runner_up(schedule, e);
    Why { terms: (Terms::default() - lost).by_name(), runner_up, flags: flags(schedule, e) }
}

/// The best other legal choice for a line with everything else fixed, its pair moving along.
fn runner_up(schedule: &mut Schedule, e: EventIx) -> Option<RunnerUp> {
    let club = schedule.club();
    let head = head_of_unit(club, e);
    let here = schedule.place(head)?;
    let mut best: Option<(Place, Terms)> = None;
    for place in places(schedule, head).into_iter().filter(|p| *p != here) {
        let ahead = best.as_ref().map_or(f64::NEG_INFINITY, |(_, terms)| terms.score());
        let (_, effect) = alternatives::best(schedule, head, place);
        if effect.violations.is_empty() && effect.points() > ahead {
            best = Some((place, effect.terms));
        }
    }
    best.map(|(place, terms)| RunnerUp {
        employee_id: club.person(place.person).id.clone(),
        date: club.day(place.day).date,
        points_lost: 0.0 - terms.score(),
        terms: terms.by_name(),
    })
}

/// Why a person should look at a placed line.
fn flags(schedule: &Schedule, e: EventIx) -> Vec<Flag> {
    let (club, event) = (schedule.club(), schedule.event(e));
    let Some(place) = schedule.changed_place(e) else { return Vec::new() };
    let duty = rotation_of(event.kind).map(|rotation| club.duty_on(rotation, place.day));
    // A day has one juicer but many Core: of those only the stand-in's tells that the lead is away.
    let away = duty.is_some_and(|duty| {
        let concerns = event.kind != EventType::Core || duty.on_duty == Some(place.person);
        duty.named.is_some() && !duty.named_is_here() && concerns
    });
    let person = club.person(place.person);
    let on_duty = duty.is_some_and(|duty| duty.on_duty == Some(place.person));
    let unusual = match event.kind {
        EventType::Core => person.is_club_supervisor(),
        EventType::JuicerProduction | EventType::JuicerSurvey | EventType::JuicerDeepClean => {
            person.title != JobTitle::JuicerBarista && !on_duty
        }
        _ => false,
    };
    let moves = event.posting().is_some();
    [(away, Flag::RotationAway), (moves, Flag::MovesPosted), (unusual, Flag::UnusualRole)]
        .into_iter()
        .filter_map(|(holds, flag)| holds.then_some(flag))
        .collect()
}
