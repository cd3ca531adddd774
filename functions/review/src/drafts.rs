//! `GET /api/drafts`, `GET …/{draft_id}`, `POST …/{draft_id}/confirm`, `POST …/{draft_id}/discard`: what an assistant or
//! *Find* prepared, and what a person makes of it. Drafts are made elsewhere; no route makes one and confirms it.

use std::collections::BTreeMap;

use api::identity::{ClubCaller, Manager, Viewer};
use api::shapes::{ApprovalId, RunId};
use api::{ApiError, Body, Code, Object, RouteError, Segment, TimeZone};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;
use desk::drafts::{self, DraftError, Queues, Readiness, Shown};
use domain::calendar::write_moment;
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Club;
use store::audit::Because;
use store::drafts::{Act, BrokenRule, Effect, EffectLine, Outcome, Spot, State as DraftState, Status, Through, What};
use store::key::DraftId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok, words};
use crate::app::{App, AppState};
use crate::errors::api_error;
use crate::posted_changes::Override;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(confirm)).routes(routes!(discard))
}

/// A draft by its id.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneDraft {
    /// The draft's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    draft_id: String,
}

impl OneDraft {
    fn id(&self) -> Result<DraftId, ApiError> {
        let message = "a draft's id has 1 to 64 letters, digits, - and _";
        DraftId::parse(&self.draft_id).map_err(|_| ApiError::new(Code::InvalidId, message))
    }
}

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
                Through::Mcp => DraftThrough::Mcp,
                Through::Find => DraftThrough::Find,
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
struct OutcomeView {
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
    fn of(outcome: &Outcome) -> OutcomeView {
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
struct DraftView {
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
    fn of(shown: &Shown, (plan_version, time_zone): (u64, Tz)) -> DraftView {
        let Shown { draft, readiness, status } = shown;
        let (by, outcome): (Option<&Because>, Option<&Outcome>) = match &draft.state {
            DraftState::Open => (None, None),
            DraftState::Confirming { by } | DraftState::Discarded { by } => (Some(by), None),
            DraftState::Confirmed { by, outcome } => (Some(by), Some(outcome)),
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

/// The club's plan version, and its zone.
async fn standing(club: Club<'_>) -> Result<(u64, Tz), ApiError> {
    let header = club.plan_header().await?;
    let info = header.info.ok_or(store::snapshot::SnapshotError::NoClub)?;
    Ok((header.plan_version.version, info.time_zone))
}

/// The drafts that nobody decided on.
#[derive(Serialize, ToSchema)]
#[schema(as = DraftList)]
struct ListView {
    /// Oldest first.
    items: Vec<SummaryView>,
}

/// The drafts that may be confirmed, oldest first.
///
/// 1 request, and 1 to 2 more for each call-out.
#[utoipa::path(
    get,
    path = "/api/drafts",
    operation_id = "listDrafts",
    tag = "drafts",
    responses(
        (status = 200, body = ListView),
        RouteError<()>,
    ),
)]
async fn list(State(app): State<AppState>, club_caller: ClubCaller<Viewer>) -> Result<Response, RouteError<()>> {
    let club = club_caller.of(&app.table);
    let open = drafts::list(club, club_caller.now).await.map_err(draft_error)?;
    Ok(Json(ListView { items: open.iter().map(SummaryView::of).collect() }).into_response())
}

api::errors! {
    /// Why a draft is not shown.
    ShowErrors: InvalidId, DraftNotFound;
}

/// A draft with its exact effect, before it is decided and for a day after.
#[utoipa::path(
    get,
    path = "/api/drafts/{draft_id}",
    operation_id = "getDraft",
    tag = "drafts",
    params(OneDraft),
    responses(
        (status = 200, body = DraftView),
        RouteError<ShowErrors>,
    ),
)]
async fn show(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Segment(one): Segment<OneDraft>,
) -> Result<Response, RouteError<ShowErrors>> {
    let club = club_caller.of(&app.table);
    let shown = drafts::get(club, &one.id()?, club_caller.now).await.map_err(draft_error)?;
    Ok(Json(DraftView::of(&shown, standing(club).await?)).into_response())
}

/// A confirmation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DraftConfirmation)]
struct Confirmation {
    /// The reason for the rules that the draft breaks; needed where it breaks some.
    #[serde(rename = "override")]
    #[schema(value_type = Option<Override>)]
    overriding: Option<Object<Override>>,
}

api::errors! {
    /// Why a draft is not confirmed.
    ConfirmErrors:
        InvalidId, InvalidText, DraftNotFound, DraftNotReady, DraftStale, DraftExpired, DraftDiscarded, DraftInHand,
        DraftSpent, InvalidDraft, RulesBroken, UnknownEmployee, EventNotFound, FindingNotFound, LineNotFound,
        LinesOfAnotherRun, NoProposal, ProposalSuperseded, IncompletePlace, StartNotLegal, DayOutsidePlan, DayLocked,
        PairCannotFollow, NotPosted, SameAsPosted, LineHasNoPlace, TooLate, StaleVersion, NotAllowedNow, PlanMoved,
        TooManyLines, RunOpen, TooManyRuns, InvalidChange, TooManyTrials, TrialNotFound, NothingToAdopt;
}

/// A person confirms a draft: what its effect says is done, once, by them.
///
/// It is refused on another plan version, after ten minutes, and where somebody decided on it. Any manager of the club may
/// confirm it: people cover for each other, and whoever confirms answers for it. A confirmation that was cut off is
/// finished by the next one.
#[utoipa::path(
    post,
    path = "/api/drafts/{draft_id}/confirm",
    operation_id = "confirmDraft",
    tag = "drafts",
    params(OneDraft),
    request_body = Confirmation,
    responses(
        (status = 200, body = Success<DraftView>, description = "It is done"),
        (status = 202, body = Success<DraftView>, description = "It is approved or started, and goes on by itself"),
        RouteError<ConfirmErrors>,
    ),
)]
async fn confirm(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneDraft>,
    Body(body): Body<Confirmation>,
) -> Result<Response, RouteError<ConfirmErrors>> {
    let overriding = body.overriding.as_ref().map(|o| words("override.reason", &o.0.reason)).transpose()?;
    let (desk, by) = (app.desk(&club_caller), club_caller.because("confirmed"));
    let confirmed = drafts::confirm(desk, queues(&app), &one.id()?, overriding.as_deref(), &by).await;
    let shown = confirmed.map_err(draft_error)?;
    let view = DraftView::of(&shown, standing(club_caller.of(&app.table)).await?);
    Ok(if goes_on(&shown) { accepted(view) } else { ok(view) })
}

