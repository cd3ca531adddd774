//! HTTP: runs, proposals, edits, approvals, submissions and history; changes of posted schedules, trials, drafts,
//! findings, refreshes and differences.
//!
//! A handler parses, reads the table or calls one use case of `desk`, and replies.

use std::sync::Arc;

use api::{Conventions, with_conventions};
use axum::Router;
use crossmark::Crossmark;
use runtime::{Environment, EnvironmentError};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

mod answer;
mod app;
mod approval;
mod by_hand;
mod check;
mod differences;
mod drafts;
mod edits;
mod errors;
mod listing;
mod posted_changes;
mod reads;
mod refreshes;
mod request_ids;
mod retry;
mod runs;
mod trials;
mod validation;

pub use app::{App, AppState};

/// The routes of this function, with a Crossmark client that is built at its first use.
///
/// # Errors
/// A required setting is missing.
pub fn router(environment: &Environment) -> Result<Router, EnvironmentError> {
    Ok(build_router(environment, App::new(environment)?))
}

/// The routes with an existing Crossmark client.
///
/// # Errors
/// A required setting is missing.
pub fn router_with_crossmark(environment: &Environment, crossmark: Crossmark) -> Result<Router, EnvironmentError> {
    Ok(build_router(environment, App::with_crossmark(environment, crossmark)?))
}

fn build_router(environment: &Environment, app: App) -> Router {
    let app = Arc::new(app);
    let table = Arc::clone(&app.table);
    let routes = Router::from(routes()).with_state(app);
    with_conventions(routes, Conventions::new(environment, table).of("review"))
}

/// This function's part of the contract.
pub fn api() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<AppState> {
    let modules = [
        edits::routes,
        check::routes,
        runs::routes,
        approval::routes,
        retry::routes,
        by_hand::routes,
        listing::routes,
        posted_changes::routes,
        trials::routes,
        validation::routes,
        refreshes::routes,
        differences::routes,
        drafts::routes,
    ];
    modules.into_iter().fold(reads::routes(), |all, routes| all.merge(routes()))
}
