//! Logs as data: JSON lines, one summary event for each invocation. No names of people, no tokens, no bodies.

use tracing_subscriber::EnvFilter;

/// Sets up the logs of a function: JSON on standard output; `RUST_LOG` says what is written, `info` where it is not set.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_target(false);
    // A second call changes nothing.
    let _ = logs.try_init();
}
