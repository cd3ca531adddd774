//! Unfinished approvals, for pages.

use api::shapes::{ApprovalId, RunId};
use serde::Serialize;
use store::approvals::UnfinishedApproval;
use utoipa::ToSchema;

/// An approval that is not finished, or whose lines were not all queued for submission yet. The service finishes it
/// within minutes. It can be recalled until then.
#[derive(Serialize, ToSchema)]
#[schema(as = UnfinishedApproval)]
pub struct UnfinishedView {
    approval_id: ApprovalId,
    run_id: RunId,
    /// The person who approved.
    who: String,
    /// When the approval was made, in UTC.
    #[schema(format = DateTime)]
    since: String,
    /// Number of lines that the approval covers.
    lines: usize,
    /// Number of these lines that are approved already.
    approved: usize,
    /// Whether a recall would still take something back.
    recallable: bool,
}

impl UnfinishedView {
    /// The representation of an unfinished approval.
    pub fn of(unfinished: &UnfinishedApproval) -> UnfinishedView {
        UnfinishedView {
            approval_id: unfinished.approval.clone().into(),
            run_id: unfinished.run.clone().into(),
            who: unfinished.who.clone(),
            since: unfinished.since.to_string(),
            lines: unfinished.lines,
            approved: unfinished.done,
            recallable: unfinished.lines > 0,
        }
    }
}

/// The parts of unfinished approvals that can change: the numbers while the service processes them, and the name by an
/// erasure.
pub fn changing_parts(unfinished: &[UnfinishedApproval]) -> Vec<(String, String, usize, usize)> {
    unfinished.iter().map(|one| (one.approval.to_string(), one.who.clone(), one.lines, one.done)).collect()
}
