//! A club's settings, with the rulebook's defaults filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Viewer};
use api::shapes::ClubId;
use api::{RouteError, TimeZone, tagged, unless_known};
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

/// What a club is, and what it has set.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
struct SettingsView {
    club: ClubView,
    time_zone: TimeZone,
    version: u64,
    #[serde(flatten)]
    planned: Planned,
}

/// What a club has set, the rulebook's defaults filled in.
#[derive(Serialize, ToSchema)]
#[schema(as = PlannedSettings)]
pub struct Planned {
    /// Days from today to the first day that is planned.
    buffer_days: u32,
    /// Days from today to the last one.
    horizon_days: u32,
    /// Core events that a block serves.
    block_capacity: u32,
    /// A factor for each row of the score, 0 to 5.
    weights: BTreeMap<&'static str, f64>,
    /// What replaces the rulebook's list of types fixed to their start date; null leaves it as it is.
    fixed_day_types: Option<Vec<&'static str>>,
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
    /// The past weeks over which Core are shared fairly.
    fairness_weeks: u32,
    /// From where on a person's week is much.
    workload: WorkloadView,
}

/// From where on a person's week is much.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkloadThresholds)]
struct WorkloadView {
    /// Minutes that are high.
    high_minutes: u32,
    /// Minutes that are too much.
    too_much_minutes: u32,
    /// Days that are high.
    high_days: u32,
    /// Days that are too much.
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

/// A club's settings in plain names, the rulebook's defaults filled in.
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
    if let Some(known) = unless_known(&headers, &tag) {
        return Ok(known);
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

impl From<Settings> for Planned {
    fn from(settings: Settings) -> Planned {
        let planning = settings.planning;
        let weight = |name: SoftName| (name.name(), planning.weights.of(name));
        let start = |name: StartName| (name.name(), clock(planning.starts.of(name)));
        Planned {
            buffer_days: planning.buffer_days(),
            horizon_days: planning.horizon_days(),
            block_capacity: planning.block_capacity(),
            weights: SoftName::ALL.into_iter().map(weight).collect(),
            arrivals: planning.arrivals.all().iter().map(|minute| clock(*minute)).collect(),
            starts: StartName::ALL.into_iter().map(start).collect(),
            fixed_day_types: planning.fixed_day_types.map(|types| types.into_iter().map(FixedType::name).collect()),
            programme_codes: planning.programme_codes,
            run_hour: settings.run_hour,
            time_limit_s: settings.time_limit_s,
            gap_points: settings.gap_points,
            retention_days: settings.retention_days,
            settle_s: settings.settle_s,
            lead_minutes: settings.lead_minutes,
            fairness_weeks: settings.fairness_weeks,
            workload: WorkloadView {
                high_minutes: settings.workload.high_minutes,
                too_much_minutes: settings.workload.too_much_minutes,
                high_days: settings.workload.high_days,
                too_much_days: settings.workload.too_much_days,
            },
        }
    }
}
