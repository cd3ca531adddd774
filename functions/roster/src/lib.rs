//! HTTP: a club's people, events, posted schedules, settings and other facts kept by hand; its set-up; files in and
//! out; calendar feeds; numbers about outcomes.

mod affinity;
mod calendar;
mod contract;
mod employees;
mod events;
mod exports;
mod facts;
mod feeds;
mod forget;
mod health;
mod imports;
mod numbers;
mod paging;
mod schedules;
mod search;
mod settings;
mod setup;
mod snapshot;

use std::sync::Arc;

use api::{Conventions, with_conventions};
use axum::Router;
use axum::extract::FromRef;
use desk::ClubCache;
use runtime::{Environment, EnvironmentError};
use store::Table;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The shared state of the routes.
#[derive(Clone)]
struct App {
    table: Arc<Table>,
    cache: Arc<ClubCache>,
}

impl FromRef<App> for Arc<Table> {
    fn from_ref(app: &App) -> Arc<Table> {
        Arc::clone(&app.table)
    }
}

impl FromRef<App> for Arc<ClubCache> {
    fn from_ref(app: &App) -> Arc<ClubCache> {
        Arc::clone(&app.cache)
    }
}

/// The routes of this function.
///
/// # Errors
/// A required setting is missing.
pub fn router(environment: &Environment) -> Result<Router, EnvironmentError> {
    let table = Arc::new(environment.table()?);
    let app = App { table: Arc::clone(&table), cache: Arc::default() };
    let routes = Router::from(routes()).with_state(app);
    Ok(with_conventions(routes, Conventions::new(environment, table).of("roster")))
}

/// This function's part of the contract.
pub fn api() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(employees::list))
        .routes(routes!(facts::people::save_employee))
        .routes(routes!(facts::people::save_availability))
        .routes(routes!(forget::forget_employee))
        .routes(routes!(affinity::show, affinity::switch))
        .routes(routes!(facts::absences::add_time_off))
        .routes(routes!(facts::absences::remove_time_off))
        .routes(routes!(facts::absences::add_override))
        .routes(routes!(facts::absences::remove_override))
        .routes(routes!(events::list))
        .routes(routes!(facts::event::correct))
        .routes(routes!(schedules::list))
        .routes(routes!(settings::show, facts::settings::save_settings))
        .routes(routes!(calendar::holidays, facts::days::add_holiday))
        .routes(routes!(facts::days::remove_holiday))
        .routes(routes!(calendar::locked_days, facts::days::add_locked_day))
        .routes(routes!(facts::days::remove_locked_day))
        .routes(routes!(facts::history::history))
        .routes(routes!(facts::history::undo))
        .routes(routes!(imports::import))
        .routes(routes!(exports::export))
        .routes(routes!(numbers::outcomes::list))
        .routes(routes!(numbers::outcomes::correct))
        .routes(routes!(numbers::fairness::show))
        .routes(routes!(numbers::fairness::correct))
        .routes(routes!(numbers::analytics::show))
        .routes(routes!(feeds::list, feeds::make))
        .routes(routes!(feeds::renew))
        .routes(routes!(feeds::revoke))
        .routes(routes!(feeds::read))
        .routes(routes!(facts::words::read_words))
        .routes(routes!(events::counts))
        .routes(routes!(setup::show, setup::make))
        .routes(routes!(setup::choose_location))
        .routes(routes!(snapshot::load))
        .routes(routes!(health::show))
        .routes(routes!(contract::show))
}
