//! The API's representation of a line, the same in every answer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::answer::Flag;
use domain::calendar::write_moment;
use domain::snapshot::{EmployeeId, EventRef};
use serde::Serialize;
use store::Stored;
use store::decisions::Decisions;
use store::key::ScheduledEventId;
use store::lines::{Line, Reasons};
use store::stamp::Timestamp;
use store::states::{Attempt, AttemptEnd, LineState};
use utoipa::ToSchema;

use crate::shapes::{Cause, Failure, LineKind, LineStatus, Step};

/// People's names by id.
pub type Names = BTreeMap<EmployeeId, String>;

/// A line. Times are club-local without an offset; lists of lines carry the club's time zone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Line)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing about the line")]
pub struct LineView {
    /// The id of the line: `<run id>.<event number>`.
    pub id: String,
    /// The id of the run that has the line.
    pub run_id: String,
    /// What the line does.
    pub kind: LineKind,
    /// The event's number at Crossmark.
    pub event_ref_num: EventRef,
    /// The event's name.
    pub project_name: String,
    /// The event type by the rulebook's name, given or detected from the name and the length.
    pub event_type: String,
    /// The length in minutes: the given one, or the default of the event type.
    pub estimated_minutes: u32,
    /// When the window of the event opens.
    pub start_date: String,
    /// When the window of the event closes.
    pub due_date: String,
    /// The person who is to work the event; `null` if the line has no place.
    pub employee_id: Option<EmployeeId>,
    /// The name of the person; `null` if it is not known.
    pub employee_name: Option<String>,
    /// The start time; `null` if the line has no place.
    pub schedule_datetime: Option<String>,
    /// The shift block; `null` unless the event is a Core event with a place.
    pub block: Option<u8>,
    /// The state of the line.
    pub status: LineStatus,
    /// Why the line had failed, if a person dropped it after that; `null` otherwise.
    pub given_up: Option<Cause>,
    /// The version of the line, to be sent with an edit for optimistic concurrency.
    pub version: u64,
    /// Whether approval skips the line.
    pub held: bool,
    /// The broken rules that a manager accepted; `null` if nobody accepted any.
    pub overridden: Option<OverriddenView>,
    /// Whether a person made the line by hand, outside of any proposal.
    pub by_hand: bool,
    /// The place that people last saw proposed, if this proposal differs; `null` otherwise.
    pub differs: Option<DiffersView>,
    /// Decisions of people about the event that were not sent yet; `null` if there are none.
    pub decision: Option<DecisionView>,
    /// The place before a person changed it: the solver's, or, if the line is of an adopted trial and differs, that of
    /// the plan before; `null` if there was none, or if it has not changed.
    pub original: Option<PlaceView>,
    /// Whether the event had no place originally: the solver gave it none, or, if the line is of an adopted trial and
    /// differs, the plan before. If it has a place now, a person gave it that place.
    pub was_not_placed: bool,
    /// Whether the line moves or drops a posted schedule.
    pub is_swap: bool,
    /// The earlier place of the posted schedule that the line moves or drops; `null` if it does neither.
    pub from: Option<PlaceView>,
    /// The event whose place the line takes, or for a posted schedule that makes room, the first event that takes its
    /// place; `null` if there is none.
    pub bumped_event_ref_num: Option<EventRef>,
    /// Why the line moves or drops a posted schedule, or takes the place of one; `null` for other lines, and for lines
    /// that were made by hand.
    pub swap_reason: Option<String>,
    /// Why the run did not place the event; `null` if it did, or if the line drops a posted schedule.
    pub failure_reason: Option<Failure>,
    /// Why a person should look at the line.
    pub flags: Vec<Flag>,
    /// What the placement earns: points by term; `null` if there is none, or if it was not requested.
    pub why: Option<BTreeMap<String, f64>>,
    /// The best alternative; `null` if there is none, or if it was not requested.
    pub runner_up: Option<RunnerUp>,
    /// The long reason why the event is not placed or is dropped; `null` if there is none, or if it was not requested.
    pub reason: Option<Failure>,
    /// The event that the line's event is paired with; `null` if there is none.
    pub pair: Option<EventRef>,
    /// The events whose lines must be accepted before this line.
    pub depends_on: Vec<EventRef>,
    /// What Crossmark answered, or what prevents the submission; `null` if there is no error.
    pub api_error_details: Option<LineErrorView>,
    /// When Crossmark accepted the line, or a person recorded it as done by hand, in UTC; `null` if neither happened.
    pub api_submitted_at: Option<String>,
    /// The id of the schedule at Crossmark; `null` if there is none, or if it is not known.
    pub scheduled_event_id: Option<ScheduledEventId>,
    /// All calls to Crossmark for the line.
    pub attempts: Vec<AttemptView>,
    /// When the line is tried or read back next, in UTC; `null` if it is not.
    pub next_attempt_at: Option<String>,
}

