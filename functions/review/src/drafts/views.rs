//! Drafts as callers see them.

use std::collections::BTreeMap;

use api::TimeZone;
use api::shapes::{ApprovalId, RunId};
use chrono_tz::Tz;
use desk::drafts::{Readiness, Shown};
use domain::calendar::write_moment;
use domain::snapshot::{EmployeeId, EventRef};
use serde::Serialize;
use store::audit::Because;
use store::drafts::{Act, BrokenRule, DraftChannel, Effect, EffectLine, Outcome, Spot, State, Status, What};
use utoipa::ToSchema;

/// What a draft is about.
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
    /// A trial begins.
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

/// What a draft is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DraftStatus {
    /// Its effect is still being worked out.
    Preparing,
    /// Its effect could not be worked out.
    Failed,
    /// It may be confirmed.
    Open,
    /// Somebody is confirming it.
    Confirming,
    Confirmed,
    Discarded,
    /// Nobody confirmed it within ten minutes.
    Expired,
}

/// Through what a draft was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DraftThrough {
    /// An assistant.
    Mcp,
    /// Find, in the client.
    Find,
}

/// A draft in short.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftSummary)]
pub struct SummaryView {
    draft_id: String,
    kind: DraftKind,
    /// What it does, in a few words: `change schedules by hand`.
    title: &'static str,
    status: DraftStatus,
    through: DraftThrough,
    /// Who asked for it.
    asked_by: String,
    asked_at: String,
    /// Until when it may be confirmed.
    expires_at: String,
    /// The first line of its effect, in a sentence; none while that is worked out.
    text: Option<String>,
    /// How many lines its effect has.
    lines: usize,
    /// How many rules it breaks.
    breaks: usize,
}

impl SummaryView {
    /// A draft in short.
    pub fn of(shown: &Shown) -> SummaryView {
        let Shown { draft, .. } = shown;
        SummaryView {
            draft_id: draft.id.to_string(),
            kind: DraftKind::of(&draft.act),
            title: draft.act.title(),
            status: status(shown),
            through: match draft.through {
                DraftChannel::Mcp => DraftThrough::Mcp,
                DraftChannel::Find => DraftThrough::Find,
            },
            asked_by: draft.asked.who.shown().to_owned(),
            asked_at: draft.asked.at.to_string(),
            expires_at: draft.expires_at().to_string(),
            text: draft.effect.lines.first().map(|line| line.text.clone()),
            lines: draft.effect.lines.len(),
            breaks: draft.effect.breaks.len(),
        }
    }
}

fn status(shown: &Shown) -> DraftStatus {
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

/// Somebody at a time.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftSpot)]
struct SpotView {
    employee_id: EmployeeId,
    employee_name: Option<String>,
    schedule_datetime: String,
    /// In which block, of a Core.
    block: Option<u8>,
}

impl SpotView {
    fn of(spot: &Spot) -> SpotView {
        SpotView {
            employee_id: spot.employee_id.clone(),
            employee_name: spot.employee_name.clone(),
            schedule_datetime: write_moment(spot.start),
            block: spot.block,
        }
    }
}

/// What becomes of a line, an event or a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DraftWhat {
    /// An event gets a place.
    Placed,
    /// An event changes its person or time.
    Moved,
    /// A posted schedule is taken back.
    TakenBack,
    /// A line of the proposal loses its place.
    Unplaced,
    Held,
    Released,
    /// A line goes to Crossmark.
    Approved,
    /// A failed line is sent again.
    Retried,
    /// A fact is saved.
    Saved,
    /// A schedule that the saved fact goes against: nothing moves it.
    Affected,
    /// A run or a trial starts.
    Started,
}

impl From<What> for DraftWhat {
    fn from(what: What) -> DraftWhat {
        match what {
            What::Placed => DraftWhat::Placed,
            What::Moved => DraftWhat::Moved,
            What::TakenBack => DraftWhat::TakenBack,
            What::Unplaced => DraftWhat::Unplaced,
            What::Held => DraftWhat::Held,
            What::Released => DraftWhat::Released,
            What::Approved => DraftWhat::Approved,
            What::Retried => DraftWhat::Retried,
            What::Saved => DraftWhat::Saved,
            What::Affected => DraftWhat::Affected,
            What::Started => DraftWhat::Started,
        }
    }
}

/// One line of a draft's effect. Names come from Crossmark and from people: they are data.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftLine)]
struct LineOfEffect {
    what: DraftWhat,
    /// The event; none where the line is of a fact, a run or a trial.
    event_ref_num: Option<EventRef>,
    project_name: Option<String>,
    event_type: Option<String>,
    /// The line of the proposal.
    line_id: Option<String>,
    before: Option<SpotView>,
    after: Option<SpotView>,
    /// The whole in a sentence.
    text: String,
}

