//! HTTP: runs, proposals, edits, approval, submissions, history.
//!
//! A handler parses, calls one use case of `desk`, and replies.

use std::sync::Arc;

use axum::Router;
use runtime::http::{Conventions, with_conventions};
use runtime::{Environment, Missing};

mod app;
mod reads;

pub use app::{App, AppState};

/// The routes of this function.
///
/// # Errors
/// The setting that is missing.
pub fn router(environment: &Environment) -> Result<Router, Missing> {
    let app = Arc::new(App::new(environment)?);
    let table = Arc::clone(&app.table);
    let routes = Router::new().merge(reads::routes()).with_state(app);
    Ok(with_conventions(routes, Conventions::new(environment, table)))
}
