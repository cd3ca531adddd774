//! Secrets Manager on a loopback port, with the login for Crossmark.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use serde_json::json;
use tokio::net::TcpListener;
use winterbaume_core::{MockRequest, MockService};
use winterbaume_secretsmanager::SecretsManagerService;

/// The name of the secret.
pub const NAME: &str = "muster/crossmark";

pub async fn serve(listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) {
    let service = Arc::new(SecretsManagerService::new());
    let body = json!({
        "Name": NAME,
        "SecretString": crate::secret().to_string(),
        "ClientRequestToken": "00000000-0000-4000-8000-000000000000",
    });
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-target", axum::http::HeaderValue::from_static("secretsmanager.CreateSecret"));
    service
        .handle(MockRequest { method: "POST".to_owned(), uri: "/".to_owned(), headers, body: body.to_string().into() })
        .await;
    let router = Router::new().fallback(call).with_state(service);
    _ = axum::serve(listener, loopback::only(router)).with_graceful_shutdown(shutdown).await;
}

async fn call(
    State(service): State<Arc<SecretsManagerService>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let request = MockRequest { method: method.to_string(), uri: uri.to_string(), headers, body };
    let answer = service.handle(request).await;
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = answer.headers;
    response
}
