//! Edits of a line: a person gives it another person, day or time, holds or releases it, allows its event's refused
//! placements again, or moves it back to the solver's place. The requested person and day are stored as a wish for the
//! event, which later runs take into account.
//!
//! Lines of events that must move along by a rule are changed in the same transaction. Nothing is sent to Crossmark.

mod edited_line;

use std::collections::{BTreeMap, BTreeSet};

use domain::checker;
use domain::club::EventIx;
use domain::outcome::Cause;
use domain::rules::Scope;
use domain::schedule::Decision;
use domain::snapshot::EventRef;
use store::audit::Because;
use store::edits::{EditEffect, LineEdit, Mark};
use store::key::LineKey;
use store::lines::{Edit, Line, LineError, LineKind, RuleOverride};
use store::states::LineStatus;
use store::{Club, Stored};

pub(crate) use self::edited_line::refuse_impossible;
use self::edited_line::{LineWithPlace, edited_line};
use crate::approve::held_with;
use crate::error::{Broken, DeskError};
use crate::evaluate::{
    EvaluatedChange, RequestedPlace, When, evaluate_change, evaluate_revert, evaluate_unplaced, moved_blocks,
};
use crate::legal::broken_in_place;
use crate::line_dependencies::HeldWith;
use crate::plan::{Desk, Plan, current_line};
use crate::slots::place;

/// The requested change of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineChange {
    /// Another place.
    Place(RequestedPlace),
    /// Holds the line back from approval, releases it, or allows its event's refused placements again.
    Mark(Mark),
    /// Back to the place that the solver proposed; the wish is withdrawn.
    Revert,
    /// Takes the place away; the wish is withdrawn. Callers use it to undo the placement of a line that had lost its
    /// place by an edit of another line.
    Unplace,
}

/// A request to edit a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The line's id.
    pub line: String,
    /// The version that the caller saw, for optimistic concurrency; `None` to skip the check.
    pub version: Option<u64>,
    /// The change.
    pub wanted: LineChange,
    /// A manager's reason to allow broken rules.
    pub overriding: Option<String>,
}

/// The result of an edit.
#[derive(Debug)]
pub struct EditResult {
    /// The plan before the edit.
    pub plan: Plan,
    /// The line as it is now.
    pub line: Stored<Line>,
    /// The other lines that changed.
    pub others: Vec<Stored<Line>>,
    /// The lines that an approval holds back because the line is held now.
    pub held_with: Vec<HeldWith>,
    /// The broken rules that a manager confirmed.
    pub overridden: Vec<Broken>,
}

/// Edits a line of the current proposal.
///
/// # Errors
/// There is no such line or its proposal is no longer the current one; the version is stale; the line cannot be edited any
/// more; the person or day is unknown; the start is not legal, or no start is left; the place newly breaks rules and no
/// reason is given; the partner cannot follow; the club kept changing while it was read; or a request to the table failed.
pub async fn edit(desk: Desk<'_>, request: &Request, because: &Because) -> Result<EditResult, DeskError> {
    let club = desk.club;
    let mut attempts = club.contended_attempts();
    loop {
        attempts.begin().await?;
        let plan = Plan::load(desk, because.at).await?;
        let line = current_line(club, &plan, &request.line).await?.clone();
        if let Some(version) = request.version
            && version != line.version
        {
            return Err(LineError::Stale { found: line.version }.into());
        }
        let done = match &request.wanted {
            LineChange::Mark(mark) => return mark_line(club, plan, &line, *mark, request.version, because).await,
            LineChange::Place(requested) => move_line(club, &plan, &line, Some(requested), request, because).await,
            LineChange::Revert => move_line(club, &plan, &line, None, request, because).await,
            LineChange::Unplace => unplace_line(club, &plan, &line, because).await,
        };
        match done {
            // One of the lines was changed since the plan was read: start again.
            Err(DeskError::Line(LineError::Stale { .. })) => {}
            Err(error) => return Err(error),
            Ok((lines, overridden)) => {
                let mut lines = lines.into_iter();
                let line = lines.next().ok_or(DeskError::Line(LineError::NoLine))?;
                let others = lines.collect();
                return Ok(EditResult { plan, line, others, held_with: Vec::new(), overridden });
            }
        }
    }
}

