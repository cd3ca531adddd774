//! Checks of a message to `/mcp` before the MCP server handles it: a known host, a signed-in person, one message at a
//! time, and the limit of tool calls.

use api::ApiError;
use api::identity::CallerRequest;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runtime::telemetry;
use serde::Deserialize;
use serde_json::{Value, json};
use store::meter::Meter;

use crate::MCP;
use crate::app::AppState;
use crate::limit;
use crate::resource::{METADATA_PATH, gateway_name, host, origin};
use crate::settings::is_known_host;

/// The parts of a message that show whether it calls a tool, and for which club.
#[derive(Debug, Default, Deserialize)]
struct Message {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    params: Value,
}

/// The origin at which people open the web client: the configured one, or that of the request.
#[derive(Debug, Clone)]
pub struct WebClientOrigin(pub String);

/// JSON-RPC's error code for a body that is not JSON.
const PARSE_ERROR: i32 = -32_700;
/// JSON-RPC's error code for a body that is not one message.
const INVALID_REQUEST: i32 = -32_600;
/// The method that calls a tool.
const CALL: &str = "tools/call";

/// Passes a message on to the MCP server, or refuses it.
pub async fn admit(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if !is_known_host(host(&request), gateway_name(&request)) {
        return (StatusCode::FORBIDDEN, Json(json!({"message": "requests for this host are not answered"})))
            .into_response();
    }
    // The MCP server refuses every other method itself.
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let web_client = app.settings.web_client_origin().map_or_else(|| origin(&request), str::to_owned);
    let (mut parts, body) = request.into_parts();
    let caller_request = match CallerRequest::of(&parts) {
        Ok(caller_request) => caller_request,
        Err(error) => return error.into_response(),
    };
    // `with_conventions` has limited the body already.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return ApiError::internal("the body of a request cannot be read").into_response();
    };
    match serde_json::from_slice::<Value>(&bytes) {
        Err(_) => return refused(PARSE_ERROR, "the body is not JSON"),
        Ok(Value::Array(_)) => return refused(INVALID_REQUEST, "one message at a time: batches are not accepted"),
        Ok(message) => {
            if let Err(error) = count(&app, &caller_request, &message).await {
                return error.into_response();
            }
        }
    }
    parts.extensions.insert(telemetry::current());
    parts.extensions.insert(WebClientOrigin(web_client));
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// Counts the call of a tool, and refuses it above the limit. Other messages do not count. A call for which
/// `Caller::club` finds no club does not count either: `Requester::of` refuses it later.
async fn count(app: &AppState, caller_request: &CallerRequest, message: &Value) -> Result<(), ApiError> {
    let Ok(Message { method: Some(method), params }) = Message::deserialize(message) else { return Ok(()) };
    if method != CALL {
        return Ok(());
    }
    let Ok((club, _)) = caller_request.caller.club(params["arguments"]["club_id"].as_str()) else { return Ok(()) };
    telemetry::note_club(&club);
    let meter: &Meter = &caller_request.meter;
    limit::admit(app.table.club(&club, meter), &caller_request.caller.who, caller_request.now).await
}

/// A refusal in the format of JSON-RPC.
fn refused(code: i32, message: &str) -> Response {
    let error = json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": message}});
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}

/// Adds the URL of the protected-resource document to the 401 that an MCP client gets if it is not signed in.
pub async fn challenge(request: Request, next: Next) -> Response {
    let metadata_url = (request.uri().path() == MCP).then(|| format!("{}{METADATA_PATH}", origin(&request)));
    let mut response = next.run(request).await;
    if let Some(metadata_url) = metadata_url
        && response.status() == StatusCode::UNAUTHORIZED
        && let Ok(value) = HeaderValue::from_str(&format!("Bearer resource_metadata=\"{metadata_url}\""))
    {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
