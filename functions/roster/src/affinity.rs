//! `GET` and `PUT /api/affinity`: the rates that are learned from people's outcomes, whether they predict, and the
//! switches that turn learning off.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{ApiError, Body, Code, IfMatch, RouteError, expected_version, words};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use domain::affinity::{AffinityOptions, FEWEST_OUTCOMES, LEAST_Z, Learning};
use domain::event_type::EventType;
use domain::snapshot::EmployeeId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::affinity::{LearnedAffinity, LearnedRate};
use store::documents::DocumentError;
use store::{Stored, Table};
use utoipa::ToSchema;

/// The longest reason of a change, in characters.
const LONGEST_WHY: usize = 500;

/// Whether affinity may be learned and used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// Affinity may be learned and used.
    On,
    /// Affinity may not be learned or used.
    Off,
}

impl From<Learning> for Switch {
    fn from(learning: Learning) -> Switch {
        match learning {
            Learning::On => Switch::On,
            Learning::Off => Switch::Off,
        }
    }
}

impl From<Switch> for Learning {
    fn from(switch: Switch) -> Learning {
        match switch {
            Switch::On => Learning::On,
            Switch::Off => Learning::Off,
        }
    }
}

/// Affinity learned from outcomes: how often a person's lines of an event type are kept and worked.
#[derive(Serialize, ToSchema)]
#[schema(as = Affinity)]
pub struct AffinityView {
    /// Whether runs of the club may use affinity.
    club: Switch,
    /// People whose outcomes are ignored. Runs give them the mean rate.
    people_off: Vec<EmployeeId>,
    /// The version of the switches.
    version: u64,
    /// Whether the next run uses affinity: it predicts outcomes, and the club has not switched it off.
    used: bool,
    /// The date of the last evaluation; `null` before the first night.
    judged_on: Option<NaiveDate>,
    gate: GateView,
    /// Mean squared error of the predictions; `null` before the first night.
    brier: Option<f64>,
    /// Mean log loss of the predictions, in nats; `null` before the first night.
    log_loss: Option<f64>,
    /// Predicted rates beside observed rates, in five bins of predicted rates.
    calibration: Vec<BinView>,
    /// The learned rates, by person and event type.
    rates: Vec<RateView>,
}

/// Whether affinity predicts outcomes, and how that was evaluated.
#[derive(Serialize, ToSchema)]
#[schema(as = AffinityGate)]
struct GateView {
    /// Whether affinity predicts unseen outcomes better than the usual rates do.
    open: bool,
    /// Number of outcomes that count.
    outcomes: usize,
    /// Minimum number of outcomes for an evaluation.
    outcomes_needed: usize,
    /// By how many standard errors affinity is better than the usual rates.
    z: f64,
    /// The gate opens if `z` is larger than this.
    z_needed: f64,
    /// The evaluation windows, in order of time.
    windows: Vec<WindowView>,
}

/// Losses in one evaluation window, whose outcomes were not used for the predictions.
#[derive(Serialize, ToSchema)]
#[schema(as = AffinityWindow)]
struct WindowView {
    from: NaiveDate,
    to: NaiveDate,
    n: usize,
    /// Mean log loss of affinity, in nats.
    model: f64,
    /// Mean log loss of the usual rates, in nats.
    base: f64,
}

/// Predictions of similar rates, with the observed rate.
#[derive(Serialize, ToSchema)]
#[schema(as = CalibrationBin)]
struct BinView {
    predicted: Option<f64>,
    observed: Option<f64>,
    n: usize,
}

/// A person's rate for an event type.
#[derive(Serialize, ToSchema)]
#[schema(as = AffinityRate)]
struct RateView {
    employee_id: EmployeeId,
    event_type: &'static str,
    /// Number of the person's counted outcomes that are in their favour.
    kept: u32,
    /// Number of the person's outcomes that count.
    of: u32,
    /// The expected rate, 0 to 1.
    score: f64,
    /// Lower end of the 80 % range of the rate.
    low: f64,
    /// Upper end of the 80 % range of the rate.
    high: f64,
    /// The expected rate of a person without outcomes.
    usual: f64,
    /// The rate in words: `kept 14 of 15; usual 9 of 10`.
    text: String,
}

