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
pub struct LineView {
    /// `run.ref`.
    pub id: String,
    /// The run that proposed it.
    pub run_id: String,
    /// What it is.
    pub kind: LineKind,
    /// The event's number at Crossmark.
    pub event_ref_num: EventRef,
    /// The event's name.
    pub project_name: String,
    /// Its type, by the rulebook's name: given, or detected.
    pub event_type: String,
    /// Its length: given, or its type's own.
    pub estimated_minutes: u32,
    /// When its window opens.
    pub start_date: String,
    /// When its window closes.
    pub due_date: String,
    /// Who is to work it.
    pub employee_id: Option<EmployeeId>,
    /// Their name.
    pub employee_name: Option<String>,
    /// From when.
    pub schedule_datetime: Option<String>,
    /// In which shift block, of a Core.
    pub block: Option<u8>,
    /// Its state.
    pub status: LineStatus,
    /// To be named in an edit by a caller who wants protection.
    pub version: u64,
    /// Whether approval passes it by.
    pub held: bool,
    /// The rules that a manager allowed it to break; none where it breaks none.
    pub overridden: Option<OverriddenView>,
    /// Whether a person wrote it by hand, apart from any proposal.
    pub by_hand: bool,
    /// Where people last saw it proposed, where this proposal says otherwise.
    pub differs: Option<DiffersView>,
    /// What people decided about its event and did not send yet; none where nothing is decided.
    pub decision: Option<DecisionView>,
    /// Where the solver placed it, where a person changed that.
    pub original: Option<PlaceView>,
    /// Whether it moves or drops what is posted.
    pub is_swap: bool,
    /// Where that stood.
    pub from: Option<PlaceView>,
    /// The event that it pushes out of its place.
    pub bumped_event_ref_num: Option<EventRef>,
    /// Why.
    pub swap_reason: Option<String>,
    /// Why it is not placed.
    pub failure_reason: Option<Failure>,
    /// Why a person should look at it.
    pub flags: Vec<Flag>,
    /// What speaks for it: points by term.
    pub why: Option<BTreeMap<String, f64>>,
    /// The next best choice.
    pub runner_up: Option<RunnerUp>,
    /// The long reason of what is not placed or dropped.
    pub reason: Option<Failure>,
    /// Its pair.
    pub pair: Option<EventRef>,
    /// The lines that must be accepted before it.
    pub depends_on: Vec<EventRef>,
    /// What Crossmark said, or what is in the way.
    pub api_error_details: Option<ErrorView>,
    /// When Crossmark had it.
    pub api_submitted_at: Option<String>,
    /// Crossmark's id of it.
    pub scheduled_event_id: Option<ScheduledEventId>,
    /// Every call that was made for it.
    pub attempts: Vec<AttemptView>,
    /// When it is tried or read back next.
    pub next_attempt_at: Option<String>,
}

/// The best other choice for a line with everything else fixed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RunnerUp {
    /// Who would work it.
    pub employee_id: EmployeeId,
    /// Their name.
    pub employee_name: Option<String>,
    /// On which date.
    pub date: NaiveDate,
    /// Points lost by taking it.
    pub points_lost: f64,
    /// The points that make the difference, by term.
    pub terms: BTreeMap<String, f64>,
}

/// A place, as the API answers it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceView {
    /// Who.
    pub employee_id: EmployeeId,
    /// Their name.
    pub employee_name: Option<String>,
    /// From when.
    pub schedule_datetime: String,
    /// In which block.
    pub block: Option<u8>,
}

/// What a manager allowed a line to break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Overridden)]
pub struct OverriddenView {
    /// The rules.
    pub rules: Vec<String>,
    /// Who allowed it.
    pub by: String,
    /// When.
    pub at: String,
    /// Why.
    pub reason: String,
}

/// Where a line was proposed before, and why it is elsewhere now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Differs)]
pub struct DiffersView {
    /// Where it was.
    pub from: PlaceView,
    /// Why it is not there any more, in words; empty where nothing speaks against it.
    pub why: String,
    /// The rules that stand against it.
    pub rules: Vec<String>,
}

