//! What-if checks: what one change would break, gain or cost, and who could work a line on which day.
//!
//! Reads only.

use std::collections::BTreeMap;

use domain::alternatives::{self, head_of_unit};
use domain::calendar::write_moment;
use domain::club::{EventIx, Place as PersonDay, ValidDay};
use domain::event_type::EventType;
use domain::rules::{HardName, Violation};
use domain::schedule::Schedule;
use domain::snapshot::{EmployeeId, EventRef};
use serde::Serialize;
use store::Club;
use store::stamp::Timestamp;
use utoipa::ToSchema;

use crate::edit::refuse_impossible;
use crate::error::{Broken, DeskError};
use crate::evaluate::{EvaluatedChange, RequestedPlace, When, evaluate_change, moved_blocks, person_day};
use crate::legal::broken_in_place;
use crate::plan::{Desk, Plan, current_line};
use crate::slots::{AskedStarts, NoStart, place, slots};

/// The subject of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckTarget {
    /// A line of the current proposal, by id.
    Line(String),
    /// An event, posted or open.
    Event(EventRef),
    /// An event that a person would change by hand: judged by what is posted alone, as such a change is.
    ByHand(EventRef),
}

/// The place of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Spot {
    /// The id of the event's line; `null` if it has none.
    pub line: Option<String>,
    /// The number of the event.
    pub event_ref_num: EventRef,
    /// The person; `null` if the event would have no place.
    pub employee_id: Option<EmployeeId>,
    /// The name of the person; `null` if it is not known.
    pub employee_name: Option<String>,
    /// The start time; `null` if the event would have no place.
    pub schedule_datetime: Option<String>,
    /// The shift block; `null` unless the event is a Core event.
    pub block: Option<u8>,
}

/// The effect of the change that was checked.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Checked {
    /// The place that the event would have.
    pub place: Spot,
    /// The events that would move with it, or get another block.
    pub moves_along: Vec<Spot>,
    /// The start times to choose from, if the rulebook leaves a choice: for a Core event, those of the free blocks.
    pub starts: Vec<String>,
    /// Whether the change is allowed: `violations` is empty.
    pub allowed: bool,
    /// The rules that the change would newly break.
    pub violations: Vec<Broken>,
    /// The score after the change minus the score before.
    pub points: f64,
    /// The score difference by term.
    pub terms: BTreeMap<String, f64>,
}

/// The people who could work a line on a day, best first, and those who could not.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DayChoice {
    /// The day.
    pub date: String,
    /// The start time on that day; for a Core event, the earliest arrival of the day's blocks.
    pub start: Option<String>,
    /// The people who could work it, best first.
    pub people: Vec<PersonChoice>,
    /// The people who could not work it.
    pub cannot: Vec<PersonRefused>,
}

/// A person who could work the line.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PersonChoice {
    /// The person.
    pub employee_id: EmployeeId,
    /// The name of the person.
    pub employee_name: String,
    /// The score with this person minus the current score.
    pub points: f64,
    /// Whether this is the current placement.
    pub is_present: bool,
}

/// A person who could not work the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonRefused {
    /// The person.
    pub employee_id: EmployeeId,
    /// The name of the person.
    pub employee_name: String,
    /// The first rule that the placement would break. `null` if no rule is in the way: an edit of the line refuses this
    /// placement also with a reason.
    #[schema(value_type = Option<String>)]
    pub rule: Option<HardName>,
    /// The reason in words. For the current placement it names every rule that is broken there, for any other placement
    /// only the first one; a check of that placement names all.
    pub words: String,
}

