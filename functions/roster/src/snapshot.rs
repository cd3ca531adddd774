//! The import of a whole club from a snapshot document (rulebook section 8).

use std::sync::Arc;

use api::identity::{Admin, ClubCaller};
use api::shapes::ClubId;
use api::{ApiError, Code, RouteError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use store::Table;
use store::import::ImportCounts;
use utoipa::ToSchema;

/// The number of loaded items.
#[derive(Serialize, ToSchema)]
pub struct SnapshotLoaded {
    success: bool,
    club_id: ClubId,
    /// Number of loaded events, posted ones included.
    events: usize,
    /// Number of loaded posted schedules.
    posted: usize,
    /// Number of loaded people, availabilities, rotations and other documents.
    documents: usize,
}

api::errors! {
    /// Errors of an import.
    LoadErrors: ClubNotEmpty, LocationTaken, InvalidSnapshot, OtherClub;
}

/// Loads a whole club from a snapshot document (rulebook section 8), into an empty club.
///
/// Sending the same document again continues an interrupted load. The details of an error list the faults of the
/// document, at most 500, and their number.
#[utoipa::path(
    post,
    path = "/api/snapshot",
    operation_id = "loadSnapshot",
    tag = "club",
    request_body(content = serde_json::Value, description = "A club snapshot (rulebook section 8)", content_type = "application/json"),
    responses(
        (status = 201, body = SnapshotLoaded),
        RouteError<LoadErrors>,
    ),
)]
pub async fn load(
    club_caller: ClubCaller<Admin>,
    State(table): State<Arc<Table>>,
    document: Bytes,
) -> Result<(StatusCode, Json<SnapshotLoaded>), RouteError<LoadErrors>> {
    if document.is_empty() {
        return Err(ApiError::new(Code::BodyMissing, "the request has no body: expected a club snapshot").into());
    }
    let ImportCounts { events, posted, documents } =
        club_caller.of(&table).import_snapshot_at(&document, club_caller.now).await?;
    Ok((
        StatusCode::CREATED,
        Json(SnapshotLoaded { success: true, club_id: club_caller.club.into(), events, posted, documents }),
    ))
}
