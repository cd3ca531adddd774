//! Why a run ends without a proposal, in words for a manager and for the log.

use solver::SolveError;
use store::TableError;
use store::reports::ListDoubt;
use store::runs::RunError;
use store::snapshot::SnapshotError;

/// Why there is no proposal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunFailure {
    /// The snapshot or the answer cannot be serialised for the archive.
    #[error("a document of the run cannot be serialised: {0}")]
    Serialise(#[from] serde_json::Error),
    /// The club does not exist, or is still being loaded.
    #[error("there is no such club, or it is still being loaded")]
    NoClub,
    /// Crossmark's list of events is doubted, and the run is a nightly one.
    #[error("the list of events is doubted: it lacked {} of {} open events", .0.gone.len(), .0.open)]
    Doubted(Box<ListDoubt>),
    /// The club changed during every attempt to read it.
    #[error("the club kept changing while it was read")]
    KeptChanging,
    /// The solver failed, or its schedule did not pass the checker.
    #[error(transparent)]
    Solver(#[from] SolveError),
    /// The solver's thread panicked or was cancelled.
    #[error("the solver's thread failed: {0}")]
    Broken(#[from] tokio::task::JoinError),
    /// The lease is lost or the run is over: nothing that this worker writes can become visible.
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
            RunFailure::Doubted(doubt) => format!(
                "Crossmark's list of events is doubted: {} of {} open events are missing from it at once. The current \
                 proposal is kept until the next list agrees or somebody confirms the doubted list on Today.",
                doubt.gone.len(),
                doubt.open
            ),
            RunFailure::KeptChanging => "The club's data kept changing while they were read. Start a new run in a moment.".into(),
            RunFailure::NoClub => "The club is not there, or its data are still being loaded.".into(),
            RunFailure::Table(TableError::Busy { .. } | TableError::Contended) => {
                "The table did not answer in time. Start a new run in a moment.".into()
            }
            RunFailure::Table(TableError::Refused { .. } | TableError::Corrupt { .. }) => {
                "The data of this club could not be read or written. This is a fault of the program.".into()
            }
            RunFailure::Lost => "Another solver took over, or the run was ended.".into(),
            RunFailure::Solver(_) | RunFailure::Broken(_) => {
                "The solver failed. That is a fault of the program, not of the club's data. Its input is kept with the run \
                 for a diagnosis."
                    .into()
            }
            RunFailure::Serialise(_) => {
                "The data of the run could not be archived. That is a fault of the program.".into()
            }
        }
    }

    /// Whether somebody must look for a bug or for damaged data.
    pub fn is_fault_of_the_program(&self) -> bool {
        match self {
            RunFailure::Solver(_) | RunFailure::Broken(_) | RunFailure::Serialise(_) => true,
            RunFailure::Table(error) => matches!(error, TableError::Refused { .. } | TableError::Corrupt { .. }),
            RunFailure::NoClub | RunFailure::Doubted(_) | RunFailure::KeptChanging | RunFailure::Lost => false,
        }
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
            RunError::Table(error) => RunFailure::Table(error),
            _ => RunFailure::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_table_is_a_fault_of_the_program_unless_it_is_temporary() {
        let busy = TableError::Busy { tries: 8, last: "throttled".into() };
        let refused = TableError::Refused { code: "ValidationException".into(), message: "too large".into() };
        let corrupt = TableError::Corrupt { key: "CLUB#8135 / EMP#E01".into(), reason: "no body".into() };
        for (error, is_fault) in [(busy, false), (TableError::Contended, false), (refused, true), (corrupt, true)] {
            let failure = RunFailure::from(error);
            assert_eq!(failure.is_fault_of_the_program(), is_fault, "{failure}");
            assert_eq!(failure.words().contains("fault of the program"), is_fault, "{failure}");
            assert_eq!(failure.words().contains("did not answer in time"), !is_fault, "{failure}");
        }
    }
}
