//! Recall and reject: a person takes an approval back while nothing was sent, or does not want lines at all.

use std::collections::{BTreeMap, BTreeSet};

use domain::snapshot::EventRef;
use store::approvals::{ApprovalError, Ended};
use store::audit::Because;
use store::edits::Refuses;
use store::key::{ApprovalId, LineKey, ProposalKey, RunId};
use store::lines::{Line, LineError};
use store::runs::RunError;
use store::states::LineStatus;
use store::{Club, Stored};

use crate::error::DeskError;
use crate::plan::find_lines;

/// What is to be recalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recall {
    /// All lines of an approval.
    Approval(ApprovalId),
    /// These lines.
    Lines(Vec<String>),
}

/// A line for which nothing could be done, with the state that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    /// The line.
    pub line: String,
    /// Its state.
    pub status: LineStatus,
}

/// What a recall did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recalled {
    /// The lines that are as they were before their approval, what rests on those that were named included.
    pub recalled: Vec<String>,
    /// Of these, those whose turn had not come: their approvals are ended.
    pub never_approved: Vec<String>,
    /// Those for which it was too late.
    pub too_late: Vec<LeftAlone>,
}

/// What was done with lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// The lines with which it was done.
    pub done: Vec<String>,
    /// Those for which it was too late.
    pub left_alone: Vec<LeftAlone>,
}

/// Takes approvals back where no attempt was made. What rests on a recalled line is recalled with it. An approval that is
/// not through is ended first: what it had not come to yet is not approved any more, whoever goes on with it. Doing it
/// twice changes nothing.
///
/// # Errors
/// Where there is no such approval or line.
pub async fn recall(club: Club<'_>, what: &Recall, because: &Because) -> Result<Recalled, DeskError> {
    let mut done = Recalled::default();
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
    done.too_late = too_late.map(|(line, status)| LeftAlone { line: line.to_string(), status }).collect();
    Ok(done)
}

/// Ends an approval; the lines that it has approved and that are still its own.
async fn end(
    club: Club<'_>,
    id: &ApprovalId,
    because: &Because,
    done: &mut Recalled,
) -> Result<Vec<LineKey>, DeskError> {
    let Ended { record, never_approved } = match club.end_approval(id, because).await {
        Err(ApprovalError::NoApproval) => return Err(DeskError::NoApproval),
        ended => ended?,
    };
    done.never_approved.extend(never_approved.iter().map(LineKey::to_string));
    let keys: Vec<LineKey> = record.groups().into_iter().flat_map(|group| record.group(group)).collect();
    if keys.is_empty() {
        return Ok(keys);
    }
    // What was recalled and approved again since is another approval's.
    let is_its_own = |line: &Line| line.submission.as_ref().is_some_and(|s| s.group.approval == *id);
    let lines = club.lines_by_key(&keys).await?.into_iter().map(|line| line.body);
    Ok(lines.filter(is_its_own).map(|line| line.key).collect())
}

/// The approvals that are not worked off and have one of these lines, approved by now or not.
async fn unfinished_of(club: Club<'_>, lines: &[Stored<Line>]) -> Result<Vec<ApprovalId>, DeskError> {
    let mut ids = Vec::new();
    for unfinished in club.unfinished().await? {
        let Some(record) = club.approval(&unfinished.approval).await?.filter(|r| !r.body.is_finished()) else {
            continue;
        };
        let (proposal, chosen) = (&record.body.proposal, &record.body.lines);
        let left = |event: EventRef| chosen.iter().any(|line| line.event == event && line.refused.is_none());
        let has = |line: &Line| line.key.proposal() == *proposal && left(line.key.event);
        if lines.iter().any(|line| has(&line.body)) {
            ids.push(unfinished.approval);
        }
    }
    Ok(ids)
}

/// The lines, and what waits for them on its way to Crossmark.
async fn with_dependents(club: Club<'_>, named: Vec<LineKey>, because: &Because) -> Result<Vec<LineKey>, DeskError> {
    let mut by_proposal: BTreeMap<ProposalKey, BTreeSet<LineKey>> = BTreeMap::new();
    for key in named {
        by_proposal.entry(key.proposal()).or_default().insert(key);
    }
    let mut all = Vec::new();
    for (proposal, mut keys) in by_proposal {
        let lines = club.lines(&proposal, because.at).await?;
        let waiting = lines.iter().map(|l| &l.body).filter(|l| l.state.status() == LineStatus::Approved);
        let waiting: Vec<&Line> = waiting.collect();
        loop {
            let rests = |line: &&&Line| {
                let on = |event| LineKey { event, ..line.key.clone() };
                !keys.contains(&line.key) && line.depends_on.iter().any(|event| keys.contains(&on(*event)))
            };
            let more: Vec<LineKey> = waiting.iter().filter(rests).map(|l| l.key.clone()).collect();
            if more.is_empty() {
                break;
            }
            keys.extend(more);
        }
        all.extend(keys);
    }
    Ok(all)
}

/// Reasons that speak of an event and not of where it was placed.
const OF_THE_EVENT: [&str; 1] = ["Not needed now"];

/// What the rejection of single lines says of their placements: with a reason, that they are unwanted; not where every
/// reason is that the event is not needed. The rejection of a whole run singles no placement out.
fn refuses(reasons: &[String]) -> Refuses {
    let of_the_event = |reason: &String| OF_THE_EVENT.iter().any(|known| known.eq_ignore_ascii_case(reason.trim()));
    if reasons.iter().all(of_the_event) { Refuses::Nothing } else { Refuses::ThePlacement }
}

/// Rejects lines of a run, or all that nobody has decided on. The reasons are kept with each line; what they say of the
/// placement of a line that is named, the next runs know.
///
/// # Errors
/// Where there is no such run or line.
pub async fn reject(
    club: Club<'_>,
    run: &RunId,
    lines: Option<&[String]>,
    reasons: &[String],
    because: &Because,
) -> Result<Decided, DeskError> {
    let proposal = club.run(run).await?.ok_or(RunError::NoRun)?.body.proposal().ok_or(DeskError::NoProposal)?;
    let mut decided = Decided::default();
    let Some(ids) = lines else {
        let open = club.lines(&proposal, because.at).await?;
        let open = open.into_iter().filter(|l| l.body.state.status().is_open());
        decided.done = open.map(|l| l.body.key.to_string()).collect();
        club.reject_run(run, because).await?;
        return Ok(decided);
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
            status if status.is_open() => club.reject_line(&key, None, refuses(reasons), because).await,
            _ => Err(LineError::TooLate),
        };
        match rejected {
            Ok(_) => decided.done.push(key.to_string()),
            // Somebody was faster, or it is on its way already.
            Err(LineError::TooLate | LineError::NotAllowed(_)) => {
                let status = club.line(&key).await?.map_or(status, |l| l.body.state.status());
                decided.left_alone.push(LeftAlone { line: key.to_string(), status });
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(decided)
}
