//! The protected-resource document (RFC 9728), which names the issuer of tokens for `/mcp`.

use axum::extract::{Request, State};
use axum::http::header;
use axum::routing::get;
use axum::{Json, Router};
use lambda_http::request::RequestContext;
use serde::Serialize;

use crate::MCP;
use crate::app::AppState;

/// The path of the document.
pub const METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// The protected-resource document.
#[derive(Debug, Serialize)]
struct ProtectedResource {
    /// The URL of `/mcp`, the resource that this document describes.
    resource: String,
    /// The issuer of tokens; empty if none is set, as on one machine.
    authorization_servers: Vec<String>,
    bearer_methods_supported: [&'static str; 1],
    resource_name: &'static str,
}

/// The document's routes, which need no token. Clients first request the path that ends with the resource's path.
pub fn routes() -> Router<AppState> {
    Router::new().route(METADATA_PATH, get(show)).route(&format!("{METADATA_PATH}{MCP}"), get(show))
}

async fn show(State(app): State<AppState>, request: Request) -> Json<ProtectedResource> {
    Json(ProtectedResource {
        resource: format!("{}{MCP}", origin(&request)),
        authorization_servers: app.settings.issuer.iter().cloned().collect(),
        bearer_methods_supported: ["header"],
        resource_name: "Muster",
    })
}

/// The domain name at which the gateway received a request; `None` without a gateway.
pub fn gateway_name(request: &Request) -> Option<&str> {
    match request.extensions().get() {
        Some(RequestContext::ApiGatewayV2(context)) => context.domain_name.as_deref(),
        _ => None,
    }
}

/// The host of a request; empty if the request names none.
pub fn host(request: &Request) -> &str {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    named.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str)).unwrap_or_default()
}

/// The origin under which a client reached this service: HTTPS at a gateway, plain HTTP on one machine.
pub fn origin(request: &Request) -> String {
    match gateway_name(request) {
        Some(name) => format!("https://{name}"),
        None => format!("http://{}", host(request)),
    }
}
