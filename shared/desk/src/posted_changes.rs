//! Events that a person places, moves or takes back by hand, outside of any proposal. The changes of a request are
//! checked together by the same rules, approved, and submitted like all other lines.
//!
//! H15 does not apply to these events. No other event is changed, except that a posted Supervisor follows its Core to
//! another day or off the schedule, and a Survey follows its Production, unless the request names it. The lines get a
//! run of their own, which is never the current proposal. They are written first, and expire if nothing follows. Then
//! one transaction records the run and the approval of its lines. All further steps are those of
//! [`approve`](crate::approve).

mod lines;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta};
use domain::alternatives;
use domain::calendar::minute_of;
use domain::checker::{self, Effect};
use domain::club::{Closed, DayIx, EventIx, Place as PersonDay};
use domain::event_type::EventType;
use domain::rules::{HardName, Violation};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::{EmployeeId, EventFacts, EventRef};
use runtime::messages::SubmitMessage;
use runtime::queue::Queue;
use store::audit::Because;
use store::blocks::InternalChanges;
use store::events::Event;
use store::key::{ApprovalId, ProposalKey, RunId, Token};
use store::lead::Lead;
use store::lines::Line;
use store::meter::Costs;
use store::runs::{Run, RunSummary};
use store::states::Step;

use self::lines::{LineContext, lines};
use crate::approve::{ApprovalMode, ApprovalResult, approve_by_hand, preview_by_hand};
use crate::error::{Broken, DeskError};
use crate::evaluate::{RequestedPlace, When, requested_person_day, with_kept_supervisor};
use crate::plan::{Desk, Plan};
use crate::slots::{AskedStarts, Slots, slots_beside};

/// Hours for which the lines of an unrecorded run are kept: longer than any request takes.
const UNRECORDED_HOURS: i64 = 24;
/// Maximum number of events in one request.
pub const MAX_CHANGES: usize = 60;

/// One event that a person changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedChange {
    /// The event, posted or open.
    pub event: EventRef,
    /// The new place; `None` takes the posted schedule back.
    pub to: Option<RequestedPlace>,
}

/// A request to change schedules by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The events, each once.
    pub changes: Vec<PostedChange>,
    /// The `plan_version` that the caller saw; `None` to skip the check.
    pub plan_version: Option<u64>,
    /// A manager's reason to allow broken rules.
    pub overriding: Option<String>,
    /// Whether to approve, or only to report what would happen.
    pub mode: ApprovalMode,
}

/// The effect of a request.
#[derive(Debug)]
pub struct ChangeResult {
    /// The plan that the changes were checked against, with the new lines.
    pub plan: Plan,
    /// The lines, in order of event.
    pub lines: Vec<Line>,
    /// The broken rules that a manager confirmed.
    pub overridden: Vec<Broken>,
    /// The score difference.
    pub points: f64,
    /// The score difference by term.
    pub terms: BTreeMap<String, f64>,
    /// The approval of the lines.
    pub approved: ApprovalResult,
}

