//! A fault injector before the table, for drills: it rejects some requests before they have any effect, as the service
//! does when it throttles, and it ends the process, or one piece of work in it, at an exact request. It never changes a
//! request that it passes on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The error codes of a rejected request.
const THROTTLED: [&str; 2] = ["ProvisionedThroughputExceededException", "ThrottlingException"];

/// Faults of requests to the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableFaults {
    /// Probability from 0 to 1 that a request is rejected as throttled.
    pub throttle: f64,
    /// The process ends at this request, as if it were killed; 1 is the next one.
    pub kill_at: Option<u64>,
    /// Whether that request takes effect before the process ends. It gets no answer.
    pub kill_when_done: bool,
}

/// The fault injector. Clones share one state.
#[derive(Clone)]
pub struct FaultInjector(Arc<Behind>);

struct Behind {
    address: String,
    client: reqwest::Client,
    keeper: Mutex<TableFaultState>,
}

struct TableFaultState {
    faults: TableFaults,
    cut: Option<Cut>,
    rng: fastrand::Rng,
}

/// Where a piece of work ends. Its later requests get no answer and have no effect.
struct Cut {
    /// Number of requests left, the last one included.
    left: u64,
    /// Whether the last one takes effect.
    when_done: bool,
    reached: Arc<Notify>,
}

/// What happens to a request.
enum RequestFate {
    Passes,
    Rejected(&'static str),
    KillsProcess { done: bool },
    CutsWork { done: bool, reached: Option<Arc<Notify>> },
}

impl FaultInjector {
    /// A fault injector before this address. It passes everything on until faults are set.
    pub(crate) fn before(address: String, rng: fastrand::Rng) -> FaultInjector {
        let keeper = Mutex::new(TableFaultState { faults: TableFaults::default(), cut: None, rng });
        FaultInjector(Arc::new(Behind { address, client: reqwest::Client::new(), keeper }))
    }

    /// Sets the faults of the following requests.
    pub fn suffer(&self, faults: TableFaults) {
        self.keeper().faults = faults;
    }

    /// Runs work up to its request number `at` (1 is the first) and drops it there, as if its process had been killed.
    /// That request takes effect if `when_done`, and gets no answer. Returns the output of work that ends before it.
    pub async fn cut_off<W: Future>(&self, at: u64, when_done: bool, work: W) -> Option<W::Output> {
        let reached = Arc::new(Notify::new());
        self.keeper().cut = Some(Cut { left: at, when_done, reached: Arc::clone(&reached) });
        let done = tokio::select! {
            biased;
            () = reached.notified() => None,
            done = work => Some(done),
        };
        self.keeper().cut = None;
        done
    }

    fn keeper(&self) -> MutexGuard<'_, TableFaultState> {
        self.0.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fate(&self) -> RequestFate {
        let mut keeper = self.keeper();
        let TableFaultState { faults, cut, rng } = &mut *keeper;
        if let Some(Cut { left, when_done, reached }) = cut {
            match *left {
                0 => return RequestFate::CutsWork { done: false, reached: None },
                1 => {
                    *left = 0;
                    return RequestFate::CutsWork { done: *when_done, reached: Some(Arc::clone(reached)) };
                }
                _ => *left -= 1,
            }
        }
        if let Some(left) = &mut faults.kill_at {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return RequestFate::KillsProcess { done: faults.kill_when_done };
            }
        }
        let error = THROTTLED[rng.usize(..THROTTLED.len())];
        if rng.f64() < faults.throttle { RequestFate::Rejected(error) } else { RequestFate::Passes }
    }
}

/// Serves until `shutdown`.
pub(crate) async fn serve(
    listener: TcpListener,
    fault_injector: FaultInjector,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = Router::new().fallback(meet).layer(DefaultBodyLimit::disable()).with_state(fault_injector);
    _ = axum::serve(listener, loopback::only(router)).with_graceful_shutdown(shutdown).await;
}

async fn meet(State(fault_injector): State<FaultInjector>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    match fault_injector.fate() {
        RequestFate::Passes => pass(&fault_injector.0, headers, body).await,
        RequestFate::Rejected(error) => {
            let body = json!({
                "__type": format!("com.amazonaws.dynamodb.v20120810#{error}"), "message": "The table is busy."
            });
            answer(StatusCode::BAD_REQUEST, body.to_string().into())
        }
        RequestFate::KillsProcess { done } => {
            if done {
                pass(&fault_injector.0, headers, body).await;
            }
            std::process::abort()
        }
        RequestFate::CutsWork { done, reached } => {
            if done {
                pass(&fault_injector.0, headers, body).await;
            }
            if let Some(reached) = reached {
                reached.notify_one();
            }
            std::future::pending().await
        }
    }
}

async fn pass(behind: &Behind, mut headers: HeaderMap, body: Bytes) -> Response<Body> {
    for name in [HOST, CONNECTION, CONTENT_LENGTH] {
        headers.remove(name);
    }
    let sent = behind.client.post(&behind.address).headers(headers).body(body).send().await;
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
