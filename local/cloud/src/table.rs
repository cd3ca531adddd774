//! `DynamoDB` on a loopback port: the wire protocol (awsJson 1.0) for the embedded table. The server of `dynoxide`
//! is not used, because it also answers requests from pages of other sites.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;

/// Maximum size of a request of the service, in bytes.
const MAX_REQUEST_BYTES: usize = 16 * 1024 * 1024;
/// The prefix of an operation in the header `x-amz-target`.
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// Serves until `shutdown`.
pub(crate) async fn serve(listener: TcpListener, table: Database, shutdown: impl Future<Output = ()> + Send + 'static) {
    let router = Router::new().fallback(call).layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES)).with_state(table);
    _ = axum::serve(listener, loopback::only(router)).with_graceful_shutdown(shutdown).await;
}

async fn call(State(table): State<Database>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
    let (status, answer) = match perform(&table, operation, &body) {
        Ok(answer) => (StatusCode::OK, answer),
        Err(error) => {
            let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, error.to_json())
        }
    };
    let mut response = Response::new(Body::from(answer));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Performs an operation. Only the operations that Muster and tools for its table use are supported.
fn perform(table: &Database, operation: &str, body: &[u8]) -> Result<String, DynoxideError> {
    match operation {
        "BatchGetItem" => perform_json(body, |request| table.batch_get_item(request)),
        "BatchWriteItem" => perform_json(body, |request| table.batch_write_item(request)),
        "CreateTable" => perform_json(body, |request| table.create_table(request)),
        "DeleteItem" => perform_json(body, |request| table.delete_item(request)),
        "DeleteTable" => perform_json(body, |request| table.delete_table(request)),
        "DescribeTable" => perform_json(body, |request| table.describe_table(request)),
        "DescribeTimeToLive" => perform_json(body, |request| table.describe_time_to_live(request)),
        "GetItem" => perform_json(body, |request| table.get_item(request)),
        "ListTables" => perform_json(body, |request| table.list_tables(request)),
        "PutItem" => perform_json(body, |request| table.put_item(request)),
        "Query" => perform_json(body, |request| table.query(request)),
        "Scan" => perform_json(body, |request| table.scan(request)),
        "TransactGetItems" => perform_json(body, |request| table.transact_get_items(request)),
        "TransactWriteItems" => perform_json(body, |request| table.transact_write_items(request)),
        "UpdateItem" => perform_json(body, |request| table.update_item(request)),
        "UpdateTimeToLive" => perform_json(body, |request| table.update_time_to_live(request)),
        other => Err(DynoxideError::ValidationException(format!("this table does not know the operation {other:?}"))),
    }
}

/// Parses the request, performs the operation, and serializes its answer.
fn perform_json<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    perform: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let request = serde_json::from_slice(body).map_err(|e| DynoxideError::SerializationException(e.to_string()))?;
    let answer = perform(request)?;
    serde_json::to_string(&answer).map_err(|e| DynoxideError::InternalServerError(e.to_string()))
}
