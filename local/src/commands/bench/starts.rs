//! `muster bench --starts`: measures the time from the start of each function's program to its first poll of Lambda's Runtime
//! API, on this machine. The work of the platform (sandbox, unpacking) is not included.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use tokio::sync::Notify;

use super::median_and_max;
use crate::commands::Failure;
use crate::console;
use crate::serve::listen;

/// Number of starts of each function.
const STARTS: usize = 21;
/// Maximum duration of a start.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// The functions, by the names of their programs.
const FUNCTIONS: [&str; 9] =
    ["assist", "rotations", "review", "roster", "solve", "trial", "submit", "refresh", "sweep"];
/// Settings that a function needs to start. It uses none of them before its first event.
const SETTINGS: [(&str, &str); 21] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "muster-bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/muster-bench"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
    ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "local"),
    ("AWS_SECRET_ACCESS_KEY", "local"),
    ("MUSTER_TABLE", "muster"),
    ("MUSTER_RUN_QUEUE", "http://127.0.0.1:9/run"),
    ("MUSTER_RUN_DLQ", "http://127.0.0.1:9/run-dlq"),
    ("MUSTER_TRIAL_QUEUE", "http://127.0.0.1:9/trial"),
    ("MUSTER_TRIAL_DLQ", "http://127.0.0.1:9/trial-dlq"),
    ("MUSTER_SUBMIT_QUEUE", "http://127.0.0.1:9/submit"),
    ("MUSTER_SUBMIT_DLQ", "http://127.0.0.1:9/submit-dlq"),
    ("MUSTER_REFRESH_QUEUE", "http://127.0.0.1:9/refresh"),
    ("MUSTER_REFRESH_DLQ", "http://127.0.0.1:9/refresh-dlq"),
    ("MUSTER_CROSSMARK_URL", "http://127.0.0.1:9"),
    ("MUSTER_CROSSMARK_SECRET", "muster/crossmark"),
    ("MUSTER_NOTICES", "arn:aws:sns:us-east-1:000000000000:muster-notices"),
];

/// Measures, and prints a line for each function.
///
/// # Errors
/// A program could not be started, or did not poll in time.
pub async fn run() -> Result<(), Failure> {
    let (listener, address) = listen(0, "--port").await?;
    let polled = Arc::new(Notify::new());
    let notify = Arc::clone(&polled);
    let poll = async move || {
        notify.notify_one();
        std::future::pending::<()>().await;
    };
    let server = tokio::spawn(async move { axum::serve(listener, Router::new().fallback(poll)).await });
    let address = address.trim_start_matches("http://");
    let here = std::env::current_exe().map_err(Failure::internal)?;
    console::say(&format!("{:<12} {:>10} {:>10}\n", "function", "median ms", "max ms"))?;
    for function in FUNCTIONS {
        let program = here.with_file_name(function);
        if !program.is_file() {
            let hint = "cargo build --release --workspace --bins builds it";
            return Err(Failure::Input(format!("{} does not exist: {hint}", program.display())));
        }
        let mut times_ms = Vec::with_capacity(STARTS);
        for _ in 0..STARTS {
            times_ms.push(first_poll(&program, address, &polled).await?);
        }
        let (middle, most) = median_and_max(times_ms);
        console::say(&format!("{function:<12} {middle:>10.1} {most:>10.1}\n"))?;
    }
    server.abort();
    Ok(())
}

/// Milliseconds from the start of a program to its first poll.
async fn first_poll(program: &Path, address: &str, polled: &Notify) -> Result<f64, Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::Internal(format!("{}: {e}", program.display()));
    let mut command = Command::new(program);
    command.env_clear().envs(SETTINGS).env("AWS_LAMBDA_RUNTIME_API", address);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let started = Instant::now();
    let mut process = command.spawn().map_err(|e| failed(&e))?;
    let in_time = tokio::time::timeout(START_TIMEOUT, polled.notified()).await;
    let taken = started.elapsed();
    _ = process.kill();
    _ = process.wait();
    in_time.map_err(|_| failed(&"it did not poll in time"))?;
    Ok(taken.as_secs_f64() * 1_000.0)
}