/// The best alternative for a line while everything else stays.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RunnerUp {
    /// The person who would work the event.
    pub employee_id: EmployeeId,
    /// The name of the person; `null` if it is not known.
    pub employee_name: Option<String>,
    /// The date of the alternative.
    pub date: NaiveDate,
    /// Points of the score lost by choosing the alternative.
    pub points_lost: f64,
    /// The points that differ, by term.
    pub terms: BTreeMap<String, f64>,
}

/// A person and a start time, as the API answers it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceView {
    /// The person.
    pub employee_id: EmployeeId,
    /// The name of the person; `null` if it is not known.
    pub employee_name: Option<String>,
    /// The start time.
    pub schedule_datetime: String,
    /// The shift block; `null` unless the event is a Core event.
    pub block: Option<u8>,
}

/// Broken rules of a line that a manager accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Overridden)]
pub struct OverriddenView {
    /// The broken rules.
    pub rules: Vec<String>,
    /// The manager who accepted them.
    pub by: String,
    /// When the rules were overridden, in UTC.
    pub at: String,
    /// The manager's reason.
    pub reason: String,
}

/// The place of a line in the proposal that people last saw, and why it changed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Differs)]
pub struct DiffersView {
    /// The earlier place.
    pub from: PlaceView,
    /// Why the line is no longer there, in words: the rules that forbid it, or else what it would do to the score.
    pub why: String,
    /// The rules that the earlier place would break; empty if no rule forbids it.
    pub rules: Vec<String>,
}

/// Decisions of people about an event that were not sent to Crossmark yet. Every proposal carries them until they are
/// withdrawn, or Crossmark has a schedule of the event or calls it off. A wished or refused placement is
/// also forgotten when its day has passed, and a refused one after seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView {
    /// Who holds the event; `null` if nobody does. `{"held": false}` releases it.
    pub held: Option<HeldView>,
    /// The placement by hand; `null` if there is none. `{"revert": true}` withdraws it.
    pub wish: Option<WishView>,
    /// The placements that were refused within seven days. `{"unwanted": false}` forgets them.
    pub unwanted: Vec<UnwantedView>,
}

/// Who holds an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HeldBy)]
pub struct HeldView {
    /// The person who holds the event.
    pub by: String,
    /// When the event was held, in UTC.
    pub at: String,
}

/// A placement by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Wish)]
pub struct WishView {
    /// The person who is to work the event.
    pub employee_id: EmployeeId,
    /// The name of the person; `null` if it is not known.
    pub employee_name: Option<String>,
    /// The day of the placement.
    pub date: NaiveDate,
    /// The person who placed it.
    pub by: String,
    /// When the event was placed, in UTC.
    pub at: String,
    /// Whether the line has this placement.
    pub met: bool,
    /// Why the line does not have this placement, in words; `null` if it does, or if no reason is recorded.
    pub why_not: Option<String>,
    /// The rules that the placement would break.
    pub rules: Vec<String>,
}

/// A placement that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Unwanted)]
pub struct UnwantedView {
    /// The person of the refused placement.
    pub employee_id: EmployeeId,
    /// The name of the person; `null` if it is not known.
    pub employee_name: Option<String>,
    /// The day of the placement.
    pub date: NaiveDate,
    /// The reason of the refusal, in words.
    pub reason: String,
    /// The person who refused it.
    pub by: String,
    /// When the placement was refused, in UTC.
    pub at: String,
}

