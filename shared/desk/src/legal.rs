//! The check before lines are sent: which of the chosen lines break no rule now. It is made at approval, at retry, and
//! for the lines of a trial that a person adopts.
//!
//! Does no I/O. A line is not refused for a rule that a manager allowed it to break.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

use domain::alternatives::head_of_unit;
use domain::checker;
use domain::club::EventIx;
use domain::rules::{HardName, Scope, Violation};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::EventRef;
use store::approvals::Refusal;
use store::events::Place;
use store::lines::Line;

use crate::plan::{LineMisfit, Plan};

/// The lines to refuse, and why. The lines that depend on them are not included.
pub fn refusals(plan: &Plan, lines: &[&Line]) -> BTreeMap<EventRef, Refusal> {
    let ChosenLines { schedule, chosen, mut refused } = ChosenLines::of(plan, lines.iter().copied());
    for (event, violations) in violations_by_line(plan, schedule, chosen) {
        let rules: BTreeSet<String> = violations.iter().map(|v| v.rule.to_string()).collect();
        let words: Vec<String> = violations.into_iter().map(|v| v.about(event).words(&plan.club)).collect();
        let refusal = Refusal::Rules { rules: rules.into_iter().collect(), words: words.join("; ") };
        refused.insert(plan.club.event(event).event_ref, refusal);
    }
    refused
}

/// The rules that the open line of an event, or of its unit, breaks where it is, and that no manager allowed it to break. An
/// approval of all lines would refuse it for them.
pub(crate) fn broken_in_place(plan: &Plan, event: EventIx) -> Vec<Violation> {
    let ChosenLines { schedule, chosen, .. } = ChosenLines::of(plan, plan.open_lines());
    // What a line breaks only because the approval leaves out another line is no reason against its own place.
    let broken_now = checker::violations(&schedule, &Scope::whole(&plan.club));
    let is_broken_now = |v: &Violation| broken_now.iter().any(|n| n.is_at_same_place(v));
    let mut broken = violations_by_line(plan, schedule, chosen);
    let head = head_of_unit(&plan.club, event);
    let unit = [Some(head), plan.club.survey_of_unit(head)];
    unit.into_iter().flatten().filter_map(|e| broken.remove(&e)).flatten().filter(is_broken_now).collect()
}

/// The schedule with the lines that are checked together.
struct ChosenLines<'p> {
    schedule: Schedule<'p>,
    /// The lines in the schedule.
    chosen: BTreeMap<EventIx, &'p Line>,
    /// The lines that cannot be in it.
    refused: BTreeMap<EventRef, Refusal>,
}

impl<'p> ChosenLines<'p> {
    fn of(plan: &'p Plan, lines: impl Iterator<Item = &'p Line>) -> ChosenLines<'p> {
        let mut refused = BTreeMap::new();
        let mut schedule = Schedule::as_posted(&plan.club);
        let mut chosen = BTreeMap::new();
        for line in lines {
            match plan.decision(line) {
                Ok(Some((event, decision))) if plan.has_numbers(line) => {
                    schedule.decide(event, decision);
                    chosen.insert(event, line);
                }
                Ok(Some(_)) => _ = refused.insert(line.key.event, Refusal::NoCrossmarkNumber),
                Ok(None) => _ = refused.insert(line.key.event, Refusal::NoPlace),
                Err(unfit) => _ = refused.insert(line.key.event, unfit_refusal(unfit)),
            }
        }
        ChosenLines { schedule, chosen, refused }
    }
}

