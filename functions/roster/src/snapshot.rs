//! A whole club loaded from a snapshot document (rulebook section 8).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use runtime::ApiError;
use runtime::identity::{Admin, Seat};
use serde::Serialize;
use store::Table;
use store::import::Imported;
use store::key::ClubId;

/// What was loaded.
#[derive(Serialize)]
pub struct Loaded {
    success: bool,
    club_id: ClubId,
    /// Events, posted ones included.
    events: usize,
    /// Posted schedules.
    posted: usize,
    /// People, availability, rotations and all else.
    documents: usize,
}

/// `POST /api/snapshot`: into an empty club. A load that was cut off goes on with the same document.
pub async fn load(
    seat: Seat<Admin>,
    State(table): State<Arc<Table>>,
    document: Bytes,
) -> Result<(StatusCode, Json<Loaded>), ApiError> {
    if document.is_empty() {
        return Err(ApiError::bad_request("BODY_MISSING", "the request has no body: expected a club snapshot"));
    }
    let Imported { events, posted, documents } = seat.of(&table).import_snapshot(&document).await?;
    Ok((StatusCode::CREATED, Json(Loaded { success: true, club_id: seat.club, events, posted, documents })))
}
