//! Runs the functions as the cloud does: each invocation with its timeout, the queues' event source mappings, the HTTP
//! functions by path. Their code is the same as on Lambda.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cloud::Cloud;
use queues::{Mapping, Queues};
use runtime::messages::{Message, RefreshMessage, RunMessage, SubmitMessage, TrialMessage};
use runtime::telemetry::{self, Origin};
use runtime::trigger::{Payload, Response};
use runtime::{Deadline, Environment, Missing};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::told;

/// Time-out of a run.
const SOLVE_TIME_OUT: Duration = Duration::from_mins(2);
/// Time-out of a trial.
const TRIAL_TIME_OUT: Duration = Duration::from_secs(30);
/// Time-out of a batch of submissions.
const SUBMIT_TIME_OUT: Duration = Duration::from_mins(2);
/// Time-out of a club's refresh.
const REFRESH_TIME_OUT: Duration = Duration::from_mins(5);
/// Longest time-out of a message's handler.
pub const LONGEST_TIME_OUT: Duration = REFRESH_TIME_OUT;
/// Time-out of a sweep.
const SWEEP_TIME_OUT: Duration = Duration::from_mins(1);

/// The paths of the HTTP functions: each path and everything below it. The stack's template has the same.
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
    /// Runs, proposals, submissions.
    Review,
    /// The club's documents, events and settings.
    Roster,
}

impl Http {
    /// The function that answers a path.
    pub fn of(path: &str) -> Option<Http> {
        let under =
            |prefix: &&str| path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        PATHS.iter().find(|(_, prefixes)| prefixes.iter().any(under)).map(|(function, _)| *function)
    }
}

/// The functions with their clients.
#[derive(Clone)]
pub struct Functions {
    assist: Router,
    rotations: Router,
    review: Router,
    roster: Router,
    solve: Arc<::solve::Solve>,
    trials: Arc<::trial::Trials>,
    submit: Arc<::submit::Submit>,
    refresh: Arc<::refresh::Refresh>,
    sweep: Arc<::sweep::Sweep>,
}

impl Functions {
    /// Builds all of them. Those that call Crossmark have clients of their own, as separate processes would.
    ///
    /// # Errors
    /// The setting that one of them lacks.
    pub fn new(
        environment: &Environment,
        crossmark: impl Fn() -> Result<crossmark::Crossmark, Missing>,
    ) -> Result<Functions, Missing> {
        Ok(Functions {
            assist: ::assist::router(environment)?,
            rotations: ::rotations::router(environment)?,
            review: ::review::router_with_crossmark(environment, crossmark()?)?,
            roster: ::roster::router(environment)?,
            solve: Arc::new(::solve::Solve::new(environment)?),
            trials: Arc::new(::trial::Trials::new(environment)?),
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

    /// The hourly tick of nightly runs.
    pub async fn tick(&self) {
        let solve = Arc::clone(&self.solve);
        let event = json!({"tick": true});
        let handle = async move |event, deadline| solve.handle(event, deadline).await;
        noted("solve", within("solve", SOLVE_TIME_OUT, event, handle).await);
    }

    /// The hourly tick of refreshes.
    pub async fn refresh(&self) {
        let refresh = Arc::clone(&self.refresh);
        let event = json!({"tick": true});
        let handle = async move |event, deadline| refresh.handle(event, deadline).await;
        noted("refresh", within("refresh", REFRESH_TIME_OUT, event, handle).await);
    }

    /// One sweep.
    pub async fn sweep(&self) {
        let sweep = Arc::clone(&self.sweep);
        let handle = async move |event, deadline| sweep.handle(event, deadline).await;
        noted("sweep", within("sweep", SWEEP_TIME_OUT, json!({}), handle).await);
    }

    /// Handles the messages of runs, trials, submissions and refreshes, until `stop`.
    ///
    /// # Errors
    /// An event source mapping failed.
    pub async fn work_queues(&self, queues: Queues, stop: watch::Receiver<bool>) -> Result<(), queues::Error> {
        let mapping = |setting: &str, batch_size: usize, maximum_concurrency: usize| Mapping {
            batch_size,
            maximum_concurrency,
            report_batch_item_failures: true,
            ..Mapping::new(Cloud::queue_name(setting).unwrap_or(setting))
        };
        let solve = Arc::clone(&self.solve);
        let on_run = move |event: Value| {
            let solve = Arc::clone(&solve);
            within("solve", SOLVE_TIME_OUT, event, async move |event, deadline| solve.handle(event, deadline).await)
        };
        let trials = Arc::clone(&self.trials);
        let on_trial = move |event: Value| {
            let trials = Arc::clone(&trials);
            within("trial", TRIAL_TIME_OUT, event, async move |event, deadline| trials.handle(event, deadline).await)
        };
        let submit = Arc::clone(&self.submit);
        let on_submit = move |event: Value| {
            let submit = Arc::clone(&submit);
            within("submit", SUBMIT_TIME_OUT, event, async move |event, deadline| submit.handle(event, deadline).await)
        };
        let refresh = Arc::clone(&self.refresh);
        let on_refresh = move |event: Value| {
            let refresh = Arc::clone(&refresh);
            within("refresh", REFRESH_TIME_OUT, event, async move |event, deadline| {
                refresh.handle(event, deadline).await
            })
        };
        let runs = mapping(RunMessage::QUEUE, 1, 1).run(queues.clone(), on_run, told(stop.clone()));
        let tried = mapping(TrialMessage::QUEUE, 1, 2).run(queues.clone(), on_trial, told(stop.clone()));
        let submissions = mapping(SubmitMessage::QUEUE, 10, 4).run(queues.clone(), on_submit, told(stop.clone()));
        let refreshes = mapping(RefreshMessage::QUEUE, 1, 2).run(queues, on_refresh, told(stop));
        tokio::try_join!(runs, tried, submissions, refreshes).map(drop)
    }
}

/// Runs one invocation, and cancels it at its timeout as the platform would.
async fn within<P: Payload, R: Response, F>(
    function: &'static str,
    time_out: Duration,
    payload: Value,
    call: impl FnOnce(P, Deadline) -> F,
) -> Result<Value, String>
where
    F: Future<Output = Result<R, String>>,
{
    let call = |payload| async {
        let ended = tokio::time::timeout(time_out, call(payload, Deadline::after(time_out))).await;
        ended.unwrap_or_else(|_| Err(format!("it was ended after {} s", time_out.as_secs())))
    };
    telemetry::invoked(function, &Origin::new(request_id()), payload, call).await
}

/// A request id like the platform's.
pub fn request_id() -> String {
    format!("local-{:016x}", fastrand::u64(..))
}

fn noted(function: &str, ended: Result<Value, String>) {
    if let Err(why) = ended {
        tracing::warn!(function, why, "{function} failed: {why}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_of_the_contract_has_the_function_that_answers_it() {
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
    fn no_message_is_handled_longer_than_the_longest_time_out() {
        for time_out in [SOLVE_TIME_OUT, TRIAL_TIME_OUT, SUBMIT_TIME_OUT, REFRESH_TIME_OUT] {
            assert!(time_out <= LONGEST_TIME_OUT, "{time_out:?}");
        }
    }

    #[test]
    fn each_path_has_its_function() {
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
