//! Empirical Bayes on the logit scale. The log odds that an outcome counts for the person (kept or worked) are the sum
//! of a mean, an effect of the type, an effect of the person, and a deviation of the person for that type. The last
//! three are normal around 0. Their standard deviations are not known: each value of the type's grid, and each
//! combination of the person's and the deviation's grids, is fitted and weighted by its marginal likelihood. (The most
//! likely combination alone would set differences to zero that are not visible yet, and its ranges would be too narrow.)
//! With few outcomes a pair is shrunk to its person and type, and a person to the mean.
//!
//! Types are few and have many outcomes each, so the mean and the types are fitted first, and then the people with the
//! mean and the types given. Both steps are done twice.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::logistic::logistic;

use super::evidence::Evidence;
use super::posterior::{Cell, Posterior, PriorVariances, posterior};
use crate::event_type::EventType;
use crate::snapshot::EmployeeId;

/// Candidate standard deviations of the type effect, on the logit scale.
const TYPE_SPREADS: [f64; 7] = [0.0, 0.2, 0.4, 0.7, 1.0, 1.4, 2.0];
/// Candidate standard deviations of the person effect.
const PERSON_SPREADS: [f64; 8] = [0.0, 0.15, 0.3, 0.45, 0.6, 0.85, 1.1, 1.5];
/// Candidate standard deviations of a person's deviation by type.
const PAIR_SPREADS: [f64; 6] = [0.0, 0.25, 0.45, 0.7, 1.0, 1.4];
/// Prior variance of the mean: nearly flat.
const MEAN_VARIANCE: f64 = 100.0;
/// Number of times that the types and then the people are fitted.
const ROUNDS: usize = 2;
/// Probability that a rate lies in its range.
const RANGE_PROBABILITY: f64 = 0.8;

/// Which effects a fit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effects {
    /// The mean and the types only: the baseline of the gate.
    Types,
    /// The whole model.
    TypesAndPeople,
}

/// A person and a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair<'e> {
    pub employee_id: &'e EmployeeId,
    pub kind: EventType,
}

/// An expected rate with its 80 % range, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    pub score: f64,
    pub low: f64,
    pub high: f64,
}

/// A fitted model, on the logit scale.
#[derive(Debug)]
pub(super) struct Fit<'e> {
    mean: f64,
    types: BTreeMap<EventType, Effect>,
    /// The effect of a type without outcomes.
    any_type: Effect,
    /// The effect of each person, for the types in which that person has no outcomes.
    people: BTreeMap<&'e EmployeeId, Effect>,
    /// The effect of a person without outcomes.
    anybody: Effect,
    pairs: BTreeMap<Pair<'e>, Effect>,
}

/// Value and variance of an effect, or of a sum of effects.
#[derive(Debug, Clone, Copy, Default)]
struct Effect {
    value: f64,
    variance: f64,
    /// How much of an error in the offset remains in the sum of offset and effect. For a pair: 1 without outcomes,
    /// towards 0 with many. For everything else: 1 in a fit.
    shrinkage: f64,
}

/// For each pair, the weight of its kept outcomes and the weight of all its outcomes.
type Counts<'e> = BTreeMap<Pair<'e>, (f64, f64)>;