/// Holds or releases a line, or allows its event's refused placements again.
async fn mark_line(
    club: Club<'_>,
    plan: Plan,
    line: &Stored<Line>,
    mark: Mark,
    version: Option<u64>,
    because: &Because,
) -> Result<EditResult, DeskError> {
    let done = club.mark_line(&line.body.key, version, mark, because).await?;
    let held_with = if mark == Mark::Held { lines_held_with(&plan, &line.body) } else { Vec::new() };
    Ok(EditResult { plan, line: done, others: Vec::new(), held_with, overridden: Vec::new() })
}

/// The lines that an approval holds back because this line is held.
fn lines_held_with(plan: &Plan, line: &Line) -> Vec<HeldWith> {
    let name = |event| LineKey { event, ..line.key.clone() }.to_string();
    let waiting = held_with(plan, line.key.event).into_iter();
    waiting.map(|(line, on)| HeldWith { line: name(line), waits_for: name(on) }).collect()
}

/// The effect of another place for a line.
#[derive(Debug)]
pub struct EditPreview {
    /// The plan that the edit was checked against.
    pub plan: Plan,
    /// The edits, the one of the line first.
    pub edits: Vec<LineEdit>,
    /// The rules that the edits break.
    pub broken: Vec<Broken>,
    /// The score difference.
    pub points: f64,
    /// The score difference by term.
    pub terms: BTreeMap<String, f64>,
}

/// The effect of another place for a line. Writes nothing. Broken rules are named, not refused.
///
/// # Errors
/// As [`edit`].
pub async fn preview(
    desk: Desk<'_>,
    line: &str,
    requested: &RequestedPlace,
    because: &Because,
) -> Result<EditPreview, DeskError> {
    let plan = Plan::load(desk, because.at).await?;
    let line = current_line(desk.club, &plan, line).await?.clone();
    let planned = plan_edits(&plan, &line, Some(requested), Some("previewed"), because)?;
    let PlannedEdits { edits, broken, points, terms } = planned;
    Ok(EditPreview { plan, edits, broken, points, terms })
}

/// Moves a line to the requested place, or back to the solver's place if none is requested. Returns the changed lines,
/// this one first, and the broken rules that a manager confirmed.
async fn move_line(
    club: Club<'_>,
    plan: &Plan,
    line: &Stored<Line>,
    requested: Option<&RequestedPlace>,
    request: &Request,
    because: &Because,
) -> Result<(Vec<Stored<Line>>, Vec<Broken>), DeskError> {
    let PlannedEdits { edits, broken, .. } = plan_edits(plan, line, requested, request.overriding.as_deref(), because)?;
    Ok((club.edit_lines(&edits, because).await?, broken))
}

/// Takes a line's place away. Returns the changed lines, this one first, and no broken rules.
async fn unplace_line(
    club: Club<'_>,
    plan: &Plan,
    line: &Stored<Line>,
    because: &Because,
) -> Result<(Vec<Stored<Line>>, Vec<Broken>), DeskError> {
    let edits = edits_without_place(plan, line, because)?;
    Ok((club.edit_lines(&edits, because).await?, Vec::new()))
}

