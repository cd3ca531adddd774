//! Approvals. An approval is a record of exact lines at exact versions. It is processed in chunks, each of which is one
//! transaction.
//!
//! The record is written first. A resumed request, a repeated press of Approve and the sweep continue from the record
//! alone: each chunk advances the record's counter in the transaction that approves its lines, so a chunk happens once
//! or not at all.

mod chunk;
mod recall;
mod unfinished;

use std::collections::{BTreeMap, HashSet};

use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};

pub use recall::RecallResult;
pub(crate) use unfinished::UNFINISHED;
pub use unfinished::{EndedApproval, UnfinishedApproval};

use crate::audit::Because;
use crate::blocks::InternalChanges;
use crate::changes::Changes;
use crate::cursor::{Cursor, ListError, Page};
use crate::documents::DocumentError;
#[cfg(doc)]
use crate::documents::PlanVersion;
use crate::item::{self, Record, Stored};
use crate::key::{ApprovalId, ClubId, Key, LineKey, Part, ProposalKey, RunId};
use crate::lines::{Line, LineKind};
use crate::request::{Slice, TableError};
use crate::runs::Run;
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::states::LineStatus;
use crate::table::Club;

/// A line that is to be approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenLine {
    /// The line's event.
    #[serde(rename = "ref")]
    pub event: EventRef,
    /// The version that the approver saw.
    pub version: u64,
    /// The number of the group of lines that it is submitted with.
    pub group: u32,
    /// The lines that must be accepted before it, as computed for this approval; `None` to use the line's own.
    #[serde(default)]
    pub depends_on: Option<Vec<EventRef>>,
    /// Why it is not approved, if it is not.
    pub refused: Option<Refusal>,
}

impl ChosenLine {
    /// A line at the version that the approver saw.
    pub fn new(event: EventRef, version: u64, group: u32) -> ChosenLine {
        ChosenLine { event, version, group, depends_on: None, refused: None }
    }
}

/// Why a line is not approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Refusal {
    /// The line breaks rules by now that no manager allowed it to break.
    Rules {
        /// The rules, by number.
        rules: Vec<String>,
        /// The explanation for a person.
        words: String,
    },
    /// A line that it depends on is refused.
    Depends {
        /// The event of that line.
        on: EventRef,
    },
    /// The line's person or the club has no number at Crossmark.
    NoCrossmarkNumber,
    /// There is no such line any more.
    Gone,
    /// The line was changed or decided since the approver saw it.
    Changed {
        /// The state that it is in.
        status: LineStatus,
    },
    /// The line is held.
    Held,
    /// The line places nothing.
    NoPlace,
    /// Another line claims its event.
    Claimed {
        /// The other line.
        by: LineKey,
    },
    /// The event is gone, or was posted, moved or taken back since the proposal.
    EventChanged,
    /// An earlier change of the event is approved, and Crossmark has not answered yet.
    UnderWay,
    /// A newer proposal has replaced this one.
    Superseded {
        /// The run of the newer proposal.
        by: RunId,
    },
    /// The approval was recalled before the line was processed.
    Recalled,
    /// The line's place starts too soon, or its start is past.
    TooLate {
        /// The explanation for a person.
        words: String,
    },
}

/// The record of one approval: the lines that a person approved together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The approval's id.
    pub id: ApprovalId,
    /// The proposal.
    pub proposal: ProposalKey,
    /// Who approved the lines, when and why.
    pub because: Because,
    /// The lines by group; within a group, dependencies come first.
    pub lines: Vec<ChosenLine>,
    /// No line is submitted before this moment, so that there is time for a recall.
    pub first_attempt_at: Timestamp,
    /// Number of lines that were processed: approved or refused.
    pub done: usize,
    /// Whether the messages for all its lines were sent, or the approval was ended by a recall.
    pub announced: bool,
    /// The basis that the check of the remaining lines saw ([`PlanVersion::basis`]); no chunk is approved on another
    /// basis. `None` if the lines were not checked.
    #[serde(default)]
    pub basis: Option<u64>,
    /// Whether its lines were written by hand, and so belong to no proposal that a newer one could replace.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// Who ended it by a recall before it was finished, and when. After that no further line of it is approved.
    #[serde(default)]
    pub recalled: Option<Because>,
}

