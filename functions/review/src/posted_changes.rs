//! `POST /api/schedules/changes`: a person places, moves or takes back events by hand, apart from any proposal.

use std::collections::{BTreeMap, BTreeSet};

use api::identity::{ClubCaller, Manager};
use api::line::LineView;
use api::shapes::{ApprovalId, RunId};
use api::{ApiError, Body, Code, Object, RouteError};
use axum::extract::State;
use axum::response::Response;
use desk::Broken;
use desk::approve::{ApprovalMode, RefusedLine};
use desk::evaluate::RequestedPlace;
use desk::line_dependencies::HeldWith;
use desk::posted_changes::{self, MAX_CHANGES, PostedChange, Request};
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};
use store::stamp::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok, words};
use crate::app::{App, AppState};
use crate::check::when;
use crate::errors::api_error;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change))
}

/// A change of one event: `{"event_ref_num", "employee_id", "schedule_datetime"}` (either of the last two may be left
/// out for a posted event), or `{"event_ref_num", "take_back": true}`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleChange {
    event_ref_num: EventRef,
    employee_id: Option<EmployeeId>,
    /// A date, or a club-local time without an offset.
    schedule_datetime: Option<String>,
    /// Whether the posted schedule is taken back.
    #[serde(default)]
    take_back: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScheduleChangesRequest {
    #[schema(min_items = 1, max_items = 60)]
    changes: Vec<ScheduleChange>,
    /// The plan version that the caller saw. The request is refused if the version has changed.
    plan_version: Option<u64>,
    /// The reason for the changes, for the audit trail.
    #[schema(min_length = 1, max_length = 1000)]
    reason: Option<String>,
    #[serde(rename = "override")]
    #[schema(value_type = Option<RulesOverride>)]
    overriding: Option<Object<RulesOverride>>,
    /// Returns the effect of the request without carrying it out.
    #[serde(default)]
    dry_run: bool,
}

/// Accepts broken rules, with a manager's reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesOverride {
    /// Why the broken rules are accepted.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// The effect of changes of posted schedules.
#[derive(Serialize, ToSchema)]
pub struct ScheduleChanges {
    time_zone: &'static str,
    /// The plan version on which the changes were checked.
    plan_version: u64,
    /// The run that has the lines; no solver works on it, and each request gets one of its own. `null` for a dry run,
    /// or if every line was refused.
    run_id: Option<RunId>,
    approval_id: Option<ApprovalId>,
    /// The changed lines, including those that move with others.
    lines: Vec<LineView>,
    /// Number of lines that are sent to Crossmark.
    queued: usize,
    /// Number of lines that are not approved yet, because the plan kept changing. The service checks them again within
    /// minutes, and approves or refuses them.
    left: usize,
    /// Lines that are not approved, because they would break a rule without another line that is not approved either.
    held_with: Vec<HeldWith>,
    refused: Vec<RefusedLine>,
    /// The broken rules that the manager accepted.
    overridden: Vec<Broken>,
    /// The score after the change minus the score before.
    points: f64,
    /// The score difference by term.
    terms: BTreeMap<String, f64>,
}

api::errors! {
    /// Why schedules are not changed.
    ScheduleErrors:
        InvalidEdit, InvalidTime, DateOutOfBounds, InvalidText, UnknownEmployee, IncompletePlace, EventNotFound, NoLines,
        TooManyLines, PlanMoved, RulesBroken, StartNotLegal, DayOutsidePlan, DayLocked, NotPosted, TooLate, SameAsPosted;
}