/// The edits that take a line's place away, the one of the line first. This may break no rule.
fn edits_without_place(plan: &Plan, line: &Stored<Line>, because: &Because) -> Result<Vec<LineEdit>, DeskError> {
    refuse_uneditable(&line.body)?;
    if line.body.place.is_none() {
        return Err(LineError::NoPlace.into());
    }
    let event = plan.club.find(line.body.key.event).ok_or(DeskError::UnknownEvent { event: line.body.key.event })?;
    if line.body.kind.is_swap() {
        return Err(DeskError::StaysPosted { title: plan.club.event(event).title() });
    }
    let evaluated = evaluate_unplaced(plan, event);
    let broken: Vec<Broken> = evaluated.effect.violations.iter().map(|v| plan.broken_rule(v, event)).collect();
    if !broken.is_empty() {
        return Err(DeskError::Breaks { broken });
    }
    let mut edits = edits(plan, &evaluated, None, because)?;
    edits.sort_by_key(|edit| edit.key != line.body.key);
    for edit in edits.iter_mut().filter(|edit| edit.key == line.body.key) {
        edit.decision_effect = EditEffect::WishWithdrawn;
    }
    Ok(edits)
}

/// Refuses a line that can no longer be edited.
fn refuse_uneditable(line: &Line) -> Result<(), DeskError> {
    if is_editable(line) {
        return Ok(());
    }
    let (from, to) = (line.state.status().name(), LineStatus::UserEdited.name());
    let not_allowed = store::states::NotAllowed { from, to };
    Err(LineError::from(not_allowed).into())
}

fn is_editable(line: &Line) -> bool {
    line.state.status().may_become(LineStatus::UserEdited, store::states::LineAction::Edit)
}

/// The edits of a change, and their effect.
struct PlannedEdits {
    edits: Vec<LineEdit>,
    broken: Vec<Broken>,
    points: f64,
    terms: BTreeMap<String, f64>,
}

/// The edits that move a line to the requested place, or back to the solver's place if none is requested.
fn plan_edits(
    plan: &Plan,
    line: &Stored<Line>,
    requested: Option<&RequestedPlace>,
    overriding: Option<&str>,
    because: &Because,
) -> Result<PlannedEdits, DeskError> {
    refuse_uneditable(&line.body)?;
    if requested.is_none() && line.body.place == line.body.original && line.body.overridden.is_none() {
        // The line is where the solver placed it, so only the wish is withdrawn.
        let (key, version) = (line.body.key.clone(), line.version);
        let (edit, decision_effect) = (Edit::Revert, EditEffect::WishWithdrawn);
        let back = LineEdit { key, version, edit, decision_effect, cause: Cause::Choice };
        return Ok(PlannedEdits { edits: vec![back], broken: Vec::new(), points: 0.0, terms: BTreeMap::new() });
    }
    if line.body.kind == LineKind::Dropped {
        return Err(LineError::NoPlace.into());
    }
    let event = plan.club.find(line.body.key.event).ok_or(DeskError::UnknownEvent { event: line.body.key.event })?;
    let evaluated = match requested {
        Some(requested) => evaluate_change(plan, event, requested),
        None => evaluate_revert(plan, &line.body),
    };
    let mut evaluated = match evaluated {
        Err(error @ DeskError::BadStart { .. }) if overriding.is_none() => {
            return Err(broken_at_any_start(plan, event, &line.body, requested).unwrap_or(error));
        }
        evaluated => evaluated?,
    };
    // A line may be kept where it breaks a rule now. The reason, if one is given, then also confirms that broken rule.
    let place = line.body.place.as_ref().filter(|_| line.body.state.status().is_open());
    let person_day = place.and_then(|place| plan.person_day(place).ok());
    if requested.is_some() && overriding.is_some() && person_day.is_some() && evaluated.after.place(event) == person_day
    {
        evaluated.effect.violations.extend(broken_in_place(plan, event));
    }
    let broken: Vec<Broken> = evaluated.effect.violations.iter().map(|v| plan.broken_rule(v, event)).collect();
    if !broken.is_empty() && overriding.is_none() {
        return Err(DeskError::Breaks { broken });
    }
    let mut edits = edits(plan, &evaluated, overriding, because)?;
    edits.sort_by_key(|edit| edit.key != line.body.key);
    let decided: BTreeSet<EventRef> = evaluated.change.iter().map(|(e, _)| plan.club.event(*e).event_ref).collect();
    for edit in &mut edits {
        let edited = plan.line(edit.key.event).map(|line| &line.body);
        let place = match &edit.edit {
            Edit::Place { place, .. } => Some(place),
            Edit::Unplaced | Edit::Revert => None,
        };
        let is_moved = edited.is_none_or(|line| line.place.as_ref() != place);
        let is_original = edited.is_some_and(|line| line.original.as_ref() == place);
        // A line is not reverted if only its confirmation of broken rules changes.
        let is_confirmed = edited.is_some_and(|line| line.overridden.is_some());
        let is_decided = decided.contains(&edit.key.event);
        let is_reverted = requested.is_none() && (is_decided || (is_moved && is_original && !is_confirmed));
        edit.decision_effect = match requested {
            Some(_) if edit.key == line.body.key => EditEffect::WishMade,
            None if is_reverted => EditEffect::WishWithdrawn,
            _ => EditEffect::WishFollows,
        };
        if is_reverted && is_original && broken.is_empty() {
            edit.edit = Edit::Revert;
        }
        // An event that moves along moves because of a rule, not by a person's choice.
        if edit.decision_effect == EditEffect::WishFollows && is_moved && edit.cause == Cause::Choice {
            edit.cause = Cause::Rule;
        }
    }
    let (points, terms) = (evaluated.effect.points(), evaluated.effect.terms.by_name());
    Ok(PlannedEdits { edits, broken, points, terms })
}

