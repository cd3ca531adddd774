//! What one change of an event makes of the schedule: the decisions, broken rules, points and starts.

mod supervisor;

use chrono::{NaiveDate, NaiveDateTime};
use domain::alternatives::{self, JointDecisions, head_of_unit};
use domain::checker::Effect;
use domain::club::{DayIx, EventIx, PersonIx, Place as PersonDay};
use domain::schedule::{Decision, Schedule};
use domain::snapshot::EmployeeId;
use store::events::Place;
use store::lines::{Line, LineError, LineKind};

use self::supervisor::is_posted_to;
pub(crate) use self::supervisor::with_kept_supervisor;
use crate::error::DeskError;
use crate::plan::{LineMisfit, Plan};
use crate::slots::{AskedStarts, Slots, restore_blocks, slots, slots_of_originals, starts_by_hand};

/// The requested start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// On this date, at a start that the rulebook allows.
    Date(NaiveDate),
    /// At exactly this time.
    Moment(NaiveDateTime),
}

impl When {
    /// Reads `2026-11-24`, or `2026-11-24T10:15:00`: club-local, without an offset.
    pub fn read(text: &str) -> Option<When> {
        let moment = domain::calendar::read_moment(text).map(When::Moment);
        moment.or_else(|| domain::calendar::read_date(text).map(When::Date))
    }

    /// The requested day.
    pub fn date(self) -> NaiveDate {
        match self {
            When::Date(date) => date,
            When::Moment(at) => at.date(),
        }
    }
}

/// The requested person, time, or both. `None` keeps the current person or day. Where no exact time is requested, a start
/// that a person asked for before stays, if it is legal on that day for that person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestedPlace {
    /// The person.
    pub employee: Option<EmployeeId>,
    /// The time.
    pub when: Option<When>,
}

/// The effect of a change on the schedule.
pub(crate) struct EvaluatedChange<'p> {
    /// The schedule after the change.
    pub after: Schedule<'p>,
    /// The decisions, the one for the event first.
    pub change: JointDecisions,
    /// Broken rules and points.
    pub effect: Effect,
    /// Starts and blocks of the changed events.
    pub slots: Slots,
}

/// Applies a change of one event to a copy of the schedule. Its partner moves along if it must. A start that a person
/// gave another event stays, or the change is refused. A Supervisor that is posted on the new day stays there, and one that
/// moves along keeps a person who was given to it by hand, if that breaks no rule.
pub(crate) fn evaluate_change<'p>(
    plan: &'p Plan,
    event: EventIx,
    requested: &RequestedPlace,
) -> Result<EvaluatedChange<'p>, DeskError> {
    let mut schedule = plan.schedule(|_| true);
    let head = head_of_unit(&plan.club, event);
    let person_day = person_day(plan, &schedule, event, requested)?;
    let posting = plan.club.event(head).posting().filter(|_| schedule.stands(head));
    if posting.is_some_and(|p| p.person == person_day.person && p.day == Some(person_day.day)) {
        return Err(DeskError::SameAsPosted);
    }
    let best = alternatives::best_change(&mut schedule, head, person_day);
    let (mut change, effect) = with_kept_supervisor(plan, &mut schedule, event, best);
    change.retain(|(e, decision)| *e == event || !is_posted_to(plan, *e, *decision));
    for (e, decision) in &change {
        schedule.decide(*e, *decision);
    }
    let order: Vec<EventIx> = change.iter().map(|(e, _)| *e).collect();
    let mut asked_starts = starts_by_hand(plan);
    let own_start = asked_starts.remove(&event).filter(|start| start.date() == plan.club.day(person_day.day).date);
    asked_starts.retain(|e, _| !order.contains(e));
    let slots_or_none = match requested.when {
        Some(When::Moment(at)) => slots(plan, &schedule, &order, &with_start(&asked_starts, event, at)),
        // A start that a person gave the event before stays, if it is legal for the new person.
        _ => match own_start.map(|start| slots(plan, &schedule, &order, &with_start(&asked_starts, event, start))) {
            Some(Ok(slots)) => Ok(slots),
            None | Some(Err(_)) => slots(plan, &schedule, &order, &asked_starts),
        },
    };
    let slots = slots_or_none.map_err(|none| none.error(plan))?;
    Ok(EvaluatedChange { after: schedule, change, effect, slots })
}

/// The starts that were asked for, and this one.
fn with_start(asked: &AskedStarts, event: EventIx, start: NaiveDateTime) -> AskedStarts {
    let mut asked = asked.clone();
    asked.insert(event, start);
    asked
}

/// The person and day that a request for an event names. Whatever it does not name stays as it is.
pub(crate) fn person_day(
    plan: &Plan,
    schedule: &Schedule,
    event: EventIx,
    requested: &RequestedPlace,
) -> Result<PersonDay, DeskError> {
    // A failed line is not in the schedule, so the place of the line itself is the current one.
    let of_line = || plan.line_of(event).and_then(|l| plan.person_day(l.body.place.as_ref()?).ok());
    let current = schedule.place(event).or_else(of_line);
    requested_person_day(plan, requested, current.map(|p| (p.person, plan.club.day(p.day).date)), |_| true)
}

