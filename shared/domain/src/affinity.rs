//! Affinity learned from outcomes: how often a person's lines of a type are kept and worked. A rate is shrunk towards
//! the usual rates of the person and of the type. It is used only while the model beats the types' usual rates (S13).
//!
//! - `evidence`: which outcomes count for and against a person.
//! - `model`, `posterior`: empirical Bayes on the logit scale.
//! - `gate`: whether the model beats the type's usual rate on outcomes that it has not seen.
//!
//! Sums are computed in one fixed order, so the same outcomes give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event_type::EventType;
use crate::outcome::Outcome;
use crate::snapshot::{Employee, EmployeeId, TypeAffinityRow};

mod evidence;
mod gate;
mod model;
mod posterior;

pub use gate::{Bin, Gate, MIN_EVIDENCE, MIN_Z, WindowLoss};

use evidence::Evidence;
use model::{Effects, Fit, Pair};

/// Whether a club publishes learned affinity for its runs. With `off`, affinity is still learned and judged every night,
/// but nothing is published and no run uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Switch)]
pub enum Learning {
    /// Affinity is published while it predicts outcomes.
    #[default]
    On,
    /// Nothing is published. The model is still learned and judged.
    Off,
}

/// A club's settings for affinity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AffinityOptions {
    /// The club's switch. With `Off` the model is still fitted and judged, so that a page can show what it would do.
    pub club: Learning,
    /// People whose outcomes are ignored. They get the rate of an unknown person, which neither favours nor harms them.
    pub people_off: BTreeSet<EmployeeId>,
}

/// What was learned from outcomes about people and types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Affinities {
    /// The judgement of the gate: whether the model beats the baseline.
    pub judged: Gate,
    /// Mean squared error of the model's predictions in the gate's windows; `None` without predictions.
    pub brier: Option<f64>,
    /// Mean log loss of these predictions in nats; `None` without predictions.
    pub log_loss: Option<f64>,
    /// Predicted and observed rates in five bins of predicted rates; empty without predictions.
    pub calibration: Vec<Bin>,
    /// The rates, in order of person and type: every eligible pair, without the people in `people_off`. Empty without
    /// outcomes.
    pub rows: Vec<AffinityRate>,
    /// What a run may use (rulebook section 8): every eligible pair if the model passes the gate and the club's switch
    /// is on, otherwise empty.
    pub affinity_by_type: Vec<TypeAffinityRow>,
}

/// A person's rate for a type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AffinityRate {
    /// The person.
    pub employee_id: EmployeeId,
    /// The type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The expected rate, 0 to 1.
    pub score: f64,
    /// Lower end of its 80 % range.
    pub low: f64,
    /// Upper end of its 80 % range.
    pub high: f64,
    /// Number of outcomes that count for the person: the line was kept or worked.
    pub kept: u32,
    /// Number of outcomes that count for or against the person.
    pub of: u32,
    /// The expected rate of a person without outcomes, 0 to 1.
    #[serde(rename = "usual")]
    pub usual_rate: f64,
}

/// The pairs of an active person and a type that their title allows (rulebook section 1). `Other` counts if they may
/// work it at either length.
pub fn eligible_pairs(employees: &[Employee]) -> BTreeSet<(EmployeeId, EventType)> {
    let may = |e: &Employee, kind| [false, true].iter().any(|full| e.job_title.may_work(e.juicer_trained, kind, *full));
    let of = |e: &'_ Employee| EventType::ALL.into_iter().filter(|kind| may(e, *kind)).collect::<Vec<_>>();
    let working = employees.iter().filter(|e| e.active);
    working.flat_map(|e| of(e).into_iter().map(|kind| (e.id.clone(), kind))).collect()
}

/// Fits the model to outcomes and judges it. Publishes the rates of the eligible pairs if the model passes the gate and
/// the club's switch is on.
pub fn affinities(
    outcomes: &[Outcome],
    eligible: &BTreeSet<(EmployeeId, EventType)>,
    options: &AffinityOptions,
) -> Affinities {
    let evidence = evidence::from_outcomes(outcomes, &options.people_off);
    let (judged, quality) = gate::judge(&evidence);
    let fit = Fit::new(&evidence, Effects::TypesAndPeople);
    let rate = |(id, kind): &(EmployeeId, EventType)| fit.rate(&Pair { employee_id: id, kind: *kind });
    let rows = match evidence.is_empty() {
        true => Vec::new(),
        false => rates(&evidence, &fit, eligible.iter().filter(|(id, _)| !options.people_off.contains(id))),
    };
    let published = judged.predicts && options.club == Learning::On;
    let publish = |pair: &(EmployeeId, EventType)| TypeAffinityRow {
        employee_id: pair.0.clone(),
        kind: pair.1,
        score: rounded(rate(pair).score),
    };
    let affinity_by_type = eligible.iter().filter(|_| published).map(publish).collect();
    let (brier, log_loss, calibration) =
        quality.map_or((None, None, Vec::new()), |of| (Some(of.brier), Some(of.log_loss), of.calibration));
    Affinities { judged, brier, log_loss, calibration, rows, affinity_by_type }
}

/// The rates of pairs, with the outcomes behind them.
fn rates<'p>(
    evidence: &[Evidence],
    fit: &Fit,
    pairs: impl Iterator<Item = &'p (EmployeeId, EventType)>,
) -> Vec<AffinityRate> {
    let mut counts: BTreeMap<(&EmployeeId, EventType), (u32, u32)> = BTreeMap::new();
    for one in evidence {
        let (kept, of) = counts.entry((&one.employee_id, one.kind)).or_default();
        *kept += u32::from(one.kept);
        *of += 1;
    }
    let row = |(employee_id, kind): &'p (EmployeeId, EventType)| {
        let rate = fit.rate(&Pair { employee_id, kind: *kind });
        let (kept, of) = counts.get(&(employee_id, *kind)).copied().unwrap_or_default();
        AffinityRate {
            employee_id: employee_id.clone(),
            kind: *kind,
            score: rounded(rate.score),
            low: rounded(rate.low),
            high: rounded(rate.high),
            kept,
            of,
            usual_rate: rounded(fit.rate_of_type(*kind).score),
        }
    };
    pairs.map(row).collect()
}

/// Rounds to four decimals. More decimals would be noise.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests;
