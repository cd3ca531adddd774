//! The changes that may be a way out of a finding, before they are evaluated.

use chrono::NaiveDate;

use super::WayOutKind;
use super::aims::Aims;
use super::evaluator::{Evaluator, WayOutEdit};
use super::look::{NewPosting, PlaceAndStart};
use crate::club::{EventIx, Objection, PersonIx};
use crate::event_type::EventType;
use crate::rules::{HardName, WatchName};
use crate::snapshot::{Condition, RotationException};
use crate::standing::Rule;

/// A change that may be a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub kind: WayOutKind,
    pub edit: WayOutEdit,
}

/// Every change of one schedule, every trade of two, and every change of a rotation.
pub(super) fn single_changes(evaluator: &mut Evaluator, aims: &Aims) -> Vec<Candidate> {
    let mut found = Vec::new();
    for e in aims.posted.iter().copied() {
        add_gives(evaluator, e, &mut found);
        add_moves(evaluator, e, &mut found);
        if !is_only_part(evaluator, e) {
            add_trades(evaluator, e, &mut found);
        }
        add_take_backs(evaluator, e, &mut found);
    }
    for e in aims.gone.iter().copied() {
        found.push(schedule_candidate(WayOutKind::TakeBack, vec![NewPosting { event: e, after: None }]));
    }
    for e in aims.not_posted.iter().copied() {
        add_placements(evaluator, e, &mut found);
    }
    add_base_events(evaluator, aims, &mut found);
    add_schedule_at_crossmark(evaluator, aims, &mut found);
    add_rotations(evaluator, aims, &mut found);
    tidy(evaluator, aims, found)
}

/// Every change that gives one schedule to somebody else at another time.
pub(super) fn with_other_person_and_time(evaluator: &mut Evaluator, aims: &Aims) -> Vec<Candidate> {
    let mut found = Vec::new();
    for e in aims.posted.iter().copied() {
        let Some(here) = evaluator.posted_place(e).filter(|_| !is_only_part(evaluator, e)) else { continue };
        let mut dates = evaluator.open_dates(e);
        let core_day = leader_place(evaluator, e).map(|(_, date)| date);
        dates.extend([Some(here.start.date()), core_day].into_iter().flatten());
        dates.sort_unstable();
        dates.dedup();
        for person in evaluator.club().person_ixs().filter(|p| *p != here.person) {
            for date in dates.iter().copied() {
                // At the same time the change would be a give, which `single_changes` has.
                let at = evaluator.rulebook_start(e, person, date).filter(|at| at.start != here.start);
                found.extend(placed_at(evaluator, WayOutKind::Move, e, at));
            }
        }
    }
    tidy(evaluator, aims, found)
}

/// Changes all schedules that the finding names for a person at once: gives them to somebody else, moves them to
/// another day, or takes them back.
pub(super) fn all_at_once(evaluator: &mut Evaluator, aims: &Aims) -> Vec<Candidate> {
    let mut found = Vec::new();
    let all_must_go = matches!(
        evaluator.rule(),
        Rule::Hard(HardName::H2 | HardName::H12) | Rule::Watch(WatchName::W3 | WatchName::W15)
    );
    if aims.posted.len() < 2 || !all_must_go {
        return found;
    }
    let events = aims.posted.clone();
    let heads: Vec<EventIx> = events
        .iter()
        .copied()
        .filter(|e| {
            evaluator.event(*e).kind != EventType::JuicerSurvey
                || evaluator.event(*e).partner.is_none_or(|p| !events.contains(&p))
        })
        .collect();
    let together = |evaluator: &mut Evaluator,
                    at: &dyn Fn(&mut Evaluator, EventIx) -> Option<PlaceAndStart>|
     -> Option<Vec<NewPosting>> {
        let mut all: Vec<NewPosting> = Vec::new();
        for e in heads.iter().copied() {
            let at = at(evaluator, e)
                .filter(|at| evaluator.may_post_at(at.start) && evaluator.may_work(at.person, e, at.start))?;
            if all.iter().any(|new_posting| new_posting.event == e) {
                continue;
            }
            let new_postings = with_partner(evaluator, e, at).into_iter().next_back()?;
            all.retain(|new_posting| new_postings.iter().all(|t| t.event != new_posting.event));
            all.extend(new_postings);
        }
        Some(all)
    };
    for person in evaluator.club().person_ixs() {
        let new_postings =
            together(evaluator, &|evaluator, e| evaluator.posted_place(e).map(|here| PlaceAndStart { person, ..here }));
        found.extend(new_postings.map(|new_postings| schedule_candidate(WayOutKind::Give, new_postings)));
    }
    let dates: Vec<NaiveDate> = evaluator.club().days.iter().filter(|day| day.open).map(|day| day.date).collect();
    for date in dates {
        let at = |evaluator: &mut Evaluator, e: EventIx| {
            let here = evaluator.posted_place(e).filter(|_| evaluator.open_dates(e).contains(&date))?;
            evaluator.rulebook_start(e, here.person, date)
        };
        let new_postings = together(evaluator, &at).map(|new_postings| evaluator.with_new_blocks(new_postings));
        found.extend(new_postings.map(|new_postings| schedule_candidate(WayOutKind::Move, new_postings)));
    }
    let back = events.into_iter().map(|event| NewPosting { event, after: None }).collect();
    found.push(schedule_candidate(WayOutKind::TakeBack, back));
    tidy(evaluator, aims, found)
}

