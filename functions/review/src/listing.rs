//! `POST /api/auto-schedule/confirm-list`: a person confirms a doubted list of Crossmark's.

use api::identity::{ClubCaller, Manager};
use api::{Body, RouteError};
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use desk::listing::confirm;
use serde::{Deserialize, Serialize};
use store::stamp::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, ok};
use crate::app::AppState;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(confirm_list))
}

/// Identifies the list: `since` of `doubted_list` in the dashboard.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DoubtedSince {
    since: DateTime<Utc>,
}

#[derive(Serialize, ToSchema)]
struct Withdrawn {
    /// Number of events that were withdrawn.
    withdrawn: usize,
}

api::errors! {
    /// Why a list is not confirmed.
    ConfirmErrors: ListNotDoubted;
}

/// Confirms that a doubted list of Crossmark's is right. The open events that it lacks are withdrawn.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/confirm-list",
    operation_id = "confirmList",
    tag = "club",
    request_body = DoubtedSince,
    responses(
        (status = 200, body = Success<Withdrawn>),
        RouteError<ConfirmErrors>,
    ),
)]
async fn confirm_list(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(DoubtedSince { since }): Body<DoubtedSince>,
) -> Result<Response, RouteError<ConfirmErrors>> {
    let because = club_caller.because("the list is right");
    let withdrawn = confirm(club_caller.of(&app.table), Timestamp::from(since), &because).await?;
    Ok(ok(Withdrawn { withdrawn }))
}
