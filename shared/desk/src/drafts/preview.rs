//! The effect of an act: computed by the dry runs of the ordinary routes, as lines before and after. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use domain::bounds::request_dates;
use domain::calendar::date_in_words;
use domain::rules::SoftName;
use domain::snapshot::{EmployeeId, EventRef, RotationException, TimeOff};
use domain::trial::{CalloutChange, Difference, MAX_ENTRIES};
use store::Stored;
use store::audit::Because;
use store::documents::{DocumentError, NotLoaded};
use store::drafts::{
    Act, At, BrokenRule, Draft, Effect, EffectKind, EffectLine, NamedEvent, NamedPlace, ScheduleChange, Target,
};
use store::lines::{Edit, Line};
use store::stamp::Timestamp;
use store::trials::{TrialResult, TrialState};

use super::days::{effect_of_exception, effect_of_time_off};
use super::words::{Names, effect_line, named_event, named_place, sentence, title, what_happens};
use super::{ActPreview, DraftError};
use crate::approve;
use crate::edit;
use crate::error::{Broken, DeskError};
use crate::evaluate::{RequestedPlace, When};
use crate::failed::{self, FailedLines};
use crate::line_dependencies::HeldWith;
use crate::plan::{Desk, Plan, current_line, read_line_id};
use crate::posted_changes::{self, MAX_CHANGES, PostedChange};
use crate::trials::callout_changes;
use crate::validation::{PostedSchedules, ignored_until};

/// Maximum number of lines that one draft approves or retries, so that a draft with all their places fits into one item
/// of the table.
const MAX_LINES: usize = 200;
/// Maximum number of faults of a trial's change that a refusal names; it counts the others.
const MAX_FAULTS_NAMED: usize = 3;
/// The reason to break rules in a dry run.
const PREVIEWED: &str = "previewed";

/// A refusal of a draft.
pub fn invalid(words: impl Into<String>) -> DraftError {
    DraftError::Invalid { words: words.into() }
}

impl From<NotLoaded> for DraftError {
    fn from(error: NotLoaded) -> DraftError {
        DeskError::from(error).into()
    }
}

impl From<DocumentError> for DraftError {
    fn from(error: DocumentError) -> DraftError {
        match error {
            DocumentError::Table(error) => error.into(),
            DocumentError::NoClub => NotLoaded.into(),
            DocumentError::Stale { .. } => store::TableError::Contended.into(),
        }
    }
}

/// Checks the form of an act. If the last day of an ignore is not given, fills it in, so that the act does not depend on the
/// day of its confirmation.
///
/// # Errors
/// [`DraftError::Invalid`], there is no such finding, or a request to the table failed.
pub async fn resolve_act(desk: Desk<'_>, act: Act, now: Timestamp) -> Result<Act, DraftError> {
    match &act {
        Act::Schedules { changes } => {
            let events: BTreeSet<EventRef> = changes.iter().map(|change| change.event).collect();
            if changes.is_empty() || events.len() < changes.len() {
                return Err(invalid("name at least one event, and each once"));
            }
            if changes.len() > MAX_CHANGES {
                return Err(DeskError::TooManyChanges { found: changes.len(), most: MAX_CHANGES }.into());
            }
            if changes.iter().any(|change| change.to == Some(Target::default())) {
                return Err(invalid("name a person, a time or both for each event that is not taken back"));
            }
        }
        Act::EditLine { to, .. } if *to == Target::default() => {
            return Err(invalid("name a person, a time or both"));
        }
        Act::CallOut { from, to, .. } => refuse_span(*from, *to, now)?,
        Act::TimeOff { start, end, .. } => refuse_span(*start, *end, now)?,
        Act::RotationException { date, .. } => refuse_span(*date, *date, now)?,
        Act::Try { change } => {
            let faults = change.shape_faults();
            if change.is_empty() {
                return Err(invalid("a trial needs a change"));
            }
            if !faults.is_empty() {
                let mut words: Vec<String> = faults.iter().take(MAX_FAULTS_NAMED).map(ToString::to_string).collect();
                if faults.len() > MAX_FAULTS_NAMED {
                    words.push(format!("and {} more", faults.len() - MAX_FAULTS_NAMED));
                }
                return Err(invalid(words.join("; ")));
            }
        }
        Act::Approve { lines, .. } | Act::Retry { lines } if lines.is_empty() || lines.len() > MAX_LINES => {
            return Err(invalid(format!("name 1 to {MAX_LINES} lines")));
        }
        Act::IgnoreFinding { finding, until, reason } => {
            let posted = PostedSchedules::load(desk.club, now).await?;
            let found = posted.finding(finding)?.finding;
            let until = Some(ignored_until(&posted, &found, *until)?);
            return Ok(Act::IgnoreFinding { finding: finding.clone(), until, reason: reason.clone() });
        }
        _ => {}
    }
    Ok(act)
}