/// The events of the lines that break rules together with the others, with these rules. Without these lines, the others
/// break only rules that are excused, or that no chosen line can have broken.
fn violations_by_line<'p>(
    plan: &Plan,
    mut schedule: Schedule<'p>,
    mut chosen: BTreeMap<EventIx, &'p Line>,
) -> BTreeMap<EventIx, Vec<Violation>> {
    let scope = Scope::whole(&plan.club);
    let mut all = BTreeMap::new();
    // Each round removes at least one line, so the loop ends.
    while !chosen.is_empty() {
        let broken = checker::violations(&schedule, &scope);
        let mut blamed: BTreeMap<EventIx, Vec<Violation>> = BTreeMap::new();
        let is_excused = |v: &Violation| {
            is_overridden(plan, &chosen, v)
                || follows_its_core(&schedule, &chosen, v)
                || fits_at_its_start(plan, &schedule, &chosen, v)
        };
        for violation in broken.into_iter().filter(|v| !is_excused(v)) {
            let suspects = suspects(&schedule, &chosen, &violation);
            if suspects.iter().all(|e| !blamed.contains_key(e))
                && let Some(last) = suspects.last()
            {
                blamed.entry(*last).or_default().push(violation);
            }
        }
        if blamed.is_empty() {
            break;
        }
        for event in blamed.keys() {
            chosen.remove(event);
            let unchanged = Decision::unchanged(schedule.event(*event));
            schedule.decide(*event, unchanged);
        }
        all.extend(blamed);
    }
    all
}

/// Also refuses the lines that depend on refused lines. `lines` has each line with its dependencies.
pub fn refuse_dependents(refused: &mut BTreeMap<EventRef, Refusal>, lines: &[(EventRef, &[EventRef])]) {
    let dependent = |(event, depends_on): &(EventRef, &[EventRef]), refused: &BTreeMap<EventRef, Refusal>| {
        let on = depends_on.iter().copied().find(|on| refused.contains_key(on))?;
        (!refused.contains_key(event)).then_some((*event, on))
    };
    while let Some((event, on)) = lines.iter().find_map(|line| dependent(line, refused)) {
        refused.insert(event, Refusal::Depends { on });
    }
}

/// Lets a line that breaks a rule name a refused line that it depends on, if there is one. `dependencies` has the lines
/// that a line depends on.
pub fn name_refused_dependencies<'d>(
    refused: &mut BTreeMap<EventRef, Refusal>,
    dependencies: impl Fn(&EventRef) -> &'d [EventRef],
) {
    let dependents: Vec<(EventRef, EventRef)> = refused
        .iter()
        .filter(|(_, refusal)| matches!(refusal, Refusal::Rules { .. }))
        .filter_map(|(e, _)| Some((*e, *dependencies(e).iter().find(|on| refused.contains_key(on))?)))
        .collect();
    for (event, on) in dependents {
        // Of lines that depend on each other, one keeps its own reason.
        if !named_from(refused, on).any(|named| named == event) {
            refused.insert(event, Refusal::Depends { on });
        }
    }
}

/// A refused line, the line that it names as its reason, and so on.
fn named_from(refused: &BTreeMap<EventRef, Refusal>, first: EventRef) -> impl Iterator<Item = EventRef> {
    successors(Some(first), |event| match refused.get(event) {
        Some(Refusal::Depends { on }) => Some(*on),
        _ => None,
    })
}

fn unfit_refusal(unfit: LineMisfit) -> Refusal {
    match unfit.words() {
        Some((rule, words)) => Refusal::Rules { rules: vec![rule.to_string()], words: words.to_owned() },
        None => Refusal::EventChanged,
    }
}

/// Whether a manager allowed one of the lines in a violation to break that rule. For H12, this may also be a line that
/// left the person and day of the violation, because a support event there then lacks its base event. That line may
/// already have been sent.
fn is_overridden(plan: &Plan, chosen: &BTreeMap<EventIx, &Line>, violation: &Violation) -> bool {
    let allows =
        |line: &Line| line.overridden.as_ref().is_some_and(|o| o.rules.iter().any(|rule| rule == violation.rule.id()));
    let is_there = |place: &Place| {
        let person_day = plan.person_day(place).ok();
        person_day.is_some_and(|person_day| {
            Some(person_day.person) == violation.person && Some(person_day.day) == violation.day
        })
    };
    let has_left = |line: &Line| {
        let former = [line.original.as_ref(), line.from.as_ref().map(|from| &from.place)];
        former.into_iter().flatten().any(is_there) && !line.place.as_ref().is_some_and(is_there)
    };
    let sent = plan.lines.values().map(|line| &line.body).filter(|line| line.state.status().is_in_flight_or_accepted());
    let may_have_left = chosen.values().copied().chain(sent);
    violation.events().filter_map(|e| chosen.get(&e)).any(|line| allows(line))
        || (violation.rule == HardName::H12 && may_have_left.filter(|line| allows(line)).any(has_left))
}

