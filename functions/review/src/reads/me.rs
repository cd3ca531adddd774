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
    /// The caller's unique id at their issuer (`sub`), as the audit trail has it.
    id: String,
    /// The display name of the caller.
    who: String,
    clubs: Vec<Membership>,
}

/// A club of the caller.
#[derive(Serialize, ToSchema)]
struct Membership {
    club_id: ClubId,
    /// The name of the club; `null` if it was never set up, or cannot be read now.
    name: Option<String>,
    role: Role,
    /// The caller's own employee id in the club; `null` if their token names none.
    employee_id: Option<EmployeeId>,
}

/// The identity of the caller, with their clubs and roles.
///
/// The request names no club, so it needs no role.
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
        employee_id: caller.employee_ids.remove(&club),
        club_id: club.into(),
        role,
    };
    let clubs = caller.roles.into_iter().map(membership).collect();
    Json(Me { who: caller.who.display_name().to_owned(), id: caller.who.id, clubs })
}