/// Affinity learned from outcomes, its evaluation, and its switches.
///
/// 2 requests.
#[utoipa::path(
    get,
    path = "/api/affinity",
    operation_id = "showAffinity",
    tag = "club",
    responses((status = 200, body = AffinityView), RouteError<()>),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
) -> Result<Json<AffinityView>, RouteError<()>> {
    let club = club_caller.of(&table);
    let (learned, switches) = tokio::try_join!(club.learned_affinity(), club.affinity_switches())?;
    Ok(Json(view(learned.map(|learned| learned.body), &switches)))
}

fn view(learned: Option<LearnedAffinity>, switches: &Stored<AffinityOptions>) -> AffinityView {
    let options = &switches.body;
    let predicts = learned.as_ref().is_some_and(|learned| learned.judged.predicts);
    let judged = learned.as_ref().map(|learned| &learned.judged);
    let windows = judged.map(|judged| judged.windows.as_slice()).unwrap_or_default();
    let gate = GateView {
        open: predicts,
        outcomes: judged.map_or(0, |judged| judged.outcomes),
        outcomes_needed: FEWEST_OUTCOMES,
        z: judged.map_or(0.0, |judged| judged.z),
        z_needed: LEAST_Z,
        windows: windows
            .iter()
            .map(|w| WindowView { from: w.from, to: w.to, n: w.n, model: w.model, base: w.base })
            .collect(),
    };
    let published = learned.as_ref().is_some_and(|learned| !learned.published.is_empty());
    AffinityView {
        club: options.club.into(),
        people_off: options.people_off.iter().cloned().collect(),
        version: switches.version,
        used: published && options.club == Learning::On,
        judged_on: learned.as_ref().map(|learned| learned.judged_on),
        gate,
        brier: learned.as_ref().and_then(|learned| learned.brier),
        log_loss: learned.as_ref().and_then(|learned| learned.log_loss),
        calibration: learned.as_ref().map(bins).unwrap_or_default(),
        rates: learned.map(|learned| rates(learned, options)).unwrap_or_default(),
    }
}

fn bins(learned: &LearnedAffinity) -> Vec<BinView> {
    let bins = learned.calibration.iter();
    bins.map(|bin| BinView { predicted: bin.predicted, observed: bin.observed, n: bin.n }).collect()
}

/// The rates of everybody who is not switched off.
fn rates(learned: LearnedAffinity, options: &AffinityOptions) -> Vec<RateView> {
    let LearnedAffinity { rates, usual, .. } = learned;
    let shown = rates.into_iter().filter(|(employee_id, _)| !options.people_off.contains(employee_id));
    let of = |(employee_id, rates): (EmployeeId, std::collections::BTreeMap<EventType, LearnedRate>)| {
        let usual = &usual;
        rates.into_iter().map(move |(event_type, LearnedRate { score, low, high, kept, of })| {
            let usual = usual.get(&event_type).copied().unwrap_or(score);
            let text = format!("kept {kept} of {of}; usual {:.0} of 10", usual * 10.0);
            RateView {
                employee_id: employee_id.clone(),
                event_type: event_type.name(),
                kept,
                of,
                score,
                low,
                high,
                usual,
                text,
            }
        })
    };
    shown.flat_map(of).collect()
}

