//! A person says that a doubted list of Crossmark's is right: what it lacks was withdrawn.

use store::Club;
use store::audit::Because;
use store::reports::ConfirmError;
use store::stamp::Timestamp;

/// Confirms the doubted list of the refresh at a moment and withdraws what it lacks; how many events that were. If it is
/// cut off, the next refresh does the rest; twice does no harm.
///
/// # Errors
/// Where that list is not doubted, or no longer.
pub async fn confirm(club: Club<'_>, since: Timestamp, because: &Because) -> Result<usize, ConfirmError> {
    let doubt = club.confirm_list(since, because).await?;
    Ok(club.withdraw(&doubt.gone).await?.written)
}
