//! A club's settings, changed member by member.

use std::collections::BTreeMap;

use api::{ApiError, Body, Code, IfMatch, RouteError, words};
use axum::Json;
use desk::facts::Effect;
use domain::rollup::Thresholds;
use domain::snapshot;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use store::Stored;
use store::documents::{ClubSettings, DocumentError, Settings};
use store::facts::{FactId, FactKind};
use utoipa::ToSchema;

use super::{Change, Dry, Saved, stale};

api::errors! {
    /// Why settings are not saved.
    SettingsErrors: InvalidFact, InvalidText, InvalidVersion, StaleVersion;
}

/// The longest name of a club, in characters.
pub const LONGEST_NAME: usize = 100;
/// The longest time that a run may have, in seconds: the function that solves is given no more.
const LONGEST_RUN: u32 = 120;
/// The longest lead time, a week, in minutes.
const LONGEST_LEAD: u32 = 7 * 24 * 60;
/// The most past weeks over which Core are shared.
const MOST_WEEKS: u32 = 26;

/// The settings to change. A member that is left out stays as it is. `null` restores the rulebook's default where the
/// member allows it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SettingsRequest)]
pub struct SettingsWanted {
    /// The name of the club.
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    /// The IANA time zone of the club.
    #[serde(default)]
    #[schema(example = "America/Indiana/Indianapolis")]
    time_zone: Option<String>,
    #[serde(flatten)]
    planning: PlanningWanted,
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
    workload: Option<WorkloadWanted>,
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
#[schema(as = WorkloadRequest)]
struct WorkloadWanted {
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

/// The settings that a run reads (rulebook section 8). The rulebook's own reader checks them.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanningRequest)]
struct PlanningWanted {
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
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    fixed_day_types: Option<Option<Vec<String>>>,
    /// The parts of a project's name that do not name a product; `null` for the rulebook's list.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    programme_codes: Option<Option<Vec<String>>>,
    /// The arrival times of the eight shift blocks, `HH:MM`; `null` for the rulebook's.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    arrivals: Option<Option<Vec<String>>>,
    /// The start times of all events except Core, `HH:MM` by name; `null` for the rulebook's. A name that is left out
    /// stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    starts: Option<Option<BTreeMap<String, String>>>,
    /// The time at which the club closes, `HH:MM`; `null` for the rulebook's.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    closing: Option<Option<String>>,
}

/// Tells a member that is null from one that is left out.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Changes settings member by member. The details of an error list every fault.
#[utoipa::path(
    put,
    path = "/api/settings",
    operation_id = "saveSettings",
    tag = "facts",
    params(Dry, IfMatch),
    request_body = SettingsWanted,
    responses((status = 200, body = Saved), RouteError<SettingsErrors>),
)]
pub async fn save_settings(
    change: Change,
    Body(wanted): Body<SettingsWanted>,
) -> Result<Json<Saved>, RouteError<SettingsErrors>> {
    let terms = change.terms(wanted.version, wanted.why.as_deref(), "settings saved")?;
    let club = change.club();
    let mut rounds = 0;
    loop {
        rounds += 1;
        let club_documents = club.club_documents().await?;
        let read = club_documents.club_settings()?;
        if terms.version.is_some_and(|known| known != read.version) {
            return Err(stale(read.version).into());
        }
        let after = changed(&read.body, &wanted)?;
        let id = FactId { kind: FactKind::Settings, id: String::new() };
        let effect = Effect::none(&club_documents);
        if after == read.body || change.dry {
            return Ok(Json(Saved::new(&id, read.version, false, effect)));
        }
        let Stored { version, .. } = read;
        match club.change_settings(&read, after, &terms.because).await {
            Ok(saved) => return Ok(Json(Saved::new(&saved.id, saved.version, true, effect))),
            Err(DocumentError::Stale { .. }) if terms.version.is_none() && rounds < desk::facts::MAX_ATTEMPTS => {}
            Err(DocumentError::Stale { found }) => return Err(stale(found.unwrap_or(version)).into()),
            Err(error) => return Err(ApiError::from(error).into()),
        }
    }
}

