//! Alternatives for one line while everything else stays fixed; the other half of its pair moves along. Only the
//! checker judges them.

use crate::checker::{self, Effect};
use crate::club::{Club, EventIx, Place, Posting};
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
/// or a Core comes to the day of its posted Supervisor, the Supervisor stands again.
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

/// The posted Supervisor that stands again when its Core is placed there.
fn restored_supervisor(schedule: &Schedule, e: EventIx, place: Place) -> Option<EventIx> {
    let supervisor = schedule.club().follower(e).filter(|s| !schedule.stands(*s))?;
    stands_again(schedule, e, place, supervisor).then_some(supervisor)
}

/// Whether the posted Supervisor of a Core stands again with the Core there: a released Core returns to its own day, or
/// a Core of another day comes to the Supervisor's.
fn stands_again(schedule: &Schedule, core: EventIx, place: Place, supervisor: EventIx) -> bool {
    let is_there = |posting: Option<&Posting>| posting.is_some_and(|p| p.day == Some(place.day));
    let event = schedule.event(core);
    is_there(event.released()) || (is_there(schedule.event(supervisor).posting()) && !is_there(event.origin()))
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
    let is_unmoved = matches!(change.first(), Some((_, Decision::Stands)));
    let without_place = if posted && (is_unmoved || stands_again(schedule, e, place, supervisor)) {
        Decision::Stands
    } else if posted {
        Decision::Dropped
    } else {
        Decision::Open
    };
    let with = |decision| change.iter().copied().chain([(supervisor, decision)]).collect::<JointDecisions>();
    let alone = with(without_place);
    let mut best = checker::evaluate_change(schedule, &alone);
    if !best.violations.is_empty() {
        // The Supervisor stays beside its Core on the same day, if that breaks no other rule.
        return match unchanged.filter(|unchanged| unchanged.violations.iter().all(|v| best.violations.contains(v))) {
            Some(unchanged) => (change, unchanged),
            None => (alone, best),
        };
    }
    let mut chosen = alone;
    let club = schedule.club();
    let event = club.event(supervisor);
    let there = if posted { Some(club.follower_start(place.day)) } else { event.valid_day(place.day) };
    for person in club.person_ixs().filter(|_| without_place != Decision::Stands) {
        if there.is_none_or(|valid| !club.can_work(person, event, valid)) {
            continue;
        }
        let along = Place { person, day: place.day };
        let change = with(if posted { Decision::Moved(along) } else { Decision::New(along) });
        let effect = checker::evaluate_change(schedule, &change);
        if effect.violations.is_empty() && effect.points() > best.points() {
            (chosen, best) = (change, effect);
        }
    }
    (chosen, best)
}

/// Whether a Core would leave its posted Supervisor behind that stands.
fn leaves_behind(schedule: &Schedule, e: EventIx, place: Place, supervisor: EventIx) -> bool {
    let club = schedule.club();
    club.follower(e) == Some(supervisor) && schedule.stands(supervisor) && !club.keeps_follower(e, place.day)
}

/// The event that decides where a line goes: the Production of a unit of Production and Survey, otherwise the event
/// itself.
pub fn head_of_unit(club: &Club, e: EventIx) -> EventIx {
    club.event(e).partner.filter(|p| club.survey_of_unit(*p) == Some(e)).unwrap_or(e)
}