/// What one change would break, gain and cost.
///
/// # Errors
/// The line, event, person or day does not exist or cannot be planned, a newer proposal has replaced the line's, the
/// event is posted at that place already, the start is not legal or no start is left, the partner of a line's event cannot
/// follow, the club kept changing while it was read, or a request to the table failed.
pub async fn check(
    desk: Desk<'_>,
    target: &CheckTarget,
    requested: &RequestedPlace,
    now: Timestamp,
) -> Result<(Plan, Checked), DeskError> {
    let (club, plan) = (desk.club, Plan::load_for(desk, target, now).await?);
    let event = find_event(club, &plan, target).await?;
    let checked = {
        let evaluated = evaluate_change(&plan, event, requested)?;
        if matches!(target, CheckTarget::Line(_)) {
            refuse_impossible(&plan, &evaluated, event)?;
        }
        let events = evaluated.change.iter().map(|(e, _)| *e).chain(moved_blocks(&evaluated));
        let spots: Vec<Spot> = events.map(|e| spot(&plan, &evaluated, e)).collect();
        let (own, along): (Vec<Spot>, Vec<Spot>) =
            spots.into_iter().partition(|s| s.event_ref_num == plan.club.event(event).event_ref);
        let violations: Vec<Broken> = evaluated.effect.violations.iter().map(|v| plan.broken_rule(v, event)).collect();
        let own = own.into_iter().next().ok_or(DeskError::Incomplete { missing: "the event" })?;
        Checked {
            starts: starts(&plan, event, requested),
            place: own,
            moves_along: along,
            allowed: violations.is_empty(),
            violations,
            points: evaluated.effect.points(),
            terms: evaluated.effect.terms.by_name(),
        }
    };
    Ok((plan, checked))
}

/// Who could work a line or event on each of its days. A Survey that is a unit with its Production is ranked as the
/// Production.
///
/// # Errors
/// The line or event does not exist, a newer proposal has replaced the line's, the club kept changing while it was
/// read, or a request to the table failed.
pub async fn rank(desk: Desk<'_>, target: &CheckTarget, now: Timestamp) -> Result<(Plan, Vec<DayChoice>), DeskError> {
    let (club, plan) = (desk.club, Plan::load_for(desk, target, now).await?);
    let event = find_event(club, &plan, target).await?;
    let days = {
        let mut schedule = plan.schedule(|_| true);
        let head = head_of_unit(&plan.club, event);
        let in_place = broken_in_place(&plan, head);
        let days = days_of(&schedule, head).into_iter();
        let choices = days.map(|day| day_choice(&plan, &mut schedule, head, day, &in_place));
        match target {
            CheckTarget::Line(_) => choices.map(|choice| without_refused(&plan, event, choice)).collect(),
            CheckTarget::Event(_) | CheckTarget::ByHand(_) => choices.collect(),
        }
    };
    Ok((plan, days))
}

/// A choice of a day without the people whose choice an edit of the line would refuse, whatever rule is set aside: the event
/// is posted to them there, or its posted Supervisor would have to follow and cannot ([`refuse_impossible`]).
fn without_refused(plan: &Plan, event: EventIx, mut choice: DayChoice) -> DayChoice {
    let when = When::read(&choice.date);
    let posted = plan.club.event(event).posting();
    let is_posted_to = |person: &PersonChoice| {
        posted.is_some_and(|posting| {
            plan.club.person(posting.person).id == person.employee_id
                && when.is_some_and(|when| when.date() == posting.start.date())
        })
    };
    let can_follow = |supervisor| plan.line_of(supervisor).is_some_and(|line| line.body.state.status().is_open());
    let is_free = plan.club.follower(event).is_none_or(can_follow);
    let refused_words = |person: &PersonChoice| {
        if is_posted_to(person) {
            return Some(DeskError::SameAsPosted.to_string());
        }
        let requested = RequestedPlace { employee: Some(person.employee_id.clone()), when };
        let evaluated = if is_free { None } else { evaluate_change(plan, event, &requested).ok() };
        refuse_impossible(plan, &evaluated?, event).err().map(|refusal| refusal.to_string())
    };
    for person in std::mem::take(&mut choice.people) {
        match refused_words(&person).filter(|_| !person.is_present) {
            None => choice.people.push(person),
            Some(words) => {
                let PersonChoice { employee_id, employee_name, .. } = person;
                choice.cannot.push(PersonRefused { employee_id, employee_name, rule: None, words });
            }
        }
    }
    choice
}

/// The event of a check.
async fn find_event(club: Club<'_>, plan: &Plan, target: &CheckTarget) -> Result<EventIx, DeskError> {
    let event = match target {
        CheckTarget::Line(id) => current_line(club, plan, id).await?.body.key.event,
        CheckTarget::Event(event) | CheckTarget::ByHand(event) => *event,
    };
    plan.club.find(event).ok_or(DeskError::UnknownEvent { event })
}

