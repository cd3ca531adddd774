//! Affinity that is learned from outcomes (S13). It is computed each night and stored as one document. Snapshots
//! contain it only while the gate is open, that is while the model predicts well enough, and while nobody has switched
//! it off.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::affinity::{Affinities, AffinityOptions, Bin, Gate, Learning};
use domain::event_type::EventType;
use domain::snapshot::{Employee, EmployeeId, TypeAffinityRow};
use serde::{Deserialize, Serialize};

use crate::audit::Because;
use crate::changes::Changes;
use crate::documents::{Affinity, DocumentError};
use crate::facts::{Fact, FactChange, FactId, FactKind, FactSaved};
use crate::item::{Single, Stored};
use crate::request::TableError;
use crate::table::Club;

/// What was learned on one night. Equal outcomes, people and switches on the same date give an equal document, byte for
/// byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnedAffinity {
    /// The club's local date of that night.
    pub judged_on: NaiveDate,
    /// Whether the model predicts well enough for its rates to be published.
    pub judged: Gate,
    /// Mean squared error of the model's predictions in the gate's windows.
    pub brier: Option<f64>,
    /// Mean log loss of those predictions, in nats.
    pub log_loss: Option<f64>,
    /// Predicted and observed rates, in five bins of the predicted rate.
    pub calibration: Vec<Bin>,
    /// The rate of a person without outcomes, by type.
    #[serde(rename = "usual")]
    pub usual_rates: BTreeMap<EventType, f64>,
    /// The rates by person and type.
    pub rates: BTreeMap<EmployeeId, BTreeMap<EventType, LearnedRate>>,
    /// The rates that a run may use, by person and type; empty while the gate is closed or the club has switched
    /// learning off.
    pub published: BTreeMap<EmployeeId, BTreeMap<EventType, f64>>,
}

/// A person's rate for a type: the expected rate, its 80 % range, and the outcomes behind it. It is stored as a list of
/// numbers, because a club has thousands of rates in one item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64, f64, u32, u32)", into = "(f64, f64, f64, u32, u32)")]
pub struct LearnedRate {
    /// The expected rate, 0 to 1.
    pub score: f64,
    /// Lower end of its 80 % range.
    pub low: f64,
    /// Upper end of its 80 % range.
    pub high: f64,
    /// Number of counted outcomes in the person's favour.
    pub kept: u32,
    /// Number of counted outcomes.
    pub of: u32,
}

impl From<(f64, f64, f64, u32, u32)> for LearnedRate {
    fn from((score, low, high, kept, of): (f64, f64, f64, u32, u32)) -> LearnedRate {
        LearnedRate { score, low, high, kept, of }
    }
}

impl From<LearnedRate> for (f64, f64, f64, u32, u32) {
    fn from(rate: LearnedRate) -> Self {
        (rate.score, rate.low, rate.high, rate.kept, rate.of)
    }
}

impl Single for LearnedAffinity {
    const SORT: &'static str = "LEARNED";
}

impl Single for AffinityOptions {
    const SORT: &'static str = "LEARNING";
}

impl LearnedAffinity {
    /// Converts the result of learning to the form in which the table stores it.
    pub fn of(judged_on: NaiveDate, affinities: Affinities) -> LearnedAffinity {
        let mut learned = LearnedAffinity {
            judged_on,
            judged: affinities.judged,
            brier: affinities.brier,
            log_loss: affinities.log_loss,
            calibration: affinities.calibration,
            usual_rates: BTreeMap::new(),
            rates: BTreeMap::new(),
            published: BTreeMap::new(),
        };
        for row in affinities.rows {
            let rate = LearnedRate { score: row.score, low: row.low, high: row.high, kept: row.kept, of: row.of };
            learned.usual_rates.insert(row.kind, row.usual_rate);
            learned.rates.entry(row.employee_id).or_default().insert(row.kind, rate);
        }
        for TypeAffinityRow { employee_id, kind, score } in affinities.affinity_by_type {
            learned.published.entry(employee_id).or_default().insert(kind, score);
        }
        learned
    }

    /// The rows for a snapshot of these people under these switches, without pairs of person and type whose affinity
    /// people set by hand. A person who was switched off since that night gets the usual rate of the type.
    pub(crate) fn rows(
        &self,
        people: &[Employee],
        affinities: &[Affinity],
        switches: &AffinityOptions,
    ) -> Vec<TypeAffinityRow> {
        if switches.club == Learning::Off {
            return Vec::new();
        }
        let employee_ids: BTreeSet<&EmployeeId> = people.iter().map(|person| &person.id).collect();
        let by_hand: BTreeSet<(&EmployeeId, EventType)> = affinities
            .iter()
            .flat_map(|affinity| affinity.by_type.iter().map(|(kind, _)| (&affinity.employee_id, *kind)))
            .collect();
        let mut rows = Vec::new();
        for (employee_id, scores) in self.published.iter().filter(|(id, _)| employee_ids.contains(id)) {
            let is_off = switches.people_off.contains(employee_id);
            for (kind, score) in scores.iter().filter(|(kind, _)| !by_hand.contains(&(employee_id, **kind))) {
                let score = if is_off { self.usual_rates.get(kind).copied().unwrap_or(*score) } else { *score };
                rows.push(TypeAffinityRow { employee_id: employee_id.clone(), kind: *kind, score });
            }
        }
        rows
    }
}

/// The id of the switches as a fact.
fn switches_id() -> FactId {
    FactId { kind: FactKind::Affinity, id: String::new() }
}

impl Club<'_> {
    /// The affinity that was learned last; `None` before the first night.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn learned_affinity(&self) -> Result<Option<Stored<LearnedAffinity>>, TableError> {
        self.single().await
    }

    /// Stores what was learned on a night. `plan_version` is incremented only if the rates that runs use have changed.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn keep_learned(&self, learned: &LearnedAffinity) -> Result<(), TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.learned_affinity().await?;
            if read.as_ref().is_some_and(|read| read.body == *learned) {
                return Ok(());
            }
            let has_same_rates = |known: &LearnedAffinity| {
                known.published == learned.published && known.usual_rates == learned.usual_rates
            };
            let same = read.as_ref().map_or(learned.published.is_empty(), |read| has_same_rates(&read.body));
            let mut changes = Changes::new(self.id);
            changes.replace(read.map(|read| read.version), learned)?;
            if !same {
                changes.count_plan_change();
            }
            if self.try_commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// The switches of learning, at version 0 if nobody has changed them.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn affinity_switches(&self) -> Result<Stored<AffinityOptions>, TableError> {
        let stored = self.single().await?;
        Ok(stored.unwrap_or(Stored { version: 0, body: AffinityOptions::default() }))
    }

    /// Changes the switches, with the audit entry, in one transaction.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if they have changed since they were read, [`DocumentError::Table`] if the table cannot
    /// be read or written.
    pub async fn change_affinity_switches(
        &self,
        read: &Stored<AffinityOptions>,
        after: &AffinityOptions,
        because: &Because,
    ) -> Result<FactSaved, DocumentError> {
        let (id, version) = (switches_id(), read.version + 1);
        let mut changes = Changes::new(self.id);
        changes.replace((read.version > 0).then_some(read.version), after)?;
        let fact = |options: &AffinityOptions| Some(Fact::Affinity(options.clone()));
        let change = FactChange { before: fact(&read.body), after: fact(after) };
        changes.note(&change.entry(id.clone(), version, because))?;
        changes.count_plan_change();
        if self.try_commit(changes).await? {
            return Ok(FactSaved { id, version });
        }
        Err(DocumentError::Stale { found: Some(self.affinity_switches().await?.version) })
    }
}
