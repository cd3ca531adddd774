//! HTTP: runs, proposals, edits, approval, submissions, history.
//!
//! A handler parses, calls one use case of `desk`, and replies.

use std::sync::Arc;

use axum::Router;
use runtime::http::{Conventions, with_conventions};
use runtime::{Environment, Missing};

mod answer;
mod app;
mod approval;
mod check;
mod edits;
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
    let routes = writing().merge(reads::routes()).with_state(app);
    Ok(with_conventions(routes, Conventions::new(environment, table).of("review")))
}

/// The routes that change something, and the check that imagines it.
fn writing() -> Router<AppState> {
    edits::routes().merge(check::routes()).merge(runs::routes()).merge(approval::routes()).merge(retry::routes())
}