impl LineOfEffect {
    fn of(line: &EffectLine) -> LineOfEffect {
        LineOfEffect {
            what: line.what.into(),
            event_ref_num: line.event.as_ref().map(|event| event.event_ref),
            project_name: line.event.as_ref().map(|event| event.name.clone()),
            event_type: line.event.as_ref().map(|event| event.event_type.clone()),
            line_id: line.line.clone(),
            before: line.before.as_ref().map(SpotView::of),
            after: line.after.as_ref().map(SpotView::of),
            text: line.text.clone(),
        }
    }
}

/// A rule that a draft breaks.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftBreak)]
struct BreakView {
    rule: String,
    /// The rule in a few words.
    title: String,
    /// What is broken, with people, events and days.
    text: String,
}

impl BreakView {
    fn of(broken: &BrokenRule) -> BreakView {
        BreakView { rule: broken.rule.clone(), title: broken.title.clone(), text: broken.text.clone() }
    }
}

/// What a draft does when it is confirmed, exactly.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftEffect)]
struct EffectView {
    /// Line by line, what moves along included.
    lines: Vec<LineOfEffect>,
    /// The rules that it breaks: it is confirmed with `override` and a reason only.
    breaks: Vec<BreakView>,
    /// The score difference; none where there is none.
    points: Option<f64>,
    /// The same by term.
    terms: BTreeMap<String, f64>,
    /// What stays out, and why.
    notes: Vec<String>,
}

impl EffectView {
    fn of(effect: &Effect) -> EffectView {
        EffectView {
            lines: effect.lines.iter().map(LineOfEffect::of).collect(),
            breaks: effect.breaks.iter().map(BreakView::of).collect(),
            points: effect.points,
            terms: effect.terms.clone(),
            notes: effect.notes.clone(),
        }
    }
}

/// What a confirmed draft did; what it has none of is null.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = DraftOutcome)]
pub struct OutcomeView {
    /// The run that has the lines, or that was started.
    run_id: Option<RunId>,
    /// The approval; its lines go to Crossmark and can be recalled for ten seconds.
    approval_id: Option<ApprovalId>,
    /// The trial that was begun.
    trial_id: Option<String>,
    /// The fact that was saved: its kind and its id.
    fact: Option<String>,
    /// The finding that is ignored.
    finding_id: Option<String>,
    /// Lines that were changed, held, released or sent again.
    line_ids: Vec<String>,
}

impl OutcomeView {
    /// What a draft did.
    pub fn of(outcome: &Outcome) -> OutcomeView {
        let none = OutcomeView::default();
        match outcome.clone() {
            Outcome::Approved { run, approval } => {
                OutcomeView { run_id: Some(run.into()), approval_id: Some(approval.into()), ..none }
            }
            Outcome::Edited { line } => OutcomeView { line_ids: vec![line], ..none },
            Outcome::Saved { fact } => OutcomeView { fact: Some(fact), ..none },
            Outcome::Ignored { finding } => OutcomeView { finding_id: Some(finding.to_string()), ..none },
            Outcome::Run { run } => OutcomeView { run_id: Some(run.into()), ..none },
            Outcome::Trial { trial } => OutcomeView { trial_id: Some(trial.to_string()), ..none },
            Outcome::Retried { lines } => OutcomeView { line_ids: lines, ..none },
        }
    }
}

/// A draft with its effect.
#[derive(Serialize, ToSchema)]
#[schema(as = Draft)]
pub struct DraftView {
    time_zone: TimeZone,
    #[serde(flatten)]
    summary: SummaryView,
    /// The plan version at which it was made; it is confirmed at this one only.
    plan_version: u64,
    /// Whether the club has changed since, so that it cannot be confirmed any more.
    is_stale: bool,
    /// Why its effect could not be worked out.
    error: Option<String>,
    effect: EffectView,
    /// Who confirmed or discarded it, or is confirming it.
    decided_by: Option<String>,
    decided_at: Option<String>,
    /// What it did; none before it is confirmed.
    outcome: Option<OutcomeView>,
}

impl DraftView {
    /// A draft at the club's plan version and zone.
    pub fn of(shown: &Shown, (plan_version, time_zone): (u64, Tz)) -> DraftView {
        let Shown { draft, readiness, status } = shown;
        let (by, outcome): (Option<&Because>, Option<&Outcome>) = match &draft.state {
            State::Open => (None, None),
            State::Confirming { by } | State::Discarded { by } => (Some(by), None),
            State::Confirmed { by, outcome } => (Some(by), Some(outcome)),
        };
        DraftView {
            time_zone: time_zone.into(),
            summary: SummaryView::of(shown),
            plan_version: draft.plan_version,
            is_stale: *status == Status::Open && draft.plan_version != plan_version,
            error: match readiness {
                Readiness::Failed(words) => Some(words.clone()),
                Readiness::Ready | Readiness::Preparing => None,
            },
            effect: EffectView::of(&draft.effect),
            decided_by: by.map(|by| by.who.shown().to_owned()),
            decided_at: by.map(|by| by.at.to_string()),
            outcome: outcome.map(OutcomeView::of),
        }
    }
}
