//! A person's decisions about failed lines: retry them (with the checks of an approval), drop them, or record that they
//! were done by hand. A repeated request finds that the lines are no longer failed, and changes nothing, unless lines
//! have failed since, or the reason why a line was refused is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::snapshot::EventRef;
use futures_util::stream::{StreamExt, iter};
use runtime::messages::{SubmitMessage, VERSION};
use runtime::queue::Queue;
use store::approvals::Refusal;
use store::audit::Because;
use store::key::{LineKey, ScheduledEventId};
use store::lead::Lead;
use store::lines::{Line, LineError};
use store::snapshot::SnapshotError;
use store::states::{Cause, GroupKey, LineStatus};
use store::submission::LineToRetry;
use store::{Club, Stored, TableError};

use crate::approve::RefusedLine;
use crate::decide::UnchangedLine;
use crate::error::DeskError;
use crate::legal::{name_refused_dependencies, refusals};
use crate::plan::{Desk, Plan, find_lines};
use crate::process_approval::MAX_CHECKS;
use crate::wake::send;

/// A selection of failed lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailedLines {
    /// The lines with these ids.
    Lines(Vec<String>),
    /// All lines that failed for this cause.
    Because(Cause),
    /// All failed lines.
    All,
}

/// The result of a decision about failed lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettledLines {
    /// The lines that were changed.
    pub done: Vec<String>,
    /// The lines that were refused, and why.
    pub refused: Vec<RefusedLine>,
    /// The lines that have not failed, with their states.
    pub not_failed: Vec<UnchangedLine>,
}

/// How a person settles a failed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// The line is no longer wanted.
    Drop,
    /// The change was made at Crossmark by hand; the id of the schedule there, if it has one.
    DoneByHand(Option<ScheduledEventId>),
}

/// Maximum number of concurrent writes of lines.
const AT_ONCE: usize = 8;

/// Retries failed lines, with the failed lines that they depend on: checks the lines as at approval, approves them again
/// and sends the messages for their groups. A line whose event a person holds is refused.
///
/// # Errors
/// There is no such line, the club kept changing while it was read, or a request to the table failed. Lines that were
/// approved before the error stay approved.
pub async fn retry(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    which: &FailedLines,
    because: &Because,
) -> Result<SettledLines, DeskError> {
    let club = desk.club;
    let (failed, mut settled) = choose(club, which).await?;
    if failed.is_empty() {
        return Ok(settled);
    }
    let (mut failed, mut sent) = with_failed_dependencies(club, failed).await?;
    let lead_minutes = club.settings().await?.body.lead_minutes;
    let mut groups: BTreeMap<GroupKey, BTreeMap<u64, u32>> = BTreeMap::new();
    let mut checks = 0;
    let mut failure = None;
    while !failed.is_empty() && failure.is_none() {
        let (plan, refused) = match check_failed(desk, &failed, lead_minutes, because).await {
            Ok(checked) => checked,
            // Lines that are approved already still get their messages.
            Err(error) => {
                // Lines may be approved already, and only an error of the table says that something may be written.
                let kept_changing_after_approvals =
                    checks > 0 && matches!(error, DeskError::Snapshot(SnapshotError::KeptChanging));
                failure = Some(match kept_changing_after_approvals {
                    true => DeskError::from(TableError::Contended),
                    false => error,
                });
                break;
            }
        };
        let (allowed, forbidden): (Vec<_>, Vec<_>) =
            failed.iter().partition(|l| !refused.contains_key(&l.body.key.event));
        settled.refused.extend(forbidden.into_iter().filter_map(|line| {
            let refusal = refused.get(&line.body.key.event)?;
            Some(RefusedLine::of(line.body.key.to_string(), refusal))
        }));
        let lines = lines_to_retry(&allowed, &sent);
        let done = match club.retry_lines(&lines, plan.plan_version.basis, because.at, because).await {
            Ok(done) => done,
            Err(error) => {
                failure = Some(DeskError::from(error));
                break;
            }
        };
        for line in done.retried {
            settled.done.push(line.body.key.to_string());
            sent.insert(line.body.key.clone());
            if let Some(submission) = line.body.submission {
                groups.entry(submission.group).or_default().insert(line.body.key.event.0, submission.generation);
            }
        }
        for (key, error) in done.left_alone {
            failure = add_result(&mut settled, &key, Err(error)).err().or(failure);
        }
        // The remaining lines are checked again, because the plan has changed since their check.
        checks += 1;
        failed.retain(|line| done.unchecked.contains(&line.body.key));
        if checks == MAX_CHECKS && !failed.is_empty() {
            failure = Some(TableError::Contended.into());
        }
    }
    let messages: Vec<SubmitMessage> = groups
        .into_iter()
        .map(|(group, generations)| SubmitMessage {
            version: VERSION,
            club: club.id().clone(),
            approval: group.approval,
            group: group.number,
            generations,
        })
        .collect();
    // Approved lines get their messages even if the retry of other lines failed.
    send(queue, &messages, Duration::ZERO).await;
    failure.map_or(Ok(settled), Err)
}

