//! Resumes approvals that were not worked off, or whose messages were not sent.

use chrono::TimeDelta;
use desk::Desk;
use desk::approve::resume_approval;

use crate::ClubSweep;

/// Maximum age of an approval that is resumed.
const LOOKED_FOR: TimeDelta = TimeDelta::days(7);
/// Minimum age: the request of a younger approval may still be in progress.
const MIN_AGE: TimeDelta = TimeDelta::seconds(60);

impl ClubSweep<'_> {
    /// Resumes unfinished approvals from their records.
    pub(crate) async fn resume_approvals(&mut self) {
        let stranded = match self.club.unfinished_approvals(self.now.plus(-LOOKED_FOR)).await {
            Ok(stranded) => stranded,
            Err(error) => return self.failed("approvals", &error),
        };
        let now = self.now;
        // Their lines get no message elsewhere in this sweep, because their time for a recall starts again.
        self.unfinished = stranded.iter().map(|approval| approval.body.id.clone()).collect();
        for approval in stranded.into_iter().map(|a| a.body).filter(|a| a.because.at.plus(MIN_AGE) <= now) {
            let desk = Desk { club: self.club, cache: self.cache };
            match resume_approval(desk, self.queue, &approval.id, now).await {
                Ok(_) => self.swept.approvals_resumed += 1,
                Err(error) => self.failed("an approval", &error),
            }
        }
    }
}