/// Whether no change of this event alone can be a way out: the finding remains even without it, and fewer events never
/// break its rule.
fn is_only_part(evaluator: &mut Evaluator, e: EventIx) -> bool {
    let never_breaks_with_fewer = match evaluator.rule() {
        Rule::Hard(name) => !matches!(name, HardName::H10 | HardName::H11 | HardName::H12),
        Rule::Watch(name) => {
            matches!(
                name,
                WatchName::W1 | WatchName::W3 | WatchName::W8 | WatchName::W9 | WatchName::W14 | WatchName::W15
            )
        }
    };
    never_breaks_with_fewer && !evaluator.is_gone_without(e)
}

/// Whether a change may remove a finding that the day's lead or juicer has none of the day's events (W5, W6): it gives
/// something on that day to that person or to the named backup, or the day has only one such event. True for all other
/// rules.
fn may_help(evaluator: &Evaluator, aims: &Aims, new_postings: &[NewPosting]) -> bool {
    let Some((rotation, date)) = aims.rotation.filter(|_| aims.posted.len() > 1) else { return true };
    if !matches!(evaluator.rule(), Rule::Watch(WatchName::W5 | WatchName::W6)) {
        return true;
    }
    let duty = evaluator.club().duty(rotation, date);
    let people = [duty.on_duty, duty.backup];
    new_postings
        .iter()
        .filter_map(|new_posting| new_posting.after)
        .any(|at| at.start.date() == date && people.contains(&Some(at.person)))
}

/// A change that posts events in other places, or takes them back.
fn schedule_candidate(kind: WayOutKind, new_postings: Vec<NewPosting>) -> Candidate {
    Candidate { kind, edit: WayOutEdit::Schedules(new_postings) }
}

/// Sets the final kind of each change, and removes repeated changes, changes without effect and those that cannot
/// remove the finding ([`may_help`]).
pub(super) fn tidy(evaluator: &Evaluator, aims: &Aims, found: Vec<Candidate>) -> Vec<Candidate> {
    let mut tidied: Vec<Candidate> = Vec::with_capacity(found.len());
    let mut seen = std::collections::HashSet::new();
    for mut candidate in found {
        if let WayOutEdit::Schedules(new_postings) = &mut candidate.edit {
            new_postings.retain(|new_posting| new_posting.after != evaluator.posted_place(new_posting.event));
            new_postings.sort_unstable();
            if new_postings.is_empty() || !may_help(evaluator, aims, new_postings) || !seen.insert(new_postings.clone())
            {
                continue;
            }
            candidate.kind = kind_of(evaluator, candidate.kind, new_postings);
        }
        tidied.push(candidate);
    }
    tidied
}

/// The final kind of a give or a move: a placement if all events were open, a give if posted events change their person
/// and not their time, otherwise a move.
fn kind_of(evaluator: &Evaluator, kind: WayOutKind, new_postings: &[NewPosting]) -> WayOutKind {
    if !matches!(kind, WayOutKind::Give | WayOutKind::Move) {
        return kind;
    }
    let posted =
        new_postings.iter().filter_map(|new_posting| evaluator.posted_place(new_posting.event).zip(new_posting.after));
    let changes: Vec<(bool, bool)> =
        posted.map(|(here, at)| (here.start != at.start, here.person != at.person)).collect();
    match changes[..] {
        [] => WayOutKind::Place,
        _ if changes.iter().any(|(time, _)| *time) => WayOutKind::Move,
        _ if changes.iter().any(|(_, person)| *person) => WayOutKind::Give,
        _ => WayOutKind::Move,
    }
}

