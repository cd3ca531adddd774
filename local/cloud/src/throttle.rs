//! A door before the table that turns some requests away before they have any effect, as the service does with those
//! that it throttles. It never changes what it lets through.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

/// What a request that is turned away is answered with.
const THROTTLED: [&str; 2] = ["ProvisionedThroughputExceededException", "ThrottlingException"];

/// The door.
pub struct Door {
    behind: String,
    share: f64,
    dice: Mutex<fastrand::Rng>,
    client: reqwest::Client,
}

impl Door {
    /// A door before what is at this address.
    pub fn before(behind: String, share: f64, dice: fastrand::Rng) -> Door {
        Door { behind, share, dice: Mutex::new(dice), client: reqwest::Client::new() }
    }

    /// The error that this request gets, if it is turned away.
    fn turns_away(&self) -> Option<&'static str> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let error = THROTTLED[dice.usize(..THROTTLED.len())];
        (dice.f64() < self.share).then_some(error)
    }
}

/// Serves until `shutdown`.
pub async fn serve(listener: TcpListener, door: Door, shutdown: impl Future<Output = ()> + Send + 'static) {
    let router = Router::new().fallback(pass).layer(DefaultBodyLimit::disable()).with_state(Arc::new(door));
    _ = axum::serve(listener, router).with_graceful_shutdown(shutdown).await;
}

async fn pass(State(door): State<Arc<Door>>, mut headers: HeaderMap, body: Bytes) -> Response<Body> {
    if let Some(error) = door.turns_away() {
        let body = json!({
            "__type": format!("com.amazonaws.dynamodb.v20120810#{error}"), "message": "The table is busy."
        });
        return answer(StatusCode::BAD_REQUEST, body.to_string().into());
    }
    for name in [HOST, CONNECTION, CONTENT_LENGTH] {
        headers.remove(name);
    }
    let sent = door.client.post(&door.behind).headers(headers).body(body).send().await;
    let Ok(found) = sent else { return answer(StatusCode::BAD_GATEWAY, Bytes::new()) };
    let (status, mut headers) = (found.status(), found.headers().clone());
    let Ok(body) = found.bytes().await else { return answer(StatusCode::BAD_GATEWAY, Bytes::new()) };
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    let mut response = answer(status, body);
    *response.headers_mut() = headers;
    response
}

fn answer(status: StatusCode, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}
