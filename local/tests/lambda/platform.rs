//! A simulation of Lambda's Runtime API on loopback, and a function's program that polls it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// Maximum real time until a function polls, and of an invocation.
const TEST_TIMEOUT: Duration = Duration::from_mins(1);
/// Time from the start of an invocation to the deadline in its headers.
const INVOCATION_TIMEOUT: Duration = Duration::from_mins(2);
/// The id of the trace that the platform passes.
pub const TRACE: &str = "1-67410af1-aaaaaaaaaaaaaaaaaaaaaaaa";

/// How an invocation ended.
#[derive(Debug)]
pub enum InvocationEnd {
    /// The function returned this answer.
    Answered(Value),
    /// The invocation failed with this error.
    Failed(Value),
}

impl InvocationEnd {
    /// The answer. Panics if the invocation failed.
    #[track_caller]
    pub fn assert_answer(self) -> Value {
        match self {
            InvocationEnd::Answered(answer) => answer,
            InvocationEnd::Failed(error) => panic!("the invocation failed: {error}"),
        }
    }
}

/// An event that the function has not polled yet.
struct Invocation {
    id: String,
    payload: Value,
    /// Sends how the invocation ended.
    sender: oneshot::Sender<InvocationEnd>,
}

struct RuntimeApi {
    invocations: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    /// By id: the sender for the end of each invocation that the function has polled and not ended.
    running: Mutex<HashMap<String, oneshot::Sender<InvocationEnd>>>,
    /// Sends the time of the first poll. None after it.
    first_poll: Mutex<Option<oneshot::Sender<Instant>>>,
}

/// A running program of a function.
pub struct Function {
    name: &'static str,
    process: Child,
    invocations: mpsc::Sender<Invocation>,
    /// Number of the next invocation.
    next: AtomicU64,
}

impl Function {
    /// Starts the program of a function with these settings, and returns after its first poll.
    pub async fn start(name: &'static str, settings: &[(String, String)]) -> Function {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let ((invocations, receiver), (first_poll, polled)) = (mpsc::channel(1), oneshot::channel());
        let api = RuntimeApi {
            invocations: tokio::sync::Mutex::new(receiver),
            running: Mutex::default(),
            first_poll: Mutex::new(Some(first_poll)),
        };
        tokio::spawn(async move { axum::serve(listener, routes(Arc::new(api))).await });
        let mut command = Command::new(program(name));
        command.env_clear().envs(platform_variables(name, &address)).envs(settings.iter().cloned());
        let started = Instant::now();
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        let function = Function { name, process, invocations, next: AtomicU64::new(0) };
        let polled = tokio::time::timeout(TEST_TIMEOUT, polled).await;
        let polled = polled.unwrap_or_else(|_| panic!("{name} does not poll")).unwrap();
        eprintln!("{name}: {:.1} ms from start to first poll", (polled - started).as_secs_f64() * 1_000.0);
        function
    }

    /// Sends one event, and returns how its invocation ended.
    pub async fn invoke(&self, payload: &Value) -> InvocationEnd {
        let id = format!("{:08x}-0000-4000-8000-000000000000", self.next.fetch_add(1, Ordering::Relaxed));
        let (sender, receiver) = oneshot::channel();
        let invocation = Invocation { id, payload: payload.clone(), sender };
        let sent = tokio::time::timeout(TEST_TIMEOUT, self.invocations.send(invocation)).await;
        let sent = sent.unwrap_or_else(|_| panic!("{} does not poll any more", self.name));
        sent.unwrap_or_else(|_| panic!("the simulated Runtime API of {} has stopped", self.name));
        let end = tokio::time::timeout(TEST_TIMEOUT, receiver).await;
        end.unwrap_or_else(|_| panic!("{} does not answer", self.name)).unwrap()
    }

    /// Whether the process has not exited.
    pub fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// The path of the program: the packaged one if `MUSTER_PACKAGES` names the folder of the packages, otherwise the one beside
/// `muster`. `cargo test --workspace` builds the programs there.
fn program(name: &str) -> PathBuf {
    let program = match std::env::var_os("MUSTER_PACKAGES") {
        Some(packages) => PathBuf::from(packages).join(name).join("bootstrap"),
        None => PathBuf::from(env!("CARGO_BIN_EXE_muster")).with_file_name(name),
    };
    assert!(program.is_file(), "{} is not built: cargo build --workspace --bins, or ./dev package", program.display());
    program
}

/// The variables that the platform sets.
fn platform_variables(name: &str, address: &str) -> Vec<(String, String)> {
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

fn routes(api: Arc<RuntimeApi>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_failed))
        .layer(DefaultBodyLimit::disable())
        .with_state(api)
}

async fn next(State(api): State<Arc<RuntimeApi>>) -> Response<Body> {
    if let Some(first_poll) = api.first_poll.lock().unwrap().take() {
        _ = first_poll.send(Instant::now());
    }
    let Some(Invocation { id, payload, sender }) = api.invocations.lock().await.recv().await else {
        return Response::builder().status(StatusCode::GONE).body(Body::empty()).unwrap();
    };
    api.running.lock().unwrap().insert(id.clone(), sender);
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + INVOCATION_TIMEOUT;
    Response::builder()
        .header("Lambda-Runtime-Aws-Request-Id", id)
        .header("Lambda-Runtime-Deadline-Ms", deadline.as_millis().to_string())
        .header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:muster-test")
        .header("Lambda-Runtime-Trace-Id", format!("Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=0"))
        .header("Content-Type", "application/json")
        .body(Body::from(payload.to_string()))
        .unwrap()
}

async fn response(State(api): State<Arc<RuntimeApi>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    end_invocation(&api, &id, InvocationEnd::Answered(read(&body)))
}

async fn error(State(api): State<Arc<RuntimeApi>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    end_invocation(&api, &id, InvocationEnd::Failed(read(&body)))
}

async fn init_failed(body: Bytes) -> StatusCode {
    eprintln!("a function did not start: {}", String::from_utf8_lossy(&body));
    StatusCode::ACCEPTED
}

fn end_invocation(api: &RuntimeApi, id: &str, end: InvocationEnd) -> StatusCode {
    let is_sent = api.running.lock().unwrap().remove(id).is_some_and(|sender| sender.send(end).is_ok());
    if is_sent { StatusCode::ACCEPTED } else { StatusCode::BAD_REQUEST }
}

fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}
