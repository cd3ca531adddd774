//! A club's settings, changed member by member.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use api::{ApiError, Body, Code, IfMatch, RouteError, words};
use axum::Json;
use desk::facts::Effect;
use domain::json::quoted;
use domain::rollup::Thresholds;
use domain::snapshot;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use store::documents::{ClubSettings, DocumentError, Settings};
use store::facts::{FactId, FactKind};
use utoipa::ToSchema;

use super::{ChangeRequest, DryRun, FactSavedView};

api::errors! {
    /// Why settings are not saved.
    SettingsErrors: InvalidFact, InvalidText, InvalidVersion, StaleVersion;
}

/// Maximum length of a club's name, in characters.
pub const LONGEST_NAME: usize = 100;
/// Maximum time limit of the solver, in seconds. The Lambda function that solves gets no more time.
const LONGEST_RUN: u32 = 120;
/// Number of minutes in a week: the maximum lead time, and the maximum of the thresholds in minutes.
const MINUTES_OF_WEEK: u32 = 7 * 24 * 60;
/// Maximum number of past weeks over which Core events are shared fairly.
const MAX_WEEKS: u32 = 26;

/// The settings to change. A member that is left out stays as it is. `null` restores the rulebook's default where the
/// member allows it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsRequest {
    /// The name of the club.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// The IANA time zone of the club.
    #[serde(default)]
    #[schema(example = "America/Indiana/Indianapolis")]
    time_zone: Option<String>,
    #[serde(flatten)]
    planning: PlanningRequest,
    /// The local hour from which the nightly run is due, 0 to 23.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 23)]
    run_hour: Option<u32>,
    /// The solver's time limit, in seconds.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 120)]
    time_limit_s: Option<u32>,
    /// Minimum time between sending a line and its start, in minutes.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10080)]
    lead_minutes: Option<u32>,
    /// Number of past weeks over which Core events are shared fairly.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 26)]
    fairness_weeks: Option<u32>,
    /// The thresholds of a person's weekly workload. A member that is left out stays as it is.
    #[serde(default)]
    workload: Option<WorkloadRequest>,
    /// The version that the request replaces. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// The thresholds of a person's weekly workload.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkloadRequest {
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10080)]
    high_minutes: Option<u32>,
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10080)]
    too_much_minutes: Option<u32>,
    #[serde(default)]
    #[schema(minimum = 1, maximum = 7)]
    high_days: Option<u32>,
    #[serde(default)]
    #[schema(minimum = 1, maximum = 7)]
    too_much_days: Option<u32>,
}

/// The settings that a run reads (rulebook section 8). The reader of snapshots checks them.
#[derive(Default, Serialize, Deserialize, ToSchema)]
struct PlanningRequest {
    /// Number of days from today to the first planned day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    buffer_days: Option<u32>,
    /// Number of days from today to the last planned day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    horizon_days: Option<u32>,
    /// Number of Core events that a block can serve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    block_capacity: Option<u32>,
    /// Weights by name, 0 to 5. A weight that is left out stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weights: Option<BTreeMap<String, f64>>,
    /// The types that are fixed to their start date; `null` for the rulebook's list.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    fixed_day_types: Option<Option<Vec<String>>>,
    /// The parts of a project's name that do not name a product; `null` for the rulebook's list.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    programme_codes: Option<Option<Vec<String>>>,
    /// The arrival times of the eight shift blocks, `HH:MM`; `null` for the rulebook's.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    arrivals: Option<Option<Vec<String>>>,
    /// The start times of all events except Core, `HH:MM` by name; `null` for the rulebook's. A name that is left out
    /// stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    starts: Option<Option<BTreeMap<String, String>>>,
    /// The time at which the club closes, `HH:MM`; `null` for the rulebook's.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    closing: Option<Option<String>>,
}

/// Reads a member that is present, `null` included: `Some(None)` is `null`, and `None` is a member that is left out.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Changes settings member by member. The details of a 422 list every fault.
#[utoipa::path(
    put,
    path = "/api/settings",
    operation_id = "saveSettings",
    tag = "facts",
    params(DryRun, IfMatch),
    request_body = SettingsRequest,
    responses((status = 200, body = FactSavedView), RouteError<SettingsErrors>),
)]
pub async fn save_settings(
    change: ChangeRequest,
    Body(request): Body<SettingsRequest>,
) -> Result<Json<FactSavedView>, RouteError<SettingsErrors>> {
    let terms = change.terms(request.version, request.why.as_deref(), "settings saved")?;
    let club = change.club();
    let mut attempts = 0;
    loop {
        attempts += 1;
        let club_documents = club.club_documents().await?;
        let read = club_documents.club_settings()?;
        if terms.version.is_some_and(|known| known != read.version) {
            return Err(ApiError::stale(read.version).into());
        }
        let after = changed_settings(&read.body, &request)?;
        let id = FactId { kind: FactKind::Settings, id: String::new() };
        let effect = Effect::none(&club_documents);
        if after == read.body || change.dry {
            return Ok(Json(FactSavedView::new(&id, read.version, false, effect)));
        }
        match club.change_settings(&read, after, &terms.because).await {
            Ok(saved) => return Ok(Json(FactSavedView::new(&saved.id, saved.version, true, effect))),
            Err(DocumentError::Stale { .. }) if terms.version.is_none() && attempts < desk::facts::MAX_ATTEMPTS => {}
            Err(DocumentError::Stale { found }) => return Err(ApiError::stale(found.unwrap_or(read.version)).into()),
            Err(error) => return Err(ApiError::from(error).into()),
        }
    }
}

