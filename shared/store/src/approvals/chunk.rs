//! One chunk of an approval: one transaction that approves its lines, claims their events and advances the record's
//! counter.

use std::collections::{HashMap, HashSet};

use domain::snapshot::{EventRef, Posted};

use super::{Approval, ApprovalError, ChosenLine, Progress, Refusal};
use crate::audit::{Because, Entry};
use crate::changes::{Changes, MAX_ACTIONS, plan_key};
use crate::documents::PlanVersion;
use crate::events::{Event, event_key};
use crate::item::{self, Attributes, Stored, single_key};
use crate::key::{ApprovalId, Key, LineKey};
use crate::lines::{Line, OldPlace, change_line, line_key};
use crate::outcomes;
use crate::proposals::CurrentProposal;
use crate::request::TableError;
use crate::runs::{Run, run_key};
use crate::stamp::Timestamp;
use crate::states::{
    GroupKey, LineAction, LineState, LineStatus, RunState, RunStatus, StateBeforeApproval, Step, Submission,
};
use crate::table::Club;

/// Actions of a chunk besides its lines: the record and its mirror for pages, the pointer, the run and its audit entry,
/// `plan_version`, the run's tally. From the first line on, [`Changes::len`] counts the tally too, so one action stays
/// unused.
const ACTIONS_BESIDES_LINES: usize = 7;
/// Actions of a line: the line, its event, its audit entry.
const ACTIONS_OF_A_LINE: usize = 3;
/// Extra actions if a line takes over the event of an old line: the old line and its audit entry.
const ACTIONS_OF_TAKING_OVER: usize = 2;
/// Maximum lines that are read for one chunk: at least as many as fit into its transaction.
const MAX_LINES: usize = (MAX_ACTIONS - ACTIONS_BESIDES_LINES) / ACTIONS_OF_A_LINE;

/// The items that are read for a chunk.
struct ChunkItems {
    found: HashMap<Key, Attributes>,
    posted: HashMap<EventRef, Stored<Posted>>,
    /// The lines of other runs that claim one of the events, if they were not in flight when the event was read.
    old_lines: HashMap<LineKey, Stored<Line>>,
}

/// A line that may be approved.
struct ApprovableLine {
    line: Stored<Line>,
    event: Stored<Event>,
    posted: Option<Stored<Posted>>,
    takes_over: Option<Stored<Line>>,
}

/// How an approved line is to be submitted.
struct LineApproval {
    group: GroupKey,
    /// The line's position in the approval.
    position: u32,
    first_attempt_at: Timestamp,
    depends_on: Option<Vec<EventRef>>,
    /// Number of lines of the approval.
    lines: usize,
}

