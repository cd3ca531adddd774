//! A club's settings, with the rulebook's defaults filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::shapes::ClubId;
use api::{RouteError, TimeZone, not_modified_answer, tagged};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::calendar::clock;
use domain::rules::SoftName;
use domain::snapshot::{ClubFacts, FixedType, StartName};
use serde::Serialize;
use store::Table;
use store::documents::{NotLoaded, Settings};
use utoipa::ToSchema;

/// A club and its settings.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
struct SettingsView {
    club: ClubView,
    time_zone: TimeZone,
    version: u64,
    #[serde(flatten)]
    planned: PlannedSettings,
}

/// The planning settings of a club, with the rulebook's defaults for what the club has not set.
#[derive(Serialize, ToSchema)]
pub struct PlannedSettings {
    /// Number of days from today to the first planned day.
    buffer_days: u32,
    /// Number of days from today to the last planned day.
    horizon_days: u32,
    /// Number of Core events that a block can serve.
    block_capacity: u32,
    /// The weight of each row of the score, by name, 0 to 5.
    weights: BTreeMap<&'static str, f64>,
    /// The types that are fixed to their start date; `null` for the rulebook's list.
    fixed_day_types: Option<Vec<&'static str>>,
    /// The programme codes; `null` for the rulebook's list.
    programme_codes: Option<Vec<String>>,
    /// The arrival times of the eight shift blocks, `HH:MM`.
    arrivals: Vec<String>,
    /// The start times of all events except Core, `HH:MM` by name. A sequence of slots is given by its first slot.
    starts: BTreeMap<&'static str, String>,
    /// The time at which the club closes, `HH:MM`; `null` for the rulebook's, 20:00.
    closing: Option<String>,
    /// The local hour from which the nightly run is due, 0 to 23.
    run_hour: u32,
    /// The solver's time limit, in seconds.
    time_limit_s: u32,
    /// The gap in points at which the solver stops; `null` requires a proof.
    gap_points: Option<f64>,
    /// How long the lines of a run are kept, in days.
    retention_days: u32,
    /// Delay before Crossmark is read back after an unknown outcome, in seconds.
    settle_s: u32,
    /// Minimum time between sending a line and its start, in minutes.
    lead_minutes: u32,
    /// Number of past weeks over which Core events are shared fairly.
    fairness_weeks: u32,
    /// The thresholds of a person's weekly workload.
    workload: WorkloadThresholds,
}

/// The thresholds of a person's weekly workload.
#[derive(Serialize, ToSchema)]
struct WorkloadThresholds {
    /// Number of minutes from which a week counts as high.
    high_minutes: u32,
    /// Number of minutes from which a week counts as too much.
    too_much_minutes: u32,
    /// Number of days from which a week counts as high.
    high_days: u32,
    /// Number of days from which a week counts as too much.
    too_much_days: u32,
}

/// A club.
#[derive(Serialize, ToSchema)]
#[schema(as = Club)]
struct ClubView {
    #[schema(value_type = ClubId)]
    id: String,
    name: String,
    location_id: Option<u64>,
}

/// The settings of a club, with the rulebook's defaults for what the club has not set.
#[utoipa::path(
    get,
    path = "/api/settings",
    operation_id = "getSettings",
    tag = "club",
    responses(
        (status = 200, body = SettingsView),
        RouteError<()>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
) -> Result<Response, RouteError<()>> {
    let club = club_caller.of(&table);
    let (info, settings) = tokio::try_join!(club.info(), club.settings())?;
    let info = info.ok_or(NotLoaded)?;
    let tag = format!("{}.{}", info.version, settings.version);
    if let Some(answer) = not_modified_answer(&headers, &tag) {
        return Ok(answer);
    }
    Ok(tagged(&tag, &view(info.body, settings.version, settings.body)))
}

fn view(info: ClubFacts, version: u64, settings: Settings) -> SettingsView {
    SettingsView {
        club: ClubView { id: info.id, name: info.name, location_id: info.location_id },
        time_zone: info.time_zone.into(),
        version,
        planned: settings.into(),
    }
}

impl From<Settings> for PlannedSettings {
    fn from(settings: Settings) -> PlannedSettings {
        let planning = settings.planning;
        let weight = |name: SoftName| (name.name(), planning.weights.of(name));
        let start = |name: StartName| (name.name(), clock(planning.starts.of(name)));
        PlannedSettings {
            buffer_days: planning.buffer_days(),
            horizon_days: planning.horizon_days(),
            block_capacity: planning.block_capacity(),
            weights: SoftName::ALL.into_iter().map(weight).collect(),
            arrivals: planning.arrivals.all().iter().map(|minute| clock(*minute)).collect(),
            starts: StartName::ALL.into_iter().map(start).collect(),
            fixed_day_types: planning.fixed_day_types.map(|types| types.into_iter().map(FixedType::name).collect()),
            programme_codes: planning.programme_codes,
            closing: planning.closing.map(|time| clock(time.0)),
            run_hour: settings.run_hour,
            time_limit_s: settings.time_limit_s,
            gap_points: settings.gap_points,
            retention_days: settings.retention_days,
            settle_s: settings.settle_s,
            lead_minutes: settings.lead_minutes,
            fairness_weeks: settings.fairness_weeks,
            workload: WorkloadThresholds {
                high_minutes: settings.workload.high_minutes,
                too_much_minutes: settings.workload.too_much_minutes,
                high_days: settings.workload.high_days,
                too_much_days: settings.workload.too_much_days,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::calendar::ClockTime;

    use super::*;

    #[test]
    fn the_closing_time_is_shown_if_the_club_has_set_one() {
        for (closing, expected) in [(None, None), (Some(ClockTime(20 * 60 + 30)), Some("20:30"))] {
            let mut settings = Settings::default();
            settings.planning.closing = closing;
            assert_eq!(PlannedSettings::from(settings).closing.as_deref(), expected);
        }
    }
}
