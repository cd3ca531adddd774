//! What is wrong with what is posted: the look of rulebook section 10 at a club of the table, without the findings that
//! people ignore.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{plus_days, week_start};
use domain::snapshot::{EmployeeId, Outside, Snapshot};
use domain::standing::{self, Faults, Finding, FindingId, Severity, Weeks};
use store::Club;
use store::audit::Because;
use store::documents::{DocumentError, PlanVersion};
use store::ignores::Ignored;
use store::stamp::Timestamp;

use crate::error::DeskError;

/// Days for which a finding may be ignored at most.
pub const LONGEST_IGNORE_DAYS: i64 = 90;

/// A club's posted schedule, ready to be looked at.
#[derive(Debug)]
pub struct Posted {
    /// The club's facts.
    pub snapshot: Snapshot,
    /// What Crossmark shows beside them.
    pub outside: Outside,
    /// Their version.
    pub plan_version: PlanVersion,
    /// When the events were read from Crossmark.
    pub refreshed_at: Option<Timestamp>,
    /// People's names.
    pub names: BTreeMap<EmployeeId, String>,
    ignored: Vec<Ignored>,
}

/// A finding, and who ignores it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The finding.
    pub finding: Finding,
    /// The ignore that covers it.
    pub ignored: Option<Ignored>,
}

/// One week's findings.
#[derive(Debug)]
pub struct Week {
    /// Its Sunday.
    pub sunday: NaiveDate,
    /// In order of date, severity, rule, person and refs.
    pub findings: Vec<Found>,
    /// What health is made of; ignored findings do not count.
    pub faults: Faults,
    /// Posted schedules of the week.
    pub schedules: usize,
}

impl Posted {
    /// Reads a club, in 5 requests if it is of ordinary size.
    ///
    /// # Errors
    /// There is no such club, or a request to the table failed.
    pub async fn load(club: Club<'_>, now: Timestamp) -> Result<Posted, DeskError> {
        let zone = club.plan_header().await?.info.ok_or(store::snapshot::SnapshotError::NoClub)?.time_zone;
        let local = |at: Timestamp| -> NaiveDateTime { at.utc().with_timezone(&zone).naive_local() };
        let loaded = club.load_snapshot(local(now).date()).await?;
        let outside = Outside {
            events_as_of: loaded.refreshed_at.map(local),
            now: Some(local(now)),
            ..Outside::default()
        };
        Ok(Posted {
            names: loaded.snapshot.employees.iter().map(|e| (e.id.clone(), e.name.clone())).collect(),
            snapshot: loaded.snapshot.without_decisions(),
            outside,
            plan_version: loaded.plan_version,
            refreshed_at: loaded.refreshed_at,
            ignored: loaded.ignored,
        })
    }

    /// Looks at the week of a date.
    pub fn week(&self, date: NaiveDate) -> Week {
        let sunday = week_start(date);
        let found = standing::check(&self.snapshot, &self.outside, Weeks::Of(date)).findings;
        let findings: Vec<Found> = found
            .into_iter()
            .map(|finding| Found { ignored: self.ignore_of(&finding).cloned(), finding })
            .collect();
        let counted = findings.iter().filter(|found| found.ignored.is_none()).map(|found| &found.finding);
        let in_week = |at: NaiveDateTime| sunday <= at.date() && at.date() <= plus_days(sunday, 6);
        Week {
            sunday,
            faults: Faults::of(counted),
            schedules: self.snapshot.posted.iter().filter(|posted| in_week(posted.start)).count(),
            findings,
        }
    }

    /// A finding by its id, in whichever week it is.
    ///
    /// # Errors
    /// [`DeskError::NoFinding`] if nothing of that id is found any more.
    pub fn finding(&self, id: &FindingId) -> Result<Found, DeskError> {
        let all = standing::check(&self.snapshot, &self.outside, Weeks::ToLastPosted).findings;
        let finding = all.into_iter().find(|finding| finding.id == *id).ok_or(DeskError::NoFinding)?;
        Ok(Found { ignored: self.ignore_of(&finding).cloned(), finding })
    }

    fn ignore_of(&self, finding: &Finding) -> Option<&Ignored> {
        self.ignored.iter().find(|ignored| ignored.covers(finding, self.snapshot.today))
    }

    /// What an answer about these facts depends on, for a conditional request: the version, the day, the ignores, and
    /// whether the events are old.
    pub fn mark(&self) -> impl std::hash::Hash {
        let ignored: Vec<(String, NaiveDate)> =
            self.ignored.iter().map(|one| (one.id.0.clone(), one.until)).collect();
        let hour = self.outside.now.map(|now| now.date().to_string() + &now.format("%H").to_string());
        (self.plan_version.version, hour, ignored, self.refreshed_at)
    }
}

impl Week {
    /// Findings of a severity that nobody ignores.
    pub fn count(&self, severity: Severity) -> usize {
        let heeded = self.findings.iter().filter(|found| found.ignored.is_none());
        heeded.filter(|found| found.finding.severity == severity).count()
    }

    /// The rules that were judged: every hard and watch rule of section 10.
    pub fn rules(&self) -> usize {
        domain::rules::WATCH.len() + STANDING_HARD
    }
}

/// Hard rules that the look judges: all but H1 and H15, which are about placing and moving.
const STANDING_HARD: usize = 13;

/// Ignores a finding until a date, the end of its week by default.
///
/// # Errors
/// It is not found any more, the date is past or too far off, somebody else ignores it right now, or a request to the
/// table failed.
pub async fn ignore(
    club: Club<'_>,
    id: &FindingId,
    until: Option<NaiveDate>,
    because: &Because,
) -> Result<Ignored, DeskError> {
    let posted = Posted::load(club, because.at).await?;
    let finding = posted.finding(id)?.finding;
    let today = posted.snapshot.today;
    let sunday = week_start(finding.when.date().unwrap_or(today).max(today));
    let until = until.unwrap_or_else(|| plus_days(sunday, 6));
    if until < today || plus_days(today, LONGEST_IGNORE_DAYS) < until {
        return Err(DeskError::DayOutside {
            date: until.to_string(),
            from: today.to_string(),
            to: plus_days(today, LONGEST_IGNORE_DAYS).to_string(),
        });
    }
    let ignored = Ignored { id: id.clone(), text: finding.text, until, because: because.clone() };
    club.ignore_finding(&ignored).await.map_err(stale)?;
    Ok(ignored)
}

/// Takes an ignore back; taking back one that is not there changes nothing.
///
/// # Errors
/// Somebody else changes it right now, or a request to the table failed.
pub async fn heed(club: Club<'_>, id: &FindingId, because: &Because) -> Result<(), DeskError> {
    club.heed_finding(id, because).await.map_err(stale).map(|_| ())
}

fn stale(error: DocumentError) -> DeskError {
    match error {
        DocumentError::Table(error) => error.into(),
        _ => DeskError::Table(store::TableError::Contended),
    }
}