/// What people decided about an event and did not send yet: every proposal carries it until it is put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView {
    /// Who holds it back; put back with `{"held": false}`.
    pub held: Option<HeldView>,
    /// Where it was placed by hand; put back with `{"revert": true}`.
    pub wish: Option<WishView>,
    /// The placements that were refused within seven days; put back with `{"unwanted": false}`.
    pub unwanted: Vec<UnwantedView>,
}

/// Who holds an event back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HeldBy)]
pub struct HeldView {
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
}

/// Where an event was placed by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Wish)]
pub struct WishView {
    /// Who is to work it.
    pub employee_id: EmployeeId,
    /// Their name.
    pub employee_name: Option<String>,
    /// On which day.
    pub date: NaiveDate,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: String,
    /// Whether the line is so.
    pub met: bool,
    /// Why it is not, in words.
    pub why_not: Option<String>,
    /// The rules that stand against it.
    pub rules: Vec<String>,
}

/// A placement that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Unwanted)]
pub struct UnwantedView {
    /// Who was to work it.
    pub employee_id: EmployeeId,
    /// Their name.
    pub employee_name: Option<String>,
    /// On which day.
    pub date: NaiveDate,
    /// Why not, in words.
    pub reason: String,
    /// Who refused it.
    pub by: String,
    /// When.
    pub at: String,
}

/// Why a line is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LineError)]
pub struct ErrorView {
    /// By kind; none while it is in doubt or will be tried again.
    pub cause: Option<Cause>,
    /// In words.
    pub words: String,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub struct AttemptView {
    /// Which step of the submission.
    pub step: Step,
    /// Since when.
    pub started_at: String,
    /// Until when; none while it is under way, or when its worker was lost.
    pub ended_at: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// In words.
    pub words: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Crossmark did it.
    Done,
    /// It is known that it did nothing.
    NotTaken,
    /// It refused.
    Refused,
    /// Nobody knows.
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
            version: *version,
            held: line.held,
            overridden: line.overridden.as_ref().map(|allowed| OverriddenView {
                rules: allowed.rules.clone(),
                by: allowed.because.who.shown().to_owned(),
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
    /// A place with the name of who has it.
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
        let Decisions { held, wish, unwanted } = &line.decisions;
        let name = |id: &EmployeeId| names.get(id).cloned();
        let view = DecisionView {
            held: held.as_ref().map(|held| HeldView { by: held.who.shown().to_owned(), at: held.at.to_string() }),
            wish: wish.as_ref().map(|wish| {
                let met =
                    line.kind != store::lines::LineKind::Dropped && line.place.as_ref().is_some_and(|p| wish.is_for(p));
                let unmet = line.unmet.as_ref().filter(|_| !met);
                WishView {
                    employee_id: wish.employee_id.clone(),
                    employee_name: name(&wish.employee_id),
                    date: wish.date,
                    by: wish.because.who.shown().to_owned(),
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
                    by: refused.because.who.shown().to_owned(),
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
            Some(AttemptEnd::Done { .. }) => (Some(Outcome::Done), None),
            Some(AttemptEnd::NotTaken { words }) => (Some(Outcome::NotTaken), Some(words.clone())),
            Some(AttemptEnd::Refused { words }) => (Some(Outcome::Refused), Some(words.clone())),
            Some(AttemptEnd::Unknown { words }) => (Some(Outcome::Unknown), Some(words.clone())),
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
fn error_of(line: &Line) -> Option<ErrorView> {
    if let Some((cause, words)) = line.failed_because() {
        return Some(ErrorView { cause: Some(cause.into()), words: words.to_owned() });
    }
    let waits = matches!(&*line.state, LineState::Approved { .. } | LineState::InDoubt { .. });
    let last = line.submission.as_ref().filter(|_| waits)?.attempts.last()?;
    AttemptView::of(last).words.map(|words| ErrorView { cause: None, words })
}
