//! Recall: takes the approval of a line back, as long as no call was made for it. This includes the approval of a
//! retry.

use crate::audit::Because;
use crate::changes::{Changes, MAX_ACTIONS};
use crate::events::{Event, event_key};
use crate::item::{self, Stored};
use crate::key::{LineKey, RunId};
use crate::lines::{Line, LineError, change_line, line_key};
use crate::states::{LineAction, LineStatus, RunState, RunStatus};
use crate::table::Club;

/// Actions of a chunk besides its lines: `plan_version`.
const ACTIONS_BESIDES_LINES: usize = 1;
/// Actions of a line: the line, its event, its audit entry, and the tally of its run.
const ACTIONS_OF_A_LINE: usize = 4;

/// The result of a recall.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecallResult {
    /// The lines that were recalled.
    pub recalled: Vec<LineKey>,
    /// The lines that could not be recalled any more, with their states.
    pub too_late: Vec<(LineKey, LineStatus)>,
}

impl Club<'_> {
    /// Takes the approval of lines back: restores the state before the approval, increments the generation and releases
    /// the claim. A line for which a call was made in its current generation is not changed.
    ///
    /// # Errors
    /// [`LineError::Table`] if the table cannot be read or written. Lines that can no longer be recalled are part of
    /// the result; missing lines and lines that nobody has decided on are not.
    pub async fn recall(&self, lines: &[LineKey], because: &Because) -> Result<RecallResult, LineError> {
        let mut result = RecallResult::default();
        for some in lines.chunks((MAX_ACTIONS - ACTIONS_BESIDES_LINES) / ACTIONS_OF_A_LINE) {
            let mut attempts = self.attempts();
            loop {
                attempts.begin().await?;
                let (changes, outcome) = self.recall_chunk(some, because).await?;
                if outcome.recalled.is_empty() || self.try_commit(changes).await? {
                    result.recalled.extend(outcome.recalled);
                    result.too_late.extend(outcome.too_late);
                    break;
                }
            }
        }
        let mut runs: Vec<&RunId> = result.recalled.iter().map(|l| &l.run).collect();
        runs.dedup();
        for run in runs {
            self.complete_recalled_run(run, because).await?;
        }
        Ok(result)
    }

    async fn recall_chunk(
        &self,
        lines: &[LineKey],
        because: &Because,
    ) -> Result<(Changes<'_>, RecallResult), LineError> {
        let keys: Vec<_> = lines.iter().flat_map(|l| [line_key(self.id, l), event_key(self.id, l.event)]).collect();
        let mut found = self.get_all(&keys).await?;
        let mut outcome = RecallResult::default();
        let mut changes = Changes::new(self.id);
        for key in lines {
            let Some(item) = found.remove(&line_key(self.id, key)) else { continue };
            let read: Stored<Line> = item::read(item)?;
            let mut line = read.body.clone();
            let status = line.state.status();
            let Some(submission) =
                line.submission.as_mut().filter(|s| status == LineStatus::Approved && !s.was_attempted())
            else {
                // A line that an earlier recall took back is not reported.
                if !status.is_open() {
                    outcome.too_late.push((key.clone(), status));
                }
                continue;
            };
            submission.generation += 1;
            let earlier = submission.earlier.state();
            let entry = line.transition(LineAction::Recall, earlier, read.version + 1, because)?;
            change_line(&mut changes, &read, &line, &[entry])?;
            if let Some(event) = found.remove(&event_key(self.id, key.event)) {
                let event: Stored<Event> = item::read(event)?;
                if event.body.claim.as_ref().is_some_and(|c| c.line == *key) {
                    changes.replace(Some(event.version), &Event { claim: None, ..event.body.clone() })?;
                }
            }
            outcome.recalled.push(key.clone());
        }
        changes.count_followed_change();
        Ok((changes, outcome))
    }

    /// Returns a run to `completed` if none of its lines is approved, sent or failed any more.
    async fn complete_recalled_run(&self, run: &RunId, because: &Because) -> Result<(), LineError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let Some(read) = self.run(run).await? else { return Ok(()) };
            let Some(proposal) = read.body.proposal().filter(|_| read.body.state.status() == RunStatus::Approved)
            else {
                return Ok(());
            };
            let lines = self.lines(&proposal, because.at).await?;
            let is_without_approval =
                |s: LineStatus| s.is_open() || matches!(s, LineStatus::Rejected | LineStatus::Superseded);
            if !lines.iter().all(|l| is_without_approval(l.body.state.status())) {
                return Ok(());
            }
            let mut body = read.body.clone();
            let entry = body.transition(RunState::Completed { at: because.at }, read.version + 1, because)?;
            let mut changes = Changes::new(self.id);
            changes.change_state(&read, &body)?;
            changes.note(&entry)?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }
}
