//! `GET` and `PUT /api/affinity`: the rates that are learned from people's outcomes, whether they predict outcomes, and
//! the switches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{ApiError, Body, IfMatch, RouteError, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use domain::affinity::{AffinityOptions, Bin, Learning, MIN_EVIDENCE, MIN_Z, WindowLoss};
use domain::event_type::EventType;
use domain::snapshot::{Employee, EmployeeId};
use serde::{Deserialize, Serialize};
use store::affinity::{LearnedAffinity, LearnedRate};
use store::documents::{DocumentError, NotLoaded};
use store::{Club, Stored, Table};
use utoipa::ToSchema;

use crate::facts::{because, unknown_employee};

/// Affinity learned from outcomes: how often a person's lines of an event type are kept and worked.
#[derive(Serialize, ToSchema)]
#[schema(as = Affinity)]
pub struct AffinityView {
    /// Whether runs of the club may use affinity.
    club: Learning,
    /// People whose outcomes are ignored. Runs give them the usual rates.
    people_off: Vec<EmployeeId>,
    /// The version of the switches.
    version: u64,
    /// Whether a run that starts now uses affinity: the last evaluation published rates, and the club has not switched
    /// affinity off since.
    used: bool,
    /// The date of the last evaluation; `null` before the first night.
    judged_on: Option<NaiveDate>,
    gate: GateView,
    /// Mean squared error of the predictions; `null` without predictions.
    brier: Option<f64>,
    /// Mean log loss of the predictions, in nats; `null` without predictions.
    log_loss: Option<f64>,
    /// Predicted rates beside observed rates, in five bins of predicted rates; empty without predictions.
    calibration: Vec<CalibrationBin>,
    /// The learned rates, by person and event type, without those of `people_off`.
    rates: Vec<RateView>,
}

/// Whether affinity predicts outcomes, and how that was evaluated.
#[derive(Serialize, ToSchema)]
#[schema(as = AffinityGate)]
struct GateView {
    /// Whether affinity predicts unseen outcomes better than the usual rates do.
    open: bool,
    /// Number of pieces of evidence. An outcome may count for one person and against another.
    outcomes: usize,
    /// Minimum number of pieces of evidence for an evaluation.
    outcomes_needed: usize,
    /// By how many standard errors affinity is better than the usual rates.
    z: f64,
    /// The gate opens if `z` is larger than this, and affinity has the smaller loss in at least 3 windows.
    z_needed: f64,
    /// The evaluation windows, in order of time.
    windows: Vec<AffinityWindow>,
}

/// Losses in one evaluation window. The models were fitted only to the outcomes before the window.
#[derive(Serialize, ToSchema)]
struct AffinityWindow {
    /// The first day of the window.
    from: NaiveDate,
    /// The last day of the window.
    to: NaiveDate,
    /// Number of pieces of evidence in the window.
    n: usize,
    /// Mean log loss of affinity, in nats.
    model: f64,
    /// Mean log loss of the usual rates of the event types, in nats.
    base: f64,
}

impl From<&WindowLoss> for AffinityWindow {
    fn from(&WindowLoss { from, to, n, model, base }: &WindowLoss) -> AffinityWindow {
        AffinityWindow { from, to, n, model, base }
    }
}

/// A calibration bin: the predictions whose rate lies in one fifth of the range from 0 to 1.
#[derive(Serialize, ToSchema)]
struct CalibrationBin {
    /// Mean predicted rate, 0 to 1; `null` without predictions.
    predicted: Option<f64>,
    /// The observed rate: the weighted share of the outcomes that count for the person, 0 to 1; `null` without
    /// predictions.
    observed: Option<f64>,
    /// Number of predictions.
    n: usize,
}

impl From<&Bin> for CalibrationBin {
    fn from(&Bin { predicted, observed, n }: &Bin) -> CalibrationBin {
        CalibrationBin { predicted, observed, n }
    }
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
    let (info, learned, switches) = tokio::try_join!(club.info(), club.learned_affinity(), club.affinity_switches())?;
    info.ok_or(NotLoaded)?;
    Ok(Json(view(learned.map(|learned| learned.body), &switches)))
}

