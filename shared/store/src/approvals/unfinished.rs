//! Unfinished approvals: the data that a page shows, and how a recall ends one.

use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};

use super::{Approval, ApprovalError, Refusal};
use crate::audit::Because;
use crate::changes::Changes;
use crate::item::{self, Record};
use crate::key::{ApprovalId, ClubId, Key, LineKey, Part, RunId};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// An approval that is not completely processed, or whose messages were not all sent. It is stored beside the club's
/// pointers, so that a page need not read approvals. The write that finishes the approval deletes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedApproval {
    /// The approval.
    pub approval: ApprovalId,
    /// The run of its lines.
    pub run: RunId,
    /// The approver's display name.
    pub who: String,
    /// When it was approved.
    pub since: Timestamp,
    /// Number of lines to approve, without refused ones.
    pub lines: usize,
    /// Number of lines that were approved so far.
    pub done: usize,
}

impl UnfinishedApproval {
    /// The mirror of an approval.
    pub(crate) fn of(approval: &Approval) -> UnfinishedApproval {
        let count_to_approve = |lines: &[super::ChosenLine]| lines.iter().filter(|line| line.refused.is_none()).count();
        let done = approval.done.min(approval.lines.len());
        UnfinishedApproval {
            approval: approval.id.clone(),
            run: approval.proposal.run.clone(),
            who: approval.because.who.display_name().to_owned(),
            since: approval.because.at,
            lines: count_to_approve(&approval.lines),
            done: count_to_approve(&approval.lines[..done]),
        }
    }
}

impl Record for UnfinishedApproval {
    fn key(&self, club: &ClubId) -> Key {
        unfinished_key(club, &self.approval)
    }
}

/// Prefix of the sort keys of unfinished approvals in the club's partition.
pub(crate) const UNFINISHED: &str = "UNFINISHED#";

fn unfinished_key(club: &ClubId, approval: &ApprovalId) -> Key {
    Part::Club.key(club, format!("{UNFINISHED}{approval}"))
}

/// The result of ending an approval.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedApproval {
    /// The record of the approval after the call.
    pub record: Approval,
    /// The lines that will not be approved any more.
    pub never_approved: Vec<LineKey>,
}

impl Club<'_> {
    /// The club's unfinished approvals, oldest first.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn unfinished(&self) -> Result<Vec<UnfinishedApproval>, TableError> {
        let rows = self.query(Slice::under(Part::Club.of(self.id), UNFINISHED)).await?;
        rows.into_iter().map(|row| Ok(item::read::<UnfinishedApproval>(row)?.body)).collect()
    }

    /// Ends an approval. Lines that are not approved yet stay unapproved, and approved lines are not changed. A
    /// repeated call changes nothing.
    ///
    /// # Errors
    /// [`ApprovalError::NoApproval`], or [`ApprovalError::Table`] if the table cannot be read or written.
    pub async fn end_approval(&self, approval: &ApprovalId, because: &Because) -> Result<EndedApproval, ApprovalError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.approval(approval).await?.ok_or(ApprovalError::NoApproval)?;
            let mut record = read.body;
            if record.is_finished() && record.announced {
                return Ok(EndedApproval { record, never_approved: Vec::new() });
            }
            let mut never: Vec<EventRef> = Vec::new();
            for line in record.lines.iter_mut().skip(record.done).filter(|line| line.refused.is_none()) {
                never.push(line.event);
                line.refused = Some(Refusal::Recalled);
            }
            record.done = record.lines.len();
            record.announced = true;
            record.recalled = Some(because.clone());
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &record)?;
            self.mirror_approval(&mut changes, &record)?;
            if self.try_commit(changes).await? {
                let never_approved = never.into_iter().map(|event| LineKey::of(&record.proposal, event)).collect();
                return Ok(EndedApproval { record, never_approved });
            }
        }
    }

    /// Updates the mirror of an approval to match its record.
    pub(super) fn mirror_approval(&self, changes: &mut Changes<'_>, approval: &Approval) -> Result<(), TableError> {
        if approval.is_finished() && approval.announced {
            changes.unmirror(unfinished_key(self.id, &approval.id));
            return Ok(());
        }
        changes.mirror(&UnfinishedApproval::of(approval))
    }
}
