//! The lines of changes by hand, with the manager's confirmation of the rules that they break.

use std::collections::{BTreeMap, BTreeSet};

use domain::club::{Club, EventIx};
use domain::dependencies::dependencies;
use domain::rules::{HardName, Violation};
use domain::schedule::Decision;
use domain::snapshot::{EmployeeId, EventFacts, EventRef};
use store::audit::Because;
use store::events::Place;
use store::key::{LineKey, ProposalKey};
use store::lines::{LeavingCause, Line, LineKind, OldPlace, RuleOverride};

use super::{EvaluatedChanges, RequestedDecision};
use crate::plan::Plan;

/// The data of lines in addition to the changes.
pub(super) struct LineContext<'a> {
    pub proposal: &'a ProposalKey,
    pub facts: &'a BTreeMap<EventRef, EventFacts>,
    pub overriding: Option<&'a str>,
    pub called_out: Option<&'a EmployeeId>,
    pub because: &'a Because,
}

/// The lines of the changes, without those that would keep their event where it is posted.
pub(super) fn lines(plan: &Plan, evaluated: &EvaluatedChanges, context: &LineContext<'_>) -> Vec<Line> {
    let LineContext { proposal, facts, overriding, called_out, because } = *context;
    let club = &plan.club;
    let depends_on = dependencies(&mut evaluated.after.clone());
    let event_ref = |e: &EventIx| club.event(*e).event_ref;
    let mut lines = Vec::with_capacity(evaluated.wanted.len());
    for (event, RequestedDecision { decision, .. }) in &evaluated.wanted {
        let kind = match decision {
            Decision::New(_) => LineKind::New,
            Decision::Moved(_) => LineKind::Moved,
            Decision::Dropped => LineKind::Dropped,
            Decision::Open | Decision::Stands => continue,
        };
        let of = club.event(*event);
        let place = evaluated.after.changed_place(*event).zip(evaluated.slots.get(event));
        let place = place.map(|(person_day, (start, block))| Place {
            employee_id: club.person(person_day.person).id.clone(),
            start: *start,
            block: *block,
        });
        let from = of.posting().map(|p| OldPlace {
            place: Place { employee_id: club.person(p.person).id.clone(), start: p.start, block: p.given_block },
            scheduled_event_id: plan.links.scheduled_ids.get(&of.event_ref).copied(),
        });
        let left = of.posting().map_or(LeavingCause::Plan, |p| {
            if called_out == Some(&club.person(p.person).id) {
                LeavingCause::CallOut
            } else if p.day.is_some_and(|day| club.why_away(p.person, day).is_some()) {
                LeavingCause::Absence
            } else {
                LeavingCause::Plan
            }
        });
        let Some(stored) = facts.get(&of.event_ref) else { continue };
        let facts = EventFacts { kind: Some(of.kind), estimated_minutes: Some(of.minutes), ..stored.clone() };
        let key = LineKey::of(proposal, of.event_ref);
        let line = Line {
            original: place.clone(),
            place,
            from,
            left,
            pair: of.partner.as_ref().map(event_ref),
            depends_on: depends_on.get(event).into_iter().flatten().map(event_ref).collect(),
            overridden: rule_override(club, evaluated, *event, overriding, because),
            by_hand: true,
            ..Line::new(key, kind, facts, because.at)
        };
        if !line.keeps_its_place() {
            lines.push(line);
        }
    }
    lines
}

/// The manager's confirmation of the rules that an event breaks, where it goes or where it leaves.
fn rule_override(
    club: &Club,
    evaluated: &EvaluatedChanges,
    event: EventIx,
    reason: Option<&str>,
    because: &Because,
) -> Option<RuleOverride> {
    let is_at_old_place =
        |v: &Violation| club.event(event).posting().is_some_and(|p| Some(p.person) == v.person && p.day == v.day);
    // A support event may lack its base event where the event leaves.
    let takes_part =
        |v: &Violation| v.events().any(|part| part == event) || (v.rule == HardName::H12 && is_at_old_place(v));
    let of_event = evaluated.violations.iter().filter(|(e, v)| *e == event || takes_part(v));
    let rules: BTreeSet<String> = of_event.map(|(_, v)| v.rule.to_string()).collect();
    let why = reason.filter(|_| !rules.is_empty())?.to_owned();
    Some(RuleOverride { rules: rules.into_iter().collect(), because: Because { why, ..because.clone() } })
}
