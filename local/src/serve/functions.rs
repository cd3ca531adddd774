//! Runs the functions as the cloud does: the HTTP functions by path, the others through the event source mappings of their
//! queues or by a tick, each invocation with a timeout. The code of the functions is the same as on Lambda.
//!
//! `infra/check.py` compares the timeouts, the batch sizes and the paths with the stack's template.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cloud::Cloud;
use queues::{Mapping, Queues};
use runtime::messages::{Message, RefreshMessage, RunMessage, SubmitMessage, TrialMessage};
use runtime::telemetry::{self, Origin};
use runtime::trigger::{Payload, Response};
use runtime::{Deadline, Environment, EnvironmentError};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::until_stopped;

/// Timeout of a run.
const SOLVE_TIMEOUT: Duration = Duration::from_mins(2);
/// Timeout of a trial.
const TRIAL_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout of a batch of submissions.
const SUBMIT_TIMEOUT: Duration = Duration::from_mins(2);
/// Timeout of the refresh of a club.
const REFRESH_TIMEOUT: Duration = Duration::from_mins(5);
/// The longest timeout of a message's handler.
pub const LONGEST_TIMEOUT: Duration = REFRESH_TIMEOUT;
/// Timeout of a sweep.
const SWEEP_TIMEOUT: Duration = Duration::from_mins(1);

/// The paths of the HTTP functions. A function answers its paths and every path below them; the first match counts.
const PATHS: [(Http, &[&str]); 4] = [
    (Http::Assist, &["/mcp", "/.well-known/oauth-protected-resource", "/api/ask"]),
    (Http::Rotations, &["/api/rotations", "/api/rotation-exception"]),
    (
        Http::Review,
        &[
            "/api/auto-schedule",
            "/api/schedules/changes",
            "/api/trials",
            "/api/refreshes",
            "/api/differences",
            "/api/drafts",
            "/api/validation",
            "/api/pending-schedule",
            "/api/submissions",
            "/api/dashboard",
            "/api/changes",
            "/api/me",
        ],
    ),
    // All other paths.
    (Http::Roster, &["/api"]),
];

/// A function that answers HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Http {
    /// The assistant: the Model Context Protocol and *Find*.
    Assist,
    /// Rotations and their exceptions.
    Rotations,
    /// Runs, proposals, approvals, submissions; changes of posted schedules, trials, drafts, findings, refreshes, differences.
    Review,
    /// All other paths: people, events, settings, files, feeds, numbers.
    Roster,
}

impl Http {
    /// The function that answers a path.
    pub fn of(path: &str) -> Option<Http> {
        let is_at_or_below =
            |prefix: &&str| path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        PATHS.iter().find(|(_, prefixes)| prefixes.iter().any(is_at_or_below)).map(|(function, _)| *function)
    }
}

/// A handler of the events of a function: it runs an invocation with the function's timeout.
macro_rules! handler {
    ($functions:expr, $name:ident, $timeout:expr) => {{
        let function = Arc::clone(&$functions.$name);
        move |event: Value| {
            let function = Arc::clone(&function);
            let handle = async move |event, deadline| function.handle(event, deadline).await;
            run_with_timeout(stringify!($name), $timeout, event, handle)
        }
    }};
}

/// The functions with their clients.
#[derive(Clone)]
pub struct Functions {
    assist: Router,
    rotations: Router,
    review: Router,
    roster: Router,
    solve: Arc<::solve::Solve>,
    trial: Arc<::trial::Trials>,
    submit: Arc<::submit::Submit>,
    refresh: Arc<::refresh::Refresh>,
    sweep: Arc<::sweep::Sweep>,
}

impl Functions {
    /// Builds all functions. Each function that calls Crossmark has its own client, as separate processes would have.
    ///
    /// # Errors
    /// A setting of a function is missing.
    pub fn new(
        environment: &Environment,
        crossmark: impl Fn() -> Result<crossmark::Crossmark, EnvironmentError>,
    ) -> Result<Functions, EnvironmentError> {
        Ok(Functions {
            assist: ::assist::router(environment)?,
            rotations: ::rotations::router(environment)?,
            review: ::review::router_with_crossmark(environment, crossmark()?)?,
            roster: ::roster::router(environment)?,
            solve: Arc::new(::solve::Solve::new(environment)?),
            trial: Arc::new(::trial::Trials::new(environment)?),
            submit: Arc::new(::submit::Submit::with_crossmark(environment, crossmark()?)?),
            refresh: Arc::new(::refresh::Refresh::with_crossmark(environment, crossmark()?)?),
            sweep: Arc::new(::sweep::Sweep::new(environment)?),
        })
    }

    /// The routes of a function.
    pub fn routes(&self, function: Http) -> Router {
        match function {
            Http::Assist => self.assist.clone(),
            Http::Rotations => self.rotations.clone(),
            Http::Review => self.review.clone(),
            Http::Roster => self.roster.clone(),
        }
    }