/// The starts among which a person may choose for a Core event in the requested place. Empty for other types.
fn starts(plan: &Plan, event: EventIx, requested: &RequestedPlace) -> Vec<String> {
    let mut schedule = plan.schedule(|_| true);
    let Ok(person_day) = person_day(plan, &schedule, event, requested) else { return Vec::new() };
    if plan.club.event(event).kind != EventType::Core {
        return Vec::new();
    }
    for (e, decision) in alternatives::decisions_at(&schedule, event, person_day) {
        schedule.decide(e, decision);
    }
    // The refusal of a start that no Core has, one minute before midnight, lists the legal starts.
    let impossible = domain::calendar::at_minute(plan.club.day(person_day.day).date, 24 * 60 - 1);
    match slots(plan, &schedule, &[event], &AskedStarts::from([(event, impossible)])) {
        Err(NoStart::NotLegal { legal }) => legal.into_iter().map(write_moment).collect(),
        Ok(_) | Err(NoStart::NoneLeft { .. }) => Vec::new(),
    }
}

/// The place of an event after a change, for the API.
fn spot(plan: &Plan, evaluated: &EvaluatedChange<'_>, event: EventIx) -> Spot {
    let place = place(plan, &evaluated.after, event, &evaluated.slots);
    let name = place.as_ref().and_then(|p| plan.names.get(&p.employee_id)).cloned();
    Spot {
        line: plan.line_of(event).map(|l| l.body.key.to_string()),
        event_ref_num: plan.club.event(event).event_ref,
        employee_name: name,
        schedule_datetime: place.as_ref().map(|p| write_moment(p.start)),
        block: place.as_ref().and_then(|p| p.block),
        employee_id: place.map(|p| p.employee_id),
    }
}

/// The days on which an event may be placed: its valid days, or for a Supervisor the day of its Core.
fn days_of(schedule: &Schedule, event: EventIx) -> Vec<ValidDay> {
    let club = schedule.club();
    let of = club.event(event);
    let core = of.partner.filter(|_| of.kind == EventType::Supervisor);
    match core.map(|core| schedule.place(core)) {
        Some(Some(core)) if of.posting().is_some() => vec![club.follower_start(core.day)],
        Some(Some(core)) => of.valid_day(core.day).into_iter().collect(),
        _ => of.valid.clone(),
    }
}

/// Who could work an event on a day. `in_place` is what the event breaks where it is.
fn day_choice(
    plan: &Plan,
    schedule: &mut Schedule,
    event: EventIx,
    valid: ValidDay,
    in_place: &[Violation],
) -> DayChoice {
    let club = schedule.club();
    let current = schedule.place(event);
    let mut people = Vec::new();
    let mut cannot = Vec::new();
    for person in club.person_ixs() {
        let person_day = PersonDay { person, day: valid.day };
        let is_present = current == Some(person_day);
        let known = club.person(person);
        let (employee_id, employee_name) = (known.id.clone(), known.distinct_name.clone());
        let points: Result<f64, Vec<Violation>> = match is_present {
            true if in_place.is_empty() => Ok(0.0),
            true => Err(in_place.iter().map(|violation| violation.clone().about(event)).collect()),
            false if !club.can_work(person, club.event(event), valid) => {
                Err(vec![Violation::unavailable(event, person, valid.day)])
            }
            false => {
                let effect = alternatives::best_change(schedule, event, person_day).1;
                let points = effect.points();
                effect.violations.into_iter().next().map_or(Ok(points), |first| Err(vec![first]))
            }
        };
        match points {
            Ok(points) => people.push(PersonChoice { employee_id, employee_name, points, is_present }),
            Err(broken) => {
                let Some(rule) = broken.first().map(|first| first.rule) else { continue };
                let words: Vec<String> = broken.iter().map(|violation| violation.words(&plan.club)).collect();
                cannot.push(PersonRefused { employee_id, employee_name, rule: Some(rule), words: words.join("; ") });
            }
        }
    }
    people.sort_by(|a, b| b.points.total_cmp(&a.points).then_with(|| a.employee_id.cmp(&b.employee_id)));
    let date = club.day(valid.day).date;
    let start = domain::calendar::at_minute(date, valid.start);
    DayChoice { date: date.to_string(), start: Some(write_moment(start)), people, cannot }
}
