//! HTTP: rotations and their exceptions (rulebook section 3).

mod check;
mod exceptions;
mod rotations;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get};
use runtime::http::{Conventions, with_conventions};
use runtime::{Environment, Missing};
use store::Table;

/// The routes of this function.
///
/// # Errors
/// The setting that is missing.
pub fn router(environment: &Environment) -> Result<Router, Missing> {
    let table = Arc::new(environment.table()?);
    Ok(with_conventions(routes(Arc::clone(&table)), Conventions::new(environment, table).of("rotations")))
}

fn routes(table: Arc<Table>) -> Router {
    Router::new()
        .route("/api/rotations", get(rotations::show).post(rotations::save))
        .route("/api/rotation-exception", get(exceptions::list).post(exceptions::save))
        .route("/api/rotation-exception/{date}/{rotation_type}", delete(exceptions::remove))
        .with_state(table)
}
