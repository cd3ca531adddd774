//! Processes an approval in chunks. A chunk is approved only if the plan has not changed since its lines were checked.

use std::collections::BTreeMap;

use domain::snapshot::EventRef;
use store::Stored;
use store::approvals::{Approval, ApprovalCheck, ChosenLine, Refusal};
use store::key::LineKey;
use store::lines::Line;
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;

use crate::error::DeskError;
use crate::legal::{refusals, refuse_dependents};
use crate::plan::{Desk, Plan};

/// Maximum number of checks in one request, if the plan changes after each. The sweep continues with the remaining lines.
pub(crate) const MAX_CHECKS: u32 = 8;

/// Processes an approval from its record. If the plan has changed since the check, the remaining lines are checked
/// again. Returns the approved lines and the record. The record is unfinished if the plan kept changing during or
/// between the checks.
pub(crate) async fn process_approval(
    desk: Desk<'_>,
    mut record: Stored<Approval>,
    now: Timestamp,
) -> Result<(Vec<LineKey>, Stored<Approval>), DeskError> {
    let mut queued = Vec::new();
    for _ in 0..MAX_CHECKS {
        let (progress, processed) = desk.club.process_known_approval(record, now).await?;
        queued.extend(progress.approved);
        record = processed;
        if !progress.plan_moved {
            break;
        }
        record = match check_again(desk, &record.body, record.body.first_attempt_at, now).await {
            // The approval is recorded already, so this error does not refuse it.
            Err(DeskError::Snapshot(SnapshotError::KeptChanging)) => break,
            checked => checked?,
        };
    }
    Ok((queued, record))
}

/// Checks the remaining lines of an approval against the current plan, and records the result.
pub(crate) async fn check_again(
    desk: Desk<'_>,
    record: &Approval,
    first_attempt_at: Timestamp,
    now: Timestamp,
) -> Result<Stored<Approval>, DeskError> {
    let plan = if record.by_hand {
        let events = record.lines.iter().map(|line| line.event).collect();
        Plan::load_by_hand(desk, &events, Some(&record.proposal), now).await?
    } else {
        Plan::load(desk, now).await?
    };
    // Lines of a superseded proposal are not checked here, because they are refused as superseded when they are processed.
    let is_current = plan.proposal_of(&record.proposal.run).is_ok();
    let refused = if is_current { newly_refused(&plan, record) } else { BTreeMap::new() };
    let check = ApprovalCheck { refused, basis: plan.plan_version.basis, first_attempt_at };
    Ok(desk.club.note_check(&record.id, &check).await?)
}

/// The lines of an approval that are neither approved nor refused.
pub(crate) fn unprocessed_lines(record: &Approval) -> impl Iterator<Item = &ChosenLine> {
    record.lines.iter().skip(record.done).filter(|line| line.refused.is_none())
}

/// The remaining lines that break a rule in this plan, and those that depend on them.
fn newly_refused(plan: &Plan, record: &Approval) -> BTreeMap<EventRef, Refusal> {
    let unprocessed: Vec<&ChosenLine> = unprocessed_lines(record).collect();
    let line = |c: &&ChosenLine| plan.line(c.event).map(|l| &l.body).filter(|l| l.state.status().is_open());
    let lines: Vec<&Line> = unprocessed.iter().filter_map(line).collect();
    let mut refused = refusals(plan, &lines);
    let dependencies: Vec<_> =
        unprocessed.iter().map(|c| (c.event, c.depends_on.as_deref().unwrap_or_default())).collect();
    refuse_dependents(&mut refused, &dependencies);
    refused
}
