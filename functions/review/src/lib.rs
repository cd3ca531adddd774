//! HTTP: runs, proposals, edits, approval, submissions, history.
//!
//! A handler parses, calls one use case of `desk`, and replies.

use std::sync::Arc;

use axum::Router;
use runtime::http::{Conventions, with_conventions};
use runtime::{Environment, Missing};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

mod answer;
mod app;
mod approval;
mod check;
mod edits;
mod listing;
mod named;
mod reads;
mod retry;
mod runs;
mod told;

pub use app::{App, AppState};

/// The routes of this function.
///
/// # Errors
/// The setting that is missing.
pub fn router(environment: &Environment) -> Result<Router, Missing> {
    let app = Arc::new(App::new(environment)?);
    let table = Arc::clone(&app.table);
    let routes = Router::from(routes()).with_state(app);
    Ok(with_conventions(routes, Conventions::new(environment, table).of("review")))
}

/// What this function answers, as its part of the contract.
pub fn api() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<AppState> {
    let writing = [edits::routes, check::routes, runs::routes, approval::routes, retry::routes, listing::routes];
    writing.into_iter().fold(reads::routes(), |all, routes| all.merge(routes()))
}
