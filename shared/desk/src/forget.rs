//! Erases a person who no longer works here: a pseudonym replaces them in everything that is stored for the club.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::snapshot::{EmployeeId, EventRef};
use store::audit::Because;
use store::erasure::{ErasureError, ErasureProgress};
use store::snapshot::SnapshotError;
use store::stamp::Timestamp;
use store::{Club, TableError};

use crate::error::DeskError;

/// One thing that prevents the erasure of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureObstacle {
    /// The event.
    pub event: EventRef,
    /// Its day.
    pub date: NaiveDate,
    /// Its kind.
    pub what: ErasureObstacleKind,
}

/// The kind of a thing that prevents an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErasureObstacleKind {
    /// A posted schedule from today on.
    Posted,
    /// An undecided line of the current proposal.
    Proposed,
    /// A line that is approved, being submitted or failed.
    Submission,
}

impl ErasureObstacleKind {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            ErasureObstacleKind::Posted => "posted",
            ErasureObstacleKind::Proposed => "proposed",
            ErasureObstacleKind::Submission => "submission not finished",
        }
    }
}

/// Why a person cannot be erased.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// The person still works here.
    #[error("they work here: take them off the team first")]
    StillWorks,
    /// Schedules or lines of the person are still open.
    #[error("they still have {}", list_in_words(.0))]
    Open(Vec<ErasureObstacle>),
    /// The erasure cannot begin now, or the club has nobody with that id.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    /// The club cannot be read.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

fn list_in_words(open: &[ErasureObstacle]) -> String {
    const NAMED: usize = 5;
    let one = |obstacle: &ErasureObstacle| {
        format!("event {} on {} ({})", obstacle.event, obstacle.date, obstacle.what.name())
    };
    let named: Vec<String> = open.iter().take(NAMED).map(one).collect();
    match open.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

impl From<TableError> for ForgetError {
    fn from(error: TableError) -> ForgetError {
        ForgetError::Desk(error.into())
    }
}

/// Erases a person, or continues the erasure, until it is finished or `enough` returns true. A repeated call continues.
///
/// # Errors
/// The person works here or has something open; the club has nobody with that id; another erasure or a run is in progress;
/// or the table failed.
pub async fn forget(
    club: Club<'_>,
    employee: &EmployeeId,
    because: &Because,
    enough: impl FnMut() -> bool,
) -> Result<ErasureProgress, ForgetError> {
    let in_progress = club.erasure().await?.filter(|in_progress| in_progress.body.employee_id == *employee);
    let in_progress = match in_progress {
        Some(in_progress) => in_progress,
        None => {
            refuse_unless_gone(club, employee, because).await?;
            club.begin_erasure(employee, because).await?
        }
    };
    Ok(club.continue_erasure(in_progress, because.at, enough).await?)
}

/// Continues the erasure that is in progress, whoever began it, until it is finished or `enough` returns true; `None`
/// if there is none.
///
/// # Errors
/// The table failed.
pub async fn resume(
    club: Club<'_>,
    now: Timestamp,
    enough: impl FnMut() -> bool,
) -> Result<Option<ErasureProgress>, TableError> {
    match club.erasure().await? {
        Some(in_progress) => club.continue_erasure(in_progress, now, enough).await.map(Some),
        None => Ok(None),
    }
}

/// Refuses the erasure of a person who works here, or who has a schedule that is posted from today on, an undecided
/// line of the proposal, or a submission that is not finished.
async fn refuse_unless_gone(club: Club<'_>, employee: &EmployeeId, because: &Because) -> Result<(), ForgetError> {
    let info = club.info().await?.ok_or(DeskError::from(SnapshotError::NoClub))?.body;
    let today = because.at.date_in(info.time_zone);
    let loaded = club.load_snapshot(today).await.map_err(DeskError::from)?;
    let person = loaded.snapshot.employees.iter().find(|person| person.id == *employee);
    let person = person.ok_or(ErasureError::NoEmployee)?;
    if person.active && person.termination_date.is_none_or(|gone| today < gone) {
        return Err(ForgetError::StillWorks);
    }
    let mut open: BTreeMap<EventRef, (NaiveDate, ErasureObstacleKind)> = BTreeMap::new();
    if let Some(current) = &loaded.current {
        for line in club.lines(&current.proposal, because.at).await? {
            let place = line.body.place.as_ref().filter(|place| place.employee_id == *employee);
            if let Some(place) = place.filter(|_| line.body.state.status().is_open()) {
                open.insert(line.body.key.event, (place.start.date(), ErasureObstacleKind::Proposed));
            }
        }
    }
    for (_, claim) in club.claims().await? {
        if let Some(place) = claim.place.filter(|place| place.employee_id == *employee) {
            open.insert(claim.line.event, (place.start.date(), ErasureObstacleKind::Submission));
        }
    }
    for posted in loaded.snapshot.posted.iter().filter(|posted| posted.employee_id == *employee) {
        if posted.start.date() >= today {
            open.insert(posted.event.event_ref, (posted.start.date(), ErasureObstacleKind::Posted));
        }
    }
    let open: Vec<ErasureObstacle> =
        open.into_iter().map(|(event, (date, what))| ErasureObstacle { event, date, what }).collect();
    if open.is_empty() { Ok(()) } else { Err(ForgetError::Open(open)) }
}
