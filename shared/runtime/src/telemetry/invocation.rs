//! One invocation. Values that code notes anywhere during the invocation become part of its summary. The trace id
//! passes from a person's request through the queues to the calls of Crossmark.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;
use store::key::{ApprovalId, ClubId, RunId};
use store::meter::Meter;
use tracing::Instrument;

use super::metric::Metric;
use super::summary::Summary;
use crate::trigger::{Payload, Response};

tokio::task_local! {
    static CURRENT: Current;
}

/// The invocation that the running code belongs to.
#[derive(Clone)]
struct Current {
    summary: Arc<Mutex<Summary>>,
    trace: Arc<str>,
}

/// The request that an invocation answers, and the trace that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The request's id.
    pub request: String,
    /// The id of its trace.
    pub trace: String,
}

impl Origin {
    /// A request that starts a trace of its own.
    pub fn new(request: impl Into<String>) -> Origin {
        let request = request.into();
        Origin { trace: request.clone(), request }
    }

    /// The origin of a Lambda invocation.
    pub fn of(context: &lambda_runtime::Context) -> Origin {
        Origin::new(&context.request_id).with_platform_trace(context)
    }

    /// The same origin, with the platform's trace id if there is one.
    #[must_use]
    pub fn with_platform_trace(self, context: &lambda_runtime::Context) -> Origin {
        let named = context.xray_trace_id.as_deref().and_then(root);
        Origin { trace: named.map_or(self.trace, str::to_owned), request: self.request }
    }
}

/// The id in `Root=1-…;Parent=…;Sampled=1`.
fn root(header: &str) -> Option<&str> {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root=")).filter(|root| !root.is_empty())
}

/// An invocation in progress. Its summary is written on drop, so it is also written if the invocation is cancelled.
pub struct Invocation {
    summary: Arc<Mutex<Summary>>,
    trace: Arc<str>,
    started: Instant,
}

impl Invocation {
    /// An invocation of a function for a route or another trigger.
    pub fn new(function: &'static str, trigger: &str, origin: &Origin) -> Invocation {
        let mut summary = Summary::new(function, trigger, &origin.request);
        summary.traces.insert(origin.trace.clone());
        Invocation {
            summary: Arc::new(Mutex::new(summary)),
            trace: origin.trace.as_str().into(),
            started: Instant::now(),
        }
    }

    /// Runs a future as part of the invocation.
    pub async fn around<F: Future>(&self, work: F) -> F::Output {
        let current = Current { summary: Arc::clone(&self.summary), trace: Arc::clone(&self.trace) };
        current.around(work).await
    }

    /// Ends the invocation with an outcome and further values for the summary.
    pub fn end(self, outcome: &'static str, more: impl IntoIterator<Item = (&'static str, Value)>) {
        let mut summary = lock_summary(&self.summary);
        summary.outcome = outcome;
        summary.more.extend(more);
    }
}

impl Drop for Invocation {
    fn drop(&mut self) {
        let summary = std::mem::take(&mut *lock_summary(&self.summary));
        summary.write(self.started.elapsed());
    }
}

impl Current {
    async fn around<F: Future>(self, work: F) -> F::Output {
        // At level `error`, so that every line that is logged has the trace id.
        let span = tracing::error_span!("work", trace.id = %self.trace);
        CURRENT.scope(self, work.instrument(span)).await
    }
}

/// Reads the payload of a queue or a schedule and handles it, as one invocation.
///
/// # Errors
/// A payload of another shape, and the errors of the handler.
pub async fn run_invocation<P: Payload, R: Response, W>(
    function: &'static str,
    origin: &Origin,
    payload: Value,
    work: impl FnOnce(P) -> W,
) -> Result<Value, String>
where
    W: Future<Output = Result<R, String>>,
{
    let from_queue = payload.get("Records").is_some();
    let invocation = Invocation::new(function, if from_queue { "queue" } else { "schedule" }, origin);
    let payload = P::read(payload);
    let records = payload.as_ref().ok().and_then(P::records);
    let ended = match payload {
        Ok(payload) => invocation.around(work(payload)).await,
        Err(fault) => Err(fault),
    };
    let failures = ended.as_ref().map_or(0, R::failed_records);
    let outcome = match &ended {
        Ok(_) if failures == 0 => "done",
        Ok(_) => "partly_done",
        Err(_) => "failed",
    };
    let mut more = Vec::new();
    if let Some(records) = records {
        more.extend([("records", records.into()), ("records.failed", failures.into())]);
    }
    more.extend(ended.as_ref().err().map(|cause| ("cause", Value::from(cause.as_str()))));
    invocation.end(outcome, more);
    serde_json::to_value(ended?).map_err(|e| e.to_string())
}

/// Runs a part of the current invocation under another trace id. Without an invocation or a trace id, it only runs the
/// part.
pub async fn with_trace<F: Future>(trace: Option<&str>, work: F) -> F::Output {
    let Ok(current) = CURRENT.try_with(Clone::clone) else { return work.await };
    let Some(trace) = trace.filter(|trace| !trace.is_empty()) else { return work.await };
    lock_summary(&current.summary).traces.insert(trace.to_owned());
    Current { trace: trace.into(), ..current }.around(work).await
}