/// The switches to change. A switch that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AffinityRequest)]
pub struct SwitchesWanted {
    /// Whether runs may use affinity.
    #[serde(default)]
    club: Option<Switch>,
    /// All people whose outcomes are to be ignored. The list replaces the stored one.
    #[serde(default)]
    people_off: Option<BTreeSet<EmployeeId>>,
    /// The version that the request replaces. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// The switches after the change.
#[derive(Serialize, ToSchema)]
#[schema(as = AffinitySaved)]
pub struct SwitchesSaved {
    success: bool,
    club: Switch,
    people_off: Vec<EmployeeId>,
    version: u64,
}

api::errors! {
    /// Why the switches are not saved.
    SwitchErrors: InvalidText, InvalidVersion, StaleVersion, UnknownEmployee;
}

/// Switches affinity on or off, for the club or for people.
#[utoipa::path(
    put,
    path = "/api/affinity",
    operation_id = "switchAffinity",
    tag = "facts",
    params(IfMatch),
    request_body = SwitchesWanted,
    responses((status = 200, body = SwitchesSaved), RouteError<SwitchErrors>),
)]
pub async fn switch(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Body(wanted): Body<SwitchesWanted>,
) -> Result<Json<SwitchesSaved>, RouteError<SwitchErrors>> {
    let version = expected_version(&headers, wanted.version)?;
    let why = wanted.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
    let why = why.map(|why| words("$.why", why, LONGEST_WHY)).transpose()?;
    let because = club_caller.because(why.unwrap_or_else(|| "switches of affinity saved".to_owned()));
    let club = club_caller.of(&table);
    if let Some(people) = &wanted.people_off {
        refuse_unknown(&club, people).await?;
    }
    let mut rounds = 0;
    loop {
        rounds += 1;
        let read = club.affinity_switches().await?;
        if version.is_some_and(|known| known != read.version) {
            return Err(stale(read.version).into());
        }
        let after = AffinityOptions {
            club: wanted.club.map_or(read.body.club, Learning::from),
            people_off: wanted.people_off.clone().unwrap_or_else(|| read.body.people_off.clone()),
        };
        if after == read.body {
            return Ok(saved(&after, read.version));
        }
        match club.change_affinity_switches(&read, &after, &because).await {
            Ok(done) => return Ok(saved(&after, done.version)),
            Err(DocumentError::Stale { .. }) if version.is_none() && rounds < 5 => {}
            Err(DocumentError::Stale { found }) => return Err(stale(found.unwrap_or(read.version)).into()),
            Err(error) => return Err(ApiError::from(error).into()),
        }
    }
}

/// Refuses people whom the club does not have.
async fn refuse_unknown(club: &store::Club<'_>, people: &BTreeSet<EmployeeId>) -> Result<(), ApiError> {
    let known = club.all_documents::<domain::snapshot::Employee>().await?;
    let known: BTreeSet<&EmployeeId> = known.iter().map(|person| &person.body.id).collect();
    match people.iter().find(|id| !known.contains(id)) {
        Some(unknown) => {
            let shown = crate::facts::shortened(&unknown.0);
            let message = format!("the club has nobody with the id {shown:?}");
            Err(ApiError::new(Code::UnknownEmployee, message))
        }
        None => Ok(()),
    }
}

fn saved(options: &AffinityOptions, version: u64) -> Json<SwitchesSaved> {
    Json(SwitchesSaved {
        success: true,
        club: options.club.into(),
        people_off: options.people_off.iter().cloned().collect(),
        version,
    })
}

/// 409 with the version that the switches are at.
fn stale(found: u64) -> ApiError {
    let message = format!("they were changed meanwhile: they are at version {found}");
    ApiError::new(Code::StaleVersion, message).with(json!({"version": found}))
}

#[cfg(test)]
mod tests {
    use domain::affinity::affinities;

    use super::*;

    #[test]
    fn without_outcomes_the_page_says_so_and_nothing_is_used() {
        let options = AffinityOptions::default();
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
        let learned = LearnedAffinity::of(today, affinities(&[], &BTreeSet::new(), &options));
        for learned in [None, Some(learned)] {
            let judged_on = learned.as_ref().map(|_| today);
            let view = view(learned, &Stored { version: 0, body: options.clone() });
            assert_eq!(
                (view.used, view.gate.open, view.gate.outcomes, view.gate.outcomes_needed),
                (false, false, 0, 500)
            );
            assert_eq!((view.judged_on, view.rates.len(), view.version), (judged_on, 0, 0));
        }
    }
}