/// The rules that a change breaks at whatever start, if it breaks any: they, and not a start, stand in its way.
fn broken_at_any_start(
    plan: &Plan,
    event: EventIx,
    line: &Line,
    requested: Option<&RequestedPlace>,
) -> Option<DeskError> {
    let (employee, when) = match (requested, &line.original) {
        (Some(requested), _) => (requested.employee.clone(), requested.when),
        (None, Some(original)) => (Some(original.employee_id.clone()), Some(When::Moment(original.start))),
        (None, None) => return None,
    };
    let at_any_start = RequestedPlace { employee, when: when.map(|when| When::Date(when.date())) };
    let violations = evaluate_change(plan, event, &at_any_start).ok()?.effect.violations;
    let broken: Vec<Broken> = violations.iter().map(|v| plan.broken_rule(v, event)).collect();
    (!broken.is_empty()).then_some(DeskError::Breaks { broken })
}

/// Why a line does not stay as proposed. It is a choice if the proposed person could still work the event at the
/// proposed time (H2).
fn cause(plan: &Plan, line: &Line) -> Cause {
    let club = &plan.club;
    let Some((original, event)) = line.original.as_ref().zip(club.find(line.key.event)) else { return Cause::Choice };
    let Some(person) = club.find_person(&original.employee_id.0) else { return Cause::Absence };
    let day = club.day_of(original.start.date());
    if day.is_some_and(|day| club.why_away(person, day).is_some()) {
        Cause::Absence
    } else if club.objection(person, club.event(event), original.start).is_some() {
        Cause::Rule
    } else {
        Cause::Choice
    }
}

