//! The gate: learned rates are published only while the model predicts unseen outcomes better than the usual rates of
//! the types do. The baseline is one rate per type. A single rate for everything would be too easy to beat: a model
//! that knows only types would pass, but a run needs affinity to choose between people.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::model::{Effects, Fit, Pair};

/// With fewer pieces of evidence than this the model is not judged.
pub const MIN_EVIDENCE: usize = 500;
/// The paired z-score must exceed this: one-sided, 5 %.
pub const MIN_Z: f64 = 1.64;
/// Maximum number of evaluation windows. Each is predicted from all evidence before it.
const WINDOWS: usize = 4;
/// Size of the training part before the first window, in windows. Its outcomes are not predicted.
const TRAINING_WINDOWS: usize = 2;
/// Minimum number of windows in which the model must be better: one lucky window is not enough, one unlucky window is
/// no reason to stop.
const MIN_WINDOWS_WON: usize = 3;
/// Number of calibration bins, of equal width.
const BINS: usize = 5;
/// Minimum distance of a predicted rate from 0 and 1.
const MARGIN: f64 = 1e-6;

/// Whether the model beats the baseline, and how that was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Number of pieces of evidence. An outcome may count for one person and against another.
    pub outcomes: usize,
    /// The windows, in order of time; none below [`MIN_EVIDENCE`].
    pub windows: Vec<WindowLoss>,
    /// By how many standard errors the model is better than the usual rates, over all windows.
    pub z: f64,
    /// Whether the model beats the baseline: `z` is above [`MIN_Z`], and the model is better in at least three
    /// windows.
    pub predicts: bool,
}

/// Losses in one evaluation window. The models were fitted only to the outcomes before the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowLoss {
    /// The first day of the window.
    pub from: NaiveDate,
    /// The last day of the window.
    pub to: NaiveDate,
    /// Number of pieces of evidence in the window.
    pub n: usize,
    /// Mean log loss of the model, in nats.
    pub model: f64,
    /// Mean log loss of the usual rates of the event types, in nats.
    pub base: f64,
}

/// A calibration bin: the predictions whose rate lies in one fifth of 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Mean predicted rate, 0 to 1; `null` without predictions.
    pub predicted: Option<f64>,
    /// Weighted share of the outcomes that count for the person, 0 to 1; `null` without predictions.
    pub observed: Option<f64>,
    /// Number of predictions.
    pub n: usize,
}

/// The quality of the predictions of all windows.
pub(super) struct PredictionQuality {
    pub brier: f64,
    pub log_loss: f64,
    pub calibration: Vec<Bin>,
}

/// A prediction with its outcome.
struct Prediction {
    model: f64,
    base: f64,
    kept: bool,
    weight: f64,
}

/// Judges the model. The evidence must be in order of date.
pub(super) fn judge(evidence: &[Evidence]) -> (Gate, Option<PredictionQuality>) {
    let mut gate = Gate { outcomes: evidence.len(), windows: Vec::new(), z: 0.0, predicts: false };
    if evidence.len() < MIN_EVIDENCE {
        return (gate, None);
    }
    let mut all = Vec::new();
    for window in windows(evidence) {
        let (before, within) = (&evidence[..window.start], &evidence[window]);
        let predictions = predict(before, within);
        let loss = |rate: fn(&Prediction) -> f64| rounded(mean(&predictions, |p| log_loss(rate(p), p.kept)));
        if let (Some(first), Some(last)) = (within.first(), within.last()) {
            let (model, base) = (loss(|p| p.model), loss(|p| p.base));
            gate.windows.push(WindowLoss { from: first.date, to: last.date, n: within.len(), model, base });
        }
        all.extend(predictions);
    }
    gate.z = rounded(paired_z(&all));
    let won = gate.windows.iter().filter(|window| window.model < window.base).count();
    gate.predicts = won >= MIN_WINDOWS_WON && gate.z > MIN_Z;
    let quality = PredictionQuality {
        brier: rounded(mean(&all, |p| (p.model - f64::from(u8::from(p.kept))).powi(2))),
        log_loss: rounded(mean(&all, |p| log_loss(p.model, p.kept))),
        calibration: calibration(&all),
    };
    (gate, Some(quality).filter(|_| !all.is_empty()))
}

/// Divides the later two thirds into up to four windows of about the same size; with evidence on few days there are
/// fewer. A day is never divided, so that its morning does not predict its afternoon.
fn windows(evidence: &[Evidence]) -> Vec<std::ops::Range<usize>> {
    let n = evidence.len();
    let whole_day = |at: usize| match evidence.get(at) {
        Some(one) if at > 0 => evidence.partition_point(|e| e.date < one.date),
        _ => at,
    };
    let edges: Vec<usize> =
        (0..=WINDOWS).map(|i| whole_day((n * (TRAINING_WINDOWS + i)).div_ceil(TRAINING_WINDOWS + WINDOWS))).collect();
    edges.windows(2).map(|edge| edge[0]..edge[1]).filter(|window| window.start > 0 && !window.is_empty()).collect()
}

fn predict(before: &[Evidence], within: &[Evidence]) -> Vec<Prediction> {
    let model = Fit::new(before, Effects::TypesAndPeople);
    let base = Fit::new(before, Effects::Types);
    let clamped = |rate: f64| rate.clamp(MARGIN, 1.0 - MARGIN);
    let of = |one: &Evidence| Prediction {
        model: clamped(model.rate(&Pair { employee_id: &one.employee_id, kind: one.kind }).score),
        base: clamped(base.rate_of_type(one.kind).score),
        kept: one.kept,
        weight: one.weight,
    };
    within.iter().map(of).collect()
}

fn log_loss(rate: f64, kept: bool) -> f64 {
    -(if kept { rate } else { 1.0 - rate }).ln()
}

/// A weighted mean; 0 without predictions.
fn mean(predictions: &[Prediction], of: impl Fn(&Prediction) -> f64) -> f64 {
    let weight: f64 = predictions.iter().map(|p| p.weight).sum();
    let sum: f64 = predictions.iter().map(|p| p.weight * of(p)).sum();
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// By how many standard errors the model's loss is smaller, paired by piece of evidence; 0 if both always predict the
/// same. The pieces count as independent, although an outcome may give two.
fn paired_z(predictions: &[Prediction]) -> f64 {
    let gain = |p: &Prediction| p.weight * (log_loss(p.base, p.kept) - log_loss(p.model, p.kept));
    let n = predictions.len() as f64;
    let mean = predictions.iter().map(gain).sum::<f64>() / n.max(1.0);
    let variance = predictions.iter().map(|p| (gain(p) - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    // Rounding alone must not look like a gain.
    if variance > 1e-18 { mean / (variance / n).sqrt() } else { 0.0 }
}

fn calibration(predictions: &[Prediction]) -> Vec<Bin> {
    let bin_of = |p: &Prediction| ((p.model * BINS as f64) as usize).min(BINS - 1);
    let bin = |bin: usize| {
        let (weight, predicted, observed, n) = predictions.iter().filter(|p| bin_of(p) == bin).fold(
            (0.0, 0.0, 0.0, 0),
            |(weight, predicted, observed, n), p| {
                let kept = if p.kept { p.weight } else { 0.0 };
                (weight + p.weight, predicted + p.weight * p.model, observed + kept, n + 1)
            },
        );
        let part = |sum: f64| (n > 0).then(|| rounded(sum / weight));
        Bin { predicted: part(predicted), observed: part(observed), n }
    };
    (0..BINS).map(bin).collect()
}

/// Rounds to six decimals.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
