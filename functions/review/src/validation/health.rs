//! `GET /api/validation/health`: the health of the posted schedules on past mornings.

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, Params, RequestDate, RouteError, invalid_query};
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use domain::calendar::plus_days;
use serde::{Deserialize, Serialize};
use store::health::{MorningHealth, WeekHealth};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::AppState;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_past))
}

/// How many days before the last day the first one is, by default.
const DEFAULT_DAYS_BACK: i64 = 89;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Days {
    /// The first day; 89 days before the last day by default.
    #[param(value_type = Option<NaiveDate>)]
    from: Option<RequestDate>,
    /// The last day; today by default.
    #[param(value_type = Option<NaiveDate>)]
    to: Option<RequestDate>,
}

/// The health of the posted schedules on past mornings.
#[derive(Serialize, ToSchema)]
struct PastHealth {
    /// The mornings, oldest first. A day without a check is left out.
    items: Vec<Morning>,
}

/// The health on one morning.
#[derive(Serialize, ToSchema)]
#[schema(as = MorningHealth)]
struct Morning {
    date: NaiveDate,
    /// The health of the week of that day; `null` if it is not known.
    this_week: Option<WeekView>,
    next_week: Option<WeekView>,
}

/// The health of one week.
#[derive(Serialize, ToSchema)]
#[schema(as = WeekHealth)]
struct WeekView {
    /// The Sunday of the week.
    week: NaiveDate,
    /// The health, from 0 to 100.
    health: u8,
    /// Number of critical faults that count, as `critical_faults` of the findings of a week.
    critical: u32,
    /// Number of warning faults that count, as `warning_faults` of the findings of a week.
    warnings: u32,
    /// Number of posted schedules.
    schedules: u32,
}

impl WeekView {
    fn of(week: &WeekHealth) -> WeekView {
        let WeekHealth { sunday, points, critical, warnings, schedules } = *week;
        WeekView { week: sunday, health: points, critical, warnings, schedules }
    }
}

impl Morning {
    fn of(morning: &MorningHealth) -> Morning {
        let week = |at: usize| morning.weeks.get(at).map(WeekView::of);
        Morning { date: morning.date, this_week: week(0), next_week: week(1) }
    }
}

api::errors! {
    /// Why past mornings are not listed.
    PastErrors: DateOutOfBounds;
}

/// The health of the posted schedules each morning, oldest first.
///
/// 2 requests.
#[utoipa::path(
    get,
    path = "/api/validation/health",
    operation_id = "listHealth",
    tag = "validation",
    params(Days),
    responses((status = 200, body = PastHealth), RouteError<PastErrors>),
)]
async fn list_past(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Params(Days { from, to }): Params<Days>,
) -> Result<Json<PastHealth>, RouteError<PastErrors>> {
    let club = club_caller.of(&app.table);
    let zone = club.club_documents().await?.zone()?;
    let to = to.map(|to| to.near(club_caller.now, "to")).transpose()?;
    let to = to.unwrap_or_else(|| club_caller.now.date_in(zone));
    let from = from.map(|from| from.near(club_caller.now, "from")).transpose()?;
    let from = from.unwrap_or_else(|| plus_days(to, -DEFAULT_DAYS_BACK));
    if to < from {
        return Err(invalid_query(format!("the days end before they begin: from={from}, to={to}")).into());
    }
    let mornings = club.health_between(from, to).await.map_err(ApiError::from)?;
    Ok(Json(PastHealth { items: mornings.iter().map(Morning::of).collect() }))
}