/// The edits of a change: for each line with a new decision, for each line whose block changes, and for each other line
/// whose confirmation of broken rules is no longer needed.
fn edits(
    plan: &Plan,
    evaluated: &EvaluatedChange<'_>,
    reason: Option<&str>,
    because: &Because,
) -> Result<Vec<LineEdit>, DeskError> {
    let mut edits = Vec::new();
    let mut add = |line: &Stored<Line>, edit: Edit| {
        let (key, version) = (line.body.key.clone(), line.version);
        let cause = cause(plan, &line.body);
        edits.push(LineEdit { key, version, edit, decision_effect: EditEffect::WishFollows, cause });
    };
    for (event, decision) in &evaluated.change {
        match edited_line(plan, evaluated, *event, *decision)? {
            Some(LineWithPlace { line, place: Some(place) }) => {
                let overridden = rule_override(plan, evaluated, &line.body, *event, reason, because);
                add(line, Edit::Place { place, overridden });
            }
            Some(LineWithPlace { line, place: None }) => add(line, Edit::Unplaced),
            None => {}
        }
    }
    for event in moved_blocks(evaluated) {
        let (Some(line), Some(place)) = (plan.line_of(event), place(plan, &evaluated.after, event, &evaluated.slots))
        else {
            continue;
        };
        if line.body.state.status().is_open() && line.body.place.as_ref() != Some(&place) {
            let overridden = line.body.overridden.clone();
            add(line, Edit::Place { place, overridden });
        }
    }
    for (line, overridden) in outdated_confirmations(plan, evaluated) {
        if let Some(place) = line.body.place.clone() {
            add(line, Edit::Place { place, overridden });
        }
    }
    Ok(edits)
}

/// Other lines with a manager's confirmation that names a rule which is no longer broken after the change. Each comes
/// with the confirmation of the rules that are still broken.
fn outdated_confirmations<'p>(
    plan: &'p Plan,
    evaluated: &EvaluatedChange<'_>,
) -> Vec<(&'p Stored<Line>, Option<RuleOverride>)> {
    let is_changed = |event: EventIx| {
        evaluated.change.iter().any(|(e, _)| *e == event) || moved_blocks(evaluated).any(|moved| moved == event)
    };
    let open = plan.lines.values().filter(|line| line.body.state.status().is_open());
    let confirmed = open.filter_map(|line| Some((line, plan.club.find(line.body.key.event)?)));
    confirmed
        .filter(|(_, event)| !is_changed(*event))
        .filter_map(|(line, event)| {
            let earlier = line.body.overridden.as_ref()?;
            let still = still_broken(plan, evaluated, &line.body, event);
            let rules: Vec<String> = earlier.rules.iter().filter(|rule| still.contains(*rule)).cloned().collect();
            if rules == earlier.rules {
                return None;
            }
            let rest = (!rules.is_empty()).then(|| RuleOverride { rules, because: earlier.because.clone() });
            Some((&**line, rest))
        })
        .collect()
}

/// The broken rules around a line after the change: at its place and at the solver's place.
fn still_broken(plan: &Plan, evaluated: &EvaluatedChange<'_>, line: &Line, event: EventIx) -> BTreeSet<String> {
    let original = Line { place: line.original.clone(), ..line.clone() };
    let original = plan.decision(&original).ok().flatten().map_or(Decision::Open, |(_, decision)| decision);
    let scope = Scope::around(&evaluated.after, &[(event, original)]);
    checker::violations(&evaluated.after, &scope).iter().map(|violation| violation.rule.to_string()).collect()
}

/// The manager's confirmation of the rules that the change breaks, for one of its lines. It includes the rules of an earlier
/// confirmation of the line that are still broken. `None` if there are no such rules.
fn rule_override(
    plan: &Plan,
    evaluated: &EvaluatedChange<'_>,
    line: &Line,
    event: EventIx,
    reason: Option<&str>,
    because: &Because,
) -> Option<RuleOverride> {
    let mut rules: BTreeSet<String> = evaluated.effect.violations.iter().map(|v| v.rule.to_string()).collect();
    let earlier = line.overridden.as_ref();
    if let Some(earlier) = earlier {
        let still = still_broken(plan, evaluated, line, event).into_iter();
        rules.extend(still.filter(|rule| earlier.rules.contains(rule)));
    }
    if rules.is_empty() {
        return None;
    }
    // Without a new reason, the earlier confirmation stands, and it is still the earlier person's.
    let because = match (reason, earlier) {
        (None, Some(earlier)) => earlier.because.clone(),
        (reason, _) => Because { why: reason.unwrap_or_default().to_owned(), ..because.clone() },
    };
    Some(RuleOverride { rules: rules.into_iter().collect(), because })
}
