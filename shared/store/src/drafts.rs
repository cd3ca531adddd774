//! Drafts: acts that an assistant or *Find* requests for a person. A draft itself changes nothing of the club. A draft
//! of a call-out begins a trial. The person confirms or discards the draft; otherwise it expires after ten minutes.
//!
//! A draft is confirmed at most once: its claim is a conditional write, which also requires the `plan_version` of the
//! draft. Everything that the confirmed act writes is named after the draft (its run, its approval, its trial) or has
//! the draft's mark in the audit trail ([`Draft::because`]). If a claim was interrupted, these names and marks show
//! whether the act was done ([`Club::has_entry_of`]).

use chrono::TimeDelta;
use domain::standing::FindingId;
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::cursor::ListError;
use crate::item::{self, Record, Single, Stored};
use crate::key::{ApprovalId, ClubId, DraftId, Key, Part, RunId, TrialId};
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

mod act;
mod effect;

pub use act::{Act, At, ScheduleChange, Target};
pub use effect::{BrokenRule, Effect, EffectKind, EffectLine, NamedEvent, NamedPlace};

/// The time in which a draft can be confirmed.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How long a draft is kept after the time to confirm it, or after its last change if that is later, so that its page
/// can show the outcome.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// Maximum open drafts of one person.
pub const MAX_OPEN: usize = 20;
/// Maximum duration of a confirmation, which is longer than any handler runs. An older claim was interrupted.
pub const CONFIRMATION_LIMIT: TimeDelta = TimeDelta::seconds(45);

/// The channel through which a draft was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftChannel {
    /// An assistant, by the Model Context Protocol.
    Mcp,
    /// *Find* in the client.
    Find,
}

impl DraftChannel {
    /// The name in words: `an assistant`.
    pub fn words(self) -> &'static str {
        match self {
            DraftChannel::Mcp => "an assistant",
            DraftChannel::Find => "Find",
        }
    }
}

/// What a confirmed draft did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// An approval was recorded; its lines go to Crossmark.
    Approved {
        /// The run of the lines.
        run: RunId,
        /// The approval.
        approval: ApprovalId,
    },
    /// A line of the proposal was changed, held or released.
    Edited {
        /// The line's id.
        line: String,
    },
    /// A fact was saved.
    Saved {
        /// The kind and the id of the fact.
        fact: String,
    },
    /// A finding is ignored.
    Ignored {
        /// The finding.
        finding: FindingId,
    },
    /// A run was started.
    Run {
        /// The run.
        run: RunId,
    },
    /// A trial was begun.
    Trial {
        /// The trial.
        trial: TrialId,
    },
    /// Failed lines were approved again.
    Retried {
        /// The ids of those lines.
        lines: Vec<String>,
    },
}

/// The stored state of a draft. Expiry is not stored; it follows from the time ([`Draft::status`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum State {
    /// Nobody has confirmed or discarded the draft.
    Open,
    /// Somebody is confirming it: the act is in progress, or was interrupted.
    Confirming {
        /// Who is confirming it, and since when.
        by: Because,
    },
    /// The act was done.
    Confirmed {
        /// Who confirmed it, and when.
        by: Because,
        /// What it did.
        outcome: Outcome,
    },
    /// Somebody discarded it.
    Discarded {
        /// Who discarded it, and when.
        by: Because,
    },
}

/// The status of a draft at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The draft may be confirmed.
    Open,
    /// Somebody is confirming it.
    Confirming,
    /// The draft was confirmed.
    Confirmed,
    /// The draft was discarded.
    Discarded,
    /// Nobody confirmed or discarded it in time.
    Expired,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The draft's id.
    pub id: DraftId,
    /// What it does when it is confirmed.
    pub act: Act,
    /// The draft's effect at `plan_version`. It is empty for a call-out, because the trial has the effect.
    pub effect: Effect,
    /// The `plan_version` at which it was made.
    pub plan_version: u64,
    /// Who asked for the draft, and when.
    pub asked: Because,
    /// The channel through which it was requested.
    pub through: DraftChannel,
    /// The draft's state.
    pub state: State,
}

impl Draft {
    /// The time until which it may be confirmed.
    pub fn expires_at(&self) -> Timestamp {
        self.asked.at.plus(LIFETIME)
    }

    /// The draft's status at a moment.
    pub fn status(&self, now: Timestamp) -> Status {
        match &self.state {
            State::Open if self.expires_at() <= now => Status::Expired,
            State::Open => Status::Open,
            State::Confirming { .. } => Status::Confirming,
            State::Confirmed { .. } => Status::Confirmed,
            State::Discarded { .. } => Status::Discarded,
        }
    }

    /// The reason that the audit trail gives for everything that the confirmed act writes: it names the draft.
    pub fn because(&self, by: &Because, why: &str) -> Because {
        Because { why: format!("{why}, through {} {}", self.through.words(), self.mark()), ..by.clone() }
    }

    /// The text that marks the draft's entries in the audit trail.
    fn mark(&self) -> String {
        format!("(draft {})", self.id)
    }

    /// The end of the time to confirm it, or its last change if that is later.
    fn ended_at(&self) -> Timestamp {
        match &self.state {
            State::Open => self.expires_at(),
            State::Confirming { by } | State::Confirmed { by, .. } | State::Discarded { by } => {
                self.expires_at().max(by.at)
            }
        }
    }
}

