//! Learns from outcomes how often people's lines are kept and worked, before a nightly run reads the club.

use chrono::{Days, NaiveDate};
use domain::affinity::{affinities, eligible};
use domain::snapshot::Employee;
use store::affinity::LearnedAffinity;
use store::{Club, TableError};

/// Days of outcomes that are learned from.
const DAYS: u64 = 365;

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LearnError {
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The computation's thread panicked or was cancelled.
    #[error("the computation broke off: {0}")]
    Broken(#[from] tokio::task::JoinError),
}

/// Learns from the outcomes of the year up to yesterday, and stores the result.
pub(crate) async fn learn(club: Club<'_>, today: NaiveDate) -> Result<(), LearnError> {
    let first = today.checked_sub_days(Days::new(DAYS)).unwrap_or(NaiveDate::MIN);
    let last = today.pred_opt().unwrap_or(NaiveDate::MIN);
    let outcomes = club.outcomes(first, last).await?;
    let people = club.all_documents::<Employee>().await?.into_iter().map(|person| person.body);
    let people: Vec<Employee> = people.collect();
    let switches = club.affinity_switches().await?.body;
    let learned = tokio::task::spawn_blocking(move || affinities(&outcomes, &eligible(&people), &switches)).await?;
    Ok(club.keep_learned(&LearnedAffinity::of(today, learned)).await?)
}
