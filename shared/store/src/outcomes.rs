//! Outcomes of lines: a projection of the audit trail, one item a line. An outcome is computed from the line's whole
//! trail each time, so late, repeated or reordered entries give the same item.
//!
//! [`outcome_of`] folds the trail, [`Club::differing_outcomes`] compares the results with the stored outcomes, and
//! [`Club::write_outcomes`] writes them. Affinity (S13) and the fairness ledger (S15), which later runs read, are
//! computed from these outcomes. Approval and submission never read them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::event_type::EventType;
use domain::fairness::{Acceptance, Arrival, LeavingReason, LeftPlace, Shift};
use domain::outcome::{Correction, Happened, LineGeneration, Outcome};
use domain::snapshot::{Arrivals, EventRef};
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::cursor::{Cursor, LARGEST_PAGE, ListError, Page};
use crate::events::Place;
use crate::item::{self, Record, Stored};
use crate::key::{ClubId, Key, LineKey, Part, RunId, Token};
use crate::lines::LeavingCause;
use crate::request::{LAST, Slice, TableError};
use crate::stamp::{RECORDS_KEPT, Timestamp};
use crate::states::LineStatus;
use crate::table::Club;

mod fold;
mod note;

pub use fold::outcome_of;
pub(crate) use note::{AfterAcceptance, note_of_approval, note_of_edit, with_note};
pub use note::{LineFacts, LineNote, SentLine};

/// The outcome of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineOutcome {
    /// The line.
    pub line: LineKey,
    /// The day that it was first proposed for. For a line that takes a schedule back, the day of that schedule.
    pub day: NaiveDate,
    /// The type of its event.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Who proposed it.
    pub proposed_by: Proposer,
    /// The line's outcome; `None` for a line that takes a schedule back, and for one that is neither decided nor ended.
    /// Approvals before the last recall do not count as decisions.
    pub outcome: Option<Outcome>,
    /// When it was first approved since its last recall.
    pub approved_at: Option<Timestamp>,
    /// When a person last approved, changed or rejected it; without such a decision, when it was last accepted.
    /// Approvals before the last recall do not count.
    pub decided_at: Option<Timestamp>,
    /// What Crossmark accepted, if it accepted the line.
    pub accepted: Option<AcceptedChange>,
    /// The line's approvals after a failure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retries: Vec<Retry>,
    /// The time of the line's last entry with a note.
    pub last_at: Timestamp,
}

/// Who proposed a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposer {
    /// A run.
    Run,
    /// A person: by hand, or for an event that the run did not place.
    Person,
}

/// What Crossmark accepted of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedChange {
    /// When.
    pub at: Timestamp,
    /// The generation of its submission.
    pub generation: u32,
    /// Where the event was posted before, if it was.
    pub from: Option<Place>,
    /// Why the event left that place.
    #[serde(default)]
    pub left: LeavingCause,
    /// Where the line posted it; `None` if the line takes a schedule back.
    pub to: Option<Place>,
    /// The event's length in minutes.
    pub minutes: u32,
}

/// An approval after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// The new generation.
    pub generation: u32,
    /// When.
    pub at: Timestamp,
}

impl LineOutcome {
    /// The line with the latest generation of its outcome or acceptance.
    pub fn generation(&self) -> LineGeneration {
        let of_outcome = self.outcome.as_ref().map(|outcome| outcome.line.generation);
        let of_acceptance = self.accepted.as_ref().map(|accepted| accepted.generation);
        LineGeneration { line_id: self.line.to_string(), generation: of_outcome.max(of_acceptance).unwrap_or(0) }
    }

    /// The acceptance of the line as the ledger counts it, given the club's arrivals.
    pub fn acceptance(&self, arrivals: &Arrivals) -> Option<Acceptance> {
        let accepted = self.accepted.as_ref()?;
        let kind = self.event_type;
        let reason = if accepted.left == LeavingCause::Plan { LeavingReason::Plan } else { LeavingReason::Absence };
        Some(Acceptance {
            accepted_at: accepted.at.utc(),
            line: LineGeneration { line_id: self.line.to_string(), generation: accepted.generation },
            event_ref: self.line.event,
            kind,
            from: accepted.from.as_ref().map(|from| LeftPlace {
                employee_id: from.employee_id.clone(),
                date: from.start.date(),
                reason,
            }),
            to: accepted.to.as_ref().map(|to| Shift {
                employee_id: to.employee_id.clone(),
                start: to.start,
                minutes: accepted.minutes,
                arrival: Arrival::of(kind, to.start, arrivals),
            }),
        })
    }