impl Record for Draft {
    fn key(&self, club: &ClubId) -> Key {
        draft_key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.ended_at().plus(KEPT))
    }
}

fn draft_key(club: &ClubId, draft: &DraftId) -> Key {
    Part::Drafts.key(club, draft.as_str())
}

/// The draft that was made last. Each new draft replaces it, so that concurrent requests conflict: a person cannot
/// exceed [`MAX_OPEN`] drafts.
#[derive(Serialize, Deserialize)]
struct LastDraft {
    id: DraftId,
}

impl Single for LastDraft {
    const SORT: &'static str = "DRAFTING";
}

/// Why a draft was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftNotMade {
    /// The person has [`MAX_OPEN`] open drafts.
    #[error("the person has as many open drafts as allowed")]
    TooMany {
        /// When the person may make the next one, unless they decide about one before.
        next_at: Timestamp,
    },
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// A draft's entry of the audit trail.
fn entry(draft: &DraftId, version: u64, states: (Option<&str>, &str), because: &Because) -> Entry {
    Entry::new(Subject::Draft(draft.clone()), version, states, because)
}

impl State {
    /// The state's name in the audit trail.
    fn name(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Confirming { .. } => "confirming",
            State::Confirmed { .. } => "confirmed",
            State::Discarded { .. } => "discarded",
        }
    }
}

/// What a change of a draft requires of `plan_version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanCondition {
    /// Any value.
    Any,
    /// This value: nothing has changed since it was read.
    Unchanged(u64),
}

impl Club<'_> {
    /// One draft, unless it is past its retention.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn draft(&self, draft: &DraftId, now: Timestamp) -> Result<Option<Stored<Draft>>, TableError> {
        let found: Option<Stored<Draft>> = self.fetch(&draft_key(self.id, draft)).await?;
        Ok(found.filter(|draft| draft.body.expires().is_none_or(|at| now < at)))
    }

    /// The drafts that were requested since a moment, oldest first; a draft that cannot be read is left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn drafts_since(&self, since: Timestamp) -> Result<Vec<Stored<Draft>>, TableError> {
        let from = since.utc().format("%Y%m%dT%H%M%S%3f").to_string();
        let items = self.query(Slice { from, ..Slice::whole(Part::Drafts.of(self.id)) }).await?;
        Ok(item::read_usable::<Draft>(items).0)
    }

    /// When a person who has [`MAX_OPEN`] open drafts may make the next one; `None` if they have fewer. `asked` says
    /// who asks, and when.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn next_draft_at(&self, asked: &Because) -> Result<Option<Timestamp>, TableError> {
        let now = asked.at;
        let drafts = self.drafts_since(now.plus(-LIFETIME)).await?.into_iter().map(|draft| draft.body);
        let is_own_and_open = |draft: &Draft| draft.asked.who.id == asked.who.id && draft.status(now) == Status::Open;
        let own_open: Vec<Draft> = drafts.filter(is_own_and_open).collect();
        Ok(own_open.len().checked_sub(MAX_OPEN).and_then(|at| own_open.get(at)).map(Draft::expires_at))
    }

    /// Writes a new draft, with its audit entry, unless the person has as many open drafts as allowed.
    ///
    /// # Errors
    /// [`DraftNotMade::TooMany`], or [`DraftNotMade::Table`] if the table cannot be read or written.
    pub async fn make_draft(&self, draft: &Draft) -> Result<Stored<Draft>, DraftNotMade> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let last = self.single::<LastDraft>().await?;
            if let Some(next_at) = self.next_draft_at(&draft.asked).await? {
                return Err(DraftNotMade::TooMany { next_at });
            }
            let mut changes = Changes::new(self.id);
            changes.replace(last.map(|last| last.version), &LastDraft { id: draft.id.clone() })?;
            changes.create(draft)?;
            changes.note(&entry(&draft.id, 1, (None, "asked"), &draft.asked))?;
            if self.try_commit(changes).await? {
                return Ok(Stored { version: 1, body: draft.clone() });
            }
        }
    }

    /// Changes the state of a draft, with its audit entry. `None` if the draft has changed since it was read, or if
    /// `condition` is not met; the caller then reads again.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn change_draft(
        &self,
        read: &Stored<Draft>,
        state: State,
        condition: PlanCondition,
        because: &Because,
    ) -> Result<Option<Stored<Draft>>, TableError> {
        let body = Draft { state, ..read.body.clone() };
        let mut changes = Changes::new(self.id);
        changes.replace(Some(read.version), &body)?;
        let names = (Some(read.body.state.name()), body.state.name());
        changes.note(&entry(&body.id, read.version + 1, names, because))?;
        if let PlanCondition::Unchanged(version) = condition {
            changes.require_plan_unchanged(version);
        }
        let stored = Stored { version: read.version + 1, body };
        Ok(self.try_commit(changes).await?.then_some(stored))
    }

    /// Whether the audit trail of a subject has an entry that the confirmed act of a draft wrote.
    ///
    /// # Errors
    /// [`ListError::Table`] if the table cannot be read.
    pub async fn has_entry_of(&self, draft: &Draft, subject: &Subject) -> Result<bool, ListError> {
        let (mark, mut cursor) = (draft.mark(), None);
        loop {
            let page = self.trail(subject, cursor.as_ref(), 200).await?;
            if page.items.iter().any(|entry| entry.body.because.why.ends_with(&mark)) {
                return Ok(true);
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(false);
            }
        }
    }
}
