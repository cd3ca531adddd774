//! The request context that API Gateway's HTTP API adds once its JWT authorizer has verified a token.

use lambda_http::request::RequestContext;
use serde_json::json;

/// The identity in a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person's `sub`.
    pub who: String,
    /// Roles by club: `8135:manager 8136:viewer`.
    pub roles: String,
}

/// The request context of a request with this verified identity, or of a request without a token.
pub fn request_context(request_id: &str, identity: Option<&Identity>) -> RequestContext {
    let claims = |i: &Identity| json!({"sub": i.who, "email": i.who, "cognito:groups": format!("[{}]", i.roles)});
    let authorizer = identity.map(|i| json!({"jwt": {"claims": claims(i), "scopes": null}}));
    let context = json!({
        "requestId": request_id, "stage": "$default", "routeKey": "$default", "timeEpoch": 0, "authorizer": authorizer,
        "http": {"method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""},
    });
    match serde_json::from_value(context) {
        Ok(context) => RequestContext::ApiGatewayV2(context),
        Err(error) => unreachable!("a request context of our own: {error}"),
    }
}
