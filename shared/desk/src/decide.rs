//! Recall and reject: a person takes approvals of lines back before they are sent, or rejects lines.

use std::collections::{BTreeMap, BTreeSet};

use domain::snapshot::EventRef;
use store::approvals::{ApprovalError, EndedApproval};
use store::audit::Because;
use store::edits::RejectionEffect;
use store::key::{ApprovalId, LineKey, ProposalKey, RunId};
use store::lines::{Line, LineError};
use store::runs::RunError;
use store::states::LineStatus;
use store::{Club, Stored};

use crate::error::DeskError;
use crate::plan::find_lines;

/// The lines to recall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recall {
    /// All lines of an approval.
    Approval(ApprovalId),
    /// These lines.
    Lines(Vec<String>),
}

/// A line that was not changed, with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnchangedLine {
    /// The id of the line.
    pub line: String,
    /// Its state.
    pub status: LineStatus,
}

/// The result of a recall.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecallOutcome {
    /// The lines that were recalled: the named ones, lines that depend on them, and `never_approved`.
    pub recalled: Vec<String>,
    /// The recalled lines that were not approved yet: all remaining lines of the unfinished approvals that were ended.
    pub never_approved: Vec<String>,
    /// The lines that could no longer be recalled.
    pub too_late: Vec<UnchangedLine>,
}

/// The result of a rejection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectionResult {
    /// The lines that were rejected.
    pub done: Vec<String>,
    /// The lines that could no longer be rejected.
    pub too_late: Vec<UnchangedLine>,
}

/// Takes approvals back before the first attempt. Lines that depend on a recalled line are recalled with it. An
/// unfinished approval is ended first, so that no worker continues with its remaining lines. It is idempotent.
///
/// # Errors
/// There is no such approval or line, or a request to the table failed.
pub async fn recall(club: Club<'_>, what: &Recall, because: &Because) -> Result<RecallOutcome, DeskError> {
    let mut done = RecallOutcome::default();
    let named: Vec<LineKey> = match what {
        Recall::Approval(id) => end(club, id, because, &mut done).await?,
        Recall::Lines(ids) => {
            let lines = find_lines(club, ids).await?;
            for id in unfinished_of(club, &lines).await? {
                end(club, &id, because, &mut done).await?;
            }
            let never = |key: &LineKey| done.never_approved.contains(&key.to_string());
            lines.into_iter().map(|l| l.body.key).filter(|key| !never(key)).collect()
        }
    };
    let keys = with_dependents(club, named, because).await?;
    let recalled = club.recall(&keys, because).await?;
    done.recalled.extend(recalled.recalled.iter().map(LineKey::to_string));
    done.recalled.extend(done.never_approved.iter().cloned());
    let too_late = recalled.too_late.into_iter();
    done.too_late = too_late.map(|(line, status)| UnchangedLine { line: line.to_string(), status }).collect();
    Ok(done)
}

/// Ends an approval. Returns the lines that it approved and that no later approval contains.
async fn end(
    club: Club<'_>,
    id: &ApprovalId,
    because: &Because,
    done: &mut RecallOutcome,
) -> Result<Vec<LineKey>, DeskError> {
    let EndedApproval { record, never_approved } = match club.end_approval(id, because).await {
        Err(ApprovalError::NoApproval) => return Err(DeskError::NoApproval),
        ended => ended?,
    };
    done.never_approved.extend(never_approved.iter().map(LineKey::to_string));
    let keys: Vec<LineKey> = record.groups().into_iter().flat_map(|group| record.group(group)).collect();
    if keys.is_empty() {
        return Ok(keys);
    }
    // A line that was recalled and approved again belongs to the newer approval.
    let is_its_own = |line: &Line| line.submission.as_ref().is_some_and(|s| s.group.approval == *id);
    let lines = club.lines_by_key(&keys).await?.into_iter().map(|line| line.body);
    Ok(lines.filter(is_its_own).map(|line| line.key).collect())
}