    /// The day of the schedule that Crossmark accepted; otherwise the day to which a manager changed the line;
    /// otherwise the proposed day. For a line that takes a schedule back, the day of that schedule.
    pub fn work_day(&self) -> NaiveDate {
        let accepted_day = self.accepted.as_ref().and_then(|accepted| accepted.to.as_ref()).map(|to| to.start.date());
        let decided_day = || self.outcome.as_ref().map(|of| of.change().map_or(of.date, |change| change.date));
        accepted_day.or_else(decided_day).unwrap_or(self.day)
    }
}

impl Record for LineOutcome {
    fn key(&self, club: &ClubId) -> Key {
        Part::Outcomes.key(club, format!("{}#{}", self.day, self.line))
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.last_at.plus(RECORDS_KEPT))
    }
}

/// Why an outcome was not corrected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// There is no such line, or Crossmark accepted no schedule for it.
    #[error("there is no such line, or Crossmark accepted no schedule for it")]
    NoLine,
    /// The outcome has changed since the caller saw it.
    #[error("the outcome has changed: it is at version {found}")]
    Stale {
        /// The current version.
        found: u64,
    },
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Maximum number of items that one transaction of the projection writes.
const AT_ONCE: usize = 50;

/// The name of a correction by hand in the audit trail.
const CORRECTED: &str = "corrected";

fn outcomes_slice(club: &ClubId, from: NaiveDate, to: NaiveDate) -> Slice {
    Slice::between(Part::Outcomes.of(club), from.to_string(), format!("{to}#{LAST}"))
}

/// A line key for a line that is known by run and event only, with token 0. This is enough for the audit trail, which
/// names lines without the token.
pub fn line_of(run: RunId, event: EventRef) -> LineKey {
    LineKey { run, token: Token(0), event }
}

