//! Refreshes on demand: a person requests that the club's events, schedules and people are read from Crossmark now.
//! `functions/refresh` executes them.

use std::time::Duration;

use chrono::TimeDelta;
use runtime::messages::RefreshMessage;
use runtime::queue::Queue;
use store::Club;
use store::audit::Because;
use store::key::RefreshId;
use store::refreshes::{Refresh, RefreshFailure, RefreshState};
use store::snapshot::SnapshotError;

use crate::error::DeskError;

/// Maximum number of refreshes on demand for a club within an hour.
pub const MAX_AN_HOUR: usize = 12;

/// Requests a refresh. If one is in progress already, that one is returned.
///
/// # Errors
/// The club was never loaded, too many refreshes were requested within the hour, or the queue or the table cannot be
/// reached.
pub async fn ask(
    club: Club<'_>,
    queue: &Queue<RefreshMessage>,
    id: RefreshId,
    because: &Because,
) -> Result<Refresh, DeskError> {
    club.plan_header().await?.info.ok_or(SnapshotError::NoClub)?;
    let (now, hour) = (because.at, TimeDelta::hours(1));
    let recent = club.refreshes_since(now.plus(-hour)).await?;
    let on_demand: Vec<&Refresh> = recent.iter().filter(|refresh| refresh.asked.is_some()).collect();
    if let Some(oldest) = on_demand.len().checked_sub(MAX_AN_HOUR).and_then(|at| on_demand.get(at))
        && !on_demand.iter().any(|refresh| refresh.is_under_way(now))
    {
        return Err(DeskError::TooManyRefreshes { most: MAX_AN_HOUR, next_at: oldest.at.plus(hour) });
    }
    let refresh = club.ask_refresh(&Refresh::queued(id.clone(), Some(because.clone()), now)).await?;
    if refresh.id != id {
        return Ok(refresh);
    }
    let message = RefreshMessage::new(club.id().clone(), id.clone());
    if let Err(unsent) = queue.send(&[message], Duration::ZERO).await {
        let words = "the queue did not accept its message".to_owned();
        let state = RefreshState::Failed { at: now, reason: RefreshFailure::Internal, words };
        club.change_refresh(&mut club.begin_refresh(&id, now).await?, state).await?;
        return Err(DeskError::NotQueued { why: unsent.to_string() });
    }
    Ok(refresh)
}

/// A refresh.
///
/// # Errors
/// There is no such refresh or it has expired, or the table cannot be read.
pub async fn show(club: Club<'_>, id: &RefreshId) -> Result<Refresh, DeskError> {
    Ok(club.refresh(id).await?.ok_or(DeskError::NoRefresh)?.body)
}
