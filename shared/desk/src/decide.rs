//! Recall and reject: a person takes an approval back while nothing was sent, or does not want lines at all.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use store::Club;
use store::audit::Because;
use store::edits::Refuses;
use store::key::{ApprovalId, LineKey, ProposalKey, RunId};
use store::lines::{Line, LineError};
use store::runs::RunError;
use store::states::LineStatus;
use utoipa::ToSchema;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeftAlone {
    /// The line.
    pub line: String,
    /// Its state.
    pub status: LineStatus,
}

/// What was done with lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// The lines with which it was done; of a recall, what rests on those that were named included.
    pub done: Vec<String>,
    /// Those for which it was too late.
    pub left_alone: Vec<LeftAlone>,
}

/// Takes approvals back where no attempt was made. What rests on a recalled line is recalled with it. Doing it twice
/// changes nothing.
///
/// # Errors
/// Where there is no such approval or line.
pub async fn recall(club: Club<'_>, what: &Recall, because: &Because) -> Result<Decided, DeskError> {
    let named: Vec<LineKey> = match what {
        Recall::Approval(id) => {
            let record = club.approval(id).await?.ok_or(DeskError::NoApproval)?.body;
            record.groups().into_iter().flat_map(|group| record.group(group)).collect()
        }
        Recall::Lines(ids) => find_lines(club, ids).await?.into_iter().map(|l| l.body.key).collect(),
    };
    let keys = with_dependents(club, named, because).await?;
    let recalled = club.recall(&keys, because).await?;
    let left_alone = recalled.too_late.into_iter();
    Ok(Decided {
        done: recalled.recalled.iter().map(LineKey::to_string).collect(),
        left_alone: left_alone.map(|(line, status)| LeftAlone { line: line.to_string(), status }).collect(),
    })
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
