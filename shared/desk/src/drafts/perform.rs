//! Performs the act of a claimed draft, through the use case of the ordinary route. Everything that the act writes is named
//! after the draft, or names the draft in the audit trail.

use domain::snapshot::{EmployeeId, RotationException, TimeOff};
use store::audit::Because;
use store::drafts::{Act, Draft, Outcome};
use store::edits::Mark;
use store::facts::{FactId, FactKind, KeptFact};
use store::key::RunId;
use store::trials::{TrialStart, TrialState};

use super::days::{check_holder, save_time_off};
use super::preview::{invalid, posted_changes, requested_place};
use super::{ActPreview, DraftError, Queues};
use crate::approve::{self, ApprovalMode, approve};
use crate::edit::{self, LineChange, edit};
use crate::error::DeskError;
use crate::facts::SaveMode;
use crate::failed::{FailedLines, retry};
use crate::plan::Desk;
use crate::posted_changes::{self, PostedChange};
use crate::runs::Buffer;
use crate::trials::callout_changes;
use crate::validation::{ignore, save_exception};

/// Performs the act of a draft. `previewed` is its effect, as the person saw it.
///
/// # Errors
/// The act is refused, or a request to the table or a queue failed.
pub async fn perform(
    desk: Desk<'_>,
    queues: Queues<'_>,
    (draft, previewed): (&Draft, &ActPreview),
    overriding: Option<&str>,
    because: &Because,
) -> Result<Outcome, DraftError> {
    let club = desk.club;
    match &draft.act {
        Act::Schedules { changes } => {
            change_by_hand(desk, queues, draft, (posted_changes(changes), None), overriding, because).await
        }
        Act::CallOut { employee_id, .. } => {
            let trial = crate::trials::show(club, &draft.id.trial(), because.at).await?;
            let TrialState::Done { result, .. } = trial.state else { return Err(DraftError::Preparing) };
            change_by_hand(desk, queues, draft, (callout_changes(&result), Some(employee_id)), overriding, because)
                .await
        }
        Act::EditLine { line, to } => {
            let change = LineChange::Place(requested_place(to));
            edit_line(desk, line, previewed.line_version, change, overriding, because).await
        }
        Act::HoldLine { line, held } => {
            let mark = LineChange::Mark(if *held { Mark::Held } else { Mark::Free });
            edit_line(desk, line, previewed.line_version, mark, None, because).await
        }
        Act::TimeOff { .. } => {
            let off = time_off(&draft.act).ok_or_else(|| invalid("no time off"))?;
            let saved = save_time_off(desk, &off, SaveMode::Execute, because).await?;
            Ok(Outcome::Saved { fact: fact_name(&saved.fact) })
        }
        Act::RotationException { .. } => {
            let exception = rotation_exception(&draft.act).ok_or_else(|| invalid("no exception"))?;
            check_holder(&club.club_documents().await?, &exception)?;
            save_exception(club, &exception, because).await?;
            Ok(Outcome::Saved { fact: fact_name(&exception_id(&exception)) })
        }
        Act::IgnoreFinding { finding, until, reason } => {
            let because = draft.because(because, reason);
            ignore(club, finding, *until, &because).await?;
            Ok(Outcome::Ignored { finding: finding.clone() })
        }
        Act::RunNow { emergency } => {
            let buffer = if *emergency { Buffer::Dropped } else { Buffer::Kept };
            let run =
                crate::runs::start_manual(club, queues.runs, draft.id.run_started(because.at), buffer, because).await?;
            Ok(Outcome::Run { run })
        }
        Act::Try { change } => {
            let (id, change) = (draft.id.trial_begun(because.at), change.as_ref().clone());
            let trial = crate::trials::start_trial(club, queues.trials, id, TrialStart::Now, change, because).await?;
            Ok(Outcome::Trial { trial })
        }
        Act::Approve { run, .. } => approve_lines(desk, queues, draft, run, lines_of(previewed), because).await,
        Act::Retry { .. } => {
            let which = FailedLines::Lines(lines_of(previewed));
            let settled = retry(desk, queues.submissions, &which, because).await?;
            match settled.done.is_empty() {
                true => Err(invalid("none of the lines can be sent again any more")),
                false => Ok(Outcome::Retried { lines: settled.done }),
            }
        }
    }
}

