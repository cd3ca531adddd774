//! Unfinished approvals, for pages.

use api::shapes::{ApprovalId, RunId};
use serde::Serialize;
use store::approvals::Unfinished;
use utoipa::ToSchema;

/// An approval that is not worked off, or whose lines were not all sent on their way yet. It goes on by itself within
/// minutes, and can be recalled until then.
#[derive(Serialize, ToSchema)]
#[schema(as = UnfinishedApproval)]
pub struct UnfinishedView {
    approval_id: ApprovalId,
    run_id: RunId,
    /// Who approved.
    who: String,
    /// When, in UTC.
    #[schema(format = DateTime)]
    since: String,
    /// Lines that are to be approved.
    lines: usize,
    /// Of those, lines that are.
    approved: usize,
    /// Whether a recall of it still takes something back.
    recallable: bool,
}

impl UnfinishedView {
    /// The representation of an unfinished approval.
    pub fn of(unfinished: &Unfinished) -> UnfinishedView {
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

/// The parts of unfinished approvals that change while they are worked off.
pub fn marks(unfinished: &[Unfinished]) -> Vec<(String, usize, usize)> {
    unfinished.iter().map(|one| (one.approval.to_string(), one.lines, one.done)).collect()
}
