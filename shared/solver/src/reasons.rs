//! Explanations of lines (rulebook section 7). A placed line has its points and the best alternative, an unplaced one
//! the first reason that applies.
//!
//! Every reason is verified by making the change in the checker: the checker confirms each broken rule and each lost
//! point that the reason names. A reason is stored as facts ([`Explanation`]), and its text is made from these facts
//! only.

use domain::alternatives::{self, head_of_unit, places};
use domain::answer::{Flag, RunnerUp, Status, Why};
use domain::checker::{self, Terms};
use domain::club::{EventIx, Place};
use domain::event_type::{EventType, JobTitle};
use domain::rules::{Violation, s04::rotation_of};
use domain::schedule::{Decision, Schedule};

mod coverage;
mod days;
mod exchange;
mod explanation;
mod obstacles;
mod phrases;
mod words;

pub use explanation::{
    BestPlace, BlockedPlace, Exchange, Explanation, LostDays, NotADay, NotTaken, Obstacle, ObstacleKind, OnlyDay,
    Partner, PlaceSearch, ReasonCode, UnitPart, WeekLimit,
};

/// Why an event of a legal schedule is left out by a run that ended like this: a candidate that is not placed, or a posted
/// one that is dropped.
pub fn explain(schedule: &mut Schedule, e: EventIx, ended: Status) -> Explanation {
    if schedule.event(e).posting().is_some() {
        explain_dropped(schedule, e, ended)
    } else {
        explain_not_placed(schedule, e, ended)
    }
}

/// Why a candidate is not placed: the first reason of section 7 that applies.
fn explain_not_placed(schedule: &mut Schedule, e: EventIx, ended: Status) -> Explanation {
    let club = schedule.club();
    // The Survey of a unit is placed with its Production or not at all, so it has the obstacles of its Production.
    let head = head_of_unit(club, e);
    let event = club.event(head);
    let (days, only_day, lost) = days::remaining_days(schedule, head);
    let people = obstacles::who_may(club, event, &days);
    let places = places(schedule, head);
    let is_follower = event.kind.is_follower();
    let with = event.partner.filter(|_| is_follower).and_then(|p| schedule.place(p));
    let search = PlaceSearch { event: head, for_survey: head != e, people, with, days, places, only_day };
    let found = Explanation {
        code: ReasonCode::NoValidDay,
        search,
        obstacles: Vec::new(),
        lost: Vec::new(),
        best_place: None,
        nearest: None,
        ended,
    };
    if event.valid.is_empty() {
        return Explanation { lost: days::of_no_valid_day(club, head), ..found };
    }
    if found.search.people.is_empty() {
        return Explanation { code: ReasonCode::NobodyMayWork, ..found };
    }
    if found.search.places.is_empty() {
        let obstacles = obstacles::of_absence(club, &found.search);
        return Explanation { code: ReasonCode::NobodyAvailable, obstacles, lost, ..found };
    }
    let nobody = found.search.days.iter().filter(|d| found.search.places.iter().all(|p| p.day != **d));
    let nobody: Vec<_> = nobody.map(|d| club.day(*d).date).collect();
    let lost = lost.into_iter().chain((!nobody.is_empty()).then_some(LostDays::Nobody(nobody))).collect();
    let mut tried: Vec<(Place, Vec<Violation>)> = Vec::with_capacity(found.search.places.len());
    for place in &found.search.places {
        let change = alternatives::decisions_at(schedule, head, *place);
        tried.push((*place, checker::breaks(schedule, &change)));
    }
    if let Some(best) = best_legal(schedule, head, &tried) {
        let code = match NotTaken::of(best.terms.score(), ended) {
            NotTaken::Same => ReasonCode::LowersScore,
            NotTaken::Gap => ReasonCode::Gap,
            NotTaken::TimeLimit => ReasonCode::TimeLimit,
        };
        return Explanation { code, best_place: Some(best), lost, ..found };
    }
    let obstacles = obstacles::of_places(club, head, &tried);
    let nearest = exchange::nearest(schedule, head, &tried);
    Explanation { code: ReasonCode::RuleBroken, obstacles, lost, nearest, ..found }
}