fn changed(before: &ClubSettings, wanted: &SettingsWanted) -> Result<ClubSettings, ApiError> {
    let mut club = before.club.clone();
    if let Some(name) = &wanted.name {
        club.name = words("$.name", name, LONGEST_NAME)?;
    }
    let mut faults = Vec::new();
    let fault = |at: &str, found: String, expected: &str| json!({"at": at, "found": found, "expected": expected});
    if let Some(zone) = &wanted.time_zone {
        match zone.parse() {
            Ok(zone) => club.time_zone = zone,
            Err(_) => {
                let expected = "an IANA time zone like \"America/Indiana/Indianapolis\"";
                faults.push(fault("$.time_zone", format!("{:?}", super::shortened(zone)), expected));
            }
        }
    }
    let settings = &before.settings;
    let mut number = |name: &str, wanted: Option<u32>, known: u32, range: std::ops::RangeInclusive<u32>| match wanted {
        None => known,
        Some(number) if range.contains(&number) => number,
        Some(number) => {
            let expected = format!("a whole number from {} to {}", range.start(), range.end());
            faults.push(fault(&format!("$.{name}"), number.to_string(), &expected));
            known
        }
    };
    let run_hour = number("run_hour", wanted.run_hour, settings.run_hour, 0..=23);
    let time_limit_s = number("time_limit_s", wanted.time_limit_s, settings.time_limit_s, 1..=LONGEST_RUN);
    let lead_minutes = number("lead_minutes", wanted.lead_minutes, settings.lead_minutes, 0..=LONGEST_LEAD);
    let fairness_weeks = number("fairness_weeks", wanted.fairness_weeks, settings.fairness_weeks, 1..=MOST_WEEKS);
    let mut workload = settings.workload;
    if let Some(wanted) = &wanted.workload {
        let Thresholds { high_minutes, too_much_minutes, high_days, too_much_days } = settings.workload;
        workload = Thresholds {
            high_minutes: number("workload.high_minutes", wanted.high_minutes, high_minutes, 1..=LONGEST_LEAD),
            too_much_minutes: number(
                "workload.too_much_minutes",
                wanted.too_much_minutes,
                too_much_minutes,
                1..=LONGEST_LEAD,
            ),
            high_days: number("workload.high_days", wanted.high_days, high_days, 1..=7),
            too_much_days: number("workload.too_much_days", wanted.too_much_days, too_much_days, 1..=7),
        };
        for (name, high, most) in [
            ("minutes", workload.high_minutes, workload.too_much_minutes),
            ("days", workload.high_days, workload.too_much_days),
        ] {
            if most <= high {
                let at = format!("$.workload.too_much_{name}");
                faults.push(fault(&at, most.to_string(), &format!("more than the {high} {name} that are high")));
            }
        }
    }
    let planning = planned(&settings.planning, &wanted.planning)?;
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

/// The planning settings with the wanted members in their place, read as a document of the rulebook is.
fn planned(before: &snapshot::Settings, wanted: &PlanningWanted) -> Result<snapshot::Settings, ApiError> {
    let mut document = serde_json::to_value(before).map_err(ApiError::internal)?;
    let wanted = serde_json::to_value(wanted).map_err(ApiError::internal)?;
    if let (Some(document), Value::Object(wanted)) = (document.as_object_mut(), wanted) {
        for (name, value) in wanted {
            match (document.get_mut(&name), value) {
                // Weights and starts are said one by one.
                (Some(Value::Object(known)), Value::Object(said)) => known.extend(said),
                (_, value) => _ = document.insert(name, value),
            }
        }
    }
    serde_json::from_value(document).map_err(ApiError::internal)
}