/// The effect of a retry.
#[derive(Debug)]
pub struct RetryPreview {
    /// The plan that the lines were checked against.
    pub plan: Plan,
    /// The lines that would be sent again, including failed lines that the requested ones depend on.
    pub lines: Vec<Line>,
    /// The lines that would be refused, and why.
    pub refused: Vec<RefusedLine>,
    /// The lines that have not failed, with their states.
    pub not_failed: Vec<UnchangedLine>,
}

/// The effect of a retry. Writes nothing.
///
/// # Errors
/// There is no such line, the club kept changing while it was read, or a request to the table failed.
pub async fn preview_retry(desk: Desk<'_>, which: &FailedLines, because: &Because) -> Result<RetryPreview, DeskError> {
    let club = desk.club;
    let (failed, SettledLines { mut refused, not_failed, .. }) = choose(club, which).await?;
    let (failed, _) = with_failed_dependencies(club, failed).await?;
    let lead_minutes = club.settings().await?.body.lead_minutes;
    let (plan, found) = check_failed(desk, &failed, lead_minutes, because).await?;
    let mut lines = Vec::new();
    for line in failed {
        match found.get(&line.body.key.event) {
            Some(refusal) => refused.push(RefusedLine::of(line.body.key.to_string(), refusal)),
            None => lines.push(line.body),
        }
    }
    Ok(RetryPreview { plan, lines, refused, not_failed })
}

/// The current plan for failed lines, and the lines that cannot be retried now: they are held, too late or refused by
/// the check of an approval, or they depend on such a line.
async fn check_failed(
    desk: Desk<'_>,
    failed: &[Stored<Line>],
    lead_minutes: u32,
    because: &Because,
) -> Result<(Plan, BTreeMap<EventRef, Refusal>), DeskError> {
    let by_hand: BTreeSet<EventRef> =
        failed.iter().filter(|line| line.body.by_hand).map(|line| line.body.key.event).collect();
    let plan = match by_hand.is_empty() {
        true => Plan::load(desk, because.at).await?,
        false => Plan::load_by_hand(desk, &by_hand, None, because.at).await?,
    };
    let lines: Vec<&Line> = failed.iter().map(|l| &l.body).collect();
    let lead = Lead::new(plan.time_zone, because.at.utc(), lead_minutes);
    let too_late = lines.iter().filter_map(|line| {
        let late = lead.too_late_for_next_step(line)?;
        Some((line.key.event, Refusal::TooLate { words: late.to_string() }))
    });
    let mut refused: BTreeMap<EventRef, Refusal> = too_late.collect();
    let events: Vec<EventRef> = lines.iter().map(|line| line.key.event).collect();
    let decisions = desk.club.decisions_of(&events).await?.into_iter();
    refused.extend(decisions.filter(|(_, d)| d.held_by.is_some()).map(|(event, _)| (event, Refusal::Held)));
    let chosen: Vec<&Line> = lines.iter().copied().filter(|line| !refused.contains_key(&line.key.event)).collect();
    refused.extend(refusals(&plan, &chosen));
    // A line that would break a rule even if all the others were sent keeps that reason, whatever it depends on.
    let with_all = refusals(&plan, &lines);
    let dependencies: BTreeMap<EventRef, &[EventRef]> = lines
        .iter()
        .filter(|line| !with_all.contains_key(&line.key.event))
        .map(|line| (line.key.event, line.depends_on.as_slice()))
        .collect();
    name_refused_dependencies(&mut refused, |event| dependencies.get(event).copied().unwrap_or_default());
    Ok((plan, refused))
}

/// The lines to retry. The check of `allowed` found that they fit without any line that failed and is not retried, so none
/// of them waits for such a line. `sent` has the dependencies that are on their way or accepted.
fn lines_to_retry(allowed: &[&Stored<Line>], sent: &BTreeSet<LineKey>) -> Vec<LineToRetry> {
    let retried: BTreeSet<&LineKey> = allowed.iter().map(|line| &line.body.key).collect();
    let lines = allowed.iter().map(|line| {
        let proposal = line.body.key.proposal();
        let is_sent = |event: &&EventRef| {
            let key = LineKey::of(&proposal, **event);
            retried.contains(&key) || sent.contains(&key)
        };
        let depends_on = line.body.depends_on.iter().filter(is_sent).copied().collect();
        LineToRetry { key: line.body.key.clone(), depends_on }
    });
    lines.collect()
}

/// Drops failed lines, or records that they were done by hand.
///
/// # Errors
/// There is no such line, or a request to the table failed.
pub async fn settle(
    club: Club<'_>,
    which: &FailedLines,
    settlement: &Settlement,
    because: &Because,
) -> Result<SettledLines, DeskError> {
    let (failed, mut settled) = choose(club, which).await?;
    let keys: Vec<LineKey> = failed.into_iter().map(|l| l.body.key).collect();
    let mut writes = Vec::with_capacity(keys.len());
    for key in keys {
        writes.push(settle_one(club, key, *settlement, because));
    }
    let results: Vec<(LineKey, LineResult)> = iter(writes).buffered(AT_ONCE).collect().await;
    let mut failure = None;
    for (key, result) in results {
        if let Err(error) = add_result(&mut settled, &key, result) {
            failure = Some(error);
        }
    }
    failure.map_or(Ok(settled), Err)
}