/// The legal place with the highest score; the earliest day wins ties.
fn best_legal(schedule: &mut Schedule, head: EventIx, tried: &[(Place, Vec<Violation>)]) -> Option<BestPlace> {
    let mut best: Option<BestPlace> = None;
    for (place, _) in tried.iter().filter(|(_, violations)| violations.is_empty()) {
        let change = alternatives::decisions_at(schedule, head, *place);
        let terms = checker::gain(schedule, &change);
        if best.as_ref().is_none_or(|b| terms.score() > b.terms.score()) {
            best = Some(BestPlace { place: *place, terms });
        }
    }
    best
}

/// Why a posted schedule is dropped.
fn explain_dropped(schedule: &mut Schedule, e: EventIx, ended: Status) -> Explanation {
    let club = schedule.club();
    let event = club.event(e);
    let place = event.posting().and_then(|p| Some(Place { person: p.person, day: p.day? }));
    let search = PlaceSearch {
        event: e,
        for_survey: false,
        people: place.iter().map(|p| p.person).collect(),
        with: None,
        days: place.iter().map(|p| p.day).collect(),
        places: place.into_iter().collect(),
        only_day: OnlyDay::Posted,
    };
    let found = Explanation {
        code: ReasonCode::DroppedWithCore,
        search,
        obstacles: Vec::new(),
        lost: Vec::new(),
        best_place: None,
        nearest: None,
        ended,
    };
    let Some(place) = place.filter(|_| event.kind != EventType::Supervisor) else {
        let core = event.partner.map(|core| match schedule.place(core) {
            Some(place) => LostDays::CoreMoves(core, place.day),
            None => LostDays::CoreDropped(core),
        });
        return Explanation { lost: core.into_iter().collect(), ..found };
    };
    let mut changes = vec![(e, Decision::Stands)];
    if let Some(follower) = club.follower(e).filter(|f| schedule.decision(*f) == Decision::Dropped) {
        changes.push((follower, Decision::Stands));
    }
    let kept = checker::evaluate_change(schedule, &changes);
    let best_place = kept.violations.is_empty().then_some(BestPlace { place, terms: kept.terms });
    let obstacles =
        if best_place.is_some() { Vec::new() } else { obstacles::of_places(club, e, &[(place, kept.violations)]) };
    Explanation { code: ReasonCode::DroppedForBetter, obstacles, best_place, ..found }
}

/// The explanation of a placed line.
pub(crate) fn why(schedule: &mut Schedule, e: EventIx) -> Why {
    let event = schedule.event(e);
    let back = if event.posting().is_some() { Decision::Stands } else { Decision::Open };
    let lost = checker::evaluate_change(schedule, &[(e, back)]).terms;
    let runner_up = runner_up(schedule, e);
    Why { terms: (Terms::default() - lost).by_name(), runner_up, flags: flags(schedule, e) }
}

/// The best legal alternative for a line while everything else stays fixed; the other half of its pair moves along.
fn runner_up(schedule: &mut Schedule, e: EventIx) -> Option<RunnerUp> {
    let club = schedule.club();
    let head = head_of_unit(club, e);
    let here = schedule.place(head)?;
    let mut best: Option<(Place, Terms)> = None;
    for place in places(schedule, head).into_iter().filter(|p| *p != here) {
        let ahead = best.as_ref().map_or(f64::NEG_INFINITY, |(_, terms)| terms.score());
        let (_, effect) = alternatives::best_change(schedule, head, place);
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
    // A day has one juicer but many Core, so only the Core of the person on duty is flagged if the named lead is not
    // available.
    let is_rotation_away = duty.is_some_and(|duty| {
        let is_concerned = event.kind != EventType::Core || duty.on_duty == Some(place.person);
        duty.named.is_some() && !duty.is_named_available() && is_concerned
    });
    let person = club.person(place.person);
    let is_on_duty = duty.is_some_and(|duty| duty.on_duty == Some(place.person));
    let is_unusual = match event.kind {
        EventType::Core => person.is_club_supervisor(),
        EventType::JuicerProduction | EventType::JuicerSurvey | EventType::JuicerDeepClean => {
            person.title != JobTitle::JuicerBarista && !is_on_duty
        }
        _ => false,
    };
    let moves_posted = event.posting().is_some();
    [(is_rotation_away, Flag::RotationAway), (moves_posted, Flag::MovesPosted), (is_unusual, Flag::UnusualRole)]
        .into_iter()
        .filter_map(|(holds, flag)| holds.then_some(flag))
        .collect()
}
