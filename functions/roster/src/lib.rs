//! HTTP: employees, events, posted schedules and settings, and the import of a whole snapshot.

mod calendar;
mod contract;
mod employees;
mod events;
mod health;
mod paging;
mod schedules;
mod search;
mod settings;
mod snapshot;

use std::sync::Arc;

use api::{Conventions, with_conventions};
use axum::Router;
use runtime::{Environment, Missing};
use store::Table;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this function.
///
/// # Errors
/// The setting that is missing.
pub fn router(environment: &Environment) -> Result<Router, Missing> {
    let table = Arc::new(environment.table()?);
    let routes = Router::from(routes()).with_state(Arc::clone(&table));
    Ok(with_conventions(routes, Conventions::new(environment, table).of("roster")))
}

/// This function's part of the contract.
pub fn api() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Arc<Table>> {
    OpenApiRouter::new()
        .routes(routes!(employees::list))
        .routes(routes!(events::list))
        .routes(routes!(schedules::list))
        .routes(routes!(settings::show))
        .routes(routes!(calendar::holidays))
        .routes(routes!(calendar::locked_days))
        .routes(routes!(snapshot::load))
        .routes(routes!(health::show))
        .routes(routes!(contract::show))
}
