//! Alternatives for one line while everything else stays fixed; the other half of its pair moves along. Only the
//! checker judges them.

use crate::checker::{self, Effect};
use crate::club::{Club, DayIx, EventIx, Place};
use crate::event_type::EventType;
use crate::schedule::{Decision, Schedule};

/// Decisions that are made together.
pub type JointDecisions = Vec<(EventIx, Decision)>;

/// The places of an event that H2 and its valid days allow.
///
/// A posted Supervisor may be placed only on the day of its Core, whatever its own valid days. A candidate Supervisor
/// whose Core has a place may be placed only on that day, if it is one of its valid days; otherwise all of its valid
/// days are listed, and each of them breaks H10.
pub fn places(schedule: &Schedule, e: EventIx) -> Vec<Place> {
    let club = schedule.club();
    let event = club.event(e);
    let survey = club.survey_of_unit(e).map(|s| club.event(s));
    let is_posted_supervisor = event.kind == EventType::Supervisor && event.posting().is_some();
    let core_day = event.partner.filter(|_| event.kind == EventType::Supervisor).and_then(|c| schedule.place(c));
    let days = match (is_posted_supervisor, core_day) {
        (true, Some(core)) => vec![club.follower_start(core.day)],
        (true, None) => Vec::new(),
        (false, Some(core)) if event.is_valid_on(core.day) => event.valid_day(core.day).into_iter().collect(),
        _ => event.valid.clone(),
    };
    let mut places = Vec::new();
    for valid in days {
        let survey = survey.map(|s| (s, s.valid_day(valid.day)));
        for person in club.person_ixs() {
            let can_work_survey = survey.is_none_or(|(s, v)| v.is_some_and(|v| club.can_work(person, s, v)));
            if can_work_survey && club.can_work(person, event, valid) {
                places.push(Place { person, day: valid.day });
            }
        }
    }
    places
}

/// The decisions that put an event, and the Survey of its unit, at a place. If a released Core returns to its own day,
/// its posted Supervisor stands again.
pub fn decisions_at(schedule: &Schedule, e: EventIx, place: Place) -> JointDecisions {
    let there = |e: EventIx| match schedule.event(e).posting() {
        Some(posting) if posting.person == place.person && posting.day == Some(place.day) => Decision::Stands,
        Some(_) => Decision::Moved(place),
        None => Decision::New(place),
    };
    let survey = schedule.club().survey_of_unit(e);
    let unit = std::iter::once(e).chain(survey).map(|e| (e, there(e)));
    unit.chain(restored_supervisor(schedule, e, place).map(|s| (s, Decision::Stands))).collect()
}

/// The posted Supervisor that stands again when its released Core is placed on the day it was posted on.
fn restored_supervisor(schedule: &Schedule, e: EventIx, place: Place) -> Option<EventIx> {
    let supervisor = schedule.club().follower(e).filter(|s| !schedule.stands(*s))?;
    is_own_day(schedule, e, place).then_some(supervisor)
}

/// Whether a place is on the day that an event was posted on before its release.
fn is_own_day(schedule: &Schedule, e: EventIx, place: Place) -> bool {
    schedule.event(e).released().is_some_and(|was| was.day == Some(place.day))
}

/// The best way to move an event to a place: its decisions and their effect. If the event is a Core with a Supervisor
/// that cannot stay where it is, the Supervisor moves along to the person there with whom the score is highest, or is
/// left out if no person raises the score. If every alternative breaks a rule, the effect has the violations; a Supervisor
/// that need not move then stays.
pub fn best_change(schedule: &mut Schedule, e: EventIx, place: Place) -> (JointDecisions, Effect) {
    let change = decisions_at(schedule, e, place);
    let supervisor = schedule.event(e).partner.filter(|s| schedule.event(*s).kind == EventType::Supervisor);
    let supervisor = supervisor.filter(|s| schedule.is_changed(*s) || leaves_behind(schedule, e, place, *s));
    let same_day = schedule.place(e).is_some_and(|here| here.day == place.day);
    let Some(supervisor) = supervisor else {
        let effect = checker::evaluate_change(schedule, &change);
        return (change, effect);
    };
    let mut unchanged = same_day.then(|| checker::evaluate_change(schedule, &change));
    if let Some(effect) = unchanged.take_if(|effect| effect.violations.is_empty()) {
        return (change, effect);
    }
    // First try it without a new place for the Supervisor. A rule that this breaks is broken with any new place too.
    let posted = schedule.event(supervisor).posting().is_some();
    let keeps_day = matches!(change.first(), Some((_, Decision::Stands))) || is_own_day(schedule, e, place);
    let without_place = if keeps_day && posted {
        Decision::Stands
    } else if posted {
        Decision::Dropped
    } else {
        Decision::Open
    };
    let with = |decision| change.iter().copied().chain([(supervisor, decision)]).collect::<JointDecisions>();
    let alone = with(without_place);
    let best = checker::evaluate_change(schedule, &alone);
    if !best.violations.is_empty() {
        // The Supervisor stays beside its Core on the same day, if that breaks no other rule.
        return match unchanged.filter(|unchanged| unchanged.violations.iter().all(|v| best.violations.contains(v))) {
            Some(unchanged) => (change, unchanged),
            None => (alone, best),
        };
    }
    if without_place == Decision::Stands {
        return (alone, best);
    }
    best_along(schedule, supervisor, place.day, (alone, best))
}

/// The best of a change that leaves a Supervisor out, and of those that take it along to somebody on a day instead and
/// break no further rule.
pub fn best_along(
    schedule: &mut Schedule,
    supervisor: EventIx,
    day: DayIx,
    (without, effect): (JointDecisions, Effect),
) -> (JointDecisions, Effect) {
    let club = schedule.club();
    let event = club.event(supervisor);
    let posted = event.posting().is_some();
    let there = if posted { Some(club.follower_start(day)) } else { event.valid_day(day) };
    let broken = effect.violations.clone();
    let (mut chosen, mut best) = (without.clone(), effect);
    for person in club.person_ixs() {
        if there.is_none_or(|valid| !club.can_work(person, event, valid)) {
            continue;
        }
        let place = Place { person, day };
        let decision = if posted { Decision::Moved(place) } else { Decision::New(place) };
        let others = without.iter().copied().filter(|(e, _)| *e != supervisor);
        let change: JointDecisions = others.chain([(supervisor, decision)]).collect();
        let effect = checker::evaluate_change(schedule, &change);
        if effect.violations.iter().all(|v| broken.contains(v)) && effect.points() > best.points() {
            (chosen, best) = (change, effect);
        }
    }
    (chosen, best)
}

/// Whether a posted Core would leave the day of its posted Supervisor while the Supervisor stands.
fn leaves_behind(schedule: &Schedule, e: EventIx, place: Place, supervisor: EventIx) -> bool {
    let leaves_day = schedule.event(e).origin().is_some_and(|p| p.day != Some(place.day));
    leaves_day && schedule.club().follower(e) == Some(supervisor) && schedule.stands(supervisor)
}

/// The event that decides where a line goes: the Production of a unit of Production and Survey, otherwise the event
/// itself.
pub fn head_of_unit(club: &Club, e: EventIx) -> EventIx {
    club.event(e).partner.filter(|p| club.survey_of_unit(*p) == Some(e)).unwrap_or(e)
}
