//! Confirmation of a doubted list: a person says that Crossmark's list is right, and the missing events are withdrawn.

use store::Club;
use store::audit::Because;
use store::reports::ConfirmError;
use store::stamp::Timestamp;

/// Confirms the doubted list that a refresh read at `since`, withdraws the events that the list lacks, and returns the number
/// of withdrawn events. It is idempotent. If it is interrupted, the next refresh withdraws the remaining events.
///
/// # Errors
/// [`ConfirmError::NoDoubt`] if that list is not doubted, or no longer; [`ConfirmError::Table`] if a request to the
/// table failed.
pub async fn confirm(club: Club<'_>, since: Timestamp, because: &Because) -> Result<usize, ConfirmError> {
    let doubt = club.confirm_list(since, because).await?;
    Ok(club.withdraw(&doubt.gone).await?.written)
}