/// Refuses dates that are out of order or out of bounds.
fn refuse_span(from: NaiveDate, to: NaiveDate, now: Timestamp) -> Result<(), DraftError> {
    let dates = request_dates(now.utc().date_naive());
    if to < from {
        Err(invalid(format!("{} is before {}", date_in_words(to), date_in_words(from))))
    } else if !dates.contains(&from) || !dates.contains(&to) {
        Err(invalid(format!("expected dates from {} to {}", dates.start(), dates.end())))
    } else {
        Ok(())
    }
}

/// The call-out of an act, in the form of a trial.
pub fn callout(act: &Act) -> Option<CalloutChange> {
    let Act::CallOut { employee_id, from, to, moves, no_show } = act else { return None };
    Some(CalloutChange {
        employee_id: employee_id.clone(),
        from: *from,
        to: *to,
        now: None,
        lead_minutes: None,
        moves: *moves,
        no_show: *no_show,
    })
}

/// The act of [`act_for_swap`](super::act_for_swap).
///
/// # Errors
/// One of the events does not exist or is not posted.
pub fn swap_act(plan: &Plan, events: [EventRef; 2]) -> Result<Act, DraftError> {
    let person = |event: EventRef| {
        let of = plan.club.find(event).ok_or(DeskError::UnknownEvent { event })?;
        let posting = plan.club.event(of).posting().ok_or(DeskError::NotPosted { event })?;
        Ok::<_, DeskError>(plan.club.person(posting.person).id.clone())
    };
    let [first, second] = events;
    let change =
        |event, employee_id| ScheduleChange { event, to: Some(Target { employee_id: Some(employee_id), at: None }) };
    Ok(Act::Schedules { changes: vec![change(first, person(second)?), change(second, person(first)?)] })
}

/// The target of an act, as the use cases take it.
pub fn requested_place(to: &Target) -> RequestedPlace {
    let when = to.at.map(|at| match at {
        At::Date(date) => When::Date(date),
        At::Moment(at) => When::Moment(at),
    });
    RequestedPlace { employee: to.employee_id.clone(), when }
}

/// The changes of an act, as the use case takes them.
pub fn posted_changes(changes: &[ScheduleChange]) -> Vec<PostedChange> {
    let one =
        |change: &ScheduleChange| PostedChange { event: change.event, to: change.to.as_ref().map(requested_place) };
    changes.iter().map(one).collect()
}

/// The current effect of a draft's act.
///
/// # Errors
/// The act is refused, or would change nothing ([`DraftError::Invalid`]), or a request to the table failed. Broken rules are
/// named in the effect and not refused.
pub async fn preview(desk: Desk<'_>, draft: &Draft, because: &Because) -> Result<ActPreview, DraftError> {
    match &draft.act {
        Act::Schedules { changes } => effect_of_schedules(desk, draft, (posted_changes(changes), None), because).await,
        Act::EditLine { line, to } => effect_of_edit(desk, line, to, because).await,
        Act::HoldLine { line, held } => effect_of_hold(desk, line, *held, because.at).await,
        Act::CallOut { employee_id, .. } => effect_of_callout(desk, draft, employee_id, because).await,
        Act::TimeOff { employee_id, start, end } => {
            let off = TimeOff { employee_id: employee_id.clone(), start: *start, end: *end };
            effect_of_time_off(desk, &off, because).await
        }
        Act::RotationException { date, rotation, employee_id, reason } => {
            let (employee_id, reason) = (employee_id.clone(), reason.clone());
            let exception = RotationException { date: *date, rotation: *rotation, employee_id, reason };
            effect_of_exception(desk, &exception).await
        }
        Act::IgnoreFinding { finding, until, .. } => {
            let posted = PostedSchedules::load(desk.club, because.at).await?;
            let found = posted.finding(finding)?;
            let until = ignored_until(&posted, &found.finding, *until)?;
            if found.ignored.is_some_and(|ignored| ignored.until == until) {
                return Err(invalid("the finding is ignored until then already"));
            }
            let text = format!("{} is left as it is until {}", found.finding.text, date_in_words(until));
            Ok(ActPreview::of(vec![sentence(EffectKind::Saved, text)], posted.plan_version.version))
        }
        Act::RunNow { emergency } => {
            let version = desk.club.plan_version().await?.version;
            let text = match emergency {
                false => "A run starts; its proposal replaces the current one when it is done",
                true => "A run without the buffer starts; its proposal replaces the current one when it is done",
            };
            Ok(ActPreview::of(vec![sentence(EffectKind::Started, text.to_owned())], version))
        }
        Act::Try { change } => effect_of_trial_start(desk, change).await,
        Act::Approve { run, lines } => effect_of_approval(desk, run, lines, because.at).await,
        Act::Retry { lines } => effect_of_retry(desk, lines, because).await,
    }
}