    /// Invokes `solve` for the hourly tick of nightly runs.
    pub async fn tick_solve(&self) {
        log_failure("solve", handler!(self, solve, SOLVE_TIMEOUT)(json!({"tick": true})).await);
    }

    /// Invokes `refresh` for the hourly tick of refreshes.
    pub async fn tick_refresh(&self) {
        log_failure("refresh", handler!(self, refresh, REFRESH_TIMEOUT)(json!({"tick": true})).await);
    }

    /// Invokes `sweep`.
    pub async fn sweep(&self) {
        log_failure("sweep", handler!(self, sweep, SWEEP_TIMEOUT)(json!({})).await);
    }

    /// Handles the messages of runs, trials, submissions and refreshes, until `stop`. No more handlers run at the same time than
    /// in the cloud by default, and most kinds have fewer, because they share one machine.
    ///
    /// # Errors
    /// An event source mapping failed.
    pub async fn work_queues(&self, queues: Queues, stop: watch::Receiver<bool>) -> Result<(), queues::Error> {
        let mapping = |setting: &str, batch_size: usize, maximum_concurrency: usize| {
            let queue = Cloud::queue_name(setting).unwrap_or(setting).to_owned();
            Mapping { queue, batch_size, maximum_concurrency }
        };
        let (on_run, on_trial) = (handler!(self, solve, SOLVE_TIMEOUT), handler!(self, trial, TRIAL_TIMEOUT));
        let (on_submit, on_refresh) =
            (handler!(self, submit, SUBMIT_TIMEOUT), handler!(self, refresh, REFRESH_TIMEOUT));
        let end = || until_stopped(stop.clone());
        let runs = mapping(RunMessage::QUEUE, 1, 1).run(queues.clone(), on_run, end());
        let trials = mapping(TrialMessage::QUEUE, 1, 2).run(queues.clone(), on_trial, end());
        let submissions = mapping(SubmitMessage::QUEUE, 10, 4).run(queues.clone(), on_submit, end());
        let refreshes = mapping(RefreshMessage::QUEUE, 1, 2).run(queues, on_refresh, end());
        tokio::try_join!(runs, trials, submissions, refreshes).map(drop)
    }
}

/// Runs an invocation, and ends it at its timeout as Lambda would.
async fn run_with_timeout<P: Payload, R: Response, F>(
    function: &'static str,
    timeout: Duration,
    payload: Value,
    call: impl FnOnce(P, Deadline) -> F,
) -> Result<Value, String>
where
    F: Future<Output = Result<R, String>>,
{
    let call = |payload| async {
        let ended = tokio::time::timeout(timeout, call(payload, Deadline::after(timeout))).await;
        ended.unwrap_or_else(|_| Err(format!("it was ended after {} s", timeout.as_secs())))
    };
    telemetry::run_invocation(function, &Origin::new(request_id()), payload, call).await
}

/// A new request id, which is unique as on Lambda.
pub fn request_id() -> String {
    format!("local-{:016x}", fastrand::u64(..))
}

/// Logs the failure of an invocation.
fn log_failure(function: &str, ended: Result<Value, String>) {
    if let Err(why) = ended {
        tracing::warn!(function, why, "{function} failed: {why}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_of_the_api_belongs_to_the_function_that_answers_it() {
        let parts = [
            (Http::Assist, ::assist::api()),
            (Http::Rotations, ::rotations::api()),
            (Http::Review, ::review::api()),
            (Http::Roster, ::roster::api()),
        ];
        for (function, part) in parts {
            for path in part.paths.paths.keys() {
                assert_eq!(Http::of(path), Some(function), "{path}");
            }
        }
    }

    #[test]
    fn no_message_is_handled_longer_than_the_longest_timeout() {
        for timeout in [SOLVE_TIMEOUT, TRIAL_TIMEOUT, SUBMIT_TIMEOUT, REFRESH_TIMEOUT] {
            assert!(timeout <= LONGEST_TIMEOUT, "{timeout:?}");
        }
    }

    #[test]
    fn a_path_belongs_to_the_first_function_whose_path_it_is_below() {
        for (path, expected) in [
            ("/mcp", Some(Http::Assist)),
            ("/mcps", None),
            ("/.well-known/oauth-protected-resource/mcp", Some(Http::Assist)),
            ("/api/ask", Some(Http::Assist)),
            ("/api/rotations", Some(Http::Rotations)),
            ("/api/rotation-exception/2026-11-24/juicer", Some(Http::Rotations)),
            ("/api/auto-schedule/run", Some(Http::Review)),
            ("/api/pending-schedule/r.1", Some(Http::Review)),
            ("/api/submissions", Some(Http::Review)),
            ("/api/rotationsx", Some(Http::Roster)),
            ("/api/employees", Some(Http::Roster)),
            ("/api/health", Some(Http::Roster)),
            ("/api", Some(Http::Roster)),
            ("/apis", None),
            ("/", None),
        ] {
            assert_eq!(Http::of(path), expected, "{path}");
        }
    }
}
