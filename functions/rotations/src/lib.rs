//! HTTP: rotations and their exceptions.

use std::sync::Arc;

use axum::Router;
use runtime::http::{Conventions, with_conventions};
use runtime::{Environment, Missing};

/// The routes of this function.
///
/// # Errors
/// The setting that is missing.
pub fn router(environment: &Environment) -> Result<Router, Missing> {
    let table = Arc::new(environment.table()?);
    let routes = Router::new();
    Ok(with_conventions(routes, Conventions::new(environment, table)))
}