impl<'e> Fit<'e> {
    /// Fits the model to evidence.
    pub fn new(evidence: &'e [Evidence], effects: Effects) -> Fit<'e> {
        let mut counts = Counts::new();
        for one in evidence {
            let pair = Pair { employee_id: &one.employee_id, kind: one.kind };
            let (kept, of) = counts.entry(pair).or_default();
            *kept += if one.kept { one.weight } else { 0.0 };
            *of += one.weight;
        }
        let mut fit = Fit {
            mean: 0.0,
            types: BTreeMap::new(),
            any_type: Effect::default(),
            people: BTreeMap::new(),
            anybody: Effect { shrinkage: 1.0, ..Effect::default() },
            pairs: BTreeMap::new(),
        };
        for _ in 0..ROUNDS {
            fit.set_mean(&counts);
            fit.set_types(&counts);
            if effects == Effects::TypesAndPeople {
                fit.set_people(&counts);
            }
        }
        fit
    }

    /// The rate of a pair. For a person without outcomes it is the rate of the type.
    pub fn rate(&self, pair: &Pair) -> Rate {
        let known = self.pairs.get(pair).or_else(|| self.people.get(pair.employee_id));
        self.rate_with(pair.kind, known.copied().unwrap_or(self.anybody))
    }

    /// The rate of a type for an unknown person.
    pub fn rate_of_type(&self, kind: EventType) -> Rate {
        self.rate_with(kind, self.anybody)
    }

    fn rate_with(&self, kind: EventType, person: Effect) -> Rate {
        let of_type = self.of_type(kind);
        // The variance of the mean of all people is that of a person, divided by the number of people seen.
        let of_mean = self.anybody.variance / self.people.len().max(1) as f64;
        let variance = person.variance + person.shrinkage * person.shrinkage * (of_type.variance + of_mean);
        rate(self.mean + of_type.value + person.value, variance)
    }

    fn of_type(&self, kind: EventType) -> Effect {
        self.types.get(&kind).copied().unwrap_or(self.any_type)
    }

    /// What the person adds to the log odds of a pair with outcomes.
    fn of_person(&self, pair: &Pair) -> f64 {
        self.pairs.get(pair).map_or(0.0, |effect| effect.value)
    }

    fn set_mean(&mut self, counts: &Counts) {
        let cells = cells_of(counts, |pair| self.of_type(pair.kind).value + self.of_person(pair));
        self.mean = posterior(&cells, PriorVariances { unit: MEAN_VARIANCE, cell: 0.0 }).value;
    }

    fn set_types(&mut self, counts: &Counts<'e>) {
        let groups = group_cells(counts, |pair| pair.kind, |pair| self.mean + self.of_person(pair));
        let found =
            average_effects(&groups, TYPE_SPREADS.map(|types| PriorVariances { unit: types * types, cell: 0.0 }));
        self.any_type = found.unknown;
        self.types = groups.into_keys().zip(found.units).collect();
    }

    fn set_people(&mut self, counts: &Counts<'e>) {
        let groups = group_cells(counts, |pair| pair.employee_id, |pair| self.mean + self.of_type(pair.kind).value);
        let variances = |person: f64, pair: f64| PriorVariances { unit: person * person, cell: pair * pair };
        let found =
            average_effects(&groups, PERSON_SPREADS.iter().flat_map(|p| PAIR_SPREADS.map(|pair| variances(*p, pair))));
        self.anybody = found.unknown;
        // Pairs come in order of person, then type, as the groups and their cells do.
        self.pairs = counts.keys().copied().zip(found.cells).collect();
        self.people = groups.into_keys().zip(found.units).collect();
    }
}

fn cells_of(counts: &Counts, offset: impl Fn(&Pair) -> f64) -> Vec<Cell> {
    counts.iter().map(|(pair, (kept, of))| Cell { offset: offset(pair), kept: *kept, of: *of }).collect()
}

/// The cells (person and type) of each unit (a type, or a person). Units and cells are in order.
fn group_cells<'e, K: Ord>(
    counts: &Counts<'e>,
    unit: impl Fn(&Pair<'e>) -> K,
    offset: impl Fn(&Pair) -> f64,
) -> BTreeMap<K, Vec<Cell>> {
    let mut groups: BTreeMap<K, Vec<Cell>> = BTreeMap::new();
    for (pair, (kept, of)) in counts {
        groups.entry(unit(pair)).or_default().push(Cell { offset: offset(pair), kept: *kept, of: *of });
    }
    groups
}

/// Effects after averaging over the candidate variances.
struct AveragedEffects {
    /// The effect of each unit, for a cell without outcomes.
    units: Vec<Effect>,
    /// For each cell with outcomes, unit after unit: the sum of the unit's effect and the cell's deviation.
    cells: Vec<Effect>,
    /// The effect of a unit without outcomes.
    unknown: Effect,
}

/// The posteriors under each of these prior variances, averaged by marginal likelihood.
fn average_effects<K>(
    groups: &BTreeMap<K, Vec<Cell>>,
    candidates: impl IntoIterator<Item = PriorVariances>,
) -> AveragedEffects {
    let under = |variances: PriorVariances| {
        let found: Vec<Posterior> = groups.values().map(|cells| posterior(cells, variances)).collect();
        (found.iter().map(|found| found.log_evidence).sum::<f64>(), variances, found)
    };
    let tried: Vec<(f64, PriorVariances, Vec<Posterior>)> = candidates.into_iter().map(under).collect();
    let highest = tried.iter().map(|(log_evidence, ..)| *log_evidence).fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = tried.iter().map(|(log_evidence, ..)| (log_evidence - highest).exp()).sum();
    let mut units = vec![Sum::default(); groups.len()];
    let mut cells = vec![Sum::default(); groups.values().map(Vec::len).sum()];
    let mut unknown = Sum::default();
    for (log_evidence, variances, found) in tried {
        let part = (log_evidence - highest).exp() / total;
        unknown.add(part, 0.0, variances.unit + variances.cell, 1.0);
        let mut cells = cells.iter_mut();
        for (unit, found) in units.iter_mut().zip(&found) {
            unit.add(part, found.value, found.variance + variances.cell, 1.0);
            // Keep this order: `zip` asks the left iterator first, so it takes no cell of the next unit.
            for (at, cell) in found.cells.iter().zip(cells.by_ref()) {
                let variance = at.variance + at.shrinkage * at.shrinkage * found.variance;
                cell.add(part, found.value + at.value, variance, at.shrinkage);
            }
        }
    }
    let effects = |sums: Vec<Sum>| sums.into_iter().map(Sum::effect).collect();
    AveragedEffects { units: effects(units), cells: effects(cells), unknown: unknown.effect() }
}

/// Weighted sums over the candidate variances, from which the mean and the variance of the mixture follow.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    value: f64,
    square: f64,
    variance: f64,
    shrinkage: f64,
}

impl Sum {
    fn add(&mut self, part: f64, value: f64, variance: f64, shrinkage: f64) {
        self.value += part * value;
        self.square += part * value * value;
        self.variance += part * variance;
        self.shrinkage += part * shrinkage;
    }

    fn effect(self) -> Effect {
        let between = (self.square - self.value * self.value).max(0.0);
        Effect { value: self.value, variance: self.variance + between, shrinkage: self.shrinkage }
    }
}

/// The expected rate for log odds that are normally distributed (`MacKay`'s approximation), and its range.
fn rate(odds: f64, variance: f64) -> Rate {
    let score = logistic(odds / (1.0 + std::f64::consts::PI * variance / 8.0).sqrt());
    let reach = Normal::standard().inverse_cdf(0.5 + RANGE_PROBABILITY / 2.0) * variance.sqrt();
    let (low, high) = (logistic(odds - reach), logistic(odds + reach));
    Rate { score, low: low.min(score), high: high.max(score) }
}
