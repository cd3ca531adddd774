//! Whether the function answers. It asks nobody who they are, and touches nothing.

use axum::Json;
use serde::Serialize;

/// That it does.
#[derive(Serialize)]
pub struct Health {
    status: &'static str,
}

/// `GET /api/health`
pub async fn show() -> Json<Health> {
    Json(Health { status: "ok" })
}
