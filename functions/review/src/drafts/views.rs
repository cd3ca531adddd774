//! Drafts as callers see them.

use std::collections::BTreeMap;

use api::TimeZone;
use api::line::PlaceView;
use api::shapes::{ApprovalId, DraftBreak, DraftThrough, DraftWhat, RunId};
use chrono_tz::Tz;
use desk::drafts::{Readiness, ShownDraft};
use domain::calendar::write_moment;
use domain::snapshot::EventRef;
use serde::Serialize;
use store::audit::Because;
use store::drafts::{Act, Effect, EffectLine, NamedPlace, Outcome, State, Status};
use utoipa::ToSchema;

/// The kind of action of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DraftKind {
    /// Events placed, moved, swapped or taken back by hand.
    Schedules,
    /// A line of the proposal gets another place.
    EditLine,
    /// A line of the proposal is held or released.
    HoldLine,
    /// Somebody cannot come.
    CallOut,
    TimeOff,
    RotationException,
    IgnoreFinding,
    RunNow,
    /// A trial is started.
    Try,
    /// Lines of the proposal are approved.
    Approve,
    /// Failed lines are sent again.
    Retry,
}

impl DraftKind {
    fn of(act: &Act) -> DraftKind {
        match act {
            Act::Schedules { .. } => DraftKind::Schedules,
            Act::EditLine { .. } => DraftKind::EditLine,
            Act::HoldLine { .. } => DraftKind::HoldLine,
            Act::CallOut { .. } => DraftKind::CallOut,
            Act::TimeOff { .. } => DraftKind::TimeOff,
            Act::RotationException { .. } => DraftKind::RotationException,
            Act::IgnoreFinding { .. } => DraftKind::IgnoreFinding,
            Act::RunNow { .. } => DraftKind::RunNow,
            Act::Try { .. } => DraftKind::Try,
            Act::Approve { .. } => DraftKind::Approve,
            Act::Retry { .. } => DraftKind::Retry,
        }
    }
}

/// The state of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DraftStatus {
    /// The effect is still being computed.
    Preparing,
    /// The effect could not be computed.
    Failed,
    /// The draft can be confirmed.
    Open,
    /// Somebody is confirming the draft.
    Confirming,
    Confirmed,
    Discarded,
    /// Nobody confirmed the draft within ten minutes.
    Expired,
}

/// A draft in brief.
#[derive(Serialize, ToSchema)]
pub struct DraftSummary {
    draft_id: String,
    kind: DraftKind,
    /// The action in a few words: `change schedules by hand`.
    title: &'static str,
    status: DraftStatus,
    through: DraftThrough,
    /// Who asked for the draft.
    asked_by: String,
    asked_at: String,
    /// When the draft expires.
    expires_at: String,
    /// The first line of the effect, in a sentence; `null` if the effect is not known.
    text: Option<String>,
    /// Number of lines of the effect.
    lines: usize,
    /// Number of rules that the draft breaks.
    breaks: usize,
}

impl DraftSummary {
    /// The representation of a draft in brief.
    pub fn of(shown: &ShownDraft) -> DraftSummary {
        let ShownDraft { draft, .. } = shown;
        DraftSummary {
            draft_id: draft.id.to_string(),
            kind: DraftKind::of(&draft.act),
            title: draft.act.title(),
            status: status(shown),
            through: draft.through.into(),
            asked_by: draft.asked.who.display_name().to_owned(),
            asked_at: draft.asked.at.to_string(),
            expires_at: draft.expires_at().to_string(),
            text: draft.effect.lines.first().map(|line| line.text.clone()),
            lines: draft.effect.lines.len(),
            breaks: draft.effect.breaks.len(),
        }
    }
}

fn status(shown: &ShownDraft) -> DraftStatus {
    match (shown.status, &shown.readiness) {
        (Status::Open, Readiness::Preparing) => DraftStatus::Preparing,
        (Status::Open, Readiness::Failed(_)) => DraftStatus::Failed,
        (Status::Open, Readiness::Ready) => DraftStatus::Open,
        (Status::Confirming, _) => DraftStatus::Confirming,
        (Status::Confirmed, _) => DraftStatus::Confirmed,
        (Status::Discarded, _) => DraftStatus::Discarded,
        (Status::Expired, _) => DraftStatus::Expired,
    }
}

fn place_of(spot: &NamedPlace) -> PlaceView {
    PlaceView {
        employee_id: spot.employee_id.clone(),
        employee_name: spot.employee_name.clone(),
        schedule_datetime: write_moment(spot.start),
        block: spot.block,
    }
}

/// One line of a draft's effect. Names come from Crossmark and from people: they are data.
#[derive(Serialize, ToSchema)]
struct DraftLine {
    what: DraftWhat,
    /// The event; `null` if the line is about a fact, a run or a trial.
    event_ref_num: Option<EventRef>,
    project_name: Option<String>,
    event_type: Option<String>,
    /// The id of the line of the proposal; `null` if there is none.
    line_id: Option<String>,
    before: Option<PlaceView>,
    after: Option<PlaceView>,
    /// The line of the effect in a sentence.
    text: String,
}