/// Why a line is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LineError)]
pub struct LineErrorView {
    /// The kind of failure; `null` while the outcome is unknown or the line will be tried again.
    pub cause: Option<Cause>,
    /// The error in words.
    pub words: String,
}

/// One call to Crossmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub struct AttemptView {
    /// The step of the submission.
    pub step: Step,
    /// When the call started.
    pub started_at: String,
    /// When the call ended; `null` while it is in progress, or if its worker was lost.
    pub ended_at: Option<String>,
    /// How the call ended; `null` if that is not known yet.
    pub outcome: Option<AttemptOutcome>,
    /// What went wrong, in words; `null` if nothing did, or while the call is in progress.
    pub words: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Outcome)]
pub enum AttemptOutcome {
    /// Crossmark carried out the call.
    Done,
    /// The call had no effect: it was not sent, or Crossmark did not take it.
    NotTaken,
    /// Crossmark refused the call.
    Refused,
    /// It is not known whether Crossmark carried out the call.
    Unknown,
}

impl LineView {
    /// The representation of a line, with people's names, and with its long reasons if they were read.
    pub fn of(line: &Stored<Line>, names: &Names, reasons: Option<&Reasons>) -> LineView {
        let Stored { version, body: line } = line;
        let kind = LineKind::from(line.kind);
        let placed = line.place.as_ref();
        let edited = line.original.as_ref().filter(|original| Some(*original) != placed);
        let why = reasons.map(|reasons| &reasons.why);
        let attempts = line.submission.as_ref().map_or(&[][..], |s| &s.attempts);
        LineView {
            id: line.key.to_string(),
            run_id: line.key.run.to_string(),
            kind,
            event_ref_num: line.key.event,
            project_name: line.event.name.clone(),
            event_type: line.event.event_type().name().to_owned(),
            estimated_minutes: line.event.minutes(),
            start_date: write_moment(line.event.start),
            due_date: write_moment(line.event.due),
            employee_id: placed.map(|p| p.employee_id.clone()),
            employee_name: placed.and_then(|p| names.get(&p.employee_id)).cloned(),
            schedule_datetime: placed.map(|p| write_moment(p.start)),
            block: placed.and_then(|p| p.block),
            status: line.state.status().into(),
            given_up: match &*line.state {
                LineState::Rejected { given_up, .. } => given_up.map(Cause::from),
                _ => None,
            },
            version: *version,
            held: line.held,
            overridden: line.overridden.as_ref().map(|allowed| OverriddenView {
                rules: allowed.rules.clone(),
                by: allowed.because.who.display_name().to_owned(),
                at: allowed.because.at.to_string(),
                reason: allowed.because.why.clone(),
            }),
            by_hand: line.by_hand,
            differs: line.differs.as_ref().map(|differs| DiffersView {
                from: PlaceView::of(&differs.from, names),
                why: differs.text.clone(),
                rules: differs.rules.clone(),
            }),
            decision: DecisionView::of(line, names),
            original: edited.map(|place| PlaceView::of(place, names)),
            was_not_placed: line.original.is_none(),
            is_swap: line.kind.is_swap(),
            from: line.from.as_ref().map(|old| PlaceView::of(&old.place, names)),
            bumped_event_ref_num: line.swap.as_ref().and_then(|s| s.bumped),
            swap_reason: line.swap.as_ref().map(|s| s.reason.clone()),
            failure_reason: line.failure.clone().map(Failure::from),
            flags: line.flags.clone(),
            why: why.and_then(|why| why.terms.clone()),
            runner_up: why.and_then(|why| why.runner_up.as_ref()).map(|next| RunnerUp::of(next, names)),
            reason: why.and_then(|why| why.reason.clone()).map(Failure::from),
            pair: line.pair,
            depends_on: line.depends_on.clone(),
            api_error_details: error_of(line),
            api_submitted_at: match &*line.state {
                LineState::ApiSubmitted { at, .. } => Some(at.to_string()),
                _ => None,
            },
            scheduled_event_id: match &*line.state {
                LineState::ApiSubmitted { scheduled_event_id, .. } => *scheduled_event_id,
                _ => None,
            },
            attempts: attempts.iter().map(AttemptView::of).collect(),
            next_attempt_at: match &*line.state {
                LineState::Approved { .. } | LineState::InDoubt { .. } => line.state.look_at().map(|at| at.to_string()),
                _ => None,
            },
        }
    }
}