/// Changes posted and open events by hand. The changes are checked together: if one is refused, none is made. After
/// this check a single line can still be refused, because a number at Crossmark is missing, Crossmark has not answered
/// an earlier change of its event, or the plan has changed meanwhile.
///
/// # Errors
/// An event, person or day does not exist, an event is at its place already or is not posted, a start is not legal or too
/// soon, or none is left, a day is locked, the changes break rules and no reason is given, the plan has changed, the club
/// kept changing while it was read, or a request to the table failed.
pub async fn change(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    request: &Request,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<ChangeResult, DeskError> {
    change_for(desk, queue, request, None, ids, because).await
}

/// Like [`change`]. If `called_out` is a person, the lines record that this person's schedules end because of a call-out, and
/// a Core event of today may start after the arrival of its block (rulebook section 9).
///
/// # Errors
/// Those of [`change`].
pub async fn change_for(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    request: &Request,
    called_out: Option<&EmployeeId>,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<ChangeResult, DeskError> {
    carry_out(desk, queue, request, (called_out, &InternalChanges::default()), ids, because).await
}

/// Like [`change`], together with `internal`, changes that are not sent to Crossmark: all are recorded, or none.
///
/// # Errors
/// Those of [`change`].
pub(crate) async fn change_with_internal(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    request: &Request,
    internal: &InternalChanges,
    ids: (RunId, ApprovalId),
    because: &Because,
) -> Result<ChangeResult, DeskError> {
    carry_out(desk, queue, request, (None, internal), ids, because).await
}

async fn carry_out(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    request: &Request,
    (called_out, internal): (Option<&EmployeeId>, &InternalChanges),
    (run, approval): (RunId, ApprovalId),
    because: &Because,
) -> Result<ChangeResult, DeskError> {
    if request.mode == ApprovalMode::DryRun {
        return preview(desk, request, called_out, &run, because).await;
    }
    let CheckedChanges { plan, lines, under_way, overridden, effect } =
        check_changes(desk, request, called_out, &run, because).await?;
    let summary = RunSummary::of(&lines, plan.plan_version, Costs::new(), None);
    let plan = plan.with_lines(&proposal_by_hand(&run), lines.clone(), because.at);
    let expiry = because.at.plus(TimeDelta::hours(UNRECORDED_HOURS));
    desk.club.write_lines_until(&lines, expiry).await?;
    let run = Run::by_hand(run, because.who.display_name().to_owned(), summary, because.at);
    let approved = approve_by_hand(desk, queue, (&plan, &under_way), (&run, internal), approval, because).await?;
    let (points, terms) = (effect.points(), effect.terms.by_name());
    Ok(ChangeResult { plan, lines, overridden, points, terms, approved })
}

/// The effect of changes by hand, as [`change_for`] would make them. Writes nothing. The lines get the ids of the run
/// `run`.
///
/// # Errors
/// As [`change`].
pub async fn preview(
    desk: Desk<'_>,
    request: &Request,
    called_out: Option<&EmployeeId>,
    run: &RunId,
    because: &Because,
) -> Result<ChangeResult, DeskError> {
    let CheckedChanges { plan, lines, under_way, overridden, effect } =
        check_changes(desk, request, called_out, run, because).await?;
    let plan = plan.with_lines(&proposal_by_hand(run), lines.clone(), because.at);
    let approved = preview_by_hand(&plan, &under_way, run)?;
    let (points, terms) = (effect.points(), effect.terms.by_name());
    Ok(ChangeResult { plan, lines, overridden, points, terms, approved })
}

/// The key of the lines of a run of changes by hand.
fn proposal_by_hand(run: &RunId) -> ProposalKey {
    ProposalKey { run: run.clone(), token: Token(0) }
}

/// Changes by hand, checked by the rules.
struct CheckedChanges {
    plan: Plan,
    lines: Vec<Line>,
    /// The changed events of which an earlier change is approved and not answered. The plan counts that change as
    /// posted, but nothing more can be sent for these events until Crossmark has answered.
    under_way: BTreeSet<EventRef>,
    overridden: Vec<Broken>,
    effect: Effect,
}

/// Checks all changes of a request together, and makes their lines.
async fn check_changes(
    desk: Desk<'_>,
    request: &Request,
    called_out: Option<&EmployeeId>,
    run: &RunId,
    because: &Because,
) -> Result<CheckedChanges, DeskError> {
    let events: BTreeSet<EventRef> = request.changes.iter().map(|change| change.event).collect();
    let plan = Plan::load_by_hand(desk, &events, None, because.at).await?;
    if let Some(seen) = request.plan_version
        && seen != plan.plan_version.version
    {
        return Err(DeskError::PlanMoved { found: plan.plan_version.version });
    }
    let lead_minutes = desk.club.settings().await?.body.lead_minutes;
    let lead = Lead::new(plan.time_zone, because.at.utc(), lead_minutes);
    let proposal = proposal_by_hand(run);
    let (lines, under_way, overridden, effect) = {
        let wanted = decisions(&plan, &request.changes)?;
        let evaluated = evaluate(&plan, &wanted, called_out, request.overriding.is_some())?;
        let broken = broken_rules(&plan, &evaluated.violations);
        if !broken.is_empty() && request.overriding.is_none() {
            return Err(DeskError::Breaks { broken });
        }
        let refs: Vec<EventRef> = wanted.keys().map(|event| plan.club.event(*event).event_ref).collect();
        let events = desk.club.events_by_ref(&refs).await?;
        let is_under_way = |event: &Event| event.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight());
        let under_way: BTreeSet<EventRef> =
            events.iter().filter(|e| is_under_way(&e.body)).map(|e| e.body.facts.event_ref).collect();
        let facts: BTreeMap<EventRef, EventFacts> =
            events.into_iter().map(|event| (event.body.facts.event_ref, event.body.facts)).collect();
        if let Some(unknown) = refs.iter().find(|event| !facts.contains_key(event)) {
            return Err(DeskError::UnknownEvent { event: *unknown });
        }
        let overriding = request.overriding.as_deref();
        let context = LineContext { proposal: &proposal, facts: &facts, overriding, called_out, because };
        let lines = lines(&plan, &evaluated, &context);
        if lines.is_empty() && !wanted.is_empty() {
            return Err(DeskError::SameAsPosted);
        }
        for line in &lines {
            let step = if line.from.is_some() { Step::Delete } else { Step::Schedule };
            if let Some(late) = lead.too_late(line, step) {
                return Err(DeskError::TooLate { words: format!("{}: {late}", line.event.name.trim()) });
            }
        }
        (lines, under_way, broken, evaluated.effect)
    };
    Ok(CheckedChanges { plan, lines, under_way, overridden, effect })
}

/// The decision for an event, and the requested start.
#[derive(Debug, Clone, Copy)]
struct RequestedDecision {
    decision: Decision,
    start: Option<NaiveDateTime>,
}

/// The decisions of a request, including those for the partners of its events.
fn decisions(plan: &Plan, changes: &[PostedChange]) -> Result<BTreeMap<EventIx, RequestedDecision>, DeskError> {
    let club = &plan.club;
    let mut wanted: BTreeMap<EventIx, RequestedDecision> = BTreeMap::new();
    let mut schedule = Schedule::as_posted(club);
    for change in changes {
        let event = club.find(change.event).ok_or(DeskError::UnknownEvent { event: change.event })?;
        let posting = club.event(event).posting();
        if let Some(posting) = posting {
            refuse_locked(plan, posting.day)?;
        }
        let (decision, start) = match &change.to {
            None if posting.is_none() => return Err(DeskError::NotPosted { event: change.event }),
            None => (Decision::Dropped, None),
            Some(place) => {
                let person_day = person_day(plan, event, place)?;
                refuse_locked(plan, Some(person_day.day))?;
                let start = match place.when {
                    Some(When::Moment(at)) => Some(at),
                    _ => None,
                };
                let is_same = posting.is_some_and(|p| {
                    p.person == person_day.person
                        && p.day == Some(person_day.day)
                        && start.is_none_or(|start| start == p.start)
                });
                // Among several changes, it may be a Supervisor whose Core comes to the day on which it is posted.
                if is_same && changes.len() == 1 {
                    return Err(DeskError::SameAsPosted);
                }
                (if posting.is_some() { Decision::Moved(person_day) } else { Decision::New(person_day) }, start)
            }
        };
        schedule.decide(event, decision);
        wanted.insert(event, RequestedDecision { decision, start });
    }
    let named: Vec<(EventIx, Decision)> = wanted.iter().map(|(e, w)| (*e, w.decision)).collect();
    for (event, decision) in named {
        for (partner, decision) in partner_decisions(plan, &mut schedule, event, decision) {
            if let std::collections::btree_map::Entry::Vacant(entry) = wanted.entry(partner) {
                schedule.decide(partner, decision);
                entry.insert(RequestedDecision { decision, start: None });
            }
        }
    }
    Ok(wanted)
}

/// Refuses a locked day.
fn refuse_locked(plan: &Plan, day: Option<DayIx>) -> Result<(), DeskError> {
    let locked = day.map(|day| plan.club.day(day)).filter(|day| day.closed == Some(Closed::Locked));
    locked.map_or(Ok(()), |day| Err(DeskError::DayLocked { date: day.date }))
}

/// The person and day that a request for an event names. Whatever it does not name stays as it is posted.
fn person_day(plan: &Plan, event: EventIx, place: &RequestedPlace) -> Result<PersonDay, DeskError> {
    let current = plan.club.event(event).posting().map(|posting| (posting.person, posting.start.date()));
    requested_person_day(plan, place, current, |day| plan.club.day(*day).in_horizon)
}

/// The decision for the partner of a changed event, if the partner must follow: the posted Supervisor of a Core that changes
/// its day or is taken back, or the Survey of a Production. A Supervisor that is posted on that day stays there, if it can.
fn partner_decisions(
    plan: &Plan,
    schedule: &mut Schedule,
    event: EventIx,
    decision: Decision,
) -> Vec<(EventIx, Decision)> {
    let club = schedule.club();
    let of = club.event(event);
    let Some(partner) = of.partner else { return Vec::new() };
    let is_posted = club.event(partner).posting().is_some();
    match (of.kind, decision) {
        (EventType::Core, Decision::Moved(place)) => {
            // The new place of the Supervisor is found in the schedule in which the Core is still at its old place.
            let decided = schedule.decide(event, Decision::Stands);
            let best = alternatives::best_change(schedule, event, place);
            let (change, _) = with_kept_supervisor(plan, schedule, event, best);
            schedule.decide(event, decided);
            change.into_iter().filter(|(e, _)| *e == partner).collect()
        }
        (EventType::JuicerProduction, Decision::Moved(place)) if is_posted => {
            // If the Production comes to the place where its Survey is posted, the Survey stays as it is.
            let posting = club.event(partner).posting();
            let is_there = posting.is_some_and(|p| p.person == place.person && p.day == Some(place.day));
            if is_there { Vec::new() } else { vec![(partner, Decision::Moved(place))] }
        }
        (EventType::JuicerProduction, Decision::New(place)) if club.survey_of_unit(event) == Some(partner) => {
            vec![(partner, Decision::New(place))]
        }
        (EventType::Core | EventType::JuicerProduction, Decision::Dropped) if is_posted => {
            vec![(partner, Decision::Dropped)]
        }
        _ => Vec::new(),
    }
}

/// The effect of the decisions of a request.
struct EvaluatedChanges<'p> {
    after: Schedule<'p>,
    wanted: BTreeMap<EventIx, RequestedDecision>,
    slots: Slots,
    /// The broken rules, each from the view of the event that breaks it.
    violations: Vec<(EventIx, Violation)>,
    effect: Effect,
}