/// The expected value of a time zone, for messages.
pub const EXPECTED_ZONE: &str = "an IANA time zone like \"America/Indiana/Indianapolis\"";

/// The club and its settings after a request.
///
/// # Errors
/// 400 for an invalid name; otherwise 422 with every fault.
fn changed_settings(before: &ClubSettings, request: &SettingsRequest) -> Result<ClubSettings, ApiError> {
    let mut club = before.club.clone();
    if let Some(name) = &request.name {
        club.name = words("$.name", name, LONGEST_NAME)?;
    }
    let mut faults = Vec::new();
    let fault = |at: &str, found: String, expected: &str| json!({"at": at, "found": found, "expected": expected});
    if let Some(zone) = &request.time_zone {
        match zone.parse() {
            Ok(zone) => club.time_zone = zone,
            Err(_) => faults.push(fault("$.time_zone", quoted(zone), EXPECTED_ZONE)),
        }
    }
    let settings = &before.settings;
    let mut number = |name: &str, requested: Option<u32>, known: u32, range: RangeInclusive<u32>| match requested {
        None => known,
        Some(number) if range.contains(&number) => number,
        Some(number) => {
            let expected = format!("a whole number from {} to {}", range.start(), range.end());
            faults.push(fault(&format!("$.{name}"), number.to_string(), &expected));
            known
        }
    };
    let run_hour = number("run_hour", request.run_hour, settings.run_hour, 0..=23);
    let time_limit_s = number("time_limit_s", request.time_limit_s, settings.time_limit_s, 1..=LONGEST_RUN);
    let lead_minutes = number("lead_minutes", request.lead_minutes, settings.lead_minutes, 0..=MINUTES_OF_WEEK);
    let fairness_weeks = number("fairness_weeks", request.fairness_weeks, settings.fairness_weeks, 1..=MAX_WEEKS);
    let mut workload = settings.workload;
    if let Some(request) = &request.workload {
        let Thresholds { high_minutes, too_much_minutes, high_days, too_much_days } = settings.workload;
        workload = Thresholds {
            high_minutes: number("workload.high_minutes", request.high_minutes, high_minutes, 1..=MINUTES_OF_WEEK),
            too_much_minutes: number(
                "workload.too_much_minutes",
                request.too_much_minutes,
                too_much_minutes,
                1..=MINUTES_OF_WEEK,
            ),
            high_days: number("workload.high_days", request.high_days, high_days, 1..=7),
            too_much_days: number("workload.too_much_days", request.too_much_days, too_much_days, 1..=7),
        };
        for (name, high, too_much) in [
            ("minutes", workload.high_minutes, workload.too_much_minutes),
            ("days", workload.high_days, workload.too_much_days),
        ] {
            if too_much <= high {
                let at = format!("$.workload.too_much_{name}");
                faults.push(fault(&at, too_much.to_string(), &format!("more than $.workload.high_{name}, {high}")));
            }
        }
    }
    let planning = planning_settings(&settings.planning, &request.planning)?;
    faults.extend(planning.faults.iter().map(|fault| json!(fault)));
    if !faults.is_empty() {
        let at = faults.first().and_then(|first| first.get("at").and_then(Value::as_str)).unwrap_or("$");
        let message = format!("{} of the settings cannot be used; the first: {at}", faults.len());
        return Err(ApiError::new(Code::InvalidFact, message).with(json!({"faults": faults})));
    }
    let own = settings.clone();
    let settings = Settings { planning, run_hour, time_limit_s, lead_minutes, fairness_weeks, workload, ..own };
    Ok(ClubSettings { club, settings })
}

/// The planning settings with the members of a request, read like the settings of a snapshot. `faults` of the result
/// has what cannot be used.
fn planning_settings(before: &snapshot::Settings, request: &PlanningRequest) -> Result<snapshot::Settings, ApiError> {
    let mut document = serde_json::to_value(before).map_err(ApiError::internal)?;
    let request = serde_json::to_value(request).map_err(ApiError::internal)?;
    if let (Some(document), Value::Object(request)) = (document.as_object_mut(), request) {
        for (name, value) in request {
            match (document.get_mut(&name), value) {
                // A weight or start that is left out stays as it is.
                (Some(Value::Object(known)), Value::Object(requested)) => known.extend(requested),
                (_, value) => _ = document.insert(name, value),
            }
        }
    }
    serde_json::from_value(document).map_err(ApiError::internal)
}
