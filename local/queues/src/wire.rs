//! The wire protocol: awsJson 1.0 over HTTP. The operation is in a header and its input in the body. Paths and signatures are
//! ignored. This module does not depend on individual operations.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::{AtFault, Error};
use crate::operations;
use crate::store::Queues;

/// Maximum size of a request, in bytes. A batch of 1 MiB in which every character is escaped is smaller.
const MAXIMUM_REQUEST_BYTES: usize = 8 * 1_048_576;

/// Maximum time for running requests to finish after the server stops. They take milliseconds; the limit is for a
/// client that keeps an unused connection open.
const GRACE: Duration = Duration::from_secs(1);

/// Serves the queues until `shutdown`. Then long polls end with an empty answer, and running requests have a second to finish.
///
/// # Errors
/// The listener failed.
pub async fn serve(
    listener: TcpListener,
    store: Queues,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let mut ending = stopped.clone();
    let router = Router::new()
        .fallback(answer)
        .layer(DefaultBodyLimit::max(MAXIMUM_REQUEST_BYTES))
        .with_state(Server { queues: store, stopped });
    let serving = axum::serve(listener, loopback::only(router)).with_graceful_shutdown(async move {
        shutdown.await;
        stop.send_replace(true);
    });
    tokio::select! {
        result = serving.into_future() => result,
        () = async { until_stopped(&mut ending).await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

#[derive(Clone)]
struct Server {
    queues: Queues,
    stopped: watch::Receiver<bool>,
}

async fn answer(State(mut server): State<Server>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let target = text(HeaderName::from_static("x-amz-target"));
    let operation = target.strip_prefix("AmazonSQS.").unwrap_or(target);
    let origin = format!("http://{}", text(HOST));
    let result = match read(&body) {
        Ok(request) => {
            operations::call(&server.queues, &origin, operation, request, until_stopped(&mut server.stopped)).await
        }
        Err(error) => Err(error),
    };
    result.map_or_else(|error| refusal(operation, &error), |answer| reply(StatusCode::OK, "", &answer))
}

async fn until_stopped(stopped: &mut watch::Receiver<bool>) {
    // If the sender was dropped, the server has ended.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

fn read(body: &[u8]) -> Result<Value, Error> {
    if body.is_empty() { Ok(json!({})) } else { Ok(serde_json::from_slice(body)?) }
}

fn refusal(operation: &str, error: &Error) -> Response {
    let (code, query_code) = error.codes();
    let (status, at_fault) = match error.at_fault() {
        AtFault::Sender => (StatusCode::BAD_REQUEST, "Sender"),
        AtFault::Receiver => {
            tracing::error!(operation, cause = ?error, "queue operation failed: {operation}");
            (StatusCode::INTERNAL_SERVER_ERROR, "Receiver")
        }
    };
    let body = json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": error.to_string()});
    reply(status, &format!("{query_code};{at_fault}"), &body)
}

fn reply(status: StatusCode, query_error: &str, body: &Value) -> Response {
    let mut headers = HeaderMap::new();
    let mut put = |name, value: &str| {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    };
    put(CONTENT_TYPE, "application/x-amz-json-1.0");
    put(HeaderName::from_static("x-amzn-requestid"), &Uuid::new_v4().to_string());
    if !query_error.is_empty() {
        put(HeaderName::from_static("x-amzn-query-error"), query_error);
    }
    (status, headers, body.to_string()).into_response()
}