impl ActPreview {
    /// An effect with these lines, without broken rules and points.
    pub fn of(lines: Vec<EffectLine>, plan_version: u64) -> ActPreview {
        let effect = Effect { lines, ..Effect::default() };
        ActPreview { effect, plan_version, broken: Vec::new(), line_version: None }
    }
}

fn broken_rules(broken: &[Broken]) -> Vec<BrokenRule> {
    let one = |broken: &Broken| BrokenRule {
        rule: broken.rule.to_string(),
        title: broken.title.to_owned(),
        text: broken.words.clone(),
    };
    broken.iter().map(one).collect()
}

/// A note for each line that an approval or a retry leaves out, with the reason.
fn notes_of_left_out(plan: &Plan, held_with: &[HeldWith], refused: &[approve::RefusedLine]) -> Vec<String> {
    let title = |line: &str| line_title(plan, line);
    let held = held_with.iter().map(|held| format!("{} waits for {}", title(&held.line), title(&held.waits_for)));
    let why = |refused: &approve::RefusedLine| with_event_titles(plan, &refused.reason);
    held.chain(refused.iter().map(|refused| format!("{}: {}", title(&refused.line), why(refused)))).collect()
}

/// A reason in which each `event 619044` is replaced by the title of that event.
fn with_event_titles(plan: &Plan, reason: &str) -> String {
    let mut parts = reason.split("event ");
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|character: char| character.is_ascii_digit());
        match part[..part.len() - rest.len()].parse() {
            Ok(number) => named.push_str(&title_of(plan, EventRef(number))),
            Err(_) => named.push_str("event "),
        }
        named.push_str(rest);
    }
    named
}

/// The event of a line, for a person.
fn line_title(plan: &Plan, line: &str) -> String {
    read_line_id(line).map_or_else(|| line.to_owned(), |(_, event)| title_of(plan, event))
}

/// An event, for a person.
fn title_of(plan: &Plan, event: EventRef) -> String {
    plan.club.find(event).map_or_else(|| format!("event {event}"), |event| plan.club.event(event).title())
}

/// The place of a line's event before and after the line.
fn places(line: &Line, names: &Names) -> (Option<NamedPlace>, Option<NamedPlace>) {
    let before = line.from.as_ref().map(|from| named_place(&from.place, names));
    (before, line.place.as_ref().map(|place| named_place(place, names)))
}

async fn effect_of_schedules(
    desk: Desk<'_>,
    draft: &Draft,
    (changes, called_out): (Vec<PostedChange>, Option<&EmployeeId>),
    because: &Because,
) -> Result<ActPreview, DraftError> {
    let request = posted_changes::Request {
        changes,
        plan_version: None,
        overriding: Some(PREVIEWED.to_owned()),
        mode: approve::ApprovalMode::DryRun,
    };
    let changed = posted_changes::preview(desk, &request, called_out, &draft.id.run(), because).await?;
    let names = &changed.plan.names;
    let of = |body: &Line| {
        let (before, after) = places(body, names);
        effect_line(what_happens(before.as_ref(), after.as_ref()), named_event(&body.event), None, (before, after))
    };
    let notes = notes_of_left_out(&changed.plan, &changed.approved.held_with, &changed.approved.refused);
    if changed.approved.queued.is_empty() {
        return Err(invalid(if notes.is_empty() { "nothing would change".to_owned() } else { notes.join("; ") }));
    }
    let effect = Effect {
        lines: changed.lines.iter().filter(|line| changed.approved.queued.contains(&line.key)).map(of).collect(),
        breaks: broken_rules(&changed.overridden),
        points: Some(changed.points),
        terms: changed.terms,
        notes,
    };
    let plan_version = changed.plan.plan_version.version;
    Ok(ActPreview { effect, plan_version, broken: changed.overridden, line_version: None })
}

