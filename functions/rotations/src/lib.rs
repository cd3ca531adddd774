//! HTTP: rotations and their exceptions (rulebook section 3).

mod check;
mod exceptions;
mod rotations;
mod wire;

use std::sync::Arc;

use api::{Conventions, with_conventions};
use axum::Router;
use runtime::{Environment, EnvironmentError};
use store::Table;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this function.
///
/// # Errors
/// A required setting is missing.
pub fn router(environment: &Environment) -> Result<Router, EnvironmentError> {
    let table = Arc::new(environment.table()?);
    let routes = Router::from(routes()).with_state(Arc::clone(&table));
    Ok(with_conventions(routes, Conventions::new(environment, table).of("rotations")))
}

/// This function's part of the contract.
pub fn api() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Arc<Table>> {
    OpenApiRouter::new()
        .routes(routes!(rotations::show, rotations::save))
        .routes(routes!(exceptions::list, exceptions::save))
        .routes(routes!(exceptions::remove))
}
