//! Trials: what would change if something about the club were different. They expire after a day. A trial holds no
//! lease, moves no pointer and changes no fact.
//!
//! A trial of the club as it is now also stores the lines of its plan, so that a person can adopt them. They are under
//! a proposal key of their own that no run refers to, and expire with the trial.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use domain::snapshot::{EmployeeId, EventRef};
use domain::trial::{Change, Comparison, Totals};
use serde::{Deserialize, Serialize};

use crate::answer::AnswerSummary;
use crate::audit::Because;
use crate::changes::Changes;
use crate::documents::PlanVersion;
use crate::item::{self, Record, Single, Stored};
use crate::key::{ClubId, Key, Part, ProposalKey, RunId, Token, TrialId};
use crate::lines::Line;
use crate::provenance::ReplayResult;
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// How long a trial is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// Time after which the solver of an unfinished trial counts as lost. It is longer than the function's time limit.
pub const LOST_AFTER: TimeDelta = TimeDelta::seconds(90);

/// What a trial starts from and is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum TrialStart {
    /// The club and its plan as they are.
    Now,
    /// The club as a run read it, and what that run proposed.
    Run {
        /// The run.
        run: RunId,
    },
    /// A run, which is solved again as it was, with its own limits.
    Replay {
        /// The run.
        run: RunId,
    },
}

/// A trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The trial's id.
    pub id: TrialId,
    /// What the trial starts from and is compared with.
    pub base: TrialStart,
    /// The change.
    pub change: Change,
    /// Who asked for it, and when.
    pub because: Because,
    /// The trial's state.
    pub state: TrialState,
    /// The run that has its lines, if somebody adopted it.
    #[serde(default)]
    pub adopted: Option<RunId>,
}

/// The state of a trial: queued, then running, then done or failed. A trial whose solver was lost is run again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum TrialState {
    /// The trial waits for a solver.
    Queued,
    /// A solver works on it.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// The trial has a result.
    Done {
        /// When it ended.
        at: Timestamp,
        /// The result.
        result: Box<TrialResult>,
    },
    /// The trial ended without a result.
    Failed {
        /// When it ended.
        at: Timestamp,
        /// The reason, for a person.
        words: String,
    },
}

/// The result of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialResult {
    /// The `plan_version` of the club that it read.
    pub plan_version: PlanVersion,
    /// The proposal that was current then.
    pub current: Option<ProposalKey>,
    /// Score, bound, gap and timings of the solve.
    pub answer: AnswerSummary,
    /// The differences between the plans.
    pub comparison: Comparison,
    /// The totals of a run without the change. The part of the differences that they explain is not due to the change:
    /// a run would also place events that the current proposal does not cover. `None` for a trial of a past run, of a
    /// call-out, and for a replay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_change: Option<Totals>,
    /// Whether that run is proven to be the best. `false` if it reached its time limit, and without such a run.
    #[serde(default)]
    pub is_unchanged_proven: bool,
    /// Released events of a call-out for which nobody was found, with the reason.
    #[serde(default)]
    pub open: Vec<StaysOpen>,
    /// Sentences about the absent person's schedules that a call-out leaves as they are, because an earlier change is on
    /// its way to Crossmark.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub under_way: Vec<String>,
    /// The result of a replay; `None` for any other trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed: Option<ReplayResult>,
}

/// An event for which a call-out finds nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaysOpen {
    /// The event.
    #[serde(rename = "ref")]
    pub event: EventRef,
    /// Why, in plain words.
    pub text: String,
    /// The rules that the reason refers to.
    pub rules: Vec<String>,
    /// What would have to change for somebody to take it, the smallest change first.
    #[serde(default)]
    pub fits_if: Vec<FitsIf>,
}

/// What would have to change for somebody to take an event. The checker has confirmed that no other rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitsIf {
    /// The person who would take the event.
    pub employee_id: EmployeeId,
    /// The date on which they would take it.
    pub date: NaiveDate,
    /// The rule that would be broken; `None` if another start is enough.
    pub rule: Option<String>,
    /// The other start, club-local.
    pub start: Option<NaiveDateTime>,
    /// The change as a sentence.
    pub text: String,
}

impl Trial {
    /// A trial that waits for a solver.
    pub fn queued(id: TrialId, base: TrialStart, change: Change, because: Because) -> Trial {
        Trial { id, base, change, because, state: TrialState::Queued, adopted: None }
    }

