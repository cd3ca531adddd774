//! Who calls, and what they may do where.

use axum::Json;
use runtime::identity::{Caller, Role};
use serde::Serialize;
use store::key::ClubId;

/// The caller.
#[derive(Serialize)]
pub struct Me {
    who: String,
    clubs: Vec<Membership>,
}

/// A club of theirs.
#[derive(Serialize)]
struct Membership {
    club_id: ClubId,
    role: Role,
}

/// `GET /api/me`. It names no club, so it asks for no role.
pub async fn show(caller: Caller) -> Json<Me> {
    let clubs = caller.roles.into_iter().map(|(club_id, role)| Membership { club_id, role }).collect();
    Json(Me { who: caller.who, clubs })
}