impl Approval {
    /// An approval of these lines, which may be submitted immediately.
    pub fn new(id: ApprovalId, proposal: ProposalKey, lines: Vec<ChosenLine>, because: Because) -> Approval {
        let first_attempt_at = because.at;
        Approval {
            id,
            proposal,
            because,
            lines,
            first_attempt_at,
            done: 0,
            announced: false,
            basis: None,
            by_hand: false,
            recalled: None,
        }
    }

    /// Whether every line was processed.
    pub fn is_finished(&self) -> bool {
        self.done >= self.lines.len()
    }

    /// The lines that were refused so far.
    pub fn refused(&self) -> impl Iterator<Item = (EventRef, &Refusal)> {
        self.lines.iter().filter_map(|l| Some((l.event, l.refused.as_ref()?)))
    }

    /// The lines of a group that were not refused, in order of submission.
    pub fn group(&self, number: u32) -> Vec<LineKey> {
        let of_it = self.lines.iter().filter(|l| l.group == number && l.refused.is_none());
        of_it.map(|l| LineKey::of(&self.proposal, l.event)).collect()
    }

    /// The groups with at least one line to submit.
    pub fn groups(&self) -> Vec<u32> {
        let mut seen = HashSet::new();
        let lines = self.lines.iter().filter(|l| l.refused.is_none());
        lines.filter(|l| seen.insert(l.group)).map(|l| l.group).collect()
    }
}

impl Line {
    /// Why the line itself cannot be approved, regardless of its event and other lines: it is decided, held, or places
    /// nothing.
    pub fn refusal(&self) -> Option<Refusal> {
        let status = self.state.status();
        if !status.is_open() {
            Some(Refusal::Changed { status })
        } else if self.held {
            Some(Refusal::Held)
        } else if self.place.is_none() && self.kind != LineKind::Dropped {
            Some(Refusal::NoPlace)
        } else {
            None
        }
    }
}

impl Record for Approval {
    fn key(&self, club: &ClubId) -> Key {
        approval_key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.because.at.plus(RECORDS_KEPT))
    }
}

pub(crate) fn approval_key(club: &ClubId, approval: &ApprovalId) -> Key {
    Part::Approvals.key(club, approval.as_str())
}

/// The result of checking an approval's lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalCheck {
    /// The lines that are refused.
    pub refused: BTreeMap<EventRef, Refusal>,
    /// The basis that the check saw ([`PlanVersion::basis`]).
    pub basis: u64,
    /// No line is submitted before this moment.
    pub first_attempt_at: Timestamp,
}

/// What one chunk of an approval did, or several in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The lines that were approved.
    pub approved: Vec<LineKey>,
    /// The lines that were refused.
    pub refused: Vec<(EventRef, Refusal)>,
    /// Whether every line of the approval was processed.
    pub finished: bool,
    /// Whether the plan has changed since the remaining lines were checked: they must be checked again first.
    pub plan_moved: bool,
}

impl Progress {
    fn none() -> Progress {
        Progress { approved: Vec::new(), refused: Vec::new(), finished: false, plan_moved: false }
    }
}

/// Why an approval was not recorded or not processed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// There is no such approval.
    #[error("there is no such approval")]
    NoApproval,
    /// A newer proposal is the club's current one.
    #[error("run {by} has the current proposal")]
    Superseded {
        /// The run of the newer proposal.
        by: RunId,
    },
    /// The club has no proposal.
    #[error("the club has no proposal")]
    NoProposal,
    /// The same line is named twice.
    #[error("event {event} is named twice")]
    Twice {
        /// The event of the line.
        event: EventRef,
    },
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Refuses an approval that names an event twice.
fn require_distinct_events(approval: &Approval) -> Result<(), ApprovalError> {
    let mut seen = HashSet::new();
    let twice = approval.lines.iter().find(|line| !seen.insert(line.event));
    twice.map_or(Ok(()), |twice| Err(ApprovalError::Twice { event: twice.event }))
}

/// The transaction that records a run made by hand and the approval of its lines.
fn changes_by_hand<'a>(club: &'a ClubId, run: &Run, approval: &Approval) -> Result<Changes<'a>, TableError> {
    let mut changes = Changes::new(club);
    changes.create(run)?;
    changes.note(&run.first_entry(&approval.because))?;
    changes.create(approval)?;
    changes.mirror(&UnfinishedApproval::of(approval))?;
    Ok(changes)
}