    /// The time until which it is kept.
    pub fn kept_until(&self) -> Timestamp {
        self.because.at.plus(KEPT)
    }

    /// The proposal key of the lines of its plan.
    pub fn proposal(&self) -> ProposalKey {
        ProposalKey { run: self.run(), token: Token(0) }
    }

    /// The run that it becomes if it is adopted.
    pub fn run(&self) -> RunId {
        RunId::of_trial(&self.id)
    }

    /// Whether its solver counts as lost.
    pub fn is_lost(&self, now: Timestamp) -> bool {
        matches!(self.state, TrialState::Running { since } if since.plus(LOST_AFTER) <= now)
    }
}

impl Record for Trial {
    fn key(&self, club: &ClubId) -> Key {
        trial_key(club, &self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.kept_until())
    }
}

fn trial_key(club: &ClubId, trial: &TrialId) -> Key {
    Part::Trials.key(club, trial.as_str())
}

/// The trial that was begun last. Each new trial replaces it, so that concurrent requests conflict: the number of
/// trials that were begun since a moment cannot exceed its limit.
#[derive(Serialize, Deserialize)]
struct LastTrial {
    id: TrialId,
}

impl Single for LastTrial {
    const SORT: &'static str = "TRYING";
}

/// Why a trial was not begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrialNotBegun {
    /// As many trials as allowed were begun.
    #[error("as many trials as allowed were begun")]
    TooMany {
        /// When the first of these was begun.
        oldest: Timestamp,
    },
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Club<'_> {
    /// One trial that has not expired.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn trial(&self, trial: &TrialId, now: Timestamp) -> Result<Option<Stored<Trial>>, TableError> {
        let found: Option<Stored<Trial>> = self.fetch(&trial_key(self.id, trial)).await?;
        Ok(found.filter(|trial| now < trial.body.kept_until()))
    }

    /// When trial `number` of the trials since a moment was begun; numbers count from 0, oldest first.
    async fn time_of_trial(&self, since: Timestamp, number: u64) -> Result<Option<Timestamp>, TableError> {
        let limit = i32::try_from(number + 1).unwrap_or(i32::MAX);
        let page = self.page(&Slice { limit: Some(limit), ..self.trials_since(since) }).await?;
        let trial = page.items.into_iter().nth(usize::try_from(number).unwrap_or(usize::MAX));
        Ok(trial.map(item::read::<Trial>).transpose()?.map(|trial| trial.body.because.at))
    }

    fn trials_since(&self, since: Timestamp) -> Slice {
        let from = since.utc().format("%Y%m%dT%H%M%S%3f").to_string();
        Slice { from, ..Slice::whole(Part::Trials.of(self.id)) }
    }

    /// Writes a new trial, if fewer than `most` trials were begun since a moment.
    ///
    /// # Errors
    /// [`TrialNotBegun::TooMany`], or [`TrialNotBegun::Table`] if the table cannot be read or written.
    pub async fn begin_trial(&self, trial: &Trial, since: Timestamp, most: u64) -> Result<(), TrialNotBegun> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let last = self.single::<LastTrial>().await?;
            if let Some(number) = self.count(self.trials_since(since)).await?.checked_sub(most) {
                let oldest = self.time_of_trial(since, number).await?.unwrap_or(trial.because.at);
                return Err(TrialNotBegun::TooMany { oldest });
            }
            let mut changes = Changes::new(self.id);
            changes.replace(last.map(|last| last.version), &LastTrial { id: trial.id.clone() })?;
            changes.create(trial)?;
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Replaces the version of a trial that was read; `false` if somebody else changed it concurrently.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn change_trial(&self, read: u64, trial: &Trial) -> Result<bool, TableError> {
        let mut changes = Changes::new(self.id);
        changes.replace(Some(read), trial)?;
        self.try_commit(changes).await
    }

    /// The lines of a trial's plan.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn trial_lines(&self, trial: &Trial, now: Timestamp) -> Result<Vec<Line>, TableError> {
        Ok(self.lines(&trial.proposal(), now).await?.into_iter().map(|line| line.body).collect())
    }

    /// Writes the lines of a trial's plan with their reasons; they expire with the trial.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn write_trial_lines(
        &self,
        trial: &Trial,
        lines: &[Line],
        reasons: &[crate::lines::Reasons],
    ) -> Result<(), TableError> {
        let mut items = self.items_of(lines, reasons)?;
        for item in &mut items {
            item::expire(item, trial.kept_until());
        }
        self.put_all(items).await
    }
}