/// Places, moves or takes back events by hand, and approves the changes.
///
/// The changes are checked together: if one of them is not possible, none is made. A line can still be refused after
/// that, if a number at Crossmark is missing, Crossmark has not answered an earlier change of the event, or the plan
/// changes meanwhile (`refused`), or be approved later (`left`). The lines are sent to Crossmark ten seconds later, and
/// can be recalled until then. A posted Supervisor follows its Core to another day or off the schedule, and a Survey
/// follows its Production, unless the request names it. `override` accepts broken rules, with a reason, but no change
/// on a locked day.
#[utoipa::path(
    post,
    path = "/api/schedules/changes",
    operation_id = "changeSchedules",
    tag = "schedules",
    request_body = ScheduleChangesRequest,
    responses(
        (
            status = 200, body = Success<ScheduleChanges>,
            description = "A dry run, or every line was refused: nothing is sent to Crossmark"
        ),
        (status = 202, body = Success<ScheduleChanges>),
        RouteError<ScheduleErrors>,
    ),
)]
async fn change(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<ScheduleChangesRequest>,
) -> Result<Response, RouteError<ScheduleErrors>> {
    let overriding = body.overriding.as_ref().map(|o| words("override.reason", &o.0.reason)).transpose()?;
    let reason = body.reason.as_deref().map(|text| words("reason", text)).transpose()?;
    let request = Request {
        changes: changes(body.changes, club_caller.now)?,
        plan_version: body.plan_version,
        overriding: overriding.clone(),
        mode: if body.dry_run { ApprovalMode::DryRun } else { ApprovalMode::Execute },
    };
    let why = reason.or(overriding).unwrap_or_else(|| "changed by hand".to_owned());
    let ids = new_ids(&app, club_caller.now);
    let run = ids.0.clone();
    let desk = app.desk(&club_caller);
    let done = posted_changes::change(desk, &app.submissions, &request, ids, &club_caller.because(why)).await;
    let answer = ScheduleChanges::of(done.map_err(api_error)?, run);
    Ok(if answer.is_recorded() { accepted(answer) } else { ok(answer) })
}

/// New ids for the run that records changes by hand, and for its approval.
pub fn new_ids(app: &App, now: Timestamp) -> (store::key::RunId, store::key::ApprovalId) {
    let mut rng = app.rng();
    (store::key::RunId::new(now, &mut rng), store::key::ApprovalId::new(now, &mut rng))
}

impl ScheduleChanges {
    /// The effect of changes by hand, with the run that has their lines.
    pub fn of(done: posted_changes::ChangeResult, run: store::key::RunId) -> ScheduleChanges {
        let is_recorded = done.approved.approval.is_some();
        ScheduleChanges {
            time_zone: done.plan.time_zone.name(),
            plan_version: done.plan.plan_version.version,
            run_id: is_recorded.then(|| run.into()),
            approval_id: done.approved.approval.map(ApprovalId),
            lines: done.plan.lines.values().map(|line| LineView::of(line, &done.plan.names, None)).collect(),
            queued: done.approved.queued.len(),
            left: done.approved.unprocessed,
            held_with: done.approved.held_with,
            refused: done.approved.refused,
            overridden: done.overridden,
            points: done.points,
            terms: done.terms,
        }
    }

    /// Whether an approval was recorded.
    pub fn is_recorded(&self) -> bool {
        self.approval_id.is_some()
    }
}

fn changes(requested: Vec<ScheduleChange>, now: Timestamp) -> Result<Vec<PostedChange>, ApiError> {
    match requested.len() {
        0 => return Err(ApiError::new(Code::NoLines, "name at least one event")),
        n if n > MAX_CHANGES => {
            let message = format!("{n} events are named: at most {MAX_CHANGES} at once");
            return Err(ApiError::new(Code::TooManyLines, message));
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    let mut changes = Vec::with_capacity(requested.len());
    for (n, ScheduleChange { event_ref_num: event, employee_id, schedule_datetime, take_back }) in
        requested.into_iter().enumerate()
    {
        let invalid = |what: String| ApiError::new(Code::InvalidEdit, format!("changes[{n}]: {what}"));
        if !seen.insert(event) {
            return Err(invalid(format!("event {event} is named twice")));
        }
        let is_placed = employee_id.is_some() || schedule_datetime.is_some();
        let to = match (is_placed, take_back) {
            (true, false) => {
                let when = schedule_datetime.as_deref().map(|text| when(text, now)).transpose()?;
                Some(RequestedPlace { employee: employee_id, when })
            }
            (false, true) => None,
            _ => return Err(invalid("name employee_id, schedule_datetime or both, or take_back: true".to_owned())),
        };
        changes.push(PostedChange { event, to });
    }
    Ok(changes)
}