impl Club<'_> {
    /// The outcomes of the lines that runs proposed for these days, both included, in order of day.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn outcomes(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Outcome>, TableError> {
        let of_runs = self.line_outcomes(from, to).await?.into_iter().map(|stored| stored.body);
        let of_runs = of_runs.filter(|line| line.proposed_by == Proposer::Run);
        Ok(of_runs.filter_map(|line| line.outcome).collect())
    }

    /// The outcomes of all lines of these days, both included, whoever proposed them; an outcome that cannot be read is
    /// left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn line_outcomes(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Stored<LineOutcome>>, TableError> {
        Ok(item::read_usable(self.query(outcomes_slice(self.id, from, to)).await?).0)
    }

    /// The outcomes of the lines of these days, both included, in order of day, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn outcomes_between(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<LineOutcome>>, ListError> {
        self.list(outcomes_slice(self.id, from, to), cursor, limit).await
    }

    /// The whole audit trail of a line.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn trail_of_line(&self, line: &LineKey) -> Result<Vec<Entry>, TableError> {
        let subject = Subject::Line(line.clone());
        let (mut entries, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.trail(&subject, cursor.as_ref(), LARGEST_PAGE).await.map_err(table_error)?;
            entries.extend(page.items.into_iter().map(|entry| entry.body));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(entries);
            }
        }
    }

    /// All entries of the audit trail between two moments, both included, oldest first; an entry that cannot be read is
    /// left out.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn entries_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Entry>, TableError> {
        let slice = Slice::between(Part::Audit.of(self.id), from.to_string(), format!("{to}#{LAST}"));
        let (entries, _) = item::read_usable::<Entry>(self.query(slice).await?);
        Ok(entries.into_iter().map(|entry| entry.body).collect())
    }

    /// Computes the outcomes of lines from their trails, and returns those that differ from the stored outcomes.
    /// Nothing is written.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn differing_outcomes(&self, lines: &BTreeSet<LineKey>) -> Result<Vec<DifferingOutcome>, TableError> {
        let mut computed = Vec::new();
        for line in lines {
            computed.extend(outcome_of(line, &self.trail_of_line(line).await?));
        }
        let keys: Vec<Key> = computed.iter().map(|line| line.key(self.id)).collect();
        let mut known = self.get_all(&keys).await?;
        let mut differ = Vec::new();
        for (now, key) in computed.into_iter().zip(keys) {
            let before = known.remove(&key).map(item::read::<LineOutcome>).transpose()?;
            if before.as_ref().is_none_or(|before| before.body != now) {
                differ.push(DifferingOutcome { before, now });
            }
        }
        Ok(differ)
    }

    /// Writes outcomes that differ, 50 in one transaction, each on condition that the stored one has not changed since
    /// it was read.
    ///
    /// # Errors
    /// [`TableError::Contended`] if one has changed since; another [`TableError`] if the table cannot be written. Earlier
    /// transactions of the call stay.
    pub async fn write_outcomes(&self, differ: &[DifferingOutcome]) -> Result<(), TableError> {
        for chunk in differ.chunks(AT_ONCE) {
            let mut changes = Changes::new(self.id);
            for DifferingOutcome { before, now } in chunk {
                changes.replace(before.as_ref().map(|before| before.version), now)?;
            }
            if !self.try_commit(changes).await? {
                return Err(TableError::Contended);
            }
        }
        Ok(())
    }

    /// Records in the audit trail how a person corrects the outcome of an accepted line; the next projection counts the
    /// correction. A call that repeats the last correction changes nothing; with the same `seen` it is refused, because
    /// the first call changed the version. Returns the line's key with its token.
    ///
    /// # Errors
    /// [`CorrectionError::NoLine`], [`Stale`](CorrectionError::Stale) if the outcome is not at the version `seen`, or
    /// [`Table`](CorrectionError::Table) if the table cannot be read or written.
    pub async fn correct_outcome(
        &self,
        line: &LineKey,
        seen: Option<u64>,
        correction: &Correction,
        because: &Because,
    ) -> Result<LineKey, CorrectionError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let trail = self.trail_of_line(line).await?;
            let computed = outcome_of(line, &trail).ok_or(CorrectionError::NoLine)?;
            let accepted = computed.accepted.as_ref().filter(|accepted| accepted.to.is_some());
            let generation = accepted.ok_or(CorrectionError::NoLine)?.generation;
            let read = self.fetch::<LineOutcome>(&computed.key(self.id)).await?;
            let stored_version = read.as_ref().map_or(0, |read| read.version);
            if seen.is_some_and(|seen| seen != stored_version) {
                return Err(CorrectionError::Stale { found: stored_version });
            }
            let corrections = trail.iter().filter_map(|entry| match &entry.line.as_ref()?.happened {
                Some(Happened::Corrected { correction }) => Some((entry.because.at, correction)),
                _ => None,
            });
            let last =
                corrections.max_by_key(|(at, _)| *at).map_or(&Correction::Withdrawn, |(_, correction)| correction);
            if last == correction {
                return Ok(computed.line);
            }
            let happened = Some(Happened::Corrected { correction: correction.clone() });
            let mut changes = Changes::new(self.id);
            let version = trail.iter().map(|entry| entry.version).max().unwrap_or(0) + 1;
            let states = (Some(LineStatus::ApiSubmitted.name()), CORRECTED);
            let entry = Entry::new(Subject::Line(computed.line.clone()), version, states, because);
            let note = Box::new(LineNote { generation, happened, facts: None });
            changes.note(&Entry { line: Some(note), ..entry })?;
            // The outcome is rewritten unchanged, so that one of two corrections that saw the same version is refused.
            let unchanged = read.as_ref().map_or(&computed, |read| &read.body);
            changes.replace(read.as_ref().map(|read| read.version), unchanged)?;
            if self.try_commit(changes).await? {
                return Ok(computed.line);
            }
        }
    }

    /// The stored outcome of a line; `None` if there is none.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn line_outcome(&self, line: &LineKey) -> Result<Option<Stored<LineOutcome>>, TableError> {
        match outcome_of(line, &self.trail_of_line(line).await?) {
            Some(outcome) => self.fetch(&outcome.key(self.id)).await,
            None => Ok(None),
        }
    }
}

/// An outcome that differs from the stored one.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferingOutcome {
    /// The stored outcome, as it was read.
    pub before: Option<Stored<LineOutcome>>,
    /// The outcome as computed now.
    pub now: LineOutcome,
}

impl DifferingOutcome {
    /// Both outcomes, the stored one first.
    pub fn both(&self) -> impl Iterator<Item = &LineOutcome> {
        self.before.iter().map(|before| &before.body).chain(std::iter::once(&self.now))
    }
}

/// Converts the error of a list. The cursor cannot be foreign, because the list begins without one.
fn table_error(error: ListError) -> TableError {
    match error {
        ListError::Table(error) => error,
        ListError::ForeignCursor => TableError::Contended,
    }
}