type LineResult = Result<Stored<Line>, LineError>;

async fn settle_one(club: Club<'_>, key: LineKey, settlement: Settlement, because: &Because) -> (LineKey, LineResult) {
    let result = match settlement {
        Settlement::Drop => club.give_up_line(&key, because).await,
        Settlement::DoneByHand(id) => club.record_done_by_hand(&key, id, because).await,
    };
    (key, result)
}

/// Adds the result of a line. A line that another person settled concurrently is refused, which is no error.
///
/// # Errors
/// The table failed, or the error has no refusal.
fn add_result(settled: &mut SettledLines, key: &LineKey, result: LineResult) -> Result<(), DeskError> {
    let refused = |settled: &mut SettledLines, refusal: &Refusal| {
        settled.refused.push(RefusedLine::of(key.to_string(), refusal));
        Ok(())
    };
    match result {
        Ok(_) => {
            settled.done.push(key.to_string());
            Ok(())
        }
        Err(LineError::Claimed { by }) => refused(settled, &Refusal::Claimed { by }),
        Err(LineError::EventChanged) => refused(settled, &Refusal::EventChanged),
        Err(LineError::NoPlace) => refused(settled, &Refusal::NoPlace),
        Err(LineError::Held) => refused(settled, &Refusal::Held),
        Err(LineError::NoLine) => refused(settled, &Refusal::Gone),
        Err(LineError::NotAllowed(error)) => match LineStatus::named(error.from) {
            Some(status) => refused(settled, &Refusal::Changed { status }),
            None => Err(LineError::NotAllowed(error).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// The requested failed lines, one for each event.
async fn choose(club: Club<'_>, which: &FailedLines) -> Result<(Vec<Stored<Line>>, SettledLines), DeskError> {
    let mut settled = SettledLines::default();
    let found = match which {
        FailedLines::Lines(ids) => find_lines(club, ids).await?,
        FailedLines::Because(_) | FailedLines::All => {
            let wanted = |cause: Option<Cause>| match which {
                FailedLines::Because(wanted) => cause == Some(*wanted),
                _ => true,
            };
            let keys = failed_claims(club, wanted).await?;
            if keys.is_empty() { Vec::new() } else { club.lines_by_key(&keys).await? }
        }
    };
    let mut failed = Vec::new();
    let mut events: BTreeMap<EventRef, LineKey> = BTreeMap::new();
    for line in found {
        let status = line.body.state.status();
        if status != LineStatus::ApiFailed {
            settled.not_failed.push(UnchangedLine { line: line.body.key.to_string(), status });
        } else if let Some(by) = events.get(&line.body.key.event) {
            // Two runs have a line for this event. Only one of the lines can have the claim, so only one is chosen.
            let refusal = Refusal::Claimed { by: by.clone() };
            settled.refused.push(RefusedLine::of(line.body.key.to_string(), &refusal));
        } else {
            events.insert(line.body.key.event, line.body.key.clone());
            failed.push(line);
        }
    }
    Ok((failed, settled))
}

/// Adds the failed lines that these depend on, directly or not, because a line may be legal only once those have freed
/// its person or its day. Also returns the dependencies that are on their way or accepted.
async fn with_failed_dependencies(
    club: Club<'_>,
    mut failed: Vec<Stored<Line>>,
) -> Result<(Vec<Stored<Line>>, BTreeSet<LineKey>), DeskError> {
    let mut sent: BTreeSet<LineKey> = BTreeSet::new();
    let mut seen: BTreeSet<LineKey> = failed.iter().map(|line| line.body.key.clone()).collect();
    let mut visited = 0;
    while visited < failed.len() {
        let dependencies = |line: &Stored<Line>| {
            let proposal = line.body.key.proposal();
            line.body.depends_on.iter().map(|event| LineKey::of(&proposal, *event)).collect::<Vec<_>>()
        };
        let mut new: Vec<LineKey> = failed[visited..].iter().flat_map(dependencies).collect();
        new.retain(|key| seen.insert(key.clone()));
        visited = failed.len();
        if !new.is_empty() {
            for line in club.lines_by_key(&new).await? {
                let status = line.body.state.status();
                if status == LineStatus::ApiFailed {
                    failed.push(line);
                } else if status.is_in_flight_or_accepted() {
                    sent.insert(line.body.key);
                }
            }
        }
    }
    failed.sort_by(|a, b| a.body.key.cmp(&b.body.key));
    Ok((failed, sent))
}

/// The failed lines that have the claim of their event, with a cause that `wanted` selects.
async fn failed_claims(club: Club<'_>, wanted: impl Fn(Option<Cause>) -> bool) -> Result<Vec<LineKey>, DeskError> {
    let claims = club.claims().await?.into_iter().map(|(_, claim)| claim);
    let failed = claims.filter(|claim| claim.status == LineStatus::ApiFailed && wanted(claim.cause));
    Ok(failed.map(|claim| claim.line).collect())
}
