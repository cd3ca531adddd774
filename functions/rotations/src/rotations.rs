//! Shows and saves both rotations together.

use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{Body, IfMatch, RouteError, expected_version, object};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use store::Table;
use store::documents::{Expect, NotLoaded, Rotations};
use utoipa::ToSchema;

use crate::check::{People, check_tables};
use crate::wire::{RotationBackups, RotationTables, RotationWeek};

/// Both rotations and their backups.
#[derive(Serialize, ToSchema)]
#[schema(as = Rotations)]
pub struct RotationsView {
    #[serde(flatten)]
    tables: RotationTables,
    /// The version of the rotations, to be sent when they are saved (optimistic concurrency).
    version: u64,
    /// Who saved the rotations last; `null` if they were never saved by hand.
    saved: Option<RotationsSavedBy>,
}

/// Who saved the rotations last, and when.
#[derive(Serialize, ToSchema)]
struct RotationsSavedBy {
    by: String,
    at: String,
}

/// Both rotations and their backups.
#[utoipa::path(
    get,
    path = "/api/rotations",
    operation_id = "getRotations",
    tag = "rotations",
    responses(
        (status = 200, body = RotationsView),
        RouteError<()>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
) -> Result<Json<RotationsView>, RouteError<()>> {
    let club = club_caller.of(&table);
    let (info, Rotations { version, saved, rows }) = tokio::try_join!(club.info(), club.rotations())?;
    info.ok_or(NotLoaded)?;
    let saved =
        saved.map(|because| RotationsSavedBy { by: because.who.display_name().to_owned(), at: because.at.to_string() });
    Ok(Json(RotationsView { tables: RotationTables::of(rows), version, saved }))
}

/// Both rotations to save.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationsRequest {
    #[serde(deserialize_with = "object")]
    juicer: RotationWeek,
    #[serde(deserialize_with = "object")]
    primary_lead: RotationWeek,
    #[serde(default, deserialize_with = "object")]
    backups: RotationBackups,
    /// The version that the request replaces; 0 if no rotations are saved yet. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
}

/// The version of the saved rotations.
#[derive(Serialize, ToSchema)]
pub struct RotationsSaved {
    success: bool,
    version: u64,
}

api::errors! {
    /// Errors of saving rotations.
    SaveErrors: InvalidVersion, InvalidEmployeeRole, UnknownEmployee, BackupWithoutHolder, StaleVersion;
}

/// Saves both rotations as a whole, in one transaction.
///
/// A weekday that is left out has nobody. The details of an error list every wrong employee and role.
#[utoipa::path(
    post,
    path = "/api/rotations",
    operation_id = "saveRotations",
    tag = "rotations",
    params(IfMatch),
    request_body = RotationsRequest,
    responses(
        (status = 200, body = RotationsSaved),
        RouteError<SaveErrors>,
    ),
)]
pub async fn save(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Body(RotationsRequest { juicer, primary_lead, backups, version }): Body<RotationsRequest>,
) -> Result<Json<RotationsSaved>, RouteError<SaveErrors>> {
    let version = expected_version(&headers, version)?;
    let tables = RotationTables { juicer, primary_lead, backups };
    let club = club_caller.of(&table);
    let (info, employees) = tokio::try_join!(club.info(), club.all_documents())?;
    info.ok_or(NotLoaded)?;
    check_tables(&tables, &People::new(&employees))?;
    let because = club_caller.because("rotations saved");
    let version = club.replace_rotations(&tables.rows(), expect(version), &because).await?;
    Ok(Json(RotationsSaved { success: true, version }))
}

/// The expected state for the version that a writer names; 0 means that nothing is saved yet.
fn expect(version: Option<u64>) -> Expect {
    match version {
        None => Expect::Anything,
        Some(0) => Expect::Nothing,
        Some(version) => Expect::Version(version),
    }
}
