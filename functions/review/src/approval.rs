//! `POST /api/auto-schedule/approve`, `…/recall`, `…/reject`.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use desk::approve::{Press, Refused, Request, approve};
use desk::bonds::HeldWith;
use desk::decide::{LeftAlone, Recall, recall, reject};
use runtime::ApiError;
use runtime::http::Body;
use runtime::identity::{Manager, Seat};
use serde::{Deserialize, Serialize};
use store::key::{ApprovalId, RunId};

use crate::answer::{accepted, ok, some_lines, words};
use crate::app::AppState;
use crate::told::told;

/// More reasons than this are not given at once.
const MOST_REASONS: usize = 20;

/// The routes of this module.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/auto-schedule/approve", post(press_approve))
        .route("/api/auto-schedule/recall", post(press_recall))
        .route("/api/auto-schedule/reject", post(press_reject))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    run_id: RunId,
    lines: Option<Vec<String>>,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Approved {
    approval_id: Option<ApprovalId>,
    queued: usize,
    held_with: Vec<HeldWith>,
    refused: Vec<Refused>,
}

async fn press_approve(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<Approve>,
) -> Result<Response, ApiError> {
    let request = Request {
        run: body.run_id,
        lines: body.lines.map(some_lines).transpose()?,
        press: if body.dry_run { Press::Dry } else { Press::Real },
    };
    let id = ApprovalId::new(seat.now, &mut app.dice());
    let because = seat.because("approved");
    let done = approve(seat.of(&app.table), &app.submissions, &request, id, &because).await.map_err(told)?;
    let answer = Approved {
        approval_id: done.approval,
        queued: done.queued.len(),
        held_with: done.held_with,
        refused: done.refused,
    };
    Ok(if body.dry_run { ok(answer) } else { accepted(answer) })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecallBody {
    approval_id: Option<ApprovalId>,
    lines: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Recalled {
    recalled: Vec<String>,
    too_late: Vec<LeftAlone>,
}

async fn press_recall(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<RecallBody>,
) -> Result<Response, ApiError> {
    let what = match (body.approval_id, body.lines) {
        (Some(approval), None) => Recall::Approval(approval),
        (None, Some(lines)) => Recall::Lines(some_lines(lines)?),
        _ => return Err(ApiError::bad_request("INVALID_RECALL", "name an approval_id, or lines")),
    };
    let done = recall(seat.of(&app.table), &what, &seat.because("recalled")).await.map_err(told)?;
    Ok(ok(Recalled { recalled: done.done, too_late: done.left_alone }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RejectBody {
    run_id: RunId,
    lines: Option<Vec<String>>,
    #[serde(default)]
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct Rejected {
    rejected: Vec<String>,
    too_late: Vec<LeftAlone>,
}

async fn press_reject(
    State(app): State<AppState>,
    seat: Seat<Manager>,
    Body(body): Body<RejectBody>,
) -> Result<Response, ApiError> {
    if body.reasons.len() > MOST_REASONS {
        let message = format!("{} reasons are given: at most {MOST_REASONS}", body.reasons.len());
        return Err(ApiError::bad_request("TOO_MANY_REASONS", message));
    }
    let reasons: Vec<String> = body.reasons.iter().map(|r| words("a reason", r)).collect::<Result<_, _>>()?;
    let why = if reasons.is_empty() { "rejected".to_owned() } else { reasons.join("; ") };
    let lines = body.lines.map(some_lines).transpose()?;
    let done = reject(seat.of(&app.table), &body.run_id, lines.as_deref(), &seat.because(why)).await.map_err(told)?;
    Ok(ok(Rejected { rejected: done.done, too_late: done.left_alone }))
}
