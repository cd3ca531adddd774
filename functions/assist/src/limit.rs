//! The limit of questions that one person asks about one club: calls of tools, and sentences of *Find*.

use api::{ApiError, Code};
use store::Club;
use store::audit::Actor;
use store::questions::Admission;
use store::stamp::Timestamp;

/// Maximum number of questions that a person may ask about a club in each minute of the clock.
pub const MAX_A_MINUTE: u32 = 60;

/// Counts a question.
///
/// # Errors
/// 429 with the time at which the next question is admitted, or the table cannot be used.
pub async fn admit(club: Club<'_>, who: &Actor, now: Timestamp) -> Result<(), ApiError> {
    match club.admit_question(who, MAX_A_MINUTE, now).await? {
        Admission::Admitted => Ok(()),
        Admission::Later { next_at } => {
            let message = format!("{MAX_A_MINUTE} questions were asked within the minute");
            Err(ApiError::new(Code::TooManyQuestions, message).until(next_at))
        }
    }
}
