//! A person's decisions about failed lines: retry them (with the checks of an approval), drop them, or record that they
//! were done by hand. All are idempotent: a repeated request finds no failed line.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use futures_util::stream::{StreamExt, iter};
use runtime::messages::{SubmitMessage, VERSION};
use runtime::queue::Queue;
use store::approvals::Refusal;
use store::audit::Because;
use store::key::{LineKey, ScheduledEventId};
use store::lead::Lead;
use store::lines::{Line, LineError};
use store::states::{Cause, GroupKey, LineStatus};
use store::{Club, Stored, TableError};

use crate::approve::Refused;
use crate::decide::UnchangedLine;
use crate::error::DeskError;
use crate::legal::{refusals, refuse_dependents};
use crate::plan::{Desk, Plan, find_lines};
use crate::process_approval::MOST_CHECKS;
use crate::wake::send;

/// A selection of failed lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The lines with these ids.
    Lines(Vec<String>),
    /// All lines that failed for this cause.
    Because(Cause),
    /// All failed lines.
    All,
}

/// The result of a decision about failed lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// The lines that were changed.
    pub done: Vec<String>,
    /// The lines that were refused, and why.
    pub refused: Vec<Refused>,
    /// The lines that have not failed, with their states.
    pub not_failed: Vec<UnchangedLine>,
}

/// How a person settles a failed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It is no longer wanted.
    Drop,
    /// It was done at Crossmark by hand; the id of the schedule there, if it has one.
    DoneByHand(Option<ScheduledEventId>),
}

/// Maximum number of concurrent writes of lines.
const AT_ONCE: usize = 8;

