//! Structured logs: JSON lines, and for each invocation one summary, which contains its metrics. The logs contain no
//! names of people, no tokens and no bodies.
//!
//! The summary is written at any `RUST_LOG`, because its line is also the metrics document (EMF) that alarms depend on.

mod invocation;
mod metric;
mod summary;

use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

pub use invocation::{
    Invocation, InvocationHandle, Origin, count, count_submission, current, measure, note_approval, note_club,
    note_run, note_table_cost, run_invocation, trace, with_trace,
};
pub use metric::Metric;

/// Directives that keep libraries from logging what they send and receive.
const QUIET_LIBRARIES: &str = "aws_config=info,aws_runtime=info,aws_sdk_dynamodb=info,aws_sdk_secretsmanager=info,aws_sdk_sns=info,\
                     aws_sdk_sqs=info,aws_sigv4=info,aws_smithy_http=info,aws_smithy_http_client=info,\
                     aws_smithy_runtime=info,aws_smithy_runtime_api=info,h2=info,hyper=info,hyper_util=info,\
                     lambda_http=info,lambda_runtime=info,lambda_runtime_api_client=info,reqwest=info,rustls=info";

/// Keeps the library of the Model Context Protocol from logging each message, which the invocation's summary covers.
const QUIET_MCP_LIBRARY: &str = "rmcp=warn";

/// The destination of log lines.
type Sink = Mutex<Box<dyn Write + Send>>;

static SINK: OnceLock<Sink> = OnceLock::new();

/// Sets up the logs of a function: JSON on standard output, filtered by `RUST_LOG` (default `info`).
pub fn start() {
    write_logs_to(Box::new(io::stdout()));
    let logs = tracing_subscriber::fmt().json().flatten_event(true).with_span_list(false).with_target(false);
    // A second call changes nothing.
    let _ = logs.with_writer(log_writer).with_env_filter(filter("info")).try_init();
}

/// The filter of `RUST_LOG`, or `default_filter` if it is not set or cannot be read. A global level that logs more than
/// `info` does not apply to libraries that log what they transfer.
pub fn filter(default_filter: &str) -> EnvFilter {
    let set = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|set| !set.is_empty());
    let requested = set.unwrap_or_else(|| default_filter.to_owned());
    // Of two directives for one target, the later one wins. A library that is named explicitly is therefore logged.
    let all = if logs_at_most_info(&requested) {
        format!("{QUIET_MCP_LIBRARY},{requested}")
    } else {
        format!("{QUIET_LIBRARIES},{QUIET_MCP_LIBRARY},{requested}")
    };
    EnvFilter::try_new(all).unwrap_or_else(|_| EnvFilter::new(default_filter))
}

/// Whether the requested filter logs no more than `info` of any target, so that libraries need no directive.
fn logs_at_most_info(requested: &str) -> bool {
    let mut levels = requested.split(',').map(|directive| directive.rsplit('=').next().unwrap_or_default().trim());
    levels.all(|level| matches!(level.to_ascii_lowercase().as_str(), "off" | "error" | "warn" | "info"))
}

/// Sets the destination of this process's log: the summaries, and what is written to [`log_writer`]. Only the first
/// call has an effect.
pub fn write_logs_to(sink: Box<dyn Write + Send>) {
    _ = SINK.set(Mutex::new(sink));
}

/// A writer to the destination of this process's log. It discards everything if no destination is set.
pub fn log_writer() -> LogWriter {
    LogWriter
}

/// Writes to the destination of this process's log. Each write stays in one piece.
#[derive(Debug, Clone, Copy)]
pub struct LogWriter;

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(sink) = SINK.get() {
            sink.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        SINK.get().map_or(Ok(()), |sink| sink.lock().unwrap_or_else(PoisonError::into_inner).flush())
    }
}

impl MakeWriter<'_> for LogWriter {
    type Writer = LogWriter;
    fn make_writer(&self) -> LogWriter {
        LogWriter
    }
}
