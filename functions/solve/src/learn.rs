//! Learns affinity: computes from outcomes how often a person's lines are kept and worked. This happens before a
//! nightly run reads the club.

use chrono::{Days, NaiveDate};
use domain::affinity::{affinities, eligible_pairs};
use domain::snapshot::Employee;
use store::affinity::LearnedAffinity;
use store::{Club, TableError};

/// Number of days before today whose outcomes are read.
const DAYS: u64 = 365;

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LearnError {
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The computation's thread panicked or was cancelled.
    #[error("the computation's thread failed: {0}")]
    Broken(#[from] tokio::task::JoinError),
}

/// Learns affinity from the outcomes of the year up to yesterday, and stores the result for the run.
pub(crate) async fn learn(club: Club<'_>, today: NaiveDate) -> Result<(), LearnError> {
    let first = today.checked_sub_days(Days::new(DAYS)).unwrap_or(NaiveDate::MIN);
    let last = today.pred_opt().unwrap_or(NaiveDate::MIN);
    let outcomes = club.outcomes(first, last).await?;
    let people = club.all_documents::<Employee>().await?.into_iter().map(|person| person.body);
    let people: Vec<Employee> = people.collect();
    let switches = club.affinity_switches().await?.body;
    let learned =
        tokio::task::spawn_blocking(move || affinities(&outcomes, &eligible_pairs(&people), &switches)).await?;
    Ok(club.keep_learned(&LearnedAffinity::of(today, learned)).await?)
}
