//! A person confirms a draft: claimed by one conditional write, done, recorded; and what a confirmation that was cut off
//! left.

use store::audit::Because;
use store::drafts::{Draft, IN_HAND, Outcome, Standing, State, Status};
use store::key::DraftId;
use store::stamp::Timestamp;
use store::{Club, Stored, TableError};

use super::{DraftError, Queues, Readiness, Shown, evidence, perform, preview, shown, trail_because};
use crate::error::DeskError;
use crate::plan::Desk;

/// Confirms a draft: does its act, once. `overriding` is the person's reason for broken rules; it is needed where the
/// draft names some.
///
/// # Errors
/// [`DraftError::NoDraft`], the state that it is in ([`Spent`](DraftError::Spent), [`Expired`](DraftError::Expired),
/// [`Discarded`](DraftError::Discarded), [`Stale`](DraftError::Stale), [`Preparing`](DraftError::Preparing),
/// [`InHand`](DraftError::InHand)), what the act is refused for, or a failed request to the table or a queue. Except after
/// a failed request, nothing was done; after one, the next confirmation says or finishes what was.
pub async fn confirm(
    desk: Desk<'_>,
    queues: Queues<'_>,
    id: &DraftId,
    overriding: Option<&str>,
    by: &Because,
) -> Result<Shown, DraftError> {
    let (club, now) = (desk.club, by.at);
    let read = match cut_off(desk, queues, club.draft(id, now).await?.ok_or(DraftError::NoDraft)?, now).await? {
        CutOff::Finished(draft) => return shown(club, draft, now).await,
        CutOff::Open(read) => read,
    };
    if read.body.status(now) == Status::Expired {
        return Err(DraftError::Expired { at: read.body.expires_at() });
    }
    let Shown { draft, readiness, .. } = shown(club, read.body.clone(), now).await?;
    match readiness {
        Readiness::Ready => {}
        Readiness::Preparing => return Err(DraftError::Preparing),
        Readiness::Failed(words) => return Err(DraftError::Failed { words }),
    }
    refuse_stale(club, &draft).await?;
    let preview = match preview::preview(desk, &draft, by).await {
        Err(error) if !error.is_of_the_table() => return Err(overtaken(club, &draft, now).await?.unwrap_or(error)),
        preview => preview?,
    };
    if preview.plan_version != draft.plan_version || !preview.effect.is_same(&draft.effect) {
        return Err(match overtaken(club, &draft, now).await? {
            Some(error) => error,
            None => DraftError::Stale { found: preview.plan_version },
        });
    }
    if !preview.effect.breaks.is_empty() && overriding.is_none() {
        return Err(DeskError::Breaks { broken: preview.broken }.into());
    }
    let because = trail_because(&draft, by, "confirmed");
    let claim = State::Confirming { by: by.clone() };
    let Some(claimed) = club.change_draft(&read, claim, Standing::Plan(draft.plan_version), &because).await? else {
        return Err(overtaken(club, &draft, now).await?.unwrap_or(TableError::Contended.into()));
    };
    let why = overriding.unwrap_or("confirmed");
    let overriding = overriding.filter(|_| !preview.effect.breaks.is_empty());
    let because = draft.because(by, why);
    match perform::perform(desk, queues, (&draft, &preview), overriding, &because).await {
        Ok(outcome) => {
            let done = record(club, claimed, by, outcome).await?;
            shown(club, done, now).await
        }
        Err(error) => {
            settle_failed(desk, queues, claimed, by, &error).await?;
            Err(error)
        }
    }
}

/// What is left to do with a draft that was read.
enum CutOff {
    /// A confirmation that was cut off had done the act; that is recorded now.
    Finished(Draft),
    /// The draft may be confirmed.
    Open(Stored<Draft>),
}

/// Settles a confirmation that was cut off, and refuses what is decided.
async fn cut_off(
    desk: Desk<'_>,
    queues: Queues<'_>,
    read: Stored<Draft>,
    now: Timestamp,
) -> Result<CutOff, DraftError> {
    let club = desk.club;
    match read.body.state.clone() {
        State::Open => Ok(CutOff::Open(read)),
        State::Discarded { by } => Err(DraftError::Discarded { by }),
        State::Confirmed { by, outcome } => Err(DraftError::Spent { by, outcome: Box::new(outcome) }),
        State::Confirming { by } if now < by.at.plus(IN_HAND) => Err(DraftError::InHand { by }),
        State::Confirming { by } => {
            if let Some(outcome) = evidence::outcome(desk, queues, &read.body, &by, now).await? {
                return Ok(CutOff::Finished(record(club, read, &by, outcome).await?));
            }
            let opened = open_again(club, &read, &Because { at: now, ..by.clone() }).await?;
            opened.map(CutOff::Open).ok_or(DraftError::InHand { by })
        }
    }
}

/// What became of a claim whose act failed: recorded if the act was done nevertheless, opened again if it was refused,
/// and left to the next confirmation if nobody knows.
async fn settle_failed(
    desk: Desk<'_>,
    queues: Queues<'_>,
    claimed: Stored<Draft>,
    by: &Because,
    error: &DraftError,
) -> Result<(), DraftError> {
    if let Some(outcome) = evidence::outcome(desk, queues, &claimed.body, by, by.at).await? {
        record(desk.club, claimed, by, outcome).await?;
    } else if !error.is_of_the_table() {
        open_again(desk.club, &claimed, by).await?;
    }
    Ok(())
}

async fn open_again(club: Club<'_>, read: &Stored<Draft>, by: &Because) -> Result<Option<Stored<Draft>>, DraftError> {
    let because = trail_because(&read.body, by, "not done, so it may be confirmed again");
    Ok(club.change_draft(read, State::Open, Standing::Any, &because).await?)
}

/// Records what a claimed draft did. Somebody who finishes the same claim records the same.
async fn record(club: Club<'_>, claimed: Stored<Draft>, by: &Because, outcome: Outcome) -> Result<Draft, DraftError> {
    let because = trail_because(&claimed.body, by, "confirmed");
    let state = State::Confirmed { by: by.clone(), outcome };
    if let Some(done) = club.change_draft(&claimed, state, Standing::Any, &because).await? {
        return Ok(done.body);
    }
    let read = club.draft(&claimed.body.id, by.at).await?.ok_or(DraftError::NoDraft)?.body;
    match read.state {
        State::Confirmed { .. } => Ok(read),
        _ => Err(TableError::Contended.into()),
    }
}

async fn refuse_stale(club: Club<'_>, draft: &Draft) -> Result<(), DraftError> {
    let found = club.plan_version().await?.version;
    if found == draft.plan_version { Ok(()) } else { Err(DraftError::Stale { found }) }
}

/// Whether somebody else was faster, or the plan moved, since a draft was read.
async fn overtaken(club: Club<'_>, draft: &Draft, now: Timestamp) -> Result<Option<DraftError>, DraftError> {
    let read = club.draft(&draft.id, now).await?.ok_or(DraftError::NoDraft)?;
    Ok(match read.body.state {
        State::Open => refuse_stale(club, draft).await.err(),
        State::Confirming { by } => Some(DraftError::InHand { by }),
        State::Confirmed { by, outcome } => Some(DraftError::Spent { by, outcome: Box::new(outcome) }),
        State::Discarded { by } => Some(DraftError::Discarded { by }),
    })
}