/// Broken rules for the API, each from the view of the event that breaks it.
fn broken_rules(plan: &Plan, violations: &[(EventIx, Violation)]) -> Vec<Broken> {
    violations.iter().map(|(event, violation)| plan.broken_rule(violation, *event)).collect()
}

/// The effect of these decisions. If a start is not legal, rules that are broken at any start are the reason to refuse
/// them, unless a manager allows that (`is_overriding`).
fn evaluate<'p>(
    plan: &'p Plan,
    wanted: &BTreeMap<EventIx, RequestedDecision>,
    called_out: Option<&EmployeeId>,
    is_overriding: bool,
) -> Result<EvaluatedChanges<'p>, DeskError> {
    let club = &plan.club;
    let change: Vec<(EventIx, Decision)> = wanted.iter().map(|(e, w)| (*e, w.decision)).collect();
    let mut after = Schedule::as_posted(club);
    let effect = checker::evaluate_change(&mut after, &change);
    for (event, decision) in &change {
        after.decide(*event, *decision);
    }
    let first = change.first().map(|(event, _)| *event);
    // The check judges H2 at the usual start of an event. H2 is judged below instead, at the start that the event gets.
    let is_of_usual_start =
        |v: &&Violation| v.rule == HardName::H2 && v.event.is_some_and(|event| wanted.contains_key(&event));
    let others = effect.violations.iter().filter(|v| !is_of_usual_start(v));
    let mut violations: Vec<(EventIx, Violation)> =
        others.filter_map(|v| Some((v.event.or(first)?, v.clone()))).collect();
    let slots = slots_of(plan, &after, wanted, called_out).map_err(|error| match error {
        DeskError::BadStart { .. } if !is_overriding && !violations.is_empty() => {
            DeskError::Breaks { broken: broken_rules(plan, &violations) }
        }
        error => error,
    })?;
    for event in wanted.keys() {
        let Some(person_day) = after.changed_place(*event) else { continue };
        let (at, _) = slots.get(event).ok_or(DeskError::Incomplete { missing: "a start" })?;
        if club.objection(person_day.person, club.event(*event), *at).is_some() {
            violations.push((*event, Violation::unavailable(*event, person_day.person, person_day.day)));
        }
    }
    violations.sort_by_key(|(_, violation)| violation.rule);
    Ok(EvaluatedChanges { after, wanted: wanted.clone(), slots, violations, effect })
}