/// The unfinished approvals that contain one of these lines, whether it is approved yet or not.
async fn unfinished_of(club: Club<'_>, lines: &[Stored<Line>]) -> Result<Vec<ApprovalId>, DeskError> {
    let mut ids = Vec::new();
    for unfinished in club.unfinished().await? {
        let Some(record) = club.approval(&unfinished.approval).await?.filter(|r| !r.body.is_finished()) else {
            continue;
        };
        let (proposal, chosen) = (&record.body.proposal, &record.body.lines);
        let is_chosen = |event: EventRef| chosen.iter().any(|line| line.event == event && line.refused.is_none());
        let has = |line: &Line| line.key.proposal() == *proposal && is_chosen(line.key.event);
        if lines.iter().any(|line| has(&line.body)) {
            ids.push(unfinished.approval);
        }
    }
    Ok(ids)
}

/// These lines, and the approved lines that depend on them, directly or not.
async fn with_dependents(club: Club<'_>, named: Vec<LineKey>, because: &Because) -> Result<Vec<LineKey>, DeskError> {
    let mut by_proposal: BTreeMap<ProposalKey, BTreeSet<LineKey>> = BTreeMap::new();
    for key in named {
        by_proposal.entry(key.proposal()).or_default().insert(key);
    }
    let mut all = Vec::new();
    for (proposal, mut keys) in by_proposal {
        let lines = club.lines(&proposal, because.at).await?;
        let approved = lines.iter().map(|l| &l.body).filter(|l| l.state.status() == LineStatus::Approved);
        let approved: Vec<&Line> = approved.collect();
        loop {
            let depends = |line: &&&Line| {
                let on = |event| LineKey { event, ..line.key.clone() };
                !keys.contains(&line.key) && line.depends_on.iter().any(|event| keys.contains(&on(*event)))
            };
            let more: Vec<LineKey> = approved.iter().filter(depends).map(|l| l.key.clone()).collect();
            if more.is_empty() {
                break;
            }
            keys.extend(more);
        }
        all.extend(keys);
    }
    Ok(all)
}

/// The rejection reason that is about the event, not about its placement.
const NOT_NEEDED: &str = "Not needed now";

/// Whether a rejection of single lines makes their placements unwanted: only if it has a reason that is about the
/// placement. The rejection of a whole run makes no placement unwanted.
fn rejection_effect(reasons: &[String]) -> RejectionEffect {
    if reasons.iter().all(|reason| NOT_NEEDED.eq_ignore_ascii_case(reason.trim())) {
        RejectionEffect::None
    } else {
        RejectionEffect::AvoidPlacement
    }
}

/// Rejects the named lines of a run, or all undecided ones. The reasons may make the placement of a named line unwanted in
/// later runs.
///
/// # Errors
/// There is no such run or line, the run has no proposal, a line is of another run, or a request to the table failed.
pub async fn reject(
    club: Club<'_>,
    run: &RunId,
    lines: Option<&[String]>,
    reasons: &[String],
    because: &Because,
) -> Result<RejectionResult, DeskError> {
    let proposal = club.run(run).await?.ok_or(RunError::NoRun)?.body.proposal().ok_or(DeskError::NoProposal)?;
    let mut result = RejectionResult::default();
    let Some(ids) = lines else {
        let open = club.lines(&proposal, because.at).await?;
        let open = open.into_iter().filter(|l| l.body.state.status().is_open());
        result.done = open.map(|l| l.body.key.to_string()).collect();
        club.reject_run(run, because).await?;
        return Ok(result);
    };
    let found = find_lines(club, ids).await?;
    let foreign: Vec<String> =
        found.iter().filter(|l| l.body.key.run != *run).map(|l| l.body.key.to_string()).collect();
    if !foreign.is_empty() {
        return Err(DeskError::ForeignLines { lines: foreign });
    }
    for line in found {
        let (key, status) = (line.body.key, line.body.state.status());
        let rejected = match status {
            LineStatus::Rejected => continue,
            status if status.is_open() => club.reject_line(&key, None, rejection_effect(reasons), because).await,
            _ => Err(LineError::TooLate),
        };
        match rejected {
            Ok(_) => result.done.push(key.to_string()),
            // Somebody else changed the line first, or it is being submitted.
            Err(LineError::TooLate | LineError::NotAllowed(_)) => {
                let status = club.line(&key).await?.map_or(status, |l| l.body.state.status());
                result.too_late.push(UnchangedLine { line: key.to_string(), status });
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(result)
}
