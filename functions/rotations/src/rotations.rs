//! Shows and saves both rotations together.

use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{Body, IfMatch, RouteError, expected_version, object, tagged, unless_known};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use store::Table;
use store::documents::{Expect, Rotations};
use utoipa::ToSchema;

use crate::check;
use crate::wire::{Backups, Tables, Week};

/// The rotations as they stand.
#[derive(Serialize, ToSchema)]
#[schema(as = Rotations)]
struct Shown {
    #[serde(flatten)]
    tables: Tables,
    /// To be named when they are saved, so that nobody's change is overwritten unseen.
    version: u64,
    saved: Option<Saved>,
}

/// Who saved them last.
#[derive(Serialize, ToSchema)]
#[schema(as = RotationsSavedBy)]
struct Saved {
    by: String,
    at: String,
}

/// Both rotations and their backups, as they stand.
#[utoipa::path(
    get,
    path = "/api/rotations",
    operation_id = "getRotations",
    tag = "rotations",
    responses(
        (status = 200, body = Shown),
        RouteError<()>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
) -> Result<Response, RouteError<()>> {
    let Rotations { version, saved, rows } = club_caller.of(&table).rotations().await?;
    let tag = version.to_string();
    if let Some(known) = unless_known(&headers, &tag) {
        return Ok(known);
    }
    let saved = saved.map(|because| Saved { by: because.who.shown().to_owned(), at: because.at.to_string() });
    Ok(tagged(&tag, &Shown { tables: Tables::of(rows), version, saved }))
}

/// Both rotations, and the version that they replace.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotationsRequest)]
pub struct RotationsRequest {
    #[serde(deserialize_with = "object")]
    juicer: Week,
    #[serde(deserialize_with = "object")]
    primary_lead: Week,
    #[serde(default, deserialize_with = "object")]
    backups: Backups,
    /// The version that they replace; 0 for none. The last writer wins where it is left out.
    #[serde(default)]
    version: Option<u64>,
}

/// What was saved.
#[derive(Serialize, ToSchema)]
#[schema(as = RotationsSaved)]
pub struct Done {
    success: bool,
    version: u64,
}

api::errors! {
    /// Errors of saving rotations.
    SaveErrors: InvalidVersion, InvalidEmployeeRole, UnknownEmployee, BackupWithoutHolder, StaleVersion;
}

/// Both rotations saved whole, in one transaction.
///
/// A day that is left out has nobody. Every wrong employee or role is named at once, in the details.
#[utoipa::path(
    post,
    path = "/api/rotations",
    operation_id = "saveRotations",
    tag = "rotations",
    params(IfMatch),
    request_body = RotationsRequest,
    responses(
        (status = 200, body = Done),
        RouteError<SaveErrors>,
    ),
)]
pub async fn save(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Body(RotationsRequest { juicer, primary_lead, backups, version }): Body<RotationsRequest>,
) -> Result<Json<Done>, RouteError<SaveErrors>> {
    let version = expected_version(&headers, version)?;
    let tables = Tables { juicer, primary_lead, backups };
    let club = club_caller.of(&table);
    let employees = club.all_documents().await?;
    check::tables(&tables, &check::People::new(&employees))?;
    let because = club_caller.because("rotations saved");
    let version = club.replace_rotations(&tables.rows(), expect(version), &because).await?;
    Ok(Json(Done { success: true, version }))
}

/// The expectation of a writer that names a version; 0 means that nothing was saved yet.
pub fn expect(version: Option<u64>) -> Expect {
    match version {
        None => Expect::Anything,
        Some(0) => Expect::Nothing,
        Some(version) => Expect::Version(version),
    }
}
