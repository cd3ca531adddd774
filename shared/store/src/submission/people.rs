//! A person's decisions about a failed line: retry it, give it up, or record that it was done by hand.

use domain::snapshot::EventRef;

use super::outcome::change_to_accepted;
use super::{DecisionEffect, LineAndEventChange, PlanChange, Posting};
use crate::audit::{Because, Entry};
use crate::changes::{Changes, MAX_ACTIONS, plan_key};
use crate::documents::PlanVersion;
use crate::events::{Event, event_key};
use crate::item::{self, Stored};
use crate::key::{LineKey, ScheduledEventId};
use crate::lines::{Line, LineAndEvent, LineError, change_line, line_key};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::states::{LineAction, LineState, Step};
use crate::table::Club;

/// Actions of a retry besides its lines: `plan_version`.
const ACTIONS_BESIDES_LINES: usize = 1;
/// Actions of a line: the line, its event, its audit entry, the decisions about its event, and the tally of its run.
const ACTIONS_OF_A_LINE: usize = 5;

/// A failed line to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineToRetry {
    /// The line's key.
    pub key: LineKey,
    /// The lines of the same proposal that must be accepted before it. A failed line that is not retried too would fail it
    /// again.
    pub depends_on: Vec<EventRef>,
}

/// The result of a retry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RetryResult {
    /// The lines that are approved again.
    pub retried: Vec<Stored<Line>>,
    /// The lines that were not retried, with the reasons: they are gone or changed since they were checked, or their
    /// event is held.
    pub left_alone: Vec<(LineKey, LineError)>,
    /// The lines that must be checked again first, because the plan has changed since their check.
    pub unchecked: Vec<LineKey>,
}

