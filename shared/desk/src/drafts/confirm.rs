//! Confirms a draft: claims it with one conditional write, performs its act, and records the outcome. Also settles
//! interrupted confirmations.

use store::audit::Because;
use store::drafts::{CONFIRMATION_LIMIT, Draft, Outcome, PlanCondition, State, Status};
use store::key::DraftId;
use store::stamp::Timestamp;
use store::{Club, Stored, TableError};

use super::{DraftError, Queues, Readiness, ShownDraft, evidence, perform, preview, shown_draft, trail_because};
use crate::error::DeskError;
use crate::plan::Desk;

/// Confirms a draft and performs its act once. `overriding` is the person's reason to break rules; it is required if
/// the draft names broken rules.
///
/// # Errors
/// [`DraftError::NoDraft`], the state of the draft ([`AlreadyConfirmed`](DraftError::AlreadyConfirmed),
/// [`Expired`](DraftError::Expired), [`Discarded`](DraftError::Discarded), [`Stale`](DraftError::Stale),
/// [`Preparing`](DraftError::Preparing), [`Failed`](DraftError::Failed), [`InProgress`](DraftError::InProgress)), a
/// refusal of the act, or a failed request to the table or a queue. Only a failed request can leave a part of the act
/// done; the next confirmation finishes and reports it.
pub async fn confirm(
    desk: Desk<'_>,
    queues: Queues<'_>,
    id: &DraftId,
    overriding: Option<&str>,
    by: &Because,
) -> Result<ShownDraft, DraftError> {
    let (club, now) = (desk.club, by.at);
    let read = club.draft(id, now).await?.ok_or(DraftError::NoDraft)?;
    let read = match settle_interrupted(desk, queues, read, now).await? {
        AfterSettling::Finished(draft) => return shown_draft(club, draft, now).await,
        AfterSettling::Open(read) => read,
    };
    if read.body.status(now) == Status::Expired {
        return Err(DraftError::Expired { at: read.body.expires_at() });
    }
    let ShownDraft { draft, readiness, .. } = shown_draft(club, read.body.clone(), now).await?;
    match readiness {
        Readiness::Ready => {}
        Readiness::Preparing => return Err(DraftError::Preparing),
        Readiness::Failed(words) => return Err(DraftError::Failed { words }),
    }
    refuse_stale(club, &draft).await?;
    let preview = match preview::preview(desk, &draft, by).await {
        Err(error) if !error.is_table_error() => {
            return Err(error_if_overtaken(club, &draft, now).await?.unwrap_or(error));
        }
        preview => preview?,
    };
    if preview.plan_version != draft.plan_version || !preview.effect.is_same(&draft.effect) {
        return Err(match error_if_overtaken(club, &draft, now).await? {
            Some(error) => error,
            None => DraftError::Stale { found: preview.plan_version },
        });
    }
    if !preview.effect.breaks.is_empty() && overriding.is_none() {
        return Err(DeskError::Breaks { broken: preview.broken }.into());
    }
    let because = trail_because(&draft, by, "confirmed");
    let claim = State::Confirming { by: by.clone() };
    let Some(claimed) = club.change_draft(&read, claim, PlanCondition::Unchanged(draft.plan_version), &because).await?
    else {
        return Err(error_if_overtaken(club, &draft, now).await?.unwrap_or(TableError::Contended.into()));
    };
    let why = overriding.unwrap_or("confirmed");
    let overriding = overriding.filter(|_| !preview.effect.breaks.is_empty());
    let because = draft.because(by, why);
    match perform::perform(desk, queues, (&draft, &preview), overriding, &because).await {
        Ok(outcome) => {
            let done = record(club, claimed, by, outcome).await?;
            shown_draft(club, done, now).await
        }
        Err(error) => {
            settle_failed(desk, queues, claimed, by, &error).await?;
            Err(error)
        }
    }
}

/// How a draft continues after [`settle_interrupted`].
enum AfterSettling {
    /// A confirmation was interrupted after it had performed the act. Its outcome is recorded now.
    Finished(Draft),
    /// The draft may be confirmed: no confirmation was interrupted, or the interrupted one had not performed the act.
    Open(Stored<Draft>),
}