/// Whether a violation of H15 only means that a posted Supervisor follows its Core (H10), to the Core's day or off the
/// schedule, or that its Core comes to the day on which it is posted. The first happens at a retry: both were approved
/// together, the Core was accepted, and the line of the Supervisor failed. In the second, the rulebook has the Supervisor
/// move to where it is posted, which is not sent.
fn follows_its_core(schedule: &Schedule, chosen: &BTreeMap<EventIx, &Line>, violation: &Violation) -> bool {
    let was_approved = |event: &EventIx| chosen.get(event).is_some_and(|line| line.submission.is_some());
    let is_there_already = |supervisor: &EventIx| {
        let of = schedule.event(*supervisor);
        let core = of.partner.filter(|core| chosen.contains_key(core) && !chosen.contains_key(supervisor));
        core.is_some_and(|core| match (of.posting(), schedule.place(core)) {
            (Some(posting), Some(place)) => posting.day == Some(place.day),
            _ => false,
        })
    };
    let follows = |event: &EventIx| {
        let core = schedule.event(*event).partner.and_then(|core| schedule.event(core).posting());
        let is_with_core = match (core, schedule.place(*event)) {
            (Some(core), Some(place)) => core.day == Some(place.day),
            (core, place) => core.is_none() && place.is_none(),
        };
        was_approved(event) && is_with_core
    };
    violation.rule == HardName::H15 && violation.events().all(|e| follows(&e) || is_there_already(&e))
}

/// Whether a violation is one of H2 and is only about the usual start of an event: the person can work the event at the
/// start of its line.
fn fits_at_its_start(
    plan: &Plan,
    schedule: &Schedule,
    chosen: &BTreeMap<EventIx, &Line>,
    violation: &Violation,
) -> bool {
    let Some(event) = violation.event.filter(|_| violation.rule == HardName::H2) else { return false };
    let place = chosen.get(&event).and_then(|line| line.place.as_ref());
    let Some((place, person_day)) = place.zip(schedule.changed_place(event)) else { return false };
    plan.club.objection(person_day.person, plan.club.event(event), place.start).is_none()
}

/// The events of the chosen lines that may have caused a violation: those that the violation names; otherwise the partners
/// of the named events; otherwise those that leave the person and day of the violation; otherwise those on its day.
fn suspects(schedule: &Schedule, chosen: &BTreeMap<EventIx, &Line>, violation: &Violation) -> Vec<EventIx> {
    let only_chosen = |events: Vec<EventIx>| -> Vec<EventIx> {
        let events: BTreeSet<EventIx> = events.into_iter().filter(|e| chosen.contains_key(e)).collect();
        events.into_iter().collect()
    };
    let named = only_chosen(violation.events().collect());
    if !named.is_empty() {
        return named;
    }
    let pairs = only_chosen(violation.events().filter_map(|e| schedule.event(e).partner).collect());
    if !pairs.is_empty() {
        return pairs;
    }
    let leaves = |e: &EventIx| {
        let posting = schedule.event(*e).posting();
        posting.is_some_and(|p| Some(p.person) == violation.person && p.day == violation.day)
    };
    let leaving = only_chosen(chosen.keys().copied().filter(leaves).collect());
    if !leaving.is_empty() {
        return leaving;
    }
    let is_on_its_day = |e: &EventIx| schedule.place(*e).is_some_and(|p| Some(p.day) == violation.day);
    only_chosen(chosen.keys().copied().filter(is_on_its_day).collect())
}
