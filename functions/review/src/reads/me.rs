//! The caller's identity and roles.

use api::identity::{CallerRequest, Role};
use api::shapes::ClubId;
use axum::Json;
use axum::extract::State;
use domain::snapshot::EmployeeId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;

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
    /// Its name; null where it was never set up, or cannot be read now.
    name: Option<String>,
    role: Role,
    /// The caller as an employee of the club, where their token says which one.
    employee_id: Option<EmployeeId>,
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
pub async fn show(State(app): State<AppState>, CallerRequest { mut caller, meter, .. }: CallerRequest) -> Json<Me> {
    let clubs: Vec<_> = caller.roles.keys().cloned().collect();
    // Names are optional: a person can choose a club by its id.
    let mut names = app.table.club_names(&clubs, &meter).await.unwrap_or_default();
    let membership = |(club, role): (store::key::ClubId, Role)| Membership {
        name: names.remove(&club),
        employee_id: caller.people.remove(&club),
        club_id: club.into(),
        role,
    };
    let clubs = caller.roles.into_iter().map(membership).collect();
    Json(Me { who: caller.who.shown().to_owned(), id: caller.who.id, clubs })
}