/// Settles an interrupted confirmation, if there was one. Refuses a draft that is decided or being confirmed.
async fn settle_interrupted(
    desk: Desk<'_>,
    queues: Queues<'_>,
    read: Stored<Draft>,
    now: Timestamp,
) -> Result<AfterSettling, DraftError> {
    let club = desk.club;
    match read.body.state.clone() {
        State::Open => Ok(AfterSettling::Open(read)),
        State::Discarded { by } => Err(DraftError::Discarded { by }),
        State::Confirmed { by, outcome } => Err(DraftError::AlreadyConfirmed { by, outcome: Box::new(outcome) }),
        State::Confirming { by } if now < by.at.plus(CONFIRMATION_LIMIT) => Err(DraftError::InProgress { by }),
        State::Confirming { by } => {
            if let Some(outcome) = evidence::finish_act(desk, queues, &read.body, &by, now).await? {
                return Ok(AfterSettling::Finished(record(club, read, &by, outcome).await?));
            }
            let opened = open_again(club, &read, &Because { at: now, ..by.clone() }).await?;
            opened.map(AfterSettling::Open).ok_or(DraftError::InProgress { by })
        }
    }
}

/// Settles a claim whose act failed. If the act was done nevertheless, the outcome is recorded. If the act was refused, the
/// draft is opened again. If neither is known, the next confirmation decides.
async fn settle_failed(
    desk: Desk<'_>,
    queues: Queues<'_>,
    claimed: Stored<Draft>,
    by: &Because,
    error: &DraftError,
) -> Result<(), DraftError> {
    if let Some(outcome) = evidence::finish_act(desk, queues, &claimed.body, by, by.at).await? {
        record(desk.club, claimed, by, outcome).await?;
    } else if !error.is_table_error() {
        open_again(desk.club, &claimed, by).await?;
    }
    Ok(())
}

/// Opens a claimed draft again; `None` if somebody else has changed it.
async fn open_again(club: Club<'_>, read: &Stored<Draft>, by: &Because) -> Result<Option<Stored<Draft>>, DraftError> {
    let because = trail_because(&read.body, by, "not done, so it may be confirmed again");
    Ok(club.change_draft(read, State::Open, PlanCondition::Any, &because).await?)
}

/// Records the outcome of a claimed draft. Another worker that finishes the same claim records the same outcome.
async fn record(club: Club<'_>, claimed: Stored<Draft>, by: &Because, outcome: Outcome) -> Result<Draft, DraftError> {
    let because = trail_because(&claimed.body, by, "confirmed");
    let state = State::Confirmed { by: by.clone(), outcome };
    if let Some(done) = club.change_draft(&claimed, state, PlanCondition::Any, &because).await? {
        return Ok(done.body);
    }
    let read = club.draft(&claimed.body.id, by.at).await?.ok_or(DraftError::NoDraft)?.body;
    match read.state {
        State::Confirmed { .. } => Ok(read),
        _ => Err(TableError::Contended.into()),
    }
}

/// Refuses a draft if the plan has changed since it was made.
async fn refuse_stale(club: Club<'_>, draft: &Draft) -> Result<(), DraftError> {
    let found = club.plan_version().await?.version;
    if found == draft.plan_version { Ok(()) } else { Err(DraftError::Stale { found }) }
}

/// The error for a draft that somebody else has decided or is confirming, or whose plan has changed; `None` if it can
/// still be confirmed.
async fn error_if_overtaken(club: Club<'_>, draft: &Draft, now: Timestamp) -> Result<Option<DraftError>, DraftError> {
    let read = club.draft(&draft.id, now).await?.ok_or(DraftError::NoDraft)?;
    Ok(match read.body.state {
        State::Open => refuse_stale(club, draft).await.err(),
        State::Confirming { by } => Some(DraftError::InProgress { by }),
        State::Confirmed { by, outcome } => Some(DraftError::AlreadyConfirmed { by, outcome: Box::new(outcome) }),
        State::Discarded { by } => Some(DraftError::Discarded { by }),
    })
}