/// Retries failed lines, with the failed lines that they depend on: checks each as at approval, approves it again and
/// sends the message for its group. A line that a person holds is refused.
///
/// # Errors
/// There is no such line, or a request to the table failed.
pub async fn retry(
    desk: Desk<'_>,
    queue: &Queue<SubmitMessage>,
    which: &Which,
    because: &Because,
) -> Result<Settled, DeskError> {
    let club = desk.club;
    let (failed, mut settled) = choose(club, which).await?;
    if failed.is_empty() {
        return Ok(settled);
    }
    let mut failed = with_failed_dependencies(club, failed).await?;
    let lead = TimeDelta::minutes(club.settings().await?.body.lead_minutes.into());
    let mut groups: BTreeMap<GroupKey, BTreeMap<u64, u32>> = BTreeMap::new();
    let mut checks = 0;
    let mut failure = None;
    while !failed.is_empty() && failure.is_none() {
        let (plan, refused) = judged(desk, &failed, lead, because).await?;
        let (fine, bad): (Vec<_>, Vec<_>) = failed.iter().partition(|l| !refused.contains_key(&l.body.key.event));
        settled.refused.extend(bad.into_iter().filter_map(|line| {
            let refusal = refused.get(&line.body.key.event)?;
            Some(Refused::of(line.body.key.to_string(), refusal))
        }));
        let keys: Vec<LineKey> = fine.into_iter().map(|l| l.body.key.clone()).collect();
        let done = match club.retry_lines(&keys, plan.plan_version.basis, because.at, because).await {
            Ok(done) => done,
            // Lines that are approved already still get their messages.
            Err(error) => {
                failure = Some(DeskError::from(error));
                break;
            }
        };
        for line in done.retried {
            settled.done.push(line.body.key.to_string());
            if let Some(way) = line.body.submission {
                groups.entry(way.group).or_default().insert(line.body.key.event.0, way.generation);
            }
        }
        for (key, error) in done.left_alone {
            failure = note(&mut settled, &key, Err(error)).err().or(failure);
        }
        // The plan changed since the check: check the remaining lines again.
        checks += 1;
        failed.retain(|line| done.unchecked.contains(&line.body.key));
        if checks == MOST_CHECKS && !failed.is_empty() {
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
    // Approved lines get their messages even if others failed.
    send(queue, &messages, Duration::ZERO).await;
    failure.map_or(Ok(settled), Err)
}

/// The effect of a retry.
#[derive(Debug)]
pub struct Preview {
    /// The plan that it was judged on.
    pub plan: Plan,
    /// The lines that would be sent again, including those that they depend on.
    pub lines: Vec<Line>,
    /// The lines that would be refused, and why.
    pub refused: Vec<Refused>,
    /// The lines that have not failed, with their states.
    pub not_failed: Vec<UnchangedLine>,
}

/// The effect of a retry. Writes nothing.
///
/// # Errors
/// There is no such line, or a request to the table failed.
pub async fn preview_retry(desk: Desk<'_>, which: &Which, because: &Because) -> Result<Preview, DeskError> {
    let club = desk.club;
    let (failed, Settled { mut refused, not_failed, .. }) = choose(club, which).await?;
    let failed = with_failed_dependencies(club, failed).await?;
    let lead = TimeDelta::minutes(club.settings().await?.body.lead_minutes.into());
    let (plan, found) = judged(desk, &failed, lead, because).await?;
    let mut lines = Vec::new();
    for line in failed {
        match found.get(&line.body.key.event) {
            Some(refusal) => refused.push(Refused::of(line.body.key.to_string(), refusal)),
            None => lines.push(line.body),
        }
    }
    Ok(Preview { plan, lines, refused, not_failed })
}

/// The current plan for failed lines, and the lines that cannot be retried now.
async fn judged(
    desk: Desk<'_>,
    failed: &[Stored<Line>],
    lead: TimeDelta,
    because: &Because,
) -> Result<(Plan, BTreeMap<EventRef, Refusal>), DeskError> {
    let by_hand: BTreeSet<EventRef> =
        failed.iter().filter(|line| line.body.by_hand).map(|line| line.body.key.event).collect();
    let plan = match by_hand.is_empty() {
        true => Plan::load(desk, because.at).await?,
        false => Plan::load_by_hand(desk, &by_hand, None, because.at).await?,
    };
    let lines: Vec<&Line> = failed.iter().map(|l| &l.body).collect();
    let mut refused = refused_again(&plan, &lines, lead, because);
    let events: Vec<EventRef> = lines.iter().map(|line| line.key.event).collect();
    let decisions = desk.club.decisions_of(&events).await?.into_iter();
    refused.extend(decisions.filter(|(_, d)| d.held.is_some()).map(|(event, _)| (event, Refusal::Held)));
    let needs: Vec<_> = lines.iter().map(|line| (line.key.event, line.depends_on.as_slice())).collect();
    refuse_dependents(&mut refused, &needs);
    Ok((plan, refused))
}

/// The failed lines that cannot be retried now: they are too late or break a rule.
fn refused_again(plan: &Plan, lines: &[&Line], lead: TimeDelta, because: &Because) -> BTreeMap<EventRef, Refusal> {
    let lead = Lead { zone: plan.time_zone, now: because.at.utc(), lead };
    let too_late = lines.iter().filter_map(|line| {
        let late = lead.is_too_late_for(line)?;
        Some((line.key.event, Refusal::TooLate { words: late.to_string() }))
    });
    let mut refused: BTreeMap<EventRef, Refusal> = too_late.collect();
    let in_time: Vec<&Line> = lines.iter().copied().filter(|line| !refused.contains_key(&line.key.event)).collect();
    refused.extend(refusals(plan, &in_time));
    refused
}

/// Drops failed lines, or records that they were done by hand.
///
/// # Errors
/// There is no such line, or a request to the table failed.
pub async fn settle(
    club: Club<'_>,
    which: &Which,
    verdict: &Settlement,
    because: &Because,
) -> Result<Settled, DeskError> {
    let (failed, mut settled) = choose(club, which).await?;
    let keys: Vec<LineKey> = failed.into_iter().map(|l| l.body.key).collect();
    let deed = match verdict {
        Settlement::Drop => Settling::Drop,
        Settlement::DoneByHand(id) => Settling::DoneByHand(*id),
    };
    let done = do_each(club, keys, deed, because).await;
    let mut failure = None;
    for (key, done) in done {
        if let Err(error) = note(&mut settled, &key, done) {
            failure = Some(error);
        }
    }
    failure.map_or(Ok(settled), Err)
}

type Done = Result<Stored<Line>, LineError>;

/// The settlement of one failed line.
#[derive(Debug, Clone, Copy)]
enum Settling {
    Drop,
    DoneByHand(Option<ScheduledEventId>),
}

async fn do_one(club: Club<'_>, key: LineKey, deed: Settling, because: &Because) -> (LineKey, Done) {
    let done = match deed {
        Settling::Drop => club.drop_line(&key, because).await,
        Settling::DoneByHand(id) => club.done_by_hand(&key, id, because).await,
    };
    (key, done)
}

async fn do_each(club: Club<'_>, keys: Vec<LineKey>, deed: Settling, because: &Because) -> Vec<(LineKey, Done)> {
    let mut each = Vec::with_capacity(keys.len());
    for key in keys {
        each.push(do_one(club, key, deed, because));
    }
    iter(each).buffered(AT_ONCE).collect().await
}

/// Adds the result of a line. A line that another person settled concurrently is a refusal, not an error.
fn note(settled: &mut Settled, key: &LineKey, done: Done) -> Result<(), DeskError> {
    let refused = |settled: &mut Settled, refusal: &Refusal| {
        settled.refused.push(Refused::of(key.to_string(), refusal));
        Ok(())
    };
    match done {
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
async fn choose(club: Club<'_>, which: &Which) -> Result<(Vec<Stored<Line>>, Settled), DeskError> {
    let mut settled = Settled::default();
    let found = match which {
        Which::Lines(ids) => find_lines(club, ids).await?,
        Which::Because(_) | Which::All => {
            let wanted = |cause: Option<Cause>| match which {
                Which::Because(wanted) => cause == Some(*wanted),
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
            // Lines of two runs for one event: only one of them has the claim, so only one is retried.
            let refusal = Refusal::Claimed { by: by.clone() };
            settled.refused.push(Refused::of(line.body.key.to_string(), &refusal));
        } else {
            events.insert(line.body.key.event, line.body.key.clone());
            failed.push(line);
        }
    }
    Ok((failed, settled))
}

/// Adds the failed lines that these depend on, directly or not; without them a retry would fail again. Lines that swap
/// their places depend on each other.
async fn with_failed_dependencies(
    club: Club<'_>,
    mut failed: Vec<Stored<Line>>,
) -> Result<Vec<Stored<Line>>, DeskError> {
    let mut known: BTreeSet<LineKey> = failed.iter().map(|line| line.body.key.clone()).collect();
    let mut looked_at = 0;
    while looked_at < failed.len() {
        let needs = |line: &Stored<Line>| {
            let proposal = line.body.key.proposal();
            line.body.depends_on.iter().map(|event| LineKey::of(&proposal, *event)).collect::<Vec<_>>()
        };
        let mut needed: Vec<LineKey> = failed[looked_at..].iter().flat_map(needs).collect();
        needed.retain(|key| known.insert(key.clone()));
        looked_at = failed.len();
        if !needed.is_empty() {
            let found = club.lines_by_key(&needed).await?.into_iter();
            failed.extend(found.filter(|line| line.body.state.status() == LineStatus::ApiFailed));
        }
    }
    failed.sort_by(|a, b| a.body.key.cmp(&b.body.key));
    Ok(failed)
}

async fn failed_claims(club: Club<'_>, wanted: impl Fn(Option<Cause>) -> bool) -> Result<Vec<LineKey>, DeskError> {
    let claims = club.claims().await?.into_iter().map(|(_, claim)| claim);
    let failed = claims.filter(|claim| claim.status == LineStatus::ApiFailed && wanted(claim.cause));
    Ok(failed.map(|claim| claim.line).collect())
}
