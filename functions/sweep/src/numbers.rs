//! Counts the numbers of a club from the audit trail in each sweep, and recounts one past day once a night.

use chrono::NaiveDate;
use desk::numbers::{DayDifference, Work, count, recount, recounted_day};
use store::TableError;
use store::documents::ClubListing;
use store::snapshot::SnapshotError;

use crate::ClubSweep;

impl ClubSweep<'_> {
    /// Counts the new entries of the audit trail. The first sweep of a club's day also does the work of the night.
    pub(crate) async fn count_numbers(&mut self, listing: &ClubListing) {
        let today = self.now.date_in(listing.time_zone);
        match count(self.club, listing.time_zone, self.now, Work::Night).await {
            Ok(report) if report.night => self.recount_a_day(listing, today).await,
            // The club is still being loaded, or another sweep counts at the same time.
            Ok(_) | Err(SnapshotError::NoClub | SnapshotError::Table(TableError::Contended)) => {}
            Err(error) => self.log_failure("the numbers", &error),
        }
    }

    /// Recounts one past day, and raises the alarm if its counts differ: they were wrong, or something was changed without an
    /// entry in the audit trail.
    async fn recount_a_day(&mut self, listing: &ClubListing, today: NaiveDate) {
        let day = recounted_day(self.club.id(), today);
        match recount(self.club, listing.time_zone, self.now, day).await {
            Ok(None) => {}
            Ok(Some(DayDifference { day, .. })) => {
                self.swept.numbers_differ += 1;
                let club = self.club.id();
                tracing::error!(
                    alarm = "numbers_differ", club.id = %club, day = %day,
                    "the counts of club {club} of {day} differed from the audit trail and were replaced"
                );
            }
            Err(error) => self.log_failure("the recount", &error),
        }
    }
}
