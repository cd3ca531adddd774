//! The caller's identity and roles.

use api::identity::{Caller, Role};
use api::shapes::ClubId;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The caller.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// The id that their issuer gives to nobody else (`sub`), by which the audit trail knows them.
    id: String,
    /// What they are called.
    who: String,
    clubs: Vec<Membership>,
}

/// A club of theirs.
#[derive(Serialize, ToSchema)]
struct Membership {
    club_id: ClubId,
    role: Role,
}

/// Who calls, and what they may do where.
///
/// It names no club, so it asks for no role.
#[utoipa::path(
    get,
    path = "/api/me",
    operation_id = "getMe",
    tag = "service",
    extensions(("x-club" = json!(false))),
    responses(
        (status = 200, body = Me),
    ),
)]
pub async fn show(caller: Caller) -> Json<Me> {
    let clubs = caller.roles.into_iter().map(|(club, role)| Membership { club_id: club.into(), role }).collect();
    Json(Me { who: caller.who.shown().to_owned(), id: caller.who.id, clubs })
}
