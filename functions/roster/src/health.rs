//! The health check, which needs no authentication and makes no request to the table.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The state of the service.
#[derive(Serialize, ToSchema)]
pub struct Health {
    status: &'static str,
}

/// Whether the service answers.
///
/// The route needs no identity and makes no request to the table.
#[utoipa::path(
    get,
    path = "/api/health",
    operation_id = "getHealth",
    tag = "service",
    security(()),
    responses(
        (status = 200, body = Health),
    ),
)]
pub async fn show() -> Json<Health> {
    Json(Health { status: "ok" })
}
