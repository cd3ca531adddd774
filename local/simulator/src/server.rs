//! Serves connections with hyper directly, because a call may have to end without an answer and with a reset of its
//! connection, which axum's server cannot do.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::answer::HangUp;
use crate::api::Call;
use crate::calls::CallName;
use crate::control;
use crate::fields::{Fields, session_of};
use crate::sim::Sim;

const CALLS: [(&str, CallName); 8] = [
    ("/login/authenticate", CallName::Login),
    ("/planningextcontroller/getPlanningMplans", CallName::Planning),
    ("/planningextcontroller/scheduleMplanEvent", CallName::Schedule),
    ("/planningextcontroller/getmPlanLocationCondition", CallName::Condition),
    ("/planningextcontroller/deleteScheduledMplanEvent", CallName::Delete),
    ("/schedulingcontroller/getScheduledEvents", CallName::ScheduledEvents),
    ("/schedulingcontroller/getNonScheduledVisits", CallName::Visits),
    ("/schedulingcontroller/getAvailableReps", CallName::People),
];

/// All routes of a simulator.
pub(crate) fn router(sim: &Arc<Sim>) -> Router {
    let mut router = Router::new()
        .route("/_sim/ledger", get(control::ledger))
        .route("/_sim/club", get(control::club))
        .route("/_sim/calls", get(control::calls))
        .route("/_sim/faults", get(control::faults).post(control::set_faults))
        .route("/_sim/release", post(control::release))
        .route("/_sim/reset", post(control::reset))
        .route("/_sim/clock", get(control::clock).post(control::move_clock))
        .route("/_sim/events", get(control::events).post(control::change_events));
    for (path, name) in CALLS {
        let handler = move |State(sim): State<Arc<Sim>>, request: Request| perform(sim, name, request);
        router = router.route(path, if name == CallName::Planning { get(handler) } else { post(handler) });
    }
    loopback::only(router.with_state(Arc::clone(sim)))
}

async fn perform(sim: Arc<Sim>, name: CallName, request: Request) -> Response {
    let session = session_of(request.headers());
    let fields = Fields::read(request).await;
    sim.perform(Call { name, session, fields }).await.into_response()
}

/// Serves connections until `shutdown` resolves, and then ends open connections.
pub(crate) async fn run(
    listener: TcpListener,
    router: &Router,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let mut shutdown = pin!(shutdown);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                connections.spawn(connection(stream, router.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
    connections.shutdown().await;
    Ok(())
}

/// Serves one connection. A response that must not be sent ends the connection with a reset. So does every other error
/// of the connection, for example a malformed request.
async fn connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let response = match router.oneshot(request.map(Body::new)).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            if response.extensions().get::<HangUp>().is_some() { Err(NoAnswer) } else { Ok(response) }
        }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if Pin::new(&mut connection).await.is_err() {
        let stream = connection.into_parts().io.into_inner();
        // With a linger time of zero, closing the stream sends a reset. If the linger time cannot be set, the stream is closed
        // normally.
        let _ = stream.set_zero_linger();
    }
}

/// Makes hyper abort a connection.
#[derive(Debug, thiserror::Error)]
#[error("the call ends without an answer")]
struct NoAnswer;