impl Club<'_> {
    /// Approves failed lines again, each in a new generation. As for an approval, the caller's check must still be
    /// valid ([`PlanVersion::basis`]). A move continues at the step that failed; if that was the restore, at the new
    /// placement. A repeated call does nothing, because it finds no failed line.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written. Lines that cannot be retried are part of the result.
    pub async fn retry_lines(
        &self,
        lines: &[LineToRetry],
        mut basis: u64,
        next_attempt_at: Timestamp,
        because: &Because,
    ) -> Result<RetryResult, TableError> {
        let mut all = RetryResult::default();
        let mut chunks = lines.chunks((MAX_ACTIONS - ACTIONS_BESIDES_LINES) / ACTIONS_OF_A_LINE);
        while let Some(chunk) = chunks.next() {
            match self.retry_chunk(chunk, basis, next_attempt_at, because).await? {
                Some(done) => {
                    basis += u64::from(!done.retried.is_empty());
                    all.retried.extend(done.retried);
                    all.left_alone.extend(done.left_alone);
                }
                None => {
                    let unchecked = chunk.iter().chain(chunks.by_ref().flatten());
                    all.unchecked = unchecked.map(|line| line.key.clone()).collect();
                }
            }
        }
        Ok(all)
    }

    /// Retries lines in one transaction; `None` if the plan has changed.
    async fn retry_chunk(
        &self,
        lines: &[LineToRetry],
        basis: u64,
        next_attempt_at: Timestamp,
        because: &Because,
    ) -> Result<Option<RetryResult>, TableError> {
        let of_line = |key: &LineKey| [line_key(self.id, key), event_key(self.id, key.event)];
        let mut keys: Vec<_> = lines.iter().flat_map(|line| of_line(&line.key)).collect();
        keys.push(plan_key(self.id));
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let mut found = self.get_all(&keys).await?;
            let plan =
                found.remove(&plan_key(self.id)).map_or_else(PlanVersion::default, |item| PlanVersion::of(&item));
            if plan.basis != basis {
                return Ok(None);
            }
            let mut done = RetryResult::default();
            let mut changes = Changes::new(self.id);
            for LineToRetry { key, depends_on } in lines {
                let (line, event) = (line_key(self.id, key), event_key(self.id, key.event));
                let (Some(line), Some(event)) = (found.remove(&line), found.remove(&event)) else {
                    done.left_alone.push((key.clone(), LineError::NoLine));
                    continue;
                };
                let pair = LineAndEvent { line: item::read(line)?, event: item::read(event)? };
                let (mut line, entry) =
                    match pair.require_claim().and_then(|()| change_to_approved(&pair, next_attempt_at, because)) {
                        Ok(retried) => retried,
                        Err(error) => {
                            done.left_alone.push((key.clone(), error));
                            continue;
                        }
                    };
                line.depends_on.clone_from(depends_on);
                match self.require_not_held(&mut changes, key.event).await {
                    Ok(()) => {}
                    Err(LineError::Table(error)) => return Err(error),
                    Err(error) => {
                        done.left_alone.push((key.clone(), error));
                        continue;
                    }
                }
                change_line(&mut changes, &pair.line, &line, &[entry])?;
                changes.replace(Some(pair.event.version), &Event { claim: line.claim(), ..pair.event.body })?;
                done.retried.push(Stored { version: pair.line.version + 1, body: line });
            }
            changes.count_followed_change_from(basis);
            if done.retried.is_empty() || self.try_commit(changes).await? {
                return Ok(Some(done));
            }
        }
    }

    /// Approves a failed line again like [`Club::retry_lines`], but without a check: for an operator's redrive.
    ///
    /// # Errors
    /// [`LineError::NotAllowed`] if the line has not failed, [`Held`](LineError::Held) if a person holds its event,
    /// another [`LineError`] if the line or its claim is gone, or [`Table`](LineError::Table).
    pub async fn retry_line(
        &self,
        key: &LineKey,
        next_attempt_at: Timestamp,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            let (line, entry) = change_to_approved(pair, next_attempt_at, because)?;
            Ok(LineAndEventChange {
                plan: PlanChange::Followed,
                decisions: DecisionEffect::RequireNotHeld,
                ..LineAndEventChange::of_line(line, vec![entry])
            })
        })
        .await
    }

    /// Gives a failed line up: rejects it, releases its claim, and deletes the wish for its place.
    ///
    /// # Errors
    /// [`LineError::NotAllowed`] if the line has not failed, another [`LineError`] if the line or its claim is gone, or
    /// [`Table`](LineError::Table).
    pub async fn give_up_line(&self, key: &LineKey, because: &Because) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            let mut line = pair.line.body.clone();
            let rejected = LineState::Rejected { words: because.why.clone() };
            let entry = line.transition(LineAction::GiveUp, rejected, pair.line.version + 1, because)?;
            let (entries, posting, decisions) = (vec![entry], Posting::Same, DecisionEffect::DeleteWish);
            Ok(LineAndEventChange { line, entries, posting, claim: None, plan: PlanChange::None, decisions })
        })
        .await
    }

    /// Records that a person did at Crossmark what a failed line should have done, with Crossmark's number of the
    /// schedule if it is known, and the reason in `because` as the person's note. The number is ignored for a dropped
    /// line, which has no schedule any more.
    ///
    /// # Errors
    /// [`LineError::NotAllowed`] if the line has not failed, [`NoPlace`](LineError::NoPlace) if it places nothing,
    /// another [`LineError`] if the line or its claim is gone, or [`Table`](LineError::Table).
    pub async fn record_done_by_hand(
        &self,
        key: &LineKey,
        id: Option<ScheduledEventId>,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_line_and_event(key, |pair| {
            change_to_accepted(pair, pair.line.body.clone(), id, Some(because.why.clone()), because)
        })
        .await
    }
}

/// The failed line after a person approved it again, and the audit entry of that change.
fn change_to_approved(
    pair: &LineAndEvent,
    next_attempt_at: Timestamp,
    because: &Because,
) -> Result<(Line, Entry), LineError> {
    let mut line = pair.line.body.clone();
    let entry =
        line.transition(LineAction::Retry, LineState::Approved { next_attempt_at }, pair.line.version + 1, because)?;
    if let Some(submission) = &mut line.submission {
        submission.generation += 1;
        (submission.tries, submission.failed_reads) = (0, 0);
        if submission.step == Step::Restore {
            submission.step = Step::Schedule;
        }
    }
    Ok((line, entry))
}