/// The person and day that a request names. Whatever it does not name is as in `current`. The day must be one of the plan's
/// days that `is_allowed` selects.
pub(crate) fn requested_person_day(
    plan: &Plan,
    requested: &RequestedPlace,
    current: Option<(PersonIx, NaiveDate)>,
    is_allowed: impl Fn(&DayIx) -> bool,
) -> Result<PersonDay, DeskError> {
    let club = &plan.club;
    let person = match &requested.employee {
        Some(id) => club.find_person(&id.0).ok_or_else(|| DeskError::UnknownEmployee { id: id.0.clone() })?,
        None => current.map(|(person, _)| person).ok_or(DeskError::Incomplete { missing: "employee_id" })?,
    };
    let date = match requested.when {
        Some(when) => when.date(),
        None => current.map(|(_, date)| date).ok_or(DeskError::Incomplete { missing: "schedule_datetime" })?,
    };
    let day = club.day_of(date).filter(is_allowed).ok_or_else(|| day_outside(plan, date))?;
    Ok(PersonDay { person, day })
}

/// Events whose block changes although there is no decision for them.
pub(crate) fn moved_blocks(evaluated: &EvaluatedChange<'_>) -> impl Iterator<Item = EventIx> {
    let decided: Vec<EventIx> = evaluated.change.iter().map(|(e, _)| *e).collect();
    evaluated.slots.keys().copied().filter(move |e| !decided.contains(e))
}

/// The effect of moving a line back to the place that the solver proposed: alone, or together with its partner if only
/// that is legal. An event that had only made room for another one goes back to its former block if that is free again.
pub(crate) fn evaluate_revert<'p>(plan: &'p Plan, line: &Line) -> Result<EvaluatedChange<'p>, DeskError> {
    let schedule = plan.schedule(|_| true);
    let event = plan.club.find(line.key.event).ok_or(DeskError::UnknownEvent { event: line.key.event })?;
    let head = head_of_unit(&plan.club, event);
    let unit = [Some(event), Some(head), plan.club.survey_of_unit(head)];
    let mut alone: Vec<EventIx> = Vec::new();
    for e in unit.into_iter().flatten() {
        if !alone.contains(&e) {
            alone.push(e);
        }
    }
    let mut with_pair = alone.clone();
    with_pair.extend(plan.club.event(event).partner.filter(|p| !alone.contains(p)));
    let mut evaluated_alone = None;
    for events in [alone, with_pair] {
        let mut after = schedule.clone();
        let mut change: JointDecisions = Vec::new();
        let mut originals: Vec<(EventIx, Place)> = Vec::new();
        for e in events {
            let Some(line) = plan.line_of(e).filter(|l| l.body.kind != LineKind::Dropped) else { continue };
            let original = Line { place: line.body.original.clone(), ..line.body.clone() };
            change.push((e, decision_of_original(plan, e, &original)?));
            originals.extend(original.place.map(|place| (e, place)));
        }
        let effect = domain::checker::evaluate_change(&mut after, &change);
        for (e, decision) in &change {
            after.decide(*e, *decision);
        }
        let mut slots = slots_of_originals(plan, &after, &originals).map_err(|none| none.error(plan))?;
        for day in change.iter().filter_map(|(e, _)| schedule.place(*e)).map(|left| left.day) {
            restore_blocks(plan, &after, day, &mut slots);
        }
        let is_legal = effect.violations.is_empty();
        let evaluated = EvaluatedChange { after, change, effect, slots };
        if is_legal || evaluated_alone.is_some() {
            return Ok(if is_legal { evaluated } else { evaluated_alone.unwrap_or(evaluated) });
        }
        evaluated_alone = Some(evaluated);
    }
    evaluated_alone.ok_or(DeskError::UnknownEvent { event: line.key.event })
}

/// The decision for an event whose line goes back to its original place. That may be where the event is posted, as of a
/// Supervisor to whose day its Core comes.
fn decision_of_original(plan: &Plan, event: EventIx, original: &Line) -> Result<Decision, DeskError> {
    let posting = plan.club.event(event).posting();
    if let Some(posting) = posting
        && let Some(day) = posting.day
        && original.is_posted_already(Some((&plan.club.person(posting.person).id, posting.start)))
    {
        return Ok(Decision::Moved(PersonDay { person: posting.person, day }));
    }
    let found = plan.decision(original).map_err(|misfit| no_longer_possible(plan, original, misfit))?;
    Ok(found.map_or_else(|| Decision::unchanged(plan.club.event(event)), |(_, decision)| decision))
}

/// The error for a line that cannot go back to its original place.
fn no_longer_possible(plan: &Plan, original: &Line, misfit: LineMisfit) -> DeskError {
    match (misfit, &original.place) {
        (LineMisfit::UnknownPerson, Some(place)) => DeskError::UnknownEmployee { id: place.employee_id.0.clone() },
        (LineMisfit::DayOutside, Some(place)) => day_outside(plan, place.start.date()),
        _ => DeskError::Line(LineError::EventChanged),
    }
}

/// The error for a day that is not planned.
fn day_outside(plan: &Plan, date: NaiveDate) -> DeskError {
    DeskError::DayOutside {
        date: date.to_string(),
        from: plan.club.earliest.to_string(),
        to: plan.club.horizon_end.to_string(),
    }
}

/// The effect of taking an event's place away, so that it is open again.
pub(crate) fn evaluate_unplaced(plan: &Plan, event: EventIx) -> EvaluatedChange<'_> {
    let mut after = plan.schedule(|_| true);
    let unchanged = Decision::unchanged(plan.club.event(event));
    let change = vec![(event, unchanged)];
    let effect = domain::checker::evaluate_change(&mut after, &change);
    let left = after.place(event);
    after.decide(event, unchanged);
    let mut slots = Slots::new();
    if let Some(left) = left {
        restore_blocks(plan, &after, left.day, &mut slots);
    }
    EvaluatedChange { after, change, effect, slots }
}

/// Whether a decision gives an event no new place.
pub(crate) fn gives_no_new_place(decision: Decision) -> bool {
    matches!(decision, Decision::Open | Decision::Stands | Decision::Dropped)
}