/// A handle to the current invocation, to pass into a task that a library spawns.
#[derive(Clone)]
pub struct InvocationHandle(Option<Current>);

impl InvocationHandle {
    /// Runs a future as part of the invocation.
    pub async fn around<F: Future>(self, work: F) -> F::Output {
        match self.0 {
            Some(current) => current.around(work).await,
            None => work.await,
        }
    }
}

/// A handle to the current invocation. Outside of an invocation it has no effect.
pub fn current() -> InvocationHandle {
    InvocationHandle(CURRENT.try_with(Clone::clone).ok())
}

/// The trace id of the running code.
pub fn trace() -> Option<Arc<str>> {
    CURRENT.try_with(|current| Arc::clone(&current.trace)).ok()
}

/// Adds a club's id to the summary of the current invocation.
pub fn note_club(id: &ClubId) {
    note(|summary| _ = summary.clubs.insert(id.to_string()));
}

/// Adds a run's id to the summary of the current invocation.
pub fn note_run(id: &RunId) {
    note(|summary| _ = summary.runs.insert(id.to_string()));
}

/// Adds an approval's id to the summary of the current invocation.
pub fn note_approval(id: &ApprovalId) {
    note(|summary| _ = summary.approvals.insert(id.to_string()));
}

/// Adds the cost of requests to the table to the summary of the current invocation.
pub fn note_table_cost(meter: &Meter) {
    note(|summary| summary.table.add(&meter.costs()));
}

/// Adds a number to a counter in the summary of the current invocation.
pub fn count(name: &'static str, number: usize) {
    note(|summary| *summary.counts.entry(name).or_default() += number as u64);
}

/// Adds a value of a metric to the summary of the current invocation.
pub fn measure(metric: Metric, value: f64) {
    note(|summary| summary.metrics.entry(metric).or_default().push(value));
}

/// Counts a change of a line by a worker, by its outcome ([`Metric::Submissions`]).
pub fn count_submission(outcome: &'static str) {
    note(|summary| *summary.submissions.entry(outcome).or_default() += 1);
}

/// Changes the summary of the current invocation.
fn note(change: impl FnOnce(&mut Summary)) {
    // There is no summary outside of an invocation: in the command line, and in tests of parts.
    _ = CURRENT.try_with(|current| change(&mut lock_summary(&current.summary)));
}

fn lock_summary(summary: &Mutex<Summary>) -> std::sync::MutexGuard<'_, Summary> {
    summary.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_id_is_the_platforms_or_the_requests() {
        for (header, expected) in [
            (None, "r-1"),
            (
                Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"),
                "1-5759e988-bd862e3fe1be46a994272793",
            ),
            (Some("Parent=53995c3f42cd8ad8; Root=1-2-3"), "1-2-3"),
            (Some("Root="), "r-1"),
            (Some("nonsense"), "r-1"),
        ] {
            let mut context = lambda_runtime::Context::default();
            context.xray_trace_id = header.map(str::to_owned);
            assert_eq!(Origin::new("r-1").with_platform_trace(&context).trace, expected, "{header:?}");
        }
    }

    #[tokio::test]
    async fn noted_values_belong_only_to_their_own_invocation() {
        let [one, two] = ["r-1", "r-2"].map(|id| Invocation::new("submit", "queue", &Origin::new(id)));
        let work = async |trace: &'static str, lines: usize| {
            with_trace(Some(trace), async {
                tokio::task::yield_now().await;
                count("lines", lines);
                assert_eq!(trace, &*super::trace().unwrap_or_default());
            })
            .await;
        };
        tokio::join!(one.around(work("t-1", 1)), two.around(work("t-2", 2)), one.around(work("t-3", 4)));
        assert_eq!(lock_summary(&one.summary).counts["lines"], 5);
        assert_eq!(lock_summary(&two.summary).counts["lines"], 2);
        assert_eq!(lock_summary(&one.summary).traces.iter().collect::<Vec<_>>(), ["r-1", "t-1", "t-3"]);
        assert!(super::trace().is_none());
    }

    #[tokio::test]
    async fn a_spawned_task_belongs_to_the_invocation_of_its_handle() {
        let one = Invocation::new("assist", "POST /mcp", &Origin::new("r-1"));
        let spawned = one.around(async {
            let handle = current();
            let task = tokio::spawn(handle.around(async {
                count("calls", 1);
                super::trace().map(|trace| trace.to_string())
            }));
            task.await.expect("a task that ends")
        });
        let trace = spawned.await;
        assert_eq!((trace.as_deref(), lock_summary(&one.summary).counts["calls"]), (Some("r-1"), 1));
        assert!(tokio::spawn(current().around(async { super::trace() })).await.expect("a task").is_none());
    }
}