impl RunnerUp {
    fn of(next: &domain::answer::RunnerUp, names: &Names) -> RunnerUp {
        let domain::answer::RunnerUp { employee_id, date, points_lost, terms } = next.clone();
        RunnerUp { employee_name: names.get(&employee_id).cloned(), employee_id, date, points_lost, terms }
    }
}

impl PlaceView {
    /// A place with the name of its person.
    pub fn of(place: &store::events::Place, names: &Names) -> PlaceView {
        PlaceView {
            employee_id: place.employee_id.clone(),
            employee_name: names.get(&place.employee_id).cloned(),
            schedule_datetime: write_moment(place.start),
            block: place.block,
        }
    }
}

impl DecisionView {
    fn of(line: &Line, names: &Names) -> Option<DecisionView> {
        let Decisions { held_by, wish, unwanted } = &line.decisions;
        let name = |id: &EmployeeId| names.get(id).cloned();
        let view = DecisionView {
            held: held_by
                .as_ref()
                .map(|held| HeldView { by: held.who.display_name().to_owned(), at: held.at.to_string() }),
            wish: wish.as_ref().map(|wish| {
                let met =
                    line.kind != store::lines::LineKind::Dropped && line.place.as_ref().is_some_and(|p| wish.is_for(p));
                let unmet = line.unmet.as_ref().filter(|_| !met);
                WishView {
                    employee_id: wish.employee_id.clone(),
                    employee_name: name(&wish.employee_id),
                    date: wish.date,
                    by: wish.because.who.display_name().to_owned(),
                    at: wish.because.at.to_string(),
                    met,
                    why_not: unmet.map(|unmet| unmet.text.clone()),
                    rules: unmet.map(|unmet| unmet.rules.clone()).unwrap_or_default(),
                }
            }),
            unwanted: unwanted
                .iter()
                .map(|refused| UnwantedView {
                    employee_id: refused.employee_id.clone(),
                    employee_name: name(&refused.employee_id),
                    date: refused.date,
                    reason: refused.because.why.clone(),
                    by: refused.because.who.display_name().to_owned(),
                    at: refused.because.at.to_string(),
                })
                .collect(),
        };
        (!line.decisions.is_empty()).then_some(view)
    }
}

impl AttemptView {
    fn of(attempt: &Attempt) -> AttemptView {
        let (outcome, words) = match attempt.end.as_ref().map(|(_, end)| end) {
            None => (None, None),
            Some(AttemptEnd::Done { .. }) => (Some(AttemptOutcome::Done), None),
            Some(AttemptEnd::NotTaken { words }) => (Some(AttemptOutcome::NotTaken), Some(words.clone())),
            Some(AttemptEnd::Refused { words }) => (Some(AttemptOutcome::Refused), Some(words.clone())),
            Some(AttemptEnd::Unknown { words }) => (Some(AttemptOutcome::Unknown), Some(words.clone())),
        };
        let at = |at: Timestamp| at.to_string();
        AttemptView {
            step: attempt.step.into(),
            started_at: at(attempt.started_at),
            ended_at: attempt.end.as_ref().map(|(ended, _)| at(*ended)),
            outcome,
            words,
        }
    }
}

/// The error of a line: why it failed, or how its last call ended if it will be tried or read back again.
fn error_of(line: &Line) -> Option<LineErrorView> {
    if let Some((cause, words)) = line.failed_because() {
        return Some(LineErrorView { cause: Some(cause.into()), words: words.to_owned() });
    }
    let waits = matches!(&*line.state, LineState::Approved { .. } | LineState::InDoubt { .. });
    let last = line.submission.as_ref().filter(|_| waits)?.attempts.last()?;
    AttemptView::of(last).words.map(|words| LineErrorView { cause: None, words })
}