async fn effect_of_edit(desk: Desk<'_>, id: &str, to: &Target, because: &Because) -> Result<ActPreview, DraftError> {
    let preview = edit::preview(desk, id, &requested_place(to), because).await?;
    let plan = &preview.plan;
    let mut lines = Vec::new();
    for edit in &preview.edits {
        let Some(Stored { body, .. }) = plan.line(edit.key.event) else { continue };
        let before = body.place.as_ref().map(|place| named_place(place, &plan.names));
        let (after, kind) = match &edit.edit {
            Edit::Place { place, .. } if body.place.as_ref() == Some(place) => continue,
            Edit::Place { place, .. } => {
                let after = named_place(place, &plan.names);
                (Some(after), if before.is_some() { EffectKind::Moved } else { EffectKind::Placed })
            }
            Edit::Unplaced => (None, EffectKind::Unplaced),
            Edit::Revert => continue,
        };
        lines.push(effect_line(kind, named_event(&body.event), Some(body.key.to_string()), (before, after)));
    }
    if lines.is_empty() {
        return Err(invalid("the line is there already"));
    }
    let effect = Effect {
        lines,
        breaks: broken_rules(&preview.broken),
        points: Some(preview.points),
        terms: preview.terms,
        notes: Vec::new(),
    };
    let line_version = preview.edits.first().map(|edit| edit.version);
    Ok(ActPreview { effect, plan_version: plan.plan_version.version, broken: preview.broken, line_version })
}

async fn effect_of_hold(desk: Desk<'_>, id: &str, held: bool, now: Timestamp) -> Result<ActPreview, DraftError> {
    let plan = Plan::load(desk, now).await?;
    let Stored { body, version } = current_line(desk.club, &plan, id).await?;
    if !body.state.status().is_open() {
        return Err(invalid("the event cannot be held or released: it is decided already"));
    }
    if body.held == held {
        return Err(invalid(if held { "the line is held already" } else { "the line is not held" }));
    }
    let place = body.place.as_ref().map(|place| named_place(place, &plan.names));
    let kind = if held { EffectKind::Held } else { EffectKind::Released };
    let lines = vec![effect_line(kind, named_event(&body.event), Some(body.key.to_string()), (place.clone(), place))];
    let previewed = ActPreview::of(lines, plan.plan_version.version);
    let mut previewed = ActPreview { line_version: Some(*version), ..previewed };
    if held {
        let waiting = approve::held_with(&plan, body.key.event);
        previewed.effect.notes = waiting
            .into_iter()
            .map(|(event, on)| format!("{} waits for {}", title_of(&plan, event), title_of(&plan, on)))
            .collect();
    }
    Ok(previewed)
}

/// The result of a call-out's trial, if the same changes are possible by hand.
async fn effect_of_callout(
    desk: Desk<'_>,
    draft: &Draft,
    absent: &EmployeeId,
    because: &Because,
) -> Result<ActPreview, DraftError> {
    let trial = crate::trials::show(desk.club, &draft.id.trial(), because.at).await?;
    let TrialState::Done { result, .. } = trial.state else { return Err(DraftError::Preparing) };
    let changes = callout_changes(&result);
    if changes.is_empty() {
        return Err(DeskError::NothingToAdopt.into());
    }
    if changes.len() > MAX_CHANGES {
        return Err(DeskError::TooManyChanges { found: changes.len(), most: MAX_CHANGES }.into());
    }
    let found = effect_of_trial(&result, &desk.club.club_documents().await?.names());
    let by_hand = effect_of_schedules(desk, draft, (changes, Some(absent)), because).await?;
    let places = |lines: &[EffectLine]| -> BTreeMap<Option<EventRef>, Option<(EmployeeId, NaiveDateTime)>> {
        let at = |spot: &NamedPlace| (spot.employee_id.clone(), spot.start);
        lines.iter().map(|l| (l.event.as_ref().map(|e| e.event_ref), l.after.as_ref().map(at))).collect()
    };
    if places(&found.lines) != places(&by_hand.effect.lines) {
        return Err(invalid("what the trial found cannot be carried out as it is"));
    }
    if !by_hand.broken.is_empty() {
        return Err(DeskError::Breaks { broken: by_hand.broken }.into());
    }
    Ok(ActPreview { effect: found, ..by_hand })
}

