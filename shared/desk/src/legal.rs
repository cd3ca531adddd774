//! Which of the chosen lines may go to Crossmark now: the check at approval and at retry.
//!
//! Pure. A line is not refused for a rule that a manager allowed it to break.

use std::collections::{BTreeMap, BTreeSet};

use domain::checker;
use domain::club::EventIx;
use domain::rules::{HardName, Scope, Violation};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::EventRef;
use store::approvals::Refusal;
use store::lines::Line;

use crate::plan::{Plan, Unfit};

/// The lines to refuse, and why. The caller also refuses the lines that depend on them.
pub fn refusals(plan: &Plan, lines: &[&Line]) -> BTreeMap<EventRef, Refusal> {
    let mut refused = BTreeMap::new();
    let mut schedule = Schedule::as_posted(&plan.rules);
    let mut chosen: BTreeMap<EventIx, &Line> = BTreeMap::new();
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
    let scope = Scope::whole(&plan.rules);
    // Each round removes at least one line, so the loop ends.
    while !chosen.is_empty() {
        let broken = checker::violations(&schedule, &scope);
        let mut blamed: BTreeMap<EventIx, Vec<&Violation>> = BTreeMap::new();
        for violation in broken.iter().filter(|v| !is_meant(&chosen, v) && !follows_its_core(&schedule, &chosen, v)) {
            let suspects = suspects(&schedule, &chosen, violation);
            if suspects.iter().all(|e| !blamed.contains_key(e))
                && let Some(last) = suspects.last()
            {
                blamed.entry(*last).or_default().push(violation);
            }
        }
        if blamed.is_empty() {
            break;
        }
        for (event, violations) in &blamed {
            let rules: BTreeSet<String> = violations.iter().map(|v| v.rule.to_string()).collect();
            let words: Vec<String> = violations.iter().map(|v| (*v).clone().about(*event).words(&plan.rules)).collect();
            let refusal = Refusal::Rules { rules: rules.into_iter().collect(), words: words.join("; ") };
            refused.insert(plan.rules.event(*event).event_ref, refusal);
        }
        let gone: Vec<EventIx> = blamed.into_keys().collect();
        for event in gone {
            chosen.remove(&event);
            schedule.decide(event, as_posted(&schedule, event));
        }
    }
    refused
}

/// Also refuses the lines that depend on refused lines. `lines` has each line with its dependencies.
pub fn refuse_dependents(refused: &mut BTreeMap<EventRef, Refusal>, lines: &[(EventRef, &[EventRef])]) {
    let rests = |(event, needs): &(EventRef, &[EventRef]), refused: &BTreeMap<EventRef, Refusal>| {
        let on = needs.iter().copied().find(|on| refused.contains_key(on))?;
        (!refused.contains_key(event)).then_some((*event, on))
    };
    while let Some((event, on)) = lines.iter().find_map(|line| rests(line, refused)) {
        refused.insert(event, Refusal::Depends { on });
    }
}

/// The decision for an event that no line changes.
pub fn as_posted(schedule: &Schedule, event: EventIx) -> Decision {
    if schedule.event(event).posting().is_some() { Decision::Stands } else { Decision::Open }
}

fn unfit_refusal(unfit: Unfit) -> Refusal {
    match unfit.words() {
        Some((rule, words)) => Refusal::Rules { rules: vec![rule.to_string()], words: words.to_owned() },
        None => Refusal::EventChanged,
    }
}

/// Whether a manager allowed one of the lines in a violation to break that rule.
fn is_meant(chosen: &BTreeMap<EventIx, &Line>, violation: &Violation) -> bool {
    let meant =
        |line: &&Line| line.overridden.as_ref().is_some_and(|o| o.rules.iter().any(|rule| rule == violation.rule.id()));
    violation.events().filter_map(|e| chosen.get(&e)).any(meant)
}

/// Whether the violation only means that a posted Supervisor has not followed its Core yet: both were approved
/// together, the Core was accepted, and the Supervisor's line failed (H10, H15).
fn follows_its_core(schedule: &Schedule, chosen: &BTreeMap<EventIx, &Line>, violation: &Violation) -> bool {
    let follows = |event: &EventIx| {
        let was_approved = chosen.get(event).is_some_and(|line| line.submission.is_some());
        let core = schedule.event(*event).partner.and_then(|core| schedule.event(core).posting());
        let is_where_it_goes = match (core, schedule.place(*event)) {
            (Some(core), Some(place)) => core.day == Some(place.day),
            (core, place) => core.is_none() && place.is_none(),
        };
        was_approved && is_where_it_goes
    };
    violation.rule == HardName::H15 && violation.events().all(|e| follows(&e))
}

/// The chosen lines that may have caused a violation: those that it names, otherwise their partners, otherwise those
/// that leave its place, otherwise those on its day.
fn suspects(schedule: &Schedule, chosen: &BTreeMap<EventIx, &Line>, violation: &Violation) -> Vec<EventIx> {
    let of_choice = |events: Vec<EventIx>| -> Vec<EventIx> {
        let events: BTreeSet<EventIx> = events.into_iter().filter(|e| chosen.contains_key(e)).collect();
        events.into_iter().collect()
    };
    let named = of_choice(violation.events().collect());
    if !named.is_empty() {
        return named;
    }
    let pairs = of_choice(violation.events().filter_map(|e| schedule.event(e).partner).collect());
    if !pairs.is_empty() {
        return pairs;
    }
    let leaves = |e: &EventIx| {
        let posting = schedule.event(*e).posting();
        posting.is_some_and(|p| Some(p.person) == violation.person && p.day == violation.day)
    };
    let leaving = of_choice(chosen.keys().copied().filter(leaves).collect());
    if !leaving.is_empty() {
        return leaving;
    }
    let near = |e: &EventIx| schedule.place(*e).is_some_and(|p| Some(p.day) == violation.day);
    of_choice(chosen.keys().copied().filter(near).collect())
}
