//! HTTP: employees, events, posted schedules, settings; a whole snapshot loaded.

mod calendar;
mod employees;
mod events;
mod health;
mod paging;
mod schedules;
mod settings;
mod snapshot;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use runtime::http::{Conventions, with_conventions};
use runtime::{Environment, Missing};
use store::Table;
use store::documents::{Holiday, LockedDay};

/// The routes of this function.
///
/// # Errors
/// The setting that is missing.
pub fn router(environment: &Environment) -> Result<Router, Missing> {
    let table = Arc::new(environment.table()?);
    Ok(with_conventions(routes(Arc::clone(&table)), Conventions::new(environment, table).of("roster")))
}

fn routes(table: Arc<Table>) -> Router {
    Router::new()
        .route("/api/employees", get(employees::list))
        .route("/api/events", get(events::list))
        .route("/api/schedules", get(schedules::list))
        .route("/api/settings", get(settings::show))
        .route("/api/holidays", get(calendar::list::<Holiday>))
        .route("/api/locked-days", get(calendar::list::<LockedDay>))
        .route("/api/snapshot", post(snapshot::load))
        .route("/api/health", get(health::show))
        .with_state(table)
}
