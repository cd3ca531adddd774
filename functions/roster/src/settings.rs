//! A club's settings in plain names, the rulebook's defaults filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{Seat, Viewer};
use api::{ApiError, tagged, unless_known};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::calendar::clock;
use domain::rules::SoftName;
use domain::snapshot::{Arrivals, StartName, Starts};
use serde::Serialize;
use store::Table;
use store::documents::{ClubInfo, Settings, Zone};
use store::key::ClubId;
use utoipa::ToSchema;

use crate::paging::no_club;

/// What a club is, and what it has set.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
struct SettingsView {
    club: ClubView,
    time_zone: Zone,
    version: u64,
    /// Days from today to the first day that is planned.
    buffer_days: u32,
    /// Days from today to the last one.
    horizon_days: u32,
    /// Core events that a block serves.
    block_capacity: u32,
    /// A factor for each row of the score, 0 to 5.
    weights: BTreeMap<&'static str, f64>,
    /// What replaces the rulebook's list of types fixed to their start date; null leaves it as it is.
    fixed_day_types: Option<Vec<String>>,
    /// What replaces the rulebook's list of programme codes; null leaves it as it is.
    programme_codes: Option<Vec<String>>,
    /// The arrivals of the eight shift blocks, `HH:MM`.
    arrivals: Vec<String>,
    /// When everything but Core starts, `HH:MM` by name; a sequence of slots by its first one.
    starts: BTreeMap<&'static str, String>,
    /// The local hour from which the nightly run is due.
    run_hour: u32,
    /// The solver's time.
    time_limit_s: u32,
    /// A gap that is good enough; null asks for proof.
    gap_points: Option<f64>,
    /// How long a run's lines are kept.
    retention_days: u32,
    /// How long after an unknown outcome Crossmark is read back.
    settle_s: u32,
    /// How long before its start a line may be sent at the latest.
    lead_minutes: u32,
}

/// A club.
#[derive(Serialize, ToSchema)]
#[schema(as = Club)]
struct ClubView {
    id: ClubId,
    name: String,
    location_id: Option<u64>,
}

/// The rulebook's defaults (section 1 and rule H14).
const BUFFER_DAYS: u32 = 3;
const HORIZON_DAYS: u32 = 21;
const BLOCK_CAPACITY: u32 = 1;

/// A club's settings in plain names, the rulebook's defaults filled in.
#[utoipa::path(
    get,
    path = "/api/settings",
    operation_id = "getSettings",
    tag = "club",
    responses(
        (status = 200, body = SettingsView),
    ),
)]
pub async fn show(
    seat: Seat<Viewer>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let club = seat.of(&table);
    let (info, settings) = tokio::try_join!(club.info(), club.settings())?;
    let info = info.ok_or_else(no_club)?;
    let tag = format!("{}.{}", info.version, settings.version);
    if let Some(known) = unless_known(&headers, &tag) {
        return Ok(known);
    }
    Ok(tagged(&tag, &view(info.body, settings.version, settings.body)))
}

fn view(info: ClubInfo, version: u64, settings: Settings) -> SettingsView {
    let planning = settings.planning;
    let set = planning.weights.unwrap_or_default();
    let weight = |name: SoftName| (name.name(), set.get(name.name()).copied().unwrap_or(1.0));
    let arrivals = match planning.arrivals {
        Some(set) => set.into_iter().map(String::from).collect(),
        None => Arrivals::default().all().iter().map(|minute| clock(*minute)).collect(),
    };
    let moved = planning.starts.unwrap_or_default();
    let start = |name: StartName| {
        let minute = moved.get(name.name()).map_or_else(|| Starts::default().of(name), |time| time.0);
        (name.name(), clock(minute))
    };
    SettingsView {
        club: ClubView { id: info.id, name: info.name, location_id: info.location_id },
        time_zone: info.time_zone,
        version,
        buffer_days: planning.buffer_days.unwrap_or(BUFFER_DAYS),
        horizon_days: planning.horizon_days.unwrap_or(HORIZON_DAYS),
        block_capacity: planning.block_capacity.unwrap_or(BLOCK_CAPACITY),
        weights: SoftName::ALL.into_iter().map(weight).collect(),
        arrivals,
        starts: StartName::ALL.into_iter().map(start).collect(),
        fixed_day_types: planning.fixed_day_types,
        programme_codes: planning.programme_codes,
        run_hour: settings.run_hour,
        time_limit_s: settings.time_limit_s,
        gap_points: settings.gap_points,
        retention_days: settings.retention_days,
        settle_s: settings.settle_s,
        lead_minutes: settings.lead_minutes,
    }
}