/// The starts and blocks of the changed events. An event starts when the request says; otherwise at its posted start if
/// its day stays the same and the person's hours allow it; otherwise at a start that the rulebook allows.
fn slots_of(
    plan: &Plan,
    after: &Schedule,
    wanted: &BTreeMap<EventIx, RequestedDecision>,
    called_out: Option<&EmployeeId>,
) -> Result<Slots, DeskError> {
    let (mut slots, mut with_start, mut without_start) = (Slots::new(), Vec::new(), Vec::new());
    for (event, RequestedDecision { start, .. }) in wanted {
        let Some(person_day) = after.changed_place(*event) else { continue };
        let is_core = plan.club.event(*event).kind == EventType::Core;
        if let Some(posted) = posted_slot(plan, *event, person_day, *start) {
            slots.insert(*event, posted);
        } else if let Some(late) = called_out.and_then(|_| late_slot(plan, *event, person_day, (*start)?)) {
            slots.insert(*event, late);
        } else if let Some(start) = start.filter(|_| !is_core) {
            slots.insert(*event, (start, None));
        } else if start.is_some() {
            with_start.push(*event);
        } else {
            without_start.push(*event);
        }
    }
    // A Core starts at the arrival of a free block. Requested starts come first, so that no other event takes their block.
    with_start.append(&mut without_start);
    let asked_starts: AskedStarts = wanted.iter().filter_map(|(event, wanted)| Some((*event, wanted.start?))).collect();
    slots_beside(plan, after, &with_start, &asked_starts, slots).map_err(|none| none.error(plan))
}

