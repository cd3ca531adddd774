//! The numbers of a club: counted from the audit trail with each sweep, and once a night one past day is recounted.

use chrono::NaiveDate;
use desk::numbers::{Difference, Work, count, recount, recounted_day};
use store::TableError;
use store::documents::ClubListing;
use store::snapshot::SnapshotError;

use crate::ClubSweep;

impl ClubSweep<'_> {
    /// Counts what the trail has since the last sweep. The first sweep of a club's day does the work of the night.
    pub(crate) async fn count_numbers(&mut self, listing: &ClubListing) {
        let today = self.now.date_in(listing.time_zone);
        let work = if listing.last_automatic >= Some(today) { Work::Night } else { Work::NightWithDebts };
        match count(self.club, listing.time_zone, self.now, work).await {
            Ok(report) if report.night => self.recount_a_day(listing, today).await,
            // The club is still being loaded, or another sweep counts.
            Ok(_) | Err(SnapshotError::NoClub | SnapshotError::Table(TableError::Contended)) => {}
            Err(error) => self.failed("the numbers", &error),
        }
    }

    /// Recounts one past day. A difference means that something was counted wrongly, or was changed without an entry in
    /// the trail.
    async fn recount_a_day(&mut self, listing: &ClubListing, today: NaiveDate) {
        let day = recounted_day(self.club.id(), today);
        match recount(self.club, listing.time_zone, self.now, day).await {
            Ok(None) => {}
            Ok(Some(Difference { day, .. })) => {
                self.swept.numbers_differ += 1;
                let club = self.club.id();
                tracing::error!(
                    alarm = "numbers_differ", club.id = %club, day = %day,
                    "the counts of club {club} of {day} differed from the audit trail and were replaced"
                );
            }
            Err(error) => self.failed("the recount", &error),
        }
    }
}