/// An event at a place, with its partner, if the time is open and the person is available for it.
fn placed_at(evaluator: &mut Evaluator, kind: WayOutKind, e: EventIx, at: Option<PlaceAndStart>) -> Vec<Candidate> {
    let Some(at) = at.filter(|at| evaluator.may_post_at(at.start) && evaluator.may_work(at.person, e, at.start)) else {
        return Vec::new();
    };
    with_partner(evaluator, e, at).into_iter().map(|new_postings| schedule_candidate(kind, new_postings)).collect()
}

/// An event at a place, with its partner if that must follow: the Supervisor of a Core that is placed or changes its
/// day, with the first person who can work it, or the Survey of a Production. An open partner may also be left out.
fn with_partner(evaluator: &mut Evaluator, e: EventIx, at: PlaceAndStart) -> Vec<Vec<NewPosting>> {
    let alone = vec![NewPosting { event: e, after: Some(at) }];
    let date = at.start.date();
    let here = evaluator.posted_place(e);
    let kind = evaluator.event(e).kind;
    let Some(partner) =
        evaluator.event(e).partner.filter(|_| matches!(kind, EventType::Core | EventType::JuicerProduction))
    else {
        return vec![alone];
    };
    let posted = evaluator.posting(partner).map(|p| (p.person, p.start.date()));
    let is_open = posted.is_none()
        && !evaluator.is_posted(partner)
        && evaluator.event(partner).condition == Condition::Open
        && evaluator.open_dates(partner).contains(&date);
    let mut places: Vec<PlaceAndStart> = Vec::new();
    match (kind, posted) {
        (EventType::Core, Some((_, day))) if day == date => return vec![alone],
        (EventType::Core, Some(_)) if here.is_some_and(|here| here.start.date() == date) => return vec![alone],
        (_, Some(_)) if !evaluator.may_change(partner) => return vec![alone],
        (_, None) if !is_open => return vec![alone],
        (EventType::Core, posted) => {
            let first = posted.map(|(person, _)| person);
            let others = evaluator.club().person_ixs().filter(|p| Some(*p) != first);
            let mut people: Vec<PersonIx> = first.into_iter().chain(others).collect();
            people.sort_by_key(|p| (Some(*p) != first, !evaluator.club().person(*p).is_club_supervisor()));
            // The first person whom the rules allow, in this order: who works the Supervisor event now, Club
            // Supervisors, all others.
            let legal = people.into_iter().find_map(|person| {
                let place = evaluator
                    .rulebook_start(partner, person, date)
                    .filter(|p| evaluator.may_work(person, partner, p.start))?;
                evaluator.is_legal_pair(alone[0], NewPosting { event: partner, after: Some(place) }).then_some(place)
            });
            places.extend(legal);
        }
        (_, Some((_, day))) if day == date => {
            places.extend(evaluator.posted_place(partner).map(|here| PlaceAndStart { person: at.person, ..here }));
        }
        (_, _) => places.extend(evaluator.rulebook_start(partner, at.person, date)),
    }
    let with = |place: PlaceAndStart| [alone[0], NewPosting { event: partner, after: Some(place) }].to_vec();
    let open: Vec<PlaceAndStart> = places.into_iter().filter(|place| evaluator.may_post_at(place.start)).collect();
    let without = posted.is_none().then(|| alone.clone());
    without.into_iter().chain(open.into_iter().map(with)).collect()
}

/// The person and the date of the event that a Supervisor or Survey follows, if that event is posted.
fn leader_place(evaluator: &Evaluator, e: EventIx) -> Option<(PersonIx, NaiveDate)> {
    let event = evaluator.event(e);
    let leader = event.partner.filter(|_| event.kind.is_follower())?;
    evaluator.posting(leader).map(|posting| (posting.person, posting.start.date()))
}

/// Adds the changes that give a schedule to somebody else at the same time.
fn add_gives(evaluator: &mut Evaluator, e: EventIx, found: &mut Vec<Candidate>) {
    let Some(here) = evaluator.posted_place(e).filter(|here| evaluator.may_post_at(here.start)) else { return };
    for person in evaluator.club().person_ixs().filter(|p| *p != here.person) {
        // A give to somebody whom only the weekly availability excludes may still be the nearest change.
        if evaluator.objection(person, e, here.start) == Some(Objection::Firm) {
            continue;
        }
        let new_postings = with_partner(evaluator, e, PlaceAndStart { person, ..here });
        found.extend(new_postings.into_iter().map(|new_postings| schedule_candidate(WayOutKind::Give, new_postings)));
    }
}