impl Club<'_> {
    /// Processes the next chunk of an approval, at most 100 actions in one transaction, and returns the record as it is
    /// afterwards. `known` is the record as the previous chunk left it; without it, the record is read.
    ///
    /// # Errors
    /// [`ApprovalError::NoApproval`], [`NoProposal`](ApprovalError::NoProposal), or [`Table`](ApprovalError::Table) if
    /// the table cannot be read or written.
    pub async fn process_chunk(
        &self,
        approval: &ApprovalId,
        mut known: Option<Stored<Approval>>,
        now: Timestamp,
    ) -> Result<(Progress, Stored<Approval>), ApprovalError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = match known.take() {
                Some(read) => read,
                None => self.approval(approval).await?.ok_or(ApprovalError::NoApproval)?,
            };
            if read.body.is_finished() {
                return Ok((Progress { finished: true, ..Progress::none() }, read));
            }
            let mut record = read.body.clone();
            let (mut changes, progress) = self.chunk(&mut record, now).await?;
            if progress.plan_moved {
                return Ok((progress, read));
            }
            changes.replace(Some(read.version), &record)?;
            self.mirror_approval(&mut changes, &record)?;
            if self.try_commit(changes).await? {
                return Ok((progress, Stored { version: read.version + 1, body: record }));
            }
        }
    }

    /// Builds the transaction of the next chunk and advances `record`; the caller adds the write of the record.
    async fn chunk(&self, record: &mut Approval, now: Timestamp) -> Result<(Changes<'_>, Progress), ApprovalError> {
        let because = Because { at: now, ..record.because.clone() };
        let mut changes = Changes::new(self.id);
        let mut progress = Progress::none();
        let end = chunk_end(&record.lines, record.done);
        let chunk_items = self.chunk_items(record, end).await?;
        let current: Option<Stored<CurrentProposal>> = match record.by_hand {
            true => None,
            false => {
                Some(chunk_items.read_item(&single_key::<CurrentProposal>(self.id))?.ok_or(ApprovalError::NoProposal)?)
            }
        };
        let newer = current.as_ref().map(|c| &c.body.proposal).filter(|p| **p != record.proposal);
        if newer.is_none() && record.basis.is_some_and(|basis| basis != chunk_items.plan_version(self).basis) {
            return Ok((changes, Progress { plan_moved: true, ..progress }));
        }
        let mut refused: HashSet<EventRef> = record.refused().map(|(event, _)| event).collect();
        let first_attempt_at = record.first_attempt_at.max(now);
        let group_key = |number| GroupKey { approval: record.id.clone(), number };
        let mut done = record.done;
        let mut outcomes: Vec<Option<Refusal>> = Vec::new();
        for chosen in &record.lines[record.done..end] {
            let key = LineKey::of(&record.proposal, chosen.event);
            let verdict = match newer {
                Some(newer) => Err(Refusal::Superseded { by: newer.run.clone() }),
                None => chunk_items.judge(self, &key, chosen, &refused)?,
            };
            let outcome = match verdict {
                Err(refusal) => {
                    refused.insert(chosen.event);
                    Some(refusal)
                }
                Ok(ready) => {
                    let cost = ACTIONS_OF_A_LINE + if ready.takes_over.is_some() { ACTIONS_OF_TAKING_OVER } else { 0 };
                    if changes.len() + cost + ACTIONS_BESIDES_LINES > MAX_ACTIONS {
                        break;
                    }
                    let depends_on = chosen.depends_on.clone();
                    let (group, lines) = (group_key(chosen.group), record.lines.len());
                    let approval = LineApproval { group, position: done as u32, first_attempt_at, depends_on, lines };
                    self.approve_line(&mut changes, ready, approval, &because)?;
                    progress.approved.push(key);
                    None
                }
            };
            outcomes.push(outcome);
            done += 1;
        }
        for (chosen, outcome) in record.lines[record.done..].iter_mut().zip(outcomes) {
            if let Some(refusal) = outcome {
                progress.refused.push((chosen.event, refusal.clone()));
                chosen.refused = Some(refusal);
            }
        }
        record.done = done;
        progress.finished = record.is_finished();
        if !progress.approved.is_empty() {
            if let Some(current) = &current {
                changes.require_unchanged(current);
            }
            match &mut record.basis {
                Some(basis) => {
                    changes.count_followed_change_from(*basis);
                    // The check already included the change that this chunk makes, so the check stays valid on the next
                    // basis.
                    *basis += 1;
                }
                None => changes.count_followed_change(),
            }
            self.mark_run_approved(&mut changes, &chunk_items, record, &because)?;
        }
        Ok((changes, progress))
    }

    /// Reads everything that a chunk depends on: one batch, and a second one for posted schedules and for old lines
    /// that claim an event.
    async fn chunk_items(&self, record: &Approval, end: usize) -> Result<ChunkItems, TableError> {
        let chosen = &record.lines[record.done..end];
        let mut keys =
            vec![single_key::<CurrentProposal>(self.id), plan_key(self.id), run_key(self.id, &record.proposal.run)];
        for line in chosen {
            keys.push(line_key(self.id, &LineKey::of(&record.proposal, line.event)));
            keys.push(event_key(self.id, line.event));
        }
        let found = self.get_all(&keys).await?;
        let mut chunk_items = ChunkItems { found, posted: HashMap::new(), old_lines: HashMap::new() };
        let mut more = Vec::new();
        for line in chosen {
            let Some(event) = chunk_items.read_item::<Event>(&event_key(self.id, line.event))? else { continue };
            more.extend(event.body.posted_at.map(|date| crate::events::posted_key(self.id, date, line.event)));
            let claim = event.body.claim.filter(|c| !c.status.is_in_flight() && c.line.run != record.proposal.run);
            more.extend(claim.map(|c| line_key(self.id, &c.line)));
        }
        for (key, item) in self.get_all(&more).await? {
            if key.sort.starts_with("LINE#") {
                let line = item::read::<Line>(item)?;
                chunk_items.old_lines.insert(line.body.key.clone(), line);
            } else {
                let posted = item::read::<Posted>(item)?;
                chunk_items.posted.insert(posted.body.event.event_ref, posted);
            }
        }
        Ok(chunk_items)
    }

    fn approve_line(
        &self,
        changes: &mut Changes<'_>,
        ready: ApprovableLine,
        approval: LineApproval,
        because: &Because,
    ) -> Result<(), TableError> {
        let ApprovableLine { line: read, event, posted, takes_over } = ready;
        let mut line = read.body.clone();
        let damaged = |e: crate::states::NotAllowed| TableError::corrupt(&line_key(self.id, &read.body.key), &e);
        let earlier = if line.state.status() == LineStatus::Proposed {
            StateBeforeApproval::Proposed
        } else {
            StateBeforeApproval::UserEdited
        };
        let approved = LineState::Approved { next_attempt_at: approval.first_attempt_at };
        let entry = line.transition(LineAction::Approve, approved, read.version + 1, because).map_err(damaged)?;
        line.from = posted.map(|p| OldPlace {
            place: crate::events::Place { employee_id: p.body.employee_id, start: p.body.start, block: p.body.block },
            scheduled_event_id: p.body.scheduled_event_id,
        });
        if let Some(depends_on) = approval.depends_on {
            line.depends_on = depends_on;
        }
        let step = if line.from.is_some() { Step::Delete } else { Step::Schedule };
        let past = line.submission.take();
        line.submission = Some(Submission {
            group: approval.group,
            position: approval.position,
            generation: past.as_ref().map_or(1, |p| p.generation + 1),
            earlier,
            step,
            tries: 0,
            failed_reads: 0,
            attempts: past.map(|p| p.attempts).unwrap_or_default(),
        });
        let entry = Entry { line: Some(Box::new(outcomes::note_of_approval(&line, approval.lines))), ..entry };
        change_line(changes, &read, &line, &[entry])?;
        changes.replace(Some(event.version), &Event { claim: line.claim(), ..event.body })?;
        if let Some(old) = takes_over {
            let mut body = old.body.clone();
            let by = line.key.run.clone();
            // A failed line is taken over. A failed line that was edited since is superseded like any undecided line.
            let act =
                if body.state.status() == LineStatus::ApiFailed { LineAction::TakeOver } else { LineAction::Supersede };
            let entry =
                body.transition(act, LineState::Superseded { by }, old.version + 1, because).map_err(damaged)?;
            change_line(changes, &old, &body, &[entry])?;
        }
        Ok(())
    }

    /// Marks the run `approved` with its first approved line.
    fn mark_run_approved(
        &self,
        changes: &mut Changes<'_>,
        chunk_items: &ChunkItems,
        record: &Approval,
        because: &Because,
    ) -> Result<(), TableError> {
        let key = run_key(self.id, &record.proposal.run);
        let Some(read) = chunk_items.read_item::<Run>(&key)? else { return Ok(()) };
        if read.body.state.status() != RunStatus::Completed {
            // The run is written although nothing changes, so that a concurrent recall that finds no approved line
            // conflicts with this chunk.
            return changes.replace(Some(read.version), &read.body);
        }
        let mut run = read.body.clone();
        let entry = run.transition(RunState::Approved { at: because.at }, read.version + 1, because);
        changes.note(&entry.map_err(|e| TableError::corrupt(&key, &e))?)?;
        changes.change_state(&read, &run)
    }
}