/// The ids of the lines of the effect. Only these are approved or retried.
fn lines_of(previewed: &ActPreview) -> Vec<String> {
    previewed.effect.lines.iter().filter_map(|line| line.line.clone()).collect()
}

/// Changes posted schedules by hand.
async fn change_by_hand(
    desk: Desk<'_>,
    queues: Queues<'_>,
    draft: &Draft,
    (changes, called_out): (Vec<PostedChange>, Option<&EmployeeId>),
    overriding: Option<&str>,
    because: &Because,
) -> Result<Outcome, DraftError> {
    let request = posted_changes::Request {
        changes,
        plan_version: Some(draft.plan_version),
        overriding: overriding.map(str::to_owned),
        mode: ApprovalMode::Execute,
    };
    let ids = (draft.id.run(), draft.id.approval());
    let changed = match posted_changes::change_for(desk, queues.submissions, &request, called_out, ids, because).await {
        Err(DeskError::PlanMoved { found }) => return Err(DraftError::Stale { found }),
        changed => changed?,
    };
    match changed.approved.approval {
        Some(approval) => Ok(Outcome::Approved { run: draft.id.run(), approval }),
        None => Err(nothing_approved(&changed.approved)),
    }
}

/// Approves lines.
async fn approve_lines(
    desk: Desk<'_>,
    queues: Queues<'_>,
    draft: &Draft,
    run: &RunId,
    lines: Vec<String>,
    because: &Because,
) -> Result<Outcome, DraftError> {
    let request = approve::Request { run: run.clone(), lines: Some(lines), digest: None, mode: ApprovalMode::Execute };
    let done = approve(desk, queues.submissions, &request, draft.id.approval(), because).await?;
    match done.approval {
        Some(approval) => Ok(Outcome::Approved { run: run.clone(), approval }),
        None => Err(nothing_approved(&done)),
    }
}

/// The error for an approval that was not recorded, because none of the lines can be approved.
fn nothing_approved(approved: &approve::ApprovalResult) -> DraftError {
    let reasons: Vec<&str> = approved.refused.iter().map(|refused| refused.reason.as_str()).collect();
    invalid(if reasons.is_empty() { "there is nothing left to approve".to_owned() } else { reasons.join("; ") })
}

/// Edits a line.
async fn edit_line(
    desk: Desk<'_>,
    line: &str,
    version: Option<u64>,
    wanted: LineChange,
    overriding: Option<&str>,
    because: &Because,
) -> Result<Outcome, DraftError> {
    let overriding = overriding.map(str::to_owned);
    let request = edit::Request { line: line.to_owned(), version, wanted, overriding };
    edit(desk, &request, because).await?;
    Ok(Outcome::Edited { line: line.to_owned() })
}

/// The days off of an act.
pub fn time_off(act: &Act) -> Option<TimeOff> {
    let Act::TimeOff { employee_id, start, end } = act else { return None };
    Some(TimeOff { employee_id: employee_id.clone(), start: *start, end: *end })
}

/// The rotation exception of an act.
pub fn rotation_exception(act: &Act) -> Option<RotationException> {
    let Act::RotationException { date, rotation, employee_id, reason } = act else { return None };
    let (employee_id, reason) = (employee_id.clone(), reason.clone());
    Some(RotationException { date: *date, rotation: *rotation, employee_id, reason })
}

/// The id of an exception as a fact.
pub fn exception_id(exception: &RotationException) -> FactId {
    FactId { kind: FactKind::Exception, id: exception.id() }
}

/// A fact as the API names it: kind and id.
pub fn fact_name(id: &FactId) -> String {
    format!("{}:{}", id.kind.name(), id.id)
}