/// Adds the changes that move a schedule to another block, start or day.
fn add_moves(evaluator: &mut Evaluator, e: EventIx, found: &mut Vec<Candidate>) {
    let Some(here) = evaluator.posted_place(e) else { return };
    for at in evaluator.other_blocks(e) {
        found.extend(placed_at(evaluator, WayOutKind::Move, e, Some(at)));
    }
    let mut places: Vec<(PersonIx, NaiveDate)> = Vec::new();
    match (evaluator.event(e).kind, leader_place(evaluator, e)) {
        (EventType::Supervisor, Some((_, date))) => places.push((here.person, date)),
        (EventType::JuicerSurvey, Some(place)) => places.push(place),
        _ => places.extend(evaluator.open_dates(e).into_iter().map(|date| (here.person, date))),
    }
    if evaluator.event(e).kind != EventType::Core {
        places.push((here.person, here.start.date()));
    }
    for (person, date) in places {
        if date == here.start.date() && evaluator.event(e).kind == EventType::Core {
            continue;
        }
        let at = evaluator.rulebook_start(e, person, date);
        let kind = if person == here.person { WayOutKind::Move } else { WayOutKind::Give };
        found.extend(placed_at(evaluator, kind, e, at));
    }
}

/// Adds trades: two people trade their schedules, which keep their times, or two schedules of a type trade their days.
fn add_trades(evaluator: &mut Evaluator, e: EventIx, found: &mut Vec<Candidate>) {
    let Some(here) = evaluator.posted_place(e) else { return };
    let kind = evaluator.event(e).kind;
    let is_survey = |kind| matches!(kind, EventType::JuicerSurvey);
    if is_survey(kind) {
        return;
    }
    let others: Vec<EventIx> = evaluator.club().event_ixs().filter(|f| *f != e && evaluator.may_change(*f)).collect();
    for f in others {
        let Some(there) = evaluator.posted_place(f) else { continue };
        if there.person == here.person || is_survey(evaluator.event(f).kind) || evaluator.event(f).partner == Some(e) {
            continue;
        }
        if evaluator.may_post_at(here.start) && evaluator.may_post_at(there.start) {
            let (to_f, to_e) =
                (PlaceAndStart { person: there.person, ..here }, PlaceAndStart { person: here.person, ..there });
            if evaluator.may_work(there.person, e, here.start) && evaluator.may_work(here.person, f, there.start) {
                add_trade(evaluator, (e, to_f), (f, to_e), found);
            }
            let is_other_day = here.start.date() != there.start.date();
            if is_other_day && evaluator.event(f).kind == kind {
                let (to_f, to_e) =
                    (PlaceAndStart { person: here.person, ..there }, PlaceAndStart { person: there.person, ..here });
                let within = |e: EventIx, at: PlaceAndStart| evaluator.open_dates(e).contains(&at.start.date());
                let may_trade_days =
                    evaluator.may_work(here.person, e, there.start) && evaluator.may_work(there.person, f, here.start);
                if may_trade_days && within(e, to_f) && within(f, to_e) {
                    add_trade(evaluator, (e, to_f), (f, to_e), found);
                }
            }
        }
    }
}

/// Adds the trades of two schedules, with each choice for their partners.
fn add_trade(
    evaluator: &mut Evaluator,
    one: (EventIx, PlaceAndStart),
    other: (EventIx, PlaceAndStart),
    found: &mut Vec<Candidate>,
) {
    let others = with_partner(evaluator, other.0, other.1);
    for mine in with_partner(evaluator, one.0, one.1) {
        for theirs in &others {
            let new_postings = mine.iter().chain(theirs).copied().collect();
            found.push(schedule_candidate(WayOutKind::Trade, new_postings));
        }
    }
}

/// Adds the changes that take a schedule back, with and without the Supervisor or the Survey that follows it.
fn add_take_backs(evaluator: &Evaluator, e: EventIx, found: &mut Vec<Candidate>) {
    let event = evaluator.event(e);
    let may_have_follower = matches!(event.kind, EventType::Core | EventType::JuicerProduction);
    let partner = event.partner.filter(|p| may_have_follower && evaluator.may_change(*p));
    let back = |event: EventIx| NewPosting { event, after: None };
    found.push(schedule_candidate(WayOutKind::TakeBack, std::iter::once(e).chain(partner).map(back).collect()));
    if partner.is_some() {
        found.push(schedule_candidate(WayOutKind::TakeBack, vec![back(e)]));
    }
}