/// The index after the last line to read for the chunk that begins at `from`. The chunk ends with a whole group, unless one
/// group is larger than a chunk. The transaction may have no room for the last lines that are read.
fn chunk_end(lines: &[ChosenLine], from: usize) -> usize {
    let most = (from + MAX_LINES).min(lines.len());
    if most == lines.len() {
        return most;
    }
    let cut = (from + 1..=most).rev().find(|at| lines[*at].group != lines[*at - 1].group);
    cut.unwrap_or(most)
}

impl ChunkItems {
    fn read_item<T: serde::de::DeserializeOwned>(&self, key: &Key) -> Result<Option<Stored<T>>, TableError> {
        self.found.get(key).cloned().map(item::read).transpose()
    }

    fn plan_version(&self, club: &Club<'_>) -> PlanVersion {
        self.found.get(&plan_key(club.id)).map_or_else(PlanVersion::default, PlanVersion::of)
    }

    /// Decides whether a line may be approved in the current state of the table.
    fn judge(
        &self,
        club: &Club<'_>,
        key: &LineKey,
        chosen: &ChosenLine,
        refused: &HashSet<EventRef>,
    ) -> Result<Result<ApprovableLine, Refusal>, TableError> {
        if let Some(refusal) = &chosen.refused {
            return Ok(Err(refusal.clone()));
        }
        let Some(line) = self.read_item::<Line>(&line_key(club.id, key))? else { return Ok(Err(Refusal::Gone)) };
        let Some(event) = self.read_item::<Event>(&event_key(club.id, key.event))? else {
            return Ok(Err(Refusal::EventChanged));
        };
        let depends_on = chosen.depends_on.as_ref().unwrap_or(&line.body.depends_on);
        let on = depends_on.iter().find(|on| refused.contains(on));
        let posted = self.posted.get(&key.event).cloned();
        let posted_at = posted.as_ref().map(|p| (&p.body.employee_id, p.body.start));
        let refusal = if line.version != chosen.version {
            Some(Refusal::Changed { status: line.body.state.status() })
        } else if let Some(refusal) = line.body.refusal() {
            Some(refusal)
        } else if let Some(on) = on {
            Some(Refusal::Depends { on: *on })
        } else if !line.body.has_expected_schedule(posted_at) {
            Some(Refusal::EventChanged)
        } else {
            None
        };
        if let Some(refusal) = refusal {
            return Ok(Err(refusal));
        }
        let takes_over = match &event.body.claim {
            Some(claim) if claim.line != *key => match self.old_lines.get(&claim.line) {
                // If the old line was approved again after its event was read, it keeps the event.
                Some(old) if old.body.key.run < key.run && !old.body.state.status().is_in_flight() => Some(old.clone()),
                _ => return Ok(Err(Refusal::Claimed { by: claim.line.clone() })),
            },
            _ => None,
        };
        Ok(Ok(ApprovableLine { line, event, posted, takes_over }))
    }
}
