//! A fault injector in front of the table, for drills. It rejects some requests before they have any effect, as
//! DynamoDB does when it throttles, and ends the process, or one piece of work in it, at an exact request. It never
//! changes the body of a request that it forwards.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{self, DefaultBodyLimit};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::forward;

/// The error codes with which the table throttles a request.
const THROTTLING_CODES: [&str; 2] = ["ProvisionedThroughputExceededException", "ThrottlingException"];

/// Faults of requests to the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableFaults {
    /// Probability from 0 to 1 that a request is rejected as throttled.
    pub throttle: f64,
    /// The number of the request at which the process ends, as if it were killed; 1 is the next request.
    pub kill_at: Option<u64>,
    /// Whether that request takes effect before the process ends. In either case it gets no answer.
    pub kill_when_done: bool,
}

/// The fault injector. Clones share one state.
#[derive(Clone)]
pub struct FaultInjector(Arc<Inner>);

struct Inner {
    table_address: String,
    client: reqwest::Client,
    state: Mutex<State>,
}

struct State {
    faults: TableFaults,
    cut: Option<Cut>,
    rng: fastrand::Rng,
}

/// The request at which a piece of work ends. Later requests get no answer and have no effect.
struct Cut {
    /// Number of requests up to the last one, which is included.
    left: u64,
    /// Whether the last request takes effect.
    takes_effect: bool,
    /// Is notified at the last request.
    reached: Arc<Notify>,
}

/// What happens to a request.
enum RequestFate {
    Forwarded,
    /// Rejected with this error code.
    Rejected(&'static str),
    /// Ends the process, before or after the request takes effect.
    KillsProcess {
        takes_effect: bool,
    },
    /// Gets no answer. The work ends here if there is something to notify.
    CutsWork {
        takes_effect: bool,
        reached: Option<Arc<Notify>>,
    },
}

impl FaultInjector {
    /// A fault injector in front of the table at this address. It forwards every request until faults are set.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub(crate) fn in_front_of(table_address: String, rng: fastrand::Rng) -> Result<FaultInjector, reqwest::Error> {
        let state = Mutex::new(State { faults: TableFaults::default(), cut: None, rng });
        // The table is on this machine, and calls to it must not go through a proxy.
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(FaultInjector(Arc::new(Inner { table_address, client, state })))
    }

    /// Sets the faults of the following requests.
    pub fn set_faults(&self, faults: TableFaults) {
        self.state().faults = faults;
    }

    /// Runs `work` up to its request number `at` (1 is the first) and drops it there, as if its process had been
    /// killed. The last request gets no answer; `takes_effect` says whether it takes effect. Returns the output of
    /// `work` if it ends before that request.
    pub async fn cut_off<W: Future>(&self, at: u64, takes_effect: bool, work: W) -> Option<W::Output> {
        let reached = Arc::new(Notify::new());
        self.state().cut = Some(Cut { left: at, takes_effect, reached: Arc::clone(&reached) });
        let output = tokio::select! {
            biased;
            () = reached.notified() => None,
            output = work => Some(output),
        };
        self.state().cut = None;
        output
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw_fate(&self) -> RequestFate {
        let mut state = self.state();
        let State { faults, cut, rng } = &mut *state;
        if let Some(Cut { left, takes_effect, reached }) = cut {
            match *left {
                0 => return RequestFate::CutsWork { takes_effect: false, reached: None },
                1 => {
                    *left = 0;
                    return RequestFate::CutsWork { takes_effect: *takes_effect, reached: Some(Arc::clone(reached)) };
                }
                _ => *left -= 1,
            }
        }
        if let Some(left) = &mut faults.kill_at {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return RequestFate::KillsProcess { takes_effect: faults.kill_when_done };
            }
        }
        let error = THROTTLING_CODES[rng.usize(..THROTTLING_CODES.len())];
        if rng.f64() < faults.throttle { RequestFate::Rejected(error) } else { RequestFate::Forwarded }
    }
}

/// Serves until `shutdown`.
pub(crate) async fn serve(
    listener: TcpListener,
    fault_injector: FaultInjector,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = Router::new().fallback(handle).layer(DefaultBodyLimit::disable()).with_state(fault_injector);
    _ = axum::serve(listener, loopback::only(router)).with_graceful_shutdown(shutdown).await;
}

async fn handle(
    extract::State(fault_injector): extract::State<FaultInjector>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    match fault_injector.draw_fate() {
        RequestFate::Forwarded => forward_to_table(&fault_injector.0, headers, body).await,
        RequestFate::Rejected(error) => {
            let body = json!({
                "__type": format!("com.amazonaws.dynamodb.v20120810#{error}"), "message": "The table is busy."
            });
            answer(StatusCode::BAD_REQUEST, body.to_string().into())
        }
        RequestFate::KillsProcess { takes_effect } => {
            if takes_effect {
                forward_to_table(&fault_injector.0, headers, body).await;
            }
            std::process::abort()
        }
        RequestFate::CutsWork { takes_effect, reached } => {
            if takes_effect {
                forward_to_table(&fault_injector.0, headers, body).await;
            }
            if let Some(reached) = reached {
                reached.notify_one();
            }
            std::future::pending().await
        }
    }
}

async fn forward_to_table(inner: &Inner, headers: HeaderMap, body: Bytes) -> Response<Body> {
    match forward(&inner.client, &inner.table_address, Method::POST, headers, body).await {
        Ok(answer) => answer.map(Body::from),
        Err(_) => answer(StatusCode::BAD_GATEWAY, Bytes::new()),
    }
}

fn answer(status: StatusCode, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}