impl Club<'_> {
    /// One approval.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn approval(&self, approval: &ApprovalId) -> Result<Option<Stored<Approval>>, TableError> {
        self.fetch(&approval_key(self.id, approval)).await
    }

    /// Approvals, newest first, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn approvals(&self, cursor: Option<&Cursor>, limit: u16) -> Result<Page<Stored<Approval>>, ListError> {
        self.list(Slice { backwards: true, ..Slice::whole(Part::Approvals.of(self.id)) }, cursor, limit).await
    }

    /// Approvals since a moment that are not completely processed or not announced: for the sweep.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn unfinished_approvals(&self, since: Timestamp) -> Result<Vec<Stored<Approval>>, TableError> {
        let from = since.utc().format("%Y%m%dT%H%M%S%3f").to_string();
        let rows = self.query(Slice { from, ..Slice::whole(Part::Approvals.of(self.id)) }).await?;
        let all: Vec<Stored<Approval>> = rows.into_iter().map(item::read).collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|a| !a.body.is_finished() || !a.body.announced).collect())
    }

    /// Writes an approval record, the first write of every approval, and returns the record that is stored.
    ///
    /// # Errors
    /// [`ApprovalError::Twice`], [`NoProposal`](ApprovalError::NoProposal), [`Superseded`](ApprovalError::Superseded),
    /// or [`Table`](ApprovalError::Table) if the table cannot be read or written.
    pub async fn record_approval(&self, approval: &Approval) -> Result<Stored<Approval>, ApprovalError> {
        require_distinct_events(approval)?;
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let current = self.current_proposal().await?.ok_or(ApprovalError::NoProposal)?;
            if current.body.proposal != approval.proposal {
                return Err(ApprovalError::Superseded { by: current.body.proposal.run });
            }
            let mut changes = Changes::new(self.id);
            changes.create(approval)?;
            changes.mirror(&UnfinishedApproval::of(approval))?;
            changes.require_unchanged(&current);
            if self.try_commit(changes).await? {
                return Ok(Stored { version: 1, body: approval.clone() });
            }
        }
    }

    /// Writes a run that was made by hand and the approval of its lines, in one transaction. The caller has written the
    /// lines before; this transaction makes them visible.
    ///
    /// # Errors
    /// [`ApprovalError::Twice`], or [`ApprovalError::Table`] if the table cannot be read or written.
    pub async fn record_by_hand(&self, run: &Run, approval: &Approval) -> Result<Stored<Approval>, ApprovalError> {
        require_distinct_events(approval)?;
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let changes = changes_by_hand(self.id, run, approval)?;
            if self.try_commit(changes).await? {
                return Ok(Stored { version: 1, body: approval.clone() });
            }
        }
    }

    /// Like [`record_by_hand`](Self::record_by_hand), with `internal`, the changes that are not sent to Crossmark, in
    /// the same transaction. `None` if these changes are no longer possible, because something that the approval's
    /// check depends on has changed since its basis.
    ///
    /// # Errors
    /// [`ApprovalError::Twice`], or [`ApprovalError::Table`] if the table cannot be read or written.
    pub async fn record_with_internal_changes(
        &self,
        run: &Run,
        approval: &Approval,
        internal: &InternalChanges,
    ) -> Result<Option<Stored<Approval>>, ApprovalError> {
        if internal.is_empty() {
            return self.record_by_hand(run, approval).await.map(Some);
        }
        require_distinct_events(approval)?;
        let basis = approval.basis.unwrap_or_default();
        // The lines are approved on the basis that includes these changes.
        let approval = Approval { basis: Some(basis + 1), ..approval.clone() };
        let mut changes = changes_by_hand(self.id, run, &approval)?;
        match self.add_internal_changes(&mut changes, internal, basis, &approval.because).await {
            Ok(()) => {}
            Err(DocumentError::Table(error)) => return Err(error.into()),
            Err(_) => return Ok(None),
        }
        let is_done = self.try_commit(changes).await?;
        Ok(is_done.then_some(Stored { version: 1, body: approval }))
    }

    /// Records the result of a check of the remaining lines before they are processed: the refused lines, the basis of
    /// the check, and the earliest time of submission of the others.
    ///
    /// # Errors
    /// [`ApprovalError::NoApproval`], or [`ApprovalError::Table`] if the table cannot be read or written.
    pub async fn note_check(
        &self,
        approval: &ApprovalId,
        check: &ApprovalCheck,
    ) -> Result<Stored<Approval>, ApprovalError> {
        self.change_approval(approval, |approval| {
            for line in approval.lines.iter_mut().skip(approval.done) {
                if let Some(refusal) = check.refused.get(&line.event) {
                    line.refused.get_or_insert_with(|| refusal.clone());
                }
            }
            approval.basis = Some(check.basis);
            approval.first_attempt_at = approval.first_attempt_at.max(check.first_attempt_at);
        })
        .await
    }

    /// Records that the messages for all lines of an approval were sent.
    ///
    /// # Errors
    /// [`ApprovalError::NoApproval`], or [`ApprovalError::Table`] if the table cannot be read or written.
    pub async fn mark_approval_announced(&self, approval: &ApprovalId) -> Result<(), ApprovalError> {
        self.change_approval(approval, |approval| approval.announced = true).await.map(|_| ())
    }

    /// Like [`mark_approval_announced`](Self::mark_approval_announced), but starts from the record that the caller has
    /// already read: one request if nobody else changed it.
    ///
    /// # Errors
    /// [`ApprovalError::NoApproval`], or [`ApprovalError::Table`] if the table cannot be read or written.
    pub async fn mark_known_announced(&self, known: &Stored<Approval>) -> Result<(), ApprovalError> {
        let mut changes = Changes::new(self.id);
        let announced = Approval { announced: true, ..known.body.clone() };
        changes.replace(Some(known.version), &announced)?;
        self.mirror_approval(&mut changes, &announced)?;
        if self.try_commit(changes).await? { Ok(()) } else { self.mark_approval_announced(&known.body.id).await }
    }

    async fn change_approval(
        &self,
        approval: &ApprovalId,
        change: impl Fn(&mut Approval),
    ) -> Result<Stored<Approval>, ApprovalError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.approval(approval).await?.ok_or(ApprovalError::NoApproval)?;
            let mut body = read.body;
            change(&mut body);
            let mut changes = Changes::new(self.id);
            changes.replace(Some(read.version), &body)?;
            self.mirror_approval(&mut changes, &body)?;
            if self.try_commit(changes).await? {
                return Ok(Stored { version: read.version + 1, body });
            }
        }
    }

    /// Processes a whole approval, chunk by chunk, as long as its check is valid ([`Progress::plan_moved`]).
    ///
    /// # Errors
    /// [`ApprovalError::NoApproval`], [`NoProposal`](ApprovalError::NoProposal), or [`Table`](ApprovalError::Table) if
    /// the table cannot be read or written.
    pub async fn process_approval(&self, approval: &ApprovalId, now: Timestamp) -> Result<Progress, ApprovalError> {
        let known = self.approval(approval).await?.ok_or(ApprovalError::NoApproval)?;
        Ok(self.process_known_approval(known, now).await?.0)
    }

    /// Like [`process_approval`](Self::process_approval), but starts from the record that the caller has already read,
    /// and returns the record as it is afterwards.
    ///
    /// # Errors
    /// [`ApprovalError::NoApproval`], [`NoProposal`](ApprovalError::NoProposal), or [`Table`](ApprovalError::Table) if
    /// the table cannot be read or written.
    pub async fn process_known_approval(
        &self,
        mut known: Stored<Approval>,
        now: Timestamp,
    ) -> Result<(Progress, Stored<Approval>), ApprovalError> {
        let approval = known.body.id.clone();
        let mut whole = Progress::none();
        while !whole.finished && !whole.plan_moved {
            let (chunk, next) = self.process_chunk(&approval, Some(known), now).await?;
            known = next;
            whole.approved.extend(chunk.approved);
            whole.refused.extend(chunk.refused);
            whole.finished = chunk.finished;
            whole.plan_moved = chunk.plan_moved;
        }
        Ok((whole, known))
    }
}