/// The result of a call-out's trial, as the effect of its draft.
pub fn effect_of_trial(result: &TrialResult, names: &Names) -> Effect {
    let spot_of = |at: &domain::trial::Spot| NamedPlace {
        employee_id: at.employee_id.clone(),
        employee_name: names.get(&at.employee_id).cloned(),
        start: at.start,
        block: at.block,
    };
    let named = |found: &Difference| NamedEvent {
        event_ref: found.event_ref_num,
        name: found.project_name.trim().to_owned(),
        event_type: found.event_type.clone(),
    };
    let lines = result.comparison.lines.iter().map(|found| {
        let event = named(found);
        let (before, after) = (found.before.as_ref().map(spot_of), found.after.as_ref().map(spot_of));
        effect_line(what_happens(before.as_ref(), after.as_ref()), event, None, (before, after))
    });
    let title_of = |event: EventRef| {
        let line = result.comparison.lines.iter().find(|line| line.event_ref_num == event);
        line.map_or_else(|| format!("event {event}"), |line| title(&named(line)))
    };
    let notes = result.open.iter().map(|open| format!("nobody else can take {}: {}", title_of(open.event), open.text));
    let notes = notes.chain(result.under_way.iter().cloned());
    Effect { lines: lines.collect(), notes: notes.collect(), ..Effect::default() }
}

async fn effect_of_trial_start(desk: Desk<'_>, change: &domain::trial::Change) -> Result<ActPreview, DraftError> {
    let documents = desk.club.club_documents().await?;
    let current_weights = &documents.settings.planning.weights;
    let weights = change.weights.iter().take(MAX_ENTRIES).filter_map(|(name, weight)| {
        let before = current_weights.of(SoftName::named(name)?);
        Some(sentence(EffectKind::Started, format!("a trial with the weight {name} at {weight} instead of {before}")))
    });
    let mut lines: Vec<EffectLine> = weights.collect();
    if lines.is_empty() {
        lines.push(sentence(EffectKind::Started, "a trial of the club with the requested change".to_owned()));
    }
    let mut previewed = ActPreview::of(lines, documents.plan_version.version);
    previewed.effect.notes.push("the plan does not change until somebody adopts the trial".to_owned());
    Ok(previewed)
}

async fn effect_of_approval(
    desk: Desk<'_>,
    run: &store::key::RunId,
    ids: &[String],
    now: Timestamp,
) -> Result<ActPreview, DraftError> {
    let (plan, approved) = approve::preview(desk, run, Some(ids), now).await?;
    let notes = notes_of_left_out(&plan, &approved.held_with, &approved.refused);
    let lines: Vec<EffectLine> = approved
        .queued
        .iter()
        .filter_map(|key| {
            let body = &plan.line(key.event)?.body;
            Some(effect_line(
                EffectKind::Approved,
                named_event(&body.event),
                Some(key.to_string()),
                places(body, &plan.names),
            ))
        })
        .collect();
    if lines.is_empty() {
        let approved = if ids.len() == 1 { "it is approved already" } else { "they are approved already" };
        return Err(invalid(if notes.is_empty() { approved.to_owned() } else { notes.join("; ") }));
    }
    let mut previewed = ActPreview::of(lines, plan.plan_version.version);
    previewed.effect.notes = notes;
    Ok(previewed)
}

async fn effect_of_retry(desk: Desk<'_>, ids: &[String], because: &Because) -> Result<ActPreview, DraftError> {
    let preview = failed::preview_retry(desk, &FailedLines::Lines(ids.to_vec()), because).await?;
    let mut notes = notes_of_left_out(&preview.plan, &[], &preview.refused);
    let title = |line: &str| line_title(&preview.plan, line);
    notes.extend(preview.not_failed.iter().map(|left| format!("{} has not failed", title(&left.line))));
    let names = &preview.plan.names;
    let of = |body: &Line| {
        effect_line(EffectKind::Retried, named_event(&body.event), Some(body.key.to_string()), places(body, names))
    };
    let lines: Vec<EffectLine> = preview.lines.iter().map(of).collect();
    if lines.is_empty() {
        return Err(invalid(if notes.is_empty() { "no line has failed".to_owned() } else { notes.join("; ") }));
    }
    let mut previewed = ActPreview::of(lines, preview.plan.plan_version.version);
    previewed.effect.notes = notes;
    Ok(previewed)
}
