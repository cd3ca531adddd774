//! Finds out whether an interrupted confirmation had performed the act of its draft. If it had, the rest of the act is
//! finished: an approval continues from its record, a message is sent again.

use std::time::Duration;

use runtime::messages::{Message, RunMessage, TrialMessage};
use runtime::queue::Queue;
use store::audit::{Because, Subject};
use store::drafts::{Act, Draft, Outcome};
use store::facts::{FactId, FactKind, KeptFact};
use store::key::{RunId, TrialId};
use store::stamp::Timestamp;
use store::states::RunStatus;
use store::trials::TrialState;

use super::perform::{exception_id, fact_name, rotation_exception, time_off};
use super::{DraftError, Queues, line_key};
use crate::approve::resume_approval;
use crate::error::DeskError;
use crate::failed::{FailedLines, retry};
use crate::plan::Desk;

/// Finishes the act of a draft if a part of it was done, and returns its outcome; `None` if no part of it was done.
///
/// # Errors
/// A failed request to the table or a queue.
pub async fn finish_act(
    desk: Desk<'_>,
    queues: Queues<'_>,
    draft: &Draft,
    by: &Because,
    now: Timestamp,
) -> Result<Option<Outcome>, DraftError> {
    match &draft.act {
        Act::Schedules { .. } | Act::CallOut { .. } => finish_approval(desk, queues, draft, &draft.id.run(), now).await,
        Act::Approve { run, .. } => finish_approval(desk, queues, draft, run, now).await,
        Act::EditLine { line, .. } | Act::HoldLine { line, .. } => {
            let subject = Subject::Line(line_key(desk.club, line).await?);
            if_recorded(desk, draft, subject, Outcome::Edited { line: line.clone() }).await
        }
        Act::TimeOff { .. } => match time_off(&draft.act) {
            Some(off) => saved_fact(desk, draft, FactId { kind: FactKind::TimeOff, id: off.id() }).await,
            None => Ok(None),
        },
        Act::RotationException { .. } => match rotation_exception(&draft.act) {
            Some(exception) => saved_fact(desk, draft, exception_id(&exception)).await,
            None => Ok(None),
        },
        Act::IgnoreFinding { finding, .. } => {
            let done = Outcome::Ignored { finding: finding.clone() };
            if_recorded(desk, draft, Subject::Finding(finding.clone()), done).await
        }
        Act::RunNow { .. } => finish_started_run(desk, queues, draft.id.run_started(by.at)).await,
        Act::Try { .. } => finish_started_trial(desk, queues, draft.id.trial_begun(by.at), by.at, now).await,
        Act::Retry { .. } => finish_retry(desk, queues, draft, &Because { at: now, ..by.clone() }).await,
    }
}

/// Looks for an entry of the draft in the audit trail of a fact.
async fn saved_fact(desk: Desk<'_>, draft: &Draft, id: FactId) -> Result<Option<Outcome>, DraftError> {
    let done = Outcome::Saved { fact: fact_name(&id) };
    if_recorded(desk, draft, Subject::Fact(id), done).await
}

/// Looks for an entry of the draft in the audit trail of a subject. If there is one, the outcome is `done`.
async fn if_recorded(
    desk: Desk<'_>,
    draft: &Draft,
    subject: Subject,
    done: Outcome,
) -> Result<Option<Outcome>, DraftError> {
    let has = desk.club.has_entry_of(draft, &subject).await.map_err(DeskError::from)?;
    Ok(has.then_some(done))
}

/// Looks for the draft's approval, and continues it from its record. Without the record, the act was not done: the
/// lines of a change by hand are written before it, but they expire.
async fn finish_approval(
    desk: Desk<'_>,
    queues: Queues<'_>,
    draft: &Draft,
    run: &RunId,
    now: Timestamp,
) -> Result<Option<Outcome>, DraftError> {
    let id = draft.id.approval();
    if desk.club.approval(&id).await?.is_none() {
        return Ok(None);
    }
    resume_approval(desk, queues.submissions, &id, now).await?;
    Ok(Some(Outcome::Approved { run: run.clone(), approval: id }))
}

/// Looks for the run that the confirmation started. A run that failed before a solver took it does not count.
async fn finish_started_run(desk: Desk<'_>, queues: Queues<'_>, id: RunId) -> Result<Option<Outcome>, DraftError> {
    let Some(run) = desk.club.run(&id).await? else { return Ok(None) };
    match run.body.state.status() {
        RunStatus::Failed if run.body.tokens.is_empty() => return Ok(None),
        RunStatus::Queued => send(queues.runs, RunMessage::new(desk.club.id().clone(), id.clone())).await?,
        _ => {}
    }
    Ok(Some(Outcome::Run { run: id }))
}

/// Looks for the trial that the confirmation began at this moment. A trial that failed at the same moment does not count,
/// because no queue took its message.
async fn finish_started_trial(
    desk: Desk<'_>,
    queues: Queues<'_>,
    id: TrialId,
    began_at: Timestamp,
    now: Timestamp,
) -> Result<Option<Outcome>, DraftError> {
    let Some(trial) = desk.club.trial(&id, now).await? else { return Ok(None) };
    match trial.body.state {
        TrialState::Failed { at, .. } if at == began_at => return Ok(None),
        TrialState::Queued => send(queues.trials, TrialMessage::new(desk.club.id().clone(), id.clone())).await?,
        _ => {}
    }
    Ok(Some(Outcome::Trial { trial: id }))
}

/// Sends a message, which may have been sent before.
async fn send<M: Message>(queue: &Queue<M>, message: M) -> Result<(), DeskError> {
    let sent = queue.send(&[message], Duration::ZERO).await;
    sent.map_err(|unsent| DeskError::NotQueued { why: unsent.to_string() })
}

/// Looks for lines that this draft approved again. If there are some, the other lines of the draft are retried too. The
/// sweep sends the messages of the lines that were approved already.
async fn finish_retry(
    desk: Desk<'_>,
    queues: Queues<'_>,
    draft: &Draft,
    by: &Because,
) -> Result<Option<Outcome>, DraftError> {
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for id in draft.effect.lines.iter().filter_map(|line| line.line.as_ref()) {
        let subject = Subject::Line(line_key(desk.club, id).await?);
        let has = desk.club.has_entry_of(draft, &subject).await.map_err(DeskError::from)?;
        if has { done.push(id.clone()) } else { left.push(id.clone()) }
    }
    if done.is_empty() {
        return Ok(None);
    }
    if !left.is_empty() {
        let because = draft.because(by, "confirmed");
        done.extend(retry(desk, queues.submissions, &FailedLines::Lines(left), &because).await?.done);
    }
    Ok(Some(Outcome::Retried { lines: done }))
}