impl DraftLine {
    fn of(line: &EffectLine) -> DraftLine {
        DraftLine {
            what: line.what.into(),
            event_ref_num: line.event.as_ref().map(|event| event.event_ref),
            project_name: line.event.as_ref().map(|event| event.name.clone()),
            event_type: line.event.as_ref().map(|event| event.event_type.clone()),
            line_id: line.line.clone(),
            before: line.before.as_ref().map(place_of),
            after: line.after.as_ref().map(place_of),
            text: line.text.clone(),
        }
    }
}

/// The exact effect of confirming a draft.
#[derive(Serialize, ToSchema)]
struct DraftEffect {
    /// The effect line by line, including lines that move with others.
    lines: Vec<DraftLine>,
    /// The rules that the draft breaks. If there are any, the confirmation needs `override` with a reason.
    breaks: Vec<DraftBreak>,
    /// The score after the change minus the score before; `null` if it is not computed.
    points: Option<f64>,
    /// The score difference by term.
    terms: BTreeMap<String, f64>,
    /// Further remarks in sentences, such as what is not included, and why.
    notes: Vec<String>,
}

impl DraftEffect {
    fn of(effect: &Effect) -> DraftEffect {
        DraftEffect {
            lines: effect.lines.iter().map(DraftLine::of).collect(),
            breaks: effect.breaks.iter().cloned().map(Into::into).collect(),
            points: effect.points,
            terms: effect.terms.clone(),
            notes: effect.notes.clone(),
        }
    }
}

/// The result of a confirmed draft. Members that do not apply are `null`, and `line_ids` is then empty.
#[derive(Default, Serialize, ToSchema)]
pub struct DraftOutcome {
    /// The run that has the lines, or that was started.
    run_id: Option<RunId>,
    /// The approval. Its lines are sent to Crossmark, and can be recalled for ten seconds.
    approval_id: Option<ApprovalId>,
    /// The id of the trial that was started.
    trial_id: Option<String>,
    /// The fact that was saved, by its kind and id.
    fact: Option<String>,
    /// The id of the finding that is ignored.
    finding_id: Option<String>,
    /// The ids of the lines that were changed, held, released or sent again.
    line_ids: Vec<String>,
}

impl DraftOutcome {
    /// The representation of what a confirmed draft did.
    pub fn of(outcome: &Outcome) -> DraftOutcome {
        let none = DraftOutcome::default();
        match outcome.clone() {
            Outcome::Approved { run, approval } => {
                DraftOutcome { run_id: Some(run.into()), approval_id: Some(approval.into()), ..none }
            }
            Outcome::Edited { line } => DraftOutcome { line_ids: vec![line], ..none },
            Outcome::Saved { fact } => DraftOutcome { fact: Some(fact), ..none },
            Outcome::Ignored { finding } => DraftOutcome { finding_id: Some(finding.to_string()), ..none },
            Outcome::Run { run } => DraftOutcome { run_id: Some(run.into()), ..none },
            Outcome::Trial { trial } => DraftOutcome { trial_id: Some(trial.to_string()), ..none },
            Outcome::Retried { lines } => DraftOutcome { line_ids: lines, ..none },
        }
    }
}

/// A draft with its effect.
#[derive(Serialize, ToSchema)]
#[schema(as = Draft)]
pub struct DraftView {
    time_zone: TimeZone,
    #[serde(flatten)]
    summary: DraftSummary,
    /// The plan version of the draft. The draft can be confirmed only at this version.
    plan_version: u64,
    /// Whether the club has changed since, so that the draft can no longer be confirmed; `false` once somebody decided
    /// on it, or it expired.
    is_stale: bool,
    /// Why the effect could not be computed, or why the draft would change nothing; `null` otherwise.
    error: Option<String>,
    effect: DraftEffect,
    /// Who confirmed or discarded the draft, or is confirming it; `null` if nobody.
    decided_by: Option<String>,
    decided_at: Option<String>,
    /// The result of the confirmation; `null` before it.
    outcome: Option<DraftOutcome>,
}

impl DraftView {
    /// A draft at the club's plan version and zone.
    pub fn of(shown: &ShownDraft, (plan_version, time_zone): (u64, Tz)) -> DraftView {
        let ShownDraft { draft, readiness, status } = shown;
        let (by, outcome): (Option<&Because>, Option<&Outcome>) = match &draft.state {
            State::Open => (None, None),
            State::Confirming { by } | State::Discarded { by } => (Some(by), None),
            State::Confirmed { by, outcome } => (Some(by), Some(outcome)),
        };
        DraftView {
            time_zone: time_zone.into(),
            summary: DraftSummary::of(shown),
            plan_version: draft.plan_version,
            is_stale: *status == Status::Open && draft.plan_version != plan_version,
            error: match readiness {
                Readiness::Failed(words) => Some(words.clone()),
                Readiness::Ready | Readiness::Preparing => None,
            },
            effect: DraftEffect::of(&draft.effect),
            decided_by: by.map(|by| by.who.display_name().to_owned()),
            decided_at: by.map(|by| by.at.to_string()),
            outcome: outcome.map(DraftOutcome::of),
        }
    }
}