/// Whether what a draft did goes on by itself: at Crossmark, or in a solver.
fn goes_on(shown: &Shown) -> bool {
    let DraftState::Confirmed { outcome, .. } = &shown.draft.state else { return false };
    match outcome {
        Outcome::Approved { .. } | Outcome::Run { .. } | Outcome::Trial { .. } | Outcome::Retried { .. } => true,
        Outcome::Edited { .. } | Outcome::Saved { .. } | Outcome::Ignored { .. } => false,
    }
}

fn queues(app: &App) -> Queues<'_> {
    Queues { runs: &app.runs, trials: &app.trials, submissions: &app.submissions }
}

api::errors! {
    /// Why a draft is not discarded.
    DiscardErrors: InvalidId, DraftInHand, DraftNotFound, DraftSpent;
}

/// A person discards a draft; nothing is done, and nobody can confirm it any more. Again changes nothing.
#[utoipa::path(
    post,
    path = "/api/drafts/{draft_id}/discard",
    operation_id = "discardDraft",
    tag = "drafts",
    params(OneDraft),
    responses(
        (status = 200, body = Success<DraftView>),
        RouteError<DiscardErrors>,
    ),
)]
async fn discard(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneDraft>,
) -> Result<Response, RouteError<DiscardErrors>> {
    let club = club_caller.of(&app.table);
    let by = club_caller.because("discarded");
    let shown = drafts::discard(club, &one.id()?, &by).await.map_err(draft_error)?;
    Ok(ok(DraftView::of(&shown, standing(club).await?)))
}

/// The HTTP error for an error of a draft.
pub fn draft_error(error: DraftError) -> ApiError {
    let message = error.to_string();
    let by = |by: &Because| json!({"by": by.who.shown(), "at": by.at.to_string()});
    match error {
        DraftError::NoDraft => ApiError::new(Code::DraftNotFound, message),
        DraftError::Invalid { .. } | DraftError::Failed { .. } => ApiError::new(Code::InvalidDraft, message),
        // Drafts are made elsewhere.
        DraftError::TooMany { next_at, .. } => {
            ApiError::new(Code::NotAllowedNow, message).with(json!({"next_at": next_at.to_string()}))
        }
        DraftError::Preparing => ApiError::new(Code::DraftNotReady, message),
        DraftError::Stale { found } => ApiError::new(Code::DraftStale, message).with(json!({"plan_version": found})),
        DraftError::Expired { at } => ApiError::new(Code::DraftExpired, message).with(json!({"at": at.to_string()})),
        DraftError::Discarded { by: who } => ApiError::new(Code::DraftDiscarded, message).with(by(&who)),
        DraftError::Spent { by: who, outcome } => {
            let outcome = json!(OutcomeView::of(&outcome));
            let details = json!({"by": who.who.shown(), "at": who.at.to_string(), "outcome": outcome});
            ApiError::new(Code::DraftSpent, message).with(details)
        }
        DraftError::InHand { by: who } => ApiError::new(Code::DraftInHand, message).with(by(&who)),
        DraftError::Desk(error) => api_error(error),
    }
}
