//! `POST /api/auto-schedule/approve`, `…/recall`, `…/reject`: decisions about the lines of a proposal.

use api::identity::{ClubCaller, Manager, Viewer};
use api::shapes::{ApprovalId, RunId};
use api::{ApiError, Body, Code, RouteError};
use axum::extract::State;
use axum::response::Response;
use desk::approve::{ApprovalMode, RefusedLine, Request, approve, preview};
use desk::decide::{Recall, recall, reject};
use desk::line_dependencies::HeldWith;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, UnchangedLine, accepted, line_ids, ok, unchanged_lines, words};
use crate::app::AppState;
use crate::errors::api_error;
use crate::request_ids::LineId;

/// Maximum reasons of one rejection.
const MAX_REASONS: usize = 20;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(approve_handler))
        .routes(routes!(recall_handler))
        .routes(routes!(reject_handler))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveRequest {
    run_id: RunId,
    #[schema(min_items = 1, max_items = 1000)]
    lines: Option<Vec<LineId>>,
    /// The digest of a dry run of the same request. With it, nothing is approved if other lines would be sent by now, or
    /// one of them has changed (409 `APPROVAL_CHANGED`).
    #[schema(pattern = "^[0-9a-f]{64}$")]
    digest: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Approved)]
struct ApprovedLines {
    /// The approval; `null` if nothing was recorded: for a dry run, or if no line can be approved.
    approval_id: Option<ApprovalId>,
    queued: usize,
    /// Number of lines that are not approved yet, because the plan kept changing. The service checks them again within
    /// minutes, and approves or refuses them.
    left: usize,
    /// Lines that are not approved, because they would break a rule without another line that is not approved either.
    held_with: Vec<HeldWith>,
    refused: Vec<RefusedLine>,
    /// Identifies the lines of `queued` and their versions; `null` if lines were approved.
    digest: Option<String>,
}

impl ApprovedLines {
    fn of(done: desk::approve::ApprovalResult) -> ApprovedLines {
        ApprovedLines {
            approval_id: done.approval.map(ApprovalId),
            queued: done.queued.len(),
            left: done.unprocessed,
            held_with: done.held_with,
            refused: done.refused,
            digest: done.digest.map(|digest| digest.to_string()),
        }
    }
}

api::errors! {
    /// Why nothing is approved.
    ApproveErrors:
        Forbidden, NoLines, TooManyLines, LinesOfAnotherRun, LineNotFound, NoProposal, ProposalSuperseded,
        ApprovalChanged;
}

