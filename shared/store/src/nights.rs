//! Nightly runs: at most one successful nightly run for each club and local date. After a failed or crashed run another
//! one is queued, [`MAX_TRIES`] at most in all, and none later than [`RETRY_HOURS`] after the first.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

use crate::audit::Because;
use crate::changes::Changes;
use crate::documents::ClubListing;
use crate::item::{Record, Stored};
use crate::key::{CLUBS, ClubId, Key, Part, RunId};
use crate::request::TableError;
use crate::runs::{Run, RunOrigin};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::states::RunStatus;
use crate::table::Club;

/// Maximum runs of one night.
pub const MAX_TRIES: u32 = 3;
/// Hours after the first try within which further tries must begin.
pub const RETRY_HOURS: i64 = 6;

/// Whether a nightly run of this local hour is late: its tries may last past midnight. Its date is the day on which it
/// begins, and its morning is that of the next day.
pub fn is_late(run_hour: u32) -> bool {
    i64::from(run_hour) + RETRY_HOURS > 24
}

/// The local date whose nightly run is tried at this local time, if one is: from its hour until midnight, and a late one
/// until the hours for its tries are over.
pub fn night_at(run_hour: u32, local: NaiveDateTime) -> Option<NaiveDate> {
    let (hour, run_hour) = (i64::from(local.hour()), i64::from(run_hour));
    if hour >= run_hour {
        Some(local.date())
    } else if hour + 24 < run_hour + RETRY_HOURS {
        local.date().pred_opt()
    } else {
        None
    }
}

/// The nightly run of one local date, with all its tries. The date is the key of the item, so there is one for each
/// date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The date.
    pub date: NaiveDate,
    /// The run of the latest try.
    pub run: RunId,
    /// Number of tries.
    pub tries: u32,
    /// When the first try began.
    pub first_try_at: Timestamp,
    /// Whether one of the tries succeeded.
    pub ended_well: bool,
}

impl Record for Night {
    fn key(&self, club: &ClubId) -> Key {
        Part::Nights.key(club, self.date.to_string())
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.first_try_at.plus(RECORDS_KEPT))
    }
}

/// The result of a request for a nightly run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NightlyRunStart {
    /// This run was queued just now.
    Queued(RunId),
    /// This run has not failed: it is queued or running. The caller only makes sure that its message was sent.
    InProgress(RunId),
    /// A run succeeded.
    Succeeded,
    /// The tries or the time are used up, so a person must act.
    GivenUp(RunId),
}

impl Club<'_> {
    /// The nightly run of a date; `None` if none was queued yet.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn night(&self, date: NaiveDate) -> Result<Option<Stored<Night>>, TableError> {
        self.fetch(&Part::Nights.key(self.id, date.to_string())).await
    }

    /// Queues the nightly run of a date, unless one is in progress or has succeeded, or the tries or the time for them
    /// are used up. The run ends if no solver takes it before `deadline`. While it is in progress, a repeated call
    /// changes nothing.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn begin_night(
        &self,
        date: NaiveDate,
        new_run: &RunId,
        deadline: Timestamp,
        because: &Because,
    ) -> Result<NightlyRunStart, TableError> {
        let now = because.at;
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.night(date).await?;
            let (tries, first_try_at) = match &read {
                Some(Stored { body: night, .. }) if night.ended_well => return Ok(NightlyRunStart::Succeeded),
                Some(Stored { body: night, .. }) => {
                    let run = self.run(&night.run).await?;
                    let status = run.map_or(RunStatus::Crashed, |r| r.body.state.status());
                    if !matches!(status, RunStatus::Failed | RunStatus::Crashed) {
                        return Ok(NightlyRunStart::InProgress(night.run.clone()));
                    }
                    let last_moment = night.first_try_at.plus(TimeDelta::hours(RETRY_HOURS));
                    if night.tries >= MAX_TRIES || now > last_moment {
                        return Ok(NightlyRunStart::GivenUp(night.run.clone()));
                    }
                    (night.tries + 1, night.first_try_at)
                }
                None => (1, now),
            };
            let run = Run::queued(new_run.clone(), RunOrigin::Automatic { date }, false, now, deadline);
            let night = Night { date, run: run.id.clone(), tries, first_try_at, ended_well: false };
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|r| r.version), &night)?;
            changes.create(&run)?;
            changes.note(&run.first_entry(because))?;
            if self.try_commit(changes).await? {
                return Ok(NightlyRunStart::Queued(run.id));
            }
        }
    }

    /// Adds the success of a nightly run to the transaction that completes the run: to the record of its date, and to
    /// the club's listing.
    pub(crate) async fn record_nightly_success(
        &self,
        changes: &mut Changes<'_>,
        date: NaiveDate,
    ) -> Result<(), TableError> {
        if let Some(read) = self.night(date).await? {
            changes.replace(Some(read.version), &Night { ended_well: true, ..read.body })?;
        }
        if let Some(read) = self.listing().await? {
            let last_automatic = read.body.last_automatic.max(Some(date));
            changes.replace(Some(read.version), &ClubListing { last_automatic, ..read.body })?;
        }
        Ok(())
    }

    /// Records that the morning message of a date was sent, or was not needed.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn record_morning_message(&self, date: NaiveDate) -> Result<(), TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let Some(read) = self.listing().await? else { return Ok(()) };
            let last_morning_message = read.body.last_morning_message.max(Some(date));
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &ClubListing { last_morning_message, ..read.body })?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// The club's entry in the list of clubs.
    pub(crate) async fn listing(&self) -> Result<Option<Stored<ClubListing>>, TableError> {
        self.fetch(&Key { partition: CLUBS.to_owned(), sort: self.id.to_string() }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nightly_run_is_tried_until_midnight_and_a_late_one_for_six_hours() {
        for (run_hour, local, expected) in [
            (2, "2026-11-23T01:59:00", None),
            (2, "2026-11-23T02:00:00", Some("2026-11-23")),
            (2, "2026-11-23T23:59:00", Some("2026-11-23")),
            (18, "2026-11-24T00:00:00", None),
            (19, "2026-11-24T00:59:00", Some("2026-11-23")),
            (19, "2026-11-24T01:00:00", None),
            (23, "2026-11-23T22:00:00", None),
            (23, "2026-11-23T23:00:00", Some("2026-11-23")),
            (23, "2026-11-24T04:59:00", Some("2026-11-23")),
            (23, "2026-11-24T05:00:00", None),
        ] {
            let found = night_at(run_hour, local.parse().expect("a time")).map(|date| date.to_string());
            assert_eq!(found.as_deref(), expected, "{run_hour} {local}");
            // A run is late if and only if it is still tried after midnight.
            assert_eq!(is_late(run_hour), run_hour >= 19);
        }
    }
}
