//! HTTP: what an assistant may ask and prepare. `POST /mcp` speaks the Model Context Protocol, `POST /api/ask` answers a
//! sentence of a closed grammar without any model; both call the same tools.
//!
//! A tool reads, or makes a draft that a person confirms elsewhere. A tool itself changes no fact and no plan. Texts that
//! come from Crossmark or from people are members of an answer; they never choose a tool or its arguments. Neither
//! questions nor answers are logged.

#![allow(clippy::struct_field_names, reason = "the members of answers have the names that they have on the wire")]

mod app;
mod ask;
mod dates;
mod directory;
mod guard;
mod limit;
mod names;
mod resource;
mod safe_text;
mod schema;
mod server;
mod settings;
mod tool;
mod tools;

use std::sync::Arc;

use api::{Conventions, with_conventions};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use runtime::{Environment, EnvironmentError};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use app::{App, AppState};
pub use safe_text::is_hidden;

/// The path at which assistants connect.
const MCP: &str = "/mcp";

/// The routes of this function.
///
/// # Errors
/// A required setting is missing.
pub fn router(environment: &Environment) -> Result<Router, EnvironmentError> {
    let app = Arc::new(App::new(environment)?);
    let table = Arc::clone(&app.table);
    let protocol = Router::new()
        .route_service(MCP, server::service(&app))
        .layer(from_fn_with_state(Arc::clone(&app), guard::admit));
    let routes = Router::from(routes()).merge(resource::routes()).with_state(Arc::clone(&app)).merge(protocol);
    let routes = with_conventions(routes, Conventions::new(environment, table).of("assist"));
    Ok(routes.layer(from_fn(guard::challenge)))
}

/// This function's part of the contract.
pub fn api() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(ask::ask))
}