/// Approves lines. They are sent to Crossmark ten seconds later.
///
/// Without `lines`, all open lines that place or drop an event and are not held are approved, except those that leave
/// their event where it is posted. A line that would break a rule without another line that is not approved waits for
/// that line (`held_with`). A dry run only returns the effect, so a viewer may make one.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/approve",
    operation_id = "approve",
    tag = "proposals",
    request_body = ApproveRequest,
    responses(
        (status = 200, body = Success<ApprovedLines>, description = "A dry run: nothing was approved"),
        (status = 202, body = Success<ApprovedLines>),
        RouteError<ApproveErrors>,
    ),
)]
async fn approve_handler(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Body(body): Body<ApproveRequest>,
) -> Result<Response, RouteError<ApproveErrors>> {
    let run = body.run_id.0;
    if body.dry_run {
        let lines = body.lines.map(line_ids).transpose()?;
        let (_, done) =
            preview(app.desk(&club_caller), &run, lines.as_deref(), club_caller.now).await.map_err(api_error)?;
        return Ok(ok(ApprovedLines::of(done)));
    }
    let club_caller = club_caller.with_role::<Manager>()?;
    let lines = body.lines.map(line_ids).transpose()?;
    let request = Request { run, lines, digest: body.digest, mode: ApprovalMode::Execute };
    let id = store::key::ApprovalId::new(club_caller.now, &mut app.rng());
    let because = club_caller.because("approved");
    let done = approve(app.desk(&club_caller), &app.submissions, &request, id, &because).await.map_err(api_error)?;
    Ok(accepted(ApprovedLines::of(done)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecallRequest {
    approval_id: Option<ApprovalId>,
    #[schema(min_items = 1, max_items = 1000)]
    lines: Option<Vec<LineId>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Recalled)]
struct RecalledLines {
    /// The lines whose approval was taken back, which are `proposed` or `user_edited` again, and those of
    /// `never_approved`.
    recalled: Vec<String>,
    /// The recalled lines that the approval had not reached.
    never_approved: Vec<String>,
    too_late: Vec<UnchangedLine>,
}

api::errors! {
    /// Why nothing is recalled.
    RecallErrors: InvalidRecall, NoLines, TooManyLines, LineNotFound, ApprovalNotFound;
}

/// Takes approvals back, as far as nothing was sent yet.
///
/// Approved lines that depend on a recalled line are recalled with it. A recall also ends an unfinished approval: its
/// remaining lines are not approved. This holds even if the request names only some of its lines.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/recall",
    operation_id = "recall",
    tag = "proposals",
    request_body = RecallRequest,
    responses(
        (status = 200, body = Success<RecalledLines>),
        RouteError<RecallErrors>,
    ),
)]
async fn recall_handler(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<RecallRequest>,
) -> Result<Response, RouteError<RecallErrors>> {
    let chosen = match (body.approval_id, body.lines) {
        (Some(approval), None) => Recall::Approval(approval.0),
        (None, Some(lines)) => Recall::Lines(line_ids(lines)?),
        _ => return Err(ApiError::new(Code::InvalidRecall, "name an approval_id, or lines").into()),
    };
    let done =
        recall(club_caller.of(&app.table), &chosen, &club_caller.because("recalled")).await.map_err(api_error)?;
    let desk::decide::RecallOutcome { recalled, never_approved, too_late } = done;
    Ok(ok(RecalledLines { recalled, never_approved, too_late: unchanged_lines(too_late) }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectRequest {
    run_id: RunId,
    #[schema(min_items = 1, max_items = 1000)]
    lines: Option<Vec<LineId>>,
    #[serde(default)]
    #[schema(max_items = 20)]
    reasons: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Rejected)]
struct RejectedLines {
    rejected: Vec<String>,
    too_late: Vec<UnchangedLine>,
}

api::errors! {
    /// Why nothing is rejected.
    RejectErrors:
        NoLines, TooManyLines, TooManyReasons, InvalidText, LinesOfAnotherRun, LineNotFound, NoProposal,
        RunNotFound;
}

/// Rejects lines; without `lines`, the whole proposal.
///
/// If the request names lines and a reason, runs avoid the placements of these lines for 7 days, unless every reason is
/// `Not needed now`. The rejection of a whole proposal does not affect single placements.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/reject",
    operation_id = "reject",
    tag = "proposals",
    request_body = RejectRequest,
    responses(
        (status = 200, body = Success<RejectedLines>),
        RouteError<RejectErrors>,
    ),
)]
async fn reject_handler(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<RejectRequest>,
) -> Result<Response, RouteError<RejectErrors>> {
    if body.reasons.len() > MAX_REASONS {
        let message = format!("{} reasons are given: at most {MAX_REASONS}", body.reasons.len());
        return Err(ApiError::new(Code::TooManyReasons, message).into());
    }
    let reasons: Vec<String> = body.reasons.iter().map(|r| words("a reason", r)).collect::<Result<_, _>>()?;
    let why = if reasons.is_empty() { "rejected".to_owned() } else { reasons.join("; ") };
    let lines = body.lines.map(line_ids).transpose()?;
    let because = club_caller.because(why);
    let done = reject(club_caller.of(&app.table), &body.run_id.0, lines.as_deref(), &reasons, &because)
        .await
        .map_err(api_error)?;
    Ok(ok(RejectedLines { rejected: done.done, too_late: unchanged_lines(done.too_late) }))
}
