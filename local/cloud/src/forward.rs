//! Forwards HTTP requests to another server.

use axum::body::Bytes;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Method, Response};

/// Sends a request to a server, and returns its complete answer. Headers of one connection, and those that the
/// HTTP libraries set again (host, length), are not forwarded.
///
/// # Errors
/// The server does not answer, or the answer ends early.
pub async fn forward(
    client: &reqwest::Client,
    address: &str,
    method: Method,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Bytes>, reqwest::Error> {
    for name in [HOST, CONNECTION, CONTENT_LENGTH] {
        headers.remove(name);
    }
    let received = client.request(method, address).headers(headers).body(body).send().await?;
    let (status, mut headers) = (received.status(), received.headers().clone());
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    let mut answer = Response::new(received.bytes().await?);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}