/// Adds the changes that place an open event.
fn add_placements(evaluator: &mut Evaluator, e: EventIx, found: &mut Vec<Candidate>) {
    let event = evaluator.event(e);
    let is_follower = event.kind.is_follower();
    if event.condition != Condition::Open {
        return;
    }
    let leader = leader_place(evaluator, e);
    let dates: Vec<NaiveDate> = evaluator.open_dates(e);
    for date in dates.into_iter().filter(|date| !is_follower || leader.is_some_and(|(_, day)| day == *date)) {
        for person in evaluator.club().person_ixs() {
            if event.kind == EventType::JuicerSurvey && leader.is_none_or(|(who, _)| who != person) {
                continue;
            }
            let at = evaluator.rulebook_start(e, person, date);
            found.extend(placed_at(evaluator, WayOutKind::Place, e, at));
        }
    }
}

/// Adds the changes that give a base event to somebody whose support events lack one on that day: another person's of
/// that day, one of their own from another day, or an open one.
fn add_base_events(evaluator: &mut Evaluator, aims: &Aims, found: &mut Vec<Candidate>) {
    let Some((person, date)) = aims.needs_base else { return };
    let base = evaluator.club().event_ixs().filter(|e| evaluator.event(*e).kind.is_base() && evaluator.may_change(*e));
    let base: Vec<EventIx> = base.collect();
    for e in base {
        let Some(here) = evaluator.posted_place(e) else { continue };
        if here.start.date() == date && here.person != person {
            found.extend(placed_at(evaluator, WayOutKind::Give, e, Some(PlaceAndStart { person, ..here })));
        } else if here.person == person && evaluator.open_dates(e).contains(&date) {
            let at = evaluator.rulebook_start(e, person, date);
            found.extend(placed_at(evaluator, WayOutKind::Move, e, at));
        }
    }
    let open: Vec<EventIx> = evaluator
        .club()
        .event_ixs()
        .filter(|e| evaluator.event(*e).kind.is_base() && evaluator.event(*e).is_candidate())
        .filter(|e| evaluator.open_dates(*e).contains(&date))
        .collect();
    for e in open {
        let at = evaluator.rulebook_start(e, person, date);
        found.extend(placed_at(evaluator, WayOutKind::Place, e, at));
    }
}

/// Adds the change to the schedule that Crossmark shows, if that differs from Muster's (W12).
fn add_schedule_at_crossmark(evaluator: &mut Evaluator, aims: &Aims, found: &mut Vec<Candidate>) {
    let Some(crossmark) = &evaluator.outside.crossmark else { return };
    if evaluator.rule() != Rule::Watch(WatchName::W12) {
        return;
    }
    for e in aims.posted.iter().chain(&aims.not_posted).copied() {
        let Some(shown) = crossmark.get(&evaluator.event(e).event_ref) else { continue };
        let Some(person) = evaluator.club().find_person(&shown.employee_id.0) else { continue };
        let at = PlaceAndStart { person, start: shown.start, block: None };
        let kind = match evaluator.posted_place(e) {
            None => WayOutKind::Place,
            Some(here) if here.person == person => WayOutKind::Move,
            Some(_) => WayOutKind::Give,
        };
        found.extend(placed_at(evaluator, kind, e, Some(at)));
    }
}

/// Adds the changes that let somebody else hold the rotation on its date.
fn add_rotations(evaluator: &Evaluator, aims: &Aims, found: &mut Vec<Candidate>) {
    let Some((rotation, date)) = aims.rotation.filter(|(_, date)| evaluator.snapshot.today <= *date) else { return };
    let club = evaluator.club();
    let Some(day) = club.day_of(date) else { return };
    let duty = club.duty(rotation, date);
    for person in club.person_ixs().filter(|p| duty.on_duty != Some(*p)) {
        let who = club.person(person);
        if rotation.may_hold(who.title, who.juicer_trained) && club.why_away(person, day).is_none() {
            let exception = RotationException { date, rotation, employee_id: who.id.clone(), reason: None };
            found.push(Candidate { kind: WayOutKind::Rotation, edit: WayOutEdit::Rotation(exception) });
        }
    }
}