fn view(learned: Option<LearnedAffinity>, switches: &Stored<AffinityOptions>) -> AffinityView {
    let options = &switches.body;
    let predicts = learned.as_ref().is_some_and(|learned| learned.judged.predicts);
    let judged = learned.as_ref().map(|learned| &learned.judged);
    let gate = GateView {
        open: predicts,
        outcomes: judged.map_or(0, |judged| judged.outcomes),
        outcomes_needed: MIN_EVIDENCE,
        z: judged.map_or(0.0, |judged| judged.z),
        z_needed: MIN_Z,
        windows: judged.map(|judged| judged.windows.iter().map(AffinityWindow::from).collect()).unwrap_or_default(),
    };
    let has_published = learned.as_ref().is_some_and(|learned| !learned.published.is_empty());
    AffinityView {
        club: options.club,
        people_off: options.people_off.iter().cloned().collect(),
        version: switches.version,
        used: has_published && options.club == Learning::On,
        judged_on: learned.as_ref().map(|learned| learned.judged_on),
        gate,
        brier: learned.as_ref().and_then(|learned| learned.brier),
        log_loss: learned.as_ref().and_then(|learned| learned.log_loss),
        calibration: learned
            .as_ref()
            .map(|learned| learned.calibration.iter().map(CalibrationBin::from).collect())
            .unwrap_or_default(),
        rates: learned.map(|learned| rates(learned, options)).unwrap_or_default(),
    }
}

/// The learned rates, without those of people whose affinity is switched off.
fn rates(learned: LearnedAffinity, options: &AffinityOptions) -> Vec<RateView> {
    let LearnedAffinity { rates, usual_rates, .. } = learned;
    let switched_on = rates.into_iter().filter(|(employee_id, _)| !options.people_off.contains(employee_id));
    let views = |(employee_id, rates): (EmployeeId, BTreeMap<EventType, LearnedRate>)| {
        let usual_rates = &usual_rates;
        rates.into_iter().map(move |(event_type, LearnedRate { score, low, high, kept, of })| {
            let usual = usual_rates.get(&event_type).copied().unwrap_or(score);
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
    switched_on.flat_map(views).collect()
}

/// The switches to change. A switch that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AffinityRequest {
    /// Whether runs may use affinity.
    #[serde(default)]
    club: Option<Learning>,
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
pub struct AffinitySaved {
    success: bool,
    club: Learning,
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
    request_body = AffinityRequest,
    responses((status = 200, body = AffinitySaved), RouteError<SwitchErrors>),
)]
pub async fn switch(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Body(request): Body<AffinityRequest>,
) -> Result<Json<AffinitySaved>, RouteError<SwitchErrors>> {
    let version = expected_version(&headers, request.version)?;
    let because = because(&club_caller, request.why.as_deref(), "switches of affinity saved")?;
    let club = club_caller.of(&table);
    club.info().await?.ok_or(NotLoaded)?;
    if let Some(people) = &request.people_off {
        require_employees(&club, people).await?;
    }
    let mut attempts = 0;
    loop {
        attempts += 1;
        let read = club.affinity_switches().await?;
        if version.is_some_and(|known| known != read.version) {
            return Err(ApiError::stale(read.version).into());
        }
        let after = AffinityOptions {
            club: request.club.unwrap_or(read.body.club),
            people_off: request.people_off.clone().unwrap_or_else(|| read.body.people_off.clone()),
        };
        if after == read.body {
            return Ok(saved_switches(&after, read.version));
        }
        match club.change_affinity_switches(&read, &after, &because).await {
            Ok(done) => return Ok(saved_switches(&after, done.version)),
            Err(DocumentError::Stale { .. }) if version.is_none() && attempts < desk::facts::MAX_ATTEMPTS => {}
            Err(DocumentError::Stale { found }) => return Err(ApiError::stale(found.unwrap_or(read.version)).into()),
            Err(error) => return Err(ApiError::from(error).into()),
        }
    }
}

/// Checks that the club has employees with these ids.
///
/// # Errors
/// 400 with the first id that no employee has.
async fn require_employees(club: &Club<'_>, ids: &BTreeSet<EmployeeId>) -> Result<(), ApiError> {
    let employees = club.all_documents::<Employee>().await?;
    let known: BTreeSet<&EmployeeId> = employees.iter().map(|employee| &employee.body.id).collect();
    let unknown = ids.iter().find(|id| !known.contains(id));
    unknown.map_or(Ok(()), |id| Err(unknown_employee(id)))
}

fn saved_switches(options: &AffinityOptions, version: u64) -> Json<AffinitySaved> {
    Json(AffinitySaved {
        success: true,
        club: options.club,
        people_off: options.people_off.iter().cloned().collect(),
        version,
    })
}

#[cfg(test)]
mod tests {
    use domain::affinity::affinities;

    use super::*;

    #[test]
    fn without_outcomes_the_gate_is_closed_and_affinity_is_not_used() {
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