/// The posted start and block of an event that keeps them: its day stays the same, and the request asks for that start, or
/// for none and the person's hours allow it.
fn posted_slot(
    plan: &Plan,
    event: EventIx,
    person_day: PersonDay,
    requested: Option<NaiveDateTime>,
) -> Option<(NaiveDateTime, Option<u8>)> {
    let of = plan.club.event(event);
    let posted = of.posting().filter(|p| p.day == Some(person_day.day) && minute_of(p.start) > 0)?;
    let keeps_start = match requested {
        Some(start) => start == posted.start,
        None => plan.club.objection(person_day.person, of, posted.start).is_none(),
    };
    keeps_start.then_some((posted.start, (of.kind == EventType::Core).then_some(posted.block)))
}

/// The start and block of a Core event that a call-out lets start today after the arrival of its block (rulebook section 9).
/// If it is posted for today, it keeps its block; otherwise it gets none, because no block arrives then. `None` for any other
/// start.
fn late_slot(
    plan: &Plan,
    event: EventIx,
    person_day: PersonDay,
    start: NaiveDateTime,
) -> Option<(NaiveDateTime, Option<u8>)> {
    let club = &plan.club;
    let of = club.event(event);
    if of.kind != EventType::Core || club.day(person_day.day).date != club.today {
        return None;
    }
    let is_after = |block: u8| club.arrival(block) < minute_of(start);
    let own_block =
        of.posting().filter(|p| p.day == Some(person_day.day)).map(|p| p.block).filter(|block| is_after(*block));
    let is_of_no_block = (1..=8).all(|block| club.arrival(block) != minute_of(start));
    (own_block.is_some() || (is_of_no_block && is_after(1))).then_some((start, own_block))
}
