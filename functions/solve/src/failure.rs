//! Why a run ends without a proposal, in words for a manager and for the log.

use domain::json::Refused;
use solver::SolveError;
use store::TableError;
use store::lease::LeaseError;
use store::reports::ListDoubt;
use store::runs::RunError;
use store::snapshot::SnapshotError;

/// Maximum faults of a document that are named; the rest is counted.
const TOLD: usize = 3;

/// Why there is no proposal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunFailure {
    /// The club's data are no valid snapshot.
    #[error("the snapshot was refused: {0}")]
    Unusable(#[from] Refused),
    /// The club's items in the table cannot be read as a snapshot.
    #[error("the snapshot cannot be read again: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The club is gone, or still being loaded.
    #[error("there is no such club")]
    NoClub,
    /// Crossmark's list of events is doubted, and the run is not a person's.
    #[error("the list lacks {} of {} open events and is doubted", .0.gone.len(), .0.open)]
    Doubted(Box<ListDoubt>),
    /// The club kept changing.
    #[error("the club kept changing while it was read")]
    KeptChanging,
    /// The solver failed, or its schedule did not pass the checker.
    #[error(transparent)]
    Solver(#[from] SolveError),
    /// The solver's thread panicked or was cancelled.
    #[error("the solver broke off: {0}")]
    Broken(#[from] tokio::task::JoinError),
    /// The lease is lost or the run is over: nothing that it writes can become visible.
    #[error("the lease was lost, or the run was ended meanwhile")]
    Lost,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl RunFailure {
    /// The explanation for a manager.
    pub fn words(&self) -> String {
        match self {
            RunFailure::Unusable(Refused(faults)) => {
                let told: Vec<String> = faults.iter().take(TOLD).map(ToString::to_string).collect();
                let more = match faults.len().saturating_sub(TOLD) {
                    0 => String::new(),
                    n => format!("; and {n} more"),
                };
                format!("The club's data cannot be scheduled as they are: {}{more}. Mend them and start a new run.", told.join("; "))
            }
            RunFailure::Doubted(doubt) => format!(
                "Crossmark's list of events is doubted: {} of {} open events are missing from it at once. The proposal that \
                 stands is kept until the next list agrees or somebody confirms it on Today.",
                doubt.gone.len(),
                doubt.open
            ),
            RunFailure::KeptChanging => "The club's data kept changing while they were read. Start a new run in a moment.".into(),
            RunFailure::NoClub => "The club is not there, or its data are still being loaded.".into(),
            RunFailure::Table(_) => "The table did not answer in time. Start a new run in a moment.".into(),
            RunFailure::Lost => "Another solver took over.".into(),
            RunFailure::Solver(_) | RunFailure::Broken(_) | RunFailure::Unreadable(_) => {
                "The solver failed. That is a fault of the program, not of the club's data; what it read is kept with the \
                 run, so that it can be found."
                    .into()
            }
        }
    }

    /// Whether it is a bug of the program, which somebody must fix.
    pub fn is_ours(&self) -> bool {
        matches!(self, RunFailure::Solver(_) | RunFailure::Broken(_) | RunFailure::Unreadable(_))
    }
}

impl From<SnapshotError> for RunFailure {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::NoClub => RunFailure::NoClub,
            SnapshotError::KeptChanging => RunFailure::KeptChanging,
            SnapshotError::Table(error) => RunFailure::Table(error),
        }
    }
}

impl From<RunError> for RunFailure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Table(error) | RunError::Lease(LeaseError::Table(error)) => RunFailure::Table(error),
            _ => RunFailure::Lost,
        }
    }
}
