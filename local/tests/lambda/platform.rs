//! Lambda's Runtime API on loopback, and a function's program that polls it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as Locked};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Maximum time for anything here; real time.
const PATIENCE: Duration = Duration::from_mins(1);
/// The timeout of an invocation, as the platform tells the function.
const TIME_OUT: Duration = Duration::from_mins(2);
/// The id of the trace that the platform passes.
pub const TRACE: &str = "1-67410af1-aaaaaaaaaaaaaaaaaaaaaaaa";

/// How an invocation ended.
#[derive(Debug)]
pub enum Ended {
    /// It returned this answer.
    Answered(Value),
    /// The whole invocation failed with this error.
    Failed(Value),
}

impl Ended {
    #[track_caller]
    pub fn answer(self) -> Value {
        match self {
            Ended::Answered(answer) => answer,
            Ended::Failed(error) => panic!("it failed: {error}"),
        }
    }
}

/// An event that waits for the function.
struct Offer {
    id: String,
    payload: Value,
    tell: oneshot::Sender<Ended>,
}

struct Api {
    offers: Mutex<mpsc::Receiver<Offer>>,
    waiting: Locked<HashMap<String, oneshot::Sender<Ended>>>,
    polled: Locked<Option<oneshot::Sender<Instant>>>,
}

/// A running program of a function.
pub struct Function {
    name: &'static str,
    process: Child,
    offers: mpsc::Sender<Offer>,
    next: AtomicU64,
}

impl Function {
    /// Starts the program of a function with these settings, and returns when it asks for its first event.
    pub async fn start(name: &'static str, settings: &[(String, String)]) -> Function {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let ((offers, taken), (tell, polled)) = (mpsc::channel(1), oneshot::channel());
        let api = Api { offers: Mutex::new(taken), waiting: Locked::default(), polled: Locked::new(Some(tell)) };
        tokio::spawn(async move { axum::serve(listener, routes(Arc::new(api))).await });
        let mut command = Command::new(program(name));
        command.env_clear().envs(platforms_own(name, &address)).envs(settings.iter().cloned());
        let started = Instant::now();
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        let function = Function { name, process, offers, next: AtomicU64::new(0) };
        let polled = tokio::time::timeout(PATIENCE, polled).await;
        let polled = polled.unwrap_or_else(|_| panic!("{name} never polls")).unwrap();
        eprintln!("{name}: {:.1} ms from start to first poll", (polled - started).as_secs_f64() * 1_000.0);
        function
    }

    /// Sends one event, and returns how its invocation ended.
    pub async fn invoke(&self, payload: &Value) -> Ended {
        let id = format!("{:08x}-0000-4000-8000-000000000000", self.next.fetch_add(1, Ordering::Relaxed));
        let (tell, ended) = oneshot::channel();
        let offer = Offer { id, payload: payload.clone(), tell };
        self.offers.send(offer).await.unwrap_or_else(|_| panic!("{} is gone", self.name));
        let ended = tokio::time::timeout(PATIENCE, ended).await;
        ended.unwrap_or_else(|_| panic!("{} does not answer", self.name)).unwrap()
    }

    /// Whether the process that was started still runs.
    pub fn lives(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// The path of the program: the packaged one if `MUSTER_PACKAGES` names the folder of the packages, otherwise the one
/// that `cargo test --workspace` builds beside the command line, because each function has tests of its own.
fn program(name: &str) -> PathBuf {
    let program = match std::env::var_os("MUSTER_PACKAGES") {
        Some(packages) => PathBuf::from(packages).join(name).join("bootstrap"),
        None => PathBuf::from(env!("CARGO_BIN_EXE_muster")).with_file_name(name),
    };
    assert!(program.is_file(), "{} is not built: cargo build --workspace --bins, or ./dev package", program.display());
    program
}

/// The variables that the platform sets.
fn platforms_own(name: &str, address: &str) -> Vec<(String, String)> {
    let function = format!("muster-test-{name}");
    let log = format!("/aws/lambda/{function}");
    [
        ("AWS_LAMBDA_RUNTIME_API", address),
        ("AWS_LAMBDA_FUNCTION_NAME", &function),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &log),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/23/[$LATEST]0"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_SESSION_TOKEN", "local"),
        ("TZ", ":UTC"),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn routes(api: Arc<Api>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(answered))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
        .route("/2018-06-01/runtime/init/error", post(not_begun))
        .layer(DefaultBodyLimit::disable())
        .with_state(api)
}

async fn next(State(api): State<Arc<Api>>) -> Response<Body> {
    if let Some(tell) = api.polled.lock().unwrap().take() {
        _ = tell.send(Instant::now());
    }
    let Some(Offer { id, payload, tell }) = api.offers.lock().await.recv().await else {
        return Response::builder().status(StatusCode::GONE).body(Body::empty()).unwrap();
    };
    api.waiting.lock().unwrap().insert(id.clone(), tell);
    let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + TIME_OUT;
    Response::builder()
        .header("Lambda-Runtime-Aws-Request-Id", id)
        .header("Lambda-Runtime-Deadline-Ms", end.as_millis().to_string())
        .header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:muster-test")
        .header("Lambda-Runtime-Trace-Id", format!("Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=0"))
        .header("Content-Type", "application/json")
        .body(Body::from(payload.to_string()))
        .unwrap()
}

async fn answered(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    end(&api, &id, Ended::Answered(read(&body)))
}

async fn failed(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    end(&api, &id, Ended::Failed(read(&body)))
}

async fn not_begun(body: Bytes) -> StatusCode {
    eprintln!("a function did not begin: {}", String::from_utf8_lossy(&body));
    StatusCode::ACCEPTED
}

fn end(api: &Api, id: &str, ended: Ended) -> StatusCode {
    let told = api.waiting.lock().unwrap().remove(id).is_some_and(|tell| tell.send(ended).is_ok());
    if told { StatusCode::ACCEPTED } else { StatusCode::BAD_REQUEST }
}

fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}
