//! Replays a run: verifies its archived snapshot and answer by their digests, solves the snapshot again with the run's
//! options, and compares the answers.

use std::time::Duration;

use planner::replay::{CompletedReplay, RecordedRun};
use runtime::Deadline;
use solver::Permit;
use store::Club;
use store::key::RunId;
use store::runs::Run;
use store::trials::TrialResult;

use crate::{TrialFailure, Trials};

/// Time of an invocation that is reserved for writing the result.
const WRITE_RESERVE: Duration = Duration::from_secs(5);

impl Trials {
    /// Replays a run.
    ///
    /// # Errors
    /// The run or one of its documents is past retention, the run recorded no digests, a digest differs, or the snapshot
    /// cannot be solved again.
    pub(crate) async fn replay(
        &self,
        club: Club<'_>,
        run: &RunId,
        permit: Permit,
        deadline: Deadline,
    ) -> Result<TrialResult, TrialFailure> {
        let now = self.clock.now();
        let run: Run = club.run(run).await?.ok_or(TrialFailure::RunGone)?.body;
        let proposal = run.proposal().ok_or(TrialFailure::RunGone)?;
        let provenance = run.summary.and_then(|summary| summary.provenance).ok_or(TrialFailure::NotRecorded)?;
        let snapshot = club.kept_snapshot(&proposal, now).await?.ok_or(TrialFailure::RunGone)?;
        let answer = club.kept_answer(&proposal, now).await?.ok_or(TrialFailure::RunGone)?;
        let recorded = RecordedRun::verify(*provenance, &snapshot, &answer)?;
        let plan_version = club.plan_version().await?;
        let current = club.current_proposal().await?.map(|current| current.body.proposal);
        let time_limit = deadline.left().saturating_sub(WRITE_RESERVE);
        let solved = tokio::task::spawn_blocking(move || recorded.replay(Some(time_limit), &permit)).await?;
        let CompletedReplay { replayed, comparison, answer } = solved?;
        Ok(TrialResult {
            plan_version,
            current,
            answer,
            comparison,
            without_change: None,
            is_unchanged_proven: false,
            open: Vec::new(),
            under_way: Vec::new(),
            replayed: Some(replayed),
        })
    }
}
