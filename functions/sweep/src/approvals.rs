//! Resumes approvals that were not processed completely, or whose messages were not sent.

use chrono::TimeDelta;
use desk::Desk;
use desk::approve::resume_approval;

use crate::ClubSweep;

/// Maximum age of an approval that is resumed.
const MAX_AGE: TimeDelta = TimeDelta::days(7);
/// Minimum age of an approval that is resumed: the request of a younger one may still be in progress.
const MIN_AGE: TimeDelta = TimeDelta::seconds(60);

impl ClubSweep<'_> {
    /// Resumes unfinished approvals from their records.
    pub(crate) async fn resume_approvals(&mut self) {
        let unfinished = match self.club.unfinished_approvals(self.now.plus(-MAX_AGE)).await {
            Ok(unfinished) => unfinished,
            Err(error) => return self.log_failure("approvals", &error),
        };
        let now = self.now;
        // `wake_lines` sends no message for the lines of these approvals, because their time for a recall starts again.
        self.unfinished_approvals = unfinished.iter().map(|approval| approval.body.id.clone()).collect();
        for approval in unfinished.into_iter().map(|a| a.body).filter(|a| a.because.at.plus(MIN_AGE) <= now) {
            let desk = Desk { club: self.club, cache: self.cache };
            match resume_approval(desk, self.submit_queue, &approval.id, now).await {
                Ok(_) => self.swept.approvals_resumed += 1,
                Err(error) => self.log_failure("an approval", &error),
            }
        }
    }
}
